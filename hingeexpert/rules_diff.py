"""What changed between two knowledge bases, in people: for each conclusion that can differ a smallest form on which it does.

Both are encoded over the same answers, so that "no difference" is proven and not just not found. Compared are forms that both accept;
what only one of them has is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hingeexpert.assessment import Assessment
from hingeexpert.condition import Value
from hingeexpert.diagnosis import ContributorResult, Diagnosis, FaultResult
from hingeexpert.entries import CONFIDENCES, Conclusion
from hingeexpert.inference import diagnose
from hingeexpert.inference.solver import Solver, UndecidedError, all_of, any_of, no
from hingeexpert.knowledge import KnowledgeBase, representatives


@dataclass(frozen=True)
class Difference:
    """A conclusion that can differ.

    Attributes:
        name: Fault or contributor, `triage` or `readiness`.
        answers: A smallest form on which it differs.
        old: Result of the old knowledge base on it.
        new: Result of the new one.
    """

    name: str
    answers: Mapping[str, Value]
    old: str
    new: str


@dataclass(frozen=True)
class Comparison:
    """Everything that changed.

    Attributes:
        only_old: Observables, values, faults, contributors and levels that only the old one has.
        only_new: Those that only the new one has.
        differences: Conclusions that differ on some form that both accept.
        undecided: Conclusions for which it was not decided in time.
    """

    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    differences: tuple[Difference, ...]
    undecided: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether it is proven that nothing differs."""
        return not (self.only_old or self.only_new or self.differences or self.undecided)


def compare(old: KnowledgeBase, new: KnowledgeBase) -> Comparison:
    """Compare two knowledge bases over all forms that both accept."""
    answers = shared_answers(old, new)
    solvers = Solver(old, answers), Solver(new, answers)
    only_old, only_new = set(_names(old)) - set(_names(new)), set(_names(new)) - set(_names(old))
    differences: list[Difference] = []
    undecided: list[str] = []
    legal = [*solvers[0].legal, *solvers[1].legal, *_shared_only(solvers, answers, old, new)]
    for name, (before, after) in _conclusions(solvers):
        differs = any_of(no(first == second) for first, second in zip(before, after, strict=True))
        try:
            found = solvers[0].form(differs, *legal)
        except UndecidedError:
            undecided.append(name)
            continue
        if found is not None:
            differences.append(Difference(name, found, result(old, found, name), result(new, found, name)))
    return Comparison(tuple(sorted(only_old)), tuple(sorted(only_new)), tuple(differences), tuple(undecided))


def shared_answers(old: KnowledgeBase, new: KnowledgeBase) -> dict[str, tuple[Value, ...]]:
    """Return for every observable of either one answers that have every effect on both."""
    answers: dict[str, tuple[Value, ...]] = {}
    for name in {**old.observables, **new.observables}:
        owners = [knowledge for knowledge in (old, new) if name in knowledge.observables]
        items = [knowledge.observables[name] for knowledge in owners]
        tests = [test for knowledge in owners for test in knowledge.tests[name]]
        answers[name] = tuple(dict.fromkeys(value for item in items for value in representatives(item, tests)))
    return answers


def _shared_only(
    solvers: Sequence[Solver], answers: Mapping[str, Sequence[Value]], old: KnowledgeBase, new: KnowledgeBase
) -> Iterator[Any]:
    """Yield that a form has only answers that both knowledge bases accept."""
    for name, values in answers.items():
        for value in values:
            if not (_accepts(old, name, value) and _accepts(new, name, value)):
                yield no(solvers[0].chosen[name][value])


def _accepts(knowledge: KnowledgeBase, name: str, value: Value) -> bool:
    item = knowledge.observables.get(name)
    if item is None:
        return False
    if item.range is None:
        return value in item.values
    return not isinstance(value, str) and item.range.least <= value <= item.range.most


def _names(knowledge: KnowledgeBase) -> Iterator[str]:
    for name, item in knowledge.observables.items():
        yield f"observable {name}"
        yield from (f"value {name}: {value}" for value in item.values)
    yield from (f"fault {name}" for name in knowledge.faults)
    yield from (f"contributor {name}" for name in knowledge.contributors)
    yield from (f"{ladder} {level.id}" for ladder, levels in knowledge.ladders.items() for level in levels)


