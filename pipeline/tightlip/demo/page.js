"use strict";
const failures = [...document.querySelectorAll(".failure")];
const openNamed = () => {
  const found = location.hash && document.getElementById(location.hash.slice(1));
  if (!found) return;
  if (getComputedStyle(found).display === "none") document.getElementById("show-all").checked = true;
  found.open = true;
  found.scrollIntoView();
};
addEventListener("hashchange", openNamed);
openNamed();
for (const button of document.querySelectorAll("[data-fold]"))
  button.addEventListener("click", () => failures.forEach((failure) => (failure.open = button.dataset.fold === "open")));
