"""Forms as text: blank as YAML to fill in with an editor, blank as the header of a table, or with
given answers.
"""

import math
import textwrap
from collections.abc import Collection, Iterator, Mapping

import yaml

from hingeexpert.formats.csv_cells import harmless_line
from hingeexpert.forms.assessment import Assessment
from hingeexpert.forms.left_blank import LEFT_BLANK, by_shorthand, keys_of, left_blank
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import HEAD_COLUMNS
from hingeexpert.knowledge.models.observables import Group, Observable, Shorthand
from hingeexpert.knowledge.wording import in_words

WIDTH = 100
PATIENT = ("id", "name")
"""Entries of the patient that the program itself reads."""


def csv_form(knowledge: KnowledgeBase, quick: bool = False) -> str:
    """Return the header of a table of forms: a column for each identifier, one line; of the quick
    card those that it asks.
    """
    names = [*HEAD_COLUMNS]
    for group, asked in _asked(knowledge, quick):
        short = _shorthand(group, asked)
        names += [f"{group.group}.{short.key}"] if short else []
        names += asked
    return harmless_line(names)


def _asked(knowledge: KnowledgeBase, quick: bool) -> Iterator[tuple[Group, list[str]]]:
    """Yield each part of the form with its questions; of the quick card, those in its order."""
    for group in knowledge.groups:
        names = [name for name in knowledge.quick_asks if name in group.observables]
        if names or not quick:
            yield group, names if quick else [*group.observables]


def _shorthand(group: Group, asked: Collection[str]) -> Shorthand | None:
    """Return the shorthand of a part where every flag that it would answer is asked."""
    flags = {
        name
        for name, item in group.observables.items()
        if item.answer.is_flag and item.default is None
    }
    return group.shorthand if flags.issubset(asked) else None


def yaml_form(knowledge: KnowledgeBase, explained: bool = False, quick: bool = False) -> str:
    """Return the blank form with every question and its allowed answers as comments. It reads as an
    empty form.

    Args:
        knowledge: The knowledge base.
        explained: How to look and what each answer means, too.
        quick: Only what the quick card asks, in its order.
    """
    example = next(iter(knowledge.observables))
    blank = "Leave blank what was not asked or seen: blank is unknown, never no."
    more = "" if explained else "How to look, and what each answer means: hingeexpert form --long. "
    show = f"hingeexpert rules show {example} (group, dot, key)."
    lines = [
        *_comment(f"{knowledge.info.title}. {blank}", ""),
        *_comment(f"{more}One question with its sources: {show}", ""),
        f"form: {knowledge.info.form}",
        "patient: {id: , name: }",
        "date:",
        "clinician:",
    ]
    for group, asked in _asked(knowledge, quick):
        heads = {cluster.asks[0]: cluster.title for cluster in group.clusters if quick}
        lines += _group(knowledge, group, asked, explained, heads)
    return "\n".join(lines) + "\n"


