"""The sheets of many people: what one process makes of one person, what its file is called, which
are done already.

Owns names and the account of a folder of sheets. What stands on a sheet is `writing.py`, how it is
printed `printing.py`.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hingeexpert import __version__
from hingeexpert.formats.files import appending, fitting, private_folder, replacing, write_whole
from hingeexpert.forms import Assessment
from hingeexpert.handout.document import Handout, Wishes
from hingeexpert.handout.pocket_code import may_have_code, with_code
from hingeexpert.handout.printing import handout_html, handout_pdf
from hingeexpert.handout.writing import handout
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.people import each
from hingeexpert.knowledge import KnowledgeBase, in_language

ACCOUNT = ".handouts.jsonl"
"""What the sheets in a folder were made from, a line for each."""
NOBODY = "handout"
"""Name of the sheet of who has no number; such sheets are counted."""
LONGEST_PART = 70
"""Bytes of a patient's number, of a date and of a name in the name of a file, which together no
system takes longer than 255. A longer one ends in a short hash of all of it.
"""
RESERVED = frozenset(
    (
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
    )
)
"""Names that Windows keeps for devices."""


@dataclass(frozen=True)
class Write:
    """Writes the sheet of one person, in one language.

    Attributes:
        wishes: What the clinician chose.
        language: Code of the language.
        code_of: What makes the answers the text of a code to scan; `None` where none is wished.
    """

    wishes: Wishes
    language: str
    code_of: Callable[[KnowledgeBase, Assessment], str] | None = None

    def __call__(
        self, knowledge: KnowledgeBase, assessment: Assessment, diagnosis: Diagnosis
    ) -> Handout:
        """Return the sheet."""
        spoken = in_language(knowledge, self.language)
        sheet = handout(spoken, assessment, diagnosis, self.wishes)
        if self.code_of is None or not may_have_code(sheet):
            return sheet
        return with_code(spoken, sheet, self.code_of(knowledge, assessment))


@dataclass(frozen=True)
class Print:
    """Writes and prints the sheet of one person.

    Attributes:
        ending: `pdf` or `html`.
        templates: Folder whose templates replace shipped ones of the same name.
    """

    write: Write
    ending: str
    templates: Path | None = None

    def __call__(
        self, knowledge: KnowledgeBase, assessment: Assessment, diagnosis: Diagnosis
    ) -> bytes:
        """Return the bytes of the file."""
        sheet = self.write(knowledge, assessment, diagnosis)
        if self.ending == "html":
            return handout_html(sheet, self.write.wishes, self.templates).encode()
        return handout_pdf([sheet], self.write.wishes, self.templates)

    def facts(self) -> list[object]:
        """Return everything that the bytes depend on, but for the knowledge and the person."""
        wishes = asdict(self.write.wishes) | {
            "clinic": _dumped(self.write.wishes.clinic),
            "logo": _dumped(self.write.wishes.logo),
        }
        return [
            __version__,
            wishes,
            self.write.language,
            self.write.code_of is not None,
            self.ending,
            _contents(self.templates) if self.templates else [],
        ]

    def key(self, knowledge: KnowledgeBase, assessment: Assessment) -> str:
        """Return a hash of everything that the bytes depend on."""
        facts = [knowledge.sha256, *self.facts()]
        person = [
            dict(assessment.answers),
            dict(assessment.patient),
            assessment.date,
            assessment.clinician,
            sorted(assessment.at_once),
        ]
        text = json.dumps([facts, person], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def _contents(folder: Path) -> list[tuple[str, str]]:
    """Return the files below a folder with a hash of what each holds."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        (path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in files
    ]


def _dumped(part: object) -> object:
    dump = getattr(part, "model_dump", None)
    return dump() if dump else None


