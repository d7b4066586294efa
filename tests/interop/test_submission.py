"""One submission of ODK or Kobo: read as any form, and nothing in it expanded."""

import pytest
from shown_forms import shown_forms
from submitted import submission

from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment
from hingeexpert.interop.brought import assessment_of
from hingeexpert.interop.submission import read_submission
from hingeexpert.knowledge import KnowledgeBase

FILE = "submission.xml"


def read(knowledge: KnowledgeBase, text: str) -> Assessment:
    brought = read_submission(knowledge, FILE, text.encode())
    return assessment_of(knowledge, FILE, brought)


def test_a_submission_is_the_form_that_was_filled(knowledge: KnowledgeBase) -> None:
    for form in shown_forms(knowledge, 40):
        assert read(knowledge, submission(knowledge, form)) == form


def test_not_assessed_is_blank(knowledge: KnowledgeBase) -> None:
    forms = [form for form in shown_forms(knowledge, 40) if not form.at_once]
    assert len(forms) > 10
    for form in forms:
        assert read(knowledge, submission(knowledge, form, "not_assessed")) == form


def filled(inside: str) -> str:
    return f"<data id='hinge'><stick><stick_done>yes</stick_done></stick>{inside}</data>"


REFUSED = {
    "unknown": (filled("<stick_sacrm>lost</stick_sacrm>"), "no variable 'stick_sacrm'; did you"),
    "letter case": (filled("<stick_sacrum>Lost</stick_sacrum>"), "stick.sacrum: 'Lost' is not"),
    "twice": (filled("<a><stick_done>yes</stick_done></a>"), "stick.done: a second answer"),
    "no whole number": (
        filled("<stick_depth_degrees>2.5</stick_depth_degrees>"),
        "'2.5' is not allowed; allowed: a whole number",
    ),
    "digits with a line between": (
        filled("<stick_depth_degrees>1_0</stick_depth_degrees>"),
        "'1_0' is not allowed; allowed: a whole number",
    ),
    "not assessed and all no": (
        filled(
            "<safety_screen>all_no</safety_screen>"
            "<safety_past_cancer>not_assessed</safety_past_cancer>"
        ),
        "safety.past_cancer: not assessed, while safety.screen is all_no",
    ),
    "text beside elements": (
        filled("<safety_past_cancer>yes<note/></safety_past_cancer>"),
        "text stands in 'safety_past_cancer' beside its elements",
    ),
    "another form": ("<data><weight>80</weight></data>", "no question of the form stands"),
    "FHIR": ("<Bundle xmlns='http://hl7.org/fhir'/>", "FHIR as XML is not read"),
    "broken": ("<data>\n<stick>", "submission.xml:2: this is not XML: no element found"),
    "entities": (
        "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><data><date>&e;</date></data>",
        "a document type (<!DOCTYPE) stands here",
    ),
    "deep": ("<a>" * 10_000 + "</a>" * 10_000, "at most 5000 elements, 30 deep"),
    "many": (f"<a>{'<b/>' * 6_000}</a>", "at most 5000 elements"),
    "encoding": (
        "<?xml version='1.0' encoding='odd'?><data/>",
        "its encoding is not known",
    ),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_sound_submission_is_refused(
    knowledge: KnowledgeBase, text: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(knowledge, text)
    assert words in str(caught.value)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("group", ["meta", "live", "formhub"])
def test_an_answer_counts_in_whatever_group_it_stands(knowledge: KnowledgeBase, group: str) -> None:
    inside = "<safety_past_cancer>y<!-- -->es</safety_past_cancer><date>2026-11-20</date>"
    form = read(knowledge, filled(f"<{group}>{inside}</{group}>"))
    assert (form.answers["safety.past_cancer"], form.date) == ("yes", None)