def _conclusions(solvers: Sequence[Solver]) -> Iterator[tuple[str, tuple[list[Any], list[Any]]]]:
    """Yield each conclusion that both have, with formulas whose truths say everything about it."""
    old, new = (solver.knowledge for solver in solvers)
    for ladder in old.ladders:
        if [level.id for level in old.ladders[ladder]] == [level.id for level in new.ladders[ladder]]:
            yield ladder, (_ladder(solvers[0], ladder), _ladder(solvers[1], ladder))
    for kind, before, after in (("fault", old.faults, new.faults), ("contributor", old.contributors, new.contributors)):
        for name in before:
            if name in after:
                yield name, (_subject(solvers[0], kind, name, before[name]), _subject(solvers[1], kind, name, after[name]))


def _ladder(solver: Solver, ladder: str) -> list[Any]:
    """Return formulas of where a ladder stands: for each entry that it is `at_least`, and that it is `not_ruled_out`."""
    both = [solver.condition(f"{ladder}:{level.id}") for level in solver.knowledge.ladders[ladder]]
    at_least = [all_of(*(no(above.true) for above in both[:place]), item.true) for place, item in enumerate(both)]
    not_ruled_out = [all_of(*(above.false for above in both[:place]), no(item.false)) for place, item in enumerate(both)]
    return [*at_least, *not_ruled_out]


def _subject(solver: Solver, kind: str, name: str, conclusion: Conclusion) -> list[Any]:
    """Return formulas of a fault or contributor: present, absent, and present with at least each confidence."""
    both = solver.condition(f"{kind}:{name}")
    return [both.true, both.false, *(confident(solver, name, conclusion, place) for place in range(len(CONFIDENCES) - 1))]


def confident(solver: Solver, name: str, conclusion: Conclusion, place: int) -> Any:
    """Return the formula that a conclusion is present with at least a confidence.

    Args:
        solver: The encoded knowledge base.
        name: Its id.
        conclusion: A fault or contributor.
        place: Position of the confidence in `CONFIDENCES`, not the last.
    """
    rules = []
    for rule in conclusion.rules:
        spare = place - CONFIDENCES.index(rule.confidence)
        if spare >= 0:
            lowering = [solver.condition(f"{name}.against.{item.id}").true for item in conclusion.opposing(rule, "lowers")]
            limiting = [solver.condition(f"{name}.against.{item.id}").true for item in conclusion.opposing(rule, "limits_to_low")]
            few = solver.at_most(lowering, spare)
            rules.append(all_of(solver.condition(f"{name}.{rule.id}").true, few, *(no(formula) for formula in limiting)))
    return any_of(rules)


def result(knowledge: KnowledgeBase, answers: Mapping[str, Value], name: str) -> str:
    """Return in a few words what a knowledge base says of a conclusion on one form."""
    return said(diagnose(knowledge, Assessment(answers)), name)


def said(diagnosis: Diagnosis, name: str) -> str:
    """Return in a few words what a diagnosis says of a conclusion."""
    if name in ("triage", "readiness"):
        ladder = getattr(diagnosis, name)
        return str(ladder.verdict) if ladder.decided else f"open, {ladder.not_ruled_out} to {ladder.at_least}"
    found: list[FaultResult | ContributorResult] = [*diagnosis.faults, *diagnosis.contributors]
    for item in found:
        if item.id == name:
            return f"present, {item.confidence}" if item.confidence else "undetermined"
    return "absent"


def changed(old: KnowledgeBase, new: KnowledgeBase, assessment: Assessment) -> dict[str, tuple[str, str]]:
    """Return what two knowledge bases say differently of one form: conclusion to old and new."""
    before, after = diagnose(old, assessment), diagnose(new, assessment)
    names = ["triage", "readiness", *{**old.faults, **new.faults}, *{**old.contributors, **new.contributors}]
    return {name: (said(before, name), said(after, name)) for name in names if said(before, name) != said(after, name)}
