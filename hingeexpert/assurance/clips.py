"""The whole rule base as one program for CLIPS 6.4, to read, to run elsewhere and to check the
engine by.

Owns the text of the program; needs no CLIPS itself. It is compiled from the same networks as the
engine: one rule for each condition and truth, and the reading of a form (defaults, answers that
cannot be read, drills that were not done). Every rule stands on its answers by `logical`, so that
an answer given later takes back what no longer follows. Only the last two steps have a salience:
they ask what is *not* concluded, and wait until everything else has settled.
"""

import itertools
from collections.abc import Iterator

from hingeexpert.assurance.clips_language import (
    CONCLUDING,
    HEADER,
    TEMPLATES,
    allowed_value,
    ascending,
    atom,
    comment,
    condition_fact,
    defrule,
    headline,
    joined,
    passing,
    quoted,
    truth_word,
    wrapped,
)
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.inference.diagnosis import INCOMPLETE
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Condition, parts_of
from hingeexpert.knowledge.models.conclusions import CONFIDENCES, Conclusion
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.network import Node, NodeKind
from hingeexpert.knowledge.wording import in_words


def export_clips(knowledge: KnowledgeBase) -> str:
    """Write a knowledge base as a CLIPS program; the same knowledge gives the same text.

    Args:
        knowledge: The knowledge base.
    """
    first, item = next(iter(knowledge.observables.items()))
    info = knowledge.info
    header = HEADER.format(
        title=info.title,
        id=info.id,
        version=info.version,
        reviewed=info.reviewed,
        sha256=knowledge.sha256,
        observable=first,
        value=atom(item.answer.representatives(())[0]),
    )
    high, medium, low = CONFIDENCES
    blocks = [
        "\n".join(f"; {line}".rstrip() for line in header.splitlines()),
        TEMPLATES.format(observables=wrapped(knowledge.observables)),
        headline("Reading the answers"),
        *_Reading(knowledge).blocks(),
        headline("Conditions"),
        *_Conditions(knowledge).blocks(),
        headline("Faults and contributors: what speaks for and against"),
        *_conclusions(knowledge),
        headline("Conclusions"),
        _facts(knowledge),
        CONCLUDING.format(high=high, medium=medium, low=low, incomplete=INCOMPLETE),
    ]
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"


