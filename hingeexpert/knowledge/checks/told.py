"""What is told beside a verdict: checks of answers."""

from collections.abc import Iterator

from hingeexpert.errors import Problem, shown
from hingeexpert.knowledge.checks.loaded import LoadedFiles


def told_problems(files: LoadedFiles) -> Iterator[Problem]:
    """The check on an older form has a name of its own."""
    file = files.models.get("checks.yaml")
    if file is not None and file.older_form.id in {check.id for check in file.checks}:
        message = f"{shown(file.older_form.id)} stands among the checks as well"
        yield files.problem("checks.yaml", ("older_form", "id"), message)
