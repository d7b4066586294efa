"""A conclusion and what is said of it as a clinician calls them: titles in place of ids."""

from hingeexpert.assurance.authoring.seeing.telling import Moved
from hingeexpert.inference.labels import COACHED, DRILLS, FOCUS, HOME, NO, YES, level_ends
from hingeexpert.knowledge import KnowledgeBase, naming

BESIDE_OTHERS = {
    FOCUS: "Coached first",
    COACHED: "Anything to do",
    DRILLS: "Drills of the step",
    HOME: "Drills for home",
}
"""Conclusions that are neither ladder, fault nor contributor, in words."""
ARROW = "\N{RIGHTWARDS ARROW}"
SHOWN = {YES: "shown", NO: "not shown"}


class ConclusionWords:
    """The words of two states of the rules; of what both have, those of the second."""

    def __init__(self, old: KnowledgeBase, new: KnowledgeBase) -> None:
        self._titles: dict[str, str] = {}
        self._levels: dict[str, str] = {}
        for knowledge in (old, new):
            self._titles |= _titles(knowledge)
            for ladder in knowledge.ladders:
                levels = knowledge.levels(ladder).values()
                self._levels |= {level.id: level.title for level in levels}
        self._conclusions = {*old.conclusions, *new.conclusions}
        self.ladders = tuple(new.ladders)

    def is_judged(self, conclusion: str) -> bool:
        """Return whether it is a verdict of a ladder, a fault or a contributor."""
        return conclusion in self.ladders or conclusion in self._conclusions

    def named(self, conclusion: str) -> str:
        """Return what a conclusion is called, such as `Readiness` or `Remark high pain`."""
        if conclusion in BESIDE_OTHERS:
            return BESIDE_OTHERS[conclusion]
        if conclusion in self._conclusions:
            return self._titles[conclusion]
        return conclusion.replace(":", " ").replace("_", " ").capitalize()

    def said(self, conclusion: str, label: str) -> str:
        """Return what is said of it, from one of the labels of `inference/labels.py`."""
        if conclusion in self.ladders:
            return self._level(label)
        if conclusion in (FOCUS, DRILLS, HOME):
            return ", ".join(self._titles.get(name, name) for name in label.split(", "))
        if naming.kind_and_id(conclusion)[1]:
            return SHOWN.get(label, label)
        return label

    def _level(self, label: str) -> str:
        first, last = (self._levels.get(end, end) for end in level_ends(label))
        return first if first == last else f'open between "{first}" and "{last}"'

    def way(self, moved: Moved) -> str:
        """Return from what to what it moved."""
        before, after = (
            self.said(moved.conclusion, label) for label in (moved.before, moved.after)
        )
        return f"{before} {ARROW} {after}"

    def moved(self, moved: Moved) -> str:
        """Return what moved, and from what to what."""
        return f"{self.named(moved.conclusion)}: {self.way(moved)}"


def _titles(knowledge: KnowledgeBase) -> dict[str, str]:
    """Return the titles of faults, contributors and drills by their ids."""
    entries = {**knowledge.drills, **knowledge.conclusions}
    return {name: entry.title for name, entry in entries.items()}
