"""What is told: of a fault, and checks of answers."""

from collections.abc import Iterator

from hingeexpert.errors import Problem, shown
from hingeexpert.knowledge.checks.loaded import LoadedFiles


def told_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Yield what makes the words of faults, or checks, unusable."""
    yield from _seen_problems(files)
    yield from _check_problems(files)


def _seen_problems(files: LoadedFiles) -> Iterator[Problem]:
    """A fault has words for every rule that has none of its own, and no others."""
    for file, _, fault in files.of("faults"):
        bare = [rule.id for rule in fault.rules if rule.seen is None]
        if bare and fault.seen is None:
            message = (
                f"the key 'seen' is missing; the rule {shown(bare[0])} has no words of its own"
            )
            yield files.problem(file, (), message)
        if fault.seen is not None and not bare:
            message = "nobody is told this: every rule has a seen of its own"
            yield files.problem(file, ("seen",), message)


def _check_problems(files: LoadedFiles) -> Iterator[Problem]:
    """The check on an older form has a name of its own."""
    file = files.models.get("checks.yaml")
    if file is not None and file.older_form.id in {check.id for check in file.checks}:
        message = f"{shown(file.older_form.id)} stands among the checks as well"
        yield files.problem("checks.yaml", ("older_form", "id"), message)
