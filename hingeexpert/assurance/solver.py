"""The network of conditions as a formula over every possible form.

A form is finite: each observable is blank or has one of the answers that between them have every
effect an answer can have (`KnowledgeBase.answers`). Each condition becomes two formulas, one for
true and one for false; unknown is neither. What a form itself decides (defaults, answers that
cannot be read, drills that were not done) is part of the formula, so every form that the solver
shows is one that `diagnose` accepts.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import z3

from hingeexpert.assurance.formulas import TruthFormulas, all_of, any_of, combined
from hingeexpert.assurance.plainest import Plainest
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Holds,
    Is,
    Not,
    Value,
    observables_in,
    parts_of,
)
from hingeexpert.knowledge.network import Network, Node, NodeKind

SECONDS = 20
"""Time for one question to the solver before it counts as undecided."""
TRUE = z3.BoolVal(True)
KINDS = {
    AllOf: NodeKind.ALL,
    AnyOf: NodeKind.ANY,
    Not: NodeKind.NOT,
    AtLeast: NodeKind.AT_LEAST,
}
"""What the node of a condition with parts does."""


class UndecidedError(Exception):
    """The solver ran out of time."""


class Solver:
    """Every form of a knowledge base, as variables and formulas."""

    def __init__(
        self, knowledge: KnowledgeBase, answers: Mapping[str, Sequence[Value]] | None = None
    ) -> None:
        """Encode the knowledge base over answers that have every effect: its own where none are
        given.

        Two solvers with the same answers share their variables, so that their formulas can be
        compared.
        """
        self.knowledge = knowledge
        self.chosen: dict[str, dict[Value, Any]] = {
            name: {value: z3.Bool(f"{name}={value}") for value in values}
            for name, values in (answers or knowledge.answers).items()
        }
        self.answered = {name: any_of(values.values()) for name, values in self.chosen.items()}
        self._form = self._encode(knowledge.form_network, {})
        self._void = self._formulas_of_void()
        self.readable = self._formulas_of_readable()
        self.formulas = self._encode(knowledge.network, self.readable)
        one_each = [z3.AtMost(*values.values(), 1) for values in self.chosen.values()]
        self.answers_possible = all_of(*self._answers_possible())
        self.answers_fit = all_of(*one_each, self.answers_possible)
        self.legal = all_of(self.answers_fit, *self._drills_done())
        self.legal_known = all_of(self.legal, *self._all_readable())

    @cached_property
    def _every_form(self) -> "Search":
        """The search in which every question is asked: to begin anew with what every form obeys
        takes several times as long as most answers.
        """
        return Search(self, self.legal)

    @cached_property
    def _plainest(self) -> Plainest:
        """What narrows that search down to a plainest form."""
        return Plainest(self.knowledge, self.chosen, self._every_form, self.at_most)

    @cached_property
    def declared(self) -> list[tuple[str, Value, Any]]:
        """Each answer to each observable with what z3 calls its variable."""
        return [
            (name, value, variable.decl().ast)
            for name, values in self.chosen.items()
            for value, variable in values.items()
        ]

    def _formulas_of_void(self) -> dict[str, Any]:
        """Return for each observable that has such a condition the formula that no answer to it can
        be read.
        """
        return {
            name: self._holds(naming.void(name))
            for name, item in self.knowledge.observables.items()
            if item.void_when
        }

    def _holds(self, name: str) -> Any:
        """Return the formula of a condition on the form itself."""
        return self._form[self.knowledge.form_network.names[name]].true

    def _formulas_of_readable(self) -> dict[str, Any]:
        """Return for each observable the formula that it is answered and can be read."""
        readable = dict(self.answered)
        for name, void in self._void.items():
            readable[name] = all_of(self.answered[name], z3.Not(void))
        return readable

    def _all_readable(self) -> Iterator[Any]:
        """Yield that no answer is one that cannot be read."""
        for name, void in self._void.items():
            yield z3.Not(all_of(void, self.answered[name]))

    @cached_property
    def formulas_of_known(self) -> list[TruthFormulas]:
        """The formulas over what is known of a person, where every answer counts.

        Forms with just readable answers: `legal_known`.
        """
        return self._encode(self.knowledge.network, self.answered)

    def condition(self, name: str) -> TruthFormulas:
        """Return the formulas of a named condition."""
        return self.formulas[self.knowledge.network.names[name]]

    def meaning(self, condition: Condition) -> TruthFormulas:
        """Return the formulas of any condition, also of one that stands in no rule."""
        network = self.knowledge.network
        match condition:
            case Holds(name):
                return self.condition(name)
            case Is(observable, _):
                asked = network.ask_when.get(observable)
                node = Node(NodeKind.IS, () if asked is None else (asked,), condition)
                children = [self.formulas[child] for child in node.children]
            case AllOf() | AnyOf() | Not() | AtLeast():
                node = Node(KINDS[type(condition)], count=getattr(condition, "count", 0))
                children = [self.meaning(part) for part in parts_of(condition)]
        return self._node(network, node, children, self.readable)

    def _encode(self, network: Network, readable: Mapping[str, Any]) -> list[TruthFormulas]:
        """Return the two formulas of every condition.

        Answers that are not in `readable` count as given.
        """
        formulas: list[TruthFormulas] = []
        for node in network.nodes:
            children = [formulas[child] for child in node.children]
            formulas.append(self._node(network, node, children, readable))
        return formulas

    def _node(
        self,
        network: Network,
        node: Node,
        children: Sequence[TruthFormulas],
        readable: Mapping[str, Any],
    ) -> TruthFormulas:
        """Return the two formulas of a condition from those of its parts."""
        if node.test:
            return self._observable(network, node, children, readable)
        return combined(node, children)

    def _observable(
        self,
        network: Network,
        node: Node,
        asked: Sequence[TruthFormulas],
        readable: Mapping[str, Any],
    ) -> TruthFormulas:
        """Judge an observable as the plain evaluation does, after defaults and void answers."""
        assert node.test is not None
        name = node.test.observable
        given = readable.get(name, self.answered[name])
        true, false = self._tested(node.test, given)
        blank = z3.Not(given)
        default = self.knowledge.observables[name].default
        if default is not None and node.test.test.accepts(default):
            return TruthFormulas(any_of((true, blank)), false)
        if default is not None or name in network.optional:
            return TruthFormulas(true, any_of((false, blank)))
        if asked:
            return TruthFormulas(true, any_of((false, all_of(blank, asked[0].false))))
        return TruthFormulas(true, false)

    def _tested(self, test: Is, given: Any) -> tuple[Any, Any]:
        """Return the formulas that there is an answer and it passes a test, or fails it."""
        passing: list[Any] = []
        failing: list[Any] = []
        for value, variable in self.chosen[test.observable].items():
            (passing if test.test.accepts(value) else failing).append(variable)
        return all_of(given, any_of(passing)), all_of(given, any_of(failing))

    def _drills_done(self) -> Iterator[Any]:
        """Yield what every form obeys: no finding of a drill that was not done."""
        for group in self.knowledge.drills_of_form:
            markers = [self.answered[name] for name in group.markers]
            not_done = all_of(*markers, self._holds(naming.not_done(group.group)))
            for name in group.drill_findings:
                for value, variable in self.chosen[name].items():
                    if value != NOT_NOTED:
                        yield z3.AtMost(not_done, variable, 1)

    def _answers_possible(self) -> Iterator[Any]:
        """Yield what every form obeys: no answer that others rule out."""
        for name, item in self.knowledge.observables.items():
            for value, condition in item.impossible_when.items():
                beside = [self.answered[other] for other in observables_in(condition)]
                beside.append(self._holds(naming.impossible(name, value)))
                yield z3.Not(all_of(self.chosen[name][value], *beside))

    @staticmethod
    def at_most(formulas: Sequence[Any], count: int) -> Any:
        """Return the formula that at most `count` of the formulas hold."""
        if not formulas:
            return z3.BoolVal(True)
        return z3.AtMost(*formulas, count)

    def form(self, *claims: Any) -> dict[str, Value] | None:
        """Return a plainest form on which all claims hold, as answers, or `None` where it is proven
        that there is none: of those with the fewest answers out of order one with the fewest
        answers.

        Raises:
            UndecidedError: Not decided in time.
        """
        with self._every_form.supposing(*claims):
            found = self._every_form.answers()
            return None if found is None else self._plainest.of(found)

    def possible(self, *claims: Any) -> bool:
        """Return whether there is a form on which all claims hold.

        Raises:
            UndecidedError: Not decided in time.
        """
        return self.any_form(*claims) is not None

    def any_form(self, *claims: Any) -> dict[str, Value] | None:
        """Return what `form` does, sooner: the first such form that is found, however large.

        Raises:
            UndecidedError: Not decided in time.
        """
        return self._every_form.answers(*claims)

    def truths(self, answers: Mapping[str, Value]) -> dict[str, bool | None]:
        """Return the truth of every named condition on one form, by the formulas alone.

        Args:
            answers: Observable to value; every value counts as the one of `KnowledgeBase.answers`
                with the same effect.
        """
        solver, names = self._named
        outcome = solver.check(*self._exactly(answers))
        assert outcome == z3.sat
        model = solver.model()
        truths: dict[str, bool | None] = dict.fromkeys(names)
        for name, (true, false) in names.items():
            if z3.is_true(model[true]):
                truths[name] = True
            elif z3.is_true(model[false]):
                truths[name] = False
        return truths

    def _exactly(self, answers: Mapping[str, Value]) -> Iterator[Any]:
        """Yield that a form has these answers and no others."""
        for name, values in self.chosen.items():
            answer = self.knowledge.same_effect(name, answers[name]) if name in answers else None
            for value, variable in values.items():
                yield variable if value == answer else z3.Not(variable)

    @cached_property
    def _named(self) -> tuple[Any, dict[str, tuple[Any, Any]]]:
        """A solver that gives every named condition two variables of its own."""
        solver = _new_solver()
        names: dict[str, tuple[Any, Any]] = {}
        for name in self.knowledge.network.names:
            true, false = z3.Bool(f"{name} true"), z3.Bool(f"{name} false")
            formulas = self.condition(name)
            solver.add(true == formulas.true, false == formulas.false)
            names[name] = true, false
        return solver, names

    def switched(self, formulas: Sequence[Any], name: str, value: Value | None) -> list[Any]:
        """Return formulas with the answer to one observable fixed; `None` leaves it blank."""
        return self.fixed(formulas, {name: value})

    def fixed(self, formulas: Sequence[Any], answers: Mapping[str, Value | None]) -> list[Any]:
        """Return formulas with the answers to some observables fixed; `None` leaves one blank."""
        fixed = [
            (variable, z3.BoolVal(other == value))
            for name, value in answers.items()
            for other, variable in self.chosen[name].items()
        ]
        return [z3.substitute(formula, *fixed) for formula in formulas]


def _new_solver() -> Any:
    """Return a solver that leaves it to the program what Ctrl-C does."""
    solver = z3.SolverFor("QF_FD")
    solver.set("ctrl_c", False)
    return solver


class Search:
    """A search for answers that meet claims, which can be narrowed step by step."""

    def __init__(self, solver: Solver, *claims: Any) -> None:
        """Begin with some claims."""
        self._declared = solver.declared
        self._search = _new_solver()
        self._search.set("timeout", SECONDS * 1000)
        self.add(*claims)

    def prefer_blank(self) -> None:
        """Try a blank before an answer from now on: what is found first has few answers."""
        self._search.set("phase", "always_false")

    def add(self, *claims: Any) -> None:
        """Claim more."""
        self._search.add(*claims)

    @contextmanager
    def supposing(self, *claims: Any) -> Iterator[None]:
        """Claim more for the moment."""
        self._search.push()
        try:
            self.add(*claims)
            yield
        finally:
            self._search.pop()

    def _check(self, literals: Sequence[Any]) -> Any:
        """Return what z3 says; where its time ran out it is asked once more, for on a busy machine
        the clock runs while z3 stands, and it goes on from what it has learnt.
        """
        outcome = self._search.check(*literals)
        return self._search.check(*literals) if outcome == z3.unknown else outcome

    def answers(self, *meanwhile: Any) -> dict[str, Value] | None:
        """Return answers on which all claims hold, and these for the moment; `None` where it is
        proven that there are none.

        Raises:
            UndecidedError: Not decided in time.
        """
        with self.supposing(*meanwhile):
            return self.answers_where(())

    def answers_where(self, literals: Sequence[Any]) -> dict[str, Value] | None:
        """Return answers on which all claims hold, and some variables or their negations for the
        moment, which takes half the time of claims.

        Errors: see `answers`.
        """
        outcome = self._check(literals)
        if outcome == z3.unknown:
            raise UndecidedError(self._search.reason_unknown())
        return self._read(self._search.model()) if outcome == z3.sat else None

    def _read(self, model: Any) -> dict[str, Value]:
        """Return the answers of a model."""
        # z3's own call takes a twentieth of the time of `model[...]`, which wraps each step.
        read, context, true = z3.Z3_model_get_const_interp, model.ctx.ref(), TRUE.as_ast().value
        return {
            name: value
            for name, value, declared in self._declared
            if (truth := read(context, model.model, declared)) and truth.value == true
        }
