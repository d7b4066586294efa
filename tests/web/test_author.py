"""The author's page: who may ask, what is served, and that nothing is written before it is kept."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from served import live
from small import SMALL

from hingeexpert.assurance.authoring.draft import RulesDraft
from hingeexpert.assurance.authoring.history.history import files_to_keep
from hingeexpert.assurance.authoring.history.keeping import begin, settled
from hingeexpert.cli import main
from hingeexpert.errors import InputError
from hingeexpert.web.author import AuthorPages

CELL = {
    "place": "parameters.yaml#parameters.adequate_range",
    "heading": "value",
    "seen": "50",
    "sheet": "numbers",
}
SIGNED = {"reason": "A shorter bend will do.", "sources": "PROPOSAL", "name": "Ada Example"}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SMALL, tmp_path / "rules"))
    begin(folder)
    return folder


@pytest.fixture
def browser(rules: Path) -> Iterator[httpx.Client]:
    """A browser that was let in."""
    draft = RulesDraft(rules, 10)
    routes = AuthorPages(draft).routes()
    with (
        live(draft.before.knowledge, routes, author=True) as here,
        here.friend(headers={"Origin": here.origin, "Sec-Fetch-Site": "same-origin"}) as client,
    ):
        yield client


def typed(browser: httpx.Client, text: str, **more: str) -> str:
    answer = browser.post("/cell", data={**CELL, "text": text, **more})
    assert answer.status_code == 200
    return answer.text


def test_rules_alone_are_served_and_to_this_browser_alone(rules: Path) -> None:
    draft = RulesDraft(rules, 10)
    with live(draft.before.knowledge, AuthorPages(draft).routes(), author=True) as here:
        with here.stranger() as stranger:
            assert stranger.get("/sheets/numbers").status_code == 403
            assert stranger.post("/cell", data={**CELL, "text": "45"}).status_code == 403
        with here.program() as program:
            assert program.get("/sheets/numbers").status_code == 403
        with here.friend(headers={"Origin": "http://127.0.0.1:1"}) as other:
            assert other.post("/cell", data={**CELL, "text": "45"}).status_code == 403
        with (
            here.friend()
            if not here.access.address_used
            else here.stranger(cookies={here.settings.cookie: here.let_in()}) as friend
        ):
            paths = ("/people", "/visits", "/record", "/export.zip", "/api/diagnose", "/drafts")
            assert {friend.get(path).status_code for path in paths} == {404}
            assert friend.get("/sheets/numbers").status_code == 200
    assert draft.cells == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--record", "visits.sqlite"], "never beside a record with people in it"),
        (["--example"], "leave out --example"),
        (["--lan", "clinic.lan", "--fhir"], "leave out --fhir, --lan"),
        (["--rules"], "--author needs --rules FOLDER"),
    ],
    ids=["record", "example", "network", "no-rules"],
)
def test_it_is_never_begun_beside_people_nor_for_others(
    rules: Path, words: list[str], told: str
) -> None:
    given = [] if words == ["--rules"] else [*words, "--rules", str(rules)]
    refused = CliRunner().invoke(main, ["serve", "--author", "--no-browser", *given])

    assert refused.exit_code == 2
    assert told in " ".join(refused.output.split())


def test_a_cell_is_told_at_once_and_written_when_it_is_kept(
    rules: Path, browser: httpx.Client
) -> None:
    before = files_to_keep(rules)
    told = typed(browser, "45")
    assert "fails: A short bend with a calm breath. (even.yaml)" in told
    assert files_to_keep(rules) == before
    alone = browser.post("/keep", data=SIGNED)
    assert alone.status_code == 422
    assert "a worked case fails" in alone.text
    kept = browser.post("/keep", data={**SIGNED, "second": "Bo Example"})

    assert kept.headers["HX-Redirect"] == "/history#change-1"
    assert b"{value: 45, unit: degrees" in (rules / "parameters.yaml").read_bytes()
    assert settled(rules).changes[1].places[0].now == "45"
    assert not (rules / ".draft.json").exists()
    assert "A shorter bend will do." in browser.get("/history").text
    back = {**SIGNED, "number": "1", "reason": "It will not do.", "second": "Bo Example"}
    assert browser.post("/take-back", data=back).headers["HX-Redirect"] == "/history#change-2"
    assert files_to_keep(rules) == before


def test_slips_stand_at_their_cell(browser: httpx.Client) -> None:
    when = {"place": "triage.yaml#levels[urgent].rules[numb]", "heading": "when"}
    when |= {"seen": "safety.numbness is yes", "sheet": "triage"}

    many = typed(browser, "many")
    assert "&#34;many&#34; is no number" in many
    assert "1 cell is refused" in many
    assert "did you mean" in typed(browser, "safety.numbnes is yes", **when)
    assert "stands there now" in typed(browser, "safety.numbness is no", **{**when, "seen": "x"})
    refused = browser.post("/keep", data=SIGNED)
    assert (refused.status_code, "is no number" in refused.text) == (422, True)
    assert "parameters.yaml#parameters.adequate_range value" in refused.text


def test_a_draft_outlives_the_program_and_is_forgotten_cell_by_cell(
    rules: Path, browser: httpx.Client
) -> None:
    typed(browser, "45")
    again = RulesDraft(rules, 10)
    assert [(cell.was, cell.now) for cell in again.cells.values()] == [("50", "45")]
    with pytest.raises(InputError, match="not kept yet"):
        again.take_back(1, None)  # type: ignore[arg-type]
    browser.post("/forget", data={"key": next(iter(again.cells)), "sheet": "numbers"})

    assert RulesDraft(rules, 10).cells == {}
    assert "Nothing is changed since it was last kept" in browser.get("/sheets/numbers").text


def test_what_was_changed_by_hand_is_told_beside_the_draft(
    rules: Path, browser: httpx.Client
) -> None:
    file = rules / "parameters.yaml"
    file.write_bytes(file.read_bytes().replace(b"{value: 40,", b"{value: 35,"))
    assert "Nothing is changed" not in browser.get("/sheets/numbers").text
    file.write_bytes(file.read_bytes().replace(b"{value: 35,", b"{value: [,"))
    broken = browser.get("/sheets/numbers")

    assert (broken.status_code, "parameters.yaml:3" in broken.text) == (422, True)
