// Usage day by day as a line; a day is chosen by a click or with the arrow keys.

import { redraw, svg } from "./dom.js";
import { counted, longDay, roughly, shortDay } from "./format.js";

const HEIGHT = 230;
const EDGE = { top: 14, right: 14, bottom: 28, left: 52 };
/** Days past which single points would only make a mess. */
const MOST_POINTS = 62;
/** Room that the name of a day needs. */
const LABEL_PIXELS = 64;

/** A number above *most* to which an axis can go in four equal steps of whole numbers. */
function roundTop(most) {
  const step = Math.max(1, most / 4);
  const power = 10 ** Math.floor(Math.log10(step));
  const nice = [1, 2, 2.5, 3, 4, 5, 6, 8, 10].map((one) => one * power).find((one) => one >= step && one % 1 === 0);
  return 4 * (nice ?? Math.ceil(step));
}

/**
 * Draw *days* of the admin API into *container*.
 *
 * *key*: which of their numbers; *chosen*: the day that is marked; *choose* is told another.
 */
export function drawLine(container, days, key, chosen, choose) {
  const width = Math.max(280, container.clientWidth - 16);
  const frame = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  const top = roundTop(Math.max(...days.map((day) => day[key])));
  const x = (at) => EDGE.left + (days.length > 1 ? (at * frame.width) / (days.length - 1) : frame.width / 2);
  const y = (units) => EDGE.top + frame.height * (1 - units / top);
  const at = days.findIndex((day) => day.day === chosen);
  const points = days.map((day, index) => `${x(index).toFixed(1)} ${y(day[key]).toFixed(1)}`);
  const floor = EDGE.top + frame.height;
  const drawing = svg(
    "svg",
    { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, ...slider(days, key, at), keydown: (event) => turn(event, days, at, choose) },
    grid(top, y, width),
    names(days, x, frame.width),
    at < 0 ? null : svg("line", { class: "chosen", x1: x(at), x2: x(at), y1: EDGE.top, y2: floor }),
    svg("path", { class: "area", d: `M${x(0)} ${floor}L${points.join("L")}L${x(days.length - 1)} ${floor}Z` }),
    svg("path", { class: "line", d: `M${points.join("L")}` }),
    days.map((day, index) => (index === at || days.length <= MOST_POINTS
      ? svg("circle", { class: index === at ? "point chosen" : "point", cx: x(index), cy: y(day[key]), r: index === at ? 5 : 3 })
      : null)),
    targets(days, key, x, frame, choose),
  );
  redraw(container, drawing);
}

/** What tells those who do not see the chart which day is chosen. */
function slider(days, key, at) {
  const day = days[Math.max(at, 0)];
  return {
    role: "slider",
    tabindex: 0,
    "data-key": "chart",
    "aria-label": "Day",
    "aria-valuemin": 0,
    "aria-valuemax": days.length - 1,
    "aria-valuenow": Math.max(at, 0),
    "aria-valuetext": `${longDay(day.day)}: ${counted(day[key], "unit")}`,
  };
}

function turn(event, days, at, choose) {
  const last = days.length - 1;
  const to = {
    ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1,
    PageUp: at + 7, PageDown: at - 7, Home: 0, End: last,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  choose(days[Math.min(Math.max(to, 0), last)].day);
}

function grid(top, y, width) {
  return [0, 1, 2, 3, 4].map((step) => {
    const units = (top * step) / 4;
    return svg("g", {},
      svg("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y(units), y2: y(units) }),
      svg("text", { class: "units", x: EDGE.left - 8, y: y(units) + 4 }, roughly(units)));
  });
}

function names(days, x, width) {
  const room = Math.max(1, Math.floor(width / LABEL_PIXELS));
  const every = Math.ceil(days.length / room);
  const last = days.length - 1;
  return days.map((day, index) => ((last - index) % every ? null
    : svg("text", { class: index === last && index ? "day last" : "day", x: x(index), y: HEIGHT - 8 }, shortDay(day.day))));
}

/** The whole height above a day can be clicked: a point alone is too small for a finger. */
function targets(days, key, x, frame, choose) {
  const wide = frame.width / Math.max(1, days.length - 1);
  return days.map((day, index) => svg(
    "rect",
    {
      class: "target", "data-day": day.day, x: x(index) - wide / 2, y: EDGE.top,
      width: wide, height: frame.height + EDGE.bottom, click: () => choose(day.day),
    },
    svg("title", {}, `${longDay(day.day)}: ${counted(day[key], "unit")}`),
  ));
}
