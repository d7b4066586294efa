"""The command line as a user meets it."""

import csv
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result
from small import SMALL

from hingeexpert.cli import main
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import read_form
from hingeexpert.knowledge import KnowledgeBase

DEMO = data_folder("rules") / "demo.yaml"
FORM = (
    "form: hinge/2\npatient: {id: P-014, name: Sam Example}\nsafety: {screen: all_no}\nstick: "
    "{sacrum: lost}\n"
)
BAD = "patient: {name: Sam Secret}\nstick: {sacrum: gone, sacrun: lost}\n"


def run(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_demo_is_one_screen_and_names_the_command_for_all_of_it() -> None:
    result = run("demo")

    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) <= 24
    assert result.stdout.endswith("\nhingeexpert demo --full\n")


def test_the_whole_demo_shows_the_form_and_its_result() -> None:
    result = run("demo", "--full")

    assert result.exit_code == 0
    assert result.stdout.index("sacrum: lost") < result.stdout.index("TRIAGE: NOTE")
    assert "LIMITS" in result.stdout


def test_the_text_is_short_and_full_gives_all(tmp_path: Path) -> None:
    form = written(tmp_path, "a.yaml", FORM)
    short, full = run("diagnose", form).stdout, run("diagnose", form, "--full").stdout

    assert len(short.splitlines()) <= 24
    assert "SOURCES" not in short
    assert "SOURCES" in full


def test_several_short_texts_and_notes_stand_apart(tmp_path: Path) -> None:
    form = written(tmp_path, "a.yaml", FORM)

    assert run("diagnose", form, form).stdout.count("\n\nSam Example, P-014\n") == 1
    assert run("diagnose", form, form, "--format", "note").stdout.count("\n\nSaid (P-014):") == 1


def test_the_name_of_a_form_that_is_too_long_never_breaks_the_command(tmp_path: Path) -> None:
    form = written(tmp_path, f"{'long' * 25}.yaml", FORM)

    assert run("diagnose", form).stdout.endswith("\nhingeexpert diagnose --full FORM\n")


def test_one_form_gives_one_indented_object(tmp_path: Path) -> None:
    result = run("diagnose", written(tmp_path, "a.yaml", FORM), "--format", "json")

    assert result.stdout.startswith("{\n  ")
    assert json.loads(result.stdout)["patient"] == {"id": "P-014", "name": "Sam Example"}


def test_several_forms_give_one_object_a_line_in_their_order(tmp_path: Path) -> None:
    forms = [written(tmp_path, f"{name}.yaml", FORM.replace("P-014", name)) for name in ("b", "a")]
    result = run("diagnose", *forms, "--format", "json")

    assert [json.loads(line)["patient"]["id"] for line in result.stdout.splitlines()] == ["b", "a"]


def test_standard_input_may_be_json_with_a_byte_order_mark() -> None:
    result = CliRunner().invoke(
        main,
        ["diagnose", "-", "--format", "json"],
        input=b"\xef\xbb\xbf" + b'{"stick": {"breath": "held"}}',
    )

    assert json.loads(result.stdout)["faults"][0]["id"] == "breath_holding"


def test_a_bad_form_never_stops_a_good_one(tmp_path: Path) -> None:
    bad, good = written(tmp_path, "bad.yaml", BAD), written(tmp_path, "good.yaml", FORM)
    result = run("diagnose", bad, good, "--format", "json")

    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    assert "'gone' is not allowed; allowed: kept, lost" in result.stderr
    assert "did you mean 'sacrum'?" in result.stderr
    assert "Secret" not in result.output


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_form_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    result = run("diagnose", str(tmp_path / name))

    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


def test_html_of_several_forms_needs_a_folder(tmp_path: Path) -> None:
    form = written(tmp_path, "a.yaml", FORM)

    assert run("diagnose", form, form, "--format", "html").exit_code == 2
    assert (
        run("diagnose", form, form, "--format", "html", "-o", str(tmp_path / "out")).exit_code == 0
    )
    assert sorted(path.name for path in (tmp_path / "out").glob("a*")) == ["a-1.html", "a-2.html"]


