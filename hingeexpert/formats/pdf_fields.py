"""PDF to fill in on a screen: links become fields, and filled fields are read back; the only import
of pikepdf.

A link to `field:NAME` becomes a line to write on, links to `field:NAME=VALUE` the answers of which
one may be chosen. Links carry their place in the page, in the tags and in the order of reading, and
the fields that take it keep all three. What a field is about is not known here.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.documents import MOST_BYTES, MOST_DEPTH, MOST_VALUES
from hingeexpert.formats.extras import needs

if TYPE_CHECKING:
    from pikepdf import Dictionary, Object, Pdf

PDF_START = b"%PDF-"
"""How every PDF begins."""
SCHEME = "field:"
"""How the address of a link begins that stands for a field."""
OFF = "Off"
"""State of a box without a tick."""
_RADIO, _READ_ONLY, _HIDDEN, _PRINTED = 1 << 15, 1, 2, 4
_LETTERS = "/Helv 10 Tf 0 g"

UNSAID = (
    "a box of {} looks ticked, and the field says that none is; open the form, choose the answer "
    "again and save it"
)
"""Why an answer that can be seen is not taken."""
FieldValue = str | list[str] | None
"""What stands in a field: text or the name of a box, several of them, or nothing."""


@dataclass(frozen=True)
class _Place:
    """Where a field stands: the link on its page that it replaces."""

    name: str
    value: str
    link: Any


def with_fields(printed: bytes, words: Mapping[str, str], fixed: Mapping[str, str]) -> bytes:
    """Return a PDF with fields in place of its links to fields.

    Args:
        printed: The PDF with the links.
        words: What each field is called aloud, by name, and each of its answers, by `NAME=VALUE`.
        fixed: Fields that nobody sees or changes, with what stands in them.

    Raises:
        ExtraError: What makes fields is not installed.
    """
    needs("PDF forms")
    import pikepdf

    with pikepdf.open(io.BytesIO(printed)) as pdf:
        places = list(_places(pdf))
        fields = [_fixed(pdf, name, value) for name, value in fixed.items()]
        maker = _Maker(pdf, words)
        by_name = sorted(places, key=lambda place: place.name)
        for name, group in groupby(by_name, key=lambda place: place.name):
            fields.append((name, maker.field(list(group))))
        order = {place.name: number for number, place in reversed([*enumerate(places)])}
        fields.sort(key=lambda field: order.get(field[0], -1))
        pdf.Root.AcroForm = _form(pdf, _tree(pdf, fields))
        # What is typed stands in letters that are not in the file: the rest of PDF/UA holds, its
        # name is not claimed.
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            del told["pdfuaid:part"]
        written = io.BytesIO()
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _form(pdf: "Pdf", fields: list["Dictionary"]) -> "Dictionary":
    """Return what holds the fields, and the letters in which they are typed."""
    import pikepdf

    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    return pikepdf.Dictionary(
        Fields=pikepdf.Array(fields),
        DA=pikepdf.String(_LETTERS),
        DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=pdf.make_indirect(font))),
    )


def _places(pdf: "Pdf") -> Iterator[_Place]:
    """Yield the links that stand for fields, in the order of reading; a page is tabbed through as
    its tags stand.
    """
    import pikepdf

    for page in pdf.pages:
        page.obj.Tabs = pikepdf.Name.S
        for link in page.obj.get("/Annots", pikepdf.Array()):
            address = str(link.A.URI) if "/A" in link and "/URI" in link.A else ""
            if address.startswith(SCHEME):
                name, _, value = address.removeprefix(SCHEME).partition("=")
                link.P = page.obj
                yield _Place(name, value, link)
    for tag in pdf.Root.StructTreeRoot.ParentTree.Nums:
        if isinstance(tag, pikepdf.Dictionary) and tag.get("/S") == pikepdf.Name.Link:
            tag.S = pikepdf.Name.Form


def _fixed(pdf: "Pdf", name: str, value: str) -> tuple[str, "Dictionary"]:
    """Return a field that nobody sees or changes; it stands on the first page."""
    import pikepdf

    page = pdf.pages[0].obj
    widget = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        Rect=[0, 0, 0, 0],
        F=_HIDDEN,
        P=page,
        FT=pikepdf.Name.Tx,
        Ff=_READ_ONLY,
        DA=pikepdf.String(_LETTERS),
        V=pikepdf.String(value),
        TU=pikepdf.String(name),
    )
    field = pdf.make_indirect(widget)
    page.Annots.append(field)
    return name, field


class _Maker:
    """Makes the fields of a PDF; boxes of one size share what is seen in them."""

    def __init__(self, pdf: "Pdf", words: Mapping[str, str]) -> None:
        self.pdf = pdf
        self.words = words
        self.drawn: dict[tuple[float, float, bool], Object] = {}

    def field(self, places: list[_Place]) -> "Dictionary":
        """Return the field that stands at some places; at one place it is also what is seen."""
        import pikepdf

        widgets = [self._widget(place) for place in places]
        field, chosen = widgets[0], bool(places[0].value)
        if len(widgets) > 1:
            field = self.pdf.make_indirect(pikepdf.Dictionary(Kids=pikepdf.Array(widgets)))
            for widget in widgets:
                widget.Parent = field
        field.TU = pikepdf.String(self.words[places[0].name])
        field.FT = pikepdf.Name.Btn if chosen else pikepdf.Name.Tx
        if chosen:
            field.Ff = _RADIO if len(places) > 1 else 0
            field.V = pikepdf.Name(f"/{OFF}")
        else:
            field.DA = pikepdf.String(_LETTERS)
        return field

    def _widget(self, place: _Place) -> "Dictionary":
        """Turn a link into what is seen of a field."""
        import pikepdf

        link: Dictionary = place.link
        for key in ("/A", "/Border"):
            del link[key]
        words = self.words[f"{place.name}={place.value}" if place.value else place.name]
        link.Subtype = pikepdf.Name.Widget
        link.F = _PRINTED
        link.Contents = link.TU = pikepdf.String(words)
        if place.value:
            link.AS = pikepdf.Name(f"/{OFF}")
            states = {
                f"/{place.value}": self._shared(link, cross=True),
                f"/{OFF}": self._shared(link, cross=False),
            }
            link.AP = pikepdf.Dictionary(N=pikepdf.Dictionary(states))
        else:
            # Its own: whatever fills it in writes into what is seen.
            link.AP = pikepdf.Dictionary(N=self._drawing(*_size(link), cross=False))
        return link

    def _shared(self, link: "Object", *, cross: bool) -> "Object":
        """Return what is seen in a box, one for all of its size."""
        key = (*_size(link), cross)
        if key not in self.drawn:
            self.drawn[key] = self.pdf.make_indirect(self._drawing(*_size(link), cross=cross))
        return self.drawn[key]

    def _drawing(self, wide: float, high: float, *, cross: bool) -> "Object":
        """Return a cross from corner to corner, or nothing."""
        import pikepdf

        far, top = wide - 2.5, high - 2.5
        lines = f"q 2 w 1 J 2.5 2.5 m {far:.2f} {top:.2f} l 2.5 {top:.2f} m {far:.2f} 2.5 l S Q"
        return pikepdf.Stream(
            self.pdf,
            lines.encode() if cross else b"",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, wide, high],
        )


def _size(link: "Object") -> tuple[float, float]:
    """Return how wide and how high it is, in points."""
    left, low, right, high = (float(edge) for edge in link.Rect)
    return round(right - left, 2), round(high - low, 2)


def _tree(pdf: "Pdf", fields: list[tuple[str, "Dictionary"]]) -> list["Dictionary"]:
    """Return fields beneath what comes before the dot of their names; a name itself has no dot."""
    import pikepdf

    parts: dict[str, Dictionary] = {}
    top = []
    for name, field in fields:
        part, _, key = name.rpartition(".")
        field.T = pikepdf.String(key)
        if not part:
            top.append(field)
            continue
        if part not in parts:
            parts[part] = pdf.make_indirect(pikepdf.Dictionary(T=part, Kids=pikepdf.Array()))
            top.append(parts[part])
        field.Parent = parts[part]
        parts[part].Kids.append(field)
    return top


def may_have_fields(path: Path) -> bool:
    """Return whether a PDF has fields, or cannot be asked: then reading it says why.

    Raises:
        ExtraError: What reads fields is not installed.
    """
    needs("PDF forms")
    import pikepdf

    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            return "/AcroForm" in pdf.Root
    except (pikepdf.PikepdfError, OSError):
        return True


def read_fields(file: str, raw: bytes) -> dict[str, FieldValue]:
    """Return what stands in every field of a PDF, by name.

    Args:
        file: Name for messages.
        raw: The PDF.

    Raises:
        InputError: It is too long, locked or broken, has no fields, or shows ticks of which its
            fields say nothing.
        ExtraError: What reads fields is not installed.
    """
    if len(raw) > MOST_BYTES:
        raise InputError.about(
            file, f"the file has {len(raw)} bytes; at most {MOST_BYTES} are read"
        )
    needs("PDF forms")
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(raw), suppress_warnings=True) as pdf:
            fields = list(_filled(pdf.Root.AcroForm.Fields)) if "/AcroForm" in pdf.Root else []
    except pikepdf.PasswordError:
        message = "the PDF is locked with a password; save it without one"
        raise InputError.about(file, message) from None
    except _TooManyError:
        message = f"the PDF has more than {MOST_VALUES} fields, or they stand in a circle"
        raise InputError.about(file, message) from None
    except (pikepdf.PikepdfError, AttributeError, TypeError, ValueError, RuntimeError):
        message = "the PDF is broken, and its fields cannot be read; a whole one is needed"
        raise InputError.about(file, message) from None
    if not fields:
        mend = "`hingeexpert form --format pdf --fillable` makes one that has"
        raise InputError.about(file, f"the PDF has no fields to fill in; {mend}")
    if unsaid := [field.name for field in fields if field.seen and field.value is None]:
        raise InputError([Problem(file, None, name, UNSAID.format(name)) for name in unsaid])
    return {field.name: field.value for field in fields}


class _Field(NamedTuple):
    """What stands in a field.

    Attributes:
        seen: Whether a box of it looks ticked. That alone is no answer: some programs set the one
            and not the other, and a tick that was taken back may be left to be seen.
    """

    name: str
    value: FieldValue
    seen: bool


class _TooManyError(Exception):
    """There are more fields than are read."""


def _filled(roots: Any) -> Iterator[_Field]:
    """Yield each field with what stands in it, by a stack of its own."""
    import pikepdf

    waiting = [("", field, None, 0) for field in reversed(list(roots))]
    seen = 0
    while waiting:
        before, field, inherited, depth = waiting.pop()
        seen += 1
        if seen > MOST_VALUES or depth > MOST_DEPTH:
            raise _TooManyError
        name = ".".join(part for part in (before, str(field.get("/T", ""))) if part)
        value = field.get("/V", inherited)
        kids = list(field.get("/Kids", []))
        named = [kid for kid in kids if "/T" in kid]
        waiting += [(name, kid, value, depth + 1) for kid in reversed(named)]
        if not named:
            states = [kid.get("/AS") for kid in kids] or [field.get("/AS")]
            seen = any(state not in (None, pikepdf.Name(f"/{OFF}")) for state in states)
            plain, box = _plain(value), field.get("/FT") == pikepdf.Name.Btn
            # Some programs write the name of a box as text, with the mark of a name.
            value = plain.removeprefix("/") if box and isinstance(plain, str) else plain
            yield _Field(name, value, seen)


def _plain(value: Any) -> FieldValue:
    """Return what stands in a field as text; a list where it is no single text."""
    import pikepdf

    if value is None:
        return None
    if isinstance(value, pikepdf.Name):
        state = str(value).removeprefix("/")
        return None if state == OFF else state
    if isinstance(value, pikepdf.Array):
        return [str(part).removeprefix("/") for part in value]
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        return []
    text = str(value).strip()
    return None if text in ("", f"/{OFF}") else text
