"""Beside sentry-sdk: nothing of the host's survives ``before_send``, and nothing of the host's sentry-sdk changes."""

from __future__ import annotations

import copy
import gzip
import json
import logging
import threading
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, Self

import pytest
import sentry_sdk
from probe import failure
from sentry_fakes import Kept
from sentry_sdk import integrations
from sentry_sdk.consts import VERSION as SENTRY_VERSION
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.scope import use_isolation_scope, use_scope
from sentry_sdk.utils import event_from_exception

import tightlip
from tightlip import APP, STRICT, Consent, Policy, Reporter
from tightlip.exact import type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probe import MakePackage

WAIT = 60.0
DSN = "http://key@127.0.0.1:9/1"

SDK_SOURCE = '''
class ProbeError(Exception):
    """Raised on purpose."""


def fail(name):
    local_value = name * 2
    raise ProbeError(f"no record called {name!r}")


def call(function, *arguments):
    return function(*arguments)
'''


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process as it was: a ``Client`` writes its name into a global."""
    from sentry_sdk import client

    for name in ("DO_NOT_TRACK", "SENTRY_DSN", "SENTRY_SPOTLIGHT", "SENTRY_ENVIRONMENT", "SENTRY_RELEASE"):
        monkeypatch.delenv(name, raising=False)
    before = client.SDK_INFO["name"]
    yield
    client.SDK_INFO["name"] = before


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_sdk", SDK_SOURCE)


class Canaries:
    """Planted values, each at a place of its own."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        return self.places.setdefault(place, "canary" + uuid.uuid4().hex)

    def found_in(self, data: bytes | str) -> set[str]:
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        return {place for place, value in self.places.items() if value in text}


@contextmanager
def host(before_send: Any, **options: Any) -> Iterator[tuple[sentry_sdk.Scope, Kept]]:
    """A sentry-sdk of a host's own, in scopes of its own."""
    kept = Kept()
    client = sentry_sdk.Client(
        dsn=DSN, transport=kept, before_send=before_send, default_integrations=False, auto_enabling_integrations=False, include_local_variables=True,
        attach_stacktrace=True, **options,
    )  # fmt: skip
    scope = sentry_sdk.Scope(client=client)
    with use_isolation_scope(sentry_sdk.Scope(client=client)), use_scope(scope):
        yield scope, kept
    client.close()


def planted(scope: sentry_sdk.Scope, canary: Canaries) -> None:
    """Something of the customer's in every field that a host can fill."""
    scope.set_tag(canary("tag key"), "x")
    scope.set_tag("tag", canary("tag value"))
    scope.set_context("host", {"name": canary("context"), canary("context key"): 1})
    scope.set_context(canary("context name"), {"a": 1})
    scope.set_extra("extra", {"deep": [canary("extra")]})
    scope.set_user(
        {"id": canary("user id"), "email": f"{canary('user mail')}@example.com", "ip_address": "203.0.113.77"}
    )
    scope.set_transaction_name(canary("transaction"))
    scope.fingerprint = [canary("fingerprint")]
    scope.add_breadcrumb(message=canary("crumb message"), category=canary("crumb category"), type=canary("crumb type"), level="warning", data={"value": canary("crumb data"), canary("crumb key"): 1})  # fmt: skip
    scope.add_breadcrumb(
        message=canary("second crumb message"), category="httplib", type="http", data={"url": canary("crumb url")}
    )
    scope.add_attachment(bytes=canary("attachment").encode(), filename=canary("attachment name"))

    def more(event: Any, _hint: Any) -> Any:
        event["server_name"] = canary("server name")
        event["modules"] = {canary("module name"): "1.0", "module": canary("module version")}
        event["request"] = {
            "url": f"https://example.com/{canary('url')}", "query_string": canary("query"), "data": {"card": canary("body")}, "method": "POST",
            "headers": {"Authorization": canary("header")}, "cookies": {"session": canary("cookie")}, "env": {"REMOTE_ADDR": canary("address")},
        }  # fmt: skip
        event["logger"] = canary("logger")
        event["threads"] = {"values": [{"id": 1, "name": canary("thread name")}]}
        event["debug_meta"] = {"images": [{"code_file": canary("debug")}]}
        event[canary("unknown key")] = canary("unknown value")
        event["logentry"] = {"message": canary("log message"), "params": [canary("log parameter")]}
        event["dist"] = canary("dist")
        event["sdk"] = {"name": canary("sdk name"), "version": "1"}
        event["platform"] = canary("platform")
        return event

    scope.add_event_processor(more)


