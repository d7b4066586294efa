"""What was found slowly of a state of the rules, in lines of text."""

from collections.abc import Iterator

from hingeexpert.assurance.authoring.seeing.slow import NotHeld, SlowlyFound
from hingeexpert.assurance.people import person_line
from hingeexpert.knowledge import KnowledgeBase


def slow_words(
    knowledge: KnowledgeBase, found: SlowlyFound, before: SlowlyFound | None
) -> Iterator[str]:
    """Yield what was found, and what of it is not as it was.

    Args:
        knowledge: The rules that it was found of.
        found: What was found.
        before: What was found of the state before; `None` where that was given up.
    """
    known = (*before.failing, *before.not_held) if before is not None else ()
    if found.failing:
        yield f"Of all {found.cases} worked cases {len(found.failing)} fail."
    else:
        yield f"All {found.cases} worked cases pass."
    for case in found.failing:
        if case not in known:
            yield f"  fails: {case[0]}: {case[1]}"
    if found.properties is not None:
        yield from _proof_words(knowledge, found, known)


def _proof_words(
    knowledge: KnowledgeBase, found: SlowlyFound, known: tuple[object, ...]
) -> Iterator[str]:
    assert found.properties is not None
    holding = found.properties - len({item.id for item in found.not_held})
    yield (
        f"Proven of the rules as entered: {holding} of {found.properties} further properties hold."
    )
    for item in found.not_held:
        if item not in known:
            yield from _not_held(knowledge, item)


def _not_held(knowledge: KnowledgeBase, item: NotHeld) -> Iterator[str]:
    yield f"  holds no more: {item.id}: {item.sentence}"
    yield f"    {item.what}"
    if item.person is not None:
        yield f"    {person_line(knowledge, item.person)}"
