"""The adapter for ``OSError``: its text from the number, by the system's own table.

``[Errno 2] No such file or directory: {filename}``. The number is a typed fact, the text comes from ``os.strerror``, and of the file
names only how many there are is known. An error without a number says one of the fixed texts of `oserror_texts`, or nothing.

What is read is in the slots of the C structure (Objects/exceptions.c, ``PyOSErrorObject``), so that a subclass with properties of the
same names changes nothing: ``OSError.__str__`` reads those slots too.

Not covered: the words that other C libraries than GNU's have for getaddrinfo's errors, and a ``filename`` that was set to None by hand.
"""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from tightlip.message.adapter import Adapter
from tightlip.message.adapters import oserror_texts
from tightlip.message.template import Hole, Template, join

#: Whose number it is: C's errno, getaddrinfo's, the resolver's h_errno, or Windows'.
Kind: TypeAlias = Literal["system", "address", "host", "windows"]

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

#: ``h_errno`` of gethostbyname and its like, with hstrerror's words (GNU C library, resolv/herror.c; BSD's are the same).
_HOST_ERRORS = {
    1: "Unknown host",
    2: "Host name lookup failure",
    3: "Unknown server error",
    4: "No address associated with name",
}

#: What CPython's C code says of a number that has other words (Modules/_io/bufferedio.c).
_OTHER_WORDS = ("write could not complete without blocking",)

_FILENAMES: tuple[Template, ...] = ((), (": ", Hole("filename")), (": ", Hole("filename"), " -> ", Hole("filename2")))

_FIELDS = {name: OSError.__dict__[name] for name in ("errno", "strerror", "filename", "filename2")}
#: The slot exists on Windows only.
_WINERROR: Any = OSError.__dict__.get("winerror")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an ``OSError`` with a number.

    Attributes:
        number: The number, which is in a table.
        kind: Whose number it is.
        filenames: How many file names stand behind it (0, 1 or 2), not which.
        words: Those of the table for the number, or a row of `_OTHER_WORDS`; None for any other.
    """

    number: int
    kind: Kind
    filenames: int
    words: str | None


def take(exc: BaseException) -> Facts | oserror_texts.Chosen | None:
    """The facts of an ``OSError``: by its number, or the fixed text that its only argument is equal to."""
    facts = take_number(exc)
    if facts is None:
        return oserror_texts.take(exc) if _FIELDS["errno"].__get__(exc) is None else None
    # The words for an address error are not the same on all systems; the number says it.
    if facts.kind == "address":
        return facts
    given = _FIELDS["strerror"].__get__(exc)
    known = (facts.words, *_OTHER_WORDS) if type(given) is str else ()
    return replace(facts, words=next((words for words in known if words == given), None))


def take_number(exc: BaseException) -> Facts | None:
    """The facts of an ``OSError`` that has a number, without a look at its text."""
    windows = None if _WINERROR is None else _WINERROR.__get__(exc)
    number = _FIELDS["errno"].__get__(exc) if windows is None else windows
    if type(number) is not int:
        return None
    kind = _kind(type(exc)) if windows is None else "windows"
    words = _words(number, kind)
    given = [_FIELDS[name].__get__(exc) is not None for name in ("filename", "filename2")]
    return None if words is None else Facts(number, kind, sum(given) if given[0] else 0, words)


def template(taken: Facts | oserror_texts.Chosen) -> Template:
    """The words for the number and holes for the file names, or the fixed text."""
    if isinstance(taken, oserror_texts.Chosen):
        return oserror_texts.template(taken)
    label = "WinError" if taken.kind == "windows" else "Errno"
    words = Hole("strerror") if taken.words is None else taken.words
    return join([(f"[{label} {taken.number}] ",), (words,), _FILENAMES[taken.filenames]])


def _words(number: int, kind: Kind) -> str | None:
    """The words of a table for the number. One that is in no table could be anything that a program made up."""
    if kind == "system":
        return os.strerror(number) if number in errno.errorcode else None
    if kind == "host":
        return _HOST_ERRORS.get(number)
    return _address_error(number) if kind == "address" else _windows_error(number)


def _kind(cls: type) -> Kind:
    socket = sys.modules.get("socket")  # without it there is no such error
    if socket is None:
        return "system"
    if issubclass(cls, socket.gaierror):
        return "address"
    return "host" if issubclass(cls, socket.herror) else "system"


def _address_error(number: int) -> str | None:
    import socket  # noqa: PLC0415

    return next((text for name, text in _ADDRESS_ERRORS.items() if getattr(socket, name, None) == number), None)


def _windows_error(number: int) -> str | None:
    import ctypes  # noqa: PLC0415

    format_error: Any = getattr(ctypes, "FormatError", None)
    text: str | None = None if format_error is None else format_error(number)
    # As PyErr_SetExcFromWindowsErr cuts it; ctypes has words of its own where Windows has none.
    return None if text is None or text == "<no description>" else text.rstrip(" .\r\n")


ADAPTER = Adapter("builtins.OSError", take, template)
#: The same for a policy that compares no text: what the number says, whatever was said.
BY_NUMBER = Adapter("builtins.OSError", take_number, template)
