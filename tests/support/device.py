"""The door of ODK Collect: JavaRosa fills the form, and what it sends is read."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from doors import Door, Files, in_cells, read_one
from xforms import filled, pressed, xform_of

from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.xlsform import xlsform
from hingeexpert.knowledge import KnowledgeBase


def sent_by_javarosa(knowledge: KnowledgeBase, people: Sequence[Assessment]) -> Files:
    """Return what a device sends of forms; an answer that it refuses is a failure."""
    with tempfile.TemporaryDirectory() as folder:
        form = Path(folder) / "form.xml"
        form.write_text(xform_of(xlsform(knowledge, "all")), encoding="utf-8")
        sent = filled(form, [pressed(knowledge, cells_of(knowledge, one)) for one in people])
    refused = [one.refused for one in sent if one.refused]
    assert not refused, refused
    return [one.xml.encode() for one in sent]


JAVAROSA = Door(
    "odk, by JavaRosa",
    sent_by_javarosa,
    lambda knowledge, files: [read_one(knowledge, file) for file in files],
    in_cells,
)
