"""The quick card on paper: one side, what the rules list in groups, and codes as a table takes
them; and the same as text and as the header of a table.
"""

import csv
import itertools
import re
from collections import Counter
from pathlib import Path

import pdfua
import pikepdf
import pytest
import yaml
from click.testing import CliRunner
from papers import facts, languages, tool
from quick import WELL, card
from shipped import shipped
from small import SMALL

from hingeexpert.cli import main
from hingeexpert.errors import KnowledgeError
from hingeexpert.forms import read_form
from hingeexpert.forms.writing import csv_form, yaml_form
from hingeexpert.handout.quick_card import QuickCard, quick_card, quick_html, quick_pdf
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

PAPERS = {"a4": "595.276 x 841.89 pts (A4)", "us-letter": "612 x 792 pts (letter)"}
WAYS = list(itertools.product(languages(shipped()), PAPERS))
SMALLEST = 9 * 1.362
"""Height of a line of nine points, below which nobody reads it at arm's length."""


@pytest.fixture(scope="module")
def printed(
    knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Path]:
    """Print the card in every language on every paper."""
    folder, made = tmp_path_factory.mktemp("card"), {}
    for language, paper in WAYS:
        made[language, paper] = folder / f"{language}-{paper}.pdf"
        pdf = quick_pdf(quick_card(knowledge, language), paper)  # type: ignore[arg-type]
        made[language, paper].write_bytes(pdf)
    return made


def asked(shown: QuickCard) -> list[str]:
    """Return what the card asks, clusters first, by name."""
    clustered = [
        f"{portion.key}.{line.key}"
        for portion in shown.portions
        for cluster in portion.clusters
        for line in cluster.lines
    ]
    single = [f"{portion.key}.{line.key}" for portion in shown.portions for line in portion.lines]
    return clustered + single


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_the_card_has_one_side_of_the_paper(
    printed: dict[tuple[str, str], Path], language: str, paper: str
) -> None:
    told = facts(printed[language, paper])
    assert (told["Pages"], told["Page size"], told["Tagged"]) == ("1", PAPERS[paper], "yes")


@pytest.mark.parametrize("language", languages(shipped()))
def test_it_asks_what_the_rules_list_in_their_order(
    knowledge: KnowledgeBase, language: str
) -> None:
    assert asked(quick_card(knowledge, language)) == list(knowledge.quick_asks)


def test_every_safety_question_that_follows_none_stands_in_a_group(
    knowledge: KnowledgeBase,
) -> None:
    (group,) = (group for group in knowledge.groups if group.asked_first)
    in_clusters = [name for cluster in knowledge.quick_clusters for name in cluster.asks]
    first = {name for name, item in group.observables.items() if item.follows is None}
    assert first == set(in_clusters)
    assert 3 <= len(knowledge.quick_clusters) <= 6


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_every_key_and_code_is_printed_as_it_is_typed(
    knowledge: KnowledgeBase, printed: dict[tuple[str, str], Path], language: str, paper: str
) -> None:
    shown = quick_card(knowledge, language)
    text = tool("pdftotext", "-raw", printed[language, paper], "-").decode()
    wanted: Counter[str] = Counter()
    for portion in shown.portions:
        lines = [*portion.lines, *(line for item in portion.clusters for line in item.lines)]
        wanted.update(line.key for line in lines)
        wanted.update(box.code for line in portion.lines for box in line.boxes)
    assert wanted - Counter(text.split()) == Counter()
    assert text.count(shown.none_of) == len(knowledge.quick_clusters)
    assert "screen: all_no" in text


@pytest.mark.parametrize(("language", "paper"), WAYS)
def test_it_is_read_at_arms_length_and_by_ear(
    printed: dict[tuple[str, str], Path], language: str, paper: str
) -> None:
    """No line of text is smaller than the keys beside it may be, and nothing is amiss in the
    tags.
    """
    boxes = tool("pdftotext", "-bbox", printed[language, paper], "-").decode()
    heights = [
        float(bottom) - float(top)
        for top, bottom in re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', boxes)
    ]
    assert min(heights) > SMALLEST - 0.1
    report = pdfua.validate(str(printed[language, paper]))
    assert [item for item in report.findings if item.severity.name != "SKIP"] == []
    with pikepdf.open(printed[language, paper]) as pdf:
        assert pdf.Root.Lang == language


