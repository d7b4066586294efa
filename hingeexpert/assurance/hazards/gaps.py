"""What a hazard log leaves open: what it does not name, and what does nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.assurance.hazards.log import HazardLog
from hingeexpert.assurance.hazards.log_checks import ladder_rules
from hingeexpert.assurance.hazards.proof import HazardProof
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Between, Holds, leaves, parameters_in
from hingeexpert.knowledge.models.hazards import Control, Hazard

OUTSIDE = ("card", "test", "words")
"""Kinds of control outside the rules that count for a grave hazard; what a person does is never
counted.
"""


@dataclass(frozen=True)
class LogGaps:
    """What a log leaves open.

    Attributes:
        unnamed_points: Hazard to the rules on each of which it rests alone, though it names neither
            them nor a rule that stands on them.
        rules_alone: Grave hazards with no control outside the rules.
        unnamed_rules: Rules of the ladders that no hazard names, and that do not inform only.
        idle: Hazard and control of which nothing shows that it prevents anything.
        undrawn: Limits that no rule draws a line at, each with the question that it is asked of.
    """

    unnamed_points: Mapping[str, Sequence[str]]
    rules_alone: tuple[str, ...]
    unnamed_rules: tuple[str, ...]
    idle: tuple[tuple[str, Control], ...]
    undrawn: tuple[tuple[str, str], ...]


def gaps(knowledge: KnowledgeBase, log: HazardLog, proofs: Sequence[HazardProof]) -> LogGaps:
    """Return what a log leaves open.

    Args:
        knowledge: The knowledge base.
        log: The log.
        proofs: What became of its hazards, with deletions.
    """
    return LogGaps(
        unnamed_points={
            proof.hazard.id: names
            for proof in proofs
            if (names := unnamed_points(knowledge, proof))
        },
        rules_alone=tuple(hazard.id for hazard in log.hazards if _rests_on_rules(hazard)),
        unnamed_rules=tuple(_unnamed_rules(knowledge, log)),
        idle=tuple((proof.hazard.id, control) for proof in proofs for control in proof.idle),
        undrawn=tuple(dict.fromkeys(_undrawn(knowledge, log))),
    )


def unnamed_points(knowledge: KnowledgeBase, proof: HazardProof) -> list[str]:
    """Return the rules on each of which alone a hazard rests, though it names neither them nor a
    rule that stands on them.
    """
    named = _with_below(knowledge, (item.control.rule for item in proof.controls))
    return [name for name in proof.single_points if name not in named]


def _with_below(knowledge: KnowledgeBase, names: Iterable[str | None]) -> set[str]:
    """Return named conditions with all that they hold, however far below."""
    found: set[str] = set()
    waiting = [name for name in names if name is not None]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            held = leaves(knowledge.conditions[name])
            waiting += [leaf.name for leaf in held if isinstance(leaf, Holds)]
    return found


def _rests_on_rules(hazard: Hazard) -> bool:
    return hazard.is_grave and all(control.kind not in OUTSIDE for control in hazard.controls)


def _unnamed_rules(knowledge: KnowledgeBase, log: HazardLog) -> Iterator[str]:
    named = {control.rule for hazard in log.hazards for control in hazard.controls}
    named.update(entry.rule for entry in log.informs_only)
    return (name for name in ladder_rules(knowledge) if name not in named)


def _undrawn(knowledge: KnowledgeBase, log: HazardLog) -> Iterator[tuple[str, str]]:
    """Yield the limits of the log at which no rule tells one answer from the next; where a hazard
    is known to be open, no rule need do so.
    """
    settled = {
        name
        for hazard in log.hazards
        if hazard.happens is not None and hazard.known_open is None
        for condition in hazard.happens.conditions
        for name in parameters_in(condition)
    }
    for observable, asked in log.tests.items():
        drawn = {
            end
            for test in knowledge.tests[observable]
            if isinstance(test, Between)
            for end in (test.least, test.most)
        }
        for leaf in asked:
            if isinstance(leaf.test, Between):
                ends = (
                    (leaf.test.least_name, leaf.test.least),
                    (leaf.test.most_name, leaf.test.most),
                )
                yield from (
                    (name, observable) for name, end in ends if name in settled and end not in drawn
                )
