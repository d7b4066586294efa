"""A knowledge base in which each rule can be switched off, and one from which it is taken out.

A switch is an invented question, which is *no* unless somebody answers it; it stands at the named
condition itself, before the network is made, where rules that share a part are still apart. The
rest of the program knows nothing of switches.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from hingeexpert.assurance.hazards.log_checks import rule_names
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import AllOf, AnyOf, Condition, Holds, Is, Not, OneOf, leaves
from hingeexpert.knowledge.models.conclusions import Conclusion
from hingeexpert.knowledge.models.hazards import Control
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.models.observables import Group, Observable

OFF, YES = "off", "yes"
NEVER = AnyOf(())
ALWAYS = AllOf(())
Edit = Callable[[str, Condition], Condition | None]
"""From the name of a condition and the condition to what stands in its place; `None` for nothing.
"""
SWITCHED = ("level", "drill", "blank", "void")
"""Kinds of control besides rules that can be switched off."""


def can_be_off(control: Control) -> bool:
    """Return whether a control is one of the rules' own: the others stand outside of them."""
    return control.kind == "rule" or control.kind in SWITCHED


def key_of(control: Control) -> str:
    """Return what a control that can be switched off is called."""
    if control.rule is not None:
        return control.rule
    return ":".join(filter(None, (control.kind, getattr(control, control.kind), control.key)))


def switch(key: str) -> str:
    """Return the invented question that switches something off."""
    return f"{OFF}:{key}"


def switches(knowledge: KnowledgeBase, controls: Iterable[Control]) -> list[str]:
    """Return the keys of all that can be switched off: every rule, and these controls."""
    others = [key_of(control) for control in controls if can_be_off(control)]
    return list(dict.fromkeys([*rule_names(knowledge), *others]))


def switched(knowledge: KnowledgeBase, controls: Iterable[Control]) -> KnowledgeBase:
    """Return the knowledge base with a switch at every rule, objection and finding, and at these
    controls; but for those of a level and of `not_with`, which stand in no condition.
    """
    keys = switches(knowledge, controls)
    invented = {switch(key): _invented(key) for key in keys}
    group = Group.model_construct(
        group=OFF, title=OFF, intro=OFF, observables=invented, clusters=(), shorthand=None
    )
    edited = edited_rules(knowledge, lambda key, when: AllOf((when, _on(key))))
    return replace(
        edited,
        drills=_switched_drills(edited, keys),
        groups=(*_switched_groups(edited, keys), group),
    )


def _invented(key: str) -> Observable:
    return Observable.model_construct(
        question=key,
        asked_of="examiner",
        look=key,
        type="flag",
        values={YES: key, "no": key},
        default="no",
        changeable="no",
        sources=(),
    )


def _off(key: str) -> Is:
    return Is(switch(key), OneOf(frozenset({YES})))


def _on(key: str) -> Not:
    return Not(_off(key))


def _switched_drills(knowledge: KnowledgeBase, keys: Collection[str]) -> Mapping[str, Any]:
    """Return the drills, with a switch at each condition of which one is named."""
    drills = dict(knowledge.drills)
    for name, drill in knowledge.drills.items():
        key = f"drill:{name}:enter"
        if key in keys:
            drills[name] = drill.model_copy(
                update={"enter": AnyOf((drill.enter or ALWAYS, _off(key)))}
            )
    return drills


def _switched_groups(knowledge: KnowledgeBase, keys: Collection[str]) -> list[Group]:
    """Return the parts of the form: with a blank switched off it counts as not needed, with a void
    answer switched off it counts as read.
    """

    def edited(name: str, item: Observable) -> Observable:
        update: dict[str, Condition] = {}
        if f"blank:{name}" in keys:
            update["ask_when"] = AllOf((item.ask_when or ALWAYS, _on(f"blank:{name}")))
        if f"void:{name}" in keys:
            update["void_when"] = AllOf((item.void_when or NEVER, _on(f"void:{name}")))
        return item.model_copy(update=update) if update else item

    return [_edited_group(group, edited) for group in knowledge.groups]


def _edited_group(group: Group, edit: Callable[[str, Observable], Observable]) -> Group:
    items = {name: edit(name, item) for name, item in group.observables.items()}
    return group.model_copy(update={"observables": items})


