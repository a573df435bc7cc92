"""A regular expression as a small tree, with the few characters that tell its character classes apart.

The reading is the standard library's own (``re._parser``, Python 3.11 and later), so that what is looked at is what is matched.
Characters are reduced to one for each set of classes that hold it: what is true of ``a`` is true of ``b`` where no class tells them apart.
"""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

ENDLESS: Final = 1 << 30
"""The upper bound of a repeat without one."""

_SURROGATES: Final = (0xD800, 0xDFFF)
_TYPICAL: Final = "aemzAMZ059_ -.,:;/\\@\"'=#&()[]{}<>!\n\r\t\x00é中٣\x85"


class Unreadable(ValueError):  # noqa: N818 - what is said of the pattern
    """The pattern is none, or has a part whose cost cannot be told."""


@dataclass(eq=False, slots=True)
class Chars:
    """One character of a class; ``members`` are those of the tree's characters that it holds."""

    test: Callable[[str], bool]
    source: str
    members: frozenset[str] = frozenset()


@dataclass(eq=False, slots=True)
class Sequence:
    """Parts one behind the other."""

    parts: tuple[Node, ...]


@dataclass(eq=False, slots=True)
class Choice:
    """The first of several parts that leads to a match."""

    parts: tuple[Node, ...]


@dataclass(eq=False, slots=True)
class Repeat:
    """A part several times; a lazy one tries fewer first."""

    low: int
    high: int
    part: Node
    lazy: bool = False


@dataclass(eq=False, slots=True)
class Atomic:
    """A part that gives nothing back."""

    part: Node


@dataclass(eq=False, slots=True)
class Look:
    """A look ahead, or behind by a fixed width; ``negative`` if it must not be there."""

    part: Node
    negative: bool
    width: int | None = None


@dataclass(eq=False, slots=True)
class Place:
    """A position: ``begin``, ``end``, ``line begin``, ``line end``, ``text end`` (before a last line break too), ``border``, ``no border``."""

    name: str


Node: TypeAlias = Chars | Sequence | Choice | Repeat | Atomic | Look | Place

NOTHING: Final = Sequence(())


@dataclass(slots=True)
class Tree:
    """A pattern.

    Attributes:
        root: Its whole.
        characters: One for each way in which its classes and borders tell characters apart.
    """

    root: Node
    characters: tuple[str, ...]


def parse(pattern: str) -> Tree:
    """Read a pattern.

    Raises:
        Unreadable: It is none, or has a part whose cost cannot be told.
    """
    try:
        parser: Any = importlib.import_module("re._parser")
        parsed = parser.parse(pattern)
    except ImportError as error:
        raise Unreadable("this interpreter does not show how it reads a pattern; use CPython") from error
    except (re.error, RecursionError, OverflowError, Warning) as error:
        raise Unreadable(f"it is no regular expression: {error}") from error
    reading = _Reading()
    root = reading.sequence(parsed, int(parsed.state.flags))
    return Tree(root, _told_apart(reading.leaves, reading.named))


