"""The small settings file of a clinic: its name, whom to call, its logo.

Every sheet for patients shows them.
"""

import base64
from pathlib import Path
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hingeexpert.errors import InputError, Problem, listed, nearest
from hingeexpert.formats.documents import Document, read_document
from hingeexpert.knowledge.models.build import BodyName
from hingeexpert.pictures import Looks, Skin
from hingeexpert.pictures.looks import NEUTRAL

LOGOS = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".svg": "svg"}
"""Ending of the file of a logo to its format."""
TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}
"""Format of a logo to its media type."""
MOST_BYTES = 1_000_000
"""Largest logo that is read."""
MOST_SETTINGS = 1 << 16
"""Bytes of the longest file of settings that is read."""

OneLine = Annotated[str, Field(min_length=1, max_length=100)]


class FigureChoice(BaseModel):
    """Who is drawn in the pictures: one of the bodies of `poses.yaml`, and the tint of its skin."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    body: BodyName = NEUTRAL.body
    skin: Skin = NEUTRAL.skin

    @property
    def look(self) -> Looks:
        """The same, to draw with."""
        return Looks(self.body, self.skin)


CHOICES: dict[str, tuple[str, ...]] = {"body": get_args(BodyName), "skin": get_args(Skin)}
"""Key of `figure` to what it may be."""


class Clinic(BaseModel):
    """What a clinic puts on every sheet.

    Attributes:
        name: As patients know it.
        phone: The number to call with questions.
        emergency_number: The number to call in an emergency, such as 112, 911 or 999.
        address: One line.
        logo: File beside the settings; PNG, JPEG or SVG.
        figure: Who is drawn in the pictures.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    name: OneLine
    phone: OneLine | None = None
    emergency_number: OneLine | None = None
    address: OneLine | None = None
    logo: OneLine | None = None
    figure: FigureChoice = FigureChoice()


class Logo(BaseModel):
    """A picture of the clinic: `png`, `jpg` or `svg`, and its bytes in base64."""

    model_config = ConfigDict(frozen=True)

    format: str
    base64: str

    @property
    def address(self) -> str:
        """The picture as an address that holds it whole."""
        return f"data:{TYPES[self.format]};base64,{self.base64}"


def read_clinic(path: Path) -> tuple[Clinic, Logo | None]:
    """Read the settings of a clinic, and its logo.

    Args:
        path: A YAML or JSON file with the keys of `Clinic`; all but `name` may be left out.

    Raises:
        InputError: With every problem of the file.
    """
    document = _read(path)
    clinic = _checked(document)
    if clinic.logo is None:
        return clinic, None
    try:
        return clinic, _logo(path.parent / clinic.logo)
    except ValueError as error:
        raise InputError([document.problem(("logo",), str(error))]) from None


def _read(path: Path) -> Document:
    """Read the file.

    Raises:
        InputError: It cannot be read, or is no YAML or JSON.
    """
    try:
        raw = _start_of(path, MOST_SETTINGS)
    except OSError as error:
        problem = Problem(str(path), None, "", f"cannot be read: {error.strerror}")
        raise InputError([problem]) from None
    if len(raw) > MOST_SETTINGS:
        message = f"the file is too long; at most {MOST_SETTINGS} bytes of settings are read"
        raise InputError.about(path, message)
    document = read_document(str(path), raw)
    if document.problems:
        raise InputError(document.problems)
    return document


def _start_of(path: Path, most: int) -> bytes:
    """Return the bytes of a file, of one that is too long one more than so many."""
    with path.open("rb") as file:
        return file.read(most + 1)


def _checked(document: Document) -> Clinic:
    """Return what the file says.

    Raises:
        InputError: With everything that is not as it should be.
    """
    try:
        return Clinic.model_validate(document.data)
    except ValidationError as error:
        slips = error.errors(include_url=False)
        # The key is what a user can find; there is nothing below it but in the figure.
        raise InputError(
            [document.problem(slip["loc"][:2], _message(slip)) for slip in slips]
        ) from None


def _message(item: object) -> str:
    """Say what is not as it should be with one key; what stands there is not shown."""
    error = dict(item)  # type: ignore[call-overload]
    inside = len(error["loc"]) > 1 or error["loc"] == ("figure",)
    allowed = [*CHOICES] if inside else [*Clinic.model_fields]
    key = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "extra_forbidden":
            return f"unknown key '{key}'; allowed: {listed(allowed)}{nearest(key, allowed)}"
        case "missing":
            return f"the key '{key}' is missing"
        case "string_type":
            return "text is needed; put a number in quotes"
        case "literal_error":
            return f"allowed: {listed(CHOICES[key])}{nearest(error['input'], CHOICES[key])}"
        case "string_too_short" | "string_too_long":
            return "text of 1 to 100 characters is needed"
    return f"a map is needed with the keys {listed(allowed)}"


def _logo(path: Path) -> Logo:
    """Read a logo.

    Raises:
        ValueError: It is missing, too large or of another kind.
    """
    kind = LOGOS.get(path.suffix.lower())
    if kind is None:
        raise ValueError(
            f"'{path.name}' is no picture that can be printed; allowed: {listed(list(LOGOS))}"
        )
    try:
        raw = _start_of(path, MOST_BYTES)
    except OSError as error:
        raise ValueError(f"'{path.name}' cannot be read: {error.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise ValueError(f"'{path.name}' is too long; at most {MOST_BYTES} bytes are read")
    if not _looks_like(kind, raw):
        raise ValueError(f"'{path.name}' does not hold what its ending says ({kind})")
    return Logo(format=kind, base64=base64.b64encode(raw).decode())


def _looks_like(kind: str, raw: bytes) -> bool:
    """Whether the bytes begin and end as those of this kind of picture do."""
    if kind == "svg":
        return b"<svg" in raw[:2000] and raw.rstrip().endswith(b">")
    start, end = {
        "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"IEND"),
        "jpg": (b"\xff\xd8\xff", b"\xff\xd9"),
    }[kind]
    return raw.startswith(start) and end in raw
