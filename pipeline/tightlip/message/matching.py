"""Comparing a message with templates, to choose one of them. The message contributes no character.

Anchored at both ends and linear: each literal is looked for once, behind the one before it. A hole stands for any text. The leftmost
place is always right for a middle literal, since what a hole swallows is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tightlip.message.template import Template


def fits(template: Template, text: str) -> bool:
    """Whether ``text`` can have been made from ``template``."""
    if all(isinstance(part, str) for part in template):
        return "".join(str(part) for part in template) == text
    first, last = template[0], template[-1]
    start, end = 0, len(text)
    if isinstance(first, str):
        if not text.startswith(first):
            return False
        start = len(first)
    if isinstance(last, str):
        end -= len(last)
        if end < start or not text.endswith(last):
            return False
    for part in template[isinstance(first, str) : len(template) - isinstance(last, str)]:
        if isinstance(part, str):
            found = text.find(part, start, end)
            if found < 0:
                return False
            start = found + len(part)
    return True


def weight(template: Template) -> int:
    """How many characters of a template are literal: of several that fit, the heaviest says most."""
    return sum(len(part) for part in template if isinstance(part, str))


def best(templates: Iterable[Template], text: str) -> Template | None:
    """The heaviest of ``templates`` that fits ``text``; None when none does. Of equal ones the first."""
    return max((template for template in templates if fits(template, text)), key=weight, default=None)
