"""Read every text of a knowledge base against `words.yaml`: too hard, too long, forbidden,
abbreviated.

What may not be said, and how hard a text may be, is knowledge.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hingeexpert.assurance.readability import grade, long_words, sentences, smog, words
from hingeexpert.errors import Problem, listed
from hingeexpert.formats.documents import Path, written
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.observables import Group
from hingeexpert.knowledge.models.traits import FOR_PERSON
from hingeexpert.knowledge.models.words import Forbidden, as_regex
from hingeexpert.knowledge.texts import entries_by_file, places_read, strings

_ABBREVIATION = re.compile(r"\b(?:[A-Z]{2,}|[A-Z]+\d+)(?=s?\b)|\b(?:[A-Za-z]\.){2,}")


@dataclass(frozen=True)
class RuleText:
    """One text of the knowledge base.

    Attributes:
        text: All of it on one line.
        observable: The one whose question or short text this is, or `None`.
        for_person: Whether the person reads or hears it.
    """

    file: str
    path: Path
    text: str
    sentences: tuple[str, ...]
    observable: str | None
    for_person: bool

    def problem(self, message: str) -> str:
        """Return a message with the place before it."""
        return str(Problem(self.file, None, written(self.path), message))


def texts(knowledge: KnowledgeBase) -> Iterator[RuleText]:
    """Yield every text that a reader of the results, or of the knowledge, meets; what sources say
    is theirs and is left out.
    """
    for file, entry in entries_by_file(knowledge).items():
        yield from texts_of(file, entry)


def texts_of(file: str, entry: Any) -> Iterator[RuleText]:
    """Yield every text of one file.

    Args:
        file: Its name.
        entry: What stands in it, see `entries_by_file`.
    """
    heard = places_read(file, entry, FOR_PERSON)
    for path, text in strings(entry):
        yield rule_text(file, entry, path, text, path in heard)


def rule_text(file: str, entry: Any, path: Path, text: str, for_person: bool) -> RuleText:
    """Return a text of a file, taken into sentences.

    Args:
        file: Its name.
        entry: What stands in it.
        path: The place of the text.
        text: The text.
        for_person: Whether the person reads or hears it.
    """
    asked = isinstance(entry, Group) and path[-1] in ("question", "short")
    observable = str(path[1]) if asked else None
    line = " ".join(text.split())
    return RuleText(file, path, line, tuple(sentences(text)), observable, for_person)


def word_problems(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield where a text says what it should not, or is too hard: the place, the sentence, what is
    at fault, what is allowed.
    """
    for text in texts(knowledge):
        yield from text_problems(knowledge, text)


def text_problems(knowledge: KnowledgeBase, text: RuleText) -> Iterator[str]:
    """Yield what is wrong with one text."""
    if text.for_person and text.sentences:
        yield from _hard(knowledge, text)
        yield from _long(knowledge, text)
        yield from _abbreviated(knowledge, text)
    for item in knowledge.words.forbidden:
        yield from _forbidden(text, item)


def _hard(knowledge: KnowledgeBase, text: RuleText) -> Iterator[str]:
    most = knowledge.parameters[knowledge.words.grade].value
    measured = round(grade(text.sentences), 1)
    if measured > most:
        hardest = max(text.sentences, key=lambda sentence: grade([sentence]))
        long = listed(long_words(hardest) or ["none"], 20)
        yield text.problem(
            f'"{hardest}" is the hardest part of a text of US school grade {measured:.1f}; its '
            f"words of three or more syllables: {long}; "
            f"allowed: up to grade {most:g}"
        )


def _long(knowledge: KnowledgeBase, text: RuleText) -> Iterator[str]:
    most = knowledge.parameters[knowledge.words.longest_sentence].value
    for sentence in text.sentences:
        if len(words(sentence)) > most:
            yield text.problem(
                f'"{sentence}" has {len(words(sentence))} words; allowed: up to {most:g} in a '
                "sentence"
            )


def _abbreviated(knowledge: KnowledgeBase, text: RuleText) -> Iterator[str]:
    allowed = knowledge.words.abbreviations
    for sentence in text.sentences:
        for short in dict.fromkeys(_ABBREVIATION.findall(sentence)):
            if short not in allowed:
                instead = "words written out"
                if allowed:
                    instead += f", or {listed(list(allowed), 20)}"
                yield text.problem(
                    f'"{sentence}" has the undefined abbreviation "{short}"; allowed: {instead}'
                )


def _forbidden(text: RuleText, item: Forbidden) -> Iterator[str]:
    if not (text.for_person or item.everywhere) or text.observable in item.asked_in:
        return
    say, unless = as_regex(item.say), as_regex(item.unless) if item.unless else None
    for sentence in text.sentences:
        hit = say.search(sentence)
        if hit and not (unless and unless.search(sentence)):
            yield text.problem(f'"{sentence}" says "{hit[0]}". {item.why} Allowed: {item.instead}')


def word_summary(knowledge: KnowledgeBase) -> str:
    """Return how hard the texts for the person are: all together, and the hardest of them."""
    read = [text for text in texts(knowledge) if text.for_person and text.sentences]
    if not read:
        return "no texts for the person"
    every = [sentence for text in read for sentence in text.sentences]
    measured = smog(every)
    smog_grade = "not measured, fewer than 30 sentences"
    if measured is not None:
        smog_grade = f"grade {measured:.1f}"
    hardest = max(read, key=lambda text: grade(text.sentences))
    return (
        f"{len(read)} texts for the person, {len(every)} sentences: Flesch-Kincaid grade "
        f"{grade(every):.1f}, SMOG {smog_grade}; "
        f"hardest: grade {grade(hardest.sentences):.1f}, {hardest.file}: {written(hardest.path)}"
    )
