// The page that tells how the mock stands.

import { ask, overview, watch } from "./api.js";
import { byId, el, redraw } from "./dom.js";
import { count, counted, plain } from "./format.js";
import { allItems, codeTable, itemTable } from "./world.js";

let seen = -1;

function tile(number, text, link, isBad) {
  const content = [el("b", {}, number), el("span", {}, text)];
  return el("li", { class: isBad ? "bad" : null },
    link ? el("a", { href: link, "data-key": link }, content) : content);
}

/** How a clock goes; how far off it is, to the second. */
function going({ ahead, frozen }) {
  if (frozen) return "the clock stands still";
  const [, behind, span] = /^(-?)(.*?)(?:\d+ms)?$/.exec(ahead);
  if (!span || span === "0s") return "the real time";
  return behind ? `${plain(span)} behind the real time` : `${plain(span)} ahead of the real time`;
}

function drawTiles(told) {
  const { clock, journal, requests } = told;
  const all = Object.values(requests).reduce((sum, one) => sum + one, 0);
  const gone = journal.evicted ? `, ${count(journal.evicted)} evicted` : "";
  redraw(
    byId("tiles"),
    tile(count(told.units), told.units === 1 ? "unit of usage is stored" : "units of usage are stored", "statistics"),
    tile(count(all), `requests: ${count(requests.authorization ?? 0)} for authorisation, ${count(requests.usage ?? 0)} with usage`, "journal"),
    tile(count(told.faults), told.faults === 1 ? "fault is armed" : "faults are armed", "faults", told.faults > 0),
    tile(count(journal.kept), `${journal.kept === 1 ? "exchange" : "exchanges"} in the journal, which keeps ${count(journal.capacity)}${gone}${journal.complete ? "" : "; it is incomplete"}`, "journal"),
    tile(clock.now.slice(11, 19), `UTC on ${clock.now.slice(0, 10)}: ${going(clock)}`),
    told.down.length ? tile(told.down.join(", "), "refuses connections", null, true) : null,
  );
}

const fact = (name, text) => el("div", {}, el("dt", {}, name), el("dd", {}, text));

function drawFacts(told, world) {
  const names = (list) => (list?.length ? list.map(plain).join(", ") : "none");
  redraw(
    byId("rest"),
    fact("Wire profile", plain(told.wire)),
    fact("Seed of chance", String(told.seed)),
    fact("Rules of the period", plain(world.period ?? "2.4")),
    fact("Texts of refusals", plain(world.wording ?? "2024")),
    fact("Organizations", names(world.organizations?.map((one) => one.id))),
    fact("In maintenance", names(world.maintenance)),
    fact("Public trial", world.publicTrial ? "granted" : "refused"),
    fact("State", counted(told.entries, "entry").replace("entrys", "entries")),
  );
}

async function look() {
  const told = await overview();
  drawTiles(told);
  if (told.entries === seen) return;
  const [world, statistics] = await Promise.all([ask("GET", "configuration"), ask("GET", "statistics")]);
  const { byCode, byItem } = statistics.allHistory;
  const together = (configured, counts) => [...new Set([...configured, ...Object.keys(counts)])];
  redraw(byId("codes"), codeTable(world, together((world.handshakeCodes ?? []).map((one) => one.code), byCode), byCode));
  redraw(byId("items"), itemTable(world, together(allItems(world).map((one) => one.id), byItem), byItem, told.clock.now));
  drawFacts(told, world);
  seen = told.entries;
}

watch(look, 2);
