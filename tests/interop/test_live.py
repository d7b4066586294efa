"""What a form judges while it is filled: its conditions are those of the network, none is long, and
what it carries beside its answers is known by its names.
"""

import random
from dataclasses import replace
from itertools import chain

import pytest
from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from shown_forms import shown_cells
from small import SMALL

from hingeexpert.formats.documents import Document
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.forms.reading import assess
from hingeexpert.interop.brought import nested
from hingeexpert.interop.carried import RULES_SHA256, RULES_VERSION, is_live
from hingeexpert.interop.gates import (
    Cells,
    Counted,
    Empty,
    Gates,
    Named,
    Picked,
    Term,
    every,
    holds,
    some,
)
from hingeexpert.interop.live import live_part, live_terms
from hingeexpert.interop.pieces import MOST, NamedPieces, in_pieces, weight
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.interop.xlsform import sheets
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Holds
from hingeexpert.knowledge.evaluation import Worlds, evaluate

A, B, C = (Picked(name, "yes") for name in "abc")


def truths_of(terms: dict[Named, Term], cells: Cells) -> dict[Named, bool]:
    """Return which named terms hold of a form, each read after those that it reads."""
    truths: dict[Named, bool] = {}
    for named, term in terms.items():
        truths[named] = holds(term, cells, truths.__getitem__)
    return truths


@pytest.fixture(scope="module")
def terms(knowledge: KnowledgeBase) -> dict[Named, Term]:
    """Return when each condition is certain, with all that they read by name."""
    return live_terms(knowledge, knowledge.conditions)


@given(seed=st.integers(0, 10**9))
@examples(quick=25, thorough=400)
def test_the_conditions_of_the_form_are_those_of_the_network(
    knowledge: KnowledgeBase, terms: dict[Named, Term], seed: int
) -> None:
    cells = shown_cells(knowledge, random.Random(seed))
    form = assess(knowledge, Document("form", nested(cells.items())))
    network = knowledge.network
    truths = evaluate(network, Worlds(what_is_known(knowledge, form.answers).facts))
    for named, is_so in truths_of(terms, cells).items():
        if named.name in network.names:
            truth = truths[network.names[named.name]].in_world(0)
            assert is_so == (truth is named.truth), named


def test_no_condition_is_long(terms: dict[Named, Term]) -> None:
    assert max(map(weight, terms.values())) <= MOST


@pytest.mark.parametrize(
    "term",
    [
        some([every([A, B]), C]),
        some(every([Picked("x", str(n)), Empty("y")]) for n in range(60)),
        every(some([Picked("x", str(n)), Picked("y", str(n % 7))]) for n in range(90)),
        Counted(2, tuple(every([Empty(name), some([A, B])]) for name in "abcdefgh")),
        some(Picked("x", str(n)) for n in range(500)),
    ],
    ids=range(5),
)
def test_pieces_say_the_same(term: Term) -> None:
    pieces, rng = NamedPieces(), random.Random(3)
    short = in_pieces(term, pieces.name)
    named = {**pieces.terms, Named("whole", True): short}
    assert all(weight(piece) <= MOST for piece in named.values())
    for _ in range(300):
        cells = {name: rng.choice(["yes", "no", str(rng.randrange(9))]) for name in "abcxy"}
        cells = {name: value for name, value in cells.items() if rng.random() < 0.7}
        assert truths_of(named, cells)[Named("whole", True)] == holds(term, cells)


def test_a_condition_that_voids_an_answer_is_put_in_as_a_whole(knowledge: KnowledgeBase) -> None:
    group = next(group for group in knowledge.groups if group.group == "stick")
    void = Holds("finding:back_pain")
    item = group.observables["stick.sacrum"].model_copy(update={"void_when": void})
    changed = group.model_copy(update={"observables": {**group.observables, "stick.sacrum": item}})
    groups = tuple(changed if one is group else one for one in knowledge.groups)
    other, name = replace(knowledge, groups=groups), "fault:lumbar_flexion"
    terms, whole = live_terms(other, [name]), Gates(other)
    for seed in range(30):
        cells = shown_cells(knowledge, random.Random(seed))
        for truth in (True, False):
            holding = holds(whole.of(name, truth), cells)
            assert truths_of(terms, cells)[Named(name, truth)] == holding


def test_what_is_carried_beside_the_answers_is_known(knowledge: KnowledgeBase) -> None:
    asked = questionnaire(knowledge).by_variable
    skipped = {"start", "end", "begin_group", "end_group"}
    rows = [row for row in sheets(knowledge, "all")["survey"] if row["type"] not in skipped]
    assert not any(map(is_live, asked))
    assert {row["name"] for row in rows} - set(asked) == {
        row["name"] for row in rows if is_live(row["name"])
    }
    assert {row["name"] for row in rows} >= {
        RULES_VERSION,
        RULES_SHA256,
        *(f"{name}_{end}" for name in knowledge.ladders for end in ("at_least", "not_ruled_out")),
    }


def test_triage_is_told_where_an_answer_changes_it(knowledge: KnowledgeBase) -> None:
    live = live_part(knowledge, "triage")
    assert list(live.beneath) == ["safety", "context", "symptom", "spa", "pain", "screen"]
    severe = [note.relevant for note in live.beneath["safety"]]
    assert severe == [
        f"${{triage_at_least}} = '{level}'" for level in ("emergency", "urgent", "routine_referral")
    ]
    (silence,) = live.notes
    assert silence.relevant == "${triage_at_least} != ${triage_not_ruled_out}"


def test_to_stop_is_told_after_each_cluster_that_can_call_for_it(
    knowledge: KnowledgeBase,
) -> None:
    said = live_part(knowledge, "triage").after
    names = {last: [note.name for note in notes] for last, notes in said.items()}
    assert names == {
        "safety.cauda_equina_investigated": ["note_safety_hospital_emergency"],
        "safety.calf_swollen_hot": ["note_safety_nerves_urgent"],
        "safety.no_improvement_month": ["note_safety_cancer_urgent"],
        "safety.immunosuppressed": ["note_safety_infection_urgent"],
        "safety.thoracic_pain": ["note_safety_bone_emergency", "note_safety_bone_urgent"],
    }
    at_end = {note.relevant: note.words for note in live_part(knowledge, "all").beneath["safety"]}
    for note in chain.from_iterable(said.values()):
        assert at_end[note.relevant] == note.words
    assert live_part(knowledge, "none").after == {}


def test_faults_are_told_only_while_cues_may_be_given(knowledge: KnowledgeBase) -> None:
    told = [note for note in live_part(knowledge, "all").notes if "fault" in note.name]
    assert {note.relevant.partition(" and ")[2] for note in told} == {
        "${readiness_at_least} != 'stop_refer' and ${readiness_not_ruled_out} != 'stop_refer'"
        " and ${readiness_at_least} != 'hold_reassess'"
    }


def test_rules_without_words_for_it_judge_in_silence() -> None:
    small = load_knowledge(SMALL)
    exchange = small.exchange.model_copy(
        update={"live": small.exchange.live.model_copy(update={"levels": {}})}
    )
    live = live_part(replace(small, exchange=exchange, languages={}), "triage")
    assert (live.after, live.beneath) == ({}, {})
    assert {step.name for step in live.calculates} >= {"triage_at_least", "triage_not_ruled_out"}
