"""When a Questionnaire shows what, in the two ways of FHIR: plain comparisons, and FHIRPath."""

from collections.abc import Iterator

from hingeexpert.forms.assessment import as_text
from hingeexpert.interop.fhir.fhirpath import Paths
from hingeexpert.interop.fhir.words import (
    ABSENT_UNKNOWN,
    DATA_ABSENT_REASONS,
    ENABLE_WHEN_EXPRESSION,
    FHIRPATH,
    Json,
    addresses,
    coding,
    extension,
)
from hingeexpert.interop.gates import (
    ALWAYS,
    Compared,
    Empty,
    Every,
    Gates,
    Picked,
    Some,
    Term,
    leaves,
    some,
)
from hingeexpert.interop.questionnaire import FormItem, Part, Questionnaire
from hingeexpert.knowledge import KnowledgeBase

MOST_ATOMS = 60
"""How many comparisons may decide whether an item is shown. One that hangs on more is always shown:
clients judge every condition anew at each press.
"""


class Enabling:
    """Tells when the items of one form are shown."""

    def __init__(self, knowledge: KnowledgeBase, form: Questionnaire) -> None:
        self._items = form.by_identifier
        gates = Gates(knowledge)
        self._asked = {name: gates.shown(name) for name in self._items}
        self._system = addresses(knowledge).answers
        self._paths = Paths(self._system, form)

    def shown(self, item: FormItem) -> Term:
        """Return when an item is shown; always where that would take too much to tell."""
        term = self._asked[item.identifier]
        return ALWAYS if _atoms(term) > MOST_ATOMS else term

    def is_shown_in_vain(self, item: FormItem) -> bool:
        """Whether an item is shown although it is not always asked."""
        return self.shown(item) == ALWAYS != self._asked[item.identifier]

    def shown_part(self, part: Part) -> Term:
        """Return when any item of a part is shown: the heading of an empty part would stay."""
        term = some(map(self.shown, part.items))
        return ALWAYS if _atoms(term) > MOST_ATOMS else term

    def path(self, term: Term) -> str:
        """Return a term in FHIRPath."""
        return self._paths.of(term)

    def plain(self, term: Term) -> Json | None:
        """Return a term as the plain comparisons of an item; `None` where they cannot say it."""
        if term == ALWAYS:
            return {}
        is_some = isinstance(term, Some)
        parts = term.parts if isinstance(term, Some | Every) else (term,)
        comparisons: list[Json] = []
        for part in parts:
            same = list(self._compared(part))
            if not same or (len(same) > 1 and not is_some and len(parts) > 1):
                return None
            comparisons += same
        behaviour = "any" if is_some or len(parts) == 1 else "all"
        more = {"enableBehavior": behaviour} if len(comparisons) > 1 else {}
        return {"enableWhen": comparisons, **more}

    def expressed(self, path: str) -> Json:
        """Return a condition in FHIRPath as the extension by which an item is shown."""
        expression = {"language": FHIRPATH, "expression": path}
        return extension(ENABLE_WHEN_EXPRESSION, valueExpression=expression)

    def _compared(self, part: Term) -> Iterator[Json]:
        """Yield comparisons of which one must hold for a term; none where none can say it."""
        match part:
            case Picked(name, code):
                yield _comparison(name, "=", answerCoding=coding(self._system, code))
            case Empty(name):
                yield _comparison(name, "exists", answerBoolean=False)
                if self._items[name].can_be_not_assessed:
                    unknown = coding(DATA_ABSENT_REASONS, ABSENT_UNKNOWN)
                    yield _comparison(name, "=", answerCoding=unknown)
            case Compared(name, operator, number):
                if self._items[name].kind == "number":
                    yield _comparison(name, operator, answerDecimal=number)
                elif "." not in as_text(number):
                    yield _comparison(name, operator, answerInteger=int(number))


def _comparison(name: str, operator: str, **answer: object) -> Json:
    return {"question": name, "operator": operator, **answer}


def _atoms(term: Term) -> int:
    """Return how many comparisons a term takes."""
    return sum(1 for _ in leaves(term))
