"""What a change of the rules does, told in errors, people, worked cases and texts."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from hingeexpert.assurance.authoring.seeing.case_draft import case_draft
from hingeexpert.assurance.authoring.seeing.change import RulesChange, changed
from hingeexpert.assurance.authoring.seeing.change_words import first_words, in_words
from hingeexpert.assurance.authoring.seeing.readers import told
from hingeexpert.assurance.authoring.seeing.states import RulesState, Snapshot, StateReader
from hingeexpert.assurance.case_files import written_cases
from hingeexpert.assurance.invented import invented
from hingeexpert.assurance.words import texts_of
from hingeexpert.assurance.worked_cases import checked_cases, run_case
from hingeexpert.formats.documents import read_document
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.inference.crowd import Crowd
from hingeexpert.inference.labels import labels_of
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

PEOPLE = 3000
STOP_LINE = ("drill_pain_stop:\n    {value: 5,", "drill_pain_stop:\n    {value: 9,")


@dataclass
class Desk:
    """Rules that are edited in memory, and the people who are judged."""

    reader: StateReader
    state: RulesState
    crowd: Crowd

    def edited(self, file: str, was: str, now: str, crowd: Crowd | None = None) -> RulesChange:
        """Return the change that puts a text in place of another, once."""
        snapshot = self.state.snapshot
        content = {**snapshot.files.contents, **snapshot.beside}[file].decode()
        assert was in content
        after = snapshot.written({file: content.replace(was, now, 1).encode()})
        return changed(self.reader, self.state, after, crowd or self.crowd)


def desk_of(snapshot: Snapshot, people: int) -> Desk:
    reader = StateReader()
    state = reader.read(snapshot)
    return Desk(reader, state, invented(data_folder("rules"), state.knowledge, people))


@pytest.fixture(scope="module")
def desk() -> Desk:
    return desk_of(Snapshot.of(data_folder("rules")), PEOPLE)


@pytest.fixture(scope="module")
def stop_line(desk: Desk) -> RulesChange:
    """The stop line for pain in a drill moved from 5 to 9."""
    return desk.edited("parameters.yaml", *STOP_LINE)


def by_engine(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> dict[str, str]:
    return labels_of(knowledge, diagnose(knowledge, Assessment(answers)))


def test_a_number_moved_is_told_by_name_and_moves_who_the_engine_says(
    stop_line: RulesChange,
) -> None:
    assert [(number.name, number.now and number.now.value) for number in stop_line.numbers] == [
        ("drill_pain_stop", 9)
    ]
    assert 0 < stop_line.people.count < PEOPLE
    before, after = stop_line.before.knowledge, stop_line.after.knowledge
    moved = [number for number in range(PEOPLE) if stop_line.people.mask >> number & 1]
    still = random.Random(1).sample([*{*range(PEOPLE)} - {*moved}], 8)
    for number in (*moved[:8], *still):
        answers = stop_line.crowd.form(number)
        old, new = by_engine(before, answers), by_engine(after, answers)
        expected = {name: (old[name], new[name]) for name in old if old[name] != new[name]}
        told = {
            item.conclusion: (item.before, item.after) for item in stop_line.people.of_one(number)
        }
        assert told == expected


def test_the_worked_cases_that_fail_are_those_that_fail_when_all_are_run(desk: Desk) -> None:
    change = desk.edited(
        "parameters.yaml", "pain_high:\n    {value: 5,", "pain_high:\n    {value: 7,"
    )
    cases = change.after.beside.cases.cases
    touched = {case.case.name for case in change.cases.cases}
    assert touched
    failing = {case.case.name for case in change.cases.failing}
    of_all = {case.name for case in cases if change.after.outcome(case).differences}
    assert failing == of_all
    for case in cases:
        if case.name in touched:
            assert run_case(change.after.knowledge, case).differences == (
                change.after.outcome(case).differences
            )


def test_those_who_are_shown_move_as_it_is_said(stop_line: RulesChange) -> None:
    assert stop_line.shown
    for item in stop_line.shown:
        old = by_engine(stop_line.before.knowledge, item.answers)
        new = by_engine(stop_line.after.knowledge, item.answers)
        name = item.moved.conclusion
        assert (old[name], new[name]) == (item.moved.before, item.moved.after)


def test_a_number_in_a_sentence_is_a_text_that_changed(stop_line: RulesChange) -> None:
    texts = {(text.file, text.place): text for text in stop_line.texts}
    told = texts["drills/stick_drill.yaml", "stop[*].do"]
    assert told.for_person
    assert told.was is not None
    assert told.now is not None
    assert told.now.text == told.was.text.replace("5", "9")


def test_words_alone_move_nobody_and_that_is_proven(desk: Desk) -> None:
    was = "We saw your low back bend as you leaned forward."
    change = desk.edited(
        "faults/lumbar_flexion.yaml", was, "We saw your lumbar vertebrae approximate immediately."
    )
    assert (change.people.count, change.first_cases.moved) == (0, 0)
    assert change.anybody.outcome == "proven"
    (text,) = change.texts
    assert (text.place, text.for_person, text.stale) == ("seen", True, ("es",))
    old, new = text.grades
    assert old is not None
    assert new is not None
    assert new > old
    lines = [*in_words(change)]
    told = change.after.judged(desk.crowd).truth("fault:lumbar_flexion").true.bit_count()
    assert f"text: faults/lumbar_flexion.yaml: seen; {told:,} of {PEOPLE:,} are told it" in lines
    assert any("US school grade" in line and line.startswith("    error: ") for line in lines)


def test_an_entry_put_in_before_others_moves_none_of_their_texts(desk: Desk) -> None:
    entry = (
        "    rules:\n      - id: fresh\n        when: {safety.clinician_concern: yes}\n"
        "        because: The examiner says so.\n        sources: [PROPOSAL]\n"
    )
    change = desk.edited("readiness.yaml", "    rules:\n", entry)
    assert [text.place for text in change.texts] == ["verdicts[stop_refer].rules[fresh].because"]


def test_a_remark_that_is_new_is_made_to_those_who_had_none(desk: Desk) -> None:
    entry = (
        "remarks:\n  - id: fresh\n    when: {finding: back_pain}\n    say: The back hurts.\n"
        "    sources: [PROPOSAL]\n"
    )
    change = desk.edited("remarks.yaml", "remarks:\n", entry)
    (moved,) = change.people.moves
    assert (moved.conclusion, moved.before, moved.after) == ("remark:fresh", "no", "yes")
    hurting = change.after.judged(desk.crowd).truth("finding:back_pain").true
    assert moved.people == hurting
    assert [item.moved for item in change.shown] == [moved]


def test_a_slip_is_told_at_its_line_and_nobody_is_judged(desk: Desk) -> None:
    change = desk.edited("triage.yaml", "{safety.growing_hip: yes}", "{safety.growing_hip: yse}")
    assert not change.usable
    (problem,) = change.problems
    line = desk.state.snapshot.files.contents["triage.yaml"].decode().split("growing_hip: yes")[0]
    assert (problem.file, problem.line) == ("triage.yaml", line.count("\n") + 1)
    assert [*in_words(change)][-1].startswith("The rules cannot be used")


def test_whom_the_crowd_lacks_the_solver_finds(desk: Desk) -> None:
    nobody = Crowd([{}])
    change = desk.edited("parameters.yaml", *STOP_LINE, crowd=nobody)
    assert (change.people.of, change.people.count) == (1, 0)
    found = change.anybody
    assert found.outcome == "person"
    assert found.answers is not None
    old = by_engine(change.before.knowledge, found.answers)
    new = by_engine(change.after.knowledge, found.answers)
    told = {item.conclusion: (item.before, item.after) for item in change.moves_of(found.answers)}
    assert told == {name: (old[name], new[name]) for name in old if old[name] != new[name]}
    assert told
    assert "None of 1, but this person:" in [*in_words(change)]


def test_people_who_move_past_all_cases_show_a_hole_in_these(desk: Desk) -> None:
    snapshot = desk.state.snapshot
    names = [name for name in snapshot.beside if name.startswith("cases/")]
    few = Snapshot(snapshot.folder, snapshot.files, {names[0]: snapshot.beside[names[0]]})
    bare = desk_of(few, 500)
    change = bare.edited("parameters.yaml", *STOP_LINE)
    assert change.people.count
    assert change.first_cases.moved == 0
    assert any("the cases have a hole" in line for line in in_words(change))


def test_the_case_that_is_begun_for_a_person_reads_and_passes(stop_line: RulesChange) -> None:
    after = stop_line.after.knowledge
    for item in stop_line.shown:
        draft = case_draft(after, item.answers)
        (case,), problems = checked_cases(
            after, written_cases(read_document("new.yaml", draft.encode()))
        )
        assert (problems, case.assessment.answers) == ([], item.answers)
        assert run_case(after, case).differences == ()
        assert run_case(stop_line.before.knowledge, case).differences


def test_a_safety_sentence_that_falls_is_told_with_a_person_who_shows_it(desk: Desk) -> None:
    was = "any: [{safety.tearing_pain: yes}, {safety.chest_pain_or_faint: yes}]"
    change = desk.edited(
        "triage.yaml", was, was.replace("safety.tearing_pain: yes", "safety.tearing_pain: no")
    )
    open_before = {item.id for item in change.before.holding(desk.crowd).shown}
    assert open_before == {item.id for item in change.fallen.as_before}
    assert {item.kind for item in change.fallen.shown} == {"safety", "hazard"}
    item = next(item for item in change.fallen.shown if item.id == "the_care_card_is_kept")
    assert item.person is not None
    assert item.person["safety.tearing_pain"] == "yes"
    assert by_engine(change.after.knowledge, item.person)["coached"] == "yes"
    lines = [*in_words(change)]
    at = lines.index(f"Safety sentence that holds no more: {item.sentence} ({item.id})")
    assert "Sudden tearing pain: yes" in lines[at + 1]
    again = changed(desk.reader, change.after, desk.state.snapshot, desk.crowd)
    assert item.id in {mended.id for mended in again.fallen.mended}


def test_as_many_are_told_a_remark_as_the_engine_makes_it_of(desk: Desk) -> None:
    crowd = Crowd([desk.crowd.form(number) for number in range(60)])
    judged_crowd = desk.state.judged(crowd)
    made: Counter[str] = Counter()
    for number in range(crowd.count):
        answers = crowd.form(number)
        made.update(
            name for name, said in by_engine(desk.state.knowledge, answers).items() if said == "yes"
        )
    for text in texts_of("remarks.yaml", {"remarks": desk.state.knowledge.remarks}):
        remark = desk.state.knowledge.remarks[int(text.path[1])]
        mask = told(judged_crowd, text)
        assert mask is not None
        assert mask.bit_count() == made[f"remark:{remark.id}"]


def test_a_case_that_is_rewritten_is_run_though_no_rule_changed(desk: Desk) -> None:
    file, content = next(
        (name, content)
        for name, content in desk.state.snapshot.beside.items()
        if b"triage: clear" in content
    )
    assert content
    change = desk.edited(file, "triage: clear", "triage: emergency")
    assert change.people.count == 0
    assert change.first_cases.failing
    assert all(case.was is not None and not case.failed for case in change.first_cases.failing)
    assert any("not as the case says: triage is clear" in line for line in first_words(change))


def test_a_broken_case_is_an_error_at_its_line_beside_the_rest(desk: Desk) -> None:
    file = next(name for name in desk.state.snapshot.beside if name.startswith("cases/"))
    change = desk.edited(file, "form:", "from:")
    assert change.usable
    assert change.problems[0].file == file.removeprefix("cases/")
