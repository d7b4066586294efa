"""The hazard log of one state of the rules after the other, read again only where it may come out
otherwise.
"""

from collections.abc import Mapping
from pathlib import Path

from hingeexpert.assurance.hazards.log import FILES, HazardLog, read_log
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.beside import contents_beside
from hingeexpert.knowledge.grammar import PLACE
from hingeexpert.knowledge.vocabulary import Vocabulary


class LogReader:
    """Reads logs; the last one is kept."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: tuple[object, HazardLog] | None = None

    def read(self, folder: Path, knowledge: KnowledgeBase, vocabulary: Vocabulary) -> HazardLog:
        """Return the log that lies in a folder.

        Args:
            folder: The folder of rules.
            knowledge: What stands in it.
            vocabulary: The names that it offers.

        Raises:
            KnowledgeError: With every problem of every file of the log.
        """
        contents = dict(contents_beside(folder, FILES))
        key = (folder, contents, vocabulary.without_numbers, _numbers(vocabulary, contents))
        if self._kept is None or self._kept[0] != key:
            self._kept = key, read_log(folder, knowledge, vocabulary)
        return self._kept[1]


def _numbers(vocabulary: Vocabulary, contents: Mapping[str, bytes]) -> dict[str, float | None]:
    """Return the parameters that stand in a text of the log."""
    named: set[str] = set()
    for content in contents.values():
        named.update(PLACE.findall(content.decode("utf-8", "replace")))
    return {name: vocabulary.parameters.get(name) for name in named}
