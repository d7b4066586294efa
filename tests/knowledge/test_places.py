"""Names of places by ids: they stay while entries come and go beside them."""

from pathlib import Path

import pytest

from hingeexpert.formats.documents import read_document, value_at
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.yaml_edit import put_in
from hingeexpert.knowledge.places import names_of, places_of

RULES = data_folder("rules")


def test_a_place_is_named_by_ids() -> None:
    document = read_document(
        "f.yaml", b"a:\n  - id: x\n    b: [p, q]\n  - {say: Some words here}\n"
    )
    names = places_of("f.yaml", document)

    assert names["f.yaml#a[x].b[q]"] == ("a", 0, "b", 1)
    assert value_at(document.data, names["f.yaml#a[x].b"]) == ["p", "q"]
    (other,) = [name for name in names if name.startswith("f.yaml#a[some_words_here~")][:1]
    assert names[other] == ("a", 1)


def test_two_entries_that_say_the_same_have_a_name_each() -> None:
    names = places_of("f.yaml", read_document("f.yaml", b"a: [x, x, 3]\n"))

    assert list(names) == ["f.yaml#", "f.yaml#a", "f.yaml#a[x]", "f.yaml#a[x~2]", "f.yaml#a[2]"]


@pytest.mark.parametrize("file", ["triage.yaml", "body.yaml", "tables.yaml", "languages/es.yaml"])
def test_every_place_of_the_rules_has_one_name(file: str) -> None:
    document = read_document(file, (RULES / file).read_bytes())
    names = places_of(file, document)

    assert len(set(names.values())) == len(names) > 100
    assert {path: name for name, path in names.items()} == names_of(file, document)


def test_an_entry_put_before_others_changes_no_name_of_theirs() -> None:
    file = "triage.yaml"
    content = Path(RULES / file).read_bytes()
    entry = {"id": "new_one", "when": {"safety.fever_or_chills": "yes"}}
    new = put_in(file, content, ("levels", 1, "rules", 0), entry)
    before, after = (places_of(file, read_document(file, text)) for text in (content, new))

    assert before.keys() < after.keys()
    assert all("[new_one]" in name for name in after.keys() - before.keys())
