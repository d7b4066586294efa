// The author's page: which cells are refused, and which rows are looked for. Every word about a change comes from the server.
"use strict";
(() => {
const find = document.getElementById("find");

// A reader of the screen is told at the cell itself that it is refused.
function mark() {
  for (const told of document.querySelectorAll("[data-slips-of]")) {
    const cell = document.getElementById(told.dataset.slipsOf);
    if (told.textContent.trim()) cell?.setAttribute("aria-invalid", "true");
    else cell?.removeAttribute("aria-invalid");
  }
}

// A row that is changed stands out, as long as it differs from what is kept.
function changed(field) {
  const { seen } = JSON.parse(field.getAttribute("hx-vals"));
  field.classList.toggle("changed", field.value !== seen);
}

// Text in a field is not found by the search of a browser.
function filter() {
  const wanted = find.value.toLowerCase().trim();
  let shown = 0;
  for (const row of document.querySelectorAll(".rules tbody tr")) {
    const fields = [...row.querySelectorAll("textarea, select")].map((field) => field.value);
    row.hidden = !`${row.textContent} ${fields.join(" ")}`.toLowerCase().includes(wanted);
    shown += !row.hidden;
  }
  document.getElementById("found").textContent = wanted ? `${shown} rows` : "";
}

for (const field of document.querySelectorAll(".rules [hx-vals][name]")) {
  changed(field);
  field.addEventListener("input", () => changed(field));
}
document.addEventListener("htmx:oobAfterSwap", mark);
document.addEventListener("htmx:afterSwap", mark);
find?.addEventListener("input", filter);
mark();
})();
