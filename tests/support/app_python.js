// Stands before the worker of an app, starts the same Python, and runs what a test asks of it in place of pages.
"use strict";
{
  const partsOf = (url) => {
    const answer = (name) => fetch(`${url}runtime/${name}`);
    return { answer, bytes: async (name) => (await answer(name)).arrayBuffer() };
  };
  const code = "/lib/python3.14/site-packages";
  const packed = { "code.zip": code, "reports.zip": `${code}/hingeexpert/_data/reports` };

  async function started(url) {
    const parts = partsOf(url), python = await startPython(askedAhead(parts), null);
    for (const [name, extractDir] of Object.entries(packed)) python.unpackArchive(await parts.bytes(name), "zip", { extractDir });
    python.FS.writeFile("/carried.pickle", new Uint8Array(await parts.bytes("carried.pickle")));
    return python;
  }

  let python;
  self.addEventListener("message", async (event) => {
    event.stopImmediatePropagation();
    const { url, code, given } = event.data;
    try {
      python ??= await started(url);
      python.globals.set("given", given);
      postMessage({ told: String(python.runPython(code)) });
    } catch (error) {
      postMessage({ failed: String(error.stack ?? error) });
    }
  });
}