def test_the_page_is_silent_and_complete(knowledge: KnowledgeBase) -> None:
    """No script, no outside address, and every key."""
    page = quick_html(quick_card(knowledge, "en"), "a4")
    assert not re.search(r"<(script|link|img|iframe)\b|\s(style|on\w+)=|@import", page)
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    keys = {name.partition(".")[2] for name in knowledge.quick_asks}
    assert keys <= set(text.split())


def test_as_text_it_is_a_form_that_reads_as_an_empty_one(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    text = yaml_form(knowledge, quick=True)
    (tmp_path / "card.yaml").write_text(text, encoding="utf-8")
    keys = {
        f"{group}.{key}"
        for group, entries in yaml.safe_load(text).items()
        if isinstance(entries, dict) and group != "patient"
        for key in entries
    }

    assert read_form(knowledge, tmp_path / "card.yaml").answers == {}
    assert keys == {"safety.screen", *knowledge.quick_asks}
    assert [line for line in text.splitlines() if len(line) > 100] == []
    for cluster in knowledge.quick_clusters:
        assert f"  # {cluster.title}:\n" in text


def test_filled_as_text_it_is_judged_as_it_is(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    text = yaml_form(knowledge, quick=True).replace("  screen:", "  screen: all_no")
    group = ""
    lines: list[str] = []
    for line in text.splitlines():
        group = line[:-1] if re.fullmatch(r"\w+:", line) else group
        value = WELL.get(f"{group}.{line.strip()[:-1]}")
        lines.append(line if value is None else f"{line} {value}")
    (tmp_path / "card.yaml").write_text("\n".join(lines), encoding="utf-8")
    read = read_form(knowledge, tmp_path / "card.yaml")

    assert {**card(knowledge), **read.answers} == dict(read.answers)
    told = CliRunner().invoke(main, ["diagnose", str(tmp_path / "card.yaml")])
    assert told.exit_code == 0
    assert diagnose(knowledge, read).readiness.not_ruled_out == "continue_pattern"


def test_its_header_makes_a_table_that_batch_takes(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    (header,) = csv.reader([csv_form(knowledge, quick=True)])
    row = {"patient.id": "P1", "safety.screen": "all_no", **WELL, "stick.sacrum": "lost"}
    path = tmp_path / "cards.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, header)
        table.writeheader()
        table.writerow(row)
    result = CliRunner().invoke(main, ["batch", str(path), "-o", str(tmp_path / "out")])

    assert (result.exit_code, result.stderr) == (0, "")
    text = (tmp_path / "out" / "results.csv").read_text(encoding="utf-8")
    (judged,) = csv.DictReader(text.splitlines())
    assert judged["readiness.verdict"] == "continue_pattern"
    assert [name for name in header if "." in name][3:] == list(knowledge.quick_asks)


@pytest.mark.parametrize("kind", ["yaml", "csv", "html", "pdf"])
def test_the_command_writes_the_card(knowledge: KnowledgeBase, tmp_path: Path, kind: str) -> None:
    """To a file or to standard output, the same."""
    path = tmp_path / f"card.{kind}"
    arguments = ["form", "--quick", "--format", kind]
    assert CliRunner().invoke(main, [*arguments, "-o", str(path)]).exit_code == 0
    assert CliRunner().invoke(main, arguments).stdout_bytes == path.read_bytes()
    made = {
        "yaml": lambda: yaml_form(knowledge, quick=True).encode(),
        "csv": lambda: csv_form(knowledge, quick=True).encode(),
        "html": lambda: quick_html(quick_card(knowledge, "en"), "a4").encode(),
        "pdf": lambda: quick_pdf(quick_card(knowledge, "en"), "a4"),
    }
    assert path.read_bytes() == made[kind]()


def test_rules_without_a_card_say_so() -> None:
    result = CliRunner().invoke(main, ["form", "--quick", "--rules", str(SMALL)])
    assert result.exit_code == 2
    assert "these rules have no quick card" in result.stderr
    with pytest.raises(KnowledgeError, match="no quick card"):
        quick_card(load_knowledge(SMALL), "en")
