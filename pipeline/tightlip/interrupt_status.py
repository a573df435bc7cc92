"""The exit status of a process that Ctrl-C ended.

Python ends such a process by SIGINT, so that a shell stops its loop too. It keeps that in a flag, which every ``exec`` of a text resets;
and modules that define a dataclass or a named tuple run one when they are imported. So what is imported while a report is finished at the
end of the process would turn the status into 1.
"""

from __future__ import annotations

import sys
from contextlib import suppress


def keep() -> None:
    """Set the flag again if an uncaught ``KeyboardInterrupt`` has ended the program. To be called last, in an ``atexit`` callback.

    Not in an interactive session, where the interrupt may have been of an earlier line.
    """
    # Exactly that class, as the interpreter has it.
    if getattr(sys, "last_type", None) is KeyboardInterrupt and not hasattr(sys, "ps1"):
        with suppress(KeyboardInterrupt):
            exec("raise KeyboardInterrupt", {})  # noqa: S102 - the one way to the flag
