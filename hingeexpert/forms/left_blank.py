"""Flags that stay blank although the shorthand of their part was used: one of its answers was taken
back. The rest was said all at once, and is told so.

Owns the key that names them on a form, and what may stand behind it.
"""

from collections.abc import Mapping
from typing import Any

from hingeexpert.errors import listed, nearest, shown
from hingeexpert.forms.assessment import Assessment
from hingeexpert.knowledge.models.observables import Group

LEFT_BLANK = "left_blank"
"""Key beside a shorthand: a list of keys of its part."""


def by_shorthand(group: Group, assessment: Assessment) -> set[str]:
    """Return the flags of a part that its shorthand answered."""
    short = group.shorthand
    if short is None:
        return set()
    answers = assessment.answers
    return {name for name in group.flags if answers.get(name) == short.answers} & assessment.at_once


def left_blank(group: Group, assessment: Assessment) -> list[str]:
    """Return the flags that are blank beside a shorthand that answered others of their part."""
    if not by_shorthand(group, assessment):
        return []
    return [name for name in group.flags if name not in assessment.answers]


def keys_of(names: list[str]) -> list[str]:
    """Return identifiers as they stand within their part."""
    return [name.partition(".")[2] for name in names]


def left_blank_slip(group: Group, data: Mapping[str, Any]) -> str | None:
    """Say why what a part leaves blank is not allowed, or return `None` where it is.

    Args:
        group: A part with a shorthand.
        data: What stands under it.
    """
    keys, short = keys_of(group.flags), group.shorthand
    blank = data[LEFT_BLANK]
    if blank is None or short is None:
        return None
    if not isinstance(blank, list):
        return f"a list of keys is needed here, such as [{keys[0]}]; found {shown(blank)}"
    if data.get(short.key) != short.value:
        return f"it stands beside {short.key}: {short.value} only; without that a blank is blank"
    for key in blank:
        if key not in keys:
            return f"{shown(key)} is not allowed; allowed: {listed(keys, 20)}{nearest(key, keys)}"
        if data.get(key) is not None:
            return f"{shown(key)} is answered as well; leave one of the two out"
    return None
