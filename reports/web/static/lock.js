// The lock of a protected record, in the browser: a page on which nothing is pressed for long, or that is told to, shows nothing any more.
// What was being answered is sent first; what cannot be sent waits in this page alone, without being shown, until it is unlocked.
"use strict";
(() => {
const button = document.getElementById("lock");
const channel = new BroadcastChannel(place.channel); // the other pages of this server in this browser
const KEY = "F8", LOCKED = 423, SEE_OTHER = 303, PAPER = "hingeexpert-paper";
const TELL = 60_000; // ms after which presses are told again, at most
const PATIENCE = 5_000; // ms that an answer under way gets
const withPart = (address) => place.part() ? `${address}#${place.part()}` : address; // where one is on the page
const unlock = () => `/unlock?${new URLSearchParams({ to: place.here() })}`;
const leadsOn = (answer) => answer?.type === "opaqueredirect" || answer?.status === SEE_OTHER;

function unlocking() {
  place.replace(withPart(unlock()));
}

addEventListener("pagehide", () => channel.close());
if (button) watch();
else before();

function watch() {
  const after = Number(button.dataset.lockAfter) * 1000;
  const pause = Math.min(TELL, after / 10 || TELL);
  let last = Date.now(), told = last, locked = false; // on the wall clock: a machine that sleeps locks, too
  channel.postMessage("open");
  channel.onmessage = ({ data }) => { if (data === "press") last = Date.now(); if (data === "lock") lock(false); };
  const over = () => after && Date.now() - last > after;

  function pressed() {
    if (over()) return lock();
    last = Date.now();
    if (last - told < pause) return;
    told = last;
    channel.postMessage("press");
    place.send("/awake", { method: "POST" }).then(({ status }) => { if (status === LOCKED) lock(); }, () => {});
  }

  const look = () => { if (over()) lock(); };
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, pressed, { capture: true });
  document.addEventListener("keydown", (event) => { if (event.key === KEY) { event.preventDefault(); lock(); } }, { capture: true });
  for (const kind of ["visibilitychange", "focus"]) addEventListener(kind, look, { capture: true });
  const looking = after && setInterval(look, Math.min(1000, after / 4));
  button.form.addEventListener("submit", (event) => { event.preventDefault(); lock(); });
  document.addEventListener("htmx:responseError", ({ detail }) => { if (detail.xhr.status === LOCKED) lock(); });
  // A page that is left is not kept for the way back, and hears of nothing any more.
  addEventListener("pagehide", () => { clearInterval(looking); document.body.replaceChildren(); });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) place.reload(); });

  // Sheets and reports run no script: they open in one window, which goes with the lock.
  const paper = (item) => { if (item) { item.target = PAPER; item.removeAttribute("rel"); sessionStorage.setItem(PAPER, "open"); } };
  document.addEventListener("click", ({ target }) => paper(target.closest("a[target=_blank]")), { capture: true });
  document.addEventListener("submit", ({ target }) => paper(target.closest("form[target=_blank]")), { capture: true });

  async function lock(tell = true) {
    if (locked) return;
    locked = true;
    if (sessionStorage.getItem(PAPER)) open("", PAPER)?.close();
    sessionStorage.removeItem(PAPER);
    const asked = { unsent: null };
    document.dispatchEvent(new CustomEvent("page:settle", { detail: asked }));
    document.body.hidden = true;
    if (tell) channel.postMessage("lock");
    const late = new Promise((done) => setTimeout(done, PATIENCE));
    const unsent = await asked.unsent?.(late);
    if (tell) await place.send("/lock", { method: "POST", redirect: "manual" }).catch(() => {});
    for (const part of [...document.body.children]) part.replaceChildren();
    document.body.replaceChildren();
    if (unsent?.presses.length) stay(unsent); else unlocking();
  }
}

// Something could not be sent: the passphrase is asked for in this page, and then it is sent.
async function stay(unsent) {
  const page = await place.send(unlock()).then((answer) => answer.text()).catch(() => "");
  show(page || "<main class='sheet'><p class='notice' role='alert'>Locked. No answer comes; what you gave last is kept in this page until one does. <button class='button' type='button' id='again'>Try again</button></p></main>");
  document.getElementById("again")?.addEventListener("click", () => stay(unsent));
  const form = document.getElementById("unlock");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await place.send(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" }).catch(() => null);
    if (leadsOn(answer)) return sendAgain(unsent);
    const told = answer ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("slip")?.textContent : "";
    document.getElementById("slip").textContent = told || "No answer comes. Try again.";
    form.elements.passphrase.value = "";
    form.elements.passphrase.focus();
  });
}

function show(page) {
  document.body.replaceChildren(new DOMParser().parseFromString(page, "text/html").querySelector("main"));
  document.body.hidden = false;
  document.querySelector("input[type=password], button")?.focus();
}

async function sendAgain({ base, version, everything, short, presses }) {
  let elsewhere = "";
  for (const [path, values] of presses) {
    const body = new URLSearchParams({ ...values, version, everything, short });
    const answer = await place.send(`${base}/${path}`, { method: "POST", body });
    if (answer.status === 409) elsewhere = `${base}?changed=yes`;
    version = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("version")?.value ?? version;
  }
  if (elsewhere) place.replace(elsewhere); else place.reload();
}

// The pages before a record.
function before() {
  const form = document.getElementById("unlock");
  if (form) {
    form.setAttribute("action", withPart(form.getAttribute("action")));
    channel.onmessage = ({ data }) => { if (data === "open") place.replace(withPart(form.elements.to.value)); };
  }
  for (const form of document.querySelectorAll("form")) form.addEventListener("submit", () => form.classList.add("sending"));
  document.getElementById("print")?.addEventListener("click", () => print());
  document.getElementById("copy")?.addEventListener("click", async () => {
    const words = document.getElementById("drawn");
    try {
      await navigator.clipboard.writeText(words.textContent);
      document.getElementById("copied").textContent = "Copied.";
    } catch { // no clipboard here: it is marked, to be copied by hand
      getSelection().selectAllChildren(words);
      document.getElementById("copied").textContent = "Marked: copy it with Ctrl+C.";
    }
  });
}
})();
