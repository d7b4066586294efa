"""Have others judge the REDCap dictionary: its fields by linkml-redcap, its logic by
redcap-branch-parser on random forms.

    python3 -m venv linkml && linkml/bin/pip install linkml==1.12.1 linkml-redcap==0.1.2
    python3 -m venv parser && parser/bin/pip install pyparsing
    git clone https://github.com/metrc/redcap-branch-parser
    python benchmarks/redcap.py --linkml linkml/bin/python
    python benchmarks/redcap.py --parser parser/bin/python --checkout redcap-branch-parser

Each judge has an environment of its own. Exit code 1 where the dictionary is found wanting, or the
logic shows something else than the rules ask. Dictionaries with a seeded defect are judged, too:
what linkml-redcap says of each is printed.
"""

import argparse
import csv
import io
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from shown_forms import shown_cells

from hingeexpert.formats.files import data_folder
from hingeexpert.interop.gates import Gates, holds
from hingeexpert.interop.redcap import ANNOTATION, HEADINGS, redcap_dictionary
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

SEED = 10
SLOTS = (
    *("variable_field_name", "form_name", "section_header", "field_type", "field_label"),
    *("choices_calculations_slider_labels", "field_note"),
    *("text_validation_type_or_show_slider_number", "text_validation_min"),
    *("text_validation_max", "identifier", "branching_logic", "required_field"),
    *("custom_alignment", "question_number", "matrix_group_name", "matrix_ranking"),
    "field_annotation",
)
"""What linkml-redcap calls the 18 headings."""
LINKML = """
import json, sys
from pathlib import Path
import linkml_redcap
from linkml.validator import Validator
from linkml.validator.plugins import JsonschemaValidationPlugin
folder = Path(linkml_redcap.__file__).parent / "data_dictionary" / "schema"
schema = str(folder / "redcap_data_dictionary.yaml")
judge = Validator(schema, validation_plugins=[JsonschemaValidationPlugin(closed=True)])
for line in sys.stdin:
    report = judge.validate(json.loads(line), "DataDictionary")
    print(json.dumps([result.message for result in report.results]))
"""
PARSER = """
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
import pyparsing
pyparsing.ParserElement.enable_packrat()
from branching_logic_parser import BranchingLogicParser
parser = BranchingLogicParser()
given = json.load(sys.stdin)
for logic in given["logics"]:
    tree, shown = parser.create_ast(logic), []
    for record in given["records"]:
        with contextlib.redirect_stdout(io.StringIO()):
            shown.append(parser.evaluate(parser.substitute(tree, record)))
    print(json.dumps(shown))
"""
Fields = list[dict[str, str]]


def main() -> int:
    """Print what the judges say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--linkml", help="Python with linkml and linkml-redcap")
    parser.add_argument("--parser", help="Python with pyparsing")
    parser.add_argument("--checkout", type=Path, help="of redcap-branch-parser")
    parser.add_argument("--forms", type=int, default=60)
    options = parser.parse_args()
    if not options.linkml and not (options.parser and options.checkout):
        parser.error("name a judge: --linkml, or --parser and --checkout")
    knowledge = load_knowledge(data_folder("rules"))
    fields = fields_of(redcap_dictionary(knowledge, "en"))
    found = judged_by_linkml(options.linkml, knowledge) if options.linkml else 0
    if options.parser:
        judge = [options.parser, "-c", PARSER, str(options.checkout / "redcap_branch_parser")]
        found += judged_by_parser(judge, knowledge, fields, options.forms)
    return int(found > 0)


def fields_of(text: str) -> Fields:
    """Return a dictionary as a map of heading to cell for each field."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def judged_by_linkml(python: str, knowledge: KnowledgeBase) -> int:
    """Return how much is found in the dictionaries as they are; print what is of seeded defects."""
    whole = {code: fields_of(redcap_dictionary(knowledge, code)) for code in ("en", "es")}
    seeded = {name: seed(whole["en"]) for name, seed in DEFECTS.items()}
    documents = [as_linkml(fields) for fields in (*whole.values(), *seeded.values())]
    lines = "\n".join(json.dumps(document) for document in documents)
    told = [json.loads(line) for line in answer([python, "-c", LINKML], lines).splitlines()]
    found = 0
    for (code, fields), messages in zip(whole.items(), told, strict=False):
        print(f"linkml-redcap, language {code}, {len(fields)} fields: {messages or 'nothing'}")
        found += len(messages)
    results = dict(zip(seeded, told[len(whole) :], strict=True))
    for name, messages in results.items():
        print(f"  {name}: {messages[0][:90] if messages else 'not found'}")
    print(f"{sum(map(bool, results.values()))} of {len(results)} seeded defects found")
    return found


