"""The frozen models of `label.yaml`, what of the label is written by hand, and of `proven.yaml`,
what was proven of the rules beside which it lies.
"""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, ObservableId, Sentence, Sha256, Sources
from hingeexpert.knowledge.models.traits import Once

Count = Annotated[int, Field(ge=0)]


class Bias(Entry):
    """A known failure or bias that no count and no proof shows."""

    say: Sentence
    sources: Sources


class LabelFile(Entry):
    """`label.yaml`. A field that is not given is not known.

    Attributes:
        users: For whom it is meant.
        not_for: What it is not to be used for.
        population: On whom it is meant to be used.
        risk_level: How much harm a wrong answer can do.
        reviewed_by: Who reviewed it.
        consulted: Who was asked while it was made.
        consent: What the person is told of it, and agrees to.
        reliability: How well two who look at the same person agree.
        attributes: The personal attributes among the questions.
        not_asked: Personal attributes that no question asks for.
        biases: Known failures and biases.
    """

    users: Sentence | None = None
    not_for: Sentence | None = None
    population: Sentence | None = None
    how_to_use: Sentence | None = None
    risk_level: Sentence | None = None
    reviewed_by: Sentence | None = None
    funding: Sentence | None = None
    contact: Sentence | None = None
    consulted: Sentence | None = None
    consent: Sentence | None = None
    reliability: Sentence | None = None
    tried_on_patients: Literal["yes", "no"] | None = None
    attributes: tuple[Annotated[ObservableId, Once()], ...] = ()
    not_asked: tuple[Sentence, ...] = ()
    biases: tuple[Bias, ...] = ()


class AttributeEffects(Entry):
    """What can differ where the answer to one question is another one, and all others the same.

    Attributes:
        verdicts: `triage`, `readiness`.
        hypotheses: Contributors.
        given: Named conditions by which is chosen what a person is given or told: drills, cues,
            dose, sentences of a verdict, loads.
    """

    verdicts: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    hypotheses: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """The names by kind, the gravest kind first, without the kinds that have none."""
        kinds = {kind: getattr(self, kind) for kind in type(self).model_fields}
        return {kind: names for kind, names in kinds.items() if names}


class ProvenCases(Entry):
    """What came of the worked cases.

    Attributes:
        sha256: Hash of their files.
    """

    sha256: Sha256
    run: Count
    passed: Count


class ProvenHazards(Entry):
    """What came of the hazard log.

    Attributes:
        sha256: Hash of its files.
        outcomes: Hazard to what came of it.
        single_points: Rules without which a hazard opens.
        unnamed: Those of them that no hazard names as a control.
    """

    sha256: Sha256
    outcomes: dict[str, str]
    single_points: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()


class ProvenFile(Entry):
    """`proven.yaml`. It may lie beside rules that were changed since, so what it names need not be
    there.

    Attributes:
        program: Version of the program that proved it.
        sha256: Hash of the knowledge of which it was proven.
        properties: Property to what came of it.
        attributes: Personal attribute to what it can change.
        whole: Hash of all that the file says, by which an edit by hand is noticed.
    """

    program: str
    sha256: Sha256
    properties: dict[str, Literal["proven", "refuted", "undecided"]]
    cases: ProvenCases
    hazards: ProvenHazards | None = None
    attributes: dict[str, AttributeEffects] = {}
    whole: Sha256 | None = None
