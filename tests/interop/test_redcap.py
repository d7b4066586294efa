"""The data dictionary of REDCap: what it holds, and that its logic shows what the rules ask."""

import csv
import io
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256

import pytest
from counts import count, thorough
from redcap_export import redcap_export
from redcap_logic import BranchingLogic
from shown_forms import shown_forms
from small import SMALL

from hingeexpert.interop.codebook import codebook, table_schema
from hingeexpert.interop.gates import (
    ALWAYS,
    NEVER,
    Compared,
    Counted,
    Empty,
    Every,
    Gates,
    Picked,
    Some,
    Term,
    holds,
)
from hingeexpert.interop.questionnaire import FormItem, questionnaire
from hingeexpert.interop.redcap import LONGEST_LOGIC, branching_logic, redcap_dictionary
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Value

FIRST_LINE = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Field Note,'
    "Text Validation Type OR Show Slider Number,Text Validation Min,Text Validation Max,"
    "Identifier?,Branching Logic (Show field only if...),Required Field?,Custom Alignment,"
    "Question Number (surveys only),Matrix Group Name,Matrix Ranking?,Field Annotation\n"
)
NAME, INSTRUMENT, HEADER = "Variable / Field Name", "Form Name", "Section Header"
KIND, LABEL, NOTE = "Field Type", "Field Label", "Field Note"
CHOICES = "Choices, Calculations, OR Slider Labels"
VALIDATION = "Text Validation Type OR Show Slider Number"
LOGIC = "Branching Logic (Show field only if...)"
UNUSED = (
    *("Required Field?", "Custom Alignment", "Question Number (surveys only)"),
    *("Matrix Group Name", "Matrix Ranking?"),
)
LANGUAGES = ["en", "es"]


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return load_knowledge(SMALL)


@pytest.fixture(scope="module", params=["shipped", "small"])
def rules(request: pytest.FixtureRequest, knowledge: KnowledgeBase) -> KnowledgeBase:
    return knowledge if request.param == "shipped" else load_knowledge(SMALL)


def fields_of(knowledge: KnowledgeBase, language: str = "en") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(redcap_dictionary(knowledge, language), newline="")))


def parsed(choices: str) -> list[tuple[str, ...]]:
    """Take choices apart as REDCap does."""
    return [tuple(one.strip().split(", ", 1)) for one in choices.split("|")]


def test_it_begins_with_the_headings_of_redcap(knowledge: KnowledgeBase) -> None:
    assert redcap_dictionary(knowledge, "en").startswith(f"{FIRST_LINE}record_id,visit,,text,")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_a_field(rules: KnowledgeBase, language: str) -> None:
    record, *fields = fields_of(rules, language)
    items = list(questionnaire(rules).items)
    assert record["Field Annotation"] == ""
    for field, item in zip(fields, items, strict=True):
        assert field[NAME] == item.variable
        assert field["Field Annotation"] == f"@HINGE={item.identifier}"
        assert field[LABEL] == item.label[language]
        assert field[KIND] == ("radio" if item.choices else "text")
        labels = [(one.code, one.label[language]) for one in item.choices]
        assert (parsed(field[CHOICES]) if field[CHOICES] else []) == labels
        assert item.hint[language] in field[NOTE]


def test_redcap_takes_every_name(rules: KnowledgeBase) -> None:
    fields = fields_of(rules)
    assert len({field[NAME] for field in fields}) == len(fields)
    for field in fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,25}", field[NAME])
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field[INSTRUMENT])
        for code, _ in parsed(field[CHOICES]) if field[CHOICES] else []:
            assert re.fullmatch(r"[A-Za-z0-9_]+", code)


def test_a_part_is_an_instrument_with_its_title_on_top(rules: KnowledgeBase) -> None:
    form = questionnaire(rules)
    _, *fields = fields_of(rules, "es")
    for part in (form.head, *form.parts):
        first, *others = [field for field in fields if field[INSTRUMENT] == part.name]
        assert first[HEADER] == part.title["es"]
        assert not any(field[HEADER] for field in others)
    instruments = [field[INSTRUMENT] for field in fields]
    assert instruments == sorted(instruments, key=[form.head.name, *rules.info.groups].index)


def test_nothing_is_required_or_prefilled(rules: KnowledgeBase) -> None:
    for field in fields_of(rules):
        assert [field[heading] for heading in UNUSED] == [""] * len(UNUSED)
        assert field["Field Annotation"].count("@") <= 1


