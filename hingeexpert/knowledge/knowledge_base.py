"""The knowledge base: everything in `rules/` together, the named conditions that follow from it,
and their network.

The shape of the files is `models`; reading them is `loading.py`; judging a person is `inference`.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hingeexpert.knowledge import naming
from hingeexpert.knowledge.condition import (
    Between,
    Condition,
    Is,
    OneOf,
    Value,
    leaves,
)
from hingeexpert.knowledge.models.base import HEAD_COLUMNS
from hingeexpert.knowledge.models.checks import Check, OlderForm
from hingeexpert.knowledge.models.conclusions import (
    ByConfidence,
    ContactTable,
    Contributor,
    Fault,
    Finding,
    Together,
)
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.ladders import Level, TriageLevel, Verdict
from hingeexpert.knowledge.models.observables import Cluster, Group, Observable
from hingeexpert.knowledge.models.remarks import Remark
from hingeexpert.knowledge.models.sources import Info, Parameter, Retired, Source
from hingeexpert.knowledge.named_conditions import named_conditions
from hingeexpert.knowledge.network import Network

if TYPE_CHECKING:
    from hingeexpert.knowledge.models.body import BodyFile
    from hingeexpert.knowledge.models.exchange import ExchangeFile
    from hingeexpert.knowledge.models.handout import HandoutFile
    from hingeexpert.knowledge.models.intake import IntakeFile
    from hingeexpert.knowledge.models.languages import LanguageFile
    from hingeexpert.knowledge.models.poses import PoseFile
    from hingeexpert.knowledge.models.properties import Property
    from hingeexpert.knowledge.models.tables import TableFile
    from hingeexpert.knowledge.models.words import WordFile

LATER = (
    "mentions",
    "properties",
    "words",
    "handout",
    "intake",
    "poses",
    "body",
    "tables",
    "exchange",
    "languages",
)
"""What a diagnosis does without: pickled apart, and unpickled when it is first asked for."""


@dataclass(frozen=True, eq=False, repr=False)
class KnowledgeBase:
    """All of `rules/`, checked.

    Attributes:
        sha256: Hash of the knowledge, over every file but the worked cases.
        triage: The levels of triage, the most severe first.
        readiness: The verdicts of readiness, the most restrictive first.
    """

    info: Info
    sha256: str
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter]
    groups: tuple[Group, ...]
    findings: Mapping[str, Finding]
    faults: Mapping[str, Fault]
    contributors: Mapping[str, Contributor]
    drills: Mapping[str, Drill]
    triage: tuple[TriageLevel, ...]
    readiness: tuple[Verdict, ...]
    coaching: tuple[str | ByConfidence, ...]
    sure_first: tuple[str, ...]
    together: tuple[Together, ...]
    contact_table: ContactTable | None
    no_dose: Mapping[str, str]
    less_dose_when: Condition | None
    mentions: frozenset[str]
    checks: tuple[Check, ...]
    older_form: OlderForm
    remarks: tuple[Remark, ...]
    properties: tuple[Property, ...]
    words: WordFile
    handout: HandoutFile
    intake: IntakeFile
    poses: PoseFile
    body: BodyFile
    tables: TableFile
    exchange: ExchangeFile
    languages: Mapping[str, LanguageFile]
    observables: Mapping[str, Observable] = field(init=False)

    def __post_init__(self) -> None:
        everything = {
            name: item for group in self.groups for name, item in group.observables.items()
        }
        object.__setattr__(self, "observables", everything)

    def __getstate__(self) -> dict[str, object]:
        """Return what is pickled: with the networks compiled, so that who unpickles it need not do
        it.
        """
        compiled = {
            "network": self.network,
            "form_network": self.form_network,
            "intake_network": self.intake_network,
        }
        everything = {**self.__dict__, **compiled, "tests": self.tests, "answers": self.answers}
        apart = {name: pickle.dumps(getattr(self, name)) for name in LATER}
        return {
            **{name: item for name, item in everything.items() if name not in LATER},
            "_later": apart,
        }

    if not TYPE_CHECKING:  # or every misspelled attribute would pass

        def __getattr__(self, name: str) -> Any:
            """Unpickle what was pickled apart."""
            apart = self.__dict__.get("_later", {})
            if name not in apart:
                raise AttributeError(
                    f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
                )
            # It comes from the same pickle as the object itself.
            self.__dict__[name] = pickle.loads(apart[name])  # noqa: S301
            return self.__dict__[name]

    @property
    def ladders(self) -> dict[str, tuple[Level, ...]]:
        """Both ladders by name."""
        return {"triage": self.triage, "readiness": self.readiness}

    def levels(self, ladder: str) -> dict[str, Level]:
        """Return the levels of a ladder by id, in their order."""
        return {level.id: level for level in self.ladders[ladder]}

    def level(self, ladder: str, name: str) -> Level:
        """Return one level of a ladder.

        Raises:
            KeyError: There is no such level.
        """
        return self.levels(ladder)[name]

    @cached_property
    def conclusions(self) -> dict[str, Fault | Contributor]:
        """All faults, then all contributors; no two bear the same name."""
        return {**self.faults, **self.contributors}

    @property
    def conclusions_by_kind(
        self,
    ) -> tuple[tuple[str, Mapping[str, Fault | Contributor]], ...]:
        """Faults and contributors, each with the kind that names of conditions begin with."""
        return ("fault", self.faults), ("contributor", self.contributors)

    def present(self, conclusion: str) -> str:
        """Return the name of the condition that a fault or contributor is present."""
        return naming.present("fault" if conclusion in self.faults else "contributor", conclusion)

    @cached_property
    def part_of(self) -> dict[str, Group]:
        """For each observable the part of the form that it stands in."""
        return {name: group for group in self.groups for name in group.observables}

    @cached_property
    def quick_clusters(self) -> tuple[Cluster, ...]:
        """The clusters of questions on the quick card, in its order."""
        quick = self.intake.quick
        named = {cluster.id: cluster for group in self.groups for cluster in group.clusters}
        return tuple(named[name] for name in quick.clusters) if quick is not None else ()

    @cached_property
    def quick_asks(self) -> tuple[str, ...]:
        """What the quick card and the short visit ask, in their order; nothing without a card."""
        quick = self.intake.quick
        clustered = [name for cluster in self.quick_clusters for name in cluster.asks]
        return (*clustered, *quick.asks) if quick is not None else ()

    @property
    def shorthands(self) -> dict[str, Group]:
        """The parts of the form that have a shorthand, by its column in a table of forms."""
        return {group.shorthand_column: group for group in self.groups if group.shorthand_column}

    @cached_property
    def variables(self) -> dict[str, str]:
        """Every column of a table of forms to its name in systems whose names have no dot."""
        named = {name: name.replace(".", "_") for name in (*HEAD_COLUMNS, *self.shorthands)}
        for name, item in self.observables.items():
            named[name] = item.variable or name.replace(".", "_")
        return named

    @property
    def drills_of_form(self) -> tuple[Group, ...]:
        """The parts of the form that hold the findings of a drill, which may not have been done."""
        return tuple(group for group in self.groups if group.not_done_when is not None)

    def newer_than(self, tag: str) -> frozenset[str]:
        """Return the observables that forms with a tag did not have yet.

        Args:
            tag: One of `Info.tags`.
        """
        tags = self.info.tags
        later = tags[tags.index(tag) + 1 :]
        return frozenset(name for name, item in self.observables.items() if item.since in later)

    @cached_property
    def retired(self) -> dict[str, Retired]:
        """The identifiers that forms no longer have."""
        return {entry.id: entry for entry in self.info.retired}

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """Every named condition. Names: see `naming.py`."""
        return named_conditions(self)

    @cached_property
    def network(self) -> Network:
        """The network of all named conditions."""
        asked = {
            name: naming.ask(name)
            for name, item in self.observables.items()
            if item.ask_when is not None
        }
        optional = frozenset(
            name for name, item in self.observables.items() if item.blank == "not_needed"
        )
        return Network(self.conditions, asked, optional)

    @cached_property
    def form_network(self) -> Network:
        """The network of what a form itself decides: answers that cannot be read, drills that were
        not done, answers that others rule out.
        """
        void = {
            naming.void(name): item.void_when
            for name, item in self.observables.items()
            if item.void_when is not None
        }
        skipped = {
            naming.not_done(group.group): group.not_done_when
            for group in self.groups
            if group.not_done_when is not None
        }
        impossible = {
            naming.impossible(name, value): condition
            for name, item in self.observables.items()
            for value, condition in item.impossible_when.items()
        }
        return Network({**void, **skipped, **impossible}, {})

    @cached_property
    def intake_network(self) -> Network:
        """The network of what a visit asks once another answer is there, what no press of a whole
        part answers then, and what it answers by itself.
        """
        follows = {
            naming.follows(name): item.follows
            for name, item in self.observables.items()
            if item.follows is not None
        }
        computed = {
            naming.computed(name, value): condition
            for name, item in self.observables.items()
            for value, condition in item.computed_when.items()
        }
        looked = {
            naming.own_look(name): item.own_look_when
            for name, item in self.observables.items()
            if item.own_look_when is not None
        }
        return Network({**follows, **looked, **computed}, {})

    @cached_property
    def faults_reading(self) -> dict[str, tuple[str, ...]]:
        """For each observable the faults that read it, also in what speaks against them."""
        reading: dict[str, list[str]] = {name: [] for name in self.observables}
        for name, fault in self.faults.items():
            against = (naming.objection(name, item.id) for item in fault.against)
            for observable in self._observables_of([naming.fault(name), *against]):
                reading[observable].append(name)
        return {name: tuple(faults) for name, faults in reading.items()}

    def _observables_of(self, conditions: Iterable[str]) -> set[str]:
        """Return every observable that some named conditions read."""
        places = (self.network.names[name] for name in conditions)
        return set().union(*map(self.network.observables_below, places))

    @cached_property
    def tests(self) -> dict[str, list[OneOf | Between]]:
        """For each observable, every test that a condition makes of it, also one that stands in no
        rule but is proven of them.
        """
        tests: dict[str, list[OneOf | Between]] = {name: [] for name in self.observables}
        nodes = (*self.network.nodes, *self.form_network.nodes)
        proven = (leaf for condition in self.proven_conditions for leaf in leaves(condition))
        for test in (*(node.test for node in nodes), *proven):
            if isinstance(test, Is) and test.test not in tests[test.observable]:
                tests[test.observable].append(test.test)
        return tests

    @property
    def proven_conditions(self) -> Iterator[Condition]:
        """Yield the conditions of which something is proven and that no rule need hold."""
        for item in self.properties:
            yield from item.conditions
        for card in self.handout.care:
            yield from card.conditions
        yield from (item.condition for item in self.words.in_order)

    @cached_property
    def answers(self) -> dict[str, tuple[Value, ...]]:
        """For each observable, answers that between them have every effect that any answer can
        have.
        """
        return {
            name: item.answer.representatives(self.tests[name])
            for name, item in self.observables.items()
        }

    def accepts(self, name: str, value: Value) -> bool:
        """Return whether there is such a question, and this is an allowed answer to it."""
        item = self.observables.get(name)
        return item is not None and item.answer.accepts(value)

    def same_effect(self, name: str, value: Value) -> Value:
        """Return the answer of `answers` that passes the same tests as this one.

        Args:
            name: An observable.
            value: An allowed answer to it.
        """
        if value in self.answers[name]:
            return value
        effect = [test.accepts(value) for test in self.tests[name]]
        return next(
            other
            for other in self.answers[name]
            if [test.accepts(other) for test in self.tests[name]] == effect
        )

    @cached_property
    def coaching_order(self) -> tuple[str, ...]:
        """All faults in coaching order, a tie within `by_confidence` as written."""
        return tuple(
            name
            for item in self.coaching
            for name in (item.by_confidence if isinstance(item, ByConfidence) else (item,))
        )
