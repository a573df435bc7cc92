"""Callers: what the frames around a ``raise`` handed in for the parameters that its message is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tightlip.message.calling import is_telling
from tightlip.message.sites import Call
from tightlip.message.template import Hole, Template, has_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tightlip.message.sites import FileIndex
    from tightlip.message.template import Choices


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of a function: where a frame was.

    Attributes:
        index: The index of its file.
        qualname: The function.
        first_line: Its first line.
        line: The line.
    """

    index: FileIndex
    qualname: str
    first_line: int
    line: int


def with_callers(
    calls: tuple[Call, ...], innermost: Spot, outwards: Iterable[Spot | None]
) -> tuple[tuple[Call, ...], int]:
    """``calls`` with the parameters of the function filled in with what its caller passed, and so on outwards.

    Args:
        calls: The exceptions that can have been made at the innermost spot.
        innermost: Where.
        outwards: The frames around it; None for one that is not trusted, where it ends.

    Returns:
        The calls, and how many frames outwards their words stand: 0 where they have words of their own, or nobody has.
    """
    had_words = any(_has_words(call) for call in calls)
    inner, depth = innermost, 0
    for outer in outwards:
        if outer is None or not any(_has_parameter(call) for call in calls):
            break
        given = _passed(outer, inner)
        if given is None:
            break
        calls = tuple(Call(call.name, call.arguments.filled(given), call.callee) for call in calls)
        inner, depth = outer, depth + 1
    calls = tuple(Call(call.name, call.arguments.settled(), call.callee) for call in calls)
    return calls, depth if not had_words and any(_has_words(call) for call in calls) else 0


def _passed(outer: Spot, inner: Spot) -> dict[str, Choices] | None:
    """What the call at ``outer`` passes for the parameters of the function of ``inner``."""
    signature = inner.index.signatures.get((inner.qualname, inner.first_line))
    if signature is None:
        return None
    *_, owner, name = ("", *inner.qualname.split("."))
    names = (owner, "__init__") if name == "__init__" else (name,)
    calls = [call for call in outer.index.calls.get(outer.line, ()) if call.name in names]
    if len(calls) != 1:
        return None
    bound = signature.bound(calls[0].arguments)
    values: dict[str, Choices] = {}
    for parameter in (*signature.positional, *signature.keyword_only):
        choice = bound.get(parameter, ())
        # What is no text keeps the name that the function gave it.
        is_told = any(is_telling(template) for template in choice)
        values[parameter] = choice if is_told else ((Hole(parameter),),)
    return values


def _templates_of(call: Call) -> list[Template]:
    return [t for choice in (*call.arguments.positional, *call.arguments.keywords.values()) for t in choice]


def _has_parameter(call: Call) -> bool:
    return any(isinstance(part, Hole) and part.is_parameter for template in _templates_of(call) for part in template)


def _has_words(call: Call) -> bool:
    return any(has_words(template) for template in _templates_of(call))
