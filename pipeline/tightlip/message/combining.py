"""Combining possibilities: several templates beside or behind one another, and never more than a reader can use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tightlip.message.template import MOST_ALTERNATIVES, Hole, Template, combinations, merged

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A place that can hold any text.
ANYTHING = Hole("…")


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
