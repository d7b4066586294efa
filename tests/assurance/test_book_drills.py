"""The rows of drills in the book to sign."""

from hingeexpert.assurance.book_drills import LISTED, SaidOnce, drill_rows, of_rungs, stops
from hingeexpert.assurance.book_told import told_texts
from hingeexpert.knowledge import KnowledgeBase


def test_a_row_names_every_line_that_ends_its_drill(knowledge: KnowledgeBase) -> None:
    lines = [line for part in stops(knowledge) for line in part]

    for row in drill_rows(knowledge, SaidOnce(knowledge)):
        numbers = [number for first, last in row.stops for number in range(first, last + 1)]
        wanted = {" ".join(line.do.split()) for line in row.drill.stop}
        assert {lines[number - 1] for number in numbers} == wanted
        assert len(numbers) == len(wanted)


def test_the_lines_of_most_drills_stand_first(knowledge: KnowledgeBase) -> None:
    for lines, further in zip(stops(knowledge), (False, True), strict=True):
        drills = of_rungs(knowledge, further=further)
        said = [" ".join(item.do.split()) for drill in drills for item in drill.stop]
        used = [said.count(line) for line in lines]

        assert used == sorted(used, reverse=True)
        assert used[0] > 1
        assert 0 not in used


def test_a_line_of_the_pattern_is_none_of_the_further_rungs_alone(knowledge: KnowledgeBase) -> None:
    lines, further = stops(knowledge)
    pattern = of_rungs(knowledge, further=False)

    assert {" ".join(item.do.split()) for drill in pattern for item in drill.stop} == set(lines)
    assert not set(lines) & set(further)


def test_the_rows_of_the_pattern_stand_first(knowledge: KnowledgeBase) -> None:
    rungs = [row.drill.rung is not None for row in drill_rows(knowledge, SaidOnce(knowledge))]

    assert rungs == sorted(rungs)
    assert set(rungs) == {False, True}
    assert len(rungs) == len(knowledge.drills)


def test_a_text_is_told_in_the_first_row_and_looked_up_there(knowledge: KnowledgeBase) -> None:
    once = SaidOnce(knowledge)
    line = next(
        text for text in stops(knowledge).lines if text in once.open and len(text.split()) > 4
    )
    first, second = once.text(line, "D1"), once.text(line, "D2")

    assert (first.told, first.row) == (True, None)
    assert (second.told, second.row) == (False, "D1")
    assert once.text("Slow.", "D1").row is once.text("Slow.", "D2").row is None


def test_a_text_of_the_list_is_not_said_again_in_a_row(knowledge: KnowledgeBase) -> None:
    texts = told_texts(knowledge).values()
    listed = next(item.text for item in texts if item.part == "list" and len(item.text) > 40)
    item = SaidOnce(knowledge).text(listed, "D1")

    assert (item.told, item.row) == (False, LISTED)
