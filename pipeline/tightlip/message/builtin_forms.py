"""The interpreter's own ``__str__`` methods of exceptions: the templates that each gives for the ``args`` of one.

A form gives None where the text does not come from ``args`` alone, or where an adapter knows better. Source: Objects/exceptions.c of CPython.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightlip.message.template import Hole, as_repr, combinations, has_text, printed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tightlip.message.template import Choices, Template

#: The form of a group that holds one exception.
GROUP_OF_ONE = "BaseExceptionGroup of one"
_NO_MESSAGE: Template = ()


def _plain(args: Sequence[Choices]) -> list[Template] | None:
    if not args:
        return [_NO_MESSAGE]
    if len(args) == 1:
        return [printed(choice) for choice in args[0]]
    parts: list[Choices] = [(("(",),)]
    for number, choices in enumerate(args):
        parts.append(((", " if number else "",),))
        parts.append(tuple(as_repr(choice) for choice in choices))
    return combinations([*parts, ((")",),)])


def _key(args: Sequence[Choices]) -> list[Template] | None:
    return [as_repr(choice) for choice in args[0]] if len(args) == 1 else _plain(args)


def _os(args: Sequence[Choices]) -> list[Template] | None:
    if len(args) < 2:  # noqa: PLR2004 - OSError takes (errno, strerror, ...), or anything else as it is
        return _plain(args)
    if not all(has_text(choice) for choice in args[1]):
        return None  # the system's own text: the adapter knows it by number
    filename = [((": ",),), tuple(as_repr(choice) for choice in args[2])] if len(args) > 2 else []  # noqa: PLR2004
    return combinations([(("[Errno ",),), [printed(arg) for arg in args[0]], (("] ",),), args[1], *filename])


def _syntax(args: Sequence[Choices]) -> list[Template] | None:
    if len(args) < 2:  # noqa: PLR2004 - SyntaxError takes (msg, (filename, lineno, ...))
        return _plain(args)
    return combinations([args[0], ((" (", Hole("filename"), ", line ", Hole("lineno"), ")"),)])


def _group(args: Sequence[Choices]) -> list[Template] | None:
    return combinations([args[0], ((" (", Hole("count"), " sub-exceptions)"),)]) if args else None


def _group_of_one(args: Sequence[Choices]) -> list[Template] | None:
    return combinations([args[0], ((" (1 sub-exception)",),)]) if args else None


#: By the class that defines the method.
FORMS: dict[str, Callable[[Sequence[Choices]], list[Template] | None]] = {
    "BaseException": _plain,
    "AttributeError": _plain,
    "ImportError": _plain,
    "NameError": _plain,
    "KeyError": _key,
    "OSError": _os,
    "SyntaxError": _syntax,
    "BaseExceptionGroup": _group,
    GROUP_OF_ONE: _group_of_one,
}
