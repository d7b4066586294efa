"""Terms in XPath 1.0, as every client of XForms reads it: JavaRosa, Enketo, ODK Web Forms.

Owns how a term is written. It uses equality, order, `and`, `or`, `if` and numbers alone, of which
clients have one opinion; an answer *not assessed* is as good as none.
"""

from collections.abc import Mapping

from hingeexpert.forms.assessment import as_text
from hingeexpert.interop.carried import NOT_ASSESSED
from hingeexpert.interop.gates import (
    Compared,
    Counted,
    Empty,
    Every,
    Named,
    Picked,
    Some,
    Term,
)
from hingeexpert.interop.questionnaire import FormItem

TRUE, FALSE = "1", "0"
"""What the calculation of a named condition gives."""


class XPath:
    """Writes terms over the variables of one form."""

    def __init__(self, items: Mapping[str, FormItem], names: Mapping[Named, str]) -> None:
        """Prepare for a form.

        Args:
            items: Every item by its identifier.
            names: Under which variable each named condition is calculated.
        """
        self.items = items
        self.names = names

    def of(self, term: Term) -> str:
        """Return a term as XPath.

        Raises:
            KeyError: It reads an item or a name that the form does not have.
        """
        match term:
            case Picked(identifier, code):
                return f"{self._item(identifier)} = '{code}'"
            case Empty(identifier):
                return self._empty(identifier)
            case Compared(identifier, operator, number):
                value = self._item(identifier)
                return f"({value} != '' and {value} {operator} {as_text(number)})"
            case Every(parts):
                return " and ".join(map(self._inner, parts)) or "true()"
            case Some(parts):
                return " or ".join(map(self._inner, parts)) or "false()"
            case Counted(least, parts):
                counts = " + ".join(f"if({self.of(part)}, 1, 0)" for part in parts)
                return f"({counts}) >= {least}"
            case Named():
                return f"${{{self.names[term]}}} = '{TRUE}'"

    def _inner(self, term: Term) -> str:
        """Return a part of a list: in brackets, if it is a list itself."""
        written = self.of(term)
        is_list = isinstance(term, Every | Some) and len(term.parts) > 1
        return f"({written})" if is_list else written

    def _item(self, identifier: str) -> str:
        return f"${{{self.items[identifier].variable}}}"

    def _empty(self, identifier: str) -> str:
        """Return that an item has no answer."""
        value = self._item(identifier)
        if self.items[identifier].can_be_not_assessed:
            return f"({value} = '' or {value} = '{NOT_ASSESSED}')"
        return f"{value} = ''"
