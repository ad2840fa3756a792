#!/usr/bin/env python3
"""Chromium without a window, driven by its DevTools protocol through a pipe, with nothing but the standard library.

usage: Scripts/chromium.py

Prints which Chromium the scripts of this folder use: the program that TFNAS_CHROMIUM names, or else the first of
the usual names on the search path. The exit status is 69 where there is none (Debian: apt-get install chromium).
"""

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time

NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"]
# Seconds until an answer; a browser starts slowly on a machine that is busy.
PATIENCE = 60
UNAVAILABLE = 69


class BrowserError(Exception):
    """What the browser did not do."""


def find(named: str | None = None) -> str | None:
    """The program, None where there is none."""
    named = named or os.environ.get("TFNAS_CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else NAMES))
    return next((path for path in found if path), None)


def require(named: str | None = None) -> str:
    """The program; ends with 69 where there is none."""
    if program := find(named):
        return program
    name = os.path.basename(sys.argv[0])
    print(f"{name}: no Chromium here (Debian: apt-get install chromium)", file=sys.stderr)
    sys.exit(UNAVAILABLE)


class Chromium:
    """A browser of one's own, which ends with the context."""

    def __init__(self, program: str) -> None:
        self.number = 0
        self.events: list[dict] = []
        self.waiting = b""
        self.profile = tempfile.TemporaryDirectory(prefix="tfnas-chromium-", ignore_cleanup_errors=True)
        self.process = 0
        # Chromium reads descriptor 3 and writes to 4, so that ours must be others.
        ours, theirs = os.pipe(), os.pipe()
        high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (*ours, *theirs)]
        for end in (*ours, *theirs):
            os.close(end)
        its_input, self.output, self.input, its_output = high
        words = [
            program, "--headless", "--remote-debugging-pipe", f"--user-data-dir={self.profile.name}",
            "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-component-update",
            "--disable-background-networking", "--no-first-run", "--no-default-browser-check",
            "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ]
        if os.geteuid() == 0:
            words.append("--no-sandbox")
        self.process = os.posix_spawn(
            program, [*words, "about:blank"], os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_DUP2, its_input, 3), (os.POSIX_SPAWN_DUP2, its_output, 4),
            ],
            setpgroup=0, setsigmask=[])
        os.close(its_input)
        os.close(its_output)

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(BrowserError, OSError):
            self.call("Browser.close")
        for end in (self.input, self.output):
            os.close(end)
        deadline = time.monotonic() + 10
        while os.waitpid(self.process, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process, signal.SIGKILL)
            time.sleep(0.02)
        self.profile.cleanup()

    def _send(self, number: int, method: str, session: str | None, parameters: dict) -> None:
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.output, data):]

    def _receive(self, deadline: float) -> dict:
        while b"\0" not in self.waiting:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.input], [], [], left)[0]:
                raise BrowserError("Chromium does not answer")
            piece = os.read(self.input, 1 << 20)
            if not piece:
                raise BrowserError("Chromium has ended")
            self.waiting += piece
        line, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(line)

    def call(self, method: str, session: str | None = None, **parameters: object) -> dict:
        """Asks for something, and waits for the answer; events that come meanwhile are kept."""
        self.number += 1
        self._send(self.number, method, session, parameters)
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self._receive(deadline)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)
            if answer.get("method") == "Page.javascriptDialogOpening":
                # The page stands still until somebody answers.
                self._send(0, "Page.handleJavaScriptDialog", answer["sessionId"], {"accept": True})

    def page(self) -> "Page":
        """A page of its own."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        return Page(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])


class Page:
    """A page of the browser."""

    # The codes of keys that are pressed.
    KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "PageDown": 34, "End": 35, "Home": 36,
            "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}

    def __init__(self, browser: Chromium, session: str) -> None:
        self.browser = browser
        self.session = session
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: object) -> dict:
        """Asks for something of this page."""
        return self.browser.call(method, self.session, **parameters)

    def view(self, width: int, height: int = 900, scheme: str = "light") -> None:
        """Sets the size of the window in pixels, and the colours that its user prefers."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, address: str) -> None:
        """Goes to an address, and waits until everything that it names is there."""
        self.call("Page.navigate", url=address)
        self.wait(f"document.readyState === 'complete' && location.href.startsWith({json.dumps(address)})")

    def value(self, expression: str) -> object:
        """What an expression is worth in the page; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description", details["text"])
            raise BrowserError(f"{expression}: {text}")
        return answer["result"].get("value")

    def wait(self, expression: str, patience: float = PATIENCE) -> object:
        """Waits until an expression is worth something that counts as true."""
        deadline = time.monotonic() + patience
        while True:
            with contextlib.suppress(BrowserError):
                if value := self.value(expression):
                    return value
            if time.monotonic() > deadline:
                raise BrowserError(f"not within {patience} s: {expression}")
            time.sleep(0.02)

    def press(self, key: str) -> None:
        """Presses a key and lets it go."""
        parameters = {"key": key, "code": key, "windowsVirtualKeyCode": self.KEYS[key]}
        # Without its text, Enter would press no button.
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **parameters, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def type(self, text: str) -> None:
        """Types a text into what has the focus."""
        self.call("Input.insertText", text=text)

    def picture(self, path: str, height: int | None = None) -> None:
        """Saves what is in the window, or the page to a height, as PNG."""
        more = {}
        if height is not None:
            width = self.value("document.documentElement.clientWidth")
            clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
            more = {"clip": clip, "captureBeyondViewport": True}
        data = self.call("Page.captureScreenshot", format="png", **more)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def complaints(self) -> list[str]:
        """Errors and warnings of the page so far, dialogs that it opened, and what it asked of other machines."""
        found = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            facts = event["params"]
            match event["method"]:
                case "Runtime.exceptionThrown":
                    details = facts["exceptionDetails"]
                    found.append(details.get("exception", {}).get("description", details["text"]))
                case "Runtime.consoleAPICalled" if facts["type"] in ("error", "warning", "assert"):
                    found.append(f"console: {[part.get('value') for part in facts['args']]}")
                case "Log.entryAdded" if facts["entry"]["level"] in ("error", "warning"):
                    found.append(f"{facts['entry']['text']} {facts['entry'].get('url', '')}".strip())
                case "Page.javascriptDialogOpening":
                    found.append(f"a dialog: {facts['message']}")
                case "Network.requestWillBeSent":
                    address = facts["request"]["url"]
                    if not address.startswith(("http://127.0.0.1:", "data:", "blob:", "about:", "file:")):
                        found.append(f"asked of another machine: {address}")
        return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(__doc__)
        sys.exit(0 if sys.argv[1] in ("-h", "--help") else 64)
    print(require())
