"""An explanation of a report: data, and how a person sees it at a terminal. `tightlip.explain` makes it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tightlip.ink import COLOURS, dyed, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_INDENT = "   "
_WIDEST_PART, _WIDEST_FRAME = 44, 60


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message.

    Attributes:
        text: The author's text, or the hole as it is shown; empty where there is no message.
        kept: Whether it is text that leaves; of a hole only the expression does.
        why: Where it is written, or what is dropped and why.
    """

    text: str
    kept: bool
    why: str


@dataclass(frozen=True, slots=True)
class FrameNote:
    """One entry of the stack as it is reported: a frame of the SDK's, or the marker for a run of others."""

    text: str
    shown: bool
    why: str


@dataclass(frozen=True, slots=True)
class LinkNote:
    """One exception of the chain or of a group.

    Attributes:
        relation: How it belongs to the one it hangs on, in words.
        parent: Number of that one, from 1; None for the captured exception.
        reported: Whether it is part of the report.
        why: Why it is, or is not.
        type: The class that is named, as ``acme.errors.ServerError``.
        type_why: Why that one.
        message: The template as it is reported; empty for none.
        rung: How it was found.
        site: Where its words stand, as ``acme/http.py:41``; empty where no position gave it.
        module: The module of the innermost frame of the SDK's, as ``acme.http``; empty where there is none.
        parts: The message in parts.
        advice: What the author can do to have more of it; empty for nothing.
        frames: The stack.
    """

    relation: str
    parent: int | None
    reported: bool
    why: str
    type: str
    type_why: str
    message: str
    rung: str
    site: str
    module: str
    parts: tuple[Part, ...]
    advice: str
    frames: tuple[FrameNote, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an exception is reported or not, and what of it. ``print`` it, or take `to_dict`.

    Attributes:
        reported: Whether a report leaves, consent given.
        why: If not, the reason.
        policy: The name of the policy.
        links: The captured exception first, then what it is chained to or holds.
        left_out: What the reporter was given and no report shows, and why.
    """

    reported: bool
    why: str
    policy: str
    links: tuple[LinkNote, ...]
    left_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        """For a terminal."""
        return self.text()

    def text(self, *, colour: bool = False) -> str:
        """For a terminal.

        Args:
            colour: Whether to use the terminal's colours.
        """
        return "\n".join(_page(self, COLOURS if colour else {})) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data, for JSON."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return found


def _page(explanation: Explanation, colours: Mapping[str, str]) -> Iterator[str]:
    answer = dyed("reported", "good", colours) if explanation.reported else dyed("not reported", "bad", colours)
    yield f"{answer}{': ' + explanation.why if explanation.why else ''} (policy {explanation.policy})"
    for number, link in enumerate(explanation.links, 1):
        yield ""
        yield from _link_lines(number, link, colours)
    if explanation.left_out:
        yield ""
        yield "declared, and in no report:"
        yield from (f"{_INDENT}{printable(note)}" for note in explanation.left_out)


def _link_lines(number: int, link: LinkNote, colours: Mapping[str, str]) -> Iterator[str]:
    relation = link.relation if link.parent is None else f"{link.relation}, of {link.parent}"
    yield f"{number}. {dyed(link.type, 'head', colours)} {dyed(f'({relation})', 'faint', colours)}"
    verdict = dyed("reported", "good", colours) if link.reported else dyed("not reported", "bad", colours)
    yield f"{_INDENT}{verdict}: {link.why}"
    yield f"{_INDENT}class: {link.type_why}"
    if link.parts:
        yield from _message_lines(link, colours)
    if link.frames and (link.reported or link.parent is None):
        yield f"{_INDENT}stack, innermost last:"
        width = min(max(len(frame.text) for frame in link.frames), _WIDEST_FRAME)
        for frame in link.frames:
            yield f"{_INDENT * 2}{frame.text:{width}}  {dyed(frame.why, 'faint', colours)}"


def _message_lines(link: LinkNote, colours: Mapping[str, str]) -> Iterator[str]:
    yield f"{_INDENT}message: {printable(link.message) or '(none)'}"
    texts = [printable(repr(part.text) if part.kept and part.text else part.text) for part in link.parts]
    width = min(max(map(len, texts)), _WIDEST_PART)
    for part, text in zip(link.parts, texts, strict=True):
        verdict = dyed("kept", "good", colours) if part.kept else dyed("dropped", "hole", colours)
        padded = (text.ljust(width) if part.kept else dyed(text.ljust(width), "hole", colours)) + "  " if width else ""
        yield f"{_INDENT * 2}{padded}{verdict}: {part.why}"
    if link.advice:
        yield f"{_INDENT}to have more: {link.advice}"
