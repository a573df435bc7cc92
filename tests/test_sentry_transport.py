"""A transport around sentry-sdk's: nothing raw leaves, of no item, in no field, in no header."""

from __future__ import annotations

import copy
import json
import sys
import uuid
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import sentry_sdk
import sentry_sdk.logger
from probe import failure, reporter_for
from sentry_sdk import metrics
from sentry_sdk.envelope import Envelope, Item, PayloadRef
from sentry_sdk.scope import use_isolation_scope, use_scope
from sentry_sdk.session import Session
from sentry_sdk.transport import HttpTransport, Transport

import tightlip.sentry
from tightlip import APP, STRICT, Policy
from tightlip.sentry_envelopes import KINDS, Scrubbing, ScrubbingTransport
from tightlip.sentry_rows import APP_ITEMS, STRICT_ITEMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from probe import MakePackage

TRACE, SPAN = "0123456789abcdef" * 2, "fedcba9876543210"
ID = "0123456789ab4def8123456789abcdef"
TIME = "2026-01-02T03:04:05.678901Z"

_ATTRIBUTES: dict[str, Any] = {
    name: {"value": value, "type": "string"}
    for name, value in {
        "user.id": "4711", "user.email": "x", "server.address": "box", "url.full": "https://example.com/a", "code.file.path": "acme/x.py",
        "sentry.message.template": "login of %s", "sentry.message.parameter.0": "x", "sentry.release": "acme@1", "anything": "some words",
    }.items()
}  # fmt: skip
_ATTRIBUTES["list"] = {"value": ["one", "two"], "type": "array"}
_PROFILE = {
    "frames": [{"function": "f", "module": "acme.x", "filename": "acme/x.py", "abs_path": "/srv/acme/x.py", "lineno": 3, "in_app": True}],
    "stacks": [[0]], "samples": [{"stack_id": 0, "thread_id": "12", "elapsed_since_start_ns": "123"}],
    "thread_metadata": {"12": {"name": "MainThread", "priority": 1}},
}  # fmt: skip

