// The memory image: Python as it stood before any record was opened. A missing, cut or foreign one means a slow start and nothing else.
"use strict";
const IMAGE_NAME = "image", SEEN = "x-sha256";

// In the folder it lies beside the other files of the browser; for a file there is no such place, but the database.
class ImageInCache {
  #prefix; #name;

  constructor(place, version) {
    this.#prefix = `hingeexpert image ${place} `;
    this.#name = this.#prefix + version;
  }

  async read() {
    const found = await caches.match(IMAGE_NAME, { cacheName: this.#name });
    return found && { bytes: new Uint8Array(await found.arrayBuffer()), digest: found.headers.get(SEEN) };
  }

  async keep({ bytes, digest }) {
    const cache = await caches.open(this.#name);
    await cache.put(IMAGE_NAME, new Response(bytes, { headers: { [SEEN]: digest } }));
  }

  remove() { return caches.delete(this.#name); }

  async removeOthers() {
    const others = (await caches.keys()).filter((name) => name.startsWith(this.#prefix) && name !== this.#name);
    await Promise.all(others.map((name) => caches.delete(name)));
  }
}

class ImageInDatabase {
  #database; #version;

  constructor(database, version) {
    this.#database = database;
    this.#version = version;
  }

  read() { return this.#database.get(IMAGE_STORE, this.#version); }

  async #changing(change) {
    const transaction = await this.#database.transaction(IMAGE_STORE, "readwrite");
    change(transaction.objectStore(IMAGE_STORE));
    await completed(transaction);
  }

  keep(image) { return this.#changing((images) => images.put(image, this.#version)); }

  remove() { return this.#changing((images) => images.delete(this.#version)); }

  removeOthers() {
    return this.#changing((images) => {
      const names = images.getAllKeys();
      names.onsuccess = () => { for (const name of names.result) if (name !== this.#version) images.delete(name); };
    });
  }
}

// The image, or nothing where there is none that is whole; one that is not goes.
async function wholeImage(images) {
  try {
    const image = await images.read();
    if (!image) return null;
    if (await digestOf(image.bytes) === image.digest) return image.bytes;
    await images.remove();
  } catch { /* as without an image */ }
  return null;
}

// What does not fit onto the device is made anew at the next start.
async function keepImage(images, bytes) {
  try {
    await images.keep({ bytes, digest: await digestOf(bytes) });
  } catch { await images.remove().catch(() => {}); }
}
