"""Time the printing of handouts against WeasyPrint, one process against two, and each step; measure
how hard the sheets are to read.

    python benchmarks/handouts.py [--only weasyprint|scaling|steps|reading] [--sheets 50] [--many
    1000]

The sheets are those of the worked cases, each with another name. Every ratio comes from one run of
this script.

WeasyPrint is a development tool here: `pip install weasyprint`; it needs Pango (Debian: `apt
install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`). Without it that part is left out.
"""

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from hingeexpert.assurance import read_cases
from hingeexpert.assurance.readability import grade, sentences, smog_of
from hingeexpert.assurance.readability import long_words as long_words_in
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.handout import Handout, Wishes, handout, handout_html, handout_pdf
from hingeexpert.handout.document import Block
from hingeexpert.handout.folder import Print, Write
from hingeexpert.inference import diagnose
from hingeexpert.inference.people import TOGETHER, People
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

ROUNDS = 3
WISHES = Wishes()
FIRST = ("Ana", "Ben", "Chloe", "David", "Emma", "Farid", "Grace", "Hiro", "Ivy", "Jonas")
LAST = (
    "Ahmed",
    "Brown",
    "Costa",
    "Dubois",
    "Evans",
    "Fischer",
    "Garcia",
    "Hughes",
    "Ito",
    "Jones",
    "Khan",
)
INSTALL = (
    "WeasyPrint: not installed; pip install weasyprint, and Pango of the system (Debian: apt "
    "install libpango-1.0-0 libpangoft2-1.0-0)"
)
BLOCKS = "main, .columns, .side, .care, .facts, .clinic, figcaption { display: block !important }"
"""The grids of the page as blocks, for WeasyPrint: it takes five times as long with them, and the
comparison shall be fair to it.
"""
HARD = 10
SMOG_AT_MOST, GRADE_AT_MOST = 7.0, 6.8
MOST_RATIO, LEAST_EFFICIENCY = 1 / 20, 0.6


def main() -> None:
    """Print one part after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts: dict[str, Callable[[KnowledgeBase, list[Assessment], Any], None]] = {
        "weasyprint": against_weasyprint,
        "scaling": scaling,
        "steps": steps,
        "reading": reading,
    }
    parser.add_argument(
        "--only", choices=list(parts), action="append", help="a part; all of them unless given"
    )
    parser.add_argument(
        "--sheets", type=int, default=50, help="different sheets that are timed against WeasyPrint"
    )
    parser.add_argument("--many", type=int, default=1000, help="sheets for one process and two")
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    cases, _ = read_cases(knowledge, data_folder("rules") / "cases")
    for name in options.only or parts:
        parts[name](knowledge, [case.assessment for case in cases], options)


def named(forms: Iterable[Assessment], start: int = 0) -> list[Assessment]:
    """Return the forms, each with a name that no other has."""
    return [
        replace(
            form,
            patient={
                "name": f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]} {number + 1}"
            },
        )
        for number, form in enumerate(forms, start)
    ]


def spread(forms: Sequence[Assessment], count: int) -> list[Assessment]:
    """Return so many forms, evenly from all; beyond their number they begin again."""
    if count >= len(forms):
        return list(itertools.islice(itertools.cycle(forms), count))
    return [forms[place * len(forms) // count] for place in range(count)]


def timed(work: Callable[[], object]) -> float:
    """Return the time of something in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def against_weasyprint(knowledge: KnowledgeBase, forms: list[Assessment], options: Any) -> None:
    """Print different sheets with one drill as they are printed here, and with WeasyPrint from
    their HTML, in turns.

    What both must do before, the model and the HTML, is not timed.
    """
    try:
        with_weasyprint = weasyprint_printer()
    except (ImportError, OSError):
        print(INSTALL)
        return
    sheets = practice_sheets(knowledge, forms, options.sheets)
    ours, theirs = [], []
    for turn in range(ROUNDS):
        named_sheets = renamed(sheets, turn * len(sheets))
        pages = [handout_html(sheet, WISHES) for sheet in named_sheets]
        ours.append(timed(partial(print_each, named_sheets)))
        theirs.append(timed(partial(with_weasyprint, pages)))
        print(
            f"round {turn + 1}: {len(sheets)} sheets, ours {ours[-1]:.3f} s, WeasyPrint "
            f"{theirs[-1]:.2f} s, 1/{theirs[-1] / ours[-1]:.1f}",
            flush=True,
        )
    compared(len(sheets), ours, theirs)


