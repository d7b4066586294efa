"""An app is written whole, the same each time, with what was chosen, and over nothing unasked."""

import io
import os
import pickle
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from exported_app import export_app
from small import SMALL

from hingeexpert.app.carried import Carried
from hingeexpert.app.made_of import PYODIDE
from hingeexpert.app.runtime import AppRuntime, read_runtime
from hingeexpert.app.writing import worker_script
from hingeexpert.errors import KnowledgeError
from hingeexpert.knowledge import KnowledgeBase

WITHOUT_NETWORK = """
import sys
def hear(event, _):
    if event in ("socket.connect", "socket.getaddrinfo"): raise SystemExit("a network is used")
sys.addaudithook(hear)
sys.argv[0] = "hingeexpert"
from hingeexpert.cli import run
run()
"""
pytestmark = pytest.mark.usefixtures("runtime")
CLINIC = "name: Clinic at the River\nphone: 555 0100\n"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "app"
    told = export_app(folder)
    assert told.exit_code == 0, told.stderr
    return folder


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("exported") / "app.html"
    told = export_app("--single", file)
    assert told.exit_code == 0, told.stderr
    return file


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def archived(app: Path, name: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(app / "runtime" / name)


def carried(app: Path) -> Carried:
    found = pickle.loads((app / "runtime" / "carried.pickle").read_bytes())
    assert isinstance(found, Carried)
    return found


def exported_apart(where: list[str], seed: str, cache: Path) -> None:
    """Export in a process whose sets have another order, that knows nothing yet, and that may not
    use a network.
    """
    environment = {**os.environ, "PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(cache)}
    command = [sys.executable, "-c", WITHOUT_NETWORK, "export-app", *where]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_two_exports_give_the_same_bytes(
    app: Path, page: Path, runtime: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "cache" / "hingeexpert"
    kept.mkdir(parents=True, mode=0o700)
    (kept / runtime.name).symlink_to(runtime)

    exported_apart([str(tmp_path / "app")], "1", kept.parent)
    exported_apart(["--single", str(tmp_path / "app.html")], "2", kept.parent)

    assert content(tmp_path / "app") == content(app)
    assert (tmp_path / "app.html").read_bytes() == page.read_bytes()


def test_rules_and_clinic_and_example_travel_with_it(
    app: Path, tmp_path: Path, knowledge: KnowledgeBase
) -> None:
    (tmp_path / "clinic.yaml").write_text(CLINIC)

    told = export_app(tmp_path / "app", "--clinic", tmp_path / "clinic.yaml", "--rules", SMALL)

    assert told.exit_code == 0, told.stderr
    assert carried(app).knowledge.sha256 == knowledge.sha256
    assert carried(app).knowledge.languages == knowledge.languages
    assert carried(app).clinic is None
    example = carried(app).example
    assert example is not None
    assert example.patient["name"] == "Sam Example"
    chosen = carried(tmp_path / "app")
    assert chosen.clinic is not None
    assert chosen.clinic.name == "Clinic at the River"
    assert chosen.knowledge.sha256 != knowledge.sha256
    assert chosen.example is None


def test_only_what_pages_need_travels_with_it(app: Path) -> None:
    code, templates = archived(app, "code.zip"), archived(app, "reports.zip")
    foreign = re.compile(r"hingeexpert/(cli|batch|assurance|_data)/|\.so$|\.pyi$")

    assert not [name for name in code.namelist() if foreign.search(name)]
    assert {"hingeexpert/web/pages.py", "yaml/loader.py"} < {*code.namelist()}
    assert not [name for name in templates.namelist() if re.match("fonts/|book/|.*typ$", name)]
    assert {"web/home.html", "handout.html", "web/static/page.js"} < {*templates.namelist()}


def test_templates_of_the_user_take_the_place_of_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    (own / "web").mkdir(parents=True)
    (own / "note.txt").write_text("Ours.")
    (own / "web" / "page.css").write_text("/* ours */")

    told = export_app(tmp_path / "app", "--templates", own)

    assert told.exit_code == 0, told.stderr
    assert archived(tmp_path / "app", "reports.zip").read("note.txt") == b"Ours."
    assert (tmp_path / "app" / "page.css").read_text() == "/* ours */"


def change(app: Path) -> str:
    with (app / "runtime" / "code.zip").open("ab") as file:
        file.write(b" ")
    return "runtime/code.zip: is changed: wanted "


def rename_version(app: Path) -> str:
    first = (app / "index.html").read_text()
    (app / "index.html").write_text(re.sub('data-version="..', 'data-version="00', first))
    return "index.html: is changed: wanted "


def take_away(app: Path) -> str:
    (app / "worker.js").unlink()
    return "worker.js: is missing"


def add(app: Path) -> str:
    (app / "static" / "more.js").write_text("1")
    return "static/more.js: is surplus: the app has no such file"


SLIPS = {"changed": change, "version": rename_version, "missing": take_away, "surplus": add}


@pytest.fixture
def own(app: Path, tmp_path: Path) -> Path:
    """Return a copy of an app that a test may spoil."""
    for name, raw in content(app).items():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_bytes(raw)
    return tmp_path / "own"


def test_a_whole_app_is_said_to_be_whole(app: Path, page: Path) -> None:
    version = re.search('data-version="(.{64})"', (app / "index.html").read_text())
    assert version is not None

    told = export_app("--check", app)
    assert (told.exit_code, told.stdout) == (
        0,
        f"{app}: {len(content(app))} files, as they were written; version {version[1]}\n",
    )
    assert f'VERSION = "{version[1]}"' in (app / "sw.js").read_text()
    assert export_app("--check", page).exit_code == 0


@pytest.mark.parametrize("spoil", SLIPS.values(), ids=SLIPS.keys())
def test_a_file_that_is_not_as_it_was_written_is_named(
    own: Path, spoil: Callable[[Path], str]
) -> None:
    wanted = spoil(own)

    told = export_app("--check", own)

    assert told.exit_code == 1
    assert [line.startswith(f"error: {own}/{wanted}") for line in told.stderr.splitlines()] == [
        True
    ]


def test_a_changed_page_is_named(page: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.html"
    changed.write_bytes(page.read_bytes().replace(b"Starting", b"starting", 1))

    told = export_app("--check", changed)

    assert told.exit_code == 1
    assert told.stderr.startswith(f"error: {changed}: is changed")


def test_an_app_is_replaced_when_asked_and_what_else_lies_there_stays(own: Path) -> None:
    change(own)
    (own / "static" / ".settings").write_text("of the host")
    (own / "settings.txt").write_text("of the host")
    before = content(own)

    told = export_app(own)
    assert told.exit_code == 2
    assert "--overwrite" in told.stderr
    assert content(own) == before

    assert export_app(own, "--overwrite").exit_code == 0
    assert (own / "static" / ".settings").read_text() == "of the host"
    assert export_app("--check", own).stderr == (
        f"error: {own}/settings.txt: is surplus: the app has no such file\n"
    )


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "visits.sqlite").write_text("a record")

    told = export_app(tmp_path, "--overwrite")

    assert told.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["visits.sqlite"]


def test_a_runtime_that_cannot_be_put_together_is_refused() -> None:
    """A classic script can hold neither an export nor the address of a module."""
    script = read_runtime().of_pyodide("pyodide.asm.mjs").replace(b"import.meta.url", b"x", 1)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/pyodide.asm.mjs")
        member.size = len(script)
        archive.addfile(member, io.BytesIO(script))

    with pytest.raises(KnowledgeError, match=r"'import\.meta\.url' stands in it 2 times, not 3"):
        worker_script(AppRuntime({PYODIDE.file: packed.getvalue()}))


WAYS = {
    "none": (),
    "two": ("app", "--get-runtime"),
}


@pytest.mark.parametrize("arguments", WAYS.values(), ids=WAYS.keys())
def test_one_thing_at_a_time(arguments: tuple[str, ...]) -> None:
    told = export_app(*arguments)

    assert told.exit_code == 2
    assert "name a FOLDER to write, or one of --single, --get-runtime and --check" in told.stderr
