"""Apps as `export-app` writes them."""

from pathlib import Path

import pytest
from app_runtime import have_runtime
from click.testing import CliRunner, Result

from hingeexpert.cli import main
from hingeexpert.knowledge import recalled


def export_app(*arguments: str | Path) -> Result:
    """Run the command, and return what it told. It loads its rules, as in a process of its own:
    those that other tests have judged by hold what was looked up since.
    """
    have_runtime()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recalled, "_knowledge", recalled._knowledge.__wrapped__)
        return CliRunner().invoke(main, ["export-app", *map(str, arguments)])
