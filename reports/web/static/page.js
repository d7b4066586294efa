// What the pages do in the browser: send each answer, in order, with the version it was given for; show the body's spots and the
// explanations. Every word and every result comes from the server.
"use strict";

const visit = document.getElementById("visit");
const wire = document.getElementById("wire"); // answers start here, one at a time; a form would send all of its fields
const KEPT = 200, GONE = 404, CHANGED_ELSEWHERE = 409, NOT_ALLOWED = 422;
const BY_HAND = ["answer", "press", "step"]; // as opposed to the one press of a part, undo and redo
const waiting = [];
let busy = false;

// What was pressed stays where it is on the screen, whatever comes and goes above it; for a press outside the form, what stands in its middle.
function anchor(pressed) {
  const inside = pressed?.closest("#visit") ? pressed : document.elementFromPoint(visit.getBoundingClientRect().left + 40, innerHeight / 2);
  const id = inside?.closest("[id]")?.id;
  const at = () => { const item = id && document.getElementById(id); return item?.checkVisibility() ? item.getBoundingClientRect().top : NaN; };
  const before = at();
  return () => { const moved = at() - before; if (moved) scrollBy({ top: moved, behavior: "instant" }); };
}

async function post(path, values, pressed) {
  const everything = visit.dataset.everything;
  const version = document.getElementById("version").value;
  const address = `${visit.dataset.base}/${path}`;
  let status = 0;
  // What another address answers, such as a login, is no answer to this press.
  const heard = ({ detail: { xhr } }) => { if (xhr.responseURL.endsWith(address)) status = xhr.status; };
  let back;
  const before = () => { back = anchor(pressed); };
  const swapped = () => { stand(path, values.group); back?.(); };
  wire.addEventListener("htmx:afterRequest", heard);
  wire.addEventListener("htmx:beforeSwap", before);
  wire.addEventListener("htmx:afterOnLoad", swapped);
  try {
    await htmx.ajax("POST", address, { source: wire, swap: "none", values: { ...values, version, everything } });
  } catch { /* told below */ }
  wire.removeEventListener("htmx:afterRequest", heard);
  wire.removeEventListener("htmx:beforeSwap", before);
  wire.removeEventListener("htmx:afterOnLoad", swapped);
  return status;
}

async function work() {
  if (busy) return;
  busy = true;
  while (waiting.length) {
    const status = await post(...waiting[0]);
    if (status === GONE) {
      waiting.length = 0;
      location.assign(visit.dataset.base); // says that there is no such visit
    }
    const told = [KEPT, CHANGED_ELSEWHERE, NOT_ALLOWED, GONE].includes(status);
    document.getElementById("lost").hidden = told;
    if (!told) break;
    if (status === KEPT && waiting[0][0] === "who") named(waiting[0][2], waiting[0][1].value);
    // What was pressed after it was pressed on a page that was not true any more.
    waiting.splice(0, status === CHANGED_ELSEWHERE ? waiting.length : 1);
  }
  busy = false;
  // A reader of the screen is told in one element that stays; at a stop at once.
  const bar = document.getElementById("bar"), said = document.getElementById("said");
  said.setAttribute("aria-live", "stop" in bar.dataset ? "assertive" : "polite");
  said.textContent = bar.querySelector(".bar-said").textContent.replace(/\s+/g, " ").trim();
  document.body.dataset.busy = waiting.length ? "yes" : "";
}

// A text of the head was kept: it is what the next one is compared with.
function named(field, text) {
  field.defaultValue = text;
  const { name, patient_id } = field.form.elements;
  document.getElementById("who-name").textContent = name.value || patient_id.value || "Add a name";
}

function send(path, values = {}, pressed = null) {
  document.body.dataset.busy = "yes";
  waiting.push([path, values, pressed]);
  work();
}

function place(spots) {
  for (const spot of spots.querySelectorAll("[data-x]")) {
    spot.style.left = `${spot.dataset.x}%`;
    spot.style.top = `${spot.dataset.y}%`;
  }
}

// A part stands as its head says. It is written on the part itself, as a style that looks for it inside would be slow.
// Its one press folds it away; a part that is corrected by hand stays unfolded, also once all of it is well again.
function stand(path = "", group = "") {
  for (const part of visit.querySelectorAll(".part")) {
    const { stands } = part.querySelector(".part-head").dataset;
    if (part.id === `part-${group}`) part.removeAttribute("data-correct");
    else if (part.dataset.stands !== stands && BY_HAND.includes(path)) part.setAttribute("data-correct", "");
    if (part.dataset.stands !== stands) part.dataset.stands = stands;
    const correct = part.querySelector(".correct");
    if (correct) correct.open = part.hasAttribute("data-correct");
    const refining = part.querySelector(".refining");
    if (refining) refining.hidden = !refining.querySelector(".q");
  }
}

function explain(id) {
  const dialog = document.getElementById("why");
  htmx.ajax("POST", `${visit.dataset.base}/why`, { source: "#why-body", target: "#why-body", swap: "innerHTML", values: { id } }).then(() => {
    if (!dialog.open) dialog.showModal();
    document.getElementById("why-title").focus();
  });
}

if (visit) {
  visit.addEventListener("submit", (event) => event.preventDefault());
  visit.addEventListener("change", ({ target }) => {
    if (target.name) send("answer", { name: target.name, value: target.value }, target);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (button) {
      const { do: path, ...values } = button.dataset;
      send(path, values, button);
    }
    const why = event.target.closest("button[data-why]");
    if (why) explain(why.dataset.why);
    if (event.target.closest("#again")) work();
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-why-select]") || !target.value) return;
    explain(target.value);
    target.value = "";
  });
  document.addEventListener("htmx:oobAfterSwap", ({ target }) => place(target));
  visit.addEventListener("toggle", ({ target }) => {
    if (target.matches(".correct")) target.closest(".part").toggleAttribute("data-correct", target.open);
  }, true);
  place(document);
  stand();

  // Nobody leaves while an answer is on its way: the end of the visit waits for it, and another page asks first.
  document.addEventListener("submit", async (event) => {
    if (!waiting.length || !event.target.closest("#bar")) return;
    event.preventDefault();
    while (busy) await new Promise((done) => setTimeout(done, 20));
    if (!waiting.length) document.querySelector("#bar form").requestSubmit();
  });
  window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });

  const who = document.getElementById("who");
  who.addEventListener("submit", (event) => event.preventDefault());
  who.addEventListener("change", ({ target }) => {
    send("who", { name: target.name, value: target.value, seen: target.defaultValue }, target);
  });
}

for (const option of document.querySelectorAll("#language option")) {
  option.textContent = new Intl.DisplayNames([option.value], { type: "language" }).of(option.value);
}

for (const field of document.querySelectorAll("[data-filter]")) {
  field.addEventListener("input", () => {
    for (const row of document.getElementById(field.dataset.filter).children) {
      row.hidden = !row.dataset.text.includes(field.value.toLowerCase());
    }
  });
}
