"""The language of CLIPS 6.4, as far as a program of ours needs it: the parts that are always the
same, and how to write the others.

Owns spelling and line breaks. What is written stands in `clips.py`.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from hingeexpert.knowledge.answer_kinds import Answer
from hingeexpert.knowledge.condition import Between, Is, OneOf, Value

WIDTH = 120
"""Characters in a line of a comment."""
# The templates below keep their long lines: they are lines of the program itself, whose text is
# compared byte for byte.
HEADER = """\
{title}, {id} {version}, reviewed {reviewed}
sha256 {sha256}

A program for CLIPS 6.4. (load) this file once. Then for each person: (reset), assert the answers, (run), read the conclusions.

  (reset)
  (assert (answer (observable {observable}) (value {value})))
  (run)
  (do-for-all-facts ((?c conclusion)) (neq ?c:status absent) (ppfact ?c))
  (do-for-all-facts ((?l ladder)) TRUE (ppfact ?l))

A word is written plain, a number as a number. What is not asserted is blank: assumed where there is a default, else unknown, never "no".
An answer may be added later, followed by (run). With an answer that no form may have there is a problem and no conclusion:

  (do-for-all-facts ((?p problem)) TRUE (ppfact ?p))

This is decision support for a clinician. It does not diagnose a disease and does not replace an examination or a judgement.
"""  # noqa: E501
TEMPLATES = """\
(deftemplate answer
  (slot observable (allowed-symbols
{observables}))
  (slot value))
(deftemplate problem (slot observable) (slot value) (slot why))
(deftemplate known (slot observable) (slot value))
(deftemplate condition (slot name) (slot truth (allowed-symbols true false)))
(deftemplate part (slot of) (slot number) (slot truth))
(deftemplate subject (slot kind) (slot id) (slot condition) (slot title))
(deftemplate support (slot kind) (slot id) (slot rule) (slot confidence))
(deftemplate objection (slot rule) (slot id) (slot effect))
(deftemplate graded (slot kind) (slot id) (slot rule) (slot confidence))
(deftemplate level (slot name) (slot place) (slot id) (slot condition) (slot title))
(deftemplate stands (slot name) (slot place) (slot id) (slot truth))
(deftemplate conclusion (slot kind) (slot id) (slot status) (slot confidence))
(deftemplate ladder (slot name) (slot at-least) (slot not-ruled-out) (slot verdict))
"""
# Says once more what `inference/grading.py` and `inference/conclude.py` do, as CLIPS cannot call
# them; `tests/assurance/test_agreement.py` compares. The salience orders three rounds: whatever a
# `not` asks for must have been concluded before. At 0 all conditions settle and objections are
# noted, at -10 each rule is graded, at -20 the best grade and the ladders are read off.
CONCLUDING = """\
(defrule refuse-two-answers
  (logical (answer (observable ?o) (value ?v)) (answer (observable ?o) (value ~?v)))
  => (assert (problem (observable ?o) (value ?v) (why "two answers"))))

; A true rule keeps its confidence, less one step for each objection that is true; some limit it to {low} at once.

(defrule grade-without-objection (declare (salience -10))
  (logical (support (kind ?k) (id ?i) (rule ?r) (confidence ?c)) (not (objection (rule ?r))))
  => (assert (graded (kind ?k) (id ?i) (rule ?r) (confidence ?c))))

(defrule grade-with-one-objection (declare (salience -10))
  (logical (support (kind ?k) (id ?i) (rule ?r) (confidence ?c))
           (objection (rule ?r) (id ?o) (effect lowers)) (not (objection (rule ?r) (id ~?o))))
  => (assert (graded (kind ?k) (id ?i) (rule ?r) (confidence (if (eq ?c {high}) then {medium} else {low})))))

(defrule grade-with-more-objections (declare (salience -10))
  (logical (support (kind ?k) (id ?i) (rule ?r))
           (or (objection (rule ?r) (effect limits_to_low))
               (and (objection (rule ?r) (id ?o)) (objection (rule ?r) (id ~?o)))))
  => (assert (graded (kind ?k) (id ?i) (rule ?r) (confidence {low}))))

; Present with the highest confidence that a true rule keeps; absent when its condition is false; else undetermined.

(defrule present-{high} (declare (salience -20))
  (logical (graded (kind ?k) (id ?i) (confidence {high})) (not (problem)))
  => (assert (conclusion (kind ?k) (id ?i) (status present) (confidence {high}))))

(defrule present-{medium} (declare (salience -20))
  (logical (graded (kind ?k) (id ?i) (confidence {medium})) (not (graded (kind ?k) (id ?i) (confidence {high}))) (not (problem)))
  => (assert (conclusion (kind ?k) (id ?i) (status present) (confidence {medium}))))

(defrule present-{low} (declare (salience -20))
  (logical (graded (kind ?k) (id ?i) (confidence {low})) (not (graded (kind ?k) (id ?i) (confidence {high}|{medium}))) (not (problem)))
  => (assert (conclusion (kind ?k) (id ?i) (status present) (confidence {low}))))

(defrule absent (declare (salience -20))
  (logical (subject (kind ?k) (id ?i) (condition ?c)) (condition (name ?c) (truth false)) (not (problem)))
  => (assert (conclusion (kind ?k) (id ?i) (status absent) (confidence none))))

