"""Processes of commands under test: without a shell, in a group of their own, and none left when the runner ends."""

from __future__ import annotations

import os
import queue
import shlex
import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Mapping, Sequence

    from tightlip.suite.runners.caretaker import Caretaker

_ENDING_SECONDS: Final = 1.0
#: Bytes of one line that are read; a longer one comes in pieces, which are no JSON.
MOST_LINE: Final = 32 * 1024 * 1024
_MOST_LINES: Final = 1024
_PIECE: Final = 8192
_IS_WINDOWS: Final = os.name == "nt"


def arguments(command: str) -> tuple[str, ...]:
    """The words of a command, its program found.

    Args:
        command: As a shell would take it, but no shell does: no pipes, no variables, no wildcards.

    Raises:
        ValueError: It is empty, has an open quote, or there is no such program.
    """
    try:
        words = shlex.split(command, posix=not _IS_WINDOWS)
    except ValueError as error:
        raise ValueError(f"the command {command!r} cannot be read: {error}") from None
    if not words:
        raise ValueError("the command is empty; give a program and its arguments, as in 'node scrub.js'")
    program = shutil.which(words[0])
    if program is None:
        raise ValueError(f"there is no program {words[0]!r}: it is not on the PATH, or cannot be run")
    return (program, *words[1:])


class Process:
    """A running command.

    Args:
        words: The program and its arguments.
        complaints: Gets what it writes to its standard error, in pieces; its length is the bound.
        caretaker: Ends it when this process is killed.
        environment: None: as this process has it.
        folder: Where it works; None: where this process does.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(
        self,
        words: Sequence[str],
        complaints: deque[bytes],
        caretaker: Caretaker,
        environment: Mapping[str, str] | None = None,
        folder: str | None = None,
    ) -> None:
        group: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
            if _IS_WINDOWS
            else {"start_new_session": True}
        )
        self._process = subprocess.Popen(  # noqa: S603 - the command that its user asked to be run; no shell
            list(words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=None if environment is None else dict(environment),
            cwd=folder,
            **group,
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr  # noqa: PT018 - all are pipes
        self._caretaker = caretaker
        caretaker.group(self._process.pid, is_new=True)
        self._lines: queue.Queue[bytes | None] = queue.Queue(_MOST_LINES)
        self._given: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._is_closed = threading.Event()
        self._threads = [
            threading.Thread(target=work, args=rest, name="tightlip-check-pipe", daemon=True)
            for work, *rest in (
                (self._write, self._process.stdin),
                (self._read, self._process.stdout),
                (_keep, self._process.stderr, complaints),
            )
        ]
        for thread in self._threads:
            thread.start()

    def write(self, data: bytes) -> None:
        """Give it data; returns at once, whether it reads or not."""
        self._given.put(data)

    def end_of_input(self) -> None:
        """Close its standard input, after all that was given."""
        self._given.put(None)

    def line(self, seconds: float) -> bytes | None:
        """Its next line, without the line end; None at the end of its output.

        Raises:
            TimeoutError: There is none in time.
        """
        try:
            return self._lines.get(timeout=max(seconds, 0.0)) if seconds > 0 else self._lines.get_nowait()
        except queue.Empty:
            raise TimeoutError from None

    def status(self, seconds: float = _ENDING_SECONDS) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def has_left_others(self) -> bool:
        """Whether processes that it started run on, in its group, after its own end."""
        if _IS_WINDOWS:
            return False
        try:
            os.killpg(self._process.pid, 0)
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End it, and what it started."""
        self._is_closed.set()
        self._given.put(None)
        if _IS_WINDOWS:
            self._process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):
                # The group is there as long as one process is in it, also when the first has ended.
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._caretaker.group(self._process.pid, is_new=False)
        with suppress(queue.Empty):
            while True:
                self._lines.get_nowait()
        for thread in self._threads:
            thread.join(_ENDING_SECONDS)

    def _write(self, pipe: IO[bytes]) -> None:
        with suppress(OSError, ValueError), pipe:
            while (data := self._given.get()) is not None and not self._is_closed.is_set():
                pipe.write(data)
                pipe.flush()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(MOST_LINE):
                self._say(line.rstrip(b"\r\n"))
        self._say(None)

    def _say(self, line: bytes | None) -> None:
        while not self._is_closed.is_set():
            with suppress(queue.Full):
                self._lines.put(line, timeout=0.2)
                return


def _keep(pipe: IO[bytes], complaints: deque[bytes]) -> None:
    with pipe:
        while piece := pipe.read1(_PIECE):  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - a BufferedReader
            complaints.append(piece)  # pyright: ignore[reportUnknownArgumentType]
