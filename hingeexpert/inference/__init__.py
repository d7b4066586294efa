"""From what is known of a person to conclusions, and why: the rule engine, and what is made of its
truths.
"""

from hingeexpert.inference.conclude import diagnose
from hingeexpert.inference.diagnosis import Diagnosis
from hingeexpert.inference.questions import ask_next

__all__ = ["Diagnosis", "ask_next", "diagnose"]
