"""Tables whose headings do not simply stand in the first row, each once."""

from pathlib import Path

from messy import Arguments, as_csv, outcome, written

HEADINGS = ["patient.id", "date", "wall.hips", "stick.sacrum"]
P1 = ["P1", "2026-11-20", "back", "kept"]
P2 = ["P2", "2026-11-21", "back", "lost"]


@outcome(judged=["P1", "P2"])
def clean(folder: Path) -> Arguments:
    return [written(folder / "t.csv", as_csv([HEADINGS, P1, P2]))]
