"""Cleans up after a process that is killed: no command under test runs on, and no folder with canaries in it stays.

A runner's ``close`` does that itself. It cannot when the process ends by a signal, as those of `crew` do when somebody presses Ctrl-C or a case
hangs. A small process that outlives it does it then: it notices by the end of its standard input.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM: Final = """
import json, os, shutil, signal, sys
kept = set()
for line in sys.stdin:
    is_new, kind, what = json.loads(line)
    (kept.add if is_new else kept.discard)((kind, what))
for kind, what in sorted(kept, reverse=True):
    if kind == "group":
        try:
            os.killpg(what, signal.SIGKILL)
        except OSError:
            pass
    else:
        shutil.rmtree(what, ignore_errors=True)
"""


class Caretaker:
    """Knows the process groups and folders of one runner. It starts with the first of them."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def group(self, number: int, *, is_new: bool) -> None:
        """A process group was started, or has ended."""
        self._say(is_new, "group", number)

    def folder(self, folder: Path, *, is_new: bool) -> None:
        """A folder was made, or is gone."""
        self._say(is_new, "folder", str(folder))

    def close(self) -> None:
        """End it; what it still knows, it cleans up now."""
        if self._process is not None:
            assert self._process.stdin is not None
            with suppress(OSError):
                self._process.stdin.close()
            self._process.wait()
            self._process = None

    def _say(self, is_new: bool, kind: str, what: int | str) -> None:
        if os.name != "posix":
            return
        with suppress(OSError):  # without it all works, but for the clean-up after a kill
            if self._process is None:
                if not is_new:
                    return
                # In a session of its own: Ctrl-C is not meant for it.
                self._process = subprocess.Popen(  # noqa: S603 - this interpreter, and the program above
                    [sys.executable, "-I", "-S", "-c", _PROGRAM],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps([is_new, kind, what]).encode() + b"\n")
            self._process.stdin.flush()
