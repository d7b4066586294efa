// A cupboard: it keeps the files of one version of the app and hands them out. It sees no request of a page and knows nothing of people.
"use strict";
const VERSION = "{{ version }}";
const POLICY = "{{ policy }}";
const FIRST_PAGE = "index.html";
const SCOPE = self.registration.scope, PLACE = new URL(SCOPE).pathname;
const KINDS = [`hingeexpert files ${PLACE} `, `hingeexpert image ${PLACE} `];
const OWN = KINDS[0] + VERSION;
const LETTERS = 64; // of a version
const HELD_BACK = ["sw.js", "files.json"]; // only asked for by whoever checks

async function fetched(name) {
  const answer = await fetch(new URL(name, SCOPE), { cache: "reload" });
  if (!answer.ok) throw new Error(`${name}: the host answers ${answer.status}`);
  return answer;
}

// The version is the hash of the list, and the first page names it: it is hashed as it was before.
async function listed() {
  const text = await (await fetched("files.json")).text();
  if (await digestOf(new TextEncoder().encode(text)) !== VERSION) throw new Error("files.json: of another version");
  return Object.entries(JSON.parse(text)).filter(([name]) => !HELD_BACK.includes(name));
}

function asHashed(name, bytes) {
  if (name !== FIRST_PAGE) return bytes;
  return new TextEncoder().encode(new TextDecoder().decode(bytes).replaceAll(VERSION, "@" + "version@"));
}

async function put(cupboard, name, hash) {
  const answer = await fetched(name), bytes = await answer.arrayBuffer();
  if (await digestOf(asHashed(name, bytes)) !== hash) throw new Error(`${name}: not what files.json says`);
  const kind = answer.headers.get("Content-Type") ?? "application/octet-stream";
  const headers = { "Content-Type": kind, "Content-Security-Policy": POLICY };
  await cupboard.put(new URL(name, SCOPE), new Response(bytes, { headers }));
  letGo(bytes);
}

// All files of the version, or none.
async function fill() {
  const cupboard = await caches.open(OWN);
  try {
    await Promise.all((await listed()).map(([name, hash]) => put(cupboard, name, hash)));
  } catch (error) {
    await caches.delete(OWN);
    throw error;
  }
}

async function clear() {
  const isOfHere = (name) => KINDS.some((kind) => name.startsWith(kind) && name.length === kind.length + LETTERS);
  const old = (name) => isOfHere(name) && !name.endsWith(VERSION);
  await Promise.all((await caches.keys()).filter(old).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function handedOut(request) {
  const address = new URL(request.url);
  if (request.method !== "GET" || !address.href.startsWith(SCOPE)) return Response.error();
  address.search = "";
  if (request.mode === "navigate") address.pathname = PLACE + FIRST_PAGE;
  if (!await caches.has(OWN)) return fetch(request); // a browser may throw it away
  const cupboard = await caches.open(OWN);
  return await cupboard.match(address.href) ?? new Response("", { status: 404 });
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(clear()));
self.addEventListener("message", ({ data }) => { if (data === "take over") self.skipWaiting(); });
self.addEventListener("fetch", (event) => event.respondWith(handedOut(event.request)));
