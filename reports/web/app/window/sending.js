// A request of a page: to the worker and back, redirects followed. The class stands where a browser has XMLHttpRequest.
"use strict";
const REDIRECTS = [301, 302, 303, 307, 308], MOST_REDIRECTS = 20;
const NO_CONTENT = 204, DONE = 303; // of what a form asked for
const NOWHERE = "https://app.invalid"; // the pages' own addresses are read against it
const LOCKING = "/lock";
const STAYS = [307, 308]; // asked again as it was

// The address inside the app that a page means, or nothing where it is of another place.
function inside(text, from = place.here()) {
  const meant = new URL(text, NOWHERE + from);
  return meant.origin === NOWHERE ? meant.pathname + meant.search + meant.hash : null;
}

// Bytes and their kind, of whatever a form or a script sends.
async function packed(headers, body) {
  if (body === null || body === undefined) return [headers, null];
  const wrapped = new Response(body);
  const kind = wrapped.headers.get("content-type");
  return [{ ...(kind ? { "content-type": kind } : {}), ...headers }, new Uint8Array(await wrapped.arrayBuffer())];
}

function asked(address, { method = "GET", headers = {}, body = null } = {}, way = followed) {
  return packed(headers, body).then(([small, bytes]) => way(method.toUpperCase(), address, small, bytes));
}

// Returns the answer and the address that it is of; one that leads on keeps the part of the page that was asked for.
async function followed(method, address, headers, body) {
  for (let hop = 0; hop < MOST_REDIRECTS; hop++) {
    const [whole, part] = address.split("#");
    const answer = { ...await answered(method, whole, headers, body), address };
    if (!REDIRECTS.includes(answer.status)) return answer;
    const next = inside(answer.headers.location, whole);
    address = next.includes("#") || !part ? next : `${next}#${part}`;
    if (!STAYS.includes(answer.status)) [method, headers, body] = ["GET", {}, null];
  }
  throw new Error("too many redirects");
}

// The lock ends the worker, and with it all that it knew, whatever it answers; so does the end of the record. A page that came after the
// one that was told to lock hears nothing of it: it goes as well.
async function answered(method, address, headers, body) {
  const page = turned;
  let answer = null;
  try {
    answer = await answering.ask(method, address, headers, body);
    return answer;
  } finally {
    const forgotten = address === "/forget" && answer?.status === DONE;
    if (method === "POST" && (address === LOCKING || forgotten)) locked();
    if (address === LOCKING && page !== turned) place.reload();
  }
}

function locked() {
  closePapers();
  answering.end();
  answering.begin();
}

// A page that is left hears nothing any more. One that is on its way comes no more once the record is locked.
async function send(address, init = {}) {
  const page = turned;
  if (inside(address) === LOCKING) wanted += 1;
  const answer = await asked(inside(address), init, init.redirect === "manual" ? answered : followed);
  if (page !== turned) return new Promise(() => {});
  return new Response(answer.status === NO_CONTENT ? null : answer.body, { status: answer.status, headers: answer.headers });
}

// As much of XMLHttpRequest as htmx uses; there is no limit of time.
class PageRequest extends EventTarget {
  static under = new Set();
  upload = new EventTarget();
  status = 0;
  response = "";
  responseText = "";
  responseURL = "";
  timeout = 0;
  withCredentials = false;
  onload = null;
  onerror = null;
  onabort = null;
  ontimeout = null;
  #method = "GET";
  #address = "/";
  #given = {};
  #headers = {};

  // A page is left: what it asked for is of no use to it.
  static abortAll() {
    for (const request of [...PageRequest.under]) request.abort();
  }

  open(method, address) { [this.#method, this.#address] = [method, inside(address)]; }
  setRequestHeader(name, value) { this.#given[name.toLowerCase()] = value; }
  overrideMimeType() {}
  getResponseHeader(name) { return this.#headers[name.toLowerCase()] ?? null; }

  getAllResponseHeaders() {
    const lines = Object.entries(this.#headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return lines.join("");
  }

  async send(body = null) {
    PageRequest.under.add(this);
    this.dispatchEvent(new ProgressEvent("loadstart"));
    try {
      this.#take(await asked(this.#address, { method: this.#method, headers: this.#given, body }));
      this.#end("load");
    } catch {
      this.#end("error");
    }
  }

  abort() { this.#end("abort"); }

  #take({ status, headers, body, address }) {
    if (!PageRequest.under.has(this)) return;
    this.status = status;
    this.#headers = headers;
    this.response = this.responseText = new TextDecoder().decode(body);
    this.responseURL = NOWHERE + address;
  }

  #end(kind) {
    if (!PageRequest.under.delete(this)) return;
    const event = new ProgressEvent(kind);
    this[`on${kind}`]?.call(this, event);
    this.dispatchEvent(event);
    this.dispatchEvent(new ProgressEvent("loadend"));
  }
}
