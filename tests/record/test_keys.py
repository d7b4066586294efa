"""The key files beside a record, and what they open."""

import re
import shutil
import stat
import subprocess
from base64 import b64decode
from contextlib import closing
from pathlib import Path

import pexpect
import pytest
from keyed import keyed

from hingeexpert.errors import HingeError, InputError
from hingeexpert.record import DamagedError, ProtectedError, Record, key_content, keys, passphrases
from hingeexpert.record.backup import make_backup
from hingeexpert.record.key_content import Created
from hingeexpert.record.opened import by_passphrase
from hingeexpert.record.protecting import protect

PASSPHRASE = "caf\u00e9 lamp river onion"
SAME_TYPED_OTHERWISE = "  cafe\u0301 lamp river onion\n"
MARK = "Zebedee Quagmire"
AGE = shutil.which("age") or "age"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Created]:
    """A protected record with one person; drawn once, as each wrapping takes a second."""
    path = tmp_path_factory.mktemp("made") / "record.sqlite"
    created = protect(path, PASSPHRASE)
    record = Record(path, created.key)
    record.begin(None, "2026-11-20", [])
    record.close()
    return path, created


@pytest.fixture
def path(made: tuple[Path, Created], tmp_path: Path) -> Path:
    """A copy of that record, to be altered."""
    for file in made[0].parent.iterdir():
        shutil.copy2(file, tmp_path)
    return tmp_path / made[0].name


@pytest.fixture
def created(made: tuple[Path, Created]) -> Created:
    return made[1]


def test_the_passphrase_opens_the_record_however_its_accents_are_typed(
    path: Path, created: Created
) -> None:
    key = keys.unlock(path, SAME_TYPED_OTHERWISE)
    record = Record(path, key)

    assert key == created.key
    assert len(record.people()) == 1
    record.close()


def test_another_passphrase_is_told_and_not_shown(tmp_path: Path) -> None:
    path = keyed(tmp_path)
    with pytest.raises(key_content.WrongPassphraseError, match="does not open it") as told:
        keys.unlock(path, "tulip lamp river onion")

    assert "tulip" not in str(told.value)


@pytest.mark.usefixtures("light_passphrases")
def test_the_recovery_key_gives_a_new_passphrase(path: Path, created: Created) -> None:
    typed = " ".join([created.recovery[:20].lower(), created.recovery[20:]])

    misread = created.recovery.removeprefix("AGE-SECRET-KEY-1").translate(str.maketrans("0L", "oI"))
    assert keys.key_by_recovery(path, misread) == created.key

    before = keys.passphrase_file(path).read_bytes()

    assert keys.recover(path, typed, "a new one of words") == created.key
    assert keys.passphrase_file(path).read_bytes() != before


@pytest.mark.parametrize(
    ("recovery", "words"),
    [
        ("AGE-SECRET-KEY-1NONSENSE", "a slip in it"),
        (keys.sealed.new_pair()[0], "of another record"),
    ],
    ids=["a slip", "another record"],
)
def test_a_recovery_key_that_does_not_fit_is_told(path: Path, recovery: str, words: str) -> None:
    with pytest.raises(key_content.WrongRecoveryError, match=words) as told:
        keys.recover(path, recovery, "a new one of words")

    assert recovery not in str(told.value)


def test_a_passphrase_that_a_faster_machine_sealed_is_told_from_a_damaged_one(
    tmp_path: Path,
) -> None:
    """How often it was hashed stands in the file: two to the power of the last number."""
    path = keyed(tmp_path)
    file = keys.passphrase_file(path)
    sealed = b64decode(b"".join(file.read_bytes().splitlines()[1:-1]))
    file.write_bytes(re.sub(rb"(-> scrypt \S+) \d+", rb"\1 30", sealed))
    with pytest.raises(InputError, match="on a machine that is many times as fast"):
        keys.unlock(path, PASSPHRASE)
    with pytest.raises(InputError, match="or with the recovery key"):
        by_passphrase(file.read_bytes(), PASSPHRASE, file)


def test_a_new_recovery_key_takes_the_place_of_the_old_one(path: Path, created: Created) -> None:
    renewed = keys.renew_recovery(path, created.key)
    backup = keys.sealed.seal(b"all of it", keys.recipients(path, created.key))

    with pytest.raises(key_content.WrongRecoveryError, match="newer one"):
        keys.recover(path, created.recovery, "a new one of words")
    assert keys.sealed.open_sealed(backup, renewed) == b"all of it"
    assert keys.sealed.open_sealed(backup, created.key.identity) == b"all of it"


