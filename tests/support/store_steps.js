// What the tests ask of a store inside a worker.
"use strict";
const place = "/tests/";
const lettersOf = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytesFrom = (letters) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
let store = new Store(new Database(place));
const whole = () => { const bytes = new Uint8Array(store.size); store.read(bytes, 0); return lettersOf(bytes); };
const write = (letters, at) => store.write(bytesFrom(letters), at);
const fresh = () => { store = new Store(new Database(place)); };
const failure = async (work) => { try { await work(); return null; } catch (error) { return error.name; } };

// Everything that lies in the database, as one text.
async function everything() {
  const database = await new Database(place).opened();
  const found = [];
  for (const name of database.objectStoreNames) {
    const items = database.transaction(name).objectStore(name);
    const [keys, values] = await Promise.all([cameOf(items.getAllKeys()), cameOf(items.getAll())]);
    found.push([name, keys, values]);
  }
  database.close();
  return JSON.stringify(found, (_, value) => ArrayBuffer.isView(value) ? lettersOf(value) : value);
}

// What may become of a block behind the back of the store.
const cut = (block) => block.bytes ? { ...block, bytes: block.bytes.slice(0, 999) } : block.slice(0, 999);
const damages = {
  "a byte changed": ({ block, number, blocks }) => { (block.bytes ?? block)[7] ^= 1; blocks.put(block, number); },
  "cut": ({ block, number, blocks }) => blocks.put(cut(block), number),
  "gone": ({ number, blocks }) => blocks.delete(number),
  "of another place": ({ other, number, blocks }) => blocks.put(other, number),
  "no block": ({ number, blocks }) => blocks.put("x", number),
  "older": ({ number, blocks }) => blocks.put(globalThis.older, number),
  "fewer said": ({ about }) => { about.get("record").onsuccess = ({ target }) => about.put({ ...target.result, size: BLOCK }, "record"); },
};

async function meddle(change, number = 0) {
  const database = await new Database(place).opened();
  const transaction = database.transaction(["blocks", "about"], "readwrite"), blocks = transaction.objectStore("blocks");
  const done = completed(transaction);
  const [block, other] = await Promise.all([cameOf(blocks.get(number)), cameOf(blocks.get(number + 1))]);
  change({ block, other, number, blocks, about: transaction.objectStore("about") });
  await done;
  database.close();
}

// The next transaction that writes fails: "at once", "in the middle", or "at the end", when all has been put; or with "nothing taken".
function fail(how) {
  const real = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, ...rest) {
    if (mode !== "readwrite") return real.call(this, names, mode, ...rest);
    IDBDatabase.prototype.transaction = real;
    if (how === "at once") throw new DOMException("full", "QuotaExceededError");
    const transaction = real.call(this, names, mode, ...rest);
    if (how === "nothing taken") return takingNothing(transaction);
    abortAfter(transaction, how === "in the middle" ? 2 : 4);
    return transaction;
  };
}

function takingNothing(transaction) {
  const store = transaction.objectStore("blocks"), real = transaction.objectStore.bind(transaction);
  store.put = () => { throw new DOMException("full", "QuotaExceededError"); };
  transaction.objectStore = (name) => name === "blocks" ? store : real(name);
  return transaction;
}

// Requests of one transaction are done in their order: what a store asks for stands between these.
function abortAfter(transaction, count) {
  if (!count) return transaction.abort();
  transaction.objectStore(transaction.objectStoreNames[0]).count().onsuccess = () => abortAfter(transaction, count - 1);
}

// As a browser may do it.
function closeDatabase() {
  const real = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...all) {
    IDBDatabase.prototype.transaction = real;
    this.close();
    return real.apply(this, all);
  };
}
