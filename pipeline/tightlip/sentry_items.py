"""The items of a Sentry envelope: what may leave of each.

Guarantees:

1. An item leaves only if its type has a treatment here, and only as what that makes: headers and payload are new, nothing is changed in place.
2. Whatever fails drops the item. An item whose type nobody knows is dropped; so is one of which nothing is left.
3. Events are treated as `tightlip.scrub` does. In strict mode those that `tightlip.before_send` has let through pass as they are.
4. In strict mode only events, client reports, and the typed facts of sessions and check-ins are left.

Not sent at all: recordings and events of replays, raw security reports, minidumps, attachments whose name nobody has declared.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tightlip import foreign, sentry_passed
from tightlip.allowlist import Allowlist, Fields
from tightlip.chain import Drop, Pipeline
from tightlip.envelope import plain
from tightlip.event_notes import KEY as NOTES
from tightlip.event_values import kind_of
from tightlip.exact import is_dict, is_list
from tightlip.scrub import Scrub
from tightlip.sentry_event import skeleton
from tightlip.sentry_rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.chain import Tally
    from tightlip.policy import Policy
    from tightlip.types import Event

#: Logs, metrics and spans in one item. sentry-sdk sends at most 1,000 of them at once.
_MOST_BATCH: Final = 1_000
#: Spans of a transaction that the event map looks at, as of any list.
_MOST_SPANS: Final = 512
_MOST_FRAMES: Final = 20_000
_MOST_SAMPLES: Final = 200_000
_MOST_LINES: Final = 1_000
_JSON: Final = "application/json"
_BATCHES: Final = {
    "log": "application/vnd.sentry.items.log+json",
    "trace_metric": "application/vnd.sentry.items.trace-metric+json",
    "span": "application/vnd.sentry.items.span.v2+json",
}
#: Without these a server refuses the item.
_NEEDED: Final = {
    "session": ("started",), "sessions": ("aggregates",), "check_in": ("check_in_id", "monitor_slug", "status"), "user_report": ("event_id", "comments"),
    "client_report": ("discarded_events",), "log": ("timestamp", "body", "trace_id"), "trace_metric": ("timestamp", "name", "type", "value"),
    "span": ("trace_id", "span_id", "start_timestamp"), "profile": ("version",), "profile_chunk": ("version", "profiler_id", "chunk_id"), "statsd": ("name",),
}  # fmt: skip
#: What any event has.
_BARE: Final = frozenset({"event_id", "timestamp", "platform", "level", "sdk", "release", "environment", "type", NOTES})
_PARAMETER: Final = "sentry.message.parameter"
#: What an attribute's value is -> its name in Sentry's protocol.
_ATTRIBUTE_TYPES: Final[dict[type, str]] = {
    bool: "boolean",
    int: "integer",
    float: "double",
    str: "string",
    list: "array",
}
_STATSD: Final = re.compile(
    r"(?P<name>[A-Za-z0-9_\-./]{1,150})(?:@(?P<unit>[a-z_]{1,24}))?:(?P<values>[0-9.:e+\-]{1,200})\|(?P<kind>c|d|g|s)"
    r"(?:\|#(?P<tags>[^|\n]{0,2000}))?(?:\|T(?P<time>\d{1,12}))?"
)


@dataclass(frozen=True, slots=True)
class Clean:
    """An item as it may leave.

    Attributes:
        headers: The headers of the item, without its length.
        body: The payload.
        data: The payload before it was encoded; None if it is no JSON.
    """

    headers: dict[str, Any]
    body: bytes
    data: Any = None


class Items:
    """What may leave of the items of an envelope.

    Args:
        policy: What may leave.
        tally: Where drops are counted.
        packages: For a strict policy: a release is kept if it is one of these names and a version.
        monitors: For a strict policy: the slugs of check-ins that may leave; a check-in without one is worth nothing.
        attachments: The file names of attachments that leave, as they are: you vouch for what is in them. Never in strict mode.
    """

    def __init__(
        self,
        policy: Policy,
        tally: Tally,
        packages: tuple[str, ...] = (),
        monitors: frozenset[str] = frozenset(),
        attachments: frozenset[str] = frozenset(),
    ) -> None:
        self._policy = policy
        self._tally = tally
        self._packages = packages
        self._monitors = monitors
        self._attachments = attachments if policy.keeps_text else frozenset[str]()
        self._events = Pipeline(foreign.pipeline(policy).steps, tally)
        self._tables: dict[str, Pipeline | None] = {}

    def clean(self, kind: str, headers: object, json_data: object, read: Callable[[], bytes]) -> Clean:
        """What may leave of an item.

        Args:
            kind: Its type.
            headers: Its headers.
            json_data: Its payload as data; None if there are only bytes.
            read: Gives the bytes of the payload.

        Raises:
            Drop: Nothing of it may leave.
        """
        if kind == "attachment":
            return self._attachment(headers, read)
        if kind == "statsd":
            return self._statsd(read())
        treat = _TREATMENTS.get(kind)
        if treat is None:
            raise Drop("unknown type")
        data = json.loads(read()) if json_data is None else json_data
        found, more = treat(self, kind, data)
        found = plain(found)
        body = json.dumps(found, allow_nan=False, separators=(",", ":")).encode("ascii")
        return Clean({"type": kind, "content_type": _BATCHES.get(kind, _JSON), **more}, body, found)

    def headers(self, headers: object) -> dict[str, Any]:
        """What may leave of the headers of an envelope."""
        return self._part("envelope", headers) or {}

    def _part(self, part: str, data: object) -> Event | None:
        """What a table leaves of an item or of a part of one; None for nothing."""
        if part not in self._tables:
            rows = rows_of(part, keeps_text=self._policy.keeps_text)
            self._tables[part] = None if rows is None else self._pipeline(Fields(rows))
        table = self._tables[part]
        if table is None:
            raise Drop("not in strict mode")
        found = table(data, {}) if is_dict(data) else None
        if not found:
            return None
        found.pop(NOTES, None)  # only events may have it
        return found or None

    def _pipeline(self, fields: Fields) -> Pipeline:
        policy = self._policy
        allowlist = ("allowlist", Allowlist(fields, keeps_text=policy.keeps_text))
        # Strict rows are typed: no scrubber could change what they leave.
        steps = (("scrub", Scrub(fields, lambda: policy.scrubber)), allowlist) if policy.keeps_text else (allowlist,)
        return Pipeline(steps, self._tally)

    def _needed(self, kind: str, found: Event | None) -> Event:
        if found is None or any(name not in found for name in _NEEDED.get(kind, ())):
            raise Drop("nothing left")
        return found

    # One treatment for each type.

    def _event(self, _kind: str, data: object) -> tuple[object, dict[str, Any]]:
        if not is_dict(data):
            raise Drop("no object")
        if sentry_passed.knows(data):
            return data, {}
        found = self._events(data, {})
        # In strict mode what says no more than that something happened is no report.
        said = _BARE if self._policy.keeps_text else _BARE | {"breadcrumbs"}
        if not found or not found.keys() - said:
            raise Drop("nothing left")
        return found, {}

    def _transaction(self, kind: str, data: object) -> tuple[object, dict[str, Any]]:
        if not self._policy.keeps_text:
            raise Drop("not in strict mode")
        if is_dict(data) and is_list(spans := data.get("spans")):
            for _ in spans[_MOST_SPANS:]:
                self._tally.add("dropped.transaction.span.too many")
        return self._event(kind, data)

    def _fields(self, kind: str, data: object) -> tuple[object, dict[str, Any]]:
        found = self._part(kind, data) or {}
        if not self._policy.keeps_text and is_dict(data):
            found.update(self._strict_texts(kind, data))
        return self._needed(kind, found), {}

    def _strict_texts(self, kind: str, data: dict[Any, Any]) -> dict[str, Any]:
        """The texts of sessions and check-ins that are typed facts: declared names, as of events."""
        if kind == "check_in":
            slug = data.get("monitor_slug")
            named = {"monitor_slug": slug} if type(slug) is str and slug in self._monitors else {}
            return {**self._versions(data), **named}
        if kind in ("session", "sessions"):
            attrs = data.get("attrs")
            return {"attrs": self._versions(attrs if is_dict(attrs) else {})}
        return {}

    def _versions(self, data: dict[Any, Any]) -> dict[str, Any]:
        return skeleton({name: data[name] for name in ("release", "environment") if name in data}, self._packages)

    def _batch(self, kind: str, data: object) -> tuple[object, dict[str, Any]]:
        given = data.get("items") if is_dict(data) else None
        if not is_list(given):
            raise Drop("no items")
        kept: list[object] = []
        for number, item in enumerate(given):
            try:
                if number >= _MOST_BATCH:
                    raise Drop("too many")
                kept.append(self._of_batch(kind, item))
            except Drop as drop:
                self._tally.add(f"dropped.{kind}.one.{drop.reason}")
        if not kept:
            raise Drop("nothing left")
        return {"version": 2, "items": kept}, {"item_count": len(kept)}

    def _of_batch(self, kind: str, item: object) -> object:
        if not is_dict(item):
            raise Drop("no object")
        flat = {**item, "attributes": _flat(item.get("attributes"))}
        found = self._needed(kind, self._part(kind, flat))
        if is_dict(attributes := found.get("attributes")):
            typed = {name: _typed(value) for name, value in attributes.items()}
            found["attributes"] = {name: value for name, value in typed.items() if value is not None}
        return found

    def _profile(self, kind: str, data: object) -> tuple[object, dict[str, Any]]:
        found = self._needed(kind, self._part(kind, data))
        profile = data.get("profile") if is_dict(data) else None
        if not is_dict(profile):
            raise Drop("no profile")
        frames, samples, stacks = (_listed(profile.get(name)) for name in ("frames", "samples", "stacks"))
        if len(frames) > _MOST_FRAMES or len(samples) > _MOST_SAMPLES or len(stacks) > _MOST_SAMPLES:
            raise Drop("too large")
        threads = profile.get("thread_metadata")
        found["profile"] = {
            # A frame of which nothing is left has its place: stacks name frames by their numbers.
            "frames": [self._part("frame", frame) or {} for frame in frames],
            "stacks": [[number for number in _listed(stack) if type(number) is int] for stack in stacks],
            "samples": [sample for one in samples if (sample := self._part("sample", one)) is not None],
            "thread_metadata": {
                key: self._part("thread", value) or {}
                for key, value in (threads.items() if is_dict(threads) else ())
                if type(key) is str and key.isdecimal() and key.isascii()
            },
        }
        return found, {"platform": found["platform"]} if kind == "profile_chunk" and "platform" in found else {}

    def _statsd(self, body: bytes) -> Clean:
        """Lines of ``name@unit:value|kind|#tag:value|Ttime``; one that is none is dropped."""
        if not self._policy.keeps_text:
            raise Drop("not in strict mode")
        kept: list[str] = []
        for number, line in enumerate(body.decode("utf-8", "replace").splitlines()):
            match = _STATSD.fullmatch(line)
            if match is None or number >= _MOST_LINES:
                self._tally.add("dropped.statsd.one.no form")
                continue
            tags = dict(pair.split(":", 1) for pair in (match["tags"] or "").split(",") if ":" in pair)
            found = self._part("statsd", {"name": match["name"], "unit": match["unit"], "tags": tags}) or {}
            # A marker has brackets, which no name of a metric has: the line says nothing any more.
            if found.get("name") != match["name"] or found.get("unit") != match["unit"]:
                self._tally.add("dropped.statsd.one.nothing left")
                continue
            unit = f"@{match['unit']}" if match["unit"] else ""
            clean: dict[str, object] = found.get("tags") or {}
            said = ",".join(f"{name}:{_inert(value)}" for name, value in clean.items())
            time = f"|T{match['time']}" if match["time"] else ""
            kept.append(f"{match['name']}{unit}:{match['values']}|{match['kind']}{'|#' + said if said else ''}{time}")
        if not kept:
            raise Drop("nothing left")
        return Clean({"type": "statsd", "content_type": "application/octet-stream"}, "\n".join(kept).encode())

    def _attachment(self, headers: object, read: Callable[[], bytes]) -> Clean:
        name = headers.get("filename") if is_dict(headers) else None
        if type(name) is not str or name not in self._attachments:
            raise Drop("not declared")
        return Clean({"type": "attachment", "content_type": "application/octet-stream", "filename": name}, read())


