"""A client of the SDK's own over sentry-sdk's transport: the host's sentry-sdk does not know of it, nor it of the host's."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sentry_sdk
from probe import failure
from receiver import Receiver, Reply
from sentry_fakes import Kept
from sentry_sdk import client as sentry_client
from sentry_sdk.consts import EndpointType
from sentry_sdk.envelope import Envelope
from sentry_sdk.scope import use_isolation_scope, use_scope
from sentry_sdk.transport import HttpTransport

import tightlip.sentry
from tightlip import APP, Consent
from tightlip.sentry_client import IsolatedClient, isolated_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probe import MakePackage

ROOT = Path(__file__).parent.parent
YES = Consent(default=True)
SDK = """
class ProbeError(Exception): pass
def fail(name):
    raise ProbeError(f'no record called {name!r}')
def call(function):
    return function()
"""
CANARIES = {
    "SENTRY_DSN": "http://canary@127.0.0.1:9/9", "SENTRY_RELEASE": "canary-release", "SENTRY_ENVIRONMENT": "canary-environment", "SENTRY_SPOTLIGHT": "1",
    "SENTRY_DEBUG": "1", "SENTRY_PRINT_ENVELOPES": "1", "SENTRY_KEEP_ALIVE": "1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("DO_NOT_TRACK", *CANARIES):
        monkeypatch.delenv(name, raising=False)
    before = sentry_client.SDK_INFO["name"]
    yield
    sentry_client.SDK_INFO["name"] = before


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_sdk", SDK)


def made(dsn: str = "http://key@127.0.0.1:9/1", **options: Any) -> IsolatedClient:
    usual: dict[str, Any] = {"release": "probe@1.2.3", "environment": "prod", "consent": YES, "pace": None}
    return isolated_client(**{"package": "probe_sdk", "dsn": dsn, **usual, **options})


@contextmanager
def host(**options: Any) -> Iterator[Kept]:
    """A host with a sentry-sdk of its own, with tracing and all of its integrations' patches."""
    from sentry_sdk.integrations.stdlib import StdlibIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration

    kept = Kept()
    integrations = options.pop("integrations", [StdlibIntegration(), ThreadingIntegration()])
    client = sentry_sdk.Client(
        dsn="http://key@127.0.0.1:9/1", transport=kept, default_integrations=False, auto_enabling_integrations=False, integrations=integrations,
        traces_sample_rate=1.0, release="host@1", **options,
    )  # fmt: skip
    scope = sentry_sdk.get_global_scope()
    before = scope.client
    scope.set_client(client)
    try:
        with use_isolation_scope(sentry_sdk.Scope()), use_scope(sentry_sdk.Scope()):
            yield kept
    finally:
        client.close()
        scope.set_client(before)


