"""The frozen models of `history/NNNN.yaml`: one change of the rules that somebody kept.

Owns shapes only. The names in it are those of authors, never of patients. Its texts may name what
the rules no longer have, so nothing in it is looked up.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hingeexpert.knowledge.models.base import Entry, Sha256

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


def _on_one_line(text: str) -> str:
    """Refuse what moves a cursor or turns text around, and blanks at either end."""
    if not text.isprintable() or text != text.strip():
        raise ValueError("one line of plain text is needed, without blanks at its ends")
    return text


Name = Annotated[str, Field(min_length=2, max_length=100), AfterValidator(_on_one_line)]
Reason = Annotated[str, Field(min_length=5, max_length=1500), AfterValidator(_on_one_line)]


class Hashes(Entry):
    """A hash before and after a change."""

    before: Sha256
    after: Sha256


class Replaced(Entry):
    """Lines of a file in place of others.

    Attributes:
        at: The first of these lines, from 1, as the file was before the change.
        taken_out: The lines that stood there, joined by line breaks; `None` is no line, an empty
            text is an empty one. The end of a file that ends in a line break is an empty line.
        put_in: The lines that stand there now, in the same way.
    """

    at: Annotated[int, Field(ge=1)]
    taken_out: str | None = None
    put_in: str | None = None


class KeptPlace(Entry):
    """A value that changed.

    Attributes:
        place: Its name by ids, such as `parameters.yaml#parameters[adequate_range].value`.
        was: What stood there, in words; `None` where nothing did.
        now: What stands there.
    """

    place: str
    was: str | None = None
    now: str | None = None


class KeptCase(Entry):
    """A worked case that is judged otherwise.

    Attributes:
        case: Its name.
        was: What the rules said before, in words.
        now: What they say.
        outcome: Whether the case passes after the change.
        rewritten: Whether the case itself was changed with the rules.
    """

    case: str
    was: str
    now: str
    outcome: Literal["passes", "fails"]
    rewritten: bool = False


class KeptPeople(Entry):
    """How many invented people are judged otherwise.

    Attributes:
        invented: How many were looked at.
        moved: How many of them are judged otherwise.
        told: What moved, in lines; first the moves that tell most, each with a person.
    """

    invented: Annotated[int, Field(ge=0)]
    moved: Annotated[int, Field(ge=0)]
    told: tuple[str, ...] = ()


class Signed(Entry):
    """Who keeps a change, when and why.

    Attributes:
        who: The author.
        second: Another person, who signed where a hazard was open or a worked case failed.
        sources: Ids in `sources.yaml` at that time; may be empty where a change is taken back.
    """

    day: Day
    who: Name
    second: Name | None = None
    reason: Reason
    sources: tuple[str, ...] = ()


class KeptChange(Signed):
    """One file: a change that was kept, or taken back.

    Attributes:
        takes_back: The number of the change that this one undoes.
        knowledge: The hash of the knowledge, as `knowledge_base` has it.
        folder: The hash of all that is kept: the knowledge, the worked cases and what else lies
            beside it.
        files: For each file the lines that changed, from its top.
        hazards: Grave hazards that were open after the change, and safety sentences that did not
            hold, each with a person.
        chain: Hash of all that the file says and of the `chain` of the change before it.
    """

    takes_back: Annotated[int, Field(ge=1)] | None = None
    knowledge: Hashes
    folder: Hashes
    places: tuple[KeptPlace, ...] = ()
    cases: tuple[KeptCase, ...] = ()
    people: KeptPeople | None = None
    hazards: tuple[str, ...] = ()
    files: Annotated[dict[str, tuple[Replaced, ...]], Field(min_length=1)]
    chain: Sha256 | None = None