class _Reading:
    """From the answers of a form to what is known: rules on `answer` that conclude `known` and
    `problem`.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.network = knowledge.form_network

    def blocks(self) -> Iterator[str]:
        """Yield the rules of each observable, then those of the drills that were not done."""
        for name, item in self.knowledge.observables.items():
            yield "\n".join(self._observable(name, item))
        for group in self.knowledge.drills_of_form:
            yield "\n".join(self._not_done(group))

    def _observable(self, name: str, item: Observable) -> Iterator[str]:
        yield comment(f"{name}: {item.question}")
        place = self.network.names.get(naming.void(name))
        void = None if place is None else self._met(place, True, assume=True)
        if item.void_when is not None:
            yield comment(
                f"The answer cannot be read while {in_words(self.knowledge, item.void_when)}."
            )
        answered, allowed = (
            f"(answer (observable {name}) (value {value}))"
            for value in ("?v", allowed_value(item.answer))
        )
        known = f"(known (observable {name}) (value ?v))"
        yield defrule(
            f"read:{name}", [allowed, *([] if void is None else [f"(not {void})"])], known
        )
        why = quoted(f"allowed: {item.answer.allowed}")
        problem = f"(problem (observable {name}) (value ?v) (why {why}))"
        yield defrule(f"refuse:{name}", [answered, f"(not {allowed})"], problem)
        yield from self._blank(name, item, void)

    def _blank(self, name: str, item: Observable, void: str | None) -> Iterator[str]:
        """Say what a blank means: its default, not needed, or nothing."""
        unanswered = f"(not (answer (observable {name})))"
        blank = unanswered if void is None else f"(or {unanswered} {void})"
        not_needed = f"(known (observable {name}) (value not-needed))"
        asked = naming.ask(name)
        if item.default is not None:
            yield defrule(
                f"assume:{name}",
                [blank],
                f"(known (observable {name}) (value {atom(item.default)}))",
            )
        elif name in self.knowledge.network.optional:
            yield defrule(f"not-needed:{name}", [blank], not_needed)
        elif name in self.knowledge.network.ask_when:
            yield defrule(f"not-needed:{name}", [blank, condition_fact(asked, False)], not_needed)

    def _not_done(self, group: Group) -> Iterator[str]:
        """Refuse a finding of a drill that was not done."""
        assert group.not_done_when is not None
        findings = "|".join(group.drill_findings)
        yield comment(
            f"{group.title}: not done while {in_words(self.knowledge, group.not_done_when)}. "
            "Then it has no findings."
        )
        met = self._met(self.network.names[naming.not_done(group.group)], True, assume=False)
        finding = f"(answer (observable ?o&{findings}) (value ?v&~{NOT_NOTED}))"
        problem = (
            "(problem (observable ?o) (value ?v) (why "
            f"{quoted('a finding of a drill that was not done')}))"
        )
        yield defrule(f"refuse-not-done:{group.group}", [met, finding], problem)

    def _met(self, position: int, truth: bool, assume: bool) -> str:
        """Return the pattern that is met when a condition has this truth on the plain answers, a
        blank being its default if wanted.
        """
        node = self.network.nodes[position]
        match node.kind:
            case NodeKind.IS:
                return self._answered(node, position, truth, assume)
            case NodeKind.NOT:
                return self._met(node.children[0], not truth, assume)
            case NodeKind.ALL | NodeKind.ANY:
                return joined(
                    (node.kind is NodeKind.ALL) is truth,
                    [self._met(child, truth, assume) for child in node.children],
                )
        met = [self._met(child, truth, assume) for child in node.children]
        return joined(
            False,
            [joined(True, chosen) for chosen in itertools.combinations(met, _needed(node, truth))],
        )

    def _answered(self, node: Node, position: int, truth: bool, assume: bool) -> str:
        assert node.test is not None
        name = node.test.observable
        default = self.knowledge.observables[name].default
        answered = (
            f"(answer (observable {name}) (value {passing(node.test, truth, f'?a{position}')}))"
        )
        assumed = assume and default is not None and node.test.test.accepts(default) is truth
        return (
            joined(False, [answered, f"(not (answer (observable {name})))"])
            if assumed
            else answered
        )


class _Conditions:
    """The network of conditions: rules on `known` and `condition` that conclude `condition`."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.network = knowledge.network
        self.names: dict[int, list[str]] = {}
        for name, position in self.network.names.items():
            self.names.setdefault(position, []).append(name)
        self.parts: dict[int, tuple[str, Condition]] = {}
        for name, condition in knowledge.conditions.items():
            for number, (position, part) in enumerate(self._unnamed(condition), start=1):
                self.parts.setdefault(position, (f"{name}#{number}", part))

    def _unnamed(self, condition: Condition) -> Iterator[tuple[int, Condition]]:
        """Yield the parts of a condition that have no name of their own, with their positions."""
        for part in parts_of(condition):
            position = self.network.position(part)
            if position not in self.names:
                yield position, part
            yield from self._unnamed(part)

    def blocks(self) -> Iterator[str]:
        """Yield the rules of each condition, parts before wholes.

        A part that is a plain test or a *not* stands where it is used.
        """
        for position, node in enumerate(self.network.nodes):
            if position in self.names or node.kind not in (NodeKind.IS, NodeKind.NOT):
                yield "\n".join(
                    [
                        *self._comments(position),
                        *self._rules(position, node, True),
                        *self._rules(position, node, False),
                    ]
                )

    def _comments(self, position: int) -> Iterator[str]:
        for name in self.names.get(position, ()):
            yield comment(f"{name}: {in_words(self.knowledge, self.knowledge.conditions[name])}")
        if position not in self.names:
            label, part = self.parts[position]
            yield comment(f"{label}: {in_words(self.knowledge, part)}")

    def _labels(self, position: int) -> list[str]:
        return self.names.get(position) or [self.parts[position][0]]

    def _rules(self, position: int, node: Node, truth: bool) -> Iterator[str]:
        """Yield the rules that conclude a condition true, or those that conclude it false."""
        labels = self._labels(position)
        name = f"{labels[0]}/{truth_word(truth)}"
        concluded = " ".join(condition_fact(label, truth) for label in labels)
        match node.kind:
            case NodeKind.IS:
                yield defrule(name, [self._known(position, truth)], concluded)
            case NodeKind.NOT:
                yield defrule(name, [self._pattern(node.children[0], not truth)], concluded)
            case NodeKind.ALL | NodeKind.ANY:
                parts = [self._pattern(child, truth) for child in node.children]
                yield defrule(
                    name,
                    parts if (node.kind is NodeKind.ALL) is truth else [joined(False, parts)],
                    concluded,
                )
            case NodeKind.AT_LEAST:
                yield from self._counted(labels[0], node, truth)
                yield defrule(name, ascending(labels[0], _needed(node, truth), truth), concluded)

    def _counted(self, label: str, node: Node, truth: bool) -> Iterator[str]:
        """Yield one rule for each part of an *at least* condition; what is counted are the numbers
        of its parts.
        """
        for number, child in enumerate(node.children, start=1):
            part = f"(part (of {label}) (number {number}) (truth {truth_word(truth)}))"
            yield defrule(
                f"{label}/part-{number}/{truth_word(truth)}", [self._pattern(child, truth)], part
            )

    def _pattern(self, position: int, truth: bool) -> str:
        """Return the pattern that is met when a condition has this truth."""
        node = self.network.nodes[position]
        if node.kind is NodeKind.NOT and position not in self.names:
            return self._pattern(node.children[0], not truth)
        return (
            self._known(position, truth)
            if node.kind is NodeKind.IS
            else condition_fact(self._labels(position)[0], truth)
        )

    def _known(self, position: int, truth: bool) -> str:
        test = self.network.nodes[position].test
        assert test is not None
        return (
            f"(known (observable {test.observable}) (value "
            f"{passing(test, truth, f'?v{position}')}))"
        )


