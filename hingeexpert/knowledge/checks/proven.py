"""What must fit so that a property can be proven, and says something when it is."""

from collections.abc import Iterator

from hingeexpert.errors import Problem
from hingeexpert.formats.documents import Path
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.models.properties import Property

PROPERTIES, HANDOUT = "properties.yaml", "handout.yaml"


def proven_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Yield what is wrong with a property, or with what the cards of a sheet promise."""
    for number, item in enumerate(getattr(files.models.get(PROPERTIES), "properties", ())):
        yield from _property_problems(files, ("properties", number), item)
    yield from _promise_problems(files)


def _property_problems(files: LoadedFiles, path: Path, item: Property) -> Iterator[Problem]:
    """Check that a property either says what must never hold, or names a check."""
    if (item.never is None) == (item.check is None):
        message = f"{item.id}: a property has either never or check"
        yield files.problem(PROPERTIES, path, message)
    elif item.never is not None and item.never.but_not_with:
        instead = (*path, "never", "but_not_with")
        yield from files.not_answers(PROPERTIES, instead, item.never.but_not_with)
        if not item.never.ladders:
            message = f"{item.id}: but_not_with needs triage or readiness, the levels not reached"
            yield files.problem(PROPERTIES, instead, message)


def _proves_promises(files: LoadedFiles) -> bool:
    properties = files.models.get(PROPERTIES)
    if properties is None:
        return True
    return any(item.never is not None and item.never.care for item in properties.properties)


def _promise_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Check that what a card promises is said in answers, and that a property proves it."""
    proven = _proves_promises(files)
    for number, card in enumerate(getattr(files.models.get(HANDOUT), "care", ())):
        if not card.promise:
            continue
        path: Path = ("care", number)
        if not proven:
            message = "no property proves it; write never: {care: promised, ...} for one"
            yield files.problem(HANDOUT, (*path, "promise"), message)
        for place, item in enumerate(card.items):
            if item.when is None:
                message = "a line of a card with a promise needs when: what it says, in answers"
                yield files.problem(HANDOUT, (*path, "items", place), message)
