"""Named conditions that depend on each other in a circle."""

from collections.abc import Iterator, Mapping

from hingeexpert.errors import Problem
from hingeexpert.formats.documents import Document, Path
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.condition import AllOf, Holds, leaves
from hingeexpert.knowledge.knowledge_base import KnowledgeBase
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.ladders import LADDERS
from hingeexpert.knowledge.network import CycleError, Network
from hingeexpert.knowledge.vocabulary import Vocabulary


def circle_problems(
    knowledge: KnowledgeBase, models: Mapping[str, Entry], documents: Mapping[str, Document]
) -> Iterator[Problem]:
    """Yield a problem where named conditions depend on each other in a circle.

    Args:
        knowledge: What could be read; a name that it lacks depends on nothing.
        models: File to what it holds, for every file that is good by itself.
        documents: All files, for lines.
    """
    named = knowledge.conditions
    held = {
        leaf.name
        for condition in named.values()
        for leaf in leaves(condition)
        if isinstance(leaf, Holds)
    }
    asked = {
        name: naming.ask(name)
        for name, item in knowledge.observables.items()
        if item.ask_when is not None
    }
    missing = dict.fromkeys(sorted(held - named.keys()), AllOf(()))
    try:
        _ = Network({**named, **missing}, asked) if missing else knowledge.network
    except CycleError as error:
        places = {
            name: (file, path)
            for name, file, path in _condition_places(LoadedFiles(models, documents, Vocabulary()))
        }
        file, path = next(places[name] for name in error.names if name in places)
        yield documents[file].problem(
            path, f"these conditions depend on each other in a circle: {error}"
        )


def _condition_places(files: LoadedFiles) -> Iterator[tuple[str, str, Path]]:
    """Yield name, file and place of every condition that a circle may pass through."""
    for file, _, group in files.of("observables"):
        for name in group.observables:
            yield naming.ask(name), file, ("observables", name, "ask_when")
    for name in getattr(files.models.get("findings.yaml"), "findings", ()):
        yield naming.finding(name), "findings.yaml", ("findings", name, "when")
    for file, stem, conclusion in (*files.of("faults"), *files.of("contributors")):
        for number, rule in enumerate(conclusion.rules):
            yield f"{stem}.{rule.id}", file, ("rules", number, "when")
    for file, key in LADDERS.items():
        for place, level in enumerate(getattr(files.models.get(file), key, ())):
            for number, rule in enumerate(level.rules):
                yield (
                    f"{file.removesuffix('.yaml')}.{level.id}.{rule.id}",
                    file,
                    (key, place, "rules", number, "when"),
                )
