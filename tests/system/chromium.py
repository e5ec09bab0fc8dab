"""Debian's chromium, driven over a pipe in the words of its DevTools protocol; no driver and no library between."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

PROGRAM: Final = shutil.which("chromium")
PATIENCE: Final = 30.0  # seconds, for machines that are busy with other tests

# Chromium reads commands from descriptor 3 and writes answers to 4. What it is handed goes out of their way first.
_BEGIN: Final = """
import fcntl, os, sys
commands, answers = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(commands, 3)
os.dup2(answers, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Page:
    """One tab of the browser."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._number = 0
        self._unread = b""
        self.complaints: list[str] = []  # errors of scripts and policies, from the console
        target = self._call("Target.createTarget", {"url": "about:blank"}, session=None)["targetId"]
        attached = self._call("Target.attachToTarget", {"targetId": target, "flatten": True}, session=None)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def go(self, url: str) -> None:
        """Opens an address, and waits until it is loaded."""
        failed = self._call("Page.navigate", {"url": url}).get("errorText")
        assert failed is None, f"{url}: {failed}"
        self.until("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        given = {"expression": script, "awaitPromise": True, "returnByValue": True}
        result = self._call("Runtime.evaluate", given)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, condition: str) -> None:
        """Waits until an expression is true, also through a change of page, in the middle of which there is little."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if self.run(f"Boolean({condition})"):
                    return
                why = ""
            except AssertionError as error:
                why = str(error)
            if time.monotonic() > deadline:
                raise AssertionError(f"it did not come true: {condition} {why}\n{self.run('document.body.innerText')}")
            time.sleep(0.05)

    def type(self, text: str) -> None:
        """Types where the focus is."""
        self._call("Input.insertText", {"text": text})

    def press(self, key: str) -> None:
        """Presses Enter or Tab."""
        code, typed = {"Enter": (13, "\r"), "Tab": (9, "")}[key]
        given = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._call(
            "Input.dispatchKeyEvent",
            {**given, "type": "keyDown", "text": typed} if typed else {**given, "type": "rawKeyDown"},
        )
        self._call("Input.dispatchKeyEvent", {**given, "type": "keyUp"})

    def look(self, *, width: int = 1280, height: int = 900, scheme: str = "light") -> None:
        """Gives the window a size in CSS pixels, and the reader a taste for `light` or `dark`."""
        phone = width < 600
        given = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self._call("Emulation.setDeviceMetricsOverride", given)
        self._call("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def without_scripts(self) -> None:
        """From now on the reader allows no JavaScript."""
        self._call("Emulation.setScriptExecutionDisabled", {"value": True})

    def zone(self, name: str) -> None:
        """The reader's time zone."""
        self._call("Emulation.setTimezoneOverride", {"timezoneId": name})

    def picture(self, path: Path) -> None:
        """Keeps what the window shows."""
        data = self._call("Page.captureScreenshot", {"format": "png"})["data"]
        path.write_bytes(base64.b64decode(data))

    def _call(self, method: str, given: dict[str, Any] | None = None, session: str | None = "") -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": given or {}}
        if session is not None:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _note(self, event: dict[str, Any]) -> None:
        given = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(given["exceptionDetails"]))
        if event.get("method") == "Log.entryAdded" and given["entry"]["level"] == "error":
            self.complaints.append(f"{given['entry']['text']} {given['entry'].get('url', '')}")

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            data = os.read(self._answers, 1 << 16)
            assert data, "chromium ended"
            self._unread += data
        text, _, self._unread = self._unread.partition(b"\0")
        answer: dict[str, Any] = json.loads(text)
        return answer


@contextmanager
def chromium() -> Iterator[Page]:
    """A page of a browser of its own, which knows nothing from before and asks nothing of the world outside."""
    assert PROGRAM is not None
    theirs_in, commands = os.pipe()
    answers, theirs_out = os.pipe()

    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", _BEGIN, str(theirs_in), str(theirs_out)),
                PROGRAM,
                "--headless",
                "--remote-debugging-pipe",
                f"--user-data-dir={folder}",
                "--no-sandbox",  # tests run as root in containers, where there is none to be had
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-extensions",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--hide-scrollbars",
            ],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8"},
        )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Page(commands, answers)
        finally:
            process.kill()
            process.wait(PATIENCE)
            os.close(commands)
            os.close(answers)
