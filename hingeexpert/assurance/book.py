"""The whole knowledge base as one page to read, print and sign: everything in it, with conditions
in words, and every worked case.

Decides nothing and writes no sentence; the words are those of `rules/`, of `knowledge/wording.py`
for conditions, and of the templates, which read the entries themselves.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from hingeexpert.assurance.contact_table import ContactRow, contact_rows
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.formats.templates import render
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import parameters_in
from hingeexpert.knowledge.for_templates import for_templates, works
from hingeexpert.knowledge.models.conclusions import Fault
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.poses import Picture, PoseFile
from hingeexpert.knowledge.models.sources import Source
from hingeexpert.knowledge.naming import is_rule
from hingeexpert.knowledge.wording import written_conditions
from hingeexpert.pictures import draw as draw_picture
from hingeexpert.pictures.dependency_graph import draw


class Proof(NamedTuple):
    """A property of the knowledge base, and what came of proving it; the outcome is empty where it
    was not tried.
    """

    id: str
    sentence: str
    outcome: str


class CaseFolder(NamedTuple):
    """The cases of one folder. `title` is that of the entry it is named after, or its name."""

    name: str
    title: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Book:
    """What the template reads as `book`, beside the knowledge base.

    Attributes:
        rules: How many there are.
        contacts: The table of contacts.
        uses: Parameter to where it is used: anchor in the book, and name.
        proofs: What was tried to prove, then the properties of the knowledge base that were not
            tried.
        cases: The worked cases; `passed` of `run` came out as they should.
        sources: Works with their entries, in the order of the knowledge base.
    """

    knowledge: KnowledgeBase
    rules: int
    contacts: tuple[ContactRow, ...]
    uses: Mapping[str, tuple[tuple[str, str], ...]]
    proofs_run: bool
    proofs: tuple[Proof, ...]
    cases: tuple[CaseFolder, ...]
    passed: int
    run: int
    sources: tuple[tuple[str, tuple[tuple[str, Source], ...]], ...]


def book(
    knowledge: KnowledgeBase,
    outcomes: Sequence[Outcome] = (),
    proofs: Iterable[tuple[str, str, str]] | None = None,
) -> Book:
    """Gather what the book says beyond the entries of the knowledge base.

    Args:
        knowledge: The knowledge base.
        outcomes: Its worked cases, run, in the order in which they are to stand; those of one
            folder next to each other.
        proofs: Id, sentence and outcome of every property that was tried; `None` where none was.
    """
    return Book(
        knowledge=knowledge,
        rules=sum(is_rule(name) for name in knowledge.conditions),
        contacts=tuple(contact_rows(knowledge)),
        uses=_uses(knowledge),
        proofs_run=proofs is not None,
        proofs=tuple(_proofs(knowledge, proofs or ())),
        cases=tuple(_folders(knowledge, outcomes)),
        passed=sum(not outcome.differences for outcome in outcomes),
        run=len(outcomes),
        sources=tuple(works(knowledge, knowledge.sources)),
    )


def _uses(knowledge: KnowledgeBase) -> dict[str, tuple[tuple[str, str], ...]]:
    uses: dict[str, dict[tuple[str, str], None]] = {name: {} for name in knowledge.parameters}
    for anchor, name, condition in written_conditions(knowledge):
        for parameter in parameters_in(condition):
            uses[parameter][anchor, name] = None
    for drill in knowledge.drills.values():
        for parameter in drill.dose.parameters():
            uses[parameter][f"drill-{drill.drill}", drill.drill] = None
    return {name: tuple(places) for name, places in uses.items()}


def _proofs(knowledge: KnowledgeBase, given: Iterable[tuple[str, str, str]]) -> Iterator[Proof]:
    tried = {proof[0]: Proof(*proof) for proof in given}
    yield from tried.values()
    for item in knowledge.properties:
        if item.id not in tried:
            yield Proof(item.id, item.sentence, "")


def _folders(knowledge: KnowledgeBase, outcomes: Sequence[Outcome]) -> Iterator[CaseFolder]:
    conclusions = knowledge.conclusions
    for name, inside in itertools.groupby(
        outcomes, key=lambda outcome: outcome.case.file.rpartition("/")[0]
    ):
        named_after = conclusions.get(name)
        title = named_after.title if named_after else name.replace("_", " ").capitalize()
        yield CaseFolder(name, title, tuple(inside))


def render_book(book: Book, templates: Path | None = None) -> str:
    """Write a whole knowledge base as one self-contained page without scripts or outside requests,
    for screen and paper.

    Args:
        book: The knowledge base, and what the book says beyond it.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    knowledge = book.knowledge
    drawn: dict[str, Fault | Drill] = {**knowledge.faults, **knowledge.drills}
    drawings = {
        name: list(_panels(knowledge.poses, item.picture))
        for name, item in drawn.items()
        if item.picture is not None
    }
    picture = Markup(draw(knowledge))  # noqa: S704
    context = {"book": book, "picture": picture, "drawings": drawings, **for_templates(knowledge)}
    return render("book.html", context, templates)


def _panels(body: PoseFile, picture: Picture) -> Iterator[dict[str, object]]:
    """Yield each panel of a picture with what is said of it."""
    labels = (picture.label, picture.aim)
    for number, svg in enumerate(draw_picture(body, picture)):
        good = bool(number) if picture.judged else None
        drawn = Markup(svg)  # noqa: S704 - the picture escapes what it writes
        yield {"svg": drawn, "label": labels[number], "good": good, "caption": None}
