"""What came of every shipped worked case, run once by all workers together, and kept for the next
run over the same rules and code.
"""

import fcntl
import hashlib
import pickle
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from folders import ROOT
from shipped import shipped_cases

from hingeexpert.assurance import run_case
from hingeexpert.assurance.worked_cases import Outcome, WorkedCase
from hingeexpert.formats.files import files_below
from hingeexpert.knowledge import KnowledgeBase

SHARE = 60
"""Cases that one worker runs at a time."""
LIBRARIES = ("experta", "pydantic", "pyyaml")
"""Those that have a part in what comes of a case."""


def place_of(folder: Path) -> Path:
    """Return where the outcomes of the rules and code as they are now lie, and clear away those of
    other rules or code.

    Args:
        folder: Where outcomes are kept from run to run.
    """
    place = folder / _state()
    place.mkdir(exist_ok=True)
    for other in folder.iterdir():
        if other != place:
            shutil.rmtree(other, ignore_errors=True)
    return place


def _state() -> str:
    """Return a hash over all on which an outcome depends."""
    made_by = [sys.version, *(version(name) for name in LIBRARIES)]
    hashed = hashlib.sha256("\0".join(made_by).encode())
    for part, ending in (("hingeexpert", ".py"), ("rules", "")):
        for name, entry in sorted(files_below(ROOT / part)):
            if name.endswith(ending):
                hashed.update(f"\0{part}/{name}\0".encode())
                hashed.update(Path(entry.path).read_bytes())
    return hashed.hexdigest()


def every_outcome(knowledge: KnowledgeBase, folder: Path) -> list[Outcome]:
    """Return what came of every case, in the order of the cases.

    A worker that asks runs the shares that no other has begun, and leaves each in a file; then it
    waits for those of the others.

    Args:
        knowledge: The shipped knowledge base.
        folder: Where all workers leave their shares.
    """
    cases = shipped_cases()
    shares = {
        folder / f"outcomes-{start}.pickle": cases[start : start + SHARE]
        for start in range(0, len(cases), SHARE)
    }
    for path, share in shares.items():
        _run(knowledge, share, path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    outcomes: list[Outcome] = []
    for path, share in shares.items():
        _run(knowledge, share, path, fcntl.LOCK_EX)
        outcomes += pickle.loads(path.read_bytes())
    return outcomes


def _run(knowledge: KnowledgeBase, share: list[WorkedCase], path: Path, how: int) -> None:
    """Run a share and keep what came of it, unless that is there.

    Args:
        knowledge: The knowledge base.
        share: The cases.
        path: Where it is kept.
        how: The lock to take; one that does not wait leaves the share to who has it.
    """
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, how)
        except BlockingIOError:
            return
        if not path.exists():
            beside = path.with_suffix(".new")
            beside.write_bytes(pickle.dumps([run_case(knowledge, case) for case in share]))
            beside.replace(path)  # whole, or not there: a later run takes it as it is
