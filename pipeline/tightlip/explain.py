"""Explaining a report to the SDK's developer: why it is one, and for each part of the message why it is kept or dropped.

It says what the stages decided, by asking them; it decides nothing itself. No value of the exception's is in it, so that an explanation
may be pasted into an issue: it is made from the same snapshot as the report, names the application's frames by markers only, and shows no
path outside of the packages. Two runs that differ in values alone have the same explanation.

Not covered: under a policy that keeps text, a message without a template leaves after the scrubbers; the explanation says so, and does not
show it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tightlip.capture import OUTER_FRAMES, SUPPRESSED, FrameSnapshot
from tightlip.chain import Drop
from tightlip.explanation import Explanation, FrameNote, LinkNote, Part
from tightlip.failure import event_frames, handled_by, is_control_flow, speaking
from tightlip.message.ladder import Message, expanded
from tightlip.message.lineages import live_lineage
from tightlip.message.resolving import MADE
from tightlip.message.template import Hole, has_text, has_words, shown
from tightlip.origin.attribution import attribute, owned_frame, trusted_frame
from tightlip.origin.classes import trusted_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tightlip.capture import Link, Snapshot
    from tightlip.failure import Decided, Origin
    from tightlip.message.ladder import Ladder
    from tightlip.message.resolving import Resolution
    from tightlip.message.sites import Call
    from tightlip.message.template import Part as TemplatePart
    from tightlip.message.templates import Templates
    from tightlip.origin.attribution import OwnedFrame, TrustedFrame
    from tightlip.origin.classes import TrustedClass

#: Why a whole snapshot is dropped, by the reason that is counted.
_DROPPED = {
    "control flow": "exceptions of this kind steer the program; they are no failures",
    "application": "nothing in it is the SDK's failure",
    "no traceback": "it was never raised, and its class is not the SDK's",
    "optional extra": "an optional extra is not installed, which is the customer's choice",
    "package not proved": "no file could be proved to be the SDK's: name the package inside the namespace",
}
_OWNERS = {
    "application": "not the SDK's: its names and lines stay here",
    "dependency": "a dependency: its name and the number of frames are told",
    "stdlib": "the standard library: the number of frames is told",
}
_CLASS_OWNERS = {
    "sdk": "the SDK's",
    "dependency": "a dependency's",
    "stdlib": "Python's",
    "application": "the application's",
}
_INNERMOST = "the innermost frame that is neither Python's nor a dependency's"
#: Holes whose expression is not the author's.
_UNNAMED = {"": "a value", "…": "a value, or words that differ"}
_RELATIONS = {"": "captured", "__cause__": "its cause", "__context__": "was being handled", SUPPRESSED: "cut off"}


def explain(snapshot: Snapshot, policy: str, origin: Origin, ladder: Ladder, templates: Templates) -> Explanation:
    """Explain what the stages make of ``snapshot``.

    Args:
        snapshot: A captured exception.
        policy: The name of the policy.
        origin: Decides what is reported.
        ladder: Finds messages.
        templates: The indexes of verified files.
    """
    decided: list[Decided] = []
    reason = ""
    try:
        decided = origin.decide(snapshot)
    except Drop as drop:
        reason = drop.reason
    look = _Look(snapshot.links, origin, ladder, templates, reason)
    kept = {one.index for one in decided}
    told = speaking(snapshot.links, decided)
    parts = look.messages(told)
    links = tuple(look.note(n, kept, parts.get(n)) for n in range(len(snapshot.links)))
    return Explanation(bool(decided), _DROPPED.get(reason, reason), policy, links)


@dataclass(frozen=True, slots=True)
class _Told:
    """A message, expanded, with the parts that it is made of."""

    message: Message
    resolution: Resolution
    parts: tuple[Part, ...]


class _Look:
    """Asks the stages about the links of one snapshot."""

    def __init__(
        self, links: Sequence[Link], origin: Origin, ladder: Ladder, templates: Templates, reason: str
    ) -> None:
        sources = templates.sources
        self._links, self._origin, self._ladder, self._templates, self._reason = (
            links,
            origin,
            ladder,
            templates,
            reason,
        )
        self._frames = [tuple(owned_frame(frame, sources) for frame in link.frames) for link in links]
        self._classes = [trusted_class(link.type, sources) for link in links]

    def note(self, position: int, kept: set[int], told: _Told | None) -> LinkNote:
        link, cls = self._links[position], self._classes[position]
        innermost = next((frame.trusted for frame in reversed(self._frames[position]) if frame.trusted), None)
        return LinkNote(
            relation=_RELATIONS.get(link.source, "a member of its group"),
            parent=None if link.parent is None else link.parent + 1,
            reported=position in kept,
            why=self._why_kept(position) if position in kept else self._why_dropped(position),
            type=_name(cls),
            type_why=_why_class(cls),
            message="" if told is None else str(shown(told.message.template)),
            rung="" if told is None else told.message.rung,
            site="" if told is None or not told.message.template else told.resolution.place,
            module="" if innermost is None else str(innermost.module),
            parts=() if told is None else told.parts,
            advice="" if told is None else self._advice(link, told),
            frames=tuple(self._frame_notes(position)),
        )

    # Is it reported?

    def _why_kept(self, position: int) -> str:
        frames, link = self._frames[position], self._links[position]
        owner = attribute(frames)
        if owner == "sdk":
            return f"the SDK failed, at {_decider(frames)}: {_INNERMOST} is the SDK's"
        if link.is_group:
            return "one of its members is reported"
        if owner == "application":
            return "this policy reports the application's failures too"
        if link.parent is None:
            return "its class is the SDK's; it was made and never raised"
        return "a reported exception hangs on it, and it was raised in nobody's code"

    def _why_dropped(self, position: int) -> str:
        link, frames = self._links[position], self._frames[position]
        parent = None if link.parent is None else self._frames[link.parent]
        is_handled = link.source == "__context__" and parent is not None and attribute(parent) == "application"
        reasons = (
            (self._is_cut_off(position), "its author cut it off with `from None`; its words may fill a hole, no more"),
            (is_control_flow(link.type), _DROPPED["control flow"]),
            (self._reason in ("control flow", "package not proved"), _DROPPED.get(self._reason, "")),
            (link.is_group, "no member of it is the SDK's failure"),
            (is_handled, "the application caught it, and then failed by itself"),
            (self._origin.is_missing_extra(link), _DROPPED["optional extra"]),
            (attribute(frames) == "application", self._why_application(frames)),
            (not frames, _DROPPED["no traceback"]),
        )
        return next((words for applies, words in reasons if applies), "no frame of the SDK's is in its stack")

    def _is_cut_off(self, position: int | None) -> bool:
        while position is not None:
            if self._links[position].source == SUPPRESSED:
                return True
            position = self._links[position].parent
        return False

    def _unverified(self, frame: FrameSnapshot) -> str:
        """Why a frame in a file of the SDK's is not trusted; empty for one that is in none of its files."""
        sources = self._templates.sources
        place = sources.owners.place(frame.code.co_filename)
        if place is None or place.owner != "sdk":
            return ""
        # Only a file that is really there is named: anyone can compile text under a name of their own inside the SDK's folder.
        if sources.of(place) is None:
            return "a file of the SDK's whose source is not there, or not what RECORD says of it"
        return f"{place.path} does not hold the code that ran: it was edited after it was imported, or the function was replaced"

    def _why_application(self, frames: Sequence[OwnedFrame]) -> str:
        decider = next((frame for frame in reversed(frames) if frame.owner in ("sdk", "application")), None)
        why = "" if decider is None else self._unverified(decider.snapshot)
        return why or f"{_INNERMOST} is the application's"

    # What does it say?

    def messages(self, told: set[int]) -> dict[int, _Told]:
        """What each link of ``told`` says, with what it says of the exception that it handled."""
        found: dict[int, _Told] = {}
        for position in reversed(range(len(self._links))):  # a link's children come after it
            if position in told:
                child = handled_by(self._links, position)
                inner = None if child is None else found.get(child)
                name = "" if child is None else str(self._classes[child].qualname)
                found[position] = self._told(self._links[position], inner, name)
        return found

    def _told(self, link: Link, inner: _Told | None, name: str) -> _Told:
        own, resolution = self._ladder.answer(link), self._ladder.resolution(link)
        message = expanded(own, None if inner is None else inner.message)
        if not has_text(own.template) and link.text is not None:
            why = "its own text, after the scrubbers: this policy keeps text (not shown here)"
            return _Told(message, resolution, (Part("", True, why),))
        if not own.template:
            is_said = own.rung != "type"
            why = "it is made without a message" if is_said else self._why_nothing(link, resolution)
            return _Told(message, resolution, (Part("", False, why),))
        said = self._said(link, resolution.place)
        parts: list[Part] = []
        for part in own.template:
            if isinstance(part, Hole) and part.is_handled and inner is not None and inner.message.template:
                parts.extend(replace(one, why=f"from {name}: {one.why}") for one in inner.parts)
            else:
                parts.append(_part(part, own.rung, resolution.place, said, link, _name_of_class(link, self._templates)))
        return _Told(message, resolution, tuple(parts))

    def _said(self, link: Link, place: str) -> tuple[str, ...]:
        """The texts that stand in the calls at ``place``; what is not among them is the class's."""
        frame = next((one for one in self._trusted(link) if f"{one.place.path}:{one.line}" == place), None)
        if frame is None:
            return ()
        index = self._templates.index_of(frame.source)
        site = index.raises.get(frame.line)
        calls: tuple[Call, ...] = (
            *(site.calls if site is not None else ()),
            *index.creations.get(frame.line, ()),
            *index.calls.get(frame.line, ()),
        )
        choices = (
            choice for call in calls for choice in (*call.arguments.positional, *call.arguments.keywords.values())
        )
        return tuple({part for choice in choices for text in choice for part in text if isinstance(part, str)})

    def _trusted(self, link: Link) -> Iterator[TrustedFrame]:
        made = link.taken.get(MADE)
        for snapshot in (*reversed(link.frames), *((made,) if isinstance(made, FrameSnapshot) else ())):
            frame = trusted_frame(snapshot, self._templates.sources)
            if frame is not None:
                yield frame

    def _why_nothing(self, link: Link, resolution: Resolution) -> str:
        if resolution.candidates:
            return f"several texts are possible at {resolution.place}, and which one it was cannot be told"
        if resolution.why:
            return resolution.why
        if not link.frames:
            return "it was never raised, and where it was made is not recorded"
        innermost = self._templates.sources.verified(link.frames[-1].code)
        if innermost is None:
            owned = owned_frame(link.frames[-1], self._templates.sources)
            unverified = self._unverified(link.frames[-1])
            return unverified or f"raised in code without a verified source ({_raiser(owned)})"
        if resolution.raised_in_c:
            return "raised in C, and no text of CPython's own table is known to be it"
        if self._unknown_rules(link):
            return "what the class's own __init__ or __str__ makes of its arguments is not understood"
        return "no `raise` of the source is known to have made it"

    def _unknown_rules(self, link: Link) -> bool:
        rules = live_lineage(link.type, self._templates, link.members)
        return any("unknown" in (rule.init, rule.text) for rule in rules)

    def _advice(self, link: Link, told: _Told) -> str:
        template = told.message.template
        if template and not has_words(template) and link.text is None:
            return "write words where it is raised: now a value is all that it says"
        if template or told.message.rung != "type" or told.resolution.why or link.text is not None:
            return ""  # all is well, or the reason says what to do
        if not link.frames:
            return "call reporter.record_creations(...) with its class"
        if self._unknown_rules(link):
            return "hand a literal or an f-string to super().__init__(...), or return one from __str__"
        if told.resolution.raised_in_c:
            return "catch it where it is raised, and raise an error of your own from it, with words of your own"
        return ""

    # Its stack.

    def _frame_notes(self, position: int) -> Iterator[FrameNote]:
        frames, omitted = self._frames[position], self._links[position].omitted
        notes = (
            self._frame_note(*one) for one in zip(event_frames(frames, omitted), _runs(frames, omitted), strict=True)
        )
        for note, repeated in groupby(notes):
            times = sum(1 for _ in repeated)
            yield note if times == 1 else replace(note, text=f"{note.text} ({times} times)")

    def _frame_note(self, shown_as: Mapping[str, Any], run: Sequence[OwnedFrame]) -> FrameNote:
        if shown_as["in_app"]:
            text = f"{shown_as['filename']}:{shown_as['lineno']} in {shown_as['function']}"
            return FrameNote(text, shown=True, why="the SDK's verified code")
        if not run:
            return FrameNote(shown_as["function"], shown=False, why="a very deep stack: its ends are told")
        claims = Counter(why for frame in run if (why := self._unverified(frame.snapshot)))
        why = "; ".join(claims) or _OWNERS[run[0].owner]
        return FrameNote(shown_as["function"], shown=False, why=why)