def weasyprint_printer() -> Callable[[Sequence[str]], None]:
    """Return what prints pages with WeasyPrint.

    Raises:
        ImportError: It is not installed.
        OSError: A library of the system is not.
    """
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    sheets = [CSS(string=BLOCKS, font_config=fonts)]

    def print_pages(pages: Sequence[str]) -> None:
        for page in pages:
            HTML(string=page).write_pdf(
                pdf_variant="pdf/ua-1", font_config=fonts, stylesheets=sheets
            )

    return print_pages


def practice_sheets(
    knowledge: KnowledgeBase, forms: Sequence[Assessment], most: int
) -> list[Handout]:
    """Return so many sheets with a drill, or as many as there are."""
    sheets: list[Handout] = []
    for form in spread(forms, 2 * most):
        sheet = handout(knowledge, form, diagnose(knowledge, form), WISHES)
        if sheet.kind == "practice" and len(sheets) < most:
            sheets.append(sheet)
    return sheets


def renamed(sheets: Sequence[Handout], start: int) -> list[Handout]:
    """Return the sheets, each under a name that no other has."""
    people = named([Assessment({}) for _ in sheets], start)
    return [
        sheet.model_copy(update={"name": person.patient["name"]})
        for sheet, person in zip(sheets, people, strict=True)
    ]


def print_each(sheets: Sequence[Handout]) -> None:
    """Print each sheet into a PDF of its own."""
    for sheet in sheets:
        handout_pdf([sheet], WISHES)


def compared(count: int, ours: Sequence[float], theirs: Sequence[float]) -> None:
    """Print how both compare over all rounds."""
    ratio = statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))
    met = "met" if ratio <= MOST_RATIO else "MISSED"
    print(f"{count} different sheets to PDF/UA-1, one process, median of {ROUNDS} rounds in turns")
    print(
        f"  ours {statistics.median(ours):.3f} s, WeasyPrint {statistics.median(theirs):.2f} s: "
        f"1/{1 / ratio:.1f} (wanted 1/20: {met})"
    )


def scaling(knowledge: KnowledgeBase, forms: list[Assessment], options: Any) -> None:
    """Go from form to PDF with one process and with two, both started before; in the order one,
    two, two, one.
    """
    rules, work = data_folder("rules"), Print(Write(WISHES, "en"), "pdf")
    half = options.many // 2
    seconds = {1: 0.0, 2: 0.0}
    with ExitStack() as stack:
        pools = {count: stack.enter_context(People(knowledge, rules, count)) for count in seconds}
        for count, pool in pools.items():
            list(pool.each(spread(forms, 3 * TOGETHER * count), work))
        for start, count in enumerate((1, 2, 2, 1)):
            people = named(spread(forms, half), start * half)
            seconds[count] += timed(partial(every_one, pools[count].each(people, work)))
    efficiency = seconds[1] / (2 * seconds[2])
    met = "met" if efficiency >= LEAST_EFFICIENCY else "MISSED"
    print(
        f"{2 * half} sheets from form to PDF: one process {seconds[1]:.1f} s, two "
        f"{seconds[2]:.1f} s"
    )
    print(
        f"  efficiency {efficiency:.2f} (wanted {LEAST_EFFICIENCY}: {met}); "
        f"{2 * half / seconds[2]:.0f} sheets a second with two"
    )


def every_one(results: Iterable[object]) -> None:
    """Work through all results."""
    for _ in results:
        pass


def steps(knowledge: KnowledgeBase, forms: list[Assessment], options: Any) -> None:
    """Split the way from form to PDF; every picture is drawn for the first time once, as in a new
    process.
    """
    people = named(spread(forms, options.sheets))
    # Once before, so that nothing is loaded or built while it is timed.
    diagnose(knowledge, people[0])
    handout_pdf([handout(knowledge, people[0], diagnose(knowledge, people[0]), WISHES)], WISHES)
    times: dict[str, list[float]] = {"diagnosis": [], "writing, with pictures": [], "printing": []}
    for person in people:
        for name, seconds in zip(times, each_step(knowledge, person), strict=True):
            times[name].append(seconds * 1000)
    whole = sum(map(sum, times.values()))
    print(f"from form to PDF, {len(people)} different people: {whole / len(people):.1f} ms each")
    for name, each in times.items():
        print(
            f"  {name:<24}{statistics.mean(each):7.1f} ms   median "
            f"{statistics.median(each):6.1f}   longest {max(each):6.1f}"
            f"   {sum(each) / whole:4.0%}"
        )


