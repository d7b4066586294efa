"""SQL as DuckDB and Spark both take it, and the few things that they spell in different ways.

Owns spelling and line breaks. What is written stands in `sql.py`.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.knowledge.condition import Between, Is, OneOf, Value

WIDTH = 100
"""Characters up to which what is joined stays on one line."""


@dataclass(frozen=True)
class Dialect:
    """What differs from one engine to another.

    Attributes:
        title: What people call the engine.
        quote: Stands around a name.
        text: The type of text.
        escapes: What is written in place of a character inside a text.
        view: How a file becomes the table `forms`.
    """

    title: str
    quote: str
    text: str
    escapes: Mapping[str, str]
    view: str

    def name(self, name: str) -> str:
        """Write a name of a column or table."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def literal(self, value: Value) -> str:
        """Write a value."""
        if not isinstance(value, str):
            return repr(value)
        return "'" + "".join(self.escapes.get(sign, sign) for sign in value) + "'"


DIALECTS = {
    "duckdb": Dialect(
        "DuckDB",
        '"',
        "VARCHAR",
        {"'": "''"},
        "CREATE VIEW forms AS SELECT * FROM read_parquet('forms.parquet');",
    ),
    "spark": Dialect(
        "Spark SQL",
        "`",
        "STRING",
        {"'": "\\'", "\\": "\\\\"},
        "CREATE TEMPORARY VIEW forms USING parquet OPTIONS (path 'forms.parquet');",
    ),
}
"""The engines for which a statement can be written, by the word for each."""


def joined(word: str, parts: Iterable[str]) -> str:
    """Write parts with `AND` or `OR` between them, each on a line where one line does not do."""
    parts = list(parts)
    if not parts:
        return "TRUE" if word == "AND" else "FALSE"
    line = f" {word} ".join(parts)
    return line if len(line) <= WIDTH and "\n" not in line else f"\n{word} ".join(parts)


def inside(text: str) -> str:
    """Write something in parentheses."""
    return f"({text})" if "\n" not in text else f"(\n{textwrap.indent(text, '  ')}\n)"


def case(arms: Iterable[tuple[str, str]], otherwise: str | None = None) -> str:
    """Write what stands behind the first condition that is true.

    Args:
        arms: Conditions, each with what it leads to.
        otherwise: What is left; null where nothing is said.
    """
    lines = [f"WHEN {condition} THEN {result}" for condition, result in arms]
    if not lines:
        return otherwise or "NULL"
    lines += [] if otherwise is None else [f"ELSE {otherwise}"]
    line = f"CASE {' '.join(lines)} END"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return "\n".join(["CASE", *(textwrap.indent(each, "  ") for each in lines), "END"])


def number_true(parts: Iterable[str]) -> str:
    """Write how many conditions are true."""
    return joined("+", [f"CASE WHEN {part} THEN 1 ELSE 0 END" for part in parts])


def passes(dialect: Dialect, leaf: Is, column: str, words: Sequence[str]) -> str:
    """Write that a value passes a test; null for no value.

    Args:
        dialect: Of SQL.
        leaf: The test.
        column: The value.
        words: All that the value can be; empty for a number.
    """
    if isinstance(leaf.test, Between):
        return _between(dialect, leaf.test, column)
    return _one_of(dialect, leaf.test, column, words)


def _one_of(dialect: Dialect, test: OneOf, column: str, words: Sequence[str]) -> str:
    """Compare with the words that pass or with those that do not, whichever are fewer."""
    passing = [dialect.literal(word) for word in words if test.accepts(word)]
    failing = [dialect.literal(word) for word in words if not test.accepts(word)]
    if not passing or not failing:
        return f"CASE WHEN {column} IS NOT NULL THEN {'FALSE' if failing else 'TRUE'} END"
    fewer = min(passing, failing, key=len)
    if len(fewer) == 1:
        return f"{column} {'=' if fewer is passing else '<>'} {fewer[0]}"
    return f"{column} {'IN' if fewer is passing else 'NOT IN'} ({', '.join(fewer)})"


def _between(dialect: Dialect, test: Between, column: str) -> str:
    """Compare with the ends of an interval."""
    ends = []
    if test.least is not None:
        sign = ">=" if test.least_included else ">"
        ends.append(f"{column} {sign} {dialect.literal(test.least)}")
    if test.most is not None:
        sign = "<=" if test.most_included else "<"
        ends.append(f"{column} {sign} {dialect.literal(test.most)}")
    if not ends:
        return f"CASE WHEN {column} IS NOT NULL THEN TRUE END"
    return " AND ".join(ends)


def comment(text: str) -> str:
    """Write a comment, in as many lines as it needs."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent="-- ",
        subsequent_indent="--   " if text.startswith("- ") else "-- ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def common_table(name: str, columns: Iterable[str], source: str, *, all_before: bool) -> str:
    """Write one `WITH` query.

    Args:
        name: Its name, quoted.
        columns: What it selects; lines of a comment may stand before each.
        source: The name of what it selects from.
        all_before: Whether it also selects every column of that.
    """
    listed = (["*"] if all_before else []) + list(columns)
    body = ",\n".join(textwrap.indent(column, "    ") for column in listed)
    return f"{name} AS (\n  SELECT\n{body}\n  FROM {source}\n)"
