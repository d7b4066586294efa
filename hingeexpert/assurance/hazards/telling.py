"""The hazard log told: in lines for a terminal, as plain data, as a page to print for whoever is
responsible for safety.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hingeexpert.assurance.book_words import in_plain_words
from hingeexpert.assurance.hazards.gaps import LogGaps, unnamed_points
from hingeexpert.assurance.hazards.log import HazardLog
from hingeexpert.assurance.hazards.proof import ControlProof, HazardProof
from hingeexpert.assurance.people import person_line
from hingeexpert.formats.templates import render
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value, observables_in
from hingeexpert.knowledge.for_templates import for_templates
from hingeexpert.knowledge.grammar import PLACE
from hingeexpert.knowledge.models.hazards import Happens, Hazard

PROVEN_OF = (
    "Proven of the rules as entered: not that the answers are true, not that the rules are right."
)
MOST_ASKED = 4
"""So many questions of a hazard are named of a person even where they are in order."""
CLAIMED = {
    "true": "{}",
    "possible": "it is possible that {}",
    "not_true": "it is not certain that {}",
}
"""Key of a condition of a hazard to how it is said."""
GIVEN = {
    "coached": "a cue, a drill, a dose or a step up is given",
    "dose": "a drill goes home with its dose",
    "loaded": "a step beyond the first rung opens",
}
LISTED = {
    "drill": "one of these drills is given: {}",
    "triage": "triage is {}",
    "readiness": "readiness is {}",
    "fault": "one of these is told: {}",
    "together": "all of these are told together: {}",
    "told": "one of these is told: {}",
}
ON_LADDER = {"milder": "{} is milder than {}", "severer": "{} is more severe than {}"}


@dataclass(frozen=True)
class ToldControl:
    """A control in words.

    Attributes:
        kind: Such as `rule` or `card`.
        name: What it is called.
        effect: See `proof.Effect`.
        told: What becomes of the hazard without it, in words; empty where it was not tried.
        answers: Those of the person who is harmed then, if there is one.
    """

    kind: str
    name: str
    effect: str
    told: str
    answers: Mapping[str, Value] | None


@dataclass(frozen=True)
class ToldHazard:
    """A hazard in words.

    Attributes:
        hazard: As the log has it.
        outcome: See `proof.Outcome`.
        happens: What must never be, in one line; empty where nothing is claimed.
        person: To whom it happens, in one line; empty where it is not open.
        answers: Those of this person, if there is one.
        because: Why it is empty or undecided, or open only by its own words.
        controls: Its controls.
        cuts: The smallest sets of rules on which it rests, as lines.
        unnamed: Those single rules among them that it does not name.
        defects: Where solver and engine disagree.
    """

    hazard: Hazard
    outcome: str
    happens: str
    person: str
    answers: Mapping[str, Value] | None
    because: str
    controls: tuple[ToldControl, ...]
    cuts: tuple[str, ...]
    unnamed: tuple[str, ...]
    defects: tuple[str, ...]


def told(knowledge: KnowledgeBase, proof: HazardProof) -> ToldHazard:
    """Return what became of a hazard, in words."""
    hazard = proof.hazard
    return ToldHazard(
        hazard=hazard,
        outcome=proof.outcome,
        happens="; ".join(_claims(knowledge, hazard.happens)) if hazard.happens else "",
        person=_person(knowledge, hazard, proof.person) if proof.person is not None else "",
        answers=proof.person,
        because=proof.because or _no_longer_open(proof),
        controls=tuple(_told_controls(knowledge, proof)),
        cuts=tuple(" + ".join(cut) for cut in proof.cuts),
        unnamed=tuple(unnamed_points(knowledge, proof)),
        defects=proof.defects,
    )


def _no_longer_open(proof: HazardProof) -> str:
    is_stale = proof.hazard.known_open is not None and proof.outcome != "open"
    return "it is not open, as known_open says; take known_open out" if is_stale else ""


def _claims(knowledge: KnowledgeBase, happens: Happens) -> Iterator[str]:
    """Yield what must never be together, in words."""
    for key, words in CLAIMED.items():
        condition = getattr(happens, key)
        if condition is not None:
            yield words.format(in_plain_words(knowledge, condition))
    if happens.blank:
        yield f"one of these is blank: {', '.join(happens.blank)}"
    yield from (words for key, words in GIVEN.items() if getattr(happens, key))
    titles = _titles(knowledge)
    for key, words in LISTED.items():
        if names := [titles.get(name, name) for name in getattr(happens, key)]:
            yield words.format((" or " if key in ("triage", "readiness") else ", ").join(names))
    for key, words in ON_LADDER.items():
        for ladder, level in getattr(happens, key).items():
            yield words.format(ladder, titles.get(level, level))


def _titles(knowledge: KnowledgeBase) -> dict[str, str]:
    """Return the titles of drills, faults, contributors and levels by their ids."""
    entries = {**knowledge.drills, **knowledge.conclusions}
    titles = {name: entry.title for name, entry in entries.items()}
    for levels in knowledge.ladders.values():
        titles |= {level.id: level.title for level in levels}
    return titles


def _person(knowledge: KnowledgeBase, hazard: Hazard, answers: Mapping[str, Value]) -> str:
    """Return a person in one line; where the hazard asks of little, that is named even where it is
    in order.
    """
    conditions = hazard.happens.conditions if hazard.happens is not None else ()
    asked = {name for condition in conditions for name in observables_in(condition)}
    also = asked.intersection(answers) if len(asked) <= MOST_ASKED else ()
    return person_line(knowledge, answers, also)


def _told_controls(knowledge: KnowledgeBase, proof: HazardProof) -> Iterator[ToldControl]:
    people: list[Mapping[str, Value]] = []
    for item in proof.controls:
        same = item.person is not None and item.person in people
        words = "the same person" if same else _without(knowledge, proof.hazard, item)
        if item.person is not None:
            people.append(item.person)
        control = item.control
        name = _filled(knowledge, control.name)
        yield ToldControl(control.kind, name, item.effect, words, item.person)


def _filled(knowledge: KnowledgeBase, text: str) -> str:
    """Put the numbers of the rules into a text of theirs."""
    return PLACE.sub(lambda place: f"{knowledge.parameters[place[1]].value:g}", text)


def _without(knowledge: KnowledgeBase, hazard: Hazard, item: ControlProof) -> str:
    """Say what becomes of a hazard without a control."""
    if item.person is not None:
        return _person(knowledge, hazard, item.person)
    if item.covered_by:
        return f"nobody: {' + '.join(item.covered_by)} still prevents it"
    return "nobody, and nothing shows that it prevents anything" if item.effect == "idle" else ""


def gap_lines(left: LogGaps) -> Iterator[str]:
    """Yield what a log leaves open, a line each."""
    for hazard, names in left.unnamed_points.items():
        yield f"{hazard} rests on a rule alone that it does not name: {', '.join(names)}"
    for hazard in left.rules_alone:
        yield f"{hazard} is grave, and has no control outside the rules: no card, test or words"
    if left.unnamed_rules:
        names = left.unnamed_rules
        yield f"named by no hazard, nor listed under informs_only: {', '.join(names)}"
    for hazard, control in left.idle:
        yield f"{hazard}: {control.name} is idle: nothing shows that it prevents anything"
    for name, observable in left.undrawn:
        yield f"the limit {name}: no rule draws a line there for {observable}"


def as_data(shown: Sequence[ToldHazard], left: LogGaps | None) -> dict[str, Any]:
    """Return the log as plain data.

    Args:
        shown: Its hazards.
        left: What it leaves open; `None` where not all hazards were looked at.
    """
    data: dict[str, Any] = {
        "proven_of": PROVEN_OF,
        "hazards": [_hazard_data(item) for item in shown],
    }
    return data if left is None else {**data, "gaps": list(gap_lines(left))}


def outcome_data(knowledge: KnowledgeBase, proof: HazardProof) -> dict[str, Any]:
    """Return what became of a hazard, as plain data."""
    item = told(knowledge, proof)
    shown = ("outcome", "person", "answers", "because", "defects")
    return {"hazard": item.hazard.id, **{key: getattr(item, key) for key in shown}}


def _hazard_data(item: ToldHazard) -> dict[str, Any]:
    hazard = item.hazard
    of_log = {key: getattr(hazard, key) for key in ("id", "who", "cause", "harm", "severity")}
    shown = ("outcome", "happens", "person", "answers", "because", "cuts", "unnamed", "defects")
    return {
        **of_log,
        **{key: getattr(item, key) for key in shown},
        "controls": [asdict(control) for control in item.controls],
        "residual": hazard.residual,
        "known_open": hazard.known_open,
        "sources": list(hazard.sources),
    }


def render_log(
    knowledge: KnowledgeBase,
    log: HazardLog,
    shown: Sequence[ToldHazard],
    left: LogGaps | None,
    templates: Path | None = None,
) -> str:
    """Write the log as one self-contained page without scripts or outside requests, for screen and
    paper.

    Args:
        knowledge: The knowledge base.
        log: The log.
        shown: Its hazards.
        left: What it leaves open; `None` where not all hazards were looked at.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    context = {
        "log": log,
        "hazards": shown,
        "gaps": None if left is None else list(gap_lines(left)),
        "proven_of": PROVEN_OF,
        **for_templates(knowledge),
    }
    return render("hazards.html", context, templates)
