"""What a form judged on the device, filled by the engine of ODK Collect, beside what `batch` judges
of the table that ODK Central makes of it.
"""

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from shown_forms import shown_forms
from small import SMALL, copied
from xforms import filled, needs_java, pressed, xform_of

from hingeexpert.cli import main
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.xlsform import xlsform
from hingeexpert.knowledge import load_knowledge

FORMS = 30
OTHERWISE = {
    "triage.yaml": ("safety.numbness: yes", "safety.numbness: no"),
    "faults/stick_setup.yaml": ("stick.hold: slipped", "stick.hold: secure"),
}
"""Files of the rules to an edit by which they conclude something else."""
Sent = list[dict[str, str]]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """Return the fields of forms that judged everything by themselves."""
    return on_device(SMALL, tmp_path_factory.mktemp("form"))


def on_device(rules: Path, folder: Path) -> Sent:
    knowledge, xform = load_knowledge(rules), folder / "form.xml"
    xform.write_text(xform_of(xlsform(knowledge, "all")), encoding="utf-8")
    forms = [cells_of(knowledge, form) for form in shown_forms(knowledge, FORMS)]
    return [one.values for one in filled(xform, [pressed(knowledge, some) for some in forms])]


def said(sent: Sent, folder: Path, rules: Path) -> str:
    """Return what `batch` says of the table that Central makes of forms."""
    table = folder / "central.csv"
    columns = dict.fromkeys(name for fields in sent for name in fields)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*columns, "SubmissionDate", "FormVersion"])
        writer.writeheader()
        writer.writerows(sent)
    command = ["batch", table, "-o", folder / "out", "--rules", rules, "--overwrite"]
    ran = CliRunner().invoke(main, [str(word) for word in command])
    assert ran.exit_code == 0, ran.output
    assert "taken for an export of ODK Central" in ran.output
    assert "not known" not in ran.output
    return ran.output


def rows_named(output: str, column: str) -> list[int]:
    """Return the rows that are named as judged otherwise in a column."""
    found = re.search(
        rf"'{column}' differs .* judged row ([\d, ]+)(?: and \d+ more)? otherwise", output
    )
    return [int(row) for row in found[1].split(",")] if found else []


@needs_java
def test_by_the_same_rules_nothing_differs(sent: Sent, tmp_path: Path) -> None:
    output = said(sent, tmp_path, SMALL)
    assert "other rules" not in output
    assert "differs" not in output


@needs_java
def test_by_other_rules_each_row_that_differs_is_named(sent: Sent, tmp_path: Path) -> None:
    rules = copied(tmp_path)
    for name, (old, new) in OTHERWISE.items():
        text = (rules / name).read_text(encoding="utf-8")
        assert old in text
        (rules / name).write_text(text.replace(old, new), encoding="utf-8")
    output = said(sent, tmp_path, rules)
    assert f"of the rows {FORMS} carry the hash of other rules" in output
    now = on_device(rules, tmp_path)
    for column in ("triage_at_least", "fault_stick_setup"):
        pairs = enumerate(zip(sent, now, strict=True), start=1)
        differing = [row for row, (then, here) in pairs if otherwise(then[column], here[column])]
        assert rows_named(output, column) == differing[:20] != []


def otherwise(then: str, here: str) -> bool:
    """Return whether a device said something, and not what it would say by other rules."""
    return then not in ("", here)
