"""What becomes of an event or a text, field by field and rule by rule.

An event is put through the stages that it would pass, and what comes out is laid beside what went in: `_meta` says why a text changed, the
table of fields why a field is gone.

Guarantees:

1. Of what is removed no character is in an explanation, unless it is asked for (``before``): texts are those that came out, and names that no
   row has are scrubbed as texts are.
2. Nothing is stored or sent.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tightlip.envelope import plain
from tightlip.event_notes import KEY
from tightlip.exact import is_dict, is_list
from tightlip.foreign import pipeline
from tightlip.policy_fields import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.event_tree import Kind, Node
    from tightlip.policy import Policy

_NAME: Final = re.compile(r"[A-Za-z_$][\w.\-]{0,63}")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][\w\-]*")
_RANGED: Final = 4
_LONGEST_BEFORE: Final = 2_000
_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker in a text that leaves.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        rule: The rule that put it there.
    """

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Note:
    """What becomes of one value.

    Attributes:
        path: Where it stands; empty for a text by itself.
        state: ``kept``, ``changed`` or ``removed``.
        text: What leaves of it; None if nothing does.
        marks: The markers in it.
        rules: Rules that speak of the value as a whole.
        why: The reason, where no rule gives it.
        before: What it was. Never shown unless somebody asks for it.
    """

    path: str
    state: str
    text: str | None
    marks: tuple[Mark, ...] = ()
    rules: tuple[str, ...] = ()
    why: str = ""
    before: str = ""


def explain_text(text: str, policy: Policy) -> Note:
    """What becomes of a text by itself."""
    clean, remarks = policy.scrubber.scrub_with_remarks(text)
    marks = tuple(Mark(one.start, one.end, one.rule) for one in remarks)
    if clean == text:
        return Note("", "kept", text, why=NO_RULE)
    return Note("", "changed", clean, marks, before=text[:_LONGEST_BEFORE])


NO_RULE: Final = "no rule found anything"


class Explainer:
    """Explains events under one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._stages = pipeline(policy)

    def notes(self, event: dict[str, Any]) -> list[Note] | None:
        """A note for each value of an event, in their order; None for one that a stage drops."""
        found = self._stages(event, {})
        if found is None:
            return None
        clean = plain(found)
        meta = clean.pop(KEY, None)
        return list(self._value(_Place(self._policy.fields.root), "", event, clean, meta, ()))

    def _value(
        self, place: _Place, path: str, value: Any, clean: Any, meta: Any, around: tuple[str, ...]
    ) -> Iterator[Note]:
        """The notes of a value; ``around`` are rules that speak of what it stands in."""
        rules, marks = _remarks(meta)
        rules = rules or (() if marks else around)
        if clean is _NOTHING and not rules and is_dict(value) and place.has_rows(value):
            # The reason is what stands in it.
            for key, item in value.items():
                about = meta.get(key) if is_dict(meta) and type(key) is str else None
                yield from self._value(
                    place.below(key, item), _joined(path, self._named(place, key)), item, _NOTHING, about, ()
                )
        elif clean is _NOTHING:
            yield self._removed(place, path, value, rules)
        elif is_dict(value) and is_dict(clean):
            yield from self._dict(place, path, value, clean, meta, rules)
        elif is_list(value) and is_list(clean):
            for number, (item, other, at) in enumerate(_aligned(value, clean)):
                inner = meta.get(str(at)) if is_dict(meta) else None
                yield from self._value(place.item(), f"{path}[{number}]", item, other, inner, rules)
        elif value == clean and type(value) is type(clean):
            yield Note(path, "kept", _shown(clean), why=self._why_kept(place, clean))
        elif clean is None:
            yield Note(path, "removed", None, rules=rules, before=_was(value))
        else:
            yield Note(
                path,
                "changed",
                _shown(clean),
                marks,
                rules,
                "" if marks or rules else "as the table has it",
                _was(value),
            )

    def _dict(
        self, place: _Place, path: str, value: dict[Any, Any], clean: dict[str, Any], meta: Any, rules: tuple[str, ...]
    ) -> Iterator[Note]:
        renamed = _renamed(value, clean)
        for key, item in value.items():
            if not path and key == KEY:
                continue
            name = key if key in clean else renamed.get(key)
            inner = place.below(key, item)
            where = _joined(path, self._named(place, key) if name is None else name)
            about = meta.get(name if name is not None else key) if is_dict(meta) and type(key) is str else None
            yield from self._value(inner, where, item, _NOTHING if name is None else clean[name], about, rules)

    def _named(self, place: _Place, key: object) -> str:
        """The name of a field that is gone: one of the table's own, or scrubbed, since a name may be data too."""
        if type(key) is not str:
            return "[key]"
        if place.has_row(key):
            return key
        clean = self._policy.scrubber.scrub_text(key)
        return clean if clean != key or _NAME.fullmatch(key) else "[key]"

    def _removed(self, place: _Place, path: str, value: Any, rules: tuple[str, ...]) -> Note:
        return Note(
            path, "removed", None, rules=rules, why="" if rules else self._why_removed(place, value), before=_was(value)
        )

    def _why_removed(self, place: _Place, value: Any) -> str:
        kind = place.kind()
        if value in (None, "", [], {}):
            return "it is empty"
        if kind == LEFT_OUT:
            return "the policy drops this field"
        if place.node is None:
            return f"{self._policy.name} has no such field"
        if kind is None:
            return (
                "nothing in it may leave"
                if isinstance(value, (dict, list))
                else f"{self._policy.name} has fields below it only"
            )
        if not self._policy.keeps_text and kind.holds_text and type(value) is str:
            return f"text of unknown origin: under {self._policy.name} only text from code leaves"
        if kind.accepts(value):
            return f"of events that were made elsewhere, {self._policy.name} does not take this field"
        return f"it lacks the form of the field: {kind.words}"

    def _why_kept(self, place: _Place, clean: Any) -> str:
        kind = place.kind()
        if type(clean) is str and (kind is None or kind.holds_text or kind.whole):
            return NO_RULE
        if type(clean) is str:
            return f"it has the form of the field: {kind.words}" if kind is not None else NO_RULE
        return "a number, a yes or no, or nothing: no text"


