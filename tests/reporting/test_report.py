"""The text and the page of a diagnosis.

Golden files lie in `tests/data/golden/`. After a wanted change write them anew and read the
difference: `REFRESH_GOLDEN=1 pytest tests/reporting/test_report.py`.
"""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from folders import FORMS, GOLDEN
from heads import without_head
from papers import NO_LOAD, form

from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.formats.templates import WIDTH, csp_hash, wrapped
from hingeexpert.forms import Assessment, read_form
from hingeexpert.forms.assessment import plain
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.inference.diagnosis import KnowledgeStamp
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.conclusions import Fault
from hingeexpert.reporting import render_html, render_note, render_text
from hingeexpert.reporting.view import view

NAMES = tuple(sorted(path.stem for path in FORMS.glob("*.yaml")))
REVIEWED = ("clean", "emergency", "fault", "hold", "sparse", "urgent_open")
HOSTILE = (
    "<script>alert(1)</script> {{7*7}} {% raw %} "
    "\N{RIGHT-TO-LEFT OVERRIDE}drow\N{POP DIRECTIONAL ISOLATE} \N{SOFT HYPHEN}</bdi>"
)


def diagnosis_of(knowledge: KnowledgeBase, name: str, **changes: object) -> Diagnosis:
    """Diagnose a form of `tests/data/forms/`, with a stamp that does not change with the rules."""
    path = FORMS / f"{name}.yaml"
    stamp = KnowledgeStamp(version="0.0.0", sha256="0" * 64)
    return diagnose(knowledge, read_form(knowledge, path.name, path.read_bytes())).model_copy(
        update={"knowledge": stamp, **changes}
    )


def hostile(knowledge: KnowledgeBase, name: str = "fault") -> Diagnosis:
    return diagnosis_of(
        knowledge, name, patient={"id": HOSTILE, "name": HOSTILE}, date=HOSTILE, clinician=HOSTILE
    )


def without_style_and_trace(page: str) -> str:
    page = re.sub(r"<style>.*?</style>", "<style></style>", page, flags=re.DOTALL)
    page = re.sub(r"'sha256-[^']+'", "'sha256-'", page)
    page = re.sub(r"\d+( steps of the engine)", r"N\1", page)
    return re.sub(r'(<ol class="trace"[^>]*>).*?</ol>', r"\1</ol>", page, flags=re.DOTALL)


def assert_golden(file: str, text: str) -> None:
    path = GOLDEN / file
    if os.environ.get("REFRESH_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REVIEWED)
def test_text_is_as_reviewed(knowledge: KnowledgeBase, name: str) -> None:
    """The text of each form is that of the reviewed file."""
    assert_golden(f"{name}.txt", render_text(knowledge, diagnosis_of(knowledge, name)))


@pytest.mark.parametrize("name", REVIEWED)
def test_page_is_as_reviewed(knowledge: KnowledgeBase, name: str) -> None:
    """The page of each form is that of the reviewed file, style and trace aside."""
    assert_golden(
        f"{name}.html",
        without_style_and_trace(render_html(knowledge, diagnosis_of(knowledge, name))),
    )


@pytest.mark.parametrize("name", NAMES)
def test_text_fits_the_terminal(knowledge: KnowledgeBase, name: str) -> None:
    """No line is longer than 78 columns or ends in blanks, and the text ends with one newline."""
    text = render_text(knowledge, hostile(knowledge, name))
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert not re.search(r"[ \t]\n|\n\n\n|\n\n\Z|\A\n", text)
    assert text.endswith("\n")


def test_text_carries_no_character_that_turns_it_around(knowledge: KnowledgeBase) -> None:
    """A name cannot reverse what stands after it, or hide text; other letters stay."""
    text = render_text(knowledge, hostile(knowledge))
    assert not re.search("[\u00ad\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text)
    assert (
        plain("\u202e\u0645\u06cc\u200c\u062e \u0141ukasz\u2028x")
        == "\u0645\u06cc\u200c\u062e \u0141ukasz x"
    )


def test_same_diagnosis_gives_same_bytes(knowledge: KnowledgeBase) -> None:
    """Rendering reads no clock and no order of a set."""
    first, second = (diagnosis_of(knowledge, "fault") for _ in range(2))
    assert render_html(knowledge, first) == render_html(knowledge, second)
    assert render_text(knowledge, first) == render_text(knowledge, second)


def test_names_are_escaped_and_set_apart(knowledge: KnowledgeBase) -> None:
    """What a form says of a person is text in the page: no element, no template code, no change of
    direction.
    """
    page = render_html(knowledge, hostile(knowledge))
    assert "<script" not in page
    assert "{{7*7}}" in page
    assert (
        page.count(
            "<bdi>&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} {% raw %} drow &lt;/bdi&gt;</bdi>"
        )
        == 5
    )
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)


def test_title_names_nobody(knowledge: KnowledgeBase) -> None:
    """The window title and the history of the browser do not show who it is about."""
    head, _, _ = render_html(knowledge, diagnosis_of(knowledge, "fault")).partition("<body>")
    assert re.findall(r"<title>(.*?)</title>", head) == [knowledge.info.title]


def test_policy_allows_exactly_the_style_of_the_page(knowledge: KnowledgeBase) -> None:
    """The content security policy names the hash of the one style block, and nothing else may
    load.
    """
    page = render_html(knowledge, diagnosis_of(knowledge, "fault"))
    (style,) = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert f"style-src '{csp_hash(style)}';" in policy
    assert "default-src 'none'" in policy
    assert "img-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", NAMES)
