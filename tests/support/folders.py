"""Where the tests find what they read."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SUPPORT = ROOT / "tests" / "support"
DATA = ROOT / "tests" / "data"
FORMS = DATA / "forms"
GOLDEN = DATA / "golden"
