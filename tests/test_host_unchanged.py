"""A host with its own sentry-sdk, logging, tracing and hooks runs the same, whether an SDK in it reports through tightlip or not.

One program runs in a process of its own: without tightlip, and then with it in several ways. What its sentry-sdk sends, what its server is asked, what it
prints and how it ends must be equal; ids are numbered in the order in which they turn up, so that what belongs together still must.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from receiver import Receiver, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent

#: The vendor's: a report for each failure at an entry point, and hooks; or nothing at all.
BESIDE = '''
import os

MODE = os.environ["MODE"]

def install():
    """By the order that the run asks for, before or after the host's own set-up."""
    if MODE != "without":
        import tightlip
        global client, reporter
        if "reporter" in MODE:
            reporter = tightlip.Reporter("probe_sdk", [], dsn=os.environ["REPORTS"], outbox=False, pace=None, consent=tightlip.Consent(default=True))
            reporter.install()
        if "client" in MODE:
            client = tightlip.sentry.isolated_client("probe_sdk", os.environ["REPORTS"], pace=None, consent=tightlip.Consent(default=True))

def report(error):
    if "client" in globals():
        assert client.capture(error)
        client.flush(20)
    if "reporter" in globals():
        assert reporter.capture(error)
        reporter.flush(20)
