"""The hazard log is read strictly: what it names exists, and what would make a proof empty is
refused at its line.
"""

from pathlib import Path

import pytest
from hazard_logs import HEAD, beside, hazard, written
from small import SMALL, copied

from hingeexpert.assurance.hazards.log import read_log
from hingeexpert.errors import KnowledgeError
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

NUMB = "{true: {safety.numbness: yes}, coached: yes}"
INFORMS = "informs_only:\n  - {{rule: {}, why: It tells.}}\n"

MISTAKES: dict[str, tuple[str, str, str]] = {
    "a finding": (
        hazard("h", "{true: {finding: short_bend}, coached: yes}"),
        "hazards[0].happens.true.finding",
        "is what the rules conclude; a hazard is written in answers",
    ),
    "a fault below others": (
        hazard(
            "h", "{true: {any: [{safety.numbness: yes}, {fault: shallow_range}]}, coached: yes}"
        ),
        "hazards[0].happens.true.any[1].fault",
        "is what the rules conclude",
    ),
    "a contributor": (
        hazard("h", "{possible: {contributor: guarding}, coached: yes}"),
        "hazards[0].happens.possible.contributor",
        "is what the rules conclude",
    ),
    "a level": (
        hazard("h", "{not_true: {triage: urgent}, coached: yes}"),
        "hazards[0].happens.not_true.triage",
        "is what the rules conclude",
    ),
    "any fault": (
        hazard("h", "{true: {any_fault: movement}, coached: yes}"),
        "hazards[0].happens.true.any_fault",
        "is what the rules conclude",
    ),
    "a number of the rules": (
        hazard("h", "{true: {stick.depth_degrees: {below: adequate_range}}, coached: yes}"),
        "hazards[0].happens.true.stick.depth_degrees.below",
        "'adequate_range' is a number of the rules; a hazard has its own under 'limits'",
    ),
    "a number without a name": (
        hazard("h", "{true: {stick.depth_degrees: {below: 50}}, coached: yes}"),
        "hazards[0].happens.true.stick.depth_degrees.below",
        "the number '50' stands in a condition",
    ),
    "no outcome": (
        hazard("h", "{true: {safety.numbness: yes}}"),
        "hazards[0].happens",
        "say what the program says or gives, such as coached: yes",
    ),
    "a level that does not exist": (
        hazard("h", "{milder: {triage: emergency}}"),
        "hazards[0].happens.milder.triage",
        "'emergency' is no level of triage; allowed: urgent, clear",
    ),
    "a cue that nobody says": (
        hazard("h", "{together: [shallow_range, Bend more.]}"),
        "hazards[0].happens.together",
        "'Bend more.' is no fault, no contributor and no cue of a fault",
    ),
    "one text alone": (
        hazard("h", "{together: [shallow_range]}"),
        "hazards[0].happens.together",
        "one text alone is told with nothing",
    ),
    "the same text twice": (
        hazard("h", "{together: [shallow_range, shallow_range]}"),
        "hazards[0].happens.together",
        "one text alone is told with nothing",
    ),
    "a text that no verdict tells": (
        hazard("h", "{told: [You can start slow lift.]}"),
        "hazards[0].happens.told",
        "'You can start slow lift.' is told by no verdict of readiness; did you mean "
        "'You can start slow lifts.'?",
    ),
    "a rule that does not exist": (
        hazard("h", NUMB, "rule: triage.urgent.num"),
        "hazards[0].controls[0].rule",
        "'triage.urgent.num' is no rule, objection or finding; did you mean 'triage.urgent.numb'?",
    ),
    "two kinds of control": (
        hazard("h", NUMB, "rule: triage.urgent.numb, person: Somebody asks."),
        "hazards[0].controls[0]",
        "exactly one of rule, level, drill, card, blank, void, test, words, person is needed; "
        "found rule, person",
    ),
    "no kind of control": (
        hazard("h", NUMB, "says: Numb."),
        "hazards[0].controls[0]",
        "is needed; found none",
    ),
    "a level without a key": (
        hazard("h", NUMB, "level: readiness.stop_refer"),
        "hazards[0].controls[0]",
        "a control by level names a key: withholds_cues",
    ),
    "a key that the level has not": (
        hazard("h", NUMB, "level: readiness.ready_grind, key: withholds_cues"),
        "hazards[0].controls[0].key",
        "readiness.ready_grind has no withholds_cues",
    ),
    "a rule with a key": (
        hazard("h", NUMB, "rule: triage.urgent.numb, key: enter"),
        "hazards[0].controls[0]",
        "a control by rule has no key",
    ),
    "a drill without a condition": (
        hazard("h", NUMB, "drill: stick_drill, key: enter"),
        "hazards[0].controls[0].key",
        "the drill stick_drill has no enter",
    ),
    "a card that does not exist": (
        hazard("h", NUMB, "card: ambulance"),
        "hazards[0].controls[0].card",
        "'ambulance' is no card; allowed:",
    ),
    "a line that no card has": (
        hazard("h", NUMB, "card: emergency, says: Your hair is wet."),
        "hazards[0].controls[0].says",
        "no line of the card emergency says 'Your hair is wet.'",
    ),
    "a blank that is assumed": (
        hazard("h", NUMB, "blank: stick.breath"),
        "hazards[0].controls[0].blank",
        "stick.breath is never unknown while it is blank",
    ),
    "an answer that can always be read": (
        hazard("h", NUMB, "void: safety.numbness"),
        "hazards[0].controls[0].void",
        "safety.numbness has no void_when",
    ),
    "words that stand nowhere": (
        hazard("h", NUMB, "words: Beware of the dog."),
        "hazards[0].controls[0].words",
        "no text of the rules is 'Beware of the dog.'",
    ),
    "no test by that form": (
        hazard("h", NUMB, "test: some test"),
        "hazards[0].controls[0].test",
        "tests/web/test_lock.py::test_name",
    ),
    "a hazard that nothing stands for": (
        hazard("h", "{}").replace("    happens: {}\n", ""),
        "hazards[0].controls",
        "nothing is claimed under 'happens'",
    ),
    "nothing that could be open": (
        hazard("h", "{}", "test: tests/a.py::test_a").replace(
            "    happens: {}\n", "    known_open: It is known.\n"
        ),
        "hazards[0].known_open",
        "nothing is claimed under 'happens', so that nothing is open",
    ),
    "an unknown key": (
        hazard("h", "{true: {safety.numbness: yes}, coached: yes, likely: no}"),
        "hazards[0].happens.likely",
        "unknown key",
    ),
    "a limit that nothing uses": (HEAD + hazard("h", NUMB), "limits.own_limit", "no hazard uses"),
    "a rule that informs and controls": (
        hazard("h", NUMB, "rule: triage.urgent.numb") + INFORMS.format("triage.urgent.numb"),
        "informs_only[0].rule",
        "is a control of a hazard, and no mere information",
    ),
    "a fault that informs only": (
        hazard("h", NUMB) + INFORMS.format("shallow_range.short"),
        "informs_only[0].rule",
        "'shallow_range.short' is no rule of a ladder",
    ),
    "a source that is missing": (
        hazard("h", NUMB).replace("sources: [PROPOSAL]", "sources: [S77]"),
        "hazards[0].sources[0]",
        "'S77' is no source",
    ),
    "a hazard twice": (
        hazard("h", NUMB) + hazard("h", NUMB),
        "hazards[1].id",
        "'h' stands twice; first in line",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("log"), SMALL)


@pytest.fixture(scope="module")
def small(folder: Path) -> KnowledgeBase:
    return load_knowledge(folder)


@pytest.mark.parametrize(("log", "path", "message"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_told_at_its_line(
    folder: Path, small: KnowledgeBase, log: str, path: str, message: str
) -> None:
    limits, _, hazards = log.rpartition(HEAD)
    written(folder, hazards, limits=HEAD if _ else limits)

    with pytest.raises(KnowledgeError) as caught:
        read_log(folder, small)

    (problem,) = caught.value.problems
    assert (problem.file, problem.path) == ("hazards/log.yaml", path)
    assert message in problem.message
    assert problem.line is not None
    assert problem.line > 1


def test_names_stand_once_over_all_files(folder: Path, small: KnowledgeBase) -> None:
    bend = "{true: {stick.depth_degrees: {below: own_limit}}, coached: yes}"
    text = written(folder, hazard("h", bend), limits=HEAD).read_text(encoding="utf-8")
    (folder / "hazards" / "more.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(KnowledgeError) as caught:
        read_log(folder, small)
    (folder / "hazards" / "more.yaml").unlink()

    assert [(problem.file, problem.message) for problem in caught.value.problems] == [
        ("hazards/more.yaml", "the limit 'own_limit' stands in hazards/log.yaml as well"),
        ("hazards/more.yaml", "the hazard 'h' stands in hazards/log.yaml as well"),
    ]


def test_limits_of_one_file_serve_all_and_fill_texts(tmp_path: Path) -> None:
    bend = "{true: {stick.depth_degrees: {below: own_limit}}, coached: yes}"
    with_number = hazard("h", bend).replace("It gets worse.", '"Less than {own_limit} is bad."')
    _, log = beside(tmp_path, SMALL, with_number, limits=HEAD)
    assert log.hazards[0].harm == "Less than 5 is bad."
    assert log.files == {"h": "hazards/log.yaml"}


def test_without_a_log_there_are_no_hazards(tmp_path: Path) -> None:
    folder = copied(tmp_path, SMALL)
    assert read_log(folder, load_knowledge(folder)).hazards == ()


@pytest.mark.parametrize("value", [".inf", ".nan"])
def test_a_limit_without_end_is_told_at_its_line(
    folder: Path, small: KnowledgeBase, value: str
) -> None:
    bend = "{true: {stick.depth_degrees: {below: own_limit}}, coached: yes}"
    written(folder, hazard("h", bend), limits=HEAD.replace("value: 5", f"value: {value}"))
    with pytest.raises(KnowledgeError) as caught:
        read_log(folder, small)
    (problem,) = caught.value.problems
    assert problem.path == "limits.own_limit.value"
    assert "a finite number is needed" in problem.message
