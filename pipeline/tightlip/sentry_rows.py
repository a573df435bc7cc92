"""What may leave of Sentry's items that are no events: one table for each, in the form of the event map.

Under a policy for applications a typed field has its form, a text passes the scrubbers, and a field without a row does not exist. Under a
strict policy typed fields alone are left, and of most items none is worth sending.

Not covered by a policy's file: its fields are those of events. What it says of the scrubbers counts here too.

Sources: "Envelope Items", "Sessions", "Check-Ins", "Logs", "Metrics", "Span Protocol", "Client Reports" and "Sample Format" of
https://develop.sentry.dev/sdk/; and what sentry-sdk 2.75 writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tightlip import event_notes
from tightlip.allowlist import COUNT, FLAG, TIME, TREE, Field, Kind, matching, one_of
from tightlip.event_forms import (
    CODE,
    DIST,
    ENVIRONMENT_TEXT,
    IDENTITY,
    LABEL,
    PLAIN,
    PLATFORM,
    RELEASE_TEXT,
    REMOVED,
    word,
)
from tightlip.event_frames import FILE, PACKAGE
from tightlip.event_ids import (
    ANY_TIME,
    DECIMAL,
    ENTIRE,
    SPAN_ID,
    TRACE_ID,
    UUID,
    VERSION_TEXT,
)
from tightlip.event_routes import ROUTE
from tightlip.event_tags import TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

UUID4: Final = matching("a random id", r"[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}")
_DIGITS: Final = matching("digits", r"\d{1,19}")
_ORGANISATION: Final = matching("a number of Sentry's", r"\d{1,12}")
_THREAD: Final = Kind("a number", lambda value: ENTIRE.accepts(value) or _DIGITS.accepts(value))
_RATE: Final = matching("a share of one", r"[01](?:\.\d{1,20})?(?:e-\d{1,2})?|\de-\d{1,2}")
_SHARE: Final = Kind("a share of one", lambda value: DECIMAL.accepts(value) or _RATE.accepts(value))
_TRUTH: Final = one_of("true", "false")
_SAMPLED: Final = Kind("yes or no", lambda value: FLAG.accepts(value) or _TRUTH.accepts(value))
_SESSION_STATUS: Final = one_of("ok", "exited", "crashed", "abnormal", "errored", "unhandled")
_ABNORMAL: Final = one_of("anr_foreground", "anr_background", "app_hang", "none")
_CHECK_IN_STATUS: Final = one_of("in_progress", "ok", "error")
_CRONTAB: Final = word("a crontab schedule", r"@[a-z]{5,8}|[0-9A-Z*/,\-?L#W]{1,24}(?: [0-9A-Z*/,\-?L#W]{1,24}){4,5}")
_SCHEDULE: Final = Kind(
    "a crontab schedule or a number",
    lambda value: ENTIRE.accepts(value) or _CRONTAB.accepts(value),
    treat=lambda value, texts: (value, None) if ENTIRE.accepts(value) else _scheduled(value, texts),
)
_ZONE: Final = word("a time zone", r"[A-Z][A-Za-z_]{1,20}(?:/[A-Z][A-Za-z_\-]{1,20}){0,2}|UTC")
REASONS: Final = (
    "queue_overflow", "cache_overflow", "ratelimit_backoff", "network_error", "sample_rate", "before_send", "event_processor", "send_error",
    "internal_sdk_error", "insufficient_data", "backpressure", "buffer_overflow", "ignored", "invalid", "no_parent_span", "callback_error",
)  # fmt: skip
"""Why an SDK discards something: the words of Sentry's."""
CATEGORIES: Final = (
    "default", "error", "crash", "transaction", "security", "attachment", "session", "internal", "profile", "profile_chunk", "monitor", "span",
    "log_item", "log_byte", "trace_metric", "trace_metric_byte", "statsd", "metric_bucket", "feedback", "replay", "profile_duration",
)  # fmt: skip
"""Of what kind it was: the words of Sentry's."""


def _scheduled(value: object, texts: object) -> tuple[object, event_notes.Meta | None]:
    assert _CRONTAB.treat is not None
    return _CRONTAB.treat(value, texts)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - handed on


def _rows(prefix: str, *rows: tuple[Kind, str]) -> Iterator[Field]:
    """Rows of a kind and the names that have it."""
    for kind, names in rows:
        for name in names.split():
            yield Field(f"{prefix}{name}", kind, name.replace("_", " "))


