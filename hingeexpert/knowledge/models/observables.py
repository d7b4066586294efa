"""The frozen models of the files in `observables/`: the questions of the form, part by part."""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.answer_kinds import KINDS, Answer
from hingeexpert.knowledge.condition import Condition, observables_in
from hingeexpert.knowledge.models.base import (
    Entry,
    FileId,
    Id,
    ObservableId,
    OnceId,
    Sentence,
    Short,
    Sources,
    Tip,
    Told,
    Variable,
    When,
)
from hingeexpert.knowledge.models.limits import Range
from hingeexpert.knowledge.models.traits import FOR_PERSON, ON_PAPER

QuestionType = Literal["choice", "flag", "integer", "number"]
"""What kind of answer a question asks for, see `answer_kinds.py`."""


class Observable(Entry):
    """Something that may be asked, seen or measured."""

    question: Told
    short: Annotated[Short, FOR_PERSON, ON_PAPER] | None = None
    variable: Variable | None = None
    asked_of: Literal["person", "observer", "examiner"]
    look: Sentence
    tip: Annotated[Tip, ON_PAPER] | None = None
    type: QuestionType
    values: dict[str, Sentence] = {}
    say: dict[str, Annotated[Short, ON_PAPER]] = {}
    range: Range | None = None
    means: Sentence | None = None
    default: str | None = None
    blank: Literal["unknown", "not_needed"] = "unknown"
    ask_when: When | None = None
    follows: When | None = None
    computed_when: dict[str, When] = {}
    void_when: When | None = None
    impossible_when: dict[str, When] = {}
    since: str | None = None
    changeable: Literal["yes", "no"]
    harmless: tuple[str, ...] = ()
    harmful: tuple[str, ...] | Literal["higher", "lower"] = ()
    well: str | int | float | None = None
    well_while: Literal["all_well"] | None = None
    own_look_when: When | None = None
    sources: Sources

    @property
    def is_for_person(self) -> bool:
        """Whether the question is put to the person."""
        return self.asked_of == "person"

    @property
    def of_form(self) -> dict[str, Condition]:
        """The conditions by which a form itself is read, by where they stand."""
        void = {} if self.void_when is None else {"void_when": self.void_when}
        ruled_out = {
            f"impossible_when.{value}": when for value, when in self.impossible_when.items()
        }
        return {**void, **ruled_out}

    @property
    def of_intake(self) -> dict[str, Condition]:
        """The conditions by which a visit asks or answers it, by where they stand."""
        computed = {f"computed_when.{value}": when for value, when in self.computed_when.items()}
        asked = {"follows": self.follows, "own_look_when": self.own_look_when}
        return {**{key: when for key, when in asked.items() if when is not None}, **computed}

    @property
    def answer(self) -> Answer:
        """What it may be answered with; only of a question whose keys fit each other."""
        return KINDS[self.type].of(self)


class Shorthand(Entry):
    """A key of a form that answers every flag of its group that has no answer of its own."""

    key: Id
    value: str
    answers: str


class AllWell(Entry):
    """What one press may answer at once: the words on it, and what it stands for."""

    say: Short
    means: Sentence


class Cluster(Entry):
    """Questions of a part that are shown together, and may be answered together once they were.

    Attributes:
        title: What they have in common.
        asks: The questions, each with one harmless answer: what *none of these* means.
    """

    id: OnceId
    title: Annotated[Short, ON_PAPER]
    asks: Annotated[tuple[ObservableId, ...], Field(min_length=1)]


class Group(Entry):
    """A group of observables: one part of the form."""

    group: FileId
    title: Annotated[Sentence, ON_PAPER]
    intro: Sentence
    asked_first: Literal["yes"] | None = None
    when_needed: Literal["yes"] | None = None
    all_well: AllWell | None = None
    shorthand: Shorthand | None = None
    not_done_when: When | None = None
    clusters: tuple[Cluster, ...] = ()
    observables: Annotated[dict[str, Observable], Field(min_length=1)]

    @property
    def flags(self) -> list[str]:
        """The flags of this part, which its shorthand answers at once."""
        return [name for name, item in self.observables.items() if item.answer.is_flag]

    @property
    def shorthand_column(self) -> str | None:
        """The identifier of the shorthand in a table of forms; `None` without one."""
        return f"{self.group}.{self.shorthand.key}" if self.shorthand else None

    @property
    def markers(self) -> frozenset[str]:
        """The questions that say whether the drill of this part was done; none without a drill."""
        return frozenset(observables_in(self.not_done_when) if self.not_done_when else ())

    @property
    def drill_findings(self) -> tuple[str, ...]:
        """What can be found in the drill of this part, and cannot where it was not done."""
        if self.not_done_when is None:
            return ()
        return tuple(name for name in self.observables if name not in self.markers)
