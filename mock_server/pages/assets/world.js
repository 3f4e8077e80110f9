// The configuration as tables: handshake codes, and licence items with how they stand.

import { el, table } from "./dom.js";
import { count, instant, plain } from "./format.js";

/** IDs of the licence items behind a handshake code. */
export const itemsOf = (code) => code.items ?? [`item-${code.code}`];

/** All licence items, those too that a code without any has by itself. */
export function allItems(world) {
  const own = (world.handshakeCodes ?? []).filter((code) => !code.items).map((code) => ({
    id: `item-${code.code}`, quota: code.quota, grace: code.grace,
  }));
  return [...(world.licenceItems ?? []), ...own];
}

/** Whether an item is in force at the instant *now*, in a word. */
export function standing(item, now) {
  if (!item) return "not configured any more";
  if (item.revoked) return "revoked";
  if (item.starts && Date.parse(now) < Date.parse(item.starts)) return `from ${instant(item.starts)}`;
  if (item.ends && Date.parse(now) >= Date.parse(item.ends)) return `ended ${instant(item.ends)}`;
  return "in force";
}

export const codeLink = (code) => el(
  "a", { href: `statistics?code=${encodeURIComponent(code)}`, class: "told" }, plain(code) || "(none)");
export const itemLink = (item) => el(
  "a", { href: `statistics?item=${encodeURIComponent(item)}`, class: "told" }, plain(item));

const chargeWay = (item) => (item?.chargeWay ?? "any").replace("-", " ");
const quota = (item) => (item?.quota === undefined || item?.quota === null
  ? "no limit" : count(item.quota));

/** Table of *codes*; *units* by code. */
export function codeTable(world, codes, units) {
  const known = new Map((world.handshakeCodes ?? []).map((code) => [code.code, code]));
  const defaults = new Set((world.organizations ?? []).map((one) => one.default));
  return table(
    "Handshake codes",
    [{ title: "Code" }, { title: "Organization" }, { title: "Licence items" }, { title: "Units", isNumber: true }],
    codes.map((name) => {
      const code = known.get(name);
      const items = code ? itemsOf(code) : [];
      return [
        codeLink(name),
        code ? `${plain(code.organization)}${defaults.has(name) ? ", its default" : ""}` : "not configured any more",
        el("span", {}, items.flatMap((item, at) => [at ? ", " : "", itemLink(item)])),
        count(units[name] ?? 0),
      ];
    }),
  );
}

/** Table of the licence items named *ids*; *units* by item. */
export function itemTable(world, ids, units, now) {
  const known = new Map(allItems(world).map((item) => [item.id, item]));
  return table(
    "Licence items",
    [
      { title: "Item" }, { title: "Product" }, { title: "Charged by" }, { title: "State" },
      { title: "Quota", isNumber: true }, { title: "Units", isNumber: true },
    ],
    ids.map((id) => {
      const item = known.get(id);
      return [
        id ? itemLink(id) : "(none)",
        plain(item?.product ?? "any"),
        chargeWay(item),
        id ? standing(item, now) : "not attributed",
        quota(item),
        count(units[id] ?? 0),
      ];
    }),
  );
}
