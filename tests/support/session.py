"""The session that docs/session.md shows: its commands and its forms."""

import re
from pathlib import Path

from folders import ROOT

FILE = ROOT / "docs" / "session.md"
TEXT = FILE.read_text(encoding="utf-8")
SESSION: list[tuple[str, str]] = re.findall(
    r"^\$ hingeexpert (.*)\n((?:(?!\$ |```).*\n)*)", TEXT, flags=re.MULTILINE
)
"""Each command, and what is shown below it."""
FORMS: dict[str, str] = dict(
    re.findall(r"`(\w+\.yaml)`[:,]\n\n```yaml\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
)
"""File name to what is saved there."""


def save_forms(folder: Path) -> None:
    """Save the forms of the session, as its reader does."""
    for name, text in FORMS.items():
        (folder / name).write_text(text, encoding="utf-8")
