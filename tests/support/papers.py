"""Sheets to test, and what poppler says of a PDF.

A missing tool fails a test; it never leaves one out.
"""

import dataclasses
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from folders import FORMS

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.formats.documents import read_document
from hingeexpert.forms import Assessment, read_form
from hingeexpert.forms.reading import assess
from hingeexpert.handout import Handout, Wishes, handout
from hingeexpert.handout.clinic import Clinic, read_clinic
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase, in_language

NAMES = tuple(sorted(path.stem for path in FORMS.glob("*.yaml")))
CLINIC = Clinic(
    name="Hill Street Clinic", phone="555 0142", emergency_number="112", address="1 Hill Street"
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><path d="M0 0h80v40H0z" '
    'fill="#c02020"/></svg>'
)
BLANK = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 "
    b"R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 80 40]>>endobj\ntrailer<</Root 1 0 R>>"
)
"""A PDF of one empty page."""
REGRESS = (
    "patient: {id: P-9, name: Pat Example}\ndate: 2026-11-20\ncontext: {visit: first, age_years: "
    "40, stage: pattern}\n"
    "safety: {screen: all_no}\nsymptom: {low_back_pain: no, pain_now: 0, leg_symptoms: none}\n"
    "wall: {done: yes, hips: back, knees: soft, balance: steady, weight_shift: none, cueing: "
    "none, clean_reps: 2}\n"
    "pain: {during_drill: 0, behaviour: none, next_morning: same}\n"
)
"""Two clean bends of ten: an easier version."""
ROUTINE = (
    "patient: {id: P-21, name: Robin Example}\ndate: 2026-11-20\nclinician: R. Gray\n"
    "context: {visit: first, age_years: 41, stage: grind}\nsafety: {screen: all_no}\n"
    "symptom: {low_back_pain: yes, duration: 4_to_12_weeks, leg_symptoms: below_knee}\n"
    "wall: {done: yes, hips: down, knees: soft, balance: steady, cueing: none, clean_reps: 7}\n"
    "stick: {done: yes, sacrum: lost, sacrum_when: early, depth_degrees: 30, clean_reps: 7}\n"
    "pain: {during_drill: 3, behaviour: steady}\nscreen: {toe_touch: shin}\n"
)
"""A leg symptom below the knee, for which a letter is written; readiness is open."""


ALL_GATES: dict[str, str | int] = {
    "load.clean_sessions": 6,
    "load.single_leg_clean": "both",
    "load.fast_hinge_clean": "yes",
    "screen.single_leg_stance_s": 25,
}
"""Answers with which, beside clean drills, nothing keeps a person from the last step."""
NO_LOAD: dict[str, tuple[dict[str, str | int], str]] = {
    "strain, first load": ({"safety.dizzy_or_no_strain": "yes"}, "ready_grind"),
    "strain, one side": (
        {**ALL_GATES, "safety.dizzy_or_no_strain": "yes", "context.stage": "grind"},
        "ready_symmetry",
    ),
    "strain, fast": (
        {**ALL_GATES, "safety.dizzy_or_no_strain": "yes", "context.stage": "ballistic"},
        "ready_ballistic",
    ),
    "a fall, fast": (
        {**ALL_GATES, "safety.fall_last_year": "yes", "context.stage": "symmetry"},
        "ready_ballistic",
    ),
    "pregnant, used to loads": (
        {**ALL_GATES, "safety.pregnancy": "yes", "context.stage": "symmetry"},
        "ready_grind",
    ),
}
"""Answers beside those of a clean form that open no drill of the verdict, and that verdict."""


def form(knowledge: KnowledgeBase, name: str, /, **patient: str) -> Assessment:
    """Return a form of `tests/data/forms`, or `regress`, of a person of another name."""
    raw = REGRESS.encode() if name == "regress" else (FORMS / f"{name}.yaml").read_bytes()
    read = read_form(knowledge, f"{name}.yaml", raw)
    return dataclasses.replace(read, patient={**read.patient, **patient}) if patient else read


