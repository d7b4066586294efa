"""The condition algebra means strong Kleene logic, in one world and in many."""

import itertools
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Between,
    Condition,
    Facts,
    Holds,
    Is,
    Not,
    OneOf,
    leaves,
)
from hingeexpert.knowledge.evaluation import (
    Truth,
    Worlds,
    evaluate,
    evaluate_answered,
    truths_of,
)
from hingeexpert.knowledge.network import CycleError, Network, NodeKind

Three = bool | None
"""True, false, or `None` for unknown."""
THREE: tuple[Three, ...] = (True, False, None)
ROWS = [row for width in range(4) for row in itertools.product(THREE, repeat=width)]
"""Every row of a table of up to three parts."""
NAMES = ("a", "b", "c")
YES = OneOf(frozenset({"yes"}))


def yes(observable: str) -> Is:
    return Is(observable, YES)


def truth(network: Network, facts: Facts, name: str = "it") -> Three:
    return evaluate(network, Worlds(facts))[network.names[name]].in_world(0)


def judged(condition: Condition, facts: Facts) -> Three:
    return truth(Network({"it": condition}, {}), facts)


def facts_for(row: Sequence[Three]) -> dict[str, str]:
    """Answer a, b, c so that `yes(name)` has these truths; unknown is a blank."""
    return {
        name: "yes" if value else "no"
        for name, value in zip(NAMES, row, strict=False)
        if value is not None
    }


def table_all(row: Sequence[Three]) -> Three:
    return False if False in row else None if None in row else True


def table_any(row: Sequence[Three]) -> Three:
    return True if True in row else None if None in row else False


def table_at_least(count: int, row: Sequence[Three]) -> Three:
    sure, possible = row.count(True), row.count(True) + row.count(None)
    return True if sure >= count else False if possible < count else None


def parts_for(row: Sequence[Three]) -> tuple[Condition, ...]:
    return tuple(yes(name) for name in NAMES[: len(row)])


@pytest.mark.parametrize("row", ROWS)
def test_all_follows_the_kleene_table(row: tuple[Three, ...]) -> None:
    assert judged(AllOf(parts_for(row)), facts_for(row)) is table_all(row)


@pytest.mark.parametrize("row", ROWS)
def test_any_follows_the_kleene_table(row: tuple[Three, ...]) -> None:
    assert judged(AnyOf(parts_for(row)), facts_for(row)) is table_any(row)


@pytest.mark.parametrize("count", range(5))
@pytest.mark.parametrize("row", ROWS)
def test_at_least_follows_the_kleene_table(row: tuple[Three, ...], count: int) -> None:
    assert judged(AtLeast(count, parts_for(row)), facts_for(row)) is table_at_least(count, row)


@pytest.mark.parametrize(("value", "negated"), [(True, False), (False, True), (None, None)])
def test_not_follows_the_kleene_table(value: Three, negated: Three) -> None:
    assert judged(Not(yes("a")), facts_for((value,))) is negated


def test_unknown_or_its_negation_stays_unknown() -> None:
    assert judged(AnyOf((yes("a"), Not(yes("a")))), {}) is None


def test_the_two_values_of_a_blank_stay_unknown_together() -> None:
    assert (
        judged(AnyOf((Is("a", OneOf(frozenset({"yes"}))), Is("a", OneOf(frozenset({"no"}))))), {})
        is None
    )


def test_a_part_named_twice_counts_twice_in_at_least() -> None:
    assert judged(AtLeast(2, (yes("a"), yes("a"))), {"a": "yes"}) is True


def test_deep_nesting_of_not_keeps_its_parity() -> None:
    condition: Condition = yes("a")
    for _ in range(25):
        condition = Not(condition)
    assert judged(condition, {"a": "yes"}) is False


@pytest.mark.parametrize(
    ("test", "passing"),
    [
        (Between(least=2, most=4), [2, 3, 4]),
        (Between(least=2, most=4, least_included=False), [3, 4]),
        (Between(least=2, most=4, most_included=False), [2, 3]),
        (Between(least=2, most=4, least_included=False, most_included=False), [3]),
        (Between(least=2), [2, 3, 4, 5]),
        (Between(most=4), [1, 2, 3, 4]),
        (Between(), [1, 2, 3, 4, 5]),
        (Between(least=3, most=3), [3]),
        (Between(least=4, most=2), []),
    ],
)
def test_between_passes_its_ends_only_where_they_are_included(
    test: Between, passing: list[int]
) -> None:
    assert [value for value in range(1, 6) if test.accepts(value)] == passing
    assert [value for value in range(1, 6) if judged(Is("a", test), {"a": value})] == passing


