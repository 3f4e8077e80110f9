// The page of statistics: of everything, of one handshake code, or of one licence item.

import { ask, overview, query, Refused, watch } from "./api.js";
import { byId, el, redraw, showProblem, table } from "./dom.js";
import { count, counted, dayAfter, instant, longDay, plain } from "./format.js";
import { drawLine } from "./line.js";
import { coloursOf, pie } from "./pie.js";
import { allItems, codeTable, itemsOf, itemTable } from "./world.js";

const MOST_DEVICES = 200;
const PARTS = { item: "byItem", code: "byCode", type: "byType" };

/** What was fetched last: world, all (statistics of everything), of (of what is looked at). */
let known = null;
/** What *known* rests on: while that is the same, there is nothing new. */
let basis = "";

// What is looked at stands in the address, so that it can be kept, sent and gone back to.
const said = () => Object.fromEntries(new URLSearchParams(location.search));

function say(changes) {
  history.pushState(null, "", query(location.pathname, { ...said(), ...changes }));
  lookNow();
}

/** The same for a detail, to which nobody wants to go back step by step. */
function adjust(changes) {
  history.replaceState(null, "", query(location.pathname, { ...said(), ...changes }));
  // What is known already is shown at once: keys may come faster than answers.
  if (known) drawChart();
  lookNow();
}

const partsShown = () => said().by ?? (said().item ? "code" : said().code ? "item" : "code");
const chosenDay = () => said().day ?? known.of.line.at(-1).day;

async function look() {
  const told = await overview();
  const now = `${location.search} ${told.entries} ${told.clock.now.slice(0, 10)}`;
  if (now === basis) return;
  const asked = location.search;
  const { code, item, first, last, day } = said();
  try {
    const [world, all, of] = await Promise.all([
      ask("GET", "configuration"),
      ask("GET", "statistics"),
      ask("GET", query("statistics", { handshakeCode: code, item, first, last, day })),
    ]);
    // Meanwhile something else may be looked at; that is asked for next.
    if (asked !== location.search) return;
    known = { world, all, of, now: told.clock.now };
    basis = now;
    showProblem(byId("problem"), null);
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401) throw error;
    basis = now;
    showProblem(byId("problem"), plain(error.message));
    return;
  }
  draw();
}

function draw() {
  drawChoice();
  drawPies();
  drawChart();
  drawHours();
  drawParts();
  drawDevices();
}

function drawChoice() {
  // Before anything is known, nothing can be chosen.
  document.querySelector("#choice fieldset").disabled = false;
  const { code, item } = said();
  const { world, all, of } = known;
  const codes = namesOf((world.handshakeCodes ?? []).map((one) => one.code), all.allHistory.byCode, code);
  const items = namesOf(allItems(world).map((one) => one.id), all.allHistory.byItem, item);
  const option = (kind, name) => el(
    "option", { value: JSON.stringify({ [kind]: name }), selected: said()[kind] === name }, plain(name));
  redraw(
    byId("of"),
    el("option", { value: "{}", selected: !code && !item }, "everything"),
    el("optgroup", { label: "Handshake codes" }, codes.map((name) => option("code", name))),
    el("optgroup", { label: "Licence items" }, items.map((name) => option("item", name))),
  );
  // A date that somebody is typing is left alone.
  const put = (id, value) => { if (document.activeElement !== byId(id)) byId(id).value = value; };
  put("first", of.line[0].day);
  put("last", of.line.at(-1).day);
  put("day", chosenDay());
  byId("by").value = partsShown();
  byId("line").value = said().line ?? "units";
}

/** What is configured, then what was only ever counted, then *chosen* if that is neither. */
const namesOf = (configured, counts, chosen) =>
  [...new Set([...configured, ...Object.keys(counts), chosen])].filter(Boolean);

function drawPies() {
  const { allHistory, selected, today } = known.of;
  const part = PARTS[partsShown()] ?? "byCode";
  const colours = coloursOf(allHistory[part]);
  redraw(
    byId("pies"),
    pie("All history", allHistory[part], colours),
    pie("Selected period", selected[part], colours),
    pie("Today", today[part], colours),
  );
}

