"""Live capture: the program of a case runs as a process of its own, with its SDK; what reaches a local Sentry endpoint is the output.

    tightlip check cases --live 'node {file}' --language javascript

The program finds ``SENTRY_DSN`` in its environment and must use it: that an SDK sends to no other address is not watched here. Proxies and
``DO_NOT_TRACK`` of the caller are taken out of the environment. It works in the caller's folder, so that ``node --import ./instrument.js {file}``
and ``go run {file}`` find what is there, and Node finds its ``node_modules``. It is written to the same folder in all runs of a case:
``{file}`` is its path, ``{folder}`` that of all its files.

Everything that arrives is judged, see `receiver`: error events, and beside the first of them sessions, transactions, logs, attachments, client
reports, and the headers of all.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.case import CodeInput
from tightlip.suite.outcome import Broken, Output
from tightlip.suite.runners import receiver
from tightlip.suite.runners.answers import known_name
from tightlip.suite.runners.caretaker import Caretaker
from tightlip.suite.runners.limit import SECONDS
from tightlip.suite.runners.processes import Process, arguments
from tightlip.suite.runners.programs import BadProgram, write

if TYPE_CHECKING:
    from tightlip.suite.case import Case, Filled, Profile

#: Seconds without a request after which a program that has ended has sent all, a daemon that it started too; and if helpers of it run on.
GRACE: Final = 0.1
HELPERS: Final = 1.0
_MOST_COMPLAINTS: Final = 16
#: File names by language; others get none.
SUFFIXES: Final = {
    "python": ".py", "javascript": ".js", "typescript": ".ts", "go": ".go", "ruby": ".rb", "php": ".php", "java": ".java",
    "kotlin": ".kts", "csharp": ".cs", "rust": ".rs", "dart": ".dart", "elixir": ".exs", "perl": ".pl", "lua": ".lua",
}  # fmt: skip
_REPORTER: Final = re.compile(r"\breporter\b")
_REMOVED: Final = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy", "do_not_track"})
_REMOVED_PREFIXES: Final = ("sentry_", "otel_")
_EVENT_VARIES: Final = (
    "breadcrumbs.*.timestamp",
    "breadcrumbs.values.*.timestamp",
    "contexts.app.app_memory",
    "contexts.app.app_start_time",
    "contexts.app.free_memory",
    "contexts.device.boot_time",
    "contexts.device.free_memory",
    "contexts.device.free_storage",
    "contexts.trace.parent_span_id",
    "contexts.trace.span_id",
    "contexts.trace.trace_id",
    "start_timestamp",
    "spans.*.span_id",
    "spans.*.parent_span_id",
    "spans.*.trace_id",
    "spans.*.start_timestamp",
    "spans.*.timestamp",
    "received",
)
#: What differs between any two runs of an SDK, in the event and in each thing that arrives beside it.
VARIES: Final = (
    *_EVENT_VARIES,
    *(f"payload.{path}" for path in ("event_id", "timestamp", *_EVENT_VARIES)),
    "payload.sid",
    "payload.init",
    "payload.started",
    "payload.duration",
    "payload.aggregates.*.started",
    "payload.items.*.timestamp",
    "payload.items.*.trace_id",
    "payload.items.*.span_id",
    "envelope.event_id",
    "envelope.sent_at",
    "envelope.dsn",
    "envelope.trace.trace_id",
    "envelope.trace.sample_rand",
    'request.headers["sentry-trace"]',
    "request.headers.baggage",
    "request.headers.traceparent",
)


class LiveRunner:
    """Runs the programs of cases as processes.

    Args:
        command: The program and its arguments; ``{file}`` is the case's program, ``{folder}`` its folder.
        name: For people; None: the command.
        profile: The promise that it is held to.
        language: Of the programs that the command runs; cases in another one are refused.
        seconds: How long a program may run.
        grace: Seconds without a request after which it has sent all, once it has ended.

    Raises:
        ValueError: There is no such command, or it names no ``{file}``.
    """

    def __init__(
        self,
        command: str,
        name: str | None = None,
        profile: Profile = "app",
        *,
        language: str = "python",
        seconds: float = SECONDS,
        grace: float = GRACE,
    ) -> None:
        self._words = arguments(command)
        if not any(place in word for word in self._words for place in ("{file}", "{folder}")):
            raise ValueError(
                f"the command {command!r} does not say where the program's file goes; write {{file}}, as in 'node {{file}}'"
            )
        self.name = command if name is None else name
        self.profile: Profile = profile
        self.varies: tuple[str, ...] = VARIES
        self.is_blind = True
        self._language = language
        self._seconds = seconds
        self._grace = grace
        self._receiver: receiver.Receiver | None = None
        self._folder: Path | None = None
        # Whether the run before was given up, so that what it had under way may still arrive.
        self._is_broken = False
        self._caretaker = Caretaker()
        self._complaints: deque[bytes] = deque(maxlen=_MOST_COMPLAINTS)

    def complaints(self) -> str:
        """The last of what programs wrote to their standard error. It may hold canaries."""
        return b"".join(self._complaints).decode("utf-8", "replace")

    def refuses(self, case: Case) -> str | None:
        """Why it cannot run such a case; None if it can."""
        given = case.input
        if not isinstance(given, CodeInput):
            return "a live run needs a program"
        if given.language != self._language:
            return f"the program is {given.language}, and --live runs {self._language}"
        if given.language == "python" and _REPORTER.search(given.application):
            return "the program uses `reporter`, which is there in process alone"
        return None

    def run(self, filled: Filled) -> Output | Broken:
        """Run it once."""
        given = filled.input
        if not isinstance(given, CodeInput):
            return Broken("crash", "a live run needs a program")
        try:
            return self._ran(filled.case, given)
        except BadProgram as error:
            return Broken("crash", str(error))
        except Exception as error:
            return Broken("crash", f"the program cannot be run ({known_name(error)})")

    def close(self) -> None:
        """Stop the endpoint, and remove the temporary folder."""
        if self._receiver is not None:
            self._receiver.close()
            self._receiver = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        self._caretaker.close()

    def _ran(self, case: Case, code: CodeInput) -> Output | Broken:
        if self._receiver is None:
            self._receiver = receiver.Receiver()
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="tightlip-live-")).resolve()
            self._caretaker.folder(self._folder, is_new=True)
        folder = self._folder / "case"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        name = f"main{SUFFIXES.get(code.language, '')}"
        write(folder, {**code.files, name: code.application})
        late = self._receiver.take()
        if late and not self._is_broken:
            self._is_broken = True
            return Broken(
                "garbage",
                "a request arrived after the program before had ended and was waited for: an SDK that sends from another process must be done with it",
            )
        self._is_broken = True
        places = {"{file}": str(folder / name), "{folder}": str(folder)}
        process = Process(
            [_filled(word, places) for word in self._words],
            self._complaints,
            self._caretaker,
            environment(self._receiver.dsn),
        )
        try:
            process.end_of_input()
            if not self._has_ended(process) or not self._has_sent(process, self._receiver):
                return Broken("hang", f"the program did not end within {self._seconds:g} seconds")
            status = process.status()
        finally:
            process.stop()
        requests = self._receiver.take()
        if not requests and status and self.profile not in case.dropped:
            return Broken(
                "crash",
                f"the program ended with status {status} and sent nothing: does it start an SDK with SENTRY_DSN?",
            )
        found = receiver.received(requests)
        if not found.is_whole:
            return Broken(
                "garbage", "a request arrived in an encoding that cannot be read here: use gzip, deflate or none"
            )
        self._is_broken = False
        return Output(found.event, found.beside())

    def _has_sent(self, process: Process, endpoint: receiver.Receiver) -> bool:
        """Whether all has arrived in time: no request is under way, and none came for a while."""
        ended = time.monotonic()
        while (waited := time.monotonic() - ended) < self._seconds:
            # A helper that has ended may still look alive, where nobody cleans up after it: so it is not waited for without an end.
            quiet = HELPERS if process.has_left_others() else self._grace
            if waited >= quiet and endpoint.is_quiet(quiet):
                return True
            time.sleep(self._grace / 4)
        return False

    def _has_ended(self, process: Process) -> bool:
        """Whether it ends in time; what it prints is read and forgotten."""
        until = time.monotonic() + self._seconds
        try:
            while process.line(max(until - time.monotonic(), 0.001)) is not None:
                pass
        except TimeoutError:
            return False
        return process.status(max(until - time.monotonic(), 0.001)) is not None


def _filled(word: str, places: dict[str, str]) -> str:
    for place, text in places.items():
        word = word.replace(place, text)
    return word


def environment(dsn: str, outside: dict[str, str] | None = None) -> dict[str, Any]:
    """The environment of a program: the caller's, without what would lead its SDK elsewhere or switch it off.

    Args:
        dsn: Where it shall send.
        outside: The caller's; None for that of this process.
    """
    given = dict(os.environ) if outside is None else outside
    kept = {
        name: value
        for name, value in given.items()
        if name.lower() not in _REMOVED and not name.lower().startswith(_REMOVED_PREFIXES)
    }
    # A program outside of a project finds the project's packages by this alone.
    paths = [str(Path.cwd() / "node_modules"), *filter(None, [kept.get("NODE_PATH")])]
    return {**kept, "SENTRY_DSN": dsn, "PYTHONDONTWRITEBYTECODE": "1", "NODE_PATH": os.pathsep.join(paths)}
