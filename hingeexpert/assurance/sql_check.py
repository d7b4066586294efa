"""The forms that the exported SELECT must not judge, found by another one: what it takes for
granted of cells, said of each form where it is not so.
"""

from collections.abc import Collection, Iterator, Sequence

from hingeexpert.assurance.sql import HEAD, comment_lines, reading
from hingeexpert.assurance.sql_answers import DATE, FORM, PATIENT, SqlAnswers
from hingeexpert.assurance.sql_language import DIALECTS, common_table
from hingeexpert.errors import listed
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.forms.contradictions import impossible_while
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.answer_kinds import Answer
from hingeexpert.knowledge.condition import Between

FINDS = """\
This one gives the rows that are not clean, and what is wrong with each: a cell that is no \
allowed answer, a finding of a drill that was not done, an answer that others rule out, no id, a \
patient who stands there twice with one date (batch takes the first of them; a table has no \
first). No row is the sign that every form may be judged.
"""
PROBLEMS = "problems"
"""The column that says what is wrong."""


def export_check(
    knowledge: KnowledgeBase, engine: str = "duckdb", headings: Collection[str] | None = None
) -> str:
    """Write the SELECT that finds the unclean forms; see `sql.export_sql` for what is given."""
    answers = SqlAnswers(knowledge, DIALECTS[engine], headings)
    name = answers.dialect.name
    parts = []
    for wrong, why in _problems(answers):
        parts.append(f"CASE WHEN {wrong} THEN {answers.dialect.literal(why)} END")
    joined = "CONCAT_WS('; ',\n  " + ",\n".join(parts).replace("\n", "\n  ") + "\n)"
    columns = [name(PATIENT), name(DATE), f"{joined} AS {PROBLEMS}"]
    tables = list(reading(answers))[:2]
    tables.append(common_table("looked_at", columns, "answered", all_before=False))
    with_ = ",\n".join(tables)
    where = f"SELECT *\nFROM looked_at\nWHERE {PROBLEMS} <> '';"
    return f"{comment_lines(HEAD + FINDS, answers)}\nWITH\n{with_}\n{where}\n"


def _problems(answers: SqlAnswers) -> Iterator[tuple[str, str]]:
    """Yield whatever can be wrong with a form, each with what is said of it."""
    yield from _of_visit(answers)
    name, literal = answers.dialect.name, answers.dialect.literal
    for column, allowed in _words(answers):
        among = ", ".join(map(literal, allowed))
        yield f"{name(column)} NOT IN ({among})", f"{column}: allowed: {listed(allowed)}"
    for column, item in answers.knowledge.observables.items():
        wrong = _not_allowed(answers, name(column), item.answer)
        yield wrong, f"{column}: allowed: {item.answer.allowed}"
    yield from _findings_of_no_drill(answers)
    yield from _ruled_out(answers)


def _words(answers: SqlAnswers) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the columns beside the questions that may hold certain words, and these."""
    yield FORM, answers.knowledge.info.tags[::-1]
    for column, group in answers.shorthands.items():
        assert group.shorthand is not None
        yield column, (group.shorthand.value,)


def _of_visit(answers: SqlAnswers) -> Iterator[tuple[str, str]]:
    """Yield what can be wrong with whose form it is, and of which day."""
    patient, date = map(answers.dialect.name, (PATIENT, DATE))
    yield f"COALESCE(TRIM({patient}), '') = ''", f"{PATIENT}: is blank; every row needs one"
    times = f"COUNT(*) OVER (PARTITION BY {patient}, {date})"
    twice = f"{PATIENT}: more than one row has this patient and date"
    yield f"{patient} IS NOT NULL AND {times} > 1", twice
    is_date = f"{date} LIKE '____-__-__' AND TRY_CAST({date} AS DATE) IS NOT NULL"
    yield (
        f"{date} IS NOT NULL AND NOT ({is_date})",
        f"{DATE}: allowed: a date, or text as YYYY-MM-DD",
    )


def _not_allowed(answers: SqlAnswers, column: str, answer: Answer) -> str:
    """Write that an answer is not allowed; a blank is never."""
    if not isinstance(answer.space, Between):
        words = ", ".join(map(answers.dialect.literal, answer.categories))
        return f"{column} NOT IN ({words})"
    allowed = f"{column} BETWEEN {answer.space.least} AND {answer.space.most}"
    allowed += f" AND {column} = FLOOR({column})" if answer.whole else ""
    return f"NOT ({allowed})"


def _findings_of_no_drill(answers: SqlAnswers) -> Iterator[tuple[str, str]]:
    """Yield that a drill was not done and yet something was found in it."""
    conditions = answers.form_conditions()
    for group in answers.knowledge.drills_of_form:
        not_done = conditions.whole(naming.not_done(group.group))
        for name in group.drill_findings:
            column = answers.dialect.name(name)
            is_word = bool(answers.knowledge.observables[name].answer.categories)
            noted = f"{column} <> '{NOT_NOTED}'" if is_word else f"{column} IS NOT NULL"
            yield f"{noted} AND ({not_done})", f"{name}: is a finding of a drill that was not done"


def _ruled_out(answers: SqlAnswers) -> Iterator[tuple[str, str]]:
    """Yield that an answer is given which others rule out."""
    conditions = answers.form_conditions()
    for name, item in answers.knowledge.observables.items():
        for value, condition in item.impossible_when.items():
            given = f"{answers.dialect.name(name)} = {answers.dialect.literal(value)}"
            holds = conditions.whole(naming.impossible(name, value))
            why = impossible_while(answers.knowledge, condition)
            yield f"{given} AND ({holds})", f"{name}: {value} {why}"