def test_page_asks_for_nothing_outside(knowledge: KnowledgeBase, name: str) -> None:
    """No script, no inline style or handler, and every link stays in the page."""
    page = render_html(knowledge, diagnosis_of(knowledge, name))
    assert not re.search(r"https?://", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))
    assert not re.search(
        r"<(script|link|img|iframe|object|embed|base|form)\b|\s(style|src|on\w+)=|url\(|@import",
        page,
    )
    targets = re.findall(r'href="([^"]*)"', page)
    assert all(target.startswith("#") and f'id="{target[1:]}"' in page for target in targets)
    identifiers = re.findall(r'\sid="([^"]*)"', page)
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("name", NAMES)
def test_every_source_named_is_listed(knowledge: KnowledgeBase, name: str) -> None:
    """Sources stand once each, in the order of the knowledge base."""
    listed = [
        source
        for _, entries in view(knowledge, diagnosis_of(knowledge, name)).sources
        for source, _ in entries
    ]
    assert listed == [source for source in knowledge.sources if source in listed]


@pytest.mark.parametrize("name", ["emergency", "urgent_open", "hold", "sparse"])
def test_no_cue_is_shown_while_cues_are_withheld(knowledge: KnowledgeBase, name: str) -> None:
    """Whoever may not be coached gets no cue, no drill and no plan, and the report says so."""
    diagnosis = diagnosis_of(knowledge, name)
    for written in (render_text(knowledge, diagnosis), render_html(knowledge, diagnosis)):
        flat = " ".join(written.split())
        assert "No cue and no drill" in flat
        assert not any(cue.say in flat for fault in knowledge.faults.values() for cue in fault.cues)
        assert not any(item.plan in flat for item in knowledge.contributors.values())


@pytest.mark.parametrize("name", ["sparse", "hold", "fault"])
def test_no_step_is_named_while_readiness_is_open(knowledge: KnowledgeBase, name: str) -> None:
    """An open verdict names what is not ruled out, never the floor that the answers prove."""
    diagnosis = diagnosis_of(knowledge, name)
    readiness = diagnosis.readiness.model_copy(
        update={
            "verdict": "incomplete",
            "decided": False,
            "at_least": "ready_grind",
            "not_ruled_out": "hold_reassess",
            "unlocks": [],
        }
    )
    opened = diagnosis.model_copy(update={"readiness": readiness})
    grind = next(level for level in knowledge.ladders["readiness"] if level.id == "ready_grind")
    for written in (render_text(knowledge, opened), render_html(knowledge, opened)):
        assert "No step may be given yet" in written
        assert not any(
            sentence in " ".join(written.split())
            for sentence in (grind.title, grind.clinician, *grind.unlocks)
        )


@pytest.mark.parametrize("name", NO_LOAD)
def test_who_may_not_load_is_told_of_no_load(knowledge: KnowledgeBase, name: str) -> None:
    """Where no drill of the verdict opens, no page, text or note says what it unlocks, gives advice
    on it or says that it may begin.
    """
    answers, verdict = NO_LOAD[name]
    clean = form(knowledge, "clean")
    diagnosis = diagnose(knowledge, replace(clean, answers={**clean.answers, **answers}))
    level = next(level for level in knowledge.readiness if level.id == verdict)
    written = [write(knowledge, diagnosis) for write in (render_text, render_html, render_note)]

    assert diagnosis.readiness.verdict == verdict
    assert diagnosis.readiness.unlocks == []
    for told in (*level.unlocks, *level.advice, level.clinician):
        assert [text for text in written if told in " ".join(text.split())] == []


