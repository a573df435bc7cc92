"""The live runner: what a program's SDK sends to the local endpoint is the output, all of it."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import zlib
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tightlip.suite.case import Case, CodeInput, EventInput, Filled, Keep, LogInput, Place
from tightlip.suite.case_file import load
from tightlip.suite.outcome import Broken, Output
from tightlip.suite.runners.callable import CallableRunner
from tightlip.suite.runners.command import CommandRunner
from tightlip.suite.runners.live import LiveRunner, environment
from tightlip.suite.runners.receiver import Receiver, Request, decoded, received
from tightlip.suite.trial import check_case

if TYPE_CHECKING:
    from collections.abc import Generator

    from tightlip.suite.case import Canary, Input

PYTHON = f"{shlex.quote(sys.executable)} -S -E {{file}}"
#: The part of a program that sends; without an SDK, so that it starts fast.
SEND = """
import http.client, json, os
from urllib.parse import urlsplit
dsn = urlsplit(os.environ["SENTRY_DSN"])
def send(*lines, path="envelope", **headers):
    connection = http.client.HTTPConnection(dsn.hostname, dsn.port)
    connection.request("POST", f"/api{dsn.path}/{path}/", "\\n".join(map(json.dumps, lines)), headers)
    connection.getresponse().read()
    connection.close()
