"""What `fuzz.py` tries: each reader of files, from the bytes to the last word that comes of them.

Nothing here may set Polars to work before a try has begun: its threads do not live on in a child.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import click

from hingeexpert.batch.floors import floors_of
from hingeexpert.batch.known_headings import KnownHeadings
from hingeexpert.batch.layout import layout
from hingeexpert.batch.mapping import Mapping
from hingeexpert.batch.mapping_file import read_mapping
from hingeexpert.batch.results import reject_lines
from hingeexpert.batch.row_reading import ChunkReader
from hingeexpert.batch.taken import TableMappings
from hingeexpert.cli import main
from hingeexpert.errors import HingeError
from hingeexpert.formats.documents import read_bytes
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.tables.opening import open_tables
from hingeexpert.formats.tables.table import Table
from hingeexpert.forms import read_form
from hingeexpert.handout.clinic import read_clinic
from hingeexpert.inference.columns import Columns
from hingeexpert.inference.conclude import diagnose, engine_for
from hingeexpert.inference.explanation import Explainer
from hingeexpert.interop.pocket import pocket_text, read_pocket
from hingeexpert.interop.reading import read_any
from hingeexpert.interop.rows import FormsElsewhere
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.reporting.report import render_short

READ, REFUSED = "read", "refused"


@dataclass(frozen=True)
class Reader:
    """Something that reads files.

    Attributes:
        name: What it is called.
        ending: That of its files.
        read: Reads one to its end, and says whether it was refused.
    """

    name: str
    ending: str
    read: Callable[[Path], str]


@cache
def knowledge() -> KnowledgeBase:
    """Return the shipped rules."""
    return load_knowledge(data_folder("rules"))


@cache
def columns() -> Columns:
    """Return them as columns."""
    return Columns(knowledge())


def warmed_up(names: Iterable[str]) -> None:
    """Load what these readers need, once for all tries."""
    knowledge(), columns()
    engine_for(knowledge())
    if "rules" in names:
        with suppress(SystemExit):
            main(["rules", "check"], standalone_mode=False)


def read_tables(path: Path) -> str:
    """Read every row of the tables of a file, and write what is wrong with them."""
    mappings = TableMappings(knowledge(), Mapping())
    known, others = KnownHeadings(knowledge(), Mapping(), mappings), FormsElsewhere(knowledge())
    refused = False
    for table in open_tables(path, known=known, others=others):
        refused |= bool(table.header_defects) or _read_rows(table, mappings)
    return REFUSED if refused else READ


def _read_rows(table: Table, mappings: TableMappings) -> bool:
    """Read the rows of a table, and say whether any is refused."""
    mapping, anew = mappings.mapping(table.columns), mappings.of_rows(table.columns)
    found = layout(knowledge(), table.columns, mapping, own_columns=table.own_columns)
    found = mappings.told(found, table.columns)
    if found.problems:
        return True
    reader, refused = ChunkReader(columns(), mapping, table, found, (), anew), False
    for chunk, defects in table.chunks():
        read = reader.read(chunk)
        floors = floors_of(columns(), read.rejected, table.name)
        reject_lines([*defects, *read.defects], floors).encode()
        refused |= bool(defects or read.defects)
    return refused


def read_elsewhere(path: Path) -> str:
    """Read the forms of another system, and judge them."""
    refused = False
    for found in read_any(knowledge(), str(path), path.read_bytes()):
        if isinstance(found.form, HingeError):
            refused = True
        else:
            render_short(knowledge(), diagnose(knowledge(), found.form))
    return REFUSED if refused else READ


def read_code(path: Path) -> str:
    """Read what a scanner types; what is read must be what the code says."""
    text = path.read_bytes().decode("utf-8", "replace")
    with suppress(HingeError):
        form = read_pocket(knowledge(), text)
        told = pocket_text(knowledge(), form)
        if told != "".join(text.split()).upper():
            raise AssertionError("another form was read than the code holds")
        return READ
    return REFUSED


def read_one_form(path: Path) -> str:
    """Read a form, and judge it."""
    with suppress(HingeError):
        assessment = read_form(knowledge(), str(path), read_bytes(str(path)))
        render_short(knowledge(), diagnose(knowledge(), assessment))
        return READ
    return REFUSED


def explain_form(path: Path) -> str:
    """Read a form, and say why."""
    with suppress(HingeError):
        assessment = read_form(knowledge(), str(path), read_bytes(str(path)))
        Explainer(knowledge(), assessment).asked(None)
        return READ
    return REFUSED


def read_map(path: Path) -> str:
    """Read a map."""
    with suppress(HingeError):
        read_mapping(knowledge(), str(path), read_bytes(str(path)))
        return READ
    return REFUSED


def read_settings(path: Path) -> str:
    """Read the settings of a clinic; its logo lies beside them."""
    with suppress(HingeError):
        read_clinic(path)
        return READ
    return REFUSED


def read_logo(path: Path) -> str:
    """Read the settings of a clinic whose logo is damaged."""
    settings = path.with_name("clinic.yaml")
    settings.write_text(f"name: Clinic\nlogo: {path.name}\n", encoding="utf-8")
    return read_settings(settings)


def check_rules(path: Path) -> str:
    """Check rules of which one file is damaged; which one says its first line."""
    folder = Path(mkdtemp(dir=path.parent))
    name, _, content = path.read_bytes().partition(b"\n")
    try:
        shutil.copytree(data_folder("rules"), folder / "rules")
        (folder / "rules" / os.fsdecode(name)).write_bytes(content)
        main(["rules", "check", "--rules", str(folder / "rules")], standalone_mode=False)
    except SystemExit as error:
        return REFUSED if error.code in (1, 3) else f"exit code {error.code}"
    except click.exceptions.Exit as error:
        return REFUSED if error.exit_code in (1, 3) else f"exit code {error.exit_code}"
    finally:
        shutil.rmtree(folder)
    return READ


_TABLES = ("xlsx", "ods", "xls", "parquet", "csv", "jsonl", "json", "zip", "gz")
_OTHERS = [
    Reader("yaml", "yaml", read_one_form),
    Reader("forms", "yaml", read_tables),
    Reader("pdf", "pdf", read_one_form),
    Reader("map", "yaml", read_map),
    Reader("clinic", "yaml", read_settings),
    Reader("logo", "png", read_logo),
    Reader("explain", "yaml", explain_form),
    Reader("rules", "txt", check_rules),
    Reader("response", "json", read_elsewhere),
    Reader("bundle", "json", read_elsewhere),
    Reader("submission", "xml", read_elsewhere),
    Reader("pocket", "txt", read_code),
    Reader("ndjson", "ndjson", read_tables),
    Reader("exports", "csv", read_tables),
    Reader("feeds", "json", read_tables),
]
READERS = {
    **{name: Reader(name, name, read_tables) for name in _TABLES},
    **{reader.name: reader for reader in _OTHERS},
}
"""Every reader by its name."""