def _conclusions(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield what speaks for and against each fault and contributor."""
    for kind, conclusions in knowledge.conclusions_by_kind:
        for name, conclusion in conclusions.items():
            yield "\n".join(
                [comment(f"{name}: {conclusion.title}"), *_for_and_against(kind, name, conclusion)]
            )


def _for_and_against(kind: str, name: str, conclusion: Conclusion) -> Iterator[str]:
    for rule in conclusion.rules:
        full = naming.rule(name, rule.id)
        yield comment(rule.because)
        support = (
            f"(support (kind {kind}) (id {name}) (rule {full}) (confidence {rule.confidence}))"
        )
        yield defrule(f"{full}/supports", [condition_fact(full, True)], support)
        for item in (
            *conclusion.opposing(rule, "lowers"),
            *conclusion.opposing(rule, "limits_to_low"),
        ):
            met = [
                condition_fact(full, True),
                condition_fact(naming.objection(name, item.id), True),
            ]
            yield defrule(
                f"{full}/against/{item.id}",
                met,
                f"(objection (rule {full}) (id {item.id}) (effect {item.effect}))",
            )


def _facts(knowledge: KnowledgeBase) -> str:
    """Write the facts that every run begins with: what can be concluded, and the levels of the
    ladders.
    """
    subjects = [
        (
            f"(subject (kind {kind}) (id {name}) (condition {kind}:{name}) (title "
            f"{quoted(conclusion.title)}))"
        )
        for kind, conclusions in knowledge.conclusions_by_kind
        for name, conclusion in conclusions.items()
    ]
    levels = [
        (
            f"(level (name {ladder}) (place {place}) (id {level.id}) (condition "
            f"{ladder}:{level.id}) (title {quoted(level.title)}))"
        )
        for ladder, levels in knowledge.ladders.items()
        for place, level in enumerate(levels, start=1)
    ]
    return "\n  ".join(["(deffacts what-can-be-concluded", *subjects, *levels]) + ")"


def _needed(node: Node, truth: bool) -> int:
    """Return how many parts of an *at least* condition must have this truth for it to have it
    too.
    """
    return node.count if truth else len(node.children) - node.count + 1
