"""The adapter for ``OSError``: its text from the number, by the system's own table.

``[Errno 2] No such file or directory: {filename}``. The number is a typed fact, the text comes from ``os.strerror``, and of the file
names only how many there are is known.
"""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass

from tightlip.message.adapter import Adapter
from tightlip.message.template import Hole, Template

#: getaddrinfo's errors (RFC 3493) by the name of their constant: the numbers differ between systems, and Python has no table.
#: The words are those of the GNU C library.
_ADDRESS_ERRORS = {
    "EAI_AGAIN": "Temporary failure in name resolution",
    "EAI_BADFLAGS": "Bad value for ai_flags",
    "EAI_FAIL": "Non-recoverable failure in name resolution",
    "EAI_FAMILY": "ai_family not supported",
    "EAI_MEMORY": "Memory allocation failure",
    "EAI_NODATA": "No address associated with hostname",
    "EAI_NONAME": "Name or service not known",
    "EAI_SERVICE": "Servname not supported for ai_socktype",
    "EAI_SOCKTYPE": "ai_socktype not supported",
    "EAI_SYSTEM": "System error",
}


_FIELDS = {name: OSError.__dict__[name] for name in ("errno", "filename", "filename2")}


@dataclass(frozen=True, slots=True)
class Facts:
    """The number, whether it is getaddrinfo's, and how many file names stand behind it (0, 1 or 2), not which."""

    number: int
    is_address: bool
    filenames: int


def take(exc: BaseException) -> Facts | None:
    """The facts of an ``OSError`` that has a number."""
    number = _FIELDS["errno"].__get__(exc)
    if type(number) is not int:
        return None
    given = [_FIELDS[name].__get__(exc) is not None for name in ("filename", "filename2")]
    return Facts(number, _is_address_error(type(exc)), sum(given))


def template(facts: Facts) -> Template | None:
    """The text that the system has for the number."""
    text = _address_error(facts.number) if facts.is_address else _system_error(facts.number)
    if text is None:
        return None
    names: Template = ((), (": ", Hole("filename")), (": ", Hole("filename"), " -> ", Hole("filename2")))[
        facts.filenames
    ]
    return (f"[Errno {facts.number}] {text}", *names)


def _system_error(number: int) -> str | None:
    # An unknown number could be anything a program made up.
    return os.strerror(number) if number in errno.errorcode else None


def _is_address_error(cls: type) -> bool:
    socket = sys.modules.get("socket")  # without it there is no such error
    return socket is not None and issubclass(cls, socket.gaierror)


def _address_error(number: int) -> str | None:
    import socket  # noqa: PLC0415

    return next((text for name, text in _ADDRESS_ERRORS.items() if getattr(socket, name, None) == number), None)


ADAPTER = Adapter("builtins.OSError", take, template)
