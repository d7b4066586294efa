"""From the columns of conditions to those of a result: where each row stands, what is present and
how surely, and what is coached first.

Must agree with `conclude.py`, which says the same of one person.
"""

import itertools
import operator
from collections.abc import Callable, Iterator, Sequence

import polars as pl

from hingeexpert.inference.columns.conditions import together
from hingeexpert.inference.diagnosis import ABSENT, INCOMPLETE, STATUSES, UNDETERMINED
from hingeexpert.inference.found import coaching_turns
from hingeexpert.inference.grading import LAST, Requirement, requirements
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.conclusions import Conclusion

OLDER_FORM = "?older form"
"""Column that says whether a shorthand answered what the older form of a row did not have."""


class ResultColumns:
    """The results of a knowledge base as expressions."""

    def __init__(self, knowledge: KnowledgeBase, truth: Callable[[str], pl.Expr]) -> None:
        """Read the truths of named conditions from the columns that `truth` gives."""
        self.knowledge = knowledge
        self._truth = truth

    def statuses(self) -> Iterator[pl.Expr]:
        """Yield for each fault and contributor the position in `STATUSES`."""
        for kind, conclusions in self.knowledge.conclusions_by_kind:
            for name, conclusion in conclusions.items():
                present = self._truth(naming.present(kind, name))
                yield self._status(present, name, conclusion).alias(f"{kind}.{name}")

    def _status(self, present: pl.Expr, name: str, conclusion: Conclusion) -> pl.Expr:
        """Return the surest confidence that a true rule keeps, or that it is not present.

        Built from the end: what is asked first at a row is put around the rest last.
        """
        status = (
            pl.when(present.is_null()).then(_position(UNDETERMINED)).otherwise(_position(ABSENT))
        )
        status = pl.when(present).then(_position(LAST)).otherwise(status)
        for position in reversed(range(LAST)):
            sure = [self._met(rule) for rule in requirements(conclusion, name, position)]
            if sure:
                some_rule = together(operator.or_, sure, pl.lit(False))
                status = pl.when(some_rule).then(_position(position)).otherwise(status)
        return status

    def _met(self, required: Requirement) -> pl.Expr:
        """Return whether a rule is true and keeps a confidence."""
        rule = self._truth(required.rule)
        against = [self._is_true(name) for name in required.limits]
        if len(required.lowers) > required.most:
            lowering = [self._is_true(name) for name in required.lowers]
            against.append(_more_than(lowering, required.most))
        return rule & ~together(operator.or_, against, pl.lit(False)) if against else rule

    def _is_true(self, name: str) -> pl.Expr:
        """Return whether a named condition is true; what is unknown is not."""
        return self._truth(name).fill_null(False)

    def results(self) -> Iterator[pl.Expr]:
        """Yield the columns of `Columns.conclude`, from those of `statuses`."""
        for ladder in self.knowledge.ladders:
            yield from self._ladder(ladder)
        yield self._focus()
        yield self._checks()
        for kind, conclusions in self.knowledge.conclusions_by_kind:
            for name in conclusions:
                yield _labelled(pl.col(f"{kind}.{name}"), STATUSES)

    def _ladder(self, ladder: str) -> Iterator[pl.Expr]:
        """Yield where every row stands: walk from the most severe end."""
        names = [level.id for level in self.knowledge.ladders[ladder]]
        truths = [self._truth(naming.level(ladder, name)) for name in names]
        at_least = _first([truth.fill_null(False) for truth in truths])
        not_ruled_out = _first([truth.fill_null(True) for truth in truths])
        incomplete = _position(len(names))
        verdict = pl.when(at_least == not_ruled_out).then(at_least).otherwise(incomplete)
        yield _labelled(verdict, (*names, INCOMPLETE)).alias(f"{ladder}.verdict")
        yield _labelled(at_least, names).alias(f"{ladder}.at_least")
        yield _labelled(not_ruled_out, names).alias(f"{ladder}.not_ruled_out")

    def _focus(self) -> pl.Expr:
        """Return what is coached first, see `conclude`; null where nobody may be coached or nothing
        is present.
        """
        faults = list(self.knowledge.faults)
        focus = pl.lit(None, pl.UInt8)
        for is_present, name in reversed(list(self._turns())):
            focus = pl.when(is_present).then(_position(faults.index(name))).otherwise(focus)
        return _labelled(pl.when(~self._withheld()).then(focus), faults).alias("focus")

    def _checks(self) -> pl.Expr:
        """Return the ids of the checks that are true, joined by a blank; null where none is."""
        ids = [pl.when(pl.col(OLDER_FORM)).then(pl.lit(self.knowledge.older_form.id))]
        for check in self.knowledge.checks:
            ids.append(pl.when(self._is_true(naming.check(check.id))).then(pl.lit(check.id)))
        joined = pl.concat_str(ids, separator=" ", ignore_nulls=True)
        return pl.when(joined != "").then(joined).alias("checks")

    def _turns(self) -> Iterator[tuple[pl.Expr, str]]:
        """Yield the faults as they have their turn, each with the rows in which it has it."""
        for name, places in coaching_turns(self.knowledge):
            status = pl.col(f"fault.{name}")
            yield status == places.start if len(places) == 1 else status < places.stop, name

    def _withheld(self) -> pl.Expr:
        """Return whether nobody may be coached: see `conclude.cues_withheld`."""
        withholding = []
        for level in self.knowledge.readiness:
            if level.withholds_cues is not None:
                truth = self._truth(naming.level("readiness", level.id))
                withholding.append(truth.fill_null(level.withholds_cues == "until_ruled_out"))
        return together(operator.or_, withholding, pl.lit(False))


def _first(conditions: Sequence[pl.Expr]) -> pl.Expr:
    """Return the position of the first that holds; the last always does."""
    first = _position(len(conditions) - 1)
    for position in reversed(range(len(conditions) - 1)):
        first = pl.when(conditions[position]).then(_position(position)).otherwise(first)
    return first


def _position(position: int) -> pl.Expr:
    return pl.lit(position, pl.UInt8)


def _more_than(conditions: Sequence[pl.Expr], count: int) -> pl.Expr:
    """Return whether more than `count` hold, without a null among them."""
    # reached[n] says whether more than n of those read so far hold: see `evaluation.counted`.
    reached: list[pl.Expr] = [pl.lit(False)] * (count + 1)
    for condition in conditions:
        lifted = [above | (below & condition) for below, above in itertools.pairwise(reached)]
        reached = [reached[0] | condition, *lifted]
    return reached[count]


def _labelled(position: pl.Expr, labels: Sequence[str]) -> pl.Expr:
    """Return positions as the labels that they stand for."""
    return position.cast(pl.UInt8).cat.to(pl.Enum(labels))
