"""Breadcrumbs beside sentry-sdk, and the word to the developer whose scrubber is off."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import uuid
import warnings
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sentry_sdk
from probe import failure, reporter_for
from sentry_fakes import Kept
from sentry_sdk import client as sentry_client
from sentry_sdk.envelope import Envelope
from sentry_sdk.scope import use_isolation_scope, use_scope

import tightlip.sentry
from tightlip import APP, STRICT, Policy
from tightlip.sentry_crumbs import before_breadcrumb
from tightlip.sentry_scrubber import COUNTED, ScrubberOffWarning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probe import MakePackage

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("SENTRY_DSN", "SENTRY_SPOTLIGHT", "SENTRY_ENVIRONMENT", "SENTRY_RELEASE"):
        monkeypatch.delenv(name, raising=False)
    before = sentry_client.SDK_INFO["name"]
    yield
    sentry_client.SDK_INFO["name"] = before


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_sdk", "def fail(name):\n    raise ValueError(f'no record called {name!r}')\n")


def crumb(text: str) -> dict[str, Any]:
    """A breadcrumb with this text wherever one may stand."""
    return {
        "message": f"see {text}", "category": text, "type": text, "level": text, "timestamp": text, "event_id": text, "origin": text, text: text,
        "data": {"url": f"https://example.com/?a={text}", "http.query": text, "deep": [{"a": (text,)}], text: 1, "object": object()},
    }  # fmt: skip


@pytest.mark.parametrize("policy", [APP, STRICT], ids=lambda policy: policy.name)
def test_no_canary_survives(policy: Policy) -> None:
    """A mail address anywhere; in strict mode any word. Two sets give the same breadcrumb."""
    for form in ("{}@example.com", *(() if policy.keeps_text else ("{}",))):
        found = []
        for _ in range(2):
            word = f"c{uuid.uuid4().hex[:12]}"
            for given in (crumb(form.format(word)), {**crumb(form.format(word)), "level": "info", "type": "http"}):
                made = before_breadcrumb(policy)(given, {"hint": word})
                assert word not in repr(made)
                found.append(made and {key: item for key, item in made.items() if key != "timestamp"})
        assert found[:2] == found[2:]
        assert found[1] is not None


def test_a_policy_for_applications_keeps_the_words() -> None:
    """With markers where something stood, and the time that was given."""
    time = datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=2)))
    given = {
        "message": "mail to ann@example.com sent",
        "category": "mail",
        "type": "default",
        "level": "info",
        "timestamp": time,
        "data": {"size": 3, "password": "hunter2hunter2"},
    }
    before = dict(given)
    assert before_breadcrumb(APP)(given, {}) == {
        "message": "mail to [email] sent", "category": "mail", "type": "default", "level": "info", "timestamp": time, "data": {"size": 3, "password": "[secret]"},
    }  # fmt: skip
    assert given == before


def test_strict_keeps_a_bare_skeleton() -> None:
    """Level, kind, a category of sentry-sdk's own, and a time that is the clock's, not the caller's."""
    given = {
        "message": "x",
        "category": "httplib",
        "type": "http",
        "level": "warning",
        "timestamp": datetime(1987, 6, 5, tzinfo=UTC),
        "data": {"a": 1},
    }
    made = before_breadcrumb()(given, {})
    assert made is not None
    assert made.pop("timestamp").year > 2000
    assert made == {"category": "httplib", "type": "http", "level": "warning"}


class Strange(tzinfo):
    def utcoffset(self, _: Any) -> Any:
        raise RuntimeError("canary")

    dst = tzname = utcoffset


class Hostile(dict[str, Any]):
    def keys(self) -> Any:
        raise RuntimeError("canary")

    __iter__ = keys


@pytest.mark.parametrize(
    "given",
    [
        None,
        7,
        "canary",
        [],
        {},
        {"timestamp": datetime(2026, 1, 1, tzinfo=Strange()), "message": "canary"},
        Hostile(message="canary"),
    ],
)
@pytest.mark.parametrize("policy", [APP, STRICT], ids=lambda policy: policy.name)
def test_what_fails_is_dropped(given: Any, policy: Policy) -> None:
    """None, never the raw breadcrumb and never an exception, for which sentry-sdk would keep the raw one."""
    assert "canary" not in repr(before_breadcrumb(policy)(given, {}))


