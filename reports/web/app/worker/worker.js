// Answers the window, one request at a time: hands it to Python, does what Python wishes of the device, and answers when all that was
// written is kept. Nothing of a person leaves by a console or a message but in the answers.
"use strict";
const UNPACKED = { "code.zip": CODE, "reports.zip": `${CODE}/hingeexpert/_data/reports` }; // at a first start: an image holds what is needed of it
const IMAGE_PAUSE = 1_500; // ms after the first answer: the first page is to stand before the image is kept
const FAILED = 500; // status codes from here on
const TYPES = { wasm: "application/wasm", zip: "application/zip" };
const questions = new Map(); // to the window, each with what its answer goes to
let python, entry, store, device, images;
let unkept = null; // an image that was made and is to be kept
let asking = Promise.resolve(); // what the window asked for, one thing after another

const say = (message, transferred = []) => self.postMessage(message, transferred);

// What the start loads by name: beside this script, or packed out of the file itself. `hashes`: what must come, where no cupboard has
// looked yet.
function partsOf(enclosed, hashes = null) {
  const inside = (name) => {
    const kind = TYPES[name.split(".").pop()] ?? "application/octet-stream";
    return new Response(unpacked(enclosed[name]), { headers: { "content-type": kind } });
  };
  const answer = async (name) => {
    if (enclosed) return inside(name);
    const part = `runtime/${name}`, integrity = hashes ? integrityOf((await hashes)[part]) : "";
    const came = await fetch(new URL(part, self.location.href), { integrity });
    if (!came.ok) throw new Error(`${name} does not come: ${came.status}`);
    return came;
  };
  const bytes = async (name) => (await answer(name)).arrayBuffer();
  return { answer, bytes };
}

// The version is the hash of the list.
async function listed(version) {
  const bytes = await (await fetch(new URL("files.json", self.location.href))).arrayBuffer();
  if (await digestOf(bytes) !== version) throw new Error("files.json is of another version");
  return JSON.parse(new TextDecoder().decode(bytes));
}

const integrityOf = (hash) => `sha256-${btoa(String.fromCharCode(...hash.match(/../g).map((pair) => parseInt(pair, 16))))}`;

async function begin({ app, version, place, parts: enclosed, checked }) {
  const database = new Database(place), parts = partsOf(enclosed, checked ? null : listed(version));
  store = new Store(database);
  device = deviceOf(store, askWindow);
  images = app === "folder" ? new ImageInCache(place, version) : new ImageInDatabase(database, version);
  images.removeOthers().catch(() => {});
  say({ kind: "stage", name: "runtime" });
  const ahead = askedAhead(parts), image = await wholeImage(images);
  const again = image ? await startAgain(ahead, image) : false;
  if (!again) await startAnew(parts, ahead);
  say({ kind: "stage", name: "record" });
  mountRecord(python.FS, store);
  converted(entry.awake(python.toPy({ kind: app, version })));
  say({ kind: "ready", image: again });
}

// Whether Python stands again as in the image. One that it cannot start from goes.
async function startAgain(ahead, image) {
  try {
    python = await startPython(ahead, image);
    entry = python.pyimport("hingeexpert.app.entry");
    letGo(image.buffer);
    return true;
  } catch {
    await images.remove().catch(() => {});
    return false;
  }
}

async function startAnew(parts, ahead) {
  say({ kind: "stage", name: "python" });
  python = await startPython(ahead, null);
  for (const [name, extractDir] of Object.entries(UNPACKED)) python.unpackArchive(await parts.bytes(name), "zip", { extractDir });
  say({ kind: "stage", name: "rules" });
  beginEntry(new Uint8Array(await parts.bytes("carried.pickle")));
  unkept = python.makeMemorySnapshot();
  entry = python.pyimport("hingeexpert.app.entry");
}

// An image can hold nothing of Python that JavaScript still holds.
function beginEntry(carried) {
  const beginning = python.pyimport("hingeexpert.app.entry");
  const given = python.toPy(carried);
  beginning.begin(given);
  given.destroy?.();
  beginning.destroy();
}

// What Python said, as values of JavaScript.
function converted(said) {
  if (typeof said?.toJs !== "function") return said;
  const value = said.toJs({ create_pyproxies: false, dict_converter: Object.fromEntries });
  said.destroy();
  return value;
}

async function answer({ id, method, address, headers, body }) {
  let said = await untilAnswered(converted(entry.ask(method, address, python.toPy(headers), python.toPy(body))));
  try {
    if (said[1] < FAILED) await store.keep(); else putBack();
  } catch (error) {
    putBack();
    said = converted(entry.not_kept(error.name));
  }
  const [, status, answered, bytes] = said;
  say({ kind: "answer", id, status, headers: answered, body: bytes }, [bytes.buffer]);
  keepImageSoon();
}

// Of an answer that failed nothing is kept, not the half of it.
function putBack() {
  entry.put_back();
  store.putBack();
}

// Does what is wished on the way, one thing after the other.
async function untilAnswered(said) {
  while (said[0] === "wish") said = await fulfilled(said[1], said[2]);
  return said;
}

async function fulfilled(name, values) {
  let came;
  try {
    came = await device[name](...values);
  } catch (error) { return converted(entry.resume_error(error.name)); }
  return converted(entry.resume(python.toPy(came)));
}

// What only the window may ask of the browser.
function askWindow(question) {
  return new Promise((done) => {
    questions.set(question, done);
    say({ kind: "question", question });
  });
}

function keepImageSoon() {
  if (!unkept) return;
  const bytes = unkept;
  unkept = null;
  setTimeout(() => keepImage(images, bytes).then(() => letGo(bytes.buffer)), IMAGE_PAUSE);
}

// Of what fails, only its kind is told: its words may quote an answer.
const failed = (error) => say({ kind: "failed", name: error?.name ?? "Error", message: error?.type ?? "" });

self.onmessage = ({ data }) => {
  if (data.kind === "told") {
    questions.get(data.question)?.(data.value);
    questions.delete(data.question);
  } else {
    const work = data.kind === "begin" ? begin : answer;
    asking = asking.then(() => work(data)).catch(failed);
  }
};