class TestWhatLeaves:
    def test_a_failure_arrives_as_a_reporter_would_send_it(self, sdk: Any) -> None:
        """Over sentry-sdk's own transport, in an envelope with nothing but the event."""
        with Receiver() as receiver, made(receiver.dsn()) as client:
            event_id = client.capture(failure(sdk.fail, "canary"))
            client.flush(20)
            assert receiver.wait_for(1)
        (request,) = receiver.requests
        event = request.event
        assert event["event_id"] == event_id
        assert event["exception"]["values"][-1]["value"] == "no record called {name!r}"
        assert event["exception"]["values"][-1]["mechanism"]["handled"] is True
        assert (event["release"], event["environment"], event["sdk"]["name"]) == ("probe@1.2.3", "prod", "tightlip")
        header = json.loads(request.envelope.split(b"\n")[0])
        assert set(header) == {"event_id"}
        assert b"canary" not in request.envelope
        assert client.stats()["captured"] == 1

    def test_two_sets_of_values_give_the_same_bytes(self, sdk: Any) -> None:
        """Whatever the SDK was called with, and whatever the host has in its scopes."""
        found = []
        for canary in ("canary-one", "canary-two"):
            kept = Kept()
            with host() as _, made(transport=kept) as client:
                sentry_sdk.get_isolation_scope().set_user({"id": canary})
                sentry_sdk.set_tag("tag", canary)
                sentry_sdk.add_breadcrumb(message=canary)
                with sentry_sdk.start_transaction(name=canary):
                    client.capture(failure(sdk.fail, canary), handled=False)
                    event = {"message": canary, "event_id": "0" * 32, "level": "warning"}
                    error = failure(sdk.fail, canary)
                    client.capture_event(
                        event, {"exc_info": (type(error), error, error.__traceback__), "attachments": [canary]}
                    )
                    assert event == {"message": canary, "event_id": "0" * 32, "level": "warning"}
            assert len(kept.sent) == 2
            data = b"".join(kept.sent)
            assert canary.encode() not in data
            plain = [
                {key: item for key, item in event.items() if key not in ("event_id", "timestamp")}
                for event in kept.events()
            ]
            assert [event["exception"]["values"][-1]["mechanism"]["handled"] for event in plain] == [False, True]
            for event in plain:
                event.pop("contexts")  # the state of this process: threads, the garbage collector
            found.append(json.dumps(plain, sort_keys=True))
        assert found[0] == found[1]

    def test_what_a_before_send_would_drop_does_not_leave(self, sdk: Any) -> None:
        """A failure of the application's; an event without an exception."""
        kept = Kept()

        def of_the_application() -> None:
            raise ValueError("canary")

        with made(transport=kept) as client:
            assert client.capture(failure(sdk.call, of_the_application)) is None
            assert client.capture_event({"message": "canary", "level": "error"}) is None
        assert kept.sent == []
        assert client.stats()["dropped.before_send.no exception"] == 1

    def test_a_policy_for_applications_scrubs(self, sdk: Any) -> None:
        """And nothing else leaves either."""
        kept = Kept()
        with made(transport=kept, policy=APP) as client:
            assert client.capture_event({"message": "login of ann@example.com failed", "level": "error"}) is not None
        (event,) = kept.events()
        assert event["message"] == "login of [email] failed"

    def test_what_anybody_hands_to_its_transport_is_scrubbed(self, sdk: Any) -> None:
        """The transport is one that scrubs, whoever uses it."""
        kept = Kept()
        with made(transport=kept) as client:
            envelope = Envelope()
            envelope.add_event(
                {"message": "canary", "exception": {"values": [{"type": "ValueError", "value": "canary"}]}}
            )
            client._transport.capture_envelope(envelope)
        assert b"canary" not in b"".join(kept.sent)

    def test_a_crash_loop_sends_a_few(self, sdk: Any) -> None:
        """And counts the rest."""
        kept = Kept()
        with made(transport=kept, pace=tightlip.Limits(same=3, total=10)) as client:
            for _ in range(50):
                client.capture(failure(sdk.fail, 1))
        assert len(kept.sent) == 3
        assert sum(count for name, count in client.stats().items() if name.startswith("dropped.pace.")) == 47