def edited_rules(knowledge: KnowledgeBase, edit: Edit) -> KnowledgeBase:
    """Return the knowledge base with another condition at each rule, objection and finding; one
    that gets none is taken out.
    """
    triage, readiness = (
        tuple(_edited_level(ladder, level, edit) for level in levels)
        for ladder, levels in knowledge.ladders.items()
    )
    findings = _kept(
        (name, _edited(item, naming.finding(name), edit))
        for name, item in knowledge.findings.items()
    )
    return replace(
        knowledge,
        triage=triage,
        readiness=readiness,
        findings=findings,
        faults=_edited_conclusions(knowledge.faults, edit),
        contributors=_edited_conclusions(knowledge.contributors, edit),
    )


def _edited_level(ladder: str, level: Level, edit: Edit) -> Any:
    rules = (
        _edited(rule, naming.level_rule(ladder, level.id, rule.id), edit) for rule in level.rules
    )
    return level.model_copy(update={"rules": tuple(filter(None, rules))})


def _edited_conclusions(conclusions: Mapping[str, Any], edit: Edit) -> dict[str, Any]:
    return {name: _edited_conclusion(name, item, edit) for name, item in conclusions.items()}


def _edited_conclusion(name: str, conclusion: Conclusion, edit: Edit) -> Conclusion:
    rules = (_edited(rule, naming.rule(name, rule.id), edit) for rule in conclusion.rules)
    against = (_edited(item, naming.objection(name, item.id), edit) for item in conclusion.against)
    update = {"rules": tuple(filter(None, rules)), "against": tuple(filter(None, against))}
    return conclusion.model_copy(update=update)


def _edited(entry: Any, name: str, edit: Edit) -> Any:
    """Return an entry with another condition, or `None` where it gets none."""
    when = edit(name, entry.when)
    return None if when is None else entry.model_copy(update={"when": when})


def _kept(entries: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: item for name, item in entries if item is not None}


def without(knowledge: KnowledgeBase, keys: Collection[str]) -> KnowledgeBase:
    """Return the knowledge base from which rules and other controls are really taken out: no switch
    stands in it. What other conditions name stays, and is never true.

    Args:
        knowledge: A knowledge base.
        keys: Names of rules, or keys of other controls.
    """
    held = _held(knowledge)

    def edit(name: str, when: Condition) -> Condition | None:
        if name not in keys:
            return when
        return NEVER if name in held else None

    bare = edited_rules(knowledge, edit)
    return replace(
        bare,
        readiness=tuple(_without_key(level, keys) for level in bare.readiness),
        drills={name: _bare_drill(name, drill, keys) for name, drill in bare.drills.items()},
        groups=tuple(
            _edited_group(group, lambda name, item: _bare_question(name, item, keys))
            for group in bare.groups
        ),
    )


def _held(knowledge: KnowledgeBase) -> set[str]:
    """Return the names that conditions hold, but for a level that holds its own rules."""
    levels = {
        naming.level(ladder, name)
        for ladder in knowledge.ladders
        for name in knowledge.levels(ladder)
    }
    presents = {
        naming.present(kind, name)
        for kind, conclusions in knowledge.conclusions_by_kind
        for name in conclusions
    }
    return {
        leaf.name
        for name, condition in knowledge.conditions.items()
        if name not in levels | presents
        for leaf in leaves(condition)
        if isinstance(leaf, Holds) and not leaf.name.partition(".against.")[1]
    }


def _without_key(level: Any, keys: Collection[str]) -> Any:
    update = {
        key: None for key in ("withholds_cues",) if f"level:readiness.{level.id}:{key}" in keys
    }
    return level.model_copy(update=update) if update else level


def _bare_drill(name: str, drill: Any, keys: Collection[str]) -> Any:
    update: dict[str, Any] = {}
    if f"drill:{name}:enter" in keys:
        update["enter"] = None
    if f"drill:{name}:not_with" in keys:
        update["not_with"] = ()
    return drill.model_copy(update=update) if update else drill


def _bare_question(name: str, item: Observable, keys: Collection[str]) -> Observable:
    update: dict[str, Any] = {}
    if f"blank:{name}" in keys:
        update["blank"] = "not_needed"
    if f"void:{name}" in keys:
        update["void_when"] = None
    return item.model_copy(update=update) if update else item