def test_referral_goes_before_the_questions(knowledge: KnowledgeBase) -> None:
    """While a referral is proven, only questions that decide how soon are shown."""
    text = " ".join(render_text(knowledge, diagnosis_of(knowledge, "urgent_open")).split())
    assert "TRIAGE: AT LEAST URGENT" in text
    assert "Medical assessment the same day." in text
    assert "Refer first; the questions can wait" in text
    assert "Test with" not in text
    assert "[safety.saddle_numbness]" in text
    assert "[wall." not in text
    assert view(knowledge, diagnosis_of(knowledge, "emergency")).questions == []
    assert "Could change" not in render_text(knowledge, diagnosis_of(knowledge, "emergency"))


@pytest.mark.parametrize(
    ("at_least", "not_ruled_out"),
    [("continue_pattern", "hold_reassess"), ("regress_pattern", "regress_pattern")],
)
def test_no_dose_is_given_before_it_is_settled(
    knowledge: KnowledgeBase, at_least: str, not_ruled_out: str
) -> None:
    """While a hold is open, or an easier version is called for, the drill is tried in the room and
    no dose is printed.
    """
    diagnosis = diagnosis_of(knowledge, "fault")
    decided = at_least == not_ruled_out
    ends = {
        "verdict": at_least if decided else "incomplete",
        "decided": decided,
        "at_least": at_least,
        "not_ruled_out": not_ruled_out,
    }
    opened = diagnosis.model_copy(update={"readiness": diagnosis.readiness.model_copy(update=ends)})
    level = next(level for level in knowledge.ladders["readiness"] if level.id == not_ruled_out)
    sentence = level.no_dose.while_true if decided else level.no_dose.while_open
    for written in (render_text(knowledge, opened), render_html(knowledge, opened)):
        assert str(sentence) in " ".join(written.split())
        assert "sets a day" not in written
    assert "sets a day" in render_html(knowledge, diagnosis)


def test_what_is_put_right_at_once_has_no_dose(knowledge: KnowledgeBase) -> None:
    """A fault of the set-up is mended on the spot, so no training dose stands there."""
    form = (FORMS / "fault.yaml").read_bytes()
    for seen, orderly in (
        (b"sacrum: lost, sacrum_when: middle", b"sacrum: kept"),
        (b"depth_degrees: 30, lumbar_gap: closes", b"depth_degrees: 60, lumbar_gap: steady"),
        (b"breath: held", b"breath: easy"),
    ):
        assert seen in form
        form = form.replace(seen, orderly)
    diagnosis = diagnose(knowledge, read_form(knowledge, "form.yaml", form))
    report = view(knowledge, diagnosis)
    assert report.focus is not None
    assert report.focus.fault.result.kind == "setup"
    text = render_text(knowledge, diagnosis)
    assert knowledge.no_dose["setup"] in " ".join(text.split())
    assert "sets a day" not in text


def test_a_referral_leaves_out_the_movement(knowledge: KnowledgeBase) -> None:
    """The report for an emergency lists the answers that led to it, and no fault, contributor or
    assumption.
    """
    diagnosis = diagnosis_of(knowledge, "emergency")
    assert any(fault.status == "present" for fault in diagnosis.faults)
    report = view(knowledge, diagnosis)
    led = ["safety.saddle_numbness", "safety.bladder_change", "safety.cauda_equina_investigated"]
    assert [item.observable for item in report.handover] == led
    assert (report.present, report.contributors) == ((), ())
    for written in (render_text(knowledge, diagnosis), render_html(knowledge, diagnosis)):
        assert "for the handover" in written
        assert not re.search(
            r"\bfaults\b|may contribute|assumed, because",
            written.partition("</style>")[2] or written,
            re.IGNORECASE,
        )


