"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // Light or dark: as the system says, until the reader says otherwise.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const remember = (theme) => { try { localStorage.setItem("dlscheck-theme", theme); } catch { /* not kept */ } };
  const recall = () => { try { return localStorage.getItem("dlscheck-theme"); } catch { return null; } };
  const told = recall();
  if (told === "dark" || told === "light") root.dataset.theme = told;
  const turn = () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    remember(root.dataset.theme);
  };
  byId("theme").addEventListener("click", turn);

  // Filters.
  const form = byId("filters");
  const text = byId("text"), verdicts = byId("verdicts"), severities = byId("severities");
  const items = all("[data-text]").map((node) => [node, node.dataset.text.toLowerCase()]);
  const isWanted = (node, words) => {
    const hay = words;
    const asked = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    return asked.every((word) => hay.includes(word))
      && (!verdicts.value || node.dataset.verdict.split(" ").includes(verdicts.value))
      && (!severities.value || !node.dataset.severity || node.dataset.severity === severities.value);
  };
  const filter = () => {
    for (const [node, words] of items) node.hidden = !isWanted(node, words);
    for (const group of all(".group, .family")) group.hidden = !group.querySelector("[data-text]:not([hidden])");
    const isOn = text.value || verdicts.value || severities.value;
    const count = (selector) => {
      const found = all(selector);
      return `${found.filter((node) => !node.hidden).length} of ${found.length}`;
    };
    const counts = form.dataset.counts.split(",").map((told) => told.split("|"));
    byId("count").textContent = isOn
      ? counts.map(([selector, words]) => `${count(selector)} ${words}`).join(", ") : "";
  };
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  const clear = () => { form.reset(); filter(); };

  // A link leads to a place that can be seen.
  const show = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", show);
  // A link to where one is already changes nothing, and yet should open it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) show();
  });

  // Keys.
  const step = (by) => {
    const failures = all(".failure").filter((node) => !node.closest("[hidden]"));
    const at = failures.findIndex((node) => node.contains(document.activeElement));
    const next = failures[at < 0 ? 0 : Math.min(Math.max(at + by, 0), failures.length - 1)];
    if (!next) return;
    next.querySelector("summary").focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const keys = { "/": () => text.focus(), j: () => step(1), k: () => step(-1), t: turn };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { clear(); document.activeElement.blur(); return; }
    if (event.target.matches("input, select, textarea") || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  // On paper nothing can be opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all(".failure:not([open]), .part:not([open])");
    for (const node of closed) node.open = true;
  });
  addEventListener("afterprint", () => { for (const node of closed) node.open = false; });

  show();
})();
