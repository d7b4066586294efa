"""The line with the head of the record, which comparisons of papers leave out."""

import re

HEAD_LINE = re.compile(r'\n*^(?:Record: \S+|<p class="record">[^<]*</p>)$', re.MULTILINE)


def without_head(paper: str) -> str:
    """Return a paper as it would be if it came from no record."""
    return HEAD_LINE.sub("", paper)
