"""Apps as `export-app` writes them."""

from pathlib import Path

from app_runtime import have_runtime
from click.testing import CliRunner, Result

from hingeexpert.cli import main


def export_app(*arguments: str | Path) -> Result:
    """Run the command, and return what it told."""
    have_runtime()
    return CliRunner().invoke(main, ["export-app", *map(str, arguments)])
