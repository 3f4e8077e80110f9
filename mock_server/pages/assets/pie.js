// A total as a ring of parts, with a legend that names and counts each of them.

import { el, svg } from "./dom.js";
import { count, plain, roughly } from "./format.js";

/** How many parts have a colour of their own; the rest is one part. */
const MOST = 6;
const OUTER = 46;
const INNER = 30;

/** Give each of the parts named in *counts* a colour, the largest first. */
export function coloursOf(counts) {
  const names = Object.keys(counts).sort((a, b) => counts[b] - counts[a]);
  return new Map(names.slice(0, names.length > MOST ? MOST - 1 : MOST).map((name, at) => [name, at]));
}

/** Draw the total of *counts* under *title*; what has none of *colours* is put together. */
export function pie(title, counts, colours) {
  const parts = partsOf(counts, colours);
  const total = parts.reduce((sum, part) => sum + part.units, 0);
  return el(
    "figure",
    { class: "sheet pie", "data-title": title },
    el("figcaption", {}, title),
    ring(title, parts, total),
    legend(parts, total),
  );
}

function partsOf(counts, colours) {
  const parts = [...colours].map(([name, at]) => ({ name: plain(name) || "(none)", at, units: counts[name] ?? 0 }));
  const others = Object.keys(counts).filter((name) => !colours.has(name));
  if (others.length) {
    const units = others.reduce((sum, name) => sum + counts[name], 0);
    parts.push({ name: `${others.length} others`, at: MOST, units });
  }
  return parts.filter((part) => part.units > 0);
}

function ring(title, parts, total) {
  let before = 0;
  const slices = parts.map((part) => {
    const slice = svg("path", { class: `slice c${part.at}`, d: sector(before / total, (before + part.units) / total) },
      svg("title", {}, `${part.name}: ${count(part.units)}`));
    before += part.units;
    return slice;
  });
  return svg(
    "svg",
    { viewBox: "-50 -50 100 100", role: "img", "aria-label": `${title}: ${count(total)}` },
    slices.length ? slices : svg("circle", { class: "empty", r: (OUTER + INNER) / 2, "stroke-width": OUTER - INNER }),
    svg("text", { y: 1 }, roughly(total)),
    svg("text", { class: "noun", y: 13 }, total === 1 ? "unit" : "units"),
  );
}

/** Path of the ring's part from *from* to *to*, both fractions of a turn. */
function sector(from, to) {
  // An arc that ends where it begins is none: the last thousandth of a turn is left out.
  const end = Math.min(to, from + 0.9999);
  const isLarge = end - from > 0.5 ? 1 : 0;
  const at = (turn, radius) => {
    const angle = 2 * Math.PI * turn - Math.PI / 2;
    return `${(radius * Math.cos(angle)).toFixed(3)} ${(radius * Math.sin(angle)).toFixed(3)}`;
  };
  return `M${at(from, OUTER)}A${OUTER} ${OUTER} 0 ${isLarge} 1 ${at(end, OUTER)}`
    + `L${at(end, INNER)}A${INNER} ${INNER} 0 ${isLarge} 0 ${at(from, INNER)}Z`;
}

function legend(parts, total) {
  if (!parts.length) return el("p", { class: "none" }, "No usage.");
  return el("ul", { class: "legend" }, parts.map((part) => el(
    "li", {},
    el("i", { class: `key c${part.at}` }),
    el("span", { class: "told" }, part.name),
    el("b", {}, count(part.units)),
    el("small", {}, share(part.units / total)),
  )));
}

const share = (fraction) => (fraction < 0.005 ? "less than 1 %" : `${Math.round(100 * fraction)} %`);
