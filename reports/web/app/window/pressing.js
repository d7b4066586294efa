// Presses on links and sent forms, which lead to the worker; files that are saved, papers that open beside the page.
"use strict";
const SAVED = 60_000; // ms until what was handed over to be saved is let go
const papers = new Map(); // windows of reports and sheets, each with the address of what it shows

// After each new page: the listeners of a document go with it. Those of the page itself are asked first.
function listen() {
  window.addEventListener("click", clicked);
  window.addEventListener("auxclick", clicked);
  window.addEventListener("contextmenu", offered);
  window.addEventListener("submit", submitted);
  window.addEventListener("popstate", moved);
  window.addEventListener("pagehide", stayed);
}

function clicked(event) {
  const link = event.button < 2 && event.target.closest?.("a[href]");
  pressed(event, link);
}

function pressed(event, link) {
  if (!link || event.defaultPrevented) return;
  const href = link.getAttribute("href"), address = inside(href);
  if (address === null) return;
  event.preventDefault();
  if (href.startsWith("#")) return goTo(href.slice(1));
  if (link.hasAttribute("download")) return fetchFile(address);
  if (isBeside(link.target)) return besides(link.target, address);
  turn(address);
}

// The menu of a link may open it in a tab of its own: there it leads to this page, not to a file that the host does not have.
function offered({ target }) {
  const link = target.closest?.("a[href]"), href = link?.getAttribute("href"), address = link ? inside(href) : null;
  if (address === null) return;
  link.setAttribute("href", `#${address}`);
  setTimeout(() => link.setAttribute("href", href)); // the menu has taken it by then
}

function submitted(event) {
  const form = event.target, by = event.submitter;
  if (event.defaultPrevented) return;
  const said = (name) => by?.getAttribute(`form${name}`) ?? form.getAttribute(name);
  const address = inside(said("action") || place.here());
  const method = (said("method") ?? "get").toUpperCase();
  if (address === null || method === "DIALOG") return;
  event.preventDefault();
  const values = new FormData(form);
  if (by?.name) values.append(by.name, by.value);
  const query = new URLSearchParams(values);
  const init = method === "POST" ? { method, body: said("enctype") === "multipart/form-data" ? values : query } : {};
  const at = method === "POST" ? address : withQuery(address, query);
  if (isBeside(said("target"))) besides(said("target"), at, init); else turn(at, init);
}

const isBeside = (target) => Boolean(target) && target !== "_self";

function withQuery(address, query) {
  const [, path, part = ""] = /^([^?#]*)[^#]*(#.*)?$/.exec(address);
  return `${path}${String(query) && "?"}${query}${part}`;
}

// A part of the page that is shown.
function goTo(name) {
  noted(`${place.here()}${name ? "#" : ""}${name}`, "push", shown);
  if (!reach(name)) scrollTo({ top: 0, behavior: "instant" });
}

function isFile({ headers }) {
  return /^attachment/.test(headers["content-disposition"] ?? "") || !/^text\/html/.test(headers["content-type"] ?? "");
}

async function fetchFile(address) {
  const answer = await asked(address).catch(() => null);
  if (answer?.status === 200) save(answer);
  else if (answer) await show(answer, place.here(), "push");
}

function save({ headers, body, address }) {
  const [, named] = /filename="([^"]+)"/.exec(headers["content-disposition"] ?? "") ?? [];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([body], { type: headers["content-type"] }));
  link.download = named ?? address.split(/[?#]/)[0].split("/").pop();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVED);
}

// A window is opened while the press still counts, and filled when the answer is there.
async function besides(target, address, init) {
  const paper = window.open("", target === "_blank" ? "" : target);
  const isNew = !papers.has(paper);
  const answer = await asked(address, init).catch(() => null);
  if (!paper || !answer || isFile(answer)) {
    if (isNew) paper?.close();
    return answer && save(answer);
  }
  for (const other of papers.keys()) if (other === paper || other.closed) letGo(other);
  if (answer.status !== 200) return sayBeside(paper, new TextDecoder().decode(answer.body));
  papers.set(paper, URL.createObjectURL(new Blob([answer.body], { type: "text/html" })));
  paper.location.replace(papers.get(paper));
}

// What is said in place of a paper leads back to the page that asked for it.
function sayBeside(paper, html) {
  papers.set(paper, "");
  paper.document.open();
  paper.document.write(local(html));
  paper.document.close();
  paper.document.addEventListener("click", (event) => {
    if (!event.target.closest("a[href]")) return;
    event.preventDefault();
    paper.close();
  });
}

function letGo(paper) {
  if (papers.get(paper)) URL.revokeObjectURL(papers.get(paper));
  papers.delete(paper);
}

// They go with the lock.
function closePapers() {
  for (const paper of [...papers.keys()]) {
    letGo(paper);
    paper.close();
  }
}
