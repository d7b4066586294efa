"""A form as ODK Collect submits it: an imitation for tests, by the XForms that pyxform makes."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.questionnaire import HEAD
from hingeexpert.knowledge import KnowledgeBase

START = """<?xml version='1.0' ?><data id="hinge" version="2026112010"
 xmlns:h="http://www.w3.org/1999/xhtml" xmlns:orx="http://openrosa.org/xforms">
<start>2026-11-20T09:00:00.000+01:00</start><end>2026-11-20T09:20:00.000+01:00</end>"""
END = """<live><t_triage_urgent>0</t_triage_urgent></live><orx:meta>
<orx:instanceID>uuid:6f1d</orx:instanceID><orx:instanceName>P 2026</orx:instanceName>
</orx:meta></data>
"""


def submission(knowledge: KnowledgeBase, form: Assessment, unsaid: str = "") -> str:
    """Return a form as it is submitted.

    Args:
        knowledge: The knowledge base.
        form: The form.
        unsaid: What is picked at a question that nobody answered.
    """
    return START + "".join(_groups(knowledge, form, unsaid)) + END


def _groups(knowledge: KnowledgeBase, form: Assessment, unsaid: str) -> Iterator[str]:
    """Yield each group; one of which all is hidden is an empty element."""
    cells, variables = cells_of(knowledge, form), knowledge.variables
    head = [name for name in variables if name not in knowledge.observables]
    parts = {HEAD: [name for name in head if name not in knowledge.shorthands]}
    for group in knowledge.groups:
        parts[group.group] = [name for name in head if name == group.shorthand_column]
        parts[group.group] += group.observables
    for part, names in parts.items():
        given = [f"{variables[name]}>{escape(str(cells[name]))}" for name in names if name in cells]
        picked = (name for name in names if name in knowledge.observables and name not in cells)
        given += [
            f"{variables[name]}>{unsaid}"
            for name in picked
            if knowledge.observables[name].answer.categories
        ]
        texts = [f"<{text}</{text.partition('>')[0]}>" for text in given]
        yield f"<{part}>{''.join(texts)}</{part}>" if texts else f"<{part}/>"
