"""A text as a QR code, drawn as SVG; the only import of segno.

A module is 0.4 mm wide, which a phone and a scanner read off a printed sheet; in a code of more
modules than 29 a little less, so that none takes more room. The white margin that a reader needs is
part of the drawing.
"""

from typing import NamedTuple

from hingeexpert.formats.extras import needs

MODULE_MM, WIDEST_MM = 0.4, 14.8
MARGIN = 4
"""Modules around the code that stay white."""
LEVEL = "M"
"""How much of the code may be spoilt: 15 in 100."""


class QrCode(NamedTuple):
    """A code that is drawn.

    Attributes:
        svg: The drawing, with its white margin.
        millimetres: How wide and high it is printed.
        margin: The part of it on each side that is white, in millimetres.
    """

    svg: str
    millimetres: float
    margin: float


def qr_code(text: str) -> QrCode:
    """Return a text as a code.

    Args:
        text: Digits, capital letters and the few signs that a code packs as closely.

    Raises:
        ExtraError: What draws it is not installed.
    """
    needs("QR codes")
    import segno

    code = segno.make_qr(text, error=LEVEL, mode="alphanumeric", boost_error=False)
    modules, _ = code.symbol_size(border=MARGIN)
    module = min(MODULE_MM, WIDEST_MM / modules)
    wide, margin = round(modules * module, 2), round(MARGIN * module, 2)
    drawn = code.svg_inline(border=MARGIN, omitsize=True, light="#fff", svgclass=None)
    return QrCode(
        drawn.replace("<svg", f'<svg width="{wide}mm" height="{wide}mm"', 1), wide, margin
    )
