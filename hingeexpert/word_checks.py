"""Read every text of a knowledge base against `words.yaml`: too hard, too long, forbidden, abbreviated.

Owns which texts a person reads or hears. What may not be said, and how hard a text may be, is knowledge.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hingeexpert.checks import LADDERS
from hingeexpert.documents import Path, written
from hingeexpert.entries import Group
from hingeexpert.entry import Entry
from hingeexpert.errors import Problem, listed
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.readability import grade, long_words, sentences, smog, words
from hingeexpert.word_rules import Forbidden, as_regex

PICTURE = (("picture", "alt"), ("picture", "label"), ("picture", "aim"), ("picture", "captions", "*"))
FOR_THE_PERSON: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "faults": (("seen",), ("cues", "*", "say"), *PICTURE),
    "contributors": (("patient",),),
    "drills": (
        *(("equipment",), ("feel",), ("dose", "how"), ("brief", "*"), ("brief", "steps", "*")),
        *((part, "*", "do") for part in ("setup", "steps", "stop")),
        *PICTURE,
    ),
    "observables": (("observables", "*", "question"), ("observables", "*", "short")),
    **{
        file: ((key, "*", "patient"), (key, "*", "next"), *((key, "*", "rules", "*", said) for said in ("patient", "go")))
        for file, key in LADDERS.items()
    },
    "remarks.yaml": (("remarks", "*", "patient"),),
    "poses.yaml": (("captions", "*", "*"), ("blank_alt",)),
    "handout.yaml": (
        *((part,) for part in ("at_home", "open", "nothing_seen", "not_enough_seen", "only_what_went_well")),
        *((part,) for part in ("tell_answers", "until", "limits")),
        *((part, "*") for part in ("titles", "headings", "labels", "rungs", "check_next", "tell")),
        *(("progress", part) for part in ("step", "same_step")),
        ("progress", "counts", "*"),
        *(("care", "*", "heading"), ("care", "*", "heading_with_number"), ("care", "*", "items", "*")),
    ),
}
"""Folder or file to the places of the texts that a person reads or hears; `*` stands for any step."""
_ABBREVIATION = re.compile(r"\b(?:[A-Z]{2,}|[A-Z]+\d+)(?=s?\b)|\b(?:[A-Za-z]\.){2,}")


@dataclass(frozen=True)
class Text:
    """One text of the knowledge base.

    Attributes:
        observable: The one whose question or short text this is, or `None`.
        for_person: Whether the person reads or hears it.
    """

    file: str
    path: Path
    sentences: tuple[str, ...]
    observable: str | None
    for_person: bool

    def problem(self, message: str) -> str:
        """Return a message with the place before it."""
        return str(Problem(self.file, None, written(self.path), message))


def texts(knowledge: KnowledgeBase) -> Iterator[Text]:
    """Yield every text that a reader of the results, or of the knowledge, meets; what sources say is theirs and is left out."""
    for file, entry in entries_by_file(knowledge).items():
        for path, text in strings(entry):
            asked = isinstance(entry, Group) and path[-1] in ("question", "short")
            observable = str(path[1]) if asked else None
            yield Text(file, path, tuple(sentences(text)), observable, for_person(file, entry, path))


def entries_by_file(knowledge: KnowledgeBase) -> dict[str, Any]:
    """Return what stands in the files with texts, by name: the model of the file, or its keys with what is under them."""
    return {
        "knowledge.yaml": knowledge.info,
        "findings.yaml": {"findings": knowledge.findings},
        "coaching.yaml": {"no_dose": knowledge.no_dose},
        "parameters.yaml": {"parameters": knowledge.parameters},
        "remarks.yaml": {"remarks": knowledge.remarks},
        "handout.yaml": knowledge.handout,
        "poses.yaml": {"captions": knowledge.poses.captions, "blank_alt": knowledge.poses.blank_alt},
        **{file: {key: knowledge.ladders[file.removesuffix(".yaml")]} for file, key in LADDERS.items()},
        **{f"observables/{group.group}.yaml": group for group in knowledge.groups},
        **{f"faults/{name}.yaml": fault for name, fault in knowledge.faults.items()},
        **{f"contributors/{name}.yaml": contributor for name, contributor in knowledge.contributors.items()},
        **{f"drills/{name}.yaml": drill for name, drill in knowledge.drills.items()},
    }


def strings(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text in a value, with its place."""
    if isinstance(value, str):
        yield path, value
    inside: Any = ()
    if isinstance(value, Entry):
        inside = ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, Mapping):
        inside = value.items()
    elif isinstance(value, tuple):
        inside = enumerate(value)
    for step, below in inside:
        yield from strings(below, (*path, step))


