"""The small knowledge base of the tests: one of everything, for claims about the machinery and not
about the shipped rules.
"""

import shutil
from pathlib import Path

from folders import DATA

SMALL = DATA / "small_rules"


def copied(folder: Path, base: Path = SMALL) -> Path:
    """Return a copy of a knowledge base without its worked cases, to be edited."""
    return Path(shutil.copytree(base, folder / "rules", ignore=shutil.ignore_patterns("cases")))
