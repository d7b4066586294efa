"""What is told beside a verdict: checks of answers, and the drills that a verdict opens."""

from collections.abc import Iterator

from hingeexpert.errors import Problem, shown
from hingeexpert.knowledge.checks.loaded import LoadedFiles


def told_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Yield what makes checks, or the drills of verdicts, unusable."""
    yield from _check_problems(files)
    yield from _drill_problems(files)


def _check_problems(files: LoadedFiles) -> Iterator[Problem]:
    """The check on an older form has a name of its own."""
    file = files.models.get("checks.yaml")
    if file is not None and file.older_form.id in {check.id for check in file.checks}:
        message = f"{shown(file.older_form.id)} stands among the checks as well"
        yield files.problem("checks.yaml", ("older_form", "id"), message)


def _drill_problems(files: LoadedFiles) -> Iterator[Problem]:
    """A verdict opens drills, or it withholds cues."""
    readiness = files.models.get("readiness.yaml")
    for number, verdict in enumerate(readiness.verdicts if readiness is not None else ()):
        if bool(verdict.drills) == (verdict.withholds_cues is not None):
            message = f"{verdict.id}: a verdict has either drills or withholds_cues"
            yield files.problem("readiness.yaml", ("verdicts", number), message)
