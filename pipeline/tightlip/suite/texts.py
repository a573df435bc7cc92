"""The texts of what left: every text, key, number and run of bytes, with where it stands; and what is no JSON."""

from __future__ import annotations

import base64
import binascii
import math
import re
import sys
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tightlip.suite.paths import is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.suite.paths import Step

#: An event that is nested deeper, or that has more values, is none: Sentry's servers refuse it long before.
DEEPEST: Final = 200
MOST_VALUES: Final = 1_000_000
#: An object that stands in more places than these is searched in the first of them.
_MOST_VISITS: Final = 64
_PLAIN: Final = frozenset({"str", "bytes", "bytearray", "set", "frozenset", "complex", "object", "type", "function"})
#: Not shorter: what is packed has a header, and short words decode to anything.
SHORTEST_PACKED: Final = 16
_PACKED: Final = re.compile(rf"[A-Za-z0-9+/_-]{{{SHORTEST_PACKED},}}")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2}){12,}|(?:[0-9A-F]{2}){12,}")
_MOST_PACKED: Final = 500
_MOST_UNPACKED: Final = 1 << 20
_LAYERS: Final = 3


class Text(NamedTuple):
    """A text of a tree; thousands an event, and a tuple is made in a third of a dataclass's time.

    Attributes:
        steps: Where it stands; of a key, where its mapping does.
        text: The text; of a number, its digits.
        key: Whether it is a key.
        within: How it was packed, as ``zlib within base64``; empty where it stood there as it is.
    """

    steps: tuple[Step, ...]
    text: str
    key: bool = False
    within: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in a tree that is no JSON data.

    Attributes:
        steps: Where.
        words: What, for a person.
    """

    steps: tuple[Step, ...]
    words: str


def flaw(tree: Any) -> Flaw | None:
    """The first thing that is no JSON data: NaN, bytes, sets, objects, keys that are no texts, a loop; None if all is."""
    stack: list[tuple[tuple[Step, ...], Any]] = [((), tree)]
    seen = 0
    while stack:
        steps, value = stack.pop()
        seen += 1
        if seen > MOST_VALUES:
            return Flaw((), f"more than {MOST_VALUES:,} values")
        if len(steps) > DEEPEST:
            return Flaw(steps[:3], f"nested deeper than {DEEPEST} levels, or in itself")
        if is_mapping(value):
            for key, item in value.items():
                if not isinstance(key, str):
                    return Flaw(steps, f"a key that is no text but of type {_type(key)}")
                stack.append(((*steps, key), item))
        elif is_list(value):
            stack.extend(((*steps, at), item) for at, item in enumerate(value))
        elif isinstance(value, float) and not math.isfinite(value):
            return Flaw(steps, f"{value!r} is a number that JSON does not have")
        elif value is not None and not isinstance(value, (str, int, float)):
            return Flaw(steps, f"a value of type {_type(value)} is no JSON data")
    return None


def _type(value: object) -> str:
    """The name of a type that everybody has; another's may say anything."""
    name = type(value).__name__
    return name if name in _PLAIN or type(value) in (int, float, bool, tuple, type(None)) else "object"


def texts(tree: Any, root: tuple[Step, ...] = ()) -> list[Text]:
    """All texts of a tree in its order, each mapping's keys before its values.

    Args:
        tree: Any value; what is no JSON data but texts, numbers and bytes is passed over.
        root: The steps to the tree.
    """
    made: list[Text] = []
    stack: list[tuple[tuple[Step, ...], Any]] = [(root, tree)]
    visits: Counter[int] = Counter()
    while stack:
        steps, value = stack.pop()
        if is_mapping(value) or is_list(value):
            # What contains itself has no end.
            visits[id(value)] += 1
            if len(steps) > DEEPEST or visits[id(value)] > _MOST_VISITS:
                continue
        if is_mapping(value):
            made.extend(Text(steps, key, key=True) for key in value if isinstance(key, str))
            stack.extend(((*steps, key), item) for key, item in reversed(value.items()))
        elif is_list(value):
            stack.extend(((*steps, at), value[at]) for at in range(len(value) - 1, -1, -1))
        else:
            text = _text(value)
            if text:
                made.append(Text(steps, text))
    return made


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int):
        # More digits than this, and Python refuses to write them.
        return str(value) if value.bit_length() < sys.int_info.str_digits_check_threshold * 3 else f"{value:x}"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return ""


def unpacked(text: Text) -> Iterator[Text]:
    """What stands packed in a text, in base64, hex, gzip or zlib, one in the other, up to three layers."""
    yield from _unpacked(text, _LAYERS)


def _unpacked(text: Text, layers: int) -> Iterator[Text]:
    if len(text.text) < SHORTEST_PACKED or not layers:
        return
    for number, match in enumerate(_PACKED.finditer(text.text)):
        if number >= _MOST_PACKED:
            return
        for name, data in _decoded(match[0]):
            how, plain = _inflated(name, data)
            if plain:
                within = f"{how} within {text.within}" if text.within else how
                found = Text(text.steps, plain, text.key, within)
                yield found
                yield from _unpacked(found, layers - 1)


def _decoded(token: str) -> Iterator[tuple[str, bytes]]:
    if _HEX.fullmatch(token):
        yield "hex", bytes.fromhex(token)
    # A name or a word of small letters is none; base64 of so many characters has a capital and a small letter.
    if token.islower() or token.isupper() or token.isdigit():
        return
    usual = token.replace("-", "+").replace("_", "/")
    try:
        yield "base64", base64.b64decode(usual + "=" * (-len(usual) % 4))
    except (binascii.Error, ValueError):
        return


def _inflated(name: str, data: bytes) -> tuple[str, str]:
    for how, bits, begins in (("gzip", 31, (b"\x1f\x8b",)), ("zlib", 15, (b"\x78",)), ("deflate", -15, (b"",))):
        if how == "deflate" and _is_text(data):
            break
        if not data.startswith(begins):
            continue
        try:
            plain = zlib.decompressobj(bits).decompress(data, _MOST_UNPACKED)
        except zlib.error:
            continue
        return f"{how} within {name}", plain.decode("utf-8", "replace")
    return (name, data.decode("utf-8", "replace")) if _is_text(data) else (name, "")


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return text.isprintable() or all(char.isprintable() or char in "\r\n\t" for char in text)
