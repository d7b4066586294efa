"""The fields of the label in words, each with where it comes from: counted, written by hand,
proven, or not known.

Owns the words that every form of the label shares; clinical words come from the rules.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hingeexpert import __version__
from hingeexpert.assurance.label.prepared import RulesLabel
from hingeexpert.inference.sentences import counted
from hingeexpert.knowledge.models.label import AttributeEffects

FIRST_LINE = "Self-declared. Nobody has certified, cleared or approved this product."
NOT_KNOWN = "not known"
NONE = "None of those in the hazard log"
CHANGED = "These rules are not those that were proven: what was proven before is dropped."
ALTERED = "What was proven was changed by hand where it is kept: it is dropped."
NOT_PROVEN = "Not proven for these rules."
FLIPPED = (
    "One answer is changed to another one, all other answers stay, over all forms: proven of the "
    "rules as entered."
)
NOT_FAIR = "Not asked is not fair: other answers can stand for them."
OF_WHOM = {
    "person": "asked of the person",
    "observer": "watched",
    "examiner": "tested or known by the examiner",
}
OF_STATUS = {
    "seed": "from the source article",
    "evidence": "from evidence",
    "proposal": "proposals",
}
HOW_READ = {
    "full": "read in full",
    "abstract": "as abstract",
    "extract": "as extract",
    "secondary": "second hand",
    "none": "not read",
}
CHANGES = {
    "verdicts": "a verdict",
    "faults": "a fault",
    "hypotheses": "a hypothesis",
    "given": "what is given or told",
    "reasons": "a reason",
    "remarks": "a remark",
    "checks": "a check",
    "": "nothing",
}
"""Kind of effect, the gravest first, to what is changed."""

OF_HAZARD = {
    "proven": "proven not to happen, of the rules as entered",
    "open": "open",
    "test": "met by a named test",
    "words": "met by words alone",
}
"""What became of a hazard, in words."""

Origin = Literal["counted", "written", "proven", "not known"]


@dataclass(frozen=True)
class LabelField:
    """One field.

    Attributes:
        id: Its name for programs.
        title: Its name for people.
        lines: What it says; nothing where that is not known.
        origin: Where it comes from.
        brief: What it says where that has no room.
    """

    id: str
    title: str
    lines: tuple[str, ...]
    origin: Origin
    brief: str | None = None

    @property
    def text(self) -> str:
        """What it says, in one text."""
        return " ".join(self.lines) or NOT_KNOWN


@dataclass(frozen=True)
class LabelPart:
    """Fields that belong together."""

    title: str
    fields: tuple[LabelField, ...]

    @property
    def known(self) -> tuple[LabelField, ...]:
        """Those that say something."""
        return tuple(field for field in self.fields if field.lines)


def label_parts(label: RulesLabel) -> tuple[LabelPart, ...]:
    """Return the label in words."""
    parts: dict[str, Callable[[RulesLabel], Iterator[LabelField]]] = {
        "What it is for": _use,
        "What it is": _product,
        "What it is made of": _made_of,
        "Personal attributes": _attributes,
        "What was proven and tried": _proven,
        "Known failures and biases": _failures,
        "Who stands behind it": _people,
    }
    return tuple(LabelPart(title, tuple(fields(label))) for title, fields in parts.items())


def _use(label: RulesLabel) -> Iterator[LabelField]:
    yield LabelField("intended_use", "Intended use", (label.knowledge.info.purpose,), "written")
    yield _by_hand(label, "users", "For")
    yield _by_hand(label, "not_for", "Not for")
    yield _by_hand(label, "population", "On whom")
    yield _by_hand(label, "how_to_use", "How to use it")
    yield _by_hand(label, "risk_level", "Level of risk")
    yield LabelField("limits", "Limits", label.knowledge.info.limits, "written")


def _by_hand(label: RulesLabel, name: str, title: str) -> LabelField:
    """Return a field of `label.yaml`."""
    said = getattr(label.written, name)
    return LabelField(name, title, (said,), "written") if said else _unknown(name, title)


def _unknown(name: str, title: str) -> LabelField:
    return LabelField(name, title, (), "not known")


def _product(label: RulesLabel) -> Iterator[LabelField]:
    info = label.knowledge.info
    version = f"{info.id} {info.version}, form {info.form}. Program: hingeexpert {__version__}."
    yield LabelField("version", "Version", (version,), "counted")
    yield LabelField("reviewed", "Day of review", (info.reviewed,), "written")
    yield LabelField("sha256", "SHA-256 of rules", (label.knowledge.sha256,), "counted")


def _made_of(label: RulesLabel) -> Iterator[LabelField]:
    counts = label.counts
    inputs = (
        _sum("question", counts.questions, OF_WHOM),
        "No picture, no signal, and no text in one's own words is judged.",
    )
    logic = (
        f"Rules written by hand, with {counted(counts.reasons, 'reason')}. "
        "Nothing is learned, nothing is random.",
        f"Of {counts.of_ladders} reasons of triage and readiness {counts.unsupported} rest on a "
        "proposal or general knowledge alone.",
    )
    yield LabelField("inputs", "Inputs", inputs, "counted")
    yield LabelField("logic", "Logic", logic, "counted")
    yield LabelField("numbers", "Numbers", (_sum("number", counts.numbers, OF_STATUS),), "counted")
    yield LabelField("sources", "Sources", (_sum("source", counts.sources, HOW_READ),), "counted")


def _sum(noun: str, counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    """Return in words how many there are, and of which kinds."""
    kinds = (f"{number} {words[kind]}" for kind, number in counts.items() if number)
    return f"{counted(sum(counts.values()), noun)}: {', '.join(kinds)}."


def _attributes(label: RulesLabel) -> Iterator[LabelField]:
    effects = label.proven.attributes
    if effects is None:
        yield LabelField("attributes", "Can change", _not_proven(label), "proven")
    else:
        changes = _by_gravest(label, effects)
        lines = (f"{what.capitalize()}: {'; '.join(names)}." for what, names in changes.items())
        yield LabelField("attributes", "Can change", (FLIPPED, *lines), "proven")
    not_asked = ", ".join(label.written.not_asked)
    said = (f"{not_asked.capitalize()}. {NOT_FAIR}",) if not_asked else ()
    yield LabelField("not_asked", "Not asked", said, "written" if said else "not known")


def _by_gravest(label: RulesLabel, effects: Mapping[str, AttributeEffects]) -> dict[str, list[str]]:
    """Return the attributes by the gravest that they can change."""
    questions = label.knowledge.observables
    changes: dict[str, list[str]] = {what: [] for what in CHANGES.values()}
    for name, effect in effects.items():
        gravest = next(iter(effect.named), "")
        changes[CHANGES[gravest]].append(questions[name].short or name)
    return {what: names for what, names in changes.items() if names}


def _not_proven(label: RulesLabel) -> tuple[str, ...]:
    if label.proven.altered:
        return ALTERED, NOT_PROVEN
    return (CHANGED, NOT_PROVEN) if label.proven.changed else (NOT_PROVEN,)


def _proven(label: RulesLabel) -> Iterator[LabelField]:
    proven = label.proven
    yield LabelField("properties", "Sentences", _properties(label), "proven")
    cases = _not_proven(label)
    if proven.cases is not None:
        cases = (
            f"{proven.cases.passed} of {counted(proven.cases.run, 'worked case')} come out as "
            "they should.",
        )
    yield LabelField("cases", "Worked cases", cases, "proven")
    yield LabelField("hazards", "Hazards", _hazards(label), "proven")
    yield _by_hand(label, "tried_on_patients", "Tried on patients")
    yield _by_hand(label, "reliability", "Reliability")


def _properties(label: RulesLabel) -> tuple[str, ...]:
    outcomes = label.proven.properties
    if outcomes is None:
        return _not_proven(label)
    open_ = [name for name, outcome in outcomes.items() if outcome != "proven"]
    said = (
        f"{len(outcomes) - len(open_)} of {counted(len(outcomes), 'sentence')} hold on every form: "
        "proven of the rules as entered; not that the answers are true, not that the rules are "
        "right."
    )
    return (said, f"Not proven: {', '.join(open_)}.") if open_ else (said,)


def _hazards(label: RulesLabel) -> tuple[str, ...]:
    """Say what became of the hazard log."""
    if not label.hazards:
        return ()
    proven = label.proven.hazards
    if proven is None:
        return _not_proven(label)
    counts = Counter(proven.outcomes.values())
    kinds = (f"{number} {OF_HAZARD.get(kind, kind)}" for kind, number in counts.items())
    singles, missing = len(proven.single_points), len(proven.unnamed) or "none"
    return (
        f"{counted(len(proven.outcomes), 'hazard')}: {', '.join(kinds)}.",
        f"Some rest on one rule alone: {counted(singles, 'such rule')}, {missing} without being "
        "named as its control.",
    )


def _failures(label: RulesLabel) -> Iterator[LabelField]:
    yield _with_outcome(label, "open_hazards", "Can happen", "open")
    yield _with_outcome(label, "words_alone", "By words alone", "words")
    biases = tuple(bias.say for bias in label.written.biases)
    yield LabelField("biases", "Biases", biases, "written" if biases else "not known")


def _with_outcome(label: RulesLabel, name: str, title: str, outcome: str) -> LabelField:
    """Return how the hazards with an outcome come about, and what they do."""
    proven = label.proven.hazards
    if proven is None:
        return _unknown(name, title)
    hazards = [label.hazards[key] for key, other in proven.outcomes.items() if other == outcome]
    if not hazards:
        return LabelField(name, title, (f"{NONE}.",), "proven")
    lines = tuple(f"{hazard.cause} Harm: {hazard.harm}" for hazard in hazards)
    names = ", ".join(hazard.id.replace("_", " ") for hazard in hazards)
    brief = f"{names.capitalize()}. Each is told by: hingeexpert rules hazards."
    return LabelField(name, title, lines, "proven", brief)


def _people(label: RulesLabel) -> Iterator[LabelField]:
    yield _by_hand(label, "reviewed_by", "Who reviewed it")
    yield _by_hand(label, "consulted", "Who was asked")
    yield _by_hand(label, "consent", "What patients are told and agree to")
    yield _by_hand(label, "funding", "Funding")
    yield _by_hand(label, "contact", "Contact")
