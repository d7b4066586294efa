"""The whole rule base as one program for CLIPS 6.4, to read, to run elsewhere and to check the
engine by.

Owns the text of the program; needs no CLIPS itself. It is compiled from the same networks as the
engine: the reading of a form is `clips_reading.py`, one rule for each condition and truth
`clips_conditions.py`, and what follows from them stands here. Every rule stands on its answers by
`logical`, so that an answer given later takes back what no longer follows. Only the last two steps
have a salience: they ask what is *not* concluded, and wait until everything else has settled.
"""

from collections.abc import Iterator

from hingeexpert.assurance.clips_conditions import Conditions
from hingeexpert.assurance.clips_language import (
    CONCLUDING,
    HEADER,
    TEMPLATES,
    atom,
    comment,
    condition_fact,
    defrule,
    headline,
    quoted,
    wrapped,
)
from hingeexpert.assurance.clips_reading import Reading
from hingeexpert.inference.diagnosis import INCOMPLETE
from hingeexpert.inference.grading import objections
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.conclusions import CONFIDENCES, Conclusion, Rule


def export_clips(knowledge: KnowledgeBase) -> str:
    """Write a knowledge base as a CLIPS program; the same knowledge gives the same text."""
    blocks = [
        _header(knowledge),
        TEMPLATES.format(observables=wrapped(knowledge.observables)),
        headline("Reading the answers"),
        *Reading(knowledge).blocks(),
        headline("Conditions"),
        *Conditions(knowledge).blocks(),
        headline("Faults and contributors: what speaks for and against"),
        *_conclusions(knowledge),
        headline("Conclusions"),
        _facts(knowledge),
        _concluding(),
    ]
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"


def _header(knowledge: KnowledgeBase) -> str:
    """Write whose rules these are, and how to run them on an example."""
    info = knowledge.info
    observable, item = next(iter(knowledge.observables.items()))
    header = HEADER.format(
        title=info.title,
        id=info.id,
        version=info.version,
        reviewed=info.reviewed,
        sha256=knowledge.sha256,
        observable=observable,
        value=atom(item.answer.representatives(())[0]),
    )
    return "\n".join(f"; {line}".rstrip() for line in header.splitlines())


def _concluding() -> str:
    """Write the rules that are always the same: what `grading.py` and `conclude.py` do."""
    high, medium, low = CONFIDENCES
    return CONCLUDING.format(high=high, medium=medium, low=low, incomplete=INCOMPLETE)


def _conclusions(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield what speaks for and against each fault and contributor."""
    for kind, conclusions in knowledge.conclusions_by_kind:
        for name, conclusion in conclusions.items():
            lines = [comment(f"{name}: {conclusion.title}")]
            for rule in conclusion.rules:
                lines += _for_and_against(kind, name, conclusion, rule)
            yield "\n".join(lines)


def _for_and_against(kind: str, name: str, conclusion: Conclusion, rule: Rule) -> Iterator[str]:
    """Yield that a true rule supports a conclusion, and each objection that can lower it."""
    full = naming.rule(name, rule.id)
    holds = condition_fact(full, True)
    yield comment(rule.because)
    support = f"(support (kind {kind}) (id {name}) (rule {full}) (confidence {rule.confidence}))"
    yield defrule(f"{full}/supports", [holds], support)
    for item in objections(conclusion, rule):
        met = [holds, condition_fact(naming.objection(name, item.id), True)]
        objection = f"(objection (rule {full}) (id {item.id}) (effect {item.effect}))"
        yield defrule(f"{full}/against/{item.id}", met, objection)


def _facts(knowledge: KnowledgeBase) -> str:
    """Write the facts that every run begins with: what can be concluded, and the levels of the
    ladders.
    """
    facts = ["(deffacts what-can-be-concluded"]
    for kind, conclusions in knowledge.conclusions_by_kind:
        for name, conclusion in conclusions.items():
            facts.append(
                f"(subject (kind {kind}) (id {name}) (condition {naming.present(kind, name)}) "
                f"(title {quoted(conclusion.title)}))"
            )
    for ladder, levels in knowledge.ladders.items():
        for place, level in enumerate(levels, start=1):
            facts.append(
                f"(level (name {ladder}) (place {place}) (id {level.id}) "
                f"(condition {naming.level(ladder, level.id)}) (title {quoted(level.title)}))"
            )
    return "\n  ".join(facts) + ")"
