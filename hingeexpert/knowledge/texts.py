"""Every text of a knowledge base, and which of them a person reads or hears."""

from collections.abc import Iterator, Mapping
from typing import Any

from hingeexpert.formats.documents import Path
from hingeexpert.knowledge.knowledge_base import KnowledgeBase
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.ladders import LADDERS
from hingeexpert.knowledge.models.observables import Group

PICTURE = (
    ("picture", "alt"),
    ("picture", "label"),
    ("picture", "aim"),
    ("picture", "captions", "*"),
)
FOR_THE_PERSON: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "faults": (("seen",), ("cues", "*", "say"), *PICTURE),
    "contributors": (("patient",),),
    "drills": (
        *(("equipment",), ("feel",), ("dose", "how"), ("brief", "*"), ("brief", "steps", "*")),
        *((part, "*", "do") for part in ("setup", "steps", "stop")),
        *PICTURE,
    ),
    "observables": (("observables", "*", "question"), ("observables", "*", "short")),
    **{
        file: (
            (key, "*", "patient"),
            (key, "*", "next"),
            *((key, "*", "rules", "*", said) for said in ("patient", "go")),
        )
        for file, key in LADDERS.items()
    },
    "remarks.yaml": (("remarks", "*", "patient"),),
    "poses.yaml": (("captions", "*", "*"), ("blank_alt",)),
    "handout.yaml": (
        *(
            (part,)
            for part in (
                "at_home",
                "open",
                "nothing_seen",
                "not_enough_seen",
                "only_what_went_well",
            )
        ),
        *((part,) for part in ("tell_answers", "until", "limits")),
        *((part, "*") for part in ("titles", "headings", "labels", "rungs", "check_next", "tell")),
        *(("progress", part) for part in ("step", "same_step")),
        ("progress", "counts", "*"),
        *(
            ("care", "*", "heading"),
            ("care", "*", "heading_with_number"),
            ("care", "*", "items", "*"),
        ),
    ),
}
"""Folder or file to the places of the texts that a person reads or hears; `*` stands for any
step.
"""


def entries_by_file(knowledge: KnowledgeBase) -> dict[str, Any]:
    """Return what stands in the files with texts, by name: the model of the file, or its keys with
    what is under them.
    """
    return {
        "knowledge.yaml": knowledge.info,
        "findings.yaml": {"findings": knowledge.findings},
        "coaching.yaml": {"no_dose": knowledge.no_dose},
        "parameters.yaml": {"parameters": knowledge.parameters},
        "remarks.yaml": {"remarks": knowledge.remarks},
        "handout.yaml": knowledge.handout,
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


def for_person(file: str, entry: Any, path: Path) -> bool:
    """Whether a person reads or hears the text at a place of a file."""
    if not matches(FOR_THE_PERSON, file, path):
        return False
    speaker = (
        entry.observables[str(path[1])].asked_of
        if isinstance(entry, Group)
        else getattr(entry, "by", "person")
    )
    return bool(speaker == "person")


def matches(places: Mapping[str, tuple[tuple[str, ...], ...]], file: str, path: Path) -> bool:
    """Whether a place of a file is one of these; `*` stands for any step."""
    patterns = places.get(file.partition("/")[0], ())
    return any(
        len(pattern) == len(path) and all(a in ("*", b) for a, b in zip(pattern, path, strict=True))
        for pattern in patterns
    )
