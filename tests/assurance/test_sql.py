"""The exported SQL: judges as the columns do, finds what it must not judge, and can be read by a
person.
"""

import itertools
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner
from counts import count, thorough
from evaluators import Answers, case_answers, random_forms
from framed import IDS, as_columns, as_polars
from small import SMALL

from hingeexpert.assurance.sql import export_sql
from hingeexpert.assurance.sql_answers import DATE, FORM
from hingeexpert.assurance.sql_check import PROBLEMS, export_check
from hingeexpert.batch.frame_judge import Judge
from hingeexpert.cli import main
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

SEED = 28
SHORTHAND = "safety.screen"
FREE = (DATE, FORM, SHORTHAND)


def run(statement: str, forms: pl.DataFrame) -> pl.DataFrame:
    """Run a statement in DuckDB over these forms; the rows in the order of the ids."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.register("forms", forms.to_arrow())
        return connection.sql(statement).pl().sort(IDS)


def table(forms: pl.DataFrame) -> pl.DataFrame:
    """Return forms with the columns that a statement reads beside the answers."""
    blank = [pl.lit(None, pl.String).alias(name) for name in FREE if name not in forms.columns]
    return forms.with_columns(blank).sort(IDS)


def as_table(knowledge: KnowledgeBase, forms: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return forms, of which one may have more than answers, as a table."""
    columns = as_columns(knowledge, [dict(form) for form in forms])
    for name in (IDS, *FREE):
        if any(name in form for form in forms):
            columns[name] = [
                form.get(name, f"P-{number}" if name == IDS else None)
                for number, form in enumerate(forms)
            ]
    return table(as_polars(knowledge, columns))


def by_columns(knowledge: KnowledgeBase, forms: pl.DataFrame) -> pl.DataFrame:
    """Return the results of the columns, as text."""
    judged = Judge(knowledge).results(forms.columns, forms.get_column, forms.height)
    return judged.select(pl.all().cast(pl.String))


def by_sql(knowledge: KnowledgeBase, forms: pl.DataFrame) -> pl.DataFrame:
    """Return the results of the statement."""
    return run(export_sql(knowledge), forms).drop(IDS, DATE)


@pytest.fixture(scope="module")
def cases(knowledge: KnowledgeBase) -> list[Answers]:
    return case_answers(knowledge)


@pytest.fixture(scope="module")
def statement(knowledge: KnowledgeBase) -> str:
    return export_sql(knowledge)


@thorough
def test_random_forms_and_worked_cases_are_judged_as_by_the_columns(
    knowledge: KnowledgeBase, cases: list[Answers], statement: str
) -> None:
    drawn = random_forms(knowledge, SEED, cases)
    some = itertools.islice(drawn, count(quick=300, thorough=3000))
    forms = as_table(knowledge, [{}, *some, *cases[:: count(quick=3, thorough=1)]])
    results = run(statement, forms)

    assert results.columns == [IDS, DATE, *Judge(knowledge).schema]
    assert results.drop(IDS, DATE).equals(by_columns(knowledge, forms))
    assert run(export_check(knowledge), forms).is_empty()


def test_a_knowledge_base_of_another_kind_is_written_too() -> None:
    small = load_knowledge(SMALL)
    some = list(itertools.islice(random_forms(small, SEED, [{}]), 200))
    forms = as_table(small, some)
    shorthands = list(Columns(small).shorthands)
    forms = forms.with_columns(pl.lit(None, pl.String).alias(name) for name in shorthands)

    assert by_sql(small, forms).equals(by_columns(small, forms))


def test_a_shorthand_answers_what_has_no_answer_of_its_own(knowledge: KnowledgeBase) -> None:
    forms = as_table(
        knowledge,
        [
            {SHORTHAND: "all_no"},
            {SHORTHAND: "all_no", "safety.gait_change": "yes"},
            {SHORTHAND: "all_no", FORM: "hinge/1"},
            {SHORTHAND: "all_no", FORM: "hinge/2"},
            {FORM: "hinge/1"},
        ],
    )
    results = by_sql(knowledge, forms)

    assert results.equals(by_columns(knowledge, forms))
    older = knowledge.older_form.id
    assert [older in (checks or "") for checks in results["checks"]] == [0, 0, 1, 0, 0]
    assert results["triage.verdict"][1] == "urgent"


