// The journal as it grows: the newest exchanges that meet the filters.

import { ask, overview, query, Refused, watch } from "./api.js";
import { byId, showProblem } from "./dom.js";
import { counted, plain } from "./format.js";
import { exchangeItem } from "./exchange.js";

const MOST_SHOWN = 200;
const TYPING_MILLISECONDS = 250;

const form = byId("filters");
const list = byId("entries");
/** Number of the latest entry that was looked at; 0: none yet. */
let last = 0;

const filters = () => Object.fromEntries(
  [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));

async function look() {
  if (!byId("live").checked && last) return;
  await overview();
  const asked = JSON.stringify(filters());
  const page = await fetchPage(last).catch((error) => {
    if (!(error instanceof Refused) || error.status === 401) throw error;
    showProblem(byId("problem"), plain(error.message));
    return null;
  });
  // What came for other filters than those of now is of no use.
  if (!page || asked !== JSON.stringify(filters())) return;
  showProblem(byId("problem"), null);
  if (page.last < last) {
    begin();
    return;
  }
  show(page);
}

const fetchPage = (after) => ask("GET", query("journal", {
  ...filters(), newest: "true", limit: String(MOST_SHOWN), after: after ? String(after) : "",
}));

function show(page) {
  last = page.last;
  for (const entry of page.entries) list.prepend(exchangeItem(entry));
  while (list.children.length > MOST_SHOWN) list.lastChild.remove();
  byId("told").textContent = told(page);
}

function told(page) {
  const shown = list.children.length;
  const full = shown === MOST_SHOWN ? "The newest " : "";
  const missing = page.complete ? ""
    : ` Incomplete: ${page.evicted ? `${counted(page.evicted, "older exchange")} had to go` : "the mock was started again since"}.`;
  return shown ? `${full}${counted(shown, "exchange")}.${missing}`
    : `No exchange ${Object.keys(filters()).length ? "meets the filters" : "yet"}.${missing}`;
}

/** Forget what is shown and look anew. */
function begin() {
  last = 0;
  list.replaceChildren();
  byId("told").textContent = "";
  lookNow();
}

/** Filters stand in the address, so that others can lead here. */
function filter() {
  history.replaceState(null, "", query(location.pathname, filters()));
  begin();
}

function fillIn() {
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
}

let typing = 0;
form.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(filter, TYPING_MILLISECONDS);
});
form.addEventListener("reset", () => setTimeout(filter));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  filter();
});

byId("live").addEventListener("change", () => lookNow());

fillIn();
// On a narrow screen the filters would fill it.
byId("fold").open = Boolean(location.search) || matchMedia("(min-width: 46rem)").matches;
const lookNow = watch(look, 1);