#: A good payload of each type, with a value in every field that its documentation names.
GOOD: dict[str, Any] = {
    "event": {
        "event_id": ID, "timestamp": TIME, "level": "error", "platform": "python", "transaction": "/a", "server_name": "x", "release": "acme@1",
        "environment": "prod", "logger": "acme", "message": "some words", "user": {"id": "1", "email": "x"}, "tags": {"a": "b"}, "extra": {"a": [1, "b"]},
        "exception": {"values": [{"type": "ValueError", "value": "some words", "module": "acme", "stacktrace": {"frames": [{"function": "f", "vars": {"a": "b"}, "lineno": 3}]}}]},
        "breadcrumbs": {"values": [{"message": "some words", "category": "acme", "data": {"a": "b"}, "level": "info"}]},
        "request": {"url": "https://example.com/a", "headers": {"Accept": "*/*"}, "data": "x"}, "contexts": {"trace": {"trace_id": TRACE, "span_id": SPAN}, "a": {"b": "c"}},
        "sdk": {"name": "sentry.python", "version": "2.75.0", "integrations": ["logging"]}, "modules": {"a": "1.0"}, "fingerprint": ["a"],
    },
    "transaction": {
        "type": "transaction", "event_id": ID, "transaction": "/users/{id}", "transaction_info": {"source": "route"}, "start_timestamp": TIME, "timestamp": TIME,
        "contexts": {"trace": {"trace_id": TRACE, "span_id": SPAN, "op": "http.server", "status": "ok", "data": {"a": "b"}}}, "tags": {"a": "b"},
        "spans": [{"trace_id": TRACE, "span_id": SPAN, "parent_span_id": SPAN, "op": "db", "description": "select 1", "tags": {"a": "b"}, "data": {"a": "b", "http.query": "x"}, "status": "ok", "start_timestamp": TIME}],
        "measurements": {"a": {"value": 1.0, "unit": "byte"}}, "request": {"url": "https://example.com/a", "cookies": {"a": "b"}}, "user": {"id": "1"},
    },
    "feedback": {"event_id": ID, "type": "feedback", "timestamp": TIME, "contexts": {"feedback": {"message": "some words", "contact_email": "x", "name": "x", "url": "https://example.com/a"}}},
    "session": {
        "sid": ID, "did": "x", "seq": 1, "init": True, "started": TIME, "timestamp": TIME, "status": "abnormal", "duration": 1.5, "errors": 1,
        "abnormal_mechanism": "none", "attrs": {"release": "acme@1", "environment": "prod", "ip_address": "x", "user_agent": "x"},
    },
    "sessions": {"aggregates": [{"started": TIME, "did": "x", "exited": 2, "errored": 1, "crashed": 1, "abnormal": 1}], "attrs": {"release": "acme@1", "environment": "prod", "ip_address": "x"}},
    "check_in": {
        "check_in_id": ID, "monitor_slug": "nightly", "status": "ok", "duration": 1.5, "release": "acme@1", "environment": "prod",
        "contexts": {"trace": {"trace_id": TRACE, "span_id": SPAN, "op": "x"}}, "user": {"id": "1"}, "server_name": "x", "breadcrumbs": {"values": [{"message": "x"}]}, "tags": {"a": "b"},
        "monitor_config": {"schedule": {"type": "interval", "value": 5, "unit": "day"}, "checkin_margin": 5, "max_runtime": 5, "timezone": "Europe/Vienna", "owner": "x"},
    },
    "log": {"version": 2, "items": [{"timestamp": 1.5, "level": "info", "body": "some words", "severity_number": 9, "trace_id": TRACE, "span_id": SPAN, "attributes": _ATTRIBUTES}]},
    "trace_metric": {"version": 2, "items": [{"timestamp": 1.5, "name": "queue.size", "type": "gauge", "value": 2.5, "unit": "byte", "trace_id": TRACE, "span_id": SPAN, "attributes": _ATTRIBUTES}]},
    "span": {"version": 2, "items": [{"trace_id": TRACE, "span_id": SPAN, "parent_span_id": SPAN, "name": "GET /a", "status": "ok", "is_segment": True, "start_timestamp": 1.5, "end_timestamp": 2.5, "attributes": _ATTRIBUTES}]},
    "user_report": {"event_id": ID, "email": "x", "name": "x", "comments": "some words"},
    "client_report": {"timestamp": 1.5, "discarded_events": [{"reason": "sample_rate", "category": "error", "quantity": 2}]},
    "profile": {
        "version": "1", "event_id": ID, "platform": "python", "timestamp": TIME, "release": "acme@1", "environment": "prod", "profile": _PROFILE,
        "device": {"architecture": "x86_64"}, "os": {"name": "Linux", "version": "6.1"}, "runtime": {"name": "CPython", "version": "3.11.7"},
        "transactions": [{"id": ID, "name": "/a", "relative_start_ns": "0", "relative_end_ns": "10", "trace_id": TRACE, "active_thread_id": "12"}],
    },
    "profile_chunk": {"version": "2", "profiler_id": ID, "chunk_id": ID, "platform": "python", "release": "acme@1", "client_sdk": {"name": "sentry.python", "version": "2.75.0"}, "profile": _PROFILE},
}  # fmt: skip
HEADERS: dict[str, Any] = {
    "event_id": ID, "sent_at": TIME, "dsn": "https://k@127.0.0.1/1", "sdk": {"name": "sentry.python", "version": "2.75.0", "packages": [{"name": "x", "version": "1"}]},
    "trace": {
        "trace_id": TRACE, "public_key": TRACE, "org_id": "1", "sample_rate": "0.5", "sample_rand": "0.25", "sampled": "true", "release": "acme@1", "environment": "prod",
        "transaction": "/a", "user_segment": "x", "user_id": "x", "replay_id": ID,
    },
}  # fmt: skip
ITEM_HEADERS: dict[str, Any] = {"content_type": "application/json", "item_count": 1, "platform": "python", "filename": "x", "attachment_type": "x", "meta": {"a": "b"}}  # fmt: skip


class Kept(Transport):
    """Keeps envelopes as the bytes that would be sent."""

    def __init__(self, options: dict[str, Any] | None = None) -> None:
        super().__init__(options)
        self.sent: list[bytes] = []
        self.lost: list[tuple[str, Any]] = []
        self.calls: list[tuple[Any, ...]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize())

    def record_lost_event(self, reason: str, data_category: Any = None, item: Any = None, *, quantity: int = 1) -> None:
        self.lost.append((reason, data_category))

    def flush(self, timeout: float, callback: Any = None) -> Any:
        self.calls.append(("flush", timeout, callback))
        return "flushed"

    def kill(self) -> Any:
        self.calls.append(("kill",))
        return "killed"

    def is_healthy(self) -> bool:
        return False


def items(data: bytes) -> list[tuple[dict[str, Any], Any]]:
    """Headers and payloads of the items of an envelope."""
    return [
        (item.headers, json.loads(item.get_bytes()) if "json" in item.headers["content_type"] else item.get_bytes())
        for item in Envelope.deserialize(data).items
    ]


