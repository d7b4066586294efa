"""What the Questionnaire says by itself while it is filled: to stop, or to refer, as soon as it is
certain.

A client without a network judges nothing else; the result says why, and how soon.
"""

from collections.abc import Iterator

from hingeexpert.interop.fhir.enabling import Enabling
from hingeexpert.interop.fhir.words import Json, said
from hingeexpert.interop.gates import Gates, items_read
from hingeexpert.interop.questionnaire import Part, in_every_language
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.ladders import TriageLevel


class TriageNotes:
    """Makes the notes of one form: all at its end; those to stop also in each part in which an
    answer can bring them about.
    """

    def __init__(self, knowledge: KnowledgeBase, enabling: Enabling) -> None:
        live = {code: base.exchange.live for code, base in in_every_language(knowledge).items()}
        said_of = knowledge.exchange.live.levels
        self._levels = [level for level in knowledge.triage if level.id in said_of]
        self._words = {
            level.id: {code: words.levels[level.id] for code, words in live.items()}
            for level in self._levels
        }
        gates = Gates(knowledge)
        self._terms = {
            level.id: gates.of(naming.level("triage", level.id), True) for level in self._levels
        }
        self._paths = {name: enabling.path(term) for name, term in self._terms.items()}
        self._enabling = enabling

    def at_end(self) -> Iterator[Json]:
        """Yield the notes at the end of the form, the most severe first."""
        for level in self._levels:
            yield self._note(f"triage-{level.id}", level)

    def of_part(self, part: Part) -> Iterator[Json]:
        """Yield the notes at the end of a part, the most severe first."""
        asked = {item.identifier for item in part.items}
        for level in self._levels:
            if level.tone == "stop" and not asked.isdisjoint(items_read(self._terms[level.id])):
                yield self._note(f"{part.name}-triage-{level.id}", level)

    def _note(self, link: str, level: TriageLevel) -> Json:
        """Return a note that is shown while its level is certain and none above it is; those above
        are asked only then.
        """
        before = self._levels[: self._levels.index(level)]
        above = " or ".join(self._paths[one.id] for one in before)
        path = self._paths[level.id]
        shown = self._enabling.expressed(f"iif({path}, ({above}).not(), false)" if above else path)
        words = said("text", self._words[level.id])
        return {"linkId": link, "extension": [shown], **words, "type": "display"}