"""


def filled(given: Input, *canaries: Canary) -> Filled:
    place = Place("f", 1, 1)
    case = Case("live.case", "w", "secret", "m", ("app",), given, canaries, {}, {}, frozenset(), {}, (), place)
    return Filled(case, {}, given)


def program(text: str, files: dict[str, str] | None = None, language: str = "python") -> Filled:
    return filled(CodeInput(text, files or {}, "", language))


@contextmanager
def live(command: str = PYTHON, **options: Any) -> Generator[LiveRunner]:
    runner = LiveRunner(command, **options)
    try:
        yield runner
    finally:
        runner.close()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("tightlip-check")]


def output(found: Output | Broken) -> Output:
    assert isinstance(found, Output), found
    return found


def envelope(*lines: object) -> Request:
    body = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return Request("POST", "/api/42/envelope/", {}, body)


class TestReceived:
    def test_the_first_error_is_the_event_and_all_else_stands_beside(self) -> None:
        found = received(
            [
                envelope({"sent_at": "now"}, {"type": "session"}, {"sid": "1"}, {"type": "event"}, {"message": "one"}),
                envelope(
                    {"trace": {}}, {"type": "event"}, {"message": "two"}, {"type": "client_report"}, {"reason": "x"}
                ),
            ]
        )
        assert found.event == {"message": "one"}
        assert found.beside() == (
            {"item": {"type": "client_report"}, "payload": {"reason": "x"}},
            {"item": {"type": "event"}, "payload": {"message": "two"}},
            {"item": {"type": "session"}, "payload": {"sid": "1"}},
            {"envelope": {"sent_at": "now"}},
            {"envelope": {"trace": {}}},
            *[{"request": {"method": "POST", "path": "/api/42/envelope/", "headers": {}}}] * 2,
        )

    def test_an_item_ends_where_its_length_says(self) -> None:
        note = b"line one\n{}\nline three"
        found = received(
            [
                envelope(
                    {},
                    {"type": "attachment", "filename": "a.txt", "length": len(note)},
                    note,
                    {"type": "event"},
                    {"a": 1},
                )
            ]
        )
        assert found.event == {"a": 1}
        assert found.items == [{"item": {"type": "attachment", "filename": "a.txt"}, "payload": note.decode()}]

    def test_what_is_no_json_is_kept_as_text_or_base64(self) -> None:
        note = b"\xff\xfe sk_test"
        packed = zlib.compress(b'{"a": "sk_test"}')
        found = received(
            [
                envelope(
                    b"no header",
                    {"type": "a", "length": len(note)},
                    note,
                    {"type": "b", "length": len(packed)},
                    packed,
                    b"no item",
                )
            ]
        )
        assert found.envelopes == [{"envelope": "no header"}]
        assert [item["payload"] for item in found.items] == [
            {"base64": "//4gc2tfdGVzdA=="},
            {"a": "sk_test"},
            "no item",
        ]

    def test_attributes_of_the_event_item_count(self) -> None:
        found = received([envelope({}, {"type": "event", "length": 2, "file": "sk"}, {})])
        assert (found.event, found.items) == ({}, [{"item": {"type": "event", "file": "sk"}}])

    def test_the_store_endpoint_and_any_other_path_count(self) -> None:
        found = received(
            [
                Request("POST", "/api/42/store/?sentry_key=1", {"x-sentry-auth": "Sentry"}, b'{"message": "m"}'),
                Request("POST", "/metrics", {"content-length": "3", "host": "127.0.0.1:1"}, b"a=1"),
                Request("GET", "/sk_test", {}, b""),
            ]
        )
        assert found.event == {"message": "m"}
        assert [one["request"] for one in found.requests] == [
            {"method": "POST", "path": "/api/42/store/?sentry_key=1", "headers": {"x-sentry-auth": "Sentry"}},
            {"method": "POST", "path": "/metrics", "headers": {}, "body": "a=1"},
            {"method": "GET", "path": "/sk_test", "headers": {}},
        ]

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("gzip", gzip.compress(b"text")),
            ("deflate", zlib.compress(b"text")),
            ("deflate", zlib.compress(b"text")[2:-4]),
            ("identity", b"text"),
            ("", b"text"),
        ],
    )
    def test_a_body_is_decoded(self, encoding: str, body: bytes) -> None:
        assert decoded(body, encoding) == b"text"

    def test_a_body_that_cannot_be_read_is_not_taken_for_an_empty_one(self) -> None:
        for encoding in ("gzip", "deflate", "br", "zstd"):
            body = decoded(b"text", encoding)
            assert body is None
            assert not received([envelope({}), Request("POST", "/api/42/envelope/", {}, body)]).is_whole


class TestReceiver:
    def test_it_takes_what_comes_in_any_form(self) -> None:
        receiver = Receiver()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", receiver.port)
            sent: list[tuple[Any, dict[str, str]]] = [
                (b"plain", {}),
                (gzip.compress(b"packed"), {"Content-Encoding": "gzip"}),
                (iter([b"in ", b"pieces"]), {"Transfer-Encoding": "chunked"}),
            ]
            for number, (body, headers) in enumerate(sent):
                connection.request("POST", f"/{number}", body, headers, encode_chunked=number == 2)
                assert connection.getresponse().read()
            connection.request("HEAD", "/3")
            connection.getresponse().read()
            connection.close()
            taken = receiver.take()
            assert [(one.path, one.body) for one in taken] == [
                ("/0", b"plain"),
                ("/1", b"packed"),
                ("/2", b"in pieces"),
                ("/3", b""),
            ]
            assert not receiver.take()
        finally:
            receiver.close()


class TestLive:
    def test_what_arrives_is_the_output_and_the_next_run_begins_anew(self) -> None:
        text = (
            SEND
            + "send({'sent_at': 1}, {'type': 'event'}, {'message': VALUE}, {'type': 'log'}, {}, **{'X-Acme': VALUE})\n"
        )
        with live() as runner:
            for value in ("first", "second"):
                found = output(runner.run(program(text.replace("VALUE", repr(value)))))
                assert found.event == {"message": value}
                item, header, request = found.beside
                assert (item, header) == ({"item": {"type": "log"}, "payload": {}}, {"envelope": {"sent_at": 1}})
                assert request["request"]["headers"]["x-acme"] == value
                assert "host" not in request["request"]["headers"]

    def test_the_program_finds_its_files_and_is_where_it_was_in_every_run(self) -> None:
        text = (
            SEND + "import acme_case\nsend({}, {'type': 'event'}, {'file': acme_case.__file__, 'cwd': os.getcwd()})\n"
        )
        with live() as runner:
            events = [output(runner.run(program(text, {"acme_case/__init__.py": ""}))).event for _ in range(2)]
        assert events[0] == events[1]
        assert events[0]["cwd"] == os.getcwd()  # noqa: PTH109 - as the program says it
        assert not Path(events[0]["file"]).exists()

    def test_a_program_that_sends_nothing_lets_nothing_leave(self) -> None:
        with live() as runner:
            assert runner.run(program("print('x')")) == Output(None)

    def test_a_failure_that_nobody_sends_is_the_programs_unless_it_is_to_be_dropped(self) -> None:
        given = program("1 / 0")
        with live() as runner:
            found = runner.run(given)
            assert isinstance(found, Broken)
            assert (found.kind, "status 1 and sent nothing" in found.words) == ("crash", True)
            assert runner.run(replace(given, case=replace(given.case, dropped=frozenset({"app"})))) == Output(None)
            assert "ZeroDivisionError" in runner.complaints()

    @pytest.mark.parametrize(
        ("keep", "is_told"),
        [
            (Keep(), False),
            (Keep(fields={"level": "error", "platform": "python"}, present=("exception.values.0.type",)), False),
            (Keep(fields={"exception.values.-1.type": "ValueError"}), True),
            (Keep(words=("refused",)), True),
            (Keep(template="the key {key!r} is refused"), True),
        ],
        ids=["nothing", "what any failure has", "type", "words", "template"],
    )
    def test_a_case_that_any_failure_would_pass_is_red(self, keep: Keep, is_told: bool) -> None:
        """Such as that of a program that does not even start, and whose SDK reports it; where nothing may leave, nothing has to be told."""
        sent = {
            "message": "the key {key!r} is refused",
            "platform": "python",
            "level": "error",
            "exception": {"values": [{"type": "ValueError"}]},
        }
        given = replace(program(SEND + f"send({{}}, {{'type': 'event'}}, {sent!r})").case, keep={"app": keep})
        nothing = replace(program("1 / 0").case, dropped=frozenset({"app"}))
        with live() as runner:
            found = check_case(given, runner, seed=1)
            assert check_case(nothing, runner, seed=1).status == "passed"
        assert [failure.kind for failure in found.failures] == ([] if is_told else ["lost"])
        assert is_told or "a program that did not even start would pass" in found.failures[0].words

    def test_a_helper_in_the_background_is_waited_for(self) -> None:
        late = SEND + "import time\ntime.sleep(0.3)\nsend({}, {'type': 'event'}, {'message': 'late'})\n"
        text = f"import subprocess, sys\nnull = subprocess.DEVNULL\nsubprocess.Popen([sys.executable, '-S', '-E', '-c', {late!r}], stdout=null, stderr=null)\n"
        with live() as runner:
            assert output(runner.run(program(text))).event == {"message": "late"}

    def test_what_arrives_between_two_programs_is_not_forgotten(self) -> None:
        """A process that left the group of its program may send when nobody waits any more: that is no run in which nothing left."""
        with live() as runner:
            assert runner.run(program("print('x')")) == Output(None)
            endpoint = runner._receiver
            assert endpoint is not None
            address = urlsplit(endpoint.dsn)
            assert address.hostname is not None
            connection = http.client.HTTPConnection(address.hostname, address.port)
            connection.request("POST", "/api/1/store/", b'{"message": "late"}')
            connection.getresponse().read()
            connection.close()
            found = runner.run(program("print('x')"))
            assert isinstance(found, Broken)
            assert (found.kind, "after the program before had ended" in found.words) == ("garbage", True)
            assert runner.run(program("print('x')")) == Output(None)

    def test_what_arrives_and_cannot_be_read_is_no_pass(self) -> None:
        with live() as runner:
            found = runner.run(program(SEND + "send({}, **{'Content-Encoding': 'br'})"))
        assert isinstance(found, Broken)
        assert (found.kind, "cannot be read here" in found.words) == ("garbage", True)

    def test_a_program_that_hangs_is_ended_with_all_that_it_started(self, capfd: pytest.CaptureFixture[str]) -> None:
        with live(seconds=0.3) as runner:
            found = runner.run(program("import subprocess, sys\nprint('x')\nsubprocess.run(['sleep', '60'])\n"))
        assert found == Broken("hang", "the program did not end within 0.3 seconds")
        assert capfd.readouterr() == ("", "")

    def test_what_it_cannot_run_is_refused_with_the_reason(self) -> None:
        with live("node {file}" if shutil.which("node") else PYTHON, language="javascript") as runner:
            assert runner.refuses(program("", language="javascript").case) is None
            assert runner.refuses(program("").case) == "the program is python, and --live runs javascript"
            assert (
                runner.refuses(filled(LogInput("m")).case)
                == runner.refuses(filled(EventInput({})).case)
                == "a live run needs a program"
            )

        with live() as runner:
            assert "in process alone" in str(runner.refuses(program("reporter.capture(1)").case))

    def test_a_mistake_in_the_command_is_told_before_the_run(self) -> None:
        for command, words in (
            (sys.executable, "write {file}"),
            ("no-such-program {file}", "no program"),
            ("", "is empty"),
        ):
            with pytest.raises(ValueError, match=words):
                LiveRunner(command)

    def test_the_callers_environment_leads_the_sdk_nowhere_else(self) -> None:
        given = {
            "PATH": "/bin", "HTTPS_PROXY": "p", "no_proxy": "n", "DO_NOT_TRACK": "1", "SENTRY_DSN": "https://k@real/1",
            "SENTRY_SPOTLIGHT": "1", "OTEL_EXPORTER_OTLP_ENDPOINT": "x", "NODE_PATH": "/mine",
        }  # fmt: skip
        found = environment("http://k@127.0.0.1/1", given)
        assert found.pop("NODE_PATH").split(os.pathsep)[-1] == "/mine"
        assert found == {"PATH": "/bin", "SENTRY_DSN": "http://k@127.0.0.1/1", "PYTHONDONTWRITEBYTECODE": "1"}

    def test_nothing_is_left_on_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        with live() as runner:
            assert not list(tmp_path.iterdir())
            runner.run(program("pass"))
        assert not list(tmp_path.iterdir())


EXAMPLES = Path(__file__).parents[1] / "fixtures" / "examples"
NODE = shutil.which("node")


def results(folder: Path, runner: Any) -> dict[str, tuple[str, set[str]]]:
    """What the cases of an example come to: status, and what failed where."""
    try:
        found = [check_case(case, runner, seed=1) for case in load(folder / "cases.yaml")]
    finally:
        runner.close()
    return {
        one.case.id.rpartition(".")[2]: (one.status, {f"{failure.kind} {failure.path}" for failure in one.failures})
        for one in found
        if one.status != "skipped"
    }


PASSED: tuple[str, set[str]] = ("passed", set())


class TestExamples:
    def test_python_before_send(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "path", sys.path[:])
        folder, file = EXAMPLES / "python", str(EXAMPLES / "python" / "scrubber.py")
        try:
            assert results(folder, CallableRunner(f"{file}:before_send")) == {"request": PASSED, "program": PASSED}
            found = results(folder, CallableRunner(f"{file}:by_names"))
        finally:
            sys.modules.pop("scrubber", None)
        assert "leak request.url" in found["request"][1]
        assert "leak exception.values.0.value" in found["program"][1]

    def test_python_live(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(EXAMPLES / "python")
        runner = LiveRunner(f"{shlex.quote(sys.executable)} instrument.py private {{file}}")
        assert results(EXAMPLES / "python", runner) == {"program": PASSED}

    @pytest.mark.skipif(NODE is None, reason="there is no node on the PATH")
    @pytest.mark.parametrize("per_case", [False, True])
    def test_node_command(self, monkeypatch: pytest.MonkeyPatch, per_case: bool) -> None:
        monkeypatch.chdir(EXAMPLES / "node")
        assert results(EXAMPLES / "node", CommandRunner("node scrub.js", per_case=per_case)) == {"event": PASSED}

    @pytest.fixture
    def node_folder(self, tmp_path: Path) -> Path:
        """The example with ``@sentry/node`` installed."""
        if NODE is None:
            pytest.skip("there is no node on the PATH")
        folder = EXAMPLES / "node"
        if (folder / "node_modules" / "@sentry" / "node").is_dir():
            return folder
        if os.environ.get("TIGHTLIP_NODE") != "1":
            pytest.skip(
                "@sentry/node is not installed: run `npm install` in fixtures/examples/node, or set TIGHTLIP_NODE=1"
            )
        copy = tmp_path / "node"
        shutil.copytree(folder, copy)
        install = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
        subprocess.run(install, cwd=copy, check=True, capture_output=True, timeout=300)
        return copy

    def test_node_live(self, node_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(node_folder)
        found = {
            how: results(node_folder, LiveRunner(f"node --import ./{how}.js {{file}}", language="javascript"))[
                "program"
            ]
            for how in ("private", "plain")
        }
        assert found["private"] == PASSED
        status, failures = found["plain"]
        assert status == "failed"
        assert {"leak exception.values.0.value", "leak breadcrumbs.0.message"} <= failures
        assert any(failure.startswith("leak exception.values.0.stacktrace.frames.") for failure in failures)
        assert not [failure for failure in failures if failure.startswith("interference")]