def test_between_passes_fractions_beside_an_excluded_end() -> None:
    assert Between(least=2, least_included=False).accepts(2.000001)


@pytest.mark.parametrize("value", ["3", "yes", float("nan")])
def test_between_passes_no_text_and_no_nan(value: str | float) -> None:
    assert not Between(least=0, most=9).accepts(value)


@pytest.mark.parametrize("value", [0, 1, 2.5, "Yes", ""])
def test_one_of_passes_its_words_only(value: str | float) -> None:
    assert not YES.accepts(value)


BLANKS: list[tuple[str | None, Three]] = [("yes", None), ("no", False), (None, None)]


@pytest.mark.parametrize(("first", "expected"), BLANKS)
def test_blank_is_false_only_where_its_ask_when_is_false(
    first: str | None, expected: Three
) -> None:
    network = Network({"ask:b": yes("a"), "it": yes("b")}, {"b": "ask:b"})
    assert truth(network, {} if first is None else {"a": first}) is expected


@pytest.mark.parametrize(("first", "expected"), BLANKS)
def test_negation_of_a_test_on_a_blank_that_is_not_needed_is_true(
    first: str | None, expected: Three
) -> None:
    network = Network({"ask:b": yes("a"), "it": Not(yes("b"))}, {"b": "ask:b"})
    assert truth(network, {} if first is None else {"a": first}) is (
        None if expected is None else not expected
    )


@pytest.mark.parametrize("first", ["yes", "no", None])
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_answer_counts_whatever_its_ask_when_says(first: str | None, answer: str) -> None:
    network = Network({"ask:b": yes("a"), "it": yes("b")}, {"b": "ask:b"})
    assert truth(network, {"b": answer} | ({} if first is None else {"a": first})) is (
        answer == "yes"
    )


def test_ask_when_that_hangs_on_a_blank_not_needed_makes_the_blank_not_needed() -> None:
    network = Network(
        {"ask:b": yes("a"), "ask:c": yes("b"), "it": yes("c")}, {"b": "ask:b", "c": "ask:c"}
    )
    assert truth(network, {"a": "no"}) is False
    assert truth(network, {"a": "yes"}) is None
    assert truth(network, {}) is None


@pytest.mark.parametrize(
    ("facts", "expected"), [({}, False), ({"a": "yes"}, True), ({"a": "no"}, False)]
)
def test_blank_that_just_refines_is_false(facts: Facts, expected: bool) -> None:
    assert truth(Network({"it": yes("a")}, {}, optional=frozenset({"a"})), facts) is expected


def test_blank_without_ask_when_is_unknown() -> None:
    assert judged(yes("a"), {}) is None


def test_named_condition_has_the_truth_of_what_it_names() -> None:
    network = Network({"finding:x": yes("a"), "it": Not(Holds("finding:x"))}, {})
    assert [truth(network, facts) for facts in ({"a": "yes"}, {"a": "no"}, {})] == [
        False,
        True,
        None,
    ]


def test_name_may_be_used_before_it_is_given() -> None:
    assert truth(Network({"it": Holds("later"), "later": yes("a")}, {}), {"a": "yes"}) is True


def test_name_that_is_not_given_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        Network({"it": Holds("nowhere")}, {})


@pytest.mark.parametrize(
    ("named", "asked", "circle"),
    [
        ({"a": Holds("a")}, {}, ("a", "a")),
        ({"a": Not(Holds("b")), "b": AllOf((yes("x"), Holds("a")))}, {}, ("a", "b", "a")),
        ({"z": Holds("a"), "a": Holds("b"), "b": Holds("a")}, {}, ("a", "b", "a")),
        ({"ask:x": yes("x")}, {"x": "ask:x"}, ("ask:x", "ask:x")),
        (
            {"ask:x": Holds("f"), "f": AtLeast(1, (yes("x"),))},
            {"x": "ask:x"},
            ("ask:x", "f", "ask:x"),
        ),
    ],
)
def test_circle_is_told_once_around(
    named: dict[str, Condition], asked: dict[str, str], circle: tuple[str, ...]
) -> None:
    with pytest.raises(CycleError, match=" -> ".join(circle)) as caught:
        Network(named, asked)
    assert caught.value.names == circle


