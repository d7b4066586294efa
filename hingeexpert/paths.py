"""Know where `rules/` and `reports/` lie: inside an installed package, or beside the package in a checkout."""

from pathlib import Path

CASES = "cases"
"""Folder of the worked cases in `rules/`."""
DEMO = "demo.yaml"
"""The filled-in example form in `rules/`."""
_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """Return the shipped folder of this name.

    Args:
        name: `rules` or `reports`.
    """
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
