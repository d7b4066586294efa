"""Numbers of made-up runs, for the tests of the summary."""

from hingeexpert.batch.summary import (
    STATUSES,
    FormGroup,
    PeopleFacts,
    PersonRow,
    RejectedFacts,
    RetestRow,
    RunFacts,
    Summary,
)
from hingeexpert.knowledge import KnowledgeBase

HOSTILE = (
    "<script>alert(1)</script> {{7*7}} \N{RIGHT-TO-LEFT OVERRIDE}drow\N{POP DIRECTIONAL ISOLATE} "
    "\" ' </bdi>"
)
MEANINGS = {
    "unknown_choice": "A value that is not one of those allowed.",
    "no_patient": "The row does not say whose it is.",
}


def full(knowledge: KnowledgeBase, patient: str = "P-014", file: str = "clinic.csv") -> Summary:
    """Return a run with everything in it: 1,000 forms, of them 40 rejected."""
    run = RunFacts(
        [file, "second.xlsx"], ["ab" * 32, "cd" * 32], 1000, 960, 40, "1.2.3", "ef" * 32, "0.9.0"
    )
    triage = {
        "incomplete": 321,
        "emergency": 2,
        "urgent": 7,
        "routine_referral": 30,
        "note": 400,
        "clear": 200,
    }
    readiness = {
        "incomplete": 500,
        **{level.id: 10 * number for number, level in enumerate(knowledge.ladders["readiness"], 1)},
    }
    spread = [
        dict(zip(STATUSES, (5 * number, 3 * number, number, 100, 860 - 9 * number), strict=True))
        for number in range(20)
    ]
    names = list(knowledge.faults)
    observables = list(knowledge.observables)
    return Summary(
        run=run,
        triage=triage,
        readiness=readiness,
        faults=dict(zip(knowledge.faults, spread, strict=True)),
        contributors=dict(zip(knowledge.contributors, spread, strict=False)),
        together={(names[10], names[11]): 44, (names[1], names[2]): 4},
        people=people_of(patient, file),
        open_counts={"urgent": 21, "emergency": 300},
        open_forms=500,
        left_open={name: 400 - 11 * number for number, name in enumerate(observables[:30])},
        only_left={observables[0]: 12},
        defects={"no_patient": 1, "unknown_choice": 1234},
        rejects_file="rejects.csv",
        without_column=[observables[3], observables[40]],
        rejected=rejected_of(patient, file),
    )


def rejected_of(patient: str, file: str) -> RejectedFacts:
    """Return what 40 rejected rows prove."""
    rule = "triage.emergency.cauda_equina_new"
    first = [
        PersonRow(patient, "2026-11-20", "emergency", "", file, 17, reason=rule, reasons=2),
        PersonRow("", None, "emergency", "", file, 18, reason=rule, reasons=1),
    ]
    refused = [("third.csv", f"no column is patient.id {HOSTILE}")]
    return RejectedFacts(first, {"emergency": 3}, 5, refused)


def people_of(patient: str, file: str) -> PeopleFacts:
    """Return facts about 700 people."""
    first = [
        PersonRow(
            "P-2",
            None,
            "emergency",
            "stop_refer",
            file,
            1204,
            reason="triage.emergency.tearing_or_chest_pain",
            reasons=3,
        ),
        PersonRow(
            patient,
            "2026-11-20",
            "urgent",
            "stop_refer",
            file,
            3,
            reason="triage.urgent.nerve_signs",
            reasons=1,
        ),
        PersonRow(
            "P-3",
            "2026-11-21",
            "urgent",
            "incomplete",
            "second.xlsx",
            5,
            not_ruled_out="emergency",
            reason="triage.urgent.hot_calf",
            reasons=2,
        ),
    ]
    held = PersonRow(patient, "2026-10-01", "note", "hold_reassess", file, 9)
    return PeopleFacts(
        people=700,
        first=first,
        first_by_level={"emergency": 1, "urgent": 9},
        first_by_reason={
            "triage.emergency.tearing_or_chest_pain": 1,
            "triage.urgent.nerve_signs": 6,
            "triage.urgent.hot_calf": 3,
        },
        no_longer_first=2,
        several=100,
        moves={"up": 50, "same": 30, "down": 12, "open": 8},
        moved_down=[
            RetestRow(patient, 3, "2026-01-02", "ready_grind", "2026-03-04", "regress_pattern")
        ],
        pairs=120,
        fault_changes={"gone": {"neck_flexion": 4}, "undecided": {"neck_flexion": 7}},
        waiting={"hold_reassess": 33},
        longest_waiting=[held],
        last_date="2026-11-30",
        months=[FormGroup("2026-10", 460, 4, 20, 300), FormGroup("2026-11", 500, 6, 0, 500)],
        clinicians=[FormGroup(patient, 900, 10, 20, 700), FormGroup("B. Okafor", 3, 0, 1, 3)],
        clinicians_left_out=4,
    )


def empty() -> Summary:
    """Return a run in which no row was accepted."""
    run = RunFacts(["clinic.csv"], ["ab" * 32], 0, 0, 0, "1.2.3", "ef" * 32, "0.9.0")
    return Summary(run, {}, {}, {}, {}, {}, PeopleFacts(), {}, 0, {}, {}, {}, "rejects.csv")
