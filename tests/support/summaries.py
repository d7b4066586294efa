"""Numbers of made-up runs, for the tests of the summary."""

from hingeexpert.batch.summary import STATUSES, PersonRow, RunFacts, Summary
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
    people = [
        PersonRow(patient, "2026-11-20", "urgent", "stop_refer", file, 3),
        PersonRow("P-2", None, "emergency", "stop_refer", file, 1204),
        PersonRow(
            "P-3", "2026-11-21", "urgent", "incomplete", "second.xlsx", 5, not_ruled_out="emergency"
        ),
    ]
    return Summary(
        run=run,
        triage=triage,
        readiness=readiness,
        faults=dict(zip(knowledge.faults, spread, strict=True)),
        contributors=dict(zip(knowledge.contributors, spread, strict=False)),
        first=people,
        first_left_out=7,
        open_counts={"urgent": 21, "emergency": 300},
        missing={
            name: max(0, 960 - 11 * number)
            for number, name in enumerate(["clinician", *knowledge.observables])
        },
        defects={"no_patient": 1, "unknown_choice": 1234},
        rejects_file="rejects.csv",
    )


def empty() -> Summary:
    """Return a run in which no row was accepted."""
    run = RunFacts(["clinic.csv"], ["ab" * 32], 0, 0, 0, "1.2.3", "ef" * 32, "0.9.0")
    return Summary(run, {}, {}, {}, {}, [], 0, {}, {}, {}, "rejects.csv")
