"""What `tables.yaml` must not name: columns and answers that no form has."""

from collections.abc import Iterator

from hingeexpert.errors import Problem, nearest, shown
from hingeexpert.knowledge.answer_kinds import KINDS, Choice
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.models.base import HEAD_COLUMNS
from hingeexpert.knowledge.models.observables import Group

FILE = "tables.yaml"


def table_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Check the words of each language, once every part of the form is good by itself."""
    groups: list[Group] = [group for _, _, group in files.of("observables")]
    if FILE not in files.models or {group.group for group in groups} != files.names.groups:
        return
    columns, answers = set(HEAD_COLUMNS), set[str]()
    for group in groups:
        columns.update(group.observables)
        for item in group.observables.values():
            if issubclass(KINDS[item.type], Choice):  # a number may lack its range, told elsewhere
                answers.update(item.answer.categories)
        if group.shorthand is not None:
            columns.add(str(group.shorthand_column))
            answers.add(group.shorthand.value)
    for code, language in files.models[FILE].languages.items():
        for key, given, allowed in (
            ("headings", language.headings, columns),
            ("labels", language.labels, answers),
        ):
            for name in given:
                if name not in allowed:
                    what = "identifier" if key == "headings" else "answer"
                    message = f"there is no {what} {shown(name)}{nearest(name, allowed)}"
                    yield files.problem(FILE, ("languages", code, key, name), message)
