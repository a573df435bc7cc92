"""The allowlist: the closed tree of fields that may leave, each with a type. Always the last stage.

Guarantees:

1. A key that the table does not name does not exist in the result, at any depth.
2. A value leaves only if it has the form that its row names. Free text leaves only as `CodeText` or `Safe`; under a policy that
   keeps plain text (``APP``), after the scrubbers.
3. The result is made of new containers with nothing but ``dict``, ``list``, ``str`` (`CodeText`), ``int``, ``float``, ``bool`` and ``None``.
4. Applying it again changes nothing.

`FIELDS` is the table. ``tightlip policy`` prints it as a data-collection notice (`tightlip.notice`), so that what is promised is what is
enforced. Field names are those of Sentry's event format: https://develop.sentry.dev/sdk/data-model/event-payloads/
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tightlip import enrichers
from tightlip.exact import is_dict, is_list
from tightlip.text import is_code

if TYPE_CHECKING:
    from tightlip.types import Event, Hint

#: Returned by a check for a value that must not leave.
_NOTHING = object()
#: Items of one list; Sentry truncates long before.
_MOST_ITEMS = 512
_MOST_NUMBER = 10**9


@dataclass(frozen=True, slots=True)
class Kind:
    """The form of a field.

    Attributes:
        words: The form in plain words, for the notice.
        accepts: Whether a value has the form. It must not run code of the value: exact types first.
        holds_text: Whether it is free text, which a policy may scrub and keep instead of dropping it.
    """

    words: str
    accepts: Callable[[object], bool]
    holds_text: bool = False


def _matching(words: str, pattern: re.Pattern[str]) -> Kind:
    return Kind(
        words, lambda value: (type(value) is str or is_code(value)) and pattern.fullmatch(str(value)) is not None
    )


def _one_of(*allowed: str) -> Kind:
    members = frozenset(allowed)
    return Kind(
        "one of " + ", ".join(allowed), lambda value: (type(value) is str or is_code(value)) and value in members
    )


def _number(low: int, high: int) -> Kind:
    return Kind(f"a whole number from {low} to {high}", lambda value: type(value) is int and low <= value <= high)


def _is_plain_datum(value: object) -> bool:
    if type(value) is int or type(value) is float:
        return -_MOST_NUMBER <= value <= _MOST_NUMBER
    return type(value) is bool or is_code(value)


TEXT = Kind("text from the source code, never a value", is_code, holds_text=True)
DATUM = Kind("a number, a yes or no, or text from the source code", _is_plain_datum, holds_text=True)
TREE = Kind("any data, cleaned by the scrubbers", lambda _: False, holds_text=True)
FLAG = Kind("yes or no", lambda value: type(value) is bool)
COUNT = _number(0, _MOST_NUMBER)
NUMBER = _number(0, 999)
HEX_ID = _matching("a random id", re.compile(r"[0-9a-f]{16,32}"))
TIME = _matching(
    "a time", re.compile(r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,6})?(?:Z|\+00:00)", re.ASCII)
)
VERSION = _matching(
    "a version number",
    re.compile(r"\d{1,9}(?:\.\d{1,9}){0,5}(?:[a-z]{1,5}\d{0,9})?(?:\.?(?:post|dev)\d{0,9})?", re.ASCII),
)
RELEASE = _matching("a name and version", enrichers.RELEASE)
ENVIRONMENT = _matching("a short name", enrichers.ENVIRONMENT)
COMMIT = _matching("a commit hash", enrichers.COMMIT)
WORKSPACE = _matching("a workspace name, up to 64 of A-Z a-z 0-9 . _ -", enrichers.WORKSPACE)
LEVEL = _one_of("fatal", "error", "warning", "info", "debug")


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


def _frames(path: str, whose: str) -> tuple[Field, ...]:
    return (
        Field(f"{path}[].module", TEXT, f"{whose}: the SDK's module"),
        Field(f"{path}[].function", TEXT, f"{whose}: the SDK's function, or a marker such as [3 application frames]"),
        Field(f"{path}[].filename", TEXT, f"{whose}: the SDK's file, relative to the package"),
        Field(f"{path}[].lineno", COUNT, f"{whose}: the line"),
        Field(f"{path}[].in_app", FLAG, f"{whose}: whether the frame is the SDK's"),
    )


#: What may leave under every policy.
FIELDS: tuple[Field, ...] = (
    Field("event_id", HEX_ID, "the report's own id"),
    Field("timestamp", TIME, "when it happened"),
    Field("platform", _one_of("python", "javascript", "node", "go", "java", "ruby", "php", "csharp", "native", "other"), "the language"),
    Field("level", LEVEL, "how bad it is"),
    Field("release", RELEASE, "the SDK's name and version"),
    Field("environment", ENVIRONMENT, "the environment that the SDK was built for"),
    Field("tags.workspace", WORKSPACE, "the workspace"),
    Field("tags.commit", COMMIT, "the SDK's commit"),
    Field("tags.rung", TEXT, "how the message's template was found"),
    Field("exception.values[].type", TEXT, "the error's class"),
    Field("exception.values[].module", TEXT, "the module of the error's class"),
    Field("exception.values[].value", TEXT, "the error's message as the authors wrote it, with named holes where values stood"),
    Field("exception.values[].mechanism.type", _one_of("generic", "chained", "guard", "excepthook", "threading", "asyncio", "logging"), "where the error was caught"),
    Field("exception.values[].mechanism.handled", FLAG, "whether the program dealt with it"),
    Field("exception.values[].mechanism.exception_id", NUMBER, "its number within the report"),
    Field("exception.values[].mechanism.parent_id", NUMBER, "the number of the error it belongs to"),
    Field("exception.values[].mechanism.source", TEXT, "how it belongs to that one"),
    Field("exception.values[].mechanism.is_exception_group", FLAG, "whether it is a group"),
    *_frames("exception.values[].stacktrace.frames", "stack trace"),
    Field("logentry.message", TEXT, "the message of a log call as the authors wrote it, with named holes where values stood"),
    Field("threads.values[].id", COUNT, "threads: a number within the report"),
    Field("threads.values[].name", TEXT, "threads: the interpreter's own default name, as Thread-3"),
    Field("threads.values[].crashed", FLAG, "threads: whether it failed"),
    Field("threads.values[].current", FLAG, "threads: whether it made the report"),
    Field("threads.values[].main", FLAG, "threads: whether it is the main thread"),
    *_frames("threads.values[].stacktrace.frames", "threads inside the SDK"),
    Field("breadcrumbs.values[].timestamp", TIME, "steps before the failure: when"),
    Field("breadcrumbs.values[].level", LEVEL, "steps before the failure: level"),
    Field("breadcrumbs.values[].type", _one_of("default", "http", "query", "navigation", "error", "info", "debug", "user", "ui", "log", "subprocess", "redis"), "steps before the failure: kind"),
    Field("breadcrumbs.values[].category", TEXT, "steps before the failure: category"),
    Field("breadcrumbs.values[].message", TEXT, "steps before the failure: what the SDK's authors wrote"),
    Field("breadcrumbs.values[].data.*", DATUM, "steps before the failure: sizes, counts and flags"),
    Field("contexts.os.name", TEXT, "the operating system"),
    Field("contexts.os.version", VERSION, "its version, numbers only"),
    Field("contexts.os.type", _one_of("os"), "the context's type"),
    Field("contexts.device.arch", TEXT, "the processor architecture"),
    Field("contexts.device.type", _one_of("device"), "the context's type"),
    Field("contexts.runtime.name", TEXT, "the Python implementation"),
    Field("contexts.runtime.version", VERSION, "its version"),
    Field("contexts.runtime.free_threaded", FLAG, "whether it is a free-threaded build"),
    Field("contexts.runtime.bits", COUNT, "32 or 64"),
    Field("contexts.runtime.type", _one_of("runtime"), "the context's type"),
    *(Field(f"contexts.threads.{name}", COUNT, f"number of threads: {words}") for name, words in (
        ("total", "all"), ("main", "the main one"), ("daemon", "daemons"), ("pool", "of pools"), ("in_sdk", "inside the SDK"))),
    Field("contexts.threads.type", _one_of("threads"), "the context's type"),
    *(Field(f"contexts.tasks.{name}", COUNT, f"number of asyncio tasks: {words}") for name, words in (
        ("total", "all"), ("running", "running"), ("suspended", "waiting"), ("created", "not started"), ("cancelling", "being cancelled"),
        ("other", "of another kind"), ("in_sdk", "inside the SDK"), ("sampled", "looked at"))),
    Field("contexts.tasks.where[].module", TEXT, "asyncio tasks inside the SDK: module"),
    Field("contexts.tasks.where[].function", TEXT, "asyncio tasks inside the SDK: function"),
    Field("contexts.tasks.where[].lineno", COUNT, "asyncio tasks inside the SDK: line"),
    Field("contexts.tasks.where[].count", COUNT, "asyncio tasks inside the SDK: how many are there"),
    Field("contexts.tasks.type", _one_of("tasks"), "the context's type"),
    Field("contexts.gc.enabled", FLAG, "whether the garbage collector is on"),
    *(Field(f"contexts.gc.generation_{n}", COUNT, f"garbage collector: backlog of generation {n}, as a power of ten of its threshold") for n in range(3)),
    Field("contexts.gc.type", _one_of("gc"), "the context's type"),
    Field("fingerprint[]", TEXT, "what groups equal failures: class, function and template"),
    Field("sdk.name", _one_of("tightlip"), "who made the report"),
    Field("sdk.version", VERSION, "its version"),
)  # fmt: skip

#: What may leave beside `FIELDS` under a policy that keeps plain text, after the scrubbers. Not among them, so never leaving: user,
#: server_name, request bodies, headers, cookies and environment, local variables, source lines, attachments.
APP_FIELDS: tuple[Field, ...] = (
    Field("message", TEXT, "the message of a log event"),
    Field("logentry.formatted", TEXT, "the message of a log event"),
    Field("logger", TEXT, "the logger's name"),
    Field("transaction", TEXT, "the route or task"),
    Field("dist", TEXT, "the distribution"),
    Field("tags.*", DATUM, "tags"),
    Field("extra", TREE, "extra data"),
    Field("contexts.*", TREE, "other contexts"),
    Field("breadcrumbs.values[].data", TREE, "steps before the failure: data"),
    Field(
        "request.method",
        _one_of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"),
        "the request's method",
    ),
    Field("request.url", TEXT, "the request's URL"),
    Field("modules.*", TEXT, "versions of installed packages"),
    Field("exception.values[].mechanism.description", TEXT, "where the error was caught"),
)


@dataclass(slots=True)
class _Node:
    kind: Kind | None = None
    children: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    items: _Node | None = None  # of a list
    others: _Node | None = None  # keys that no row names

    def child(self, key: str) -> _Node:
        """The node below ``key`` of a path; apart from the keys of an event, which may be called like the table's signs."""
        if key == "[]":
            self.items = self.items or _Node()
            return self.items
        if key == "*":
            self.others = self.others or _Node()
            return self.others
        return self.children.setdefault(key, _Node())