class Names:
    """Names for files, each given once: the patient's number and the date, the name only if that
    was wished.

    Two names for the visit never differ by case alone, and the person's name stands after two
    underscores, which no visit has.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counts: Counter[str] = Counter()

    def new(self, patient: str | None, date: str | None, name: str | None = None) -> str:
        """Return the next name, without its ending.

        Letters that not every system takes become `_`; a name that was given before gets a number.

        Args:
            patient: The patient's number; where it is missing the sheets are counted.
            date: Of the visit.
            name: The person's name, where it may stand there.
        """
        shown = self._free(_visit(patient, date))
        person = _harmless(name or "")
        return f"{shown}__{person}" if person else shown

    def _free(self, visit: str) -> str:
        """Return the first name for a visit that is not taken, and take it."""
        name = self._numbered(visit)
        while name.casefold() in self._taken:
            name = self._numbered(visit)
        self._taken.add(name.casefold())
        return name

    def _numbered(self, visit: str) -> str:
        """Return the name of a visit with the next number; the first has none, but for nobody's."""
        self._counts[visit.casefold()] += 1
        count = self._counts[visit.casefold()]
        if visit == NOBODY:
            return f"{visit}-{count:04}"
        return f"{visit}-{count}" if count > 1 else visit


def _visit(patient: str | None, date: str | None) -> str:
    """Return the name of a visit: the patient's number and the date."""
    number = _harmless(patient or "")
    if not number:
        return NOBODY
    visit = "_".join(filter(None, (number, _harmless(date or ""))))
    return f"_{visit}" if visit.split(".")[0].casefold() in RESERVED else visit


def _harmless(text: str) -> str:
    """Return text with nothing in it that a system does not take in the name of a file, or a
    command for an option, and not too much of it.
    """
    kept = re.sub(r"(?:[^\w.-]|_)+", "_", unicodedata.normalize("NFC", text))
    return fitting(kept.strip("._").lstrip("-._"), LONGEST_PART)


def print_folder(
    knowledge: KnowledgeBase,
    rules: Path,
    people: Sequence[Assessment],
    folder: Path,
    work: Print,
    progress: Callable[[int], None],
) -> int:
    """Print a file for each person into a folder; one that is there and would be the same is left
    as it is.

    Args:
        knowledge: The knowledge base.
        rules: Its folder, for other processes.
        people: Checked forms.
        folder: Made if it is not there.
        work: How to print.
        progress: Told how many sheets are done.

    Returns:
        How many were there already.

    Raises:
        OSError: A file cannot be written.
    """
    private_folder(folder)
    jobs, made = list(_jobs(knowledge, people, work)), _account(folder / ACCOUNT)
    left = [job for job in jobs if not job.is_done(folder, made)]
    there = len(jobs) - len(left)
    progress(there)
    contents = each(knowledge, rules, [job.person for job in left], work)
    for done, _ in enumerate(_written(folder, left, contents), there + 1):
        progress(done)
    _sum_up(folder / ACCOUNT, made | {job.file: job.key for job in jobs})
    return there


@dataclass(frozen=True)
class _Job:
    """A file to be made.

    Attributes:
        key: Hash of everything that its bytes depend on.
    """

    file: str
    key: str
    person: Assessment

    def is_done(self, folder: Path, made: Mapping[str, str]) -> bool:
        """Whether the file is there, and would be the same."""
        return made.get(self.file) == self.key and (folder / self.file).is_file()


def _jobs(knowledge: KnowledgeBase, people: Sequence[Assessment], work: Print) -> Iterator[_Job]:
    """Yield a file for each person; the person's name is in its name only if that was wished."""
    names = Names()
    for person in people:
        name = person.patient.get("name") if work.write.wishes.name_in_file else None
        file = names.new(person.patient.get("id"), person.date, name)
        yield _Job(f"{file}.{work.ending}", work.key(knowledge, person), person)


def _written(folder: Path, jobs: Sequence[_Job], contents: Iterable[object]) -> Iterator[_Job]:
    """Write each file, then its line of the account, so that what breaks off can go on; yield what
    is done.
    """
    with appending(folder / ACCOUNT) as account:
        for job, content in zip(jobs, contents, strict=True):
            assert isinstance(content, bytes)
            write_whole(folder / job.file, content)
            account.write(_entry(job.file, job.key))
            account.flush()
            yield job


def _entry(file: str, key: str) -> str:
    """Return a line of the account."""
    return json.dumps({"file": file, "key": key}) + "\n"


def _sum_up(path: Path, made: Mapping[str, str]) -> None:
    """Write the account anew, each file once."""
    with replacing(path) as whole:
        whole.writelines(_entry(file, key).encode() for file, key in sorted(made.items()))


def _account(path: Path) -> dict[str, str]:
    """Read what a folder holds; a line that was broken off counts as nothing."""
    made: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            entry = json.loads(line)
            made[entry["file"]] = entry["key"]
        except (ValueError, KeyError, TypeError):
            continue
    return made