def as_linkml(fields: Fields) -> dict[str, Any]:
    """Return a dictionary as linkml-redcap takes it."""
    slots = dict(zip(HEADINGS, SLOTS, strict=True))
    rows = [{slots.get(key, key): cell for key, cell in row.items() if cell} for row in fields]
    return {"fields": rows}


def answer(command: list[str], text: str) -> str:
    """Return what a judge prints of what it is given."""
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def put(row: int, column: int, cell: str) -> Callable[[Fields], Fields]:
    """Return a defect: one cell holds something else."""

    def seed(fields: Fields) -> Fields:
        rows = [dict(field) for field in fields]
        rows[row][HEADINGS[column]] = cell
        return rows

    return seed


def swapped(fields: Fields) -> Fields:
    """Put a field between those of another instrument."""
    return [*fields[:8], fields[-1], *fields[8:-1]]


DEFECTS: dict[str, Callable[[Fields], Fields]] = {
    "a name with a dot": put(9, 0, "safety.other"),
    "a name that begins with a digit": put(9, 0, "4_weeks"),
    "a name in capitals": put(9, 0, "Safety_other"),
    "a name that stands twice": put(9, 0, "record_id"),
    "an instrument with a blank": put(9, 1, "Safety questions"),
    "no instrument": put(9, 1, ""),
    "a type that is none": put(9, 3, "radiobutton"),
    "no type": put(9, 3, ""),
    "no label": put(9, 4, ""),
    "a validation that is none": put(3, 7, "date_iso"),
    "an identifier other than y": put(1, 10, "yes"),
    "an alignment that is none": put(9, 13, "left"),
    "a radio without choices": put(9, 5, ""),
    "choices without codes": put(9, 5, "yes | no"),
    "logic over a field that is not there": put(9, 11, "[nobody] = '1'"),
    "logic that is none": put(9, 11, "[safety_screen = "),
    "a least above the most": put(3, 8, "2999-01-01"),
    "an instrument taken apart": swapped,
    "the record not first": lambda fields: fields[1:] + fields[:1],
    "a column that is none": lambda fields: [{**fields[0], "remark": "?"}, *fields[1:]],
}


def judged_by_parser(judge: list[str], knowledge: KnowledgeBase, fields: Fields, forms: int) -> int:
    """Return how often a field is shown that is not asked, or the other way round."""
    gates, rng = Gates(knowledge), random.Random(SEED)
    cells = [shown_cells(knowledge, rng) for _ in range(forms)]
    logics = {field[HEADINGS[17]]: field[HEADINGS[11]] for field in fields if field[HEADINGS[11]]}
    given = {
        "logics": [with_texts(logic) for logic in logics.values()],
        "records": [record(knowledge, one) for one in cells],
    }
    compared = different = 0
    answers = map(json.loads, answer(judge, json.dumps(given)).splitlines())
    for annotation, shown in zip(logics, answers, strict=True):
        term = gates.shown(annotation.removeprefix(ANNOTATION))
        for one, told in zip(cells, shown, strict=True):
            compared += 1
            different += holds(term, one) != told
    print(f"redcap-branch-parser: {compared:,} comparisons over {len(logics)} fields, ", end="")
    print(f"{different} differ")
    return different


def with_texts(logic: str) -> str:
    """Return a logic with its numbers as texts of one length: the parser knows no others."""
    return re.sub(r"([<>]=?) (\d+(?:\.\d+)?)", lambda part: f"{part[1]} '{padded(part[2])}'", logic)


def padded(number: object) -> str:
    """Return a number as a text that sorts like it."""
    return f"{float(str(number)):09.3f}"


def record(knowledge: KnowledgeBase, cells: dict[str, Any]) -> dict[str, str]:
    """Return what is stored of a form; a blank is an empty text."""
    return dict(_stored(knowledge, cells))


def _stored(knowledge: KnowledgeBase, cells: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, variable in knowledge.variables.items():
        cell = cells.get(name, "")
        yield variable, cell if isinstance(cell, str) else padded(cell)


if __name__ == "__main__":
    sys.exit(main())
