"""Compare what the page says of a visit with what `diagnose` says of its form, byte for byte.

    python benchmarks/visits.py --visits 500

Random visits, each through the page's own routes: answers, answers taken back, "none of these",
"all as it should be", "same as last time", plus and minus, texts typed right and wrong, undo, redo;
every third is a later visit of somebody. Then the form of each, as the page gives it away, goes
through the command; its text is set beside the report of the page, its JSON beside what the page
is made from. Ends with exit code 1 where anything differs.
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from heads import without_head  # noqa: E402
from visitor import Visitor  # noqa: E402
from ways import serving  # noqa: E402

from hingeexpert.formats.files import data_folder  # noqa: E402
from hingeexpert.intake import Intake  # noqa: E402
from hingeexpert.knowledge import KnowledgeBase, load_knowledge  # noqa: E402
from hingeexpert.record import Record  # noqa: E402

AGAIN = 3
"""Of so many visits one is a later visit of somebody."""
FILES = {"text": "txt", "json": "json"}


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
