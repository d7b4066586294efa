"""What a change does, in lines of text, the quick parts first.

Owns the words; what they are said of is `change.py`. People are always called invented.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from hingeexpert.assurance.authoring.seeing.case_draft import case_draft
from hingeexpert.assurance.authoring.seeing.cases_moved import CaseMoved, CasesMoved
from hingeexpert.assurance.authoring.seeing.change import NumberMoved, RulesChange
from hingeexpert.assurance.authoring.seeing.conclusion_words import ConclusionWords
from hingeexpert.assurance.authoring.seeing.holding import Fallen, Shown
from hingeexpert.assurance.authoring.seeing.people_moved import PeopleMoved
from hingeexpert.assurance.authoring.seeing.readers import told
from hingeexpert.assurance.authoring.seeing.telling import Moved, moved_people
from hingeexpert.assurance.authoring.seeing.texts_moved import TextMoved
from hingeexpert.assurance.people import person_line
from hingeexpert.assurance.words import RuleText
from hingeexpert.errors import clean
from hingeexpert.formats.files import CASES
from hingeexpert.knowledge.rule_files import CROWD

PartKind = Literal[
    "error",
    "note",
    "number",
    "people",
    "cases",
    "failing",
    "shown",
    "hole",
    "harm",
    "proven",
    "text",
]
"""What a part is about: `failing` are worked cases of which one fails, `harm` a safety sentence or
hazard that fell.
"""
SAME_PEOPLE = f"The invented people stay as {CROWD} made them before; begin again to have others."
FELL = {
    "safety": "Safety sentence that holds no more",
    "hazard": "Hazard that can happen now",
}
MOST_CONCLUSIONS = 4
"""Verdicts, faults and contributors of which it is told from what to what people moved."""
MOST_COUNTED = 6
"""Other conclusions of which it is told how many people moved."""
MOST_WAYS = 3
"""Ways of moving that are told of each."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for sentences that are the same."""
MOST_CASES = 3
"""Worked cases of which it is told what differs."""
MOST_TEXTS = 12
"""Texts that are shown with their words; of the others the places are."""


@dataclass(frozen=True)
class ToldPart:
    """Lines that belong together.

    Attributes:
        kind: What they are about.
        lines: The lines; what stands below another one has two blanks more before it.
    """

    kind: PartKind
    lines: tuple[str, ...]


def in_words(change: RulesChange) -> Iterator[str]:
    """Yield all that a change does, line by line, each as soon as it is known."""
    for part in in_parts(change):
        yield from part.lines


def first_words(change: RulesChange) -> Iterator[str]:
    """Yield the lines of the first answer."""
    for part in first_parts(change):
        yield from part.lines


def in_parts(change: RulesChange) -> Iterator[ToldPart]:
    """Yield all that a change does, each part as soon as it is known."""
    yield from first_parts(change)
    if change.usable and change.files:
        yield from other_parts(change)


def saved_words(change: RulesChange) -> Iterator[str]:
    """Yield a line that says which files were saved."""
    names = [clean(name, len(name)) for name in change.files]
    yield f"--- {', '.join(names) or 'as before'}"


def first_parts(change: RulesChange) -> Iterator[ToldPart]:
    """Yield the first answer: errors, numbers, how many people, worked cases."""
    yield from _parts("error", ((f"error: {problem}",) for problem in change.problems))
    if not change.usable:
        message = "The rules cannot be used until this is mended; nobody was judged."
        yield ToldPart("note", (message,))
        return
    if not change.files:
        message = "Nothing differs from the last state that could be used."
        yield ToldPart("note", (message,))
        return
    if CROWD in change.files:
        yield ToldPart("note", (SAME_PEOPLE,))
    yield from _parts("number", map(_number_words, change.numbers))
    words = ConclusionWords(change.before.knowledge, change.after.knowledge)
    yield ToldPart("people", tuple(_people_words(change.people, words)))
    kind: PartKind = "failing" if change.first_cases.failing else "cases"
    yield ToldPart(kind, tuple(_case_words(change.first_cases, words)))


def other_parts(change: RulesChange) -> Iterator[ToldPart]:
    """Yield the rest: people who show it, what is proven no more, texts."""
    words = ConclusionWords(change.before.knowledge, change.after.knowledge)
    if change.people.count:
        yield ToldPart("shown", tuple(_shown_people(change, words)))
    else:
        yield ToldPart("note", tuple(_anybody_words(change, words)))
    hole = tuple(_hole_words(change))
    if hole:
        yield ToldPart("hole", hole)
    yield from _parts("harm", (_one_fallen(change, item) for item in change.fallen.shown))
    yield ToldPart("proven", tuple(_holding_words(change.fallen)))
    yield from _parts("text", _text_words(change))


def _parts(kind: PartKind, several: Iterable[Iterable[str]]) -> Iterator[ToldPart]:
    for lines in several:
        yield ToldPart(kind, tuple(lines))


def _number(count: int) -> str:
    return f"{count:,}"


def _number_words(number: NumberMoved) -> Iterator[str]:
    """Yield what a parameter was and is, and what it is for."""
    yield f"number: {_number_moved(number)}"
    told_of = number.now or number.was
    assert told_of is not None
    yield f"  {told_of.meaning}"


def _number_moved(number: NumberMoved) -> str:
    was, now = number.was, number.now
    if was is not None and now is not None:
        if was.value != now.value:
            return f"{number.name}: {was.value:g} becomes {now.value:g} {now.unit}"
        return f"{number.name}: {now.value:g} {now.unit}, with other words or sources"
    if now is not None:
        return f"{number.name}: {now.value:g} {now.unit} is new"
    return f"{number.name} is gone"


