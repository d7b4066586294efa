// Asks the worker of an app as its window does, without the window.
"use strict";
const waiting = new Map();
let worker, last = 0;

// Starts a worker, and returns what it tells until it stands or has failed; `lasting` is what the browser promises.
function startWorker(begin, lasting) {
  const told = [];
  worker?.terminate();
  worker = new Worker("worker.js");
  return new Promise((done) => {
    worker.onerror = ({ message }) => done([...told, { kind: "failed", name: "Error", message }]);
    worker.onmessage = ({ data }) => {
      if (data.kind === "answer") return waiting.get(data.id)(data);
      if (data.kind === "question") return worker.postMessage({ kind: "told", question: data.question, value: lasting });
      told.push(data);
      if (data.kind === "failed") waiting.get(last)?.(data);
      if (data.kind !== "stage") done(told);
    };
    worker.postMessage({ kind: "begin", checked: true, ...begin });
  });
}

// Returns the answer, or the failure that came in place of it.
function askWorker(method, address, headers, body) {
  const id = ++last;
  worker.postMessage({ kind: "ask", id, method, address, headers, body });
  return new Promise((done) => waiting.set(id, done));
}
