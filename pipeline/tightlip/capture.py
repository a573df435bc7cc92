"""Capture: a live exception becomes a snapshot, in the thread that failed, and is let go of.

Guarantees:

1. A snapshot holds types, code objects, instruction offsets and the shape of the chain. It holds no exception, traceback,
   frame or local, so that nothing of the host's is kept alive or read later.
2. No code of the exception's class runs: the interpreter's own slots are read (``BaseException.__cause__`` and its like), never
   attributes, so that a lying ``__class__``, a raising ``__cause__`` or a property is not even noticed.
3. Size is bounded: links, depth and frames; cycles end.

Read beside the shape: the ``name`` of an ``ImportError`` to compare it with the SDK's own names; what the *takers* return, which are the
stages' own readers of typed facts; for a policy that compares, the arguments that are exactly ``str``, which contribute no character;
and, for a policy that reads text, the message.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from tightlip.exact import is_exception

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType, TracebackType

#: Links of one report: chain links, groups and leaves.
MOST_LINKS = 50
#: Frames of one link: a RecursionError has a thousand, and its ends tell the story.
OUTER_FRAMES, INNER_FRAMES = 50, 100
#: Steps along one traceback; a recursion limit above it loses its innermost frames' attribution, not the bound.
_MOST_STEPS = 20_000
_MOST_TEXT = 8_192
_MOST_ARGUMENTS = 8

#: The source of a link that the author cut off with ``from None``: never reported.
SUPPRESSED = "suppressed"

_TRACEBACK = BaseException.__dict__["__traceback__"]
_CAUSE = BaseException.__dict__["__cause__"]
_CONTEXT = BaseException.__dict__["__context__"]
_SUPPRESS = BaseException.__dict__["__suppress_context__"]
_MEMBERS = BaseExceptionGroup.__dict__["exceptions"]
_ARGS = BaseException.__dict__["args"]
_IMPORT_NAME = ImportError.__dict__["name"]


@dataclass(frozen=True, slots=True)
class FrameSnapshot:
    """One frame: the code object that ran and the offset in bytes of the instruction it was at."""

    code: CodeType
    offset: int


#: Reads what one stage needs of a live exception, in the thread that failed; None for nothing.
Taker: TypeAlias = Callable[[BaseException], object]


@dataclass(frozen=True, slots=True)
class Link:
    """One exception of the chain or of a group.

    Attributes:
        type: The real class (``type(exc)``, not ``exc.__class__``).
        frames: Outermost first, at most ``OUTER_FRAMES + INNER_FRAMES``.
        omitted: Frames left out between the outer and the inner ones.
        parent: Index of the link that this one hangs on; None for the exception that was captured.
        source: How it hangs there, in Sentry's words: ``__cause__``, ``__context__``, ``exceptions[0]``; empty for the first;
            `SUPPRESSED` for a context that is not reported.
        is_group: Whether it is an exception group.
        members: How many exceptions it holds, if it is a group.
        taken: What the takers returned, by their names.
        arguments: ``args``, each that is exactly a ``str`` of bearable length, and None for any other; to be compared, never copied. None
            where the policy does not compare.
        import_name: The ``name`` of an ``ImportError``; compared with the SDK's names, never sent.
        text: The message, only where the policy reads text; None otherwise.
    """

    type: type
    frames: tuple[FrameSnapshot, ...]
    omitted: int
    parent: int | None
    source: str
    is_group: bool
    members: int = 0
    taken: Mapping[str, object] = field(default_factory=dict[str, object])
    arguments: tuple[str | None, ...] | None = None
    import_name: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A captured exception: its links, the captured one first, and how many more there would have been."""

    links: tuple[Link, ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read beside the shape.

    Attributes:
        arguments: The ``args`` that are text, for a policy that compares them with fixed texts.
        text: ``str(exc)``, which runs code of its class: for policies that scrub text.
        takers: The readers of the stages, by name. One that raises has taken nothing.
    """

    arguments: bool = False
    text: bool = False
    takers: Mapping[str, Taker] = field(default_factory=dict[str, Taker])


def snapshot(exc: BaseException, reading: Reading = Reading()) -> Snapshot:
    """Take what a report needs of ``exc`` and of everything that it is chained to or holds.

    Args:
        exc: The live exception.
        reading: What is read beside the shape.

    Raises:
        TypeError: ``exc`` is no exception.
    """
    if not is_exception(exc):
        raise TypeError(f"an exception is captured, not {type(exc).__name__}")
    links: list[Link] = []
    seen: set[int] = set()
    pending: deque[tuple[BaseException, int | None, str]] = deque([(exc, None, "")])
    # What was cut off comes last: the same exception may be a member of a group, and is reported as that.
    cut_off: deque[tuple[BaseException, int | None, str]] = deque()
    while (pending or cut_off) and len(links) < MOST_LINKS:
        current, parent, source = (pending or cut_off).popleft()
        if id(current) in seen:
            continue
        seen.add(id(current))
        index = len(links)
        links.append(_link(current, parent, source, reading))
        for child, name in _children(current):
            (cut_off if SUPPRESSED in (name, source) else pending).append((child, index, name))
    return Snapshot(tuple(links), truncated=bool(pending))


def _children(exc: BaseException) -> Iterator[tuple[BaseException, str]]:
    if issubclass(type(exc), BaseExceptionGroup):
        members: tuple[BaseException, ...] = _MEMBERS.__get__(exc)
        for number, member in enumerate(islice(members, MOST_LINKS)):
            yield member, f"exceptions[{number}]"
    cause, context = _CAUSE.__get__(exc), _CONTEXT.__get__(exc)
    if cause is not None:
        yield cause, "__cause__"
    elif context is not None:
        # As the interpreter prints it: the context counts when no cause was given and it was not suppressed. One cut off with
        # `from None` is not part of the report, but its template fills the hole of `raise X(f"... {exc}") from None`.
        yield context, SUPPRESSED if _SUPPRESS.__get__(exc) else "__context__"


def _link(exc: BaseException, parent: int | None, source: str, reading: Reading) -> Link:
    frames, omitted = _frames(_TRACEBACK.__get__(exc))
    return Link(
        type=type(exc),
        frames=frames,
        omitted=omitted,
        parent=parent,
        source=source,
        is_group=issubclass(type(exc), BaseExceptionGroup),
        members=len(_MEMBERS.__get__(exc)) if issubclass(type(exc), BaseExceptionGroup) else 0,
        taken=_taken(exc, reading.takers),
        arguments=_arguments(exc) if reading.arguments else None,
        import_name=_import_name(exc),
        text=_text(exc) if reading.text else None,
    )


def _frames(traceback: TracebackType | None) -> tuple[tuple[FrameSnapshot, ...], int]:
    outer: list[FrameSnapshot] = []
    inner: deque[FrameSnapshot] = deque(maxlen=INNER_FRAMES)
    count = 0
    while traceback is not None and count < _MOST_STEPS:
        frame = FrameSnapshot(traceback.tb_frame.f_code, traceback.tb_lasti)
        if count < OUTER_FRAMES:
            outer.append(frame)
        else:
            inner.append(frame)
        count += 1
        traceback = traceback.tb_next
    return (*outer, *inner), count - len(outer) - len(inner)


def raised_at(exc: BaseException) -> tuple[int, int]:
    """What tells the place that raised ``exc`` from others while the program runs: a code object's address and an offset."""
    traceback: TracebackType | None = _TRACEBACK.__get__(exc)
    for _ in range(_MOST_STEPS):
        if traceback is None or traceback.tb_next is None:
            break
        traceback = traceback.tb_next
    return (0, 0) if traceback is None else (id(traceback.tb_frame.f_code), traceback.tb_lasti)


def stack(frame: FrameType | None, most: int) -> tuple[FrameSnapshot, ...]:
    """The code and offsets of a running stack, outermost first, from ``frame`` outwards, at most ``most`` frames."""
    found: list[FrameSnapshot] = []
    while frame is not None and len(found) < most:
        found.append(FrameSnapshot(frame.f_code, frame.f_lasti))
        frame = frame.f_back
    found.reverse()
    return tuple(found)


def _taken(exc: BaseException, takers: Mapping[str, Taker]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for name, taker in takers.items():
        try:
            taken = taker(exc)
        except KeyboardInterrupt:
            raise  # the user's, and it only passed by
        except BaseException:  # noqa: S112 - a vendor's adapter may raise a panic of Rust's: the host's exception goes on as it was
            continue
        if taken is not None:
            found[name] = taken
    return found


def _arguments(exc: BaseException) -> tuple[str | None, ...]:
    given: object = _ARGS.__get__(exc)
    if type(given) is not tuple:
        return ()
    items: tuple[object, ...] = given[:_MOST_ARGUMENTS]  # pyright: ignore[reportUnknownVariableType]
    return tuple(item if type(item) is str and len(item) <= _MOST_TEXT else None for item in items)


def _import_name(exc: BaseException) -> str | None:
    if not issubclass(type(exc), ImportError):
        return None
    name: Any = _IMPORT_NAME.__get__(exc)
    return name if type(name) is str else None


def _text(exc: BaseException) -> str | None:
    try:
        text = str(exc)
    except Exception:
        return None  # a broken __str__: the type is reported without a message
    return text[:_MOST_TEXT] if type(text) is str else None
