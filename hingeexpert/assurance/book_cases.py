"""The view of the worked cases that the template of the book reads: what must follow from each,
with titles in place of ids.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.assurance.case_files import Bounds, Expectation, Verdicts
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.knowledge import KnowledgeBase


@dataclass(frozen=True)
class Verdict:
    """What must come of a ladder: one of `allowed`; or, where it stays open, its two ends."""

    allowed: tuple[str, ...] = ()
    at_least: str | None = None
    not_ruled_out: str | None = None


@dataclass(frozen=True)
class CaseView:
    """A worked case and what must follow from it.

    Attributes:
        file: Its file, below the folder of cases.
        present: Title and confidence of what must be present; faults, then contributors.
        undecided: Titles of what must stay undetermined.
        absent: Titles of what must not be present, and of the verdicts that must not be given.
        alone: No other fault of movement or set-up may be present.
        focus: Title of the fault to coach first, or `None`; `silent`: nothing may be coached.
        asked: Questions that must come up.
        differences: What came out otherwise; empty where the case passes.
    """

    file: str
    name: str
    why: str
    triage: Verdict | None
    readiness: Verdict | None
    present: tuple[tuple[str, str], ...]
    undecided: tuple[str, ...]
    absent: tuple[str, ...]
    alone: bool
    focus: str | None
    silent: bool
    asked: tuple[str, ...]
    differences: tuple[str, ...]


@dataclass(frozen=True)
class CaseFolder:
    """The cases of one folder. `title` is that of the entry it is named after, or its name."""

    name: str
    title: str
    cases: tuple[CaseView, ...]


def case_folders(knowledge: KnowledgeBase, outcomes: Iterable[Outcome]) -> tuple[CaseFolder, ...]:
    """Gather worked cases by their folder.

    Args:
        knowledge: The knowledge base they were run against.
        outcomes: The cases, those of one folder next to each other.
    """
    titles = {
        name: item.title
        for name, item in (*knowledge.faults.items(), *knowledge.contributors.items())
    }
    folders = []
    for name, inside in itertools.groupby(
        outcomes, key=lambda outcome: outcome.case.file.rpartition("/")[0]
    ):
        title = titles.get(name, name.replace("_", " ").capitalize())
        folders.append(
            CaseFolder(name, title, tuple(_case(knowledge, titles, outcome) for outcome in inside))
        )
    return tuple(folders)


def _case(knowledge: KnowledgeBase, titles: Mapping[str, str], outcome: Outcome) -> CaseView:
    case, expect = outcome.case, outcome.case.expect
    verdicts = {
        ladder: {level.id: level.title for level in levels}
        for ladder, levels in knowledge.ladders.items()
    }
    return CaseView(
        file=case.file,
        name=case.name,
        why=case.why,
        triage=_verdict(verdicts["triage"], expect.triage),
        readiness=_verdict(verdicts["readiness"], expect.readiness),
        present=tuple(
            (titles[name], confidence)
            for name, confidence in (*expect.faults.items(), *expect.contributors.items())
        ),
        undecided=tuple(titles[name] for name in expect.undetermined),
        absent=_absent({**titles, **verdicts["readiness"]}, expect),
        alone=expect.only_faults,
        focus=None if expect.focus is None else titles[expect.focus],
        silent="focus" in expect.model_fields_set and expect.focus is None,
        asked=tuple(knowledge.observables[name].question for name in expect.ask_next_includes),
        differences=outcome.differences,
    )


def _absent(titles: Mapping[str, str], expect: Expectation) -> tuple[str, ...]:
    unwanted: Sequence[str] = (*expect.not_faults, *expect.not_contributors, *expect.not_readiness)
    return tuple(titles.get(name, name) for name in unwanted)


def _verdict(titles: Mapping[str, str], wanted: Verdicts | None) -> Verdict | None:
    match wanted:
        case None:
            return None
        case Bounds(at_least=least, not_ruled_out=worst):
            return Verdict(
                (), *(None if name is None else titles.get(name, name) for name in (least, worst))
            )
        case str():
            return Verdict((titles.get(wanted, wanted),))
    return Verdict(tuple(titles.get(name, name) for name in wanted))