@dataclass(slots=True)
class _Reading:
    """Turns the standard library's tree into ours."""

    leaves: list[Chars] = field(default_factory=list[Chars])
    named: set[str] = field(default_factory=lambda: set(_TYPICAL))

    def sequence(self, parsed: Any, flags: int) -> Node:
        parts = tuple(self._node(str(op), value, flags) for op, value in parsed)
        return parts[0] if len(parts) == 1 else Sequence(parts)

    def _node(self, op: str, value: Any, flags: int) -> Node:
        if op in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            return self._leaf(op, value, flags)
        if op == "BRANCH":
            return Choice(tuple(self.sequence(one, flags) for one in value[1]))
        if op == "SUBPATTERN":
            return self.sequence(value[3], (flags | int(value[1])) & ~int(value[2]))
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high = int(value[0]), min(int(value[1]), ENDLESS)
            repeat = Repeat(low, high, self.sequence(value[2], flags), lazy=op == "MIN_REPEAT")
            return Atomic(repeat) if op == "POSSESSIVE_REPEAT" else repeat
        if op == "ATOMIC_GROUP":
            return Atomic(self.sequence(value, flags))
        if op in ("ASSERT", "ASSERT_NOT"):
            return self._look(value, flags, negative=op == "ASSERT_NOT")
        if op == "AT":
            return _place(str(value), flags)
        if op == "FAILURE":
            return Look(NOTHING, negative=True)
        raise Unreadable(_UNTOLD.get(op, f"it has a part of a kind that is not known here ({op})"))

    def _look(self, value: Any, flags: int, *, negative: bool) -> Node:
        direction, part = value
        if direction >= 0:
            return Look(self.sequence(part, flags), negative)
        if _has_repeat(part):
            raise Unreadable(
                "it repeats something inside a look behind, (?<=...) or (?<!...); write the characters out"
            )
        low, high = part.getwidth()
        if low != high:
            raise Unreadable("a look behind has one width only; write several, one for each")
        return Look(self.sequence(part, flags), negative, int(low))

    def _leaf(self, op: str, value: Any, flags: int) -> Node:
        items = [(op, value)] if op != "IN" else [(str(kind), what) for kind, what in value]
        negated = bool(items) and items[0][0] == "NEGATE"
        tests = [self._test(kind, what, flags) for kind, what in items if kind != "NEGATE"]
        is_cased = not flags & re.IGNORECASE

        def holds(character: str) -> bool:
            forms = (character,) if is_cased else (character, character.lower(), character.upper())
            return any(test(form) for test in tests for form in forms) != negated

        leaf = Chars(holds, _written(items, negated=negated))
        self.leaves.append(leaf)
        return leaf

    def _test(self, kind: str, what: Any, flags: int) -> Callable[[str], bool]:
        if kind == "ANY":
            return (lambda _: True) if flags & re.DOTALL else (lambda character: character != "\n")
        if kind == "CATEGORY":
            return _category(str(what), is_ascii=bool(flags & re.ASCII))
        low, high = what if kind == "RANGE" else (what, what)
        for code in (low - 1, low, high, high + 1):
            if 0 <= code <= sys.maxunicode and not _SURROGATES[0] <= code <= _SURROGATES[1]:
                self.named.update(form for form in _cases(chr(code)) if len(form) == 1)
        if kind == "NOT_LITERAL":
            return lambda character: ord(character) != what
        return lambda character: len(character) == 1 and low <= ord(character) <= high


_UNTOLD: Final = {
    "GROUPREF": "it has a reference back to a group, as \\1; write what must be there",
    "GROUPREF_EXISTS": "it asks whether a group matched, (?(1)...); write two rules",
}
_CATEGORIES: Final[dict[str, Callable[[str], bool]]] = {
    "DIGIT": str.isdecimal,
    "SPACE": str.isspace,
    "WORD": lambda character: character.isalnum() or character == "_",
}
_SIGNS: Final = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}
_PLACES: Final = {
    "AT_BEGINNING": ("begin", "line begin"),
    "AT_BEGINNING_STRING": ("begin", "begin"),
    "AT_END": ("text end", "line end"),
    "AT_END_STRING": ("end", "end"),
    "AT_BOUNDARY": ("border", "border"),
    "AT_NON_BOUNDARY": ("no border", "no border"),
}


def is_word(character: str) -> bool:
    """Whether a border stands between this and a blank."""
    return character.isalnum() or character == "_"


def _cases(character: str) -> tuple[str, str, str]:
    return character, character.lower(), character.upper()


def _category(name: str, *, is_ascii: bool) -> Callable[[str], bool]:
    kind = name.rpartition("_")[2]
    inner, negated = _CATEGORIES[kind], "_NOT_" in name
    return lambda character: (inner(character) and (character.isascii() or not is_ascii)) != negated


def _place(name: str, flags: int) -> Place:
    if name not in _PLACES:
        raise Unreadable(f"it has a place of a kind that is not known here ({name})")
    return Place(_PLACES[name][bool(flags & re.MULTILINE)])


def _has_repeat(parsed: Any) -> bool:
    return any("REPEAT" in str(op) or _holds_repeat(value) for op, value in parsed)


