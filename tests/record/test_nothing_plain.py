"""Nothing of anybody stands in a byte that a protected record leaves, also where it is killed."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hingeexpert.forms import read_form
from hingeexpert.intake import Intake
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.record.protecting import protect

NAME, ID, CLINICIAN = "Zebedee Quagmire", "QX-7731-PATIENT", "Dr. Oddwater"
AN_ANSWER = '"given": {"'
"""How the record keeps any answer."""
MARKED = (NAME, ID, CLINICIAN, AN_ANSWER)
FORM = f"""form: hinge/2
patient: {{id: {ID}, name: {NAME}}}
clinician: {CLINICIAN}
safety: {{screen: all_no}}
stick: {{sacrum: lost}}
"""
PAPERS = ("done", "report.html", "report.txt", "handout.html", "handout.pdf", "form.yaml")
AT_WORK = """
import asyncio, os, signal, sys
from pathlib import Path
import httpx
from starlette.routing import Route
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import read_form
from hingeexpert.intake import Intake
from hingeexpert.knowledge.recalled import quick_knowledge
from hingeexpert.record import Record
from hingeexpert.record.key_content import RecordKey
from hingeexpert.web.application import application, page_routes
from hingeexpert.web.settings import Settings

path, raw, form, *papers = sys.argv[1:]
knowledge = quick_knowledge(data_folder("rules"))
record = Record(Path(path), RecordKey(bytes.fromhex(raw), ""))
intake = Intake(knowledge, record)
visit = intake.take(read_form(knowledge, "form", form.encode()))
intake.finish(visit, intake.look(visit).state.version)

async def fails(request):
    raise ValueError(record.people()[0].name)

async def work():
    settings = Settings(knowledge, 8765, lambda text: print(text, file=sys.stderr))
    routes = [*page_routes(settings, record), Route("/fails", fails)]
    transport = httpx.ASGITransport(application(settings, routes), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings.origin) as browser:
        await browser.get(settings.address)
        pages = ["/", *(f"/visits/{visit}/{paper}" for paper in papers), "/export.zip", "/fails"]
        for page in pages:
            print((await browser.get(page)).status_code, flush=True)

asyncio.run(work())
os.kill(os.getpid(), signal.SIGKILL)
"""


def spelled(text: str) -> tuple[bytes, ...]:
    return tuple(text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


def telling(folder: Path) -> list[tuple[str, str]]:
    """Return the files below a folder that hold a marked word, with the word."""
    return [
        (file.name, word)
        for file in filter(Path.is_file, folder.rglob("*"))
        for word in MARKED
        if holds(file.read_bytes(), word)
    ]


def holds(content: bytes, word: str) -> bool:
    return any(spelling in content for spelling in spelled(word))


@pytest.mark.usefixtures("light_passphrases")
def test_nothing_of_anybody_stands_in_a_byte_when_the_server_is_killed(
    tmp_path: Path, knowledge: KnowledgeBase
) -> None:
    path = tmp_path / "data" / "record.sqlite"
    with closing(Record(path)) as record:
        Intake(knowledge, record).take(read_form(knowledge, "form", FORM.encode()))
    assert {word for _, word in telling(tmp_path)} == set(MARKED)
    key = protect(path, "lamp river onion tulip").key

    places = {name: str(tmp_path / name.lower()) for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME")}
    for place in places.values():
        Path(place).mkdir()
    command = [sys.executable, "-c", AT_WORK, path, key.raw.hex(), FORM, *PAPERS]
    done = subprocess.run(
        command, env={**os.environ, **places}, capture_output=True, text=True, check=False
    )
    (tmp_path / "stderr").write_text(done.stderr)

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout.split() == ["200"] * (len(PAPERS) + 2) + ["500"]
    assert "ValueError" in done.stderr
    assert path.with_name("record.sqlite-wal").stat().st_size > 0
    assert telling(tmp_path) == []
    with closing(Record(path, key)) as record:
        assert [person.name for person in record.people()] == [NAME, NAME]
