"""What came of every shipped worked case, run once by all workers together."""

import fcntl
import pickle
from pathlib import Path

from hingeexpert.assurance import read_cases, run_case
from hingeexpert.assurance.worked_cases import Outcome, WorkedCase
from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.knowledge import KnowledgeBase

SHARE = 60
"""Cases that one worker runs at a time."""


def every_outcome(knowledge: KnowledgeBase, folder: Path) -> list[Outcome]:
    """Return what came of every case, in the order of the cases.

    A worker that asks runs the shares that no other has begun, and leaves each in a file; then it
    waits for those of the others.

    Args:
        knowledge: The shipped knowledge base.
        folder: Where all workers of a run leave their shares.
    """
    cases, problems = read_cases(knowledge, data_folder("rules") / CASES)
    assert problems == []
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
            path.write_bytes(pickle.dumps([run_case(knowledge, case) for case in share]))
