'use strict';

// The three-minute grid of each protocol generation. Slots are absolute (UTC): 180 s divides every
// modern UTC offset, so no time zone moves a boundary. A slot is its start instant, in milliseconds.

const SLOT_SECONDS = 180;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * One protocol generation.
 *
 * @typedef {object} Generation
 * @property {'lts' | 'dls'} name
 * @property {number} firstSecond  offset of a slot's first whole second from a multiple of 180 s
 * @property {number} retentionMs  how long an unsent report is kept, from the end of its slot
 * @property {number} unreachableCode  error of a start with no server and no local licence
 */

/** LTS: a slot holds the whole seconds [180k+1, 180k+180]; unsent reports are kept without limit. */
const LTS = Object.freeze({ name: 'lts', firstSecond: 1, retentionMs: Infinity, unreachableCode: -20003 });

/** DLS: a slot is [180k, 180k+180) s; unsent reports are kept for 30 days. */
const DLS = Object.freeze({ name: 'dls', firstSecond: 0, retentionMs: 30 * DAY_MS, unreachableCode: -20200 });

const GENERATIONS = new Map([LTS, DLS].map((generation) => [generation.name, generation]));

/**
 * The generation of that name.
 *
 * @param {string} name
 * @returns {Generation}
 * @throws {RangeError} for a name that is neither `lts` nor `dls`
 */
function generationNamed(name) {
  const generation = GENERATIONS.get(name);
  if (!generation) {
    throw new RangeError(`generation: expected one of ${[...GENERATIONS.keys()]}, got ${JSON.stringify(name)}`);
  }
  return generation;
}

/**
 * The slot that holds an instant: the slot's first whole second.
 *
 * Parts of a second are cut off first, as LTS counts in whole seconds; DLS boundaries do not notice.
 *
 * @param {Generation} generation
 * @param {number} instant  ms since the epoch
 * @returns {number} ms since the epoch
 */
function slotOf(generation, instant) {
  const second = Math.floor(instant / 1000) - generation.firstSecond;
  return (Math.floor(second / SLOT_SECONDS) * SLOT_SECONDS + generation.firstSecond) * 1000;
}

/**
 * The first instant that no longer belongs to a slot, in ms since the epoch.
 *
 * @param {number} slotStart  ms since the epoch
 */
function slotEnd(slotStart) {
  return slotStart + SLOT_SECONDS * 1000;
}

/**
 * A slot's time label: its first whole second, as `2026-03-01T08:00:00Z`.
 *
 * @param {number} slotStart  ms since the epoch
 */
function timeLabel(slotStart) {
  return `${new Date(slotStart).toISOString().slice(0, -5)}Z`;
}

module.exports = { LTS, DLS, generationNamed, slotOf, slotEnd, timeLabel };
