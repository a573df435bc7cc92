"""Texts in what does not leave: they must stand in no other text of the event either.

A body, a query or a cookie says what was secret in it by its names, whether it came as data or as a text that is written so: a form, JSON.
Who the user is, says every text there is of him, and of his mail address the part before the sign too, unless it is a small word.

Not covered: bodies of other forms, and what stands under no secret name.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from tightlip.exact import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST: Final = 256
_MOST_DEPTH: Final = 8
_PAIR: Final = 2
_LONGEST: Final = 200_000
_FORM: Final = re.compile(r"[\w.\-\[\]%]{1,128}=[^\s<>{}\"]*(?:; [\w.\-]{1,128}=[^\s<>{}\"]*)*")
_MEMBER: Final = re.compile(r'"([^"\\]{1,64})"\s{0,8}:\s{0,8}"([^"\\]{1,512})"')
_LOCAL: Final = re.compile(r"(?![a-z]+@)([^@\s]{1,128})@[^@\s]{1,255}")


def learn(value: object, is_secret: Callable[[str, object], bool] | None, found: set[str], depth: int = 0) -> None:
    """Add the texts in a value.

    Args:
        value: It is read as far as it has exact types; of others nothing is asked.
        is_secret: Whether a value under a name is a secret: only those count. None: all do.
        found: Where they go; no more than 256 in all.
        depth: How many containers are open.
    """
    if depth > _MOST_DEPTH or len(found) >= _MOST:
        return
    if type(value) is str:
        if is_secret is None:
            found.add(value)
            found.update(match[1] for match in [_LOCAL.fullmatch(value)] if match is not None)
        else:
            learn(_written(value), is_secret, found, depth + 1)
    elif is_dict(value):
        for name, item in list(value.items())[:_MOST]:
            told = is_secret is not None and type(name) is str and is_secret(name, item)
            if told or is_secret is None or type(item) is not str or _may_say(item):
                learn(item, None if told else is_secret, found, depth + 1)
    elif is_list(value) or type(value) is tuple:
        _learn_items(list(value)[:_MOST], is_secret, found, depth)  # pyright: ignore[reportUnknownArgumentType]


def _learn_items(
    items: list[Any], is_secret: Callable[[str, object], bool] | None, found: set[str], depth: int
) -> None:
    if len(items) == _PAIR and type(items[0]) is str and is_secret is not None and is_secret(*items):
        learn(items[1], None, found, depth + 1)
        return
    option = ""
    for item in items:
        told = bool(option) and is_secret is not None and is_secret(option, item)
        learn(item, None if told else is_secret, found, depth + 1)
        # After an option of a command, its value: --password x.
        option = item.lstrip("-") if type(item) is str and item[:1] == "-" else ""


def _may_say(text: str) -> bool:
    """Whether a text could be a form or JSON: most could not."""
    return "=" in text or text[:1] in ("{", "[")


def _written(text: str) -> object:
    """What a text says that is written as a form or as JSON; None for another."""
    if len(text) > _LONGEST:
        return None
    if text[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):  # SDKs cut long bodies off
            return [list(match.groups()) for match in _MEMBER.finditer(text)]
    if _FORM.fullmatch(text) is None:
        return None
    parts = text.split("; ") if "; " in text else [text]
    return dict(pair for part in parts for pair in _fields(part))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    try:
        yield from parse_qsl(text, max_num_fields=_MOST)
    except ValueError:
        return
