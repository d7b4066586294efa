"""What a change does, in lines of text, the quick parts first.

Owns the words; what they are said of is `change.py`. People are always called invented.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from hingeexpert.assurance.authoring.case_draft import case_draft
from hingeexpert.assurance.authoring.cases_moved import CaseMoved, CasesMoved
from hingeexpert.assurance.authoring.change import NumberMoved, RulesChange
from hingeexpert.assurance.authoring.holding import Fallen, Shown
from hingeexpert.assurance.authoring.people_moved import PeopleMoved
from hingeexpert.assurance.authoring.readers import told
from hingeexpert.assurance.authoring.telling import Moved
from hingeexpert.assurance.authoring.texts_moved import TextMoved
from hingeexpert.assurance.people import person_line
from hingeexpert.assurance.shares import CROWD
from hingeexpert.assurance.words import RuleText
from hingeexpert.errors import clean
from hingeexpert.formats.files import CASES

MOST_CONCLUSIONS = 6
"""Conclusions that are named with how many people moved."""
MOST_WAYS = 3
"""Ways of moving that are told of each."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for sentences that are the same."""
MOST_CASES = 3
"""Worked cases of which it is told what differs."""
MOST_TEXTS = 12
"""Texts that are shown with their words; of the others the places are."""


def in_words(change: RulesChange) -> Iterator[str]:
    """Yield all that a change does, line by line, each as soon as it is known."""
    yield from first_words(change)
    if change.usable and change.files:
        yield from other_words(change)


def saved_words(change: RulesChange) -> Iterator[str]:
    """Yield a line that says which files were saved."""
    names = [clean(name, len(name)) for name in change.files]
    yield f"--- {', '.join(names) or 'as before'}"


def first_words(change: RulesChange) -> Iterator[str]:
    """Yield the first answer: errors, numbers, how many people, worked cases."""
    for problem in change.problems:
        yield f"error: {problem}"
    if not change.usable:
        yield "The rules cannot be used until this is mended; nobody was judged."
        return
    if not change.files:
        yield "Nothing differs from the last state that could be used."
        return
    if CROWD in change.files:
        yield f"The invented people stay as {CROWD} made them before; begin again to have others."
    for number in change.numbers:
        yield f"number: {_number_words(number)}"
    yield from _people_words(change.people)
    yield from _case_words(change.first_cases)


def other_words(change: RulesChange) -> Iterator[str]:
    """Yield the rest: people who show it, what is proven no more, texts."""
    if change.people.count:
        yield from _shown_people(change)
    else:
        yield from _anybody_words(change)
    yield from _hole_words(change)
    yield from _fallen_words(change)
    yield from _text_words(change)


def _number(count: int) -> str:
    return f"{count:,}"


def _number_words(number: NumberMoved) -> str:
    """Return what a parameter was and is."""
    was, now = number.was, number.now
    if was is not None and now is not None:
        if was.value != now.value:
            return f"{number.name}: {was.value:g} becomes {now.value:g} {now.unit}"
        return f"{number.name}: {now.value:g} {now.unit}, with other words or sources"
    if now is not None:
        return f"{number.name}: {now.value:g} {now.unit} is new"
    return f"{number.name} is gone"


def _people_words(people: PeopleMoved) -> Iterator[str]:
    """Yield how many people are judged otherwise, conclusion by conclusion."""
    of = f"{_number(people.of)} invented people"
    if not people.count:
        yield f"Of {of} nobody is judged otherwise."
        return
    yield f"Of {of} {_number(people.count)} are judged otherwise."
    groups = [(name, list(moves)) for name, moves in groupby(people.moves, _conclusion)]
    for name, moves in groups[:MOST_CONCLUSIONS]:
        yield f"  {name}: {_ways(moves)}"
    if len(groups) > MOST_CONCLUSIONS:
        yield f"  and {len(groups) - MOST_CONCLUSIONS} conclusions more"


def _conclusion(move: Moved) -> str:
    return move.conclusion


def _ways(moves: Sequence[Moved]) -> str:
    """Return how many people move from what to what, most first."""
    told_ways = [f"{_number(move.count)} from {move.before} to {move.after}" for move in moves]
    more = sum(move.count for move in moves[MOST_WAYS:])
    rest = [f"{_number(more)} otherwise"] if more else []
    return "; ".join([*told_ways[:MOST_WAYS], *rest])


def _case_words(cases: CasesMoved) -> Iterator[str]:
    """Yield which worked cases come out otherwise, and which fail."""
    if not cases.moved:
        yield f"None of {cases.of} worked cases comes out otherwise."
        return
    so_far = f" of the first {len(cases.cases)}" if cases.left else ""
    yield (
        f"Worked cases that come out otherwise: {cases.moved} of {cases.of}; that fail now: "
        f"{len(cases.failing)}{so_far}."
    )
    for number, case in enumerate(sorted(cases.cases, key=_passing)):
        yield from _one_case(case, number < MOST_CASES)
    if cases.left:
        yield f"  and {cases.left} more"


def _passing(case: CaseMoved) -> bool:
    return not case.fails


def _one_case(case: CaseMoved, in_full: bool) -> Iterator[str]:
    fate = "fails" if case.fails else "passes again" if case.failed else "passes"
    yield f"  {fate}: {case.case.file}: {case.case.name}"
    if in_full:
        for move in case.moves:
            yield f"    {move.conclusion}: {move.before} becomes {move.after}"
        for difference in case.now.differences:
            yield f"    not as the case says: {difference}"


def _shown_people(change: RulesChange) -> Iterator[str]:
    """Yield the few people who tell most."""
    yield "Those who tell most:"
    for item in change.shown:
        moved = item.moved
        yield (
            f"  {moved.conclusion}: {moved.before} becomes {moved.after}, of "
            f"{_number(moved.count)}, for example"
        )
        yield f"    {item.line}"


