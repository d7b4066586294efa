"""What a run over tables makes, as it was asked for."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hingeexpert.batch.output_folder import (
    CHANGES_FILE,
    CODE_BOOK_FILE,
    EVIDENCE_FILE,
    HANDOUTS,
    REJECTS_FILE,
    SUMMARY_FILE,
)

if TYPE_CHECKING:
    from hingeexpert.handout.folder import Print


@dataclass(frozen=True)
class Options:
    """What a run makes.

    Attributes:
        formats: Of the results: some of `FORMATS`.
        questions: Whether the results say what to ask next.
        evidence: Whether `results.jsonl` holds the full result of every form.
        overwrite: Whether the results of another run in the folder may be replaced.
        handouts: How to print a sheet for every person to take home, where that is wanted.
        keep: Headings of columns that stand in the results as they are.
        words: Code of the language in which the results are said in words too; `None` for ids
            alone.
        excel: Whether text files are written so that Excel opens them rightly in any country.
        sheets: Names of the sheets of workbooks to read; none for all with a table of forms.
        taken_for: What the tables are said to be: one of `systems.KINDS`, or `systems.PLAIN`;
            `None` where they are recognised.
    """

    formats: tuple[str, ...] = ("csv", "parquet")
    questions: bool = False
    evidence: bool = False
    overwrite: bool = False
    handouts: "Print | None" = None
    keep: tuple[str, ...] = ()
    words: str | None = None
    excel: bool = False
    sheets: tuple[str, ...] = ()
    taken_for: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return everything about them that the results depend on."""
        handouts = self.handouts and json.loads(json.dumps(self.handouts.facts(), default=str))
        return {
            "formats": list(self.formats),
            "questions": self.questions,
            "evidence": self.evidence,
            "handouts": handouts,
            "keep": list(self.keep),
            "words": self.words,
            "excel": self.excel,
            "sheets": list(self.sheets),
            "from": self.taken_for,
        }

    def tables(self) -> list[str]:
        """Return the names of the files that are tables of text."""
        results = ["results.csv"] if "csv" in self.formats else []
        return [*results, REJECTS_FILE, CHANGES_FILE, CODE_BOOK_FILE]

    def outputs(self) -> list[str]:
        """Return the names of the files and folders that a finished run has."""
        names = [f"results.{kind}" for kind in self.formats]
        names += [EVIDENCE_FILE] if self.evidence else []
        names += [REJECTS_FILE, CHANGES_FILE, CODE_BOOK_FILE, SUMMARY_FILE]
        return names + ([HANDOUTS] if self.handouts else [])
