"""Measure the engine: one warm diagnosis against stock experta, and building. Ratios come from one
run on one machine.

    python benchmarks/engine.py [--rounds 40]

Stock experta gets the same compiled rules and facts, with its own matcher, strategy and run loop.
"""

import argparse
import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

from hingeexpert.assurance import read_cases
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import diagnose
from hingeexpert.inference.engine import Engine, experta
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Facts
from hingeexpert.knowledge.evaluation import Worlds, evaluate


class StockEngine(experta.KnowledgeEngine):  # type: ignore[misc]
    """The same rules in experta as it comes: default matcher, default strategy, default run
    loop.
    """

    def __init__(self, engine: Engine) -> None:
        """Take over the compiled rules."""
        self._rules = [experta.Rule(*rule)(self._action(rule)) for rule in engine.compiled.rules]
        super().__init__()

    @staticmethod
    def _action(rule: Any) -> Callable[..., None]:
        def fire(self: Any, **bound: Any) -> None:
            self.fired.append((rule.order, [bound[name].meaning for name in rule.names]))
            self.declare(rule.conclude())

        return fire

    def get_rules(self) -> list[Any]:
        """Return the rules."""
        return self._rules

    def infer(self, engine: Engine, facts: Facts) -> set[str]:
        """Run one person and return what was concluded."""
        self.fired: list[Any] = []
        self.reset()
        for fact in engine.initial_facts(facts):
            self.declare(fact)
        self.run()
        return {
            str(fact.meaning)
            for fact in self.facts.values()
            if getattr(fact, "meaning", None) is not None
        }


def median_ms(action: Callable[[], object], rounds: int) -> float:
    """Return the median time of an action in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def timed_ms(action: Callable[[], Any]) -> tuple[Any, float]:
    """Return what an action makes, and its time in milliseconds."""
    start = time.perf_counter()
    made = action()
    return made, (time.perf_counter() - start) * 1000


def fullest_cases(knowledge: KnowledgeBase) -> list[Assessment]:
    """Return the worked cases with the most answers."""
    cases, _ = read_cases(knowledge, data_folder("rules") / "cases")
    fullest = sorted(cases, key=lambda case: -len(case.assessment.answers))
    return [case.assessment for case in fullest[:20]]


def warm_ms(
    knowledge: KnowledgeBase, engine: Engine, stock: StockEngine, rounds: int
) -> dict[str, float]:
    """Return the median time of one warm person, by each way to judge."""
    forms = fullest_cases(knowledge)
    facts = [what_is_known(knowledge, form.answers).facts for form in forms]
    for fact in facts[:2]:
        ours = {str(firing.concluded) for firing in engine.infer(fact).firings}
        assert ours <= stock.infer(engine, fact), "stock experta concludes something else"
    turns = itertools.cycle(range(len(forms)))
    network = knowledge.network
    return {
        "stock": median_ms(lambda: stock.infer(engine, facts[next(turns)]), max(4, rounds // 8)),
        "engine": median_ms(lambda: engine.infer(facts[next(turns)]), rounds),
        "whole": median_ms(lambda: diagnose(knowledge, forms[next(turns)]), rounds),
        "plain": median_ms(lambda: evaluate(network, Worlds(facts[next(turns)])), rounds),
    }


def main() -> None:
    """Print every figure with its ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rounds", type=int, default=40, help="warm diagnoses to take the median of"
    )
    rounds = parser.parse_args().rounds
    knowledge = load_knowledge(data_folder("rules"))
    network = knowledge.network
    engine, build = timed_ms(lambda: Engine(network))
    stock, stock_build = timed_ms(lambda: StockEngine(engine))
    warm = warm_ms(knowledge, engine, stock, rounds)
    most = len(fullest_cases(knowledge)[0].answers)
    rules = len(engine.compiled.rules)
    print(f"conditions {len(network.nodes)}, experta rules {rules}, answers {most}")
    print(f"build engine             {build:8.1f} ms   (stock {stock_build:.0f} ms)")
    print(f"stock experta            {warm['stock']:8.1f} ms")
    for name, label in (("engine", "this engine"), ("whole", "whole warm diagnosis")):
        ratio = warm["stock"] / warm[name]
        print(f"{label:<24} {warm[name]:8.1f} ms   1/{ratio:.1f} of stock")
    print(f"plain condition algebra  {warm['plain']:8.1f} ms")


if __name__ == "__main__":
    main()
