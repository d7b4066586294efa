"""The quick card as somebody fills it: answered as it should be, and with one finding."""

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

WELL: dict[str, Value] = {
    "symptom.low_back_pain": "no",
    "symptom.leg_symptoms": "none",
    "symptom.groin_pinch": "none",
    "wall.hips": "back",
    "wall.knees": "soft",
    "wall.feet": "flat",
    "wall.balance": "steady",
    "wall.cueing": "none",
    "wall.clean_reps": 10,
    "stick.head": "kept",
    "stick.midback": "kept",
    "stick.sacrum": "kept",
    "stick.knees": "soft",
    "stick.cueing": "none",
    "stick.clean_reps": 10,
    "pain.during_drill": 0,
}
"""What is asked beside the clusters, as it should be."""

FINDINGS: dict[str, tuple[dict[str, Value], str]] = {
    "sacrum": ({"stick.sacrum": "lost"}, "lumbar_flexion"),
    "midback": ({"stick.midback": "lost"}, "neck_extension"),
    "knees": ({"wall.knees": "forward", "stick.knees": "forward"}, "squat_pattern"),
    "feet": ({"wall.feet": "toes_lift"}, "rock_back"),
}
"""Each of the four findings of the article: what is seen, and the fault that comes first."""


def card(knowledge: KnowledgeBase, **sections: dict[str, Value]) -> dict[str, Value]:
    """Return the card answered as it should be, with other answers in their place."""
    flags = {name: "no" for cluster in knowledge.quick_clusters for name in cluster.asks}
    filled: dict[str, Value] = {**flags, **WELL}
    for answers in sections.values():
        filled |= answers
    return filled
