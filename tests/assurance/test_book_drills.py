"""The rows of drills in the book to sign."""

from hingeexpert.assurance.book_drills import SaidOnce, drill_rows, stops
from hingeexpert.knowledge import KnowledgeBase


def test_a_row_names_every_line_that_ends_its_drill(knowledge: KnowledgeBase) -> None:
    lines = stops(knowledge)

    for row in drill_rows(knowledge, SaidOnce(knowledge)):
        numbers = [number for first, last in row.stops for number in range(first, last + 1)]
        wanted = {" ".join(line.do.split()) for line in row.drill.stop}
        assert {lines[number - 1] for number in numbers} == wanted
        assert len(numbers) == len(wanted)


def test_the_lines_of_most_drills_stand_first(knowledge: KnowledgeBase) -> None:
    said = [" ".join(item.do.split()) for drill in knowledge.drills.values() for item in drill.stop]
    used = [said.count(line) for line in stops(knowledge)]

    assert used == sorted(used, reverse=True)
    assert used[0] > 1


def test_a_text_is_told_in_the_first_row_and_looked_up_there(knowledge: KnowledgeBase) -> None:
    once = SaidOnce(knowledge)
    line = next(text for text in stops(knowledge) if text in once.open and len(text.split()) > 4)
    first, second = once.text(line, "D1"), once.text(line, "D2")

    assert (first.told, first.row) == (True, None)
    assert (second.told, second.row) == (False, "D1")
    assert once.text("Slow.", "D1").row is once.text("Slow.", "D2").row is None
