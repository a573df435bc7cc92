"""Random events: values at places of the event map, so that every field of the format occurs, and at places that it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tightlip.event_forms import IDENTITY, REMOVED
from tightlip.event_map import APP_ROWS
from tightlip.event_tree import Field, keys_of
from tightlip.event_values import PARAMETERS, VARIABLES
from tightlip.suite.fuzzing.planting import Planting
from tightlip.suite.paths import is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.event_tree import Kind
    from tightlip.suite.case import Canary, Profile

#: Under these, no character of a value may leave under any promise.
_GONE: Final = (REMOVED, VARIABLES, PARAMETERS, IDENTITY)
#: Names under which a value is a secret, whatever it looks like.
_SECRET_NAMES: Final = ("password", "api_key", "client_secret", "access_token", "authorization")
_NAMES: Final = ("name", "where", "count", "url", "acme.region", "a b", "é", "X-Thing", "0")
_UNKNOWN: Final = ("acme", "private", "sentry", "value", "data", "meta")
#: Values of right forms; a field gets one that its kind accepts.
_VALID: Final = (
    "error", "python", "0123456789ab4def8123456789abcdef", "2026-01-02T03:04:05Z", "1.2.3", "acme@1.2", "production", "ValueError", "GET", "generic",
    "0x7f00", "ok", 1, 400, True, 1.5, "b0e0a5c2-29e5-4a51-8c3a-0a1b2c3d4e5f", "a.b.c", "Linux", "main",
)  # fmt: skip
_PLAIN: Final = (None, True, False, 0, -1, 2**31, 1.5, "", "plain words")
_DEEPEST: Final = 3
_MOST_PLACES: Final = 5

#: A place, as keys of a row's path, and what is meant to stand there.
Row = tuple[tuple[str, ...], "Kind | None"]


def rows() -> tuple[Row, ...]:
    """All places of the table, those that are like others written out."""
    plain = [row for row in APP_ROWS if not row.kind.same]
    alike = [row for row in APP_ROWS if row.kind.same]
    found = {row.path: row for row in plain}
    for _ in range(_DEEPEST):  # a bare list of errors has stacks, which have frames
        for row in alike:
            for path, one in list(found.items()):
                if path.startswith(f"{row.kind.same}."):
                    new = f"{row.path}{path.removeprefix(row.kind.same)}"
                    found.setdefault(new, Field(new, one.kind, one.purpose))
    return tuple((tuple(keys_of(path)), row.kind) for path, row in found.items())


@st.composite
def events(
    draw: Callable[[st.SearchStrategy[Any]], Any], profile: Profile
) -> tuple[dict[str, Any], tuple[Canary, ...]]:
    """An event with placeholders, and its canaries.

    Args:
        draw: Of Hypothesis.
        profile: The promise.
    """
    planting = Planting(draw, profile)
    event: dict[str, Any] = {}
    for _ in range(draw(st.sampled_from(range(1, _MOST_PLACES + 1)))):
        keys, kind = draw(st.sampled_from(_ROWS))
        _put(event, keys, kind, planting, profile)
    return event, planting.canaries(event)


_ROWS: Final = (*rows(), *(((name,), None) for name in _UNKNOWN))


def _put(event: dict[str, Any], keys: tuple[str, ...], kind: Kind | None, planting: Planting, profile: Profile) -> None:
    at: Any = event
    for number, key in enumerate(keys):
        name: Any = key
        if key == "[]":
            name = len(at) if not at or planting.draw(st.booleans()) else len(at) - 1
        elif key == "*":
            name = _key(planting)
        if number == len(keys) - 1:
            value = _value(kind, planting, profile)
            _set(at, name, value)
            return
        inner: Any = [] if keys[number + 1] == "[]" else {}
        known = at[name] if (name < len(at) if is_list(at) else name in at) else None
        if not (is_list(known) if is_list(inner) else is_mapping(known)):
            # Another value stands in the way: events are not always what they should be.
            _set(at, name, inner)
        at = at[name]


def _set(at: Any, name: Any, value: Any) -> None:
    if type(name) is int and name == len(at):
        at.append(value)
    else:
        at[name] = value


def _key(planting: Planting) -> str:
    if planting.draw(st.sampled_from((False, False, True))):
        return planting.placeholder(filters=("",))
    return str(planting.draw(st.sampled_from(_NAMES)))


def _value(kind: Kind | None, planting: Planting, profile: Profile) -> Any:
    # What no row names does not exist, whatever it is.
    gone = kind is None or kind in _GONE
    valid = [] if kind is None or kind.whole else [one for one in _VALID if kind.accepts(one)]
    ways: list[str] = ["text", "data", *(["valid"] if valid else [])]
    if gone or profile == "strict":
        ways.append("number")
    way = planting.draw(st.sampled_from(ways))
    if way == "valid":
        return planting.draw(st.sampled_from(valid))
    if way == "number":
        return planting.number()
    return planting.text(anywhere=gone) if way == "text" else _data(planting, gone=gone, depth=0)


def _data(planting: Planting, *, gone: bool, depth: int) -> Any:
    shapes = ["plain", "text", *(["list", "mapping", "secret", "pairs"] if depth < _DEEPEST else [])]
    shape = planting.draw(st.sampled_from(shapes))
    few = st.sampled_from((1, 2, 3))
    match shape:
        case "text":
            return planting.text(anywhere=gone)
        case "list":
            return [_data(planting, gone=gone, depth=depth + 1) for _ in range(planting.draw(few))]
        case "mapping":
            return {_key(planting): _data(planting, gone=gone, depth=depth + 1) for _ in range(planting.draw(few))}
        case "secret":
            return {planting.draw(st.sampled_from(_SECRET_NAMES)): planting.placeholder(anywhere=gone)}
        case "pairs":
            return [[planting.draw(st.sampled_from(_NAMES)), planting.text(anywhere=gone)]]
        case _:
            return planting.draw(st.sampled_from(_PLAIN))
