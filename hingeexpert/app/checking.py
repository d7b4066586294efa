"""Whether an app is as it was written: a folder file by file, the one page as a whole."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from hingeexpert.app.writing import CUPBOARD, FIRST_PAGE, LISTING, without_version
from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.files import files_below

NAMED = re.compile(rb' data-version="([0-9a-f]{64})"')
"""Where a first page names the version."""
BEGINNING = 4096
"""Bytes of a page in which it does."""


def check_folder_app(folder: Path) -> tuple[str, int]:
    """Return the version of an app in a folder, and how many files it has.

    Raises:
        InputError: With each file that is changed, missing or surplus; or the folder is no app.
    """
    listing, hashes = _listing(folder)
    version = hashlib.sha256(listing).hexdigest()
    slips = dict(_slips(folder, hashes, version))
    if slips:
        raise InputError(
            Problem(str(folder / name), None, "", slip) for name, slip in sorted(slips.items())
        )
    return version, len(hashes) + 1


def check_single_app(page: Path) -> str:
    """Return the version of an app in one file.

    Raises:
        InputError: It is changed, or is no app.
    """
    content = page.read_bytes()
    named = NAMED.search(content[:BEGINNING])
    if named is None:
        raise InputError.about(page, "is no app: it names no version")
    version = named[1].decode()
    if hashlib.sha256(without_version(content, version)).hexdigest() != version:
        raise InputError.about(page, f"is changed: it is not the version {version} that it names")
    return version


def names_in(folder: Path) -> frozenset[str]:
    """Return the names of the files that belong to an app in a folder; none where it is no app."""
    try:
        return frozenset((*_listing(folder)[1], LISTING))
    except InputError:
        return frozenset()


def _listing(folder: Path) -> tuple[bytes, dict[str, str]]:
    """Return the list of the files of an app, as it is and read: names to hashes."""
    path = folder / LISTING
    try:
        listing = path.read_bytes()
        return listing, {str(name): str(hash_) for name, hash_ in json.loads(listing).items()}
    except OSError as error:
        message = f"is no app: {LISTING} cannot be read: {error.strerror}"
        raise InputError.about(folder, message) from None
    except (ValueError, AttributeError):
        raise InputError.about(path, "is changed: it is no list of files") from None


def _slips(folder: Path, hashes: dict[str, str], version: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each file that is not as it was written, and what is wrong with it."""
    there = {name: Path(entry.path) for name, entry in files_below(folder)}
    for name, wanted in hashes.items():
        if name not in there:
            yield name, "is missing"
            continue
        content = there[name].read_bytes()
        if name in (FIRST_PAGE, CUPBOARD):
            content = without_version(content, version)
        found = hashlib.sha256(content).hexdigest()
        if found != wanted:
            yield name, f"is changed: wanted {wanted}, found {found}"
    for name in there.keys() - hashes.keys() - {LISTING}:
        yield name, "is surplus: the app has no such file"
