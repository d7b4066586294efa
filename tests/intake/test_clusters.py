"""Questions that are shown together, and *none of these* at their end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import strategies
from counts import examples
from desk import asked, desk, give, pass_over, version
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from hingeexpert.errors import InputError
from hingeexpert.forms import form_of, read_form
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.intake import Intake
from hingeexpert.intake.at_once import none_of
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Cluster
from hingeexpert.record import StaleError

KNOWLEDGE = shipped()
CLUSTERS = {cluster.id: cluster for group in KNOWLEDGE.groups for cluster in group.clusters}
SAFETY = [cluster for group in KNOWLEDGE.groups if group.asked_first for cluster in group.clusters]
CANCER = CLUSTERS["cancer"]
FIRST, SECOND, *_ = CANCER.asks


@pytest.fixture
def intake(knowledge: KnowledgeBase, tmp_path: Path) -> Iterator[Intake]:
    with desk(knowledge, tmp_path) as opened:
        yield opened


@pytest.fixture
def visit(intake: Intake) -> str:
    return intake.begin()


def none(intake: Intake, visit: str, cluster: Cluster) -> None:
    intake.none_of(visit, version(intake, visit), cluster.id)


def of_cluster(intake: Intake, visit: str, cluster: Cluster) -> dict[str, Value]:
    answers = intake.state(visit).answers
    return {name: answers[name] for name in cluster.asks if name in answers}


def test_all_flags_of_the_shorthand_but_what_follows_stand_in_one_cluster() -> None:
    """So that whoever goes through the clusters has been shown every safety question."""
    (group,) = [group for group in KNOWLEDGE.groups if group.asked_first]
    shown = [name for cluster in SAFETY for name in cluster.asks]

    assert len(shown) == len(set(shown))
    assert {*shown} == {name for name, item in group.observables.items() if item.follows is None}


def test_none_of_these_is_an_answer_of_its_own_to_each(intake: Intake, visit: str) -> None:
    none(intake, visit, CANCER)
    state = intake.state(visit)
    (screening,) = [
        item for item in intake.look(visit).diagnosis.screenings if item.group == "safety"
    ]

    assert of_cluster(intake, visit, CANCER) == dict.fromkeys(CANCER.asks, "no")
    assert not state.at_once
    assert state.clusters == {"cancer"}
    assert (screening.one_by_one, screening.at_once) == (len(CANCER.asks), 0)


def test_the_exported_form_says_the_same_and_its_event_which_cluster_was_shown(
    intake: Intake, visit: str, knowledge: KnowledgeBase
) -> None:
    for cluster in SAFETY:
        none(intake, visit, cluster)
    look = intake.look(visit)
    form = form_of(knowledge, look.assessment)
    events = intake.record.events(visit)[1:]

    assert "all_no" not in form
    assert read_form(knowledge, "form", form.encode()).answers == look.assessment.answers
    assert [event.data["cluster"] for event in events] == [cluster.id for cluster in SAFETY]
    assert not any(event.data["at_once"] for event in events)


def test_what_was_answered_or_passed_over_stays(intake: Intake, visit: str) -> None:
    give(intake, visit, {FIRST: "yes"})
    pass_over(intake, visit, SECOND)
    none(intake, visit, CANCER)
    state = intake.state(visit)

    assert state.answers[FIRST] == "yes"
    assert SECOND in state.passed
    assert SECOND not in state.answers


def test_a_cluster_without_a_blank_changes_nothing(intake: Intake, visit: str) -> None:
    give(intake, visit, dict.fromkeys(CANCER.asks, "no"))
    before = version(intake, visit)
    none(intake, visit, CANCER)

    assert version(intake, visit) == before


def test_it_is_undone_and_done_again_as_one_press(intake: Intake, visit: str) -> None:
    give(intake, visit, {FIRST: "yes"})
    none(intake, visit, CANCER)
    pressed = intake.state(visit)
    intake.step(visit, version(intake, visit), "undo")
    undone = intake.state(visit)
    intake.step(visit, version(intake, visit), "redo")
    redone = intake.state(visit)
    with_another = Intake(intake.knowledge, intake.record).state(visit)

    assert of_cluster(intake, visit, CANCER) == {**dict.fromkeys(CANCER.asks, "no"), FIRST: "yes"}
    assert undone.answers == {"context.visit": "first", FIRST: "yes"}
    assert undone.clusters == frozenset()
    assert (redone.answers, redone.clusters) == (pressed.answers, {"cancer"})
    assert with_another == redone


def test_an_answer_given_later_takes_its_place(intake: Intake, visit: str) -> None:
    none(intake, visit, CANCER)
    give(intake, visit, {FIRST: "yes"})

    assert intake.state(visit).answers[FIRST] == "yes"
    assert intake.state(visit).answers[SECOND] == "no"


def test_what_is_not_asked_is_not_answered(intake: Intake, visit: str) -> None:
    """The questions on long-lasting back pain wait until there is such pain."""
    inflammation = CLUSTERS["inflammation"]
    none(intake, visit, inflammation)
    assert not of_cluster(intake, visit, inflammation)

    give(
        intake,
        visit,
        {
            "symptom.low_back_pain": "yes",
            "symptom.duration": "over_3_months",
            "context.age_years": 30,
        },
    )
    shown = [name for name in inflammation.asks if name in asked(intake, visit)]
    none(intake, visit, inflammation)

    assert shown
    assert [*of_cluster(intake, visit, inflammation)] == [
        name for name in shown if name not in intake.state(visit).contradicted
    ]
    assert not intake.state(visit).contradicted


def test_in_an_emergency_no_cluster_of_what_may_wait_is_answered(
    intake: Intake, visit: str
) -> None:
    give(intake, visit, {"safety.tearing_pain": "yes"})
    none(intake, visit, CLUSTERS["complaints"])
    none(intake, visit, CLUSTERS["hospital"])

    assert not of_cluster(intake, visit, CLUSTERS["complaints"])
    assert len(of_cluster(intake, visit, CLUSTERS["hospital"])) == len(CLUSTERS["hospital"].asks)


def test_a_cluster_that_is_none_a_finished_visit_and_an_old_version_are_refused(
    intake: Intake, visit: str
) -> None:
    with pytest.raises(InputError, match="there is no cluster 'nothing'"):
        intake.none_of(visit, 1, "nothing")
    with pytest.raises(StaleError):
        intake.none_of(visit, 0, "cancer")
    intake.finish(visit, 1)
    with pytest.raises(InputError, match="finished"):
        intake.none_of(visit, 2, "cancer")

    assert not of_cluster(intake, visit, CANCER)


def test_a_finished_visit_that_is_opened_again_goes_on(intake: Intake, visit: str) -> None:
    none(intake, visit, CANCER)
    intake.finish(visit, version(intake, visit))
    intake.step(visit, version(intake, visit), "reopen")
    none(intake, visit, CLUSTERS["bone"])

    assert intake.state(visit).clusters == {"cancer", "bone"}


@examples(quick=25, thorough=100)
@given(strategies.answers(KNOWLEDGE), st.sampled_from([*CLUSTERS.values()]))
def test_it_never_says_what_other_answers_rule_out(
    drawn: dict[str, Value], cluster: Cluster
) -> None:
    open_ = set(cluster.asks) - drawn.keys()
    said = none_of(KNOWLEDGE, cluster, open_, drawn)

    assert said.keys() <= open_
    assert not list(contradictions(KNOWLEDGE, {**drawn, **said}))
