"""Kill `serve` in the middle of answers, again and again, and look whether one is lost.

    python benchmarks/kills.py --seconds 600 --seed 7

Three browsers press as fast as they can on visits of their own, until the process is killed
(SIGKILL) at a moment drawn at random. The next start must hold every answer of which the server
said that it is kept, from all the rounds before. Ends with exit code 1 where one is missing, or a
start fails.
"""

import argparse
import itertools
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from random import Random

from driven import ANSWERS, PATIENCE, Kept, Server, serving

BROWSERS, LEAST_KILLS = 3, 3
LONGEST = 4.0
"""Seconds that a server lives, at most, once it is pressed."""


def press(server: Server, stop: threading.Event) -> None:
    """Answer in one new visit after the other, until told to stop."""
    while not stop.is_set():
        address = server.begin()
        for name, value in ANSWERS if address else ():
            server.answer(address or "", name, value)
        if address:
            server.finish(address)


def round_(folder: Path, kept: list[Kept], lives: float) -> list[Kept]:
    """Start, look whether everything is there, press and kill.

    Args:
        folder: Where the record lies.
        kept: What must be there; what is kept in this round is added.
        lives: After how many seconds the server is killed.

    Returns:
        What is missing.
    """
    with serving(folder) as server:
        if server.browser is None:
            server.process.wait(PATIENCE)
            sys.exit(f"error: the server does not start: {server.told.read_text(encoding='utf-8')}")
        missing = server.missing(kept)
        stop = threading.Event()
        browsers = [threading.Thread(target=press, args=(server, stop)) for _ in range(BROWSERS)]
        for browser in browsers:
            browser.start()
        time.sleep(lives)
        server.process.kill()
        stop.set()
        for browser in browsers:
            browser.join()
        kept += server.kept
    return missing


def main() -> None:
    """Kill until the time is over, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600, help="Stop after about so many.")
    parser.add_argument("--seed", type=int, default=1, help="Draws the moments.")
    options = parser.parse_args()
    until = time.monotonic() + options.seconds
    chance = Random(options.seed)
    kept: list[Kept] = []
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        for kills in itertools.count():
            goes_on = kills < LEAST_KILLS or time.monotonic() < until
            lives = chance.random() * LONGEST if goes_on else 0
            if missing := round_(folder, kept, lives):
                sys.exit(
                    f"error: {len(missing)} of {len(kept)} lost after {kills} kills: {missing}"
                )
            if not lives:
                break
    print(f"{kills} kills, {len(kept)} kept answers, 0 lost (seed {options.seed})")


if __name__ == "__main__":
    main()
