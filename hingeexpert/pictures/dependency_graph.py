"""How the conclusions of a knowledge base hang together, as a picture: what each is read from,
derived from the conditions.

Owns gathering the dependencies and drawing them as SVG. Rows stand in layers, from questions to
readiness. Each row that others read has a lane going down from it; a dot where a lane meets a row
says that the row reads it. So everything a conclusion rests on stands to its left. Findings are
gathered by the groups of questions they read. Pure: the same knowledge always gives the same text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Condition, Holds, Is, leaves
from hingeexpert.knowledge.models.conclusions import Contributor, Fault

QUESTIONS, FINDINGS, FAULTS, CONTRIBUTORS, TRIAGE, READINESS = (
    "Questions",
    "Findings",
    "Faults",
    "May contribute",
    "Triage",
    "Readiness",
)
ROW, LANE, MARGIN, LETTER = 16, 14, 12, 6.9
"""Height of a row, width of a lane, margin, and a wide guess at the width of a letter, in
pixels.
"""


@dataclass(frozen=True)
class Row:
    """One conclusion, or one group of questions or findings.

    Attributes:
        reads: Names of the rows that its rules read, in the order of the rows.
        opposed_by: Names of the rows that only what speaks against it reads.
    """

    name: str
    layer: str
    label: str
    reads: tuple[str, ...] = ()
    opposed_by: tuple[str, ...] = ()


def dependencies(knowledge: KnowledgeBase) -> tuple[Row, ...]:
    """Return every row with what it reads, in layers, each layer in the order of the knowledge
    base.
    """
    return tuple(_Gatherer(knowledge).rows())


class _Gatherer:
    """Gathers the rows of a knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.groups = {
            name: group.group for group in knowledge.groups for name in group.observables
        }
        self.finding_groups: dict[str, tuple[str, ...]] = {}
        for name in knowledge.findings:
            self._groups_of(name)

    def rows(self) -> Iterator[Row]:
        """Yield the rows; what a row reads stands above it or in its own layer."""
        knowledge = self.knowledge
        drafts = [
            *self._inputs(),
            *self._conclusions(knowledge.faults.values()),
            *self._conclusions(knowledge.contributors.values()),
        ]
        for ladder, layer in (("triage", TRIAGE), ("readiness", READINESS)):
            for level in knowledge.ladders[ladder]:
                reads = self._read(rule.when for rule in level.rules)
                drafts.append((f"{ladder}:{level.id}", layer, level.title, reads, set[str]()))
        order = {draft[0]: number for number, draft in enumerate(drafts)}
        for name, layer, label, reads, opposed_by in drafts:
            yield Row(
                name,
                layer,
                label,
                *(
                    tuple(sorted(names, key=order.__getitem__))
                    for names in (reads, opposed_by - reads)
                ),
            )

    def _inputs(self) -> Iterator[tuple[str, str, str, set[str], set[str]]]:
        titles = {group.group: group.title for group in self.knowledge.groups}
        for group, title in titles.items():
            yield f"group:{group}", QUESTIONS, title, set(), set()
        places = {group: number for number, group in enumerate(titles)}
        for groups in sorted(
            set(self.finding_groups.values()),
            key=lambda groups: (len(groups), [places[group] for group in groups]),
        ):
            count = sum(other == groups for other in self.finding_groups.values())
            label = f"{' and '.join(titles[group] for group in groups)} ({count})"
            yield _gathered(groups), FINDINGS, label, {f"group:{group}" for group in groups}, set()

    def _conclusions(
        self, conclusions: Iterable[Fault | Contributor]
    ) -> Iterator[tuple[str, str, str, set[str], set[str]]]:
        for item in conclusions:
            name, layer = (
                (f"fault:{item.fault}", FAULTS)
                if isinstance(item, Fault)
                else (f"contributor:{item.contributor}", CONTRIBUTORS)
            )
            yield (
                name,
                layer,
                item.title,
                self._read(rule.when for rule in item.rules),
                self._read(other.when for other in item.against),
            )

    def _groups_of(self, finding: str) -> tuple[str, ...]:
        """Return the groups that a finding reads, itself or through others, in the order of the
        form.
        """
        if finding not in self.finding_groups:
            read: set[str] = set()
            for leaf in leaves(self.knowledge.findings[finding].when):
                if isinstance(leaf, Is):
                    read.add(self.groups[leaf.observable])
                elif leaf.name.startswith("finding:"):
                    read.update(self._groups_of(leaf.name.removeprefix("finding:")))
            self.finding_groups[finding] = tuple(
                group.group for group in self.knowledge.groups if group.group in read
            )
        return self.finding_groups[finding]

    def _read(self, conditions: Iterable[Condition]) -> set[str]:
        """Return the names of the rows that conditions read."""
        return {self._row_of(leaf) for condition in conditions for leaf in leaves(condition)}

    def _row_of(self, leaf: Is | Holds) -> str:
        if isinstance(leaf, Is):
            return f"group:{self.groups[leaf.observable]}"
        if leaf.name.startswith("finding:"):
            return _gathered(self.finding_groups[leaf.name.removeprefix("finding:")])
        return leaf.name