def for_person(file: str, entry: Any, path: Path) -> bool:
    """Whether a person reads or hears the text at a place of a file."""
    if not matches(FOR_THE_PERSON, file, path):
        return False
    speaker = entry.observables[str(path[1])].asked_of if isinstance(entry, Group) else getattr(entry, "by", "person")
    return bool(speaker == "person")


def matches(places: Mapping[str, tuple[tuple[str, ...], ...]], file: str, path: Path) -> bool:
    """Whether a place of a file is one of these; `*` stands for any step."""
    patterns = places.get(file.partition("/")[0], ())
    return any(len(pattern) == len(path) and all(a in ("*", b) for a, b in zip(pattern, path, strict=True)) for pattern in patterns)


def word_problems(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield where a text says what it should not, or is too hard: the place, the sentence, what is at fault, what is allowed."""
    patterns = [(item, as_regex(item.say), as_regex(item.unless) if item.unless else None) for item in knowledge.words.forbidden]
    for text in texts(knowledge):
        if text.for_person and text.sentences:
            yield from _hard(knowledge, text)
            yield from _long(knowledge, text)
            yield from _abbreviated(knowledge, text)
        for item, say, unless in patterns:
            yield from _forbidden(text, item, say, unless)


def _hard(knowledge: KnowledgeBase, text: Text) -> Iterator[str]:
    most, found = knowledge.parameters[knowledge.words.grade].value, round(grade(text.sentences), 1)
    if found > most:
        hardest = max(text.sentences, key=lambda sentence: grade([sentence]))
        long = listed(long_words(hardest) or ["none"], 20)
        yield text.problem(
            f'"{hardest}" is the hardest part of a text of US school grade {found:.1f}; its words of three or more syllables: {long}; '
            f"allowed: up to grade {most:g}"
        )


def _long(knowledge: KnowledgeBase, text: Text) -> Iterator[str]:
    most = knowledge.parameters[knowledge.words.longest_sentence].value
    for sentence in text.sentences:
        if len(words(sentence)) > most:
            yield text.problem(f'"{sentence}" has {len(words(sentence))} words; allowed: up to {most:g} in a sentence')


def _abbreviated(knowledge: KnowledgeBase, text: Text) -> Iterator[str]:
    allowed = knowledge.words.abbreviations
    for sentence in text.sentences:
        for short in dict.fromkeys(_ABBREVIATION.findall(sentence)):
            if short not in allowed:
                said = f"words written out, or {listed(list(allowed), 20)}" if allowed else "words written out"
                yield text.problem(f'"{sentence}" has the undefined abbreviation "{short}"; allowed: {said}')


def _forbidden(text: Text, item: Forbidden, say: re.Pattern[str], unless: re.Pattern[str] | None) -> Iterator[str]:
    if not (text.for_person or item.everywhere) or text.observable in item.asked_in:
        return
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
    said = "not measured, fewer than 30 sentences" if measured is None else f"grade {measured:.1f}"
    hardest = max(read, key=lambda text: grade(text.sentences))
    return (
        f"{len(read)} texts for the person, {len(every)} sentences: Flesch-Kincaid grade {grade(every):.1f}, SMOG {said}; "
        f"hardest: grade {grade(hardest.sentences):.1f}, {hardest.file}: {written(hardest.path)}"
    )
