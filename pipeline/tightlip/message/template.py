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
    """What all of ``templates`` begin and end with, and one hole for what lies between; cut where a word ends."""
    if len(templates) == 1:
        return templates[0]
    tokens = [_tokens(template) for template in templates]
    before = _shared(tokens)
    rest = [one[before:][::-1] for one in tokens]
    after = _shared(rest)
    ending = rest[0][:after][::-1]
    # Where one possibility is a single hole at that place, its name is the best there is for all of them.
    between = [one[: len(one) - after] for one in (one[before:] for one in tokens)]
    hole = next((one[0] for one in between if len(one) == 1 and isinstance(one[0], Hole)), Hole("…"))
    return join([(part,) for part in (*tokens[0][:before], hole, *ending)])


def _tokens(template: Template) -> list[Part]:
    """Each character of the literals, and each hole."""
    return [token for part in template for token in (part if isinstance(part, str) else (part,))]


def _shared(sequences: Sequence[Sequence[Part]]) -> int:
    """How many tokens all of ``sequences`` begin with, without the first half of a word."""
    shortest = min(len(one) for one in sequences)
    length = next((i for i in range(shortest) if len({one[i] for one in sequences}) > 1), shortest)
    if sum(len(one) > length and _is_word(one[length]) for one in sequences) > 1:
        while length and _is_word(sequences[0][length - 1]):
            length -= 1
    return length


def _is_word(part: Part) -> bool:
    return isinstance(part, str) and (part.isalnum() or part == "_")
