"""Values as YAML writes them: plain where that reads back as the same value, else in double quotes.

Each text is read back before it is used, in brackets or without, as the place has it.
"""

import re
import textwrap
from collections.abc import Iterator
from typing import Any

from hingeexpert.formats.documents import read_document

WORD = re.compile(r"^[A-Za-z_][A-Za-z0-9_.-]*$")
_NO_TEXT = {"null", "true", "false"}
_SHORT = {"\n": "\\n", "\t": "\\t"}


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same, in all types and in the order of all keys."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(same(*pair) for pair in pairs)
    return bool(one == other)


def scalar(value: Any, style: str = "", inside_brackets: bool = False) -> str:
    """Write a text, a number, a truth value or nothing on one line.

    Args:
        value: What to write.
        style: How it is written where that can be: `""` plain, or a quotation mark.
        inside_brackets: It stands inside brackets, where commas end a plain text.
    """
    if not isinstance(value, str):
        return _plain(value)
    if style != '"' and is_word(value):
        return value if style == "" else f"'{value}'"
    tried = {"": value, "'": "'" + value.replace("'", "''") + "'"}.get(style)
    if tried and reads_back(tried, value, inside_brackets):
        return tried
    return quoted(value)


def is_word(text: str) -> bool:
    """Return whether a text is one word that YAML takes for nothing but a text."""
    return bool(WORD.match(text)) and text.lower() not in _NO_TEXT


def quoted(text: str) -> str:
    """Write a text in double quotes, what cannot be seen in it as its number."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}" if ord(character) > 0xFFFF else f"\\u{ord(character):04x}"


def reads_back(written: str, value: Any, inside_brackets: bool = False) -> bool:
    """Return whether a text that is written so is read as this value again."""
    text = f"k: [{written}]\n" if inside_brackets else f"k: {written}\n"
    document = read_document("", text.encode("utf-8", "replace"))
    wanted = {"k": [value] if inside_brackets else value}
    return not document.problems and same(document.data, wanted)


def folded(text: str, header: str, indent: int, width: int, newline: str = "\n") -> str | None:
    """Write a text over several lines, as `>-` does; `None` where that cannot be.

    Args:
        text: What to write.
        header: The mark and what stands behind it, such as `>-`.
        indent: Blanks before each line.
        width: Most characters of a line.
        newline: What ends a line.
    """
    blanks = " " * indent
    lines = textwrap.wrap(
        text.rstrip("\n"),
        max(width - indent, 20),
        break_long_words=False,
        break_on_hyphens=False,
        expand_tabs=False,
        replace_whitespace=False,
        drop_whitespace=True,
    )
    written = newline.join([header, *(blanks + line for line in lines)])
    return written if reads_back(written, text) else None


def in_brackets(value: Any) -> str:
    """Write any value on one line."""
    if isinstance(value, dict):
        parts = (f"{scalar(key, '', True)}: {in_brackets(part)}" for key, part in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_brackets(part) for part in value) + "]"
    return scalar(value, "", True)


def entry(key: str, value: Any, indent: int, width: int, newline: str = "\n") -> str:
    """Write a key with its value: on one line, a long text folded, a long list as lines.

    Args:
        key: The key.
        value: What stands there.
        indent: Blanks before the key; they are not written before the first line.
        width: Most characters of a line, where that can be.
        newline: What ends a line.
    """
    name = scalar(key)
    line = f"{name}: {in_brackets(value) if isinstance(value, dict | list) else scalar(value)}"
    if indent + len(line) <= width:
        return line
    if isinstance(value, str):
        return f"{name}: {folded(value, '>-', indent + 2, width, newline) or scalar(value)}"
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        inner = newline + " " * (indent + 2) + "- "
        parts = (lines_of(part, indent + 4, width, newline) for part in value)
        return f"{name}:" + "".join(inner + part for part in parts)
    return line


def lines_of(value: dict[str, Any], indent: int, width: int, newline: str = "\n") -> str:
    """Write a map, a key a line; arguments as those of `entry`."""
    return (newline + " " * indent).join(_entries(value, indent, width, newline))


def _entries(value: dict[str, Any], indent: int, width: int, newline: str) -> Iterator[str]:
    for key, part in value.items():
        yield entry(key, part, indent, width, newline)


def _plain(value: object) -> str:
    """Write what is no text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
