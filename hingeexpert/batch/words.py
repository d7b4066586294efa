"""The results in words: titles of verdicts, the cue to say, the drill, the reasons.

Must agree with `conclude.py` and `homework.py`, which say the same of one person. Titles are found
by their ids, reasons by the truths of their rules; the cue and the drill are worked out once for
each combination of what they depend on.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from hingeexpert.inference.columns import Columns
from hingeexpert.inference.diagnosis import INCOMPLETE, UNDETERMINED, LadderResult
from hingeexpert.inference.grading import LAST
from hingeexpert.inference.homework import Suited
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.models.ladders import LevelRule
from hingeexpert.knowledge.translation import in_language

PREFIX = "words."
COLUMNS = {
    "words.triage": "The verdict of triage",
    "words.readiness": "The verdict of readiness",
    "words.focus": "What is coached first",
    "words.cue": "What to say, once readiness is decided",
    "words.drill": "The drill that it is said with",
    "words.reasons": "Why: the rules of the proven levels that hold",
}
"""The columns of words, and what each is."""
LADDER_PARTS = ("verdict", "at_least", "not_ruled_out")
BOTH_BOUNDS = "Open. At least {least}; not ruled out: {worst}"
NOT_BEYOND = "Open. At worst: {worst}. In any case not beyond: {least}"
ABOVE = "Open. Not ruled out: {worst}"


class Words:
    """Says results in words."""

    def __init__(self, columns: Columns, language: str) -> None:
        """Prepare the texts.

        Args:
            columns: The expressions of a knowledge base.
            language: Code of the language of what a person hears. What only a clinician reads, the
                titles and reasons that no person is told, stays in that of the rules.
        """
        self._columns = columns
        self._knowledge = in_language(columns.knowledge, language)
        self._foreign = language != columns.knowledge.info.language
        self._depends = list(_conditions_of_drills(self._knowledge))

    def of(self, rows: pl.DataFrame, results: pl.DataFrame) -> list[pl.Series]:
        """Return the columns of words.

        Args:
            rows: Answers as `Columns.conclude` takes them.
            results: What followed from them.
        """
        truths = self._truths(rows)
        faults = {name: fault.title for name, fault in self._knowledge.faults.items()}
        cues = self._cues(truths, results)
        return [
            self._verdict("triage", results).alias("words.triage"),
            self._verdict("readiness", results).alias("words.readiness"),
            _replaced(results["focus"], faults).alias("words.focus"),
            cues["cue"].alias("words.cue"),
            cues["drill"].alias("words.drill"),
            self._reasons(truths, results).alias("words.reasons"),
        ]

    def _truths(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the truths of all rules of levels, and of what drills and cues depend on."""
        rules = [name for name, _ in self._rules()]
        names = list(dict.fromkeys([*rules, *self._depends]))
        return self._columns.truths(rows.lazy()).select(names).collect()

    def _verdict(self, ladder: str, results: pl.DataFrame) -> pl.Series:
        """Return the title of each verdict; where it is open, what is not ruled out, and what is
        proven as far as that may be named.
        """
        titles = {level.id: level.title for level in self._knowledge.ladders[ladder]}
        patterns = {level: self._while_open(ladder, level) for level in titles}
        least, worst = (results[f"{ladder}.{part}"] for part in LADDER_PARTS[1:])
        table = pl.DataFrame(
            {
                "open": results[f"{ladder}.verdict"].cast(pl.String) == INCOMPLETE,
                "said": _replaced(least, patterns),
                "least": _replaced(least, titles),
                "worst": _replaced(worst, titles),
            }
        )
        bounds = pl.col("said")
        for part in ("least", "worst"):
            bounds = bounds.str.replace("{" + part + "}", pl.col(part), literal=True)
        return table.select(pl.when("open").then(bounds).otherwise("least")).to_series()

    def _while_open(self, ladder: str, level: str) -> str:
        """Return how an open ladder is told, by what is proven: as a report tells it."""
        item = self._knowledge.level(ladder, level)
        if level not in self._named_while_open(ladder):
            return ABOVE
        opens = ladder == "readiness" and not item.withholds_cues
        return NOT_BEYOND if opens else BOTH_BOUNDS

    def _named_while_open(self, ladder: str) -> list[str]:
        """Return the levels that are named while a ladder is open: not the last, and none that
        opens a step, for it could be read as a permission.
        """
        levels = self._knowledge.ladders[ladder]
        return [level.id for level in levels if not (level.always or level.rules_limit)]

    def _rules(self) -> Iterator[tuple[str, LevelRule]]:
        """Yield the rules of all levels by name, those of the most severe first."""
        for ladder, levels in self._knowledge.ladders.items():
            for level in levels:
                for rule in level.rules:
                    yield naming.level_rule(ladder, level.id, rule.id), rule

    def _reasons(self, truths: pl.DataFrame, results: pl.DataFrame) -> pl.Series:
        """Return the reasons of the levels that are proven; of one that opens a step once it is
        decided.
        """
        found = [self._reason(name, rule) for name, rule in self._rules()]
        ladders = self._knowledge.ladders
        bounds = results.select(f"{ladder}.{part}" for ladder in ladders for part in LADDER_PARTS)
        joined = pl.concat_str(found, separator=" ", ignore_nulls=True)
        reasons = pl.concat([truths, bounds], how="horizontal").select(joined).to_series()
        return reasons.set(reasons == "", None)

    def _reason(self, name: str, rule: LevelRule) -> pl.Expr:
        """Return the reason of a rule where that is true and its level is proven, and may be named;
        else null.
        """
        ladder, level, _ = naming.parts_of_level_rule(name)
        part = "at_least" if level in self._named_while_open(ladder) else "verdict"
        is_said = pl.col(f"{ladder}.{part}").cast(pl.String) == level
        return pl.when(pl.col(name) & is_said).then(pl.lit(self._said(rule)))

    def _said(self, rule: LevelRule) -> str:
        """Return a reason in the words of its rule; in another language in those that the person is
        told, where there are some.
        """
        if self._foreign and rule.patient:
            return rule.patient
        return f"{rule.because} {rule.act}" if rule.act else rule.because

    def _cues(self, truths: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
        """Return for each row the cue and the drill; null where nothing is coached."""
        cues = self._worked_out(self._keys(truths, results))
        every = pl.DataFrame({"?": pl.int_range(results.height, eager=True)})
        return every.join(cues, on="?", how="left", maintain_order="left")

    def _worked_out(self, keys: pl.DataFrame) -> pl.DataFrame:
        """Return the cue and the drill with the place of each row, worked out once for each
        combination.
        """
        names = [name for name in keys.columns if name != "?"]
        same = keys.group_by(names, maintain_order=True).agg("?")
        said = [self._cue(row) for row in same.select(names).iter_rows(named=True)]
        schema = {"cue": pl.String, "drill": pl.String}
        return pl.DataFrame(said, schema=schema, orient="row").with_columns(same["?"]).explode("?")

    def _keys(self, truths: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
        """Return what the cue and the drill depend on, with the place of each row that has them:
        while readiness is open, they would be taken home before that is settled.
        """
        statuses = [name for name in results.columns if name.startswith(("fault.", "contributor."))]
        ladder = [f"readiness.{part}" for part in LADDER_PARTS]
        keys = results.select("focus", *ladder, *map(_what_counts, statuses))
        keys = pl.concat([keys, truths.select(self._depends)], how="horizontal")
        keys = keys.with_columns(pl.int_range(pl.len()).alias("?"))
        is_decided = pl.col("readiness.verdict").cast(pl.String) != INCOMPLETE
        return keys.filter(is_decided & pl.col("focus").is_not_null())

    def _cue(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """Return the cue and the drill of one combination."""
        suited = self._suited(row)
        drill = suited.practised[0]
        cue, brief = suited.cue(drill), self._knowledge.drills[drill].brief
        assert cue is not None
        assert brief is not None
        return cue.say, brief.name

    def _suited(self, row: Mapping[str, Any]) -> Suited:
        """Return what suits the people of one combination."""
        present, sure = set[str](), list[str]()
        for kind, names in self._knowledge.conclusions_by_kind:
            present.update(name for name in names if row[f"{kind}.{name}"] <= LAST)
        contributors = self._knowledge.contributors
        for place in range(LAST):
            sure += [name for name in contributors if row[f"contributor.{name}"] == place]
        return Suited(self._knowledge, row.get, present, _readiness(row), row["focus"], sure)


def _readiness(row: Mapping[str, Any]) -> LadderResult:
    """Return the readiness of one combination, as far as a drill depends on it."""
    verdict, least, worst = (row[f"readiness.{part}"] for part in LADDER_PARTS)
    return LadderResult(
        verdict=verdict,
        decided=verdict != INCOMPLETE,
        at_least=least,
        not_ruled_out=worst,
        reasons=[],
        evidence=[],
    )


def _what_counts(name: str) -> pl.Expr:
    """Return the status of a conclusion as far as a drill depends on it: of a fault whether it is
    present, of a contributor also how surely.
    """
    place = pl.col(name).to_physical()
    if name.startswith("fault."):
        return pl.when(place <= LAST).then(0).otherwise(UNDETERMINED).alias(name)
    return pl.when(place <= LAST).then(place).otherwise(UNDETERMINED).alias(name)


def _replaced(column: pl.Series, texts: Mapping[str, str]) -> pl.Series:
    """Return ids as what is said for them."""
    return column.cast(pl.String).replace_strict(dict(texts), default=None, return_dtype=pl.String)


def _conditions_of_drills(knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield the names of the conditions that drills and cues depend on."""
    for name, drill in knowledge.drills.items():
        if drill.enter is not None:
            yield naming.enter(name)
    for name, fault in knowledge.faults.items():
        for number, cue in enumerate(fault.cues, start=1):
            if cue.when is not None:
                yield naming.cue(name, number)
    for level in knowledge.readiness:
        if level.withholds_cues is not None:
            yield naming.level("readiness", level.id)