def typed(knowledge: KnowledgeBase, text: str) -> Assessment:
    """Return the form that a text of YAML is."""
    return assess(knowledge, read_document("form.yaml", text.encode()), ())


def sheet(
    knowledge: KnowledgeBase,
    person: Assessment | str,
    wishes: Wishes | None = None,
    language: str = "en",
) -> Handout:
    """Return the sheet of a form, or of the form of this name."""
    given = form(knowledge, person) if isinstance(person, str) else person
    return handout(in_language(knowledge, language), given, diagnose(knowledge, given), wishes)


_MADE: dict[tuple[KnowledgeBase, int, Wishes, str], tuple[Outcome, Handout]] = {}
"""The sheets of worked cases, which many tests look at; with each its case, lest another take its
place in memory.
"""


def sheet_of(
    knowledge: KnowledgeBase, outcome: Outcome, wishes: Wishes | None = None, language: str = "en"
) -> Handout:
    """Return the sheet of a worked case that was run, made once in each process."""
    wishes = wishes or Wishes()
    key = knowledge, id(outcome), wishes, language
    if key not in _MADE:
        spoken = in_language(knowledge, language)
        made = handout(spoken, outcome.case.assessment, outcome.diagnosis, wishes)
        _MADE[key] = outcome, made
    return _MADE[key][1]


def languages(knowledge: KnowledgeBase) -> list[str]:
    """Return every language: that of the rules first."""
    return [knowledge.info.language, *knowledge.languages]


def said(part: Any) -> Iterator[str]:
    """Yield every text of a dumped part that a person reads; drawings are not text, `id`, `kind`
    and `level` are never shown.
    """
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            if key not in ("svg", "id", "kind", "tone", "language", "direction", "logo"):
                yield from said(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from said(value)


def texts(made: Handout) -> list[str]:
    """Return every text on a sheet, but for its labels' places, which the pages fill in."""
    return list(said(made.model_dump(exclude={"labels", "clinic", "number"})))


def ids(made: Handout) -> list[str]:
    """Return the ids of the sections."""
    return [section.id for section in made.sections]


def section(made: Handout, name: str) -> str:
    """Return all text of a section."""
    (found,) = (item for item in made.sections if item.id == name)
    return " ".join(said(found.model_dump()))


def clinic_with_logo(folder: Path, ending: str = "svg") -> Wishes:
    """Return wishes with a clinic and its logo, which poppler makes where it is no drawing."""
    (folder / "logo.svg").write_text(SVG, encoding="utf-8")
    if ending != "svg":
        (folder / "blank.pdf").write_bytes(BLANK)
        tool(
            "pdftoppm",
            {"png": "-png", "jpg": "-jpeg"}[ending],
            "-singlefile",
            folder / "blank.pdf",
            folder / "logo",
        )
    settings = {**CLINIC.model_dump(exclude={"figure"}), "logo": f"logo.{ending}"}
    (folder / "clinic.yaml").write_text(
        "".join(f'{key}: "{value}"\n' for key, value in settings.items()), encoding="utf-8"
    )
    clinic, logo = read_clinic(folder / "clinic.yaml")
    return Wishes(clinic=clinic, logo=logo)


def tool(name: str, *arguments: object) -> bytes:
    """Return what a tool of poppler writes."""
    executable = shutil.which(name)
    assert executable, f"no {name} on the path; Debian: apt-get install poppler-utils"
    return subprocess.run(
        [executable, *map(str, arguments)], capture_output=True, check=True
    ).stdout


def facts(path: Path) -> dict[str, str]:
    """Return what `pdfinfo` says."""
    lines = tool("pdfinfo", path).decode().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def read(path: Path) -> str:
    """Return the text of a PDF in the order in which it stands there."""
    return tool("pdftotext", "-raw", path, "-").decode()
