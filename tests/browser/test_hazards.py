"""The page of the hazard log in a real Chromium, on screen and as printed pages."""

from pathlib import Path

import axe
import pikepdf
import pytest
from axe import DARK_AND_NARROW, WIDE, Look
from hazard_logs import HEAD, beside, hazard
from playwright.sync_api import Browser
from small import SMALL

from hingeexpert.assurance.hazards.gaps import gaps
from hingeexpert.assurance.hazards.prover import HazardProver
from hingeexpert.assurance.hazards.telling import render_log, told

LOG = (
    hazard("numb", "{true: {safety.numbness: yes}, coached: yes}", "rule: triage.urgent.numb"),
    hazard("short", "{true: {stick.depth_degrees: {below: own_limit}}, loaded: yes}"),
    hazard("nobody", "{true: {safety.numbness: yes}, severer: {triage: urgent}}"),
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("hazards")
    knowledge, log = beside(folder, SMALL, *LOG, limits=HEAD)
    proofs = [*HazardProver(knowledge, log).prove_all()]
    shown = [told(knowledge, proof) for proof in proofs]
    path = folder / "hazards.html"
    page = render_log(knowledge, log, shown, gaps(knowledge, log, proofs))
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("look", [WIDE, DARK_AND_NARROW], ids=["wide", "dark and narrow"])
def test_it_is_accessible_and_fits(browser: Browser, address: str, look: Look) -> None:
    """axe finds no violation, and nothing scrolls sideways."""
    context = look.context(browser)
    page = context.new_page()
    page.goto(address)
    assert axe.violations(page, rules=look.rules) == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_prints(browser: Browser, address: str, tmp_path: Path, paper: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.pdf(path=tmp_path / "log.pdf", format=paper)
    page.close()
    with pikepdf.open(tmp_path / "log.pdf") as printed:
        assert len(printed.pages) in (2, 3)
