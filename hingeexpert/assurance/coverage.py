"""What the worked cases reach: every rule, and every condition both true and false and unknown.

Owns what a branch is and which cases reach it. For a branch that no case reaches the solver gives a
plainest form, or the proof that there is none. Prints nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hingeexpert.assurance.owners import Owner, owners
from hingeexpert.assurance.worked_cases import WorkedCase, read_cases
from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.extras import has
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Truth, Worlds, evaluate, first_in

Reachable = Literal["yes", "no", "undecided", "not proven"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the three truths of one condition of the network.

    Attributes:
        position: That of the condition in the network.
        truth: `None` for unknown.
    """

    position: int
    truth: bool | None


@dataclass(frozen=True)
class Coverage:
    """What some worked cases reach.

    Attributes:
        owners: For each position of the network, what stands there.
        rules: Each rule, and whether it is true in a case.
        reached: For each branch, whether a case reaches it.
    """

    owners: tuple[Owner, ...]
    rules: Mapping[str, bool]
    reached: Mapping[Branch, bool]

    def unreached(self) -> list[Branch]:
        """Return the branches that no case reaches, those of a named condition together."""
        order: dict[str, int] = {}
        for owner in self.owners:
            order.setdefault(owner.name, len(order))
        missing = [branch for branch, reached in self.reached.items() if not reached]
        return sorted(missing, key=lambda branch: order[self.owners[branch.position].name])


@dataclass(frozen=True)
class Missing:
    """A branch that no case reaches.

    Attributes:
        reachable: Whether any form can; `undecided` in time, or `not proven` without the solver.
        answers: A plainest form that reaches it, where it was asked for and there is one.
    """

    branch: Branch
    reachable: Reachable
    answers: Mapping[str, Value] | None = None


def coverage(knowledge: KnowledgeBase, cases: Sequence[WorkedCase]) -> Coverage:
    """Say which rules and branches some worked cases reach."""
    reached = _reached(knowledge, cases)
    rules = {
        name: reached[Branch(knowledge.network.names[name], True)]
        for name in knowledge.conditions
        if naming.is_rule(name)
    }
    return Coverage(owners(knowledge, knowledge.network.names), rules, reached)


def _reached(knowledge: KnowledgeBase, cases: Sequence[WorkedCase]) -> dict[Branch, bool]:
    """Say of every branch of the network whether a case reaches it."""
    worlds = Worlds({}, [what_is_known(knowledge, case.assessment.answers).facts for case in cases])
    cases_only = worlds.everywhere & ~1  # without world 0, the empty form, which is no case
    reached = {}
    for position, truths in enumerate(evaluate(knowledge.network, worlds)):
        for truth, mask in _branches(truths):
            reached[Branch(position, truth)] = bool(mask & cases_only)
    return reached


def _branches(truth: Truth) -> Iterator[tuple[bool | None, int]]:
    """Yield each of the three truths with the worlds that have it."""
    yield True, truth.true
    yield False, truth.false
    yield None, ~(truth.true | truth.false)


def missing(knowledge: KnowledgeBase, covered: Coverage, forms: bool = True) -> Iterator[Missing]:
    """Yield every branch that no case reaches, and whether a form can: with a plainest form that
    does, or where `forms` is false with no more than the proof.
    """
    short = _short_forms(knowledge)
    search = (
        _searched(knowledge, forms)
        if has("proofs")
        else lambda branch: Missing(branch, "not proven")
    )
    for branch in covered.unreached():
        if branch in short:
            yield Missing(branch, "yes", short[branch] if forms else None)
        else:
            yield search(branch)


def _short_forms(knowledge: KnowledgeBase) -> dict[Branch, Mapping[str, Value]]:
    """Return a form for every branch that the empty form or a single answer reaches, which spares
    most of the search.
    """
    forms: list[dict[str, Value]] = [{}]
    for name, values in knowledge.answers.items():
        forms += [{name: value} for value in values]
    worlds = Worlds({}, [what_is_known(knowledge, form).facts for form in forms])
    short: dict[Branch, Mapping[str, Value]] = {}
    for position, truths in enumerate(evaluate(knowledge.network, worlds)):
        for truth, mask in _branches(truths):
            reaching = (mask & worlds.everywhere) >> 1  # bit n is that of form n
            if reaching:
                short[Branch(position, truth)] = forms[first_in(reaching)]
    return short


def _searched(knowledge: KnowledgeBase, forms: bool) -> Callable[[Branch], Missing]:
    """Return a search for a form by the solver."""
    from hingeexpert.assurance.solver import Solver, UndecidedError

    solver = Solver(knowledge)

    def search(branch: Branch) -> Missing:
        formulas = solver.formulas[branch.position]
        claim = {True: formulas.true, False: formulas.false, None: formulas.unknown}[branch.truth]
        try:
            answers = solver.form(claim) if forms else None
            reachable = answers is not None or (not forms and solver.possible(claim))
        except UndecidedError:
            return Missing(branch, "undecided")
        return Missing(branch, "yes" if reachable else "no", answers)

    return search


def cases_beside(knowledge: KnowledgeBase, folder: Path) -> tuple[list[WorkedCase], list[Problem]]:
    """Read the worked cases beside a knowledge base, if there are any; see `read_cases`."""
    return read_cases(knowledge, folder) if folder.is_dir() else ([], [])


def all_cases(knowledge: KnowledgeBase, folders: Sequence[Path]) -> list[WorkedCase]:
    """Return the worked cases of several folders, or files.

    Raises:
        InputError: Some cannot be read, or there are none.
    """
    cases: list[WorkedCase] = []
    problems: list[Problem] = []
    for folder in folders:
        readable, unreadable = read_cases(knowledge, folder)
        cases += readable
        problems += unreadable
    if problems:
        raise InputError(problems)
    return cases
