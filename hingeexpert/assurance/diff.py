"""What changed between two knowledge bases, in people: for each conclusion that can differ a
plainest form on which it does.

Both are encoded over the same answers, so that "no difference" is proven and not just not found.
First come the forms that both read; then those of the new one with answers that the old one does
not know, which for the old one count as blank. What only one of them has is named; a fault or
contributor that one of them lacks counts as absent there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hingeexpert.assurance.formulas import TruthFormulas, all_of, any_of, no
from hingeexpert.assurance.solver import Solver, UndecidedError
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.inference.grading import LAST, Requirement, requirements
from hingeexpert.inference.labels import verdict_in_words
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Between, OneOf, Value
from hingeexpert.knowledge.models.conclusions import Conclusion

Pairs = list[tuple[Any, Any]]
"""Formulas of the old knowledge base, each with that of the new one."""


@dataclass(frozen=True)
class Difference:
    """A conclusion that can differ.

    Attributes:
        name: Fault or contributor, `triage` or `readiness`.
        answers: A plainest form on which it differs.
        old: Result of the old knowledge base on it.
        new: Result of the new one.
    """

    name: str
    answers: Mapping[str, Value]
    old: str
    new: str


@dataclass(frozen=True)
class KnowledgeDiff:
    """Everything that changed.

    Attributes:
        only_old: Versions of the form, observables, values, ranges, faults, contributors and levels
            that only the old one has.
        only_new: Those that only the new one has.
        differences: Conclusions that differ on some form that both read.
        refused: A plainest form that the old one reads and the new one does not; `None` where it is
            proven that there is none.
        through_new: Conclusions that differ only on forms with an answer that the old one does not
            know.
        undecided: What was not decided in time.
    """

    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    differences: tuple[Difference, ...]
    refused: Mapping[str, Value] | None
    through_new: tuple[Difference, ...]
    undecided: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether it is proven that nothing differs."""
        return (
            not (self.only_old or self.only_new or self.differences or self.undecided)
            and self.refused is None
        )


def compare(old: KnowledgeBase, new: KnowledgeBase) -> KnowledgeDiff:
    """Compare two knowledge bases over all forms that the new one reads."""
    return _Pair(old, new).compare()


def somebody(old: KnowledgeBase, new: KnowledgeBase) -> dict[str, Value] | None:
    """Return a smallest form that both read and on which any conclusion differs, or `None` where it
    is proven that there is none.

    Raises:
        UndecidedError: Not decided in time.
    """
    return _Pair(old, new).somebody()


