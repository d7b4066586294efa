"""Forms as text: blank as YAML to fill in with an editor, blank as the header of a table, or with given answers."""

import csv
import io
import textwrap
from collections.abc import Iterator, Mapping

from hingeexpert.condition import Value
from hingeexpert.entries import Group, Observable
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.wording import in_words

WIDTH = 100


def csv_form(knowledge: KnowledgeBase) -> str:
    """Return the header of a table of forms: a column for each identifier, one line."""
    names = ["patient.id", "patient.name", "date", "clinician"]
    for group in knowledge.groups:
        names += [f"{group.group}.{group.shorthand.key}"] if group.shorthand else []
        names += group.observables
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(names)
    return text.getvalue()


def yaml_form(knowledge: KnowledgeBase) -> str:
    """Return the blank form with every question and its allowed answers as comments. It reads as an empty form."""
    lines = [
        *_comment(f"{knowledge.info.title}. Leave blank what was not asked or seen: blank is unknown, never no.", ""),
        f"form: {knowledge.info.form}",
        "patient: {id: , name: }",
        "date:",
        "clinician:",
    ]
    for group in knowledge.groups:
        lines += _group(knowledge, group)
    return "\n".join(lines) + "\n"


def filled_form(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> str:
    """Return a form with these answers, one group a line; a group's shorthand stands for what it would answer.

    Args:
        knowledge: The knowledge base.
        answers: Observable to value.
    """
    lines = [f"form: {knowledge.info.form}"]
    for group in knowledge.groups:
        given = {name: answers[name] for name in group.observables if name in answers}
        entries = {name.partition(".")[2]: value for name, value in given.items()}
        short = group.shorthand
        if short is not None and all(name in given for name, item in group.observables.items() if item.type == "flag"):
            entries = {short.key: short.value, **{key: value for key, value in entries.items() if value != short.answers}}
        if entries:
            lines.append(f"{group.group}: {{{', '.join(f'{key}: {value}' for key, value in entries.items())}}}")
    return "\n".join(lines) + "\n"


def _group(knowledge: KnowledgeBase, group: Group) -> Iterator[str]:
    yield ""
    yield from _comment(f"{group.title}. {group.intro}", "")
    yield f"{group.group}:"
    if group.shorthand is not None:
        short = group.shorthand
        yield from _comment(f"{short.value}: answers every item below that is left blank with {short.answers}", "  ")
        yield f"  {short.key}:"
    for name, item in group.observables.items():
        yield from _comment(item.question, "  ")
        yield from _comment(f"{_allowed(item)}{_remarks(knowledge, item)}", "  ")
        yield f"  {name.partition('.')[2]}:"


def _allowed(item: Observable) -> str:
    if item.range is None:
        return " | ".join(item.values)
    kind = "whole number" if item.type == "integer" else "number"
    return f"{kind} {item.range.least:g} to {item.range.most:g}, {item.range.unit}"


def _remarks(knowledge: KnowledgeBase, item: Observable) -> str:
    default = f"; blank is taken as {item.default}" if item.default is not None else ""
    asked = f"; asked when {in_words(knowledge, item.ask_when)}" if item.ask_when is not None else ""
    return default + asked


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ", break_long_words=False)
