"""Under which licenses the parts of an app may be passed on; the text travels with it."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import metadata

from hingeexpert.app.made_of import PYODIDE, SOURCES, WHEELS
from hingeexpert.app.runtime import AppRuntime
from hingeexpert.formats.files import data_folder

LICENSE = re.compile(r"(?:LICENSE|PKG-INFO|METADATA)(?:\.\w+)?$")
"""Text or facts of a library; of some the facts alone say it."""
SHIPPED = ("web/static/htmx-LICENSE.txt", "web/app/age-LICENSE.txt", "record/words-LICENSE.txt")
LINE = "=" * 78


def notices(runtime: AppRuntime) -> str:
    """Return a text with the license of everything that is in an app."""
    return "\n".join(f"{LINE}\n{title}\n{LINE}\n{text}" for title, text in _licenses(runtime))


def _licenses(runtime: AppRuntime) -> Iterator[tuple[str, str]]:
    """Yield the name of each part, and its license."""
    yield "hingeexpert", f"{metadata('hingeexpert')['License-Expression']}\n"
    about = json.loads(runtime.of_pyodide("package.json"))
    yield f"{PYODIDE.name} {PYODIDE.version}", f"{about['license']}; source: {about['homepage']}\n"
    for download in (*WHEELS, *SOURCES):
        texts = runtime.texts_of(download, LICENSE)
        yield f"{download.name} {download.version}", min(texts, key=_is_about)
    for name in SHIPPED:
        yield name, (data_folder("reports") / name).read_text(encoding="utf-8")


def _is_about(text: str) -> bool:
    """Whether a text holds the facts of a library, and not its license itself."""
    return text.startswith("Metadata-Version")