def _holds_repeat(value: Any) -> bool:
    if hasattr(value, "getwidth"):
        return _has_repeat(value)
    return isinstance(value, (list, tuple)) and any(_holds_repeat(one) for one in value)  # pyright: ignore[reportUnknownVariableType]


def _written(items: list[tuple[str, Any]], *, negated: bool) -> str:
    """The class as it may have been written, for messages."""
    parts: list[str] = []
    for kind, what in items:
        if kind == "CATEGORY":
            sign = _SIGNS[str(what).rpartition("_")[2]]
            parts.append("\\" + (sign.upper() if "_NOT_" in str(what) else sign))
        elif kind == "RANGE":
            parts.append(f"{_shown(what[0])}-{_shown(what[1])}")
        elif kind == "NOT_LITERAL":
            return f"[^{_shown(what)}]"
        elif kind == "ANY":
            return "."
        elif kind == "LITERAL":
            parts.append(_shown(what))
    inside = "".join(parts)
    if negated:
        return f"[^{inside}]"
    return inside if len(parts) == 1 and items[0][0] != "RANGE" else f"[{inside}]"


def _shown(code: int) -> str:
    character = chr(code)
    if not character.isprintable():
        return character.encode("unicode_escape").decode("ascii")
    return "\\" + character if character in "\\[]^$.|?*+(){}" else character


def _told_apart(leaves: list[Chars], named: set[str]) -> tuple[str, ...]:
    """One character for each combination of classes that hold it; the leaves learn which of these they hold."""
    found: dict[object, str] = {}
    order = {character: number for number, character in enumerate(_TYPICAL)}
    for character in sorted(named, key=lambda one: (order.get(one, len(order)), one)):
        signature = (tuple(leaf.test(character) for leaf in leaves), is_word(character), character == "\n")
        found.setdefault(signature, character)
    characters = tuple(found.values())
    for leaf in leaves:
        leaf.members = frozenset(character for character in characters if leaf.test(character))
    return characters


def written(node: Node) -> str:
    """A part as it may have been written, for messages."""
    if isinstance(node, Chars):
        return node.source
    if isinstance(node, Sequence):
        return "".join(map(_grouped, node.parts))
    if isinstance(node, Choice):
        return "|".join(map(written, node.parts))
    if isinstance(node, Repeat):
        return _repeated(node)
    if isinstance(node, Atomic):
        return written(node.part) + "+" if isinstance(node.part, Repeat) else f"(?>{written(node.part)})"
    if isinstance(node, Look):
        return f"(?{'<' if node.width is not None else ''}{'!' if node.negative else '='}{written(node.part)})"
    return _PLACE_SIGNS[node.name]


_PLACE_SIGNS: Final = {
    "begin": "^", "line begin": "^", "text end": "$", "line end": "$", "end": r"\Z", "border": r"\b", "no border": r"\B",
}  # fmt: skip
_REPEATS: Final = {(0, ENDLESS): "*", (1, ENDLESS): "+", (0, 1): "?"}


def _grouped(node: Node) -> str:
    return f"(?:{written(node)})" if isinstance(node, Choice) else written(node)


def _repeated(node: Repeat) -> str:
    inner = written(node.part) if isinstance(node.part, Chars) else f"(?:{written(node.part)})"
    count = _REPEATS.get((node.low, node.high))
    if count is None:
        high = "" if node.high == ENDLESS else str(node.high)
        count = f"{{{node.low}}}" if node.low == node.high else f"{{{node.low},{high}}}"
    return inner + count + ("?" if node.lazy else "")


def least_width(pattern: str) -> int:
    """The fewest characters that a pattern matches; looks around count as none.

    Raises:
        Unreadable: It is none.
    """
    return _width(parse(pattern).root)


def _width(node: Node) -> int:
    if isinstance(node, Chars):
        return 1
    if isinstance(node, Sequence):
        return sum(map(_width, node.parts))
    if isinstance(node, Choice):
        return min(map(_width, node.parts))
    if isinstance(node, Repeat):
        return node.low * _width(node.part)
    return _width(node.part) if isinstance(node, Atomic) else 0
