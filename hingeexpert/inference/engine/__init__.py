"""The rule engine: every condition of the knowledge base compiled to experta, run for one person at
a time.

Each condition of the network becomes rules that can conclude *true* and rules that can conclude
*false*; what is unknown is concluded by none. Rules only add facts: no NOT, no retract, no
salience, so that order cannot matter. Every fact has a class of its own (one per observable, one
per condition and truth), and every pattern is bound, so that a firing carries exactly the facts
that met it.
"""

from hingeexpert.inference.engine.door import experta
from hingeexpert.inference.engine.running import Engine

__all__ = ["Engine", "experta"]
