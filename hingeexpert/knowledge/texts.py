"""Every text of a knowledge base, and which of them a person reads or hears."""

from collections.abc import Iterator, Mapping
from typing import Any

from hingeexpert.formats.documents import Path
from hingeexpert.knowledge.knowledge_base import KnowledgeBase
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.files import model_of
from hingeexpert.knowledge.models.ladders import LADDERS
from hingeexpert.knowledge.models.traits import Read, with_traits


def entries_by_file(knowledge: KnowledgeBase) -> dict[str, Any]:
    """Return what stands in the files with texts, by name: the model of the file, or its keys with
    what is under them.
    """
    return {
        "knowledge.yaml": knowledge.info,
        "findings.yaml": {"findings": knowledge.findings},
        "coaching.yaml": {"no_dose": knowledge.no_dose},
        "parameters.yaml": {"parameters": knowledge.parameters},
        "checks.yaml": {"checks": knowledge.checks, "older_form": knowledge.older_form},
        "remarks.yaml": {"remarks": knowledge.remarks},
        "handout.yaml": knowledge.handout,
        "exchange.yaml": knowledge.exchange,
        "intake.yaml": {"quick": knowledge.intake.quick},
        "poses.yaml": {
            "captions": knowledge.poses.captions,
            "blank_alt": knowledge.poses.blank_alt,
        },
        **{
            file: {key: knowledge.ladders[file.removesuffix(".yaml")]}
            for file, key in LADDERS.items()
        },
        **{f"observables/{group.group}.yaml": group for group in knowledge.groups},
        **{f"faults/{name}.yaml": fault for name, fault in knowledge.faults.items()},
        **{
            f"contributors/{name}.yaml": contributor
            for name, contributor in knowledge.contributors.items()
        },
        **{f"drills/{name}.yaml": drill for name, drill in knowledge.drills.items()},
    }


def strings(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text in a value, with its place."""
    if isinstance(value, str):
        yield path, value
    inside: Any = ()
    if isinstance(value, Entry):
        inside = ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, Mapping):
        inside = value.items()
    elif isinstance(value, tuple):
        inside = enumerate(value)
    for step, below in inside:
        yield from strings(below, (*path, step))


def places_read(file: str, entry: Any, *readers: Read) -> set[Path]:
    """Return the places of the texts that somebody reads or hears.

    Args:
        file: Name of the file.
        entry: What stands in it, see `entries_by_file`.
        readers: Who reads them.
    """
    model = model_of(file)
    assert model is not None
    return {path for path, _, trait in with_traits(model, entry) if trait in readers}
