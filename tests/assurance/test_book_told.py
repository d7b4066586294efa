"""Where each text for the person stands in the book to sign."""

from pathlib import Path

from small import copied

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


def test_a_text_of_two_places_stands_in_the_one_that_is_read_first_and_is_counted(
    tmp_path: Path,
) -> None:
    """A step that is also said on the sheet is signed with the sheet."""
    rules = copied(tmp_path)
    before = load_knowledge(rules)
    drill = next(drill for drill in before.drills.values() if drill.brief and drill.is_for_person)
    assert drill.brief is not None
    step, on_sheet = drill.steps[0].do, drill.brief.steps[0]
    file = rules / "drills" / f"{drill.drill}.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(on_sheet) == 1
    file.write_text(text.replace(on_sheet, step), encoding="utf-8")
    after = told_texts(load_knowledge(rules))

    assert (told_texts(before)[step].part, told_texts(before)[step].more) == ("annex", 0)
    assert (after[step].part, after[step].more) == ("list", 1)