_KEY = re.compile(r'"[^"]+"|\[\]|[^.\[\]"]+')


def _tree(fields: tuple[Field, ...]) -> _Node:
    root = _Node()
    for row in fields:
        node = root
        for key in _KEY.findall(row.path):
            node = node.child(key.strip('"'))
        node.kind = row.kind
    return root


Leaf = Callable[[Kind, object], object]


class Fields:
    """The table as a tree; walks an event along it.

    Args:
        rows: The rows; a later row for the same path takes the place of an earlier one.
    """

    def __init__(self, rows: tuple[Field, ...]) -> None:
        self.rows = rows
        self._root = _tree(rows)

    def walk(self, event: Event, leaf: Leaf) -> Event:
        """A new event with what ``leaf(kind, value)`` returns at each row's place; all else is gone.

        ``leaf`` returns `NOTHING` to leave a value out. Containers that come out empty are left out too.
        """
        found = _walk(self._root, event, leaf)
        return found if is_dict(found) else {}


NOTHING = _NOTHING


def _walk(node: _Node, value: object, leaf: Leaf) -> object:
    if node.kind is not None and not ((node.children or node.others) and type(value) in (dict, list)):
        return leaf(node.kind, value)
    if node.kind is not None and node.kind is TREE:
        return leaf(node.kind, value)
    if is_dict(value):
        return _walk_dict(node, value, leaf)
    inner = node.items
    if inner is not None and is_list(value):
        kept = [found for item in value[:_MOST_ITEMS] if (found := _walk(inner, item, leaf)) is not NOTHING]
        return kept or NOTHING
    return NOTHING


