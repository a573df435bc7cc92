"""The form of a table of fields, the table as a tree, and the walk of an event along it.

A table is data: rows of a path, a kind and a purpose. Two stages walk it: the scrub stage treats each value as its kind says, the allowlist
keeps what has the form. A key that no row names does not exist for either of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from tightlip import event_notes
from tightlip.event_notes import Meta, Remark, item_of, still_true
from tightlip.exact import is_dict, is_list
from tightlip.text import is_code

if TYPE_CHECKING:
    from tightlip.types import Event

NOTHING = object()
"""Stands for a value that must not leave."""
MOST_ITEMS = 512
"""Items of one list; Sentry truncates long before."""
MOST_VALUES = 100_000
"""Values of one event, containers among them. Sentry takes events of 1 MB, which hold fewer; what is beyond is left out."""
_PAIR = 2


class Texts(Protocol):
    """What a treatment may ask of the scrubbers, and of the walk.

    Attributes:
        around: The dict in which the value stands.
    """

    around: dict[Any, Any]

    def text(self, value: str) -> tuple[str, tuple[Remark, ...]]:
        """The text with markers, and where they stand."""
        ...

    def tree(self, value: object) -> tuple[object, Meta | None]:
        """Any data with markers, as data of JSON's."""
        ...

    def is_secret_name(self, name: str) -> bool:
        """Whether a value under this name is a secret."""
        ...

    def learn(self, value: object, *, named: bool = False) -> None:
        """Remember the texts in a value that does not leave, so that they leave nowhere else; ``named``: those under secret names."""
        ...


Treated: TypeAlias = tuple[object, Meta | None]
Treat: TypeAlias = Callable[[object, Texts], Treated]


@dataclass(frozen=True, slots=True)
class Kind:
    """The form of a field.

    Attributes:
        words: The form in plain words, for the notice.
        accepts: Whether a value has the form. It must not run code of the value: exact types first.
        holds_text: Whether it is free text, which a policy may scrub and keep instead of dropping it.
        whole: Whether it is a form of a whole dict or list; rows below it then are exceptions from it.
        treat: What happens to a value under a policy that keeps text, instead of scrubbing it as it is.
        same: The path whose rows hold here too; a kind that only refers has no other meaning.
        by_type: Whether a dict may say by its ``type`` that it is another one of its parent's: so contexts do.
    """

    words: str
    accepts: Callable[[object], bool]
    holds_text: bool = False
    whole: bool = False
    treat: Treat | None = None
    same: str = ""
    by_type: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the table.

    Attributes:
        path: Keys joined by dots, a key that holds dots in double quotes; ``[]`` for each item of a list, ``*`` for any key that is code.
        kind: Its form.
        purpose: What it is, in plain words.
    """

    path: str
    kind: Kind
    purpose: str


def same_as(path: str) -> Kind:
    """The kind of a place that has the rows of another."""
    return Kind(f"as {path}", lambda _: False, same=path)


@dataclass(slots=True)
class Node:
    """A place in an event."""

    kind: Kind | None = None
    children: dict[str, Node] = field(default_factory=dict[str, "Node"])
    items: Node | None = None  # of a list
    others: Node | None = None  # keys that no row names

    def child(self, key: str) -> Node:
        """The node below ``key`` of a path; apart from the keys of an event, which may be called like the table's signs."""
        if key == "[]":
            self.items = self.items or Node()
            return self.items
        if key == "*":
            self.others = self.others or Node()
            return self.others
        return self.children.setdefault(key, Node())

    def replace(self, key: str, node: Node) -> None:
        """Put another node at ``key``."""
        if key == "[]":
            self.items = node
        elif key == "*":
            self.others = node
        else:
            self.children[key] = node

    def below(self, key: str, value: object) -> Node | None:
        """The node for a key of an event and the value there; None where no row allows it."""
        child = self.children.get(key)
        if child is not None or self.others is None:
            return child
        kind = self.others.kind
        if kind is not None and kind.by_type and is_dict(value):
            named = item_of(value, "type")
            if type(named) is str and named in self.children:
                return self.children[named]
        return self.others

    def descends(self, value: object) -> bool:
        """Whether the rows below count for this value, not the kind of its own."""
        if self.kind is None:
            return True
        if self.kind.whole:
            return False
        return bool(self.children or self.others or self.items) and type(value) in (dict, list)


_KEY = re.compile(r'"[^"]+"|\[\]|[^.\[\]"]+')


def keys_of(path: str) -> list[str]:
    """The keys of a row's path."""
    return [key.strip('"') for key in _KEY.findall(path)]


def _tree(fields: tuple[Field, ...]) -> Node:
    root = Node()

    def at(keys: list[str]) -> Node:
        node = root
        for key in keys:
            node = node.child(key)
        return node

    for row in fields:
        if not row.kind.same:
            at(keys_of(row.path)).kind = row.kind
    for row in fields:
        if row.kind.same:
            *parents, last = keys_of(row.path)
            at(parents).replace(last, at(keys_of(row.kind.same)))
    return root


class Fields:
    """The table as a tree.

    Args:
        rows: The rows; a later row for the same path takes the place of an earlier one.
    """

    def __init__(self, rows: tuple[Field, ...]) -> None:
        self.rows = rows
        self._root: Node | None = None
        self.notes = any(row.path == event_notes.KEY for row in rows)

    @property
    def root(self) -> Node:
        """The tree; it is made when an event first asks for it."""
        if self._root is None:
            self._root = _tree(tuple(row for row in self.rows if row.path != event_notes.KEY))
        return self._root


