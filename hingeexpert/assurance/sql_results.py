"""From the columns of conditions to those of a result, as SQL: where a form stands, what is present
and how surely, what is coached first.

Says once more what `inference/columns/results.py` says; `tests/assurance/test_sql.py` compares.
"""

import textwrap
from collections.abc import Callable, Collection, Iterator, Sequence

from hingeexpert.assurance.sql_language import Dialect, case, joined, number_true
from hingeexpert.inference.diagnosis import ABSENT, INCOMPLETE, STATUSES, UNDETERMINED
from hingeexpert.inference.grading import LAST, Requirement, requirements
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.conclusions import ByConfidence, Conclusion

OLDER_FORM = "older form"
"""Column that says whether a shorthand answered what the older form of a row did not have."""


def names_read(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield the named conditions that results are made of."""
    for ladder, levels in knowledge.ladders.items():
        yield from (naming.level(ladder, level.id) for level in levels)
    for kind, conclusions in knowledge.conclusions_by_kind:
        for name, conclusion in conclusions.items():
            yield naming.present(kind, name)
            yield from (naming.rule(name, rule.id) for rule in conclusion.rules)
            yield from (naming.objection(name, item.id) for item in conclusion.against)
    yield from (naming.check(check.id) for check in knowledge.checks)


class SqlResults:
    """The results of a knowledge base."""

    def __init__(
        self, knowledge: KnowledgeBase, dialect: Dialect, truth: Callable[[str], str]
    ) -> None:
        """Read the truths of named conditions as `truth` writes them."""
        self._knowledge, self._dialect, self._truth = knowledge, dialect, truth

    def standing(self) -> Iterator[tuple[str, str]]:
        """Yield both ends of each ladder and the status of each fault and contributor, each with
        its column.
        """
        for ladder, levels in self._knowledge.ladders.items():
            truths = [self._truth(naming.level(ladder, level.id)) for level in levels]
            words = [self._dialect.literal(level.id) for level in levels]
            yield _first(truths, words), f"{ladder}.at_least"
            yield (
                _first([f"{truth} IS NOT FALSE" for truth in truths], words),
                (f"{ladder}.not_ruled_out"),
            )
        for kind, conclusions in self._knowledge.conclusions_by_kind:
            for name, conclusion in conclusions.items():
                yield self._status(kind, name, conclusion), f"{kind}.{name}"

    def results(self) -> Iterator[tuple[str, str]]:
        """Yield the columns of the results, from those of `standing`, each with its name."""
        for ladder in self._knowledge.ladders:
            yield self._verdict(ladder), f"{ladder}.verdict"
            for end in (f"{ladder}.at_least", f"{ladder}.not_ruled_out"):
                yield self._dialect.name(end), end
        yield self._focus(), "focus"
        yield self._checks(), "checks"
        for kind, conclusions in self._knowledge.conclusions_by_kind:
            for name in conclusions:
                yield self._dialect.name(f"{kind}.{name}"), f"{kind}.{name}"

    def _status(self, kind: str, name: str, conclusion: Conclusion) -> str:
        """Write the surest confidence that a true rule keeps, or that it is not present."""
        present, arms = self._truth(naming.present(kind, name)), list[tuple[str, str]]()
        for position in range(LAST):
            sure = [self._met(rule) for rule in requirements(conclusion, name, position)]
            if sure:
                arms.append((joined("OR", sure), self._status_word(position)))
        arms.append((present, self._status_word(LAST)))
        arms.append((f"{present} IS NULL", self._status_word(UNDETERMINED)))
        return case(arms, self._status_word(ABSENT))

    def _met(self, required: Requirement) -> str:
        """Write that a rule is true and keeps a confidence."""
        parts = [self._truth(required.rule)]
        parts += [f"{self._truth(name)} IS NOT TRUE" for name in required.limits]
        if len(required.lowers) > required.most:
            lowering = list(map(self._truth, required.lowers))
            if required.most:
                parts.append(f"{number_true(lowering)} <= {required.most}")
            else:
                parts += [f"{truth} IS NOT TRUE" for truth in lowering]
        return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"

    def _status_word(self, position: int) -> str:
        return self._dialect.literal(STATUSES[position])

    def _verdict(self, ladder: str) -> str:
        least, most = (
            self._dialect.name(f"{ladder}.{end}") for end in ("at_least", "not_ruled_out")
        )
        return case([(f"{least} = {most}", least)], self._dialect.literal(INCOMPLETE))

    def _focus(self) -> str:
        """Write what is coached first, see `conclude`; null where nobody may be coached or nothing
        is present.
        """
        turns = [(present, self._dialect.literal(name)) for present, name in self._turns()]
        return case([*((withheld, "NULL") for withheld in self._withheld()), *turns])

    def _withheld(self) -> Iterator[str]:
        """Yield the reasons why nobody may be coached: see `conclude.cues_withheld`."""
        for level in self._knowledge.readiness:
            if level.withholds_cues is not None:
                truth = self._truth(naming.level("readiness", level.id))
                open_too = level.withholds_cues == "until_ruled_out"
                yield f"{truth} IS NOT FALSE" if open_too else truth

    def _turns(self) -> Iterator[tuple[str, str]]:
        """Yield the faults as they have their turn, each with when it has it."""
        knowledge = self._knowledge
        leading = {
            name for name, item in knowledge.faults.items() if item.kind in knowledge.sure_first
        }
        for item in knowledge.coaching:
            yield from self._turn(item, leading, LAST)
        for name in knowledge.coaching_order:
            if name in leading:
                yield self._stands(name, [LAST]), name
        for item in knowledge.coaching:
            yield from self._turn(item, knowledge.faults.keys() - leading, UNDETERMINED)

    def _turn(
        self, item: str | ByConfidence, faults: Collection[str], below: int
    ) -> Iterator[tuple[str, str]]:
        """Yield the turn of a fault in the coaching order, or of several that are tied, the surer
        first: when one of `faults` stands at a position in `STATUSES` smaller than `below`.
        """
        if not isinstance(item, ByConfidence):
            if item in faults:
                yield self._stands(item, range(below)), item
            return
        for confidence in range(below):
            for name in item.by_confidence:
                if name in faults:
                    yield self._stands(name, [confidence]), name

    def _stands(self, fault: str, positions: Sequence[int]) -> str:
        """Write that a fault has one of these statuses."""
        column = self._dialect.name(f"fault.{fault}")
        words = ", ".join(map(self._status_word, positions))
        return f"{column} = {words}" if len(positions) == 1 else f"{column} IN ({words})"

    def _checks(self) -> str:
        """Write the ids of the checks that are true, joined by a blank; null where none is."""
        found = [(self._dialect.name(OLDER_FORM), self._knowledge.older_form.id)]
        found += [
            (self._truth(naming.check(check.id)), check.id) for check in self._knowledge.checks
        ]
        ids = [case([(truth, self._dialect.literal(name))]) for truth, name in found]
        listed = textwrap.indent(",\n".join(ids), "  ")
        return f"NULLIF(CONCAT_WS(' ',\n{listed}\n), '')"


def _first(truths: Sequence[str], words: Sequence[str]) -> str:
    """Write the first word whose condition is true; the last always is."""
    return case(zip(truths[:-1], words[:-1], strict=True), words[-1])
