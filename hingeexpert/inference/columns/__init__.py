"""A whole table at once: the knowledge base as Polars expressions.

A null in a boolean column is what unknown is in strong Kleene logic, and `&` and `|` on such
columns are its tables, so each condition is one nullable column. Must agree with the plain
evaluation of `evaluation.py` and with the engine on every row.
"""

from hingeexpert.inference.columns.table import Columns

__all__ = ["Columns"]
