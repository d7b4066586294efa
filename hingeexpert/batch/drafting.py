"""Propose a mapping for somebody's table, for its owner to correct.

A heading or label is proposed by how alike it is to the identifiers, questions and values of the
knowledge base. Nothing is guessed that is not clear: it is named in a comment, and stays an error
until somebody says it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.batch.date_format import EXCEL, day_of_excel, read_date
from hingeexpert.batch.labels import ALIKE, CLEAR
from hingeexpert.batch.mapping import DATE, choices, fold
from hingeexpert.batch.mapping_file import BLANK, IGNORE
from hingeexpert.batch.similarity import SAME, Similarity
from hingeexpert.forms.older import retired_slip
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.base import HEAD_COLUMNS

SURE = 0.85
"""Least score that needs no second look."""
MOST_LABELS, LONGEST_LABEL = 20, 200
"""Labels of a column, and characters of a label, beyond which the cells are taken for free text."""
OTHERS = 2
"""Identifiers that are named beside the best."""
NUMBER = re.compile(r"\s*-?\d+([.,]\d+)?\s*")
HEAD = (
    "# A draft, made by comparing words: read every line, and correct it. Without a second look, "
    "only '# sure' may stay as it is.",
    f"# {IGNORE} leaves a column out. Blank is unknown, never no: write {BLANK} for a label that "
    "says that nothing was answered.",
)
DATE_FORMAT = (
    "# check this: dates are not YYYY-MM-DD; their order is not guessed. Say it, such as "
    '"%d/%m/%Y" or "%m/%d/%Y":',
    "# date_format:",
)

DAY_NUMBERS = (
    "# check this: dates look like the numbers of days in Excel; if they are:",
    f"# date_format: {EXCEL}",
)

Samples = Mapping[str, Sequence[str]]
"""Heading to different cells of its column, blanks left out."""


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


@dataclass(frozen=True)
class Meaning:
    """What a label may mean.

    Attributes:
        value: `None` where nothing is clearly alike.
        remark: How sure that is.
    """

    label: str
    value: str | None
    remark: str


def draft_mapping(knowledge: KnowledgeBase, columns: Sequence[str], samples: Samples) -> str:
    """Return a mapping for a table, as YAML with comments.

    Args:
        knowledge: The knowledge base.
        columns: Headings of the table, in its order.
        samples: Heading to different cells of its column, blanks left out.
    """
    similarity = Similarity(knowledge)
    proposals = _proposals(similarity, _once_each(columns), samples)
    lines = [*HEAD, "columns:" if proposals else "columns: {}"]
    for one in proposals:
        lines.append(f"  {quoted(one.heading)}: {one.identifier or IGNORE}  # {one.remark}")
    lines += _date_lines(proposals, samples)
    labels: list[str] = []
    for one in proposals:
        labels += _label_lines(similarity, one, samples.get(one.heading, ()))
    if any(not line.lstrip().startswith("#") for line in labels):
        lines.append("values:")
    return "\n".join([*lines, *labels]) + "\n"


def _once_each(texts: Sequence[str]) -> list[str]:
    """Return texts that differ when they are folded, without blank ones: of the same ones the first
    spelling, at the place of the last.
    """
    spellings: dict[str, str] = {}
    for text in texts:
        folded = fold(text)
        spellings[folded] = spellings.pop(folded, text)
    return [text for folded, text in spellings.items() if folded]


def quoted(text: str) -> str:
    """Write a text in double quotes, as YAML reads it back; nothing in it moves a cursor or turns
    text around.
    """
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"


def _proposals(similarity: Similarity, headings: Sequence[str], samples: Samples) -> list[Proposal]:
    """Give each identifier to the heading that is most like it, and each heading at most one
    identifier; of two that are alike to the same degree a variable of ours goes first.
    """
    own = set(similarity.knowledge.variables.values())
    ours_first = sorted(headings, key=lambda heading: fold(heading) not in own)
    scores = {name: similarity.score(name, samples.get(name, ())) for name in ours_first}
    proposals, chosen = [], _chosen(scores)
    for heading in headings:
        retired = retired_slip(similarity.knowledge, heading.strip())
        if retired is not None:
            proposals.append(Proposal(heading, None, f"check this: {retired}"))
        elif heading in chosen:
            name, cells = chosen[heading], samples.get(heading, ())
            proposals.append(_proposal(similarity, heading, name, scores[heading], cells))
        else:
            cells = samples.get(heading, ())
            proposals.append(_left_over(similarity, heading, scores[heading], cells))
    return proposals


def _chosen(scores: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Return heading to identifier: the most alike pair first, then the next of what is left.

    An identifier that is clearly less alike than the heading's best is never its second choice.

    Args:
        scores: Heading to identifier to how alike they are.
    """
    pairs = []
    for heading, by_name in scores.items():
        least = max(ALIKE, max(by_name.values()) - CLEAR)
        pairs += [(score, heading, name) for name, score in by_name.items() if score >= least]
    chosen: dict[str, str] = {}
    for _, heading, name in sorted(pairs, key=lambda pair: -pair[0]):
        if heading not in chosen and name not in chosen.values():
            chosen[heading] = name
    return chosen


