"""The sheet with the recovery key of a record: what is printed, and kept elsewhere.

Owns how the key is grouped to be read and typed. All other words stand in `reports/record/`.
"""

from pathlib import Path

from hingeexpert.formats.templates import render

HEAD = "AGE-SECRET-KEY-1"
GROUP, GROUPS_OF_A_LINE = 4, 5
"""Letters of a group, and groups of a line."""


def in_groups(recovery: str) -> list[str]:
    """Return a recovery key in lines of groups; blanks do not matter when it is typed."""
    rest = recovery.removeprefix(HEAD)
    groups = [rest[start : start + GROUP] for start in range(0, len(rest), GROUP)]
    lines = [
        " ".join(groups[start : start + GROUPS_OF_A_LINE])
        for start in range(0, len(groups), GROUPS_OF_A_LINE)
    ]
    return [HEAD, *lines]


def recovery_page(recovery: str, path: Path, date: str, templates: Path | None = None) -> str:
    """Return the sheet as a page to print, which asks nothing of any other place.

    Args:
        recovery: The recovery key.
        path: The record that it opens.
        date: The day, YYYY-MM-DD.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: The template is missing or broken.
    """
    context = {"lines": in_groups(recovery), "record": path.name, "date": date}
    return render("record/recovery.html", context, templates)
