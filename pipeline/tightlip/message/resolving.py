"""What a position says: from the frames of an exception and its class to the texts that its message can be.

Only positions and classes are looked at, never the message, so that the result is the same whatever the values, and can be kept: a
second failure at the same place costs a look-up.
"""

from __future__ import annotations

import opcode
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from tightlip.capture import FrameSnapshot
from tightlip.identity import NOTHING, ByIdentity
from tightlip.message.callers import Spot, with_callers
from tightlip.message.class_rules import Candidate, candidates, with_args
from tightlip.message.combining import common
from tightlip.message.lineages import live_lineage
from tightlip.message.matching import weight
from tightlip.message.sites import Arguments, Call
from tightlip.message.template import Template, has_words
from tightlip.origin.attribution import TrustedFrame, trusted_frame
from tightlip.origin.classes import lineage, trusted_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tightlip.capture import Link
    from tightlip.message.class_rules import ClassRules
    from tightlip.message.template import Choices
    from tightlip.message.templates import Templates

#: Under this name a snapshot holds where the exception was made.
MADE = "made"
_RAISE = opcode.opmap["RAISE_VARARGS"]
_RAISES_AGAIN = opcode.opmap["RERAISE"]
#: Helpers that hand a message on to one another.
_MOST_HELPERS = 8
#: Positions kept, about 1 KB each.
_MOST_POSITIONS = 1_024
_NAME = type.__dict__["__name__"]


