"""What is stopped ends, with one line and a code of its own, and leaves no process behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from hingeexpert.cli import main
from hingeexpert.formats.holding import LOCK, holding

HEAD = "patient.id,safety.screen,stick.done,stick.sacrum\n"
ROWS = 400
FOREVER = """
import time
from hingeexpert.cli import ending
ending.listen()
ending.watch()
while True:
    try:
        print("ready", flush=True)
        time.sleep(60)
    except ending.Stop:
        pass
"""
LOADING = """
import os, signal, sys, threading, time
from hingeexpert.cli import ending

class Slow:
    def find_spec(self, name, *_):
        here = threading.current_thread() is threading.main_thread()
        if here and name == "multiprocessing.context":
            signal.pthread_sigmask(signal.SIG_BLOCK, ending.SIGNALS)
            threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
            time.sleep(0.3)

ending.listen()
ending.watch()
sys.meta_path.insert(0, Slow())
try:
    import multiprocessing
except ending.Stop as stop:
    time.sleep(0.3)
    ending.end(stop)
"""
"""Is stopped where it has loaded a half of what starts processes; who watches hears of it first."""
DYING = """
import os, signal, time
from hingeexpert.cli import ending

class Dies:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)

ending.listen()
ending.watch()
ending.left_to_command()
try:
    Dies()
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted")
"""
"""Is stopped where nothing can be raised."""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals"),
]


def written(folder: Path) -> Path:
    table = folder / "forms.csv"
    rows = "".join(f"P{number},all_no,yes,lost\n" for number in range(ROWS))
    table.write_text(HEAD + rows, encoding="utf-8")
    return table


def workers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Wait for the workers of a process, until each has the thread that watches over its parent."""
    found: list[psutil.Process] = []
    while len(found) < (os.cpu_count() or 1):
        assert process.poll() is None
        time.sleep(0.02)
        children = psutil.Process(process.pid).children(recursive=True)
        workers = [child for child in children if "--multiprocessing-fork" in child.cmdline()]
        found = [worker for worker in workers if worker.num_threads() > 1]
    return found


def is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [
        (signal.SIGINT, 130, "broken off; the same command goes on from here\n"),
        (signal.SIGTERM, 143, "broken off; the same command goes on from here\n"),
        (signal.SIGKILL, -9, ""),
    ],
)
def test_a_batch_ends_with_its_workers(
    tmp_path: Path, number: signal.Signals, code: int, told: str
) -> None:
    command = [sys.executable, "-m", "hingeexpert", "batch", str(written(tmp_path)), "--evidence"]
    process = subprocess.Popen(
        [*command, "-o", str(tmp_path / "out")],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    workers = workers_of(process)
    if number == signal.SIGKILL:
        process.kill()
    else:
        os.killpg(process.pid, number)  # as a terminal does
    _, error = process.communicate()
    while not all(map(is_gone, workers)):
        time.sleep(0.02)

    assert (process.returncode, error) == (code, told)
    with holding(tmp_path / "out"):
        pass


def test_what_hears_nothing_is_ended_all_the_same() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FOREVER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate()

    assert (process.returncode, error) == (143, "broken off\n")


def test_what_is_stopped_where_nothing_can_be_raised_is_stopped_right_after() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DYING], capture_output=True, text=True, check=False, timeout=50
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")


def test_what_is_stopped_while_it_loads_says_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADING], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (143, "broken off\n")


@pytest.mark.parametrize("command", ["batch", "handout", "diagnose"])
def test_a_folder_that_another_run_fills_is_left_to_it(tmp_path: Path, command: str) -> None:
    table = written(tmp_path)
    for name in ("a", "b"):
        form = tmp_path / f"{name}.yaml"
        form.write_text(f"form: hinge/2\npatient: {{id: {name}}}\n", encoding="utf-8")
    inputs = {"batch": [table], "handout": [tmp_path / "a.yaml", "--format", "html"]}
    words = [*inputs.get(command, [tmp_path / "a.yaml", tmp_path / "b.yaml"]), "-o"]
    with holding(tmp_path / "out"):
        result = CliRunner().invoke(main, [command, *map(str, words), str(tmp_path / "out")])
        left = {path.name for path in (tmp_path / "out").iterdir()}

    assert result.exit_code == 1
    assert f"is being filled by another run (process {os.getpid()}, since" in result.output
    assert left == {LOCK, ".holder.json"}
