"""The folder of results of a run: whose results it holds, and the account of a finished run.

A run is known by its key, a hash of everything that its results depend on. The account is written
last, so that a folder with one is whole.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from hingeexpert.batch.counts import Counts
from hingeexpert.batch.results import sha256, text_file
from hingeexpert.errors import OutputError
from hingeexpert.formats.files import private_folder

WORK = ".unfinished"
"""Folder of the parts, inside the folder of results."""
KEY = "key"
"""File that says whose the parts are. Parts without it are nobody's: they are taken away."""
RUN = "run.json"
"""The account."""
REJECTS_FILE = "rejects.csv"
SUMMARY_FILE = "summary.html"
EVIDENCE_FILE = "results.jsonl"
CHANGES_FILE = "changes.csv"
CODE_BOOK_FILE = "codebook.csv"
HANDOUTS = "handouts"
"""Folder of the handouts."""
FORMATS = ("csv", "parquet", "xlsx")
EVERY = (
    *(f"results.{kind}" for kind in FORMATS),
    EVIDENCE_FILE,
    REJECTS_FILE,
    CHANGES_FILE,
    CODE_BOOK_FILE,
    SUMMARY_FILE,
)
"""Files that a run may leave; those of another run are cleared away before the first is written."""


class OutputFolder:
    """The folder of results of one run.

    Attributes:
        path: The folder.
        work: Where the parts lie until the run is finished.
        finished: Whether the folder holds the finished results of this very run.
    """

    def __init__(self, path: Path, facts: dict[str, Any], *, overwrite: bool) -> None:
        """Look at what is in the folder.

        Args:
            path: The folder; it need not be there.
            facts: Everything that the results depend on, as JSON holds it.
            overwrite: Whether the results of another run may be replaced.

        Raises:
            OutputError: It holds those of another run.
        """
        self.path = path
        self.work = path / WORK
        self._facts = facts
        self._key = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        self._overwrite = overwrite
        self._stale_handouts = False
        self.finished = self._look()

    def _look(self) -> bool:
        account = self.path / RUN
        if account.exists() and not self._overwrite:
            if _key_of(account) != self._key:
                self._refuse("holds the results of another run")
            if self._is_whole():
                self._drop_own_parts()
                return True
        elif account.exists():
            self._stale_handouts = HANDOUTS in _account(account).get("outputs", {})
        self._drop_other_beginning()
        return False

    def _begun(self) -> str | None:
        """Return the key of the run that the parts are of; `None` where they are nobody's."""
        begun = self.work / KEY
        return begun.read_text(encoding="utf-8") if begun.exists() else None

    def _is_whole(self) -> bool:
        """Return whether every file that the account names is there as it was written."""
        outputs = _account(self.path / RUN)["outputs"]
        return all(
            (self.path / name).exists() and sha256(self.path / name) == digest
            for name, digest in outputs.items()
        )

    def _drop_own_parts(self) -> None:
        """Clear away what a run left that was stopped once its account was written."""
        if self.work.exists() and self._begun() in (None, self._key):
            self._drop_parts()

    def _drop_other_beginning(self) -> None:
        """Clear away the parts of another run, where that is allowed, and nobody's.

        Whoever is stopped here leaves parts that are nobody's, and a folder that still is a run's.
        """
        if not self.work.exists() or self._begun() == self._key:
            return
        if self._begun() is not None and not self._overwrite:
            self._refuse("holds the beginning of another run (other input, rules or options)")
        (self.work / KEY).unlink(missing_ok=True)
        if (self.work / HANDOUTS).exists():
            shutil.rmtree(self.path / HANDOUTS, ignore_errors=True)
        if not (self.path / RUN).exists():
            self.clear()
        self._drop_parts()

    def _drop_parts(self) -> None:
        """Clear the parts away, first what says whose they are: no run may take up some of them."""
        (self.work / KEY).unlink(missing_ok=True)
        shutil.rmtree(self.work)

    def _refuse(self, what: str) -> NoReturn:
        message = f"{what}; name another folder, or give --overwrite to replace them"
        raise OutputError.about(self.path, message)

    def begin(self, *, handouts: bool) -> None:
        """Make the folders.

        Args:
            handouts: Whether there will be handouts; those of another run are cleared away.
        """
        private_folder(self.path)
        private_folder(self.work)
        if self._stale_handouts and self._begun() is None:
            shutil.rmtree(self.path / HANDOUTS, ignore_errors=True)
        if handouts:
            private_folder(self.path / HANDOUTS)
            (self.work / HANDOUTS).touch()
        text_file(self.work / KEY, self._key)

    def counts(self) -> Counts:
        """Read the numbers of a finished run."""
        return Counts.from_data(_account(self.path / RUN)["counts"])

    def clear(self) -> None:
        """Take away the account and the files of another run."""
        for name in (RUN, *EVERY):
            (self.path / name).unlink(missing_ok=True)

    def close(self, names: Iterable[str], total: Counts) -> None:
        """Write the account, and clear the parts away.

        Args:
            names: Of the files and folders of this run.
            total: The numbers of the run; they name nobody.
        """
        account = {
            "key": self._key,
            **self._facts,
            "counts": total.as_data(),
            "outputs": {name: sha256(self.path / name) for name in names},
        }
        text_file(self.path / RUN, json.dumps(account, indent=2, ensure_ascii=False) + "\n")
        self._drop_parts()


def _account(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _key_of(account: Path) -> str | None:
    """Return the key of the run that an account is of; `None` where it cannot be read."""
    try:
        return str(_account(account)["key"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
