// What the tests ask of a worker, in its window.
"use strict";
const waiting = new Map();
let worker, last = 0;

// Starts a worker, and returns what it tells until it stands.
function start(app, version, parts = null) {
  const told = [];
  worker?.terminate();
  worker = new Worker("worker.js");
  return new Promise((done) => {
    worker.onerror = ({ message }) => done([message]);
    worker.onmessage = ({ data }) => heard(data, told, done);
    worker.postMessage({ kind: "begin", app, version, place: "/tests/", parts });
  });
}

function heard(data, told, done) {
  if (data.kind === "answer") return waiting.get(data.id)([data.status, new TextDecoder().decode(data.body)]);
  if (data.kind === "question") return worker.postMessage({ kind: "told", question: data.question, value: true });
  told.push(data.kind === "stage" ? data.name : data);
  if (data.kind === "failed") waiting.get(last)?.([data.name, data.message]);
  if (data.kind !== "stage") done(told);
}

function ask(method, text) {
  const id = ++last;
  worker.postMessage({ kind: "ask", id, method, address: "/", headers: { accept: "x" }, body: text ? new TextEncoder().encode(text) : null });
  return new Promise((done) => waiting.set(id, done));
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
