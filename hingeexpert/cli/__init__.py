"""The command line: the only wing that imports click, prints, reads the user's files or decides an
exit code.
"""

from hingeexpert.cli.program import main, run

__all__ = ["main", "run"]
