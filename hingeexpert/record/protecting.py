"""An open record becomes a protected one, and no plain copy is left behind.

The encrypted copy and its key files are made beside the record under names of their own, the record
held for nobody else meanwhile. Then the key files get their names, then the copy takes the place of
the record, and what was there is overwritten. A kill at any moment leaves a record that opens, and
`settle` clears away the rest at the next start.
"""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hingeexpert.errors import InputError
from hingeexpert.formats.files import keep_names
from hingeexpert.record.connection import RecordFile, connected
from hingeexpert.record.driver import Connection, DatabaseError, OperationalError
from hingeexpert.record.key_content import Created, RecordKey
from hingeexpert.record.keys import create_keys, key_files, protection
from hingeexpert.record.overwriting import delete_overwritten, overwrite
from hingeexpert.record.passphrases import chosen
from hingeexpert.record.schema import check_schema, schema_version
from hingeexpert.record.unopened import IN_USE

KEYS_THERE = (
    "key files of an earlier record lie beside this one, and its backups may need them; move them "
    "elsewhere first"
)
LINK = "is a link; name the file that it leads to"
ALREADY = "the record is protected already"
UNDONE = "protecting the record broke off, and was undone: the record is open, as before"
DONE = (
    "protecting the record broke off at its end; what it has replaced is overwritten. Where "
    "nobody has noted the recovery key: hingeexpert record passphrase --new-recovery-key"
)


def protect(path: Path, passphrase: str) -> Created:
    """Make an open record, or a new one, a protected one.

    Args:
        path: The record, which this process has not open.
        passphrase: What somebody chose for it.

    Returns:
        The key, and the recovery key to be shown once.

    Raises:
        WeakPassphraseError: The passphrase can be guessed.
        InputError: The record is in use, protected already, or cannot be written.
    """
    kind = protection(path)
    if kind == "protected":
        raise InputError.about(path, ALREADY)
    if path.is_symlink():
        raise InputError.about(path, LINK)
    check_no_keys(path)
    chosen(passphrase)
    if kind == "new":
        RecordFile(path).close()
    try:
        return _protect_open(path, passphrase)
    except OSError as error:
        raise InputError.about(path, f"cannot be protected: {error.strerror}") from None
    except DatabaseError as error:
        raise InputError.about(path, f"cannot be protected: {error}") from None


def check_no_keys(path: Path) -> None:
    """Stop where key files would be replaced that something may still need."""
    if any(file.exists() for file in key_files(path)):
        raise InputError.about(path, KEYS_THERE)


def settle(path: Path) -> str:
    """Clear away what protecting a record left that broke off, and return what to say of it, or
    nothing. To be asked at every start, before the record is opened.
    """
    old = _old(path)
    if old.exists() and not path.exists():
        old.rename(path)
    if not (old.exists() or _left(path)):
        return ""
    if protection(path) == "protected":
        return DONE if _drop_old(path) else ""
    told = UNDONE if _left(path) else ""
    # Whoever protects or restores it at this moment holds it, and needs what is there.
    with contextlib.suppress(InputError), alone(path):
        _undo(path)
        return told
    return ""


def _protect_open(path: Path, passphrase: str) -> Created:
    with alone(path) as connection:
        check_schema(connection, path)
        try:
            created = create_keys(_new(path), passphrase)
            _export(connection, _new(path), created.key)
        except BaseException:
            _undo(path)
            raise
        _take_place(path, connection)
    return created


@contextmanager
def alone(path: Path, key: RecordKey | None = None) -> Iterator[Connection]:
    """Hold a record so that nobody else has it open, its log of writes empty and overwritten.

    Raises:
        InputError: Somebody has it open.
    """
    connection = connected(path, key)
    try:
        for setting in ("busy_timeout = 0", "temp_store = MEMORY", "locking_mode = EXCLUSIVE"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(FULL)")
        overwrite(_beside(path, "-wal"))
        # Without a log, as that would lie beside the record that takes its place.
        for mode in ("DELETE", "MEMORY"):
            connection.execute(f"PRAGMA journal_mode = {mode}")
        _beside(path, "-shm").unlink(missing_ok=True)
        yield connection
    except OperationalError as error:
        if "locked" not in str(error):
            raise
        raise InputError.about(path, IN_USE) from None
    finally:
        connection.close()


def _export(connection: Connection, new: Path, key: RecordKey) -> None:
    """Write an encrypted copy, whole and down to the disk, and look whether it is one."""
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection.execute("ATTACH DATABASE ? AS copy KEY ?", (str(new), f"x'{key.raw.hex()}'"))
    try:
        connection.execute("SELECT sqlcipher_export('copy')")
        connection.execute(f"PRAGMA copy.user_version = {schema_version(connection)}")
        found = connection.execute("PRAGMA copy.integrity_check").fetchone()[0]
    finally:
        connection.execute("DETACH DATABASE copy")
    if found != "ok":
        raise DatabaseError(found)


def _take_place(path: Path, connection: Connection) -> None:
    """Give the copy the name of the record, and overwrite what bore it."""
    for made, final in zip(key_files(_new(path)), key_files(path), strict=True):
        made.replace(final)
    if os.name == "nt":
        connection.close()  # an open file keeps its name there
    replace_overwritten(_new(path), path)


def replace_overwritten(new: Path, path: Path) -> None:
    """Give a record the name of another one that is held, and overwrite that."""
    try:
        os.link(path, _old(path))
    except OSError:
        path.rename(_old(path))  # a disk without links; `settle` gives the name back
    new.replace(path)
    keep_names(path.parent)
    # Still held: who waits for the record that was must find nothing, and write nothing to it.
    delete_overwritten(_old(path))


def _undo(path: Path) -> None:
    """Leave an open record as it was before; its copy goes last, as it tells what is to be done."""
    if _new(path).exists():
        for file in key_files(path):
            file.unlink(missing_ok=True)
    for file in _left(path):
        file.unlink()
    _drop_old(path)


def _drop_old(path: Path) -> bool:
    """Overwrite what a record has replaced, unless that is still another name of it, and return
    whether there was something.
    """
    if _old(path).exists() and _old(path).samefile(path):
        _old(path).unlink()
    replaced = _old(path).exists()
    delete_overwritten(_old(path))
    return replaced


def _left(path: Path) -> list[Path]:
    """Return what there is of a copy that has not taken the place of its record, itself last."""
    if not path.parent.is_dir():
        return []
    name = _new(path).name
    files = [file for file in path.parent.iterdir() if file.name.lstrip(".").startswith(name)]
    return sorted(files, key=lambda file: file.name == name)


def _new(path: Path) -> Path:
    return _beside(path, ".protecting")


def _old(path: Path) -> Path:
    return _beside(path, ".open")


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