def _anybody_words(change: RulesChange) -> Iterator[str]:
    """Yield whether anybody at all can be judged otherwise, where nobody of the crowd is."""
    found = change.anybody
    match found.outcome:
        case "proven":
            yield (
                "Proven of the rules as entered: triage, readiness, faults and contributors stay "
                "the same on every form."
            )
        case "person":
            assert found.answers is not None
            yield f"None of {_number(change.people.of)}, but this person:"
            yield f"  {person_line(change.after.knowledge, found.answers)}"
            for move in change.moves_of(found.answers):
                yield f"    {move.conclusion}: {move.before} becomes {move.after}"
        case "undecided":
            yield "Whether anybody at all is judged otherwise was not decided in time."
        case "not_proven":
            yield "That nobody at all is judged otherwise is not proven: that needs the solver."


def _hole_words(change: RulesChange) -> Iterator[str]:
    """Yield that the worked cases have a hole, and a case begun for the person who shows it."""
    person = change.unshown
    if person is None:
        return
    folder = change.after.snapshot.folder / CASES
    yield "No worked case shows it: the cases have a hole."
    yield f"To keep the first person as a case, begin a new file in {folder} with"
    for line in case_draft(change.after.knowledge, person).splitlines():
        yield f"    {line}"


def _fallen_words(change: RulesChange) -> Iterator[str]:
    """Yield which safety sentences and hazards hold no more, each with a person."""
    fallen = change.fallen
    yield _proven_words(fallen) if fallen.proven else _seen_words(fallen)
    for item in fallen.shown:
        yield from _one_shown(change, item)
    for item in fallen.as_before:
        yield f"  as before: {item.id}"
    for item in fallen.mended:
        yield f"  mended: {item.id}: {item.sentence}"


def _proven_words(fallen: Fallen) -> str:
    return (
        f"Proven of the rules as entered: {fallen.holding('safety')} of {fallen.asked['safety']} "
        f"safety sentences hold, {fallen.holding('hazard')} of {fallen.asked['hazard']} hazards "
        "cannot happen."
    )


def _seen_words(fallen: Fallen) -> str:
    asked = fallen.asked["hazard"]
    return (
        "Not proven, that needs the solver; of the hazards, looked for in the invented people, "
        f"{asked - fallen.holding('hazard')} of {asked} happen to somebody."
    )


def _one_shown(change: RulesChange, item: Shown) -> Iterator[str]:
    fate = "holds no more" if item.kind == "safety" else "can happen"
    yield f"  {fate}: {item.id}: {item.sentence}"
    if item.person is None:
        yield "    not decided in time"
    else:
        yield f"    {person_line(change.after.knowledge, item.person)}"


def _text_words(change: RulesChange) -> Iterator[str]:
    """Yield the texts that differ; those with the same words together."""
    groups: dict[tuple[str, str], list[TextMoved]] = {}
    for moved in change.texts:
        groups.setdefault((_said(moved, before=True), _said(moved, before=False)), []).append(moved)
    for number, texts in enumerate(groups.values()):
        if number < MOST_TEXTS:
            yield from _one_text(change, texts)
    if len(groups) > MOST_TEXTS:
        yield f"and {len(groups) - MOST_TEXTS} texts more"


def _said(moved: TextMoved, before: bool) -> str:
    text = moved.was if before else moved.now
    return text.text if text is not None else ""


def _one_text(change: RulesChange, texts: Sequence[TextMoved]) -> Iterator[str]:
    """Yield a text that differs, at one place or several."""
    moved = texts[0]
    more = f" and {len(texts) - 1} places more" if len(texts) > 1 else ""
    yield f"text: {moved.file}: {moved.place}{more}{_read_by(change, texts)}"
    if moved.was is not None:
        yield f"    was: {_otherwise(moved.was, moved.now)}"
    if moved.now is not None:
        yield f"    now: {_otherwise(moved.now, moved.was)}"
    if moved.for_person:
        yield from _grade_words(moved)
    for problem in dict.fromkeys(problem for text in texts for problem in text.problems):
        yield f"    error: {problem}"
    for language in dict.fromkeys(code for text in texts for code in text.stale):
        yield f"    languages/{language}.yaml has no translation of the new words"


def _otherwise(text: RuleText, other: RuleText | None) -> str:
    """Return the sentences of a text that are not in another, with a mark for the rest."""
    beside = other.sentences if other is not None else ()
    told_parts: list[str] = []
    for sentence in text.sentences:
        part = ELLIPSIS if sentence in beside else sentence
        if told_parts[-1:] != [ELLIPSIS] or part != ELLIPSIS:
            told_parts.append(part)
    return " ".join(told_parts) or text.text


def _grade_words(moved: TextMoved) -> Iterator[str]:
    """Yield how hard a text for the person is now, and was, where that differs."""
    was, now = (None if measured is None else f"{measured:.1f}" for measured in moved.grades)
    if was is not None and now is not None and was != now:
        yield f"    US school grade {was} becomes {now}"
    elif was is None and now is not None:
        yield f"    US school grade {now}"


def _read_by(change: RulesChange, texts: Sequence[TextMoved]) -> str:
    """Return how many of the crowd are told a text, at any of its places."""
    judged = change.after.judged(change.crowd)
    masks = [told(judged, text.now) for text in texts if text.now is not None]
    counted = [mask for mask in masks if mask is not None]
    if not counted:
        return ""
    readers = 0
    for mask in counted:
        readers |= mask
    return f"; {_number(readers.bit_count())} of {_number(judged.count)} are told it"
