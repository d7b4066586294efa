"""Propose a mapping for somebody's table, for its owner to correct.

Owns what is proposed and how it is written: YAML that `mapping.py` reads as it is, with a comment on all that is not sure. Nothing is
guessed where a guess could turn an answer around, and no free text of a patient is written down.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.batch.mapping import BLANK, DATE, FREE, IGNORE, choices, fold
from hingeexpert.batch.similarity import ALIKE, CLEAR, SAME, SURE, YES_NO, Similarity, alike, exact
from hingeexpert.knowledge import KnowledgeBase

MOST_LABELS, LONGEST_LABEL = 20, 200
"""Labels of a column, and characters of a label, beyond which the cells are taken for free text."""
OTHERS = 2
"""Identifiers that are named beside the best."""
ISO_DATE = re.compile(r"\s*\d{4}-\d{2}-\d{2}\s*")


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one heading.

    Attributes:
        identifier: `None` where nothing is alike, or where it must not be guessed.
        remark: How sure that is, and what to look at.
    """

    heading: str
    identifier: str | None
    remark: str


def draft_mapping(knowledge: KnowledgeBase, columns: Sequence[str], samples: Mapping[str, Sequence[str]]) -> str:
    """Return a mapping for a table, as YAML with comments.

    Args:
        knowledge: The knowledge base.
        columns: Headings of the table, in its order.
        samples: Heading to different cells of its column, blanks left out.
    """
    headings = list({fold(heading): heading for heading in reversed(columns) if fold(heading)}.values())[::-1]
    proposals = _proposals(Similarity(knowledge), headings, samples)
    lines = [
        "# A draft, made by comparing words: read every line, and correct it. Without a second look, only '# sure' may stay as it is.",
        f"# {IGNORE} leaves a column out. Blank is unknown, never no: write {BLANK} for a label that says that nothing was answered.",
        "columns:" if proposals else "columns: {}",
        *(f"  {quoted(one.heading)}: {one.identifier or IGNORE}  # {one.remark}" for one in proposals),
        *_date_lines(proposals, samples),
    ]
    labels = [line for one in proposals for line in _label_lines(knowledge, one, samples.get(one.heading, ()))]
    return "\n".join([*lines, *(["values:", *labels] if any(not line.lstrip().startswith("#") for line in labels) else labels)]) + "\n"


def quoted(text: str) -> str:
    """Write a text in double quotes, as YAML reads it back; nothing in it moves a cursor or turns text around."""
    escaped = (f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in text)
    return f'"{"".join(escaped)}"'


def _proposals(similarity: Similarity, headings: Sequence[str], samples: Mapping[str, Sequence[str]]) -> list[Proposal]:
    """Give each identifier to the heading that is most like it, and each heading at most one identifier."""
    scores = {heading: similarity.score(heading, samples.get(heading, ())) for heading in headings}
    pairs = [
        (score, heading, name)
        for heading in headings
        for name, score in scores[heading].items()
        if score >= max(ALIKE, max(scores[heading].values()) - CLEAR)
    ]
    given: dict[str, str] = {}
    for _, heading, name in sorted(pairs, key=lambda pair: -pair[0]):
        if heading not in given and name not in given.values():
            given[heading] = name
    return [_proposal(similarity, heading, given.get(heading), scores[heading], samples.get(heading, ())) for heading in headings]


def _proposal(similarity: Similarity, heading: str, name: str | None, scores: Mapping[str, float], cells: Sequence[str]) -> Proposal:
    ranked = sorted((other for other, score in scores.items() if score >= ALIKE), key=lambda other: -scores[other])
    if name is None:
        taken = f"check this: like {', '.join(ranked[:OTHERS])}, given to another heading" if ranked else "nothing alike"
        return Proposal(heading, None, taken)
    if _several(similarity.knowledge, name, cells):
        return Proposal(heading, None, f"check this: several answers in one cell, not guessed; like {name}")
    others = [other for other in ranked if other != name]
    clear = scores[name] >= SURE and all(scores[name] - scores[other] >= CLEAR for other in others)
    if scores[name] < SAME and similarity.denied(heading, name):
        return Proposal(heading, name, "check this: asked the other way round?")
    if scores[name] == SAME or clear:
        return Proposal(heading, name, "sure")
    return Proposal(heading, name, f"check this: also {', '.join(others[:OTHERS])}" if others else "check this")


def _several(knowledge: KnowledgeBase, name: str, cells: Sequence[str]) -> bool:
    """Say whether cells hold several labels: a part of one, cut at its commas, stands in another, or is a value by itself."""
    if name in FREE or not choices(knowledge, name):
        return False
    whole = [cell for cell in cells if exact(knowledge, name, cell) is None]
    for number, cell in enumerate(whole):
        parts = [part for part in cell.split(", ") if fold(part)]
        elsewhere = {fold(part) for other, text in enumerate(cells) if text != cell or other < number for part in (text, *text.split(", "))}
        if len(parts) > 1 and any(fold(part) in elsewhere or exact(knowledge, name, part) is not None for part in parts):
            return True
    return False


def _date_lines(proposals: Sequence[Proposal], samples: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for one in proposals:
        cells = samples.get(one.heading, ())
        if one.identifier == DATE and not all(ISO_DATE.fullmatch(cell) for cell in cells):
            yield '# check this: dates are not YYYY-MM-DD; their order is not guessed. Say it, such as "%d/%m/%Y" or "%m/%d/%Y":'
            yield "# date_format:"


def _label_lines(knowledge: KnowledgeBase, proposal: Proposal, cells: Sequence[str]) -> Iterator[str]:
    """Yield the labels of a column of choices. Those whose value is not clear are comments, and so stay errors until they are said."""
    name = proposal.identifier
    if name is None or name in FREE:
        return
    if not choices(knowledge, name):
        if not all(re.fullmatch(r"\s*-?\d+([.,]\d+)?\s*", cell) for cell in cells):
            yield f"  # {name}: check this: some cells are not numbers"
        return
    item = knowledge.observables.get(name)
    understood = {label for labels in YES_NO.values() for label in labels}
    labels = list({fold(cell): " ".join(cell.split()) for cell in reversed(cells) if fold(cell)}.values())[::-1]
    meant = {label: _meant(knowledge, name, label) for label in labels}
    free = len(labels) > MOST_LABELS or any(len(label) > LONGEST_LABEL for label in labels)
    if free or 2 * sum(value is not None or fold(label) in understood for label, (value, _) in meant.items()) < len(labels):
        yield f"  # {name}: check this: most of its labels are not alike; its values are {', '.join(choices(knowledge, name))}"
        return
    plain = understood if item is not None and item.type == "flag" else set()
    told = [label for label in labels if label != meant[label][0] and fold(label) not in plain]
    if told:
        yield f"  {name}:" if any(meant[label][0] for label in told) else f"  # {name}:"
    yield from (_label_line(knowledge, name, label, *meant[label]) for label in told)


def _meant(knowledge: KnowledgeBase, name: str, label: str) -> tuple[str | None, str]:
    value = exact(knowledge, name, label)
    if value is not None:
        return value, "sure"
    item = knowledge.observables.get(name)
    return (alike(item, label) if item is not None else None), "check this"


def _label_line(knowledge: KnowledgeBase, name: str, label: str, value: str | None, remark: str) -> str:
    if value is None:
        return f"    # {quoted(label)}:  # check this: nothing clearly alike; {', '.join((*choices(knowledge, name), BLANK))}"
    return f"    {quoted(label)}: {value}  # {remark}"
