// A new version lies beside the old one until nobody is answering; then it takes over, and the page is loaded anew.
"use strict";
const HOUR = 3_600_000;
let newer = null; // the service worker that waits

// Before anything is begun nothing is under way.
async function takesWaiting() {
  const registered = about.app === "folder" && await navigator.serviceWorker?.getRegistration();
  newer = navigator.serviceWorker?.controller && registered?.waiting;
  if (newer) takeNew();
  return Boolean(newer);
}

async function watchForNew() {
  if (about.app !== "folder" || !navigator.serviceWorker) return;
  const cupboard = navigator.serviceWorker;
  const registered = await cupboard.register("sw.js", { updateViaCache: "none" }).catch(() => null); // refused in some private windows
  if (!registered) return;
  const look = () => {
    if (registered.waiting && cupboard.controller) newer = registered.waiting;
    tell();
  };
  registered.addEventListener("updatefound", () => registered.installing?.addEventListener("statechange", look));
  look();
  setInterval(() => { if (navigator.onLine) registered.update().catch(() => {}); }, HOUR);
}

// A reload locks a protected record, so it comes by itself only where none is open; a visit is never left by itself.
function isTimeForNew({ body }) {
  return newer && !answering.busy && !/ id="(visit|lock)"/.test(new TextDecoder().decode(body));
}

function takeNew() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  newer.postMessage("take over");
}

async function takeNewNow() {
  if (await mayLeave()) takeNew();
}
