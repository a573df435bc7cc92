"""Thirty fields of Sentry's event format, and eight kinds of secret planted in each of them.

A text field holds a sentence with the secret, a name (a function, a file, a tag) the secret alone, a local variable its
``repr``. An event that was scrubbed must be one still: Sentry's own normaliser accepts it, and what Sentry groups by, the
exception's type and the functions' names, is there.
"""

from __future__ import annotations

import copy
import random
import urllib.parse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from benchmarks.scrubbing import kinds, places
from benchmarks.scrubbing.planted import Secret, shaped, survivor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.scrubbing.tools import Event, Tool

Path: TypeAlias = tuple[str | int, ...]
Form: TypeAlias = "Callable[[str], object]"


def _sentence(text: str) -> str:
    return f"the second attempt with {text} failed"


def _bare(text: str) -> str:
    return text


def _code(text: str) -> str:
    return f'    client = connect("{text}", retries=3)'


def _url(text: str) -> str:
    return text if "://" in text else f"https://shop.example.com/items?ref={urllib.parse.quote(text)}"


def _query(text: str) -> str:
    return f"page=2&ref={urllib.parse.quote(text)}"


def _body(text: str) -> object:
    return {"note": text, "items": [1, 2]}


_EXCEPTION: Final[Path] = ("exception", "values", 0)
_FRAME: Final[Path] = (*_EXCEPTION, "stacktrace", "frames", 1)
_THREAD: Final[Path] = ("threads", "values", 0, "stacktrace", "frames", 0)
_CRUMB: Final[Path] = ("breadcrumbs", "values", 1)

FIELDS: Final[dict[str, tuple[Path, Form]]] = {
    "logentry.message": (("logentry", "message"), _sentence),
    "logentry.formatted": (("logentry", "formatted"), _sentence),
    "logentry.params": (("logentry", "params", 0), _bare),
    "exception.value": ((*_EXCEPTION, "value"), _sentence),
    "exception.type": ((*_EXCEPTION, "type"), _bare),
    "exception.module": ((*_EXCEPTION, "module"), _bare),
    "frame.vars": ((*_FRAME, "vars", "item"), repr),
    "frame.context_line": ((*_FRAME, "context_line"), _code),
    "frame.pre_context": ((*_FRAME, "pre_context", 0), _code),
    "frame.filename": ((*_FRAME, "filename"), _bare),
    "frame.abs_path": ((*_FRAME, "abs_path"), _bare),
    "frame.function": ((*_FRAME, "function"), _bare),
    "thread.frame.vars": ((*_THREAD, "vars", "item"), repr),
    "breadcrumb.message": ((*_CRUMB, "message"), _sentence),
    "breadcrumb.data": ((*_CRUMB, "data", "note"), _sentence),
    "breadcrumb.category": ((*_CRUMB, "category"), _bare),
    "request.url": (("request", "url"), _url),
    "request.headers": (("request", "headers", "X-Note"), _bare),
    "request.cookies": (("request", "cookies", "note"), _bare),
    "request.data": (("request", "data"), _body),
    "request.query_string": (("request", "query_string"), _query),
    "request.env": (("request", "env", "NOTE"), _bare),
    "user": (("user", "username"), _bare),
    "contexts": (("contexts", "shop", "note"), _sentence),
    "tags": (("tags", "note"), _bare),
    "extra": (("extra", "note"), _sentence),
    "spans.description": (("spans", 0, "description"), _sentence),
    "transaction": (("transaction",), _bare),
    "fingerprint": (("fingerprint", 1), _bare),
    "server_name": (("server_name",), _bare),
}
"""Thirty fields, each with where it stands and what is planted there."""

MORE: Final[dict[str, tuple[Path, Form]]] = {
    "spans.data": (("spans", 0, "data", "note"), _sentence),
    "frame.module": ((*_FRAME, "module"), _bare),
    "frame.post_context": ((*_FRAME, "post_context", 0), _code),
    "exception.mechanism": ((*_EXCEPTION, "mechanism", "data", "note"), _sentence),
    "thread.name": (("threads", "values", 0, "name"), _bare),
    "logger": (("logger",), _bare),
    "user.data": (("user", "data", "note"), _sentence),
    "debug_meta.code_file": (("debug_meta", "images", 0, "code_file"), _bare),
    "modules": (("modules", "note"), _bare),
    "extra, deep": (("extra", "deep"), lambda text: {"list": [{"pairs": [["note", text]]}]}),
    "extra, key": (("extra", "deep"), lambda text: {text: "note"}),
    "contexts.trace": (("contexts", "trace", "data", "note"), _sentence),
}
"""Twelve more: an exam that only covers its own thirty fields would be passed by a list of thirty fields."""


