"""What `knowledge.yaml` says of older forms: their tags, and identifiers that they alone have."""

from collections.abc import Iterator

from hingeexpert.errors import Problem, shown
from hingeexpert.knowledge.answer_kinds import not_among
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.models.sources import Info

FILE = "knowledge.yaml"


def form_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Yield what is wrong with the tags of forms, and with retired identifiers."""
    info = files.models.get(FILE)
    if info is None:
        return
    if info.form in info.reads:
        place = info.reads.index(info.form)
        message = f"{shown(info.form)} is the present form; only older ones stand here"
        yield files.problem(FILE, ("reads", place), message)
    yield from _retired_problems(files, info)


def _retired_problems(files: LoadedFiles, info: Info) -> Iterator[Problem]:
    for number, entry in enumerate(info.retired):
        if entry.since not in info.tags:
            message = not_among(entry.since, info.tags)
            yield files.problem(FILE, ("retired", number, "since"), message)
        if entry.id in files.names.values:
            message = f"{shown(entry.id)} is retired and still a question; take one of them out"
            yield files.problem(FILE, ("retired", number, "id"), message)
