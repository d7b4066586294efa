"""Random answers that a form accepts."""

from hypothesis import strategies as st

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate
from hingeexpert.knowledge.models.observables import Observable


def values_of(knowledge: KnowledgeBase, name: str) -> st.SearchStrategy[Value]:
    """Any allowed value of an observable, thresholds and their neighbours often."""
    item: Observable = knowledge.observables[name]
    if item.range is None:
        return st.sampled_from(list(item.values))
    least, most = item.range.least, item.range.most
    inside = (
        st.integers(int(least), int(most))
        if item.type == "integer"
        else st.floats(least, most, allow_nan=False)
    )
    return st.sampled_from(knowledge.answers[name]) | inside


@st.composite
def answers(
    draw: st.DrawFn, knowledge: KnowledgeBase, calm: bool | None = None
) -> dict[str, Value]:
    """Draw answers; `calm` ones have no red flag, so that what lies behind triage is reached."""
    density = draw(st.sampled_from([0.1, 0.5, 0.9, 1.0]))
    calm = draw(st.booleans()) if calm is None else calm
    drawn: dict[str, Value] = {}
    for name in knowledge.observables:
        if calm and name.startswith("safety."):
            drawn[name] = "no"
        elif draw(st.floats(0, 1)) <= density:
            drawn[name] = draw(values_of(knowledge, name))
    for drill in ("wall", "stick"):
        if drawn.get(f"{drill}.done") == "no":
            del drawn[f"{drill}.done"]
    for contradiction in list(contradictions(knowledge, drawn)):
        del drawn[contradiction.name]
    return drawn


def blanks(knowledge: KnowledgeBase, drawn: dict[str, Value]) -> list[str]:
    """Return the observables without a default that the answers leave unknown: a blank that is not
    needed is no unknown.
    """
    facts, network = what_is_known(knowledge, drawn).facts, knowledge.network
    truths = evaluate(network, Worlds(facts))
    needless = {name for name, asked in network.ask_when.items() if truths[asked].false}
    return [
        name
        for name, item in knowledge.observables.items()
        if name not in facts and item.default is None and item.blank == "unknown"
        if name not in needless
    ]
