"""hingeexpert: a rule-based expert system that reads faults in the hip hinge."""

__version__ = "0.1.0"
