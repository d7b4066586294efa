"""A form that was sent with files in it.

Owns how such a body is taken apart; what is in the files is not looked at.
"""

from collections.abc import Mapping
from email import message_from_bytes
from email.message import Message

from starlette.exceptions import HTTPException

LINE, HEAD_ENDS = b"\r\n", b"\r\n\r\n"


def parts_of(content_type: str, body: bytes) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    """Return the fields of a form, and its files by the names of their fields; a file that nobody
    chose is left out.

    Args:
        content_type: `multipart/form-data` with its boundary.
        body: What was sent.

    Raises:
        HTTPException: 400, it is no such form.
    """
    boundary = _header(content_type.encode("latin-1", "replace")).get_boundary()
    if boundary is None:
        raise HTTPException(400)
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in (LINE + body).split(f"\r\n--{boundary}".encode())[1:-1]:
        head, found, content = part.removeprefix(LINE).partition(HEAD_ENDS)
        named = message_from_bytes(head)
        name = named.get_param("name", header="content-disposition")
        if not found or not isinstance(name, str):
            raise HTTPException(400)
        if named.get_filename() is None:
            fields[name] = content.decode("utf-8", "replace")
        elif content:
            files[name] = content
    return fields, files


def _header(content_type: bytes) -> Message:
    return message_from_bytes(b"Content-Type: " + content_type)
