"""The whole rule base as one SELECT over a table of forms, for DuckDB and Spark, to judge forms
where they lie.

Owns the text of the statement; needs no engine itself. It is compiled from the same networks as the
columns of a table: null is unknown, and the tables of `AND`, `OR` and `NOT` with it are those of
Kleene. The reading of a form is `sql_answers.py`, one column for each condition
`sql_conditions.py`, what follows from them `sql_results.py`; `sql_check.py` is the statement that
finds the forms which this one must not judge.
"""

import itertools
from collections.abc import Collection, Iterator

from hingeexpert.assurance.sql_answers import VISIT, SqlAnswers
from hingeexpert.assurance.sql_conditions import SqlConditions
from hingeexpert.assurance.sql_language import DIALECTS, Dialect, comment, common_table
from hingeexpert.assurance.sql_results import SqlResults, names_read
from hingeexpert.knowledge import KnowledgeBase, naming

# Each paragraph is one line of the statement, which is wrapped there.
HEAD = """\
{title}, {id} {version}, reviewed {reviewed}
sha256 {sha256}

One SELECT for {engine}. It judges every row of the table (or view) forms, in place, as \
hingeexpert batch does, and gives patient.id, date and the columns of results.parquet. A file \
becomes the table by

  {view}

"""
JUDGES = """\
It takes every cell for what it should be and tells of none that is not. The statement of --check \
finds those rows; judge the others. Assumed of them:
- A column is named by its identifier, such as {choice}. All {count} are read, and {others}; with \
--headings FILE only those of your table, and the others count as blank.
- A choice is text, spelled exactly like the answer; a flag that, or a truth value; a number a \
number (INTEGER, DOUBLE or DECIMAL), NaN never.
- NULL is unanswered: assumed where there is a default, else unknown, never "no". Empty text is \
no NULL.
- No finding of a drill that was not done, no answer that others rule out, one row for each \
patient and date.
This is decision support for a clinician. It does not diagnose a disease and does not replace an \
examination or a judgement.
"""


def export_sql(
    knowledge: KnowledgeBase, engine: str = "duckdb", headings: Collection[str] | None = None
) -> str:
    """Write a knowledge base as one SELECT; the same knowledge gives the same text.

    Args:
        knowledge: The knowledge base.
        engine: One of `DIALECTS`.
        headings: The columns that the table has; `None` for all.
    """
    dialect = DIALECTS[engine]
    answers = SqlAnswers(knowledge, dialect, headings)
    conditions = SqlConditions(
        knowledge.network, knowledge.observables, dialect, dialect.name, names_read(knowledge)
    )
    results = SqlResults(knowledge, dialect, conditions.truth)
    tables = [*reading(answers), *_layers(knowledge, dialect, conditions)]
    last = tables[-1].partition(" ")[0]
    standing = [_as_column(dialect, *column) for column in results.standing()]
    tables.append(common_table("standing", standing, last, all_before=True))
    selected = [dialect.name(name) for name in VISIT]
    selected += [_as_column(dialect, *result) for result in results.results()]
    head = comment_lines(HEAD + JUDGES, answers)
    with_ = ",\n".join(tables)
    return f"{head}\nWITH\n{with_}\nSELECT\n{_on_lines(selected)}\nFROM standing;\n"


def _as_column(dialect: Dialect, what: str, name: str) -> str:
    """Write what stands in a column, under its name."""
    column = dialect.name(name)
    return what if what == column else f"{what} AS {column}"


def _on_lines(columns: list[str]) -> str:
    """Write columns, each on lines of its own."""
    return ",\n".join("  " + column.replace("\n", "\n  ") for column in columns)


def comment_lines(head: str, answers: SqlAnswers) -> str:
    """Write the head of a statement: whose rules these are, and what it is for."""
    knowledge, info = answers.knowledge, answers.knowledge.info
    choice = next(name for name, item in knowledge.observables.items() if item.answer.categories)
    text = head.format(
        title=info.title,
        id=info.id,
        version=info.version,
        reviewed=info.reviewed,
        sha256=knowledge.sha256,
        engine=answers.dialect.title,
        view=answers.dialect.view,
        choice=answers.dialect.name(choice),
        count=len(knowledge.observables),
        others=", ".join((*VISIT, "form", *answers.shorthands)),
    )
    return "\n".join(comment(line) if line.strip() else "--" for line in text.splitlines())


def reading(answers: SqlAnswers) -> Iterator[str]:
    """Yield the queries from the table to what is known, each with a comment on it."""
    steps = (
        ("given", answers.given(), "forms"),
        ("answered", answers.answered(), "given"),
        ("known", answers.known(), "answered"),
    )
    for name, columns, source in steps:
        selected = [_as_column(answers.dialect, *column) for column in columns]
        yield common_table(name, selected, source, all_before=False)


def _layers(knowledge: KnowledgeBase, dialect: Dialect, conditions: SqlConditions) -> Iterator[str]:
    """Yield a query for the conditions of each layer, with the file of the rules that each is
    from.
    """
    source = "known"
    for number, layer in enumerate(conditions.layers(), start=1):
        columns = []
        by_file = itertools.groupby(layer, lambda each: rule_file(knowledge, each[0][0]))
        for file, group in by_file:
            lead = comment(file) + "\n"
            for names, column, what in group:
                also = "".join(comment(f"also {name}") + "\n" for name in names[1:])
                columns.append(f"{lead}{also}{what} AS {column}")
                lead = ""
        name = f"layer_{number}"
        yield common_table(name, columns, source, all_before=True)
        source = name


def rule_file(knowledge: KnowledgeBase, name: str) -> str:
    """Return the file below `rules/` in which a named condition, or a part of one, is written."""
    kind, identifier = naming.kind_and_id(name.partition("#")[0])
    if not identifier:
        owner = naming.conclusion_of(kind.partition(".against.")[0] + ".")
        owner = owner.partition(".")[0]
        if owner in knowledge.ladders:
            return f"{owner}.yaml"
        return f"{'faults' if owner in knowledge.faults else 'contributors'}/{owner}.yaml"
    first = identifier.partition(":")[0]
    return {
        "ask": f"observables/{first.partition('.')[0]}.yaml",
        "finding": "findings.yaml",
        "check": "checks.yaml",
        "remark": "remarks.yaml",
        "enter": f"drills/{first}.yaml",
        "tried": f"drills/{first}.yaml",
        "cue": f"faults/{first}.yaml",
        "fault": f"faults/{first}.yaml",
        "contributor": f"contributors/{first}.yaml",
        "triage": "triage.yaml",
        "dose": "coaching.yaml",
    }.get(kind, "readiness.yaml")
