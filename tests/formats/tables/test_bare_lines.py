"""Lines without needless quotation marks, against the same lines split one by one."""

import random

import pytest
from counts import count, thorough

from hingeexpert.formats.tables.bare_lines import bare_lines
from hingeexpert.formats.tables.splitting import Splitter

CELLS = ("", "ab", "x y", "2.5", "é", '"ab"', '""', '"x y"', '"2.5"', '"é"', " ", "\t ", '" "')
SPOILERS = ('"', ",", "\n", "\r", 'a"', '""', '" ', '"a\r"')
BLANKS = " \t"


def lines_of(chance: random.Random) -> str:
    """Return some lines, now and then with a character too many."""
    cells = [chance.choice(CELLS) for _ in range(chance.randrange(1, 90))]
    text = "".join(cell + chance.choice([",", ",", "\n", "\r\n"]) for cell in cells) + "\n"
    if chance.random() < 0.3:
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice(SPOILERS) + text[place:]
    return text


def none_needed(text: str) -> bool:
    """Return whether each mark stands at one end of a cell that needs none, a sign at a time."""
    inside, text = False, f"\n{text}\n"
    for before, sign, behind in zip(text, text[1:], text[2:], strict=False):
        if sign == '"':
            if (before in ",\n") == (behind in ",\r\n"):
                return False
            inside = not inside
        elif inside and sign in ",\n":
            return False
    return not inside


@thorough
@pytest.mark.parametrize("piece", [64, 1 << 18])
def test_no_cell_changes_but_lone_blanks(piece, monkeypatch):
    monkeypatch.setattr("hingeexpert.formats.tables.bare_lines.PIECE", piece)
    chance, found = random.Random(piece), {True: 0, False: 0}
    tried = count(quick=400, thorough=1200)
    for _ in range(tried):
        text = lines_of(chance)
        bare = bare_lines(text.encode(), b",")
        paired = text.count("\r") == text.count("\r\n")
        assert (bare is not None) == (paired and none_needed(text)), text
        found[bare is not None] += 1
        if bare is not None:
            assert cells_of(bare) == [
                ["" if not cell.strip(BLANKS) else cell for cell in row]
                for row in cells_of(text.encode())
            ], text
    assert min(found.values()) > tried / 20


def cells_of(text: bytes) -> list[list[str]]:
    """Return what the cells of each line say."""
    split = Splitter(b",")
    return [split.values(line.removesuffix(b"\r")) for line in text.split(b"\n")]
