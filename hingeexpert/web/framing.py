"""Where one request ends and the next begins, read strictly.

Behind a proxy what two programs read differently smuggles one request inside another. So whatever
could be read in two ways is refused, also where a lenient reader is allowed (RFC 9112, 2.2, 5.2,
6.1 and 6.3).
"""

import re

import h11

END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
TWO_WAYS = re.compile(
    rb"(?<!\r)\n"  # a line that ends in a line feed alone
    rb"|\n[ \t]"  # a field that goes on in the next line
    rb"|(?i:\ncontent-length:[^\n]*,)"  # several lengths in one field
)
LENGTH = re.compile(rb"\ncontent-length:", re.IGNORECASE)
CODED = re.compile(rb"\ntransfer-encoding:", re.IGNORECASE)
OLD = re.compile(rb"[^\n]* HTTP/1\.0\r?\n")
"""A request of the version that knows no transfer encoding."""


class StrictConnection(h11.Connection):
    """Reads requests, and none that could end in two places.

    What is refused is answered with 400 by whoever drives it, and the connection closed.
    """

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Return what came next; `RemoteProtocolError` where that can be read in two ways."""
        if self.their_state is h11.IDLE:
            _check(self.trailing_data[0])
        event = super().next_event()
        if isinstance(event, h11.EndOfMessage) and event.headers:
            raise h11.RemoteProtocolError("fields behind a body")
        return event


def _check(waiting: bytes) -> None:
    """Check the lines before a body, as far as they have come."""
    end = END_OF_HEAD.search(waiting)
    head = waiting[: end.end()] if end else waiting
    lengths = len(LENGTH.findall(head))
    coded = CODED.search(head) is not None
    if lengths > 1 or (coded and (lengths or OLD.match(head))) or TWO_WAYS.search(head):
        raise h11.RemoteProtocolError("a request that can be read in two ways")
