"""Where each text for the person stands in the book to sign."""

from small import SMALL

from hingeexpert.assurance.book_drills import of_rungs
from hingeexpert.assurance.book_told import PARTS, ROWS, plain, told_groups, told_texts
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.models.drills import Drill


def test_every_text_stands_in_one_part(knowledge: KnowledgeBase) -> None:
    in_groups = [
        item.text
        for part in PARTS
        if part not in ROWS
        for group in told_groups(knowledge, part)
        for item in group.texts
    ]
    texts = told_texts(knowledge)
    in_rows = [text for text, item in texts.items() if item.part in ROWS]

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


def test_what_the_pattern_says_too_is_not_left_to_the_further_rungs(
    knowledge: KnowledgeBase,
) -> None:
    """A sheet of the pattern and one of a further rung say some of the same."""
    texts = told_texts(knowledge)
    by_rung = {
        further: {text for drill in of_rungs(knowledge, further=further) for text in steps(drill)}
        for further in (False, True)
    }
    both = by_rung[False] & by_rung[True]

    assert {texts[text].part for text in by_rung[False]} <= {"row", "list"}
    assert {texts[text].part for text in by_rung[True] - both} == {"further"}
    assert both


def steps(drill: Drill) -> set[str]:
    """Return what the sheet of a drill says of doing and of feeling it."""
    brief = drill.brief
    return {plain(text) for text in (*brief.steps, brief.feel)} if brief else set()
