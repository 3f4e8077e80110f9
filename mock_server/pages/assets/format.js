// Numbers, instants and foreign text as people read them.

const GROUPED = new Intl.NumberFormat("en");
// Control characters, and those that turn the direction of text around.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export const count = (number) => GROUPED.format(number);

const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** "70M" of 70,000,009: where there is no room for more, and it is told elsewhere. */
export const roughly = (number) => (number < 100_000 ? count(number) : SHORT.format(number));

/** "1 unit", "2 units". */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Text of a client's with nothing in it that could not be seen. */
export const plain = (text) =>
  String(text).replace(UNSEEN, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);

/** "2026-03-01 08:00:30" of an instant in UTC, as the admin API writes them. */
export const instant = (iso) => iso.slice(0, 19).replace("T", " ");

/** "Sun, 1 Mar 2026". */
export const longDay = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", {
  weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
});

/** "1 Mar". */
export const shortDay = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", {
  day: "numeric", month: "short", timeZone: "UTC",
});

/** The day that is *days* later, or earlier if negative. */
export function dayAfter(day, days) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
