"""Small hazard logs beside rules, for claims about the machine and not about the shipped log."""

from collections.abc import Mapping
from pathlib import Path

from small import copied

from hingeexpert.assurance.hazards.log import HazardLog, read_log
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

HEAD = "limits:\n  own_limit: {value: 5, unit: points, status: proposal, sources: [PROPOSAL]}\n"
"""A number of the log's own."""
FRAME = """\
  - id: {id}
    who: The person.
    cause: It counts for little.
    harm: It gets worse.
    severity: {severity}
    happens: {happens}
    controls: [{controls}]
    residual: What nobody tells.
    sources: [PROPOSAL]
"""


def hazard(name: str, happens: str, *controls: str, severity: str = "considerable") -> str:
    """Return a hazard as it stands in a file; without a control a person is one."""
    named = ", ".join(f"{{{control}}}" for control in controls or ("person: Somebody asks.",))
    return FRAME.format(id=name, happens=happens, controls=named, severity=severity)


def written(folder: Path, *hazards: str, limits: str = "") -> Path:
    """Put a log of one file into a folder of rules; return the file."""
    path = folder / "hazards" / "log.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{limits}hazards:\n{''.join(hazards)}", encoding="utf-8")
    return path


def beside(
    tmp_path: Path,
    base: Path,
    *hazards: str,
    limits: str = "",
    edits: Mapping[str, tuple[str, str]] | None = None,
) -> tuple[KnowledgeBase, HazardLog]:
    """Return a copy of a knowledge base with some texts replaced, and the log beside it."""
    folder = copied(tmp_path, base)
    for file, (old, new) in (edits or {}).items():
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    written(folder, *hazards, limits=limits)
    knowledge = load_knowledge(folder)
    return knowledge, read_log(folder, knowledge)
