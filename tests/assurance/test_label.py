"""The label: each field counted, written by hand, proven, or not known, and nothing it denies."""

import json
import re
import shutil
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from evaluators import case_answers, random_forms
from flips import denied, flips
from folders import DATA
from lxml import etree
from small import SMALL

from hingeexpert.assurance.label.attributes import AttributeFlips
from hingeexpert.assurance.label.chai import chai_card
from hingeexpert.assurance.label.fields import ALTERED, CHANGED, FIRST_LINE, NOT_KNOWN, NOT_PROVEN
from hingeexpert.assurance.label.pages import label_html, label_json, label_pdf, label_text
from hingeexpert.assurance.label.prepared import RulesLabel, label_of, written_by_hand
from hingeexpert.assurance.solver import Solver
from hingeexpert.cli import main
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.models.label import AttributeEffects

RULES = data_folder("rules")
CHAI = DATA / "chai"
PAIRS, SEED = 100, 7
CLAIMED = re.compile(r"\b(complian\w*|conform\w*|class|CE|FDA|cleared|approved|certified)\b")


class Local(etree.Resolver):
    """Finds the schema of signatures beside that of the card."""

    def resolve(self, url: str, _: str, context: object) -> object:
        return self.resolve_filename(str(CHAI / url.rpartition("/")[2]), context)


@pytest.fixture(scope="module")
def label(knowledge: KnowledgeBase) -> RulesLabel:
    return label_of(RULES, knowledge)


@pytest.fixture(scope="module")
def solver(knowledge: KnowledgeBase) -> AttributeFlips:
    return AttributeFlips(Solver(knowledge))


@pytest.fixture(scope="module")
def effects(solver: AttributeFlips) -> dict[str, AttributeEffects]:
    return {name: solver.effects(name) for name in written_by_hand(RULES).attributes}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a copy of the small rules with a label."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "rules"))
    text = "attributes: [stick.side]\nusers: Nobody.\n"
    (folder / "label.yaml").write_text(text, encoding="utf-8")
    return folder


