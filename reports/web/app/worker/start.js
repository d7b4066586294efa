// Starts Python in the worker: from the memory image of an earlier start where there is one, else anew.
"use strict";
const RUNTIME = "https://runtime.invalid/"; // never asked for: what lies there is handed out below
const LIBRARY = "/lib/python3.14/site-packages/pydantic_core/_pydantic_core.cpython-314-wasm32-emscripten.so";
const CODE = "/lib/python3.14/site-packages";

// The one library in C is loaded before Python starts, at the same place each time: only so an image can hold it.
function withLibrary(module, library, failed) {
  module.preRun = [...[module.preRun ?? []].flat(), () => {
    const located = module.locateFile;
    module.locateFile = (path, folder) => path === LIBRARY ? library : located ? located(path, folder) : folder + path;
    module.FS.mkdirTree(LIBRARY.slice(0, LIBRARY.lastIndexOf("/")));
    module.FS.writeFile(LIBRARY, "");
    module.addRunDependency("library");
    const how = { loadAsync: true, global: false, nodelete: true, allowUndefined: true };
    module.loadDynamicLibrary(LIBRARY, how).then(() => module.removeRunDependency("library"), failed);
  }];
}

// An image that is larger than the first memory finds no room in it.
function makeRoom(module, bytes) {
  while (module.HEAP8.length < bytes) module._malloc(1 << 20);
}

// What Python starts with, asked for at once: it comes, and is compiled, while an image is read.
function askedAhead(parts) {
  const compiled = parts.answer("pyodide.asm.wasm").then((came) => WebAssembly.compileStreaming(came));
  const files = Object.fromEntries(["pydantic_core.so", "python_stdlib.zip"].map((name) => [name, parts.bytes(name)]));
  const all = Promise.all([compiled, ...Object.values(files)]);
  all.catch(() => {}); // whoever starts Python hears of it
  return { compiled, files, all };
}

// Hands out what was asked for ahead; returns what ends that.
function handOut({ compiled, files }) {
  const { fetch } = self, { instantiateStreaming } = WebAssembly;
  self.fetch = async (asked, ...more) => {
    const address = String(asked?.url ?? asked);
    if (!address.startsWith(RUNTIME)) return fetch(asked, ...more);
    const bytes = await files[address.slice(RUNTIME.length)];
    return { ok: true, arrayBuffer: async () => bytes }; // as it is: an answer would copy it
  };
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const module = await compiled;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  return () => {
    self.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  };
}

async function startPython(ahead, image) {
  const end = handOut(ahead);
  const lacks = new Promise((_, fail) => { ahead.all.catch(fail); }); // Python waits for ever for a part that does not come
  const createPyodideModule = async (settings) => {
    const without = new Promise((_, fail) => withLibrary(settings, `${RUNTIME}pydantic_core.so`, fail));
    const module = await Promise.race([_createPyodideModule(settings), without]);
    if (image) makeRoom(module, image.byteLength);
    return module;
  };
  const info = { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2", version: "0.0.1" };
  const starting = loadPyodide({
    indexURL: RUNTIME,
    lockFileContents: { info, packages: {} },
    createPyodideModule,
    _makeSnapshot: !image,
    _loadSnapshot: image,
    convertNullToNone: true,
    stdout: () => {}, // what Python prints may name a person
    stderr: () => {},
    env: { HOME: "/home/pyodide", PYTHONDONTWRITEBYTECODE: "1" },
  });
  return Promise.race([starting, lacks]).finally(end);
}
