"""A bugsink server of one's own, for one test: installed from PyPI, on the loopback, with SQLite, and gone at the end.

bugsink is source-available, not open source: it is installed for the test and never bundled. Its virtual environment is kept in
the system's temporary folder for the next time.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

USER, PASSWORD = "reader@host.example", "only-here"
#: A test that waits longer for the server to start has failed.
_START_SECONDS = 60.0
_SETTINGS = """
BUGSINK["PHONEHOME"] = False
BUGSINK["INGEST_STORE_BASE_DIR"] = {folder!r} + "/ingest"
DATABASES["default"]["NAME"] = {folder!r} + "/db.sqlite3"
DATABASES["snappea"]["NAME"] = {folder!r} + "/snappea.sqlite3"
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running bugsink with one project; ``dsn`` is the project's."""

    url: str
    token: str
    dsn: str
    project: int

    def get(self, path: str) -> Any:
        """What its API says."""
        return _asked(self.url, self.token, path)

    def issues(self) -> list[dict[str, Any]]:
        """The issues of the project, oldest first."""
        found: list[dict[str, Any]] = self.get(f"issues/?project={self.project}")["results"]
        return found

    def events(self, issue: str) -> list[dict[str, Any]]:
        """The events of an issue, as they were sent, and bugsink's own id of each as ``bugsink_id``."""
        listed = self.get(f"events/?issue={issue}")["results"]
        return [{**self.get(f"events/{event['id']}/")["data"], "bugsink_id": event["id"]} for event in listed]


def installed() -> Path:
    """The ``bin`` folder of a virtual environment that has bugsink; made when it is not there."""
    folder = (
        Path(tempfile.gettempdir())
        / f"tightlip-bugsink-{sys.version_info.major}.{sys.version_info.minor}-{os.getuid()}"
    )
    marker = folder / "made"
    if not marker.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        _ran([sys.executable, "-m", "venv", str(folder / "venv")])
        pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
        _ran([*pip, "--quiet", "bugsink"])
        marker.touch()
    return folder / "venv" / "bin"


@contextmanager
def bugsink(folder: Path) -> Generator[Server]:
    """A server whose files are in ``folder``."""
    programs = installed()
    port = _free_port()
    environment = {
        # Nothing of the caller's: no DSN, no proxy, no other settings. gunicorn keeps a socket in the home folder.
        "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", "")]),
        "HOME": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }

    def manage(*args: str) -> str:
        return _ran([str(programs / "bugsink-manage"), *args], cwd=folder, env=environment)

    create = [str(programs / "bugsink-create-conf"), "--template=local", f"--port={port}", "--host=127.0.0.1"]
    _ran(create, cwd=folder, env=environment)
    with (folder / "bugsink_conf.py").open("a") as settings:
        settings.write(_SETTINGS.format(folder=str(folder)))
    manage("migrate", "-v0")
    manage("migrate", "-v0", "snappea", "--database=snappea")
    manage("createsuperuser", "--noinput", "--username", USER, "--email", USER)
    token = manage("create_auth_token").split()[-1]
    with (folder / "log").open("wb") as log:
        serve = [str(programs / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", "1", "bugsink.wsgi"]
        process = subprocess.Popen(serve, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_it_answers(url, token, process)
            team = _asked(url, token, "teams/", {"name": "Acme"})
            _asked(url, token, "projects/", {"name": "Acme SDK", "team": team["id"]})
            (project,) = _asked(url, token, "projects/")["results"]
            yield Server(url, token, project["dsn"], project["id"])
        finally:
            process.terminate()
            process.wait(20)


def _asked(url: str, token: str, path: str, data: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        f"{url}/api/canonical/0/{path}",
        None if data is None else json.dumps(data).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=20) as answer:
        return json.load(answer)


def _wait_until_it_answers(url: str, token: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            _asked(url, token, "teams/")
            return
        except OSError:
            assert process.poll() is None, "bugsink did not start; see the file `log`"
            assert time.monotonic() < end, "bugsink does not answer; see the file `log`"
            time.sleep(0.2)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


def _ran(command: list[str], **options: Any) -> str:
    found: subprocess.CompletedProcess[str] = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=600, **options
    )
    assert found.returncode == 0, f"{command[0]} failed:\n{found.stdout}{found.stderr}"
    return found.stdout
