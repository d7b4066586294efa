"""What questions are called in systems whose names have no dot and are short: each name once."""

from collections.abc import Iterator

from hingeexpert.errors import Problem
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.models.base import HEAD_COLUMNS, LONGEST_VARIABLE


def variable_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Yield names that are too long or taken."""
    taken = {name.replace(".", "_"): "the head of the form" for name in HEAD_COLUMNS}
    for file, _, group in files.of("observables"):
        if group.shorthand_column:
            taken[group.shorthand_column.replace(".", "_")] = group.shorthand_column
        for name, item in group.observables.items():
            variable = item.variable or name.replace(".", "_")
            place = ("observables", name)
            if len(variable) > LONGEST_VARIABLE:
                message = (
                    f"{name} has {len(variable)} letters; give it a variable of at most "
                    f"{LONGEST_VARIABLE}, as other systems take no longer names"
                )
                yield files.problem(file, place, message)
            elif variable in taken:
                both = f"{taken[variable]} and {name}"
                message = f"two questions have the variable {variable}: {both}"
                yield files.problem(file, place, message)
            taken.setdefault(variable, name)
