"""The explanation of a conclusion: frozen models, exactly as users and other programs receive it.

Owns shapes only; `explanation.py` fills them.
"""

from typing import Literal

from pydantic import Field

from hingeexpert.inference.diagnosis import Result, Step
from hingeexpert.inference.what_if import ChangedAnswer
from hingeexpert.knowledge.models.conclusions import Confidence

TruthWord = Literal["true", "false", "unknown"]
WORDS: dict[bool | None, TruthWord] = {True: "true", False: "false", None: "unknown"}


class Explained(Result):
    """A condition, its truth, and why."""

    condition: str
    truth: TruthWord
    answer: str | None = Field(
        default=None,
        description="For a condition on an observable: what was answered, assumed or left blank.",
    )
    refers_to: str | None = Field(
        default=None,
        description="The conclusion that this condition names; it has an explanation of its own.",
    )
    tally: str | None = Field(default=None, description="For a count: how many are needed and met.")
    decided_by: list[str] = Field(
        default=[],
        description="The answers that suffice for this truth, the shortest list of them.",
    )
    parts: list["Explained"] = []


class Objection(Result):
    """What speaks against a rule, if it is so."""

    effect: Literal["lowers", "limits_to_low", "removes"]
    because: str
    condition: Explained


class ExplainedRule(Result):
    """A rule of a conclusion."""

    rule: str
    truth: TruthWord
    confidence: Confidence | None = Field(
        default=None, description="What the rule supports; after objections where it is true."
    )
    because: str
    sources: list[str]
    condition: Explained
    against: list[Objection] = []


class SeenAnswer(Result):
    """What is known that speaks for or against a conclusion."""

    observable: str
    question: str = Field(description="Its short form.")
    answer: str
    speaks: Literal["for", "against"]
    assumed: bool = Field(description="A default stands in for an answer.")


class StillToAsk(Result):
    """An unanswered observable that a conclusion hangs on, and that may be asked now."""

    observable: str
    question: str


class Explanation(Result):
    """How or why not, for one conclusion."""

    id: str
    kind: Literal["fault", "contributor", "triage", "readiness"]
    title: str
    truth: TruthWord = Field(description="Of the conclusion's own condition.")
    standing: str
    sentence: str = Field(description="How it stands, in plain words.")
    seen: list[SeenAnswer] = Field(description="First what speaks for it.")
    still_to_ask: list[StillToAsk] = Field(description="The most decisive first.")
    what_it_takes: str | None = Field(
        description=(
            "How many answers would have to be different, and for what; or why none would do. "
            "Null where it was not searched."
        )
    )
    would_change: list[ChangedAnswer] = Field(
        description=(
            "The smallest set of changeable answers that would lead to a level or beyond the "
            "verdict, or would bring or remove a fault or contributor."
        )
    )
    limits: bool = Field(
        default=False,
        description=(
            "The rules say why the next verdict is closed; they are no reasons for this one."
        ),
    )
    rules: list[ExplainedRule]
    chain: list[Step] = Field(description="The firings that led to it, premises first.")

    @property
    def shown(self) -> list[ExplainedRule]:
        """The rules that say how it was reached, or all of them where it was not."""
        true = [rule for rule in self.rules if rule.truth == "true"]
        return true or self.rules

    @property
    def sources(self) -> list[str]:
        """The sources of these rules, each once."""
        named = [name for rule in self.shown for name in rule.sources]
        return [*dict.fromkeys(named)]