'''

SDK = """
import beside

class ProbeError(Exception): pass

def fail(name):
    raise ProbeError(f"no record called {name!r}")

def entry(name):
    try:
        fail(name)
    except ProbeError as error:
        beside.report(error)
        raise
"""

HOST = """
import asyncio, gc, json, logging, os, sys, threading, urllib.request
import beside, probe_sdk
if os.environ["MODE"].endswith("first"): beside.install()

import sentry_sdk
from sentry_sdk._log_batcher import LogBatcher
from sentry_sdk.transport import Transport

LogBatcher.FLUSH_WAIT_TIME = 3600  # its thread would send the logs in the middle of a run that takes more than five seconds

class Recording(Transport):
    def capture_envelope(self, envelope):
        with open(os.environ["RECORD"], "ab") as file:
            file.write(json.dumps(envelope.serialize().decode()).encode() + b"\\n")

def excepthook(kind, error, traceback):
    print("the host's excepthook:", kind.__name__, flush=True)
    sys.__excepthook__(kind, error, traceback)
sys.excepthook = excepthook

def of_threads(arguments):
    print("the host's threading.excepthook:", arguments.exc_type.__name__, flush=True)
    threading.__excepthook__(arguments)
threading.excepthook = of_threads

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
sentry_sdk.init(
    dsn="http://key@127.0.0.1:9/1", transport=Recording, traces_sample_rate=1.0, release="host@1", environment="test", enable_logs=True, auto_enabling_integrations=False,
    http_request_source_threshold_ms=0,  # else only requests that were slow have their place in the code
)
if not os.environ["MODE"].endswith("first"): beside.install()

def ask(path):
    with urllib.request.urlopen(os.environ["SERVER"] + path, data=b"x") as answer:
        return answer.status

sentry_sdk.set_user({"id": "host user"})
sentry_sdk.set_tag("host", "tag")
logging.getLogger("host").info("it begins")
sentry_sdk.get_isolation_scope().start_session()
with sentry_sdk.start_transaction(name="work", op="task"):
    with sentry_sdk.start_span(op="step", name="one"):
        print(ask("/one"))
        try:
            probe_sdk.entry("a")
        except probe_sdk.ProbeError as error:
            sentry_sdk.capture_exception(error)
            logging.getLogger("host").exception("it failed")
    with sentry_sdk.start_span(op="step", name="two"):
        sentry_sdk.add_breadcrumb(message="a step", category="host")
        print(ask("/two"))
        thread = threading.Thread(target=probe_sdk.entry, args=("in a thread",), name="host thread")
        thread.start(); thread.join()

async def tasks():
    lost = asyncio.ensure_future(asyncio.to_thread(probe_sdk.entry, "in a task"))
    await asyncio.wait([lost])
    await asyncio.get_running_loop().shutdown_default_executor()  # else the pool's thread may still be in the frames that sentry-sdk reads
    del lost
    gc.collect()
asyncio.run(tasks())

class Unraisable:
    def __del__(self): probe_sdk.entry("in __del__")
Unraisable()

print(ask("/after"))
sentry_sdk.capture_message("nearly there")
sentry_sdk.get_isolation_scope().end_session()
sentry_sdk.flush()
probe_sdk.entry("at the end")
"""


#: Of the SDK's in the program above; each is reported.
_FAILURES = 5


@dataclass(frozen=True)
class Run:
    """What a run of the host was like."""

    returncode: int
    stdout: str
    stderr: str
    envelopes: list[str]
    asked: list[str]
    reports: list[Request]


_MOMENTS = re.compile(r'"(?:timestamp|start_timestamp|sent_at|sample_rand|started|duration|thread\.id|sentry\.timestamp\.sequence|exclusive_time)":(?:"[^"]*"|\{[^}]*\}|[0-9.e+\-]+)')  # fmt: skip
_IDS = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
_VARYING = re.compile(
    r'"length":\d+|sample_rand=0\.\d+|0x[0-9a-f]+|\bThread-\d+|\bstarted \d{6,}|asyncio_\d+|"id":\d+|"process\.pid":\{"value":\d+'
)


def plain(text: str, known: dict[str, str]) -> str:
    """``text`` without times and addresses; each id as the number of its first appearance in this run."""
    text = _VARYING.sub("-", _MOMENTS.sub("-", text))
    return _IDS.sub(lambda match: known.setdefault(match[0], f"id {len(known)}"), text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("host")
    for name, text in (("beside", BESIDE), ("probe_sdk", SDK), ("host", HOST)):
        (folder / f"{name}.py").write_text(text)
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def run(mode: str, folder: Path, server: Receiver) -> Run:
    record = folder / f"{mode.replace(' ', '-')}.ndjson"
    record.write_text("")
    before = len(server.requests)
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    with Receiver() as reports:
        done = subprocess.run(
            [sys.executable, str(folder / "host.py")],
            capture_output=True, text=True, timeout=120, check=False, cwd=folder,
            env={
                **environment, "MODE": mode, "REPORTS": reports.dsn(), "SERVER": server.url, "RECORD": str(record), "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")]),
            },
        )  # fmt: skip
        if mode != "without":
            assert reports.wait_for(_FAILURES * (1 + ("client" in mode)))
        received = list(reports.requests)
    known: dict[str, str] = {}
    envelopes = [plain(json.loads(line), known) for line in record.read_text().splitlines()]
    asked = [
        plain(json.dumps([one.method, one.target, {name: one.headers[name] for name in sorted(one.headers) if name != "host"}]), known)
        for one in server.requests[before:]
    ]  # fmt: skip
    return Run(done.returncode, plain(done.stdout, known), plain(done.stderr, known), envelopes, asked, received)


@pytest.fixture(scope="module")
def without(folder: Path, server: Receiver) -> Run:
    return run("without", folder, server)


def test_the_host_does_all_that_could_change(without: Run) -> None:
    """Events from captures, logs, threads, tasks and the end; transactions with spans; sessions, logs; trace headers; hooks and output."""
    sent = "\n".join(without.envelopes)
    assert without.returncode == 1
    for kind in ('"type":"event"', '"type":"transaction"', '"type":"session"', '"type":"log"'):
        assert kind in sent
    for said in (
        '"op":"http.client"',
        "no record called 'a'",
        "no record called 'in a thread'",
        "no record called 'at the end'",
        "nearly there",
        "it failed",
        "a step",
    ):
        assert said in sent
    assert "Task exception was never retrieved" in sent
    assert len(without.asked) == 3
    assert all("sentry-trace" in one and "baggage" in one for one in without.asked[:2])  # those inside the transaction
    assert "the host's excepthook: ProbeError" in without.stdout
    assert "Exception ignored in" in without.stderr
    assert "no record called 'at the end'" in without.stderr
    assert without.reports == []


@pytest.mark.parametrize("mode", ["reporter first", "reporter and client last"])
def test_the_host_runs_the_same(mode: str, without: Run, folder: Path, server: Receiver) -> None:
    """Same events, same traces, same headers, same output, same end; and the SDK's failures are reported, beside all that."""
    with_tightlip = run(mode, folder, server)
    assert with_tightlip.stdout == without.stdout
    assert with_tightlip.stderr == without.stderr
    assert with_tightlip.returncode == without.returncode
    assert with_tightlip.asked == without.asked
    assert with_tightlip.envelopes == without.envelopes
    reported = [one.event for one in with_tightlip.reports]
    assert len(reported) >= _FAILURES * (1 + ("client" in mode))
    assert {one["exception"]["values"][-1]["value"] for one in reported} == {"no record called {name!r}"}
    for one in with_tightlip.reports:
        assert [name for name in one.headers if "trace" in name or name == "baggage"] == []
        for word in (b"host user", b"in a thread", b"a step", b"it begins", b"host@1"):
            assert word not in one.envelope


def test_a_difference_would_be_seen() -> None:
    """What is taken out before the comparison is times, addresses and numbers of processes; an id that belongs elsewhere is seen."""
    one, other = "0123456789abcdef" * 2, "fedcba9876543210" * 2
    assert plain(f"{one} {one}", {}) == plain(f"{other} {other}", {})
    assert plain(f"{one} {one}", {}) != plain(f"{one} {other}", {})
    assert (
        plain('{"op":"db","timestamp":"a"}', {})
        == plain('{"op":"db","timestamp":"b"}', {})
        != plain('{"op":"http","timestamp":"a"}', {})
    )
