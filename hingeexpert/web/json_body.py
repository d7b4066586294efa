"""What a program sends: one JSON document."""

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
    kind, _, _ = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != JSON:
        raise HTTPException(415)
    return read_document(name, await request.body())