def test_forms_of_one_name_from_two_folders_do_not_overwrite_each_other(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    first, second = written(tmp_path, "a.yaml", FORM), written(tmp_path / "x", "a.yaml", FORM)
    run("diagnose", first, second, "--format", "json", "-o", str(tmp_path / "out"))

    assert len(list((tmp_path / "out").glob("*.json"))) == 2


def test_an_output_that_cannot_be_written_leaves_nothing_half_written(tmp_path: Path) -> None:
    result = run(
        "diagnose", written(tmp_path, "a.yaml", FORM), "-o", str(tmp_path / "no" / "such" / "a.txt")
    )

    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["a.yaml"]


def test_explain_without_an_id_explains_verdicts_and_present_faults() -> None:
    result = run("explain", str(DEMO))

    assert result.exit_code == 0
    assert "continue_pattern" in result.stdout
    assert "lumbar_flexion.sacrum_alone" in result.stdout
    assert "Would change it:" in result.stdout
    assert "Sources" in result.stdout


def test_explain_as_json_holds_explanations_and_what_if() -> None:
    result = json.loads(run("explain", str(DEMO), "ready_grind", "--format", "json").stdout)

    (why,) = result["explanations"]
    assert why["id"] == "ready_grind"
    assert why["sentence"].startswith(f"{why['title']}: not the verdict, as ")
    assert {"observable", "question", "answer", "speaks", "assumed"} == set(why["seen"][0])
    assert why["still_to_ask"] == []
    assert why["what_it_takes"].startswith("No answer that can change would lead there.")
    assert why["would_change"] == []
    assert result["what_if"][0]["in_the_way"] == ["context.visit"]


def test_explain_suggests_the_nearest_id() -> None:
    result = run("explain", str(DEMO), "lumbar_flection")

    assert result.exit_code == 2
    assert "did you mean 'lumbar_flexion'?" in result.stderr


@pytest.mark.parametrize("long", [[], ["--long"]], ids=["short", "long"])
def test_the_blank_yaml_form_is_an_empty_form(knowledge: KnowledgeBase, long: list[str]) -> None:
    text = run("form", *long).stdout

    assert read_form(knowledge, "form", text.encode()).answers == {}
    assert all(f"\n  {name.partition('.')[2]}:\n" in text for name in knowledge.observables)


@pytest.mark.parametrize("long", [[], ["--long"]], ids=["short", "long"])
def test_the_printed_form_filled_in_line_by_line_is_read_back(
    knowledge: KnowledgeBase, long: list[str]
) -> None:
    wanted = {
        name: item.range.most if item.range else next(iter(item.values))
        for name, item in knowledge.observables.items()
    }
    values = iter(wanted.values())
    shorthands = {f"  {group.shorthand.key}:" for group in knowledge.groups if group.shorthand}
    lines = [
        f"{line} {next(values)}"
        if line.startswith("  ")
        and line.endswith(":")
        and "#" not in line
        and line not in shorthands
        else line
        for line in run("form", *long).stdout.splitlines()
    ]
    result = run("diagnose", "-", "--format", "json", text="\n".join(lines))

    assert read_form(knowledge, "form", "\n".join(lines).encode()).answers == wanted
    assert (result.exit_code, result.stderr) == (0, "")


def test_the_long_form_says_how_to_look_and_what_each_answer_means(
    knowledge: KnowledgeBase,
) -> None:
    short, long = (
        " ".join(run("form", *more).stdout.replace("\n  #", "").split())
        for more in ([], ["--long"])
    )

    for item in knowledge.observables.values():
        for text in (item.look, *item.values.values(), item.means or ""):
            assert " ".join(text.split()) in long
    assert "hingeexpert form --long" in short


def test_the_form_says_in_words_when_a_question_is_asked_refines_or_cannot_be_read() -> None:
    text = " ".join(run("form").stdout.replace("\n  #", "").split())

    assert 'asked when "Low back bends more than the hips" is present or' in text
    assert "just refines, may stay blank" in text
    assert "kept | lost; cannot be read while stick.hold is slipped" in text


def test_a_table_has_no_long_form() -> None:
    assert run("form", "--format", "csv", "--long").exit_code == 2


def test_the_blank_table_has_a_column_for_every_identifier(knowledge: KnowledgeBase) -> None:
    (header,) = csv.reader(io.StringIO(run("form", "--format", "csv").stdout))

    assert header[:4] == ["patient.id", "patient.name", "date", "clinician"]
    assert set(header[4:]) == {*knowledge.observables, "safety.screen"}


@pytest.mark.parametrize("what", ["result", "form", "rules"])
def test_every_published_schema_is_a_schema(what: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(run("schema", what).stdout))


def test_the_form_schema_agrees_with_the_form_reader() -> None:
    schema = json.loads(run("schema", "form").stdout)

    jsonschema.validate(
        {"stick": {"sacrum": "lost", "depth_degrees": 30}, "safety": {"screen": "all_no"}}, schema
    )
    jsonschema.validate({"safety": {"screen": "all_no", "left_blank": ["gait_change"]}}, schema)
    with pytest.raises(jsonschema.ValidationError, match="gait"):
        jsonschema.validate({"safety": {"screen": "all_no", "left_blank": ["gait"]}}, schema)
    with pytest.raises(jsonschema.ValidationError, match="gone"):
        jsonschema.validate({"stick": {"sacrum": "gone"}}, schema)


def test_every_shipped_rule_file_matches_the_rules_schema() -> None:
    from hingeexpert.formats.documents import read_document
    from hingeexpert.knowledge.models.files import FOLDERS, SINGLE_FILES

    schema = json.loads(run("schema", "rules").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    rules = data_folder("rules")
    files = [
        *(rules / name for name in SINGLE_FILES),
        *(path for folder in FOLDERS for path in (rules / folder).glob("*.yaml")),
    ]
    for path in files:
        key = path.name if path.parent == rules else f"{path.parent.name}/*.yaml"
        of_kind = {**schema, "$ref": f"#/$defs/{key.replace('/', '~1')}"}
        jsonschema.Draft202012Validator(of_kind).validate(
            read_document(path.name, path.read_bytes()).data
        )


def test_no_module_bears_the_name_of_the_function() -> None:
    """Tools that pack a program take `hingeexpert.cli:main` for the module where there is one."""
    assert importlib.util.find_spec("hingeexpert.cli.main") is None
    assert callable(main)


KINDS = (
    "observables",
    "faults",
    "contributors",
    "drills",
    "triage",
    "readiness",
    "sources",
    "parameters",
    "remarks",
)


def listed(kind: str, rules: Path) -> list[str]:
    """Return the ids that `rules list` prints."""
    return [
        line.split()[0]
        for line in run("rules", "list", kind, "--rules", rules).stdout.splitlines()
        if not line.startswith(" ")
    ]


def assert_shown(name: str, rules: Path) -> None:
    result = run("rules", "show", name, "--rules", rules)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{name} (")


@pytest.mark.parametrize("kind", KINDS)
def test_everything_listed_can_be_shown(kind: str) -> None:
    names = listed(kind, SMALL)

    assert names
    for name in names:
        assert_shown(name, SMALL)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_and_the_last_of_each_kind_of_the_shipped_rules_can_be_shown(kind: str) -> None:
    rules = data_folder("rules")
    names = listed(kind, rules)
    for name in (names[0], names[-1]):
        assert_shown(name, rules)


def test_showing_an_unknown_entry_suggests_the_nearest() -> None:
    result = run("rules", "show", "stick.sacrun")

    assert result.exit_code == 2
    assert "did you mean 'stick.sacrum'?" in result.stderr


@pytest.mark.slow
def test_the_shipped_rules_pass_their_own_check() -> None:
    result = run("rules", "check")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("no problems\n")


def test_a_broken_knowledge_base_ends_with_three(tmp_path: Path) -> None:
    result = run("rules", "check", "--rules", str(tmp_path))

    assert result.exit_code == 3
    assert "triage.yaml: this file is missing" in result.stderr


def case(folder: Path, name: str, form: str, expect: str) -> None:
    written(
        folder,
        f"{name}.yaml",
        f"name: A case of {name}.\nform: {form}\nexpect: {expect}\nwhy: It is there on purpose.\n",
    )


@pytest.fixture
def one_case(tmp_path: Path) -> Path:
    """Return the shipped rules with one of their worked cases; `rules test` runs it beside those of
    a folder.
    """
    rules = shutil.copytree(
        data_folder("rules"), tmp_path / "rules", ignore=shutil.ignore_patterns("cases")
    )
    (rules / "cases").mkdir()
    shutil.copy(
        data_folder("rules") / "cases" / "shallow_range" / "pain-limits-the-range.yaml",
        rules / "cases",
    )
    return Path(rules)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_a_case_can_expect_that_something_stays_open(cases: Path, one_case: Path) -> None:
    case(cases, "open", "{}", "{undetermined: [balance_loss, kyphosis]}")

    assert run("rules", "test", cases, "--rules", one_case).stdout == "2 cases, 0 failed\n"


def test_the_cases_of_the_rules_are_run_beside_those_of_a_folder(cases: Path) -> None:
    case(cases, "open", "{}", "{undetermined: [shallow_range, guarding]}")
    own = len([*(SMALL / "cases").rglob("*.yaml")])
    result = run("rules", "test", cases, "--rules", SMALL)

    assert (result.exit_code, result.stdout) == (0, f"{own + 1} cases, 0 failed\n")


def test_every_case_that_differs_is_printed_and_an_unknown_name_is_no_pass(
    cases: Path, one_case: Path
) -> None:
    case(cases, "held", "{stick: {breath: held}}", "{not_faults: [breath_holding]}")
    case(cases, "unknown", "{}", "{not_faults: [breath_holdin]}")
    case(cases, "wobbles", "{wall: {balance: wobbles}}", "{undetermined: [balance_loss]}")
    case(cases, "steady", "{wall: {balance: steady}}", "{undetermined: [balance_loss]}")
    result = run("rules", "test", cases, "--rules", one_case)

    assert result.exit_code == 1
    assert (
        "fault breath_holding is present with confidence medium, which must not be" in result.stdout
    )
    assert "did you mean 'breath_holding'?" in result.stdout
    assert "balance_loss is present; expected undetermined" in result.stdout
    assert "balance_loss is absent; expected undetermined" in result.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["diagnose"],
        ["explain"],
        ["form"],
        ["batch"],
        ["intake"],
        ["demo"],
        ["rules", "list"],
        ["rules", "show"],
        ["rules", "book"],
        ["rules", "check"],
        ["rules", "test"],
        ["schema"],
    ],
)
def test_help_begins_with_an_example(command: list[str]) -> None:
    result = run(*command, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith("Example:\n  hingeexpert ")


def test_a_near_miss_of_a_command_gets_a_suggestion() -> None:
    assert "Did you mean 'diagnose'?" in run("diagnos").stderr


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("diagnose --json form.yaml", "Use --format json."),
        ("demo --html", "Use --format html."),
        ("-v", "Use --version."),
        ("-V", "Use --version."),
        ("version", "Use --version."),
        ("rules help", "Use --help."),
        ("diagnose --version", "as in: hingeexpert --version"),
        ("--json diagnose form.yaml", "as in: diagnose --format json ..."),
        ("--json", "as in: demo --format json ..."),
        ("rules --json hazards", "as in: hazards --format json ..."),
        ("rules --json list", "No such option '--json'."),
        ("--rules X diagnose form.yaml", "as in: diagnose --rules ..."),
        ("--format json diagnose form.yaml", "as in: diagnose --format ..."),
        ("rules --rules X show grind", "as in: show --rules ..."),
        ("help diagnos", "did you mean 'diagnose'?"),
        ("diagnose --formt json form.yaml", "Did you mean '--format'?"),
        ("diagnose --full --format json form.yaml", "--full goes with --format text"),
        ("diagnose --format note --full form.yaml", "--full goes with --format text"),
        ("demo --full --format html", "--full goes with --format text"),
    ],
)
def test_a_common_slip_is_shown_the_way_in_one_line(line: str, way: str) -> None:
    result = run(*line.split())

    assert result.exit_code == 2
    assert way in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "shown"),
    [([], "Exit codes:"), (["diagnose"], "FORM..."), (["rules", "show"], "--templates")],
)
def test_help_is_a_command_too(words: list[str], shown: str) -> None:
    result = run("help", *words)

    assert result.exit_code == 0
    assert shown in result.stdout


