"""The options of `serve` for the records of hospitals."""

import click
import pytest

from hingeexpert.cli.cds_options import read_door


def test_origins_are_kept_as_browsers_send_them() -> None:
    origins = ("https://ehr.example", "http://127.0.0.1:8910", "http://[::1]:8080")
    door = read_door(True, (*origins, origins[0]))

    assert door is not None
    assert door.origins == origins
    assert door.token not in repr(door)


def test_without_the_option_there_is_no_door() -> None:
    assert read_door(False, ()) is None


@pytest.mark.parametrize(
    "origin",
    [
        "ehr.example", "https://ehr.example/", "https://EHR.example", "https://ehr.example:443",
        "https://user@ehr.example", "https://ehr.example/app", "https://ehr.example?x", "null", "*",
        "https://*.example", "file://", "https://éhr.example", "https://ehr.example:99999", "https://",
        "https://ehr.example:", "https://ehr example",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_told(origin: str) -> None:
    with pytest.raises(click.UsageError, match="an origin is http:// or https://"):
        read_door(True, ("https://ehr.example", origin))


def test_everything_is_told_at_once() -> None:
    with pytest.raises(click.UsageError) as told:
        read_door(False, ("null", "*"))

    assert [line.partition(":")[0] for line in told.value.message.splitlines()[1:]] == [
        "  - --cds is missing",
        "  - --cds-origin null",
        "  - --cds-origin *",
    ]
