"""A person in one line: what is out of order, and how much is in order.

A form with few answers is often a riddle. What is not as it should be says who the person is. Owns
which answers those are; that a form has few of them is `solver.py`.
"""

from collections.abc import Collection, Iterator, Mapping

from hingeexpert.forms.assessment import as_text
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.wording import titled

BLANK = "blank"
"""What is said of a question without an answer that has to be named."""


def out_of_order(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the observables whose answer is not as it should be, in the order of the form.

    Args:
        knowledge: The knowledge base; an answer that it does not know counts as in order.
        answers: Observable to value.
    """
    return tuple(
        name
        for name in knowledge.observables
        if name in answers and is_out_of_order(knowledge, name, answers[name])
    )


def is_out_of_order(knowledge: KnowledgeBase, name: str, value: Value) -> bool:
    """Return whether an answer is not as it should be: neither harmless nor `well`, and no default;
    of a number, that some rule tells it from its good end. `in_order` in `words.yaml` says it of
    questions that have no good end.

    A question that calls no answer good has none that is out of order.
    """
    good = good_answers(knowledge, name)
    return bool(good) and knowledge.same_effect(name, value) not in good


def good_answers(knowledge: KnowledgeBase, name: str) -> tuple[Value, ...]:
    """Return those of `KnowledgeBase.answers` that are as they should be; none where nobody says
    so.
    """
    answers = knowledge.answers[name]
    for entry in knowledge.words.in_order:
        if entry.asks == name:
            return tuple(value for value in answers if entry.condition.test.accepts(value))
    item = knowledge.observables[name]
    good = {knowledge.same_effect(name, value) for value in _said_to_be_good(item)}
    if item.harmful in ("higher", "lower"):
        numbers = sorted(answers, key=float)
        good.add(numbers[0] if item.harmful == "higher" else numbers[-1])
    return tuple(value for value in answers if value in good)


def _said_to_be_good(item: Observable) -> Iterator[Value]:
    """Yield the answers that a question itself calls good."""
    yield from item.harmless
    for value in (item.well, item.default):
        if value is not None:
            yield value


def person_line(
    knowledge: KnowledgeBase, answers: Mapping[str, Value], also: Collection[str] = ()
) -> str:
    """Tell a person in one line: what is out of order by name, the rest as a number. Where there is
    nothing to name it is told how much is blank, for then it hangs on that.

    Args:
        knowledge: The knowledge base.
        answers: Observable to value.
        also: Observables that are named even where they are in order, or blank.
    """
    wrong = out_of_order(knowledge, answers)
    told = [name for name in knowledge.observables if name in wrong or name in also]
    parts = [f"{titled(knowledge, name)}: {_said(knowledge, answers, name)}" for name in told]
    rest = len(answers.keys() - set(told))
    counts = [f"and {rest} in order"] if rest else []
    if not parts:
        parts.append("nothing out of order")
        counts += [f"{_left_blank(knowledge, answers)} blank"]
    return "; ".join([*parts, *([", ".join(counts)] if counts else [])])


def _left_blank(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> int:
    """Return how many questions have neither an answer nor a default."""
    items = knowledge.observables.items()
    return sum(item.default is None and name not in answers for name, item in items)


def _said(knowledge: KnowledgeBase, answers: Mapping[str, Value], name: str) -> str:
    """Return an answer in a word or two, or that there is none."""
    if name not in answers:
        return BLANK
    value = as_text(answers[name])
    return knowledge.observables[name].say.get(value, value.replace("_", " "))
