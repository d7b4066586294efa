"""What only the device can do: seal and open, keep and read what it keeps.

Whoever answers a request awaits a wish; the driver of the requests, see `inside.py`, hands it to
the device and goes on with what came of it. So no loop is needed.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from hingeexpert.record.driver import Error


class DeviceError(Error):  # type: ignore[misc] # that of a library without types
    """The device could not do what was wished for, as a disk that fails; it names the failure."""


@dataclass(frozen=True)
class Wish:
    """Something to be done by the device.

    Attributes:
        name: What; a function of the device's script.
        values: What it is given: texts, numbers, bytes, or lists of them.
    """

    name: str
    values: tuple[Any, ...] = ()

    def __await__(self) -> Generator["Wish", Any, Any]:
        return (yield self)


def wish(name: str, *values: Any) -> Wish:
    """Return a wish, to be awaited."""
    return Wish(name, values)
