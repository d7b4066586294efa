"""The session in the documents shows what really happens.

After a wanted change write it anew and read the difference: `REFRESH_GOLDEN=1 pytest
tests/documents/test_session.py`.
"""

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from session import FILE, FORMS, SESSION, save_forms

from hingeexpert.cli import main

HASH = re.compile(r"(?<=, )[0-9a-f]{12}$", re.MULTILINE)


@pytest.mark.parametrize(("command", "shown"), SESSION, ids=[command for command, _ in SESSION])
def test_the_session_shows_real_output(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_forms(tmp_path)
    monkeypatch.chdir(tmp_path)
    printed = HASH.sub("<hash of the rules>", CliRunner().invoke(main, shlex.split(command)).output)
    if os.environ.get("REFRESH_GOLDEN"):
        before = f"$ hingeexpert {command}\n"
        FILE.write_text(
            FILE.read_text(encoding="utf-8").replace(before + shown, before + printed),
            encoding="utf-8",
        )
    else:
        assert printed == shown


def test_the_session_shows_every_form_it_reads() -> None:
    assert {
        word for command, _ in SESSION for word in command.split() if word.endswith(".yaml")
    } == {*FORMS}


def test_the_session_has_all_its_commands() -> None:
    assert [command.split()[0] for command, _ in SESSION] == [
        *("diagnose", "diagnose", "diagnose", "explain", "explain"),
        *("diagnose", "diagnose", "diagnose", "handout"),
    ]
