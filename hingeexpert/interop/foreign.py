"""Whether a file may hold forms of another system, by what stands in it and never by its name.

Loads nothing, since every command asks it of every form.
"""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
XML_START, MAP_START = b"<", b"{"
MARKUP = 4096
"""Bytes at the start of a file that show whether it is XML."""
RESOURCE = b'"resourceType"'
"""What stands in every resource of FHIR as JSON, and in no form of ours."""


def is_foreign(raw: bytes) -> bool:
    """Return whether a file may hold forms that are not ours."""
    return is_xml(raw) or (_start(raw).startswith(MAP_START) and RESOURCE in raw)


def is_xml(raw: bytes) -> bool:
    """Return whether a file is XML, as far as its start says."""
    return _start(raw).startswith(XML_START)


def _start(raw: bytes) -> bytes:
    return raw[:MARKUP].removeprefix(BYTE_ORDER_MARK).lstrip()