class _Pair:
    """Two knowledge bases over the same variables.

    An answer that one of them does not know is blank for it.
    """

    def __init__(self, old: KnowledgeBase, new: KnowledgeBase) -> None:
        answers = shared_answers(old, new)
        self.old, self.new = _solver(old, answers), _solver(new, answers)
        self.only_old, self.only_new = _unknown(self.old, self.new), _unknown(self.new, self.old)
        self.undecided: list[str] = []

    def compare(self) -> KnowledgeDiff:
        """Return everything that changed."""
        old_names = set(_names(self.old.knowledge))
        new_names = set(_names(self.new.knowledge))
        claims = {name: _differs(pairs) for name, pairs in self._conclusions()}
        differences = self._differences(claims, *self.only_new)
        settled = {*self.undecided, *(item.name for item in differences)}
        rest = {name: claim for name, claim in claims.items() if name not in settled}
        through_new = self._differences(rest) if self.only_new else ()
        refused = self._refused()
        return KnowledgeDiff(
            only_old=tuple(sorted(old_names - new_names)),
            only_new=tuple(sorted(new_names - old_names)),
            differences=differences,
            refused=refused,
            through_new=through_new,
            undecided=tuple(self.undecided),
        )

    def somebody(self) -> dict[str, Value] | None:
        """Return a smallest form that both read and on which any conclusion differs."""
        otherwise = any_of([_differs(pairs) for _, pairs in self._conclusions()])
        unknown = [*self.only_old, *self.only_new]
        return self.new.form(otherwise, self.old.legal, *map(no, unknown))

    def _differences(self, claims: Mapping[str, Any], *never: Any) -> tuple[Difference, ...]:
        """Return the conclusions whose claim holds on a form of the new one without the answers in
        `never`.
        """
        legal = [self.old.legal, *map(no, self.only_old), *map(no, never)]
        old, new = self.old.knowledge, self.new.knowledge
        differences = []
        for name, claim in claims.items():
            form = self._form(self.new, name, claim, *legal)
            if form is not None:
                was, now = verdict_on(old, form, name), verdict_on(new, form, name)
                differences.append(Difference(name, form, was, now))
        return tuple(differences)

    def _refused(self) -> dict[str, Value] | None:
        """Return a plainest form that the old one reads and the new one does not."""
        if self.old.knowledge.info.form not in self.new.knowledge.info.tags:
            return {}
        refusal = any_of([*self.only_old, no(self.new.legal)])
        return self._form(
            self.old, "forms that only the old one reads", refusal, *map(no, self.only_new)
        )

    def _form(self, solver: Solver, what: str, *claims: Any) -> dict[str, Value] | None:
        try:
            return solver.form(*claims)
        except UndecidedError:
            self.undecided.append(what)
            return None

    def _conclusions(self) -> Iterator[tuple[str, Pairs]]:
        """Yield each conclusion with pairs of formulas, old and new, whose truths say everything
        about it.
        """
        old, new = self.old.knowledge, self.new.knowledge
        for ladder in old.ladders:
            ids = list({**old.levels(ladder), **new.levels(ladder)})
            yield ladder, _pairs(_ladder(self.old, ladder, ids), _ladder(self.new, ladder, ids))
        by_kind = zip(old.conclusions_by_kind, new.conclusions_by_kind, strict=True)
        for (kind, before), (_, after) in by_kind:
            for name in {**before, **after}:
                was = _subject(self.old, kind, name, before.get(name))
                now = _subject(self.new, kind, name, after.get(name))
                yield name, _pairs(was, now)


def _pairs(old: Iterable[Any], new: Iterable[Any]) -> Pairs:
    return list(zip(old, new, strict=True))


def _differs(pairs: Pairs) -> Any:
    """Return the formula that one of the pairs has two truths."""
    return any_of(no(was == now) for was, now in pairs)


def _solver(knowledge: KnowledgeBase, answers: Mapping[str, Sequence[Value]]) -> Solver:
    """Encode a knowledge base over those of the shared answers that it reads."""
    read = {}
    for name in knowledge.observables:
        read[name] = [value for value in answers[name] if knowledge.accepts(name, value)]
    return Solver(knowledge, read)


def _unknown(one: Solver, other: Solver) -> list[Any]:
    """Return the variables of the answers that only one of two knows."""
    return [
        variable
        for name, values in one.chosen.items()
        for value, variable in values.items()
        if value not in other.chosen.get(name, {})
    ]


def shared_answers(old: KnowledgeBase, new: KnowledgeBase) -> dict[str, tuple[Value, ...]]:
    """Return for every observable of either one answers that have every effect on both, also that
    only one of them reads the answer.
    """
    answers: dict[str, tuple[Value, ...]] = {}
    for name in {**old.observables, **new.observables}:
        askers = [knowledge for knowledge in (old, new) if name in knowledge.observables]
        kinds = [knowledge.observables[name].answer for knowledge in askers]
        tests: list[OneOf | Between] = []
        for knowledge in askers:
            tests += knowledge.tests[name]
        tests += [kind.space for kind in kinds]
        values: dict[Value, None] = {}
        for kind in kinds:
            values |= dict.fromkeys(kind.representatives(tests))
        answers[name] = tuple(values)
    return answers


