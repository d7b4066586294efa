"""How alike the heading of a column is to each identifier, in whatever language it is written.

The heading is compared with what is said of the identifier. Then the cells of the column speak for
or against it: a column of words is no number.
"""

import re
from collections.abc import Iterator, Sequence

from hingeexpert.batch.described import InLanguage
from hingeexpert.batch.labels import LabelReader, begins_with_number, letters, words
from hingeexpert.batch.mapping import DATE, fold, identifiers
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.base import HEAD_COLUMNS

# A score lies between 0 and `SAME`. The weights below were set by hand, so that the headings of the
# tests find their identifiers, and those of a stranger's table find none.
SAME = 1.0
"""Score of the same words."""
NOT_SAME = SAME - 0.01
"""The most that words which are only alike can reach."""
UNDERSTOOD, UNDERSTOOD_FLAG = 0.2, 0.05
"""What a column gains whose cells are all values of the identifier; a yes and a no say little, for
many questions have them.
"""
NOT_UNDERSTOOD = -0.15
"""What it loses where no cell is one."""
HALF_UNDERSTOOD = 0.6
"""A cell that is only like a value, beside one that is one."""
NUMBERS, NO_NUMBERS = 0.05, -0.4
"""What it gains for a number, and what it loses where a cell is none."""
NO_DATES = -0.3
"""What a column without any digit loses for a date."""
_ROW = re.compile(r"(.*)\[([^][]+)\][\s*]*")
"""A question with several lines, and one of them in brackets, as forms on the web write it."""
_NOTE = re.compile(r"(.+?)[\s*]*(?:\([^()]*\)|\[[^][]*\])[\s*:]*")
"""A heading with a remark in brackets behind it."""


class Similarity:
    """Compares headings with the identifiers of one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.labels = LabelReader(knowledge)
        codes = (knowledge.info.language, *knowledge.languages, *knowledge.tables.languages)
        self._languages = [InLanguage(knowledge, code) for code in dict.fromkeys(codes)]
        self._names = identifiers(knowledge)

    def score(self, heading: str, samples: Sequence[str]) -> dict[str, float]:
        """Return how alike a heading is to each identifier, from 0 to about 1.

        Args:
            heading: Of a column.
            samples: Cells of the column; they speak for or against an identifier.
        """
        spelled = letters(heading)
        if not spelled or any(spelled in language.strangers for language in self._languages):
            return dict.fromkeys(self._names, 0.0)
        readings = [heading, *(note[1] for note in [_NOTE.fullmatch(heading)] if note)]
        known = [
            (language, [language.as_known(text) for text in readings])
            for language in self._languages
        ]
        scores: dict[str, float] = {}
        for name in self._names:
            scores[name] = self._same(heading, readings[-1], name)
            if not scores[name]:
                best = max(language.alike(text, name) for language, all_ in known for text in all_)
                scores[name] = min(best + self._spoken_for(name, samples), NOT_SAME)
        return scores

    def _same(self, heading: str, without_note: str, name: str) -> float:
        """Return `SAME` for a heading that is the identifier, or what it is called word for word,
        a little less where more stands around it, and else 0.
        """
        if self._is_called(heading, name):
            return SAME
        row = _ROW.fullmatch(heading)
        if row and self._is_called(row[2], name) and self._may_hold(row[1], name):
            return SAME if name.partition(".")[0] in self._parts(row[1]) else NOT_SAME
        return NOT_SAME if self._is_called(without_note, name) else 0.0

    def _is_called(self, text: str, name: str) -> bool:
        spelled = letters(text)
        return any(language.is_called(spelled, name) for language in self._languages)

    def _may_hold(self, question: str, name: str) -> bool:
        """Say whether a question with several lines names no other part of the form than that of an
        identifier.
        """
        return self._parts(question) <= {name.partition(".")[0]}

    def _parts(self, text: str) -> frozenset[str]:
        return frozenset().union(*(one.parts_named(text) for one in self._languages))

    def _spoken_for(self, name: str, samples: Sequence[str]) -> float:
        """Return what the cells of a column add to, or take from, its likeness to an identifier."""
        cells = [cell for cell in samples if fold(cell)]
        if not cells:
            return 0.0
        if name in HEAD_COLUMNS:
            has_digits = any(re.search(r"\d", cell) for cell in cells)
            return NO_DATES if name == DATE and not has_digits else 0.0
        item = self.knowledge.observables.get(name)
        if item is not None and item.answer.is_typed:
            return NUMBERS if all(map(begins_with_number, cells)) else NO_NUMBERS
        understood = [self._understood(name, cell) for cell in cells]
        if not any(understood):
            return NOT_UNDERSTOOD
        is_flag = item is not None and item.answer.is_flag
        return (UNDERSTOOD_FLAG if is_flag else UNDERSTOOD) * sum(understood) / len(cells)

    def _understood(self, name: str, cell: str) -> float:
        """Return how surely a cell is a value of an identifier, from 0 to 1."""
        if self.labels.exact(name, cell) is not None:
            return 1.0
        return 0.0 if self.labels.alike(name, cell) is None else HALF_UNDERSTOOD

    def denied(self, heading: str, name: str) -> bool:
        """Say whether just one of the two is a denial: a question asked the other way round."""
        if name not in self.knowledge.observables:
            return False
        best = max(self._best_texts(heading, name))
        return self.labels.differ_in_denial(heading, best[1])

    def _best_texts(self, heading: str, name: str) -> Iterator[tuple[float, str]]:
        for language in self._languages:
            yield language.best_text(words(heading), name)
