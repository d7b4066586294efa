"""Write submissions as Kobo does, with its own exporter; `exports.py` runs it in a Python that has
`formpack`, `openpyxl` and `python-dateutil`.

    python exports_formpack.py FORM.xlsx SUBMISSIONS.json LANGUAGE yes|no FILE

LANGUAGE is `codes`, or a language as the form names it; the next says whether the headings have
their groups. FILE is the table, a workbook where it ends in `.xlsx`, else CSV.
"""

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl
from formpack import FormPack
from formpack.schema import fields
from formpack.utils.expand_content import expand_content

VERSION = "v1"
COPIED = (
    *(fields.IdCopyField, "_uuid", fields.SubmissionTimeCopyField),
    *(fields.ValidationStatusCopyField, fields.NotesCopyField, "_status", "_submitted_by"),
    *("__version__", fields.TagsCopyField),
)


def sheet(book: Any, name: str) -> list[dict[str, str]]:
    """Return the filled cells of each row of a sheet."""
    head, *rows = book[name].iter_rows(values_only=True)
    return [
        {key: str(value) for key, value in zip(head, row, strict=True) if value is not None}
        for row in rows
    ]


def main(form: str, submissions: str, language: str, groups: str, file: str) -> None:
    """Write the table."""
    book = openpyxl.load_workbook(form)
    content = {name: sheet(book, name) for name in ("survey", "choices")}
    content = expand_content({**content, "settings": sheet(book, "settings")[0]})
    version = {"content": content, "version": VERSION, "version_id_key": "__version__"}
    pack = FormPack([version], "hinge")
    export = pack.export(
        lang=False if language == "codes" else language,
        hierarchy_in_labels=groups == "yes",
        versions=pack.versions.keys(),
        force_index=True,
        copy_fields=COPIED,
    )
    results = json.loads(Path(submissions).read_text(encoding="utf-8"))["results"]
    rows = [{**each, "__version__": VERSION} for each in results]
    if file.endswith(".xlsx"):
        export.to_xlsx(file, rows)
    else:
        text = "".join(f"{line}\n" for line in export.to_csv(rows))
        Path(file).write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    main(*sys.argv[1:])