def event() -> Event:
    """An event with something harmless in every field."""
    return {
        "event_id": "0123456789abcdef0123456789abcdef",
        "timestamp": 1_795_000_000.25,
        "platform": "python",
        "level": "error",
        "logger": "shop.orders",
        "server_name": "worker",
        "transaction": "place_order",
        "environment": "production",
        "release": "shop@1.4.2",
        "logentry": {
            "message": "the second attempt with %s failed",
            "params": ["card"],
            "formatted": "the second attempt failed",
        },
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": "the order is empty",
                    "module": "shop.orders",
                    "mechanism": {"type": "excepthook", "handled": False, "data": {"note": "first"}},
                    "stacktrace": {"frames": [_frame("place_order", 12), _frame("check_order", 40)]},
                }
            ]
        },
        "threads": {"values": [{"id": 1, "name": "main", "stacktrace": {"frames": [_frame("run_forever", 7)]}}]},
        "breadcrumbs": {
            "values": [
                {"timestamp": 1_795_000_000.0, "category": "order", "message": "order opened", "level": "info"},
                {"timestamp": 1_795_000_000.1, "category": "order", "message": "order checked", "data": {"note": "x"}},
            ]
        },
        "request": {
            "url": "https://shop.example.com/items",
            "method": "POST",
            "headers": {"Accept": "text/html", "X-Note": "first"},
            "cookies": {"note": "first"},
            "data": {"note": "first"},
            "query_string": "page=2",
            "env": {"NOTE": "first"},
        },
        "user": {"username": "first", "data": {"note": "first"}},
        "contexts": {
            "runtime": {"name": "CPython", "version": "3.11.7"},
            "shop": {"note": "first"},
            "trace": {
                "trace_id": "4c79f60c11214eb38604f4ae0781bfb2",
                "span_id": "fa90fdead5f74052",
                "data": {"note": "x"},
            },
        },
        "tags": {"note": "first", "queue": "orders"},
        "extra": {"note": "first", "deep": "x"},
        "spans": [
            {
                "trace_id": "4c79f60c11214eb38604f4ae0781bfb2",
                "span_id": "fa90fdead5f74053",
                "start_timestamp": 1_795_000_000.0,
                "timestamp": 1_795_000_000.2,
                "op": "db",
                "description": "load the order",
                "data": {"note": "first"},
            }
        ],
        "fingerprint": ["{{ default }}", "orders"],
        "modules": {"note": "1.2.3", "requests": "2.31.0"},
        "debug_meta": {
            "images": [{"type": "symbolic", "debug_id": "494f3aea-88fa-4296-9644-fa8ef5d139b6", "code_file": "shop"}]
        },
    }


def _frame(function: str, line: int) -> Event:
    return {
        "function": function,
        "module": "shop.orders",
        "filename": "shop/orders.py",
        "abs_path": "shop/orders.py",
        "lineno": line,
        "in_app": True,
        "pre_context": ["def work(item):"],
        "context_line": "    return item.total",
        "post_context": [""],
        "vars": {"item": "3"},
    }


def _kinds(rng: random.Random) -> Iterator[Secret]:
    token, parts = shaped(rng, "ghp_{A36}")
    yield Secret("vendor token", token, parts)
    value = shaped(rng, "{A14}")[0]
    yield Secret("password after key", f"password={value}", (value,))
    for make in (kinds.email, places.ipv4, places.home, kinds.card, kinds.bearer_jwt):
        yield make(rng)
    user, query = kinds.url_user(rng), kinds.url_query(rng)
    yield Secret("url", f"{user.text}?{query.text.partition('?')[2]}", (*user.parts, *query.parts))


@dataclass(slots=True)
class Leaks:
    """What one tool left in events.

    Attributes:
        probes: How many events there were.
        refused: How many came back as nothing: safe, and of no use.
        unstable: Those that a second pass changes.
        leaked: The fields and kinds that leaked.
        invalid: Those whose event was accepted before, and is not any more.
        ungrouped: Those whose event lost an exception's type or a function's name, other than the planted one.
    """

    tool: str
    probes: int = 0
    refused: int = 0
    unstable: list[tuple[str, str]] = field(default_factory=list)
    leaked: list[tuple[str, str, str]] = field(default_factory=list)
    invalid: list[tuple[str, str]] = field(default_factory=list)
    ungrouped: list[tuple[str, str]] = field(default_factory=list)


def probes(seed: int, fields: dict[str, tuple[Path, Form]]) -> Iterator[tuple[str, Secret, Event]]:
    """Every field with every kind, each in an event of its own."""
    rng = random.Random(f"{seed} fields")
    for name, (path, form) in fields.items():
        for secret in _kinds(rng):
            made = event()
            *inner, last = path
            place: Any = made
            for step in inner:
                place = place[step]
            place[last] = form(secret.text)
            yield name, secret, made


def measure(
    tool: Tool, seed: int, fields: dict[str, tuple[Path, Form]], valid: Callable[[object], bool] | None
) -> Leaks:
    """Plant each secret, run the tool over the event, and look for it."""
    assert tool.event is not None
    found = Leaks(tool.name)
    for name, secret, made in probes(seed, fields):
        result = tool.event(copy.deepcopy(made))
        found.probes += 1
        if result is None:
            found.refused += 1
            continue
        if isinstance(result, dict) and tool.event(copy.deepcopy(result)) != result:
            found.unstable.append((name, secret.kind))
        left = "\n".join(strings(result))
        piece = survivor(secret.parts, left)
        if piece is not None:
            found.leaked.append((name, secret.kind, piece))
        if valid is not None and valid(made) and not (isinstance(result, dict) and valid(result)):
            found.invalid.append((name, secret.kind))
        if not _groups(result, made, secret):
            found.ungrouped.append((name, secret.kind))
    return found


def strings(value: object) -> Iterator[str]:
    """Every text in a value, keys too; another object counts by its ``repr``, which may show what it holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(key)
            yield from strings(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from strings(item)
    elif value is not None:
        yield repr(value)


def _groups(result: object, made: Event, secret: Secret) -> bool:
    wanted = [name for name in _names(made) if secret.text not in name]
    return isinstance(result, dict) and not set(wanted) - set(_names(result))


def _names(made: Event) -> Iterator[str]:
    for one in (made.get("exception") or {}).get("values") or []:
        yield str(one.get("type"))
        yield from (str(frame.get("function")) for frame in (one.get("stacktrace") or {}).get("frames") or [])
