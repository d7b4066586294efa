// The record: one file that SQLite sees, in blocks in memory; and the same blocks on the device, sealed or as they are. What was written
// since the last answer is kept in one transaction, whole or not at all. Nothing here knows what stands in the record.
"use strict";
const BLOCK = 4096; // bytes; a page of SQLite

class Store {
  #database;
  how; wasHeld; key; generation; size; blocks; seals; dirty; files; anew;

  constructor(database) {
    this.#database = database;
    this.#drop();
  }

  // As the device has it: nothing is known that it did not keep. A record that is only held is held as before.
  putBack() {
    this.files.clear();
    if (this.wasHeld) Object.assign(this, { how: "held", key: null, wasHeld: false });
    else if (this.how !== "held") this.#drop();
  }

  #drop() {
    const empty = { size: 0, blocks: [], seals: [], dirty: new Set(), files: new Map() };
    Object.assign(this, { how: "none", wasHeld: false, key: null, generation: undefined, anew: false, ...empty });
  }

  async standing() {
    if (this.how === "held") return { record: "held" };
    const about = await this.#database.get("about", "record");
    return { record: about ? about.sealed ? "sealed" : "open" : "none" };
  }

  // Reads all blocks; "wrong" where none of them opens, "damaged" where one is not as it was kept.
  async load(hex) {
    const key = hex ? await keyOf(hex) : null;
    const [about, numbers, kept] = await this.#read();
    if (!about) return "damaged";
    if (about.sealed !== Boolean(key)) return "wrong";
    const blocks = await Promise.all(kept.map((block, number) => key ? openedBy(key, block, `block ${number}`) : block));
    const seals = key ? kept.map((block) => block?.iv) : [];
    const seen = key && await openedBy(key, about.seal, wholeRecord(about));
    if (key && !seen && !blocks.some(Boolean)) return "wrong";
    const inPlace = blocks.length === Math.ceil(about.size / BLOCK) && numbers.every((number, at) => number === at);
    const whole = inPlace && blocks.every((block) => block?.length === BLOCK) && (!key || same(seen, await seenTogether(seals)));
    if (!whole) return "damaged";
    const { generation, size } = about;
    Object.assign(this, { how: key ? "sealed" : "open", key, generation, size, blocks, seals, dirty: new Set(), anew: false });
    return "whole";
  }

  async #read() {
    const transaction = await this.#database.transaction(["about", "blocks"]);
    const blocks = transaction.objectStore("blocks");
    const about = transaction.objectStore("about").get("record");
    return Promise.all([about, blocks.getAllKeys(), blocks.getAll()].map(cameOf));
  }

  // A new record. One that stands on the device stands until this one is kept in its place.
  async begin(hex, how) {
    const about = how === "held" ? undefined : await this.#database.get("about", "record");
    const empty = { size: 0, blocks: [], seals: [], dirty: new Set() };
    Object.assign(this, { how, key: hex ? await keyOf(hex) : null, generation: about?.generation, anew: true, ...empty });
  }

  async reseal(hex) {
    this.wasHeld = this.how === "held";
    this.key = await keyOf(hex);
    this.how = "sealed";
    for (const number of this.blocks.keys()) this.dirty.add(number);
  }

  async forget() {
    const about = await this.#database.get("about", "record");
    this.#drop();
    Object.assign(this, { generation: about?.generation, anew: Boolean(about) });
  }

  async keyFile(name) {
    const kept = this.anew || this.how === "held" ? undefined : await this.#database.get("keys", name);
    return this.files.get(name) ?? kept;
  }

  // Keeps what was written since, or fails and has kept nothing of it.
  async keep() {
    if (this.how === "held") return this.dirty.clear();
    if (!this.anew && !this.dirty.size && !this.files.size) return;
    if (this.how === "none" && !this.anew) throw new DOMException("keys of no record", "InvalidStateError");
    const about = this.how === "none" ? null : { generation: crypto.randomUUID(), size: this.size, sealed: this.how === "sealed" };
    const blocks = await this.#changed();
    const seals = this.blocks.map((_, number) => blocks.get(number)?.iv ?? this.seals[number]);
    if (about?.sealed) about.seal = await sealedBy(this.key, await seenTogether(seals), wholeRecord(about));
    await this.#write(about, blocks);
    Object.assign(this, { generation: about?.generation, seals, anew: false, wasHeld: false });
    this.dirty.clear();
    this.files.clear();
  }

  async #changed() {
    const pairs = [...this.dirty].map(async (number) => {
      const block = this.blocks[number];
      return [number, this.key ? await sealedBy(this.key, block, `block ${number}`) : block];
    });
    return new Map(await Promise.all(pairs));
  }

  async #write(about, blocks) {
    const transaction = await this.#database.transaction(RECORD_STORES, "readwrite", { durability: "strict" });
    const kept = Object.fromEntries(RECORD_STORES.map((name) => [name, transaction.objectStore(name)]));
    let why; // the transaction was given up
    const giveUp = (reason) => { why = reason; transaction.abort(); };
    const found = kept.about.get("record");
    found.onsuccess = () => {
      if (found.result?.generation !== this.generation) return giveUp(new DOMException("another window has kept something since", "stale"));
      try { this.#put(kept, about, blocks); } catch (error) { giveUp(error); }
    };
    await completed(transaction).catch((error) => { throw why ?? error; });
  }

  #put(kept, about, blocks) {
    if (this.anew) for (const store of Object.values(kept)) store.clear();
    if (about) kept.about.put(about, "record");
    kept.blocks.delete(IDBKeyRange.lowerBound(this.blocks.length));
    for (const [number, block] of blocks) kept.blocks.put(block, number);
    for (const [name, bytes] of this.files) kept.keys.put(bytes, name);
  }

  resize(size) {
    const count = Math.ceil(size / BLOCK);
    for (let number = this.blocks.length; number < count; number += 1) {
      this.blocks.push(new Uint8Array(BLOCK));
      this.dirty.add(number);
    }
    for (let number = count; number < this.blocks.length; number += 1) this.dirty.delete(number);
    this.blocks.length = count;
    if (size < this.size && size % BLOCK) {
      this.blocks[count - 1].fill(0, size % BLOCK);
      this.dirty.add(count - 1);
    }
    this.size = size;
  }

  write(bytes, place) {
    if (place + bytes.length > this.size) this.resize(place + bytes.length);
    for (const { number, within, piece } of inBlocks(bytes, place)) {
      this.blocks[number].set(piece, within);
      this.dirty.add(number);
    }
    return bytes.length;
  }

  read(bytes, place) {
    const asked = bytes.subarray(0, Math.max(0, this.size - place));
    for (const { number, within, piece } of inBlocks(asked, place)) {
      piece.set(this.blocks[number].subarray(within, within + piece.length));
    }
    return asked.length;
  }
}

// Yields the pieces of some bytes of the file, each within one block.
function* inBlocks(bytes, place) {
  for (let done = 0; done < bytes.length;) {
    const within = (place + done) % BLOCK, number = (place + done - within) / BLOCK;
    const piece = bytes.subarray(done, done + BLOCK - within);
    yield { number, within, piece };
    done += piece.length;
  }
}