def test_name_used_twice_is_no_circle() -> None:
    network = Network({"it": AllOf((Holds("a"), Not(Holds("a")))), "a": yes("x")}, {})
    assert truth(network, {"x": "yes"}) is False


def test_equal_conditions_share_one_node() -> None:
    both = AllOf((yes("a"), yes("b")))
    network = Network(
        {"one": both, "two": AnyOf((both, yes("c"))), "three": AllOf((yes("a"), yes("b")))}, {}
    )
    assert network.names["one"] == network.names["three"]
    assert [node.kind for node in network.nodes] == [
        NodeKind.IS,
        NodeKind.IS,
        NodeKind.ALL,
        NodeKind.IS,
        NodeKind.ANY,
    ]


def test_all_and_any_of_one_part_are_that_part() -> None:
    network = Network(
        {"all": AllOf((yes("a"),)), "any": AnyOf((yes("a"), yes("a"))), "bare": yes("a")}, {}
    )
    assert len(set(network.names.values())) == len(network.nodes) == 1


def test_children_stand_before_parents_and_know_them() -> None:
    network = Network(
        {"it": AnyOf((Not(yes("a")), AtLeast(2, (yes("a"), yes("b"), yes("c")))))}, {}
    )
    for position, node in enumerate(network.nodes):
        assert all(
            child < position and position in network.parents[child] for child in node.children
        )


def test_position_finds_a_part_and_adds_nothing_for_what_is_no_part() -> None:
    network = Network({"it": AllOf((yes("a"), yes("b")))}, {})
    nodes = list(network.nodes)
    assert network.nodes[network.position(yes("b"))].test == yes("b")
    for stranger in (yes("z"), AnyOf((yes("a"), yes("z")))):
        with pytest.raises(KeyError):
            network.position(stranger)
    assert network.nodes == nodes
    assert network.position(AllOf((yes("a"), yes("b")))) == network.names["it"]


def test_leaves_are_all_tests_and_names_in_order() -> None:
    condition = AllOf((yes("a"), Not(AnyOf((Holds("n"), AtLeast(1, (yes("b"),)))))))
    assert list(leaves(condition)) == [yes("a"), Holds("n"), yes("b")]


def test_change_to_none_makes_a_blank_in_its_world_only() -> None:
    network = Network({"it": yes("a")}, {})
    truths = evaluate(network, Worlds({"a": "yes"}, [{"a": None}, {"a": "no"}, {}]))
    assert [truths[network.names["it"]].in_world(world) for world in range(4)] == [
        True,
        None,
        False,
        True,
    ]


def test_change_of_a_blank_answers_it_in_its_world_only() -> None:
    network = Network({"it": yes("a")}, {})
    truths = evaluate(network, Worlds({}, [{"a": "yes"}]))
    assert [truths[network.names["it"]].in_world(world) for world in range(2)] == [None, True]


def test_inverted_truth_swaps_true_and_false() -> None:
    assert ~Truth(0b01, 0b10) == Truth(0b10, 0b01)


OBSERVABLES = ("p", "q", "r", "s", "n")
TESTS: dict[str, Callable[[], st.SearchStrategy[OneOf | Between]]] = {
    "n": lambda: st.builds(
        Between,
        st.none() | st.integers(0, 5),
        st.none() | st.integers(0, 5),
        st.booleans(),
        st.booleans(),
    ),
}
IS = st.sampled_from(OBSERVABLES).flatmap(
    lambda name: st.builds(
        Is,
        st.just(name),
        TESTS[name]() if name in TESTS else st.sampled_from([YES, OneOf(frozenset({"no", "old"}))]),
    )
)