def made(policy: Policy = STRICT, **options: Any) -> Reporter:
    return Reporter(
        "probe_sdk", [], release="probe@1.2.3", outbox=False, consent=Consent(default=True), policy=policy, **options
    )


def foreign(value: object, path: str = "event") -> list[str]:
    """Where something in ``value`` is not exactly one of JSON's types."""
    if type(value) is dict:
        return [
            place
            for key, item in value.items()
            for place in ([] if type(key) is str else [f"{path}: key {key!r}"]) + foreign(item, f"{path}.{key}")
        ]
    if type(value) is list:
        return [place for number, item in enumerate(value) for place in foreign(item, f"{path}[{number}]")]
    return [] if value is None or type(value) in (str, int, float, bool) else [f"{path}: {type(value)}"]


class TestStrict:
    def test_no_canary_survives(self, sdk: Any) -> None:
        """Of everything that a host can put into an event nothing is in the envelope: not in its headers, items or attachments."""
        canary, reporter = Canaries(), made()
        with host(reporter.before_send, server_name=canary("server name")) as (scope, kept):
            planted(scope, canary)
            scope.capture_exception(failure(sdk.fail, canary("message")))
        (sent,) = kept.sent
        assert canary.found_in(sent) == set()
        assert b"203.0.113.77" not in sent
        assert [item.type for item in Envelope.deserialize(sent).items] == ["event"]
        assert len(canary.places) > 30

    def test_the_canaries_are_really_there(self, sdk: Any) -> None:
        """Without tightlip the same event carries nearly all of them: the test above can fail."""
        canary = Canaries()
        with host(None) as (scope, kept):
            planted(scope, canary)
            scope.capture_exception(failure(sdk.fail, canary("message")))
        assert len(canary.found_in(b"".join(kept.sent))) > len(canary.places) - 5

    def test_what_an_engineer_needs_survives(self, sdk: Any) -> None:
        """Type, template, the SDK's frames, fingerprint, and the skeleton of the breadcrumbs."""
        canary, reporter = Canaries(), made()
        with host(reporter.before_send) as (scope, kept):
            planted(scope, canary)
            scope.capture_exception(failure(sdk.call, sdk.fail, canary("message")))
        (event,) = kept.events()
        (value,) = event["exception"]["values"]
        assert (value["type"], value["module"], value["value"]) == (
            "ProbeError",
            "probe_sdk",
            "no record called {name!r}",
        )
        assert [frame["function"] for frame in value["stacktrace"]["frames"]] == [
            "[1 application frame]",
            "call",
            "fail",
        ]
        assert event["fingerprint"] == ["probe_sdk.ProbeError", "probe_sdk", "fail", "no record called {}"]
        assert event["release"] == "probe@1.2.3"
        assert event["tags"] == {"rung": "code"}
        assert event["platform"] == "python"
        crumbs = [{key: crumb[key] for key in crumb if key != "timestamp"} for crumb in event["breadcrumbs"]["values"]]
        assert crumbs == [{"level": "warning"}, {"type": "http", "category": "httplib"}]
        assert "user" not in event
        assert "request" not in event
        assert "modules" not in event

    def test_an_event_without_an_exception_is_dropped(self, sdk: Any) -> None:
        """A message has no provenance."""
        reporter = made()
        with host(reporter.before_send) as (scope, kept):
            scope.capture_message("canary")
            scope.capture_event({"message": "canary", "level": "error"})
        assert kept.sent == []
        assert reporter.stats() == {"dropped.before_send.no exception": 2}

    def test_the_applications_own_failure_is_dropped(self, sdk: Any) -> None:
        """A failure of the host's, also in a callback that the SDK called, is none of the SDK's."""
        reporter = made()
        with host(reporter.before_send) as (scope, kept):
            scope.capture_exception(failure(int, "canary"))
            scope.capture_exception(failure(sdk.call, lambda: "abc".index("x")))
        assert kept.sent == []
        assert reporter.stats()["dropped.origin.application"] >= 1
        assert sum(reporter.stats().values()) == 2

    @pytest.mark.parametrize("name", ["timestamp", "level", "event_id", "environment"])
    @pytest.mark.parametrize(
        "value",
        ["planted", ["planted"], {"planted": "planted"}, b"planted", 10**40, float("nan"), object()],
        ids=["text", "list", "dict", "bytes", "huge", "nan", "object"],
    )
    def test_typed_fields_with_another_content(self, sdk: Any, name: str, value: Any) -> None:
        """A field that is taken over is checked; a value without its form does not leave."""
        found = made().before_send({name: value}, {"exc_info": (None, failure(sdk.fail, "x"), None)})
        assert found is not None
        assert found.get(name) != value
        assert "planted" not in json.dumps(found)


