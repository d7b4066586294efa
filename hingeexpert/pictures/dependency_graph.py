"""How the conclusions of a knowledge base hang together, as a picture: what each is read from,
derived from the conditions.

Owns gathering the dependencies and drawing them as SVG. Rows stand in layers, from questions to
readiness. Each row that others read has a lane going down from it; a dot where a lane meets a row
says that the row reads it. So everything a conclusion rests on stands to its left. Findings are
gathered by the groups of questions they read. Pure: the same knowledge always gives the same text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Condition, Holds, Is, leaves
from hingeexpert.knowledge.models.conclusions import Contributor, Fault
from hingeexpert.pictures.strokes import element, svg, words

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


@dataclass(frozen=True)
class _Draft:
    """A row whose readings are not yet in order."""

    name: str
    layer: str
    label: str
    reads: set[str] = field(default_factory=set)
    opposed_by: set[str] = field(default_factory=set)


class _Gatherer:
    """Gathers the rows of a knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.titles = {group.group: group.title for group in knowledge.groups}
        self.group_of = {
            name: group.group for group in knowledge.groups for name in group.observables
        }
        self.finding_groups: dict[str, tuple[str, ...]] = {}
        for name in knowledge.findings:
            self._groups_of(name)

    def rows(self) -> Iterator[Row]:
        """Yield the rows; what a row reads stands above it or in its own layer."""
        drafts = list(self._drafts())
        order = {draft.name: number for number, draft in enumerate(drafts)}
        for draft in drafts:
            reads = sorted(draft.reads, key=order.__getitem__)
            opposed_by = sorted(draft.opposed_by - draft.reads, key=order.__getitem__)
            yield Row(draft.name, draft.layer, draft.label, tuple(reads), tuple(opposed_by))

    def _drafts(self) -> Iterator[_Draft]:
        """Yield all rows, layer by layer."""
        knowledge = self.knowledge
        for group, title in self.titles.items():
            yield _Draft(f"group:{group}", QUESTIONS, title)
        yield from self._findings()
        yield from (self._conclusion(fault) for fault in knowledge.faults.values())
        yield from (self._conclusion(item) for item in knowledge.contributors.values())
        yield from self._levels("triage", TRIAGE)
        yield from self._levels("readiness", READINESS)

    def _findings(self) -> Iterator[_Draft]:
        """Yield a row for all findings that read the same groups, those that read fewest first."""
        gathered = list(self.finding_groups.values())
        places = {group: number for number, group in enumerate(self.titles)}

        def order(groups: tuple[str, ...]) -> tuple[int, list[int]]:
            return len(groups), [places[group] for group in groups]

        for groups in sorted(set(gathered), key=order):
            titles = " and ".join(self.titles[group] for group in groups)
            label = f"{titles} ({gathered.count(groups)})"
            yield _Draft(_gathered(groups), FINDINGS, label, {f"group:{name}" for name in groups})

    def _conclusion(self, item: Fault | Contributor) -> _Draft:
        """Return the row of a fault or of what may contribute."""
        if isinstance(item, Fault):
            name, layer = naming.fault(item.fault), FAULTS
        else:
            name, layer = naming.contributor(item.contributor), CONTRIBUTORS
        reads = self._read(rule.when for rule in item.rules)
        return _Draft(
            name, layer, item.title, reads, self._read(other.when for other in item.against)
        )

    def _levels(self, ladder: str, layer: str) -> Iterator[_Draft]:
        """Yield the rows of a ladder."""
        for level in self.knowledge.ladders[ladder]:
            reads = self._read(rule.when for rule in level.rules)
            yield _Draft(naming.level(ladder, level.id), layer, level.title, reads)

    def _groups_of(self, finding: str) -> tuple[str, ...]:
        """Return the groups that a finding reads, itself or through others, in the order of the
        form.
        """
        if finding not in self.finding_groups:
            read: set[str] = set()
            for leaf in leaves(self.knowledge.findings[finding].when):
                if isinstance(leaf, Is):
                    read.add(self.group_of[leaf.observable])
                    continue
                kind, name = naming.kind_and_id(leaf.name)
                if kind == "finding":
                    read.update(self._groups_of(name))
            self.finding_groups[finding] = tuple(group for group in self.titles if group in read)
        return self.finding_groups[finding]

    def _read(self, conditions: Iterable[Condition]) -> set[str]:
        """Return the names of the rows that conditions read."""
        return {self._row_of(leaf) for condition in conditions for leaf in leaves(condition)}

    def _row_of(self, leaf: Is | Holds) -> str:
        """Return the name of the row that a leaf reads."""
        if isinstance(leaf, Is):
            return f"group:{self.group_of[leaf.observable]}"
        if naming.is_rule(leaf.name):
            ladder, level, _ = naming.parts_of_level_rule(leaf.name)
            return naming.level(ladder, level)
        kind, name = naming.kind_and_id(leaf.name)
        return _gathered(self.finding_groups[name]) if kind == "finding" else leaf.name


def _gathered(groups: Iterable[str]) -> str:
    """Return the name of the row of all findings that read these groups."""
    return f"findings:{'+'.join(groups)}"