(defrule undetermined (declare (salience -20))
  (logical (subject (kind ?k) (id ?i) (condition ?c)) (not (condition (name ?c))) (not (problem)))
  => (assert (conclusion (kind ?k) (id ?i) (status undetermined) (confidence none))))

; A ladder: the first level that is proven, and the first that is not ruled out. Where they differ the verdict is {incomplete}.

(defrule level-decided (declare (salience -10))
  (logical (level (name ?n) (place ?p) (id ?i) (condition ?c)) (condition (name ?c) (truth ?t)))
  => (assert (stands (name ?n) (place ?p) (id ?i) (truth ?t))))

(defrule level-open (declare (salience -10))
  (logical (level (name ?n) (place ?p) (id ?i) (condition ?c)) (not (condition (name ?c))))
  => (assert (stands (name ?n) (place ?p) (id ?i) (truth unknown))))

(defrule ladder-verdict (declare (salience -20))
  (logical (stands (name ?n) (place ?p) (id ?proven) (truth true))
           (not (stands (name ?n) (place ?before&:(< ?before ?p)) (truth true)))
           (stands (name ?n) (place ?q) (id ?open) (truth true|unknown))
           (not (stands (name ?n) (place ?earlier&:(< ?earlier ?q)) (truth true|unknown)))
           (not (problem)))
  => (assert (ladder (name ?n) (at-least ?proven) (not-ruled-out ?open) (verdict (if (eq ?p ?q) then ?proven else {incomplete})))))
"""  # noqa: E501


def defrule(name: str, patterns: Sequence[str], fact: str) -> str:
    """Write a rule; its fact holds as long as its patterns are met."""
    if not patterns:
        return f"(defrule {name} => (assert {fact}))"
    listed = "\n           ".join(patterns)
    return f"(defrule {name}\n  (logical {listed})\n  => (assert {fact}))"


def joined(every: bool, patterns: Iterable[str]) -> str:
    """Write that every one of the patterns is met, or any one."""
    listed = list(patterns)
    if len(listed) == 1:
        return listed[0]
    if not listed:
        return "(test (eq 1 1))" if every else "(test (eq 1 0))"
    return f"({'and' if every else 'or'} {' '.join(listed)})"


def condition_fact(name: str, truth: bool) -> str:
    """Write the fact, or the pattern, that a condition has a truth."""
    return f"(condition (name {name}) (truth {truth_word(truth)}))"


def truth_word(truth: bool) -> str:
    """Write a truth."""
    return "true" if truth else "false"


def ascending(label: str, count: int, truth: bool) -> list[str]:
    """Write that so many different parts are there: each with a higher number than the one
    before, so that no part is counted twice and each set of parts is met in one order only.
    """
    patterns = []
    for place in range(1, count + 1):
        number = f"?p{place}" if place == 1 else f"?p{place}&:(> ?p{place} ?p{place - 1})"
        patterns.append(f"(part (of {label}) (truth {truth_word(truth)}) (number {number}))")
    return patterns


def passing(condition: Is, truth: bool, variable: str) -> str:
    """Write what a value must be to pass a test, or to fail it."""
    if isinstance(condition.test, OneOf):
        words = [atom(word) for word in sorted(condition.test.values)]
        return "|".join(words) if truth else "&".join(f"~{word}" for word in words)
    met = f"(and (numberp {variable}){''.join(_bounds(condition.test, variable))})"
    return f"{variable}&:{met}" if truth else f"{variable}&:(not {met})"


def _bounds(test: Between, variable: str) -> Iterator[str]:
    if test.least is not None:
        yield f" ({'>=' if test.least_included else '>'} {variable} {atom(test.least)})"
    if test.most is not None:
        yield f" ({'<=' if test.most_included else '<'} {variable} {atom(test.most)})"


def allowed_value(answer: Answer) -> str:
    """Write the values that a form may have."""
    match answer.space:
        case Between(least=float() | int() as least, most=float() | int() as most):
            kind = "integerp" if answer.whole else "numberp"
            return f"?v&:(and ({kind} ?v) (>= ?v {atom(least)}) (<= ?v {atom(most)}))"
        case OneOf():
            return "?v&" + "|".join(atom(word) for word in answer.categories)
    raise TypeError(f"no pattern for {answer.allowed}")


def atom(value: Value) -> str:
    """Write a value: a number or a word as it is, any other text in quotes, so that nothing is read
    as something else.
    """
    if not isinstance(value, str):
        return repr(value)
    plain = re.fullmatch(r"\w+", value, flags=re.ASCII) and not re.fullmatch(
        r"\d+(?:[eE]\d+)?", value
    )
    return value if plain else quoted(value)


def quoted(text: str) -> str:
    """Write text in quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def comment(text: str) -> str:
    """Write a comment, in as many lines as it needs."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent="; ",
        subsequent_indent=";   ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrapped(words: Iterable[str]) -> str:
    """Write words in as many indented lines as they need."""
    return textwrap.fill(
        " ".join(words),
        WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def headline(text: str) -> str:
    """Write the title of a part of the program."""
    line = f"; {'=' * (WIDTH - 2)}"
    return f"{line}\n; {text}\n{line}"