LOGGING_SOURCE = """
import logging

logger = logging.getLogger("probe_log_events")


class Client:
    def upload(self, name):
        logger.error("upload of %s failed", name, extra={"name_of": name})

    def upload_quietly(self, name):
        logger.info("upload of %s started", name)
        self.upload(name)

    def stack(self, name):
        logger.critical(f"upload of {name!r} lost", stack_info=True)

    def unknown(self, name):
        getattr(logger, "error")("hidden %s", name)


def call(function, *arguments):
    return function(*arguments)


def fail(name):
    raise ValueError(f"no {name}")
"""


class TestLogEvents:
    """Events that sentry-sdk's logging integration makes of log calls, in strict mode."""

    @pytest.fixture
    def logs(self, make_package: MakePackage) -> Any:
        return make_package("probe_log_events", LOGGING_SOURCE)

    @staticmethod
    def reporter(policy: Policy = STRICT) -> Reporter:
        return Reporter(
            "probe_log_events", [], release="probe@1.2.3", outbox=False, consent=Consent(default=True), policy=policy
        )

    @staticmethod
    @contextmanager
    def host(before_send: Any) -> Iterator[tuple[sentry_sdk.Scope, Kept]]:
        """As `host`, with the logging integration as it is by default, and ``logging`` as it was afterwards."""
        before = logging.Logger.callHandlers
        installed = set(integrations._installed_integrations), set(integrations._processed_integrations)
        root = logging.getLogger()
        level = root.level
        root.setLevel(logging.INFO)
        try:
            with host(before_send, integrations=[LoggingIntegration()]) as (scope, kept):
                yield scope, kept
        finally:
            root.setLevel(level)
            logging.Logger.callHandlers = before  # type: ignore[method-assign]
            for names, known in zip((integrations._installed_integrations, integrations._processed_integrations), installed, strict=True):  # fmt: skip
                names.intersection_update(known)

    def test_the_template_leaves(self, logs: Any) -> None:
        """A log call of the SDK's is an event with its template, its place as fingerprint, and its level."""
        reporter = self.reporter()
        with self.host(reporter.before_send) as (_, kept):
            logs.Client().upload("canary")
            logs.Client().stack("canary")
        first, second = kept.events()
        assert first["logentry"] == {"message": "upload of {name} failed"}
        assert first["fingerprint"] == ["probe_log_events", "Client.upload", "upload of {} failed"]
        assert (first["level"], first["tags"], first["release"]) == ("error", {"rung": "code"}, "probe@1.2.3")
        assert {"os", "runtime", "device"} <= set(first["contexts"])
        assert second["logentry"] == {"message": "upload of {name!r} lost"}
        assert second["level"] == "fatal"
        assert not {"message", "logger", "extra", "exception", "user", "request"} & {*first, *second}
        assert reporter.stats() == {}

    def test_the_stack_that_logged(self, logs: Any) -> None:
        """The event has the stack of the thread that logged, the SDK's frames and markers, up to the log call; nothing has crashed."""
        with self.host(self.reporter().before_send) as (_, kept):
            logs.call(logs.Client().upload, "canary")
        (event,) = kept.events()
        (thread,) = [thread for thread in event["threads"]["values"] if thread["current"]]
        outermost, *own = thread["stacktrace"]["frames"]
        assert outermost["in_app"] is False
        assert [(frame["function"], frame["lineno"]) for frame in own[-2:]] == [("call", 23), ("Client.upload", 9)]
        assert not any(thread["crashed"] for thread in event["threads"]["values"])

    def test_two_sets_of_canaries_give_the_same_event(self, logs: Any) -> None:
        """Nothing of the record or of the host's scope is in the event, nor in the bytes of its envelope."""
        events = []
        for _ in range(2):
            canary = Canaries()
            with self.host(self.reporter().before_send) as (scope, kept):
                planted(scope, canary)
                logs.Client().upload_quietly(canary("name"))
            (sent,) = kept.sent
            assert canary.found_in(sent) == set()
            (event,) = kept.events()
            for crumb in event["breadcrumbs"]["values"]:
                crumb.pop("timestamp", None)
            events.append({key: item for key, item in event.items() if key not in ("event_id", "timestamp")})
        assert json.dumps(events[0]) == json.dumps(events[1])

    def test_breadcrumbs_of_log_calls_stay_bare(self, logs: Any) -> None:
        """What sentry-sdk remembers of a log call is the host's: its level and type pass; our own handler gives the template."""
        reporter = self.reporter()
        handler = reporter.log_handler()
        logs.logger.addHandler(handler)
        try:
            with self.host(reporter.before_send) as (_, kept):
                logs.Client().upload_quietly("canary")
        finally:
            logs.logger.removeHandler(handler)
        (event,) = kept.events()
        theirs, *ours = event["breadcrumbs"]["values"]
        assert theirs == {"level": "info", "type": "log"}
        assert [crumb["message"] for crumb in ours] == ["upload of {name} started", "upload of {name} failed"]

    def test_what_is_not_the_sdks_is_dropped(self, logs: Any) -> None:
        """Log calls of the application's, through whichever logger, and calls that the source does not show are counted as before."""
        reporter = self.reporter()
        with self.host(reporter.before_send) as (_, kept):
            logging.getLogger("customer").error("canary")
            logs.logger.error("canary")
            logs.call(logs.logger.error, "canary")
            logs.Client().unknown("canary")
        assert kept.sent == []
        assert reporter.stats() == {"dropped.before_send.no exception": 4}

    def test_a_record_that_lies_chooses_among_the_sdks_own_texts(self, logs: Any) -> None:
        """A record that names a log call of the SDK's gives that call's template, and no character of its own."""
        record = logging.LogRecord("canary", 40, logs.__file__, 9, "canary", ("canary",), None, "upload", "canary")
        found = self.reporter().before_send({"logentry": {"message": "canary"}}, {"log_record": record})
        assert found is not None
        assert found["logentry"] == {"message": "upload of {name} failed"}
        assert "canary" not in json.dumps(found)
        assert foreign(found) == []

    @pytest.mark.parametrize("record", [None, 5, "canary", {"pathname": "canary"}, object()], ids=type_name)
    def test_what_is_no_record(self, logs: Any, record: Any) -> None:
        """Anything else in the hint is no log call."""
        reporter = self.reporter()
        assert reporter.before_send({"message": "canary"}, {"log_record": record}) is None
        assert reporter.stats() == {"dropped.before_send.no exception": 1}

    def test_an_exception_in_the_hint_comes_first(self, logs: Any) -> None:
        """``logger.exception`` is about the exception, as before."""
        reporter = self.reporter()
        record = logging.LogRecord("n", 40, logs.__file__, 9, "canary", (), None, "upload")
        found: dict[str, Any] | None = reporter.before_send(
            {}, {"exc_info": (None, failure(logs.fail, "x"), None), "log_record": record}
        )
        assert found is not None
        assert "logentry" not in found
        assert found["exception"]["values"][0]["value"] == "no {name}"

    def test_app_scrubs_the_text_as_before(self, logs: Any) -> None:
        """Under ``APP`` a log event leaves after the scrubbers, with its own words."""
        with self.host(self.reporter(APP).before_send) as (_, kept):
            logs.Client().upload("ann@example.com")
        (event,) = kept.events()
        assert event["logentry"]["message"] == "upload of %s failed"
        assert "ann@example.com" not in json.dumps(event)


