"""Lists of forms as interfaces on the web answer with them: a JSON object whose one key holds the
list, beside how many there are and where the next are.
"""

import re

_BESIDE = rb'\s*"[^"]*"\s*:\s*("[^"]*"|null|true|false|\d+)\s*'
"""Another key of the object, with a plain value."""
_START = rb"\{(" + _BESIDE + rb',)*\s*"(value|results)"\s*:\s*(?=\[)'
_END = rb"(?<=\])\s*(," + _BESIDE + rb")*\}\s*$"
_STARTS, _STARTS_IN_TEXT = re.compile(_START), re.compile(_START.decode())
_ENDS_IN_TEXT = re.compile(_END.decode())
_MOST_END = 2_000
"""Characters of the end in which other keys are looked for."""


def is_envelope(start: bytes) -> bool:
    """Return whether a file that begins so is a list of forms in such an object."""
    return _STARTS.match(start) is not None


def without_envelope(text: str) -> str:
    """Return a text with its list alone where it is such an object, and else as it is. Line breaks
    stay, so that each form keeps its line.
    """
    start = _STARTS_IN_TEXT.match(text.lstrip())
    if start is None:
        return text
    begin = len(text) - len(text.lstrip()) + start.end()
    end = _ENDS_IN_TEXT.search(text, max(begin, len(text) - _MOST_END))
    inner = text[begin : end.start() if end else None]
    return "\n" * text.count("\n", 0, begin) + inner