@pytest.mark.parametrize("name", ["emergency", "urgent_open"])
def test_before_a_referral_only_the_steps_that_led_to_it_are_told(
    knowledge: KnowledgeBase, name: str
) -> None:
    diagnosis = diagnosis_of(knowledge, name)
    told = view(knowledge, diagnosis).trace
    drills = tuple(f"{group.group}." for group in knowledge.drills_of_form)

    assert told[-1].concludes == f"triage:{diagnosis.triage.at_least} is true"
    assert [step for step in told if any(fact.startswith(drills) for fact in step.from_)] == []
    assert view(knowledge, hostile(knowledge)).trace == hostile(knowledge).trace


def test_an_emergency_names_what_whoever_takes_over_needs(knowledge: KnowledgeBase) -> None:
    """First what is only assumed, then the blank flags, then how long it has lasted; and nothing
    else is asked.
    """
    form = read_form(
        knowledge,
        "form",
        b"safety: {screen: all_no, saddle_numbness: yes}\n",
    )
    answers = {
        name: value
        for name, value in form.answers.items()
        if name not in ("safety.cauda_equina_investigated", "safety.fever_or_chills")
    }
    diagnosis = diagnose(knowledge, Assessment(answers))
    needed = [
        "safety.cauda_equina_investigated",
        "safety.fever_or_chills",
        "symptom.duration",
    ]
    text, page = render_text(knowledge, diagnosis), render_html(knowledge, diagnosis)
    plain_text = " ".join(text.split())

    assert diagnosis.ask_next == []
    assert [item.observable for item in diagnosis.ask_for_handover] == needed
    assert [item.assumed for item in diagnosis.ask_for_handover] == ["no", None, None]
    places = [plain_text.index(knowledge.observables[name].question) for name in needed]
    assert places == sorted(places)
    assert plain_text.index("FOR WHOEVER TAKES OVER") < places[0]
    assert "For whoever takes over, still unanswered" in page
    assert "ASK NEXT" not in text
    assert "takes over" not in render_text(knowledge, diagnosis_of(knowledge, "urgent_open"))


def test_what_bounds_an_open_verdict_is_named_unless_it_opens_a_step(
    knowledge: KnowledgeBase,
) -> None:
    """The severe end is called the worst, and a proven verdict of the pattern is what the person
    may not go beyond.
    """
    diagnosis = diagnosis_of(knowledge, "fault")
    ends = {
        "verdict": "incomplete",
        "decided": False,
        "at_least": "continue_pattern",
        "not_ruled_out": "hold_reassess",
    }
    opened = diagnosis.model_copy(update={"readiness": diagnosis.readiness.model_copy(update=ends)})
    for written in (render_text(knowledge, opened), render_html(knowledge, opened)):
        assert "At worst: Hold and look again. In any case not beyond: Pattern, go on." in " ".join(
            written.split()
        )


def test_a_weaker_reason_stands_only_where_it_adds_an_observation(knowledge: KnowledgeBase) -> None:
    """Each reason after the first rests on an answer that none before it rests on."""
    diagnosis = diagnosis_of(knowledge, "fault")
    (bent,) = (fault for fault in diagnosis.faults if fault.id == "lumbar_flexion")
    shown = next(
        fault for fault in view(knowledge, diagnosis).present if fault.result.id == "lumbar_flexion"
    ).reasons
    kept = [item for item in bent.evidence if item.because in {reason.because for reason in shown}]
    given: set[str] = set()
    for item in kept:
        assert item.observations.keys() - given
        given |= item.observations.keys()
    assert len(kept) < len(bent.evidence)


def test_additions_to_the_article_are_marked(knowledge: KnowledgeBase) -> None:
    """A fault that the source article does not describe says so."""
    report = view(knowledge, diagnosis_of(knowledge, "fault"))
    assert any(
        isinstance(fault.entry, Fault) and fault.entry.seed == "no" for fault in report.present
    )
    assert "not from the source article" in render_html(knowledge, diagnosis_of(knowledge, "fault"))
    assert "not from the source article" in " ".join(
        render_text(knowledge, diagnosis_of(knowledge, "fault")).split()
    )


def test_only_unanswered_tests_are_offered(knowledge: KnowledgeBase) -> None:
    """A test with an answer is not asked for again; one without is."""
    (control,) = (
        item
        for item in view(knowledge, diagnosis_of(knowledge, "fault")).contributors
        if item.result.id == "motor_control"
    )
    assert "screen.leg_raise_degrees" not in control.tests
    assert "screen.supine_hinge" in control.tests


