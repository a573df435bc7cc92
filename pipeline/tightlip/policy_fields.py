"""The table of fields of a policy from a file: what it leaves out of another policy's, and what it keeps that the other removes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tightlip.allowlist import TREE, Field, Kind
from tightlip.event_forms import IDENTITY, REMOVED
from tightlip.event_headers import HEADERS
from tightlip.event_tree import keys_of
from tightlip.exact import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tightlip.event_tree import Texts, Treated

LEFT_OUT: Final = replace(REMOVED, words="left out by this policy")
KEPT: Final = replace(TREE, words="any data, cleaned by the scrubbers; kept by this policy")
#: Kinds that keep may replace: what they hold is text or data, and goes whole.
_REMOVING: Final = (REMOVED, IDENTITY, HEADERS)
_NEEDED: Final = {
    "event_id": "a report cannot be stored without its id; leave this out of `drop`",
    "_meta": "it says what was removed, and nothing of what it was; leave this out of `drop`",
}
_PAIR: Final = 2


class NoField(ValueError):  # noqa: N818 - what is said of the path
    """A path that the table does not have, or that cannot be asked for in this way; ``known`` are those that can."""

    def __init__(self, problem: str, known: Iterable[str] = ()) -> None:
        super().__init__(problem)
        self.known = tuple(known)


@dataclass(frozen=True, slots=True)
class _Without:
    """The treatment of a dict or a list of pairs, without some of its keys."""

    kind: Kind
    name: str

    def __call__(self, value: object, texts: Texts) -> Treated:
        """The value without the keys, treated as its kind says."""
        rest = _rest(value, self.name)
        return texts.tree(rest) if self.kind.treat is None else self.kind.treat(rest, texts)


@dataclass(frozen=True, slots=True)
class _Lacks:
    """Whether a value has its kind's form, and not the key."""

    kind: Kind
    name: str

    def __call__(self, value: object) -> bool:
        """Tell it of one value."""
        return self.kind.accepts(value) and _rest(value, self.name) is value


def _rest(value: object, name: str) -> object:
    """A dict or a list of pairs without a key; the value itself where it has none."""
    if is_dict(value) and name in value:
        return {key: item for key, item in value.items() if key != name}
    if is_list(value) and any(_is_pair(item, name) for item in value):
        return [item for item in value if not _is_pair(item, name)]
    return value


def _is_pair(item: Any, name: str) -> bool:
    if not is_list(item) and type(item) is not tuple:
        return False
    pair: list[Any] = list(item)  # pyright: ignore[reportUnknownArgumentType]
    return len(pair) == _PAIR and type(pair[0]) is str and pair[0] == name


def dropped(rows: tuple[Field, ...], path: str) -> tuple[Field, ...]:
    """The rows without those at a path and below it.

    Args:
        rows: The table.
        path: As rows have it: a row, what stands above rows, or one key below a row that takes any.

    Raises:
        NoField: The table has no such place.
    """
    path = _meant(rows, path)
    keys = keys_of(path)
    if keys[0] in _NEEDED:
        raise NoField(_NEEDED[keys[0]])
    inside = [row for row in rows if keys_of(row.path)[: len(keys)] == keys]
    parent = _row(rows, keys[:-1])
    if not inside and not any(keys_of(row.path) == [*keys[:-1], "*"] for row in rows):
        if parent is None or not parent.kind.whole or len(keys) == 1:
            raise NoField("the table has no such field", droppable(rows))
        kind = replace(parent.kind, treat=_Without(parent.kind, keys[-1]), accepts=_Lacks(parent.kind, keys[-1]))
        rows = tuple(replace(row, kind=kind) if row is parent else row for row in rows)
    # A row that takes any key must not find what the dropped one no longer holds.
    kept = tuple(row for row in rows if row not in inside)
    return (*kept, Field(path, LEFT_OUT, "; ".join(dict.fromkeys(row.purpose for row in inside)) or "as its name says"))


def kept(rows: tuple[Field, ...], path: str) -> tuple[Field, ...]:
    """The rows with what is removed at a path, as text that passed the scrubbers.

    Args:
        rows: The table.
        path: A row that removes what it names, or one key below it.

    Raises:
        NoField: It is none of those.
    """
    path = _meant(rows, path)
    keys = keys_of(path)
    row = _row(rows, keys)
    if row is None:
        row = _row(rows, keys[:-1])
        is_below = row is not None and any(row.kind == kind for kind in (REMOVED, IDENTITY))
        if row is None or not is_below or keys[-1] in ("[]", "*"):
            raise NoField("the table removes no such field", keepable(rows))
        return (*rows, Field(path, KEPT, f"{row.purpose.partition(':')[0]}: {keys[-1]}"))
    if not any(row.kind == kind for kind in _REMOVING):
        raise NoField("this field is not removed; its text leaves after the scrubbers already", keepable(rows))
    return tuple(replace(one, kind=KEPT) if one is row else one for one in rows)


def droppable(rows: Iterable[Field]) -> list[str]:
    """The places that `dropped` knows by name."""
    found: dict[str, None] = {}
    for row in rows:
        if row.kind is LEFT_OUT:
            continue
        keys = keys_of(row.path)
        for length in range(1, len(keys) + 1):
            found.setdefault(joined(keys[:length]), None)
    return [path for path in found if path not in _NEEDED]


def keepable(rows: Iterable[Field]) -> list[str]:
    """The places that `kept` knows by name, and those below the user that SDKs send."""
    found = [row.path for row in rows if any(row.kind == kind for kind in _REMOVING)]
    return found + [f"user.{name}" for name in ("id", "email", "username", "name", "segment") if "user" in found]


def joined(keys: Iterable[str]) -> str:
    """Keys as rows write them."""
    found = ""
    for key in keys:
        name = f'"{key}"' if "." in key else key
        found += name if key == "[]" or not found else f".{name}"
    return found


def _row(rows: Iterable[Field], keys: list[str]) -> Field | None:
    return next((row for row in rows if keys and keys_of(row.path) == keys), None)


def _meant(rows: tuple[Field, ...], path: str) -> str:
    """The path; below a place that has the rows of another, the other's: `threads.values[].stacktrace.frames` is the exception's."""
    if not path or joined(keys_of(path)) != path:
        raise NoField(
            "that is no path; write keys with dots between them, as exception.values[].value", droppable(rows)
        )
    for row in rows:
        keys, own = keys_of(path), keys_of(row.path)
        if row.kind.same and len(keys) > len(own) and keys[: len(own)] == own:
            return _meant(rows, joined([*keys_of(row.kind.same), *keys[len(own) :]]))
    return path
