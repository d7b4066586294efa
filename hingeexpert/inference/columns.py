"""A whole table at once: the network of conditions as Polars expressions.

A null in a boolean column is what unknown is in strong Kleene logic, and `&` and `|` on such
columns are its tables, so each condition is one nullable column. Must agree with the plain
evaluation of `network.py` and with the engine on every row.
"""

import functools
import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import polars as pl

from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.inference.diagnosis import INCOMPLETE
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Between, Is, OneOf, Value
from hingeexpert.knowledge.models.answers import Answer
from hingeexpert.knowledge.models.conclusions import CONFIDENCES, ByConfidence, Conclusion, Rule
from hingeexpert.knowledge.network import Network, NodeKind

STATUSES = (*CONFIDENCES, "undetermined", "absent")
"""What a table says of a fault or contributor: present with a confidence, undetermined, or
absent.
"""

UNDETERMINED, ABSENT = len(CONFIDENCES), len(CONFIDENCES) + 1


class Columns:
    """The knowledge base as expressions over the columns of a table. A column is named by its
    observable; null is a blank.

    Attributes:
        schema: Type of every column of answers: an `Enum` of the allowed values, or a number.
        shorthands: Columns such as `safety.screen` that answer the flags of a group which have no
            answer of their own, and their type.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Compile the knowledge base.

        Args:
            knowledge: The knowledge base.
        """
        self.knowledge = knowledge
        self.schema: dict[str, pl.DataType] = {
            name: _column_type(item.answer) for name, item in knowledge.observables.items()
        }
        self.shorthands = {
            f"{group.group}.{group.shorthand.key}": pl.Enum([group.shorthand.value])
            for group in knowledge.groups
            if group.shorthand
        }
        self._form_layers = list(self._layers(knowledge.form_network, "f"))
        self._layers_of_conditions = list(self._layers(knowledge.network, "c"))
        self._layers_of_results = [list(self._statuses()), list(self._results())]

    def conclude(self, answers: pl.LazyFrame) -> pl.LazyFrame:
        """Judge every row.

        Args:
            answers: Columns named by observables and shorthands, with the types of `schema` and
                `shorthands`; those that are missing count as blank. Others are ignored.

        Returns:
            For each ladder `<ladder>.verdict`, `.at_least` and `.not_ruled_out`, then `focus` (null
            where there is none), and `fault.<id>` and `contributor.<id>` with one of `STATUSES`; a
            row for each row, in order.
        """
        statuses, results = self._layers_of_results
        return self._judged(answers).with_columns(statuses).select(results)

    def truths(self, answers: pl.LazyFrame) -> pl.LazyFrame:
        """Return the truth of every named condition in every row: true, false, or null for
        unknown.
        """
        names = self.knowledge.network.names
        return self._judged(answers).select(
            pl.col(f"c{place}").alias(name) for name, place in names.items()
        )

    def contradictions(self, answers: pl.LazyFrame) -> pl.LazyFrame:
        """Return for each observable whether its answer contradicts the form, as a finding of a
        drill that was not done does.
        """
        frame = self._with_forms(self.complete(answers), {})
        found = []
        for group in self.knowledge.drills_of_form:
            place = self.knowledge.form_network.names[naming.not_done(group.group)]
            for name in group.drill_findings:
                noted = pl.col(name).is_not_null() & pl.col(name).cast(pl.String).ne(NOT_NOTED)
                found.append((pl.col(f"f{place}") & noted).fill_null(False).alias(name))
        return frame.select(found)

    def complete(self, answers: pl.LazyFrame) -> pl.LazyFrame:
        """Return a column for every observable: the missing ones blank, and with what the
        shorthands say.
        """
        given = answers.collect_schema().names()
        columns = {
            name: pl.col(name) if name in given else pl.lit(None, dtype).alias(name)
            for name, dtype in self.schema.items()
        }
        for group in self.knowledge.groups:
            if group.shorthand and f"{group.group}.{group.shorthand.key}" in given:
                said = pl.col(f"{group.group}.{group.shorthand.key}").is_not_null()
                for name, item in group.observables.items():
                    if item.answer.is_flag:
                        columns[name] = columns[name].fill_null(
                            pl.when(said).then(pl.lit(group.shorthand.answers, self.schema[name]))
                        )
        return answers.with_columns(column.alias(name) for name, column in columns.items()).select(
            list(columns)
        )

    def _with_forms(self, frame: pl.LazyFrame, defaults: Mapping[str, Value]) -> pl.LazyFrame:
        """Judge what a form itself decides, over the answers with some defaults."""
        filled = frame.with_columns(
            self._with_default(pl.col(name), name, value).alias(f"?{name}")
            for name, value in defaults.items()
        )
        coded = filled.with_columns(
            self._code(pl.col(f"?{name}") if name in defaults else pl.col(name), name).alias(
                f"?{name}"
            )
            for name in self.schema
        )
        for layer in self._form_layers:
            coded = coded.with_columns(layer)
        return coded

    def _judged(self, answers: pl.LazyFrame) -> pl.LazyFrame:
        """Return a table with a column for each condition."""
        observables = self.knowledge.observables
        defaults = {
            name: item.default for name, item in observables.items() if item.default is not None
        }
        frame = self._with_forms(self.complete(answers), defaults)
        void = self.knowledge.form_network.names
        known = []
        for name in self.schema:
            value = self._code(pl.col(name), name)
            if naming.void(name) in void:
                value = (
                    pl.when(pl.col(f"f{void[f'void:{name}']}").fill_null(False))
                    .then(None)
                    .otherwise(value)
                )
            if name in defaults:
                value = value.fill_null(pl.lit(self._coded(name, defaults[name])))
            known.append(value.alias(f"?{name}"))
        frame = frame.select(known)
        for layer in self._layers_of_conditions:
            frame = frame.with_columns(layer)
        return frame

    def _with_default(self, value: pl.Expr, name: str, default: Value) -> pl.Expr:
        return value.fill_null(pl.lit(default, self.schema[name]))

    def _code(self, value: pl.Expr, name: str) -> pl.Expr:
        """Return a choice as the position of its value, which compares faster; a number as it
        is.
        """
        return value.to_physical() if self.knowledge.observables[name].answer.categories else value

    def _coded(self, name: str, value: Value) -> Value:
        categories = self.knowledge.observables[name].answer.categories
        return categories.index(str(value)) if categories else value

    def _layers(self, network: Network, prefix: str) -> Iterator[list[pl.Expr]]:
        """Yield the conditions that depend on earlier ones only, together."""
        depths: list[int] = []
        for node in network.nodes:
            depths.append(1 + max((depths[child] for child in node.children), default=-1))
        for depth in range(max(depths, default=-1) + 1):
            yield [
                self._condition(network, prefix, place).alias(f"{prefix}{place}")
                for place, own in enumerate(depths)
                if own == depth
            ]

    def _condition(self, network: Network, prefix: str, place: int) -> pl.Expr:
        node = network.nodes[place]
        parts = [pl.col(f"{prefix}{child}") for child in node.children]
        match node.kind:
            case NodeKind.IS:
                assert node.test is not None
                return self._judge(network, node.test, parts)
            case NodeKind.NOT:
                return ~parts[0]
            case NodeKind.ALL:
                return _together(operator.and_, parts, pl.lit(True))
            case NodeKind.ANY:
                return _together(operator.or_, parts, pl.lit(False))
            case NodeKind.AT_LEAST:
                enough = (
                    pl.sum_horizontal(part.fill_null(False).cast(pl.UInt8) for part in parts)
                    >= node.count
                )
                possible = (
                    pl.sum_horizontal(part.fill_null(True).cast(pl.UInt8) for part in parts)
                    >= node.count
                )
                return pl.when(enough).then(True).when(~possible).then(False)

    def _judge(self, network: Network, leaf: Is, asked: Sequence[pl.Expr]) -> pl.Expr:
        """Judge an observable: by its value where there is one; blank, false where it is not
        needed, else unknown.
        """
        truth = self._accepts(leaf)
        if leaf.observable in network.optional:
            return truth.fill_null(False)
        return truth.fill_null(pl.when(~asked[0]).then(False)) if asked else truth

    def _accepts(self, leaf: Is) -> pl.Expr:
        column = pl.col(f"?{leaf.observable}")
        match leaf.test:
            case OneOf():
                every = self.knowledge.observables[leaf.observable].values
                accepted = [
                    column == code for code, value in enumerate(every) if leaf.test.accepts(value)
                ]
                refused = [
                    column != code
                    for code, value in enumerate(every)
                    if not leaf.test.accepts(value)
                ]
                if not refused:
                    return column.is_not_null() | pl.lit(None, pl.Boolean)
                few = len(accepted) <= len(refused)
                return (
                    _together(operator.or_, accepted, column < 0)
                    if few
                    else _together(operator.and_, refused, column >= 0)
                )
            case Between(least, most):
                ends = []
                if least is not None:
                    ends.append(column >= least if leaf.test.least_included else column > least)
                if most is not None:
                    ends.append(column <= most if leaf.test.most_included else column < most)
                return _together(
                    operator.and_, ends, column.is_not_null() | pl.lit(None, pl.Boolean)
                )

    def _truth(self, name: str) -> pl.Expr:
        """Return the column of a named condition."""
        return pl.col(f"c{self.knowledge.network.names[name]}")

    def _results(self) -> Iterator[pl.Expr]:
        for ladder in self.knowledge.ladders:
            yield from self._ladder(ladder)
        yield self._focus()
        for kind, conclusions in self.knowledge.conclusions_by_kind:
            yield from (_labelled(pl.col(f"{kind}.{name}"), STATUSES) for name in conclusions)

    def _ladder(self, ladder: str) -> Iterator[pl.Expr]:
        """Yield where every row stands: walk from the most severe end."""
        names = [level.id for level in self.knowledge.ladders[ladder]]
        truths = [self._truth(naming.level(ladder, name)) for name in names]
        at_least = _first([truth.fill_null(False) for truth in truths])
        not_ruled_out = _first([truth.fill_null(True) for truth in truths])
        verdict = pl.when(at_least == not_ruled_out).then(at_least).otherwise(_position(len(names)))
        yield _labelled(verdict, (*names, INCOMPLETE)).alias(f"{ladder}.verdict")
        yield _labelled(at_least, names).alias(f"{ladder}.at_least")
        yield _labelled(not_ruled_out, names).alias(f"{ladder}.not_ruled_out")

    def _statuses(self) -> Iterator[pl.Expr]:
        """Yield for each fault and contributor the position in `STATUSES`: the surest of the rules
        that are true.
        """
        for kind, conclusions in self.knowledge.conclusions_by_kind:
            for name, conclusion in conclusions.items():
                present = self._truth(naming.present(kind, name))
                status = (
                    pl.when(present.is_null())
                    .then(_position(UNDETERMINED))
                    .otherwise(_position(ABSENT))
                )
                status = pl.when(present).then(_position(len(CONFIDENCES) - 1)).otherwise(status)
                for place in reversed(range(len(CONFIDENCES) - 1)):
                    rules = [
                        self._confident(name, conclusion, rule, place) for rule in conclusion.rules
                    ]
                    sure = [rule for rule in rules if rule is not None]
                    if sure:
                        status = (
                            pl.when(_together(operator.or_, sure, pl.lit(False)))
                            .then(_position(place))
                            .otherwise(status)
                        )
                yield status.alias(f"{kind}.{name}")

    def _confident(
        self, name: str, conclusion: Conclusion, rule: Rule, place: int
    ) -> pl.Expr | None:
        """Return whether a rule is true and keeps at least a confidence, `None` where it never
        does: see `conclude.graded`.
        """
        spare = place - CONFIDENCES.index(rule.confidence)
        if spare < 0:
            return None
        opposed = {
            effect: [
                self._truth(naming.objection(name, item.id)).fill_null(False)
                for item in conclusion.opposing(rule, effect)
            ]
            for effect in ("lowers", "limits_to_low")
        }
        against = [*opposed["limits_to_low"]]
        if len(opposed["lowers"]) > spare:
            against.append(_more_than(opposed["lowers"], spare))
        truth = self._truth(naming.rule(name, rule.id))
        return truth & ~_together(operator.or_, against, pl.lit(False)) if against else truth

    def _focus(self) -> pl.Expr:
        """Return the first present fault in coaching order; null where nobody may be coached or
        nothing is present.
        """
        order = list(self.knowledge.faults)
        first = []
        for item in self.knowledge.coaching:
            tied = item.by_confidence if isinstance(item, ByConfidence) else (item,)
            for place in range(len(CONFIDENCES)) if len(tied) > 1 else ():
                first += [(pl.col(f"fault.{name}") == place, name) for name in tied]
            first += [(pl.col(f"fault.{name}") < UNDETERMINED, name) for name in tied]
        found = pl.lit(None, pl.UInt8)
        for holds, name in reversed(first):
            found = pl.when(holds).then(_position(order.index(name))).otherwise(found)
        return _labelled(pl.when(~self._withheld()).then(found), order).alias("focus")

    def _withheld(self) -> pl.Expr:
        """Return whether nobody may be coached: see `conclude.cues_withheld`."""
        held = []
        for level in self.knowledge.readiness:
            truth = self._truth(f"readiness:{level.id}")
            if level.withholds_cues is not None:
                held.append(truth.fill_null(level.withholds_cues == "until_ruled_out"))
        return _together(operator.or_, held, pl.lit(False))