def _ranked(scores: Mapping[str, float]) -> list[str]:
    """Return the identifiers that are worth a look, the most alike first."""
    alike = [name for name, score in scores.items() if score >= ALIKE]
    return sorted(alike, key=lambda name: -scores[name])


def _left_over(
    similarity: Similarity, heading: str, scores: Mapping[str, float], cells: Sequence[str]
) -> Proposal:
    """Say why nothing is proposed for a heading; a column of yes and no may be a red flag."""
    alike = ", ".join(_ranked(scores)[:OTHERS])
    taken = f"check this: like {alike}, given to another heading"
    if alike:
        return Proposal(heading, None, taken)
    is_flag = bool(cells) and set(map(fold, cells)) <= similarity.labels.yes_and_no
    asks = "check this: it answers yes and no; nothing alike"
    return Proposal(heading, None, asks if is_flag else "nothing alike")


def _proposal(
    similarity: Similarity,
    heading: str,
    name: str,
    scores: Mapping[str, float],
    cells: Sequence[str],
) -> Proposal:
    """Propose an identifier for a heading, and say how sure that is."""
    if _several(similarity, name, cells):
        remark = f"check this: several answers in one cell, not guessed; like {name}"
        return Proposal(heading, None, remark)
    if scores[name] < SAME and similarity.denied(heading, name):
        return Proposal(heading, name, "check this: asked the other way round?")
    others = [other for other in _ranked(scores) if other != name]
    if _is_clear(scores[name], [scores[other] for other in others]):
        return Proposal(heading, name, "sure")
    also = f": also {', '.join(others[:OTHERS])}" if others else ""
    return Proposal(heading, name, f"check this{also}")


def _is_clear(score: float, others: Sequence[float]) -> bool:
    """Return whether a score needs no second look beside those of other identifiers."""
    if score == SAME:
        return all(other < SAME for other in others)
    return score >= SURE and all(score - other >= CLEAR for other in others)


def _several(similarity: Similarity, name: str, cells: Sequence[str]) -> bool:
    """Say whether cells hold several labels: a part of one, cut at its commas, stands in another,
    or is a value by itself.
    """
    if name in HEAD_COLUMNS or not choices(similarity.knowledge, name):
        return False
    exact = similarity.labels.exact
    whole = [cell for cell in cells if exact(name, cell) is None]
    for number, cell in enumerate(whole):
        parts = [part for part in cell.split(", ") if fold(part)]
        if len(parts) < 2:
            continue
        elsewhere = _elsewhere(cells, number, cell)
        if any(fold(part) in elsewhere or exact(name, part) is not None for part in parts):
            return True
    return False


