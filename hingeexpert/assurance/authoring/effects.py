"""What a change of the rules does, as far as its keeping hangs on it and its history tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hingeexpert.assurance.diff import changed
from hingeexpert.assurance.worked_cases import WorkedCase, read_cases, run_case
from hingeexpert.errors import InputError, listed
from hingeexpert.formats.files import CASES
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.loading import load_knowledge
from hingeexpert.knowledge.models.history import KeptCase, KeptPeople


@dataclass(frozen=True)
class Effects:
    """What came of a change.

    Attributes:
        before: The rules before it.
        after: The rules after it.
        cases: Worked cases that are judged otherwise.
        failing: Worked cases that fail or cannot be read, each in words.
        people: How many invented people are judged otherwise; `None` where nobody was asked.
        hazards: Hazards of the two highest severities that are open, each in words.
    """

    before: KnowledgeBase
    after: KnowledgeBase
    cases: tuple[KeptCase, ...] = ()
    failing: tuple[str, ...] = ()
    people: KeptPeople | None = None
    hazards: tuple[str, ...] = ()


def effects_of(before: Path, after: Path) -> Effects:
    """Judge a change of the rules.

    Args:
        before: A folder of rules.
        after: The same, changed.

    Raises:
        KnowledgeError: The changed rules are broken.
    """
    new = load_knowledge(after)
    old = load_knowledge(before)
    earlier, _ = _cases(old, before)
    cases, failing = _cases(new, after)
    unchanged = {case.name: case for case in earlier}
    moved: list[KeptCase] = []
    for case in cases:
        outcome = run_case(new, case)
        if outcome.differences:
            failing.append(f"{case.file}: {case.name}: {'; '.join(outcome.differences)}")
        moved += _moved(old, new, case, unchanged.get(case.name), bool(outcome.differences))
    return Effects(old, new, tuple(moved), tuple(failing))


def _cases(knowledge: KnowledgeBase, folder: Path) -> tuple[list[WorkedCase], list[str]]:
    """Return the worked cases of a folder of rules, and what is wrong with the others."""
    if not (folder / CASES).is_dir():
        return [], []
    try:
        cases, problems = read_cases(knowledge, folder / CASES)
    except InputError as error:
        return [], [str(error)]
    return cases, [str(problem) for problem in problems]


def _moved(
    old: KnowledgeBase,
    new: KnowledgeBase,
    case: WorkedCase,
    earlier: WorkedCase | None,
    fails: bool,
) -> Iterator[KeptCase]:
    """Yield a worked case that is judged otherwise."""
    differing = changed(old, new, case.assessment)
    if not differing:
        return
    yield KeptCase(
        case=case.name,
        was=listed([f"{name} {was}" for name, (was, _) in differing.items()]),
        now=listed([f"{name} {now}" for name, (_, now) in differing.items()]),
        outcome="fails" if fails else "passes",
        rewritten=earlier is None or earlier.expect != case.expect or earlier.why != case.why,
    )