def test_no_error_inside_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks."""
    import tightlip_scrubbers.engine

    hook = before_breadcrumb(APP)

    def broken(*_: Any) -> Any:
        raise MemoryError("canary")

    monkeypatch.setattr(tightlip_scrubbers.engine.Scrubber, "scrub_with_remarks", broken)
    # A text that is known to be clean would pass without it.
    assert hook({"message": "canary that no other test has", "type": "default"}, {}) is None


def test_in_sentry_sdk_the_raw_breadcrumb_is_never_kept() -> None:
    """In the order of their times, with what was scrubbed, and without what failed."""
    kept = Kept()
    client = sentry_sdk.Client(
        dsn="http://key@127.0.0.1:9/1",
        transport=kept,
        default_integrations=False,
        auto_enabling_integrations=False,
        before_breadcrumb=tightlip.sentry.before_breadcrumb(APP),
    )
    with use_isolation_scope(sentry_sdk.Scope(client=client)) as isolation, use_scope(sentry_sdk.Scope(client=client)):
        sentry_sdk.add_breadcrumb(message="second ann@example.com")
        sentry_sdk.add_breadcrumb(message="first", timestamp=datetime(2020, 1, 1, tzinfo=UTC))
        sentry_sdk.add_breadcrumb(message="canary", timestamp=datetime(2020, 1, 1, tzinfo=Strange()))
        assert "ann@" not in repr(isolation._breadcrumbs)
        sentry_sdk.capture_message("x")
    client.close()
    event: Any = Envelope.deserialize(kept.sent[0]).get_event()
    assert [one["message"] for one in event["breadcrumbs"]["values"]] == ["first", "second [email]"]


# The scrubber of sentry-sdk's.


def run(reporter: Any, sdk: Any, transport: Any = None, **options: Any) -> list[bytes]:
    """A failure in a client with these options, twice."""
    kept = Kept()
    client = sentry_sdk.Client(
        dsn="http://key@127.0.0.1:9/1", transport=transport(kept) if transport else kept, default_integrations=False, auto_enabling_integrations=False,
        before_send=reporter.before_send, **options,
    )  # fmt: skip
    with use_isolation_scope(sentry_sdk.Scope(client=client)), use_scope(sentry_sdk.Scope(client=client)):
        for _ in range(2):
            sentry_sdk.capture_exception(failure(sdk.fail, 1))
    client.close()
    return kept.sent


def test_a_scrubber_that_data_collection_switched_off_is_told_once(sdk: Any) -> None:
    """By a warning of its own category, and in the counts; the events leave."""
    reporter = reporter_for("probe_sdk")
    with pytest.warns(ScrubberOffWarning, match="ScrubbingTransport") as told:
        assert len(run(reporter, sdk, data_collection={})) == 2
    assert len(told) == 1
    assert reporter.stats() == {COUNTED: 1}
    assert tightlip.sentry.ScrubberOffWarning is ScrubberOffWarning


def test_a_warning_that_is_an_error_does_not_reach_the_host(sdk: Any) -> None:
    """Under ``-W error`` the count is all that is left of it, and no event is lost."""
    reporter = reporter_for("probe_sdk")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(run(reporter, sdk, data_collection={})) == 2
    assert reporter.stats() == {COUNTED: 1}


@pytest.mark.parametrize("error", [RuntimeError("x"), OSError("x"), RecursionError("x")])
def test_a_warning_that_cannot_be_shown_does_not_reach_the_host(
    error: Exception, sdk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed stream, a broken handler: no event is lost."""

    def broken(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(warnings, "showwarning", broken)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert len(run(reporter_for("probe_sdk"), sdk, data_collection={})) == 2


def test_nothing_is_said_where_the_scrubber_is_on_or_covered(sdk: Any) -> None:
    """The usual options; and a transport that scrubs."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reporter = reporter_for("probe_sdk")
        assert len(run(reporter, sdk)) == 2
        assert reporter.stats() == {}
        reporter = reporter_for("probe_sdk")
        assert len(run(reporter, sdk, tightlip.sentry.ScrubbingTransport, data_collection={})) == 2
        assert reporter.stats() == {}


def test_without_sentry_sdk_nothing_is_loaded(tmp_path: Path) -> None:
    """`before_send` and the names of `tightlip.sentry` that need no sentry-sdk do not import it."""
    script = f"""
        import sys; sys.path[:0] = {[str(ROOT / "pipeline"), str(ROOT / "scrubbers")]!r}
        import tightlip
        before_send = tightlip.before_send("json")
        try: raise ValueError(1)
        except ValueError as error: before_send({{}}, {{"exc_info": (ValueError, error, None)}})
        tightlip.sentry.before_breadcrumb()({{"type": "http"}}, {{}})
        tightlip.sentry.ScrubberOffWarning
        print("sentry_sdk" in sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")