def sent(policy: Policy, *given: Item, headers: Any = None, **options: Any) -> tuple[bytes, dict[str, int]]:
    """What leaves of these items, and what was counted."""
    kept = Kept()
    transport = ScrubbingTransport(kept, policy, **options)
    envelope = Envelope(items=list(given))
    envelope.headers = {"event_id": ID} if headers is None else headers
    transport.capture_envelope(envelope)
    assert len(kept.sent) <= 1
    return b"".join(kept.sent), transport.stats()


def item_of(kind: str, data: Any, headers: dict[str, Any] | None = None) -> Item:
    return Item(PayloadRef(json=data), type=kind, headers=headers)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of each value that holds no other, and of one more key in each dict."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
        yield (*path, "\0more")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from leaves(one, (*path, number))
    else:
        yield path


def planted(value: Any, path: tuple[Any, ...], canary: str) -> Any:
    """``value`` with the canary at ``path``; where that is one more key, it is the key and the value."""
    made = copy.deepcopy(value)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[canary if path[-1] == "\0more" else path[-1]] = canary
    return made


def two_canaries(form: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Two words that stand nowhere else, each in a text of this form."""
    words = [f"c{uuid.uuid4().hex[:12]}" for _ in range(2)]
    return (words[0], form.format(words[0])), (words[1], form.format(words[1]))


EVERY_LEAF = [(kind, path) for kind, data in GOOD.items() for path in leaves(data)]


class TestCanaries:
    @pytest.mark.parametrize("policy", [APP, STRICT], ids=lambda policy: policy.name)
    def test_no_field_of_any_item_lets_one_through(self, policy: Policy) -> None:
        """A mail address in any one field, or as one more key: it does not leave, and two of them leave the same bytes."""
        wrong: list[tuple[str, Any]] = []
        for kind, path in EVERY_LEAF:
            results = []
            for word, text in two_canaries("{}@example.com"):
                data, _ = sent(policy, item_of(kind, planted(GOOD[kind], path, text)), monitors=["nightly"])
                results.append(data)
                if word.encode() in data:
                    wrong.append((kind, path))
            if results[0] != results[1]:
                wrong.append((kind, path))
        assert wrong == []

    def test_the_canaries_are_really_there(self) -> None:
        """Without the transport each of them is in the envelope: the test above can fail."""
        for kind, path in EVERY_LEAF:
            (word, text), _ = two_canaries("{}@example.com")
            assert word.encode() in item_of(kind, planted(GOOD[kind], path, text)).serialize()

    def test_in_strict_mode_no_word_does_either(self) -> None:
        """What no scrubber could know: a bare word in any one field."""
        for kind, path in EVERY_LEAF:
            (word, text), (other, second) = two_canaries("{}")
            data, _ = sent(STRICT, item_of(kind, planted(GOOD[kind], path, text)), monitors=["nightly"])
            again, _ = sent(STRICT, item_of(kind, planted(GOOD[kind], path, second)), monitors=["nightly"])
            assert word.encode() not in data + again, (kind, path)
            assert other.encode() not in again, (kind, path)
            assert data == again, (kind, path)

    @pytest.mark.parametrize(
        ("kind", "path"),
        [
            ("session", ("did",)), ("session", ("attrs", "ip_address")), ("session", ("attrs", "user_agent")), ("session", ("status",)), ("session", ("sid",)),
            ("sessions", ("aggregates", 0, "did")), ("check_in", ("monitor_config", "owner")), ("check_in", ("user", "id")), ("check_in", ("server_name",)),
            ("check_in", ("breadcrumbs", "values", 0, "message")), ("check_in", ("tags", "a")), ("check_in", ("contexts", "trace", "op")), ("check_in", ("status",)),
            ("log", ("items", 0, "attributes", "user.id", "value")), ("log", ("items", 0, "attributes", "server.address", "value")),
            ("log", ("items", 0, "attributes", "sentry.message.parameter.0", "value")), ("log", ("items", 0, "attributes", "anything", "type")), ("log", ("items", 0, "level")),
            ("log", ("items", 0, "trace_id")), ("trace_metric", ("items", 0, "type")), ("trace_metric", ("items", 0, "value")), ("span", ("items", 0, "status")),
            ("span", ("items", 0, "attributes", "user.email", "value")), ("span", ("items", 0, "span_id")), ("user_report", ("email",)), ("user_report", ("name",)),
            ("client_report", ("discarded_events", 0, "reason")), ("client_report", ("discarded_events", 0, "category")), ("profile", ("profile", "samples", 0, "thread_id")),
            ("profile", ("profile", "stacks", 0, 0)), ("transaction", ("user", "id")), ("transaction", ("request", "cookies", "a")), ("transaction", ("spans", 0, "data", "http.query")),
            ("feedback", ("contexts", "feedback", "name")), ("feedback", ("contexts", "feedback", "contact_email")), ("event", ("server_name",)),
        ],
    )  # fmt: skip
    def test_who_and_what_has_a_form_lets_no_word_through(self, kind: str, path: tuple[Any, ...]) -> None:
        """Under a policy for applications: fields that are removed, and fields of a form, take no bare word."""
        (word, text), (_, second) = two_canaries("{}")
        data, _ = sent(APP, item_of(kind, planted(GOOD[kind], path, text)))
        again, _ = sent(APP, item_of(kind, planted(GOOD[kind], path, second)))
        assert word.encode() not in data
        assert data == again

    @pytest.mark.parametrize("policy", [APP, STRICT], ids=lambda policy: policy.name)
    def test_no_header_lets_one_through(self, policy: Policy) -> None:
        """In any header of the envelope or of an item; of those that have no row no bare word either."""
        for form in ("{}@example.com", "{}"):
            for path in leaves(HEADERS):
                if (
                    form == "{}"
                    and policy.keeps_text
                    and path[-1] in ("name", "version", "release", "environment", "transaction")
                ):
                    continue
                results = []
                for word, text in two_canaries(form):
                    data, _ = sent(policy, item_of("session", GOOD["session"]), headers=planted(HEADERS, path, text))
                    assert word.encode() not in data, path
                    results.append(data)
                assert results[0] == results[1] != b"", path
        for path in leaves(ITEM_HEADERS):
            for word, text in two_canaries("{}"):
                data, _ = sent(policy, item_of("session", GOOD["session"], planted(ITEM_HEADERS, path, text)))
                assert word.encode() not in data, path
                assert data

    def test_a_secret_that_a_removed_field_names_is_removed_from_the_text(self) -> None:
        """Who the user is goes from the body of the log as well."""
        item = copy.deepcopy(GOOD["log"])
        item["items"][0]["attributes"]["user.email"]["value"] = "q7w8e9r0t1y2"
        item["items"][0]["body"] = "login of q7w8e9r0t1y2 failed"
        data, _ = sent(APP, item_of("log", item))
        assert b"q7w8e9r0t1y2" not in data


class TestWords:
    def test_what_is_harmless_stays(self) -> None:
        """Of a good item of each type the fields that say nothing of anybody are left, as they were."""
        (((headers, log),),) = [items(sent(APP, item_of("log", GOOD["log"]))[0])]
        assert headers["content_type"] == "application/vnd.sentry.items.log+json"
        assert headers["item_count"] == 1
        (one,) = log["items"]
        assert {key: one[key] for key in one if key != "attributes"} == {
            key: item for key, item in GOOD["log"]["items"][0].items() if key != "attributes"
        }
        assert one["attributes"]["anything"] == {"value": "some words", "type": "string"}
        assert one["attributes"]["list"] == {"value": ["one", "two"], "type": "array"}
        assert one["attributes"]["sentry.message.template"]["value"] == "login of %s"
        assert one["attributes"]["sentry.message.parameter.0"]["value"] == "[str]"
        assert "user.id" not in one["attributes"]

    @pytest.mark.parametrize(
        "kind",
        [
            "session",
            "sessions",
            "check_in",
            "client_report",
            "user_report",
            "transaction",
            "trace_metric",
            "span",
            "profile",
            "profile_chunk",
        ],
    )
    def test_a_good_item_leaves(self, kind: str) -> None:
        """And keeps what a server needs of it."""
        (((headers, data),),) = [items(sent(APP, item_of(kind, GOOD[kind]))[0])]
        assert headers["type"] == kind
        given = GOOD[kind]
        for name in (
            "started",
            "status",
            "sid",
            "check_in_id",
            "monitor_slug",
            "monitor_config",
            "comments",
            "transaction",
            "version",
            "platform",
            "discarded_events",
        ):
            if name in given and name != "monitor_config":
                assert data[name] == given[name]
        if kind == "check_in":
            assert data["monitor_config"] == {
                key: item for key, item in given["monitor_config"].items() if key != "owner"
            }
        if kind in ("profile", "profile_chunk"):
            assert data["profile"]["stacks"] == [[0]]
            assert data["profile"]["samples"] == given["profile"]["samples"]
            assert data["profile"]["frames"][0]["function"] == "f"
        if kind == "transaction":
            assert data["spans"][0]["description"] == "select 1"
            assert data["contexts"]["trace"]["op"] == "http.server"

    def test_typed_values_of_crontab_and_headers_stay(self) -> None:
        """A crontab line is a schedule; a trace header leads to its trace."""
        item = planted(
            planted(GOOD["check_in"], ("monitor_config", "schedule", "value"), "*/5 0-3 * * MON"),
            ("monitor_config", "schedule", "type"),
            "crontab",
        )
        data, _ = sent(APP, item_of("check_in", item), headers=HEADERS)
        envelope = Envelope.deserialize(data)
        assert items(data)[0][1]["monitor_config"]["schedule"]["value"] == "*/5 0-3 * * MON"
        assert envelope.headers["trace"] == {
            key: item for key, item in HEADERS["trace"].items() if key not in ("user_segment", "user_id")
        }
        assert envelope.headers["sdk"] == {"name": "sentry.python", "version": "2.75.0"}

    def test_one_odd_value_does_not_cost_the_event(self) -> None:
        """What JSON does not have is left out, also where an event has been let through before."""
        from tightlip import sentry_passed

        sentry_passed.watch()
        sentry_passed.note({"event_id": ID})
        for odd in (float("nan"), object(), {1: 2, "a": b"b"}, {1, 2}):
            data, _ = sent(APP, item_of("event", {"message": "some words", "extra": {"odd": odd, "good": 1}}))
            assert items(data)[0][1]["message"] == "some words"
            assert items(data)[0][1]["extra"]["good"] == 1

    def test_a_frame_of_which_nothing_is_left_keeps_its_place(self) -> None:
        """Stacks name frames by their numbers."""
        profile = copy.deepcopy(GOOD["profile"])
        profile["profile"]["frames"].insert(0, {"canary": "x"})
        profile["profile"]["stacks"] = [[1, 0]]
        (((_, data),),) = [items(sent(APP, item_of("profile", profile))[0])]
        assert [frame.get("function") for frame in data["profile"]["frames"]] == [None, "f"]

    def test_in_strict_mode_an_envelope_keeps_its_id_and_time(self) -> None:
        """And no trace, and nobody's name."""
        data, _ = sent(STRICT, item_of("session", GOOD["session"]), headers=HEADERS)
        assert Envelope.deserialize(data).headers == {"event_id": ID, "sent_at": TIME}

    def test_in_strict_mode_a_session_keeps_its_facts(self) -> None:
        """A release by the SDK's name, a usual environment, times and counts; no user."""
        (((_, data),),) = [
            items(
                sent(
                    STRICT,
                    item_of("session", planted(GOOD["session"], ("attrs", "release"), "acme@1.2")),
                    packages="acme",
                )[0]
            )
        ]
        assert data == {
            "sid": ID, "init": True, "started": TIME, "timestamp": TIME, "status": "abnormal", "duration": 1.5, "errors": 1,
            "attrs": {"release": "acme@1.2", "environment": "prod"},
        }  # fmt: skip

    def test_in_strict_mode_a_check_in_leaves_with_a_declared_name_only(self) -> None:
        """The name of a monitor is a text: one that you declare leaves, another costs the check-in."""
        (((_, data),),) = [items(sent(STRICT, item_of("check_in", GOOD["check_in"]), monitors=["nightly"])[0])]
        assert data == {
            "check_in_id": ID,
            "status": "ok",
            "duration": 1.5,
            "monitor_slug": "nightly",
            "environment": "prod",
        }
        assert sent(STRICT, item_of("check_in", GOOD["check_in"])) == (b"", {"dropped.check_in.nothing left": 1})

    @pytest.mark.parametrize(
        "kind",
        [
            "transaction",
            "feedback",
            "log",
            "trace_metric",
            "span",
            "user_report",
            "profile",
            "profile_chunk",
            "attachment",
            "statsd",
        ],
    )
    def test_in_strict_mode_other_items_are_dropped_and_counted(self, kind: str) -> None:
        """They are made of the host's words."""
        data, stats = sent(
            STRICT,
            item_of(kind, GOOD[kind]) if kind in GOOD else Item(b"a:1|c", type=kind, filename="a"),
            attachments=["a"],
        )
        assert data == b""
        assert sum(stats.values()) >= 1

    def test_every_type_has_a_good_payload_here(self) -> None:
        """A new table needs its canaries."""
        parts = {"envelope", "frame", "thread", "sample", "statsd"}
        assert set(APP_ITEMS) - parts <= set(GOOD) <= KINDS
        assert set(STRICT_ITEMS) - parts <= set(GOOD)

    def test_statsd_lines_are_read_and_made_anew(self) -> None:
        """Names, numbers and harmless tags stay; what is no such line is dropped."""
        lines = "db.time@millisecond:1.5:2|d|#route:/a,user:ann@example.com|T1700000000\nann@example.com said\nhits:1|c"
        data, stats = sent(APP, Item(lines.encode(), type="statsd"))
        assert (
            Envelope.deserialize(data).items[0].get_bytes()
            == b"db.time@millisecond:1.5:2|d|#route:/a,user:[user]|T1700000000\nhits:1|c"
        )
        assert stats == {"dropped.statsd.one.no form": 1}


class TestDropped:
    def test_an_attachment_leaves_only_under_a_declared_name(self) -> None:
        """And then as it is, without its other headers."""
        one = Item(b"canary", type="attachment", filename="canary.txt", content_type="text/canary")
        assert sent(APP, one) == (b"", {"dropped.attachment.not declared": 1})
        two = Item(b"\0log", type="attachment", filename="safe.log", content_type="text/canary")
        data, _ = sent(APP, one, two, attachments=["safe.log"])
        assert b"canary" not in data
        assert items(data) == [
            (
                {"type": "attachment", "content_type": "application/octet-stream", "filename": "safe.log", "length": 4},
                b"\0log",
            )
        ]

    def test_a_file_is_not_read_to_be_dropped(self, tmp_path: Any) -> None:
        """An attachment by its path is left where it is."""
        payload = PayloadRef(path=str(tmp_path / "none"))
        sent(APP, Item(payload, type="attachment", filename="none"))
        assert payload.bytes is None

    @pytest.mark.parametrize(
        "kind",
        ["replay_event", "replay_recording", "replay_video", "security", "metric_meta", "canary", "", None, 7, ["log"]],
    )
    def test_a_type_without_a_treatment_is_dropped_and_counted(self, kind: Any) -> None:
        """Under its own name if that is one of Sentry's, else as unknown; the other items go on."""
        bad = item_of("x", {"canary": "canary"})
        bad.headers["type"] = kind
        data, stats = sent(APP, bad, item_of("session", GOOD["session"]))
        assert b"canary" not in data
        assert len(items(data)) == 1
        name = kind if type(kind) is str and kind in KINDS else "unknown"
        assert stats == {f"dropped.{name}.unknown type": 1}

    @pytest.mark.parametrize(
        "data",
        [None, 1, "canary", [], {}, [{"canary": "canary"}], {"items": "canary"}, {"items": ["canary"]}, {"version": object()}, {"profile": "canary", "version": "1"}],
    )  # fmt: skip
    @pytest.mark.parametrize("kind", sorted(GOOD))
    def test_what_is_no_such_payload_is_dropped(self, kind: str, data: Any) -> None:
        """Nothing of it leaves, and nothing is raised."""
        found, stats = sent(APP, item_of(kind, data))
        assert b"canary" not in found
        if not found:
            assert sum(stats.values()) >= 1

    def test_a_payload_that_fails_costs_its_item_alone(self) -> None:
        """Whatever the values do when they are looked at."""

        class Hostile(dict[str, Any]):
            def __iter__(self) -> Any:
                raise RuntimeError("canary")

            items = keys = values = __iter__

        class Failing(Item):
            def get_bytes(self) -> bytes:
                raise OSError("canary")

        deep: Any = "canary"
        for _ in range(100_000):
            deep = [deep]
        bad = [
            item_of("log", Hostile(items=[])),
            Failing(b"", type="session"),
            item_of("event", {"extra": Hostile(a=1), "message": "x"}),
            item_of("transaction", {**GOOD["transaction"], "extra": deep}),
        ]
        data, stats = sent(APP, *bad, item_of("session", GOOD["session"]))
        assert b"canary" not in data
        assert [headers["type"] for headers, _ in items(data)][-1] == "session"
        assert stats["dropped.session.OSError"] == 1
        assert all("canary" not in name for name in stats)

    def test_an_envelope_that_fails_is_dropped(self) -> None:
        """Nothing is sent, nothing is raised."""
        kept = Kept()
        transport = ScrubbingTransport(kept)
        broken: Any = [None, object(), Envelope(items=[None])]  # type: ignore[list-item]
        for one in broken:
            transport.capture_envelope(one)
        assert kept.sent == []
        assert sum(transport.stats().values()) == 3

    def test_too_many_of_anything_is_counted(self) -> None:
        """Items of an envelope, logs of an item, spans of a transaction."""
        session = item_of("session", GOOD["session"])
        _, stats = sent(STRICT, *[session] * 1_003)
        assert stats == {"dropped.session.too many": 3}
        _, stats = sent(
            APP, item_of("transaction", {**GOOD["transaction"], "spans": GOOD["transaction"]["spans"] * 514})
        )
        assert stats == {"dropped.transaction.span.too many": 2}

    def test_the_original_is_neither_changed_nor_handed_on(self) -> None:
        """Headers, items and payloads are new objects."""
        kept: list[Envelope] = []

        class Keeping(Kept):
            def capture_envelope(self, envelope: Envelope) -> None:
                kept.append(envelope)

        original = Envelope(
            headers=copy.deepcopy(HEADERS),
            items=[item_of(kind, copy.deepcopy(data), dict(ITEM_HEADERS)) for kind, data in GOOD.items()],
        )
        before = copy.deepcopy(original)
        ScrubbingTransport(Keeping()).capture_envelope(original)
        assert original.headers == before.headers
        assert [(item.headers, item.payload.json) for item in original.items] == [
            (item.headers, item.payload.json) for item in before.items
        ]
        (left,) = kept
        assert len(left.items) == len(GOOD)
        mine = {id(part) for item in original.items for part in (item, item.headers, item.payload, item.payload.json)}
        assert mine.isdisjoint(
            id(part) for item in left.items for part in (item, item.headers, item.payload, item.payload.json)
        )

    def test_a_drop_is_told_to_the_transport_inside(self) -> None:
        """By Sentry's names of the kind, so that the server can show it; never with the item itself."""
        kept = Kept()
        ScrubbingTransport(kept, STRICT).capture_envelope(
            Envelope(items=[item_of("log", GOOD["log"]), item_of("transaction", GOOD["transaction"])])
        )
        assert kept.lost == [("event_processor", "log_item"), ("event_processor", "transaction")]


class TestTransport:
    def test_a_failure_of_the_transport_inside_stays_there(self) -> None:
        """And is counted."""

        class Failing(Kept):
            def capture_envelope(self, envelope: Envelope) -> None:
                raise RuntimeError("canary")

        transport = ScrubbingTransport(Failing())
        transport.capture_envelope(Envelope(items=[item_of("session", GOOD["session"])]))
        assert transport.stats() == {"failed.transport.RuntimeError": 1}

    def test_the_rest_is_the_one_insides(self) -> None:
        """Flush, kill, health, DSN, options, and its class for those who ask by ``isinstance``."""
        inner = Kept({"dsn": "http://key@127.0.0.1:9/1"})
        transport = ScrubbingTransport(inner)

        def callback(*_: Any) -> None:
            pass

        transport_: Any = transport
        assert transport_.flush(1.5, callback) == "flushed"
        assert transport_.kill() == "killed"
        assert inner.calls == [("flush", 1.5, callback), ("kill",)]
        assert transport.is_healthy() is False
        assert transport.parsed_dsn is inner.parsed_dsn
        assert transport.options is inner.options
        assert isinstance(transport, Kept)
        assert type(transport) is Scrubbing

    def test_a_lost_event_is_told_in_sentrys_words(self) -> None:
        """Another reason, or a category of nobody's, would be sent as it is."""
        kept = Kept()
        transport: Any = ScrubbingTransport(kept)
        transport.record_lost_event("sample_rate", data_category="transaction")
        transport.record_lost_event("canary", data_category="error")
        transport.record_lost_event("sample_rate", data_category="canary")
        assert kept.lost == [("sample_rate", "transaction"), ("internal_sdk_error", "error")]

    @pytest.mark.parametrize(
        ("given", "options"),
        [(object(), {}), (str, {}), (Kept(), {"policy": "APP"}), (Kept(), {"monitors": "nightly"}), (Kept(), {"attachments": "a"}), (lambda _: None, {})],
        ids=["object", "class", "policy", "monitors", "attachments", "function"],
    )  # fmt: skip
    def test_what_makes_no_sense_is_an_error_at_once(self, given: Any, options: dict[str, Any]) -> None:
        """A str is no list of names; a function is no transport."""
        with pytest.raises(TypeError):
            ScrubbingTransport(given, **options)

    def test_it_is_reached_by_its_public_name(self) -> None:
        """`tightlip.sentry` knows it, and no other name."""
        assert tightlip.sentry.ScrubbingTransport is ScrubbingTransport
        with pytest.raises(AttributeError, match="nothing_like_that"):
            tightlip.sentry.nothing_like_that  # type: ignore[attr-defined]  # noqa: B018 - asked for on purpose


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package(
        "probe_sdk",
        "class ProbeError(Exception): pass\ndef fail(name):\n    raise ProbeError(f'no record called {name!r}')\n",
    )


class TestInAClient:
    """With sentry-sdk's own client around it."""

    @pytest.fixture(autouse=True)
    def _quiet(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        from sentry_sdk import client

        for name in ("SENTRY_DSN", "SENTRY_SPOTLIGHT", "SENTRY_ENVIRONMENT", "SENTRY_RELEASE"):
            monkeypatch.delenv(name, raising=False)
        before = client.SDK_INFO["name"]
        yield
        client.SDK_INFO["name"] = before

    def run(self, policy: Policy, canary: Callable[[str], str], **options: Any) -> tuple[list[bytes], dict[str, int]]:
        """All that a host can send, with a canary in each place."""
        mail = canary
        client = sentry_sdk.Client(
            dsn="http://key@127.0.0.1:9/1", transport=ScrubbingTransport(Kept, policy), default_integrations=False, auto_enabling_integrations=False,
            traces_sample_rate=1.0, enable_logs=True, release=mail("release"), environment="prod", server_name=mail("server"), **options,
        )  # fmt: skip
        transport: Any = client.transport
        with (
            use_isolation_scope(sentry_sdk.Scope(client=client)) as isolation,
            use_scope(sentry_sdk.Scope(client=client)) as scope,
        ):
            isolation.set_user({"id": mail("user id"), "email": mail("user email"), "username": mail("user name")})
            scope.set_tag("tag", mail("tag"))
            scope.add_attachment(bytes=mail("attachment").encode(), filename=mail("file"), add_to_transactions=True)
            scope.add_breadcrumb(message=mail("crumb"), category="x")
            with sentry_sdk.start_transaction(name=mail("transaction"), op="task") as transaction:
                transaction.set_data("data", mail("transaction data"))
                with sentry_sdk.start_span(op="db", name=mail("span")) as span:
                    span.set_data("data", mail("span data"))
                    span.set_tag("tag", mail("span tag"))
            sentry_sdk.logger.error(
                "login of {name} failed", name=mail("log parameter"), attributes={"attribute": mail("log attribute")}
            )
            metrics.count("hits", 1, attributes={"attribute": mail("metric attribute")})
            sentry_sdk.capture_message(mail("message"))
            from sentry_sdk.crons import capture_checkin

            capture_checkin(monitor_slug="nightly", status="ok")
            client.capture_session(
                Session(
                    release="acme@1",
                    environment="prod",
                    did=mail("did"),
                    ip_address=mail("ip"),
                    user_agent=mail("agent"),
                )
            )
            client.flush(1)
        kept: Kept = transport._inner
        found = list(kept.sent), transport.stats()
        client.close()
        return found

    @pytest.mark.parametrize("policy", [APP, STRICT], ids=lambda policy: policy.name)
    def test_no_canary_survives(self, policy: Policy) -> None:
        """Of an event, a transaction, logs, metrics, a session, a check-in and attachments."""
        words: list[str] = []

        def mail(_place: str) -> str:
            words.append(f"c{uuid.uuid4().hex[:12]}")
            return f"{words[-1]}@example.com"

        envelopes, stats = self.run(policy, mail)
        data = b"\n".join(envelopes)
        assert [word for word in words if word.encode() in data] == []
        assert len(words) > 18
        kinds = {item.headers["type"] for one in envelopes for item in Envelope.deserialize(one).items}
        wanted = (
            {"event", "transaction", "log", "trace_metric", "session", "check_in"} if policy is APP else {"session"}
        )
        assert kinds == wanted
        assert stats["dropped.attachment.not declared"] >= 1

    def test_an_event_that_before_send_let_through_passes_as_it_is(self, sdk: Any) -> None:
        """In strict mode its words are from the source: the transport knows the event, to the last character, and no other."""
        reporter: Any = reporter_for("probe_sdk")
        kept = Kept()
        transport = ScrubbingTransport(kept, STRICT)
        client = sentry_sdk.Client(
            dsn="http://key@127.0.0.1:9/1",
            transport=transport,
            default_integrations=False,
            auto_enabling_integrations=False,
            before_send=reporter.before_send,
        )
        with use_isolation_scope(sentry_sdk.Scope(client=client)), use_scope(sentry_sdk.Scope(client=client)):
            sentry_sdk.capture_exception(failure(sdk.fail, "canary"))
        client.close()
        (((_, event),),) = [items(one) for one in kept.sent]
        assert event["exception"]["values"][-1]["value"] == "no record called {name!r}"
        assert b"canary" not in kept.sent[0]
        changed = planted(event, ("exception", "values", 0, "value"), "no record called canary")
        data, _ = sent(STRICT, item_of("event", changed))
        assert b"canary" not in data

    def test_an_asynchronous_transport_is_still_known_as_one(self) -> None:
        """sentry-sdk chooses how to close a client by it."""

        class Other(HttpTransport):
            pass

        inner = Other.__new__(Other)
        inner.options, inner.parsed_dsn = {}, None
        assert isinstance(ScrubbingTransport(inner), Other)

    def test_no_warning_is_raised_on_the_way(self) -> None:
        """Not by the interpreter, not by sentry-sdk."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.run(APP, lambda place: f"{place.replace(' ', '')}@example.com")
        assert "tightlip.sentry_envelopes" in sys.modules