def _elsewhere(cells: Sequence[str], number: int, cell: str) -> set[str]:
    """Return the other cells of a column, and the same one before its place, with their parts
    between commas; all folded.
    """
    texts: set[str] = set()
    for other, text in enumerate(cells):
        if text != cell or other < number:
            texts.update(map(fold, (text, *text.split(", "))))
    return texts


def _date_lines(proposals: Sequence[Proposal], samples: Samples) -> Iterator[str]:
    """Yield a reminder where dates are written in a way of their own."""
    for one in proposals:
        cells = samples.get(one.heading, ())
        if one.identifier != DATE or all(read_date(cell, ()) for cell in cells):
            continue
        yield from DAY_NUMBERS if all(map(day_of_excel, cells)) else DATE_FORMAT


def _label_lines(similarity: Similarity, proposal: Proposal, cells: Sequence[str]) -> Iterator[str]:
    """Yield the labels of a column of choices.

    Those whose value is not clear are comments, and so stay errors until they are said.
    """
    name = proposal.identifier
    if name is None or name in HEAD_COLUMNS:
        return
    if not choices(similarity.knowledge, name):
        if not all(NUMBER.fullmatch(cell) for cell in cells):
            yield f"  # {name}: check this: some cells are not numbers"
        return
    yield from _lines_of_choices(similarity, name, cells)


def _lines_of_choices(similarity: Similarity, name: str, cells: Sequence[str]) -> Iterator[str]:
    """Yield what the labels of a column mean, as far as that must be said."""
    values = choices(similarity.knowledge, name)
    meanings = [_meaning(similarity, name, label) for label in _labels(cells)]
    if _looks_like_free_text(similarity, meanings):
        remark = "check this: most of its labels are not alike; its values are"
        yield f"  # {name}: {remark} {', '.join(values)}"
        return
    unsaid = [one for one in meanings if not _goes_without_saying(similarity, name, one)]
    if unsaid:
        yield f"  {name}:" if any(one.value for one in unsaid) else f"  # {name}:"
    for one in unsaid:
        yield _label_line(one, values)


def _labels(cells: Sequence[str]) -> list[str]:
    """Return the different labels of a column, with single blanks."""
    return [" ".join(label.split()) for label in _once_each(cells)]


def _meaning(similarity: Similarity, name: str, label: str) -> Meaning:
    value = similarity.labels.exact(name, label)
    if value is not None:
        return Meaning(label, value, "sure")
    return Meaning(label, similarity.labels.alike(name, label), "check this")


def _looks_like_free_text(similarity: Similarity, meanings: Sequence[Meaning]) -> bool:
    """Return whether there are too many labels, or they are too long, or most mean nothing."""
    too_long = any(len(one.label) > LONGEST_LABEL for one in meanings)
    if too_long or len(meanings) > MOST_LABELS:
        return True
    yes_and_no = similarity.labels.yes_and_no
    known = [one for one in meanings if one.value is not None or fold(one.label) in yes_and_no]
    return 2 * len(known) < len(meanings)


def _goes_without_saying(similarity: Similarity, name: str, one: Meaning) -> bool:
    """Return whether a label is read without a mapping: the value itself, or a yes or no of a
    flag.
    """
    item = similarity.knowledge.observables.get(name)
    is_flag = item is not None and item.answer.is_flag
    flag = similarity.knowledge.tables.flag
    is_yes_or_no = fold(one.label) in map(fold, (*flag.yes, *flag.no))
    return one.label == one.value or (is_flag and is_yes_or_no)


def _label_line(one: Meaning, values: Sequence[str]) -> str:
    if one.value is None:
        allowed = ", ".join((*values, BLANK))
        return f"    # {quoted(one.label)}:  # check this: nothing clearly alike; {allowed}"
    return f"    {quoted(one.label)}: {one.value}  # {one.remark}"
