"""The form as one model for every other system: its parts, their questions, the answers, the words.

Owns the words by which other systems show the form, in every language. A format is a thin writer of
this model and a reader of its answers; when a question is shown is `gates.py`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hingeexpert.forms.assessment import NOT_NOTED, as_text
from hingeexpert.interop.carried import NOT_ASSESSED
from hingeexpert.knowledge import KnowledgeBase, in_language
from hingeexpert.knowledge.models.handout import filled
from hingeexpert.knowledge.models.limits import Range
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.translation import answers_in_words

Kind = Literal["choice", "integer", "number", "text", "date"]
Words = Mapping[str, str]
"""Code of a language to a text in it."""


@dataclass(frozen=True)
class AnswerOption:
    """An answer that may be picked: its code, which travels, and the same in words."""

    code: str
    label: Words


@dataclass(frozen=True)
class FormItem:
    """One thing that the form asks.

    Attributes:
        identifier: Its column in a table of forms, such as `stick.sacrum_when`.
        variable: Its name where a name may have no dot, such as `stick_sacrum_when`.
        label: The question; no two items have the same in a language.
        hint: How to look or ask, and what a blank counts as; empty where there is nothing to say.
        choices: What may be picked, in order; none of what is typed.
        limits: Least, most and unit of a number.
        is_flag: Whether it is yes or no.
        is_shorthand: Whether it answers every flag of its part that has no answer of its own.
    """

    identifier: str
    variable: str
    kind: Kind
    label: Words
    hint: Words
    choices: tuple[AnswerOption, ...] = ()
    limits: Range | None = None
    is_flag: bool = False
    is_shorthand: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that may be picked."""
        return tuple(choice.code for choice in self.choices)

    @property
    def can_be_not_assessed(self) -> bool:
        """Whether *not assessed* is the last of its answers: it is picked, and has no such answer
        of its own.
        """
        return bool(self.choices) and not {NOT_NOTED, NOT_ASSESSED}.intersection(self.codes)

    @property
    def ends(self) -> tuple[str, str]:
        """Least and most of a number as text; both empty where none is asked for."""
        if self.limits is None:
            return "", ""
        return as_text(self.limits.least), as_text(self.limits.most)


@dataclass(frozen=True)
class Part:
    """A part of the form; its name is that of the group, and of the head `visit`."""

    name: str
    title: Words
    items: tuple[FormItem, ...]


@dataclass(frozen=True)
class Questionnaire:
    """The whole form.

    Attributes:
        canonical: Address under which other systems know its parts.
        version: That of the rules.
        sha256: Hash of the rules.
        languages: Codes of its languages, that of the rules first.
        head: Whose form it is, when and by whom it was filled.
        parts: The questions, in the order of the form.
        not_assessed: The answer that says that nothing was asked or seen.
        from_to: Which numbers are allowed, with `[least]` and `[most]` to be filled in.
    """

    id: str
    canonical: str
    version: str
    sha256: str
    title: str
    languages: tuple[str, ...]
    head: Part
    parts: tuple[Part, ...]
    not_assessed: Words
    from_to: Words

    @property
    def items(self) -> Iterator[FormItem]:
        """Yield every item, the head first."""
        for part in (self.head, *self.parts):
            yield from part.items

    @property
    def by_identifier(self) -> Mapping[str, FormItem]:
        """Every item by its identifier."""
        return {item.identifier: item for item in self.items}

    @property
    def by_variable(self) -> Mapping[str, FormItem]:
        """Every item by its variable."""
        return {item.variable: item for item in self.items}


HEAD = "visit"
"""Name of the part before the questions."""


@cache
def questionnaire(knowledge: KnowledgeBase) -> Questionnaire:
    """Return the form of a knowledge base, as loaded, in every language that it has."""
    maker = _Maker(knowledge)
    info = knowledge.info
    return Questionnaire(
        id=info.id,
        canonical=info.canonical,
        version=info.version,
        sha256=knowledge.sha256,
        title=info.title,
        languages=tuple(maker.translated),
        head=maker.head(),
        parts=tuple(maker.part(number) for number in range(len(knowledge.groups))),
        not_assessed=maker.say(lambda base: base.exchange.not_assessed),
        from_to=maker.say(lambda base: base.exchange.from_to),
    )


@cache
def in_every_language(knowledge: KnowledgeBase) -> Mapping[str, KnowledgeBase]:
    """Return a knowledge base, as loaded, in each language that it has, its own first."""
    codes = dict.fromkeys((knowledge.info.language, *knowledge.languages))
    return {code: in_language(knowledge, code) for code in codes}


def words_of(knowledge: KnowledgeBase, text: Callable[[KnowledgeBase], str]) -> Words:
    """Return a text of a knowledge base, as loaded, in every language."""
    return {code: text(base) for code, base in in_every_language(knowledge).items()}


