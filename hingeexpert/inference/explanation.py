"""How a conclusion was reached, and why another was not: each condition with its truth and the
answer that made it so.

Reads the same network and the same record of firings that the diagnosis was made from. What would
change a verdict is `what_if.py`.
"""

from collections.abc import Sequence

from hingeexpert.errors import InputError, nearest
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import Known, what_is_known
from hingeexpert.inference.conclude import engine_for, trace
from hingeexpert.inference.explained import (
    WORDS,
    Explained,
    ExplainedRule,
    Explanation,
    Objection,
    TruthWord,
)
from hingeexpert.inference.facts import Inference
from hingeexpert.inference.grading import graded
from hingeexpert.inference.telling import PASSES, Gist, Telling
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Holds,
    Is,
    Not,
    parts_of,
)
from hingeexpert.knowledge.evaluation import Truth, Worlds, evaluate
from hingeexpert.knowledge.models.conclusions import Against, Conclusion, Rule
from hingeexpert.knowledge.models.ladders import LevelRule
from hingeexpert.knowledge.wording import observable_in_words, title_and_test, titled

ASSUMED = " is assumed "
"""What an answer says of itself that stands for a blank."""


def explain(
    knowledge: KnowledgeBase, assessment: Assessment, id: str | None = None
) -> list[Explanation]:
    """Say how conclusions were reached, or why they were not.

    Args:
        knowledge: The knowledge base.
        assessment: A checked form.
        id: A fault, a contributor, a triage level or a verdict. Without it the triage level, the
            verdict and every present fault are explained, in this order; while a referral comes
            first, no fault.

    Raises:
        InputError: There is no such id; the message names the nearest.
    """
    return Explainer(knowledge, assessment).asked(id)


