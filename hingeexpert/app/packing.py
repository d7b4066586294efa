"""What the worker of an app loads, by the names that it knows: see `parts`.

Owns what goes in and what stays out, and that the same program and the same choices give the same
bytes: archives have neither dates nor an order of their own, and nothing in them is packed, for a
host packs them better, and a start unpacks them sooner.
"""

import io
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from hingeexpert.app.carried import Carried
from hingeexpert.app.pickling import same_pickle
from hingeexpert.app.runtime import AppRuntime
from hingeexpert.formats.files import data_folder, files_below

Files = Mapping[str, bytes]
"""Names, with `/` between their parts, to what stands in the files."""
PACKAGE = Path(__file__).parents[1]
NOT_ASKED = ("cli", "batch", "assurance", "_data")
"""Folders of the package that no page reaches."""
NO_PAGES = ("book", "book_to_sign", "cards", "fhir", "fonts", "summary", "web/app")
"""Folders of templates that no page of the app is made from; of the last one only its pages are."""
TEMPLATE_ENDINGS = (".html", ".txt", ".css", ".md", ".svg", ".js")
"""Not those for PDF."""
NOT_LOADED = "pydantic/v1/"
"""An older library inside another."""


def parts(runtime: AppRuntime, carried: Carried, templates: Path | None = None) -> Files:
    """Return what the worker loads.

    Args:
        runtime: Python and the libraries.
        carried: Rules and clinic.
        templates: Folder whose templates replace shipped ones.
    """
    return {
        "pyodide.asm.wasm": runtime.of_pyodide("pyodide.asm.wasm"),
        "python_stdlib.zip": runtime.of_pyodide("python_stdlib.zip"),
        "pydantic_core.so": runtime.library,
        "code.zip": zipped({**_libraries(runtime), **_package()}),
        "reports.zip": zipped(_reports(templates)),
        "carried.pickle": same_pickle(carried),
    }


def zipped(files: Files) -> bytes:
    """Return an archive of files, by name, each as old as an archive can have it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name])
    return packed.getvalue()


def _libraries(runtime: AppRuntime) -> Files:
    return {
        name: content
        for name, content in runtime.python_files()
        if name.endswith(".py") and not name.startswith(NOT_LOADED)
    }


def _package() -> Files:
    found = files_below(PACKAGE, NOT_ASKED)
    return {
        f"{PACKAGE.name}/{name}": Path(entry.path).read_bytes()
        for name, entry in found
        if name.endswith(".py")
    }


def _reports(templates: Path | None) -> Files:
    """Return the templates, of the user's folder where it has one of a name."""
    shipped = data_folder("reports")
    names = dict(_templates(files_below(shipped, NO_PAGES)))
    pages = files_below(shipped, inside="web/app/")
    names |= {name: path for name, path in _templates(pages) if name.endswith(".html")}
    if templates is not None:
        names |= dict(_templates(files_below(templates)))
    return {name: path.read_bytes() for name, path in names.items()}


def _templates(found: Iterable[tuple[str, "os.DirEntry[str]"]]) -> Iterator[tuple[str, Path]]:
    for name, entry in found:
        if name.endswith(TEMPLATE_ENDINGS):
            yield name, Path(entry.path)
