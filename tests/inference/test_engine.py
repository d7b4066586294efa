"""The rule engine: it agrees with the plain algebra, and forgets people."""

import gc
import logging
import random
import subprocess
import sys

import pytest
from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import answers

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference.engine import Engine, experta
from hingeexpert.inference.facts import Observed
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.evaluation import Worlds, evaluate

SLOW = examples(quick=15, thorough=60)


@pytest.fixture(scope="module")
def engine(knowledge: KnowledgeBase) -> Engine:
    return Engine(knowledge.network)


@SLOW
@given(data=st.data())
def test_experta_and_the_plain_algebra_agree_on_every_condition(
    knowledge: KnowledgeBase, engine: Engine, data: st.DataObject
) -> None:
    facts = what_is_known(knowledge, data.draw(answers(knowledge))).facts
    inference = engine.infer(facts)
    truths = evaluate(knowledge.network, Worlds(facts))

    plain = {name: truths[place].in_world(0) for name, place in knowledge.network.names.items()}

    assert {name: inference.truth(name) for name in plain} == plain


@SLOW
@given(data=st.data())
def test_the_order_of_answers_never_matters(
    knowledge: KnowledgeBase, engine: Engine, data: st.DataObject
) -> None:
    facts = list(what_is_known(knowledge, data.draw(answers(knowledge))).facts.items())
    shuffled = facts[:]
    data.draw(st.randoms()).shuffle(shuffled)

    assert engine.infer(dict(facts)) == engine.infer(dict(shuffled))


def test_nothing_is_concluded_both_true_and_false(knowledge: KnowledgeBase, engine: Engine) -> None:
    chance = random.Random(7)
    for _ in range(40):
        facts = {
            name: chance.choice(options)
            for name, options in knowledge.answers.items()
            if chance.random() < 0.8
        }
        concluded = [
            firing.concluded
            for firing in engine.infer(what_is_known(knowledge, facts).facts).firings
        ]
        places = {(fact.position, fact.truth) for fact in concluded if hasattr(fact, "position")}
        assert len({position for position, _ in places}) == len(places)


def test_every_firing_rests_on_facts_that_were_there_before(
    knowledge: KnowledgeBase, engine: Engine
) -> None:
    facts = what_is_known(
        knowledge, {"stick.sacrum": "lost", "stick.head": "kept", "safety.pregnancy": "no"}
    ).facts
    seen = set()
    for firing in engine.infer(facts).firings:
        for premise in firing.premises:
            assert premise in seen or not hasattr(premise, "position")
            if isinstance(premise, Observed) and premise.observable in facts:
                assert premise.value == facts[premise.observable]
        seen.add(firing.concluded)


def test_facts_of_one_person_never_reach_the_next(engine: Engine) -> None:
    first = engine.infer({"stick.sacrum": "lost", "stick.sacrum_when": "early"})
    second = engine.infer({"stick.head": "kept"})

    assert first.firings
    assert not any(
        "sacrum" in str(premise) for firing in second.firings for premise in firing.premises
    )


def test_no_fact_of_a_person_stays_reachable_after_the_run(knowledge: KnowledgeBase) -> None:
    engine = Engine(knowledge.network)
    secret = 47.123456
    engine.infer({"stick.depth_degrees": secret, "stick.sacrum": "lost"})
    gc.collect()

    left = [
        thing
        for thing in gc.get_objects()
        if isinstance(thing, experta.Fact) and thing.get("value") == secret
    ]

    assert left == []


def test_a_run_that_fails_leaves_nothing_behind(knowledge: KnowledgeBase) -> None:
    engine = Engine(knowledge.network)
    with pytest.raises(TypeError):
        engine.infer({"stick.depth_degrees": [1], "stick.sacrum": "lost"})  # type: ignore[dict-item]

    assert engine.infer({}).firings == Engine(knowledge.network).infer({}).firings


def test_importing_the_engine_leaves_logging_and_the_standard_library_alone() -> None:
    script = (
        "import collections, logging; logging.root.setLevel(logging.DEBUG)\n"
        "import hingeexpert.inference.engine\n"
        "assert not logging.root.handlers, logging.root.handlers\n"
        "assert not hasattr(collections, 'Mapping')\n"
    )

    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_experta_logs_no_fact_even_when_everything_is_logged(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("experta").setLevel(logging.CRITICAL + 1)

    engine.infer({"stick.sacrum": "lost"})

    assert caplog.records == []


def test_another_process_fires_in_the_same_order(knowledge: KnowledgeBase) -> None:
    answers = {"stick.sacrum": "lost", "stick.hold": "secure", "safety.fever_or_chills": "yes"}
    script = (
        "from hingeexpert.knowledge import load_knowledge; from hingeexpert.formats.files import "
        "data_folder\n"
        "from hingeexpert.inference.engine import Engine\n"
        "engine = Engine(load_knowledge(data_folder('rules')).network)\n"
        f"print(engine.infer({answers!r}).firings)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, encoding="utf-8"
    )

    assert done.stdout == f"{Engine(knowledge.network).infer(answers).firings}\n"
