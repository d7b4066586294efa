// The worker as the window sees it: started, asked one thing after another, ended. What is asked is a page's business. One that has ended
// by itself is begun anew by whoever asks next.
"use strict";
class Answering {
  #make; #told; #worker = null; #ready = null; #fail = null;
  #waiting = new Map();
  #last = 0;

  // `make` starts a worker and tells it to begin; `told` hears what a worker says of itself, and of its death.
  constructor(make, told) {
    this.#make = make;
    this.#told = told;
  }

  begin() {
    const ready = new Promise((done, fail) => {
      this.#fail = fail;
      const died = () => { if (this.#ready === ready) this.#died(); };
      const hear = (message) => { if (this.#ready === ready) this.#heard(message, done); };
      this.#make(hear, died).then((worker) => { if (this.#ready === ready) this.#worker = worker; else worker.terminate(); }, died);
    });
    ready.catch(() => {}); // told already; whoever asks is told as well
    this.#ready = ready;
    return ready;
  }

  // Key, record and Python are gone from memory at once.
  end() {
    this.#worker?.terminate();
    this.#worker = this.#ready = null;
    this.#fail?.(new Error("ended"));
    for (const { fail } of this.#waiting.values()) fail(new Error("ended"));
    this.#waiting.clear();
  }

  get busy() { return this.#waiting.size > 0; }

  async ask(method, address, headers = {}, body = null) {
    const id = ++this.#last;
    const answer = new Promise((done, fail) => this.#waiting.set(id, { done, fail }));
    const send = () => this.#worker?.postMessage({ kind: "ask", id, method, address, headers, body });
    (this.#ready ?? this.begin()).then(send, (error) => this.#take(id)?.fail(error));
    return answer;
  }

  #heard(message, done) {
    if (message.kind === "answer") this.#take(message.id)?.done(message);
    if (message.kind === "question") this.#answer(message.question);
    if (message.kind === "ready") done();
    if (message.kind === "failed") this.end();
    if (!["answer", "question"].includes(message.kind)) this.#told(message);
  }

  // What a browser lets only a window ask: "lasting", may it keep what lies here for good?
  async #answer(question) {
    const value = await navigator.storage?.persist?.().catch(() => false) ?? false;
    this.#worker?.postMessage({ kind: "told", question, value });
  }

  #died() {
    this.end();
    this.#told({ kind: "died" });
  }

  #take(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