def test_flags_may_be_truth_values_and_choices_an_enum(knowledge: KnowledgeBase) -> None:
    given = as_table(
        knowledge,
        [{"safety.gait_change": "yes", "stick.sacrum": "lost"}, {"safety.gait_change": "no"}, {}],
    )
    truth = given.with_columns(
        pl.col("safety.gait_change") == "yes", pl.col("stick.sacrum").cast(pl.Enum(["lost"]))
    )

    assert by_sql(knowledge, truth).equals(by_columns(knowledge, given))


def test_columns_that_a_table_lacks_are_blank(knowledge: KnowledgeBase) -> None:
    headings = (IDS, "stick.sacrum", "wall.clean_reps")
    full = as_table(knowledge, [{"stick.sacrum": "lost", "wall.clean_reps": 3}])
    forms = full.select(headings)

    results = run(export_sql(knowledge, headings=headings), forms).drop(IDS, DATE)
    assert results.equals(by_columns(knowledge, full))
    assert run(export_check(knowledge, headings=headings), forms).is_empty()


UNCLEAN: dict[str, tuple[dict[str, Any], str]] = {
    "a word": ({"stick.sacrum": "Lost"}, "stick.sacrum: allowed: kept, lost"),
    "empty text": ({"stick.sacrum": ""}, "stick.sacrum: allowed: kept, lost"),
    "a number": ({"wall.clean_reps": 11}, "wall.clean_reps: allowed: a whole number from 0 to 10"),
    "no number": ({"screen.wall_to_neck_cm": float("nan")}, "screen.wall_to_neck_cm: allowed"),
    "a drill": (
        {"wall.done": "no", "wall.hips": "back"},
        "wall.hips: is a finding of a drill that was not done",
    ),
    "a count of a drill": (
        {"stick.done": "no", "stick.clean_reps": 3},
        "stick.clean_reps: is a finding of a drill that was not done",
    ),
    "the age": (
        {"spa.onset_under_45": "no", "context.age_years": 44},
        "spa.onset_under_45: no is not possible while context.age_years is below 45",
    ),
    "a shorthand": ({SHORTHAND: "no"}, "safety.screen: allowed: all_no"),
    "a tag": ({FORM: "hinge/3"}, "form: allowed: hinge/2, hinge/1"),
    "a day": ({DATE: "2026-02-30"}, "date: allowed: a date, or text as YYYY-MM-DD"),
    "a day otherwise": ({DATE: "20.11.2026"}, "date: allowed: a date"),
    "no id": ({IDS: None}, "patient.id: is blank"),
    "a blank id": ({IDS: " "}, "patient.id: is blank"),
}


@pytest.fixture(scope="module")
def found(knowledge: KnowledgeBase) -> dict[str, list[str]]:
    """Return what is found of each of these forms, of a clean one, and of one day that stands there
    twice, by its name, which is its id unless it has another.
    """
    clean = {DATE: "2026-11-20", "stick.done": "no", "stick.gaze": "not_noted", FORM: "hinge/1"}
    twice = [{IDS: "twice", DATE: f"2026-11-{day}"} for day in (20, 20, 27)]
    wrong = [{IDS: name, **form} for name, (form, _) in UNCLEAN.items()]
    forms = as_table(knowledge, [{IDS: "clean", SHORTHAND: "all_no", **clean}, *twice, *wrong])
    problems: dict[str, list[str]] = {}
    for row in run(export_check(knowledge), forms).to_dicts():
        problems.setdefault(row[IDS], []).append(row[PROBLEMS])
    return problems


@pytest.mark.parametrize("name", UNCLEAN)
def test_an_unclean_form_is_found(found: dict[str, list[str]], name: str) -> None:
    form, why = UNCLEAN[name]
    (problem,) = found[form.get(IDS, name)]

    assert problem.startswith(why)


def test_a_clean_form_is_not_found(found: dict[str, list[str]]) -> None:
    assert "clean" not in found


def test_a_visit_that_stands_there_twice_is_found(found: dict[str, list[str]]) -> None:
    assert found["twice"] == ["patient.id: more than one row has this patient and date"] * 2


