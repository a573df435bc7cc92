"""The adapter for ``OSError``: its text from the number, by the system's own table.

``[Errno 2] No such file or directory: {filename}``. The number is a typed fact, the text comes from ``os.strerror``, and of the file
names only how many there are is known.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from tightlip.message.class_rules import uses_own_str
from tightlip.message.template import Hole, Template
from tightlip.origin.classes import lineage

if TYPE_CHECKING:
    from tightlip.capture import Link

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


def os_error(link: Link) -> Template | None:
    """The text of an ``OSError`` that has a known number and no ``__str__`` of its own."""
    facts = link.os_error
    if facts is None or not uses_own_str(link.type, OSError):
        return None
    text = _address_error(facts.number) if _is_address_error(link.type) else _system_error(facts.number)
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
    import socket  # noqa: PLC0415 - only when an OSError is reported

    return socket.gaierror in lineage(cls)


def _address_error(number: int) -> str | None:
    import socket  # noqa: PLC0415

    return next((text for name, text in _ADDRESS_ERRORS.items() if getattr(socket, name, None) == number), None)
