"""Where each text for the person stands in the book to sign."""

from small import SMALL

from hingeexpert.assurance.book_told import PARTS, told_groups, told_texts
from hingeexpert.knowledge import KnowledgeBase, load_knowledge


def test_every_text_stands_in_one_part(knowledge: KnowledgeBase) -> None:
    in_groups = [
        item.text
        for part in PARTS[1:]
        for group in told_groups(knowledge, part)
        for item in group.texts
    ]
    texts = told_texts(knowledge)
    in_rows = [text for text, item in texts.items() if item.part == "row"]

    assert sorted([*in_groups, *in_rows]) == sorted(texts)


def test_an_entry_is_called_by_its_title(knowledge: KnowledgeBase) -> None:
    titles = {(group.kind, group.title) for group in told_groups(knowledge, "list")}

    assert {("faults", fault.title) for fault in knowledge.faults.values()} <= titles
    assert {("triage.yaml", level.title) for level in knowledge.triage} <= titles
    assert ("handout.yaml", "") in titles


def test_a_text_of_several_places_stands_with_the_sheet_and_is_counted() -> None:
    """A step that is taught in the words of the sheet is signed with the sheet."""
    small = load_knowledge(SMALL)
    drills = [drill for drill in small.drills.values() if drill.brief]
    step = drills[0].steps[0].do
    taught = [line.do for drill in drills for line in drill.steps]
    on_sheets = [line for drill in drills for line in (drill.brief.steps if drill.brief else ())]
    item = told_texts(small)[step]

    assert step in on_sheets
    assert item.part == "list"
    assert item.more == taught.count(step) + on_sheets.count(step) - 1
