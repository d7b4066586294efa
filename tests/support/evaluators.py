"""The same forms through every evaluator of the rules: plain algebra, experta, CLIPS, columns and
z3, each in the same words.
"""

import itertools
import multiprocessing
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import clips
import polars as pl
import yaml
from shipped import shipped, shipped_cases

from hingeexpert.assurance import read_cases
from hingeexpert.assurance.clips import export_clips
from hingeexpert.assurance.solver import Solver
from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import NOT_NOTED, what_is_known
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.inference.columns import Columns
from hingeexpert.inference.diagnosis import ABSENT, STATUSES, UNDETERMINED, LadderResult
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value, observables_in
from hingeexpert.knowledge.evaluation import Worlds, evaluate

Answers = dict[str, Value]
Truths = dict[str, bool | None]
TRUTHS = {"true": True, "false": False}
SLOT = re.compile(r"\(\S+ ([^\s()]+)\)")
"""A slot of a fact as CLIPS writes it, whose value is a name."""


@dataclass(frozen=True)
class Verdicts:
    """What a form leads to.

    Attributes:
        conclusions: For each fault and contributor status and confidence.
        ladders: For each ladder both ends and the verdict.
        focus: The fault to coach first, or `none`; not compared where an evaluator says nothing of
            it.
        checks: Answers that do not fit, joined by a blank; like the focus.
    """

    conclusions: dict[tuple[str, str], tuple[str, str]]
    ladders: dict[str, tuple[str, str, str]]
    focus: str | None = field(default=None, compare=False)
    checks: str | None = field(default=None, compare=False)


class Plain:
    """The condition algebra itself."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge

    def truths(self, answers: Mapping[str, Value]) -> Truths:
        """Return the truth of every named condition."""
        network = self.knowledge.network
        truths = evaluate(network, Worlds(what_is_known(self.knowledge, answers).facts))
        return {name: truths[place].in_world(0) for name, place in network.names.items()}


class Experta:
    """The engine, as `diagnose` shows it."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        first: dict[int, str] = {}
        for name, place in knowledge.network.names.items():
            first.setdefault(place, name)
        self.labels = {name: first[place] for name, place in knowledge.network.names.items()}

    def judge(self, answers: Mapping[str, Value]) -> tuple[Truths, Verdicts]:
        """Return the truths that the trace tells, and the verdicts."""
        diagnosis = diagnose(self.knowledge, Assessment(answers))
        told = {step.concludes for step in diagnosis.trace}
        truths = {
            name: next((truth for word, truth in TRUTHS.items() if f"{at} is {word}" in told), None)
            for name, at in self.labels.items()
        }
        return truths, self._verdicts(diagnosis)

    def _verdicts(self, diagnosis: Diagnosis) -> Verdicts:
        every = [("fault", name) for name in self.knowledge.faults] + [
            ("contributor", name) for name in self.knowledge.contributors
        ]
        conclusions = dict.fromkeys(every, ("absent", "none"))
        for kind, results in (("fault", diagnosis.faults), ("contributor", diagnosis.contributors)):
            conclusions |= {
                (kind, result.id): (result.status, result.confidence or "none")
                for result in results
            }
        ladders = {"triage": diagnosis.triage, "readiness": diagnosis.readiness}
        focus = diagnosis.focus.fault if diagnosis.focus else "none"
        ends = {name: _ends(ladder) for name, ladder in ladders.items()}
        checks = " ".join(check.id for check in diagnosis.checks)
        return Verdicts(conclusions, ends, focus, checks)


def _ends(ladder: LadderResult) -> tuple[str, str, str]:
    return ladder.at_least, ladder.not_ruled_out, ladder.verdict


