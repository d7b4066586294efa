"""What is kept between two starts: recalled whole, from a folder of our own, and never believed
over the files.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from folders import FORMS, ROOT

from hingeexpert.errors import KnowledgeError
from hingeexpert.formats import cache
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import read_form
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge import recalled as recalling
from hingeexpert.knowledge.recalled import quick_knowledge, quick_names

EVERY_FORM = sorted(FORMS.glob("*.yaml"))


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which this test keeps things; nothing else remembers them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(recalling, "_knowledge", recalling._knowledge.__wrapped__)
    return tmp_path / "cache" / "hingeexpert"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a copy of the shipped rules without their cases."""
    shutil.copytree(
        data_folder("rules"), tmp_path / "rules", ignore=shutil.ignore_patterns("cases")
    )
    return tmp_path / "rules"


def test_what_was_kept_is_recalled() -> None:
    cache.keep("word", "key", b"content", 5)

    assert cache.recall("word", "key") == b"content"
    assert cache.recall("word", "other") is None
    assert cache.recall("other", "key") is None


def test_only_the_user_may_read_it(kept: Path) -> None:
    cache.keep("word", "key", b"content", 5)

    assert kept.stat().st_mode & 0o777 == 0o700
    assert (kept / "word-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.iterdir()] == ["word-key"]


@pytest.mark.parametrize(
    "damage",
    [lambda raw: raw[:-1], lambda raw: raw + b" ", lambda raw: b"x" + raw[1:], lambda _: b""],
)
def test_what_is_damaged_is_not_there(kept: Path, damage: "object") -> None:
    cache.keep("word", "key", b"content", 5)
    path = kept / "word-key"
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]

    assert cache.recall("word", "key") is None


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_what_others_may_write_is_not_there(kept: Path, mode: int) -> None:
    cache.keep("word", "key", b"content", 5)
    (kept / "word-key").chmod(mode)

    assert cache.recall("word", "key") is None


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_may_write_is_not_used(kept: Path, mode: int) -> None:
    cache.keep("word", "key", b"content", 5)
    kept.chmod(mode)
    cache.keep("word", "second", b"content", 5)

    assert cache.recall("word", "key") is None
    assert not (kept / "word-second").exists()


def test_what_belongs_to_another_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep("word", "key", b"content", 5)
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)

    assert cache.recall("word", "key") is None


def test_a_link_is_not_followed(kept: Path) -> None:
    cache.keep("word", "key", b"content", 5)
    (kept / "word-key").rename(kept / "elsewhere")
    (kept / "word-key").symlink_to(kept / "elsewhere")

    assert cache.recall("word", "key") is None


@pytest.mark.skipif(sys.platform == "win32", reason="has no such pipes")
def test_a_pipe_keeps_nobody_waiting(kept: Path) -> None:
    cache.keep("word", "key", b"content", 5)
    (kept / "word-key").unlink()
    os.mkfifo(kept / "word-key")

    assert cache.recall("word", "key") is None


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be", encoding="utf-8")
    cache.keep("word", "key", b"content", 5)

    assert cache.recall("word", "key") is None


def test_who_has_no_home_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "platformdirs.user_cache_path", lambda *_, **__: Path("~/.cache/hingeexpert")
    )
    cache.keep("word", "key", b"content", 5)

    assert list(tmp_path.iterdir()) == []
    assert cache.recall("word", "key") is None


def test_the_oldest_go(kept: Path) -> None:
    for number in range(4):
        cache.keep("word", f"key{number}", b"content", 10)
        os.utime(kept / f"word-key{number}", (number, number))
    cache.keep("other", "key", b"content", 3)
    cache.keep("word", "key4", b"content", 3)

    assert sorted(path.name for path in kept.iterdir()) == [
        "other-key",
        "word-key2",
        "word-key3",
        "word-key4",
    ]


def test_a_key_depends_on_every_part_and_its_place() -> None:
    keys = {
        cache.key_of(),
        cache.key_of("a"),
        cache.key_of("a", "b"),
        cache.key_of("b", "a"),
        cache.key_of("ab"),
    }

    assert len(keys) == 5


def test_recalled_rules_judge_as_loaded_ones(knowledge: KnowledgeBase, kept: Path) -> None:
    quick_knowledge(data_folder("rules"))
    assert len(list(kept.glob("rules-*"))) == 1
    recalled = quick_knowledge(data_folder("rules"))

    for path in EVERY_FORM:
        loaded, again = (
            diagnose(base, read_form(base, path.name, path.read_bytes()))
            for base in (knowledge, recalled)
        )
        assert again.as_json() == loaded.as_json()


def test_recalled_rules_are_the_loaded_ones(knowledge: KnowledgeBase) -> None:
    quick_knowledge(data_folder("rules"))
    recalled = quick_knowledge(data_folder("rules"))

    for name in KnowledgeBase.__dataclass_fields__:
        assert getattr(recalled, name) == getattr(knowledge, name), name
    assert recalled.network.nodes == knowledge.network.nodes
    assert recalled.network.position(knowledge.findings["stick_slipped"].when) is not None


def test_a_recalled_knowledge_base_has_no_other_attributes() -> None:
    quick_knowledge(data_folder("rules"))

    with pytest.raises(AttributeError, match="no attribute 'remark'"):
        quick_knowledge(data_folder("rules")).remark  # noqa: B018


