"""When a question is asked, in words: for some people alone, though a form may show it to all."""

from hingeexpert.interop.questionnaire import Words, words_of
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import AllOf, Condition, Not
from hingeexpert.knowledge.wording import in_words


def asked_when(knowledge: KnowledgeBase, identifier: str) -> str:
    """Return when an item is asked, in the language of the rules; nothing for one that always is.

    Args:
        knowledge: The knowledge base, as loaded.
        identifier: Of a question, or of anything else on the form.
    """
    if identifier not in knowledge.observables:
        return ""
    group, conditions = knowledge.part_of[identifier], list[Condition]()
    if group.not_done_when is not None and identifier not in group.markers:
        conditions.append(Not(group.not_done_when))
    if (asked := knowledge.observables[identifier].ask_when) is not None:
        conditions.append(asked)
    if not conditions:
        return ""
    all_of = AllOf(tuple(conditions)) if len(conditions) > 1 else conditions[0]
    return in_words(knowledge, all_of, titles=True)


def only_where(knowledge: KnowledgeBase, identifier: str) -> Words:
    """Return that a question is for some people alone; in the language of the rules also for which,
    since conditions have words in that one alone.

    Args:
        knowledge: The knowledge base, as loaded.
        identifier: Of a question that is not always asked.
    """
    words, own = words_of(knowledge, lambda base: base.exchange.only_where), knowledge.info.language
    return {**words, own: f"{words[own].rstrip('.')} ({asked_when(knowledge, identifier)})."}
