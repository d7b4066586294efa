// What the tests of the worker ask of it, by `worker_asking.js`, and of what it keeps.
"use strict";

// Returns the stages of a start, and what it ends with.
async function start(app, version, parts = null) {
  const told = await startWorker({ app, version, place: "/tests/", parts }, true);
  return told.map((message) => message.kind === "stage" ? message.name : message);
}

async function ask(method, text) {
  const came = await askWorker(method, "/", { accept: "x" }, text ? new TextEncoder().encode(text) : null);
  return came.kind === "answer" ? [came.status, new TextDecoder().decode(came.body)] : [came.name, came.message];
}

// Packed, as the one file carries them.
async function runtimeParts(names) {
  const packed = async (name) => new Response((await fetch(`runtime/${name}`)).body.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
  const pairs = names.map(async (name) => [name, await packed(name)]);
  return Object.fromEntries(await Promise.all(pairs));
}

// Puts another image in the place of the one that is kept.
async function changeImage(change) {
  const [name] = await caches.keys(), cache = await caches.open(name);
  const image = await cache.match("image"), bytes = new Uint8Array(await image.arrayBuffer());
  const changed = change === "cut" ? bytes.slice(0, -1) : bytes.fill(7, 0, 99);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", changed)).toHex();
  await cache.put("image", new Response(changed, { headers: { "x-sha256": change === "cut" ? image.headers.get("x-sha256") : digest } }));
}

async function imageHolds(text) {
  const image = await caches.match("image");
  return new TextDecoder().decode(await image.arrayBuffer()).includes(text);
}
