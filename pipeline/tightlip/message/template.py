"""Templates: literal text with named holes, and how they are put together.

A template is a tuple of parts; a part is literal text or a `Hole`. The text of a hole is the expression in the author's source,
so that ``not found in {region}`` tells a reader what stood there without telling the value.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, replace
from inspect import cleandoc
from itertools import product
from textwrap import dedent, indent
from typing import TYPE_CHECKING, Literal, TypeAlias

from tightlip.text import CodeText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

#: The longest expression that a hole shows.
LONGEST_EXPRESSION = 48
#: The longest template: a file's docstring may be raised as a message.
_LONGEST_TEXT = 2_000
#: More possibilities than this are no information; the design's bound for the rung `alternatives`.
MOST_ALTERNATIVES = 8

Applied: TypeAlias = Literal["", "format", "percent", "optional", "strip", "lower", "upper", "dedent"]
#: Numbers, truth values and bytes as they stand in the source: their text is that of the value.
_CONSTANT = re.compile(r"-?\d[\d._]*(?:e[+-]?\d+)?|True|False|b(['\"]).{0,200}\1")
_READABLE = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a template where a value stood.

    Attributes:
        expression: The author's expression, in one line.
        conversion: ``!r``, ``!s``, ``!a`` or nothing.
        spec: The format specification without its colon.
        is_handled: Whether the expression is the exception that is being handled, so that its own template can stand here.
        is_parameter: Whether it is a parameter of the function that the template stands in, so that what the caller passed can stand here.
        applied: ``format`` and ``percent``: the expression is a text that is formatted here, so that what fills the hole is a format.
            ``optional``: it is left out where it is None. The others are methods that are applied to the text.
        shown: What a reader sees, where that is more than the expression.
    """

    expression: str
    conversion: str = ""
    spec: str = ""
    is_handled: bool = False
    is_parameter: bool = False
    applied: Applied = ""
    shown: str = ""

    def __str__(self) -> str:
        """The hole as it is shown, as ``{name!r}``."""
        expression = self.shown or self.expression
        if len(expression) > LONGEST_EXPRESSION:
            expression = expression[: LONGEST_EXPRESSION - 1] + "…"
        spec = f":{self.spec}" if self.spec else ""
        return f"{{{expression}{self.conversion}{spec}}}"


Part: TypeAlias = str | Hole
Template: TypeAlias = tuple[Part, ...]
#: The templates that are possible at one place.
Choices: TypeAlias = tuple[Template, ...]
#: https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting
PERCENT = re.compile(
    r"%(?:\((?P<key>[^)]{0,200})\))?(?P<flags>[#0\- +]*)(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d+))?[hlL]?(?P<type>[diouxXeEfFgGcrsa%])"
)


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


def fill(
    templates: Sequence[Template], values: Mapping[str, Sequence[Template]], *, parameters_only: bool = False
) -> list[Template] | None:
    """``templates`` with the holes filled whose expressions ``values`` names; None when that makes too many.

    Args:
        templates: What is possible.
        values: For each expression the templates that it can give.
        parameters_only: Fill only holes that surely hold the parameter of that name, and not what it was changed to.
    """
    found: list[Template] = []
    for template in templates:
        ways = combinations(
            [
                _filled(part, values, is_alone=len(template) == 1)
                if not parameters_only or (isinstance(part, Hole) and part.is_parameter)
                else ((part,),)
                for part in template
            ]
        )
        if ways is None:
            return None
        found.extend(ways)
    return list(dict.fromkeys(found))


def settled(templates: Iterable[Template]) -> Choices:
    """``templates`` whose holes are no parameters any more, for another function is about to use them."""
    return tuple(
        tuple(replace(part, is_parameter=False) if isinstance(part, Hole) else part for part in template)
        for template in templates
    )


def _filled(part: Part, values: Mapping[str, Sequence[Template]], *, is_alone: bool) -> Sequence[Template]:
    if isinstance(part, str):
        return ((part,),)
    choices = values.get(part.expression)
    if not choices or part.spec:
        return ((part,),)
    if not is_alone:
        choices = tuple(printed(choice) for choice in choices)
    if part.applied == "optional":
        return tuple(() if choice == ("None",) else choice for choice in choices)
    if part.applied in METHODS:
        return tuple(changed(choice, part.applied) or ((replace(part, applied=""),)) for choice in choices)
    if part.applied:
        formats = [literal(choice) for choice in choices]
        return [with_fields(text, part.applied) for text in formats if text is not None] or ((part,),)
    if part.conversion in ("!r", "!a"):
        return tuple(as_repr(choice) for choice in choices)
    return choices


def with_fields(text: str, applied: Applied) -> Template:
    """The template of a format whose arguments are not known: each field shows its own name."""
    parts: list[Part] = []
    if applied == "percent":
        end = 0
        for match in PERCENT.finditer(text):
            parts += [text[end : match.start()], "%" if match["type"] == "%" else Hole(match["key"] or "…")]
            end = match.end()
        parts.append(text[end:])
        return join([tuple(parts)])
    try:
        for before, field, spec, conversion in string.Formatter().parse(text):
            parts.append(before)
            if field is not None:
                parts.append(Hole(field or "…", f"!{conversion}" if conversion else "", spec or ""))
    except ValueError:
        return (text,)
    return join([tuple(parts)])