class TestApp:
    def test_known_forms_do_not_survive(self, sdk: Any) -> None:
        """Text leaves after the scrubbers; bodies, headers, cookies, users, locals, attachments and unknown fields not at all."""
        canary, reporter = Canaries(), made(APP)
        with host(reporter.before_send) as (scope, kept):
            planted(scope, canary)
            scope.set_tag("mail", f"{canary('mail')}@example.com")
            scope.set_extra("note", f"password={canary('password')}")
            scope.add_breadcrumb(
                message=f"login of {canary('second mail')}@example.com from 10.20.30.40", category="auth"
            )
            scope.capture_exception(failure(sdk.fail, f"/home/{canary('home')}/key.pem"))
        (sent,) = kept.sent
        never = {"mail", "password", "second mail", "home", "user id", "user mail", "server name", "body", "header", "cookie", "address", "query", "attachment",
                 "attachment name", "thread name", "debug", "unknown key", "unknown value", "log parameter"}  # fmt: skip
        assert canary.found_in(sent) & never == set()
        for text in (b"203.0.113.77", b"10.20.30.40"):
            assert text not in sent
        assert [item.type for item in Envelope.deserialize(sent).items] == ["event"]

    def test_the_rest_follows(self, sdk: Any) -> None:
        """Tags, extra data and breadcrumbs that hold nothing private are kept."""
        reporter = made(APP)
        with host(reporter.before_send) as (scope, kept):
            scope.set_tag("plan", "premium")
            scope.set_extra("attempts", 3)
            scope.add_breadcrumb(message="opened the ward list", category="ui.click", data={"count": 4})
            scope.capture_exception(failure(sdk.fail, "x"))
        (event,) = kept.events()
        assert event["tags"]["plan"] == "premium"
        assert event["extra"]["attempts"] == 3
        (crumb,) = event["breadcrumbs"]["values"]
        assert crumb["message"] == "opened the ward list"
        assert event["exception"]["values"][0]["value"] == "no record called {name!r}"

    def test_the_applications_failures_are_reported(self, sdk: Any) -> None:
        """``APP`` is for the application itself."""
        reporter = made(APP)
        with host(reporter.before_send) as (scope, kept):
            scope.capture_exception(failure(sdk.call, lambda: "abc".index("x")))
        (event,) = kept.events()
        assert event["exception"]["values"][0]["type"] == "ValueError"

    def test_an_event_without_an_exception_is_scrubbed(self, sdk: Any) -> None:
        """A log event leaves after the scrubbers."""
        reporter = made(APP)
        with host(reporter.before_send) as (scope, kept):
            scope.capture_message("login of ann@example.com failed")
        (event,) = kept.events()
        assert event["message"] == "login of [email] failed"
        assert "server_name" not in event


