"""Paths into an event: ``exception.values.0.stacktrace.frames.*.vars``, ``tags["http.method"]``.

A step is a name, a number (an item of a list, ``-1`` the last; in a mapping, the key of these digits), or ``*`` for any one step. A name in
``[""]`` is taken as it is, dots and stars and digits too.
"""

from __future__ import annotations

import enum
import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class AnyStep(enum.Enum):
    """The step that stands for all."""

    ANY = "*"


ANY: Final = AnyStep.ANY
Step: TypeAlias = str | int | AnyStep

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}")
_QUOTED: Final = re.compile(r'\["((?:[^"\\]|\\.)*)"\]')
_BARE: Final = re.compile(r"[^.\[\]]+")


def is_mapping(value: object) -> TypeGuard[dict[Any, Any]]:
    """Whether it has steps by name."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether it has steps by number."""
    return isinstance(value, (list, tuple))


def parse(text: str) -> tuple[Step, ...]:
    """The steps of a path.

    Args:
        text: As a case names it.

    Raises:
        ValueError: It is no path; the message says where and why.
    """
    if not text:
        raise ValueError("a path must not be empty")
    steps: list[Step] = []
    at = 0
    while at < len(text):
        if text[at] == "[":
            quoted = _QUOTED.match(text, at)
            if quoted is None:
                raise ValueError(
                    f'column {at + 1} of the path: a name in brackets is written ["a.b"], with double quotes'
                )
            steps.append(_unquoted(quoted, at))
            at = quoted.end()
            if at < len(text) and text[at] not in ".[":
                raise ValueError(f'column {at + 1} of the path: after "]" comes a dot, a bracket or the end')
            continue
        if steps:
            if text[at] != ".":
                raise ValueError(f'column {at + 1} of the path: "{text[at]}" without an opening bracket')
            at += 1
        bare = _BARE.match(text, at)
        if bare is None:
            raise ValueError(f'column {at + 1} of the path: a name, a number, "*" or ["a name"] must stand here')
        steps.append(_step(bare[0]))
        at = bare.end()
    return tuple(steps)


def _unquoted(quoted: re.Match[str], at: int) -> str:
    try:
        name: str = json.loads(f'"{quoted[1]}"')
    except ValueError:
        raise ValueError(f"column {at + 1} of the path: the name in brackets is no JSON text") from None
    return name


def _step(name: str) -> Step:
    if name == "*":
        return ANY
    return int(name) if _NUMBER.fullmatch(name) else name


def shown(steps: Iterable[Step]) -> str:
    """The path as a case would name it; `parse` gives the steps back.

    Args:
        steps: As `parse` makes them.
    """
    made = ""
    for step in steps:
        if isinstance(step, str) and not (step.isprintable() and _step(step) == step and _BARE.fullmatch(step)):
            # A terminal obeys what cannot be printed.
            made += f"[{json.dumps(step, ensure_ascii=not step.isprintable())}]"
        else:
            name = "*" if isinstance(step, AnyStep) else str(step)
            made = f"{made}.{name}" if made else name
    return made


def found(tree: Any, steps: tuple[Step, ...]) -> list[tuple[tuple[Step, ...], Any]]:
    """What stands at a path, with the steps that lead to it.

    Args:
        tree: Dicts, lists and values.
        steps: The path.

    Returns:
        Steps without ``*``, and the values, in the order of the tree; empty where there is nothing.
    """
    here: list[tuple[tuple[Step, ...], Any]] = [((), tree)]
    for step in steps:
        here = [((*before, key), item) for before, value in here for key, item in _below(value, step)]
    return here


def _below(value: Any, step: Step) -> Iterator[tuple[str | int, Any]]:
    if is_mapping(value):
        if step is ANY:
            yield from value.items()
        elif step in value:
            yield step, value[step]  # pyright: ignore[reportReturnType] - ANY is dealt with above
        elif isinstance(step, int) and str(step) in value:
            yield str(step), value[str(step)]
    elif is_list(value):
        if step is ANY:
            yield from enumerate(value)
        elif isinstance(step, int) and -len(value) <= step < len(value):
            number = step % len(value)
            yield number, value[number]


def without(tree: Any, paths: Iterable[tuple[Step, ...]]) -> Any:
    """A copy of a tree without what stands at the paths; the tree is not changed.

    Args:
        tree: Dicts, lists and values; tuples become lists.
        paths: What is left out. An item of a list takes its place with it.
    """
    gone = frozenset(steps for path in paths for steps, _ in found(tree, path))
    return _copied(tree, (), gone)


def _copied(value: Any, steps: tuple[Step, ...], gone: frozenset[tuple[Step, ...]]) -> Any:
    if is_mapping(value):
        return {key: _copied(item, (*steps, key), gone) for key, item in value.items() if (*steps, key) not in gone}
    if is_list(value):
        return [_copied(item, (*steps, at), gone) for at, item in enumerate(value) if (*steps, at) not in gone]
    return value
