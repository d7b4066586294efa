"""What a reviewer should not let pass."""

from pathlib import Path

from small import copied

from hingeexpert.assurance.lint import lint
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import load_knowledge

WORDS = "not_from_seed: not from the source article"


def test_a_fault_beyond_the_article_says_so_in_the_words_of_the_rules(tmp_path: Path) -> None:
    folder = copied(tmp_path, data_folder("rules"))
    file = folder / "words.yaml"
    text = file.read_text(encoding="utf-8")
    assert WORDS in text
    file.write_text(text.replace(WORDS, "not_from_seed: an addition of ours"), encoding="utf-8")
    knowledge = load_knowledge(folder)
    added = [name for name, fault in knowledge.faults.items() if fault.seed == "no"]

    found = [line for line in lint(knowledge, knowledge.conditions) if "seed" in line]

    assert added
    assert found == [
        f"{name}: the meaning must say 'an addition of ours', since seed is no" for name in added
    ]