def literal(template: Template) -> str | None:
    """The text of a template without holes, else None."""
    if not template:
        return ""
    return template[0] if len(template) == 1 and isinstance(template[0], str) else None


def printed(template: Template) -> Template:
    """``template`` where it is part of a text: a number that stands in the source has the text that stands there."""
    return (str(template[0].expression),) if is_constant(template) and isinstance(template[0], Hole) else template


def is_constant(template: Template) -> bool:
    """Whether it is a constant that is no text, as ``404`` in ``ApiError(404, message)``."""
    only = template[0] if len(template) == 1 else None
    return (
        isinstance(only, Hole)
        and not (only.conversion or only.spec or only.applied)
        and _CONSTANT.fullmatch(only.expression) is not None
    )


def _of_edges(method: Callable[..., str], *, left: bool, right: bool) -> Callable[..., Template | None]:
    """``strip`` and its like: what is next to a hole at the edge may go as well, as the hole may be empty."""

    def apply(template: Template, *given: str) -> Template:
        parts = list(template)
        for end, strip, wanted in ((0, str.lstrip, left), (-1, str.rstrip, right)):
            holes: list[Part] = []
            while wanted and parts:
                part = parts[end]
                if isinstance(part, str):
                    kept = strip(part, *given)
                    parts[end] = kept
                    if kept:
                        break
                else:
                    holes.append(part)
                del parts[end]
            parts = [*holes, *parts] if end == 0 else [*parts, *reversed(holes)]
        return join([tuple(parts)])

    def changed_edges(template: Template, *given: str) -> Template:
        text = literal(template)
        return (method(text, *given),) if text is not None else apply(template, *given)

    return changed_edges


def _of_parts(method: Callable[..., str]) -> Callable[..., Template | None]:
    """Methods that change each character by itself."""

    def changed_parts(template: Template, *given: str) -> Template:
        return join([tuple(method(part, *given) if isinstance(part, str) else part for part in template)])

    return changed_parts


def _of_whole(method: Callable[..., str]) -> Callable[..., Template | None]:
    """Methods that look at more than one character: of a text without holes only."""

    def changed_whole(template: Template, *given: str) -> Template | None:
        text = literal(template)
        return None if text is None else (method(text, *given),)

    return changed_whole


def _of_lines(method: Callable[..., str]) -> Callable[..., Template | None]:
    """Functions of whole lines: the holes stand through it as marks that it does not know."""

    def changed_lines(template: Template, *given: str) -> Template:
        marks = {chr(_FIRST_MARK + number): part for number, part in enumerate(template)}
        text = method("".join(part if isinstance(part, str) else mark for mark, part in marks.items()), *given)
        parts: list[Part] = [marks.get(piece, piece) for piece in re.split(f"([{''.join(marks)}])", text)]
        return join([tuple(parts)])

    return changed_lines


def _replaced(template: Template, old: str, new: str, *count: int) -> Template | None:
    if literal(template) is None and (count or len(old) != 1):
        return None  # where it begins or ends may lie in a hole
    return join([tuple(part.replace(old, new, *count) if isinstance(part, str) else part for part in template)])


#: Stand for holes while a function is applied to the text around them (private use, as no message has them).
_FIRST_MARK = 0xE000
#: Methods of texts, and functions that take one, whose result is known as far as the text is.
METHODS: dict[str, Callable[..., Template | None]] = {
    "strip": _of_edges(str.strip, left=True, right=True),
    "lstrip": _of_edges(str.lstrip, left=True, right=False),
    "rstrip": _of_edges(str.rstrip, left=False, right=True),
    "lower": _of_parts(str.lower),
    "casefold": _of_parts(str.casefold),
    "upper": _of_parts(str.upper),
    "replace": _replaced,
    "title": _of_whole(str.title),
    "capitalize": _of_whole(str.capitalize),
    "removeprefix": _of_whole(str.removeprefix),
    "removesuffix": _of_whole(str.removesuffix),
    "expandtabs": _of_whole(str.expandtabs),
    "center": _of_whole(str.center),
    "ljust": _of_whole(str.ljust),
    "rjust": _of_whole(str.rjust),
    "dedent": _of_lines(dedent),
    "cleandoc": _of_lines(cleandoc),
    "indent": _of_lines(indent),
}


def changed(template: Template, method: str, *given: object) -> Template | None:
    """``template`` as ``method`` of `METHODS` leaves it; None where that depends on the values."""
    try:
        return METHODS[method](template, *given)
    except (TypeError, ValueError, re.error):
        return None


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
        return (text if text == "None" else repr(text),)
    if is_constant(template):
        return printed(template)
    if len(template) == 1 and isinstance(template[0], Hole) and not template[0].conversion and not template[0].spec:
        return (replace(template[0], conversion="!r", is_handled=False),)
    # Which quotes repr() takes depends on the whole text; a hole with !r mostly brings single ones.
    literals = "".join(part for part in template if isinstance(part, str))
    has_single = "'" in literals or any(isinstance(part, Hole) and part.conversion == "!r" for part in template)
    quote = '"' if has_single and '"' not in literals else "'"
    return join([(quote,), *((repr(part)[1:-1] if isinstance(part, str) else part,) for part in template), (quote,)])
