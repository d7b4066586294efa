"""Reading a form: what is accepted, what it makes known, and how a wrong one is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.errors import InputError
from hingeexpert.formats.documents import read_document
from hingeexpert.forms import Assessment, read_form
from hingeexpert.forms.assessment import MOST_TEXT, what_is_known
from hingeexpert.forms.reading import assess
from hingeexpert.knowledge import KnowledgeBase

EXAMPLE = """\
form: hinge/2
patient: {id: P-014, name: Sam Example}
date: 2026-11-20
context: {visit: first, age_years: 29}
safety: {screen: all_no}
symptom: {low_back_pain: yes, pain_now: 2}
stick: {done: yes, sacrum: lost, sacrum_when: middle, head: kept, midback: kept, depth_degrees: 30}
"""
FINDINGS = {
    "context.visit": "first",
    "context.age_years": 29,
    "symptom.low_back_pain": "yes",
    "symptom.pain_now": 2,
    "stick.done": "yes",
    "stick.sacrum": "lost",
    "stick.sacrum_when": "middle",
    "stick.head": "kept",
    "stick.midback": "kept",
    "stick.depth_degrees": 30,
}


def read(knowledge: KnowledgeBase, text: str) -> Assessment:
    return read_form(knowledge, "sam.yaml", text.encode())


def refused(knowledge: KnowledgeBase, text: str) -> list[str]:
    """Return the problems of a form, as they are told."""
    with pytest.raises(InputError) as caught:
        read(knowledge, text)
    return [str(problem) for problem in caught.value.problems]


def only(problems: list[str]) -> str:
    (problem,) = problems
    return problem


# good forms


def test_example_of_the_contract_is_read(knowledge: KnowledgeBase) -> None:
    form = read(knowledge, EXAMPLE)
    assert {
        name: value for name, value in form.answers.items() if not name.startswith("safety.")
    } == FINDINGS
    assert form.patient == {"id": "P-014", "name": "Sam Example"}
    assert (form.date, form.clinician) == ("2026-11-20", None)


def test_json_form_says_the_same_as_yaml(knowledge: KnowledgeBase) -> None:
    form = {
        "form": "hinge/2",
        "patient": {"id": "P-014", "name": "Sam Example"},
        "date": "2026-11-20",
        "safety": {"screen": "all_no"},
    }
    for name, value in FINDINGS.items():
        group, _, key = name.partition(".")
        form.setdefault(group, {})[key] = value
    assert read(knowledge, json.dumps(form, indent="\t")) == read(knowledge, EXAMPLE)


def test_byte_order_mark_and_windows_line_ends_change_nothing(knowledge: KnowledgeBase) -> None:
    assert read_form(
        knowledge, "sam.yaml", b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode()
    ) == read(knowledge, EXAMPLE)


def test_json_name_outside_the_basic_plane_is_read(knowledge: KnowledgeBase) -> None:
    assert read(knowledge, '{"patient": {"name": "\\ud835\\udcae Example"}}').patient == {
        "name": "\U0001d4ae Example"
    }


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "form: hinge/2",
        "stick:",
        "stick: {}",
        "stick: {sacrum: }",
        "stick:\n  sacrum: null\nwall: ~\n",
        "patient:",
    ],
)
def test_blank_is_unanswered(knowledge: KnowledgeBase, text: str) -> None:
    assert read(knowledge, text) == Assessment({})


def test_shorthand_answers_every_flag_of_its_group(knowledge: KnowledgeBase) -> None:
    flags = {
        name: "no"
        for name, item in knowledge.observables.items()
        if name.startswith("safety.") and item.type == "flag"
    }
    assert read(knowledge, "safety: {screen: all_no}").answers == flags


@pytest.mark.parametrize(
    "text",
    [
        "{screen: all_no, night_pain_unrelenting: yes}",
        "{night_pain_unrelenting: yes, screen: all_no}",
    ],
)
def test_explicit_answer_wins_over_the_shorthand(knowledge: KnowledgeBase, text: str) -> None:
    answers = read(knowledge, f"safety: {text}").answers
    assert answers["safety.night_pain_unrelenting"] == "yes"
    assert answers["safety.weight_loss"] == "no"


def test_flag_left_empty_beside_the_shorthand_is_answered_by_it(knowledge: KnowledgeBase) -> None:
    assert (
        read(knowledge, "safety: {screen: all_no, weight_loss: }").answers["safety.weight_loss"]
        == "no"
    )


def test_shorthand_left_empty_answers_nothing(knowledge: KnowledgeBase) -> None:
    assert read(knowledge, "safety: {screen: }").answers == {}


def test_both_ends_of_a_range_are_allowed(knowledge: KnowledgeBase) -> None:
    assert read(knowledge, "stick: {depth_degrees: 0}\ncontext: {age_years: 120}").answers == {
        "stick.depth_degrees": 0,
        "context.age_years": 120,
    }


@pytest.mark.parametrize("value", [0, 1, 0.25, 5, 4.999])
def test_number_may_be_whole_or_not(knowledge: KnowledgeBase, value: float) -> None:
    assert read(knowledge, f"wall: {{distance_feet: {value}}}").answers == {
        "wall.distance_feet": value
    }


def test_free_entries_are_kept_as_text(knowledge: KnowledgeBase) -> None:
    form = read(
        knowledge,
        "patient: {id: 14, ward: North 2}\ndate: 2026-11-20\nclinician: Dr Ann O'Neil <b>\n",
    )
    assert form.patient == {"id": "14", "ward": "North 2"}
    assert (form.date, form.clinician) == ("2026-11-20", "Dr Ann O'Neil <b>")


def test_form_inside_a_larger_document_is_read_at_its_place(knowledge: KnowledgeBase) -> None:
    document = read_document("case.yaml", b"name: x\nform:\n  stick:\n    sacrum: lost\n")
    assert assess(knowledge, document, ("form",)).answers == {"stick.sacrum": "lost"}


def test_problem_inside_a_larger_document_names_its_place(knowledge: KnowledgeBase) -> None:
    document = read_document("case.yaml", b"name: x\nform:\n  stick:\n    sacrum: lots\n")
    with pytest.raises(
        InputError, match=r"case\.yaml:4: form\.stick\.sacrum: 'lots' is not allowed"
    ):
        assess(knowledge, document, ("form",))


def test_patient_and_clinician_do_not_stand_in_the_representation(knowledge: KnowledgeBase) -> None:
    form = read(knowledge, EXAMPLE + "clinician: Ann Other\n")
    assert "Sam" not in repr(form)
    assert "Ann" not in repr(form)


# what a form makes known


def test_blank_with_a_default_is_assumed(knowledge: KnowledgeBase) -> None:
    facts = what_is_known(knowledge, {})
    defaults = {
        name: item.default
        for name, item in knowledge.observables.items()
        if item.default is not None
    }
    assert facts.assumed == facts.facts == defaults
    assert facts.assumed["stick.hold"] == "secure"
    assert facts.assumed["context.stage"] == "pattern"


def test_answer_to_an_item_with_a_default_is_not_assumed(knowledge: KnowledgeBase) -> None:
    facts = what_is_known(knowledge, {"stick.hold": "secure"})
    assert "stick.hold" not in facts.assumed
    assert facts.facts["stick.hold"] == "secure"


def test_nothing_of_the_safety_questions_is_assumed_harmless(knowledge: KnowledgeBase) -> None:
    assumed = {name for name in what_is_known(knowledge, {}).assumed if name.startswith("safety.")}
    assert assumed == {"safety.cauda_equina_investigated"}


CONTACTS = {
    "stick.head": "kept",
    "stick.midback": "kept",
    "stick.sacrum": "lost",
    "stick.sacrum_when": "middle",
    "stick.head_when": "early",
}


def test_contacts_are_void_when_the_hold_slipped(knowledge: KnowledgeBase) -> None:
    facts = what_is_known(knowledge, {**CONTACTS, "stick.hold": "slipped", "stick.gaze": "up"})
    assert facts.void == set(CONTACTS)
    assert not {"stick.head", "stick.midback", "stick.sacrum"} & facts.facts.keys()
    assert facts.facts["stick.gaze"] == "up"


def test_time_of_a_void_contact_falls_back_to_its_default(knowledge: KnowledgeBase) -> None:
    facts = what_is_known(knowledge, {**CONTACTS, "stick.hold": "slipped"})
    assert facts.facts["stick.sacrum_when"] == facts.assumed["stick.sacrum_when"] == "not_noted"


@pytest.mark.parametrize("hold", ["secure", "arms_stiff", None])
def test_contacts_are_read_unless_the_hold_slipped(
    knowledge: KnowledgeBase, hold: str | None
) -> None:
    facts = what_is_known(knowledge, {**CONTACTS, **({"stick.hold": hold} if hold else {})})
    assert not facts.void
    assert CONTACTS.items() <= facts.facts.items()


def test_contact_that_was_not_answered_is_not_void(knowledge: KnowledgeBase) -> None:
    assert what_is_known(knowledge, {"stick.hold": "slipped"}).void == frozenset()


# a drill that was not done


def test_finding_of_a_drill_that_was_not_done_is_refused_with_its_line(
    knowledge: KnowledgeBase,
) -> None:
    problem = only(
        refused(knowledge, "stick:\n  done: no\n  head_when: not_noted\n  sacrum: lost\n")
    )
    assert problem == (
        "sam.yaml:4: stick.sacrum: 'lost' is a finding of a drill that was not done "
        "(stick.done is no); leave it out"
    )


def test_every_finding_of_a_drill_that_was_not_done_is_refused(knowledge: KnowledgeBase) -> None:
    problems = refused(knowledge, "wall:\n  clean_reps: 0\n  hips: back\n  done: no\n")
    assert {problem.split(":")[1] for problem in problems} == {"2", "3"}


@pytest.mark.parametrize(
    "text",
    [
        "wall: {done: no}",
        "wall: {done: no}\nstick: {done: yes, sacrum: lost}",
        "stick: {done: stopped_for_pain, sacrum: lost}",
    ],
)
def test_drill_that_was_not_done_forbids_no_findings_of_the_other(
    knowledge: KnowledgeBase, text: str
) -> None:
    read(knowledge, text)


# strict errors: each with line, path, what was found and what is allowed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "form: hinge/3",
            "form: 'hinge/3' is not allowed; allowed: hinge/2, hinge/1; did you mean 'hinge/2'?",
        ),
        ("form: 1", "form: '1' is not allowed; allowed: hinge/2, hinge/1"),
        ("from: hinge/2", "from: unknown key 'from'; did you mean 'form'?"),
        ("stik: {done: yes}", "stik: unknown key 'stik'; did you mean 'stick'?"),
        ("Safety: {screen: all_no}", "Safety: unknown key 'Safety'; did you mean 'safety'?"),
        (
            "weather: fine",
            "weather: unknown key 'weather'; allowed: form, patient, date, clinician, safety,",
        ),
        (
            "stick: {sacrm: lost}",
            "stick.sacrm: there is no observable 'stick.sacrm'; did you mean 'sacrum'?",
        ),
        (
            "wall: {sacrum: lost}",
            "wall.sacrum: there is no observable 'wall.sacrum'; did you mean 'stick.sacrum'?",
        ),
        (
            "retest: {weather: fine}",
            "retest.weather: there is no observable 'retest.weather'; allowed: clean_uncued",
        ),
        (
            "stick: {sacrum: lots}",
            "stick.sacrum: 'lots' is not allowed; allowed: kept, lost; did you mean 'lost'?",
        ),
        (
            "stick: {sacrum: LOST}",
            "stick.sacrum: 'LOST' is not allowed; allowed: kept, lost; did you mean 'lost'?",
        ),
        ("stick: {sacrum: ''}", "stick.sacrum: '' is not allowed; allowed: kept, lost"),
        ("stick: {sacrum: [lost]}", "stick.sacrum: a list is not allowed; allowed: kept, lost"),
        (
            "stick: {sacrum: {when: early}}",
            "stick.sacrum: a map is not allowed; allowed: kept, lost",
        ),
        ("stick: {sacrum: 1}", "stick.sacrum: '1' is not allowed; allowed: kept, lost"),
        (
            "safety: {pregnancy: true}",
            "safety.pregnancy: 'true' is not allowed; allowed: yes, no; did you mean 'yes'?",
        ),
        (
            "safety: {pregnancy: False}",
            "safety.pregnancy: 'false' is not allowed; allowed: yes, no; did you mean 'no'?",
        ),
        (
            "safety: {pregnancy: Yes}",
            "safety.pregnancy: 'Yes' is not allowed; allowed: yes, no; did you mean 'yes'?",
        ),
        ("safety: {pregnancy: 1}", "safety.pregnancy: '1' is not allowed; allowed: yes, no"),
        ("safety: {pregnancy: 0}", "safety.pregnancy: '0' is not allowed; allowed: yes, no"),
        (
            "safety: {screen: all no}",
            "safety.screen: 'all no' is not allowed; allowed: all_no; did you mean 'all_no'?",
        ),
        ("safety: {screen: no}", "safety.screen: 'no' is not allowed; allowed: all_no"),
        ("safety: {screen: [all_no]}", "safety.screen: a list is not allowed; allowed: all_no"),
        ("stick: yes", "stick: a map of answers is needed here; found 'yes'"),
        ("stick: [sacrum]", "stick: a map of answers is needed here; found a list"),
        ("- stick", "a form is a map with groups such as safety and context; found a list"),
        ("stick", "a form is a map with groups such as safety and context; found a single value"),
        ("", "the file is empty"),
    ],
)
def test_slip_is_told_with_what_is_allowed(knowledge: KnowledgeBase, text: str, told: str) -> None:
    assert only(refused(knowledge, text)).startswith(f"sam.yaml:1: {told}")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("121", "'121'"),
        ("-1", "'-1'"),
        ("30.0", "'30.0'"),
        ("29.5", "'29.5'"),
        (".nan", "'nan'"),
        (".inf", "'inf'"),
        ("-.inf", "'-inf'"),
        ("1e999", "'inf'"),
        ("9" * 40, "'" + "9" * 40 + "'"),
        ("'30'", "'30'"),
        ("30 degrees", "'30 degrees'"),
        ("true", "'true'"),
        ("[30]", "a list"),
        ("{value: 30}", "a map"),
        ("''", "''"),
    ],
)
def test_number_that_is_not_whole_or_out_of_range_is_refused(
    knowledge: KnowledgeBase, value: str, found: str
) -> None:
    problem = only(refused(knowledge, f"stick: {{depth_degrees: {value}}}"))
    allowed = "a whole number from 0 to 120 (degrees of forward lean at the hips)"
    assert problem == f"sam.yaml:1: stick.depth_degrees: {found} is not allowed; allowed: {allowed}"


@pytest.mark.parametrize("value", ["5.0001", "-0.1", ".nan", ".inf", "'1'", "one", "false", "[1]"])
def test_measure_that_is_no_number_in_range_is_refused(
    knowledge: KnowledgeBase, value: str
) -> None:
    problem = only(refused(knowledge, f"wall: {{distance_feet: {value}}}"))
    assert problem.endswith(
        "is not allowed; allowed: a number from 0 to 5 (foot lengths from wall to heel)"
    )


def test_number_of_very_many_digits_is_refused(knowledge: KnowledgeBase) -> None:
    assert "a number of 5000 characters" in only(
        refused(knowledge, "stick: {depth_degrees: " + "9" * 5000 + "}")
    )


def test_repeated_answer_names_both_lines(knowledge: KnowledgeBase) -> None:
    problem = only(refused(knowledge, "stick:\n  sacrum: lost\n  head: kept\n  sacrum: kept\n"))
    assert problem == "sam.yaml:4: stick.sacrum: this key stands twice; first in line 2"


def test_repeated_group_names_both_lines(knowledge: KnowledgeBase) -> None:
    assert only(refused(knowledge, "stick: {sacrum: lost}\nstick: {head: kept}\n")).startswith(
        "sam.yaml:2: stick: this key stands twice; first in line 1"
    )


def test_all_problems_are_told_in_one_go(knowledge: KnowledgeBase) -> None:
    head = "form: hinge/9\npatient: [x]\ndate: {a: b}\n"
    groups = (
        "safety:\n  pregnancy: true\n  screem: all_no\nstik: {}\nwall: 5\nstick: {depth_degrees: "
        "500, sacrum: lots}\n"
    )
    text = head + groups
    lines = sorted(int(problem.split(":")[1]) for problem in refused(knowledge, text))
    assert lines == [1, 2, 3, 5, 6, 7, 8, 9, 9]


def test_form_with_one_slip_gives_no_assessment_of_the_rest(knowledge: KnowledgeBase) -> None:
    assert only(refused(knowledge, EXAMPLE + "wall: {hips: up}\n")).startswith(
        "sam.yaml:8: wall.hips: 'up' is not allowed"
    )


# free entries: never shown


@pytest.mark.parametrize(
    "text",
    [
        "patient: Sam Example",
        "patient: [Sam, Example]",
        "patient: {name: [Sam Example]}",
        "patient: {name: {Sam: Example}}",
        'patient: {name: "Sam\\x07 Example"}',
        'patient: {name: "Sam\\nExample"}',
        "patient: {name: *Sam}",
        "patient: {name: &Sam Example}",
        "patient: {name: !Sam Example}",
        "patient: {name: Sam Example, name: Example}",
        "patient: {name: " + "Sam " * 60 + "}",
        "patient: {name: 'Sam Example}",
        "patient: {name: Sam: Example}",
        "patient: {name: Sam Example}\nclinician: [Sam]",
        "patient: {name: Sam Example}\nstick: {sacrum: lots}",
        "patient: {id: " + "5" * 60 + "}",
        "clinician: {Sam: Example}",
        "date: [Sam]",
    ],
)
def test_free_entry_is_never_shown_in_a_message(knowledge: KnowledgeBase, text: str) -> None:
    problems = refused(knowledge, text)
    assert problems
    for problem in problems:
        assert not any(
            secret in problem.removeprefix("sam.yaml") for secret in ("Sam", "Example", "555")
        )


def test_control_character_in_a_name_is_refused(knowledge: KnowledgeBase) -> None:
    problem = only(refused(knowledge, 'patient:\n  name: "Sam\\e[31m"\n'))
    assert (
        problem
        == "sam.yaml:2: patient.name: a control character stands in it; only text is allowed"
    )


def test_over_long_name_is_refused(knowledge: KnowledgeBase) -> None:
    assert read(knowledge, "patient: {name: " + "x" * MOST_TEXT + "}").patient == {
        "name": "x" * MOST_TEXT
    }
    problem = only(refused(knowledge, "patient: {name: " + "x" * (MOST_TEXT + 1) + "}"))
    assert (
        problem
        == f"sam.yaml:1: patient.name: {MOST_TEXT + 1} characters; at most {MOST_TEXT} are allowed"
    )


def test_key_that_turns_text_around_is_shown_harmless(knowledge: KnowledgeBase) -> None:
    problem = only(refused(knowledge, '"stick\\u202e": {}'))
    assert problem == "sam.yaml:1: stick\ufffd: unknown key 'stick\ufffd'; did you mean 'stick'?"


# every observable


@given(data=st.data())
def test_every_allowed_value_is_read_back(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(knowledge.observables)))
    value = data.draw(st.sampled_from(knowledge.answers[name]))
    group, _, key = name.partition(".")
    assert read(knowledge, json.dumps({group: {key: value}})).answers == {name: value}


ANYTHING = (
    st.text(max_size=20)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.lists(st.text(), max_size=2)
    | st.dictionaries(st.text(), st.text(), max_size=2)
)


@given(data=st.data(), raw=ANYTHING)
def test_any_value_is_allowed_or_told_with_what_is(
    knowledge: KnowledgeBase, data: st.DataObject, raw: object
) -> None:
    item = knowledge.observables[data.draw(st.sampled_from(list(knowledge.observables)))]
    slip = item.answer.slip(raw)
    if slip is None:
        assert (
            raw in item.values if item.range is None else item.range.least <= raw <= item.range.most
        )
    else:
        assert " is not allowed; allowed: " in slip
        assert slip.isprintable()


@pytest.mark.parametrize(
    ("written", "kept"),
    [("007", "007"), ("1e5", "1e5"), ("0x1F", "0x1F"), ("true", "true"), ("'14'", "14")],
)
def test_an_id_keeps_the_text_it_was_written_with(
    knowledge: KnowledgeBase, written: str, kept: str
) -> None:
    assert read_form(knowledge, "form", f"patient: {{id: {written}}}".encode()).patient == {
        "id": kept
    }


def test_a_repeated_key_does_not_hide_the_other_problems(knowledge: KnowledgeBase) -> None:
    with pytest.raises(InputError) as caught:
        read_form(knowledge, "form", b"stick: {sacrum: lost, sacrum: kept, head: gone}")

    assert [problem.path for problem in caught.value.problems] == ["stick.sacrum", "stick.head"]


def test_an_answer_outside_its_group_is_told_where_to_go(knowledge: KnowledgeBase) -> None:
    with pytest.raises(
        InputError, match=r"write it inside its group, as \{safety: \{screen: …\}\}"
    ):
        read_form(knowledge, "form", b"safety.screen: all_no")