def _walk_dict(node: _Node, value: dict[Any, Any], leaf: Leaf) -> object:
    kept: dict[str, Any] = {}
    for key, item in list(value.items())[:_MOST_ITEMS]:
        if type(key) is not str and not is_code(key):
            continue
        child, name = node.children.get(key), key
        if child is None:
            child = node.others
            # A key that no row names is a value unless it is code; a leaf that keeps plain text may take it.
            name = key if child is None or is_code(key) else leaf(TEXT, key)
        if child is None or not isinstance(name, str):
            continue
        found = _walk(child, item, leaf)
        if found is not NOTHING:
            kept[name] = found
    return kept or NOTHING


class Allowlist:
    """The last stage.

    Args:
        fields: What may leave.
        keeps_text: Whether plain text that has been through the scrubbers may leave where text stands.
    """

    def __init__(self, fields: Fields, *, keeps_text: bool) -> None:
        self._fields = fields
        self._keeps_text = keeps_text

    def __call__(self, event: Event, _hint: Hint) -> Event:
        """A new event with what the table allows."""
        return self._fields.walk(event, self._leaf)

    def _leaf(self, kind: Kind, value: object) -> object:
        if kind.accepts(value):
            return value
        if not (self._keeps_text and kind.holds_text):
            return NOTHING
        if kind is not TREE and type(value) not in (str, bool, int, float):
            return NOTHING
        return json_copy(value)


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