class TestConsent:
    def test_without_consent_nothing_is_made_or_sent(self, sdk: Any) -> None:
        """No connection is opened."""
        with Receiver() as receiver, made(receiver.dsn(), consent=Consent(default=False)) as client:
            assert client.capture(failure(sdk.fail, 1)) is None
            assert client.capture_event({"message": "x"}) is None
            client.flush(60)
        assert receiver.requests == []
        assert client.stats()["dropped.consent.not given"] == 2

    def test_consent_that_is_withdrawn_stops_what_waits(self, sdk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is asked again on the sending thread."""
        gate = threading.Event()
        asked = Consent.decision
        me = threading.get_ident()

        def decision(consent: Consent) -> Any:
            if threading.get_ident() != me:
                gate.wait(20)
            return asked(consent)

        monkeypatch.setattr(Consent, "decision", decision)
        with Receiver() as receiver:
            client = made(receiver.dsn())
            assert client.capture(failure(sdk.fail, 1)) is not None
            monkeypatch.setenv("DO_NOT_TRACK", "1")
            gate.set()
            client.close(20)
        assert receiver.requests == []
        assert client.stats()["dropped.consent.withdrawn"] == 1


class TestBesideTheHost:
    @pytest.mark.parametrize("threading_too", [True, False], ids=["threads propagate", "threads do not"])
    def test_the_request_carries_no_header_and_leaves_no_span(self, sdk: Any, threading_too: bool) -> None:
        """Not in the transaction that runs, not in one of its own, not as a breadcrumb, whenever the sending thread begins."""
        from sentry_sdk.integrations.stdlib import StdlibIntegration
        from sentry_sdk.integrations.threading import ThreadingIntegration

        integrations = [StdlibIntegration(), *([ThreadingIntegration()] if threading_too else [])]
        with Receiver() as receiver, host(integrations=integrations) as kept:
            with sentry_sdk.start_transaction(name="the host's"):
                client = made(receiver.dsn())
                for number in range(3):
                    client.capture(failure(sdk.fail, number))
                    client.flush(20)
                client.close(20)
            sentry_sdk.capture_message("the host's")
            assert receiver.wait_for(3)
        for request in receiver.requests:
            assert {name for name in request.headers if "trace" in name or name == "baggage"} == set()
        transaction: Any
        message: Any
        transaction, message = (Envelope.deserialize(one).items[0].payload.json for one in kept.sent)
        assert (transaction["transaction"], transaction["spans"]) == ("the host's", [])
        assert "breadcrumbs" not in message or message["breadcrumbs"]["values"] == []

    def test_no_request_of_the_transport_does(self, sdk: Any) -> None:
        """Not one that is made past its queue; and not one that a transport of your own makes at once."""
        import urllib3

        with Receiver() as receiver, host() as kept, urllib3.PoolManager() as pool:

            class AtOnce(Kept):
                def capture_envelope(self, envelope: Envelope) -> None:
                    pool.request("POST", receiver.url, body=envelope.serialize()).release_conn()

            with sentry_sdk.start_transaction(name="the host's"):
                with made(transport=AtOnce()) as client:
                    assert client.capture(failure(sdk.fail, 1)) is not None
                with made(receiver.dsn()) as client:
                    client._transport._inner._request("POST", EndpointType.ENVELOPE, b"{}", {})
        for request in receiver.requests:
            assert {name for name in request.headers if "trace" in name or name == "baggage"} == set()
        assert len(receiver.requests) == 2
        transaction: Any = Envelope.deserialize(kept.sent[0]).items[0].payload.json
        assert transaction["spans"] == []

    def test_the_hosts_own_requests_do_carry_them(self) -> None:
        """The test above can fail."""
        import urllib3

        with (
            Receiver() as receiver,
            host() as kept,
            sentry_sdk.start_transaction(name="the host's"),
            urllib3.PoolManager() as pool,
        ):
            pool.request("POST", receiver.url, body=b"{}").release_conn()
        assert "sentry-trace" in receiver.requests[0].headers
        transaction: Any = Envelope.deserialize(kept.sent[0]).items[0].payload.json
        assert len(transaction["spans"]) == 1

    def test_nothing_of_the_hosts_sentry_changes(
        self, sdk: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Its name, clients, scopes, integrations, patches and output; and nothing of its environment is read."""
        for name, value in CANARIES.items():
            monkeypatch.setenv(name, value)
        sentry_client.SDK_INFO["name"] = "sentry.python.theirs"

        def state() -> list[Any]:
            from sentry_sdk import integrations, tracing

            scopes = (sentry_sdk.get_global_scope(), sentry_sdk.get_isolation_scope(), sentry_sdk.get_current_scope())
            return [
                dict(sentry_client.SDK_INFO), [(id(scope), id(scope.client), scope._tags, scope._user, len(scope._breadcrumbs), scope._span) for scope in scopes],
                set(integrations._installed_integrations), type(sentry_sdk.get_client()), sys.excepthook, threading.excepthook, threading.Thread.start,
                logging.getLogger("sentry_sdk.envelopes").handlers, logging.getLogger("sentry_sdk.errors").handlers, id(tracing), os.environ.copy(),
            ]  # fmt: skip

        kept = Kept()
        with Receiver() as receiver:
            before, threads = state(), threading.active_count()
            with made(receiver.dsn()) as client, made(transport=kept) as other:
                assert client.capture(failure(sdk.fail, 1)) is not None
                assert other.capture(failure(sdk.fail, 1)) is not None
                client.flush(20)
                assert state() == before
            assert state() == before
            assert receiver.wait_for(1)
        assert capfd.readouterr() == ("", "")
        assert b"canary" not in receiver.requests[0].envelope + kept.sent[0]
        assert b"sentry.python" not in kept.sent[0]
        deadline = time.monotonic() + 120
        while threading.active_count() > threads and time.monotonic() < deadline:
            time.sleep(0.01)
        assert threading.active_count() <= threads

    @pytest.mark.parametrize("threading_too", [True, False], ids=["threads propagate", "threads do not"])
    def test_a_failing_server_makes_no_noise(
        self, sdk: Any, threading_too: bool, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """A host with ``debug=True`` sees none of what its own transport would print; the failure is counted."""
        from sentry_sdk.utils import logger

        said = io.StringIO()
        handlers = list(logger.handlers)
        logger.handlers[:] = [logging.StreamHandler(said)]
        try:
            with host(debug=True, **({} if threading_too else {"integrations": []})) as kept:
                sentry_sdk.set_tag("a", "b")
                assert "SDK name" in said.getvalue()  # the host's own is there
                said.truncate(0)
                with made("http://key@127.0.0.1:9/1") as client:
                    assert client.capture(failure(sdk.fail, 1)) is not None
                    client.flush(20)
                    assert client.stats()["failed.transport.MaxRetryError"] >= 1
                assert said.getvalue() == ""
                assert kept.sent == []
        finally:
            logger.handlers[:] = handlers
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize("server", ["good", "broken", "none"])
    def test_events_are_sent_at_a_plain_exit(self, server: str, tmp_path: Path) -> None:
        """sentry-sdk's own client loses them there without its atexit integration; the host's exit code and output stay, whatever the server does."""
        (tmp_path / "probe_sdk.py").write_text(SDK)
        with Receiver(Reply(500) if server == "broken" else Reply()) as receiver:
            dsn = "http://key@127.0.0.1:9/1" if server == "none" else receiver.dsn()
            script = f"""
                import sys; sys.path[:0] = {[str(ROOT / "pipeline"), str(ROOT / "scrubbers"), str(tmp_path)]!r}
                import logging, tightlip.sentry, probe_sdk
                logging.basicConfig()
                client = tightlip.sentry.isolated_client("probe_sdk", {dsn!r}, consent=tightlip.Consent(default=True))
                try: probe_sdk.fail("canary")
                except probe_sdk.ProbeError as error: client.capture(error)
                sys.exit(3)
            """
            command = [sys.executable, "-W", "error", "-c", textwrap.dedent(script)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
            assert server == "none" or receiver.wait_for(1)
        assert b"canary" not in b"".join(request.envelope for request in receiver.requests)


class TestBadInput:
    @pytest.mark.parametrize(
        ("options", "error", "said"),
        [
            ({"before_send": None}, TypeError, "before_send"), ({"integrations": []}, TypeError, "integrations"), ({"traces_sample_rate": 1.0}, TypeError, "traces_sample_rate"),
            ({"transport": Kept}, TypeError, "transport"), ({"transport": print}, TypeError, "transport"), ({"dsn": "nonsense"}, ValueError, "DSN"),
            ({"package": "no_such_package_here"}, ValueError, "no_such_package_here"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_an_error_at_once(
        self, sdk: Any, options: dict[str, Any], error: type[Exception], said: str
    ) -> None:
        """An option that is not the transport's would let something past, or do nothing."""
        with pytest.raises(error, match=f"(?i){said}"):
            made(**options)

    @pytest.mark.parametrize("name", ["_send_envelope", "_send_request", "_request"])
    def test_a_sentry_sdk_that_sends_otherwise_is_refused(
        self, sdk: Any, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A private name that is gone, or does something else, fails closed: at once, with what to do."""
        owner: Any = next(one for one in HttpTransport.__mro__ if name in vars(one))
        monkeypatch.delattr(owner, name)
        for other in HttpTransport.__mro__:
            if name in vars(other):
                monkeypatch.delattr(other, name)
        with pytest.raises(RuntimeError, match=r"tightlip\.Reporter"):
            made()
        if name != "_request":
            monkeypatch.setattr(owner, name, lambda *_: None, raising=False)
            with pytest.raises(RuntimeError, match=name):
                made()

    def test_the_methods_raise_nothing(self, sdk: Any) -> None:
        """Whatever they are given, and after the end."""

        class Failing(Kept):
            def capture_envelope(self, envelope: Envelope) -> None:
                raise OSError("canary")

            def flush(self, timeout: float, callback: Any = None) -> None:
                raise OSError("canary")

            def kill(self) -> None:
                raise OSError("canary")

        client = made(transport=Failing())
        bad: Any = object()
        assert client.capture(bad) is None
        assert client.capture_event(bad) is None
        assert client.capture_event({"event_id": bad}, bad) is None
        client.capture(failure(sdk.fail, 1))
        client.flush()
        client.close()
        assert client.capture(failure(sdk.fail, 1)) is None
        assert client.stats()["dropped.capture.shutdown"] == 1

    def test_it_is_reached_by_its_public_name(self) -> None:
        """`tightlip.sentry` knows it."""
        assert tightlip.sentry.isolated_client is isolated_client
