"""A person that the solver found, judged by the engine: does the hazard happen to that person, with
a control in place and with it really taken out?

Nothing here knows formulas or switches, so that a slip in these shows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from hingeexpert.assurance.hazards.ladder_texts import texts_at_either_end
from hingeexpert.assurance.hazards.switches import without
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.conclude import conclude
from hingeexpert.inference.diagnosis import ContributorResult, FaultResult
from hingeexpert.inference.engine import Engine
from hingeexpert.inference.facts import Inference
from hingeexpert.inference.homework import said_of
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Condition, Value
from hingeexpert.knowledge.models.hazards import Happens, Hazard
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.models.remarks import Remark

ENGINES = 24
"""Engines of changed rules that are kept: many controls stand in several hazards."""


class HazardReplay:
    """Judges persons by a knowledge base, as it is and with parts of it taken out.

    What a hazard claims of the answers is put in as a remark, which changes no conclusion: so the
    engine judges that too.
    """

    def __init__(self, knowledge: KnowledgeBase, hazards: Iterable[Hazard]) -> None:
        """Prepare the hazards of a log."""
        remarks = [remark for hazard in hazards for remark in _remarks(hazard)]
        self.knowledge = replace(knowledge, remarks=(*knowledge.remarks, *remarks))
        self._judge = lru_cache(ENGINES)(self._new_judge)
        self._judged: dict[object, bool] = {}

    def _new_judge(self, keys: frozenset[str]) -> "EngineJudge":
        return EngineJudge(without(self.knowledge, keys) if keys else self.knowledge)

    def happens(
        self, hazard: Hazard, answers: Mapping[str, Value], taken_out: Iterable[str] = ()
    ) -> bool:
        """Return whether a hazard happens to a person.

        Args:
            hazard: One of the log that has `happens`.
            answers: The answers of the person.
            taken_out: What the rules are without: names of rules, keys of other controls.
        """
        keys = frozenset(taken_out)
        asked = hazard.id, frozenset(answers.items()), keys
        if asked not in self._judged:
            self._judged[asked] = self._judge(keys).happens(hazard, answers)
        return self._judged[asked]


def claimed(hazard: Hazard) -> dict[str, Condition]:
    """Return the conditions of a hazard by their keys."""
    keys = ("true", "possible", "not_true") if hazard.happens is not None else ()
    given = {key: getattr(hazard.happens, key) for key in keys}
    return {key: condition for key, condition in given.items() if condition is not None}


def remark_of(hazard: Hazard, key: str) -> str:
    """Return the id of the remark that stands for a condition of a hazard."""
    return f"hazard:{hazard.id}:{key}"


def _remarks(hazard: Hazard) -> Iterator[Remark]:
    for key, condition in claimed(hazard).items():
        name = remark_of(hazard, key)
        yield Remark.model_construct(id=name, when=condition, say=name, sources=("",))


class EngineJudge:
    """One set of rules with its engine."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.engine = Engine(knowledge.network)

    def happens(self, hazard: Hazard, answers: Mapping[str, Value]) -> bool:
        """Return whether all that a hazard claims is so."""
        assert hazard.happens is not None
        judged = what_is_known(self.knowledge, answers)
        inference = self.engine.infer(judged.facts)
        if not self._of_form(hazard, answers, inference):
            return False
        diagnosis = conclude(self.knowledge, Assessment(answers), judged, inference)
        return all(self._outcomes(hazard.happens, diagnosis, inference))

    def _of_form(self, hazard: Hazard, answers: Mapping[str, Value], inference: Inference) -> bool:
        """Return whether what is claimed of the answers is so."""
        assert hazard.happens is not None
        allowed = {"true": (True,), "possible": (True, None), "not_true": (False, None)}
        for key in claimed(hazard):
            truth = inference.truth(naming.remark(remark_of(hazard, key)))
            if truth not in allowed[key]:
                return False
        return not hazard.happens.blank or any(
            item.default is None and name not in answers
            for name, item in self.knowledge.observables.items()
            if name in hazard.happens.blank or name.partition(".")[0] in hazard.happens.blank
        )

    def _outcomes(
        self, happens: Happens, diagnosis: Diagnosis, inference: Inference
    ) -> Iterator[bool]:
        """Yield whether each thing that is claimed of the outcome is so."""
        if happens.coached:
            yield self._coached(diagnosis)
        if happens.dose:
            yield bool(diagnosis.home)
        if happens.drill:
            yield any(self._is_meant(name, happens) for name in _given(diagnosis))
        if happens.loaded:
            yield (self._step(diagnosis) or 1) > 1
        for ladder, names in happens.ladders.items():
            yield getattr(diagnosis, ladder).verdict in names
        for ladder, name in happens.milder.items():
            yield self._place(ladder, diagnosis) > self._place_of(ladder, name)
        for ladder, name in happens.severer.items():
            yield self._place(ladder, diagnosis) < self._place_of(ladder, name)
        present = _present(diagnosis)
        if happens.fault:
            yield not present.isdisjoint(happens.fault)
        if happens.together:
            cues = {cue for fault in diagnosis.faults for cue in fault.cues}
            yield present.union(cues).issuperset(happens.together)
        if happens.told:
            yield not self._told(diagnosis, inference).isdisjoint(happens.told)

    def _coached(self, diagnosis: Diagnosis) -> bool:
        verdict = self._verdict(diagnosis)
        opened = verdict is not None and bool(verdict.unlocks or verdict.advice)
        told = any(fault.cues or fault.drills for fault in diagnosis.faults)
        return opened or told or bool(diagnosis.home) or diagnosis.focus is not None

    def _told(self, diagnosis: Diagnosis, inference: Inference) -> set[str | None]:
        """Return what is told of readiness, to the person and to the clinician."""
        ladder = diagnosis.readiness
        texts: set[str | None] = {ladder.told, ladder.meanwhile, *ladder.unlocks}
        for verdict in self.knowledge.readiness:
            worded = verdict.in_words_of(said_of(verdict, inference.truth))
            if verdict.id in (ladder.at_least, ladder.not_ruled_out):
                texts.update(texts_at_either_end(worded))
            if verdict.id == ladder.verdict:
                opens = ladder.unlocks or not verdict.unlocks
                texts.update((worded.clinician, *(worded.advice if opens else ())))
                loads = (item for item in verdict.meanwhile if item.say == ladder.meanwhile)
                texts.update(item.patient for item in loads)
        return texts

    def _verdict(self, diagnosis: Diagnosis) -> Level | None:
        """Return the verdict of readiness, once it is decided."""
        return self.knowledge.levels("readiness").get(diagnosis.readiness.verdict)

    def _step(self, diagnosis: Diagnosis) -> int | None:
        verdict = self._verdict(diagnosis)
        return verdict.rung if verdict is not None else None

    def _is_meant(self, drill: str, happens: Happens) -> bool:
        return drill in happens.drill or self.knowledge.drills[drill].rung in happens.drill

    def _place_of(self, ladder: str, name: str) -> int:
        return [level.id for level in self.knowledge.ladders[ladder]].index(name)

    def _place(self, ladder: str, diagnosis: Diagnosis) -> int:
        """Return the place of the level that is proven."""
        return self._place_of(ladder, getattr(diagnosis, ladder).at_least)


def _given(diagnosis: Diagnosis) -> set[str]:
    """Return the drills that a result gives in any way."""
    found: list[FaultResult | ContributorResult]
    found = [*diagnosis.faults, *diagnosis.contributors]
    drills = {drill for item in found for drill in item.drills}
    drills.update(diagnosis.readiness.drills, (item.drill for item in diagnosis.home))
    return drills | ({diagnosis.focus.drill} if diagnosis.focus is not None else set())


def _present(diagnosis: Diagnosis) -> set[str]:
    found: list[FaultResult | ContributorResult]
    found = [*diagnosis.faults, *diagnosis.contributors]
    return {item.id for item in found if item.status == "present"}
