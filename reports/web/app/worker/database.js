// What a browser keeps for the app of one place; each app of a host has a database of its own.
"use strict";
const RECORD_STORES = ["blocks", "about", "keys"], IMAGE_STORE = "image";

const cameOf = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});
const completed = (transaction) => new Promise((done, fail) => {
  transaction.oncomplete = done;
  transaction.onabort = () => fail(transaction.error ?? new DOMException("given up", "AbortError"));
});

// The database of a place, opened when it is first needed, and again should the browser close it.
class Database {
  #place;
  #opening = null;

  constructor(place) { this.#place = place; }

  opened() {
    this.#opening ??= this.#open().catch((error) => { this.#opening = null; throw error; });
    return this.#opening;
  }

  async #open() {
    const asked = indexedDB.open(`hingeexpert ${this.#place}`, 1);
    asked.onupgradeneeded = () => { for (const name of [...RECORD_STORES, IMAGE_STORE]) asked.result.createObjectStore(name); };
    const database = await cameOf(asked);
    database.onclose = () => { this.#opening = null; };
    database.onversionchange = () => { database.close(); this.#opening = null; };
    return database;
  }

  // One that was closed meanwhile is opened again.
  async transaction(...how) {
    const database = await this.opened();
    try {
      return database.transaction(...how);
    } catch (error) {
      if (error.name !== "InvalidStateError") throw error;
      this.#opening = null;
      return (await this.opened()).transaction(...how);
    }
  }

  async get(store, key) {
    const transaction = await this.transaction(store);
    return cameOf(transaction.objectStore(store).get(key));
  }
}
