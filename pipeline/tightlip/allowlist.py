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

import functools
import re
from typing import TYPE_CHECKING

from tightlip import enrichers, event_notes
from tightlip.event_tree import NOTHING, Field, Fields, Kind, Walk, json_copy, remarks_left
from tightlip.text import is_code

if TYPE_CHECKING:
    from tightlip.types import Event, Hint

__all__ = ["DATUM", "FIELDS", "NOTHING", "TEXT", "TREE", "Allowlist", "Field", "Fields", "Kind", "json_copy"]

_MOST_NUMBER = 10**9


def matching(words: str, pattern: str | re.Pattern[str]) -> Kind:
    """The kind of a text of this form, in ASCII unless the pattern is compiled already. It is compiled when a value is first asked about."""
    compiled = functools.cache(lambda: re.compile(pattern, re.ASCII) if isinstance(pattern, str) else pattern)
    return Kind(
        words, lambda value: (type(value) is str or is_code(value)) and compiled().fullmatch(str(value)) is not None
    )


def one_of(*allowed: str) -> Kind:
    """The kind of one of these texts."""
    members = frozenset(allowed)
    return Kind(
        "one of " + ", ".join(allowed), lambda value: (type(value) is str or is_code(value)) and value in members
    )


def number(low: int, high: int) -> Kind:
    """The kind of a whole number in this range."""
    return Kind(f"a whole number from {low} to {high}", lambda value: type(value) is int and low <= value <= high)


def _is_plain_datum(value: object) -> bool:
    if type(value) is int or type(value) is float:
        return -_MOST_NUMBER <= value <= _MOST_NUMBER
    return type(value) is bool or is_code(value)


