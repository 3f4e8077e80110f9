// Faults: put together in one line, armed, switched off and on again.

import { ask, kept, overview, watch } from "./api.js";
import { byId, el, redraw, showProblem, table } from "./dom.js";
import { count, instant, plain } from "./format.js";

const OFF = "faults-off";
const parts = byId("parts");
let drawn = "";

const part = (name) => parts.querySelector(`[name=${name}]`);
/** A word as a shell would have to be given it. */
const quoted = (text) => (/^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\"'\"'")}'`);

/** The fault that the fields say, in one line. */
function line() {
  const value = (name) => part(name).value.trim();
  const nth = value("nth");
  const head = `${value("kind")}${nth && nth !== "1" ? `:${nth}` : ""}`;
  const said = ["status", "times", "clientUuid", "code"]
    .filter((name) => value(name) && !(name === "status" && part("status").disabled))
    .map((name) => quoted(`${name}=${value(name)}`));
  return [head, value("do"), ...said].filter(Boolean).join(" ");
}

function compose() {
  part("status").disabled = !["status", "redirect"].includes(part("do").value);
  byId("text").value = line();
}

/** What can go wrong is known to the mock alone: its description lists it. */
async function fetchDamages() {
  const { components } = await ask("GET", "openapi.json");
  const damages = components.schemas.Fault.properties.do.enum;
  const wanted = part("do").value || "status";
  part("do").replaceChildren(...damages.map((name) => el("option", { selected: name === wanted }, name)));
  if (!byId("text").value) compose();
}

/** Do *act*, show what is wrong with it or that nothing is, and what came of it. */
async function doing(act) {
  try {
    await act();
    showProblem(byId("problem"), null);
  } catch (error) {
    // A switch that was turned in vain goes back.
    drawn = "";
    showProblem(byId("problem"), plain(error.message));
  }
  lookNow();
}

const arm = (text) => ask("POST", "faults", { text });
const off = () => kept.read(OFF);
const putOff = (texts) => kept.write(OFF, texts);

async function switchOff(text) {
  const armed = await ask("GET", "faults");
  const fault = armed.find((one) => one.text === text);
  if (!fault) return;
  await ask("DELETE", `faults/${fault.number}`);
  putOff([...off(), text]);
}

async function switchOn(text) {
  const texts = off();
  const at = texts.indexOf(text);
  if (at < 0) return;
  await arm(text);
  putOff(texts.filter((_, index) => index !== at));
}

/** Switches are quicker than the mock: one is turned after the other. */
let turned = Promise.resolve();
let turning = 0;

function turn(text, isOn) {
  tell(turning += 1);
  turned = turned
    .then(() => doing(() => (isOn ? switchOn(text) : switchOff(text))))
    .then(() => tell(turning -= 1));
}

const tell = (busy) => byId("armed").setAttribute("aria-busy", String(busy > 0));

const forget = (at) => doing(async () => putOff(off().filter((_, index) => index !== at)));

function lever(text, isOn) {
  return el("label", { class: "switch" },
    el("input", { type: "checkbox", role: "switch", checked: isOn, "aria-label": plain(text), "data-key": text, change: (event) => turn(text, event.target.checked) }),
    el("span", {}, isOn ? "on" : "off"));
}

const named = (text) => el("code", { class: "told" }, plain(text));

function armedRow(fault) {
  const state = fault.over ? "over: it will strike no more" : fault.fired ? "striking" : "waiting";
  return [
    lever(fault.text, true), named(fault.text), state,
    instant(fault.armedAt), count(fault.seen), count(fault.fired),
  ];
}

function offRow(text, at) {
  const button = el("button", { type: "button", "data-key": `forget ${text}`, click: () => forget(at) }, "Forget");
  return [lever(text, false), named(text), button, "–", "–", "–"];
}

async function look() {
  if (!part("do").options.length) await fetchDamages();
  await overview();
  const armed = await ask("GET", "faults");
  const texts = off();
  const now = JSON.stringify([armed, texts]);
  if (now === drawn) return;
  drawn = now;
  const rows = [...armed.map(armedRow), ...texts.map(offRow)];
  redraw(byId("armed"), rows.length ? table(
    "Faults",
    [
      { title: "Switch" }, { title: "Fault" }, { title: "State" }, { title: "Armed at (UTC)" },
      { title: "Counted", isNumber: true }, { title: "Struck", isNumber: true },
    ],
    rows,
  ) : el("p", { class: "lead" }, "None is armed: all goes well."));
}

parts.addEventListener("input", compose);
byId("arming").addEventListener("submit", (event) => {
  event.preventDefault();
  doing(() => arm(byId("text").value));
});
const lookNow = watch(look, 1);