class Explainer:
    """Explains the conclusions of one form."""

    REACHED = "the verdict"
    """Standing of the level or verdict that is decided."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        assessment: Assessment,
        titles: bool = False,
        passes: int = PASSES,
    ) -> None:
        """Judge a checked form once.

        Args:
            knowledge: The knowledge base.
            assessment: The form.
            titles: Write observables and conclusions by their title, not by their name.
            passes: How long to search what would change a conclusion; not at all with 0.
        """
        self.knowledge = knowledge
        self.titles = titles
        self.assessment = assessment
        self.known: Known = what_is_known(knowledge, assessment.answers)
        self.inference: Inference = engine_for(knowledge).infer(self.known.facts)
        self._truths: Sequence[Truth] = evaluate(knowledge.network, Worlds(self.known.facts))
        self.telling = Telling(knowledge, assessment, self.known, self._truths, passes)

    def ids(self) -> list[str]:
        """Return everything that can be explained."""
        levels = [level.id for levels in self.knowledge.ladders.values() for level in levels]
        return [*self.knowledge.faults, *self.knowledge.contributors, *levels]

    def reached(self) -> list[str]:
        """Return what a reader wants explained first: on each ladder the proven entry and the first
        not ruled out, then present faults.

        While a referral comes first no fault is explained unasked.
        """
        names: list[str] = []
        for ladder, levels in self.knowledge.ladders.items():
            stands = self.telling.stands(ladder)
            names += dict.fromkeys((levels[stands.not_ruled_out].id, levels[stands.at_least].id))
        faults = [] if self.refer_first() else self.knowledge.faults
        return [*names, *(name for name in faults if self.inference.truth(naming.fault(name)))]

    def refer_first(self) -> bool:
        """Whether a verdict is proven that must be ruled out before any cue; what would lead
        elsewhere is then no question.
        """
        return self.telling.refer_first()

    def next_step(self) -> list[str]:
        """Return the verdict of readiness after the decided one: nothing while it is open, or at
        the end of the ladder.
        """
        levels = self.knowledge.readiness
        stands = self.telling.stands("readiness")
        after = levels[stands.at_least + 1 : stands.at_least + 2]
        return [level.id for level in after] if stands.decided else []

    def asked(self, name: str | None) -> list[Explanation]:
        """Explain one conclusion, or what a reader wants explained first.

        Raises:
            InputError: There is no such id; the message names the nearest.
        """
        if name is None:
            return [self.explain(reached) for reached in self.reached()]
        if name not in self.ids():
            raise InputError(
                f"there is no fault, contributor, level or verdict '{name}'"
                f"{nearest(name, self.ids())}"
            )
        return [self.explain(name)]

    def explain(self, name: str) -> Explanation:
        """Explain a fault, a contributor, a triage level or a verdict, by its id.

        Raises:
            KeyError: There is no such id.
        """
        for kind, conclusions in self.knowledge.conclusions_by_kind:
            if name in conclusions:
                return self._conclusion(kind, name, conclusions[name])
        for ladder, levels in self.knowledge.ladders.items():
            if any(level.id == name for level in levels):
                return self._level(ladder, name)
        raise KeyError(name)

    def _conclusion(self, kind: str, name: str, conclusion: Conclusion) -> Explanation:
        condition = naming.present(kind, name)
        truth = self.inference.truth(condition)
        standing = {True: "present", False: "absent", None: "undetermined"}[truth]
        rules = [self._conclusion_rule(name, conclusion, rule) for rule in conclusion.rules]
        told = self.telling.conclusion(kind, name, conclusion, rules)
        return self._explanation(name, kind, conclusion.title, standing, condition, rules, told)

    def _conclusion_rule(self, name: str, conclusion: Conclusion, rule: Rule) -> ExplainedRule:
        """Explain a rule of a fault or contributor, and what speaks against it."""
        truth = self.inference.truth(naming.rule(name, rule.id))
        confidence = rule.confidence
        if truth:
            confidence, _ = graded(conclusion, name, rule, self.inference.truth)
        return ExplainedRule(
            rule=naming.rule(name, rule.id),
            truth=WORDS[truth],
            confidence=confidence,
            because=rule.because,
            sources=list(rule.sources),
            condition=self.condition(rule.when),
            against=[self._objection(item) for item in conclusion.touching(rule)],
        )

    def _objection(self, item: Against) -> Objection:
        return Objection(
            effect=item.effect, because=item.because, condition=self.condition(item.when)
        )

    def _level(self, ladder: str, name: str) -> Explanation:
        level = self.knowledge.level(ladder, name)
        condition = naming.level(ladder, name)
        rules = [self._level_rule(ladder, name, rule) for rule in level.rules]
        standing = self._standing(ladder, name)
        told = self.telling.level(ladder, name)
        explained = self._explanation(name, ladder, level.title, standing, condition, rules, told)
        return explained.model_copy(update={"limits": level.rules_limit is not None})

    def _level_rule(self, ladder: str, level: str, rule: LevelRule) -> ExplainedRule:
        name = naming.level_rule(ladder, level, rule.id)
        return ExplainedRule(
            rule=name,
            truth=WORDS[self.inference.truth(name)],
            because=rule.because,
            sources=list(rule.sources),
            condition=self.condition(rule.when),
        )

    def _standing(self, ladder: str, name: str) -> str:
        """Say where a level stands: it is the verdict, something else holds or at least cannot be
        bettered, or it is open or ruled out.
        """
        match self.telling.place(ladder, name):
            case "verdict":
                return self.REACHED
            case "ruled_out":
                return "ruled out"
            case "after":
                proven = self.telling.proven(ladder).id
                called = self._called(naming.level(ladder, proven))
                if self.telling.stands(ladder).decided:
                    return f"not the verdict: {called} holds and comes first"
                return f"cannot be better than {called} yet"
            case "open":
                return self._open(ladder, name)

    def _open(self, ladder: str, name: str) -> str:
        """Say that a level is open, and what is not ruled out before it."""
        levels = [level.id for level in self.knowledge.ladders[ladder]]
        conditions = [naming.level(ladder, level) for level in levels[: levels.index(name)]]
        before = [self._called(each) for each in conditions if self.inference.truth(each) is None]
        return f"open: not ruled out before it: {', '.join(before)}" if before else "open"

    def _explanation(
        self,
        name: str,
        kind: str,
        title: str,
        standing: str,
        condition: str,
        rules: list[ExplainedRule],
        told: Gist,
    ) -> Explanation:
        proof = self.inference.proof(self.inference.network.names[condition])
        record = Inference(self.inference.network, self.inference.truths, proof)
        return Explanation(
            id=name,
            kind=kind,
            title=title,
            truth=WORDS[self.inference.truth(condition)],
            standing=standing,
            **vars(told),
            rules=rules,
            chain=list(trace(record)),
        )

    def condition(self, condition: Condition) -> Explained:
        """Explain one condition of the knowledge base, part by part."""
        truth = WORDS[self._truths[self.knowledge.network.position(condition)].in_world(0)]
        match condition:
            case Is(observable, _):
                answer = self.answer(observable)
                words = observable_in_words(self.knowledge, condition, self.titles)
                return Explained(condition=words, truth=truth, answer=answer, decided_by=[answer])
            case Holds(name):
                return self._named(name, truth)
            case AllOf() | AnyOf() | Not() | AtLeast():
                return _composed(condition, truth, [*map(self.condition, parts_of(condition))])

    def _named(self, name: str, truth: TruthWord) -> Explained:
        """Explain a named condition by its meaning and its own parts."""
        below = self.condition(self.knowledge.conditions[name])
        kind, key = naming.kind_and_id(name)
        return Explained(
            condition=self._name_in_words(name),
            truth=truth,
            refers_to=key if key and kind != "finding" else None,
            decided_by=below.decided_by,
            parts=[below],
        )

    def _name_in_words(self, name: str) -> str:
        """Write a named condition: the meaning of a finding, the title of a conclusion or level and
        what is tested of it, or what a rule is called.
        """
        kind, key = naming.kind_and_id(name)
        if not key:
            return f'"{_reasons(self.knowledge)[name]}"' if self.titles else f"rule {name}"
        title, test = title_and_test(self.knowledge, name)
        if kind == "finding":
            return title
        ladder = f"{kind} " if kind in self.knowledge.ladders else ""
        return f"{ladder}{self._called(name)} {test}"

    def _called(self, name: str) -> str:
        """Return what a conclusion or a level is called in a sentence: its id, or its title in
        quotation marks.
        """
        if not self.titles:
            return naming.kind_and_id(name)[1]
        return f'"{title_and_test(self.knowledge, name)[0]}"'

    def answer(self, observable: str) -> str:
        """Say what is known of an observable: answered, assumed, not readable, not needed or not
        asked.
        """
        item = self.knowledge.observables[observable]
        known = self.known
        name, is_, was = observable, "is ", "was "
        if self.titles:
            name, is_, was = f"{titled(self.knowledge, observable)}:", "", ""
        if observable in known.void:
            answered = "" if self.titles else "was answered "
            value = self.assessment.answers[observable]
            return self._plain(f"{name} {answered}{value}, which cannot be read")
        if observable in known.assumed:
            return self._plain(f"{name.rstrip(':')}{ASSUMED}{known.assumed[observable]}")
        if observable in known.facts:
            return self._plain(f"{name} {is_}{known.facts[observable]}")
        asked = self.inference.truth(naming.ask(observable)) if item.ask_when is not None else True
        if asked is False or item.blank == "not_needed":
            return f"{name} {is_}not needed"
        return f"{name} {was}not asked"

    def _plain(self, text: str) -> str:
        return text.replace("_", " ") if self.titles else text


def _composed(
    condition: AllOf | AnyOf | Not | AtLeast, truth: TruthWord, parts: list[Explained]
) -> Explained:
    """Explain a condition that consists of others by these."""
    tally = None
    match condition:
        case Not():
            words, decided_by = "not", parts[0].decided_by
        case AllOf():
            words, decided_by = "all of", _deciding("false", truth, parts)
        case AnyOf():
            words, decided_by = "any of", _deciding("true", truth, parts)
        case AtLeast(count, _):
            words, decided_by = f"at least {count} of {len(parts)}", _all_answers(truth, parts)
            tally = _tally(count, parts)
    return Explained(condition=words, truth=truth, tally=tally, decided_by=decided_by, parts=parts)


def _reasons(knowledge: KnowledgeBase) -> dict[str, str]:
    """Return the reason of everything that has one, by the name of its condition."""
    reasons: dict[str, str] = {}
    for name, conclusion in knowledge.conclusions.items():
        for rule in conclusion.rules:
            reasons[naming.rule(name, rule.id)] = rule.because
        for objection in conclusion.against:
            reasons[naming.objection(name, objection.id)] = objection.because
    for ladder, levels in knowledge.ladders.items():
        for level in levels:
            for level_rule in level.rules:
                reasons[naming.level_rule(ladder, level.id, level_rule.id)] = level_rule.because
    return reasons


def _tally(count: int, parts: Sequence[Explained]) -> str:
    """Write `needs 3 of 4; 2 met because ..., 1 false because stick.depth_degrees is 30, 1 unknown
    because ... was not asked`.
    """
    counts = []
    for truth, word in (("true", "met"), ("false", "false"), ("unknown", "unknown")):
        number = sum(part.truth == truth for part in parts)
        because = f" because {', '.join(_all_answers(truth, parts))}" if number else ""
        if number or truth == "true":
            counts.append(f"{number} {word}{because}")
    return f"needs {count} of {len(parts)}; {', '.join(counts)}"


def _deciding(settles: str, truth: str, parts: Sequence[Explained]) -> list[str]:
    """Return answers that suffice for the truth of `all of` or `any of`: of one part where one is
    enough, of all where all are needed.

    Args:
        settles: The truth of a part that settles the whole.
        truth: That of the whole.
        parts: The parts.
    """
    if truth != settles:
        return _all_answers(truth, parts)
    enough = [part.decided_by for part in parts if part.truth == settles]
    return min(enough, key=_cost)


def _cost(answers: Sequence[str]) -> tuple[int, int]:
    """Return how much a reader must take in: few answers, and of as many the fewer assumed."""
    return len(answers), sum(ASSUMED in answer for answer in answers)


def _all_answers(truth: str, parts: Sequence[Explained]) -> list[str]:
    """Return the answers that decide all parts of a truth, each once."""
    answers: dict[str, None] = {}
    for part in parts:
        if part.truth == truth:
            answers |= dict.fromkeys(part.decided_by)
    return list(answers)
