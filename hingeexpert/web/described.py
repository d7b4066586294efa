"""What the rules ask and may conclude, as the interface for programs tells it."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from hingeexpert.inference.diagnosis import KnowledgeStamp, Result
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import Conclusion
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.models.observables import Group, Observable, QuestionType
from hingeexpert.knowledge.wording import in_words


class RangeView(Result):
    """Allowed numbers, both ends included."""

    least: float
    most: float
    unit: str


class ObservableView(Result):
    """A question, and what may be answered."""

    id: str
    question: str
    look: str = Field(description="How to look, ask or measure.")
    asked_of: Literal["person", "observer", "examiner"]
    type: QuestionType
    values: dict[str, str] = Field(
        description="Each allowed answer with its meaning; empty for a number."
    )
    range: RangeView | None
    default: Value | None = Field(
        description="What a blank is taken as, or null where it stays unknown or is not needed."
    )
    blank: Literal["unknown", "not_needed"]
    ask_when: str | None = Field(description="When it is needed, in words; null for always.")


class GroupView(Result):
    """A part of the form."""

    id: str
    title: str
    intro: str
    observables: list[ObservableView]


class Titled(Result):
    """A conclusion, and what it is called."""

    id: str
    title: str
    meaning: str


class KnowledgeView(Result):
    """What the rules ask, and what they may conclude."""

    knowledge: KnowledgeStamp
    form: str = Field(description="The version of the form.")
    title: str
    groups: list[GroupView] = Field(description="In the order of the form.")
    faults: list[Titled] = Field(description="In coaching order.")
    contributors: list[Titled]
    triage: list[Titled] = Field(description="The most severe first.")
    readiness: list[Titled] = Field(description="The most restrictive first.")


def described(knowledge: KnowledgeBase) -> KnowledgeView:
    """Return what a program needs to know of a knowledge base."""
    info = knowledge.info
    return KnowledgeView(
        knowledge=KnowledgeStamp(version=info.version, sha256=knowledge.sha256),
        form=info.form,
        title=info.title,
        groups=[_group(knowledge, group) for group in knowledge.groups],
        faults=_conclusions({name: knowledge.faults[name] for name in knowledge.coaching_order}),
        contributors=_conclusions(knowledge.contributors),
        triage=_levels(knowledge.triage),
        readiness=_levels(knowledge.readiness),
    )


def _group(knowledge: KnowledgeBase, group: Group) -> GroupView:
    observables = [_observable(knowledge, name, item) for name, item in group.observables.items()]
    return GroupView(id=group.group, title=group.title, intro=group.intro, observables=observables)


def _observable(knowledge: KnowledgeBase, name: str, item: Observable) -> ObservableView:
    return ObservableView(
        id=name,
        question=item.question,
        look=item.look,
        asked_of=item.asked_of,
        type=item.type,
        values=item.values,
        range=item.range and RangeView.model_validate(item.range, from_attributes=True),
        default=item.default,
        blank=item.blank,
        ask_when=None if item.ask_when is None else in_words(knowledge, item.ask_when),
    )


def _conclusions(items: Mapping[str, Conclusion]) -> list[Titled]:
    return [Titled(id=name, title=item.title, meaning=item.meaning) for name, item in items.items()]


def _levels(levels: Iterable[Level]) -> list[Titled]:
    return [Titled(id=level.id, title=level.title, meaning=level.clinician) for level in levels]
