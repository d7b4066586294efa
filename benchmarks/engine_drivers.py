"""Firefox and WebKitGTK, driven by the commands that both know (W3C WebDriver): Firefox over the
socket that it opens itself (Marionette), WebKitGTK over the HTTP of `WebKitWebDriver`.
"""

import base64
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

PATIENCE = 90
"""Seconds after which what is waited for counts as not coming."""
PAUSE = 0.02
WINDOW = 820, 1180
_WINDOW_OF_WEBKIT = Path(__file__).with_name("webkit_window.py")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key under which WebDriver hands out an element."""
_WAYS = {
    "Navigate": ("POST", "url"),
    "Refresh": ("POST", "refresh"),
    "ExecuteScript": ("POST", "execute/sync"),
    "ExecuteAsyncScript": ("POST", "execute/async"),
    "FindElement": ("POST", "element"),
    "ElementClick": ("POST", "element/{id}/click"),
    "ElementSendKeys": ("POST", "element/{id}/value"),
    "SetTimeouts": ("POST", "timeouts"),
    "GetWindowHandle": ("GET", "window"),
    "GetWindowHandles": ("GET", "window/handles"),
    "SwitchToWindow": ("POST", "window"),
    "NewWindow": ("POST", "window/new"),
    "CloseWindow": ("DELETE", "window"),
    "TakeScreenshot": ("GET", "screenshot"),
}
"""Method and address over HTTP of each command."""
_SETTINGS: dict[str, bool | int | str] = {
    "remote.prefs.recommended": False,
    "marionette.port": 0,
    "browser.startup.page": 0,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "startup.homepage_welcome_url": "about:blank",
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "dom.file.createInChild": True,
    "browser.download.folderList": 2,
    "browser.download.alwaysOpenPanel": False,
}
"""Of Firefox: it stays quiet, and else is as people have it."""


class EngineSlipError(Exception):
    """What was tried in a browser did not go as it should, or the browser refused a command."""


class EngineDriver(ABC):
    """One browser with a profile of its own, from its start to its end.

    Args:
        profile: Folder of all that the browser keeps; taken up where it has content.
        downloads: Folder into which it puts what is to be saved.
    """

    name: str
    process: subprocess.Popen[bytes]

    def __init__(self, profile: Path, downloads: Path) -> None:
        for folder in (profile, downloads):
            folder.mkdir(parents=True, exist_ok=True)
        self.begin(profile, downloads)
        limits = {"script": PATIENCE * 1000, "pageLoad": PATIENCE * 1000}
        self.command("SetTimeouts", **limits)

    @abstractmethod
    def begin(self, profile: Path, downloads: Path) -> None:
        """Start the browser, and speak to it."""

    @abstractmethod
    def command(self, name: str, /, **values: Any) -> Any:
        """Return what the browser answers to a command."""

    @abstractmethod
    def end(self) -> None:
        """End the browser as who closes its last window."""

    def worked(self) -> float:
        """Return the seconds that processors have worked for it so far."""
        own = psutil.Process(self.process.pid)
        return sum(map(_seconds, [own, *own.children(recursive=True)]))

    def goto(self, address: str) -> None:
        """Open an address."""
        self.command("Navigate", url=address)

    def script(self, text: str, *values: Any) -> Any:
        """Return what a script in the page returns."""
        return self.command("ExecuteScript", script=text, args=list(values))

    def finished(self, expression: str) -> Any:
        """Return what a promise of the page comes to."""
        text = f"const told = arguments[0]; ({expression}).then(told, e => told('slip ' + e));"
        return self.command("ExecuteAsyncScript", script=text, args=[])

    def wait(self, expression: str, seconds: float = PATIENCE) -> Any:
        """Return what an expression comes to, once that is neither false nor empty.

        Raises:
            EngineSlipError: It does not come to that.
        """

        def look() -> Any:
            with suppress(EngineSlipError):  # between two pages there is no page
                return self.script(f"return ({expression});")
            return None

        return until(look, expression, seconds)

    def press(self, selector: str) -> None:
        """Press what is in sight, as a person does."""
        self.command("ElementClick", id=self._element(selector))

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.command("ElementSendKeys", id=self._element(selector), text=text)

    def _element(self, selector: str) -> str:
        found = self.command("FindElement", using="css selector", value=selector)
        return str(found.get("value", found)[_ELEMENT])

    @property
    def windows(self) -> list[str]:
        """All windows and tabs."""
        return list(self.command("GetWindowHandles"))

    def look_at(self, window: str) -> None:
        """Speak to one window from now on."""
        self.command("SwitchToWindow", handle=window, name=window)

    def picture(self, path: Path) -> None:
        """Keep what is in sight as a picture."""
        path.write_bytes(base64.b64decode(self.command("TakeScreenshot", full=False)))


class Firefox(EngineDriver):
    """Firefox, without a window."""

    name = "Firefox"

    @staticmethod
    def found() -> str | None:
        """Return what version stands on this machine, `None` where there is none."""
        path = shutil.which("firefox-esr") or shutil.which("firefox")
        return printed(path, "--version") if path else None

    def begin(self, profile: Path, downloads: Path) -> None:
        """Start it, and speak to it."""
        settings = {**_SETTINGS, "browser.download.dir": str(downloads)}
        lines = (f"user_pref({json.dumps(key)}, {json.dumps(settings[key])});" for key in settings)
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        told = profile / "MarionetteActivePort"
        told.unlink(missing_ok=True)
        path = shutil.which("firefox-esr") or "firefox"
        size = [f"--width={WINDOW[0]}", f"--height={WINDOW[1]}"]
        self.process = begun(
            [path, "--headless", "--marionette", "--no-remote", "--profile", str(profile), *size]
        )
        port = int(until(lambda: told.exists() and told.read_text(), "the port of Firefox"))
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.stream = self.socket.makefile("rwb")
        self.last = 0
        self._read()
        self.command("NewSession", capabilities={})

    def command(self, name: str, /, **values: Any) -> Any:
        """Return what it answers to a command."""
        self.last += 1
        said = "Marionette:Quit" if name == "Quit" else f"WebDriver:{name}"
        content = json.dumps([0, self.last, said, values]).encode()
        self.stream.write(b"%d:%s" % (len(content), content))
        self.stream.flush()
        _, _, slip, came = self._read()
        if slip:
            raise EngineSlipError(f"{name}: {slip['error']}: {slip['message']}")
        return came["value"] if isinstance(came, dict) and list(came) == ["value"] else came

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            letter = self.stream.read(1)
            if not letter:
                raise EngineSlipError("Firefox has ended")
            length += letter
        return json.loads(self.stream.read(int(length[:-1])))

    def end(self) -> None:
        """End it."""
        if self.process.poll() is not None:
            return
        with suppress(EngineSlipError, OSError):
            self.command("Quit", flags=["eAttemptQuit"])
        self.stream.close()
        self.socket.close()
        ended(self.process)


class WebKitGTK(EngineDriver):
    """WebKitGTK in the window of `webkit_window.py`, on a screen that nobody sees."""

    name = "WebKitGTK"

    @staticmethod
    def found() -> str | None:
        """Return what version stands on this machine, `None` where something is missing."""
        needed = ("WebKitWebDriver", "Xvfb", str(_WINDOW_OF_WEBKIT))
        return printed(needed[-1], "--version") if all(map(shutil.which, needed)) else None

    def begin(self, profile: Path, downloads: Path) -> None:
        """Start screen, driver and browser."""
        reading, writing = os.pipe()
        screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1200x1400x24", "-nolisten"]
        self.screen = begun([*screen, "tcp"], pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as told:
            display = f":{told.readline().strip()}"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        own = {"DISPLAY": display, "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1"}
        system = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        self.process = begun(["WebKitWebDriver", f"--port={port}"], env={**system, **own})
        self.port, self.session = port, ""
        options = {"binary": str(_WINDOW_OF_WEBKIT), "args": [str(profile), str(downloads)]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        until(self._listens, "the driver of WebKitGTK")
        self.session = self._ask("POST", "/session", {"capabilities": wanted})["sessionId"]

    def _listens(self) -> bool:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        return False

    def command(self, name: str, /, **values: Any) -> Any:
        """Return what it answers to a command."""
        method, address = _WAYS[name]
        path = f"/session/{self.session}/{address.format_map(values)}"
        return self._ask(method, path, values if method == "POST" else None)

    def _ask(self, method: str, path: str, body: object) -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(method, path, None if body is None else json.dumps(body))
            came = json.loads(line.getresponse().read())["value"]
        except (OSError, ValueError) as error:
            raise EngineSlipError(f"{path}: {error}") from error
        finally:
            line.close()
        if isinstance(came, dict) and "error" in came:
            raise EngineSlipError(f"{path}: {came['error']}: {came.get('message', '')}")
        return came

    def end(self) -> None:
        """End browser, driver and screen."""
        if self.process.poll() is not None:
            return
        with suppress(EngineSlipError):
            self._ask("DELETE", f"/session/{self.session}", None)
        for process in (self.process, self.screen):
            process.terminate()
            ended(process)


def _seconds(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def begun(command: list[str], **more: Any) -> subprocess.Popen[bytes]:
    """Start a process that is not heard."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, **more)


def ended(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a process, and bring it about where it does not come."""
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def printed(*command: str) -> str | None:
    """Return the version that a program prints, `None` where it prints none."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d[\w.]*", done.stdout)
    return found and found.group()


def until(look: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Return what comes, once that is neither false nor empty.

    Raises:
        EngineSlipError: It does not come in that time.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if came := look():
            return came
        time.sleep(PAUSE)
    raise EngineSlipError(f"did not come within {seconds} s: {what}")