def test_a_folder_replaces_single_templates(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """One template of a folder takes the place of the shipped one; the others stay."""
    parts = tmp_path / "diagnosis"
    parts.mkdir()
    (parts / "ladders.txt").write_text(
        "OUR LADDER {{ report.triage.verdict.title }}\n", encoding="utf-8"
    )
    text = render_text(knowledge, diagnosis_of(knowledge, "fault"), tmp_path)
    assert "OUR LADDER Note" in text
    assert "FAULTS" in text
    assert "TRIAGE" not in text
    assert "TRIAGE" in render_text(knowledge, diagnosis_of(knowledge, "fault"))


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("fine\n{% if %}", 2, "Expected an expression"),
        (
            "fine\n\n{{ report.patient.nmae }}",
            3,
            "a name is used that the report does not have: '{{ report.patient.nmae }}'",
        ),
        (
            "{{ report.patient[report.patient.name] }}",
            1,
            "a name is used that the report does not have",
        ),
        ("{{ report.patient.name + 1 }}", 1, r"the template fails \(TypeError\)"),
        ("{% include 'nowhere.txt' %}", 1, "a template is asked for that does not exist"),
        ("{{ ''.__class__.__mro__ }}", 1, "a template may not do this"),
        ("{% set _ = knowledge.info.limits.append(1) %}", 1, "a name is used"),
        ("{{ report._diagnosis.patient }}", 1, "a template may not do this"),
    ],
)
def test_a_broken_template_names_its_place(
    knowledge: KnowledgeBase, tmp_path: Path, template: str, line: int, message: str
) -> None:
    """File and line of the template are named, and nothing of the person."""
    file = tmp_path / "diagnosis.txt"
    file.write_text(template, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message) as caught:
        render_text(knowledge, diagnosis_of(knowledge, "fault"), tmp_path)
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert "Sam" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_bytes_that_are_no_text_are_a_broken_template(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """A template must be UTF-8."""
    (tmp_path / "diagnosis.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(
        KnowledgeError, match=r"diagnosis\.txt: the template fails \(UnicodeDecodeError\)"
    ):
        render_text(knowledge, diagnosis_of(knowledge, "fault"), tmp_path)


def test_a_missing_folder_is_an_error(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """The folder given must be there."""
    with pytest.raises(KnowledgeError, match="there is no such folder of templates"):
        render_html(knowledge, diagnosis_of(knowledge, "fault"), tmp_path / "gone")


def test_templates_hold_no_markup_that_skips_escaping() -> None:
    """No shipped template switches escaping off."""
    for path in data_folder("reports").rglob("*.html"):
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text(encoding="utf-8")), (
            path.name
        )


def test_wrapping_keeps_the_lead() -> None:
    """The lead opens the first line; the rest is set in."""
    assert wrapped("word " * 20, "  - ").splitlines()[1].startswith("    word")
    assert wrapped("word " * 20, "Lead: ", 2).splitlines()[1].startswith("  word")


def test_answers_that_do_not_fit_together_stand_above_triage(knowledge: KnowledgeBase) -> None:
    form = b"stick: {head: kept, head_when: early}\n"
    diagnosis = diagnose(knowledge, read_form(knowledge, "form", form))
    (check,) = diagnosis.checks
    text, page = render_text(knowledge, diagnosis), render_html(knowledge, diagnosis)

    assert text.index("PLEASE CHECK") < text.index("stick head when: early") < text.index("TRIAGE")
    assert page.index("Please check</h2>") < page.index(check.say) < page.index('id="triage"')


def test_a_verdict_names_the_drills_that_it_opens(knowledge: KnowledgeBase) -> None:
    diagnosis = diagnosis_of(knowledge, "fault")
    titles = ", ".join(knowledge.drills[name].title for name in diagnosis.readiness.drills)

    assert titles
    assert f"Drills, easiest first: {titles}" in " ".join(render_text(knowledge, diagnosis).split())


def test_a_report_from_a_record_has_its_head_on_one_line_and_is_else_the_same(
    knowledge: KnowledgeBase,
) -> None:
    diagnosis, head = diagnosis_of(knowledge, "fault"), "1234-ABCD-EFGH-JKMN-PQRS-3"
    text = render_text(knowledge, diagnosis, head=head)
    page = render_html(knowledge, diagnosis, head=head)

    assert text.endswith(f"\n\nRecord: {head}\n")
    assert page.count(head) == 1
    assert without_head(text) == render_text(knowledge, diagnosis)
    assert without_head(page) == render_html(knowledge, diagnosis)