TEXT = Kind("text from the source code, never a value", is_code, holds_text=True)
DATUM = Kind("a number, a yes or no, or text from the source code", _is_plain_datum, holds_text=True)
TREE = Kind("any data, cleaned by the scrubbers", lambda _: False, holds_text=True, whole=True)
FLAG = Kind("yes or no", lambda value: type(value) is bool)
COUNT = number(0, _MOST_NUMBER)
NUMBER = number(0, 999)
HEX_ID = matching("a random id", r"[0-9a-f]{16,32}")
TIME = matching("a time", r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,6})?(?:Z|\+00:00)")
VERSION = matching("a version number", r"\d{1,9}(?:\.\d{1,9}){0,5}(?:[a-z]{1,5}\d{0,9})?(?:\.?(?:post|dev)\d{0,9})?")
RELEASE = matching("a name and version", enrichers.RELEASE)
ENVIRONMENT = matching("a short name", enrichers.ENVIRONMENT)
COMMIT = matching("a commit hash", enrichers.COMMIT)
WORKSPACE = matching("a workspace name, up to 64 of A-Z a-z 0-9 . _ -", enrichers.WORKSPACE)
LEVEL = one_of("fatal", "error", "warning", "info", "debug")


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
    Field("platform", one_of("python", "javascript", "node", "go", "java", "ruby", "php", "csharp", "native", "other"), "the language"),
    Field("level", LEVEL, "how bad it is"),
    Field("release", RELEASE, "the SDK's name and version"),
    Field("environment", ENVIRONMENT, "the environment that the SDK was built for"),
    Field("tags.workspace", WORKSPACE, "the workspace"),
    Field("tags.commit", COMMIT, "the SDK's commit"),
    Field("tags.rung", TEXT, "how the message's template was found"),
    Field("exception.values[].type", TEXT, "the error's class"),
    Field("exception.values[].module", TEXT, "the module of the error's class"),
    Field("exception.values[].value", TEXT, "the error's message as the authors wrote it, with named holes where values stood"),
    Field("exception.values[].mechanism.type", one_of("generic", "chained", "guard", "excepthook", "threading", "unraisable", "asyncio", "logging"), "where the error was caught"),
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
    Field("breadcrumbs.values[].type", one_of("default", "http", "query", "navigation", "error", "info", "debug", "user", "ui", "log", "subprocess", "redis"), "steps before the failure: kind"),
    Field("breadcrumbs.values[].category", TEXT, "steps before the failure: category"),
    Field("breadcrumbs.values[].message", TEXT, "steps before the failure: what the SDK's authors wrote"),
    Field("breadcrumbs.values[].data.*", DATUM, "steps before the failure: sizes, counts and flags"),
    Field("contexts.os.name", TEXT, "the operating system"),
    Field("contexts.os.version", VERSION, "its version, numbers only"),
    Field("contexts.os.type", one_of("os"), "the context's type"),
    Field("contexts.device.arch", TEXT, "the processor architecture"),
    Field("contexts.device.type", one_of("device"), "the context's type"),
    Field("contexts.runtime.name", TEXT, "the Python implementation"),
    Field("contexts.runtime.version", VERSION, "its version"),
    Field("contexts.runtime.free_threaded", FLAG, "whether it is a free-threaded build"),
    Field("contexts.runtime.bits", COUNT, "32 or 64"),
    Field("contexts.runtime.type", one_of("runtime"), "the context's type"),
    *(Field(f"contexts.threads.{name}", COUNT, f"number of threads: {words}") for name, words in (
        ("total", "all"), ("main", "the main one"), ("daemon", "daemons"), ("pool", "of pools"), ("in_sdk", "inside the SDK"))),
    Field("contexts.threads.type", one_of("threads"), "the context's type"),
    *(Field(f"contexts.tasks.{name}", COUNT, f"number of asyncio tasks: {words}") for name, words in (
        ("total", "all"), ("running", "running"), ("suspended", "waiting"), ("created", "not started"), ("cancelling", "being cancelled"),
        ("other", "of another kind"), ("in_sdk", "inside the SDK"), ("sampled", "looked at"))),
    Field("contexts.tasks.where[].module", TEXT, "asyncio tasks inside the SDK: module"),
    Field("contexts.tasks.where[].function", TEXT, "asyncio tasks inside the SDK: function"),
    Field("contexts.tasks.where[].lineno", COUNT, "asyncio tasks inside the SDK: line"),
    Field("contexts.tasks.where[].count", COUNT, "asyncio tasks inside the SDK: how many are there"),
    Field("contexts.tasks.type", one_of("tasks"), "the context's type"),
    Field("contexts.gc.enabled", FLAG, "whether the garbage collector is on"),
    *(Field(f"contexts.gc.generation_{n}", COUNT, f"garbage collector: backlog of generation {n}, as a power of ten of its threshold") for n in range(3)),
    Field("contexts.gc.type", one_of("gc"), "the context's type"),
    Field("fingerprint[]", TEXT, "what groups equal failures: class, function and template"),
    Field("sdk.name", one_of("tightlip"), "who made the report"),
    Field("sdk.version", VERSION, "its version"),
)  # fmt: skip


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
        found = _Allowed(keeps_text=self._keeps_text).event(self._fields, event)
        if self._fields.notes:
            # Rules that the scrub stage has not found in its own tables are plain text.
            left = remarks_left(
                event_notes.item_of(event, event_notes.KEY), found, self._fields.root, is_code, _looks_like_a_marker
            )
            if left is not None:
                found[event_notes.KEY] = event_notes.ordered(left)
        return found


_MARKER = re.compile(r"\[[a-z0-9][a-z0-9:. \-]*\]")


def _looks_like_a_marker(text: str) -> bool:
    return _MARKER.fullmatch(text) is not None


class _Allowed(Walk):
    def __init__(self, *, keeps_text: bool) -> None:
        super().__init__()
        self._keeps_text = keeps_text

    def leaf(self, kind: Kind, value: object) -> object:
        if kind.accepts(value):
            return json_copy(value)
        if not (self._keeps_text and kind.holds_text):
            return NOTHING
        if not kind.whole and type(value) not in (str, bool, int, float):
            return NOTHING
        return json_copy(value)

    def key(self, key: str) -> str | None:
        return key if self._keeps_text else None
