// Asks the worker of an app as its window does, without the window.
"use strict";
{
  let worker, last = 0;
  const waiting = new Map();

  window.beginAnswers = (start) => new Promise((done, failed) => {
    worker = new Worker("worker.js");
    worker.onerror = ({ message }) => failed(new Error(message));
    worker.onmessage = ({ data }) => {
      if (data.kind === "ready") done(data.image);
      if (data.kind === "failed") failed(new Error(`${data.name} ${data.message}`));
      if (data.kind === "question") worker.postMessage({ kind: "told", question: data.question, value: false });
      if (data.kind === "answer") { waiting.get(data.id)(data); waiting.delete(data.id); }
    };
    worker.postMessage({ kind: "begin", ...start });
  });

  window.askForAnswer = async (method, address, fields) => {
    const headers = fields === null ? {} : { "content-type": "application/x-www-form-urlencoded" };
    const body = fields === null ? null : new TextEncoder().encode(fields);
    const id = ++last;
    const answer = await new Promise((done) => {
      waiting.set(id, done);
      worker.postMessage({ kind: "ask", id, method, address, headers, body });
    });
    return [answer.status, answer.headers, answer.body.toBase64()];
  };
}