def told(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["rules", "label", "--rules", str(folder), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_was_kept_of_the_shipped_rules_is_theirs(
    label: RulesLabel, effects: dict[str, AttributeEffects]
) -> None:
    """Where this fails, `hingeexpert rules label --prove` was not run after the last change."""
    assert not label.proven.changed
    assert label.proven.attributes == effects
    assert label.proven.hazards is not None


def test_nothing_that_the_label_denies(
    knowledge: KnowledgeBase, effects: dict[str, AttributeEffects]
) -> None:
    forms = random_forms(knowledge, SEED, case_answers(knowledge))
    seen: set[str] = set()
    slips: list[str] = []
    for flip, _ in zip(flips(knowledge, effects, forms, SEED), range(PAIRS), strict=False):
        kinds, slipped = denied(knowledge, effects[flip.attribute], flip)
        seen |= kinds
        slips += slipped

    assert slips == []
    assert {"verdicts", "hypotheses", "given", "remarks"} <= seen


def test_what_can_differ_does_on_its_form(
    knowledge: KnowledgeBase, solver: AttributeFlips, effects: dict[str, AttributeEffects]
) -> None:
    for name, effect in effects.items():
        kind, (conclusion, *_) = next(iter(effect.named.items()))
        form = solver.example(name, kind, conclusion)
        assert form is not None
        others = [
            diagnose(knowledge, Assessment({**form, name: value}))
            for value in knowledge.answers[name]
        ]
        shown = {
            diagnosis.model_dump_json(include={"triage", "readiness", "contributors", "remarks"})
            for diagnosis in others
        }
        assert len(shown) > 1, (name, kind, conclusion)


def test_an_attribute_that_no_rule_reads_changes_nothing(solver: AttributeFlips) -> None:
    assert solver.example("context.goal", "verdicts", "triage") is None


def test_every_form_of_it_begins_with_the_same_line(label: RulesLabel) -> None:
    assert label_text(label).splitlines()[0] == FIRST_LINE
    assert json.loads(label_json(label))["says"] == FIRST_LINE
    assert chai_card(label).splitlines()[1] == f"<!-- {FIRST_LINE} -->"
    body = label_html(label).partition("<body>")[2]
    assert re.sub(r"<[^>]+>", "", body).strip().startswith(FIRST_LINE)


def test_nothing_else_is_claimed_of_an_approval(label: RulesLabel) -> None:
    said = label_text(label).replace(FIRST_LINE, "", 1)
    without_answers = said.replace("not cleared", "")

    assert CLAIMED.findall(without_answers) == []


def test_what_nobody_wrote_is_not_known(label: RulesLabel) -> None:
    fields = json.loads(label_json(label))["fields"]
    unknown = {name for name, field in fields.items() if field["text"] == NOT_KNOWN}

    assert {"risk_level", "reviewed_by", "funding", "contact", "consulted"} <= unknown
    assert all(fields[name]["from"] == NOT_KNOWN for name in unknown)
    assert fields["tried_on_patients"]["text"] == ["no"]


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_it_is_printed_on_one_side(label: RulesLabel, paper: str) -> None:
    printed = label_pdf(label, paper)  # type: ignore[arg-type]

    with pikepdf.open(BytesIO(printed)) as pdf:
        assert len(pdf.pages) == 1


def test_the_card_is_what_its_schema_says(label: RulesLabel) -> None:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    schema = etree.XMLSchema(etree.parse(str(CHAI / "schema.xsd"), parser))

    schema.assertValid(etree.fromstring(chai_card(label).encode()))
    assert not schema.validate(etree.fromstring(chai_card(label).replace("Warnings", "W").encode()))


def test_changed_rules_drop_what_was_proven_until_it_is_proven_again(small: Path) -> None:
    assert NOT_PROVEN in told(small)
    assert "come out as they should" in told(small, "--prove")
    assert NOT_PROVEN not in told(small)
    info = small / "knowledge.yaml"
    info.write_text(info.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    after = " ".join(told(small).split())

    assert CHANGED in after
    assert "hold on every form" not in after
    assert "come out as they should" not in after


def test_what_was_proven_and_then_changed_by_hand_is_dropped_and_told(small: Path) -> None:
    told(small, "--prove")
    path = small / "proven.yaml"
    text = path.read_text(encoding="utf-8")
    better = text.replace(": undecided", ": proven").replace(": refuted", ": proven")
    path.write_text(better.replace("passed: ", "passed: 9"), encoding="utf-8")
    after = " ".join(told(small).split())

    assert ALTERED in after
    assert "come out as they should" not in after
    path.write_text(f"# A remark changes nothing.\n{text}", encoding="utf-8")
    assert ALTERED not in " ".join(told(small).split())


@pytest.mark.parametrize(
    ("file", "lost", "kept"),
    [("cases", "cases", "properties"), ("label.yaml", "attributes", "cases")],
    ids=["cases", "attributes"],
)
def test_each_part_is_dropped_by_itself(small: Path, file: str, lost: str, kept: str) -> None:
    told(small, "--prove")
    path = small / file if file.endswith(".yaml") else next((small / file).rglob("*.yaml"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[stick.side]", "[stick.hold]") + "\n# more\n", encoding="utf-8")
    proven = label_of(small, load_knowledge(small)).proven

    assert (getattr(proven, lost), proven.changed) == (None, True)
    assert getattr(proven, kept) is not None


def test_the_format_follows_from_the_ending(small: Path, tmp_path: Path) -> None:
    begins = {"l.html": "<!DOCTYPE", "l.xml": "<?xml", "l.json": "{", "l.txt": "Self"}
    for name, begin in begins.items():
        told(small, "-o", str(tmp_path / name))
        assert (tmp_path / name).read_text(encoding="utf-8").lstrip().startswith(begin)
    refused = CliRunner().invoke(
        main, ["rules", "label", "--rules", str(small), "-o", str(tmp_path / "label.doc")]
    )

    assert refused.exit_code == 2
    assert ".doc" in refused.stderr


def test_a_name_that_the_rules_do_not_have_is_told_at_its_line(small: Path) -> None:
    text = "users: Nobody.\nattributes: [stick.sied]\n"
    (small / "label.yaml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["rules", "label", "--rules", str(small)])

    assert done.exit_code == 3
    assert "label.yaml:2: attributes[0]: " in done.stderr
    assert "did you mean 'stick.side'?" in done.stderr
