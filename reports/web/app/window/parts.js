// What the one file encloses: scripts, style and icon of pages as they are, worker and runtime packed. In the folder all of it
// lies beside the page.
"use strict";
const LOADS = /<(?:link|script)\b[^>]*>/g;
const SCRIPT = /<script src="([^"]+)"[^>]*><\/script>/g;
const STYLE = /<link rel="stylesheet" href="([^"]+)">/g;
const ICON = /<link rel="icon" href="([^"]+)"[^>]*>/g;
const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
const enclosed = { files: new Map(), parts: new Map() };

// Taken out of the first page, for it goes with the second.
function takeEnclosed() {
  for (const item of document.querySelectorAll("script[data-file]")) enclosed.files.set(item.dataset.file, item.textContent);
  for (const item of document.querySelectorAll("script[data-part]")) {
    enclosed.parts.set(item.dataset.part, bytesOfLetters(item.textContent));
    item.remove();
  }
}

function bytesOfLetters(letters) {
  return Uint8Array.fromBase64?.(letters) ?? Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
}

// Its script is one of the parts; it unpacks the others itself. The address stands until the worker speaks: without it WebKit takes the
// worker of a page opened from a disk for a stranger, who may keep nothing.
async function workerOfFile() {
  const script = await new Response(unpacked(enclosed.parts.get("worker.js"))).arrayBuffer();
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.addEventListener("message", () => URL.revokeObjectURL(address), { once: true });
  return worker;
}

// A page as the app shows it: in the folder with addresses beside this page, in the file with all of it inside. What is inside stands
// there byte for byte, for the policy names its hash. The policy of a paper would stay with the window for all pages after it.
function local(page) {
  const html = page.replace(POLICY, "");
  return about.app === "folder" ? html.replace(LOADS, (tag) => tag.replace(/ (href|src)="\//, ' $1="')) : allInside(html);
}

// Scripts come last, as those that a browser defers do.
function allInside(html) {
  const file = (name) => enclosed.files.get(name), scripts = [];
  const inlined = html
    .replace(SCRIPT, (_, name) => { scripts.push(`<script>${file(name)}<\/script>`); return ""; })
    .replace(STYLE, (_, name) => `<style>${file(name)}</style>`)
    .replace(ICON, (_, name) => `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(file(name))}">`);
  const end = inlined.lastIndexOf("</body>");
  return inlined.slice(0, end) + scripts.join("") + inlined.slice(end);
}
