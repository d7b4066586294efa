"""What must fit between the files of a knowledge base, and what `rules check` finds on top of it.

`cross_problems` finds what makes a knowledge base unusable; `lint` finds what a reviewer should not let pass.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from hingeexpert.condition import Condition, CycleError
from hingeexpert.documents import Document, Path
from hingeexpert.errors import Problem, listed, nearest, shown
from hingeexpert.knowledge import ByConfidence, Conclusion, KnowledgeBase, Level, Observable, observables_in

FLAG = ("yes", "no")
NO_EVIDENCE = ("PROPOSAL", "GK")


class _Places:
    """Makes problems with the file and line of what is meant."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents

    def problem(self, file: str, path: Path, message: str) -> Problem:
        return self.documents[file].problem(path, message)

    def unknown(self, file: str, path: Path, names: Iterable[str], allowed: Collection[str], what: str) -> Iterator[Problem]:
        """Yield a problem for every name that is not allowed."""
        for name in names:
            if name not in allowed:
                yield self.problem(file, path, f"{shown(name)} is no {what}{nearest(name, allowed)}")

    def repeated(self, file: str, path: Path, names: Iterable[str]) -> Iterator[Problem]:
        """Yield a problem for every name that comes a second time."""
        seen: set[str] = set()
        for name in names:
            if name in seen:
                yield self.problem(file, path, f"the id {shown(name)} stands twice")
            seen.add(name)


def cross_problems(knowledge: KnowledgeBase, documents: Mapping[str, Document]) -> Iterator[Problem]:
    """Yield every problem between the files of a knowledge base whose files are good one by one.

    Args:
        knowledge: The assembled knowledge base.
        documents: Its files, for lines.
    """
    places = _Places(documents)
    for file, document in documents.items():
        yield from _source_problems(places, knowledge, file, document.data, ())
        yield from _name_problems(places, file, document.data)
    yield from _group_problems(places, knowledge)
    yield from _parameter_problems(places, knowledge)
    yield from _conclusion_problems(places, knowledge)
    yield from _drill_problems(places, knowledge)
    for ladder, key in (("triage", "levels"), ("readiness", "verdicts")):
        yield from _ladder_problems(places, f"{ladder}.yaml", key, knowledge.ladders[ladder])
    yield from _coaching_problems(places, knowledge)
    yield from places.repeated("remarks.yaml", ("remarks",), (remark.id for remark in knowledge.remarks))
    try:
        assert knowledge.network and knowledge.form_network
    except CycleError as error:
        yield Problem("rules", None, "", f"these conditions depend on each other in a circle: {error}")


