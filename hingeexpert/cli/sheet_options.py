"""What a clinician may choose for a sheet: the options that `handout` and `batch --handouts`
share.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.formats.pdf import PAPERS

if TYPE_CHECKING:
    import datetime

    from hingeexpert.handout import Wishes

SHEET_OPTIONS = (
    click.option(
        "--language",
        default=None,
        metavar="CODE",
        help="Language of the sheet, such as es.  [default: that of the rules]",
    ),
    click.option(
        "--paper",
        type=click.Choice(list(PAPERS)),
        default="a4",
        show_default=True,
        help="Size of the paper.",
    ),
    click.option("--large-print", is_flag=True, help="Text of 18 points in place of 12."),
    click.option("--grey", is_flag=True, help="Greys only, for a printer without colour."),
    click.option(
        "--clinic",
        type=click.Path(dir_okay=False, path_type=Path),
        help="File with name, phone and logo of the clinic.",
    ),
    click.option(
        "--next-visit",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help="Day of the next visit.",
    ),
    click.option(
        "--drills",
        type=click.IntRange(1, 2),
        default=1,
        show_default=True,
        help="Most drills on a sheet.",
    ),
    click.option(
        "--name-in-file",
        is_flag=True,
        help="Let the title in the file, and names made for files, hold the person's name.",
    ),
)
"""What a clinician may choose for a sheet."""


def sheet_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `SHEET_OPTIONS`; a command gets the choices as keywords for `chosen_wishes`, and the
    language.
    """
    for option in reversed(SHEET_OPTIONS):
        command = option(command)
    return command


def chosen_wishes(
    *,
    paper: str,
    large_print: bool,
    grey: bool,
    clinic: Path | None,
    next_visit: datetime.datetime | None,
    drills: int,
    name_in_file: bool,
) -> Wishes:
    """Return the wishes that the options of `sheet_options` say.

    Raises:
        InputError: The settings of the clinic cannot be read.
    """
    from hingeexpert.handout import Wishes
    from hingeexpert.handout.clinic import read_clinic

    settings, logo = (None, None) if clinic is None else read_clinic(clinic)
    day = next_visit.date() if next_visit else None
    return Wishes(
        clinic=settings,
        logo=logo,
        next_visit=day,
        drills=drills,
        grey=grey,
        paper=PAPERS[paper],
        large=large_print,
        name_in_file=name_in_file,
    )