def test_what_is_clean_is_what_a_frame_takes(
    knowledge: KnowledgeBase, cases: list[Answers]
) -> None:
    """Both refuse the same of random answers, which need not fit together."""
    drawn = list(itertools.islice(random_forms(knowledge, SEED, cases), 40))
    mixed: list[Answers] = [{**one, **other} for one, other in itertools.pairwise(drawn)]
    forms = as_table(knowledge, mixed)
    unclean = set(run(export_check(knowledge), forms)[IDS])
    columns = Columns(knowledge)
    typed = forms.select(pl.col(name).cast(dtype) for name, dtype in columns.schema.items()).lazy()
    wrong = pl.concat(
        [columns.contradictions(typed).collect(), columns.impossible(typed).collect()],
        how="horizontal",
    )

    assert unclean == set(forms[IDS].filter(wrong.select(pl.any_horizontal(pl.all())).to_series()))
    assert 0 < len(unclean) < forms.height


WRONG = [
    ("IS NOT FALSE", "IS TRUE"),
    (" >= 9.5", " > 9.5"),
    ("WHEN 'true' THEN 'yes'", "WHEN 'true' THEN 'no'"),
    ("COALESCE(\"stick.hold\", 'secure') = 'slipped'", "FALSE"),
]


def test_a_wrong_statement_is_noticed(knowledge: KnowledgeBase, statement: str) -> None:
    """The kind of forms of these tests tells it from the right one."""
    forms = as_table(
        knowledge,
        [
            {"context.age_years": 60, "stick.sacrum": "kept", "screen.wall_to_neck_cm": 9.5},
            {"stick.hold": "slipped", "stick.sacrum": "lost", "stick.sacrum_when": "early"},
        ],
    ).with_columns(pl.Series("safety.gait_change", [None, True]))
    results = run(statement, forms)

    for right, wrong in WRONG:
        assert right in statement
        assert not run(statement.replace(right, wrong), forms).equals(results)


@pytest.mark.slow  # a process
def test_two_processes_write_the_same_statement(knowledge: KnowledgeBase) -> None:
    script = (
        "from hingeexpert import load_knowledge\n"
        "from hingeexpert.assurance.sql import export_sql\n"
        "print(export_sql(load_knowledge(), 'spark'), end='')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )

    assert done.stdout == export_sql(knowledge, "spark")


def test_every_condition_that_bears_on_a_result_stands_there_with_its_file(
    knowledge: KnowledgeBase, statement: str
) -> None:
    files = [
        *(f"observables/{group}.yaml" for group in ("spa", "practice")),
        *(f"faults/{name}.yaml" for name in knowledge.faults),
        *(f"contributors/{name}.yaml" for name in knowledge.contributors),
        *("findings.yaml", "triage.yaml", "readiness.yaml", "checks.yaml"),
    ]

    assert [file for file in files if f"-- {file}\n" not in statement] == []
    assert 'AS "finding:back_pain"' in statement
    head = statement.partition("WITH\n")[0]
    assert knowledge.sha256 in head
    assert knowledge.info.version in head


def test_the_command_writes_both_statements(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "hinge.sql"
    command = ["rules", "export", "--to", "sql"]
    written = CliRunner().invoke(main, [*command, "-o", str(path)])
    check = CliRunner().invoke(main, [*command, "--dialect", "spark", "--check"])

    assert (written.exit_code, written.stdout) == (0, "")
    assert path.read_text(encoding="utf-8") == export_sql(knowledge)
    assert check.stdout == export_check(knowledge, "spark")


def test_the_command_reads_headings_from_a_file(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("patient.id,stick.sacrum,site\nP-1,lost,North\n", encoding="utf-8-sig")
    command = ["rules", "export", "--to", "sql", "--headings", str(path)]

    assert CliRunner().invoke(main, command).stdout == export_sql(
        knowledge, headings=["patient.id", "stick.sacrum", "site"]
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("patient.id,stick.sacrun", "there is no observable 'stick.sacrun'; did you mean"),
        ("patient.id,safety.tearing_or_pulsating_pain", "is retired since hinge/2"),
        ("id,site", "no heading in its first line is a question"),
    ],
)
def test_wrong_headings_are_named(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{line}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["rules", "export", "--to", "sql", "--headings", str(path)])

    assert (done.exit_code, done.stdout) == (1, "")
    assert why in done.stderr


def test_what_belongs_to_sql_is_refused_for_clips() -> None:
    done = CliRunner().invoke(main, ["rules", "export", "--to", "clips", "--check"])

    assert done.exit_code == 2
    assert "--check and --headings go with --to sql" in done.stderr
