"""What stands in the fields of a page and was not kept: it stays there, and why, whatever else is
pressed.

Owns how a page sends it along with a press.
"""

from hingeexpert.errors import InputError
from hingeexpert.intake.visits import read_value
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.web.questions import NotKept
from hingeexpert.web.site import Fields

SLIP = "slip:"
"""What the field of a form that holds a slip begins with; the question follows."""


def standing_slips(knowledge: KnowledgeBase, fields: Fields) -> dict[str, NotKept]:
    """Return the slips that a page shows, by their question."""
    found: dict[str, NotKept] = {}
    for key, text in fields.items():
        name = key.removeprefix(SLIP)
        item = knowledge.observables.get(name)
        if item is None or name == key:
            continue
        try:
            read_value(item, text)
        except InputError as error:
            found[name] = NotKept(name, text, "; ".join(each.message for each in error.problems))
    return found
