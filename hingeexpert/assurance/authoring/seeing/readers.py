"""How many of a crowd are told a text: those of whom the rule, the verdict or the remark that it
belongs to holds.

A text that depends on no person, such as the title of a page, has no readers of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hingeexpert.assurance.words import RuleText
from hingeexpert.formats.documents import Path
from hingeexpert.inference.crowd import Judged
from hingeexpert.inference.labels import DRILLS, FOCUS, HOME, YES
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.evaluation import union
from hingeexpert.knowledge.models.ladders import LADDERS


def told(judged: Judged, text: RuleText) -> int | None:
    """Return the mask of the people who are told a text, a clinician or they themselves; for a
    question, who is asked. `None` where that depends on no person.

    Args:
        judged: A crowd, judged by the knowledge base that the text is of.
        text: One of its texts.
    """
    folder, _, name = text.file.removesuffix(".yaml").rpartition("/")
    by_place = _READERS.get(folder or name)
    return by_place(judged, name, text.path) if by_place is not None else None


def _of_conclusion(judged: Judged, name: str, path: Path) -> int | None:
    """Return who is told a text of a fault or contributor."""
    conclusion = judged.knowledge.conclusions[name]
    match path:
        case ("rules", int(number), *_):
            return judged.truth(naming.rule(name, conclusion.rules[number].id)).true
        case ("against", int(number), *_):
            return judged.truth(naming.objection(name, conclusion.against[number].id)).true
        case ("cues", *_):
            return judged.labels[FOCUS].get(name, 0)
    return judged.truth(judged.knowledge.present(name)).true


def _of_ladder(judged: Judged, ladder: str, path: Path) -> int | None:
    """Return who is told a text of a level: of whom it is the verdict, and a rule of it holds."""
    if path[:1] != (LADDERS[f"{ladder}.yaml"],):
        return None
    level: Any = judged.knowledge.ladders[ladder][int(path[1])]
    verdict = judged.labels[ladder].get(level.id, 0)
    match path[2:]:
        case ("rules", int(number), *_):
            return judged.truth(naming.level_rule(ladder, level.id, level.rules[number].id)).true
        case ("said", int(number), *_):
            return verdict & judged.truth(naming.said(level.id, level.said[number].id)).true
        case ("meanwhile", int(number), *_):
            load = naming.meanwhile(level.id, level.meanwhile[number].id)
            return verdict & judged.truth(load).true
    return verdict


def _of_remark(judged: Judged, _: str, path: Path) -> int | None:
    remark = judged.knowledge.remarks[int(path[1])]
    return judged.labels[naming.remark(remark.id)].get(YES, 0)


def _of_check(judged: Judged, _: str, path: Path) -> int | None:
    if path[0] != "checks":
        return None
    check = judged.knowledge.checks[int(path[1])]
    return judged.labels[naming.check(check.id)].get(YES, 0)


def _of_finding(judged: Judged, _: str, path: Path) -> int | None:
    return judged.truth(naming.finding(str(path[1]))).true


def _of_question(judged: Judged, _: str, path: Path) -> int | None:
    """Return who is asked a question."""
    if path[0] != "observables":
        return None
    asked = naming.ask(str(path[1]))
    if asked not in judged.knowledge.network.names:
        return judged.crowd.everyone
    return judged.crowd.everyone & ~judged.truth(asked).false


def _of_drill(judged: Judged, name: str, _: Path) -> int | None:
    """Return to whom a drill is opened, or given to take home."""
    return union(
        mask
        for conclusion in (DRILLS, HOME)
        for drills, mask in judged.labels[conclusion].items()
        if name in drills.split(", ")
    )


_READERS: Mapping[str, Callable[[Judged, str, Path], int | None]] = {
    "faults": _of_conclusion,
    "contributors": _of_conclusion,
    "drills": _of_drill,
    "observables": _of_question,
    "triage": _of_ladder,
    "readiness": _of_ladder,
    "remarks": _of_remark,
    "checks": _of_check,
    "findings": _of_finding,
}
"""File, or folder of files, to what says who is told a text in it."""
