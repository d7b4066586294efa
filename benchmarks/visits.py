"""Compare what the page says of a visit with what `diagnose` says of its form, byte for byte.

    python benchmarks/visits.py --visits 500

Random visits, each through the page's own routes: answers, answers taken back, "none of these",
"all as it should be", "same as last time", plus and minus, texts typed right and wrong, undo, redo;
every third is a later visit of somebody. Then the form of each, as the page gives it away, goes
through the command; its text is set beside the report of the page, its JSON beside what the page
is made from. Ends with exit code 1 where anything differs.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from random import Random

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from heads import without_head  # noqa: E402
from visits import serving  # noqa: E402

from hingeexpert.formats.files import data_folder  # noqa: E402
from hingeexpert.intake import Intake  # noqa: E402
from hingeexpert.knowledge import KnowledgeBase, load_knowledge  # noqa: E402
from hingeexpert.record import Record  # noqa: E402

MOST_PRESSES, AT_A_GLANCE = 18, 6
"""Presses of a visit, and how many of them are made of what a page shows before it is read anew."""
OFTEN = 4
"""How much likelier an answer is than each other kind of press."""
AGAIN = 3
"""Of so many visits one is a later visit of somebody."""
BUTTON = re.compile(r"<button\b[^>]*?\bdata-do=[^>]*>")
FIELD = re.compile(r"<input\b[^>]*?\bdata-answer\b[^>]*>")
DATA = re.compile(r'\bdata-([\w-]+)="([^"]*)"')
VERSION = re.compile(r'id="version" value="(\d+)"')
TYPED = ("0", "1", "42", "42.5", "-3", "999", " 7 ", "x", "")
KEPT, REFUSED = 200, 422
FILES = {"text": "txt", "json": "json"}


@dataclass
class Visitor:
    """Somebody who presses what a visit offers, at random.

    Attributes:
        browser: Speaks to the server as a page does.
        made: How often each kind of press was made, and how often one was refused.
    """

    browser: httpx.Client
    chance: Random
    made: Counter[str] = field(default_factory=Counter)

    def visit(self, person: str | None) -> str:
        """Make a visit of somebody new, or of a person, and return its address."""
        path = "/visits" if person is None else f"/people/{person}/visits"
        address = self.browser.post(path).headers["location"]
        left = self.chance.randrange(1, MOST_PRESSES)
        while left > 0:
            page = self.browser.get(address).text
            left -= self._glance(address, page)
        return str(address)

    def _glance(self, address: str, page: str) -> int:
        """Make some of the presses that a page offers; return how many."""
        version = _version(page)
        offered = _offered(page)
        kinds = [*sorted(offered), *["answer"] * OFTEN * ("answer" in offered)]
        for _ in range(AT_A_GLANCE):
            kind = self.chance.choice(kinds)
            values = dict(self.chance.choice(offered[kind]))
            if kind == "typed":
                values["value"] = self.chance.choice(TYPED)
                values |= {} if values["value"].strip() else {"blank": "yes"}
            path = "answer" if kind in ("typed", "taken back") else kind
            answer = self.browser.post(f"{address}/{path}", data={**values, "version": version})
            assert answer.status_code in (KEPT, REFUSED), (answer.status_code, kind, values)
            self.made[kind if answer.status_code == KEPT else "refused"] += 1
            version = _version(answer.text) or version
        return AT_A_GLANCE

    def finish(self, address: str) -> None:
        """End a visit, without a name."""
        version = _version(self.browser.get(address).text)
        self.browser.post(f"{address}/finish", data={"version": version, "nameless": "yes"})


def _version(html: str) -> str:
    """Return the version of the visit that a page, or what came of a press, shows."""
    found = VERSION.search(html)
    return found[1] if found else ""


def _offered(page: str) -> Mapping[str, Sequence[dict[str, str]]]:
    """Return what can be pressed and typed on a page, by its kind."""
    offered: dict[str, list[dict[str, str]]] = {}
    for button in BUTTON.findall(page):
        if "disabled" in button:
            continue
        values = {name: unescape(value) for name, value in DATA.findall(button)}
        kind = values.pop("do")
        pressed = 'aria-checked="true"' in button or 'aria-pressed="true"' in button
        if kind == "answer" and pressed:
            kind, values["blank"] = "taken back", "yes"
        offered.setdefault(kind, []).append(values)
    for typed in FIELD.findall(page):
        name = re.search(r'\bname="([^"]+)"', typed)
        if name:
            offered.setdefault("typed", []).append({"name": name[1]})
    return offered


def kept(
    knowledge: KnowledgeBase, folder: Path, count: int, seed: int
) -> tuple[Mapping[str, Mapping[str, str]], Counter[str]]:
    """Make visits; write the form of each, and return what the page says of it, by its kind.

    Args:
        knowledge: The knowledge base.
        folder: Where the forms are written.
        count: How many visits.
        seed: Makes the same visits again.
    """
    said: dict[str, dict[str, str]] = {kind: {} for kind in FILES}
    chance = Random(seed)
    path = folder / "record.sqlite"
    with serving(knowledge, path) as here, closing(Record(path)) as record:
        intake = Intake(knowledge, record)
        head = {"Origin": here.origin, "Sec-Fetch-Site": "same-origin"}
        with here.friend(headers=head) as browser:
            visitor = Visitor(browser, chance)
            for number in range(count):
                people = record.people() if number % AGAIN == AGAIN - 1 else []
                address = visitor.visit(chance.choice(people).id if people else None)
                form = browser.get(f"{address}/form.yaml").text
                name = f"{number:05}"
                (folder / f"{name}.yaml").write_text(form, encoding="utf-8")
                look = intake.look(address.rpartition("/")[2])
                said["text"][name] = without_head(browser.get(f"{address}/report.txt").text)
                said["json"][name] = look.diagnosis.as_json(indent=2) + "\n"
                if chance.random() < 0.5:
                    visitor.finish(address)
    return said, visitor.made


def diagnosed(folder: Path, kind: str) -> Mapping[str, str]:
    """Send every form of a folder through the command; return what it says, by its name."""
    forms = sorted(map(str, folder.glob("*.yaml")))
    full = ["--full"] if kind == "text" else ["--format", kind]
    output = folder / kind
    command = [sys.executable, "-m", "hingeexpert", "diagnose", *full, "-o", str(output), *forms]
    subprocess.run(command, check=True, cwd=ROOT)
    found = output.glob(f"*.{FILES[kind]}")
    return {path.stem: path.read_text(encoding="utf-8") for path in found}


def main() -> None:
    """Make the visits, compare, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visits", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    differences = 0
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        knowledge = load_knowledge(data_folder("rules"))
        said, made = kept(knowledge, folder, options.visits, options.seed)
        print(", ".join(f"{kind} {count}" for kind, count in sorted(made.items())))
        for kind, of_page in said.items():
            of_command = diagnosed(folder, kind)
            differ = [name for name, text in of_page.items() if of_command.get(name) != text]
            print(f"{kind}: {len(differ)} of {len(of_page)} differ {differ[:5]}")
            differences += len(differ)
    sys.exit(differences > 0)


if __name__ == "__main__":
    main()
