// The admin API of the same mock, and the way in if that asks for a token.

import { byId } from "./dom.js";
import { plain } from "./format.js";

const ROOT = new URL("../", location.href);
const TOKEN = `dlscheck-token ${ROOT.pathname}`;

/** The API answered, but not with what was asked for; the message is its own. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Ask the API; *path* has no slash at its beginning. A refusal is raised. */
export async function ask(method, path, said) {
  const headers = {};
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (said !== undefined) headers["Content-Type"] = "application/json";
  const body = said === undefined ? undefined : JSON.stringify(said);
  const answer = await fetch(new URL(path, ROOT), { method, headers, body });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  if (answer.status === 401) askForToken();
  const told = await answer.json().catch(() => null);
  throw new Refused(answer.status, told?.error?.message ?? `status ${answer.status}`);
}

/** *path* with those *values* as its query that are not empty. */
export function query(path, values) {
  const said = Object.entries(values).filter(([, value]) => value);
  return said.length ? `${path}?${new URLSearchParams(said)}` : path;
}

/** A list that this tab keeps for this mock under a name. */
export const kept = {
  read: (name) => JSON.parse(sessionStorage.getItem(`dlscheck-${name} ${ROOT.pathname}`) ?? "[]"),
  write: (name, value) =>
    sessionStorage.setItem(`dlscheck-${name} ${ROOT.pathname}`, JSON.stringify(value)),
};

function askForToken() {
  const form = byId("token");
  if (!form.hidden) return;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(TOKEN, byId("token-text").value);
    location.reload();
  });
  byId("token-text").focus();
}

/**
 * Call *look* now and again every *seconds*, while the page can be seen.
 *
 * What takes long is called less often: nobody who watches a mock may slow it down.
 * Return what calls it at once.
 */
export function watch(look, seconds) {
  let timer = 0;
  let isLooking = false;
  let isWanted = false;
  const status = byId("status");
  async function turn() {
    if (isLooking) {
      isWanted = true;
      return;
    }
    clearTimeout(timer);
    isLooking = true;
    const begun = performance.now();
    try {
      if (!document.hidden) await look();
      status.textContent = "";
    } catch (error) {
      status.textContent = error instanceof Refused
        ? plain(error.message) : "The mock does not answer; this is what it said last.";
    }
    isLooking = false;
    const pause = Math.max(1000 * seconds, 10 * (performance.now() - begun));
    timer = setTimeout(turn, isWanted ? 0 : pause);
    isWanted = false;
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) turn(); });
  turn();
  return turn;
}

/** How the mock stands; the name of whose mock it is appears at the top. */
export async function overview() {
  const told = await ask("GET", "overview");
  byId("tenant").textContent = told.tenant ? ` · ${plain(told.tenant)}` : "";
  return told;
}
