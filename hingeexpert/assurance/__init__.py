"""Are the rules right? Worked cases, proofs, differences, texts, and the whole as one document."""

from hingeexpert.assurance.worked_cases import read_cases, run_case

__all__ = ["read_cases", "run_case"]