def _runs(frames: Sequence[OwnedFrame], omitted: int) -> Iterator[tuple[OwnedFrame, ...]]:
    """The frames behind each entry of `event_frames`; none for the marker in the middle of a very deep stack."""
    halves = (frames[:OUTER_FRAMES], frames[OUTER_FRAMES:]) if omitted else (frames,)
    for number, half in enumerate(halves):
        if number:
            yield ()
        for (owner, _), run in groupby(half, key=lambda frame: (frame.owner, frame.name)):
            if owner == "sdk":
                yield from ((frame,) for frame in run)
            else:
                yield tuple(run)


def _decider(frames: Sequence[OwnedFrame]) -> str:
    for frame in reversed(frames):
        if frame.trusted is not None:
            return f"{frame.trusted.place.path}:{frame.trusted.line}"
    return "a frame"


def _raiser(frame: OwnedFrame) -> str:
    return {"application": "the application's", "stdlib": "Python's", "sdk": "the SDK's"}.get(frame.owner, frame.name)


def _name(cls: TrustedClass) -> str:
    return str(cls.qualname) if cls.module == "builtins" else f"{cls.module}.{cls.qualname}"


def _name_of_class(link: Link, templates: Templates) -> str:
    return _name(trusted_class(link.type, templates.sources))


