"""A record copied: from its file into memory, and from there into a file.

Every table goes along by what the file itself says of it, so that no list of tables can fall
behind. The copy in memory is a plain SQLite file; nothing here writes it to a disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from hingeexpert.errors import shown
from hingeexpert.record.driver import Connection, PlainConnection, connect_plain
from hingeexpert.record.schema import migrate, schema_version

TABLES = "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' ORDER BY name"
OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
NOT_TRUSTED = ("trusted_schema = OFF", "cell_size_check = ON")
"""How a file is read that somebody else may have made."""


def copy_all(source: Connection | PlainConnection, target: Connection | PlainConnection) -> None:
    """Copy tables, rows, indexes and triggers into an empty file.

    Triggers come last: they guard what is written by hand, and a copy is written once. The caller
    holds a transaction of both.
    """
    objects = [entry for entry in source.execute(OBJECTS) if not _is_internal(entry[1])]
    rows = {name: wr for name, kind, wr in source.execute(TABLES) if kind == "table"}
    for _, _, sql in (entry for entry in objects if entry[0] == "table"):
        target.execute(sql)
    for name, without_rowid in rows.items():
        if not _is_internal(name):
            _copy_rows(source, target, name, bool(without_rowid))
    for _, _, sql in (entry for entry in objects if entry[0] != "table"):
        target.execute(sql)
    target.execute(f"PRAGMA user_version = {schema_version(source)}")


def _is_internal(name: str) -> bool:
    return name.startswith("sqlite_")


def _copy_rows(
    source: Connection | PlainConnection,
    target: Connection | PlainConnection,
    table: str,
    without_rowid: bool,
) -> None:
    """Copy the rows of a table; the hidden number of a row says which came first, so it stays."""
    listed = source.execute("SELECT name FROM pragma_table_info(?)", (table,))
    names = [f'"{name}"' for (name,) in listed]
    columns = ", ".join(names if without_rowid else ["rowid", *names])
    marks = ", ".join("?" * (len(names) + (not without_rowid)))
    # The names are the file's own.
    rows = source.execute(f'SELECT {columns} FROM "{table}"')  # noqa: S608
    target.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)  # noqa: S608


@contextmanager
def in_memory(raw: bytes | None = None) -> Iterator[PlainConnection]:
    """Yield a plain SQLite file that exists in memory only.

    Args:
        raw: What stands in it; `None` for an empty one.

    Raises:
        PlainDatabaseError: It is no such file, or a damaged one.
    """
    connection = connect_plain(":memory:", isolation_level=None)
    try:
        if raw is not None:
            connection.deserialize(raw)
        for setting in NOT_TRUSTED:
            connection.execute(f"PRAGMA {setting}")
        yield connection
    finally:
        connection.close()


def foreign(connection: Connection | PlainConnection) -> list[str]:
    """Return the tables, indexes, triggers and views of a file that are not as its version of the
    schema has them, be they added, changed or gone: what a stranger put there would be run.
    """
    version = schema_version(connection)
    with in_memory() as made:
        migrate(made, version)
        own = set(made.execute(OBJECTS))
    differs = own ^ {tuple(entry) for entry in connection.execute(OBJECTS)}
    return sorted({f"the {kind} {shown(name)}" for kind, name, _ in differs})
