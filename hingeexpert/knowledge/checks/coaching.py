"""What `coaching.yaml` must not leave out, and which pairs of faults it may name."""

from collections.abc import Iterator

from hingeexpert.errors import Problem, listed, shown
from hingeexpert.knowledge.answer_kinds import not_among
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.models.conclusions import COACHED, CoachingFile
from hingeexpert.knowledge.models.traits import with_traits

FILE = "coaching.yaml"


def coaching_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Yield what is wrong with the coaching order, the pairs that may stand together, and
    what the table of contacts goes through.
    """
    document = files.documents.get(FILE)
    if document is not None and document.complete:
        yield from _order_problems(files)
    if FILE in files.models:
        yield from _pair_problems(files)
        yield from _table_problems(files)


def _order_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Every fault has a place in the order."""
    found = with_traits(CoachingFile, files.documents[FILE].data)
    coached = {name for _, name, trait in found if trait == COACHED}
    for name in sorted(files.names.faults.keys() - coached):
        message = f"the fault {shown(name)} is missing from the coaching order"
        yield files.problem(FILE, ("order",), message)


def _pair_problems(files: LoadedFiles) -> Iterator[Problem]:
    """A pair holds two faults of the movement, and stands once."""
    kinds = {fault.fault: fault.kind for _, _, fault in files.of("faults")}
    seen: set[frozenset[str]] = set()
    for number, pair in enumerate(files.models[FILE].together):
        path = ("together", number, "faults")
        names = frozenset(pair.faults)
        if len(names) == 1:
            yield files.problem(FILE, path, f"{shown(pair.faults[0])} stands beside itself")
        if names in seen:
            yield files.problem(FILE, path, f"the pair {listed(pair.faults)} stands here twice")
        seen.add(names)
        for name in pair.faults:
            if kinds.get(name, "movement") != "movement":
                yield files.problem(FILE, path, f"{shown(name)} is no fault of the movement")


def _table_problems(files: LoadedFiles) -> Iterator[Problem]:
    """The table of contacts goes through answers that its questions have."""
    table = files.models[FILE].contact_table
    if table is None:
        return
    asked = {
        "kept": (table.contacts, (table.kept,)),
        "lost": (table.contacts, (table.lost,)),
        "times": (table.contacts.values(), table.times),
    }
    for key, (names, answers) in asked.items():
        for allowed in filter(None, map(files.names.values.get, names)):
            for answer in answers:
                if answer not in allowed:
                    message = not_among(answer, allowed)
                    yield files.problem(FILE, ("contact_table", key), message)
