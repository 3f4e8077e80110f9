"use strict";
// Before anything is painted: light or dark as the reader chose last, else as the system.
(() => {
  const root = document.documentElement;
  try {
    const told = localStorage.getItem("dlscheck-theme");
    if (told === "dark" || told === "light") root.dataset.theme = told;
  } catch { /* nothing is kept here */ }
  addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme").addEventListener("click", () => {
      const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
      const now = root.dataset.theme || (isDark ? "dark" : "light");
      root.dataset.theme = now === "dark" ? "light" : "dark";
      try {
        localStorage.setItem("dlscheck-theme", root.dataset.theme);
      } catch { /* nothing is kept here */ }
    });
  });
})();