def each_step(knowledge: KnowledgeBase, person: Assessment) -> tuple[float, float, float]:
    """Return the seconds of judging, writing and printing."""
    start = time.perf_counter()
    diagnosis = diagnose(knowledge, person)
    judged = time.perf_counter()
    sheet = handout(knowledge, person, diagnosis, WISHES)
    wrote = time.perf_counter()
    handout_pdf([sheet], WISHES)
    return judged - start, wrote - judged, time.perf_counter() - wrote


def texts(sheet: Handout, headings: bool = True) -> list[str]:
    """Return the texts of a sheet in their order: its lead, what stands in each part, and its
    limits.

    Without headings, labels, captions and what stands in the log only running text is left.
    """
    parts = [sheet.title] if headings else []
    parts.append(sheet.lead)
    for section in sheet.sections:
        parts += [section.heading] if headings else []
        for block in section.blocks:
            parts += block_texts(block, headings)
    return [*parts, sheet.limits]


def block_texts(block: Block, headings: bool) -> list[str]:
    """Return the texts of a block."""
    match block.kind:
        case "text" | "cue":
            return [block.text]
        case "labelled":
            return [f"{block.label}: {block.text}"]
        case "steps" | "points":
            return [*block.items]
        case "care":
            cards = [([card.heading] if headings else [], card.items) for card in block.cards]
            return [text for heading, items in cards for text in (*heading, *items)]
        case "drawing" if headings:
            return [panel.caption for panel in block.panels if panel.caption]
    return []


def reading(knowledge: KnowledgeBase, forms: list[Assessment], _: Any) -> None:
    """Measure every different sheet, with one drill and two; print the hardest, the mean and the
    hardest sentences.
    """
    sheets = different_sheets(knowledge, forms)
    print(
        f"reading: {len(sheets)} different English sheets of {len(forms)} worked cases, with one "
        "drill and two"
    )
    easy = [
        measured(sheets, headings=False, what="running text only"),
        measured(sheets, headings=True, what="with headings and captions"),
    ]
    hardest_sentences(sheets)
    hard = "SOME SHEETS ARE HARDER THAN WANTED"
    print(f"  {'every sheet is as easy as wanted' if all(easy) else hard}")


def different_sheets(knowledge: KnowledgeBase, forms: Sequence[Assessment]) -> list[Handout]:
    """Return every different sheet, without names."""
    sheets: dict[tuple[str, ...], Handout] = {}
    for form in forms:
        diagnosis, nameless = diagnose(knowledge, form), replace(form, patient={})
        for drills in (1, 2):
            sheet = handout(knowledge, nameless, diagnosis, Wishes(drills=drills))
            sheets.setdefault(tuple(texts(sheet)), sheet)
    return list(sheets.values())


def measured(sheets: Sequence[Handout], headings: bool, what: str) -> bool:
    """Print how hard the sheets are; return whether all are as easy as wanted."""
    rated = [(*levels(texts(sheet, headings)), sheet) for sheet in sheets]
    easy = True
    for place, name, most in ((0, "SMOG", SMOG_AT_MOST), (1, "Flesch-Kincaid", GRADE_AT_MOST)):
        values = [one[place] for one in rated]
        hardest = rated[values.index(max(values))][-1]
        easy &= max(values) <= most
        print(
            f"  {what}: {name} mean {statistics.mean(values):.2f}, hardest {max(values):.2f} "
            f"(wanted {most}): {hardest.lead[:60]}"
        )
    counts = [one[2] for one in rated]
    print(f"  {what}: {min(counts)} to {max(counts)} sentences")
    return easy


def hardest_sentences(sheets: Sequence[Handout]) -> None:
    """Print the hardest sentences of the running text."""
    every = dict.fromkeys(
        part
        for sheet in sheets
        for text in texts(sheet, headings=False)
        for part in sentences(text)
    )
    print(f"  the {HARD} hardest of {len(every)} different sentences, by Flesch-Kincaid alone:")
    for sentence in sorted(every, key=lambda one: -grade([one]))[:HARD]:
        print(f"    {grade([sentence]):5.1f}  {sentence}   [{', '.join(long_words_in(sentence))}]")


def levels(text: Sequence[str]) -> tuple[float, float, int]:
    """Return SMOG, Flesch-Kincaid and the number of sentences; SMOG is scaled where there are fewer
    than it was made for.
    """
    parts = [part for one in text for part in sentences(one)]
    return (
        smog_of(sum(len(long_words_in(part)) for part in parts), len(parts)),
        grade(parts),
        len(parts),
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