@pytest.mark.parametrize(
    "more",
    [f"{keys.sealed.new_pair()[1]}\n", "rubbish\n", "\ufffd"],
    ids=["a recipient", "rubbish", "no ASCII"],
)
def test_nobody_else_becomes_a_recipient_of_backups(
    path: Path, created: Created, more: str
) -> None:
    """Who can write beside the record, and cannot open it, wants to read a backup."""
    file = keys.recipients_file(path)
    file.write_text(more + file.read_text("ascii"), encoding="utf-8")
    with closing(Record(path, created.key)) as record:
        with pytest.raises(
            key_content.MissingKeysError, match="somebody else wrote it; make it anew"
        ):
            make_backup(record)
        keys.renew_recovery(path, created.key)
        assert make_backup(record).holding.people == 1


def test_a_short_passphrase_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(
        passphrases.WeakPassphraseError, match=r"has 5 characters; at least 12 .* try all"
    ):
        keys.create_keys(tmp_path / "record.sqlite", " short ")

    assert list(tmp_path.iterdir()) == []


def test_four_words_are_drawn_from_a_list_of_2048() -> None:
    drawn = {passphrases.drawn_passphrase() for _ in range(20)}

    assert len(drawn) == 20
    assert {len(passphrase.split()) for passphrase in drawn} == {4}
    assert min(map(len, drawn)) >= passphrases.LEAST


def test_what_lies_beside_the_record_is_for_its_owner_only(path: Path) -> None:
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_no_secret_shows_in_what_a_traceback_would_print(created: Created) -> None:
    shown = repr(created)

    assert not any(
        secret in shown
        for secret in (created.recovery, created.key.identity, repr(created.key.raw))
    )


def test_a_record_is_new_open_or_protected(path: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.sqlite"
    assert keys.protection(plain) == "new"
    Record(plain).close()

    assert keys.protection(plain) == "open"
    assert keys.protection(path) == "protected"
    path.unlink()
    assert keys.protection(path) == "protected"


def test_no_open_record_is_taken_for_the_protected_one(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    Record(other).close()
    other.replace(path)
    before = path.read_bytes()
    with pytest.raises(ProtectedError, match="of a protected one lie beside it"):
        Record(path)

    assert path.read_bytes() == before


def test_a_protected_record_without_its_key_is_told(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(ProtectedError, match="its passphrase, or its recovery key, opens it"):
        Record(path)

    assert path.read_bytes() == before


def test_a_record_that_lost_its_key_files_is_told(path: Path) -> None:
    for file in keys.key_files(path):
        file.unlink()
    with pytest.raises(ProtectedError, match=r"record\.sqlite\.recovery\.age, are gone; put one"):
        Record(path)
    with pytest.raises(key_content.MissingKeysError, match="this key file of the record is gone"):
        keys.unlock(path, PASSPHRASE)


def test_a_cut_key_file_is_told(path: Path) -> None:
    file = keys.passphrase_file(path)
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(key_content.MissingKeysError, match="is damaged"):
        keys.unlock(path, PASSPHRASE)


def test_another_key_is_told(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DamagedError, match="its key files are of another one"):
        Record(path, key_content.RecordKey(b"\0" * 32, ""))

    assert capfd.readouterr() == ("", "")


def test_an_open_record_takes_no_key(tmp_path: Path, created: Created) -> None:
    plain = tmp_path / "plain.sqlite"
    Record(plain).close()
    with pytest.raises(HingeError, match="not protected"):
        Record(plain, created.key)


def read_whole(path: Path, created: Created) -> None:
    with closing(Record(path, created.key)) as record:
        record.check_whole()


@pytest.mark.parametrize("page", [0, 1, 5, -1])
def test_a_changed_byte_of_any_page_is_named(path: Path, created: Created, page: int) -> None:
    content = bytearray(path.read_bytes())
    content[page * keys.PAGE + 200 if page >= 0 else -200] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedError, match="damaged in 1 of"):
        read_whole(path, created)


def test_no_name_stands_in_a_byte_of_a_protected_record(path: Path, created: Created) -> None:
    record = Record(path, created.key)
    visit = record.begin(None, "2026-11-20", [])
    record.describe(visit, {"patient_id": "P-1", "name": MARK, "clinician": MARK}, {})
    files = list(path.parent.iterdir())
    told = [file.name for file in files if MARK.encode() in file.read_bytes()]
    record.close()

    assert {file.suffix for file in files} >= {".sqlite", ".sqlite-wal", ".sqlite-shm"}
    assert told == []


def test_the_tool_age_opens_the_file_of_the_recovery_key(
    path: Path, created: Created, tmp_path: Path
) -> None:
    identity = tmp_path / "sheet.txt"
    identity.write_text(created.recovery)
    command = [AGE, "-d", "-i", identity, keys.recovery_file(path)]
    opened = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert created.key.raw.hex() in opened
    assert created.key.identity in opened


def test_the_tool_age_opens_the_file_of_the_passphrase(path: Path, created: Created) -> None:
    child = pexpect.spawn(
        AGE, ["-d", str(keys.passphrase_file(path))], encoding="utf-8", timeout=30
    )
    child.expect("passphrase")
    child.sendline(PASSPHRASE)
    opened = child.read()

    assert created.key.raw.hex() in opened
