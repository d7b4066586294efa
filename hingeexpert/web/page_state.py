"""What the pieces of one page are made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from hingeexpert.intake import Intake
from hingeexpert.intake.comparing import Before
from hingeexpert.intake.course import AskedPart, AskedQuestion, AskedStep, steps_of
from hingeexpert.intake.visits import Look
from hingeexpert.reporting.view import Report, view
from hingeexpert.web.questions import NotKept, QuestionState, question_state


@dataclass(frozen=True)
class PageState:
    """One visit as a page shows it.

    Attributes:
        parts: The parts that are asked, by the id of their group.
        steps: The steps that have something to ask.
        before: The visit before, if there was one.
        refused: What was pressed or typed and not kept, by its question.
    """

    look: Look
    report: Report
    parts: Mapping[str, AskedPart]
    steps: tuple[AskedStep, ...]
    before: Before | None
    refused: Mapping[str, NotKept]

    @property
    def short(self) -> bool:
        """Whether it is a short visit."""
        return self.look.state.short

    @property
    def closed(self) -> bool:
        """Whether the visit is finished."""
        return self.look.state.finished is not None

    @cached_property
    def questions(self) -> Mapping[str, QuestionState]:
        """Every question that is asked now, by its name."""
        last = {} if self.before is None else self.before.answers
        return {
            name: question_state(question, last, self.closed, self.refused.get(name))
            for name, question in self.asked.items()
        }

    @cached_property
    def asked(self) -> Mapping[str, AskedQuestion]:
        """The same as the visit has them; none of a part that waits."""
        asked: dict[str, AskedQuestion] = {}
        for part in self.parts.values():
            if not part.waits:
                asked |= {question.name: question for question in part.questions}
        return asked


def page_state(
    intake: Intake, look: Look, everything: bool, refused: Mapping[str, NotKept]
) -> PageState:
    """Return what the pieces of a page are made from; see `PageState`."""
    parts = intake.parts(look, everything)
    return PageState(
        look=look,
        report=view(intake.knowledge, look.diagnosis),
        parts={part.group.group: part for part in parts},
        steps=steps_of(intake.knowledge, parts, look.state.short),
        before=intake.before(look),
        refused=refused,
    )
