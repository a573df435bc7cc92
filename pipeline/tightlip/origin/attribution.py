"""Attribution: whose failure is it?

Walk from the innermost frame outwards and skip the standard library and the dependencies; the owner of the first frame left
decides. SDK: it is reported. Application (a callback of the customer's that the SDK called, say): it is not.

A frame counts as the SDK's only when its code is verified (`tightlip.origin.sources`): a claim in ``co_filename`` is not enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tightlip.text import CodeText

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType

    from tightlip.capture import FrameSnapshot
    from tightlip.origin.known import Known
    from tightlip.origin.owners import Owner, Place
    from tightlip.origin.sources import Source, Sources


#: The qualified names of what ``dataclasses`` makes: up to 3.12, and from 3.13.
_GENERATED = ("__create_fn__.<locals>.", "__create_fn__.")


@dataclass(frozen=True, slots=True)
class TrustedFrame:
    """A frame whose code is verified: everything here is the author's text, and a line of the author's file.

    Attributes:
        place: Owner, module and path of the file.
        source: The verified source.
        known: What the file says of the code object that ran.
        line: Line number, from our code object and the instruction's offset; 0 when it has none.
        offset: Offset of the instruction in bytes.
    """

    place: Place
    source: Source
    known: Known
    line: int
    offset: int

    @property
    def function(self) -> CodeText:
        """The qualified name of the function, as ``Client.upload``."""
        return CodeText(self.known.qualname)

    @property
    def module(self) -> CodeText:
        """The dotted name of the module, as ``acme.http``."""
        return CodeText(self.place.module)


@dataclass(frozen=True, slots=True)
class OwnedFrame:
    """A frame and its owner; ``name`` is the distribution of a dependency, ``trusted`` is set for frames of the SDK."""

    owner: Owner
    name: str
    snapshot: FrameSnapshot
    trusted: TrustedFrame | None = None


def line_at(code: CodeType, offset: int) -> int:
    """The line of the instruction at ``offset``, 0 if it has none.

    ``tb_lineno`` is not used: a traceback made by hand can hold any number there.
    """
    for start, end, line in code.co_lines():
        if start <= offset < end:
            return line or 0
    return 0


def trusted_frame(frame: FrameSnapshot, sources: Sources) -> TrustedFrame | None:
    """``frame`` with verified code and source, of whichever owner; None when it cannot be verified."""
    verified = sources.verified(frame.code)
    if verified is None:
        return None
    source, known = verified
    return TrustedFrame(source.place, source, known, line_at(known.code, frame.offset), frame.offset)


def _is_generated(frame: FrameSnapshot) -> bool:
    """Whether a frame has the form of the methods that ``dataclasses`` makes: who called it decides, as for an error raised in C.

    Anyone can give a function this name; then an error of theirs counts as that of the code that called it, and still nothing of
    the frame leaves.
    """
    code = frame.code
    names = (code.co_filename, code.co_qualname)
    return all(type(name) is str for name in names) and names[0] == "<string>" and names[1].startswith(_GENERATED)


def owned_frame(frame: FrameSnapshot, sources: Sources) -> OwnedFrame:
    """``frame`` with its owner. The code of SDK frames is verified, since they are about to be named."""
    place = sources.owners.place(frame.code.co_filename)
    if place is None and _is_generated(frame):
        return OwnedFrame("stdlib", "stdlib", frame)
    if place is None:
        return OwnedFrame("application", "application", frame)
    if place.owner != "sdk":
        return OwnedFrame(place.owner, place.name, frame)
    trusted = trusted_frame(frame, sources)
    if trusted is None:
        return OwnedFrame("application", "application", frame)
    return OwnedFrame("sdk", place.name, frame, trusted)


def attribute(frames: Sequence[OwnedFrame]) -> Owner | None:
    """Who failed: ``sdk`` or ``application``; None when there is no frame of either.

    Args:
        frames: Outermost first, as a traceback has them.
    """
    for frame in reversed(frames):
        if frame.owner in ("sdk", "application"):
            return frame.owner
    return None