def test_numbers_have_both_ends(knowledge: KnowledgeBase) -> None:
    fields = {field[NAME]: field for field in fields_of(knowledge)}
    for item in questionnaire(knowledge).items:
        field = fields[item.variable]
        ends = (field["Text Validation Min"], field["Text Validation Max"])
        if item.limits is None:
            assert ends == ("", "")
        else:
            assert field[VALIDATION] == item.kind
            assert ends == knowledge.observables[item.identifier].answer.ends
            assert item.limits.unit in field[NOTE]


def test_a_unit_has_its_code_where_it_has_no_words(knowledge: KnowledgeBase) -> None:
    notes = {field["Field Annotation"]: field[NOTE] for field in fields_of(knowledge, "es")}
    assert notes["@HINGE=stick.depth_degrees"].endswith("Un número de 0 a 120 (deg).")
    assert notes["@HINGE=symptom.pain_now"].endswith("Un número de 0 a 10.")


def test_who_and_when_is_marked_as_such(knowledge: KnowledgeBase) -> None:
    fields = {field[NAME]: field for field in fields_of(knowledge)}
    marked = [name for name, field in fields.items() if field["Identifier?"] == "y"]
    assert marked == ["patient_id", "patient_name", "date"]
    assert fields["date"][VALIDATION] == "date_ymd"
    assert {field["Identifier?"] for field in fields.values()} == {"y", ""}


def test_what_is_hard_to_show_is_shown_and_says_when(knowledge: KnowledgeBase) -> None:
    gates = Gates(knowledge)
    always = []
    for field in fields_of(knowledge)[1:]:
        identifier = field["Field Annotation"].removeprefix("@HINGE=")
        if not field[LOGIC] and gates.shown(identifier) != ALWAYS:
            always.append(identifier)
            assert len(branching_logic(gates.shown(identifier), knowledge.variables)) > 4_000
            assert '"Low back bends more than the hips" is present' in field[NOTE]
        assert len(field[LOGIC]) <= LONGEST_LOGIC
    assert always
    spanish = {field["Field Annotation"]: field for field in fields_of(knowledge, "es")}
    note = spanish[f"@HINGE={always[0]}"][NOTE]
    assert note.endswith("Solo si corresponde.")


@thorough
def test_the_logic_shows_what_is_asked(rules: KnowledgeBase) -> None:
    """3,300 comparisons in the quick profile, each of them twice."""
    names = {field[NAME] for field in fields_of(rules)}
    gates, rng, seen = Gates(rules), random.Random(3), [0, 0]
    forms = [random_cells(rules, rng) for _ in range(count(quick=60, thorough=400))]
    for field in fields_of(rules):
        if not field[LOGIC]:
            continue
        term = gates.shown(field["Field Annotation"].removeprefix("@HINGE="))
        logics = [BranchingLogic(field[LOGIC], blank_is_less=less) for less in (True, False)]
        assert logics[0].fields <= names
        for cells in forms:
            shown = holds(term, cells)
            stored = {rules.variables[name]: str(value) for name, value in cells.items()}
            assert [logic.shows(stored) for logic in logics] == [shown, shown], field[NAME]
            seen[shown] += 1
    assert min(seen) > len(forms) / 3


def random_cells(knowledge: KnowledgeBase, rng: random.Random) -> dict[str, Value]:
    """Return answers of which some would not have been shown."""
    share = rng.choice((0.3, 0.6, 0.9, 1.0))
    cells: dict[str, Value] = {}
    for part in questionnaire(knowledge).parts:
        for item in part.items:
            if rng.random() < share:
                cells[item.identifier] = rng.choice(item.codes or numbers(item))
    return cells