def _listed(value: object) -> list[Any]:
    if is_list(value):
        return value
    return list(value) if type(value) is tuple else []  # pyright: ignore[reportUnknownArgumentType] - its items are looked at one by one


def _flat(attributes: object) -> dict[str, Any]:
    """Attributes by name: what a value is under its name, not under ``value``, is what the scrubbers know about."""
    if not is_dict(attributes):
        return {}
    flat: dict[str, Any] = {}
    for name, given in attributes.items():
        if type(name) is not str:
            continue
        value = given.get("value") if is_dict(given) else given
        # What a message is filled with leaves as its kind, as in events.
        flat[name] = kind_of(value) if name.startswith(_PARAMETER) else value
    return flat


def _typed(value: Any) -> dict[str, Any] | None:
    told = _ATTRIBUTE_TYPES.get(type(value))  # pyright: ignore[reportUnknownArgumentType] - its type alone is asked
    return None if told is None else {"value": value, "type": told}


def _inert(value: object) -> str:
    """A tag's value without the signs of the line's syntax."""
    return re.sub(r"[|,\n\r]", " ", str(value))


_TREATMENTS: Final[dict[str, Callable[[Items, str, object], tuple[object, dict[str, Any]]]]] = {
    "event": Items._event,  # noqa: SLF001 - the table of this class's own methods
    "feedback": Items._transaction,  # noqa: SLF001 - words of a user's: as a transaction, nothing for strict mode
    "transaction": Items._transaction,  # noqa: SLF001
    **dict.fromkeys(("session", "sessions", "check_in", "user_report", "client_report"), Items._fields),
    **dict.fromkeys(("log", "trace_metric", "span"), Items._batch),  # noqa: SLF001
    **dict.fromkeys(("profile", "profile_chunk"), Items._profile),  # noqa: SLF001
}
