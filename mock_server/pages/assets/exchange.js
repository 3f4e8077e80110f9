// One exchange: a line that sums it up, and all that is known about it.

import { bytesOf, dump } from "./bytes.js";
import { el } from "./dom.js";
import { count, counted, instant, plain } from "./format.js";

/** What a request said, in a few words. */
function gist({ request, problem }) {
  if (!request) return problem ?? "";
  if (request.message === "authorization") {
    return [request.clientUuid, request.handshakeCode ?? request.organizationId].filter(Boolean).join(" · ");
  }
  const reports = request.reports ?? [];
  const units = reports.flatMap((one) => one.usage ?? []).reduce((sum, one) => sum + (one.count ?? 0), 0);
  const clients = [...new Set(reports.map((one) => one.clientUuid).filter(Boolean))];
  return [...clients, counted(units, "unit"), counted(reports.length, "report")].join(" · ");
}

/** What came of it, in a few words. */
function outcome({ answer, status, delivery }) {
  if (answer?.message === "grant") return "granted";
  if (answer?.message === "receipt") return "accepted";
  if (answer?.message === "refusal") return answer.code === undefined ? "refused" : `refused, ${answer.code}`;
  if (status) return "";
  return { reset: "reset", closed: "closed", "by-client": "client left" }[delivery?.closing] ?? "no answer";
}

/** An entry of the journal, which shows the rest once it is opened. */
export function exchangeItem({ number, exchange }) {
  const isBad = !exchange.status || exchange.status >= 400;
  const details = el(
    "details",
    { id: `entry-${number}` },
    el("summary", {},
      el("span", { class: "entry" }, `#${number}`),
      el("span", { class: "at" }, `${instant(exchange.at).slice(0, 10)} `, el("b", {}, exchange.at.slice(11, 19))),
      el("span", { class: isBad ? "status bad" : "status" }, exchange.status ? String(exchange.status) : "none"),
      el("span", { class: "what" },
        el("span", { class: "told" }, `${plain(exchange.method)} ${plain(exchange.path)}`),
        el("small", { class: "told" }, plain(gist(exchange)))),
      el("span", { class: "came" },
        exchange.fault ? el("span", { class: "chip bad" }, plain(exchange.fault)) : null,
        exchange.problem && exchange.request ? el("span", { class: "chip open" }, "malformed") : null,
        el("span", {}, outcome(exchange)))),
  );
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(body(exchange));
  });
  return el("li", {}, details);
}

const fact = (name, text) => (text === null || text === undefined || text === "" ? null
  : el("div", {}, el("dt", {}, name), el("dd", { class: "told" }, plain(text))));
const yes = (value) => (value === undefined || value === null ? null : value ? "yes" : "no");

function body(exchange) {
  const { delivery = {} } = exchange;
  return el(
    "div",
    { class: "body" },
    el("dl", { class: "facts" },
      fact("Server", `${exchange.server ?? "main"}, ${exchange.base ?? ""}`),
      fact("Ended at", `${exchange.at.replace("T", " ").replace("Z", "")} UTC`),
      fact("Received", exchange.received === false ? "no" : "yes"),
      fact("Stored", yes(exchange.stored)),
      fact("Status", exchange.status ?? "none was sent"),
      fact("Fault", exchange.fault),
      fact("Wrong with the request", exchange.problem),
      fact("Answer's bytes", count(delivery.answerBytes ?? 0)),
      fact("Connection", (delivery.closing ?? "kept-open").replaceAll("-", " "))),
    message("Request, as it was understood", exchange.request),
    message("Answer", exchange.answer),
    bytes(exchange, delivery.requestBytes ?? 0),
  );
}

function message(title, value) {
  return value ? [el("h3", {}, title), el("pre", {}, plainLines(JSON.stringify(value, null, 2)))] : null;
}

const plainLines = (text) => text.split("\n").map(plain).join("\n");

function bytes(exchange, size) {
  const shown = bytesOf(exchange);
  if (!shown.length) return el("p", { class: "lead" }, "The request had no body.");
  const part = shown.length < size ? `, the first ${count(shown.length)} of ${count(size)}` : `, ${count(size)} in all`;
  return [
    el("h3", {}, `Bytes of the request's body${part}`),
    el("pre", { class: "bytes", tabindex: 0, "aria-label": "Bytes of the request's body" }, dump(shown)),
    el("p", { class: "lead told" }, `Digest of the whole body: ${exchange.digest}`),
  ];
}
