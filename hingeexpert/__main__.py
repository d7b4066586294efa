"""Run the command line with `python -m hingeexpert`."""

from hingeexpert.cli import run

run()
