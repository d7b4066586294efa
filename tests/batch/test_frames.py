"""The same forms give the same results whatever frame they come in."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from counts import thorough
from folders import ROOT
from framed import IDS, as_columns, as_polars, concluded, some_forms

import hingeexpert
from hingeexpert import diagnose_frame
from hingeexpert.batch.frames import ROWS, Packed, _gathered, _on_worker
from hingeexpert.errors import InputError, KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase

Row = dict[str, str | None]


@pytest.fixture(scope="module")
def columns(knowledge: KnowledgeBase) -> dict[str, list[Any]]:
    return as_columns(knowledge, some_forms(knowledge))


@pytest.fixture(scope="module")
def forms(knowledge: KnowledgeBase, columns: dict[str, list[Any]]) -> pl.DataFrame:
    return as_polars(knowledge, columns)


@pytest.fixture(scope="module")
def right(knowledge: KnowledgeBase) -> list[Row]:
    """Return what `diagnose` concludes of each form."""
    return concluded(knowledge, some_forms(knowledge))


def results(frame: pl.DataFrame, given: int) -> list[Row]:
    """Return the columns behind the given ones, as text."""
    return frame.select(pl.col(frame.columns[given:]).cast(pl.String)).to_dicts()


def plain(frame: pd.DataFrame) -> pl.DataFrame:
    """Return a pandas frame with text for everything."""
    return pl.DataFrame(
        {
            name: [None if pd.isna(value) else str(value) for value in frame[name]]
            for name in frame.columns
        }
    )


def flags_as_truth(knowledge: KnowledgeBase, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    truth = {"yes": True, "no": False, None: None}
    flags = {name for name, item in knowledge.observables.items() if item.type == "flag"}
    return {
        name: [truth[value] for value in values] if name in flags else values
        for name, values in columns.items()
    }


@thorough
def test_polars_gives_what_diagnose_gives(forms: pl.DataFrame, right: list[Row]) -> None:
    judged = diagnose_frame(forms)

    assert judged.select(forms.columns).equals(forms)
    assert results(judged, forms.width) == right


def test_the_results_are_the_columns_of_batch(
    knowledge: KnowledgeBase, forms: pl.DataFrame
) -> None:
    assert (
        diagnose_frame(forms).columns[forms.width :]
        == Columns(knowledge).conclude(forms.lazy().select(IDS)).collect_schema().names()
    )


@thorough
@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_a_lazy_frame_stays_lazy(forms: pl.DataFrame, right: list[Row], engine: Any) -> None:
    judged = diagnose_frame(forms.lazy())

    assert isinstance(judged, pl.LazyFrame)
    assert results(judged.collect(engine=engine), forms.width) == right
    assert results(judged.slice(5, 3).collect(), forms.width) == right[5:8]


PANDAS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "as built": lambda frame: frame,
    "object": lambda frame: frame.astype(object),
    "object with NaN": lambda frame: frame.astype(object).where(frame.notna(), np.nan),
    "category": lambda frame: frame.astype("category"),
    "nullable": lambda frame: frame.convert_dtypes(),
    "arrow": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
}


@thorough
@pytest.mark.parametrize("dtypes", PANDAS)
@pytest.mark.parametrize("truth", [False, True], ids=["words", "truth values"])
def test_pandas(
    knowledge: KnowledgeBase,
    columns: dict[str, list[Any]],
    right: list[Row],
    dtypes: str,
    truth: bool,
) -> None:
    frame = PANDAS[dtypes](pd.DataFrame(flags_as_truth(knowledge, columns) if truth else columns))
    frame.index = pd.Index([f"row {number // 2}" for number in range(len(frame))], name="mine")
    judged = diagnose_frame(frame)

    pd.testing.assert_frame_equal(judged[frame.columns], frame)
    assert results(plain(judged), len(frame.columns)) == right


def test_pandas_results_are_categories(columns: dict[str, list[Any]]) -> None:
    judged = diagnose_frame(pd.DataFrame(columns))

    kinds = {name: str(judged[name].dtype) for name in judged.columns[len(columns) :]}
    assert kinds.pop("checks") in {"str", "object"}  # by the version of pandas
    assert set(kinds.values()) == {"category"}


@thorough
def test_pyarrow(forms: pl.DataFrame, right: list[Row]) -> None:
    table = forms.to_arrow().replace_schema_metadata({"own": "kept"})
    judged = diagnose_frame(table)

    assert isinstance(judged, pa.Table)
    assert judged.select(forms.columns).equals(table)
    assert judged.schema.metadata == table.schema.metadata
    assert results(pl.DataFrame(judged), forms.width) == right


@thorough
def test_duckdb(forms: pl.DataFrame, right: list[Row]) -> None:
    with duckdb.connect() as connection:
        connection.register("forms", forms.to_arrow())
        judged = diagnose_frame(connection.sql("SELECT * FROM forms"))

        assert isinstance(judged, duckdb.DuckDBPyRelation)
        assert results(judged.pl(), forms.width) == right


def test_duckdb_keeps_types_and_connection() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE own AS SELECT 5::HUGEINT AS \"a \"\"b\", 'x'::ENUM('x', 'y') AS e, "
            "uuid() AS u"
        )
        connection.execute("ALTER TABLE own ADD COLUMN \"stick.head\" ENUM('kept', 'lost')")
        given = connection.table("own")
        judged = diagnose_frame(given)

        assert list(map(str, judged.types[: len(given.types)])) == list(map(str, given.types))
        assert connection.sql('SELECT "triage.verdict" FROM judged').fetchall() == [("incomplete",)]


@thorough
def test_flags_may_be_truth_values(
    knowledge: KnowledgeBase, columns: dict[str, list[Any]], right: list[Row]
) -> None:
    frame = pl.DataFrame(flags_as_truth(knowledge, columns), strict=False)

    assert pl.Boolean in frame.dtypes
    assert results(diagnose_frame(frame), frame.width) == right


@thorough
@pytest.mark.parametrize(
    "dtype", [pl.Float64, pl.Int8, pl.UInt64, pl.Float32, pl.Decimal(10, 2)], ids=str
)
def test_whole_numbers_may_have_any_type(
    forms: pl.DataFrame, knowledge: KnowledgeBase, right: list[Row], dtype: Any
) -> None:
    whole = [name for name, item in knowledge.observables.items() if item.type == "integer"]

    assert (
        results(diagnose_frame(forms.with_columns(pl.col(whole).cast(dtype))), forms.width) == right
    )


@pytest.mark.parametrize("dtype", [pl.Float32, pl.Decimal(10, 2)], ids=str)
def test_a_narrow_number_on_a_threshold_is_on_it(knowledge: KnowledgeBase, dtype: Any) -> None:
    numbers = {
        name: knowledge.answers[name]
        for name, item in knowledge.observables.items()
        if item.type == "number"
    }
    for name, values in numbers.items():
        frame = pl.DataFrame(
            {name: [float(value) for value in values if round(float(value), 2) == value]}
        )
        assert results(diagnose_frame(frame.cast(dtype)), 1) == results(diagnose_frame(frame), 1)


def test_nan_is_a_blank() -> None:
    frame = pl.DataFrame({"stick.depth_degrees": [float("nan"), None]})

    first, second = results(diagnose_frame(frame), 1)
    assert first == second


def test_a_shorthand_answers_its_group(knowledge: KnowledgeBase) -> None:
    flags = [
        name
        for name, item in knowledge.observables.items()
        if name.startswith("safety.") and item.type == "flag"
    ]
    short = pl.DataFrame({"safety.screen": ["all_no", None], flags[0]: ["yes", None]})
    long = pl.DataFrame({name: [{flags[0]: "yes"}.get(name, "no"), None] for name in flags})

    assert results(diagnose_frame(short), short.width) == results(diagnose_frame(long), long.width)


def test_other_columns_come_through_untouched() -> None:
    own = object()
    frame = pd.DataFrame({"own": [own, None], 7: [1, 2], "note.of": ["a", "b"]})

    judged = diagnose_frame(frame)
    assert judged["own"][0] is own
    assert list(judged.columns[:3]) == ["own", 7, "note.of"]
    assert list(judged["triage.verdict"]) == ["incomplete", "incomplete"]


def kinds(frame: pl.DataFrame) -> list[Any]:
    """Return a frame as every engine without a cluster holds it."""
    return [
        frame,
        frame.lazy(),
        frame.to_pandas(),
        frame.to_arrow(),
        duckdb.from_arrow(frame.to_arrow()),
    ]


def as_polars_again(frame: Any) -> pl.DataFrame:
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    return frame.pl() if isinstance(frame, duckdb.DuckDBPyRelation) else pl.DataFrame(frame)


def test_a_frame_without_rows_has_the_columns_of_results(forms: pl.DataFrame) -> None:
    for empty in kinds(forms.clear()):
        judged = as_polars_again(diagnose_frame(empty))
        assert (judged.height, judged.columns) == (0, diagnose_frame(forms.head(1)).columns), type(
            empty
        )


def test_a_frame_without_answers_is_incomplete_in_every_row() -> None:
    for frame in kinds(pl.DataFrame({IDS: ["a", "b", "c"]})):
        judged = as_polars_again(diagnose_frame(frame))
        assert judged["triage.verdict"].cast(pl.String).to_list() == ["incomplete"] * 3, type(frame)


def test_a_missing_column_is_a_blank(forms: pl.DataFrame) -> None:
    shown = [name for name in forms.columns if not name.startswith("wall.")]
    blank = forms.with_columns(
        pl.lit(None, forms.schema[name]).alias(name) for name in forms.columns if name not in shown
    )

    assert results(diagnose_frame(forms.select(shown)), len(shown)) == results(
        diagnose_frame(blank), blank.width
    )


WRONG = {
    "stick.head": ["lots", "lots", "kept"],
    "stick.sacrum": ["Lost", "", None],
    "wall.clean_reps": [11.0, 2.5, 3.0],
    "wall.distance_feet": [float("inf"), -0.1, 0.5],
    "safety.screen": ["all no", None, None],
}
NAMED = (
    ("stick.head", "'lots'", "; did you mean 'lost'? (in 2 rows)"),
    ("stick.sacrum", "'Lost'", "; did you mean 'lost'? (in 1 row)"),
    ("stick.sacrum", "''", " (in 1 row)"),
    ("wall.clean_reps", "'11'", " (in 1 row)"),
    ("wall.clean_reps", "'2.5'", " (in 1 row)"),
    ("wall.distance_feet", "'inf'", " (in 1 row)"),
    ("wall.distance_feet", "'-0.1'", " (in 1 row)"),
    ("safety.screen", "'all no'", "; did you mean 'all_no'? (in 1 row)"),
)


def test_every_wrong_value_is_named_at_once_on_every_engine(knowledge: KnowledgeBase) -> None:
    allowed = {
        "safety.screen": "all_no",
        **{name: item.answer.allowed for name, item in knowledge.observables.items()},
    }
    named = [
        f"frame: {name}: {value} is not allowed; allowed: {allowed[name]}{rest}"
        for name, value, rest in NAMED
    ]

    for frame in kinds(pl.DataFrame(WRONG)):
        with pytest.raises(InputError) as caught:
            as_polars_again(diagnose_frame(frame))
        assert str(caught.value).splitlines() == named, type(frame)


def test_nothing_else_of_the_row_is_in_the_error() -> None:
    with pytest.raises(InputError) as caught:
        diagnose_frame(
            pl.DataFrame({IDS: ["Sam Example"], "stick.gaze": ["down"], "stick.head": ["lots"]})
        )

    assert "Sam" not in str(caught.value)
    assert "down" not in str(caught.value)


@pytest.mark.parametrize("value", [True, 1, "yes "], ids=repr)
def test_a_value_of_another_type_is_refused(value: object) -> None:
    for frame in (
        pl.DataFrame({"wall.done": [value, None]}),
        pd.DataFrame({"wall.done": [value, None]}, dtype=object),
    ):
        with pytest.raises(
            InputError, match=r"wall\.done: .* is not allowed; allowed: yes, no, stopped_for_pain"
        ):
            diagnose_frame(frame)


def test_a_number_as_text_is_refused() -> None:
    with pytest.raises(
        InputError,
        match=r"'3' is not allowed; allowed: a whole number .*; this is text \(in 2 rows\)",
    ):
        diagnose_frame(pl.DataFrame({"wall.clean_reps": ["3", "3"]}))


def test_a_pandas_column_of_several_types_is_read_value_by_value() -> None:
    mixed = pd.DataFrame(
        {
            "safety.weight_loss": [True, "yes", np.True_, pd.NA, float("nan")],
            "wall.clean_reps": [3, 3.0, np.int64(3), None, pd.NaT],
        }
    )
    clean = pd.DataFrame(
        {
            "safety.weight_loss": ["yes", "yes", "yes", None, None],
            "wall.clean_reps": [3, 3, 3, None, None],
        }
    )

    assert results(plain(diagnose_frame(mixed.astype(object))), 2) == results(
        plain(diagnose_frame(clean)), 2
    )


def test_wrong_values_of_a_mixed_column_are_named() -> None:
    frame = pd.DataFrame(
        {"wall.feet": [True, [1], {"a": 1}, "flat"], "wall.clean_reps": [1, "2", 2.5, 10**30]}
    )
    with pytest.raises(InputError) as caught:
        diagnose_frame(frame)

    named = [
        (problem.path, problem.message.partition(" is not allowed")[0])
        for problem in caught.value.problems
    ]
    assert named == [
        *[("wall.feet", value) for value in ("'true'", "a list", "a map")],
        *[("wall.clean_reps", value) for value in ("'2'", "'2.5'", f"'{10**30}'")],
    ]


def test_many_wrong_values_are_counted() -> None:
    with pytest.raises(InputError) as caught:
        diagnose_frame(pl.DataFrame({"stick.head": [f"note {number}" for number in range(30)]}))

    assert len(caught.value.problems) == 6
    assert caught.value.problems[-1].message == "25 more values that are not allowed (in 25 rows)"


@pytest.mark.parametrize(
    "name", ["stick.sacrun", "Stick.sacrum", "stick_sacrum", "STICK SACRUM", "stick-sacrum"]
)
def test_a_column_that_looks_like_an_observable_is_refused(name: str) -> None:
    for frame in kinds(pl.DataFrame({name: ["kept"]})):
        with pytest.raises(
            InputError,
            match=rf"frame: {name}: there is no observable '{name}'; did you mean 'stick.sacrum'\?",
        ):
            diagnose_frame(frame)


def test_a_second_column_of_one_name_is_refused() -> None:
    table = pa.table([["kept"], ["lost"]], names=["stick.head", "stick.head"])
    for frame in (table, pd.DataFrame([["kept", "lost"]], columns=["stick.head", "stick.head"])):
        with pytest.raises(InputError, match=r"stick\.head: 2 columns have this name"):
            diagnose_frame(frame)


def test_results_do_not_stand_twice() -> None:
    with pytest.raises(InputError, match=r"focus: is a column of the results"):
        diagnose_frame(diagnose_frame(pl.DataFrame({"stick.head": ["kept"]})))


def test_a_finding_of_a_drill_that_was_not_done_is_refused() -> None:
    frame = pl.DataFrame(
        {
            "wall.done": ["no", "no", "yes"],
            "wall.clean_reps": [3, None, 3],
            "wall.knees": ["soft", "soft", "soft"],
        }
    )
    with pytest.raises(InputError) as caught:
        diagnose_frame(frame)

    slip = "is a finding of a drill that was not done; leave it out, or say that the drill was done"
    assert str(caught.value) == (
        f"frame: wall.clean_reps: '3' {slip} (in 1 row)\nframe: wall.knees: 'soft' {slip} "
        "(in 2 rows)"
    )


def test_an_answer_that_the_age_rules_out_is_refused() -> None:
    frame = pl.DataFrame({"context.age_years": [29, 45], "spa.onset_under_45": ["no", "no"]})
    with pytest.raises(InputError) as caught:
        diagnose_frame(frame)

    assert str(caught.value) == (
        "frame: spa.onset_under_45: 'no' is not possible while context.age_years is below 45; "
        "correct one of the two (in 1 row)"
    )


def test_the_tags_of_the_forms_count() -> None:
    columns = {"form": ["hinge/1", "hinge/2", None], "safety.screen": ["all_no"] * 3}
    judged = diagnose_frame(pl.DataFrame(columns))

    assert judged["checks"].to_list() == ["older_form", None, None]
    with pytest.raises(InputError, match="'hinge/3' is not allowed; allowed: hinge/2"):
        diagnose_frame(pl.DataFrame({"form": ["hinge/3"], "safety.screen": ["all_no"]}))


def test_a_retired_column_is_told_with_its_successors() -> None:
    with pytest.raises(
        InputError, match=r"is retired since hinge/2; answer safety\.tearing_pain and"
    ):
        diagnose_frame(pl.DataFrame({"safety.tearing_or_pulsating_pain": ["no"]}))


@pytest.mark.parametrize(
    "frame",
    [None, [{"stick.head": "kept"}], pd.Series(["kept"], name="stick.head")],
    ids=["None", "list", "series"],
)
def test_another_kind_of_frame_is_refused(frame: object) -> None:
    with pytest.raises(TypeError, match="a frame is needed, one of polars"):
        diagnose_frame(frame)


def test_other_rules_are_used(tmp_path: Path) -> None:
    frame = pl.DataFrame({"wall.clean_reps": [7]})
    shutil.copytree(
        data_folder("rules"), tmp_path / "rules", ignore=shutil.ignore_patterns("cases")
    )
    numbers = tmp_path / "rules" / "parameters.yaml"
    numbers.write_text(
        re.sub(
            r"(clean_reps_regress:\s*\{value: )5,", r"\g<1>9,", numbers.read_text(encoding="utf-8")
        ),
        encoding="utf-8",
    )

    assert diagnose_frame(frame, tmp_path / "rules")["readiness.at_least"].to_list() == [
        "regress_pattern"
    ]
    assert diagnose_frame(frame)["readiness.at_least"].to_list() != ["regress_pattern"]
    with pytest.raises(KnowledgeError):
        diagnose_frame(frame, tmp_path / "nowhere")


def test_a_worker_of_another_version_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"the driver runs hingeexpert 0\.0\.0 and this worker"):
        next(_on_worker(Packed("", "0.0.0", b""), ["stick.head"], iter([])))


def test_a_worker_judges_many_batches_together() -> None:
    batches = [(pa.nulls(rows),) for rows in (ROWS - 1, 1, ROWS, 5, 7)]

    assert list(_gathered(iter(batches))) == [batches[:2], batches[2:3], batches[3:]]
    assert list(_gathered(iter([]))) == []


def test_the_example_of_the_docs_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = ROOT / "docs" / "frames.md"
    example = re.search(
        r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    assert example is not None
    made: dict[str, Any] = {}
    exec(compile(example[1], str(page), "exec"), made)

    assert capsys.readouterr().out == "[('P-014', 'incomplete'), ('P-015', 'incomplete')]\n"
    assert made["judged"].equals(made["later"])


def test_importing_the_package_loads_no_table_library() -> None:
    code = (
        "import sys, hingeexpert; print([name for name in ('polars', 'pandas', 'pyarrow', "
        "'pyspark', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_the_package_says_what_it_does_not_have() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'diagnose_frames'"):
        _ = hingeexpert.diagnose_frames
