"""Parsing beside the host's own parsing, on interpreters where two of them at once can fail.

Before 3.11.8 and 3.12.1 the interpreter counts the depth of a syntax tree under construction in one place for all threads
(gh-106905). A tree that is made while another thread is in the middle of one makes *that* ``ast.parse`` raise ``SystemError``: in
the host. Threads change hands inside only when the garbage collector runs a finaliser. So on those versions we wait until no other
thread is parsing, and keep the collector out while we do.
"""

from __future__ import annotations

import ast
import gc
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tightlip.running import running_frames

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

IS_AFFECTED = sys.version_info < (3, 11, 8) or (3, 12, 0) <= sys.version_info[:3] < (3, 12, 1)
_WAIT_SECONDS, _TRIES = 0.002, 500
_MOST_FRAMES = 50


class BusyError(Exception):
    """Another thread has been parsing for a second: the report does without a template."""


@contextmanager
def alone() -> Generator[None]:
    """Make a syntax tree while no other thread makes one.

    Raises:
        BusyError: One of them does not come to an end.
    """
    if not IS_AFFECTED:
        yield
        return
    for _ in range(_TRIES):
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            if not _is_parsing():
                yield
                return
        finally:
            if was_enabled:
                gc.enable()
        time.sleep(_WAIT_SECONDS)
    raise BusyError


def _is_parsing() -> bool:
    own, frames = threading.get_ident(), running_frames()
    # Without an answer, the answer is yes: there is another try.
    return not frames or any(_parses(frame) for ident, frame in frames.items() if ident != own)


def _parses(frame: FrameType | None) -> bool:
    for _ in range(_MOST_FRAMES):
        if frame is None:
            return False
        if frame.f_code is ast.parse.__code__:
            return True
        frame = frame.f_back
    return False
