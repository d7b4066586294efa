"""The command `export-app`: the pages as an app that needs no server, as a folder or one file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import FOLDER, ExampleFirst, knowledge_options, load, template_options
from hingeexpert.cli.output import Output, check_folder
from hingeexpert.errors import InputError

if TYPE_CHECKING:
    from hingeexpert.app.packing import Files
    from hingeexpert.app.writing import Ingredients

FILE = click.Path(dir_okay=False, path_type=Path)
WAYS = "name a FOLDER to write, or one of --single, --get-runtime and --check"


@dataclass(frozen=True)
class Chosen:
    """What goes into the app, as the user chose it, and whether an app may be replaced."""

    rules: Path
    templates: Path | None
    clinic: Path | None
    overwrite: bool

    @property
    def inputs(self) -> Sequence[Path | None]:
        """What is read."""
        return self.rules, self.templates, self.clinic


@click.command(
    cls=ExampleFirst,
    example=(
        "hingeexpert export-app --get-runtime\n"
        "hingeexpert export-app app\n"
        "hingeexpert export-app --single hingeexpert.html\n"
        "hingeexpert export-app --check app"
    ),
)
@click.argument("folder", type=FOLDER, required=False)
@click.option("--single", type=FILE, help="Write one page, which opens from a disk, to this file.")
@click.option(
    "--get-runtime",
    is_flag=True,
    help="Get Python for browsers and its libraries, by npm and pip; needed once.",
)
@click.option(
    "--check",
    type=click.Path(exists=True, path_type=Path),
    help="Say whether an app, a folder or a file, is as it was written.",
)
@click.option(
    "--clinic", type=FILE, help="File with name, phone and logo of the clinic, for the handouts."
)
@click.option("--overwrite", is_flag=True, help="Replace an app that is there already.")
@knowledge_options
@template_options
def export_app(
    folder: Path | None,
    single: Path | None,
    get_runtime: bool,
    check: Path | None,
    clinic: Path | None,
    overwrite: bool,
    rules: Path,
    templates: Path | None,
) -> None:
    """Write the pages as an app that runs in a browser, without a server and without a network.

    A FOLDER goes to any host of static files, and can be installed from there; a file opens from a
    disk. Nothing is fetched but with --get-runtime.
    """
    chosen = Chosen(rules, templates, clinic, overwrite)
    if sum((folder is not None, single is not None, get_runtime, check is not None)) != 1:
        raise click.UsageError(WAYS)
    if get_runtime:
        _get_runtime()
    elif check is not None:
        _check(check)
    elif single is not None:
        _write_single(single, chosen)
    elif folder is not None:
        _write_folder(folder, chosen)


def _get_runtime() -> None:
    from hingeexpert.app.runtime import get_runtime

    get_runtime(_tell)


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _check(path: Path) -> None:
    from hingeexpert.app.checking import check_folder_app, check_single_app

    if path.is_dir():
        version, count = check_folder_app(path)
        click.echo(f"{path}: {count} files, as they were written; version {version}")
    else:
        click.echo(f"{path}: as it was written; version {check_single_app(path)}")


def _ingredients(chosen: Chosen) -> Ingredients:
    """Return what an app is made of."""
    from hingeexpert import __version__
    from hingeexpert.app.carried import Carried
    from hingeexpert.app.runtime import read_runtime
    from hingeexpert.app.writing import Ingredients
    from hingeexpert.assurance.label.pages import label_page
    from hingeexpert.formats.files import DEMO
    from hingeexpert.forms import read_form
    from hingeexpert.handout.clinic import read_clinic

    runtime = read_runtime()
    clinic, logo = read_clinic(chosen.clinic) if chosen.clinic else (None, None)
    knowledge = load(chosen.rules)
    form = chosen.rules / DEMO
    example = read_form(knowledge, form) if form.is_file() else None
    label = label_page(chosen.rules, knowledge, chosen.templates)
    carried = Carried(knowledge, clinic, logo, __version__, example, label)
    return Ingredients(runtime, carried, chosen.templates)


def _write_single(path: Path, chosen: Chosen) -> None:
    from hingeexpert.app.writing import single_page

    output = Output(path, chosen.overwrite, chosen.inputs, private=False)
    output.check()
    output.write(single_page(_ingredients(chosen)))


def _write_folder(folder: Path, chosen: Chosen) -> None:
    """Write an app, whole or not at all."""
    from hingeexpert.app.writing import FIRST_PAGE, LISTING, folder_files

    check_folder(folder, (LISTING,), chosen.inputs)
    Output(folder / FIRST_PAGE, chosen.overwrite, chosen.inputs).check()
    files = folder_files(_ingredients(chosen))
    try:
        _put(folder.resolve(), files)
    except OSError as error:
        raise InputError.about(folder, f"cannot be written: {error.strerror}") from None


def _put(folder: Path, files: Files) -> None:
    """Put the files into the folder's place, together with what else lies there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-app-", dir=folder.parent) as beside:
        new, before = Path(beside) / "new", Path(beside) / "before"
        new.mkdir()
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        if not folder.exists():
            new.rename(folder)
            return
        _copy_others(folder, new)
        folder.rename(before)
        try:
            new.rename(folder)
        except BaseException:
            before.rename(folder)
            raise


def _copy_others(folder: Path, new: Path) -> None:
    """Copy what no app has put into the folder, such as a file with the settings of the host."""
    from hingeexpert.app.checking import names_in

    shutil.copymode(folder, new)
    own = names_in(folder)
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and name.as_posix() not in own and not (new / name).exists():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, new / name)
