"""Who keeps a change, and why: read from what somebody typed, with every slip in words."""

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import ValidationError

from hingeexpert.errors import InputError, Problem, nearest, shown
from hingeexpert.formats.documents import Document
from hingeexpert.formats.validation import explained
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.history import Signed

SIGNATURE = "the signature"


def signed(who: str, reason: str, sources: Sequence[str], second: str = "") -> Signed:
    """Return a signature of today.

    Args:
        who: Name of the author.
        reason: Why the rules change, in a sentence.
        sources: Ids of sources.
        second: Name of another person; empty where nobody else signs.

    Raises:
        InputError: With every slip.
    """
    data = {
        "day": f"{date.today():%Y-%m-%d}",
        "who": _one_line(who),
        "reason": _one_line(reason),
        "sources": tuple(dict.fromkeys(name.strip() for name in sources if name.strip())),
    }
    if second.strip():
        data["second"] = _one_line(second)
    try:
        return _checked(Signed.model_validate(data))
    except ValidationError as error:
        found = explained(Document(SIGNATURE, data), Signed, error.errors(include_url=False))
        raise InputError(found) from None


def _one_line(text: str) -> str:
    """Return text with one blank for each stretch of blanks and line breaks."""
    return " ".join(text.split())


def _checked(signature: Signed) -> Signed:
    """Stop where one person signs twice."""
    second = signature.second
    if second is not None and second.casefold() == signature.who.casefold():
        message = f"{shown(second)} is the author; the second name must be another person's"
        raise InputError([Problem(SIGNATURE, None, "second", message)])
    return signature


def source_problems(signature: Signed, knowledge: KnowledgeBase, needed: bool) -> Iterator[Problem]:
    """Yield what is wrong with the sources of a signature.

    Args:
        signature: What somebody signed.
        knowledge: The rules as they are after the change.
        needed: Whether there must be one.
    """
    if needed and not signature.sources:
        message = "at least one is needed: an id of sources.yaml"
        yield Problem(SIGNATURE, None, "sources", message)
    for name in signature.sources:
        if name not in knowledge.sources:
            message = f"{shown(name)} is no source{nearest(name, knowledge.sources)}"
            yield Problem(SIGNATURE, None, "sources", message)
