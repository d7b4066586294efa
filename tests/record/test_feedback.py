"""What became of cards, in the record."""

from contextlib import closing
from pathlib import Path

from hingeexpert.record import CardFeedback, Record, Verified
from hingeexpert.record.feedback import MOST_KEPT


def numbered(number: int) -> CardFeedback:
    return CardFeedback(f"2026-11-20T{number:06}", "card", "triage", "overridden", "other")


def test_it_is_kept_in_its_order_and_the_oldest_goes_first(tmp_path: Path) -> None:
    told = [numbered(number) for number in range(MOST_KEPT + 3)]
    with closing(Record(tmp_path / "record.sqlite")) as record:
        record.keep_feedback(told[:2])
        record.keep_feedback(told[2:])

    with closing(Record(tmp_path / "record.sqlite")) as again:
        assert again.feedback() == told[3:]


def test_the_chain_knows_nothing_of_it(tmp_path: Path) -> None:
    """It is of nobody, so a record with it is whole, and its head is the same."""
    with closing(Record(tmp_path / "record.sqlite")) as record:
        record.begin(None, "2026-11-20", [])
        before = record.verify()
        record.keep_feedback([numbered(1)])

        assert isinstance(before, Verified)
        assert record.verify() == before
