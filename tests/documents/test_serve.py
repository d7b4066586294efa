"""What the document of the server shows works as it stands there."""

import json
import os
import re
import subprocess
from pathlib import Path

import jsonschema
from click.testing import CliRunner
from folders import ROOT
from served import live

from hingeexpert.cli import main
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.reporting.schemas import result_schema

TEXT = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
OPENSSL, CURL = re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_request_works(knowledge: KnowledgeBase) -> None:
    with live(knowledge) as running:
        line = CURL.replace("8765", str(running.settings.port))
        environment = {**os.environ, "TOKEN": running.settings.token}
        done = subprocess.run(
            line, shell=True, env=environment, capture_output=True, text=True, check=True
        )

    jsonschema.validate(json.loads(done.stdout), result_schema())


def test_the_problem_that_is_shown_is_what_is_told(knowledge: KnowledgeBase) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
    with live(knowledge) as running, running.program() as program:
        assert program.post(
            "/api/diagnose", json={"stick": {"sacrum": "gone"}}
        ).json() == json.loads(shown)


def test_the_certificate_that_is_made_is_taken(tmp_path: Path) -> None:
    """Everything is in order but the name, which is not one of this machine."""
    subprocess.run(OPENSSL, shell=True, cwd=tmp_path, capture_output=True, check=True)
    phrase = tmp_path / "passphrase.txt"
    phrase.write_text("four words at random\n", encoding="utf-8")
    phrase.chmod(0o600)
    files = ["--certificate", "cert.pem", "--key", "key.pem", "--passphrase-file", "passphrase.txt"]
    given = [name if name.startswith("--") else str(tmp_path / name) for name in files]

    said = (
        CliRunner()
        .invoke(main, ["serve", "--no-browser", "--lan", "clinic.invalid", *given])
        .stderr
    )

    assert "cannot listen on clinic.invalid" in said
