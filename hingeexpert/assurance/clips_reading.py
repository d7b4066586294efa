"""The reading of a form as rules for CLIPS: answers that are not allowed, that cannot be read, or
that contradict the form; defaults; and what a blank means.
"""

import itertools
from collections.abc import Iterator

from hingeexpert.assurance.clips_language import (
    allowed_value,
    atom,
    comment,
    condition_fact,
    defrule,
    joined,
    passing,
    quoted,
)
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.network import Node, NodeKind
from hingeexpert.knowledge.wording import in_words


class Reading:
    """From the answers of a form to what is known: rules on `answer` that conclude `known` and
    `problem`.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.network = knowledge.form_network

    def blocks(self) -> Iterator[str]:
        """Yield the rules of each observable, then those of what contradicts itself."""
        for name, item in self.knowledge.observables.items():
            yield "\n".join(self._observable(name, item))
        for group in self.knowledge.drills_of_form:
            yield "\n".join(self._not_done(group))
        for name, item in self.knowledge.observables.items():
            if item.impossible_when:
                yield "\n".join(self._impossible(name, item))

    def _observable(self, name: str, item: Observable) -> Iterator[str]:
        yield comment(f"{name}: {item.question}")
        void = self._void(name)
        if item.void_when is not None:
            when = in_words(self.knowledge, item.void_when)
            yield comment(f"The answer cannot be read while {when}.")
        allowed = f"(answer (observable {name}) (value {allowed_value(item.answer)}))"
        readable = [allowed] if void is None else [allowed, f"(not {void})"]
        yield defrule(f"read:{name}", readable, f"(known (observable {name}) (value ?v))")
        answered = f"(answer (observable {name}) (value ?v))"
        why = quoted(f"allowed: {item.answer.allowed}")
        problem = f"(problem (observable {name}) (value ?v) (why {why}))"
        yield defrule(f"refuse:{name}", [answered, f"(not {allowed})"], problem)
        yield from self._blank(name, item, void)

    def _void(self, name: str) -> str | None:
        """Return the pattern that is met when an answer cannot be read; `None` where it always
        can.
        """
        position = self.network.names.get(naming.void(name))
        return None if position is None else self._met(position, True, assume=True)

    def _blank(self, name: str, item: Observable, void: str | None) -> Iterator[str]:
        """Say what a blank means: its default, not needed, or nothing."""
        unanswered = f"(not (answer (observable {name})))"
        blank = unanswered if void is None else f"(or {unanswered} {void})"
        not_needed = f"(known (observable {name}) (value not-needed))"
        if item.default is not None:
            assumed = f"(known (observable {name}) (value {atom(item.default)}))"
            yield defrule(f"assume:{name}", [blank], assumed)
        elif name in self.knowledge.network.optional:
            yield defrule(f"not-needed:{name}", [blank], not_needed)
        elif name in self.knowledge.network.ask_when:
            not_asked = condition_fact(naming.ask(name), False)
            yield defrule(f"not-needed:{name}", [blank, not_asked], not_needed)

    def _not_done(self, group: Group) -> Iterator[str]:
        """Refuse a finding of a drill that was not done."""
        assert group.not_done_when is not None
        when = in_words(self.knowledge, group.not_done_when)
        yield comment(f"{group.title}: not done while {when}. Then it has no findings.")
        met = self._met(self.network.names[naming.not_done(group.group)], True, assume=False)
        findings = "|".join(group.drill_findings)
        finding = f"(answer (observable ?o&{findings}) (value ?v&~{NOT_NOTED}))"
        why = quoted("a finding of a drill that was not done")
        problem = f"(problem (observable ?o) (value ?v) (why {why}))"
        yield defrule(f"refuse-not-done:{group.group}", [met, finding], problem)

    def _impossible(self, name: str, item: Observable) -> Iterator[str]:
        """Refuse the answers that others rule out."""
        for value, condition in item.impossible_when.items():
            while_ = in_words(self.knowledge, condition)
            yield comment(f"{name}: {value} is not possible while {while_}.")
            rule = naming.impossible(name, value)
            met = self._met(self.network.names[rule], True, assume=False)
            answer = f"(answer (observable {name}) (value {atom(value)}))"
            why = quoted("an answer that others rule out")
            problem = f"(problem (observable {name}) (value {atom(value)}) (why {why}))"
            yield defrule(f"refuse-{rule}", [met, answer], problem)

    def _met(self, position: int, truth: bool, assume: bool) -> str:
        """Return the pattern that is met when a condition has this truth on the plain answers, a
        blank being its default if wanted.
        """
        node = self.network.nodes[position]
        if node.kind is NodeKind.IS:
            return self._answered(node, position, truth, assume)
        if node.kind is NodeKind.NOT:
            return self._met(node.children[0], not truth, assume)
        parts = [self._met(child, truth, assume) for child in node.children]
        if node.kind is NodeKind.AT_LEAST:
            ways = itertools.combinations(parts, node.needed(truth))
            return joined(False, [joined(True, chosen) for chosen in ways])
        return joined((node.kind is NodeKind.ALL) is truth, parts)

    def _answered(self, node: Node, position: int, truth: bool, assume: bool) -> str:
        """Return the pattern that is met when an answer passes a test, or fails it."""
        assert node.test is not None
        name = node.test.observable
        value = passing(node.test, truth, f"?a{position}")
        answered = f"(answer (observable {name}) (value {value}))"
        default = self.knowledge.observables[name].default
        if assume and default is not None and node.test.test.accepts(default) is truth:
            return joined(False, [answered, f"(not (answer (observable {name})))"])
        return answered
