"""What files of a knowledge base must not say beside each other: everything here makes it unusable.

That a name exists is `references.py`; what a question may be answered with is `answer_kinds.py`.

What a reviewer minds is `assurance/lint.py`.
"""

import math
from collections.abc import Iterable, Iterator, Mapping

from hingeexpert.errors import Problem, shown
from hingeexpert.formats.documents import Document, Path
from hingeexpert.knowledge.answer_kinds import FLAG, not_among
from hingeexpert.knowledge.checks.body import body_slips
from hingeexpert.knowledge.checks.coaching import coaching_problems
from hingeexpert.knowledge.checks.drills import drill_problems
from hingeexpert.knowledge.checks.forms import form_problems
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.checks.observables import (
    asked_first_slips,
    cluster_slips,
    observable_slips,
    well_while_slips,
)
from hingeexpert.knowledge.checks.proven import proven_problems
from hingeexpert.knowledge.checks.quick import quick_problems
from hingeexpert.knowledge.checks.seen import seen_problems
from hingeexpert.knowledge.checks.tables import table_problems
from hingeexpert.knowledge.checks.told import told_problems
from hingeexpert.knowledge.checks.variables import variable_problems
from hingeexpert.knowledge.condition import Condition, Holds, Is, leaves
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.intake import VisitStep
from hingeexpert.knowledge.models.ladders import LADDERS, Level
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.vocabulary import Vocabulary


def cross_problems(
    models: Mapping[str, Entry], documents: Mapping[str, Document], names: Vocabulary
) -> Iterator[Problem]:
    """Yield every problem between the files of a knowledge base.

    What a file says is checked where it is good by itself.

    Args:
        models: File to what it holds, for every file that is good by itself.
        documents: All files, for lines.
        names: What the files may name of each other.
    """
    files = LoadedFiles(models, documents, names)
    yield from coaching_problems(files)
    yield from _group_problems(files)
    yield from form_problems(files)
    yield from variable_problems(files)
    yield from _parameter_problems(files)
    yield from _fault_problems(files)
    yield from proven_problems(files)
    yield from told_problems(files)
    yield from table_problems(files)
    yield from drill_problems(files)
    yield from _handout_problems(files)
    yield from _intake_problems(files)
    of_body = list(_body_problems(files))
    yield from of_body or seen_problems(files)
    for file, key in LADDERS.items():
        if file in models:
            yield from _ladder_problems(files, file, key, getattr(models[file], key))


def _handout_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Every part of the form can be announced, every number that is told is one, and every step of
    the ladder has words.
    """
    handout = files.models.get("handout.yaml")
    if handout is None:
        return
    info = files.models.get("knowledge.yaml")
    for name in info.groups if info is not None else ():
        if name in files.names.groups and name not in handout.check_next:
            message = f"the part {shown(name)} of the form is missing"
            yield files.problem("handout.yaml", ("check_next",), message)
    for name in handout.progress.counts:
        if files.names.values.get(name):
            path: Path = ("progress", "counts", name)
            yield files.problem("handout.yaml", path, f"{name} is no number")
    yield from _rung_problems(files, "handout.yaml", len(handout.rungs))


def _rung_problems(files: LoadedFiles, words: str, rungs: int) -> Iterator[Problem]:
    """Check that a verdict stands on no step beyond those that a file has words for."""
    readiness = files.models.get("readiness.yaml")
    for number, level in enumerate(readiness.verdicts if readiness is not None else ()):
        if level.rung is not None and level.rung > rungs:
            message = f"{level.rung} is not allowed; {words} names {rungs} steps under rungs"
            yield files.problem("readiness.yaml", ("verdicts", number, "rung"), message)


def _intake_problems(files: LoadedFiles) -> Iterator[Problem]:
    """What a visit answers by itself is an answer to a question of the form."""
    intake = files.models.get("intake.yaml")
    for key in ("first_visit", "next_visit"):
        yield from files.not_answers("intake.yaml", (key,), getattr(intake, key, {}))
    if intake is not None:
        yield from _step_problems(files, ("steps",), intake.steps)
        yield from quick_problems(files, intake)
        if intake.quick is not None:
            yield from _step_problems(files, ("quick", "steps"), intake.quick.steps)
        yield from _rung_problems(files, "intake.yaml", len(intake.rungs))


def _step_problems(files: LoadedFiles, path: Path, steps: Iterable[VisitStep]) -> Iterator[Problem]:
    """Check that every part of the form stands in one step, and none in two."""
    asked = [name for step in steps for name in step.asks]
    for name in files.names.groups:
        if name not in asked:
            yield files.problem("intake.yaml", path, f"no step asks the part {shown(name)}")
    for name in {name for name in asked if asked.count(name) > 1}:
        yield files.problem("intake.yaml", path, f"{shown(name)} stands in two steps")


def _body_problems(files: LoadedFiles) -> Iterator[Problem]:
    body = files.models.get("body.yaml")
    groups = {name: group.observables for _, name, group in files.of("observables")}
    if body is not None and groups.keys() == files.names.groups:
        for path, slip in body_slips(body, groups, files.names):
            yield files.problem("body.yaml", path, slip)


def _asked_first(files: LoadedFiles) -> set[str]:
    """Return the questions of the parts that are asked first."""
    groups = [group for _, _, group in files.of("observables") if group.asked_first]
    return {name for group in groups for name in group.observables}


def _group_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Check each part of the form, and every question in it."""
    info = files.models.get("knowledge.yaml")
    items: dict[str, Observable] = {}
    for _, _, group in files.of("observables"):
        items |= group.observables
    first = _asked_first(files)
    for file, stem, group in files.of("observables"):
        if info is not None and stem not in info.groups:
            message = f"{shown(stem)} is not listed under groups in knowledge.yaml"
            yield files.problem(file, ("group",), message)
        if group.shorthand is not None and group.shorthand.answers not in FLAG:
            message = not_among(group.shorthand.answers, FLAG)
            yield files.problem(file, ("shorthand", "answers"), message)
        if group.not_done_when is not None:
            yield from _plain_only(files, items, file, ("not_done_when",), group.not_done_when)
        for name, message in (*well_while_slips(group), *asked_first_slips(group, first)):
            yield files.problem(file, ("observables", name), message)
        for number, message in cluster_slips(group):
            yield files.problem(file, ("clusters", number), message)
        for name, item in group.observables.items():
            yield from _question_problems(files, items, file, name, item)


