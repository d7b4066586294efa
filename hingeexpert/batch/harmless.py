"""Text of a table that no spreadsheet takes for a formula."""

import polars as pl

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula (OWASP, CSV Injection)."""


def harmless(text: str) -> str:
    """Return a cell as a spreadsheet takes it for text."""
    return f"'{text}" if text.startswith(FORMULA) else text


def harmless_expression(name: str) -> pl.Expr:
    """Return a column of text in which no cell is taken for a formula."""
    column = pl.col(name)
    formula = pl.any_horizontal(column.str.starts_with(sign) for sign in FORMULA)
    return pl.when(formula).then("'" + column).otherwise(column).alias(name)