def _source_problems(places: _Places, knowledge: KnowledgeBase, file: str, data: Any, path: Path) -> Iterator[Problem]:
    """Check every list under a key `sources`, wherever it stands."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "sources" and isinstance(value, list):
                yield from places.unknown(file, (*path, key), value, knowledge.sources, "source")
            else:
                yield from _source_problems(places, knowledge, file, value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _source_problems(places, knowledge, file, value, (*path, number))


def _name_problems(places: _Places, file: str, data: Any) -> Iterator[Problem]:
    folder, _, name = file.partition("/")
    key = {"observables": "group", "faults": "fault", "contributors": "contributor", "drills": "drill"}.get(folder)
    if key is not None and data[key] != name.removesuffix(".yaml"):
        yield places.problem(file, (key,), f"{shown(data[key])} stands in a file of another name")


def _group_problems(places: _Places, knowledge: KnowledgeBase) -> Iterator[Problem]:
    groups = {group.group: group for group in knowledge.groups}
    yield from places.unknown("knowledge.yaml", ("groups",), knowledge.info.groups, groups, "group")
    yield from places.repeated("knowledge.yaml", ("groups",), knowledge.info.groups)
    for name, group in groups.items():
        file = f"observables/{name}.yaml"
        if name not in knowledge.info.groups:
            yield places.problem(file, ("group",), f"{shown(name)} is not listed under groups in knowledge.yaml")
        if group.not_done_when is not None:
            yield from _plain_only(places, knowledge, file, ("not_done_when",), group.not_done_when)
        for observable, item in group.observables.items():
            path: Path = ("observables", observable)
            if not observable.startswith(f"{name}.") or observable.count(".") != 1:
                yield places.problem(file, path, f"the id must be {name}.<name>")
            for message in _observable_slips(item):
                yield places.problem(file, path, message)
            if item.void_when is not None:
                yield from _plain_only(places, knowledge, file, (*path, "void_when"), item.void_when)


def _observable_slips(item: Observable) -> Iterator[str]:
    """Yield what does not fit inside one observable."""
    if item.type in ("choice", "flag"):
        if item.type == "flag" and tuple(item.values) != FLAG:
            yield "a flag has exactly the values yes and no, in this order"
        if len(item.values) < 2:
            yield "a choice has at least two values"
        if item.range is not None:
            yield "a choice has values, not a range"
    else:
        if item.range is None or item.means is None:
            yield "a number has a range and says under means what it means"
        elif not item.range.least < item.range.most:
            yield "the least value of the range must be below the most"
        if item.values:
            yield "a number has a range, not values"
    if item.default is not None and item.default not in item.values:
        yield f"the default {shown(item.default)} is not one of its values; allowed: {listed(list(item.values))}"
    if item.default is not None and (item.blank != "unknown" or item.ask_when is not None):
        yield "an item with a default is never blank, so blank and ask_when have no meaning for it"
    if item.blank == "not_needed" and item.ask_when is not None:
        yield "blank: not_needed and ask_when say the same thing twice; keep one"


def _plain_only(places: _Places, knowledge: KnowledgeBase, file: str, path: Path, condition: Condition) -> Iterator[Problem]:
    """A condition on the form itself may only name observables that are always asked and always readable."""
    for name in observables_in(condition):
        item = knowledge.observables.get(name)
        if item is not None and (item.ask_when is not None or item.void_when is not None):
            yield places.problem(file, path, f"{name} may itself be void or not needed; name one that is always asked")


def _parameter_problems(places: _Places, knowledge: KnowledgeBase) -> Iterator[Problem]:
    for name, item in knowledge.parameters.items():
        kinds = {knowledge.sources[source].kind for source in item.sources if source in knowledge.sources}
        if item.status == "seed" and "seed" not in kinds:
            yield places.problem("parameters.yaml", ("parameters", name), "its status is seed, but no seed source is named")
        if item.status == "evidence" and not kinds - {"general", "proposal"}:
            yield places.problem("parameters.yaml", ("parameters", name), "its status is evidence, but no source with evidence is named")


def _conclusion_problems(places: _Places, knowledge: KnowledgeBase) -> Iterator[Problem]:
    conclusions: dict[str, Conclusion] = {**knowledge.faults, **knowledge.contributors}
    for folder, members in (("faults", knowledge.faults), ("contributors", knowledge.contributors)):
        for name, item in members.items():
            file = f"{folder}/{name}.yaml"
            rules = [rule.id for rule in item.rules]
            yield from places.repeated(file, ("rules",), rules)
            yield from places.repeated(file, ("against",), (against.id for against in item.against))
            for number, against in enumerate(item.against):
                yield from places.unknown(file, ("against", number, "rules"), against.rules, rules, "rule of this file")
            for number, look_alike in enumerate(item.look_alikes):
                place: Path = ("look_alikes", number, "id")
                yield from places.unknown(file, place, [look_alike.id], conclusions, "fault or contributor")
    for name in sorted(knowledge.faults.keys() & knowledge.contributors.keys()):
        yield places.problem(f"contributors/{name}.yaml", ("contributor",), f"{shown(name)} is a fault as well")
    for name, fault in knowledge.faults.items():
        file = f"faults/{name}.yaml"
        yield from places.unknown(file, ("drills",), fault.drills, knowledge.drills, "drill")
        cited = {source for rule in fault.rules for source in rule.sources if source in knowledge.sources}
        if fault.seed == "yes" and not any(knowledge.sources[source].kind == "seed" for source in cited):
            yield places.problem(file, ("seed",), "seed is yes, but no rule cites the source article")
        given = knowledge.drills.get(fault.drills[0])
        if given is not None and given.by != "person":
            yield places.problem(file, ("drills", 0), f"{shown(fault.drills[0])} is done by the examiner and cannot be the drill to give")
    for name, contributor in knowledge.contributors.items():
        file = f"contributors/{name}.yaml"
        yield from places.unknown(file, ("test_with",), contributor.test_with, knowledge.observables, "observable")


def _drill_problems(places: _Places, knowledge: KnowledgeBase) -> Iterator[Problem]:
    for name, drill in knowledge.drills.items():
        file = f"drills/{name}.yaml"
        yield from places.unknown(file, ("dose",), drill.dose.parameters(), knowledge.parameters, "parameter")
        yield from places.unknown(file, ("helps",), drill.helps, knowledge.faults, "fault")


def _ladder_problems(places: _Places, file: str, key: str, levels: tuple[Level, ...]) -> Iterator[Problem]:
    yield from places.repeated(file, (key,), (level.id for level in levels))
    for number, level in enumerate(levels):
        last = number == len(levels) - 1
        yield from places.repeated(file, (key, number, "rules"), (rule.id for rule in level.rules))
        if (level.always is not None) != last:
            yield places.problem(file, (key, number), "the last entry, and only the last, is always: yes")
        if bool(level.rules) == (level.always is not None):
            yield places.problem(file, (key, number), "an entry has either rules or always: yes")


def _coaching_problems(places: _Places, knowledge: KnowledgeBase) -> Iterator[Problem]:
    names = [name for item in knowledge.coaching for name in (item.by_confidence if isinstance(item, ByConfidence) else (item,))]
    yield from places.unknown("coaching.yaml", ("order",), names, knowledge.faults, "fault")
    yield from places.repeated("coaching.yaml", ("order",), names)
    for name in knowledge.faults:
        if name not in names:
            yield places.problem("coaching.yaml", ("order",), f"the fault {shown(name)} is missing from the coaching order")


def lint(knowledge: KnowledgeBase, fired: Collection[str]) -> Iterator[str]:
    """Yield what a reviewer should not let pass, though the knowledge base works.

    Args:
        knowledge: The knowledge base.
        fired: Names of the rules that are true in at least one of its worked cases.
    """
    used = {name for condition in knowledge.conditions.values() for name in observables_in(condition)}
    used |= {name for group in knowledge.groups for name in _form_observables(group.not_done_when, group.observables)}
    for name in knowledge.observables:
        if name not in used:
            yield f"{name}: no condition uses this observable"
    rules = [name for name in knowledge.conditions if _is_rule(name)]
    for name in rules:
        if name not in fired:
            yield f"{name}: no worked case makes this rule true"
    yield from _copies(knowledge, rules)
    for name, conclusion in {**knowledge.faults, **knowledge.contributors}.items():
        for rule in conclusion.rules:
            if rule.confidence == "high" and all(source in NO_EVIDENCE for source in rule.sources):
                yield f"{name}.{rule.id}: high confidence rests on no source but general knowledge or a proposal"
    for name, fault in knowledge.faults.items():
        if fault.seed == "no" and "not from the source article" not in fault.meaning:
            yield f"{name}: the meaning must say 'not from the source article', since seed is no"
    for name in knowledge.findings:
        if not knowledge.network.parents[knowledge.network.names[f"finding:{name}"]]:
            yield f"finding {name}: no condition uses it"


def _is_rule(name: str) -> bool:
    """Whether a named condition is a rule, rather than a finding, a conclusion, an objection or an *ask when*."""
    return ":" not in name and ".against." not in name


def _form_observables(skipped: Condition | None, observables: Mapping[str, Observable]) -> Iterator[str]:
    for condition in (skipped, *(item.void_when for item in observables.values())):
        if condition is not None:
            yield from observables_in(condition)


def _copies(knowledge: KnowledgeBase, rules: Iterable[str]) -> Iterator[str]:
    """Yield rules of one conclusion that mean the same by construction."""
    first: dict[tuple[str, int], str] = {}
    for name in rules:
        key = (name.rpartition(".")[0], knowledge.network.names[name])
        if key in first:
            yield f"{name}: has the same condition as {first[key]}"
        first.setdefault(key, name)
