"""The adapters for ``subprocess``: ``Command '{cmd}' returned non-zero exit status 3.``.

The exit status is a typed fact where it is one that a system can give: 0 to 255, or the negative number of a signal. Lib/subprocess.py
has the texts; which of three it is depends on the number.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass

from tightlip.attributes import attribute
from tightlip.message.adapter import Adapter
from tightlip.message.template import Hole, Template

_HIGHEST_STATUS = 255
_HIGHEST_SIGNAL = 64
_COMMAND: Template = ("Command '", Hole("cmd"))


@dataclass(frozen=True, slots=True)
class Status:
    """An exit status from -64 to 255; None for a higher one."""

    number: int | None


def take_status(exc: BaseException) -> Status | None:
    """The status, if it is a whole number."""
    status = attribute(exc, "returncode")
    if type(status) is not int or status < -_HIGHEST_SIGNAL:
        return None
    return Status(status if status <= _HIGHEST_STATUS else None)


def status_template(status: Status) -> Template:
    """The text for the status."""
    number = status.number
    if number is None:
        return (*_COMMAND, "' returned non-zero exit status ", Hole("returncode"), ".")
    if number >= 0:
        return (*_COMMAND, f"' returned non-zero exit status {number}.")
    try:
        return (*_COMMAND, f"' died with {signal.Signals(-number)!r}.")
    except ValueError:
        return (*_COMMAND, f"' died with unknown signal {-number}.")


def take_timeout(exc: BaseException) -> bool:  # noqa: ARG001 - the class says it all
    """Nothing but that it is one."""
    return True


def timeout_template(taken: bool) -> Template:  # noqa: ARG001
    """The one text."""
    return (*_COMMAND, "' timed out after ", Hole("timeout"), " seconds")


ADAPTERS = (
    Adapter("subprocess.CalledProcessError", take_status, status_template),
    Adapter("subprocess.TimeoutExpired", take_timeout, timeout_template),
)
