"""The runtime of the app for the tests: that in the user's cache, got once where it is not there.

All else that a run of the tests keeps lies in a cache of its own.
"""

from pathlib import Path

import pytest
from filelock import FileLock

from hingeexpert.app.runtime import get_runtime, runtime_folder
from hingeexpert.errors import InputError

CACHE = "XDG_CACHE_HOME"
NEEDED = "tests of the app need its runtime, which npm gets (Debian: apt-get install npm)"


def lend(cache: Path) -> None:
    """Let a cache of a run hold the runtime of the user's, whether it is there or not.

    Args:
        cache: What the variable `XDG_CACHE_HOME` will name.
    """
    of_user = runtime_folder()
    folder = cache / of_user.parent.name
    folder.mkdir(mode=0o700)
    (folder / of_user.name).symlink_to(of_user)


def have_runtime() -> Path:
    """Return where the runtime lies in the cache of this run.

    A test fails with one line where it is not there, and cannot be got.
    """
    lent = runtime_folder()
    of_user = lent.readlink() if lent.is_symlink() else lent
    of_user.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch, FileLock(of_user.with_suffix(".tests")):
        patch.setenv(CACHE, str(of_user.parents[1]))
        try:
            get_runtime(print)
        except InputError as error:
            pytest.fail(f"{NEEDED}: {'; '.join(str(error).splitlines())}", pytrace=False)
    return lent
