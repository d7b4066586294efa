// What Python wishes of the device, by name; see `hingeexpert/app/device.py`.
"use strict";

// `persist` is the window's alone: `askWindow` hands the question on.
function deviceOf(store, askWindow) {
  return {
    ...ageKeys,
    async standing() {
      const lasting = await navigator.storage?.persisted?.() ?? null;
      return { ...await store.standing(), lasting };
    },
    load: (hex) => store.load(hex),
    begin: (hex, how) => store.begin(hex, how),
    reseal: (hex) => store.reseal(hex),
    key_file: async (name) => await store.keyFile(name) ?? null,
    write_key_file: (name, bytes) => { store.files.set(name, bytes); },
    ask_lasting: () => askWindow("lasting"),
    forget: () => store.forget(),
  };
}
