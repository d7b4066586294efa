"""The frozen models of the files in `hazards/`: who would be harmed, by what, and what prevents it.

What the keys of `happens` mean is `assurance/hazards/claims.py`; what a file may name besides is
checked by `assurance/hazards/log_checks.py`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import (
    ConclusionId,
    DrillId,
    Entry,
    Id,
    LevelId,
    ObservableId,
    OnceId,
    Sentence,
    Sources,
    Status,
    VerdictId,
)
from hingeexpert.knowledge.models.properties import OfAnswers
from hingeexpert.knowledge.models.traits import RefersTo

Severity = Literal["catastrophic", "major", "considerable", "significant", "minor"]
"""How bad a harm is, the worst first."""
GRAVE: tuple[Severity, ...] = ("catastrophic", "major")
"""The severities that want a control outside the rules as well."""
Ladder = Literal["triage", "readiness"]


class Limit(Entry):
    """A number of the log's own, which is never one of the rules: a rule that is moved must not
    move what the hazard says.
    """

    value: int | float
    unit: Sentence
    status: Status
    sources: Sources


class Happens(OfAnswers):
    """What harms: answers on a form, and what the program says or gives all the same. All that is
    claimed holds together.

    Attributes:
        coached: A cue, a drill, a dose or a step up may be given.
        dose: A drill goes home with its dose.
        drill: One of these drills, or a drill of one of these rungs, is given in any way.
        loaded: The decided verdict is a step beyond the first rung.
        triage, readiness: The decided verdict is one of these.
        milder: Ladder to a level; no reason for that level or a more severe one is true, also where
            the verdict is open.
        severer: Ladder to a level; a more severe one is true.
        fault: One of these faults or contributors is present.
        together: All of these are told to one person: faults or contributors that are present, and
            cues, each as the person reads it.
        told: One of these texts of the ladder of readiness is told to the person or to the
            clinician.
    """

    coached: Literal["yes"] | None = None
    dose: Literal["yes"] | None = None
    drill: tuple[Annotated[Id, RefersTo("drill or rung")], ...] = ()
    loaded: Literal["yes"] | None = None
    triage: tuple[LevelId, ...] = ()
    readiness: tuple[VerdictId, ...] = ()
    milder: dict[Ladder, Id] = {}
    severer: dict[Ladder, Id] = {}
    fault: tuple[ConclusionId, ...] = ()
    together: Annotated[tuple[str, ...], Field(max_length=6)] = ()
    told: tuple[Sentence, ...] = ()

    @property
    def ladders(self) -> Mapping[str, tuple[str, ...]]:
        """The levels that are claimed as verdicts, by ladder."""
        given = {"triage": self.triage, "readiness": self.readiness}
        return {ladder: names for ladder, names in given.items() if names}

    @property
    def claims_answers(self) -> bool:
        """Whether anything is claimed of the answers."""
        return bool(self.conditions or self.blank)

    @property
    def claims_outcome(self) -> bool:
        """Whether anything is claimed of what the program says or gives."""
        given = (self.coached, self.dose, self.loaded, self.drill, self.fault)
        said = (self.together, self.told, self.ladders, self.milder, self.severer)
        return any(given) or any(said)


class Control(Entry):
    """What prevents a hazard: exactly one of these.

    Attributes:
        rule: A rule, an objection or a finding, by the name of its condition, see `naming.py`.
        level: A verdict of readiness, as `readiness.stop_refer`, with the `key` that prevents.
        drill: A drill, with the `key` that prevents.
        key: Of a level or a drill.
        card: A card of the sheet; `says` is one of its lines.
        blank: A question that is unknown while it is blank, and holds.
        void: A question whose answer cannot be read as it was taken.
        test: A test, as `tests/web/test_lock.py::test_name`.
        words: A text of the rules that somebody reads.
        person: What somebody does; it is never counted as proof.
    """

    rule: str | None = None
    level: str | None = None
    drill: DrillId | None = None
    key: Literal["withholds_cues", "enter", "not_with"] | None = None
    card: Id | None = None
    says: str | None = None
    blank: ObservableId | None = None
    void: ObservableId | None = None
    test: Annotated[str, Field(pattern=r"^tests/[a-z0-9_/]+\.py::test_[a-z0-9_]+$")] | None = None
    words: str | None = None
    person: Sentence | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that are given: one, where nothing is wrong."""
        return tuple(kind for kind in KINDS_OF_CONTROL if getattr(self, kind) is not None)

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.kinds[0]

    @property
    def name(self) -> str:
        """What it is called in a line: the name that it has in the rules, or its words."""
        of_key = f" ({self.key})" if self.key else ""
        says = f": {self.says}" if self.says else ""
        return f"{getattr(self, self.kind)}{of_key}{says}"


KINDS_OF_CONTROL = ("rule", "level", "drill", "card", "blank", "void", "test", "words", "person")
KEYS_OF = {"level": ("withholds_cues",), "drill": ("enter", "not_with")}
"""Kind of control to the keys of which one is named."""


class Hazard(Entry):
    """Something that could harm a person, and what prevents it. Likelihood is never given: for the
    rules it is proven, for people it is not known.

    Attributes:
        who: Who is harmed.
        cause: How it could come about.
        harm: What it does to them.
        happens: What must never be; without it a test or words stand for the hazard.
        residual: What is left of it.
        known_open: Why it is open and left so; told wherever it is shown. Nothing else may be open,
            and this may not be proven.
    """

    id: OnceId
    who: Sentence
    cause: Sentence
    harm: Sentence
    severity: Severity
    happens: Happens | None = None
    controls: Annotated[tuple[Control, ...], Field(min_length=1)]
    residual: Sentence
    known_open: Sentence | None = None
    sources: Sources

    @property
    def is_grave(self) -> bool:
        """Whether it wants a control outside the rules as well."""
        return self.severity in GRAVE


class InformsOnly(Entry):
    """A rule of a ladder that no hazard needs to name, and why."""

    rule: str
    why: Sentence


class HazardFile(Entry):
    """A file of `hazards/`; limits and hazards of all files form one log."""

    limits: dict[Id, Limit] = {}
    hazards: tuple[Hazard, ...] = ()
    informs_only: tuple[InformsOnly, ...] = ()
