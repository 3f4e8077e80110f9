// Elements made without any markup, so that whatever a client sent stays text.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** Make an HTML element; attributes that are null or false are left out, functions listen. */
export const el = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);

/** The same for SVG. */
export const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Put *nodes* in place of what *container* holds; the focus stays on the same data-key. */
export function redraw(container, ...nodes) {
  const focused = document.activeElement;
  const key = container.contains(focused) ? focused.dataset.key : undefined;
  container.replaceChildren(...nodes.flat().filter(Boolean));
  if (key === undefined) return;
  [...container.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key)?.focus();
}

/** Show what is wrong in *node*, or nothing any more. */
export function showProblem(node, message) {
  node.textContent = message ?? "";
  node.hidden = !message;
}

/**
 * A table. *columns*: {title, isNumber}; *rows*: lists of cells, of which each is text or a
 * node. On a narrow screen every row is a block, and each cell carries its column's title.
 */
export function table(caption, columns, rows, foot) {
  const cell = (content, index) => el(
    index ? "td" : "th",
    {
      class: columns[index].isNumber ? "number" : null,
      scope: index ? null : "row",
      "data-label": columns[index].title,
    },
    content,
  );
  const row = (cells) => el("tr", {}, cells.map(cell));
  return el(
    "table",
    { class: "stack" },
    el("caption", { class: "unseen" }, caption),
    el("thead", {}, el("tr", {}, columns.map(({ title, isNumber }) =>
      el("th", { scope: "col", class: isNumber ? "number" : null }, title)))),
    el("tbody", {}, rows.map(row)),
    foot ? el("tfoot", {}, row(foot)) : null,
  );
}
