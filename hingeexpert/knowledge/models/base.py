"""What every model of the files in `rules/` is made of: the strict base, names, texts, conditions.

Owns nothing that stands in one file only; that is the modules beside it.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from hingeexpert.knowledge.condition import Condition
from hingeexpert.knowledge.models.traits import FOR_PERSON, NamesFile, Once, RefersTo

CONDITION_SCHEMA = {
    "type": "object",
    "minProperties": 1,
    "description": "A condition, see docs/knowledge-format.md.",
}


def _read_condition(raw: Any, info: ValidationInfo) -> Condition:
    assert info.context is not None
    condition, problems = info.context["reader"].read(raw)
    if problems:
        raise PydanticCustomError("condition", "condition", {"problems": problems})
    return condition  # type: ignore[no-any-return]


def _fill(text: str, info: ValidationInfo) -> str:
    """Put the value of a parameter in place of each `{name}` in a text."""
    if info.context is None or "{" not in text:
        return text
    filled, slips = info.context["reader"].fill(text)
    if slips:
        raise PydanticCustomError("condition", "text", {"problems": [((), slip) for slip in slips]})
    return str(filled)


When = Annotated[Condition, PlainValidator(_read_condition), WithJsonSchema(CONDITION_SCHEMA)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, Field(min_length=2, max_length=1500), AfterValidator(_fill)]
Short = Annotated[str, Field(min_length=2, max_length=36), AfterValidator(_fill)]
"""Text that must fit on one line of the paper form."""
Tip = Annotated[str, Field(min_length=2, max_length=76), AfterValidator(_fill)]
"""Text that must fit under such a line."""
Told = Annotated[Sentence, FOR_PERSON]
"""A sentence that the person reads or hears."""
Status = Literal["seed", "evidence", "proposal"]
"""How well a number is supported: by the source article, by a source that reports it, or chosen."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Sources = Annotated[tuple[Annotated[str, RefersTo("source")], ...], Field(min_length=1)]

LONGEST_VARIABLE = 26
"""Letters of a name that every program takes which knows no dot: REDCap takes no more."""
HeadColumn = Literal["patient.id", "patient.name", "date", "clinician"]
HEAD_COLUMNS: tuple[str, ...] = get_args(HeadColumn)
"""Columns of a table of forms that say whose form it is, and when and by whom it was filled."""
Variable = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=LONGEST_VARIABLE)]

DrillId = Annotated[Id, RefersTo("drill")]
ConclusionId = Annotated[Id, RefersTo("fault or contributor")]
FaultId = Annotated[Id, RefersTo("fault")]
FindingId = Annotated[Id, RefersTo("finding")]
GroupId = Annotated[Id, RefersTo("group with a file in observables")]
ObservableId = Annotated[str, RefersTo("observable")]
ParameterId = Annotated[Id, RefersTo("parameter")]
PoseId = Annotated[Id, RefersTo("pose")]
LevelId = Annotated[Id, RefersTo("triage level")]
VerdictId = Annotated[Id, RefersTo("verdict of readiness")]
OnceId = Annotated[Id, Once()]
"""A name of its own, that no other entry of its list bears."""
FileId = Annotated[Id, NamesFile()]
"""A name that the file bears, too."""


class Entry(BaseModel):
    """Base of every model: strict, frozen, no unknown keys."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    @property
    def is_for_person(self) -> bool:
        """Whether the person reads or hears what in it is for the person."""
        return True
