"""Which questions are offered, as formulas over every form: see `inference/offered.py`."""

from typing import Any

from hingeexpert.assurance.formulas import TruthFormulas, all_of, any_of, combined, no
from hingeexpert.assurance.solver import Solver
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.network import NodeKind


class OfferedFormulas:
    """What is offered on a form."""

    def __init__(self, solver: Solver, coached: Any) -> None:
        """Take over the formula that somebody may be coached."""
        self._coached = coached
        self._network, self._known = solver.knowledge.network, solver.formulas_of_known
        names = self._network.names
        self._faults = {names[naming.fault(fault)] for fault in solver.knowledge.faults}
        self._could: dict[int, TruthFormulas] = {}

    def may_be_needed(self, name: str) -> Any:
        """Return the formula that a question is needed, or becomes so by questions before it."""
        place = self._network.ask_when.get(name)
        return all_of() if place is None else self._could_become(place).true

    def _could_become(self, position: int) -> TruthFormulas:
        """Return the formulas that a condition is true or can become so, and that it is false or
        can.
        """
        if position not in self._could:
            moved, known = self._moved(position), self._known[position]
            true = any_of([known.true, all_of(moved.true, no(known.false))])
            false = any_of([known.false, all_of(moved.false, no(known.true))])
            self._could[position] = TruthFormulas(true, false)
        return self._could[position]

    def _moved(self, position: int) -> TruthFormulas:
        """Return what an unknown condition can become."""
        if position in self._faults:
            return TruthFormulas(self._coached, self._coached)
        node = self._network.nodes[position]
        parts = [self._could_become(child) for child in node.children]
        if node.kind is not NodeKind.IS:
            return combined(node, parts)
        true = parts[0].true if parts else all_of()
        return TruthFormulas(true, any_of([true, *(part.false for part in parts)]))