_NOTES: Final = Field(event_notes.KEY, Kind("places and rules", lambda _: False), "where something was taken away")
#: What a release-health item says of the application and of the user.
_ATTRS: Final = tuple(
    _rows("attrs.", (RELEASE_TEXT, "release"), (ENVIRONMENT_TEXT, "environment"), (IDENTITY, "ip_address user_agent"))
)
#: Attributes of logs, metrics and spans that are more than text by their names; see "Attributes" and OpenTelemetry's conventions.
_ATTRIBUTES: Final = (
    Field("attributes", TREE, "attributes, name by name"),
    *_rows(
        "attributes.",
        (IDENTITY, '"user.id" "user.name" "user.username" "user.email" "user.ip_address" "user.geo.city" "user.geo.region" "enduser.id"'),
        (IDENTITY, '"server.address" "host.name" "host.ip" "client.address" "net.peer.ip" "net.host.name" "network.peer.address" "device.id"'),
        (REMOVED, '"http.query" "http.fragment" "url.query" "url.fragment" "http.request.body.data" "user_agent.original"'),
        (REMOVED, '"db.query.parameters" "gen_ai.request.messages" "gen_ai.response.text" "gen_ai.input.messages" "gen_ai.output.messages"'),
        (ROUTE, '"url.full" "http.url" "url.path" "http.route" "http.target" "url.template" "sentry.segment.name" "sentry.transaction"'),
        (FILE, '"code.file.path" "code.filepath"'),
        (RELEASE_TEXT, '"sentry.release"'), (ENVIRONMENT_TEXT, '"sentry.environment"'),
        (VERSION_TEXT, '"sentry.sdk.version"'), (CODE, '"sentry.sdk.name"'),
    ),
)  # fmt: skip
_OF_TRACE: Final = tuple(_rows("", (TRACE_ID, "trace_id"), (SPAN_ID, "span_id")))

_RELEASE_ROWS: Final = tuple(_rows("", (RELEASE_TEXT, "release"), (ENVIRONMENT_TEXT, "environment")))
_PROFILE: Final = (
    *_rows("",
        (UUID, "event_id chunk_id profiler_id"), (PLATFORM, "platform"), (ANY_TIME, "timestamp"), (one_of("1", "2"), "version"), (DIST, "dist"),
        (CODE, "client_sdk.name"), (VERSION_TEXT, "client_sdk.version"), (CODE, "device.architecture os.name runtime.name"),
        (VERSION_TEXT, "os.version runtime.version"),
    ),
    *_RELEASE_ROWS,
    *_rows("transactions[].",
        (UUID, "id"), (TRACE_ID, "trace_id"), (ROUTE, "name"), (_THREAD, "relative_start_ns relative_end_ns active_thread_id"),
    ),
)  # fmt: skip