def in_sentences(rows: Iterable[Row]) -> str:
    """Say the whole picture in words: one sentence for each row that reads another."""
    labels: dict[str, str] = {}
    sentences = []
    for row in rows:
        labels[row.name] = f"{row.layer}, {row.label}"
        clauses = []
        if row.reads:
            clauses.append(f"reads {_listed(row.reads, labels)}")
        if row.opposed_by:
            clauses.append(f"is spoken against by {_listed(row.opposed_by, labels)}")
        if clauses:
            sentences.append(f"{labels[row.name]}: {' and '.join(clauses)}.")
    return " ".join(sentences)


def _listed(names: Iterable[str], labels: dict[str, str]) -> str:
    """Return rows by their labels."""
    return "; ".join(labels.get(name, name) for name in names)


def draw(knowledge: KnowledgeBase) -> str:
    """Draw the dependencies as one SVG element; its title says all of them in words.

    Colours are those of the page around it.
    """
    return _Drawing(dependencies(knowledge)).svg()


@dataclass(frozen=True)
class _Heading:
    """The heading of a layer, where its lanes and its rows begin."""

    text: str
    x: int
    y: int


class _Drawing:
    """Places rows and lanes, and writes the SVG."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self.x: dict[str, int] = {}
        self.y: dict[str, int] = {}
        self.headings: list[_Heading] = []
        self.height = self._place() + ROW // 2
        self.width = round(self._right_end()) + MARGIN

    def _place(self) -> int:
        """Give each row its height and its lane, and return where the last row ends."""
        read = {name for row in self.rows for name in _met(row)}
        lane, y, layer = MARGIN, 0, ""
        for row in self.rows:
            if row.layer != layer:
                layer = row.layer
                self.headings.append(_Heading(layer, lane, y))
                y += ROW + ROW // 4
            self.x[row.name], self.y[row.name] = lane, y + ROW // 2
            y += ROW
            # What nobody reads needs no lane of its own.
            lane += LANE if row.name in read else 0
        return y

    def _right_end(self) -> float:
        """Return where the longest text ends."""
        labels = [self.x[row.name] + LANE + len(row.label) * LETTER for row in self.rows]
        return max([*labels, *(item.x + len(item.text) * LETTER for item in self.headings)])

    def svg(self) -> str:
        """Return the drawing; each part stands on a line."""
        parts = [*self._bands(), *self._lanes()]
        for row in self.rows:
            parts += self._row(row)
        return svg(
            in_sentences(self.rows),
            (self.width, self.height),
            ["\n", *(f"{part}\n" for part in parts)],
            {"class": "dependencies"},
            width=self.width,
            height=self.height,
            font_size=12,
            fill="currentColor",
        )

    def _bands(self) -> Iterator[str]:
        """Yield the ground and the heading of each layer; every second ground is darker."""
        ends = [*(heading.y for heading in self.headings[1:]), self.height]
        for number, (heading, end) in enumerate(zip(self.headings, ends, strict=True)):
            yield element(
                "rect",
                x=0,
                y=heading.y,
                width=self.width,
                height=end - heading.y,
                rx=6,
                fill="currentColor",
                fill_opacity="0.045" if number % 2 else 0,
            )
            place = complex(heading.x - LANE // 2 + 2, heading.y + ROW - 4)
            yield words(heading.text, place, font_weight="700")

    def _lanes(self) -> Iterator[str]:
        """Yield a line down from every row that is read, as far as the last row that reads it."""
        lowest: dict[str, int] = {}
        for row in self.rows:
            lowest |= dict.fromkeys(_met(row), self.y[row.name])
        for name, end in lowest.items():
            yield _faint(f"M{self.x[name]} {self.y[name]}V{end}")

    def _row(self, row: Row) -> Iterator[str]:
        """Yield the line of a row to all that it reads, its own square, what stands on the lanes
        that it reads, and its label.
        """
        x, y = self.x[row.name], self.y[row.name]
        lanes = [self.x[name] for name in _met(row)]
        if lanes:
            yield _faint(f"M{min(lanes)} {y}H{x}")
        yield _hollow("rect", x=x - 4, y=y - 4, width=8, height=8, rx=1.5)
        yield from self._dots(row)
        yield words(row.label, complex(x + LANE - 4, y + 4))

    def _dots(self, row: Row) -> Iterator[str]:
        """Yield a dot on each lane that a row reads, a hollow one where that speaks against it."""
        y = self.y[row.name]
        for name in row.reads:
            yield element("circle", cx=self.x[name], cy=y, r=3.5)
        for name in row.opposed_by:
            yield _hollow("circle", cx=self.x[name], cy=y, r="3.25")


def _met(row: Row) -> tuple[str, ...]:
    """Return the rows whose lanes a row meets."""
    return (*row.reads, *row.opposed_by)


def _faint(path: str) -> str:
    """Return a line in half ink."""
    return element("path", d=path, stroke="currentColor", stroke_opacity=".45")


def _hollow(name: str, **place: str | float) -> str:
    """Return a form filled with the colour of the page."""
    attributes: dict[str, str | float] = {"class": "ground", **place}
    return element(name, **attributes, stroke="currentColor", stroke_width=1.5)