class Clips:
    """The exported program in CLIPS itself."""

    def __init__(self, knowledge: KnowledgeBase, program: str | None = None) -> None:
        self.program = program or export_clips(knowledge)
        self.names = knowledge.network.names
        self.environment = self._loaded()

    def _loaded(self) -> clips.Environment:
        environment = clips.Environment()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rules.clp"
            path.write_text(self.program, encoding="utf-8")
            environment.load(str(path))
        return environment

    @contextmanager
    def _past_routers(self) -> Iterator[None]:
        """Let CLIPS read and write without asking clipspy about every word, which takes half of
        the time. What CLIPS says of an error goes to the terminal meanwhile.
        """
        routers = [*self.environment.routers()]
        for router in routers:
            router.deactivate()
        try:
            yield
        finally:
            for router in routers:
                router.activate()

    def judge(self, answers: Mapping[str, Value]) -> tuple[Truths, Verdicts]:
        """Return the truths and verdicts that one run asserts."""
        self.environment.reset()
        self.add(answers)
        return self.read()

    def add(self, answers: Mapping[str, Value]) -> None:
        """Assert answers and run."""
        facts = (
            f"(answer (observable {name}) (value {value}))\n" for name, value in answers.items()
        )
        with self._past_routers():
            if answers:
                self.environment.load_facts("".join(facts))
            self.environment.run()

    def facts(self, template: str) -> Iterator[dict[str, Value]]:
        """Yield the facts of a template; clipspy 1.0.6 keeps each that it shows, and so becomes
        slow.
        """
        for fact in self.environment.find_template(template).facts():
            yield {slot: str(value) if isinstance(value, str) else value for slot, value in fact}

    def read(self) -> tuple[Truths, Verdicts]:
        """Return the truths and verdicts that are asserted now."""
        truths: Truths = dict.fromkeys(self.names)
        conclusions: list[tuple[tuple[str, str], tuple[str, str]]] = []
        ladders: list[tuple[str, tuple[str, str, str]]] = []
        for fact in self._concluded():
            match fact:
                case "condition", name, truth:
                    assert truths.get(name) is None, f"{name} is both true and false"
                    truths |= {name: TRUTHS[truth]} if name in truths else {}
                case "conclusion", kind, subject, status, confidence:
                    conclusions.append(((kind, subject), (status, confidence)))
                case "ladder", name, at_least, not_ruled_out, verdict:
                    ladders.append((name, (at_least, not_ruled_out, verdict)))
                case _:
                    raise AssertionError(f"{fact} is not as CLIPS writes a fact")
        assert (len(conclusions), len(ladders)) == (len(dict(conclusions)), len(dict(ladders))), (
            "something is concluded twice"
        )
        return truths, Verdicts(dict(conclusions), dict(ladders))

    def _concluded(self) -> Iterator[list[str]]:
        """Yield what is concluded, each fact as its template and its slots, as CLIPS writes them
        all at once.
        """
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as written:
            templates = "condition conclusion ladder"
            with self._past_routers():
                self.environment.eval(f'(save-facts "{written.name}" visible {templates})')
            for line in written:
                yield [line[1:].partition(" ")[0], *SLOT.findall(line)]


