#!/usr/bin/python3
"""A browser as small as can be around WebKitGTK, which `app_engines.py` has driven.

    benchmarks/webkit_window.py PROFILE DOWNLOADS

MiniBrowser, which comes with the driver, forgets all when it is driven; this one keeps what pages
keep in the folder PROFILE, and puts what they hand over to be saved into the folder DOWNLOADS. With
`--version` it says what it is made of. It is run by the Python of the system, for which Debian has
the bindings (python3-gi, gir1.2-webkit2-4.1).
"""

import sys
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

SIZE = 820, 1180
VERSION = tuple(getattr(WebKit2, f"get_{part}_version")() for part in ("major", "minor", "micro"))


def main() -> None:
    """Wait for a driver, and do what it asks until it ends the browser."""
    profile, downloads = map(Path, sys.argv[1:3])
    kept = WebKit2.WebsiteDataManager(
        base_data_directory=str(profile / "data"), base_cache_directory=str(profile / "cache")
    )
    context = WebKit2.WebContext(website_data_manager=kept)
    context.set_automation_allowed(True)
    context.connect("automation-started", begun, context)
    context.connect("download-started", saved, downloads)
    Gtk.main()


def begun(_: WebKit2.WebContext, session: WebKit2.AutomationSession, context: object) -> None:
    """Say who this is, and give the driver its windows."""
    about = WebKit2.ApplicationInfo()
    about.set_name("webkit_window")
    about.set_version(*VERSION)
    session.set_application_info(about)
    session.connect("create-web-view", lambda _: window(web_context=context))


def window(**of: object) -> WebKit2.WebView:
    """Open a window with a page."""
    view = WebKit2.WebView(is_controlled_by_automation=True, **of)
    frame = Gtk.Window(default_width=SIZE[0], default_height=SIZE[1])
    frame.add(view)
    frame.show_all()
    view.connect("create", lambda opener, _: window(related_view=opener))
    view.connect("close", lambda _: frame.destroy())
    return view


def saved(_: WebKit2.WebContext, download: WebKit2.Download, folder: Path) -> None:
    """Put what a page hands over to be saved into the folder, under the name that it has."""

    def named(download: WebKit2.Download, name: str) -> bool:
        download.set_destination((folder / name).as_uri())
        return True

    download.connect("decide-destination", named)


if __name__ == "__main__":
    if sys.argv[1:] == ["--version"]:
        print(*VERSION, sep=".")
    else:
        main()
