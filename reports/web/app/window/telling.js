// What the window says by itself, in words of the first page: in the place of a page, or at the head of one.
"use strict";
const words = new Map(); // templates, by name
let dead = false; // the worker has ended by itself

// They go with the first page.
function takeWords() {
  for (const item of document.querySelectorAll("template[id^='word-']")) words.set(item.id.slice("word-".length), item);
}

// Says one thing in the place of the page.
function say(word, message = "") {
  const stage = document.getElementById("stage") ?? document.body;
  stage.replaceChildren(words.get(word).content.cloneNode(true));
  for (const item of stage.querySelectorAll("[data-message]")) item.textContent = message;
  stage.querySelector("button")?.addEventListener("click", () => location.reload());
}

// Says it at the head of each page, for as long as it is so.
function tell() {
  document.getElementById("app-told")?.remove();
  if (dead) tellOf("died", "notice notice-stop", () => answering.begin().catch(() => {}));
  else if (newer) tellOf("new-version", "notice", takeNewNow);
}

function tellOf(word, look, press) {
  const told = document.createElement("div");
  told.id = "app-told";
  told.className = look;
  told.setAttribute("role", "status");
  told.append(words.get(word).content.cloneNode(true));
  told.querySelector("button").addEventListener("click", press);
  document.body.prepend(told);
}
