// Pyodide refuses a classic worker, and a module worker does not start from a file: it is not told which this is.
self.importScripts = undefined;
