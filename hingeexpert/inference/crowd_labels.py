"""What is said of each conclusion of many people at once: the labels of `labels.labels_of`, each as
the mask of the people of whom it is said.
"""

from collections.abc import Iterator, Mapping, Sequence

from hingeexpert.inference.crowd_found import CrowdFound
from hingeexpert.inference.crowd_homework import CrowdHomework
from hingeexpert.inference.labels import (
    COACHED,
    DRILLS,
    FOCUS,
    HOME,
    NO,
    NOT_PRESENT,
    NOTHING,
    OPEN,
    YES,
    level_label,
    names_label,
    present_label,
)
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.evaluation import Truth, union
from hingeexpert.knowledge.models.conclusions import CONFIDENCES
from hingeexpert.knowledge.models.remarks import Remark

Labels = dict[str, int]
"""What is said of a conclusion, each with the people of whom it is said."""


def _without_nobody(masks: Labels) -> Labels:
    """Return the labels that somebody has."""
    return {label: mask for label, mask in masks.items() if mask}


class CrowdLabels:
    """The labels of what was found of a crowd."""

    def __init__(self, knowledge: KnowledgeBase, truths: Sequence[Truth], everyone: int) -> None:
        """Take what is known of the people.

        Args:
            knowledge: The knowledge base.
            truths: The truth of each node of its network, a bit for each person.
            everyone: The mask of all people.
        """
        self.knowledge, self.everyone = knowledge, everyone
        self.found = CrowdFound(knowledge, truths, everyone)

    def all(self) -> dict[str, Labels]:
        """Return for each conclusion what is said of it; a label that nobody has is left out."""
        return {name: _without_nobody(masks) for name, masks in self.said()}

    def of(self, name: str) -> Labels:
        """Return the same of one conclusion, sooner where it is a ladder, a fault, a contributor or
        the focus.
        """
        if name in self.knowledge.ladders:
            return _without_nobody(self._ladder(name))
        for kind, conclusions in self.knowledge.conclusions_by_kind:
            if name in conclusions:
                said = self._conclusion(naming.present(kind, name), name)
                return _without_nobody(said)
        if name == FOCUS:
            return _without_nobody(self._and_nothing(self.found.focus))
        return self.all().get(name, {})

    def said(self) -> Iterator[tuple[str, Labels]]:
        """Yield each conclusion with what is said of it."""
        for ladder in self.knowledge.ladders:
            yield ladder, self._ladder(ladder)
        for kind, conclusions in self.knowledge.conclusions_by_kind:
            for name in conclusions:
                yield name, self._conclusion(naming.present(kind, name), name)
        yield FOCUS, self._and_nothing(self.found.focus)
        yield from self._given()
        for check in self.knowledge.checks:
            name = naming.check(check.id)
            yield name, self._yes_or_no(self.found.truth(name).true)
        for remark in self.knowledge.remarks:
            yield naming.remark(remark.id), self._yes_or_no(self._remarked(remark))

    def _yes_or_no(self, mask: int) -> Labels:
        return {YES: mask, NO: self.everyone ^ mask}

    def _and_nothing(self, masks: Mapping[str, int]) -> Labels:
        """Return labels with that of the people who have none of them."""
        return {**masks, NOTHING: self.everyone & ~union(masks.values())}

    def _ladder(self, ladder: str) -> Labels:
        """Return where people stand on a ladder."""
        levels = [level.id for level in self.knowledge.ladders[ladder]]
        at_least = self.found.at_least(ladder)
        said: Labels = {}
        for first, possible in zip(levels, self.found.not_ruled_out(ladder), strict=True):
            for last, proven in zip(levels, at_least, strict=True):
                if both := possible & proven:
                    said[level_label(first, last)] = both
        return said

    def _conclusion(self, condition: str, name: str) -> Labels:
        """Return whether a fault or contributor is present, and how surely."""
        present = self.found.truth(condition)
        sure = self.found.by_confidence(name)
        said = {present_label(CONFIDENCES[place]): mask for place, mask in enumerate(sure)}
        said[OPEN] = self.everyone & ~(present.true | present.false)
        said[NOT_PRESENT] = present.false
        return said

    def _remarked(self, remark: Remark) -> int:
        """Return the people of whom a remark is made."""
        made = self.found.truth(naming.remark(remark.id)).true
        if not remark.at:
            return made
        verdicts = zip(self.knowledge.readiness, self.found.decided("readiness"), strict=True)
        return made & union(mask for level, mask in verdicts if level.id in remark.at)

    def _given(self) -> Iterator[tuple[str, Labels]]:
        """Yield what people are given to do."""
        homework = CrowdHomework(self.knowledge, self.found)
        drills, home = homework.opened, homework.at_home
        given = (*self.found.focus.values(), *drills.values(), *home.values())
        yield COACHED, self._yes_or_no(homework.exercised | union(given))
        for name, lists in ((DRILLS, drills), (HOME, home)):
            yield name, self._and_nothing({names_label(key): mask for key, mask in lists.items()})
