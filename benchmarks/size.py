"""Measure what an install brings: a fresh environment for each extra, and the size of all packages
in it.

    python benchmarks/size.py
    python benchmarks/size.py base pdf batch verify all

Counts every byte below site-packages with the compiled files, without pip and setuptools. The
versions are those of constraints.txt; with --newest the newest.
"""

import argparse
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
BASE = "base"
NOT_COUNTED = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")
"""What an empty environment holds already: names of what stands in site-packages, up to the
version.
"""
MOST_BASE = 75
"""Megabytes of the base install, at most."""
MEGABYTE = 1_000_000


def installed(extra: str, folder: Path, newest: bool) -> Path:
    """Install the checkout into a fresh environment; return its site-packages.

    Args:
        extra: Name of an extra, or `base` for none.
        folder: Where the environment is made.
        newest: Whether to leave the constraints aside.
    """
    venv.create(folder, with_pip=True)
    paths = sysconfig.get_paths(scheme="venv", vars={"base": str(folder), "platbase": str(folder)})
    python = Path(paths["scripts"]) / Path(sys.executable).name
    wanted = str(ROOT) if extra == BASE else f"{ROOT}[{extra}]"
    limits = [] if newest or not CONSTRAINTS.is_file() else ["--constraint", str(CONSTRAINTS)]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *limits, wanted], check=True)
    return Path(paths["purelib"])


def parts(packages: Path) -> Iterator[tuple[str, int]]:
    """Yield each entry of site-packages that is counted, with its bytes."""
    for entry in packages.iterdir():
        if entry.name.partition("-")[0] not in NOT_COUNTED and entry.name not in NOT_COUNTED:
            files = (
                [entry]
                if entry.is_file()
                else (path for path in entry.rglob("*") if path.is_file() and not path.is_symlink())
            )
            yield entry.name, sum(path.stat().st_size for path in files)


def main() -> None:
    """Install, count, print a row for each extra, and fail where the base is too large."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "extras", nargs="*", default=[BASE, "all"], help="Extras, or base for none."
    )
    parser.add_argument("--newest", action="store_true", help="Leave constraints.txt aside.")
    parser.add_argument(
        "--largest", type=int, default=3, help="How many of the largest packages to name."
    )
    options = parser.parse_args()
    print(f"{'extra':<8} {'MB':>7} {'entries':>8}  largest")
    sizes: dict[str, float] = {}
    for extra in options.extras:
        with tempfile.TemporaryDirectory() as folder:
            found = sorted(
                parts(installed(extra, Path(folder), options.newest)), key=lambda part: -part[1]
            )
        sizes[extra] = sum(size for _, size in found) / MEGABYTE
        largest = ", ".join(
            f"{name} {size / MEGABYTE:.1f}" for name, size in found[: options.largest]
        )
        print(f"{extra:<8} {sizes[extra]:>7.1f} {len(found):>8}  {largest}", flush=True)
    if BASE in sizes and len(sizes) > 1:
        print(f"{BASE} against the largest: {sizes[BASE] / max(sizes.values()):.1%}")
    if sizes.get(BASE, 0) > MOST_BASE:
        sys.exit(f"error: the base install has {sizes[BASE]:.1f} MB; allowed: up to {MOST_BASE}")


if __name__ == "__main__":
    main()
