"""How a conclusion was reached, and why another was not: each condition with its truth and the
answer that made it so.

Reads the same network and the same record of firings that the diagnosis was made from. What would
change a verdict is `what_if.py`.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import Known, what_is_known
from hingeexpert.inference.conclude import engine_for, graded, trace
from hingeexpert.inference.diagnosis import Result, Step
from hingeexpert.inference.facts import Inference
from hingeexpert.inference.questions import standing
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import AllOf, AnyOf, AtLeast, Condition, Holds, Is, Not
from hingeexpert.knowledge.models.conclusions import Conclusion, Confidence
from hingeexpert.knowledge.network import Truth, Worlds, evaluate
from hingeexpert.knowledge.wording import observable_in_words, titled

TruthWord = Literal["true", "false", "unknown"]
ASSUMED = " is assumed "
WORDS: dict[bool | None, TruthWord] = {True: "true", False: "false", None: "unknown"}


class Explained(Result):
    """A condition, its truth, and why."""

    condition: str
    truth: TruthWord
    answer: str | None = Field(
        default=None,
        description="For a condition on an observable: what was answered, assumed or left blank.",
    )
    refers_to: str | None = Field(
        default=None,
        description="The conclusion that this condition names; it has an explanation of its own.",
    )
    tally: str | None = Field(default=None, description="For a count: how many are needed and met.")
    decided_by: list[str] = Field(
        default=[],
        description="The answers that suffice for this truth, the shortest list of them.",
    )
    parts: list["Explained"] = []


class Objection(Result):
    """What speaks against a rule, if it is so."""

    effect: Literal["lowers", "limits_to_low", "removes"]
    because: str
    condition: Explained


class ExplainedRule(Result):
    """A rule of a conclusion."""

    rule: str
    truth: TruthWord
    confidence: Confidence | None = Field(
        default=None, description="What the rule supports; after objections where it is true."
    )
    because: str
    sources: list[str]
    condition: Explained
    against: list[Objection] = []


class Explanation(Result):
    """How or why not, for one conclusion."""

    id: str
    kind: Literal["fault", "contributor", "triage", "readiness"]
    title: str
    truth: TruthWord = Field(description="Of the conclusion's own condition.")
    standing: str
    limits: bool = Field(
        default=False,
        description="The rules say why the next verdict is closed; they are no reasons for this one.",  # noqa: E501
    )
    rules: list[ExplainedRule]
    chain: list[Step] = Field(description="The firings that led to it, premises first.")


class Explainer:
    """Explains the conclusions of one form."""

    REACHED = "the verdict"
    """Standing of the level or verdict that is decided."""

    def __init__(
        self, knowledge: KnowledgeBase, assessment: Assessment, titles: bool = False
    ) -> None:
        """Judge the form once.

        Args:
            knowledge: The knowledge base.
            assessment: A checked form.
            titles: Write observables and conclusions by their title, not by their name.
        """
        self.knowledge = knowledge
        self.titles = titles
        self.assessment = assessment
        self.known: Known = what_is_known(knowledge, assessment.answers)
        self.inference: Inference = engine_for(knowledge).infer(self.known.facts)
        self._truths: Sequence[Truth] = evaluate(knowledge.network, Worlds(self.known.facts))

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
            at = standing(self.inference.truth(naming.level(ladder, level.id)) for level in levels)
            names += dict.fromkeys((levels[at.not_ruled_out].id, levels[at.at_least].id))
        faults = [] if self.refer_first() else self.knowledge.faults
        return [*names, *(name for name in faults if self.inference.truth(naming.fault(name)))]

    def refer_first(self) -> bool:
        """Whether a verdict is proven that must be ruled out before any cue; what would lead
        elsewhere is then no question.
        """
        levels = self.knowledge.readiness
        return any(
            self.inference.truth(f"readiness:{level.id}")
            for level in levels
            if level.withholds_cues == "until_ruled_out"
        )

    def next_step(self) -> list[str]:
        """Return the verdict of readiness after the decided one: nothing while it is open, or at
        the end of the ladder.
        """
        levels = self.knowledge.readiness
        at = standing(self.inference.truth(f"readiness:{level.id}") for level in levels)
        return (
            [level.id for level in levels[at.at_least + 1 : at.at_least + 2]] if at.decided else []
        )

    def explain(self, name: str) -> Explanation:
        """Explain a fault, a contributor, a triage level or a verdict.

        Args:
            name: Its id.

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
        rules = []
        for rule in conclusion.rules:
            truth = self.inference.truth(naming.rule(name, rule.id))
            objections = [
                item for item in conclusion.against if not item.rules or rule.id in item.rules
            ]
            rules.append(
                ExplainedRule(
                    rule=naming.rule(name, rule.id),
                    truth=WORDS[truth],
                    confidence=graded(conclusion, name, rule, self.inference)[0]
                    if truth
                    else rule.confidence,
                    because=rule.because,
                    sources=list(rule.sources),
                    condition=self.condition(rule.when),
                    against=[
                        Objection(
                            effect=item.effect,
                            because=item.because,
                            condition=self.condition(item.when),
                        )
                        for item in objections
                    ],
                )
            )
        truth = self.inference.truth(naming.present(kind, name))
        standing = {True: "present", False: "absent", None: "undetermined"}[truth]
        return self._explanation(
            name, kind, conclusion.title, standing, naming.present(kind, name), rules
        )

    def _level(self, ladder: str, name: str) -> Explanation:
        level = self.knowledge.level(ladder, name)
        rules = [
            ExplainedRule(
                rule=naming.level_rule(ladder, name, rule.id),
                truth=WORDS[self.inference.truth(naming.level_rule(ladder, name, rule.id))],
                because=rule.because,
                sources=list(rule.sources),
                condition=self.condition(rule.when),
            )
            for rule in level.rules
        ]
        explanation = self._explanation(
            name, ladder, level.title, self._place(ladder, name), naming.level(ladder, name), rules
        )
        return explanation.model_copy(update={"limits": level.rules_limit is not None})

    def _place(self, ladder: str, name: str) -> str:
        """Say where a level stands: it is the verdict, something more severe comes first, or it is
        open or ruled out.
        """
        levels = [level.id for level in self.knowledge.ladders[ladder]]
        above = levels[: levels.index(name)]
        truths = {level: self.inference.truth(naming.level(ladder, level)) for level in levels}
        proven = [self._titled(ladder, level) for level in above if truths[level]]
        if proven:
            return f"not the verdict: {proven[0]} holds and comes first"
        if truths[name] is False:
            return "not the verdict: its own condition is false"
        open_above = [self._titled(ladder, level) for level in above if truths[level] is None]
        if open_above:
            return f"open: not ruled out before it: {', '.join(open_above)}"
        return self.REACHED if truths[name] else "open: its own condition is unknown"

    def _explanation(
        self,
        name: str,
        kind: str,
        title: str,
        standing: str,
        condition: str,
        rules: list[ExplainedRule],
    ) -> Explanation:
        proof = self.inference.proof(self.inference.network.names[condition])
        record = Inference(self.inference.network, self.inference.truths, proof)
        return Explanation(
            id=name,
            kind=kind,
            title=title,
            truth=WORDS[self.inference.truth(condition)],
            standing=standing,
            rules=rules,
            chain=list(trace(self.knowledge, record)),
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
            case Not(part):
                below = self.condition(part)
                return Explained(
                    condition="not", truth=truth, decided_by=below.decided_by, parts=[below]
                )
            case AllOf(parts) | AnyOf(parts):
                word = "all of" if isinstance(condition, AllOf) else "any of"
                explained = [self.condition(part) for part in parts]
                return Explained(
                    condition=word,
                    truth=truth,
                    decided_by=_deciding(word, truth, explained),
                    parts=explained,
                )
            case AtLeast(count, parts):
                explained = [self.condition(part) for part in parts]
                words, tally = f"at least {count} of {len(parts)}", _tally(count, explained)
                return Explained(
                    condition=words,
                    truth=truth,
                    tally=tally,
                    decided_by=_all_answers(truth, explained),
                    parts=explained,
                )

    def _named(self, name: str, truth: TruthWord) -> Explained:
        """Explain a named condition by its meaning and its own parts."""
        kind, key = naming.kind_and_id(name)
        below = self.condition(self.knowledge.conditions[name])
        title = self._titled(kind, key)
        words = {
            "finding": self.knowledge.findings[key].meaning if kind == "finding" else "",
            "fault": f"{title} is present",
            "contributor": f"{title} is present",
            "triage": f"triage {title} holds",
            "readiness": f"readiness {title} holds",
        }.get(kind) or self._ruled(name)
        refers_to = key if key and kind != "finding" else None
        return Explained(
            condition=words,
            truth=truth,
            refers_to=refers_to,
            decided_by=below.decided_by,
            parts=[below],
        )

    def _titled(self, kind: str, key: str) -> str:
        """Return what a conclusion is called in a sentence: its name, or its title in quotation
        marks.
        """
        if not self.titles:
            return key
        knowledge = self.knowledge
        levels = {level.id: level.title for level in knowledge.ladders.get(kind, ())}
        conclusions = knowledge.conclusions
        return f'"{conclusions[key].title if key in conclusions else levels.get(key, key)}"'

    def _ruled(self, name: str) -> str:
        """Return what a rule, or what speaks against one, is called in a sentence: its name, or why
        it is there.
        """
        return f'"{_reasons(self.knowledge)[name]}"' if self.titles else f"rule {name}"

    def answer(self, observable: str) -> str:
        """Say what is known of an observable: answered, assumed, not readable, not needed or not
        asked.
        """
        item = self.knowledge.observables[observable]
        facts = self.known
        name, is_, was = (
            (f"{titled(self.knowledge, observable)}:", "", "")
            if self.titles
            else (observable, "is ", "was ")
        )
        if observable in facts.void:
            said = "" if self.titles else "was answered "
            return self._plain(
                f"{name} {said}{self.assessment.answers[observable]}, which cannot be read"
            )
        if observable in facts.assumed:
            return self._plain(f"{name.rstrip(':')}{ASSUMED}{facts.assumed[observable]}")
        if observable in facts.facts:
            return self._plain(f"{name} {is_}{facts.facts[observable]}")
        asked = self.inference.truth(naming.ask(observable)) if item.ask_when is not None else True
        return (
            f"{name} {is_}not needed"
            if asked is False or item.blank == "not_needed"
            else f"{name} {was}not asked"
        )

    def _plain(self, text: str) -> str:
        return text.replace("_", " ") if self.titles else text


def _reasons(knowledge: KnowledgeBase) -> dict[str, str]:
    """Return the reason of everything that has one, by the name of its condition."""
    conclusions = knowledge.conclusions.items()
    levels = [(ladder, level) for ladder, levels in knowledge.ladders.items() for level in levels]
    return {
        **{
            naming.rule(name, rule.id): rule.because
            for name, conclusion in conclusions
            for rule in conclusion.rules
        },
        **{
            naming.objection(name, item.id): item.because
            for name, conclusion in conclusions
            for item in conclusion.against
        },
        **{
            naming.level_rule(ladder, level.id, rule.id): rule.because
            for ladder, level in levels
            for rule in level.rules
        },
    }


def _tally(count: int, parts: Sequence[Explained]) -> str:
    """Write `needs 3 of 4; 2 met because ..., 1 false because stick.depth_degrees is 30, 1 unknown
    because ... was not asked`.
    """
    said = []
    for truth, word in (("true", "met"), ("false", "false"), ("unknown", "unknown")):
        of_truth = [part for part in parts if part.truth == truth]
        because = f" because {', '.join(_all_answers(truth, of_truth))}" if of_truth else ""
        if of_truth or truth == "true":
            said.append(f"{len(of_truth)} {word}{because}")
    return f"needs {count} of {len(parts)}; {', '.join(said)}"


def _deciding(word: str, truth: str, parts: Sequence[Explained]) -> list[str]:
    """Return answers that suffice for the truth of `all of` or `any of`: of one part where one is
    enough, of all where all are needed.
    """
    settles = "false" if word == "all of" else "true"
    if truth == settles:
        enough = [part.decided_by for part in parts if part.truth == settles]
        return min(
            enough, key=lambda answers: (len(answers), sum(ASSUMED in answer for answer in answers))
        )
    return _all_answers(truth, parts)


def _all_answers(truth: str, parts: Sequence[Explained]) -> list[str]:
    return list(
        dict.fromkeys(answer for part in parts if part.truth == truth for answer in part.decided_by)
    )
