"""What can be wrong with a hazard log besides the shape of its files: what it names must exist."""

import math
from collections.abc import Iterator, Mapping, Sequence

from hingeexpert.assurance.hazards.ladder_texts import all_texts
from hingeexpert.errors import Problem, listed, nearest, shown
from hingeexpert.formats.documents import Document, Path
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.beside import Beside
from hingeexpert.knowledge.condition import parameters_in
from hingeexpert.knowledge.grammar import Reader
from hingeexpert.knowledge.models.hazards import (
    KEYS_OF,
    KINDS_OF_CONTROL,
    Control,
    Happens,
    Hazard,
    HazardFile,
)

LogFiles = Mapping[str, Beside[HazardFile]]
Told = Iterator[tuple[str, str]]
"""Key of an entry and what is wrong there."""


def ladder_rules(knowledge: KnowledgeBase) -> list[str]:
    """Return every rule of the two ladders by its name."""
    return [
        naming.level_rule(ladder, level.id, rule.id)
        for ladder, levels in knowledge.ladders.items()
        for level in levels
        for rule in level.rules
    ]


def conclusion_rules(knowledge: KnowledgeBase) -> list[str]:
    """Return every rule of a fault or contributor, and what speaks against one, by its name."""
    names = []
    for name, conclusion in knowledge.conclusions.items():
        names += [naming.rule(name, rule.id) for rule in conclusion.rules]
        names += [naming.objection(name, item.id) for item in conclusion.against]
    return names


def rule_names(knowledge: KnowledgeBase) -> list[str]:
    """Return everything that can be deleted: rules, objections and findings."""
    findings = [naming.finding(name) for name in knowledge.findings]
    return [*ladder_rules(knowledge), *conclusion_rules(knowledge), *findings]


def log_problems(files: LogFiles, knowledge: KnowledgeBase, reader: Reader) -> Iterator[Problem]:
    """Yield what is wrong with a log that is well shaped.

    Args:
        files: Its files.
        knowledge: The knowledge base that it lies beside.
        reader: What fills in the numbers of its texts.
    """
    yield from _twice(files)
    yield from _unused_limits(files)
    yield from _endless_limits(files)
    yield from _hazard_problems(files, _Checks(knowledge, reader))
    yield from _informing_problems(files, ladder_rules(knowledge))


def _hazard_problems(files: LogFiles, checks: "_Checks") -> Iterator[Problem]:
    """Yield what is wrong with each hazard and each of its controls."""
    for item in files.values():
        for number, hazard in enumerate(item.model.hazards):
            place: Path = ("hazards", number)
            yield from _placed(item.document, place, checks.of_hazard(hazard))
            for position, control in enumerate(hazard.controls):
                path = (*place, "controls", position)
                yield from _placed(item.document, path, checks.of_control(control))


def _informing_problems(files: LogFiles, ladders: Sequence[str]) -> Iterator[Problem]:
    """Yield the rules that cannot inform only: none of a ladder, or the control of a hazard."""
    controlling = {
        control.rule
        for item in files.values()
        for hazard in item.model.hazards
        for control in hazard.controls
    }
    for item in files.values():
        for number, entry in enumerate(item.model.informs_only):
            path = ("informs_only", number, "rule")
            if entry.rule not in ladders:
                message = f"{shown(entry.rule)} is no rule of a ladder"
                yield item.document.problem(path, f"{message}{nearest(entry.rule, ladders)}")
            elif entry.rule in controlling:
                message = f"{shown(entry.rule)} is a control of a hazard, and no mere information"
                yield item.document.problem(path, message)


def _placed(document: Document, path: Path, told: Told) -> Iterator[Problem]:
    for key, message in told:
        yield document.problem((*path, *key.split(".")) if key else path, message)


def _twice(files: LogFiles) -> Iterator[Problem]:
    """Yield the names that stand in two files."""
    first: dict[tuple[str, str], str] = {}
    for file, item in files.items():
        limits = [("limit", name, ("limits", name)) for name in item.model.limits]
        hazards = [
            ("hazard", hazard.id, ("hazards", number, "id"))
            for number, hazard in enumerate(item.model.hazards)
        ]
        rules = [
            ("rule that informs only", entry.rule, ("informs_only", number, "rule"))
            for number, entry in enumerate(item.model.informs_only)
        ]
        path: Path
        for what, name, path in (*limits, *hazards, *rules):
            before = first.setdefault((what, name), file)
            if before != file:
                message = f"the {what} {shown(name)} stands in {before} as well"
                yield item.document.problem(path, message)


def _unused_limits(files: LogFiles) -> Iterator[Problem]:
    """Yield the limits that no condition uses."""
    used: set[str] = set()
    for item in files.values():
        for hazard in item.model.hazards:
            for condition in hazard.happens.conditions if hazard.happens else ():
                used.update(parameters_in(condition))
    for item in files.values():
        for name in item.model.limits:
            if name not in used:
                yield item.document.problem(("limits", name), "no hazard uses this limit")


