"""Which entries of the rules stand on which sheet of the workbook, and which of their keys may be
changed there.

Owns the plan only; the keys are those of the models in `knowledge/models/`, which also say what may
stand in a cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass

EACH = "*"
"""A step of a pattern: each entry of a list or map."""
Pattern = tuple[str, ...]
"""Keys from the top of a file to its rows, `EACH` for all of a list or map."""


@dataclass(frozen=True)
class RowPlan:
    """Rows of a sheet that come from one kind of file.

    Attributes:
        files: The file, or a folder, whose files are meant.
        pattern: Where the rows stand in it.
        keys: Heading to the keys below the row. The empty key is the row itself.
        beside: Heading to the keys of what is shown and may not be changed.
    """

    files: str
    pattern: Pattern
    keys: Mapping[str, str]
    beside: Mapping[str, str]

    def is_of(self, file: str) -> bool:
        """Return whether its rows come from this file."""
        return file == self.files or file.startswith(f"{self.files}/")


def _rows(files: str, pattern: str, keys: str, beside: str = "") -> RowPlan:
    """Return rows whose headings are made of their keys, `next` for `next`, `dose how` for
    `dose.how`.
    """
    steps = tuple(pattern.split())
    return RowPlan(files, steps, _headings(keys), _headings(beside))


def _headings(keys: str) -> dict[str, str]:
    return {key.replace("_", " ").replace(".", " "): key for key in keys.split()}


def _itself(files: str, pattern: str, heading: str) -> RowPlan:
    """Return rows that are one text or one condition themselves."""
    return RowPlan(files, tuple(pattern.split()), {heading: ""}, {})


_LEVEL = "title clinician patient next no_dose.while_open no_dose.while_true"
_REASON = "when because act ask patient go go_with_number then sources"
_AGAINST = "effect rules when because sources"
_LINES = ("setup", "steps", "stop")
_SINGLE_LINES = ("before", "load", "step_up")

SHEETS: Mapping[str, tuple[RowPlan, ...]] = {
    "Numbers": (_rows("parameters.yaml", "parameters *", "value meaning unit status sources"),),
    "Triage": (_rows("triage.yaml", "levels * rules *", _REASON),),
    "Readiness": (
        _rows("readiness.yaml", "verdicts * rules *", _REASON),
        _rows("readiness.yaml", "verdicts * said *", "when patient clinician next"),
        _rows("readiness.yaml", "verdicts * meanwhile *", "when say patient sources"),
    ),
    "Reasons": (
        _rows("faults", "rules *", "confidence when because seen sources"),
        _rows("contributors", "rules *", "confidence when because sources"),
    ),
    "Against": (
        _rows("faults", "against *", _AGAINST),
        _rows("contributors", "against *", _AGAINST),
    ),
    "Findings": (_rows("findings.yaml", "findings *", "meaning when sources"),),
    "Remarks": (_rows("remarks.yaml", "remarks *", "when at say patient beside sources"),),
    "Checks": (
        _rows("checks.yaml", "checks *", "when say"),
        _rows("checks.yaml", "older_form", "say"),
    ),
    "Cards": (_rows("handout.yaml", "care * items *", "say when"),),
    "Levels": (
        _rows("triage.yaml", "levels *", _LEVEL),
        _rows("readiness.yaml", "verdicts *", f"{_LEVEL} drills"),
        _itself("triage.yaml", "levels * unlocks *", "text"),
        _itself("triage.yaml", "levels * advice *", "text"),
        _itself("readiness.yaml", "verdicts * unlocks *", "text"),
        _itself("readiness.yaml", "verdicts * advice *", "text"),
    ),
    "Faults": (
        _rows("faults", "", "title meaning seen action drills"),
        _rows("contributors", "", "title meaning patient plan untold_while test_with"),
        _rows("faults", "look_alikes *", "tell_apart"),
        _rows("contributors", "look_alikes *", "tell_apart"),
        _rows("faults", "under_load", "do until sources"),
        _itself("faults", "drill_notes *", "text"),
        _rows("contributors", "exercise", "say sources"),
        _rows("coaching.yaml", "", "less_dose_when"),
        _rows("coaching.yaml", "together *", "because sources"),
        _itself("coaching.yaml", "no_dose *", "text"),
    ),
    "Cues": (
        _rows("faults", "cues *", "say needs when not_with sources"),
        _rows("drills", "cue", "say sources"),
        _rows("drills", "cues *", "say sources"),
    ),
    "Drills": (
        _rows("drills", "", "title purpose equipment feel enter tried_when not_with helps"),
        _rows("drills", "dose", "how"),
        _rows("drills", "brief", "name need dose less feel"),
        _itself("drills", "brief steps *", "text"),
    ),
    "Drill lines": (
        *(_rows("drills", f"{key} *", "do sources") for key in _LINES),
        *(_rows("drills", key, "do sources") for key in _SINGLE_LINES),
    ),
    "Questions": (
        _rows(
            "observables",
            "observables *",
            "question short look tip means ask_when follows void_when own_look_when sources",
        ),
        _rows("observables", "", "title intro not_done_when"),
        _rows("observables", "all_well", "say means"),
        _rows("observables", "clusters *", "title"),
    ),
    "Answers": (
        _itself("observables", "observables * values *", "means"),
        _itself("observables", "observables * say *", "says on paper"),
        _itself("observables", "observables * computed_when *", "computed when"),
        _itself("observables", "observables * impossible_when *", "impossible when"),
    ),
    "Sources": (_rows("sources.yaml", "sources *", "kind citation says read carried link"),),
    "Translation": (_rows("languages", "texts *", "to", beside="from"),),
}
"""Sheet to its rows. Sentences that stand on none of them come on a sheet of their own."""
OTHER_TEXTS = "Other texts"
"""The sheet of every other text that a person reads or hears."""
MEANT: Mapping[str, str] = {
    "Numbers": "Every number that a rule, a dose or a text uses.",
    "Triage": "Who must be seen, and how soon. When: the condition. Because, act, ask: what the "
    "clinician reads. Patient, go, then: what the person reads.",
    "Readiness": "How far up the ladder a person may go, and what holds or stops them. When: the "
    "condition. Because: what the clinician reads.",
    "Reasons": "Why a fault or a contributor is said to be there.",
    "Against": "What speaks against a fault or a contributor, and what that does to it.",
    "Findings": "Conditions with a name of their own, which many rules share.",
    "Remarks": "What is said beside the result, and when. They change no verdict.",
    "Checks": "Answers that do not fit together, and what is said of them.",
    "Cards": "Parts of the sheet to take home that look after the person, and when they are there.",
    "Levels": "The levels of triage and readiness, and what is said at each.",
    "Faults": "Faults and contributors: what they are called, and what the person reads.",
    "Cues": "The one thing to say, and when.",
    "Drills": "The drills: what for, when they may be given, and how much.",
    "Drill lines": "How each drill is done, line by line, as the person reads it.",
    "Questions": "The questions of the form, and when each is asked.",
    "Answers": "What each answer means, and when it is worked out or not possible.",
    "Sources": "Where it all comes from, and how much of it was read.",
    "Translation": "What the person reads in another language.",
    OTHER_TEXTS: "Every other text that a person reads or hears.",
}
"""Sheet to what stands on it, in a sentence or two for its reader."""