def _gathered(groups: Iterable[str]) -> str:
    return f"findings:{'+'.join(groups)}"


def in_sentences(rows: Iterable[Row]) -> str:
    """Say the whole picture in words: one sentence for each row that reads another."""
    labels: dict[str, str] = {}
    sentences = []
    for row in rows:
        labels[row.name] = f"{row.layer}, {row.label}"
        reads = "; ".join(labels.get(name, name) for name in row.reads)
        opposed = "; ".join(labels.get(name, name) for name in row.opposed_by)
        if reads or opposed:
            against = f"{' and' if reads else ''} is spoken against by {opposed}" if opposed else ""
            sentences.append(f"{labels[row.name]}:{f' reads {reads}' if reads else ''}{against}.")
    return " ".join(sentences)


def draw(knowledge: KnowledgeBase) -> str:
    """Draw the dependencies as one SVG element; its title says all of them in words.

    Colours are those of the page around it.
    """
    return _Drawing(dependencies(knowledge)).svg()


class _Drawing:
    """Places rows and lanes, and writes the SVG."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        read = {name for row in rows for name in (*row.reads, *row.opposed_by)}
        self.x: dict[str, int] = {}
        self.y: dict[str, int] = {}
        self.headings: list[tuple[str, int, int]] = []
        lane, y, layer = MARGIN, 0, ""
        for row in rows:
            if row.layer != layer:
                layer = row.layer
                self.headings.append((layer, lane, y))
                y += ROW + ROW // 4
            self.x[row.name], self.y[row.name] = lane, y + ROW // 2
            y += ROW
            lane += LANE if row.name in read else 0
        self.height = y + ROW // 2
        texts = [
            *((self.x[row.name] + LANE, row.label) for row in rows),
            *((x, heading) for heading, x, _ in self.headings),
        ]
        self.width = round(max(x + len(text) * LETTER for x, text in texts)) + MARGIN

    def svg(self) -> str:
        """Return the drawing."""
        drawn = [
            *self._bands(),
            *self._lanes(),
            *(part for row in self.rows for part in self._row(row)),
        ]
        size = (
            f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        )
        title = f"<title>{escape(in_sentences(self.rows))}</title>"
        return "\n".join(
            [
                (
                    f'<svg class="dependencies" role="img" {size} font-size="12" '
                    f'fill="currentColor">{title}'
                ),
                *drawn,
                "</svg>",
            ]
        )

    def _bands(self) -> Iterator[str]:
        """Yield the ground and the heading of each layer."""
        ends = [*(y for _, _, y in self.headings[1:]), self.height]
        for number, ((heading, x, y), end) in enumerate(zip(self.headings, ends, strict=True)):
            opacity = 0.045 if number % 2 else 0
            yield (
                f'<rect x="0" y="{y}" width="{self.width}" height="{end - y}" rx="6" '
                f'fill="currentColor" fill-opacity="{opacity}"/>'
            )
            yield (
                f'<text x="{x - LANE // 2 + 2}" y="{y + ROW - 4}" '
                f'font-weight="700">{escape(heading)}</text>'
            )

    def _lanes(self) -> Iterator[str]:
        """Yield a line down from every row that is read, as far as the last row that reads it."""
        lowest: dict[str, int] = {}
        for row in self.rows:
            lowest |= dict.fromkeys((*row.reads, *row.opposed_by), self.y[row.name])
        for name, end in lowest.items():
            yield (
                f'<path d="M{self.x[name]} {self.y[name]}V{end}" stroke="currentColor" '
                'stroke-opacity=".45"/>'
            )

    def _row(self, row: Row) -> Iterator[str]:
        x, y = self.x[row.name], self.y[row.name]
        met = [self.x[name] for name in (*row.reads, *row.opposed_by)]
        if met:
            yield f'<path d="M{min(met)} {y}H{x}" stroke="currentColor" stroke-opacity=".45"/>'
        yield (
            f'<rect class="ground" x="{x - 4}" y="{y - 4}" width="8" height="8" rx="1.5" '
            'stroke="currentColor" stroke-width="1.5"/>'
        )
        for name in row.reads:
            yield f'<circle cx="{self.x[name]}" cy="{y}" r="3.5"/>'
        for name in row.opposed_by:
            yield (
                f'<circle class="ground" cx="{self.x[name]}" cy="{y}" r="3.25" '
                'stroke="currentColor" stroke-width="1.5"/>'
            )
        yield f'<text x="{x + LANE - 4}" y="{y + 4}">{escape(row.label)}</text>'
