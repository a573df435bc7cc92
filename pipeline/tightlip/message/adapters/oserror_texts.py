"""Texts of an ``OSError`` that has no number: those that CPython's C code raises with one argument.

The argument is compared with the table and chooses a row; it contributes no character.
"""

from __future__ import annotations

from dataclasses import dataclass

from tightlip.message.adapters.only_text import only_text
from tightlip.message.matching import fits
from tightlip.message.template import Hole, Template

_LINE = Hole("line")

#: By file, from CPython 3.11 to 3.13.
TEXTS: tuple[Template, ...] = (
    # Modules/socketmodule.c
    ("timed out",),
    ("AF_UNIX path too long",),
    ("AF_CAN interface name too long",),
    ("unknown address family",),
    ("unsupported address family",),
    ("address family mismatched",),
    ("getsockaddrlen: bad family",),
    (Hole("function"), "(): bad family"),
    ("illegal IP address string passed to inet_aton",),
    ("illegal IP address string passed to inet_pton",),
    ("no interface with this name",),
    ("port/proto not found",),
    ("service/proto not found",),
    ("protocol not found",),
    ("wildcard resolved to multiple address",),
    ("ancillary data item too large",),
    ("sendmsg() argument 1 is too long",),
    ("received malformed or improperly-truncated ancillary data",),
    # Modules/_ssl.c
    ("The read operation timed out",),
    ("The write operation timed out",),
    ("The handshake operation timed out",),
    ("The connect operation timed out",),
    ("_ssl.c:", _LINE, ": The handshake operation timed out"),
    ("_ssl.c:", _LINE, ": Underlying socket has been closed."),
    ("Underlying socket connection gone",),
    # Modules/_io: iobase.c, bufferedio.c, fileio.c, textio.c, bytesio.c
    ("fileno",),
    ("seek",),
    ("truncate",),
    ("read",),
    ("readline",),
    ("write",),
    ("detach",),
    ("not readable",),
    ("not writable",),
    ("File or stream is not readable.",),
    ("File or stream is not writable.",),
    ("File or stream is not seekable.",),
    ("underlying stream is not seekable",),
    ("can't do nonzero cur-relative seeks",),
    ("can't do nonzero end-relative seeks",),
    ("telling position disabled by next() call",),
    ("can't reconstruct logical file position",),
    ("raw readinto() failed",),
    # Modules/_bz2module.c
    ("Invalid data stream",),
)

#: No text of the table is longer, and a long one need not be searched.
_MOST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """The row of `TEXTS`."""

    row: int


def take(exc: BaseException) -> Chosen | None:
    """Which row the only argument of ``exc`` is."""
    text = only_text(exc, _MOST_TEXT)
    if text is None:
        return None
    return next((Chosen(row) for row, known in enumerate(TEXTS) if fits(known, text)), None)


def template(chosen: Chosen) -> Template:
    """The row itself."""
    return TEXTS[chosen.row]
