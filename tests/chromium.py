"""A headless Chromium, told what to do over its debugging protocol (https://chromedevtools.github.io/devtools-protocol/)."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

PROGRAM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
_LEAVING = "target navigated"
_SECONDS = 60.0


class LeavingError(Exception):
    """The page that was asked is on its way out."""


class Page:
    """One page."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._number = 0

    def tell(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol; its result."""
        self._number += 1
        self._channel.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._channel.recv(timeout=_SECONDS))
            if answer.get("id") == self._number:
                if _LEAVING in answer.get("error", {}).get("message", ""):
                    raise LeavingError
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.tell("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Wait until an expression is true, also across the loading of pages."""
        end = time.monotonic() + _SECONDS
        while not self._holds(script):
            assert time.monotonic() < end, script
            time.sleep(0.1)

    def _holds(self, script: str) -> bool:
        try:
            return bool(self.run(script))
        except LeavingError:
            return False  # asked while one page goes and the next one comes

    def open(self, url: str) -> None:
        """Go to ``url``, wherever it leads."""
        self.tell("Page.navigate", url=url)
        self.wait_for("location.href != 'about:blank' && document.readyState == 'complete'")

    def screenshot(self, file: Path) -> None:
        """The whole page as a PNG."""
        shot = self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def page(folder: Path) -> Generator[Page]:
    """A new browser with nothing in it; its profile is in ``folder``. The caller sees to it that the loopback goes past proxies."""
    assert PROGRAM is not None
    profile = folder / "profile"
    command = [
        PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--no-proxy-server", "--window-size=1400,1000",
        "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port = _port(profile / "DevToolsActivePort", process)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"http://127.0.0.1:{port}/json", timeout=20) as answer:
            address = next(one["webSocketDebuggerUrl"] for one in json.load(answer) if one["type"] == "page")
        with connect(address, max_size=None) as channel:
            yield Page(channel)
    finally:
        process.terminate()
        process.wait(20)


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    end = time.monotonic() + _SECONDS
    while not (file.is_file() and file.read_text().count("\n")):
        assert process.poll() is None, "Chromium did not start"
        assert time.monotonic() < end, "Chromium opens no debugging port"
        time.sleep(0.1)
    return int(file.read_text().split()[0])
