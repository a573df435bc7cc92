"""Where the lines of ``tightlip scrub`` go: the file of the result, and the one that raw lines are set aside in.

Guarantees:

1. The file of a result is as it was, or it is the whole result: it is written beside and put in its place at the end. What was a file already
   keeps its mode.
2. Raw lines go into a new file only, which nobody but its owner can read.

Not covered: a device or a pipe cannot be replaced, and is written to as it is.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import stat
import sys
from pathlib import Path
from typing import IO, cast


class Rejects:
    """Where raw lines go: a new file that only its owner can read, made when there is one to put in."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._stream: IO[bytes] | None = None
        if path is not None and os.path.lexists(path):
            raise ValueError(
                f"{path} is there already, and --rejects writes new files only; take it away, or name another one"
            )

    def words(self) -> str:
        """What becomes of the line."""
        return "left out" if self._path is None else f"set aside in {self._path}"

    def add(self, raw: bytes) -> None:
        """Put in one line."""
        if self._path is None:
            return
        if self._stream is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
            self._stream = os.fdopen(os.open(self._path, flags, 0o600), "wb")
        self._stream.write(raw + b"\n")

    def close(self) -> None:
        """Finish."""
        if self._stream is not None:
            self._stream.close()


class Output:
    """Where the result goes.

    Args:
        path: A file; None for stdout.
    """

    def __init__(self, path: str | None) -> None:
        self._target = None if path is None else Path(os.path.realpath(path))
        self._temporary: Path | None = None
        self._stack = contextlib.ExitStack()
        self._packed = path is not None and path.endswith(".gz")
        if self._target is not None and self._target.is_dir():
            raise ValueError(f"{path} is a folder; name a file for -o")

    @property
    def is_shown(self) -> bool:
        """Whether somebody reads along."""
        return self._target is None

    def __enter__(self) -> IO[bytes]:
        """Open it, for bytes."""
        if self._target is None:
            return cast("IO[bytes]", sys.stdout.buffer)
        aim = self._target
        # A device or a pipe cannot be replaced; what is a file already keeps its mode.
        mode = aim.stat().st_mode if aim.exists() else None
        if mode is None or stat.S_ISREG(mode):
            self._temporary = aim.with_name(f".{aim.name}.{os.urandom(4).hex()}.tmp")
            descriptor = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            if mode is not None:
                os.chmod(self._temporary, stat.S_IMODE(mode))  # noqa: PTH101
            stream = cast("IO[bytes]", self._stack.enter_context(os.fdopen(descriptor, "wb")))
        else:
            stream = cast("IO[bytes]", self._stack.enter_context(aim.open("wb")))
        if self._packed:
            stream = cast("IO[bytes]", self._stack.enter_context(gzip.GzipFile("", "wb", fileobj=stream, mtime=0)))
        return stream

    def __exit__(self, cls: type[BaseException] | None, *_: object) -> None:
        """Put the result in its place; after an error, leave what was there."""
        if self._target is None:
            if cls is None:
                sys.stdout.buffer.flush()
            return
        done = self._stack.pop_all()
        with contextlib.ExitStack() as end:
            if self._temporary is not None:
                end.callback(self._temporary.unlink, missing_ok=True)
            with contextlib.suppress(*(() if cls is None else (OSError, ValueError))):
                done.close()
            if cls is None and self._temporary is not None:
                self._temporary.replace(self._target)
