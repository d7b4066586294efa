"""Open a table of forms, whatever file it stands in.

Owns the choice by the file's name. Everything about one kind of file stands in its own module.
"""

from pathlib import Path

from hingeexpert.batch.chunks import PATIENT, Chunk, Table
from hingeexpert.batch.defects import Defect
from hingeexpert.batch.delimited import BLOCK, DelimitedTable

__all__ = ["Chunk", "Defect", "Table", "open_table"]


def open_table(path: Path, *, patient: str = PATIENT, block: int = BLOCK) -> Table:
    """Open a table and read its headings.

    Args:
        path: A file, or a folder of single forms.
        patient: Heading of the column with the patient's identifier, for the defects of rows.
        block: Bytes of a text file that are read at a time.

    Raises:
        OSError: The file is not there or may not be read.
    """
    return DelimitedTable(path, path.name, patient, block)
