"""An app as files: the folder for a host, and the one page that opens from a disk.

Owns which scripts are put together, in which order, the policy of both kinds, and the version. What
the worker loads is `packing.py`.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from hingeexpert.app.carried import Carried
from hingeexpert.app.notices import notices
from hingeexpert.app.packing import Files, parts
from hingeexpert.app.runtime import AppRuntime
from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.templates import csp_hash, render

LISTING, FIRST_PAGE, CUPBOARD = "files.json", "index.html", "sw.js"
NOTICES = "licenses.txt"
RUNTIME = "runtime/"
"""Folder of what the worker loads by name."""
BEFORE_PYODIDE = ("worker/before.js",)
HASHING, UNPACKING = "hashing.js", "unpacking.js"
BEHIND_PYODIDE = (
    "age.min.js",
    HASHING,
    UNPACKING,
    "worker/start.js",
    "worker/database.js",
    "worker/image.js",
    "worker/sealing.js",
    "worker/store.js",
    "worker/mount.js",
    "worker/age.js",
    "worker/device.js",
    "worker/worker.js",
)
"""The scripts of the worker, in the order in which they stand in it."""
WINDOW = (
    UNPACKING,
    "window/parts.js",
    "window/telling.js",
    "window/asking.js",
    "window/sending.js",
    "window/turning.js",
    "window/pressing.js",
    "window/renewing.js",
    "window/shell.js",
)
"""The scripts of the window."""
PYODIDE_LINES = {
    "export default _createPyodideModule;": ("", 1),
    "import.meta.url": ('"https://runtime.invalid/"', 3),
}
"""What a classic script cannot hold of Pyodide: what takes its place, and how often it stands."""
VERSION = "@version@"
"""Stands in first page and cupboard until the version is known."""
# A paper that opens beside a page has this policy, too. In its style the id of a person may stand,
# so no hash names it at export.
POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "form-action": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
FOLDER_POLICY: Mapping[str, str] = {
    **POLICY,
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "connect-src": "'self' blob:",
    "manifest-src": "'self'",
}


@dataclass(frozen=True)
class Ingredients:
    """What an app is made of.

    Attributes:
        templates: Folder whose templates replace shipped ones.
    """

    runtime: AppRuntime
    carried: Carried
    templates: Path | None = None

    def parts(self) -> Files:
        """Return what the worker loads."""
        return parts(self.runtime, self.carried, self.templates)

    def page(self, name: str, **context: object) -> str:
        """Return a file of the app, from the template of this name."""
        about = {"title": self.carried.knowledge.info.title, "version": VERSION}
        return render(f"web/{name}", {**about, **context}, self.templates)


def folder_files(made_of: Ingredients) -> Files:
    """Return every file of an app in a folder."""
    about = {"app": "folder", "policy": _policy(FOLDER_POLICY)}
    files = {
        "worker.js": worker_script(made_of.runtime),
        "shell.js": _joined(WINDOW),
        "page.css": made_of.page("page.css").encode(),
        NOTICES: notices(made_of.runtime).encode(),
        **_static("static/"),
        **{name: _own(name) for name in ("icon-192.png", "icon-512.png")},
        **{f"{RUNTIME}{name}": content for name, content in made_of.parts().items()},
    }
    for name in (FIRST_PAGE, CUPBOARD, "manifest.webmanifest"):
        files[name] = made_of.page(f"app/{name}", **about).encode()
    files[CUPBOARD] = _joined((HASHING,)) + files[CUPBOARD]
    return _with_version(files)


def single_page(made_of: Ingredients) -> bytes:
    """Return an app as one page."""
    files = {
        "/page.css": made_of.page("page.css"),
        **{name: content.decode() for name, content in _static("/static/").items()},
    }
    shell = _in_script("shell.js", _joined(WINDOW).decode())
    scripts = [shell, *(text for name, text in files.items() if name.endswith(".js"))]
    packed = {
        **made_of.parts(),
        "worker.js": worker_script(made_of.runtime),
        NOTICES: notices(made_of.runtime).encode(),
    }
    page = made_of.page(
        f"app/{FIRST_PAGE}",
        app="file",
        policy=_policy(_file_policy(scripts)),
        # All of it is the app's own, and stands there letter for letter.
        shell=Markup(shell),  # noqa: S704
        files={name: Markup(_in_script(name, text)) for name, text in files.items()},  # noqa: S704
        parts={name: _letters(content) for name, content in packed.items()},
    ).encode()
    return page.replace(VERSION.encode(), hashlib.sha256(page).hexdigest().encode())


def worker_script(runtime: AppRuntime) -> bytes:
    """Return the script of the worker, of either kind."""
    pyodide = runtime.of_pyodide("pyodide.asm.mjs").decode()
    for line, (instead, count) in PYODIDE_LINES.items():
        if pyodide.count(line) != count:
            message = f"{line!r} stands in it {pyodide.count(line)} times, not {count}"
            raise KnowledgeError.about("pyodide.asm.mjs", message)
        pyodide = pyodide.replace(line, instead)
    made = [_joined(BEFORE_PYODIDE), pyodide.encode(), runtime.of_pyodide("pyodide.js")]
    return b"\n".join([*made, _joined(BEHIND_PYODIDE)])


def without_version(content: bytes, version: str) -> bytes:
    """Return a file as it is hashed: the version itself is made of these hashes."""
    return content.replace(version.encode(), VERSION.encode())


def _with_version(files: dict[str, bytes]) -> Files:
    """Return the files with the list of their hashes, whose own hash is the version."""
    hashes = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    listing = json.dumps(hashes, indent=1).encode() + b"\n"
    version = hashlib.sha256(listing).hexdigest().encode()
    for name in (FIRST_PAGE, CUPBOARD):
        files[name] = files[name].replace(VERSION.encode(), version)
    return {**files, LISTING: listing}


def _policy(rules: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {allowed}" for name, allowed in rules.items())


def _file_policy(scripts: Iterable[str]) -> Mapping[str, str]:
    """Return the policy of a page whose scripts all stand in it."""
    named = " ".join(f"'{csp_hash(script)}'" for script in scripts)
    return {
        **POLICY,
        "script-src": f"{named} 'wasm-unsafe-eval'",
        "worker-src": "blob:",
        "connect-src": "blob:",
    }


def _static(folder: str) -> Files:
    """Return the files that the server has in this folder, too."""
    shipped = sorted((data_folder("reports") / "web" / "static").iterdir())
    return {f"{folder}{path.name}": path.read_bytes() for path in shipped if path.suffix != ".txt"}


def _own(name: str) -> bytes:
    return (data_folder("reports") / "web" / "app" / name).read_bytes()


def _joined(names: Iterable[str]) -> bytes:
    return b"\n".join(_own(name) for name in names)


def _letters(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def _in_script(name: str, text: str) -> str:
    """Return a text that can stand in an element for scripts, as it is."""
    for ends in ("</script", "<!--"):
        if ends in text.lower():
            raise KnowledgeError.about(name, f"{ends!r} would end the script that it stands in")
    return text
