"""The runtime of the app: got once from the registries that this machine knows, then read from the
user's cache.

Owns where it lies and that every file is the one that `made_of.py` names. What is got goes through
the machine's own npm and pip, with their settings.
"""

import hashlib
import importlib.util
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from hingeexpert.app.made_of import (
    DOWNLOADS,
    PYDANTIC_CORE,
    PYODIDE,
    SOURCES,
    WHEELS,
    Download,
)
from hingeexpert.errors import ExtraError, InputError, Problem, clean
from hingeexpert.formats.files import private_folder

COMMAND = "hingeexpert export-app --get-runtime"
LIBRARY = "pydantic_core/_pydantic_core.cpython-314-wasm32-emscripten.so"
WHERE = ("pyemscripten_2026_0_wasm32", "manylinux2014_x86_64")
"""For which systems pip may choose a wheel."""
LONGEST_REASON = 1000
"""Characters of what npm or pip says that are shown; the reason stands at the end."""
STACK = re.compile(r"^npm error +at .*$", re.MULTILINE)
"""Where in the source of npm it failed."""


@dataclass(frozen=True)
class AppRuntime:
    """The runtime, each file as its registry gave it.

    Attributes:
        files: Name of each download to its bytes.
    """

    files: dict[str, bytes] = field(repr=False)

    def of_pyodide(self, name: str) -> bytes:
        """Return one file of the package of npm, such as `pyodide.js`."""
        with tarfile.open(fileobj=io.BytesIO(self.files[PYODIDE.file])) as archive:
            file = archive.extractfile(f"package/{name}")
            assert file is not None
            return file.read()

    @property
    def library(self) -> bytes:
        """The one library that is no Python."""
        return dict(self._all_of(PYDANTIC_CORE))[LIBRARY]

    def texts_of(self, download: Download, ending: re.Pattern[str]) -> Iterator[str]:
        """Yield the texts in a download of Python whose names match."""
        for name, content in self._all_of(download):
            if ending.search(name):
                yield content.decode()

    def _all_of(self, download: Download) -> Iterator[tuple[str, bytes]]:
        """Yield every file of a download."""
        if download in SOURCES:
            with tarfile.open(fileobj=io.BytesIO(self.files[download.file])) as archive:
                files = [(member.name, archive.extractfile(member)) for member in archive]
                yield from ((name, file.read()) for name, file in files if file is not None)
        else:
            wheel = zipfile.ZipFile(io.BytesIO(self.files[download.file]))
            yield from ((name, wheel.read(name)) for name in wheel.namelist())

    def python_files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file of every library, with its name below the folder of libraries."""
        for wheel in WHEELS:
            yield from self._all_of(wheel)
        for source in SOURCES:
            for path, content in self._all_of(source):
                _, _, name = path.partition("/")
                if name.startswith(f"{source.name}/"):
                    yield name, content


def runtime_folder() -> Path:
    """Return where the runtime lies, once it was got."""
    made_of = "\n".join(download.sha256 for download in DOWNLOADS)
    name = f"app-runtime-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"
    return platformdirs.user_cache_path("hingeexpert", appauthor=False) / name


def read_runtime() -> AppRuntime:
    """Return the runtime.

    Raises:
        ExtraError: It was not got, or is not whole.
    """
    folder = runtime_folder()
    if not folder.is_dir():
        raise ExtraError(f"the app needs a runtime, which is got once, with a network: {COMMAND}")
    try:
        return _read(folder)
    except InputError as error:
        raise ExtraError(f"the runtime is not whole; get it again: {COMMAND}\n{error}") from None


def get_runtime(tell: Callable[[str], None]) -> Path:
    """Get the runtime, where it is not there and whole, and return its folder.

    Args:
        tell: Takes a line about what is done.

    Raises:
        InputError: Something cannot be got, or is not what was asked for; nothing is kept then.
    """
    folder = runtime_folder()
    if _is_whole(folder):
        tell(f"The runtime is there and whole: {folder}")
        return folder
    _check_tools()
    private_folder(folder.parent)
    with tempfile.TemporaryDirectory(prefix=".app-runtime-", dir=folder.parent) as beside:
        got = Path(beside) / "got"
        got.mkdir()
        _download(got, tell)
        _read(got)
        if folder.exists():
            folder.rename(Path(beside) / "before")
        got.rename(folder)
    tell(f"The runtime is there: {folder}")
    return folder


def _is_whole(folder: Path) -> bool:
    try:
        _read(folder)
    except InputError:
        return False
    return True


def _read(folder: Path) -> AppRuntime:
    """Return what lies in a folder.

    Raises:
        InputError: Naming each file that is missing or another.
    """
    files, problems = {}, []
    for download in DOWNLOADS:
        path = folder / download.file
        content = path.read_bytes() if path.is_file() else None
        found = hashlib.sha256(content).hexdigest() if content is not None else "no such file"
        if content is None or found != download.sha256:
            message = f"{download.file}: wanted {download.sha256}, found {found}"
            problems.append(Problem(f"{download.name} {download.version}", None, "", message))
        else:
            files[download.file] = content
    if problems:
        raise InputError(problems)
    return AppRuntime(files)


def _check_tools() -> None:
    """Stop where something is missing that gets the runtime."""
    problems = []
    if shutil.which("npm") is None:
        message = "not found; install Node.js, which brings it"
        problems.append(Problem("npm", None, "", message))
    if importlib.util.find_spec("pip") is None:
        message = f"not found; install it for {sys.executable}, as with: python -m ensurepip"
        problems.append(Problem("pip", None, "", message))
    if problems:
        raise InputError(problems)


def _download(folder: Path, tell: Callable[[str], None]) -> None:
    """Put every download into a folder."""
    npm = shutil.which("npm")
    assert npm is not None
    tell(f"npm gets {PYODIDE.name} {PYODIDE.version} ...")
    wanted = f"{PYODIDE.name}@{PYODIDE.version}"
    _run([npm, "pack", wanted, "--ignore-scripts", "--loglevel=error"], folder, wanted)
    tell(f"pip gets {len(WHEELS)} libraries ...")
    systems = [option for name in WHERE for option in ("--platform", name)]
    python = ["--python-version", "3.14", "--implementation", "cp", "--abi", "cp314"]
    _pip(folder, WHEELS, ["--only-binary=:all:", *systems, *python])
    tell(f"pip gets {', '.join(source.name for source in SOURCES)} ...")
    _pip(folder, SOURCES, ["--no-binary=:all:"])


def _pip(folder: Path, wanted: Sequence[Download], options: Sequence[str]) -> None:
    """Have pip get files by their hashes."""
    lines = [f"{one.name}=={one.version} --hash=sha256:{one.sha256}" for one in wanted]
    with tempfile.TemporaryDirectory() as apart:
        wishes = Path(apart) / "requirements.txt"
        wishes.write_text("\n".join(lines))
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input"]
        command += ["--disable-pip-version-check", "--quiet", "--require-hashes"]
        names = ", ".join(f"{one.name} {one.version}" for one in wanted)
        _run([*command, *options, "-r", str(wishes), "-d", "."], folder, names)


def _run(command: Sequence[str], folder: Path, wanted: str) -> None:
    """Run npm or pip in a folder.

    Raises:
        InputError: It ends badly, with what it says.
    """
    ran = subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        said = " ".join(STACK.sub("", ran.stderr or ran.stdout).split())[-LONGEST_REASON:]
        tool = "npm" if command[1] == "pack" else "pip"
        reason = clean(said, LONGEST_REASON) or f"it ended with code {ran.returncode}"
        raise InputError.about(tool, f"cannot get {wanted}: {reason}")
