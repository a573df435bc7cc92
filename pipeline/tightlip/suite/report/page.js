"use strict";
const byId = (id) => document.getElementById(id);
const fields = { text: byId("filter-text"), class: byId("filter-class"), scrubber: byId("filter-scrubber"), status: byId("filter-status") };
const cases = [...document.querySelectorAll(".case")].map((node) => ({
  node,
  kind: node.dataset.class,
  text: [...node.querySelectorAll("summary h3, summary p:not(.badges), .wrong, .body > div > .quiet")].map((one) => one.textContent).join("\n").toLowerCase(),
  checks: [...node.querySelectorAll(".check")],
}));

const wanted = () => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value.trim()]));

const show = () => {
  const { text, class: kind, scrubber, status } = wanted();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const one of cases) {
    let fits = 0;
    for (const check of one.checks) {
      const isWanted = (!scrubber || check.dataset.scrubber === scrubber) && (!status || check.dataset.status === status);
      check.hidden = !isWanted;
      fits += isWanted;
    }
    const isShown = fits > 0 && (!kind || one.kind === kind) && words.every((word) => one.text.includes(word));
    one.node.hidden = !isShown;
    count += isShown;
  }
  byId("count").textContent = `${count} of ${cases.length} cases`;
  byId("none").hidden = count > 0;
};

// The filters stand in the address, so that a view can be passed on. A plain name there is a case.
const toAddress = () => {
  const set = new URLSearchParams(Object.entries(wanted()).filter(([, value]) => value));
  const hash = set.toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
};
const fromAddress = () => {
  const hash = location.hash.slice(1);
  const isFilter = hash.includes("=");
  if (hash && !isFilter) {
    const node = byId(decodeURIComponent(hash));
    if (node?.classList.contains("case")) {
      clear();
      node.open = true;
      node.scrollIntoView();
    }
    return;
  }
  const set = new URLSearchParams(hash);
  for (const [name, field] of Object.entries(fields)) {
    field.value = set.get(name) ?? "";
    if (field.value === "" && field.tagName === "SELECT") field.selectedIndex = 0;
  }
  show();
};
const clear = () => {
  for (const field of Object.values(fields)) field.value = "";
  show();
};
const cleared = () => {
  clear();
  toAddress();
};

for (const field of Object.values(fields)) field.addEventListener("input", () => (show(), toAddress()));
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("clear").addEventListener("click", cleared);
byId("clear-none").addEventListener("click", () => (cleared(), fields.text.focus()));
const fold = (open) => cases.forEach((one) => one.node.hidden || (one.node.open = open));
byId("open").addEventListener("click", () => fold(true));
byId("close").addEventListener("click", () => fold(false));
addEventListener("hashchange", fromAddress);
addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    event.preventDefault();
    fields.text.focus();
    fields.text.select();
  } else if (event.key === "Escape" && (event.target === document.body || byId("filters").contains(event.target))) {
    cleared();
  }
});

const theme = byId("theme");
const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const named = () => (theme.textContent = isDark() ? "Light colours" : "Dark colours");
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  named();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", named);
named();
theme.hidden = false;
byId("filters").hidden = false;
show();
fromAddress();
