// A page takes the place of the page: window, worker and lock stay. The address bar holds `#/visits/...#part`, and back and reload find
// their way by it.
"use strict";
const LEAVING = { patience: 2_000, pause: 20 }; // ms that what is under way gets before the page is left, and between two looks
const tops = new Map(); // how far down each page of the history was scrolled
let turned = 0; // pages that were shown; the one that is shown
let wanted = 0; // presses on a way to another page; the last one counts
let entry = 0; // place in the history
let shown = ""; // name of the page that is shown: places in the history that lead to parts of one page share it
let goingBack = false; // to where it was, from a page that may not be left yet
let posting = false; // a form is on its way: pressed twice it is sent once

window.place = {
  get channel() { return `hingeexpert ${about.place}`; }, // two apps of one host do not hear each other
  here: () => bar()[0],
  part: () => bar()[1],
  mark: (name) => history.replaceState(history.state, "", `#${place.here()}#${name}`),
  go: (address) => turn(inside(address)),
  replace: (address) => turn(inside(address), { how: "replace" }),
  reload: () => turn(whole(), { how: "replace" }),
  send,
};

// Path and query, and the part of the page.
function bar() {
  const [, path, part = ""] = /^#(\/[^#]*)(?:#(.*))?$/.exec(location.hash) ?? ["", "/"];
  return [path, part];
}

const whole = () => location.hash.startsWith("#/") ? location.hash.slice(1) : "/";

// Asks for a page, and shows it; a file is saved. `how` the history takes it: "push", "replace", or "back" where it has.
async function turn(address, { how = "push", ...init } = {}) {
  const from = whole(), isForm = init.method === "POST";
  if (isForm && posting) return true;
  const press = ++wanted;
  posting ||= isForm;
  const answer = await mayLeave() && await asked(address, init).catch(() => null); // it has ended, and that is told
  if (isForm) posting = false;
  if (!answer) return answer === null;
  await settles(); // what was pressed meanwhile
  if (press !== wanted || answer.status === NO_CONTENT) return true;
  if (isFile(answer)) save(answer);
  const isBrought = how !== "push"; // by an address that was typed, or stood there when the page was loaded
  if (isPaper(answer) || (isFile(answer) && isBrought)) return turn(above(address), { how: isBrought ? "replace" : how });
  if (isFile(answer)) return true;
  // What is answered to a form has no address of its own: the way back and a reload lead to where it was sent from.
  if (isForm && answer.address === address) await show(answer, from, how);
  else await show(answer, answer.address, answer.address === from && how === "push" ? "replace" : how);
  return true;
}

// A paper brings a policy of its own, which would stay on the window for all pages after it.
function isPaper({ body }) {
  return new TextDecoder().decode(body).includes('<meta http-equiv="Content-Security-Policy"');
}

// The page of a paper or a file: the visit that it is of.
const above = (address) => address.split(/[?#]/)[0].replace(/\/[^/]*$/, "") || "/";

// A page with answers under way asks before it is left: they are let come to an end first.
async function mayLeave() {
  return await settles() || confirm(words.get("leave").content.textContent.trim());
}

async function settles() {
  const asks = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  for (const until = Date.now() + LEAVING.patience; asks(); await pause(LEAVING.pause)) {
    if (Date.now() > until) return false;
  }
  return true;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function show(answer, address, how) {
  PageRequest.abortAll();
  await pause(0); // whoever waited for them hears of it while the page stands
  if (how !== "back") noted(address, how, `${Date.now()}-${turned}`);
  shown = history.state.page;
  if (isTimeForNew(answer)) return takeNew();
  lay(new TextDecoder().decode(answer.body), how === "back" ? tops.get(entry) ?? history.state.top : undefined);
}

// Notes in the history what is shown from now on.
function noted(address, how, page) {
  tops.set(entry, scrollY);
  if (how === "push") history.pushState({ entry: ++entry, page }, "", `#${address}`);
  else history.replaceState({ entry, page }, "", `#${address}`);
}

function lay(html, top) {
  window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: false }));
  turned += 1;
  document.open(); // takes every listener of document and window away
  listen();
  document.addEventListener("DOMContentLoaded", () => arrive(top), { once: true });
  document.write(local(html));
  document.close();
}

// Where a browser would be on a new page: what the page itself gives the focus to goes first.
function arrive(top) {
  tell();
  if (document.activeElement && document.activeElement !== document.body) return;
  const first = document.querySelector("[autofocus]");
  if (first) return focusedLate(first);
  if (top === undefined && reach(place.part())) return;
  scrollTo({ top: top ?? 0, behavior: "instant" });
}

// Some browsers do it by themselves, but once for a window only.
function focusedLate(item) {
  requestAnimationFrame(() => requestAnimationFrame(() => { if (document.activeElement === document.body) item.focus(); }));
}

// As it is, where somebody typed what is no part's name.
function unescaped(name) {
  try { return decodeURIComponent(name); } catch { return name; }
}

// A part of the page in sight, and the next press of the tab key goes on there.
function reach(name) {
  const part = name && document.getElementById(unescaped(name));
  if (!part) return false;
  part.scrollIntoView({ behavior: "instant" });
  part.focus({ preventScroll: true });
  return true;
}

// Back and forward, and an address that somebody typed. A page that may not be left is gone back to.
async function moved({ state }) {
  if (goingBack) return void (goingBack = false);
  const before = entry;
  tops.set(before, scrollY);
  entry = state?.entry ?? before + 1;
  if (!state) history.replaceState({ entry, page: "" }, "");
  if (state?.page === shown) return void (reach(place.part()) || scrollTo({ top: tops.get(entry) ?? 0, behavior: "instant" }));
  if (await turn(whole(), { how: "back" })) return;
  goingBack = true;
  history.go(before - entry);
  entry = before;
}

// Scrolled as it was, also after a reload.
function stayed({ isTrusted }) {
  if (isTrusted) history.replaceState({ ...history.state, top: scrollY }, "");
}