def _column_type(answer: Answer) -> pl.DataType:
    if answer.categories:
        return pl.Enum(answer.categories)
    return pl.Int32() if answer.whole else pl.Float64()


def _together(
    operation: Callable[[pl.Expr, pl.Expr], pl.Expr], parts: Iterable[pl.Expr], empty: pl.Expr
) -> pl.Expr:
    """Return parts joined by `&` or `|`, which are the Kleene tables; without parts what is given
    for that.
    """
    parts = list(parts)
    return functools.reduce(operation, parts) if parts else empty


def _first(held: Sequence[pl.Expr]) -> pl.Expr:
    """Return the position of the first that holds; the last always does."""
    found = _position(len(held) - 1)
    for place in reversed(range(len(held) - 1)):
        found = pl.when(held[place]).then(_position(place)).otherwise(found)
    return found


def _position(place: int) -> pl.Expr:
    return pl.lit(place, pl.UInt8)


def _more_than(held: Sequence[pl.Expr], count: int) -> pl.Expr:
    """Return whether more than `count` hold, without a null among them."""
    reached: list[pl.Expr] = [pl.lit(False)] * (count + 1)
    for one in held:
        reached = [
            reached[0] | one,
            *(above | (below & one) for below, above in itertools.pairwise(reached)),
        ]
    return reached[count]


def _labelled(position: pl.Expr, labels: Sequence[str]) -> pl.Expr:
    """Return positions as the labels that they stand for."""
    return position.cast(pl.UInt8).cat.to(pl.Enum(labels))
