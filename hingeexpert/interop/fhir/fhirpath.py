"""Terms of conditions as FHIRPath, true or false of a QuestionnaireResponse and never empty."""

from collections.abc import Iterable

from hingeexpert.forms.assessment import as_text
from hingeexpert.interop.fhir.words import ABSENT_UNKNOWN, part_links
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
from hingeexpert.interop.questionnaire import Questionnaire

AGE = (
    "iif(%patient.birthDate.toString().length() = 10,"
    " today().toString().substring(0, 4).toInteger()"
    " - %patient.birthDate.toString().substring(0, 4).toInteger()"
    " - iif(today().toString().substring(5) < %patient.birthDate.toString().substring(5), 1, 0),"
    " {})"
)
"""Completed years of life of the patient of the launch context; empty where the day of birth is not
known.
"""


class Paths:
    """Writes terms for one form."""

    def __init__(self, system: str, form: Questionnaire) -> None:
        """Prepare for a form.

        Args:
            system: Code system of the answers.
            form: The form.
        """
        self._system = system
        self._items = form.by_identifier
        parts = zip(part_links(form), (form.head, *form.parts), strict=True)
        self._part_of = {item.identifier: link for link, part in parts for item in part.items}

    def of(self, term: Term) -> str:
        """Return a term in FHIRPath.

        Raises:
            ValueError: A name stands in it.
        """
        match term:
            case Picked(identifier, code):
                return self._picked(identifier, [code])
            case Empty(identifier):
                return self._empty(identifier)
            case Compared(identifier, operator, number):
                return self._some_value(identifier, f"$this {operator} {as_text(number)}")
            case Every(parts):
                return _joined(" and ", map(self.of, parts)) or "true"
            case Some(parts):
                return _joined(" or ", self._alternatives(parts)) or "false"
            case Counted(least, parts):
                ones = " + ".join(f"iif({self.of(part)}, 1, 0)" for part in parts)
                return f"(({ones}) >= {least})"
            case Named():
                raise ValueError(term)

    def _alternatives(self, parts: Iterable[Term]) -> list[str]:
        """Return parts of which one must hold; several codes of one item are one of them."""
        codes: dict[str, list[str]] = {}
        others: list[str] = []
        for part in parts:
            if isinstance(part, Picked):
                codes.setdefault(part.identifier, []).append(part.code)
            else:
                others.append(self.of(part))
        picked = [self._picked(identifier, several) for identifier, several in codes.items()]
        return [*picked, *others]

    def _picked(self, identifier: str, codes: Iterable[str]) -> str:
        """Return that an item is answered with one of these codes."""
        return self._some_value(identifier, " or ".join(map(self._code, codes)))

    def _code(self, code: str) -> str:
        """Return that an answer is a code, and not one of the same letters for *not assessed*."""
        own = f"code = '{code}'"
        return f"({own} and system = '{self._system}')" if code == ABSENT_UNKNOWN else own

    def _empty(self, identifier: str) -> str:
        """Return that an item has no answer, or only that it was not assessed."""
        codes, values = self._items[identifier].codes, self._values(identifier)
        filled = self._picked(identifier, codes) if codes else f"{values}.exists()"
        return f"{filled}.not()"

    def _some_value(self, identifier: str, test: str) -> str:
        """Return that an answer of an item passes a test."""
        return f"{self._values(identifier)}.where({test}).exists()"

    def _values(self, identifier: str) -> str:
        """Return the answers of an item. It is looked for in its part alone: clients judge each
        condition at each press, and take several times as long to look through all of a response.
        """
        part = f"%resource.item.where(linkId = '{self._part_of[identifier]}')"
        return f"{part}.item.where(linkId = '{identifier}').answer.value"


def _joined(word: str, parts: Iterable[str]) -> str:
    """Return parts with a word between them, in brackets where there are several."""
    given = list(parts)
    return f"({word.join(given)})" if len(given) > 1 else "".join(given)
