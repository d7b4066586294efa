// What the pages do in the browser: send each answer, in order, with the version it was given for; show one step, the answers at a
// spot of the body, and the explanations. Every word of a result comes from the server.
"use strict";
(() => {
const $ = (id) => document.getElementById(id);
const visit = $("visit");
const wire = $("wire"); // answers start here, one at a time
const KEPT = 200, GONE = 404, CHANGED_ELSEWHERE = 409, NOT_ALLOWED = 422;
const TWICE = 400; // ms in which a second press of the same button is a trembling finger
const WIDE = matchMedia("(min-width: 62rem) and (min-height: 60rem)"); // where all of a drill, or of the result, has room
const MOVING = ["step", "undo", "redo"]; // pressed again and again on purpose
const waiting = [];
const lacking = new Set(); // pieces that came anew while somebody typed in the one that stands
let busy = false, byKey = false, current = "", dropped = 0, lastPress = { id: "", at: 0 };

// What was pressed stays where it is on the screen, whatever comes and goes above it; for a press outside the form, what stands in its middle.
function anchor(pressed) {
  const inside = pressed?.closest("#visit") ? pressed : document.elementFromPoint(visit.getBoundingClientRect().left + 40, innerHeight / 2);
  const id = inside?.closest("[id]")?.id;
  const at = () => { const item = id && $(id); return item?.checkVisibility() ? item.getBoundingClientRect().top : NaN; };
  const before = at();
  return () => { const moved = at() - before; if (moved) scrollBy({ top: moved, behavior: "instant" }); };
}

async function post(path, values, pressed) {
  const { everything, short } = visit.dataset;
  const version = $("version").value;
  const more = { version, everything, short, lacks: lacked(values), ...slips(values.name) };
  const address = `${visit.dataset.base}/${path}`;
  let status = 0, back, opened;
  // What another address answers, such as a login, is no answer to this press.
  const heard = ({ detail: { xhr } }) => { if (xhr.responseURL.endsWith(address)) status = xhr.status; };
  const before = () => { lacking.clear(); back = anchor(pressed); opened = [...visit.querySelectorAll("details[id][open]")].map((item) => item.id); };
  const swapped = () => { settle(opened, path === "none" ? `c-${values.cluster}` : ""); if (path !== "none") back?.(); refocus(); };
  wire.addEventListener("htmx:afterRequest", heard);
  wire.addEventListener("htmx:beforeSwap", before);
  wire.addEventListener("htmx:afterOnLoad", swapped);
  try {
    await htmx.ajax("POST", address, { source: wire, swap: "none", values: { ...values, ...more } });
  } catch { /* told below */ }
  wire.removeEventListener("htmx:afterRequest", heard);
  wire.removeEventListener("htmx:beforeSwap", before);
  wire.removeEventListener("htmx:afterOnLoad", swapped);
  return status;
}

// What stands in a field and was not kept: it stays there until something else is said of it.
const SLIP = "[data-answer][aria-invalid=true]";

function slips(about) {
  const others = [...visit.querySelectorAll(SLIP)].filter((field) => field.name !== about);
  return Object.fromEntries(others.map((field) => [`slip:${field.name}`, field.value]));
}

// A question that something is said of comes anew in any case: its field may show what was typed, and not what that is.
const pieceOf = (name) => `q-${name.replace(".", "-")}`;
const lacked = ({ name }) => [...lacking, ...(name ? [pieceOf(name)] : [])].join(" ");

// Nothing is taken away from under whoever types: what comes meanwhile is asked for again. A piece is put in its place here: htmx would
// tell the page again and again of each element that goes or comes, and nobody listens.
function swaps(event) {
  const { target: piece, fragment } = event.detail;
  event.detail.shouldSwap = false;
  if (typedIn(piece)) lacking.add(piece.id); else piece.replaceWith(fragment);
}

function typedIn(piece) {
  const typing = document.activeElement;
  if (!typing.matches("[data-answer]") || typing.value === typing.defaultValue || !piece.contains(typing)) return false;
  return waiting[0]?.[2] !== typing;
}

async function work() {
  if (busy) return;
  busy = true;
  let last;
  while (waiting.length) {
    const [path, values, pressed] = last = waiting[0];
    if (path === "who") values.seen = pressed.dataset.kept ?? pressed.defaultValue;
    const status = await post(path, values, pressed);
    if (status === GONE) {
      waiting.length = 0;
      place.go(visit.dataset.base); // says that there is no such visit
    }
    const told = [KEPT, CHANGED_ELSEWHERE, NOT_ALLOWED, GONE].includes(status);
    $("lost").hidden = told;
    if (!told) break;
    if (path === "who" && status === KEPT) named(pressed, values.value);
    if (status === NOT_ALLOWED && values.name) reveal(path === "who" ? `who-${values.name}` : pieceOf(values.name));
    if (status === KEPT) leadOn(path, values);
    if (pressed?.id && pressed.id === lastPress.id) lastPress.at = performance.now();
    // What was pressed after it was pressed on a page that was not true any more.
    const after = waiting.splice(0, status === CHANGED_ELSEWHERE ? waiting.length : 1).slice(1);
    if (after.length) $("told").querySelector("p").append(` ${after.length} more not kept: ${after.map(inWords).join("; ")}.`);
    if (status !== KEPT) dropped += 1;
  }
  busy = false;
  if (waiting.length) return;
  document.body.dataset.busy = "";
  for (const item of document.querySelectorAll(".sending")) item.classList.remove("sending");
  document.body.dataset.kept = "yes";
  document.querySelector(".kept-word").textContent = "kept";
  say(last);
  const why = $("why");
  if (why?.open && last?.[0] === "answer") explain(why.dataset.shown);
}

// A button that goes away with its press leaves the focus to its neighbour.
function refocus() {
  if (document.activeElement !== document.body) return;
  ($("bar").querySelector("button:not(:disabled)") ?? $(`title-${current}`)).focus({ preventScroll: true });
}

// What a press was, as it stands on the page.
function inWords([, values, pressed]) {
  const ask = values.name && $(`q-${values.name.replace(".", "-")}-ask`);
  return [ask?.textContent.trim(), values.value ?? pressed?.textContent.trim()].filter(Boolean).join(": ");
}

// A reader of the screen is told in one element that stays; at a stop at once.
function say(last) {
  const said = $("said"), stop = "stop" in $("bar").dataset;
  const words = (item) => item?.textContent.replace(/\s+/g, " ").trim() ?? "";
  const told = $("told").hidden ? "" : words($("told").querySelector("p"));
  const spot = last?.[1].name && $(`spot-${last[1].name.replace(".", "-")}`)?.querySelector(".unseen");
  const places = stop ? [".sight-say h2"] : ["#sight-triage :is(.soft, .bound)", ".ladder-word"]; // both bounds, at every width
  const state = places.map((place) => [...document.querySelectorAll(place)].map(words).join(" "));
  said.setAttribute("aria-live", stop ? "assertive" : "polite");
  said.textContent = [told || words(spot), ...state].filter(Boolean).join(". ");
}

// A text of the head was kept: it is what the next one is compared with.
function named(field, text) {
  field.defaultValue = text;
  delete field.dataset.kept;
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
  $(`${field.id}-slip`)?.remove();
  const { name, patient_id } = field.form.elements;
  if (name.value || patient_id.value) $("who-asked")?.remove();
}

function send(path, values = {}, pressed = null) {
  // A repeat of what waits changes nothing; what takes it back, or moves on, is another press.
  const asked = ({ seen, ...what }) => JSON.stringify(what);
  const about = ({ name, group, cluster }) => JSON.stringify([name, group, cluster]);
  const last = waiting.findLast(([other, given]) => other === path && about(given) === about(values));
  if (!MOVING.includes(path) && last && asked(last[1]) === asked(values)) return;
  document.body.dataset.busy = "yes";
  document.querySelector(".kept-word").textContent = "saving";
  waiting.push([path, values, pressed]);
  work();
}

// An answer is drawn as pressed at once; what follows from it waits for the server.
function answer(button) {
  const { name, value } = button.dataset;
  const on = (button.getAttribute("aria-checked") ?? button.getAttribute("aria-pressed")) === "true";
  const group = button.closest("[role=radiogroup]");
  for (const item of group?.children ?? []) item.setAttribute("aria-checked", String(item === button && !on));
  if (!group) button.setAttribute("aria-pressed", String(!on));
  button.classList.add("sending");
  send("answer", on ? { name, value, blank: "yes" } : { name, value }, button);
}

function press(button) {
  const now = performance.now(), moving = MOVING.includes(button.dataset.do);
  const pending = waiting.some(([, , other]) => other?.id === button.id);
  const twice = button.id && button.id === lastPress.id && (pending || now - lastPress.at < TWICE);
  lastPress = { id: moving ? "" : button.id, at: now };
  if (twice && !moving) return;
  if (button.dataset.do === "answer") return answer(button);
  const { do: path, ...values } = button.dataset;
  button.classList.add("sending");
  send(path, values, button);
}

// One step is shown, unless all are; the address says which.
function show(step, focus = true) {
  const all = visit.dataset.everything === "yes";
  const wanted = $(`step-${step}`) ? step : "result", section = $(`step-${wanted}`);
  const moved = wanted !== current;
  current = wanted;
  for (const other of visit.children) other.hidden = !all && other !== section;
  document.body.dataset.step = wanted;
  marked();
  if (moved) closeSpot();
  if (moved) place.mark(`step-${wanted}`);
  if (!focus) return;
  const title = $(`title-${wanted}`);
  if (all) title.scrollIntoView({ block: "start" }); else scrollTo({ top: 0, behavior: "instant" });
  const first = wanted === "result" ? $("who-name") : openIn($(`step-${wanted}`));
  const ready = first?.matches("input") && first.value === "" && first.getBoundingClientRect().bottom < innerHeight;
  const keyed = moved && byKey && (section.querySelector("[data-do=all-well][aria-pressed=false]") ?? first);
  (keyed || (ready ? first : title)).focus({ preventScroll: !keyed });
  if (keyed) $("said").textContent = title.textContent;
}

function marked() {
  for (const item of document.querySelectorAll(".next-for")) item.hidden = item.dataset.step !== current;
  for (const link of document.querySelectorAll("#map [data-go]")) {
    if (link.dataset.go === current) link.setAttribute("aria-current", "step"); else link.removeAttribute("aria-current");
  }
}

// A question is brought into sight, wherever it stands, and its first answer gets the focus.
function reveal(id) {
  const item = $(id);
  if (!item) return;
  if (item.closest("#who") && !item.closest("dialog")) show("result", false);
  if (item.closest("#who")) return item.focus();
  const step = item.closest(".step");
  if (step.hidden) show(step.dataset.step, false);
  for (let fold = item.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const spot = item.closest(".asked-spot");
  if (spot && !spot.checkVisibility()) openSpot($(`spot-${spot.dataset.of}`));
  item.scrollIntoView({ block: "center" });
  const first = item.querySelector("input[aria-invalid]") ?? item.querySelector("[data-do=answer][tabindex='0'], .tick-box, input, [data-do]");
  first?.focus({ preventScroll: true });
}

// The answers of a spot: in its row where that is in sight, else in a card at the spot.
function openSpot(spot) {
  if (!spot) return;
  const row = $(`asked-${spot.dataset.spot}`), was = row.matches(".at-spot, .pointed");
  closeSpot();
  if (was) return;
  const beside = row.checkVisibility();
  row.classList.add(beside ? "pointed" : "at-spot");
  if (!beside) placeCard(row, spot);
  spot.setAttribute("aria-expanded", "true");
  row.querySelector("[tabindex='0'][data-do]")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// The band of the window that nothing covers.
const head = () => Math.max(0, $("top").getBoundingClientRect().bottom);
const foot = () => getComputedStyle($("side")).position === "fixed" ? $("side").getBoundingClientRect().top : innerHeight;

// The card stands below its spot, or above it where the foot of the screen is too near.
function placeCard(row, spot) {
  const drill = row.closest(".drill"), box = drill.getBoundingClientRect(), at = spot.getBoundingClientRect();
  const width = row.offsetWidth, middle = at.left + at.width / 2 - box.left;
  const above = at.bottom + row.offsetHeight + 8 > foot() && at.top - row.offsetHeight > head();
  row.style.left = `${Math.max(0, Math.min(middle - width / 2, box.width - width))}px`;
  row.style.top = `${(above ? at.top - row.offsetHeight - 4 : at.bottom + 4) - box.top}px`;
}

function closeSpot(back = false) {
  for (const row of visit.querySelectorAll(".at-spot, .pointed")) {
    row.classList.remove("at-spot", "pointed");
    row.removeAttribute("style");
    const spot = $(`spot-${row.dataset.of}`);
    spot?.setAttribute("aria-expanded", "false");
    if (back) spot?.focus({ preventScroll: true });
  }
}

// After pieces have come: spots are placed, folds stand as they stood, and there is one way in to each group of answers.
function settle(opened = [], folded = "") {
  // Made a short visit, or a full one, or finished, in another tab: the page is another.
  if (["short", "closed"].some((state) => $("bar").dataset[state] !== visit.dataset[state])) return place.go(`${visit.dataset.base}?changed=yes`);
  for (const spot of document.querySelectorAll(".spot")) {
    spot.style.left = `${spot.dataset.x}%`;
    spot.style.top = `${spot.dataset.y}%`;
    const open = $(`asked-${spot.dataset.spot}`)?.matches(".at-spot, .pointed");
    spot.setAttribute("aria-expanded", String(Boolean(open)));
  }
  for (const id of opened) if (id !== folded && $(id)) $(id).open = true;
  for (const rows of visit.querySelectorAll(".cluster-rows")) members(rows).forEach((item, place) => { item.tabIndex = place ? -1 : 0; });
  for (const part of visit.querySelectorAll(".part")) part.dataset.stands = part.querySelector(".part-head")?.dataset.stands ?? "shown";
  for (const fold of visit.querySelectorAll(".more")) fold.hidden = !fold.querySelector(".q");
  const there = current === "result" || document.querySelector(`#map [data-go="${current}"]`);
  if (current && !there) show(document.querySelector("#map [data-go]").dataset.go);
  marked();
}

// Once a group of questions is done, what is open next gets the eye and the focus; the last group of a step leads to the next step. A
// finger that still presses hits nothing.
const LEADS = ["none", "all-well", "same"];

function leadOn(path, values) {
  if (path === "answer") return raised(values.name);
  if (!LEADS.includes(path)) return;
  document.body.classList.add("settling");
  setTimeout(() => document.body.classList.remove("settling"), TWICE);
  const step = $(`step-${current}`), next = step.querySelector(".cluster[data-open]");
  const on = step.querySelector(".go [data-go]");
  if (path === "none" && !next && !openIn(step)) return show(on.dataset.go);
  if (next) next.open = true;
  const to = (path === "none" && next?.querySelector(byKey ? ".tick-box, .choice" : "summary")) || openIn(step) || on;
  (path === "none" ? next ?? to : to).scrollIntoView({ block: path === "none" && next ? "start" : "nearest" });
  to.focus({ preventScroll: true });
}

// The first control of a step with which something open can be answered.
function openIn(step) {
  const open = [".cluster[data-open] .tick-box[tabindex='0']", "[data-open] .choices > [tabindex='0']", "[data-open] .stepper input"];
  const controls = step.querySelectorAll(open.join(", "));
  return [...controls].find((item) => item.checkVisibility());
}

// What an answer raises is brought into sight: of a flag it may be what decides. A card in which all is said goes.
function raised(name) {
  const question = $(pieceOf(name)), near = question?.closest(".cluster, .asked");
  const follows = [...(near?.querySelectorAll(".q-follows[data-open]") ?? [])].find((item) => item.checkVisibility());
  if (follows) {
    const hidden = follows.getBoundingClientRect().bottom - foot();
    const room = question.getBoundingClientRect().top - head();
    scrollBy({ top: Math.max(0, Math.min(hidden, room)), behavior: "instant" });
  }
  if (near?.matches(".at-spot") && !near.querySelector("[data-open]")) closeSpot(true);
}

// The buttons that the arrow keys go through: those of a group inside belong to that group.
function members(group) {
  const items = [...group.querySelectorAll(".tick-box, .choice, summary")];
  return items.filter((item) => item.closest("[data-roving]") === group);
}

function arrow(event) {
  const group = event.target.closest("[data-roving]");
  const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (way && event.target.matches("[data-answer]")) return moved(event, way);
  if (!group || !way || event.target.matches("input")) return;
  event.preventDefault();
  const items = members(group).filter((item) => item.checkVisibility()), place = items.indexOf(event.target);
  const next = items[(place + way + items.length) % items.length];
  for (const item of items) item.tabIndex = item === next ? 0 : -1;
  next.focus();
}

// In the field of a number up and down do what plus and minus do.
function moved(event, way) {
  if (!["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const step = event.target.parentElement.querySelector(`[data-by="${-way}"]`);
  if (step && !step.disabled) press(step);
}

// The key ? opens how to ask or look, of the question that has the focus.
function help(event) {
  const fold = event.target.closest(".q, .tick-row, .step")?.querySelector(".how");
  if (!fold || event.target.matches("input:not([data-answer]), select")) return;
  event.preventDefault();
  fold.open = !fold.open;
}

function explain(id) {
  $("why").dataset.shown = id;
  htmx.ajax("POST", `${visit.dataset.base}/why`, { source: "#why-body", target: "#why-body", swap: "innerHTML", values: { id } });
}

function explained() {
  if (!$("why").open) $("why").showModal();
  $("why-title").focus();
}

function pressed(event) {
  const target = event.target;
  const button = target.closest("button[data-do]");
  if (button) press(button);
  const why = target.closest("button[data-why]");
  if (why) explain(why.dataset.why);
  const spot = target.closest("[data-spot]");
  if (spot) openSpot(spot);
  else if (!target.closest(".at-spot, .pointed")) closeSpot();
  const way = target.closest("[data-go]");
  if (way) { event.preventDefault(); show(way.dataset.go); raise(false); }
  const link = target.closest("a[href^='#q-'], a[href^='#who-']");
  if (link) { event.preventDefault(); raise(false); reveal(link.hash.slice(1)); }
  const close = target.closest("[data-close]");
  if (close) { close.blur(); $(close.dataset.close).hidden = true; refocus(); }
  if (target.closest("#up")) raise($("up").getAttribute("aria-expanded") !== "true");
  if (target.closest("[data-who]")) askWho();
  if (target.closest("#again")) work();
}

// A press belongs to what the finger went down on, also where that was drawn anew meanwhile, or moved away under a finger that held still.
// What came there instead is not pressed.
const CONTROL = "button, a[href], summary", STILL = 10; // px
let down = null, lifted = -TWICE; // when a finger went up from something else than it had gone down on

const controlOf = (element) => element?.closest(CONTROL) ?? null;
const does = (control) => JSON.stringify([control.tagName, control.closest("[id]")?.id, control.href, { ...control.dataset }]);

function fingerDown({ target, button, clientX, clientY }) {
  byKey = false;
  lifted = -TWICE;
  const control = controlOf(target);
  down = button === 0 ? { control, does: control && does(control), left: clientX, top: clientY } : null;
}

function fingerUp({ clientX, clientY }) {
  const begun = down, at = controlOf(document.elementFromPoint(clientX, clientY));
  down = null;
  if (!begun || at === begun.control) return;
  const still = Math.hypot(clientX - begun.left, clientY - begun.top) < STILL;
  const control = begun.control && stands(begun);
  if (control && (still || control === at)) control.click();
  lifted = performance.now();
}

function stands({ control, does: wanted }) {
  const same = control.isConnected ? [control] : [...document.querySelectorAll(CONTROL)].filter((item) => does(item) === wanted);
  const [found, ...more] = same.filter((item) => item.checkVisibility());
  return more.length ? null : found;
}

function clickedAnew(event) {
  if (!event.isTrusted || performance.now() - lifted > TWICE) return;
  event.preventDefault();
  event.stopPropagation();
}

function raise(up) {
  $("up").setAttribute("aria-expanded", String(up));
  $("side").classList.toggle("up", up);
}

// Who it is of is asked in one place; from the head of the page that place comes up in front.
function askWho() {
  const dialog = $("who-dialog");
  $("who-away").append($("who"));
  dialog.showModal();
  dialog.addEventListener("close", () => $("who-home").append($("who")), { once: true });
}

function keyed(event) {
  byKey = true;
  lifted = -TWICE;
  arrow(event);
  if (event.key === "Enter" && event.target.matches("#who-home input")) {
    event.preventDefault();
    document.querySelector(".button-finish")?.focus();
  }
  if (event.key === "?") help(event);
  if (event.key === "Escape" && visit.querySelector(".at-spot, .pointed")) closeSpot(true);
  const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  const button = $(event.shiftKey ? "redo" : "undo");
  if (button && !button.disabled) press(button);
}

function changed({ target }) {
  if (target.matches("[data-answer]")) {
    const blank = target.value.trim() ? {} : { blank: "yes" };
    send("answer", { name: target.name, value: target.value, ...blank }, target);
  }
  if (target.closest("#who")) send("who", { name: target.name, value: target.value }, target);
  if (target.matches("[data-why-select]") && target.value) {
    explain(target.value);
    target.value = "";
  }
}

// Nobody leaves while an answer is on its way: the end of the visit waits for it, and another page asks first. What was not kept
// meanwhile is told here, so here one stays; and so with what stands in a field and is not kept.
async function submitted(event) {
  if (event.target.id === "who") event.preventDefault();
  const extent = event.target.matches(".extent") && event.target;
  if (event.target.id === "finish" || extent) event.target.elements.version.value = $("version").value;
  if (!event.target.closest("#finish, #bar, .extent")) return;
  const slip = document.querySelector(`#visit ${SLIP}, #who [aria-invalid=true]`);
  if (!waiting.length && !slip) return;
  event.preventDefault();
  if (!waiting.length) return reveal(slip.closest("#who") ? slip.id : pieceOf(slip.name));
  const form = event.target.id, before = dropped;
  while (busy) await new Promise((done) => setTimeout(done, 20));
  if (!waiting.length && dropped === before) (extent || (form ? $(form) : document.querySelector("#bar form"))).requestSubmit();
}

// Before the page is locked what stands in a field counts as said; what cannot be sent is handed over, with all that it takes to send it.
function settled({ detail }) {
  document.activeElement?.blur();
  if (!busy) work();
  const { base, everything, short } = visit.dataset;
  detail.unsent = async (late) => {
    let over = false;
    late.then(() => { over = true; });
    while (busy && !over) await new Promise((done) => setTimeout(done, 20));
    const presses = waiting.splice(0).map(([path, values]) => [path, values]);
    return { base, everything, short, version: $("version").value, presses };
  };
}

if (visit) {
  document.addEventListener("page:settle", settled);
  document.addEventListener("click", clickedAnew, { capture: true });
  document.addEventListener("click", pressed);
  document.addEventListener("pointerdown", fingerDown);
  document.addEventListener("pointerup", fingerUp);
  document.addEventListener("keydown", keyed);
  document.addEventListener("change", changed);
  document.addEventListener("submit", submitted);
  document.addEventListener("htmx:oobBeforeSwap", swaps);
  $("why-body").addEventListener("htmx:afterSwap", explained);
  $("why-body").addEventListener("htmx:responseError", ({ detail }) => { if (detail.xhr.status === GONE) place.go(visit.dataset.base); });
  window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
  for (const fold of visit.querySelectorAll("[data-wide-open]")) fold.open = WIDE.matches || visit.dataset.everything === "yes";
  const wanted = /^step-(\w+)$/.exec(place.part())?.[1];
  const question = /^(q-[\w-]+)$/.exec(place.part())?.[1];
  settle();
  show(wanted ?? visit.dataset.first, !question);
  if (question) reveal(question);
  if ($("who-asked")) reveal("who-name");
  // Following its own address to the end, a browser takes the focus away again.
  const begun = document.activeElement;
  const again = () => { if (document.activeElement === document.body) begun.focus({ preventScroll: true }); };
  window.addEventListener("load", () => setTimeout(again));
}

for (const option of document.querySelectorAll("#language option")) {
  option.textContent = new Intl.DisplayNames([option.value], { type: "language" }).of(option.value);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const text = $(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent);
      $("copied").textContent = "Copied.";
    } catch { // no clipboard here: it is marked, to be copied by hand
      text.closest("details").open = true;
      getSelection().selectAllChildren(text);
      $("copied").textContent = "Marked: copy it with Ctrl+C.";
    }
  });
}

// How far an export is, from its beginning on. The press itself is the browser's: it saves the file.
$("export")?.addEventListener("click", () => setTimeout(() => htmx.trigger("#exported", "begun"), TWICE));
})();