def filled_form(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> str:
    """Return a form with these answers, one group a line; a group's shorthand stands for what it
    would answer.
    """
    at_once = {
        name
        for group in knowledge.groups
        if answers.keys() >= {*group.flags}
        for name in group.flags
    }
    return form_of(knowledge, Assessment(answers, at_once=frozenset(at_once)))


def form_of(knowledge: KnowledgeBase, assessment: Assessment) -> str:
    """Return an assessment as a form, one group a line. It reads back as the same.

    A group's shorthand is written where some answers came from it, and beside it what it leaves
    blank. Entries of the head that are empty are left out.
    """
    patient = ", ".join(
        f"{key if key in PATIENT else _quoted(key)}: {_quoted(text)}"
        for key, text in assessment.patient.items()
    )
    head = {
        "patient": f"{{{patient}}}" if patient else "",
        "date": _quoted(assessment.date),
        "clinician": _quoted(assessment.clinician),
    }
    lines = [
        f"form: {assessment.older_form or knowledge.info.form}",
        *(f"{key}: {text}" for key, text in head.items() if text),
    ]
    for group in knowledge.groups:
        written = entries_of(group, assessment).items()
        entries = ", ".join(f"{key}: {_in_line(value)}" for key, value in written)
        lines += [f"{group.group}: {{{entries}}}"] if entries else []
    return "\n".join(lines) + "\n"


def cells_of(knowledge: KnowledgeBase, assessment: Assessment) -> dict[str, Value]:
    """Return an assessment as a row of a table: identifier to answer or text, in the order of the
    form, without blanks. A shorthand stands in it where it leaves nothing blank: a cell has no
    place for that, see `left_blank`.
    """
    head = {f"patient.{key}": text for key, text in assessment.patient.items()}
    head |= {"date": assessment.date or "", "clinician": assessment.clinician or ""}
    cells: dict[str, Value] = {name: text for name, text in head.items() if text}
    for group in knowledge.groups:
        spared = set() if left_blank(group, assessment) else by_shorthand(group, assessment)
        entries = _entries(group, assessment, spared).items()
        cells |= {f"{group.group}.{key}": value for key, value in entries}
    return cells


def entries_of(group: Group, assessment: Assessment) -> dict[str, Value | list[str]]:
    """Return the keys of a group with what is written behind them on a form."""
    entries: dict[str, Value | list[str]] = {
        **_entries(group, assessment, by_shorthand(group, assessment))
    }
    blank = keys_of(left_blank(group, assessment))
    return entries | ({LEFT_BLANK: blank} if blank else {})


def _entries(group: Group, assessment: Assessment, spared: Collection[str]) -> dict[str, Value]:
    """Return the keys of a group with what is written behind them, where its shorthand stands for
    some of its flags.
    """
    entries: dict[str, Value] = {}
    if group.shorthand is not None and spared:
        entries[group.shorthand.key] = group.shorthand.value
    for name in group.observables:
        if name in assessment.answers and name not in spared:
            entries[name.partition(".")[2]] = assessment.answers[name]
    return entries


def _in_line(value: Value | list[str]) -> str:
    """Return what stands behind a key as YAML on the same line."""
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def _quoted(text: str | None) -> str:
    """Return a text such that it reads back as the same text, whatever stands in it."""
    if text is None:
        return ""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=math.inf).strip()


def _group(
    knowledge: KnowledgeBase,
    group: Group,
    asked: Collection[str],
    explained: bool,
    heads: Mapping[str, str],
) -> Iterator[str]:
    """Yield a part of the form; `heads` has what stands above the first question of a cluster."""
    yield ""
    yield from _comment(f"{group.title}. {group.intro}", "")
    yield f"{group.group}:"
    if short := _shorthand(group, asked):
        yield from _comment(
            f"{short.value}: answers every item below that is left blank with {short.answers}", "  "
        )
        yield f"  {short.key}:"
    for name in asked:
        item = group.observables[name]
        if explained or name in heads:
            yield ""
        if name in heads:
            yield from _comment(f"{heads[name]}:", "  ")
        yield from _comment(item.question, "  ")
        answers = "; ".join((item.answer.allowed_briefly, *_remarks(knowledge, item)))
        yield from _comment(answers, "  ")
        if explained:
            yield from _explanation(item)
        yield f"  {name.partition('.')[2]}:"


def _explanation(item: Observable) -> Iterator[str]:
    """Yield how to look, and what each answer means."""
    yield from _comment(f"Look: {item.look}", "  ")
    for value, meaning in item.values.items():
        yield from _comment(f"{value}: {meaning}", "  ")
    if item.means is not None:
        yield from _comment(f"Number: {item.means}", "  ")


def _remarks(knowledge: KnowledgeBase, item: Observable) -> Iterator[str]:
    """Yield what a blank means, when the question is asked and when its answer cannot be read."""
    if item.default is not None:
        yield f"blank is taken as {item.default}"
    if item.blank == "not_needed":
        yield "just refines, may stay blank"
    if item.ask_when is not None:
        yield f"asked when {in_words(knowledge, item.ask_when, titles=True)}"
    if item.void_when is not None:
        yield f"cannot be read while {in_words(knowledge, item.void_when, titles=True)}"
    for value, condition in item.impossible_when.items():
        yield f"{value} is an error while {in_words(knowledge, condition, titles=True)}"


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{indent}# ",
        subsequent_indent=f"{indent}# ",
        break_long_words=False,
    )
