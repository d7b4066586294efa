"""What a program sends: one JSON document."""

from collections.abc import Container

from starlette.exceptions import HTTPException
from starlette.requests import Request

from hingeexpert.formats.documents import Document, read_document

JSON = "application/json"


async def json_body(request: Request, name: str) -> Document:
    """Return the body of a request, with its problems.

    Args:
        request: The request.
        name: Of the document, for messages.

    Raises:
        HTTPException: 415 where it is not sent as JSON.
    """
    check_sent_as(request, (JSON,))
    return read_document(name, await request.body())


def check_sent_as(request: Request, kinds: Container[str]) -> None:
    """Refuse what is sent as something else than these kinds of content.

    Raises:
        HTTPException: 415.
    """
    kind, _, _ = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() not in kinds:
        raise HTTPException(415)
