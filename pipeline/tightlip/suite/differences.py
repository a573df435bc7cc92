"""Where two outputs differ, and how; the values are not in it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.paths import ANY, is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.suite.paths import Step

_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which two trees differ.

    Attributes:
        steps: Where. A name that is in one of the trees alone may be made of a value; see `naming`.
        words: How, for a person.
    """

    steps: tuple[Step, ...]
    words: str


def differences(one: Any, other: Any) -> list[Difference]:
    """All places in which two trees of JSON data differ, the order of keys included; in the order of the first tree.

    Args:
        one: A tree.
        other: The other. Of their texts, only names of keys are in what is returned.
    """
    return list(_differences(one, other, ()))


def _differences(one: Any, other: Any, steps: tuple[Step, ...]) -> Iterator[Difference]:
    if is_mapping(one) and is_mapping(other):
        yield from _of_mappings(one, other, steps)
    elif is_list(one) and is_list(other):
        yield from _of_lists(one, other, steps)
    elif isinstance(one, str) and isinstance(other, str):
        if one != other:
            yield Difference(steps, _of_texts(one, other))
    elif _is_number(one) and _is_number(other):
        # 1 and 1.0 are other bytes, and so are 0.0 and -0.0.
        if one != other or type(one) is not type(other) or (isinstance(one, float) and repr(one) != repr(other)):
            yield Difference(steps, "the number is another")
    elif _name(one) != _name(other):
        yield Difference(steps, f"it is {_name(one)} in one run and {_name(other)} in another")
    elif one != other:
        yield Difference(steps, "the value is another")


def _of_mappings(one: dict[Any, Any], other: dict[Any, Any], steps: tuple[Step, ...]) -> Iterator[Difference]:
    ours, theirs = [key for key in one if key not in other], [key for key in other if key not in one]
    if len(ours) == len(theirs) and ours:
        yield Difference((*steps, ANY), f"{_number(len(ours), 'key')} with another name")
    elif ours or theirs:
        alone = ours or theirs
        yield Difference((*steps, alone[0] if len(alone) == 1 else ANY), "there in one run and not in another")
    common = [key for key in one if key in other]
    if common != [key for key in other if key in one]:
        yield Difference(steps, "the keys stand in another order")
    for key in common:
        yield from _differences(one[key], other[key], (*steps, key))


def _of_lists(
    one: list[Any] | tuple[Any, ...], other: list[Any] | tuple[Any, ...], steps: tuple[Step, ...]
) -> Iterator[Difference]:
    if len(one) != len(other):
        yield Difference(steps, "the number of items is another")
        return
    found = [list(_differences(a, b, (*steps, at))) for at, (a, b) in enumerate(zip(one, other, strict=True))]
    if sum(map(bool, found)) > 1 and Counter(map(repr, one)) == Counter(map(repr, other)):
        yield Difference(steps, "the items stand in another order")
        return
    for each in found:
        yield from each


def _of_texts(one: str, other: str) -> str:
    if _visible(one) == _visible(other):
        return "the text differs in blanks or in characters that are not seen"
    if one.casefold() == other.casefold():
        return "the text differs in capitals"
    if len(one) != len(other):
        return "the text is another, and of another length"
    return "the text is another, of the same length"


def _visible(text: str) -> str:
    """Without blanks and without characters that take no room (categories Cc and Cf)."""
    return "".join(char for char in _BLANKS.sub("", text) if unicodedata.category(char) not in {"Cc", "Cf"})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _name(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, str):
        return "a text"
    if _is_number(value):
        return "a number"
    return "a mapping" if is_mapping(value) else "a list"


def _number(count: int, thing: str) -> str:
    return f"a {thing}" if count == 1 else f"{count} {thing}s"