class Walk:
    """Walks an event along a table; what becomes of a value, `leaf` says.

    After each call of `leaf`, ``made`` holds what ``_meta`` shall say of the place, None for nothing; ``around`` is the dict around the value.
    """

    def __init__(self) -> None:
        self.made: Meta | None = None
        self.around: dict[Any, Any] = {}
        self._left = MOST_VALUES

    def leaf(self, kind: Kind, value: object) -> object:
        """The value that stands at a place with a kind of its own, or `NOTHING`."""
        raise NotImplementedError

    def key(self, key: str) -> str | None:
        """The name that stands for a key that no row names; None to leave the value out."""
        raise NotImplementedError

    def event(self, fields: Fields, event: Event) -> Event:
        """A new event with what `leaf` gives at each row's place; all else is gone, and so are containers that come out empty."""
        found = self._value(fields.root, event)
        return found if is_dict(found) else {}

    def _value(self, node: Node, value: object) -> object:
        self.made = None
        self._left -= 1
        if self._left < 0:
            return NOTHING
        if not node.descends(value):
            assert node.kind is not None
            if node.children and is_dict(value):
                return self._exceptions(node, node.kind, value)
            return self.leaf(node.kind, value)
        if is_dict(value):
            return self._dict(node, value)
        if node.items is not None and is_list(value):
            return self._list(node.items, value)
        return NOTHING

    def _dict(self, node: Node, value: dict[Any, Any]) -> object:
        kept: dict[str, Any] = {}
        made: Meta = {}
        for key, item in list(value.items())[:MOST_ITEMS]:
            if type(key) is not str and not is_code(key):
                continue
            child = node.below(key, item)
            if child is None:
                continue
            # A key that no row names is a value unless it is code.
            name = key if key in node.children or is_code(key) else self.key(key)
            if name is None:
                continue
            self.around = value
            found = self._value(child, item)
            if found is not NOTHING:
                kept[name] = found
            if self.made is not None and name:
                made[name] = self.made
        self.made = made or None
        return kept or NOTHING

    def _list(self, inner: Node, value: list[Any]) -> object:
        kept: list[Any] = []
        made: Meta = {}
        for item in value[:MOST_ITEMS]:
            found = self._value(inner, item)
            if found is not NOTHING:
                if self.made is not None:
                    made[str(len(kept))] = self.made
                kept.append(found)
        self.made = made or None
        return kept or NOTHING

    def _exceptions(self, node: Node, kind: Kind, value: dict[Any, Any]) -> object:
        """A dict of one kind in which some keys have rows of their own."""
        own = {key: item for key, item in value.items() if type(key) is str and key in node.children}
        kept = self._dict(node, own)
        made = self.made
        self.made = None
        if len(own) == len(value):
            self.made = made
            return kept
        rest = self.leaf(kind, {key: item for key, item in value.items() if type(key) is not str or key not in own})
        said = self.made if rest is not NOTHING or kept is NOTHING else event_notes.substituted(self.made)
        self.made = event_notes.joined(made, said)
        parts = [part for part in (kept, rest) if is_dict(part)]
        return {key: item for part in parts for key, item in part.items()} if parts else NOTHING


def remarks_left(
    meta: object, value: object, node: Node | None, is_rule: Callable[[object], bool], is_marker: Callable[[str], bool]
) -> Meta | None:
    """What of an event's ``_meta`` is true of the event as it is now, and speaks of nothing but its rows and its keys.

    Args:
        meta: A part of ``_meta``.
        value: What stands at that place; None for nothing.
        node: The place in the table; None inside of data that no row describes further.
        is_rule: Whether a rule is one of ours.
        is_marker: Whether a text may stand for something that was removed.
    """
    if not is_dict(meta):
        return None
    found: Meta = {}
    for key, item in list(meta.items())[: 2 * MOST_ITEMS]:
        if type(key) is not str:
            continue
        if not key:
            found |= still_true(item, value, is_rule, is_marker) or {}
            continue
        inner = _inner(value, key)
        below = None if node is None else (node.items if is_list(value) else node.below(key, inner))
        if inner is NOTHING:
            # Nothing stands there: only a row may be spoken of, by its own name.
            row = node.children.get(key) if node is not None else None
            left = (
                still_true(item_of(item, ""), None, is_rule, is_marker) if row is not None and is_dict(item) else None
            )
        else:
            left = remarks_left(item, inner, below, is_rule, is_marker)
        if left:
            found[key] = left
    return found or None


def _inner(value: object, key: str) -> object:
    if is_dict(value):
        return value.get(key, NOTHING)
    if (
        is_list(value)
        and key.isdecimal()
        and key.isascii()
        and len(key) <= len(str(MOST_ITEMS * 2))
        and int(key) < len(value)
    ):
        return value[int(key)]
    return NOTHING


def pair_of(value: object) -> tuple[Any, Any] | None:
    """The two parts of a pair, which may be a list; None for anything else."""
    if is_list(value):
        return (value[0], value[1]) if len(value) == _PAIR else None
    if type(value) is tuple:
        parts: tuple[Any, ...] = value  # pyright: ignore[reportUnknownVariableType]
        return (parts[0], parts[1]) if len(parts) == _PAIR else None
    return None


def json_copy(value: object) -> object:
    """``value`` in new containers of JSON's; what JSON does not have is left out, so that one odd value does not cost the event."""
    if is_dict(value):
        kept = {key: json_copy(item) for key, item in value.items() if type(key) is str or is_code(key)}
        return {key: item for key, item in kept.items() if item is not NOTHING}
    if is_list(value) or type(value) is tuple:
        items: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return [found for item in items if (found := json_copy(item)) is not NOTHING]
    if type(value) is float:
        return value if math.isfinite(value) else NOTHING
    return value if value is None or type(value) in (str, bool, int) or is_code(value) else NOTHING