def test_one_changed_byte_is_seen_at_the_next_start(rules: Path) -> None:
    """Also where the size and the time of the file stay what they were."""
    before = quick_knowledge(rules)
    path = rules / "faults" / "balance_loss.yaml"
    state = path.stat()
    path.write_bytes(path.read_bytes().replace(b"title: Balance", b"title: Bolance"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    after = quick_knowledge(rules)

    assert path.stat().st_size == state.st_size
    assert before.faults["balance_loss"].title.startswith("Balance")
    assert after.faults["balance_loss"].title.startswith("Bolance")


def test_a_rule_broken_after_it_was_kept_is_told(rules: Path) -> None:
    quick_knowledge(rules)
    (rules / "remarks.yaml").unlink()

    with pytest.raises(KnowledgeError, match=r"remarks\.yaml: this file is missing"):
        quick_knowledge(rules)


def test_a_file_that_came_after_it_was_kept_is_told(rules: Path) -> None:
    quick_knowledge(rules)
    (rules / "extra.yaml").write_text("a: b\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"extra\.yaml: this file has no place"):
        quick_knowledge(rules)


def test_what_can_be_no_rule_is_told_and_not_read(rules: Path) -> None:
    """A pipe that nobody writes to would be read for ever."""
    quick_knowledge(rules)
    os.mkfifo(rules / "pipe.mp4")
    (rules / "faults" / "deep").mkdir()
    os.mkfifo(rules / "faults" / "deep" / "pipe.yaml")

    with pytest.raises(KnowledgeError) as caught:
        quick_knowledge(rules)
    assert {problem.file for problem in caught.value.problems} == {
        "pipe.mp4",
        "faults/deep/pipe.yaml",
    }


def drills(knowledge: KnowledgeBase) -> list[str]:
    return list(knowledge.drills)


def test_names_are_recalled_until_a_file_changes(rules: Path, kept: Path) -> None:
    first = quick_names(rules, drills)
    shutil.rmtree(kept)
    again = quick_names(rules, drills)
    assert first == again == sorted(path.stem for path in (rules / "drills").glob("*.yaml"))
    assert quick_names(rules, drills) == first

    (rules / "drills" / "extra.yaml").write_text("a: b\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"extra\.yaml"):
        quick_names(rules, drills)


def test_a_changed_template_is_seen_at_the_next_start(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    shown = []
    for text in ("one way", "two way"):
        (templates / "diagnosis.txt").write_text(text, encoding="utf-8")
        os.utime(templates / "diagnosis.txt", (1, 1))
        command = [
            sys.executable,
            "-m",
            "hingeexpert",
            "diagnose",
            "--full",
            str(EVERY_FORM[0]),
            "--templates",
            str(templates),
        ]
        shown.append(
            subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        )

    assert shown == ["one way", "two way"]


def test_a_changed_program_recalls_nothing_old(tmp_path: Path, kept: Path) -> None:
    # What is compiled comes along, but for what another process is just writing.
    ignore = shutil.ignore_patterns("*.pyc.*", "cases")
    for folder in ("hingeexpert", "rules", "reports"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    command = [sys.executable, "-m", "hingeexpert", "diagnose", str(EVERY_FORM[0])]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    counted = []
    for _ in range(2):
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
        counted.append(len(list(kept.glob("rules-*"))))
        with (tmp_path / "hingeexpert" / "knowledge" / "knowledge_base.py").open(
            "a", encoding="utf-8"
        ) as file:
            file.write("# changed\n")

    assert counted == [1, 2]


def started(*arguments: str, **variables: str) -> set[str]:
    """Run a command in a process of its own, and return the modules that it imported."""
    script = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))\n"
        "from hingeexpert.cli import run\n"
        "sys.argv[0] = 'hingeexpert'\n"
        "run()"
    )
    command = [sys.executable, "-c", script, *arguments]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **variables}
    )
    return set(json.loads(ended.stderr.splitlines()[-1]))


HEAVY = {
    "experta",
    "jinja2",
    "numpy",
    "polars",
    "pydantic",
    "pyrage",
    "sqlcipher3",
    "sqlite3",
    "starlette",
    "typst",
    "yaml",
    "z3",
}


@pytest.mark.parametrize(
    "words", ["dia", "diagnose --fo", "rules ", "serve --", "explain form.yaml lum"]
)
def test_completion_imports_nothing_heavy(words: str) -> None:
    started(**asked(words))  # so that the names are kept

    assert not started(**asked(words)) & HEAVY


def asked(words: str) -> dict[str, str]:
    """Return the variables by which a shell asks for the completions of the last word."""
    return {
        "_HINGEEXPERT_COMPLETE": "bash_complete",
        "COMP_WORDS": f"hingeexpert {words}",
        "COMP_CWORD": str(len(words.split(" "))),
    }


@pytest.mark.parametrize(
    "command", ["", "diagnose", "batch", "intake", "serve", "rules", "rules verify"]
)
def test_help_imports_nothing_heavy(command: str) -> None:
    assert not started(*command.split(), "--help") & HEAVY


def test_a_second_diagnosis_checks_no_rules_again() -> None:
    first, second = (started("diagnose", str(EVERY_FORM[0])) for _ in range(2))

    assert "hingeexpert.knowledge.loading" in first
    assert not second & {
        "hingeexpert.knowledge.loading",
        "hingeexpert.knowledge.checks",
        "polars",
        "numpy",
        "typst",
    }
