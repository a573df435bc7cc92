"""End to end: what a reporter sends to a real server comes back from it, grouped as meant, and can be read there.

Left out unless TIGHTLIP_BUGSINK=1 is set (`make bugsink` sets it): the first run installs a server, which takes minutes.
"""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bugsink_server
import chromium
import pytest
from probe import failure, reporter_for

from tightlip.transport import Dsn, HttpTransport
from tightlip.types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(
    os.environ.get("TIGHTLIP_BUGSINK") != "1",
    reason="set TIGHTLIP_BUGSINK=1, or run make bugsink: it installs a server",
)

SHOT = Path(__file__).resolve().parents[1] / "build" / "bugsink-issue.png"
SDK = """
class PlanError(Exception): ...

def open_workspace(name, region):
    raise ValueError(f"invalid workspace {name!r}: not found in {region}")

def pay(plan, card):
    raise PlanError(f"plan {plan} cannot be paid with card {card}")
"""
#: Values of users'; none of them may be anywhere on the server.
CANARIES = ("canary-alice", "canary-bob", "canary-carol", "eu-canary", "canary-gold", "4111111111111111")
WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A server that five failures of two kinds were sent to, and the event ids of each kind; its files are in ``folder``."""

    server: bugsink_server.Server
    ids: dict[str, list[str]]
    folder: Path


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    folder = tmp_path_factory.mktemp("bugsink")
    package = tmp_path_factory.mktemp("vendor") / "acme_cloud" / "__init__.py"
    package.parent.mkdir()
    package.write_text(SDK)
    with pytest.MonkeyPatch.context() as patch, bugsink_server.bugsink(folder) as server:
        patch.delenv("DO_NOT_TRACK", raising=False)
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setattr(sys, "path", [str(package.parents[1]), *sys.path])
        sdk = importlib.import_module("acme_cloud")
        try:
            yield Sent(server, _reported(sdk, server.dsn), folder)
        finally:
            del sys.modules["acme_cloud"]


def _reported(sdk: Any, dsn: str) -> dict[str, list[str]]:
    reporter = reporter_for("acme_cloud", dsn=dsn, release="acme_cloud@1.4.2", environment="production")
    failures = {
        "ValueError": [failure(sdk.open_workspace, name, "eu-canary") for name in CANARIES[:3]],
        "PlanError": [failure(sdk.pay, "canary-gold", card) for card in ("4111111111111111", "4000 0000 canary")],
    }
    ids = {kind: [str(reporter.capture(exc)) for exc in raised] for kind, raised in failures.items()}
    assert reporter.close(WAIT)
    assert reporter.stats()["sent"] == 5
    return ids


def test_what_was_sent_comes_back_grouped(sent: Sent) -> None:
    """Five failures are two issues with the template as title, and their events are those that were captured."""
    issues = {issue["calculated_type"]: issue for issue in sent.server.issues()}
    assert {kind: issue["digested_event_count"] for kind, issue in issues.items()} == {"ValueError": 3, "PlanError": 2}
    assert issues["ValueError"]["calculated_value"] == "invalid workspace {name!r}: not found in {region}"
    assert issues["PlanError"]["calculated_value"] == "plan {plan} cannot be paid with card {card}"

    for kind, issue in issues.items():
        events = sent.server.events(issue["id"])
        assert sorted(event["event_id"] for event in events) == sorted(sent.ids[kind])
        assert len({tuple(event["fingerprint"]) for event in events}) == 1
        for event in events:
            assert (event["release"], event["environment"]) == ("acme_cloud@1.4.2", "production")
            frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
            assert frames[-1]["module"] == "acme_cloud"
            assert not any(canary in str(event) for canary in CANARIES)


def test_no_value_is_anywhere_in_its_files(sent: Sent) -> None:
    """Whatever the server keeps, in its databases and logs: the template is there, and nothing of the values."""
    stored = b"".join(file.read_bytes() for file in sent.folder.rglob("*") if file.is_file())
    assert b"invalid workspace {name!r}" in stored
    assert [canary for canary in CANARIES if canary.encode() in stored] == []


def test_what_it_refuses(sent: Sent) -> None:
    """A real server's refusals are refusals here: they would be the same for ever."""
    dsn = Dsn.parse(sent.server.dsn)
    good = (
        b'{"event_id":"%b"}\n{"type":"event"}\n{"event_id":"%b","timestamp":1,"platform":"python","level":"error"%b}\n'
    )
    small, large = (
        good % (mark * 32, mark * 32, more) for mark, more in ((b"a", b""), (b"b", b',"x":"%b"' % (b"x" * 1_200_000)))
    )
    for reason, to, envelope in (
        ("403", Dsn(key="0" * 32, url=dsn.url), small),
        ("403", Dsn(key=dsn.key, url=dsn.url.replace("/api/1/", "/api/999/")), small),
        ("400", dsn, b"no envelope"),
        ("413", dsn, large),
    ):
        send = HttpTransport(to)
        assert send(envelope) == Answer("refused", reason)
        send.close()


@pytest.mark.skipif(chromium.PROGRAM is None, reason="no Chromium here")
def test_its_page_can_be_read(sent: Sent, tmp_path: Path) -> None:
    """The page of the issue, opened by someone who logs in, shows the template, the function and the count; the screenshot is kept."""
    issue = next(issue["id"] for issue in sent.server.issues() if issue["calculated_type"] == "ValueError")
    with chromium.page(tmp_path) as page:
        page.open(f"{sent.server.url}/accounts/login/?next=/issues/issue/{issue}/event/last/")
        page.run(
            f"document.querySelector('[name=username]').value = {bugsink_server.USER!r};"
            f"document.querySelector('[name=password]').value = {bugsink_server.PASSWORD!r};"
            "document.querySelector('[name=username]').form.submit()"
        )
        page.wait_for(f"location.pathname.includes({issue!r}) && document.readyState == 'complete'")
        text = str(page.run("document.body.innerText"))
        SHOT.parent.mkdir(exist_ok=True)
        page.screenshot(SHOT)
    assert "ValueError" in text
    assert "invalid workspace {name!r}: not found in {region}" in text
    assert "open_workspace" in text
    assert "Event 3 of 3" in text
    assert [canary for canary in CANARIES if canary in text] == []