class _Place:
    """A place in the table; inside of data that one row describes, that row's."""

    def __init__(self, node: Node | None, whole: Kind | None = None) -> None:
        self.node = node
        self._whole = whole

    def kind(self) -> Kind | None:
        """What the value must be."""
        if self.node is not None and self.node.kind is not None:
            return self.node.kind
        return self._whole

    def has_row(self, key: str) -> bool:
        """Whether the table names this key here."""
        return self.node is not None and key in self.node.children

    def has_rows(self, value: dict[Any, Any]) -> bool:
        """Whether the table says something of a part of this value."""
        return any(self.has_row(key) for key in value) or (
            self.node is not None and self.node.kind is None and bool(value)
        )

    def below(self, key: object, value: object) -> _Place:
        """The place of a key."""
        node = self.node.below(key, value) if self.node is not None and type(key) is str else None
        return self._inner(node)

    def item(self) -> _Place:
        """The place of the items of a list."""
        return self._inner(None if self.node is None else self.node.items)

    def _inner(self, node: Node | None) -> _Place:
        kind = self.kind()
        whole = kind if kind is not None and kind.whole else self._whole
        return _Place(node if node is not None or whole is None else self.node, whole)


def _remarks(meta: Any) -> tuple[tuple[str, ...], tuple[Mark, ...]]:
    """The rules that speak of a value as a whole, and the markers in it."""
    own = meta.get("") if is_dict(meta) else None
    remarks = own.get("rem") if is_dict(own) else None
    if not is_list(remarks):
        return (), ()
    marks = [Mark(one[2], one[3], str(one[0])) for one in remarks if len(one) == _RANGED]
    rules = [str(one[0]) for one in remarks if len(one) != _RANGED]
    return tuple(dict.fromkeys(rules)), tuple(sorted(marks, key=lambda mark: mark.start))


def _renamed(value: dict[Any, Any], clean: dict[str, Any]) -> dict[Any, str]:
    """The names that scrubbed names have now: both dicts have the same order where nothing else went."""
    old = [key for key in value if key not in clean]
    new = [key for key in clean if key not in value]
    return dict(zip(old, new, strict=True)) if len(old) == len(new) else {}


def _aligned(value: list[Any], clean: list[Any]) -> Iterator[tuple[Any, Any, int]]:
    """Each item with what came of it and where that stands now; items that are gone went as such, the others kept their order."""
    spare = len(value) - len(clean)
    at = 0
    for item in value:
        if at >= len(clean) or (spare > 0 and not _alike(item, clean[at])):
            spare -= 1
            yield item, _NOTHING, -1
        else:
            yield item, clean[at], at
            at += 1


def _alike(item: Any, other: Any) -> bool:
    if is_dict(item) and is_dict(other):
        return not set(item).isdisjoint(other)
    return type(item) is type(other) or type(other) is str


def _joined(path: str, name: str) -> str:
    bare = name if _PLAIN_KEY.fullmatch(name) else f'"{name}"'
    return f"{path}.{bare}" if path else bare


def _shown(value: Any) -> str:
    """A value as one text; what is inside of containers only by their size."""
    if type(value) is str:
        return value
    if is_dict(value):
        return f"{{{len(value)} entries}}"
    if is_list(value):
        return f"[{len(value)} items]"
    return "null" if value is None else str(value).lower() if type(value) is bool else str(value)


def _was(value: Any) -> str:
    """A value as it was, for who asks."""
    text = value if type(value) is str else json.dumps(value, ensure_ascii=False, default=str)
    return text[:_LONGEST_BEFORE]
