// Where a page is, and the ways from it to another. Whoever shows the pages without a server puts a place of its own here first.
"use strict";
window.place ??= {
  channel: "hingeexpert-lock", // on which pages tell each other of a press and of the lock
  here: () => location.pathname + location.search,
  part: () => location.hash.slice(1),
  mark: (name) => history.replaceState(history.state, "", `#${name}`),
  go: (address) => location.assign(address),
  replace: (address) => location.replace(address),
  reload: () => location.reload(),
  send: (address, init) => fetch(address, init),
};
