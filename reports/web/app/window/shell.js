// The window of the app: what a browser must have, one tab at a time, the worker, the first page.
"use strict";
const about = { ...document.documentElement.dataset }; // app: "folder" or "file"; version: of the export
about.place = about.app === "file" ? "file" : new URL(".", location.href).pathname;
const answering = new Answering(makeWorker, heard);

const LOCK = { tries: 5, pause: 100 }; // and ms between two of them

const NEEDED = {
  "WebAssembly": () => typeof WebAssembly === "object",
  "DecompressionStream": () => typeof DecompressionStream === "function",
  "IndexedDB": () => Boolean(indexedDB),
  "Web Crypto": () => Boolean(crypto.subtle),
  "Web Locks": () => Boolean(navigator.locks),
};

function lacking() {
  const has = (test) => { try { return test(); } catch { return false; } };
  return Object.keys(NEEDED).filter((name) => !has(NEEDED[name]));
}

async function makeWorker(hear, died) {
  const inFile = about.app === "file";
  const worker = inFile ? await workerOfFile() : new Worker("worker.js");
  worker.addEventListener("message", ({ data }) => hear(data));
  worker.addEventListener("error", (event) => { event.preventDefault(); died(); });
  const checked = inFile || Boolean(navigator.serviceWorker?.controller); // by the cupboard, before it took them
  worker.postMessage({ kind: "begin", ...about, checked, parts: inFile ? Object.fromEntries(enclosed.parts) : null });
  return worker;
}

// What the worker says of itself. Once a page is shown, what cannot be kept stays on it.
function heard({ kind, name, message }) {
  if (kind === "stage") for (const item of document.querySelectorAll("#stage [data-stage]")) item.hidden = item.dataset.stage !== name;
  if (kind === "ready" && dead) {
    dead = false;
    tell();
  }
  if (!["failed", "died"].includes(kind)) return;
  dead = true;
  if (turned) tell(); else say(kind, message);
}

// Held as long as the window lives; that of a page that was loaded anew may go a little later than the page.
async function isOnlyOne() {
  for (let tries = 0; tries < LOCK.tries; tries++) {
    if (await gotLock()) return true;
    await pause(LOCK.pause);
  }
  return false;
}

function gotLock() {
  return new Promise((done) => {
    navigator.locks.request(`hingeexpert ${about.place}`, { ifAvailable: true }, (lock) => {
      done(Boolean(lock));
      return lock && new Promise(() => {});
    }).catch(() => done(false));
  });
}

async function start() {
  takeWords();
  takeEnclosed();
  const missing = lacking();
  if (missing.length) return say(isSecureContext ? "too-old" : "insecure", missing.join(", "));
  if (!await isOnlyOne()) return say("other-tab");
  if (await takesWaiting()) return;
  history.scrollRestoration = "manual";
  entry = history.state?.entry ?? 0;
  const top = history.state?.top;
  if (top) tops.set(entry, top);
  window.XMLHttpRequest = PageRequest;
  answering.begin().then(() => turn(whole(), { how: "replace" })).catch(() => {});
  watchForNew();
}

start();