@dataclass(frozen=True, slots=True)
class Group:
    """The texts that go with one set of arguments.

    Attributes:
        arguments: The templates of ``args``; None where they are not known.
        weight: How many characters of them are literal.
        text: The text, or what the texts share.
        is_one: Whether it is one.
    """

    arguments: tuple[Template, ...] | None
    weight: int
    text: Template
    is_one: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a position says.

    Attributes:
        candidates: The texts that are possible; empty when the position does not tell.
        groups: The same, one for each set of arguments that tells them apart.
        shared: What all of them say; empty when there are none, or no words are shared.
        is_certain: Whether one of them is it; False where a call may be a class's or a function's.
        is_outer: Whether their words come from an outer frame.
        raised_in_c: The class as ``module.Name``, if the exception is exactly of a trusted class and was raised in C, by a trusted frame.
        class_text: What the class says by itself, whatever it is made with, if it says something.
        place: Where the words stand, as ``acme/http.py:41``; empty where the position has none.
        why: If the raise site does not tell, the reason, for the author of the code.
    """

    candidates: tuple[Candidate, ...] = ()
    groups: tuple[Group, ...] = ()
    shared: Template = ()
    is_certain: bool = True
    is_outer: bool = False
    raised_in_c: str = ""
    class_text: Template | None = None
    place: str = ""
    why: str = ""


class Resolver:
    """Resolves positions.

    Args:
        templates: The indexes of verified files.
    """

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._known: ByIdentity[Resolution] = ByIdentity(_MOST_POSITIONS)

    def resolve(self, link: Link) -> Resolution:
        """What the position of ``link`` says."""
        made = link.taken.get(MADE)
        near = [*link.frames[-_MOST_HELPERS:], *([made] if isinstance(made, FrameSnapshot) else [])]
        objects = (link.type, *(frame.code for frame in near))
        offsets = (min(link.members, 2), *(frame.offset for frame in near))
        known = self._known.get(objects, offsets)
        if known is not NOTHING:
            return cast("Resolution", known)
        found = self._resolve(link, made if isinstance(made, FrameSnapshot) else None)
        self._known.put(objects, found, offsets)
        return found

    def _resolve(self, link: Link, made: FrameSnapshot | None) -> Resolution:
        cls, frames = link.type, link.frames
        innermost = trusted_frame(frames[-1], self._templates.sources) if frames else None
        calls: tuple[Call, ...] = ()
        speaker, depth, why = innermost, 0, ""
        if innermost is not None and _is_at(innermost, _RAISE):
            site = self._templates.index_of(innermost.source).raises.get(innermost.line)
            calls = _of_class(site.calls, cls) if site is not None else ()
            why = "" if calls or site is None else site.why or "this `raise` makes exceptions of another class"
            calls, depth = with_callers(calls, self._spot(innermost), self._spots(frames))
            speaker = trusted_frame(frames[-1 - depth], self._templates.sources)
        if not calls and made is not None:
            calls, speaker = self._made_at(made, cls), trusted_frame(made, self._templates.sources)
        rules = live_lineage(cls, self._templates, link.members)
        changed, new = self._changed(frames)
        found = (with_args(rules, new) or [] if new is not None else []) if changed else _found(rules, calls)
        by_itself = candidates(rules, Arguments(is_open=True)) if not found and not changed else None
        class_text = common([one.text for one in by_itself]) if by_itself else None
        unique = tuple(dict.fromkeys(found))
        shared = common(list(dict.fromkeys(one.text for one in unique))) if unique else ()
        return Resolution(
            candidates=unique,
            groups=_groups(unique),
            shared=shared if has_words(shared) else (),
            is_certain=all(call.callee != "unknown" for call in calls),
            is_outer=depth > 0,
            raised_in_c="" if innermost is None else self._raised_in_c(innermost, cls),
            class_text=class_text if class_text is not None and has_words(class_text) else None,
            place=f"{speaker.place.path}:{speaker.line}" if calls and speaker is not None else "",
            why=why,
        )

    def _changed(self, frames: Sequence[FrameSnapshot]) -> tuple[bool, tuple[Choices, ...] | None]:
        """Whether a handler on its way out has changed the exception, and the ``args`` that it was given; the outermost speaks last."""
        for snapshot in frames[-_MOST_HELPERS:]:
            frame = trusted_frame(snapshot, self._templates.sources)
            if frame is not None:
                changed = self._templates.index_of(frame.source).changed
                if frame.line in changed:
                    return True, changed[frame.line]
        return False, None

    def _raised_in_c(self, innermost: TrustedFrame, cls: type) -> str:
        if _is_at(innermost, _RAISE) or _is_at(innermost, _RAISES_AGAIN):
            return ""
        named = trusted_class(cls, self._templates.sources)
        return f"{named.module}.{named.qualname}" if named.exact else ""

    def _made_at(self, made: FrameSnapshot, cls: type) -> tuple[Call, ...]:
        """The calls at the recorded place where the exception was made."""
        frame = trusted_frame(made, self._templates.sources)
        if frame is None:
            return ()
        index = self._templates.index_of(frame.source)
        site = index.raises.get(frame.line)
        calls = (*index.creations.get(frame.line, ()), *(site.calls if site is not None else ()))
        fitting = _of_class(calls, cls)
        return fitting if len(fitting) == 1 else ()

    def _spots(self, frames: Sequence[FrameSnapshot]) -> Iterator[Spot | None]:
        for frame in reversed(frames[-_MOST_HELPERS:-1]):
            outer = trusted_frame(frame, self._templates.sources)
            yield None if outer is None else self._spot(outer)

    def _spot(self, frame: TrustedFrame) -> Spot:
        index = self._templates.index_of(frame.source)
        return Spot(index, frame.known.qualname, frame.known.first_line, frame.line)


def _found(rules: Sequence[ClassRules], calls: tuple[Call, ...]) -> list[Candidate]:
    found: list[Candidate] = []
    for call in calls:
        one = candidates(rules, call.arguments)
        if one is None:
            return []
        found.extend(one)
    return found


def _groups(found: tuple[Candidate, ...]) -> tuple[Group, ...]:
    texts: dict[tuple[Template, ...] | None, dict[Template, None]] = {}
    for one in found:
        texts.setdefault(one.arguments, {})[one.text] = None
    return tuple(
        Group(arguments, sum(map(weight, arguments or ())), common(list(of_it)), len(of_it) == 1)
        for arguments, of_it in texts.items()
    )


def _of_class(calls: tuple[Call, ...], cls: type) -> tuple[Call, ...]:
    """Those of ``calls`` that can have made an exception of ``cls``."""
    names = {name for base in lineage(cls) if type(name := _NAME.__get__(base)) is str}
    own = _NAME.__get__(cls)
    if len(calls) > 1 and any(call.name == own for call in calls):
        return tuple(call for call in calls if call.name == own or call.callee == "variable")
    if len(calls) == 1:
        # A class by an alias, or one made by a call: what the position says is this.
        only = calls[0]
        return calls if only.callee != "unknown" or only.name not in names else (Call(only.name, only.arguments),)
    return tuple(call for call in calls if call.callee == "variable" or call.name in names)


def _is_at(frame: TrustedFrame, instruction: int) -> bool:
    # An error raised in C on the line of a `raise` statement is not the one that the statement would have raised.
    code = frame.known.code.co_code
    return 0 <= frame.offset < len(code) and code[frame.offset] == instruction