def _endless_limits(files: LogFiles) -> Iterator[Problem]:
    """Yield the limits that are no number at all, or have no end."""
    for item in files.values():
        for name, limit in item.model.limits.items():
            if not math.isfinite(limit.value):
                message = f"a finite number is needed; found '{limit.value}'"
                yield item.document.problem(("limits", name, "value"), message)


class _Checks:
    """What the entries of a log may name."""

    def __init__(self, knowledge: KnowledgeBase, reader: Reader) -> None:
        self.knowledge = knowledge
        self.reader = reader
        self.rules = rule_names(knowledge)
        self.texts = all_texts(knowledge)
        self.cues = {cue.say for fault in knowledge.faults.values() for cue in fault.cues}

    def of_hazard(self, hazard: Hazard) -> Told:
        """Yield what is wrong with a hazard itself."""
        if hazard.happens is not None:
            yield from self._of_happens(hazard.happens)
        elif not any(control.test or control.words for control in hazard.controls):
            message = (
                "nothing is claimed under 'happens'; then a control must be a test, or words that "
                "are printed"
            )
            yield "controls", message
        if hazard.known_open is not None and hazard.happens is None:
            yield "known_open", "nothing is claimed under 'happens', so that nothing is open"

    def _of_happens(self, happens: Happens) -> Told:
        if not happens.claims_outcome:
            yield "happens", "say what the program says or gives, such as coached: yes"
        for key in ("milder", "severer"):
            for ladder, level in getattr(happens, key).items():
                allowed = list(self.knowledge.levels(ladder))
                if level not in allowed:
                    message = f"{shown(level)} is no level of {ladder}; allowed: {listed(allowed)}"
                    yield f"happens.{key}.{ladder}", message
        if len({*happens.together}) == 1:
            yield "happens.together", "one text alone is told with nothing; name two or more"
        for text in happens.together:
            if text not in self.knowledge.conclusions and text not in self.cues:
                message = f"{shown(text)} is no fault, no contributor and no cue of a fault"
                yield "happens.together", message
        for text in happens.told:
            if text not in self.texts:
                message = f"{shown(text)} is told by no verdict of readiness"
                yield "happens.told", f"{message}{nearest(text, sorted(self.texts))}"

    def _filled(self, text: str) -> str:
        return self.reader.fill(text)[0]

    def of_control(self, control: Control) -> Told:
        """Yield what is wrong with a control."""
        kinds = control.kinds
        if len(kinds) != 1:
            found = f"found {listed(kinds)}" if kinds else "found none"
            yield "", f"exactly one of {listed(KINDS_OF_CONTROL)} is needed; {found}"
            return
        (kind,) = kinds
        allowed = KEYS_OF.get(kind, ())
        if (control.key is None) == bool(allowed) or (allowed and control.key not in allowed):
            yield "", _needed_key(kind, allowed)
            return
        if control.says is not None and kind != "card":
            yield "says", "only a card says something here"
        check = getattr(self, f"_of_{kind}", None)
        if check is not None:
            yield from check(control)

    def _of_rule(self, control: Control) -> Told:
        if control.rule not in self.rules:
            message = f"{shown(control.rule)} is no rule, objection or finding"
            yield "rule", f"{message}{nearest(control.rule, self.rules)}"

    def _of_level(self, control: Control) -> Told:
        ladder, _, name = str(control.level).partition(".")
        allowed = [f"readiness.{verdict.id}" for verdict in self.knowledge.readiness]
        if control.level not in allowed:
            yield "level", f"{shown(control.level)} is no level; allowed: {listed(allowed)}"
        elif getattr(self.knowledge.level(ladder, name), str(control.key)) is None:
            yield "key", f"{control.level} has no {control.key}"

    def _of_drill(self, control: Control) -> Told:
        drill = self.knowledge.drills[str(control.drill)]
        if not getattr(drill, str(control.key)):
            yield "key", f"the drill {control.drill} has no {control.key}"

    def _of_card(self, control: Control) -> Told:
        cards = {card.id: card for card in self.knowledge.handout.care}
        if control.card not in cards:
            yield "card", f"{shown(control.card)} is no card; allowed: {listed(list(cards))}"
        elif control.says is not None:
            lines = [item.say for item in cards[control.card].items]
            if self._filled(control.says) not in lines:
                message = f"no line of the card {control.card} says {shown(control.says)}"
                yield "says", f"{message}{nearest(control.says, lines)}"

    def _of_blank(self, control: Control) -> Told:
        item = self.knowledge.observables[str(control.blank)]
        if item.default is not None or item.blank == "not_needed":
            yield "blank", f"{control.blank} is never unknown while it is blank"

    def _of_void(self, control: Control) -> Told:
        if self.knowledge.observables[str(control.void)].void_when is None:
            yield "void", f"{control.void} has no void_when"

    def _of_words(self, control: Control) -> Told:
        if control.words not in self.knowledge.mentions:
            yield "words", f"no text of the rules is {shown(control.words)}"


def _needed_key(kind: str, allowed: tuple[str, ...]) -> str:
    """Say which key a kind of control wants."""
    if not allowed:
        return f"a control by {kind} has no key"
    return f"a control by {kind} names a key: {listed(allowed)}"