def _why_class(cls: TrustedClass) -> str:
    owner = _CLASS_OWNERS[cls.owner]
    if cls.exact:
        return f"{owner} class"
    return f"{owner} class: the nearest base that may be named; the class itself is the application's, or was made while the program ran"


def _part(part: TemplatePart, rung: str, place: str, said: tuple[str, ...], link: Link, cls: str) -> Part:
    if isinstance(part, Hole):
        return Part(str(part), False, _UNNAMED.get(part.expression, f"value of {part}"))
    chosen = ", of several texts that are possible" if rung == "alternatives" else ""
    return Part(part, True, f"{_words(part, rung, place, said, link, cls)}{chosen} ({rung})")


def _words(text: str, rung: str, place: str, said: tuple[str, ...], link: Link, cls: str) -> str:
    """Where a literal stands."""
    if rung == "adapter":
        is_system = issubclass(link.type, OSError)
        return "the system's text for its error number" if is_system else "fixed text, chosen by facts of the error"
    if rung == "builtin":
        return "CPython's own message"
    if not place:
        return f"what {cls} says by itself"
    if any(text in one for one in said):
        return f"written at {place}"
    if any(one in text for one in said if has_words((one,))):
        return f"written at {place} and in {cls}"
    return f"written in {cls}, made at {place}" if said or rung == "code" else f"written at {place}"