APP_ITEMS: Final[dict[str, tuple[Field, ...]]] = {
    "session": (
        *_rows("",
            (UUID, "sid"), (IDENTITY, "did"), (FLAG, "init"), (ANY_TIME, "started timestamp"), (_SESSION_STATUS, "status"), (DECIMAL, "duration"),
            (ENTIRE, "errors seq"), (_ABNORMAL, "abnormal_mechanism"),
        ),
        *_ATTRS,
    ),
    "sessions": (
        *_rows("aggregates[].", (ANY_TIME, "started"), (IDENTITY, "did"), (ENTIRE, "exited errored crashed abnormal unhandled")),
        *_ATTRS,
    ),
    "check_in": (
        *_rows("",
            (UUID, "check_in_id event_id"), (LABEL, "monitor_slug"), (_CHECK_IN_STATUS, "status"), (DECIMAL, "duration"),
            (TRACE_ID, "contexts.trace.trace_id"), (SPAN_ID, "contexts.trace.span_id contexts.trace.parent_span_id"),
        ),
        *_RELEASE_ROWS,
        *_rows("monitor_config.",
            (one_of("crontab", "interval"), "schedule.type"), (_SCHEDULE, "schedule.value"),
            (one_of("year", "month", "week", "day", "hour", "minute"), "schedule.unit"),
            (ENTIRE, "checkin_margin max_runtime failure_issue_threshold recovery_threshold"), (_ZONE, "timezone"), (IDENTITY, "owner"),
        ),
    ),
    "log": (
        *_rows("",
            (ANY_TIME, "timestamp"), (one_of("trace", "debug", "info", "warn", "warning", "error", "fatal"), "level"), (PLAIN, "body"), (ENTIRE, "severity_number"),
        ),
        *_OF_TRACE, *_ATTRIBUTES,
    ),
    "trace_metric": (
        *_rows("",
            (ANY_TIME, "timestamp"), (CODE, "name"), (one_of("counter", "gauge", "distribution", "set"), "type"), (DECIMAL, "value"), (LABEL, "unit"),
        ),
        *_OF_TRACE, *_ATTRIBUTES,
    ),
    "span": (
        *_rows("",
            (SPAN_ID, "parent_span_id"), (ROUTE, "name"), (one_of("ok", "error"), "status"), (FLAG, "is_segment"), (ANY_TIME, "start_timestamp end_timestamp"),
            (one_of("internal", "server", "client", "producer", "consumer"), "kind"), (TRACE_ID, "links[].trace_id"), (SPAN_ID, "links[].span_id"), (FLAG, "links[].sampled"),
        ),
        *_OF_TRACE, *_ATTRIBUTES,
    ),
    "user_report": tuple(_rows("", (UUID, "event_id"), (IDENTITY, "email name"), (PLAIN, "comments"))),
    "client_report": tuple(
        _rows("", (ANY_TIME, "timestamp"), (one_of(*REASONS), "discarded_events[].reason"), (one_of(*CATEGORIES), "discarded_events[].category"),
        (ENTIRE, "discarded_events[].quantity"))
    ),
    "profile": _PROFILE,
    "profile_chunk": _PROFILE,
    "statsd": tuple(_rows("", (CODE, "name"), (LABEL, "unit"), (TAGS, "tags"))),
    # Parts of items.
    "envelope": (
        *_rows("", (UUID, "event_id"), (ANY_TIME, "sent_at"), (CODE, "sdk.name"), (VERSION_TEXT, "sdk.version")),
        *_rows("trace.",
            (TRACE_ID, "trace_id"), (matching("the public key of a project", r"[0-9a-f]{32}"), "public_key"), (_ORGANISATION, "org_id"),
            (_SHARE, "sample_rate sample_rand"), (_SAMPLED, "sampled"), (RELEASE_TEXT, "release"), (ENVIRONMENT_TEXT, "environment"), (ROUTE, "transaction"),
            (UUID, "replay_id"), (IDENTITY, "user_segment user_id"),
        ),
    ),
    "frame": (
        *_rows("",
            (CODE, "function module"), (FILE, "filename abs_path"), (PACKAGE, "package"), (ENTIRE, "lineno colno"), (FLAG, "in_app"), (PLATFORM, "platform"),
        ),
    ),
    "thread": tuple(_rows("", (PLAIN, "name"), (ENTIRE, "priority"))),
    "sample": tuple(_rows("", (ENTIRE, "stack_id"), (_THREAD, "thread_id elapsed_since_start_ns"), (ANY_TIME, "timestamp"))),
}  # fmt: skip
"""Type of an item -> its fields under a policy that keeps text; of logs, metrics and spans those of one of them."""

STRICT_ITEMS: Final[dict[str, tuple[Field, ...]]] = {
    "session": tuple(
        _rows("", (UUID4, "sid"), (FLAG, "init"), (TIME, "started timestamp"), (_SESSION_STATUS, "status"), (DECIMAL, "duration"), (COUNT, "errors")),
    ),
    "sessions": tuple(_rows("aggregates[].", (TIME, "started"), (COUNT, "exited errored crashed abnormal"))),
    "check_in": tuple(_rows("", (UUID4, "check_in_id"), (_CHECK_IN_STATUS, "status"), (DECIMAL, "duration"))),
    "client_report": tuple(
        _rows("", (ANY_TIME, "timestamp"), (one_of(*REASONS), "discarded_events[].reason"), (one_of(*CATEGORIES), "discarded_events[].category"),
        (COUNT, "discarded_events[].quantity"))
    ),
    "envelope": tuple(_rows("", (UUID4, "event_id"), (TIME, "sent_at"))),
}  # fmt: skip
"""As `APP_ITEMS`, under a strict policy. An item without rows does not leave."""


def rows_of(item: str, *, keeps_text: bool) -> tuple[Field, ...] | None:
    """The table of an item or of a part; None if it does not leave."""
    if not keeps_text:
        return STRICT_ITEMS.get(item)
    rows = APP_ITEMS.get(item)
    return None if rows is None else (*rows, _NOTES)
