"""Worked cases that stand alone, and those that stand together on a base."""

from pathlib import Path

import pytest
from small import SMALL

from hingeexpert.assurance.case_files import written_cases
from hingeexpert.assurance.worked_cases import WorkedCase, read_cases, run_case
from hingeexpert.formats.documents import read_document
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

TOGETHER = """\
base:
  form:
    safety: {screen: all_no}
    context: {visit: first}
    stick: {hold: secure, depth_degrees: 60, breath: held}
  expect: {triage: clear, only_faults: true, faults: {breath_holding: medium}}
  why: What they share is the reason.
cases:
  - name: The breath is held over a full bend.
    expect: {focus: breath_holding}
  - name: The breath is easy, so nothing is found.
    form: {stick: {breath: easy}}
    expect: {faults: {}, focus: null}
    why: The one answer that differs.
  - name: A short bend, and nobody watched the breath.
    without: [stick.breath, context]
    form: {patient: {id: P-1}, stick: {depth_degrees: 49}}
    expect: {faults: {shallow_range: medium}}
"""
ALONE = """\
name: A form that stands alone.
form: {stick: {breath: held}}
expect: {undetermined: [guarding]}
why: It has no neighbour.
"""


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return load_knowledge(SMALL)


def read(small: KnowledgeBase, folder: Path, **files: str) -> tuple[list[WorkedCase], list[str]]:
    """Write files and read the cases of the folder; return them, and the problems as text."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    cases, problems = read_cases(small, folder)
    return cases, [str(problem) for problem in problems]


def told(small: KnowledgeBase, folder: Path, before: str, after: str) -> list[str]:
    """Return what is told of the cases above with one slip in them."""
    assert TOGETHER.count(before) == 1
    cases, problems = read(small, folder, slip=TOGETHER.replace(before, after))
    assert len(cases) < 3
    return problems


def test_a_case_has_what_the_base_has_and_its_own_instead(
    small: KnowledgeBase, tmp_path: Path
) -> None:
    (held, easy, short), problems = read(small, tmp_path, together=TOGETHER)

    assert problems == []
    assert held.assessment.answers["stick.breath"] == "held"
    assert easy.assessment.answers == {**held.assessment.answers, "stick.breath": "easy"}
    assert (held.why, easy.why) == (
        "What they share is the reason.",
        "The one answer that differs.",
    )
    assert short.assessment.patient == {"id": "P-1"}
    assert {case.file for case in (held, easy, short)} == {"together.yaml"}
    assert all(run_case(small, case).differences == () for case in (held, easy, short))


def test_without_takes_an_answer_or_a_group_of_the_base_away(
    small: KnowledgeBase, tmp_path: Path
) -> None:
    (held, _, short), _ = read(small, tmp_path, together=TOGETHER)
    gone = held.assessment.answers.keys() - short.assessment.answers.keys()

    assert gone == {"stick.breath", "context.visit"}
    assert short.assessment.answers["stick.depth_degrees"] == 49


def test_a_key_that_is_expected_replaces_that_of_the_base_whole(
    small: KnowledgeBase, tmp_path: Path
) -> None:
    (held, easy, short), _ = read(small, tmp_path, together=TOGETHER)

    assert [case.expect.faults for case in (held, easy, short)] == [
        {"breath_holding": "medium"},
        {},
        {"shallow_range": "medium"},
    ]
    assert all(case.expect.triage == "clear" for case in (held, easy, short))
    assert easy.expect.focus is None
    assert ["focus" in case.expect.model_fields_set for case in (held, easy, short)] == [
        *(True, True, False)
    ]


def test_files_of_both_shapes_stand_beside_each_other(small: KnowledgeBase, tmp_path: Path) -> None:
    cases, problems = read(small, tmp_path, b_together=TOGETHER, a_alone=ALONE)

    assert problems == []
    assert [case.name.split()[0] for case in cases] == ["A", "The", "The", "A"]
    assert cases[0].file == "a_alone.yaml"


def test_the_whole_form_is_there_as_plain_data() -> None:
    first, _, third = written_cases(read_document("together.yaml", TOGETHER.encode()))

    assert first.form["stick"] == {"hold": "secure", "depth_degrees": 60, "breath": "held"}
    assert third.form == {
        "safety": {"screen": "all_no"},
        "stick": {"hold": "secure", "depth_degrees": 49},
        "patient": {"id": "P-1"},
    }


def test_what_is_written_for_a_number_is_taken_from_where_the_number_stands(
    small: KnowledgeBase, tmp_path: Path
) -> None:
    text = TOGETHER.replace("form:\n", "form:\n    patient: {id: 007}\n", 1)
    (held, _, short), _ = read(small, tmp_path, together=text)

    assert held.assessment.patient == {"id": "007"}
    assert short.assessment.patient == {"id": "P-1"}


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("breath: held}", "breath: hold}", "slip.yaml:5: base.form.stick.breath: 'hold' is not"),
        ("    safety:", "    safty:", "slip.yaml:3: base.form.safty: unknown key 'safty'"),
        ("triage: clear", "triage: cleer", "slip.yaml:6: base.expect.triage: 'cleer' is not known"),
        ("  why: What", "  wy: What", "slip.yaml:7: base.wy: extra inputs are not permitted; did"),
    ],
)
def test_a_problem_of_the_base_is_told_once_with_the_line_of_the_base(
    small: KnowledgeBase, tmp_path: Path, before: str, after: str, problem: str
) -> None:
    problems = told(small, tmp_path, before, after)

    assert [text for text in problems if problem in text] == problems[:1]
    assert [text for text in problems if "base" in text] == problems[:1]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("breath: easy", "breath: eesy", "slip.yaml:12: cases[1].form.stick.breath: 'eesy' is not"),
        ("focus: null", "focus: x", "slip.yaml:13: cases[1].expect.focus: 'x' is not known"),
        ("focus: null", "fokus: x", "slip.yaml:13: cases[1].expect.fokus: extra inputs"),
        (
            "  without:",
            "  witout:",
            "slip.yaml:16: cases[2].witout: extra inputs are not permitted",
        ),
        (
            "stick.breath, context",
            "context, stick.breth",
            "slip.yaml:16: cases[2].without[1]: 'stick.breth' is not in the form of the base; did "
            "you mean 'stick.breath'?",
        ),
        ("  - name: The breath is held", "  - nom: The breath is held", "slip.yaml:9: cases[0].n"),
        (
            "The breath is easy, so nothing is found.",
            "The breath is held over a full bend.",
            "slip.yaml:11: cases[1].name: this name stands twice; first in slip.yaml:9",
        ),
        ("49}}", "49}, wall: 3}", "slip.yaml:17: cases[2].form.wall: "),
    ],
)
def test_a_problem_of_a_case_is_told_with_its_place_in_the_list(
    small: KnowledgeBase, tmp_path: Path, before: str, after: str, problem: str
) -> None:
    (tmp_path / "slip.yaml").write_text(TOGETHER.replace(before, after), encoding="utf-8")
    _, problems = read_cases(small, tmp_path)

    assert any(str(item).startswith(problem) for item in problems), problems
    assert all(item.path.startswith("cases[") for item in problems)


def test_an_answer_of_the_base_that_does_not_fit_a_case_is_told_for_the_case(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    text = (
        "base:\n  form:\n    stick: {gaze: down}\n  why: The two do not fit.\ncases:\n"
        "  - name: The gaze was noted.\n"
        "  - name: Yet the drill was not done.\n    form: {stick: {done: no}}\n"
    )
    (fits,), (problem,) = read(knowledge, tmp_path, slip=text)

    assert fits.name == "The gaze was noted."
    assert problem.startswith("slip.yaml:3: cases[1].form.stick.gaze: 'down' is a finding of a")


def test_cases_need_a_base_a_case_and_a_reason(small: KnowledgeBase, tmp_path: Path) -> None:
    base = "base: {form: {stick: {breath: held}}}\n"
    none, no_base, no_why = (
        read(small, tmp_path, slip=text)[1]
        for text in (
            f"{base}cases: []\n",
            "cases:\n  - name: A case without a base.\n    why: It has none.\n",
            f"{base}cases:\n  - name: A case without a reason.\n",
        )
    )

    assert none == ["slip.yaml:2: cases: list should have at least 1 item after validation, not 0"]
    assert no_base == ["slip.yaml:1: base: field required"]
    assert no_why == ["slip.yaml:3: cases[0].why: field required, here or in the base"]


def test_a_name_stands_once_in_a_folder(small: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "again.yaml").write_text(ALONE, encoding="utf-8")
    _, problems = read(small, tmp_path, zero=ALONE)

    assert problems == ["zero.yaml:1: name: this name stands twice; first in below/again.yaml:1"]


def test_every_problem_of_a_case_is_told_at_once(small: KnowledgeBase, tmp_path: Path) -> None:
    text = ALONE.replace("breath: held", "breath: hold").replace("guarding", "garding")
    cases, problems = read(small, tmp_path, slip=text)

    assert cases == []
    assert [problem.split(": ")[:2] for problem in problems] == [
        ["slip.yaml:3", "expect.undetermined"],
        ["slip.yaml:2", "form.stick.breath"],
    ]


def test_checks_are_expected_and_excluded_by_name(small: KnowledgeBase, tmp_path: Path) -> None:
    first = "form: {context: {visit: first}, retest: {clean_uncued: no}}\n"
    why = "name: A first visit with a retest.\nwhy: The two exclude each other.\n"
    expect = "expect: {checks: [older_form], not_checks: [first_retest]}\n"
    ((case,), _) = read(small, tmp_path, check=first + expect + why)

    assert run_case(small, case).differences == (
        "check older_form is not made",
        "check first_retest is made, which must not be",
    )