class Table:
    """The columns of a table, all rows at once."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge, self.columns = knowledge, Columns(knowledge)

    def frame(self, forms: Sequence[Answers]) -> pl.LazyFrame:
        """Return forms as a table."""
        types = self.columns.schema
        return pl.LazyFrame(
            {
                name: pl.Series([form.get(name) for form in forms], dtype=type_)
                for name, type_ in types.items()
            }
        )

    def judge(self, forms: Sequence[Answers]) -> list[tuple[Truths, Verdicts]]:
        """Return the truths and verdicts of each form."""
        answers = self.frame(forms)
        truths, results = pl.collect_all(
            [self.columns.truths(answers), self.columns.conclude(answers)]
        )
        return list(zip(truths.to_dicts(), map(self._verdicts, results.to_dicts()), strict=True))

    def _verdicts(self, row: dict[str, str]) -> Verdicts:
        none = {STATUSES[UNDETERMINED], STATUSES[ABSENT]}
        conclusions = {
            (kind, name): (row[f"{kind}.{name}"], "none")
            if row[f"{kind}.{name}"] in none
            else ("present", row[f"{kind}.{name}"])
            for kind, names in (
                ("fault", self.knowledge.faults),
                ("contributor", self.knowledge.contributors),
            )
            for name in names
        }
        ladders = {
            name: (row[f"{name}.at_least"], row[f"{name}.not_ruled_out"], row[f"{name}.verdict"])
            for name in self.knowledge.ladders
        }
        return Verdicts(conclusions, ladders, row["focus"] or "none", row["checks"] or "")


def differences(one: str, first: object, other: str, second: object) -> Iterator[str]:
    """Yield every place where two evaluators differ, in words."""
    if isinstance(first, Verdicts) and isinstance(second, Verdicts):
        yield from differences(one, first.conclusions, other, second.conclusions)
        yield from differences(one, first.ladders, other, second.ladders)
        if first.focus and second.focus and first.focus != second.focus:
            yield f"focus: {first.focus} by {one}, {second.focus} by {other}"
        if None not in (first.checks, second.checks) and first.checks != second.checks:
            yield f"checks: {first.checks} by {one}, {second.checks} by {other}"
    elif isinstance(first, dict) and isinstance(second, dict) and first != second:
        for key in {**first, **second}:
            if first.get(key, "nothing") != second.get(key, "nothing"):
                yield (
                    f"{key}: {first.get(key, 'nothing')} by {one}, {second.get(key, 'nothing')} "
                    f"by {other}"
                )


def legal(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> Answers:
    """Return answers that a form accepts: without the findings of a drill that was not done, and
    without what other answers rule out.
    """
    network = knowledge.form_network
    truths = evaluate(network, Worlds(answers))
    left_out: set[str] = set()
    for group in knowledge.groups:
        if (
            group.not_done_when is not None
            and truths[network.names[f"not_done:{group.group}"]].true
        ):
            left_out |= {
                name for name in group.observables if answers.get(name) != NOT_NOTED
            } - observables_in(group.not_done_when)
    for name, item in knowledge.observables.items():
        given = answers.get(name)
        if given in item.impossible_when:
            impossible = truths[network.names[f"impossible:{name}:{given}"]].true
            left_out |= {name} if impossible else set()
    return {name: value for name, value in answers.items() if name not in left_out}


def boundary_forms(knowledge: KnowledgeBase, bases: list[Answers]) -> list[Answers]:
    """Return each base, and each with one observable blank or with one of the answers that between
    them have every effect; none twice.
    """
    return [
        dict(form)
        for form in dict.fromkeys(
            tuple(sorted(form.items())) for form in _boundary_forms(knowledge, bases)
        )
    ]


def _boundary_forms(knowledge: KnowledgeBase, bases: list[Answers]) -> Iterator[Answers]:
    for base in bases:
        yield legal(knowledge, base)
        for name, values in knowledge.answers.items():
            rest = {other: value for other, value in base.items() if other != name}
            yield legal(knowledge, rest)
            for value in values:
                yield legal(knowledge, {**rest, name: value})


def random_forms(knowledge: KnowledgeBase, seed: int, bases: list[Answers]) -> Iterator[Answers]:
    """Yield random forms without end: sparse and full ones, with and without red flags, and worked
    cases with a few answers changed.
    """
    chance = random.Random(seed)
    calm = {
        name: group.shorthand.answers
        for group in knowledge.groups
        if group.shorthand
        for name in group.observables
    }
    calm = {
        name: value for name, value in calm.items() if value in knowledge.observables[name].values
    }
    while True:
        if chance.random() < 0.5:
            drawn = dict(chance.choice(bases))
            for name in chance.sample(list(knowledge.observables), chance.randint(1, 8)):
                drawn.pop(name, None)
                if chance.random() < 0.8:
                    drawn[name] = _value(knowledge, name, chance)
        else:
            density = chance.choice([0.1, 0.5, 0.9, 1.0])
            drawn = {
                name: _value(knowledge, name, chance)
                for name in knowledge.observables
                if chance.random() < density
            }
            drawn |= calm if chance.random() < 0.6 else {}
        yield legal(knowledge, drawn)


def _value(knowledge: KnowledgeBase, name: str, chance: random.Random) -> Value:
    item = knowledge.observables[name]
    if item.range is None or chance.random() < 0.5:
        return chance.choice(knowledge.answers[name])
    least, most = item.range.least, item.range.most
    return (
        chance.randint(int(least), int(most))
        if item.type == "integer"
        else chance.uniform(least, most)
    )


def case_answers(knowledge: KnowledgeBase, *verdicts: str) -> list[Answers]:
    """Return the answers of the shipped worked cases, the fullest first: all, or of those that
    expect one of these readiness verdicts.
    """
    folder = data_folder("rules") / CASES
    cases = shipped_cases() if knowledge is shipped() else read_cases(knowledge, folder)[0]
    wanted = [case for case in cases if not verdicts or case.expect.readiness in verdicts]
    return [
        dict(case.assessment.answers)
        for case in sorted(wanted, key=lambda case: -len(case.assessment.answers))
    ]


def as_yaml(answers: Mapping[str, Value]) -> str:
    """Write answers as a form."""
    groups: dict[str, Answers] = {}
    for name, value in answers.items():
        group, _, key = name.partition(".")
        groups.setdefault(group, {})[key] = value
    return yaml.safe_dump(groups, sort_keys=False)


@dataclass
class Report:
    """What comparing some forms found.

    Attributes:
        seconds: For each evaluator how long it took.
        forms: For each evaluator how many forms it judged.
        differing: Forms on which two evaluators differ, each with its differences.
        reached: Every conclusion and verdict that was reached.
    """

    seconds: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    differing: list[tuple[Answers, list[str]]] = field(default_factory=list)
    reached: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, other: "Report") -> None:
        """Take over what another report found."""
        self.seconds += other.seconds
        self.forms += other.forms
        self.differing += other.differing
        self.reached |= other.reached


class Comparison:
    """Every evaluator of one knowledge base, built once."""

    def __init__(
        self, knowledge: KnowledgeBase, program: str | None = None, solver_every: int = 10
    ) -> None:
        """Build the evaluators.

        Args:
            knowledge: The knowledge base.
            program: The CLIPS program; the exported one unless given.
            solver_every: z3 judges each form whose number is a multiple of this.
        """
        self.plain, self.experta, self.clips = (
            Plain(knowledge),
            Experta(knowledge),
            Clips(knowledge, program),
        )
        self.table, self.solver = Table(knowledge), Solver(knowledge)
        self.solver_every = solver_every

    def compare(self, forms: Iterable[Answers]) -> Report:
        """Judge each form by every evaluator."""
        report, forms = Report(), list(forms)
        table = _timed(report, "columns", len(forms), self.table.judge, forms)
        for number, (answers, (table_truths, table_verdicts)) in enumerate(
            zip(forms, table, strict=True)
        ):
            plain = _timed(report, "plain", 1, self.plain.truths, answers)
            truths, verdicts = _timed(report, "experta", 1, self.experta.judge, answers)
            clips_truths, clips_verdicts = _timed(report, "CLIPS", 1, self.clips.judge, answers)
            found = [
                *differences("plain", plain, "experta", truths),
                *differences("plain", plain, "CLIPS", clips_truths),
            ]
            found += differences("plain", plain, "columns", table_truths)
            found += [
                *differences("experta", verdicts, "CLIPS", clips_verdicts),
                *differences("experta", verdicts, "columns", table_verdicts),
            ]
            if number % self.solver_every == 0:
                found += differences(
                    "plain", plain, "z3", _timed(report, "z3", 1, self.solver.truths, answers)
                )
            if found:
                report.differing.append((answers, found))
            report.reached |= {(*what, *result) for what, result in verdicts.conclusions.items()}
            report.reached |= {
                (ladder, verdict) for ladder, (_, _, verdict) in verdicts.ladders.items()
            }
        return report


def _timed(report: Report, name: str, count: int, judge: Callable[[Any], Any], forms: Any) -> Any:
    start = time.perf_counter()
    judged = judge(forms)
    report.seconds[name] += time.perf_counter() - start
    report.forms[name] += count
    return judged


@cache
def _shipped() -> Comparison:
    """Return the comparison of the shipped knowledge base, built once in each process."""
    return Comparison(shipped())


def _compare(forms: list[Answers]) -> Report:
    return _shipped().compare(forms)


def compared(forms: Iterable[Answers], processes: int = 2, batch: int = 50) -> Iterator[Report]:
    """Compare forms on the shipped knowledge base, a batch at a time, and yield a report of each
    batch in turn.
    """
    source = iter(forms)
    batches = iter(lambda: list(itertools.islice(source, batch)), [])
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_compare, batches)
