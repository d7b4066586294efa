"""What a form of ours carries in ODK and Kobo beside its answers: the answer that says that nothing
was asked or seen, and the fields in which it says what it judged by itself.
"""

NOT_ASSESSED = "not_assessed"
"""Code of the answer that says that nothing was asked or seen."""
RULES_VERSION, RULES_SHA256 = "rules_version", "rules_sha256"
"""By which rules the form judged."""
AT_LEAST, NOT_RULED_OUT = "at_least", "not_ruled_out"
"""How the two fields end in which it says where somebody stands on a ladder."""
FAULT = "fault_"
"""How a field begins in which it says what is certain of a fault."""
PRESENT, ABSENT = "present", "absent"
"""What can be certain of one."""
LIVE = "live"
"""Name of the part at the end in which it is shown."""
BOLD = "**"
"""Stands around words that are shown in bold."""
LIVE_PREFIXES = ("t_", "f_", FAULT, "note_")
"""How all else begins: a condition that is certainly true, one that is certainly false, what is
certain of a fault, and what is shown.
"""


def is_live(name: str) -> bool:
    """Return whether a field that is none of the form's questions is one of what it judged by
    itself.

    Args:
        name: The field, without the groups that it stands in.
    """
    is_bound = name.endswith((f"_{AT_LEAST}", f"_{NOT_RULED_OUT}"))
    is_named = name in (RULES_VERSION, RULES_SHA256, LIVE)
    return is_bound or is_named or name.startswith(LIVE_PREFIXES)
