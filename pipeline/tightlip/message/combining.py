"""Combining possibilities: several templates beside or behind one another, and never more than a reader can use."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tightlip.message.template import MOST_ALTERNATIVES, Hole, Part, Template, combinations, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A place that can hold any text.
ANYTHING = Hole("…")
_TOKEN = re.compile(r"\w+|\W")


def combined(choices: Sequence[Sequence[Template]], most: int = MOST_ALTERNATIVES) -> list[Template]:
    """`combinations`; where there are more than ``most``, the places with most possibilities become holes."""
    kept = list(choices)
    while (found := combinations(kept)) is None or len(found) > max(most, 1):
        widest = max(range(len(kept)), key=lambda number: len(kept[number]))
        kept[widest] = [(ANYTHING,)]
    return found


def together(items: Sequence[tuple[list[Template], bool]], between: Template, most: int) -> list[Template]:
    """The texts of a list that is joined, of which some items may not be there."""
    variants: list[list[list[Template]]] = [[]]
    for ways, is_sure in items:
        variants = [[*one, ways] for one in variants] + ([] if is_sure else variants)
        if len(variants) > most:
            return [_loosely(items, between)]
    found: list[Template] = []
    for variant in variants:
        choices = [[between] if number % 2 else variant[number // 2] for number in range(2 * len(variant) - 1)]
        found.extend(combined(choices, max(1, most // len(variants))))
    return found


def _loosely(items: Sequence[tuple[list[Template], bool]], between: Template) -> Template:
    """One template for all variants: what may be missing shows what fills it later, and nothing else."""
    parts: list[Template] = []
    was_sure = False
    for ways, is_sure in items:
        only = ways[0][0] if len(ways) == 1 and len(ways[0]) == 1 else None
        is_one = is_sure and len(ways) == 1
        if is_one:
            # The separator stands between two that are there; beside one that may be missing it may be missing too.
            parts += [between, ways[0]] if was_sure else [ways[0]]
        elif isinstance(only, Hole) and only.expression.startswith("self."):
            parts += [(ANYTHING,), (replace(only, applied="optional"),), (ANYTHING,)]
        else:
            parts.append((ANYTHING,))
        was_sure = is_one
    return merged(parts)


def is_open(template: Template) -> bool:
    """Whether another place can fill it: the exception being handled, the caller's argument, a class's format."""
    return any(isinstance(part, Hole) and (part.is_handled or part.is_parameter or part.applied) for part in template)


def closed(template: Template) -> Template:
    """``template`` for good: what would fill its holes later has not gone through the method that was applied to it."""
    return tuple(
        replace(part, is_parameter=False, is_handled=False) if isinstance(part, Hole) else part for part in template
    )


def either(*choices: Sequence[Template]) -> list[Template]:
    """All of ``choices``, each once."""
    return list(dict.fromkeys(template for choice in choices for template in choice))


def common(templates: Sequence[Template]) -> Template:
    """What all of ``templates`` say, with a hole for each place where they differ; the unit is the word."""
    shared = _tokens(templates[0])
    for template in templates[1:]:
        shared = _shared(shared, _tokens(template))
    return merged((part,) for part in shared)


def _same_beginning(one: list[Part], other: list[Part]) -> list[Part]:
    """``argument`` of ``argument`` and ``arguments``."""
    if len(one) != 1 or len(other) != 1 or not isinstance(one[0], str) or not isinstance(other[0], str):
        return []
    shorter, longer = sorted((one[0], other[0]), key=len)
    return [shorter] if longer.startswith(shorter) else []


def merged(templates: Iterable[Template]) -> Template:
    """`join`, and of two nameless holes side by side one is left."""
    parts: list[Part] = []
    for part in join(templates):
        if parts[-1:] != [ANYTHING] or part != ANYTHING:
            parts.append(part)
    return tuple(parts)


def _tokens(template: Template) -> list[Part]:
    """The words, what stands between them, and the holes."""
    return [token for part in template for token in (_TOKEN.findall(part) if isinstance(part, str) else (part,))]


def _shared(one: list[Part], other: list[Part]) -> list[Part]:
    """The tokens of both in their order, and a hole for what lies between."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - only where a position leaves a choice

    found: list[Part] = []
    end_of_one, end_of_other = 0, 0
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        before = one[end_of_one : block.a], other[end_of_other : block.b]
        tokens = one[block.a : block.a + block.size]
        is_edge = block.a == 0 == block.b or block.a + block.size == len(one)
        if not tokens and block.a < len(one):
            continue
        if tokens and not is_edge and not any(isinstance(t, str) and t.isalnum() for t in tokens):
            continue  # a comma or a space that both happen to have
        if any(before) and found[-1:] != [ANYTHING]:
            # Where one possibility is a single hole at that place, its name is the best there is.
            found.extend(_same_beginning(*before))
            only = next((b[0] for b in before if len(b) == 1 and isinstance(b[0], Hole)), ANYTHING)
            found.append(only)
        found.extend(tokens)
        end_of_one, end_of_other = block.a + block.size, block.b + block.size
    return found