def numbers(item: FormItem) -> list[float]:
    assert item.limits is not None
    least, most = int(item.limits.least), int(item.limits.most)
    return [least, least + 1, (least + most) // 2, 44, 45, 34, 35, most - 1, most]


@thorough
def test_every_kind_of_term_is_written(small: KnowledgeBase) -> None:
    rng = random.Random(8)
    items = [item for part in questionnaire(small).parts for item in part.items]
    kinds: set[type] = set()
    for _ in range(count(quick=300, thorough=3000)):
        term = random_term(items, rng, 3)
        kinds |= kinds_in(term)
        text = branching_logic(term, small.variables)
        assert "not" not in re.findall(r"[a-z]+(?![^\[]*\])", re.sub("'[^']*'", "", text))
        cells = random_cells(small, rng)
        stored = {small.variables[name]: str(value) for name, value in cells.items()}
        shown = not text or BranchingLogic(text, blank_is_less=rng.random() < 0.5).shows(stored)
        assert shown == holds(term, cells), text
    assert kinds == {Picked, Empty, Compared, Every, Some, Counted}


def random_term(items: list[FormItem], rng: random.Random, depth: int) -> Term:
    item = rng.choice(items)
    if depth and rng.random() < 0.7:
        parts = tuple(random_term(items, rng, depth - 1) for _ in range(rng.randint(0, 4)))
        kind = rng.choice(("every", "some", "counted"))
        if kind == "counted" and parts:
            return Counted(rng.randint(1, len(parts)), parts)
        return Every(parts) if kind == "every" else Some(parts)
    if item.limits is not None:
        sign = rng.choice((">=", ">", "<=", "<"))
        return Compared(item.identifier, sign, rng.choice(numbers(item)) + rng.choice((0, 0.5)))
    if rng.random() < 0.3:
        return Empty(item.identifier)
    return Picked(item.identifier, rng.choice(item.codes))


def kinds_in(term: Term) -> set[type]:
    found = {type(term)}
    for part in getattr(term, "parts", ()):
        found |= kinds_in(part)
    return found


def test_what_never_holds_is_never_shown(small: KnowledgeBase) -> None:
    text = branching_logic(NEVER, small.variables)
    assert not BranchingLogic(text, blank_is_less=True).shows({})


def test_words_that_mean_something_to_redcap_are_only_words(small: KnowledgeBase) -> None:
    group = next(group for group in small.groups if group.group == "stick")
    name = next(name for name, item in group.observables.items() if item.values)
    item = group.observables[name]
    code, other, *_ = item.values
    odd = item.model_copy(
        update={
            "question": '=1+1, "quoted" is <b>5</b>?',
            "tip": "-5 or so",
            "say": {**item.say, code: "up | down, or <so>", other: "even, or not"},
        }
    )
    changed = group.model_copy(update={"observables": {**group.observables, name: odd}})
    groups = tuple(changed if one is group else one for one in small.groups)
    field = next(
        field
        for field in fields_of(replace(small, groups=groups, languages={}))
        if field["Field Annotation"] == f"@HINGE={name}"
    )
    assert field[LABEL] == ' =1+1, "quoted" is &lt;b>5&lt;/b>?'
    assert field[NOTE].startswith(" -5 or so.")
    told = [(code, "up &#124; down, or &lt;so>"), (other, "even, or not")]
    assert parsed(field[CHOICES])[:2] == told


def test_no_text_begins_like_a_formula(rules: KnowledgeBase) -> None:
    for language in LANGUAGES:
        for field in fields_of(rules, language):
            begun = {value[:1] for key, value in field.items() if key != "Field Annotation"}
            assert not begun & set("=+-@\t\r\n")


def test_an_export_has_the_columns_of_the_dictionary(rules: KnowledgeBase) -> None:
    """The imitation that readers are tested with follows what is written here."""
    forms = list(shown_forms(rules, 2))
    raw, first, _ = csv.reader(io.StringIO(redcap_export(rules, forms, None, system=False)))
    fields = fields_of(rules, "es")
    assert [name for name in raw if not name.endswith("_complete")] == [
        field[NAME] for field in fields
    ]
    assert {f"{field[INSTRUMENT]}_complete" for field in fields} <= set(raw)
    labelled, told, _ = csv.reader(io.StringIO(redcap_export(rules, forms, "es", system=False)))
    cells, words = dict(zip(raw, first, strict=True)), dict(zip(raw, told, strict=True))
    assert [label for label in labelled if label != "Complete?"] == [
        field[LABEL] for field in fields
    ]
    for field in fields:
        labels = dict(parsed(field[CHOICES])) if field[CHOICES] else {}
        cell = cells[field[NAME]]
        assert words[field[NAME]] == labels.get(cell, cell)


PRINTED = """
from hashlib import sha256
from pathlib import Path
from hingeexpert.interop.codebook import codebook, table_schema
from hingeexpert.interop.redcap import redcap_dictionary
from hingeexpert.knowledge import load_knowledge
knowledge = load_knowledge(Path({folder!r}))
for write in (redcap_dictionary, codebook, table_schema):
    print(sha256(write(knowledge, "es").encode()).hexdigest())
"""


@pytest.mark.slow
def test_the_same_rules_give_the_same_bytes_everywhere(small: KnowledgeBase) -> None:
    here = [
        sha256(write(small, "es").encode()).hexdigest()
        for write in (redcap_dictionary, codebook, table_schema)
    ]
    other = {"LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7"}
    code = PRINTED.format(folder=str(SMALL))
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | other,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == here
