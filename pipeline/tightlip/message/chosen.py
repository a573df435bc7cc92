"""Which of several templates it is, by what the names in them hold.

``message or "no details"`` has two templates. Where the name is known to hold a text it is the first, where it is known to hold nothing the
second, and both where that is not known: a template is only left out on what is sure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightlip.message.template import Hole, fill, has_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tightlip.message.template import Choices, Template

#: What a name holds that is nothing: None, and the empty text.
_IS_NOTHING: tuple[Choices, ...] = ((("None",),), ((),), (("",),))


def told(known: Mapping[str, Choices]) -> frozenset[str]:
    """The names that surely hold a text."""
    return frozenset(name for name, choices in known.items() if _all_have_text(choices))


def chosen(choices: Sequence[Template], bound: Mapping[str, Choices], sure: frozenset[str]) -> list[Template]:
    """``choices`` with the names in ``bound`` filled in.

    Args:
        choices: The templates; where some use a name and others do not (``message or "default"``), what the name holds decides between them.
        bound: What each name can hold.
        sure: The names that surely hold a text: a bare value may be None.
    """
    kept = list(choices)
    # First the name that is a choice by itself: `message` decides about `message or f"... {status}"`, not `status`. Of two such names
    # (`if message is None: message = name`) the one that says something.
    for name in sorted(bound, key=lambda name: _rank(choices, name, bound[name])):
        using = [template for template in kept if uses(template, name)]
        others = [template for template in kept if not uses(template, name)]
        if not using or not others:
            continue
        if bound[name] in _IS_NOTHING:
            kept = others
        elif name in sure and (any(_is_bare(one, name) for one in using) or _extends(using, others)):
            kept = using
    return fill(kept, bound) or list(choices)


def uses(template: Template, name: str) -> bool:
    """Whether a hole of ``template`` shows ``name``."""
    return any(isinstance(part, Hole) and part.expression == name for part in template)


def _rank(choices: Sequence[Template], name: str, values: Choices) -> tuple[bool, bool, int]:
    alone = [number for number, choice in enumerate(choices) if _is_bare(choice, name)]
    return not alone, not _all_have_text(values), alone[0] if alone else 0


def _all_have_text(choices: Choices) -> bool:
    return choices not in _IS_NOTHING and all(has_text(choice) for choice in choices)


def _extends(using: Sequence[Template], others: Sequence[Template]) -> bool:
    """Whether ``f"{message} ({status})"`` stands beside ``message``: then a status that is there decides, and in no other case."""
    return all(_names(other) and any(_names(other) <= _names(one) for one in using) for other in others)


def _names(template: Template) -> set[str]:
    return {part.expression for part in template if isinstance(part, Hole)}


def _is_bare(template: Template, name: str) -> bool:
    return len(template) == 1 and uses(template, name)
