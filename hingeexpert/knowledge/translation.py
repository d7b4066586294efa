"""The texts of a knowledge base in another language: which ones need a translation, what is
missing, the whole put in place.

What is translated says so in the models; the translations stand in `languages/`. Never falls back
to another language.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import cache
from typing import Any

from hingeexpert.errors import KnowledgeError, Problem, listed, nearest
from hingeexpert.formats.documents import Path, written
from hingeexpert.knowledge.knowledge_base import KnowledgeBase
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.handout import places_in
from hingeexpert.knowledge.models.languages import LanguageFile
from hingeexpert.knowledge.models.traits import FOR_PERSON, ON_PAPER
from hingeexpert.knowledge.texts import entries_by_file, places_read, strings


def spoken(value: str) -> str:
    """Return the value of an answer as words, such as `toes lift`."""
    return value.replace("_", " ")


def texts_to_translate(knowledge: KnowledgeBase) -> dict[str, str]:
    """Return every text that a language must have, with the place where it stands first."""
    found: dict[str, str] = {}
    translated = _places(knowledge)
    for file, entry in entries_by_file(knowledge).items():
        for path, text in strings(entry):
            if path in translated[file]:
                found.setdefault(_plain(text), f"{file}: {written(path)}")
    for name, item in knowledge.observables.items():
        for value in item.values:
            found.setdefault(spoken(value), f"the answer {value} to {name}")
    return found


@cache
def _places(knowledge: KnowledgeBase) -> dict[str, set[Path]]:
    """Return the places of the texts that are translated, by file."""
    return {
        file: places_read(file, entry, FOR_PERSON, ON_PAPER)
        for file, entry in entries_by_file(knowledge).items()
    }


def _plain(text: str) -> str:
    return " ".join(text.split())


def translation_problems(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield what is missing in each language, what translates nothing, and where a place to be
    filled in was lost.
    """
    needed = texts_to_translate(knowledge)
    for code, language in knowledge.languages.items():
        yield from map(str, _problems(needed, code, language))


def _problems(needed: Mapping[str, str], code: str, language: LanguageFile) -> Iterator[Problem]:
    file = f"languages/{code}.yaml"
    given: set[str] = set()
    for number, item in enumerate(language.texts):
        text, path = _plain(item.from_), f"texts[{number}]"
        if text in given:
            yield Problem(file, None, path, f'"{text}" is translated twice')
        elif text not in needed:
            yield Problem(
                file, None, path, f'"{text}" stands nowhere in the rules{nearest(text, needed)}'
            )
        elif places_in(text) != places_in(item.to):
            allowed = listed(sorted(places_in(text)) or ["none"])
            yield Problem(
                file,
                None,
                path,
                (
                    f'"{item.to}" has other places in square brackets than the text it stands '
                    f"for; allowed: {allowed}"
                ),
            )
        given.add(text)
    for text, place in needed.items():
        if text not in given:
            yield Problem(file, None, "texts", f'no translation of "{text}" ({place})')


@cache
def words_in(knowledge: KnowledgeBase, code: str) -> Callable[[str], str]:
    """Return what turns a text of the rules into a language.

    Args:
        knowledge: The knowledge base as loaded.
        code: Its own language, or that of a file in `languages/`.

    Raises:
        KnowledgeError: There is no such language, or it lacks a text.
    """
    if code == knowledge.info.language:
        return lambda text: text
    if code not in knowledge.languages:
        allowed = [knowledge.info.language, *knowledge.languages]
        message = f"there is no such language; allowed: {listed(allowed)}"
        raise KnowledgeError.about(f"languages/{code}.yaml", message)
    if problems := list(_problems(texts_to_translate(knowledge), code, knowledge.languages[code])):
        raise KnowledgeError(problems)
    table = {_plain(item.from_): item.to for item in knowledge.languages[code].texts}
    return lambda text: table[_plain(text)]


@cache
def answers_in_words(knowledge: KnowledgeBase) -> Callable[[str], str]:
    """Return what says the value of an answer in the language of a knowledge base: see
    `in_language`.
    """
    language = knowledge.languages.get(knowledge.info.language)
    if language is None:
        return spoken
    table = {_plain(item.from_): item.to for item in language.texts}
    return lambda value: table[spoken(value)]


@cache
def in_language(knowledge: KnowledgeBase, code: str) -> KnowledgeBase:
    """Return the knowledge base with every text for the person, and of the paper form, in a
    language.

    Arguments and errors: see `words_in`. What only a clinician reads stays as it is.
    """
    say = words_in(knowledge, code)
    if code == knowledge.info.language:
        return knowledge

    places = _places(knowledge)
    entries = entries_by_file(knowledge)
    new = {file: _translated(entry, places[file], say) for file, entry in entries.items()}

    def each(folder: str, old: Mapping[str, Any]) -> dict[str, Any]:
        return {name: new[f"{folder}/{name}.yaml"] for name in old}

    return replace(
        knowledge,
        info=knowledge.info.model_copy(update={"language": code}),
        groups=tuple(new[f"observables/{group.group}.yaml"] for group in knowledge.groups),
        faults=each("faults", knowledge.faults),
        contributors=each("contributors", knowledge.contributors),
        drills=each("drills", knowledge.drills),
        handout=new["handout.yaml"],
        exchange=new["exchange.yaml"],
        intake=knowledge.intake.model_copy(update=new["intake.yaml"]),
        remarks=new["remarks.yaml"]["remarks"],
        poses=knowledge.poses.model_copy(update=new["poses.yaml"]),
        triage=new["triage.yaml"]["levels"],
        readiness=new["readiness.yaml"]["verdicts"],
    )


def _translated(entry: Any, places: Iterable[Path], say: Callable[[str], str]) -> Any:
    """Return a copy of what stands in a file with each text in it that is translated said so."""
    leading = {path[:length] for path in places for length in range(len(path) + 1)}
    return _put(entry, (), leading, say)


def _put(value: Any, path: Path, leading: Set[Path], say: Callable[[str], str]) -> Any:
    """Return a copy of a value with some texts in it said in other words.

    Args:
        value: What stands at a place.
        path: The place.
        leading: The places of those texts, and all on the way to them.
        say: Says a text in other words.
    """
    if path not in leading:
        return value
    if isinstance(value, str):
        return say(value)
    if isinstance(value, Entry):
        names = [name for name in type(value).model_fields if (*path, name) in leading]
        return value.model_copy(
            update={name: _put(getattr(value, name), (*path, name), leading, say) for name in names}
        )
    if isinstance(value, dict):
        return {key: _put(part, (*path, key), leading, say) for key, part in value.items()}
    if isinstance(value, tuple):
        parts = enumerate(value)
        return tuple(_put(part, (*path, number), leading, say) for number, part in parts)
    return value
