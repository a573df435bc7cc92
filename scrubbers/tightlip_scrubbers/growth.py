r"""Whether searching a regular expression takes linear time, told without a clock.

    >>> check(r"ACME-[0-9]{6}")
    >>> check(r"(a+)+$")
    Traceback (most recent call last):
        ...
    tightlip_scrubbers.growth.GrowthError: ...

The pattern's structure gives texts that could be slow (`pumps`), and a search that counts its steps tries them at doubling lengths (`steps`).
A pattern is refused if the steps grow faster than about ``n ** 1.3``, if one character can cost more than ``MOST_STEPS``, or if it has a part
whose cost cannot be told.

What makes a pattern slow, and what to write instead:

- ``(a+)+b``, ``(a|a)*b``: a repeat inside of a repeat, or two alternatives that read the same. One of them is enough.
- ``a*[ab]*c``: two repeats in a row that read the same. Make the first possessive (``a*+``), or let them differ.
- ``[a-z]+@``, ``.*x``: the search begins again at each character of the run. Bound it (``[a-z]{1,64}@``), or say where it begins:
  ``(?<![a-z])[a-z]++@``.

Not covered: the cost of what is done with a match.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tightlip_scrubbers.parsed import (
    ENDLESS,
    Atomic,
    Chars,
    Choice,
    Look,
    Node,
    Place,
    Repeat,
    Sequence,
    Unreadable,
    parse,
    written,
)
from tightlip_scrubbers.pumps import Automaton, Pump
from tightlip_scrubbers.steps import Stepper, TooMany

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_STEPS: Final = 1_000
"""Steps for one character of a text, however short: more is slow though it does not grow."""
MOST_REPEATS: Final = 1_000
"""The largest bound of a repeat, and of repeats inside of one another together."""
LONGEST: Final = 2_000
"""Characters of a pattern that is looked at."""

_WORST_EXPONENT: Final = 1.3
_SUSPICIOUS: Final = 2.1
_SIZES: Final = (32, 64, 128, 256)
_CLIPPED: Final = 12
_MOST_PUMPS: Final = 600
_MOST_DEEP: Final = 12
_MOST_WORK: Final = 1_500_000


class GrowthError(ValueError):
    """The pattern could take more than linear time.

    Attributes:
        reason: Why, in one sentence.
        part: The part of the pattern that it is about; empty for the whole.
        example: A text that makes it slow, if one is known.
    """

    def __init__(self, reason: str, part: str = "", example: str = "") -> None:
        where = f" at `{part}`" if part else ""
        text = f"; for example on {example}" if example else ""
        super().__init__(f"{reason}{where}{text}")
        self.reason = reason
        self.part = part
        self.example = example


def check(pattern: str) -> None:
    """See that searching a pattern takes linear time on every text.

    Args:
        pattern: A regular expression, as ``re.compile`` takes it.

    Raises:
        GrowthError: It could take longer, or it is no regular expression.
    """
    if len(pattern) > LONGEST:
        raise GrowthError(f"it has more than {LONGEST} characters; write several rules")
    try:
        tree = parse(pattern)
        _check_bounds(tree.root, 1)
        clipped = Stepper(_clipped(tree.root))
        worst: list[tuple[float, Pump, str]] = []
        for number, pump in enumerate(_unlike(Automaton(tree).pumps())):
            if number >= _MOST_PUMPS:
                raise Unreadable("it can be read in too many ways to be checked; make it shorter")
            worst.extend((_grown(clipped, pump, end, pattern), pump, end) for end in pump.ends)
        _check_cost(tree.root, worst, pattern)
    except (Unreadable, RecursionError) as error:
        raise GrowthError(str(error) if isinstance(error, Unreadable) else "it is nested too deeply") from error


def _unlike(pumps: Iterator[Pump]) -> Iterator[Pump]:
    """Each text once."""
    seen: set[tuple[str, str]] = set()
    for pump in pumps:
        if (pump.before, pump.word) not in seen:
            seen.add((pump.before, pump.word))
            yield pump


def _check_bounds(node: Node, product: int) -> None:
    """Refuse repeats whose bounds multiply to more than the limit."""
    if isinstance(node, (Sequence, Choice)):
        for part in node.parts:
            _check_bounds(part, product)
    elif isinstance(node, Repeat):
        most = max(node.low, node.high if node.high != ENDLESS else 1)
        if most * product > MOST_REPEATS:
            raise GrowthError(
                f"it repeats something up to {most * product:,} times; at most {MOST_REPEATS:,} are read", written(node)
            )
        _check_bounds(node.part, max(1, most) * product)
    elif isinstance(node, (Atomic, Look)):
        _check_bounds(node.part, product)


def _clipped(node: Node) -> Node:
    """The pattern with smaller bounds: what is bounded stays bounded, and short texts show how the rest grows."""
    if isinstance(node, (Chars, Place)):
        return node
    if isinstance(node, Sequence):
        return Sequence(tuple(map(_clipped, node.parts)))
    if isinstance(node, Choice):
        return Choice(tuple(map(_clipped, node.parts)))
    if isinstance(node, Repeat):
        high = node.high if node.high == ENDLESS else min(node.high, _CLIPPED)
        return Repeat(min(node.low, _CLIPPED), high, _clipped(node.part), node.lazy)
    if isinstance(node, Atomic):
        return Atomic(_clipped(node.part))
    # What a look behind reads has a width that must stay.
    return node if node.width is not None else Look(_clipped(node.part), node.negative)


def _text(pump: Pump, end: str, size: int) -> str:
    return pump.before + pump.word * (size // len(pump.word) + 1) + end


def _grown(stepper: Stepper, pump: Pump, end: str, pattern: str) -> float:
    """The steps for a character at the last length that was tried.

    Raises:
        GrowthError: They grow with the length.
    """
    steps: list[float] = []
    length = 1
    for size in _SIZES:
        text = _text(pump, end, size)
        length = len(text)
        try:
            steps.append(stepper.search_all(text, MOST_STEPS * length))
        except TooMany:
            grown = math.log2(steps[-1] / steps[-2]) if len(steps) > 1 else 0
            raise _refused(pump, end, pattern, grown) from None
        if len(steps) > 1 and steps[-1] <= _SUSPICIOUS * steps[-2]:
            return steps[-1] / length
    exponent = math.log2(steps[-1] / steps[-2])
    if exponent > _WORST_EXPONENT:
        raise _refused(pump, end, pattern, exponent)
    return steps[-1] / length


def _check_cost(root: Node, worst: list[tuple[float, Pump, str]], pattern: str) -> None:
    """Try the texts that cost most for a character with the bounds that the pattern really has."""
    largest = _largest(root)
    if largest <= _CLIPPED:
        return
    stepper = Stepper(root)
    worst.sort(key=lambda one: -one[0])
    budget = _MOST_WORK
    for _, pump, end in worst[:_MOST_DEEP]:
        text = _text(pump, end, 2 * largest)
        try:
            budget -= stepper.search_all(text, MOST_STEPS * len(text))
        except TooMany:
            raise _refused(pump, end, pattern, 0) from None
        if budget < 0:
            break


def _largest(node: Node) -> int:
    """The largest bound of a repeat."""
    if isinstance(node, (Sequence, Choice)):
        return max(map(_largest, node.parts), default=0)
    if isinstance(node, Repeat):
        return max(node.low, node.high if node.high != ENDLESS else 0, _largest(node.part))
    return _largest(node.part) if isinstance(node, (Atomic, Look)) else 0


_REASONS: Final = {
    "twice": "it reads a text in ways that double with each repetition; let only one repeat, or one alternative, read it",
    "shared": "two of its repeats read the same characters; make the first possessive (`++`), bound it, or let them differ",
    "restart": "the search begins again at each character of a repeat; bound it ({1,64}), or say what cannot stand before it ((?<!...))",
    "tried": "its steps grow faster than the text; bound its repeats",
}
_COSTLY: Final = f"one character of a text can cost more than {MOST_STEPS:,} steps; bound its repeats more tightly"


def _refused(pump: Pump, end: str, pattern: str, exponent: float) -> GrowthError:
    example = f"{pump.before!r} + " if pump.before else ""
    example += f"{pump.word!r} * n" + (f" + {end!r}" if end else "")
    growth = f", where the steps grow with n^{exponent:.1f}" if exponent else ""
    reason = _REASONS[pump.why] if exponent or pump.why in ("twice", "shared") else _COSTLY
    return GrowthError(reason, _where(pump, pattern), example + growth)


def _where(pump: Pump, pattern: str) -> str:
    """The parts that read the text, with their place where they stand in the pattern as written."""
    sources = list(dict.fromkeys(leaf.source for leaf in pump.places if leaf is not None))
    said: list[str] = []
    for source in sources:
        at = pattern.find(source)
        said.append(source if at < 0 else f"{source} (character {at + 1})")
    return " and ".join(said)