def wholes(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    lists = st.lists(parts, max_size=4).map(tuple)
    return st.one_of(
        st.builds(AllOf, lists),
        st.builds(AnyOf, lists),
        st.builds(Not, parts),
        st.builds(AtLeast, st.integers(0, 5), lists),
    )


CONDITIONS = st.recursive(IS, wholes, max_leaves=12)
VALUES = {
    name: st.integers(0, 5) if name == "n" else st.sampled_from(["yes", "no", "old"])
    for name in OBSERVABLES
}
FACTS = st.fixed_dictionaries({}, optional=VALUES)
CHANGES = st.lists(
    st.fixed_dictionaries(
        {}, optional={name: st.none() | values for name, values in VALUES.items()}
    ),
    max_size=6,
)


def reference(
    condition: Condition, facts: Facts, asked: dict[str, Condition], optional: frozenset[str]
) -> Three:
    """Judge a condition by the tables, without a network: independent of `evaluate`."""
    match condition:
        case Is(observable, test):
            if observable in facts:
                return test.accepts(facts[observable])
            needed = observable not in optional
            if needed and observable in asked:
                needed = reference(asked[observable], facts, asked, optional) is not False
            return None if needed else False
        case Not(part):
            inner = reference(part, facts, asked, optional)
            return None if inner is None else not inner
        case AllOf(parts):
            return table_all([reference(part, facts, asked, optional) for part in parts])
        case AnyOf(parts):
            return table_any([reference(part, facts, asked, optional) for part in parts])
        case AtLeast(count, parts):
            return table_at_least(
                count, [reference(part, facts, asked, optional) for part in parts]
            )
    raise AssertionError(condition)


def with_questions(condition: Condition) -> tuple[Network, dict[str, Condition]]:
    """Return a network in which s hangs on r, q on p, and n just refines."""
    asked: dict[str, Condition] = {"s": AnyOf((yes("r"), yes("q"))), "q": Not(yes("p"))}
    named = {"it": condition, **{f"ask:{name}": when for name, when in asked.items()}}
    return Network(named, {name: f"ask:{name}" for name in asked}, frozenset({"n"})), asked


@given(CONDITIONS, FACTS)
def test_any_condition_follows_the_tables(
    condition: Condition, facts: dict[str, str | int]
) -> None:
    network, asked = with_questions(condition)
    assert truth(network, facts) is reference(condition, facts, asked, frozenset({"n"}))


@given(CONDITIONS, FACTS, CHANGES)
def test_many_worlds_in_one_pass_equal_each_world_alone(
    condition: Condition, facts: dict[str, str | int], changes: list[dict[str, str | int | None]]
) -> None:
    network, _ = with_questions(condition)
    together = evaluate(network, Worlds(facts, changes))
    for world, change in enumerate([{}, *changes]):
        alone = {name: value for name, value in {**facts, **change}.items() if value is not None}
        assert [node.in_world(world) for node in together] == [
            node.in_world(0) for node in evaluate(network, Worlds(alone))
        ]


@given(CONDITIONS, st.lists(FACTS, max_size=6))
def test_what_is_kept_of_those_before_changes_no_truth(
    condition: Condition, people: list[dict[str, str | int]]
) -> None:
    network, _ = with_questions(condition)
    for facts in [*people, *people]:
        assert list(truths_of(network, facts)) == evaluate(network, Worlds(facts))


@given(CONDITIONS, FACTS, CHANGES)
def test_no_condition_is_true_and_false_in_one_world(
    condition: Condition, facts: dict[str, str | int], changes: list[dict[str, str | int | None]]
) -> None:
    network, _ = with_questions(condition)
    worlds = Worlds(facts, changes)
    assert all(
        not node.true & node.false and node.true | node.false <= worlds.everywhere
        for node in evaluate(network, worlds)
    )


@given(CONDITIONS, FACTS, st.data())
def test_answering_a_blank_never_turns_a_decided_truth(
    condition: Condition, facts: dict[str, str | int], data: st.DataObject
) -> None:
    """Where nothing depends on what is not needed, more knowledge only decides more."""
    network = Network({"it": condition}, {})
    before = truth(network, facts)
    blanks = [name for name in OBSERVABLES if name not in facts]
    more = {name: data.draw(VALUES[name]) for name in blanks}
    if before is not None:
        assert truth(network, {**facts, **more}) is before


@given(CONDITIONS, FACTS, CHANGES)
def test_answers_to_what_is_unknown_need_no_look_at_the_rest(
    condition: Condition, facts: dict[str, str | int], changes: list[dict[str, str | int | None]]
) -> None:
    network, _ = with_questions(condition)
    base = evaluate(network, Worlds(facts))
    unknown = {
        node.test.observable
        for node, truth in zip(network.nodes, base, strict=True)
        if node.test is not None and truth.in_world(0) is None
    }
    answering = [
        {name: value for name, value in change.items() if name in unknown} for change in changes
    ]
    worlds = Worlds(facts, answering)
    assert evaluate_answered(network, worlds, base) == evaluate(network, worlds)