@pytest.mark.parametrize("policy", [STRICT, APP], ids=lambda policy: policy.name)
class TestEvery:
    @staticmethod
    def event(error: BaseException) -> tuple[dict[str, Any], dict[str, Any]]:
        event, hint = event_from_exception(error)
        whole: dict[str, Any] = {
            **event, "event_id": uuid.uuid4().hex, "timestamp": "2026-01-02T03:04:05.000000Z", "platform": "python", "tags": {"a": "b", "n": 5},
            "extra": {"list": [1, 2.5, None, True, ("x", "y"), {"z"}, b"bytes", object()]}, "breadcrumbs": {"values": [{"message": "m", "data": {"x": [1]}}]},
            "contexts": {"c": {"d": ("e",)}}, "user": {"id": "1"}, "modules": {"m": "1"},
        }  # fmt: skip
        return whole, dict(hint)

    def test_plain_types_only(self, sdk: Any, policy: Policy) -> None:
        """The result is made of exact JSON types, so that neither sentry-sdk nor a later hook can meet one of ours."""
        found = made(policy).before_send(*self.event(failure(sdk.fail, "x")))
        assert found is not None
        assert foreign(found) == []
        assert json.loads(json.dumps(found)) == found

    def test_the_event_is_not_changed(self, sdk: Any, policy: Policy) -> None:
        """Event and hint are as they were, but for the hint's attachments, which are taken out."""
        event, hint = self.event(failure(sdk.fail, "x"))
        event["extra"]["list"] = event["extra"]["list"][:5]
        hint["attachments"] = ["canary"]
        hint["log_record"] = given = {"a": 1}
        before = copy.deepcopy(event)
        found = made(policy).before_send(event, hint)
        assert event == before
        assert set(hint) == {"exc_info", "log_record"}
        assert hint["log_record"] is given
        assert found is not None

        def containers(value: object) -> set[int]:
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
            return {id(value) for _ in [0] if isinstance(value, (dict, list))} | {
                i for item in inner for i in containers(item)
            }

        assert containers(event) & containers(found) == set()

    def test_handled_is_taken_over(self, sdk: Any, policy: Policy) -> None:
        """Whether the program dealt with it is sentry-sdk's word."""
        event, hint = self.event(failure(sdk.fail, "x"))
        for handled in (True, False):
            event["exception"]["values"][-1]["mechanism"] = {"type": "canary", "handled": handled}
            found = made(policy).before_send(event, hint)
            assert found is not None
            assert found["exception"]["values"][-1]["mechanism"]["handled"] is handled

    @pytest.mark.parametrize(
        "event", [{}, {"exception": None}, {"exception": {"values": []}}, {"exception": 5}, {"breadcrumbs": 5}, {"breadcrumbs": {"values": [5, None]}}, {"tags": []}, {"contexts": 5}, {"tags": None}],
        ids=str,
    )  # fmt: skip
    def test_events_of_another_shape(self, sdk: Any, policy: Policy, event: dict[str, Any]) -> None:
        """An event that does not look like one costs no raise; strict still reports the live exception, ``APP`` may drop it, counted."""
        reporter = made(policy)
        found = reporter.before_send(event, {"exc_info": (None, failure(sdk.fail, "x"), None)})
        if found is None:
            assert policy is APP
            assert list(reporter.stats().values()) == [1]
        else:
            assert reporter.stats() == {}
            assert found["exception"]["values"][0]["type"] == "ProbeError"

    @pytest.mark.parametrize(
        "hint",
        [
            {"exc_info": None},
            {"exc_info": (None, None, None)},
            {"exc_info": (1, 2)},
            {"exc_info": ("a", "b", "c")},
            {"exc_info": True},
            {},
        ],
        ids=str,
    )
    def test_hints_without_an_exception(self, sdk: Any, policy: Policy, hint: dict[str, Any]) -> None:
        """No live exception: strict drops the event, ``APP`` scrubs it."""
        found = made(policy).before_send({"message": "hello", "level": "info"}, hint)
        assert found == (None if policy is STRICT else {"message": "hello", "level": "info"})

    @pytest.mark.parametrize("event", [None, 5, "canary", object()], ids=["none", "int", "text", "object"])
    def test_what_is_no_event(self, sdk: Any, policy: Policy, event: Any) -> None:
        """What is no event is dropped and counted; nothing is raised."""
        reporter = made(policy)
        assert reporter.before_send(event, {"exc_info": (None, failure(sdk.fail, "x"), None)}) is None
        assert reporter.before_send({}, event) is None
        assert sum(count for name, count in reporter.stats().items() if name.startswith("dropped.")) == 2

    def test_a_failing_stage_drops_and_counts(self, sdk: Any, policy: Policy) -> None:
        """An error inside costs the event, and only its type is counted."""

        def hook(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
            raise LookupError("canary")

        reporter = made(policy, hook=hook)
        with host(reporter.before_send) as (scope, kept):
            scope.capture_exception(failure(sdk.fail, "x"))
        assert kept.sent == []
        assert reporter.stats() == {"dropped.hook.LookupError": 1}

    def test_a_hook_can_take_away_and_not_put_back(self, sdk: Any, policy: Policy) -> None:
        """What a hook adds goes through the scrubbers and the allowlist like everything else; what it removes is gone."""
        canary, seen = Canaries(), []

        def hook(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
            seen.append(json.dumps(event))
            rest = {key: value for key, value in event.items() if key != "contexts"}
            (value,) = event["exception"]["values"]
            frames = [
                {**frame, "vars": {"a": canary("vars")}, "abs_path": canary("path")}
                for frame in value["stacktrace"]["frames"]
            ]
            rest["exception"] = {"values": [{**value, "stacktrace": {"frames": frames}}]}
            return {
                **rest,
                "user": {"id": canary("user")},
                "server_name": canary("server"),
                canary("key"): 1,
                "extra": {"x": f"token={canary('extra')}"},
            }

        send = tightlip.before_send(package="probe_sdk", policy=policy, dependencies=[], hook=hook)
        found = send({"level": "error"}, {"exc_info": (None, failure(sdk.fail, canary("message")), None)})
        assert found is not None
        assert canary.found_in(seen[0]) == set()
        assert canary.found_in(json.dumps(found)) == set()
        assert "contexts" not in found
        assert foreign(found) == []

    def test_without_a_reporter(self, sdk: Any, policy: Policy) -> None:
        """``tightlip.before_send`` is the same, and stores nothing."""
        send = tightlip.before_send(
            package="probe_sdk", policy=policy, dependencies=[], release="probe@9", environment="staging"
        )
        with host(send) as (scope, kept):
            scope.capture_exception(failure(sdk.fail, "canary"))
        (event,) = kept.events()
        assert (event["release"], event["environment"]) == ("probe@9", "staging")
        assert event["exception"]["values"][0]["value"] == "no record called {name!r}"


def test_a_hook_in_strict_cannot_put_plain_text_anywhere(sdk: Any) -> None:
    """Every text field of the table that a hook fills with a plain ``str`` is gone."""

    def hook(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
        (value,) = event["exception"]["values"]
        return {
            **event, "fingerprint": ["canary"], "tags": {"rung": "canary", "workspace": "can ary", "other": "canary"}, "message": "canary",
            "exception": {"values": [{**value, "value": "canary", "type": "canary", "module": "canary"}]}, "breadcrumbs": {"values": [{"message": "canary", "category": "canary", "data": {"canary": 1}}]},
        }  # fmt: skip

    found: dict[str, Any] | None = made(hook=hook).before_send({}, {"exc_info": (None, failure(sdk.fail, "x"), None)})
    assert found is not None
    assert "canary" not in json.dumps(found)
    assert found["exception"]["values"][0]["stacktrace"]


def test_the_hosts_sentry_is_as_it_was(sdk: Any) -> None:
    """Neither the client, nor the scopes, nor the name that sentry-sdk sends change by making or using a reporter."""
    from sentry_sdk import client

    def state() -> list[object]:
        scopes = (sentry_sdk.get_current_scope(), sentry_sdk.get_isolation_scope(), sentry_sdk.get_global_scope())
        return [
            sentry_sdk.get_client(), *scopes, *(scope.client for scope in scopes), [len(scope._breadcrumbs) for scope in scopes],
            [dict(scope._tags) for scope in scopes], [list(scope._event_processors) for scope in scopes], dict(client.SDK_INFO), SENTRY_VERSION,
        ]  # fmt: skip

    with host(None) as (_, kept):
        before = state()
        reporter = made(dsn="http://5ecre7@127.0.0.1:9/1")
        error = failure(sdk.fail, "x")
        reporter.preview(error)
        reporter.before_send({}, {"exc_info": (None, error, None)})
        reporter.capture(error)
        assert reporter.close(WAIT)
        assert reporter.stats()["unsent"] == 1
        assert state() == before
        assert kept.sent == []


# Delivery.


class Server:
    """A receiving end on the loopback."""

    def __init__(self, answer: int | None) -> None:
        requests: list[tuple[str, dict[str, str], bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                requests.append((self.path, {key.lower(): value for key, value in self.headers.items()}, body))
                if answer is None:
                    self.close_connection = True
                    return  # hang up without a word
                self.send_response(answer)
                if answer == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: Any) -> None:
                pass

        self.requests = requests
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def dsn(self) -> str:
        return f"http://5ecre7key@127.0.0.1:{self.port}/42"


class TestDelivery:
    def test_the_server_gets_the_envelope(self, sdk: Any) -> None:
        """The envelope comes gzipped at the DSN's address with its key; once taken, it is out of the outbox."""
        with Server(200) as server:
            reporter = made(dsn=server.dsn())
            event_id = reporter.capture(failure(sdk.fail, "canary"))
            assert reporter.close(WAIT)
        ((path, headers, body),) = server.requests
        assert path == "/api/42/envelope/"
        assert headers["content-type"] == "application/x-sentry-envelope"
        assert headers["content-encoding"] == "gzip"
        assert "sentry_key=5ecre7key" in headers["x-sentry-auth"]
        assert headers["user-agent"] == f"tightlip/{tightlip.__version__}"
        assert set(headers) <= {
            "host",
            "accept-encoding",
            "content-length",
            "content-type",
            "content-encoding",
            "user-agent",
            "x-sentry-auth",
        }
        event = Envelope.deserialize(gzip.decompress(body)).get_event()
        assert event is not None
        assert event["event_id"] == event_id
        assert b"canary" not in gzip.decompress(body)
        assert reporter.outbox.entries() == []
        assert reporter.stats() == {"captured": 1, "sent": 1, "stored": 1}

    @pytest.mark.parametrize("answer", [400, 401, 404, 413])
    def test_what_the_server_refuses_for_good_is_dropped(self, sdk: Any, answer: int) -> None:
        """The same envelope would be refused for ever: it is counted, and not sent again."""
        with Server(answer) as server:
            reporter = made(dsn=server.dsn())
            assert reporter.capture(failure(sdk.fail, "x")) is not None
            assert reporter.close(WAIT)
        assert len(server.requests) == 1
        assert reporter.outbox.entries() == []
        assert reporter.stats() == {"captured": 1, "stored": 1, f"dropped.delivery.{answer}": 1}

    @pytest.mark.parametrize("answer", [500, 503, 429, 302, None], ids=str)
    def test_what_the_server_does_not_take_stays(self, sdk: Any, answer: int | None) -> None:
        """An error, a redirect or a hang-up leaves the envelope in the outbox; nothing is followed or sent twice."""
        with Server(answer) as server:
            reporter = made(dsn=server.dsn())
            event_id = reporter.capture(failure(sdk.fail, "x"))
            assert reporter.close(WAIT)
        assert len(server.requests) == 1
        assert [entry.event_id for entry in reporter.outbox.entries()] == [event_id]
        assert reporter.stats() == {"captured": 1, "stored": 1, "unsent": 1}

    def test_a_refused_connection_stays(self, sdk: Any) -> None:
        """Nobody listens: the envelope stays."""
        with Server(200) as server:
            dsn = server.dsn()
        reporter = made(dsn=dsn)
        event_id = reporter.capture(failure(sdk.fail, "x"))
        assert reporter.close(WAIT)
        assert [entry.event_id for entry in reporter.outbox.entries()] == [event_id]

    @pytest.mark.parametrize("inside_a_transaction", [True, False])
    def test_the_hosts_tracing_does_not_touch_it(self, sdk: Any, inside_a_transaction: bool) -> None:
        """With a sentry-sdk that traces every request of the process, ours carries no trace headers and is no span or breadcrumb."""
        from sentry_sdk.integrations.stdlib import StdlibIntegration

        kept = Kept()
        client = sentry_sdk.Client(
            # Another address than the server's: sentry-sdk leaves requests to its own DSN's host alone.
            dsn="http://key@127.0.0.2:9/1", transport=kept, integrations=[StdlibIntegration()], default_integrations=False, auto_enabling_integrations=False, traces_sample_rate=1.0,
            trace_propagation_targets=[".*"],
        )  # fmt: skip
        scope = sentry_sdk.Scope(client=client)
        with Server(200) as server, use_isolation_scope(sentry_sdk.Scope(client=client)) as isolation, use_scope(scope):
            reporter = made(dsn=server.dsn())
            if inside_a_transaction:
                with sentry_sdk.start_transaction(name="host"):
                    reporter.capture(failure(sdk.fail, "x"))
                    assert reporter.flush(WAIT)
            else:
                reporter.capture(failure(sdk.fail, "x"))
            assert reporter.close(WAIT)
            # The host's own request is traced: the integration works.
            import http.client

            with sentry_sdk.start_transaction(name="host"):
                connection = http.client.HTTPConnection("127.0.0.1", server.port)
                connection.request("POST", "/host", body=b"", headers={"Content-Length": "0"})
                connection.getresponse().read()
                connection.close()
            crumbs = [crumb.get("data", {}).get("url", "") for crumb in isolation._breadcrumbs]
        client.close()
        ours, hosts = server.requests
        assert ours[0] == "/api/42/envelope/"
        assert {"sentry-trace", "baggage", "traceparent"} & set(ours[1]) == set()
        assert "sentry-trace" in hosts[1]
        assert [crumb for crumb in crumbs if "envelope" in crumb] == []
        assert b"/api/42/envelope" not in b"".join(kept.sent)


@pytest.mark.parametrize("given", ["shop@9.1", None])
def test_an_applications_events_keep_its_release(given: str | None) -> None:
    """Under `APP` the installed version of the SDK is not the application's release; one that is given to tightlip counts."""
    event = {"level": "error"} if given is None else {"level": "error", "release": given}
    for release in (None, "probe@9"):
        # A package whose distribution has a version.
        before_send = tightlip.before_send("structlog", APP, dependencies=[], release=release)
        try:
            raise ValueError
        except ValueError as error:
            found = before_send(dict(event), {"exc_info": (ValueError, error, error.__traceback__)})
        assert found is not None
        assert found.get("release") == (release or given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("probe_sdk@1.4.2", "probe_sdk@1.4.2"),
        ("probe_sdk@1.4.2rc1", "probe_sdk@1.4.2rc1"),
        ("jane.doe@corp.example", None),
        ("customer_app@1.4.2", None),
        ("probe_sdk@415550123456", None),
        ("9f2c1d09f2c1d09f2c1d09f2c1d09f2c1d09f2c1", None),
        (5, None),
    ],
)
def test_the_sdks_own_release_survives_and_no_other(sdk: Any, given: object, kept: str | None) -> None:
    """A vendor gives it to ``sentry_sdk.init``; sentry-sdk reads another one from the host's environment or folder."""
    found = Reporter("probe_sdk", [], outbox=False).before_send(
        {"release": given}, {"exc_info": (None, failure(sdk.fail, "x"), None)}
    )
    assert found is not None
    assert found.get("release") == kept
