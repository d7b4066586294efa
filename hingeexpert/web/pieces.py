"""The page of a visit in pieces, each with an id of its own, so that after an answer only what has
changed is sent.

Owns which pieces there are; their words and looks are `reports/web/`. The same visit gives the same
pieces.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from hingeexpert.formats.extras import has
from hingeexpert.formats.templates import render
from hingeexpert.handout import Wishes
from hingeexpert.handout.situation import Situation
from hingeexpert.intake import Intake
from hingeexpert.intake.checking import before_finish
from hingeexpert.intake.comparing import VisitComparison, compared, ruled_out
from hingeexpert.intake.events import drilled
from hingeexpert.intake.visits import Look
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.web.days import written_day
from hingeexpert.web.layout import StepLayout
from hingeexpert.web.page_state import PageState, page_state
from hingeexpert.web.part_pieces import PartPieces
from hingeexpert.web.questions import NotKept, piece_id
from hingeexpert.web.sent import in_place

WHO = ("who-shown", "who-more", "who-when")
"""The pieces that say who a visit is of, and when and by whom it was made."""
SIGHT = ("say", "triage", "ladder", "seen")
"""The pieces of the result that are always in sight, in their order."""
RESULT = ("checks", "triage", "readiness", "before", "faults", "remarks")
"""The pieces of the whole result, in their order."""


class Pieces:
    """Makes the pieces of visits."""

    def __init__(
        self, intake: Intake, templates: Path | None, parts: PartPieces | None = None
    ) -> None:
        """Make them.

        Args:
            intake: The visits.
            templates: Folder whose templates replace shipped ones.
            parts: Makes the pieces of the steps, with what it has at hand of other records.
        """
        self.intake, self.knowledge, self.templates = intake, intake.knowledge, templates
        self.parts = parts or part_pieces(self.knowledge, templates)

    def of(
        self, look: Look, everything: bool, refused: Mapping[str, NotKept] | None = None
    ) -> dict[str, str]:
        """Return every piece of the page of a visit, by its id and in its order.

        Args:
            look: The visit as it stands.
            everything: Show every question of the form.
            refused: What was pressed or typed and not kept, by its question.
        """
        shown = page_state(self.intake, look, everything, refused or {})
        return {**self._top(shown), **dict(self.parts.of(shown)), **self._result(shown)}

    def _render(self, name: str, /, **context: Any) -> str:
        day = partial(written_day, self.knowledge)
        return _rendered(self.templates, name, day=day, **context)

    def _top(self, shown: PageState) -> dict[str, str]:
        """Return who it is, the bar, and the map of the steps."""
        layouts = self.parts.layout(shown.short)
        steps = [layout.step for layout in layouts]
        asked = {step.step.id: step for step in shown.steps}
        locked = {layout.step.id for layout in layouts if _always_asked(layout)}
        return {
            **{name: self._render(name.replace("-", "_"), look=shown.look) for name in WHO},
            "bar": self._render("bar", look=shown.look, report=shown.report),
            "map": self._render("map", steps=steps, asked=asked, locked=locked, shown=shown),
        }

    def _result(self, shown: PageState) -> dict[str, str]:
        """Return the pieces of the result, and what to look at before the visit is finished."""
        context = {
            "look": shown.look,
            "report": shown.report,
            "asked": shown.asked,
            "places": {name: piece_id(name) for name in self.knowledge.observables},
            "observables": self.knowledge.observables,
            "comparison": self._comparison(shown),
            "undecided": [(item.result.id, item.entry.title) for item in shown.report.undecided],
            **self._not_listed(shown.look),
            "rungs": self.knowledge.intake.rungs,
            "drilled": drilled(self.knowledge, shown.look.state.answers),
            "home": self._home(shown.look),
            "pdf": has("PDF"),
        }
        sight = {f"sight-{name}": self._render(f"sight/{name}", **context) for name in SIGHT}
        result = {f"result-{name}": self._render(f"result/{name}", **context) for name in RESULT}
        check = before_finish(self.intake, shown.look, list(shown.parts.values()))
        checked = {
            "check": self._render("check", check=check, **context),
            "finish-word": self._render("finish_word", check=check, **context),
        }
        return {**sight, **result, **checked}

    def _home(self, look: Look) -> tuple[Drill, ...]:
        """Return the drills of the sheet to take home."""
        return Situation(self.knowledge, look.assessment, look.diagnosis, Wishes()).drills

    def _comparison(self, shown: PageState) -> VisitComparison | None:
        """Set the visit beside the one before, where there was one and no referral comes first."""
        if shown.before is None or shown.report.refer_first:
            return None
        answers = shown.look.state.answers
        return compared(self.knowledge, shown.before, answers, shown.look.diagnosis)

    def _not_listed(self, look: Look) -> dict[str, list[tuple[str, str]]]:
        """Return id and title of the faults that answers rule out, and of those that only what is
        assumed of a blank does: nobody looked at them.
        """
        listed = {fault.id for fault in look.diagnosis.faults}
        out = ruled_out(self.knowledge, look.state.answers)
        found: dict[str, list[tuple[str, str]]] = {"ruled_out": [], "not_looked_at": []}
        for name, fault in self.knowledge.faults.items():
            if name not in listed:
                found["ruled_out" if name in out else "not_looked_at"].append((name, fault.title))
        return found

    def who(self, look: Look) -> str:
        """Return the fields of who a visit is of."""
        # Made by our templates, which escape what stands in them.
        fields = {key: Markup(self._who_field(look, key)) for key in head_of(look)}  # noqa: S704
        return self._render("who_fields", look=look, fields=fields)

    def who_again(self, look: Look, key: str, refused: NotKept | None = None) -> str:
        """Return a field of who a visit is of, to take the place of the one on the page.

        Args:
            look: The visit.
            key: Which one.
            refused: What was typed in it and not kept.
        """
        return in_place(f"who-{key}-field", self._who_field(look, key, refused))

    def _who_field(self, look: Look, key: str, refused: NotKept | None = None) -> str:
        value = head_of(look).get(key, "")
        return self._render("who_field", key=key, value=value, refused=refused)

    def told(self, kind: str, **context: Any) -> str:
        """Return the strip that tells what became of a press, or takes that away again.

        Args:
            kind: `kept`, `undone`, `elsewhere` (somebody else was first), `before` (so at the visit
                before) or `refused`.
            context: What the strip names.
        """
        return in_place("told", self._render("told", kind=kind, **context))


def head_of(look: Look) -> Mapping[str, str]:
    """Return who a visit is of, its day and who made it, each by the name of its field."""
    person, visit = look.person, look.visit
    return {
        "name": person.name,
        "patient_id": person.patient_id,
        "date": visit.date,
        "clinician": visit.clinician,
    }


def part_pieces(knowledge: KnowledgeBase, templates: Path | None) -> PartPieces:
    """Return what makes the pieces of the steps; of any record, for they hang on answers alone."""
    return PartPieces(knowledge, partial(_rendered, templates))


def _rendered(templates: Path | None, name: str, /, **context: Any) -> str:
    return render(f"web/pieces/{name}.html", context, templates).strip()


def _always_asked(layout: StepLayout) -> bool:
    """Whether a step has a part that every visit asks, unless a referral comes before it."""
    return any(part.whole and part.group.when_needed is None for part in layout.parts)
