"""Files on a port of this machine, as any host of the web hands them out."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TYPES = {
    "css": "text/css",
    "html": "text/html",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "wasm": "application/wasm",
}
PAGE = b"<!doctype html><title>x</title>"


class _Host(BaseHTTPRequestHandler):
    def __init__(self, files: Mapping[str, bytes], *rest: object) -> None:
        self.files = files
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        name = self.path.removeprefix("/") or "index.html"
        content = self.files.get(name, PAGE if name == "index.html" else None)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Type", TYPES.get(name.rpartition(".")[2], "text/plain"))
        self.end_headers()
        with suppress(ConnectionError):  # a browser that is closed, or ended, hears no more
            self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def hosted(files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the address at which files are handed out, by name and as they are then, with an
    empty page at its top.
    """
    handler = partial(_Host, files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
