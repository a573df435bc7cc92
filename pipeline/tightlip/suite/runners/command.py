"""Any command as a runner: an event in, on a line of JSON; the event that leaves out, on another, or ``null``.

    const lines = require("readline").createInterface({ input: process.stdin });
    lines.on("line", (line) => console.log(JSON.stringify(scrub(JSON.parse(line)))));

One process serves all cases (``per_case``: each gets its own). It must answer each line with one line before the next comes. One that ends is
started again, and the case that it had fails; one that does not answer is killed.

What it writes to its standard error may hold canaries. It is kept, the last of it, and shown only to who asks for `CommandRunner.complaints`.
"""

from __future__ import annotations

import json
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.outcome import Broken, Output
from tightlip.suite.runners.answers import read
from tightlip.suite.runners.caretaker import Caretaker
from tightlip.suite.runners.events import EventRunner
from tightlip.suite.runners.limit import SECONDS
from tightlip.suite.runners.processes import Process, arguments

if TYPE_CHECKING:
    from tightlip.suite.case import Profile

_MOST_COMPLAINTS: Final = 16
#: Seconds in which the alarm of `limit` comes too late, so that a hanging command is told from a hanging program.
_MARGIN: Final = 1.0
_ENDING: Final = 1.0


class CommandRunner(EventRunner):
    """Runs cases with a command, in the folder that the caller is in now.

    Args:
        command: The program and its arguments.
        name: For people; None: the command.
        profile: The promise that it is held to.
        per_case: Start it anew for each event: it reads one line, answers and ends with status 0.
        seconds: How long an answer may take, start included.

    Raises:
        ValueError: There is no such program.
    """

    def __init__(
        self,
        command: str,
        name: str | None = None,
        profile: Profile = "app",
        *,
        per_case: bool = False,
        seconds: float = SECONDS,
    ) -> None:
        self._words = arguments(command)
        # A program of a case works in a folder of its own while the command is started: ``node scrub.js`` would not find its script there.
        self._folder = str(Path.cwd())
        super().__init__(command if name is None else name, profile, seconds + _MARGIN)
        self._answer_seconds = seconds
        self._per_case = per_case
        self._process: Process | None = None
        self._caretaker = Caretaker()
        self._complaints: deque[bytes] = deque(maxlen=_MOST_COMPLAINTS)

    def complaints(self) -> str:
        """The last of what it wrote to its standard error. It may hold canaries."""
        return b"".join(self._complaints).decode("utf-8", "replace")

    def answer(self, event: dict[str, Any], hint: dict[str, Any]) -> Output | Broken:  # noqa: ARG002 - no exception goes through a pipe
        """Give it an event, and read its answer."""
        line = json.dumps(event, separators=(",", ":")).encode() + b"\n"
        try:
            found = self._once(line) if self._per_case else self._next(line)
        except OSError as error:
            found = Broken("crash", f"the command cannot be started ({type(error).__name__})")
        except BaseException:
            self._stop()
            raise
        if self._per_case or isinstance(found, Broken):
            self._stop()
        return found

    def close(self) -> None:
        """End the command."""
        self._stop()
        self._caretaker.close()
        super().close()

    def _next(self, line: bytes) -> Output | Broken:
        is_new = self._process is None
        process = self._started()
        # Of one that has ended, the end of its output may come a moment later.
        has_ended = not is_new and process.status(0) is not None
        try:
            if process.line(_ENDING if has_ended else 0) is not None:
                return Broken(
                    "garbage",
                    "the command printed a line that nobody asked for: it must answer each event with one line",
                )
            has_ended = True
        except TimeoutError:
            pass
        if has_ended:  # between two events, which is none of this one's
            is_new, process = True, self._restarted()
        try:
            answer = self._asked(process, line)
            if answer is None and not is_new and process.status() == 0:  # it ended while the event was on its way
                process = self._restarted()
                answer = self._asked(process, line)
        except TimeoutError:
            return Broken("hang", f"no answer within {self._answer_seconds:g} seconds")
        return self._dead(process) if answer is None else read(answer)

    def _asked(self, process: Process, line: bytes) -> bytes | None:
        process.write(line)
        return process.line(self._answer_seconds)

    def _restarted(self) -> Process:
        self._stop()
        return self._started()

    def _once(self, line: bytes) -> Output | Broken:
        process = self._started()
        process.write(line)
        process.end_of_input()
        until = time.monotonic() + self._answer_seconds
        answer: list[bytes] = []
        try:
            while (more := process.line(max(until - time.monotonic(), 0.001))) is not None:
                answer.append(more)
        except TimeoutError:
            return Broken("hang", f"the command did not end within {self._answer_seconds:g} seconds")
        status = process.status(max(until - time.monotonic(), 0.001))
        if status is None:
            return Broken("hang", f"the command did not end within {self._answer_seconds:g} seconds")
        return self._dead(process) if status else read(b"\n".join(answer))

    def _started(self) -> Process:
        if self._process is None:
            self._process = Process(self._words, self._complaints, self._caretaker, folder=self._folder)
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process = None

    @staticmethod
    def _dead(process: Process) -> Broken:
        status = process.status()
        if status is None:
            return Broken("crash", "the command closed its output")
        how = f"with status {status}" if status >= 0 else f"by signal {-status}"
        return Broken("crash", f"the command ended {how} instead of answering")
