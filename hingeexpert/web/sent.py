"""What browsers were sent of each visit, so that after a press only what has changed is sent."""

from collections.abc import Collection, Mapping

from hingeexpert.intake.visits import Look

MOST_KEPT = 16
"""Versions of visits whose pieces are kept."""


class Sent:
    """The pieces that browsers were sent, by the version of the visit."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int, bool], Mapping[str, str]] = {}

    def of(self, visit: str, version: int, everything: bool) -> Mapping[str, str]:
        """Return the pieces of a version, none where that is not known any more."""
        return self._kept.get((visit, version, everything), {})

    def keep(self, look: Look, everything: bool, pieces: Mapping[str, str]) -> None:
        """Keep the pieces of a visit as it stands; the oldest kept are forgotten."""
        self._kept[look.visit.id, look.state.version, everything] = pieces
        for key in list(self._kept)[:-MOST_KEPT]:
            self._kept.pop(key, None)

    def drop(self, visit: str) -> None:
        """Forget what was sent of a visit: pages of one version are not alike any more, as one of
        them shows what was not kept, or somebody's name.
        """
        for key in [key for key in self._kept if key[0] == visit]:
            self._kept.pop(key, None)

    def forget(self) -> None:
        """Forget everything."""
        self._kept.clear()


def differing(
    before: Mapping[str, str], after: Mapping[str, str], asked: Collection[str] = ()
) -> str:
    """Return the pieces that are not as they were, and those that are asked for by id, each marked
    to take the place of the one with its id.
    """
    return "\n".join(
        in_place(name, html)
        for name, html in after.items()
        if name in asked or before.get(name) != html
    )


def in_place(name: str, html: str) -> str:
    """Mark a piece to take the place of the one on the page with its id."""
    return html.replace(f'id="{name}"', f'id="{name}" hx-swap-oob="true"', 1)