function drawChart() {
  const key = said().line === "accumulated" ? "accumulated" : "units";
  drawLine(byId("chart"), known.of.line, key, chosenDay(), (day) => adjust({ day }));
}

function drawHours() {
  const rows = known.of.twoHours;
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const until = (at) => (at + 1 < rows.length ? rows[at + 1].begin.slice(11, 16) : "24:00");
  byId("day-title").textContent = `${longDay(chosenDay())} by two hours`;
  redraw(byId("hours"), table(
    `Usage of ${chosenDay()} by two hours`,
    [{ title: "Hours (UTC)" }, { title: "Units", isNumber: true }, { title: "New devices", isNumber: true }],
    rows.map((row, at) => [`${row.begin.slice(11, 16)} to ${until(at)}`, count(row.units), count(row.newDevices)]),
    ["The day", count(sum("units")), count(sum("newDevices"))],
  ));
  byId("hours").firstChild.classList.add("hours");
  for (const [at, row] of [...byId("hours").querySelectorAll("tbody tr")].entries()) {
    row.classList.toggle("zero", !rows[at].units && !rows[at].newDevices);
  }
}

function drawParts() {
  const { code, item } = said();
  const { world, of, now } = known;
  const configured = (world.handshakeCodes ?? []).filter((one) => (code ? one.code === code
    : !item || itemsOf(one).includes(item)));
  const items = code ? configured.flatMap(itemsOf) : item ? [item] : allItems(world).map((one) => one.id);
  const { byCode, byItem } = of.allHistory;
  const codes = [...new Set([...configured.map((one) => one.code), ...Object.keys(byCode)])];
  redraw(
    byId("parts"),
    codeTable(world, codes, byCode),
    itemTable(world, [...new Set([...items, ...Object.keys(byItem)])], byItem, now),
  );
}

function drawDevices() {
  const devices = [...known.of.devices].sort((a, b) => b.units - a.units);
  const shown = devices.slice(0, MOST_DEVICES);
  const client = (uuid) => el(
    "a", { href: `journal?clientUuid=${encodeURIComponent(uuid)}`, class: "told code" }, plain(uuid) || "(none)");
  redraw(
    byId("devices"),
    el("p", { class: "lead" }, `${counted(devices.length, "device")}${
      devices.length > shown.length ? `; those ${MOST_DEVICES} with most usage are shown` : ""}.`),
    devices.length ? table(
      "Devices",
      [{ title: "Client UUID" }, { title: "Alias" }, { title: "First seen (UTC)" }, { title: "Last seen (UTC)" }, { title: "Units", isNumber: true }],
      shown.map((one) => [
        client(one.clientUuid), plain(one.alias ?? "–"), instant(one.firstSeen), instant(one.lastSeen), count(one.units),
      ]),
    ) : null,
  );
}

/** A day outside of the period would have no place in the chart. */
function choosePeriod(first, last) {
  const { day } = said();
  say({ first, last, day: day && day >= first && day <= last ? day : "" });
}

byId("of").addEventListener("change", () =>
  say({ code: "", item: "", by: "", ...JSON.parse(byId("of").value) }));
byId("by").addEventListener("change", () => adjust({ by: byId("by").value }));
byId("line").addEventListener("change", () => adjust({ line: byId("line").value }));
byId("day").addEventListener("change", () => adjust({ day: byId("day").value }));
for (const id of ["first", "last"]) {
  byId(id).addEventListener("change", () => choosePeriod(byId("first").value, byId("last").value));
}
for (const button of document.querySelectorAll("[data-days]")) {
  button.addEventListener("click", () => {
    const today = known.now.slice(0, 10);
    choosePeriod(dayAfter(today, 1 - Number(button.dataset.days)), today);
  });
}
byId("choice").addEventListener("submit", (event) => event.preventDefault());
addEventListener("popstate", () => lookNow());
new ResizeObserver(() => { if (known) drawChart(); }).observe(byId("chart"));

const lookNow = watch(look, 2);
