"""From what is known of a person to conclusions: the rule engine, and what is made of its truths."""

from hingeexpert.inference.conclude import diagnose

__all__ = ["diagnose"]