def _people_words(people: PeopleMoved, words: ConclusionWords) -> Iterator[str]:
    """Yield how many people are judged otherwise: of what is judged from what to what, of all else
    how many.
    """
    of = f"of {_number(people.of)} invented people"
    if not people.of:
        yield "No invented people were judged: there is no crowd.yaml."
        return
    if not people.count:
        yield f"Nobody {of} is judged otherwise."
        return
    verdicts = _number(_people_of(people, words.ladders).bit_count())
    another = f"{verdicts} of them get another {' or '.join(words.ladders)}"
    yield f"{_number(people.count)} {of} are judged otherwise; {another}."
    names = list(dict.fromkeys(move.conclusion for move in people.moves))
    judged = [name for name in names if words.is_judged(name)][:MOST_CONCLUSIONS]
    for name in judged:
        yield f"  {words.named(name)}"
        yield from _ways([move for move in people.moves if move.conclusion == name], words)
    rest = [name for name in names if name not in judged]
    if rest:
        yield f"  {'Besides: ' if judged else ''}{'; '.join(_counted(people, rest, words))}"


def _counted(
    people: PeopleMoved, conclusions: Sequence[str], words: ConclusionWords
) -> Iterator[str]:
    """Yield of how many people each conclusion moved."""
    for name in conclusions[:MOST_COUNTED]:
        yield f"{words.named(name)}, {_number(_people_of(people, (name,)).bit_count())}"
    if len(conclusions) > MOST_COUNTED:
        yield f"and {len(conclusions) - MOST_COUNTED} more"


def _people_of(people: PeopleMoved, conclusions: Collection[str]) -> int:
    """Return the mask of those of whom one of these conclusions moved."""
    return moved_people(move for move in people.moves if move.conclusion in conclusions)


def _ways(moves: Sequence[Moved], words: ConclusionWords) -> Iterator[str]:
    """Yield how many people move from what to what, most first."""
    for move in moves[:MOST_WAYS]:
        yield f"    {_number(move.count)}: {words.way(move)}"
    more = sum(move.count for move in moves[MOST_WAYS:])
    if more:
        yield f"    {_number(more)} in other ways"


def _case_words(cases: CasesMoved, words: ConclusionWords) -> Iterator[str]:
    """Yield which worked cases come out otherwise, and which fail."""
    if not cases.moved:
        yield f"None of {cases.of} worked cases comes out otherwise."
        return
    come = "comes" if cases.moved == 1 else "come"
    yield f"{cases.moved} of {cases.of} worked cases {come} out otherwise; {_failing_words(cases)}."
    for number, case in enumerate(sorted(cases.cases, key=_passing)):
        yield from _one_case(case, number < MOST_CASES, words)
    if cases.left:
        yield f"  and {cases.left} more"


def _failing_words(cases: CasesMoved) -> str:
    """Say how many cases fail, of those that were run so far."""
    failing = len(cases.failing)
    first = f"of the first {len(cases.cases)} " if cases.left else ""
    return f"{first}{failing or 'none'} {'fail' if failing > 1 else 'fails'} now"


def _passing(case: CaseMoved) -> bool:
    return not case.fails


def _one_case(case: CaseMoved, in_full: bool, words: ConclusionWords) -> Iterator[str]:
    """Yield what became of a case: of one that fails where, of others what moved."""
    fate = "fails" if case.fails else "passes again" if case.failed else "passes"
    yield f"  {fate}: {case.case.name} ({case.case.file})"
    if not in_full:
        return
    for difference in case.now.differences:
        yield f"    not as the case says: {difference}"
    for move in () if case.fails else case.moves:
        yield f"    {words.moved(move)}"


def _shown_people(change: RulesChange, words: ConclusionWords) -> Iterator[str]:
    """Yield the few people who tell most."""
    yield "Those who tell most:"
    for item in change.shown:
        count = item.moved.count
        many = f"one of {_number(count)}" if count > 1 else "the only one"
        yield f"  {words.moved(item.moved)} ({many})"
        yield f"    {item.line}"


def _anybody_words(change: RulesChange, words: ConclusionWords) -> Iterator[str]:
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
            of = change.people.of
            yield (
                f"None of {_number(of)}, but this person:" if of else "This person is, for example:"
            )
            yield f"  {person_line(change.after.knowledge, found.answers)}"
            for move in change.moves_of(found.answers):
                yield f"    {words.moved(move)}"
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


def _one_fallen(change: RulesChange, item: Shown) -> Iterator[str]:
    """Yield a safety sentence that holds no more or a hazard that can happen now, with a person."""
    yield f"{FELL[item.kind]}: {item.sentence} ({item.id})"
    if item.person is None:
        yield "  not decided in time"
    else:
        yield f"  {person_line(change.after.knowledge, item.person)}"


def _holding_words(fallen: Fallen) -> Iterator[str]:
    """Yield how much holds, what did not before either, and what is mended."""
    yield _proven_words(fallen) if fallen.proven else _seen_words(fallen)
    if fallen.as_before:
        yield f"  As before the change: {', '.join(item.id for item in fallen.as_before)}"
    for item in fallen.mended:
        yield f"  mended: {item.sentence} ({item.id})"


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


def _text_words(change: RulesChange) -> Iterator[Iterable[str]]:
    """Yield the lines of each text that differs; those with the same words together."""
    groups: dict[tuple[str, str], list[TextMoved]] = {}
    for moved in change.texts:
        groups.setdefault((_said(moved, before=True), _said(moved, before=False)), []).append(moved)
    for number, texts in enumerate(groups.values()):
        if number < MOST_TEXTS:
            yield _one_text(change, texts)
    if len(groups) > MOST_TEXTS:
        yield [f"and {len(groups) - MOST_TEXTS} texts more"]


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
