"""Where the browser of the tests is."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""What it may be called, the quickest first: it has no window, and so opens a page in half the
time.
"""
MISSING = "no Chromium on the path (Debian: apt-get install chromium-headless-shell)"


def found() -> str | None:
    """Return its path, or `None` where there is none."""
    paths = (shutil.which(name) for name in NAMES)
    return next((path for path in paths if path), None)
