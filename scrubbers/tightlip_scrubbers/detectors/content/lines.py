"""Blocks of lines: what all of them share, and how they are searched for.

A block is recognised by its second line, which stands alone, and then its first, before which a sentence may stand.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.rule import Gate, has


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together.

    Attributes:
        start: Where the first begins, without the sentence before it.
        end: Where the last ends.
        rule: The row under which they count.
    """

    start: int
    end: int
    rule: str


Recogniser: TypeAlias = Callable[[str, int, int, Names], Block | None]
"""``(text, start, end)`` of a line, and the names that are known, to the block that begins in it."""

GATE: Final[Gate] = has("\n")
PATTERN: Final = r"[^\n]{3,}+\n?+"
"""One search for all blocks: each line that another one follows. A first line is as long as ``a=1`` at least."""

# What introduces a block: searched for, since a scan for its first sign is the cheapest of all.
_LEAD: Final = re.compile(r"[:;(\t\"'`](?:(?<=[:;(\t]) {0,8}|(?<=`)``[a-z]{0,12}|)(?=\S)")
_LEAD_REACH: Final = 120

_ADVICE: Final = re.compile(
    r"(?<![A-Za-z])(?:[Ee]xamples?|e\.g\.|[Ff]or instance|like(?: this)?|[Ii]nstead|[Pp]lease|must|should|[Tt]ry|[Uu]se|before|[Ff]ollow|[Aa]dd|[Ii]nstall|[Cc]all)(?![a-z])"
    r"[^\n]{0,160}:\s{1,64}\Z"
)
_ADVICE_REACH: Final = 240
FILLERS: Final = 3
"""So many empty lines or remarks may stand between two lines of a block."""


def is_advised(text: str, start: int) -> bool:
    """Whether the sentence before a block recommends it: then it was written by the program's author."""
    return _ADVICE.search(text, max(0, start - _ADVICE_REACH), start) is not None


def line_end(text: str, position: int) -> int:
    """Where the line ends that the position stands in."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def starts(text: str, start: int, end: int) -> list[int]:
    """Where a block may begin in its first line: at its beginning, or behind what introduces it."""
    found = [start]
    position = start
    while len(found) < 4 and (lead := _LEAD.search(text, position, end)) is not None:  # noqa: PLR2004
        if lead.start() - position > _LEAD_REACH:
            break
        position = lead.end()
        found.append(position)
    return found


def is_inside(
    text: str, start: int, is_member: Callable[[str, int], bool], is_filler: Callable[[str, int], bool]
) -> bool:
    """Whether the line goes on with a block: what began earlier was looked at whole, so that work stays linear."""
    for _ in range(FILLERS + 1):
        if start == 0:
            return False
        start = text.rfind("\n", 0, start - 1) + 1
        if is_member(text, start):
            return True
        if not is_filler(text, start):
            return False
    return False


def is_blank(text: str, position: int) -> bool:
    """Whether the line that begins at the position has nothing in it."""
    return not text[position : line_end(text, position)].strip()
