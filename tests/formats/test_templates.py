"""How templates are found."""

from pathlib import Path

import pytest

from hingeexpert.formats import templates


def test_in_a_browser_no_template_is_read_from_a_file_after_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, later = tmp_path / "first.txt", tmp_path / "later.txt"
    first.write_text("One")
    later.write_text("{% include 'first.txt' %} and two")
    monkeypatch.setattr(templates, "IN_BROWSER", True)
    monkeypatch.setattr(templates, "data_folder", lambda _: tmp_path)
    templates._environment.cache_clear()
    try:
        assert templates.render("first.txt", {}) == "One"
        first.unlink()
        later.unlink()
        assert templates.render("later.txt", {}) == "One and two"
    finally:
        templates._environment.cache_clear()