def test_wrong_usage_ends_with_two() -> None:
    assert run("diagnose").exit_code == 2
    assert run("form", "--format", "docx").exit_code == 2


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, **more}


@pytest.mark.slow
def test_a_pipe_gets_no_colour_and_the_exit_code_of_a_process_is_kept(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "hingeexpert",
            "diagnose",
            written(tmp_path, "bad.yaml", BAD),
            str(DEMO),
        ],
        capture_output=True,
        env=environment(NO_COLOR="1"),
        check=False,
    )

    assert done.returncode == 1
    assert b"\x1b" not in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_set_up_and_completes_commands(shell: str) -> None:
    script = "from hingeexpert.cli import main; main(prog_name='hingeexpert')"
    source = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        env=environment(_HINGEEXPERT_COMPLETE=f"{shell}_source"),
        check=False,
    )
    asked = environment(
        _HINGEEXPERT_COMPLETE=f"{shell}_complete",
        COMP_WORDS="hingeexpert dia",
        COMP_CWORD="1" if shell != "fish" else "dia",
    )
    completed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=asked, check=False
    )

    assert b"hingeexpert" in source.stdout
    assert b"diagnose" in completed.stdout


def completed(words: str) -> list[str]:
    """Return what the shell offers for the last of these words."""
    *before, last = words.split(" ")
    found = ShellComplete(main, {}, "hingeexpert", "_HINGEEXPERT_COMPLETE").get_completions(
        before, last
    )
    return [item.value for item in found]


def test_completion_offers_every_kind_and_every_id(knowledge: KnowledgeBase) -> None:
    assert completed("rules list f") == ["findings", "faults"]
    assert completed("rules show stick.sa") == ["stick.sacrum", "stick.sacrum_when"]
    assert set(completed("rules show ")) >= {
        *knowledge.observables,
        *knowledge.parameters,
        *knowledge.sources,
        *knowledge.drills,
    }
    assert completed("explain form.yaml lumbar") == ["lumbar_flexion"]


def test_completion_reads_the_given_rules_and_is_silent_where_they_are_broken(
    tmp_path: Path,
) -> None:
    assert completed(f"rules list --rules {data_folder('rules')} dr") == ["drills"]
    assert completed(f"rules show --rules {tmp_path} stick.") == []


@pytest.mark.parametrize("command", ["intake", "serve"])
def test_a_record_in_memory_is_refused(command: str) -> None:
    done = CliRunner().invoke(main, [command, "--record", ":memory:"])
    assert done.exit_code == 2
    assert "':memory:' keeps nothing; name a file, such as visits.sqlite" in done.output
