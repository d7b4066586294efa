"""The command `record export`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load, noun, record_option
from hingeexpert.cli.output import Output, overwrite_option
from hingeexpert.cli.record.options import opening
from hingeexpert.cli.secrets import passphrase_option
from hingeexpert.errors import InputError, shown

if TYPE_CHECKING:
    from hingeexpert.cli.opening import Opening
    from hingeexpert.record import Record, RecordReader

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record export everything.zip
               hingeexpert record export person.zip --person P-0042""",
)
@click.argument("file", type=FILE)
@click.option(
    "--person", metavar="ID", help="Only this person: the patient id, or the id of the record."
)
@record_option
@passphrase_option
@overwrite_option
@knowledge_options
def export(
    file: Path,
    person: str | None,
    record: Path | None,
    record_passphrase_file: Path | None,
    overwrite: bool,
    rules: Path,
) -> None:
    """Write everything in the record, or all of one person, to a ZIP file: each visit as a form,
    and people, visits and events as they are kept.

    It is the record as it stands at one moment; pages and terminals may go on meanwhile.
    """
    at = opening(record, record_passphrase_file)
    path = at.path
    target = Output(file, overwrite, (*at.reads, rules))
    target.check()
    if not path.exists():
        raise InputError.about(path, "there is no such record")
    visits, packed = _packed(at, person, rules)
    target.write(packed)
    click.echo(f"{file}: {visits} {noun(visits, 'visit')}", err=True)


def _packed(at: Opening, person: str | None, rules: Path) -> tuple[int, bytes]:
    """Return how many visits there are, and the ZIP file."""
    from hingeexpert.cli.progress import progress_bar
    from hingeexpert.intake.export import export as pieces

    knowledge = load(rules)
    with ExitStack() as stack:
        record = stack.enter_context(_opened(at))
        id_ = None if person is None else _id_of(record, person)
        record.note("export")
        reader = stack.enter_context(record.unchanged())
        visits = len(reader.visits(id_))
        with progress_bar(visits, "visits") as move:
            packed = b"".join(pieces(knowledge, reader, lambda done, _: move(done), id_))
    return visits, packed


@contextmanager
def _opened(at: Opening) -> Iterator[Record]:
    from hingeexpert.record import Record

    with closing(Record(at.path, at.key())) as record:
        yield record


def _id_of(reader: RecordReader, named: str) -> str:
    """Return the id in the record of somebody who is named by it, or by the patient id.

    Raises:
        InputError: There is nobody, or more than one.
    """
    from hingeexpert.record import MissingError

    people = reader.same_id(named)
    if len(people) > 1:
        ids = ", ".join(entry.id for entry in people)
        message = f"{len(people)} people have this patient id; name one by the record's: {ids}"
        raise InputError.about("--person", message)
    if people:
        return people[0].id
    try:
        return reader.person(named).id
    except MissingError:
        message = f"nobody in the record has the id {shown(named)}"
        raise InputError.about("--person", message) from None