def _question_problems(
    files: LoadedFiles, items: Mapping[str, Observable], file: str, name: str, item: Observable
) -> Iterator[Problem]:
    """Check one question of a part of the form."""
    path: Path = ("observables", name)
    part = file.removeprefix("observables/").removesuffix(".yaml")
    if not name.startswith(f"{part}.") or name.count(".") != 1:
        allowed = f"an observable of this file is called {part}.<name>"
        yield files.problem(file, path, f"{shown(name)} is not allowed; {allowed}")
    for key, message in observable_slips(item):
        yield files.problem(file, (*path, key) if key else path, message)
    for key, condition in item.of_form.items():
        yield from _plain_only(files, items, file, (*path, *key.split(".")), condition)
    for key, condition in item.of_intake.items():
        yield from _no_named(files, file, (*path, *key.split(".")), condition)
    info = files.models.get("knowledge.yaml")
    if info is not None and item.since is not None and item.since not in info.tags:
        yield files.problem(file, (*path, "since"), not_among(item.since, info.tags))


def _plain_only(
    files: LoadedFiles, items: Mapping[str, Observable], file: str, path: Path, condition: Condition
) -> Iterator[Problem]:
    """A condition on the form itself may only name observables that are always asked and always
    readable.
    """
    yield from _no_named(files, file, path, condition)
    for leaf in leaves(condition):
        if isinstance(leaf, Is) and _may_be_left_out(items, leaf.observable):
            message = (
                f"{leaf.observable} may itself be void or not needed; name one that is always asked"
            )
            yield files.problem(file, path, message)


def _may_be_left_out(items: Mapping[str, Observable], name: str) -> bool:
    """Whether an observable may be void, or not needed."""
    item = items.get(name)
    return item is not None and (item.ask_when is not None or item.void_when is not None)


def _no_named(files: LoadedFiles, file: str, path: Path, condition: Condition) -> Iterator[Problem]:
    """A condition on answers alone names no finding and no conclusion."""
    for leaf in leaves(condition):
        if isinstance(leaf, Holds):
            message = f"{leaf.name} is a named condition; only observables may stand here"
            yield files.problem(file, path, message)


def _kinds(files: LoadedFiles, cited: Iterable[str]) -> set[str] | None:
    """Return the kinds of the sources that are cited, or `None` where the sources could not be
    read.
    """
    file = files.models.get("sources.yaml")
    return (
        None
        if file is None
        else {file.sources[name].kind for name in cited if name in file.sources}
    )


def _parameter_problems(files: LoadedFiles) -> Iterator[Problem]:
    file = files.models.get("parameters.yaml")
    for name, item in file.parameters.items() if file is not None else ():
        kinds, path = _kinds(files, item.sources), ("parameters", name)
        if not math.isfinite(item.value):
            yield files.problem(
                "parameters.yaml",
                (*path, "value"),
                f"a finite number is needed; found {shown(item.value)}",
            )
        if kinds is not None and item.status == "seed" and "seed" not in kinds:
            yield files.problem(
                "parameters.yaml",
                (*path, "status"),
                "its status is seed, but no seed source is named",
            )
        if kinds is not None and item.status == "evidence" and not kinds - {"general", "proposal"}:
            yield files.problem(
                "parameters.yaml",
                (*path, "status"),
                "its status is evidence, but no source with evidence is named",
            )


def _fault_problems(files: LoadedFiles) -> Iterator[Problem]:
    drills = {name: drill for _, name, drill in files.of("drills")}
    for file, _, fault in files.of("faults"):
        kinds = _kinds(files, (source for rule in fault.rules for source in rule.sources))
        if fault.seed == "yes" and kinds is not None and "seed" not in kinds:
            yield files.problem(
                file, ("seed",), "seed is yes, but no rule cites the source article"
            )
        first = fault.drills[0]
        if first in drills and drills[first].by != "person":
            yield files.problem(
                file,
                ("drills", 0),
                f"{shown(first)} is done by the examiner and cannot be the drill to give",
            )


def _ladder_problems(
    files: LoadedFiles, file: str, key: str, levels: tuple[Level, ...]
) -> Iterator[Problem]:
    for number, level in enumerate(levels):
        last = number == len(levels) - 1
        if (level.always is not None) != last:
            yield files.problem(
                file,
                (key, number),
                f"{level.id}: the last entry, and only the last, is always: yes",
            )
        if bool(level.rules) == (level.always is not None):
            yield files.problem(
                file, (key, number), f"{level.id}: an entry has either rules or always: yes"
            )
