"""The failure: a snapshot becomes the ``exception`` of an event, link by link.

Two processors. `Origin` decides whose each link is, drops what is not the SDK's and names types and frames; `Messages` adds the
templates, the rung and the fingerprint. Both work on a worker thread, from the snapshot in ``hint["snapshot"]`` alone.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tightlip.capture import OUTER_FRAMES, SUPPRESSED
from tightlip.chain import Drop
from tightlip.message.ladder import Ladder, Message, expanded
from tightlip.message.template import anonymous, has_text, shown
from tightlip.origin.attribution import OwnedFrame, attribute, line_at, owned_frame
from tightlip.origin.classes import TrustedClass, lineage, plain_name, trusted_class
from tightlip.text import CodeText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tightlip.capture import Link, Snapshot
    from tightlip.origin.sources import Sources
    from tightlip.types import Event, Hint

#: Never failures of an SDK: they steer the program.
_CONTROL_FLOW: tuple[type[BaseException], ...] = (
    KeyboardInterrupt,
    SystemExit,
    GeneratorExit,
    StopIteration,
    StopAsyncIteration,
)
_NO_DISTRIBUTION = ("PackageNotFoundError", "importlib.metadata")
_CANCELLED = (("asyncio.exceptions", "CancelledError"), ("concurrent.futures._base", "CancelledError"))


@dataclass(frozen=True, slots=True)
class Decided:
    """A link that is reported.

    Attributes:
        index: Its place among the snapshot's links.
        link: The link.
        frames: Its frames with their owners.
        cls: The class to name.
        parent: Index of the nearest reported link that it hangs on, or None.
    """

    index: int
    link: Link
    frames: tuple[OwnedFrame, ...]
    cls: TrustedClass
    parent: int | None


class Origin:
    """Keeps the SDK's links, drops the event if there are none, and writes types, frames and structure.

    Args:
        sources: Verified sources.
        keeps_application: Keep every link, and name the frames of the application; their text is plain, for the scrubbers.
    """

    def __init__(self, sources: Sources, *, keeps_application: bool = False) -> None:
        self._sources = sources
        self._keeps_application = keeps_application

    def __call__(self, event: Event, hint: Hint) -> Event:
        """Add ``exception``; ``hint["decided"]`` tells the next stage what was kept.

        Raises:
            Drop: Nothing in the snapshot is the SDK's failure.
        """
        snapshot: Snapshot = hint["snapshot"]
        decided = self.decide(snapshot)
        hint["decided"] = decided
        hint["numbers"] = {one.index: number for number, one in enumerate(decided)}
        members: Counter[int | None] = Counter()
        hint["places"] = places = {}
        for one in decided:
            if one.link.source.startswith("exceptions["):
                places[one.index] = members[one.link.parent]
                members[one.link.parent] += 1
        values = [self._value(one, hint) for one in decided]
        values.reverse()  # Sentry's order: what was raised last stands last
        return {**event, "exception": {"values": values}}

    def decide(self, snapshot: Snapshot) -> list[Decided]:
        """Which links are reported, in the snapshot's order.

        Raises:
            Drop: None of them.
        """
        first = snapshot.links[0]
        if is_control_flow(first.type):
            raise Drop("control flow")
        frames = [tuple(owned_frame(frame, self._sources) for frame in link.frames) for link in snapshot.links]
        classes = [trusted_class(link.type, self._sources) for link in snapshot.links]
        kept = self._kept(snapshot.links, frames, classes) if not self._keeps_application else _shown(snapshot.links)
        if not kept:
            raise Drop(_reason(first, frames[0]) if self._sources.owners.is_proved() else "package not proved")
        return [
            Decided(i, snapshot.links[i], frames[i], classes[i], _kept_parent(snapshot.links, kept, i))
            for i in sorted(kept)
        ]

    def _kept(
        self, links: Sequence[Link], frames: Sequence[Sequence[OwnedFrame]], classes: Sequence[TrustedClass]
    ) -> set[int]:
        kept: set[int] = set()
        for position in sorted(_shown(links)):
            link = links[position]
            if link.source.startswith("exceptions[") and is_control_flow(link.type):
                continue
            if link.is_group:
                if attribute(frames[position]) == "sdk" and _has_nobodys_leaf(links, frames, classes, position):
                    kept.add(position)  # the SDK's own group of errors that were raised outside of anyone's code
                continue  # else by its leaves, below
            if link.parent is not None and self._is_handled_by_application(links, frames, position):
                continue
            if self._is_failure(link, frames[position], classes[position]):
                kept.add(position)
            elif link.parent in kept and attribute(frames[position]) is None:
                # What the SDK's error was chained to, raised where no one's frame is left: a class name, no more.
                kept.add(position)
        for position in reversed(range(len(links))):
            if links[position].is_group and any(links[child].parent == position for child in kept):
                kept.add(position)
        return kept

    def _is_handled_by_application(
        self, links: Sequence[Link], frames: Sequence[Sequence[OwnedFrame]], position: int
    ) -> bool:
        """Whether the application caught this error and then failed by itself while handling it."""
        link = links[position]
        return (
            link.source == "__context__" and link.parent is not None and attribute(frames[link.parent]) == "application"
        )

    def _is_failure(self, link: Link, frames: Sequence[OwnedFrame], cls: TrustedClass) -> bool:
        if self.is_missing_extra(link):
            return False
        owner = attribute(frames)
        # Without any frame the class alone tells: an error of the SDK's that was made and never raised.
        return owner == "sdk" or (owner is None and not frames and cls.owner == "sdk" and cls.exact)

    def is_missing_extra(self, link: Link) -> bool:
        """The import error of an optional extra is the customer's choice; that of the SDK's own module is a failure."""
        # Not `in lineage`: comparing a host's class asks its metaclass.
        if not issubclass(link.type, ImportError):
            return False
        if any(plain_name(cls) == _NO_DISTRIBUTION for cls in lineage(link.type)):
            return False  # importlib.metadata does not know the SDK: a broken bundle
        if link.import_name is None:
            return True  # raised by hand: "install acme[parquet]"
        top = link.import_name.split(".")[0]
        if top in sys.stdlib_module_names:
            return False  # the standard library of another version: a failure
        own = {package.split(".")[0] for package in self._sources.owners.packages}
        return top not in own and top.replace("_", "-").lower() not in self._sources.owners.dependencies()

    def _value(self, decided: Decided, hint: Hint) -> dict[str, Any]:
        mechanism: dict[str, Any] = {
            "type": "chained" if decided.parent is not None else hint.get("mechanism", "generic")
        }
        mechanism["handled"] = bool(hint.get("handled", True))
        # Numbers among what is reported: the snapshot's would count the application's own errors.
        numbers: dict[int, int] = hint["numbers"]
        mechanism["exception_id"] = numbers[decided.index]
        if decided.parent is not None:
            source = decided.link.source
            if source.startswith("exceptions["):
                source = f"exceptions[{hint['places'][decided.index]}]"
            mechanism |= {"parent_id": numbers[decided.parent], "source": CodeText(source)}
        if decided.link.is_group:
            mechanism["is_exception_group"] = True
        value: dict[str, Any] = {"type": decided.cls.qualname, "module": decided.cls.module, "mechanism": mechanism}
        if self._keeps_application and not decided.cls.exact:
            value["type"], value["module"] = plain_name(decided.link.type)
        if decided.frames:
            frames = event_frames(decided.frames, decided.link.omitted, names_application=self._keeps_application)
            value["stacktrace"] = {"frames": list(frames)}
        return value


def _shown(links: Sequence[Link]) -> set[int]:
    """Every link but those that their author cut off."""
    cut_off: set[int] = set()
    for position, link in enumerate(links):
        if link.source == SUPPRESSED or link.parent in cut_off:
            cut_off.add(position)
    return set(range(len(links))) - cut_off


def _has_nobodys_leaf(
    links: Sequence[Link], frames: Sequence[Sequence[OwnedFrame]], classes: Sequence[TrustedClass], group: int
) -> bool:
    """Whether a member of ``group`` failed in nobody's code (in C, in a dependency's thread), or was made and never raised."""
    return any(
        link.parent == group
        and link.source.startswith("exceptions[")
        and not link.is_group
        and not is_control_flow(link.type)
        and attribute(frames[n]) is None
        and (bool(frames[n]) or classes[n].exact)
        for n, link in enumerate(links)
    )


def is_control_flow(cls: type) -> bool:
    """Whether exceptions of ``cls`` steer the program and are never reports."""
    names = {(module, name) for name, module in map(plain_name, lineage(cls))}
    return issubclass(cls, _CONTROL_FLOW) or not names.isdisjoint(_CANCELLED)


def _reason(first: Link, frames: Sequence[OwnedFrame]) -> str:
    if issubclass(first.type, ImportError) and attribute(frames) == "sdk":
        return "optional extra"
    return "application" if frames else "no traceback"


def _kept_parent(links: Sequence[Link], kept: set[int], position: int) -> int | None:
    parent = links[position].parent
    while parent is not None and parent not in kept:
        parent = links[parent].parent
    return parent


def event_frames(
    frames: Sequence[OwnedFrame], omitted: int = 0, *, names_application: bool = False
) -> Iterator[dict[str, Any]]:
    """Frames in Sentry's form: the SDK's in full, every run of others as one marker.

    Args:
        frames: Outermost first.
        omitted: Frames left out in the middle of a very deep stack; told by a marker of their own.
        names_application: Show the application's frames too, as plain text.
    """
    halves = (frames[:OUTER_FRAMES], frames[OUTER_FRAMES:]) if omitted else (frames,)
    for number, half in enumerate(halves):
        if number:
            yield _marker(f"{omitted} frames omitted")
        for (owner, name), run in groupby(half, key=lambda frame: (frame.owner, frame.name)):
            if owner == "application" and names_application:
                yield from (_plain_frame(frame) for frame in run)
                continue
            if owner != "sdk":
                count = sum(1 for _ in run)
                yield _marker(f"{count} {name} frame{'' if count == 1 else 's'}")
                continue
            for frame in run:
                assert frame.trusted is not None
                yield {
                    "module": frame.trusted.module,
                    "function": frame.trusted.function,
                    "filename": CodeText(frame.trusted.place.path),
                    "lineno": frame.trusted.line,
                    "in_app": True,
                }


def _plain_frame(frame: OwnedFrame) -> dict[str, Any]:
    code = frame.snapshot.code
    name = code.co_filename.replace("\\", "/").rsplit("/", 1)[-1]
    return {
        "function": code.co_qualname,
        "filename": name,
        "lineno": line_at(code, frame.snapshot.offset),
        "in_app": True,
    }


def _marker(text: str) -> dict[str, Any]:
    return {"function": CodeText(f"[{text}]"), "in_app": False}


class Messages:
    """Adds to each reported link the template of its message; tags the rung; sets the fingerprint."""

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder

    def __call__(self, event: Event, hint: Hint) -> Event:
        """Add ``value`` to the exceptions of ``event``, ``tags.rung`` and ``fingerprint``."""
        decided: list[Decided] = hint["decided"]
        links = hint["snapshot"].links
        found = self._messages(links, speaking(links, decided))
        values: list[dict[str, Any]] = []
        for one, value in zip(reversed(decided), event["exception"]["values"], strict=True):
            template = found[one.index].template
            if not has_text(template) and one.link.text is not None:
                values.append(
                    {**value, "value": one.link.text}
                )  # plain: for the scrubbers, under a policy that reads text
            else:
                values.append({**value, "value": shown(template)} if template else value)
        primary = decided[0]
        tags = {**event.get("tags", {}), "rung": CodeText(found[primary.index].rung)}
        fingerprint = _fingerprint(primary, found[primary.index])
        return {**event, "exception": {"values": values}, "tags": tags, "fingerprint": fingerprint}

    def _messages(self, links: Sequence[Link], may_speak: set[int]) -> dict[int, Message]:
        """The message of each link that may speak: those reported, and those cut off that are no application's."""
        found: dict[int, Message] = {}
        for position in reversed(range(len(links))):  # a link's children come after it
            if position in may_speak:
                handled = handled_by(links, position)
                found[position] = expanded(
                    self._ladder.answer(links[position]), found.get(handled) if handled is not None else None
                )
        return found


def speaking(links: Sequence[Link], decided: Sequence[Decided]) -> set[int]:
    """The links whose message may be told: those that are reported, and those cut off, for the hole that names them."""
    return {one.index for one in decided} | {i for i, link in enumerate(links) if link.source == SUPPRESSED}


def handled_by(links: Sequence[Link], position: int) -> int | None:
    """The link of the exception that was being handled when the one at ``position`` was raised."""
    own = (c for c, link in enumerate(links) if link.parent == position and not link.source.startswith("exceptions"))
    return next(own, None)


def _fingerprint(decided: Decided, message: Message) -> list[CodeText]:
    """What groups reports into issues: no line number, so that issues survive releases, and no name of a hole."""
    innermost = next((frame.trusted for frame in reversed(decided.frames) if frame.trusted is not None), None)
    place = [innermost.module, innermost.function] if innermost is not None else [CodeText(""), CodeText("")]
    return [CodeText(f"{decided.cls.module}.{decided.cls.qualname}"), *place, anonymous(message.template)]
