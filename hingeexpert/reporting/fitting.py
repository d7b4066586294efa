"""Text that fits: paragraphs wrapped to a width, and cut until there are few enough lines.

Owns layout only; the words come from a template.
"""

import textwrap
from dataclasses import dataclass

CUT = "\N{HORIZONTAL ELLIPSIS}"
"""Stands where the rest of a paragraph is left out."""
FIRST = "~"
"""Before a label: this paragraph is cut before those without it."""
BETWEEN = "; "
"""Between the items of a list, which is cut between two of them."""


@dataclass(frozen=True)
class _Paragraph:
    """A text behind its label.

    Attributes:
        label: With a blank behind it; empty where the text begins the line.
        cut_first: It is cut before those that are not.
    """

    label: str
    text: str
    cut_first: bool

    @classmethod
    def of(cls, line: str) -> "_Paragraph":
        """Read a line of a template: a label, a tab, a text; or a text alone."""
        label, tab, text = line.partition("\t")
        if not tab:
            return cls("", " ".join(line.split()), cut_first=False)
        name = label.strip().removeprefix(FIRST)
        return cls(f"{name} ", " ".join(text.split()), label.strip().startswith(FIRST))


@dataclass(frozen=True)
class Room:
    """How much room there is.

    Attributes:
        lines: The most lines.
        columns: The most columns of a line.
        margin: Column at which text begins behind its label; a longer label pushes it on.
        indent: Columns by which the other lines of a paragraph are set in.
    """

    lines: int
    columns: int
    margin: int = 0
    indent: int = 0

    def fit(self, text: str) -> str:
        """Lay out paragraphs, one a line, each a label and a text with a tab between them.

        While there are too many lines the longest paragraph loses its last one, those that are cut
        first before the others; of two that are equally long among those the earlier, else the
        later.

        Args:
            text: What a template made of a diagnosis. Empty lines are left out.
        """
        paragraphs = [_Paragraph.of(line) for line in text.splitlines() if line.strip()]
        laid = [self._whole(paragraph) for paragraph in paragraphs]
        while sum(map(len, laid)) > self.lines:
            place = _to_cut(paragraphs, [len(lines) for lines in laid])
            if place is None:
                break
            laid[place] = self._cut(paragraphs[place], len(laid[place]) - 1)
        lines = [line for paragraph in laid for line in paragraph]
        return "\n".join(lines[: self.lines]) + "\n"

    def _whole(self, paragraph: _Paragraph) -> list[str]:
        return self._wrapped(paragraph, paragraph.text)

    def _cut(self, paragraph: _Paragraph, most: int) -> list[str]:
        """Return as many items of a list as go into so many lines; where not even one does, or
        there is no list, as many words.
        """
        items = paragraph.text.split(BETWEEN)
        for count in reversed(range(1, len(items))):
            lines = self._wrapped(paragraph, BETWEEN.join([*items[:count], CUT]))
            if len(lines) <= most:
                return lines
        return self._wrapped(paragraph, paragraph.text, most)

    def _wrapped(self, paragraph: _Paragraph, text: str, most: int | None = None) -> list[str]:
        margin = self.margin if paragraph.label else 0
        return textwrap.wrap(
            paragraph.label.ljust(margin) + text,
            self.columns,
            subsequent_indent=" " * max(self.indent, margin),
            break_on_hyphens=False,
            max_lines=most,
            placeholder=CUT,
        )


def _to_cut(paragraphs: list[_Paragraph], lengths: list[int]) -> int | None:
    """Return the place of the paragraph that loses a line, or `None` where each has just one."""
    places = [place for place, length in enumerate(lengths) if length > 1]
    first = [place for place in places if paragraphs[place].cut_first]
    return max(first or reversed(places), key=lambda place: lengths[place], default=None)