def label_slips(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield words of the form by which an answer of another system could not be read back: a
    question or an answer that stands twice, or has a slash, at which some systems part their names.
    """
    form = questionnaire(knowledge)
    for code in form.languages:
        labels = Counter(item.label[code] for item in form.items)
        for label, count in labels.items():
            if count > 1:
                yield f'language {code}: {count} questions read "{label}"; tell them apart'
            if "/" in label:
                yield f'language {code}: "{label}" has a slash; other systems part names at it'
        for item in form.items:
            yield from _choice_slips(item, code)


def _choice_slips(item: FormItem, code: str) -> Iterator[str]:
    """Yield the answers of one question that read the same in a language."""
    for label, count in Counter(choice.label[code] for choice in item.choices).items():
        if count > 1:
            yield f'language {code}: {item.identifier} has {count} answers that read "{label}"'


class _Maker:
    """Makes the parts of the form, each word in every language.

    Attributes:
        translated: Code of a language to the knowledge base in it; that of the rules first.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.translated = in_every_language(knowledge)
        own = knowledge.info.language
        self.labels = {
            code: _labels(base, is_own=code == own) for code, base in self.translated.items()
        }

    def say(self, text: Callable[[KnowledgeBase], str]) -> Words:
        """Return a text in every language."""
        return words_of(self.knowledge, text)

    def head(self) -> Part:
        """Return what stands before the questions."""
        words = {
            "patient.id": "patient_id",
            "patient.name": "name",
            "date": "date",
            "clinician": "clinician",
        }
        items = tuple(self._head_item(name, key) for name, key in words.items())
        return Part(HEAD, self.say(lambda base: base.exchange.visit), items)

    def _head_item(self, name: str, key: str) -> FormItem:
        return FormItem(
            name,
            self.knowledge.variables[name],
            "date" if name == "date" else "text",
            self.say(lambda base: str(getattr(base.handout.paper, key))),
            self.say(lambda _: ""),
        )

    def part(self, number: int) -> Part:
        """Return the part of the form at a place."""
        group = self.knowledge.groups[number]
        shorthand = [self._shorthand(group)] if group.shorthand else []
        items = [self._item(name, group.observables[name]) for name in group.observables]
        title = self.say(lambda base: base.groups[number].title)
        return Part(group.group, title, (*shorthand, *items))

    def _shorthand(self, group: Group) -> FormItem:
        """Return the item that answers the flags of a part at once."""
        assert group.shorthand is not None
        name = f"{group.group}.{group.shorthand.key}"
        answer = self.say(lambda base: base.exchange.at_once.answer)
        return FormItem(
            name,
            self.knowledge.variables[name],
            "choice",
            self.say(lambda base: base.exchange.at_once.question),
            self.say(lambda _: ""),
            (AnswerOption(group.shorthand.value, answer),),
            is_shorthand=True,
        )

    def _item(self, name: str, item: Observable) -> FormItem:
        """Return a question."""
        answer = item.answer
        return FormItem(
            name,
            self.knowledge.variables[name],
            _kind(item),
            {code: labels[name] for code, labels in self.labels.items()},
            self.say(lambda base: " ".join(_hints(base, name))),
            tuple(AnswerOption(code, self._choice(name, code)) for code in answer.categories),
            item.range,
            answer.is_flag,
        )

    def _choice(self, name: str, value: str) -> Words:
        """Return an answer to a question in words."""
        return self.say(lambda base: answer_label(base, name, value))


def answer_label(translated: KnowledgeBase, name: str, value: str) -> str:
    """Return an answer in the words of a language: those of its question, else its own.

    Args:
        translated: The knowledge base in that language.
        name: The observable.
        value: One of its codes.
    """
    own = translated.observables[name].say.get(value)
    return own or answers_in_words(translated)(value)


def _kind(item: Observable) -> Kind:
    """Return what is picked or typed."""
    if item.answer.categories:
        return "choice"
    return "integer" if item.answer.whole else "number"


def _labels(translated: KnowledgeBase, *, is_own: bool) -> dict[str, str]:
    """Return what each question is called in a language, which may be that of the rules.

    Questions that nobody is told are translated in their short form only; where two of those are
    the same, each has its part before it.
    """
    labels = {
        name: item.question if is_own or item.is_for_person else item.short or item.question
        for name, item in translated.observables.items()
    }
    times = Counter(labels.values())
    return {
        name: f"{translated.part_of[name].title}: {label}" if times[label] > 1 else label
        for name, label in labels.items()
    }


def _hints(translated: KnowledgeBase, name: str) -> Iterator[str]:
    """Yield how to look or ask, and what a blank counts as, each a sentence."""
    item = translated.observables[name]
    if item.tip:
        yield item.tip if item.tip.endswith("?") else f"{item.tip}."
    if item.default is not None:
        words = answer_label(translated, name, item.default)
        yield filled(translated.exchange.blank_counts_as, answer=words)
