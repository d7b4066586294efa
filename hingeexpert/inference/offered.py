"""Which of the questions that something open hangs on are offered: those whose own *ask when* is
true, or can still become so by what is asked before them.

The order of `questions.ask_next` puts a question behind all that its *ask when* hangs on, so
answers can move every unknown condition either way; what is asked first hangs on nothing that is
not. While nobody may be coached one thing cannot move: a fault, for whose sake nothing is asked
then. Truths are masks over worlds: one form or the rows of a table.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.evaluation import Truth, combined


class Offered:
    """What is offered in some worlds.

    Attributes:
        coached: The worlds in which somebody may be coached, and faults are asked about.
    """

    def __init__(self, knowledge: KnowledgeBase, truths: Sequence[Truth], everywhere: int) -> None:
        """Take over the truth of every condition in these worlds."""
        self.network, self._truths, self._everywhere = knowledge.network, truths, everywhere
        names = self.network.names
        self._faults = {names[naming.fault(fault)] for fault in knowledge.faults}
        self.coached = everywhere
        for position in withholding(knowledge):
            self.coached &= ~truths[position].true

    def needed(self, name: str) -> int:
        """Return the worlds in which a question is certainly needed."""
        place = self.network.ask_when.get(name)
        return self._everywhere if place is None else self._truths[place].true

    def may_be_needed(self, name: str) -> int:
        """Return the worlds in which a question is needed, or becomes so by answers to questions
        before it.
        """
        place = self.network.ask_when.get(name)
        if place is None:
            return self._everywhere
        possible = self._everywhere & ~self._truths[place].false
        # What cannot move is looked for only where there is something of the kind.
        return possible if self.coached == self._everywhere else possible & self._could[place].true

    @cached_property
    def _could(self) -> list[Truth]:
        """For each condition where it is true or can become so, and where false; both may be."""
        could: list[Truth] = []
        for position, node in enumerate(self.network.nodes):
            parts = [could[child] for child in node.children]
            moved = (
                Truth(self.coached, self.coached)
                if position in self._faults
                else self._answered(parts)
                if node.test is not None
                else combined(node, parts, self._everywhere)
            )
            true, false = self._truths[position]
            could.append(Truth(true | moved.true & ~false, false | moved.false & ~true))
        return could

    def _answered(self, asked: Sequence[Truth]) -> Truth:
        """Return what a blank can become: anything where it is offered; false where it turns out
        not to be needed.
        """
        if not asked:
            return Truth(self._everywhere, self._everywhere)
        return Truth(asked[0].true, asked[0].true | asked[0].false)


def withholding(knowledge: KnowledgeBase) -> Iterable[int]:
    """Yield the positions of the verdicts while which are true nobody is coached."""
    for level in knowledge.readiness:
        if level.withholds_cues is not None:
            yield knowledge.network.names[naming.level("readiness", level.id)]
