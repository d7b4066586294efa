"""Branching logic of REDCap, read by its documented grammar and run on a record, by ways of its
own.

    logic      = either
    either     = both { "or" both }
    both       = one { "and" one }
    one        = "(" either ")" | sum compared sum
    sum        = value { "+" value }
    value      = [field] | 'text' | number | if(either, value, value) | "(" sum ")"
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Record = Mapping[str, str]
"""Name of a field to what is stored; one that is not in it is blank."""
TOKEN = re.compile(
    r"\s*(?:(?P<field>\[[a-z][a-z0-9_]*\])|(?P<text>'[^']*')|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<sign><>|<=|>=|[=<>+(),])|(?P<word>and\b|or\b|if\b))"
)
Run = Callable[[Record], Any]


class BranchingLogic:
    """One logic, parsed once."""

    def __init__(self, text: str, *, blank_is_less: bool) -> None:
        """Parse a logic.

        Args:
            text: As it stands in a dictionary.
            blank_is_less: Whether a blank is smaller than every number; else it is greater. What
                a browser and a server make of it differs.

        Raises:
            SyntaxError: It is none.
        """
        self._tokens = _tokens(text)
        self._blank = float("-inf") if blank_is_less else float("inf")
        self.fields: set[str] = set()
        self._run = self._either()
        if self._tokens:
            raise SyntaxError(f"{self._tokens[0]} is left over")

    def shows(self, record: Record) -> bool:
        """Return whether the field is shown."""
        return bool(self._run(record))

    def _take(self, *allowed: str) -> str:
        if not self._tokens or (allowed and self._tokens[0] not in allowed):
            raise SyntaxError(f"{self._tokens[:1]} where {allowed} was expected")
        return self._tokens.pop(0)

    def _next_is(self, *tokens: str) -> bool:
        return bool(self._tokens) and self._tokens[0] in tokens

    def _either(self) -> Run:
        parts = [self._both()]
        while self._next_is("or"):
            self._take()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda record: any(one(record) for one in parts)

    def _both(self) -> Run:
        parts = [self._one()]
        while self._next_is("and"):
            self._take()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda record: all(one(record) for one in parts)

    def _one(self) -> Run:
        if self._next_is("(") and not self._is_sum():
            self._take("(")
            inner = self._either()
            self._take(")")
            return inner
        left = self._sum()
        sign = self._take("=", "<>", "<", "<=", ">", ">=")
        right = self._sum()
        return lambda record: self._compare(left(record), sign, right(record))

    def _is_sum(self) -> bool:
        """Whether the bracket that comes holds a value: a sum stands in it, and no comparison."""
        depth = 0
        for place, token in enumerate(self._tokens):
            depth += (token == "(") - (token == ")")
            if depth == 0:
                following = self._tokens[place + 1 : place + 2]
                return following in (["="], ["<>"], ["<"], ["<="], [">"], [">="], ["+"])
        raise SyntaxError("a bracket is not closed")

    def _sum(self) -> Run:
        parts = [self._value()]
        while self._next_is("+"):
            self._take()
            parts.append(self._value())
        return parts[0] if len(parts) == 1 else lambda record: sum(one(record) for one in parts)

    def _value(self) -> Run:
        token = self._take()
        if token == "(":
            inner = self._sum()
            self._take(")")
            return inner
        if token == "if":
            return self._if()
        if token.startswith("["):
            name = token[1:-1]
            self.fields.add(name)
            return lambda record: record.get(name, "")
        if token.startswith("'"):
            return lambda _: token[1:-1]
        number = float(token)
        return lambda _: number

    def _if(self) -> Run:
        self._take("(")
        condition = self._either()
        self._take(",")
        then = self._value()
        self._take(",")
        other = self._value()
        self._take(")")
        return lambda record: then(record) if condition(record) else other(record)

    def _compare(self, left: Any, sign: str, right: Any) -> bool:
        """Compare texts with texts, and numbers with what is typed as one."""
        if isinstance(right, float):
            left = self._blank if left == "" else float(left)
        elif sign not in ("=", "<>"):
            raise SyntaxError(f"{left!r} {sign} {right!r} compares texts by size")
        comparisons = {
            "=": left == right,
            "<>": left != right,
            "<": type(left) is type(right) and left < right,
            "<=": type(left) is type(right) and left <= right,
            ">": type(left) is type(right) and left > right,
            ">=": type(left) is type(right) and left >= right,
        }
        return comparisons[sign]


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    place = 0
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            raise SyntaxError(f"{text[place : place + 20]!r} is no logic")
        tokens.append(found.group().strip())
        place = found.end()
    return tokens