def _names(knowledge: KnowledgeBase) -> Iterator[str]:
    yield f"form {knowledge.info.form}"
    for name, item in knowledge.observables.items():
        yield f"observable {name}"
        yield from (f"value {name}: {value}" for value in item.answer.categories)
        if item.answer.ends:
            yield f"range {name}: {' to '.join(item.answer.ends)}"
    yield from (f"fault {name}" for name in knowledge.faults)
    yield from (f"contributor {name}" for name in knowledge.contributors)
    yield from (
        f"{ladder} {level.id}" for ladder, levels in knowledge.ladders.items() for level in levels
    )


def _ladder(solver: Solver, ladder: str, ids: Iterable[str]) -> Iterator[Any]:
    """Yield where a ladder stands: for each id that it is `at_least`, and that it is
    `not_ruled_out`; false where there is no such id.
    """
    stands = _stands(solver, ladder)
    for name in ids:
        yield from stands.get(name, (any_of(()), any_of(())))


def _stands(solver: Solver, ladder: str) -> dict[str, tuple[Any, Any]]:
    """Return for each level the formulas that it is `at_least`, and `not_ruled_out`."""
    above: list[TruthFormulas] = []
    stands: dict[str, tuple[Any, Any]] = {}
    for name in solver.knowledge.levels(ladder):
        level = solver.condition(naming.level(ladder, name))
        stands[name] = (
            all_of(*(no(other.true) for other in above), level.true),
            all_of(*(other.false for other in above), no(level.false)),
        )
        above.append(level)
    return stands


def _subject(solver: Solver, kind: str, name: str, conclusion: Conclusion | None) -> list[Any]:
    """Return formulas of a fault or contributor: present, absent, and present with at least each
    confidence.

    Without a `conclusion` the knowledge base has none of this name: it is absent.
    """
    if conclusion is None:
        return [any_of(()), all_of(), *(any_of(()) for _ in range(LAST))]
    present = solver.condition(naming.present(kind, name))
    sure = [confident(solver, name, conclusion, position) for position in range(LAST)]
    return [present.true, present.false, *sure]


def confident(solver: Solver, name: str, conclusion: Conclusion, position: int) -> Any:
    """Return the formula that a conclusion is present with at least a confidence.

    Args:
        solver: The encoded knowledge base.
        name: Its id.
        conclusion: A fault or contributor.
        position: That of the confidence in `CONFIDENCES`, not the last.
    """
    return any_of([_met(solver, rule) for rule in requirements(conclusion, name, position)])


def _met(solver: Solver, required: Requirement) -> Any:
    """Return the formula that a rule is true and keeps a confidence."""
    lowering = [solver.condition(name).true for name in required.lowers]
    limiting = [solver.condition(name).true for name in required.limits]
    return all_of(
        solver.condition(required.rule).true,
        solver.at_most(lowering, required.most),
        *(no(formula) for formula in limiting),
    )


def verdict_on(knowledge: KnowledgeBase, answers: Mapping[str, Value], name: str) -> str:
    """Return in a few words what a knowledge base says of a conclusion on one form, without the
    answers that it does not know.
    """
    return verdict_in_words(diagnose(knowledge, Assessment(_read(knowledge, answers))), name)


def _read(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in answers.items() if knowledge.accepts(name, value)}


def changed(
    old: KnowledgeBase, new: KnowledgeBase, assessment: Assessment
) -> dict[str, tuple[str, str]]:
    """Return what two knowledge bases say differently of one form: conclusion to old and new.

    Args:
        old: The old knowledge base; an answer that it does not know is blank for it.
        new: The new one.
        assessment: A form that the new one reads.
    """
    before = diagnose(old, replace(assessment, answers=_read(old, assessment.answers)))
    after = diagnose(new, assessment)
    faults = {**old.faults, **new.faults}
    contributors = {**old.contributors, **new.contributors}
    differing = {}
    for name in (*new.ladders, *faults, *contributors):
        was, now = verdict_in_words(before, name), verdict_in_words(after, name)
        if was != now:
            differing[name] = was, now
    return differing
