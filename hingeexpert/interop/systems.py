"""Tables that other systems export: what they are called, and which of their columns are about the
row and not about the person.

These are facts about other systems, so they stand here and not in the rules. Sources: the exporters
themselves, `lib/data/briefcase.js` and the OData feed of ODK Central, `formpack` and the JSON of
Kobo, the data dictionary and missing-data codes of REDCap, what Google Forms and Microsoft Forms
put before the answers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

AGAIN = re.compile(r"\s*\(\d+\)$")
"""The number of a heading that stands more than once in a table."""
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class TableKind:
    """A kind of table.

    Attributes:
        title: What it is called in messages.
        is_labelled: Whether its headings and answers are labels; else they are variables and codes.
        telling: Columns of which one alone tells the system, in small letters.
        others: Columns that the system writes, and others may.
        pattern: Other names of columns that it alone writes, in small letters.
        missing: Words in cells by which the system says that there is no answer.
        numbers_first: Whether its first column numbers the records, whatever it is called;
            under the usual name that number may stand for the patient's.
    """

    title: str
    is_labelled: bool
    telling: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    pattern: re.Pattern[str] = _NEVER
    missing: frozenset[str] = frozenset()
    numbers_first: bool = False

    def writes(self, heading: str) -> bool:
        """Return whether a column is the system's own."""
        return _name(heading) in self.others or self.tells(heading)

    def tells(self, heading: str) -> bool:
        """Return whether a column is one that this system alone writes."""
        name = _name(heading)
        return name in self.telling or self.pattern.fullmatch(name) is not None


def _name(heading: str) -> str:
    return AGAIN.sub("", heading).strip().casefold()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


_OF_A_DEVICE = _names(
    "start end today username deviceid phonenumber simserial subscriberid audit instanceID "
    "instanceName meta-instanceID meta-instanceName meta/instanceID meta/instanceName "
    "meta.instanceID meta.instanceName"
)
"""What a form on a device says of itself, whichever server it is sent to."""
_CENTRAL = TableKind(
    "an export of ODK Central",
    is_labelled=False,
    telling=_names(
        "SubmissionDate SubmitterID SubmitterName AttachmentsPresent AttachmentsExpected "
        "ReviewState FormVersion __id"
    ),
    others=_OF_A_DEVICE | _names("KEY Status DeviceID Edits"),
    pattern=re.compile(r"__system[./]\w+|(.*[./])?\w*@odata\.\w+"),
)
_KOBO = TableKind(
    "a Kobo export with codes",
    is_labelled=False,
    telling=_names(
        "_uuid _submission_time _validation_status _submitted_by _xform_id_string __version__ "
        "formhub/uuid formhub.uuid _parent_table_name _parent_index"
    ),
    others=_OF_A_DEVICE
    | _names(
        "_id _notes _status _tags _index _attachments _geolocation _bamboo_dataset_id "
        "_supplementaldetails meta/deprecatedID meta/rootUuid meta.deprecatedID meta.rootUuid"
    ),
    pattern=re.compile(r"_validation_status[./]\w+"),
)
MISSING_IN_REDCAP = {
    "NI": "No information",
    "INV": "Invalid",
    "UNK": "Unknown",
    "NASK": "Not asked",
    "ASKU": "Asked but unknown",
    "NAV": "Temporarily unavailable",
    "MSK": "Masked",
    "NA": "Not applicable",
    "NAVU": "Not available",
    "NP": "Not present",
}
"""Missing-data codes as REDCap proposes them, and their labels."""
_REDCAP = TableKind(
    "a REDCap export with raw values",
    is_labelled=False,
    telling=_names(
        "redcap_event_name redcap_repeat_instrument redcap_repeat_instance "
        "redcap_data_access_group redcap_survey_identifier record_id"
    ),
    pattern=re.compile(r"[a-z]\w*_(complete|timestamp)"),
    missing=frozenset({*MISSING_IN_REDCAP, *MISSING_IN_REDCAP.values()}),
    numbers_first=True,
)
_REDCAP_LABELS = replace(
    _REDCAP,
    title="a REDCap export with labels",
    is_labelled=True,
    telling=frozenset({"record id", "event name", "repeat instrument", "repeat instance"})
    | {"data access group", "survey identifier", "survey timestamp", "complete?"},
    pattern=_NEVER,
)
_QUESTIONS = TableKind(
    "a table with our questions as headings",
    is_labelled=True,
    others=frozenset({"timestamp", "id", "start time", "completion time", "email", "name"})
    | {"email address", "last modified time", "marca temporal", "hora de inicio", "nombre"}
    | {"hora de finalización", "correo electrónico", "dirección de correo electrónico"},
)
PLAIN, VARIABLES, QUESTIONS = "plain", "variables", "labels"
"""Names of what is no export of a known system: identifiers as they are, our variables, our words.
"""
KINDS: Final[dict[str, TableKind]] = {
    "central": _CENTRAL,
    "kobo": _KOBO,
    "kobo-labels": replace(_KOBO, title="a Kobo export with labels", is_labelled=True),
    "redcap": _REDCAP,
    "redcap-labels": _REDCAP_LABELS,
    VARIABLES: TableKind("a table with our variables as headings", is_labelled=False),
    QUESTIONS: _QUESTIONS,
}
"""Name on the command line to a kind of table."""

_BLANK_FORMS: Final = {
    "an XLSForm": _names("type name relevant constraint"),
    "a data dictionary of REDCap": frozenset({"form name", "field type", "field label"}),
    "a code book": _names("variable identifier question answers"),
}


def blank_form(headings: Iterable[str]) -> str:
    """Return what a table is that describes the form and holds no answers; empty for any other."""
    names = frozenset(map(_name, headings))
    return next((title for title, needed in _BLANK_FORMS.items() if needed <= names), "")
