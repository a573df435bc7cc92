"""Templates: literal text with named holes, and how they are put together.

A template is a tuple of parts; a part is literal text or a `Hole`. The text of a hole is the expression in the author's source,
so that ``not found in {region}`` tells a reader what stood there without telling the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from tightlip.text import CodeText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: The longest expression that a hole shows.
LONGEST_EXPRESSION = 48
#: The longest template: a file's docstring may be raised as a message.
_LONGEST_TEXT = 2_000
#: More possibilities than this are no information; the design's bound for the rung `alternatives`.
MOST_ALTERNATIVES = 8

_WORD_END = re.compile(r"\w+\Z")
_WORD = re.compile(r"\w")
_READABLE = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a template where a value stood.

    Attributes:
        expression: The author's expression, in one line.
        conversion: ``!r``, ``!s``, ``!a`` or nothing.
        spec: The format specification without its colon.
        is_handled: Whether the expression is the exception that is being handled, so that its own template can stand here.
    """

    expression: str
    conversion: str = ""
    spec: str = ""
    is_handled: bool = False

    def __str__(self) -> str:
        """The hole as it is shown, as ``{name!r}``."""
        expression = self.expression
        if len(expression) > LONGEST_EXPRESSION:
            expression = expression[: LONGEST_EXPRESSION - 1] + "…"
        spec = f":{self.spec}" if self.spec else ""
        return f"{{{expression}{self.conversion}{spec}}}"


Part: TypeAlias = str | Hole
Template: TypeAlias = tuple[Part, ...]


def join(templates: Iterable[Template]) -> Template:
    """One template of several, neighbouring literals merged and empty ones gone."""
    parts: list[Part] = []
    for template in templates:
        for part in template:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part != "":
                parts.append(part)
    return tuple(parts)


def combinations(choices: Sequence[Sequence[Template]]) -> list[Template] | None:
    """Every way to take one template of each choice, joined; None when there are more than `MOST_ALTERNATIVES`."""
    total = 1
    for choice in choices:
        total *= len(choice)
    if total > MOST_ALTERNATIVES:
        return None
    return list(dict.fromkeys(join(taken) for taken in product(*choices)))


def literal(template: Template) -> str | None:
    """The text of a template without holes, else None."""
    if not template:
        return ""
    return template[0] if len(template) == 1 and isinstance(template[0], str) else None


def has_words(template: Template) -> bool:
    """Whether a reader learns something: a literal with at least two letters in a row."""
    return any(isinstance(part, str) and _READABLE.search(part) for part in template)


def has_text(template: Template) -> bool:
    """Whether any literal stands in it."""
    return any(isinstance(part, str) for part in template)


def shown(template: Template) -> CodeText:
    """The template as it is reported, as ``workspace {name!r} not found``."""
    text = "".join(str(part) for part in template)
    return CodeText(text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…")


def anonymous(template: Template) -> CodeText:
    """The template with nameless holes, for fingerprints: renaming a variable must not open a new issue."""
    return CodeText("".join(part if isinstance(part, str) else "{}" for part in template)[:_LONGEST_TEXT])


def as_repr(template: Template) -> Template:
    """The template of ``repr()`` of such a string."""
    text = literal(template)
    if text is not None:
        return (repr(text),)
    if len(template) == 1 and isinstance(template[0], Hole) and not template[0].conversion and not template[0].spec:
        return (replace(template[0], conversion="!r", is_handled=False),)
    # Which quotes repr() takes depends on the whole text; a hole with !r mostly brings single ones.
    literals = "".join(part for part in template if isinstance(part, str))
    has_single = "'" in literals or any(isinstance(part, Hole) and part.conversion == "!r" for part in template)
    quote = '"' if has_single and '"' not in literals else "'"
    return join([(quote,), *((repr(part)[1:-1] if isinstance(part, str) else part,) for part in template), (quote,)])


def common(templates: Sequence[Template]) -> Template:
    """What all of ``templates`` begin and end with, and one hole for what lies between."""
    first, *others = templates
    before = min((_shared(first, other) for other in others), key=_length, default=())
    after = min((_shared(_reversed(first), _reversed(other)) for other in others), key=_length, default=())
    return join([before, (Hole("…"),), _reversed(after)]) if others else first


def _length(template: Template) -> tuple[int, int]:
    return len(template), sum(len(part) for part in template if isinstance(part, str))


def _reversed(template: Template) -> Template:
    return tuple(part[::-1] if isinstance(part, str) else part for part in reversed(template))


def _shared(one: Template, other: Template) -> Template:
    """The common beginning of two templates, cut where a word ends."""
    shared: list[Part] = []
    for mine, theirs in zip(one, other, strict=False):
        if mine == theirs:
            shared.append(mine)
            continue
        if isinstance(mine, str) and isinstance(theirs, str):
            length = next(
                (i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs))
            )
            if _WORD.match(mine[length:]) and _WORD.match(theirs[length:]):
                length = len(_WORD_END.sub("", mine[:length]))
            shared.append(mine[:length])
        break
    return join([tuple(shared)])
