"""Runners of the suite that need no endpoint: tightlip, callables, commands, and the peers."""

from __future__ import annotations

import functools
import importlib
import json
import logging
import os
import pickle
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

import tightlip
from tightlip.suite.case import Case, CodeInput, EventInput, Filled, LogInput, Place
from tightlip.suite.outcome import Broken, Output
from tightlip.suite.runners import peers, programs, recording
from tightlip.suite.runners.callable import CallableRunner, load
from tightlip.suite.runners.command import CommandRunner
from tightlip.suite.runners.pipeline import PipelineRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tightlip.suite.case import Input
    from tightlip.suite.outcome import Runner

SDK = {
    "acme_case/__init__.py": "def connect(key):\n    raise ValueError(f'key {key!r} has the wrong length')\n",
}
APPLICATION = "import acme_case\nacme_case.connect({secret!r})\n"
SECRETS = ("sk_test_first4242", "sk_test_second424242")


def filled(given: Input, name: str = "secret.key") -> Filled:
    return Filled(
        Case(
            name, "w", "secret", "message", ("strict", "app"), given, (), {}, {}, frozenset(), {}, (), Place("f", 1, 1)
        ),
        {},
        given,
    )


def code(application: str, files: dict[str, str] | None = None, name: str = "secret.key") -> Filled:
    return filled(CodeInput(application, SDK if files is None else files, "acme_case"), name)


def event_of(output: Output | Broken) -> dict[str, Any]:
    assert isinstance(output, Output), output
    event: dict[str, Any] = output.event
    return event


def broken(output: Output | Broken) -> tuple[str, str]:
    assert isinstance(output, Broken), output
    return output.kind, output.words


def value_of(event: dict[str, Any]) -> Any:
    return event["exception"]["values"][-1]["value"]


@contextmanager
def running(runner: Runner) -> Iterator[Runner]:
    try:
        yield runner
    finally:
        runner.close()


@pytest.fixture
def strict() -> Iterator[Runner]:
    with running(PipelineRunner(tightlip.STRICT)) as runner:
        yield runner


@pytest.fixture
def app() -> Iterator[Runner]:
    with running(PipelineRunner(tightlip.APP)) as runner:
        yield runner


class TestPipeline:
    EVENT: ClassVar = {"level": "error", "message": "cannot reach ann@example.com"}

    def test_an_event_is_what_scrub_makes_of_it(self, strict: Runner, app: Runner) -> None:
        for runner, policy in ((strict, tightlip.STRICT), (app, tightlip.APP)):
            assert event_of(runner.run(filled(EventInput(self.EVENT)))) == tightlip.scrub(self.EVENT, policy)

    def test_a_log_line_is_scrubbed_text_under_app_and_nothing_under_strict(self, strict: Runner, app: Runner) -> None:
        line = filled(LogInput("cannot reach ann@example.com"))
        assert strict.run(line) == Output(None)
        assert app.run(line) == Output("cannot reach [email]")

    def test_a_policy_may_be_a_name_or_a_file_so_that_its_arguments_can_be_handed_to_a_process(
        self, tmp_path: Path
    ) -> None:
        file = tmp_path / "policy.yaml"
        file.write_text("name: mine\nextends: APP\nclasses: {pii: off}\n", encoding="utf-8")
        for policy, name, profile in (
            ("STRICT_UNREAD", "tightlip strict_unread", "strict"),
            (str(file), "tightlip mine", "app"),
        ):
            with running(pickle.loads(pickle.dumps(functools.partial(PipelineRunner, policy)))()) as runner:
                assert (runner.name, runner.profile) == (name, profile)
                left = event_of(runner.run(filled(EventInput(self.EVENT)))).get("message")
                assert left == (self.EVENT["message"] if profile == "app" else None)
        with pytest.raises(ValueError, match="STRICT"):
            PipelineRunner("STRIKT")

    @pytest.mark.parametrize("policy", [tightlip.STRICT, tightlip.STRICT_UNREAD, tightlip.APP])
    def test_the_failure_of_a_program_leaves_as_its_template_the_same_in_every_run(
        self, policy: tightlip.Policy
    ) -> None:
        with running(PipelineRunner(policy)) as runner:
            events = [event_of(runner.run(code(APPLICATION.format(secret=secret)))) for secret in SECRETS]
        for event in events:
            assert value_of(event) == "key {key!r} has the wrong length"
            assert event["exception"]["values"][-1]["stacktrace"]["frames"][-1]["module"] == "acme_case"
            for varying in ("event_id", "timestamp"):
                del event[varying]
            for varying in ("gc", "threads"):
                del event["contexts"][varying]
        assert json.dumps(events[0]) == json.dumps(events[1])

    def test_cases_with_a_package_of_the_same_name_do_not_see_each_others_modules(self, strict: Runner) -> None:
        other = {"acme_case.py": "def connect(key):\n    raise OverflowError('another SDK')\n"}
        program = APPLICATION.format(secret="x")
        assert value_of(event_of(strict.run(code(program)))) == "key {key!r} has the wrong length"
        assert value_of(event_of(strict.run(code(program, other, "secret.other")))) == "another SDK"
        assert value_of(event_of(strict.run(code(program)))) == "key {key!r} has the wrong length"
        assert "acme_case" not in sys.modules

    def test_cases_of_the_same_size_in_the_same_second_do_not_share_bytecode(self, strict: Runner) -> None:
        for number, word in enumerate(("first", "other", "third")):
            files = {"acme_case/__init__.py": f"def connect(key):\n    raise ValueError('{word}')\n"}
            event = event_of(strict.run(code(APPLICATION.format(secret="x"), files, f"a{number}")))
            assert value_of(event) == word

    def test_a_folder_of_the_case_before_cannot_be_imported(self, app: Runner) -> None:
        with_part = {"acme_case/__init__.py": "", "acme_case/part/__init__.py": ""}
        program = "import acme_case.part\nraise ValueError('there')\n"
        assert event_of(app.run(code(program, with_part)))["exception"]["values"][-1]["type"] == "ValueError"
        event = event_of(app.run(code(program, {"acme_case/__init__.py": ""}, "secret.other")))
        assert event["exception"]["values"][-1]["type"] == "ModuleNotFoundError"

    def test_a_case_may_bring_a_distribution_with_dependencies_of_its_own(self, strict: Runner) -> None:
        """A failure in a declared dependency is the SDK's; the same without the declaration is an application's."""
        fails = "import packaging.version\ndef connect(key):\n    packaging.version.Version(key)\n"
        metadata = "Metadata-Version: 2.1\nName: acme-case\nVersion: 1.0\nRequires-Dist: packaging\n"
        told = {
            "acme_case.py": fails,
            "acme_case-1.0.dist-info/METADATA": metadata,
            "acme_case-1.0.dist-info/RECORD": "acme_case.py,,\nacme_case-1.0.dist-info/METADATA,,\nacme_case-1.0.dist-info/RECORD,,\n",
        }
        for number in range(2):
            assert strict.run(code(APPLICATION.format(secret="x"), {"acme_case.py": fails}, f"a{number}")) == Output(
                None
            )
            event = event_of(strict.run(code(APPLICATION.format(secret="x"), told, f"b{number}")))
            assert event["release"] == "acme_case@1.0"

    def test_a_module_keeps_nothing_from_one_run_to_the_next(self, strict: Runner) -> None:
        files = {
            "acme_case.py": "seen = []\ndef connect(key):\n    seen.append(key)\n    if len(seen) > 1:\n        raise ValueError('twice')\n    raise ValueError('once')\n"
        }
        for secret in SECRETS:
            assert value_of(event_of(strict.run(code(APPLICATION.format(secret=secret), files)))) == "once"

    def test_the_process_is_as_it_was(self, strict: Runner, capfd: pytest.CaptureFixture[str]) -> None:
        before = (sys.path[:], dict(os.environ), Path.cwd(), sys.modules["__main__"], sys.stdout, sys.stderr, json)
        program = """
import os, sys, json, warnings, acme_case
assert os.environ["DO_NOT_TRACK"] == "1" and "ACME_KEY" not in os.environ
os.environ["ACME_KEY"] = "sk"
del os.environ["PATH"]
sys.path.append("/nowhere")
open("left.txt", "w").write("x")
warnings.warn("careful")
print("out"); print("err", file=sys.stderr)
os.chdir("/")
acme_case.connect(len(os.environ))
"""
        files = {**SDK, "json.py": "mine = True\n"}
        for _ in range(2):
            event_of(strict.run(code(program + "assert json.mine\n", files)))
        assert (
            sys.path,
            dict(os.environ),
            Path.cwd(),
            sys.modules["__main__"],
            sys.stdout,
            sys.stderr,
            sys.modules["json"],
        ) == before
        assert capfd.readouterr() == ("", "")

    def test_hooks_loggers_and_structlog_are_as_they_were(self, app: Runner) -> None:
        structlog = pytest.importorskip("structlog")
        program = """
import asyncio, logging, signal, structlog, sys, threading, acme_case
assert not logging.root.handlers and not logging.getLogger("acme.new").handlers and not structlog.is_configured()
logging.basicConfig(level="DEBUG")
logging.getLogger("acme.new").addHandler(logging.StreamHandler())
structlog.configure(processors=[reporter.log_processor(), structlog.processors.JSONRenderer()])
structlog.get_logger().info("a step")
sys.excepthook = threading.excepthook = print
signal.signal(signal.SIGINT, signal.SIG_IGN)
reporter.install()

async def main():
    logging.getLogger("acme.new").warning("odd")
    acme_case.connect(1)

asyncio.run(main())
"""
        before_root = logging.root.handlers[:], logging.root.level
        logging.root.handlers[:] = []  # pytest's own
        try:
            before = sys.excepthook, threading.excepthook, signal.getsignal(signal.SIGINT)
            for _ in range(2):
                assert value_of(event_of(app.run(code(program)))) == "key {key!r} has the wrong length"
            assert (sys.excepthook, threading.excepthook, signal.getsignal(signal.SIGINT)) == before
            assert not logging.root.handlers
            assert not structlog.is_configured()
            assert logging.root.level == before_root[1]
        finally:
            logging.root.handlers[:] = before_root[0]

    def test_a_program_finds_no_file_of_the_run_before(self, strict: Runner) -> None:
        program = "import os, acme_case\nassert not os.listdir('.')\nopen('x', 'w').close()\nacme_case.connect(1)\n"
        for _ in range(2):
            assert value_of(event_of(strict.run(code(program)))) == "key {key!r} has the wrong length"

    def test_the_last_report_is_the_output_and_those_before_stand_beside(self, strict: Runner) -> None:
        program = """
import acme_case
reporter.add_breadcrumb("it begins")
for number in range(2):
    try:
        acme_case.connect(number)
    except ValueError as error:
        reporter.capture(error)
with reporter.guard():
    acme_case.connect("last")
"""
        for _ in range(2):
            output = strict.run(code(program))
            event = event_of(output)
            assert isinstance(output, Output)
            assert [one["exception"]["values"][-1]["mechanism"]["handled"] for one in (*output.beside, event)] == [
                True,
                True,
                False,
            ]

    def test_breadcrumbs_and_log_handlers_do_not_outlive_a_run(self, app: Runner) -> None:
        files = {
            "acme_case.py": "import logging\nlogger = logging.getLogger('acme_case')\ndef connect(reporter):\n    reporter.add_breadcrumb('one step')\n    logger.warning('odd')\n    raise ValueError('no')\n"
        }
        program = "import acme_case\nacme_case.logger.addHandler(reporter.log_handler())\nacme_case.connect(reporter)\n"
        for _ in range(2):
            steps = event_of(app.run(code(program, files)))["breadcrumbs"]["values"]
            assert [step["message"] for step in steps] == ["one step", "odd"]
        assert not logging.getLogger("acme_case").handlers

    def test_a_program_that_does_not_fail_proves_nothing(self, strict: Runner) -> None:
        assert broken(strict.run(code("import acme_case\n"))) == ("crash", programs.NOTHING)

    def test_what_does_not_compile_is_named_without_its_text(self, strict: Runner) -> None:
        kind, words = broken(strict.run(code("x = 1\nif sk_test_first4242 x\n")))
        assert (kind, words) == ("crash", "the application of the case does not compile (line 2)")
        kind, words = broken(strict.run(code("pass", {"acme_case.py": "def"}, "secret.sdk")))
        assert (kind, words) == ("crash", "the file 'acme_case.py' of the case does not compile (line 1)")

    def test_a_file_outside_of_the_folder_is_refused(self, strict: Runner) -> None:
        for path in ("../acme_case.py", "/tmp/acme_case.py"):
            kind, words = broken(strict.run(code("pass", {path: ""}, path)))
            assert (kind, "outside of its folder" in words) == ("crash", True)

    @pytest.mark.parametrize(
        "program", ["raise KeyboardInterrupt", "raise SystemExit(3)", "import sys; sys.exit('no')"]
    )
    def test_a_program_may_raise_what_is_no_failure(self, strict: Runner, program: str) -> None:
        assert strict.run(code(program)) == Output(None)

    def test_somebody_who_presses_ctrl_c_is_heard(self, strict: Runner) -> None:
        before = sys.path[:]
        with pytest.raises(KeyboardInterrupt):
            strict.run(code("import signal\nsignal.raise_signal(signal.SIGINT)\n"))
        assert sys.path == before

    @pytest.mark.parametrize(
        ("place", "name", "words"),
        [
            (importlib.import_module("tightlip.scrub").Scrub, "__call__", " in its stage 'scrub' (KeyError)"),
            (recording.Recording, "_taken", " (KeyError)"),
            (recording, "plain", " (KeyError)"),
        ],
    )
    def test_a_stage_that_fails_is_no_event_that_was_dropped(
        self, strict: Runner, monkeypatch: pytest.MonkeyPatch, place: object, name: str, words: str
    ) -> None:
        def fails(*_: object, **__: object) -> None:
            raise KeyError("sk_test_first4242")

        monkeypatch.setattr(place, name, fails)
        guarded = "import acme_case\nwith reporter.guard():\n    acme_case.connect(1)\n"
        for program in (guarded, APPLICATION.format(secret="x")):
            assert broken(strict.run(code(program))) == ("crash", f"tightlip failed{words}")

    def test_a_program_that_hangs_is_stopped(self) -> None:
        for program in (
            "while True: pass",
            "while True:\n    try: import time; time.sleep(9)\n    except Exception: pass",
        ):
            with running(PipelineRunner(seconds=0.1)) as runner:
                assert broken(runner.run(code(program)))[0] == "hang"

    def test_an_installed_package_is_the_sdk_of_its_cases(self, strict: Runner) -> None:
        program = "import packaging.version\npackaging.version.Version({!r})\n"
        given = [CodeInput(program.format(secret), {}, "packaging") for secret in SECRETS]
        assert [value_of(event_of(strict.run(filled(one)))) for one in given] == ["Invalid version: {version!r}"] * 2

    def test_what_it_cannot_run_is_refused_with_the_reason(self, strict: Runner) -> None:
        assert (
            strict.refuses(filled(CodeInput("", {}, "", "javascript")).case)
            == "the program is javascript: --live runs it"
        )
        assert (
            strict.refuses(filled(CodeInput("", {}, "no_such_package")).case)
            == "the package no_such_package is not installed"
        )
        assert strict.refuses(code("").case) is None
        assert strict.refuses(filled(LogInput("")).case) is None

    def test_nothing_is_left_on_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        with running(PipelineRunner()) as runner:
            assert not list(tmp_path.iterdir())
            runner.run(code(APPLICATION.format(secret="x")))
            assert len(list(tmp_path.iterdir())) == 1
        assert not list(tmp_path.iterdir())


SCRUBBERS = """
import re, time

def same(event, hint):
    print(event)
    return event

def alone(event):
    return event

def optional(event, policy=None):
    return event if policy is None else {}

def hinted(event, hint=None):
    return {} if hint is None else event

def nothing(event, hint):
    return None

def raises(event, hint):
    raise type("sk_test_first4242", (ValueError,), {})(event)

def leaves(event, hint):
    raise SystemExit(str(event))

def loops(event, hint):
    while True:
        pass

def backtracks(event, hint):
    re.match("(a+)+b", "a" * 60)

def text(event, hint):
    return str(event)

def unwritable(event, hint):
    return {**event, "when": time}

def endless(event, hint):
    event["x"] = event
    return event

def changes(event, hint):
    event["extra"]["a"] = "changed"
    return event

def three(event, hint, more):
    return event

async def later(event, hint):
    return event

class Scrubber:
    def scrub_event(self, event):
        event["message"] = "quiet"

class Needs:
    def __init__(self, what): pass
    def scrub_event(self, event): pass

scrubber = Scrubber()
"""


@pytest.fixture(scope="module")
def scrubbers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], CallableRunner]]:
    file = tmp_path_factory.mktemp("scrubbers") / "acme_scrubbers.py"
    file.write_text(SCRUBBERS, encoding="utf-8")
    before = sys.path[:]
    yield lambda name: CallableRunner(f"{file}:{name}", seconds=0.1 if name in {"loops", "backtracks"} else 5)
    sys.path[:] = before
    sys.modules.pop("acme_scrubbers", None)


class TestCallable:
    @pytest.mark.parametrize("name", ["same", "alone", "optional", "hinted"])
    def test_it_gets_the_event_and_a_log_line_as_a_log_entry(
        self, scrubbers: Callable[[str], CallableRunner], name: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with running(scrubbers(name)) as runner:
            assert runner.run(filled(EventInput({"message": "m"}))) == Output({"message": "m"})
            assert runner.run(filled(LogInput("m"))) == Output({"logentry": {"formatted": "m"}})
        assert capfd.readouterr() == ("", "")

    def test_none_is_an_event_that_was_dropped(self, scrubbers: Callable[[str], CallableRunner]) -> None:
        assert scrubbers("nothing").run(filled(EventInput({}))) == Output(None)

    def test_it_may_change_what_it_gets(self, scrubbers: Callable[[str], CallableRunner]) -> None:
        event = {"extra": {"a": "b"}}
        assert scrubbers("changes").run(filled(EventInput(event))) == Output({"extra": {"a": "changed"}})
        assert event == {"extra": {"a": "b"}}

    @pytest.mark.parametrize("name", ["Scrubber", "scrubber"])
    def test_an_object_with_scrub_event_scrubs_in_place(
        self, scrubbers: Callable[[str], CallableRunner], name: str
    ) -> None:
        assert scrubbers(name).run(filled(EventInput({"message": "m"}))) == Output({"message": "quiet"})

    @pytest.mark.parametrize(
        ("name", "kind", "words"),
        [
            ("raises", "crash", "the scrubber raised ValueError"),
            ("leaves", "crash", "the scrubber raised SystemExit"),
            ("loops", "hang", "no answer within 0.1 seconds"),
            ("backtracks", "hang", "no answer within 0.1 seconds"),
            ("text", "garbage", "the answer is no event: a str in place of a dict or None"),
            ("unwritable", "garbage", "the answer cannot be written as JSON (TypeError)"),
            ("endless", "garbage", "the answer cannot be written as JSON (ValueError)"),
        ],
    )
    def test_what_goes_wrong_is_named_without_a_word_of_the_event(
        self, scrubbers: Callable[[str], CallableRunner], name: str, kind: str, words: str
    ) -> None:
        assert broken(scrubbers(name).run(filled(EventInput({"message": SECRETS[0]})))) == (kind, words)

    def test_a_program_reaches_it_as_the_event_that_sentrys_sdk_makes(self) -> None:
        hints: list[Any] = []

        def scrub(event: dict[str, Any], hint: dict[str, Any]) -> Any:
            hints.append(hint["exc_info"])
            return event

        program = "import acme_case\nreporter.add_breadcrumb('a step', number=1)\n" + APPLICATION
        with running(CallableRunner(scrub, "mine")) as runner:
            events = [event_of(runner.run(code(program.format(secret=secret)))) for secret in SECRETS]
        for event, secret, (kind, error, trace) in zip(events, SECRETS, hints, strict=True):
            assert value_of(event) == f"key {secret!r} has the wrong length"
            frames = event["exception"]["values"][0]["stacktrace"]["frames"]
            # The application's line of this run, not that of the one before.
            assert frames[0]["context_line"] == f"acme_case.connect({secret!r})"
            assert frames[-1]["vars"] == {"key": repr(secret)}
            assert event["breadcrumbs"]["values"][0]["data"] == {"number": 1}
            assert (kind, type(error), trace.tb_frame.f_code.co_name) == (ValueError, ValueError, "<module>")

    def test_the_source_lines_are_those_of_the_case(self) -> None:
        with running(CallableRunner(lambda event, _hint: event, "none")) as runner:
            for number, word in enumerate(("first", "other")):
                files = {"acme_case.py": f"def connect(key):\n    raise ValueError('{word}')\n"}
                event = event_of(runner.run(code(APPLICATION.format(secret="x"), files, f"a{number}")))
                frame = event["exception"]["values"][0]["stacktrace"]["frames"][-1]
                assert frame["context_line"] == f"    raise ValueError('{word}')"

    def test_two_runs_of_a_program_with_the_same_values_give_the_same_event(self) -> None:
        with running(CallableRunner(lambda event, _hint: event, "none")) as runner:
            events = [event_of(runner.run(code(APPLICATION.format(secret="x")))) for _ in range(2)]
        for event in events:
            del event["event_id"], event["timestamp"]
        assert events[0] == events[1]

    def test_captured_exceptions_stand_beside(self) -> None:
        program = """
import acme_case, logging
log = logging.getLogger("acme_log")
log.propagate = False
handler = reporter.log_handler(capture_errors=True)
log.addHandler(handler)
try:
    acme_case.connect(1)
except ValueError as error:
    log.exception("odd")
log.removeHandler(handler)
acme_case.connect(2)
"""
        with running(CallableRunner(lambda event, _hint: event, "none")) as runner:
            output = runner.run(code(program))
        assert isinstance(output, Output)
        assert [value_of(event) for event in (*output.beside, output.event)] == [
            "key 1 has the wrong length",
            "key 2 has the wrong length",
        ]
        assert output.event["breadcrumbs"]["values"][0]["message"] == "odd"

    @pytest.mark.parametrize(
        ("spec", "words"),
        [
            ("acme.telemetry", "names no scrubber"),
            (":before_send", "names no scrubber"),
            ("no_such_module:before_send", "there is no module named 'no_such_module'"),
            ("tightlip.no_such:before_send", r"there is no module named 'tightlip\.no_such'"),
            ("no/such/file.py:before_send", "there is no file 'no/such/file.py'"),
            ("tightlip:before_sent", "has no attribute 'before_sent'; did you mean before_send?"),
            ("tightlip:__version__", "is no callable"),
            ("FILE:three", "a scrubber takes"),
            ("FILE:later", "asynchronous"),
            ("FILE:Needs", "cannot be made without arguments"),
            ("FILE:sam", "did you mean same?"),
            ("BROKEN:f", "cannot be imported: ZeroDivisionError"),
        ],
    )
    def test_a_mistake_in_its_name_is_told_before_the_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str, words: str
    ) -> None:
        monkeypatch.setattr(sys, "path", sys.path[:])
        (tmp_path / "acme_scrub.py").write_text(SCRUBBERS, encoding="utf-8")
        (tmp_path / "acme_broken.py").write_text("1 / 0", encoding="utf-8")
        spec = spec.replace("FILE", str(tmp_path / "acme_scrub.py")).replace("BROKEN", str(tmp_path / "acme_broken.py"))
        try:
            with pytest.raises(ValueError, match=words):
                load(spec)
        finally:
            sys.modules.pop("acme_scrub", None)
        assert "acme_broken" not in sys.modules


COMMAND = """
import json, os, sys, time
mode = sys.argv[1]
for number, line in enumerate(sys.stdin):
    event = json.loads(line)
    if mode == "counts": event = {"number": number, "pid": os.getpid()}
    if mode == "drops": event = None
    if mode == "ends": sys.exit(3)
    if mode == "leaves at the second" and number: sys.exit(0)
    if mode == "dies": os.kill(os.getpid(), 9)
    if mode == "hangs": time.sleep(60)
    if mode == "child":
        import subprocess
        event = {"pid": subprocess.Popen(["sleep", "60"]).pid}
    if mode == "twice": print("{}", flush=True)
    if mode == "chats": print("scrubbing", flush=True); continue
    if mode == "lists": event = [event]
    if mode == "complains": print("I saw", line, file=sys.stderr, flush=True)
    print(json.dumps(event), flush=True)
    if mode == "leaves": sys.exit(0)
if mode == "late": sys.exit(4)
"""


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., CommandRunner]:
    file = tmp_path_factory.mktemp("command") / "scrub me.py"
    file.write_text(COMMAND, encoding="utf-8")

    def make(mode: str, **options: Any) -> CommandRunner:
        words = (sys.executable, "-S", "-E", str(file), mode)
        return CommandRunner(shlex.join(words), seconds=0.15 if mode == "hangs" else 20, **options)

    return make


class TestCommand:
    GIVEN = filled(EventInput({"message": "grüße \u2028 \n " + "x" * 200_000}))

    @pytest.mark.parametrize("per_case", [False, True])
    def test_an_event_goes_in_and_comes_out_on_a_line(
        self, command: Callable[..., CommandRunner], per_case: bool
    ) -> None:
        with running(command("same", per_case=per_case)) as runner:
            assert isinstance(self.GIVEN.input, EventInput)
            for _ in range(2):
                assert runner.run(self.GIVEN) == Output(self.GIVEN.input.event)
            assert runner.run(filled(LogInput("m"))) == Output({"logentry": {"formatted": "m"}})
        with running(command("drops", per_case=per_case)) as runner:
            assert runner.run(self.GIVEN) == Output(None)

    def test_it_works_in_the_callers_folder(
        self, command: Callable[..., CommandRunner], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A path of the command's is the caller's, also for the case of a program, which has a folder of its own."""
        (tmp_path / "scrub.py").write_text(COMMAND, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        program = filled(CodeInput("raise ValueError('x')", {}, "json"))
        for per_case in (False, True):
            with running(CommandRunner(f"{sys.executable} -S -E scrub.py same", per_case=per_case)) as runner:
                assert event_of(runner.run(program))["exception"]["values"][0]["type"] == "ValueError"

    def test_one_process_serves_all_or_each_case_has_its_own(self, command: Callable[..., CommandRunner]) -> None:
        for per_case, numbers, processes in ((False, [0, 1, 2], 1), (True, [0, 0, 0], 3)):
            with running(command("counts", per_case=per_case)) as runner:
                events = [event_of(runner.run(self.GIVEN)) for _ in range(3)]
            assert [event["number"] for event in events] == numbers
            assert len({event["pid"] for event in events}) == processes

    @pytest.mark.parametrize("per_case", [False, True])
    @pytest.mark.parametrize(
        ("mode", "kind", "words"),
        [
            ("ends", "crash", "the command ended with status 3 instead of answering"),
            ("dies", "crash", "the command ended by signal 9 instead of answering"),
            ("hangs", "hang", "within 0.15 seconds"),
            ("chats", "garbage", "the answer is no line of JSON (9 bytes)"),
            ("lists", "garbage", "the answer is no event: a list in place of a dict or None"),
        ],
    )
    def test_what_goes_wrong_fails_the_case_and_the_next_gets_a_new_process(
        self, command: Callable[..., CommandRunner], mode: str, kind: str, words: str, per_case: bool
    ) -> None:
        with running(command(mode, per_case=per_case)) as runner:
            for _ in range(2):
                found = broken(runner.run(self.GIVEN))
                assert found[0] == kind
                assert words in found[1]

    def test_a_status_after_the_answer_counts_where_each_case_has_its_process(
        self, command: Callable[..., CommandRunner]
    ) -> None:
        with running(command("late", per_case=True)) as runner:
            assert broken(runner.run(self.GIVEN)) == ("crash", "the command ended with status 4 instead of answering")

    def test_one_that_ends_between_two_events_is_started_again(self, command: Callable[..., CommandRunner]) -> None:
        with running(command("leaves")) as runner:
            assert isinstance(runner, CommandRunner)
            for _ in range(3):
                assert isinstance(runner.run(self.GIVEN), Output)
                assert runner._process is not None
                assert runner._process.status(10) == 0

    def test_one_that_ends_while_an_event_is_on_its_way_is_started_again(
        self, command: Callable[..., CommandRunner]
    ) -> None:
        """Between its answer and its end there is a moment; the event of that moment was not answered by anybody."""
        with running(command("leaves at the second")) as runner:
            for _ in range(3):
                assert isinstance(runner.run(self.GIVEN), Output)

    def test_a_line_too_many_does_not_answer_the_next_event(self, command: Callable[..., CommandRunner]) -> None:
        with running(command("twice")) as runner:
            assert runner.run(self.GIVEN) == Output({})
            while not runner._process._lines.qsize():  # type: ignore[attr-defined]
                pass
            assert "a line that nobody asked for" in broken(runner.run(self.GIVEN))[1]

    def test_what_it_complains_is_kept_and_shown_to_who_asks(
        self, command: Callable[..., CommandRunner], capfd: pytest.CaptureFixture[str]
    ) -> None:
        with running(command("complains")) as runner:
            assert isinstance(runner, CommandRunner)
            runner.run(filled(EventInput({"message": "m"})))
            runner.run(filled(EventInput({"message": "n"})))
            assert 'I saw {"message":"m"}' in runner.complaints()
        assert capfd.readouterr() == ("", "")

    def test_what_it_started_ends_with_it(self, command: Callable[..., CommandRunner]) -> None:
        with running(command("child")) as runner:
            pid = event_of(runner.run(self.GIVEN))["pid"]
            os.kill(pid, 0)
        assert is_gone(pid)
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("tightlip-check")]

    def test_a_program_of_a_case_reaches_it_as_an_event(self, command: Callable[..., CommandRunner]) -> None:
        with running(command("same")) as runner:
            assert (
                value_of(event_of(runner.run(code(APPLICATION.format(secret="x"))))) == "key 'x' has the wrong length"
            )

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "is empty"),
            ("no-such-program scrub.js", "no program 'no-such-program'"),
            ("node 'scrub", "cannot be read"),
        ],
    )
    def test_a_mistake_in_it_is_told_before_the_run(self, text: str, words: str) -> None:
        with pytest.raises(ValueError, match=words):
            CommandRunner(text)

    def test_no_shell_reads_it(self, tmp_path: Path) -> None:
        with running(
            CommandRunner(f"{shlex.quote(sys.executable)} -c 'print(\"{{}}\")' ; touch {tmp_path}/made", per_case=True)
        ) as runner:
            assert runner.run(filled(EventInput({}))) == Output({})
        assert not list(tmp_path.iterdir())


KILLED = """
import sys, time
from tightlip.suite.case import *
from tightlip.suite.runners.command import CommandRunner
from tightlip.suite.runners.pipeline import PipelineRunner

def filled(given):
    return Filled(Case("a", "w", "secret", "m", ("app",), given, (), {}, {}, frozenset(), {}, (), Place("f", 1, 1)), {}, given)

runner, other = CommandRunner(sys.argv[1]), PipelineRunner()
other.run(filled(CodeInput("1 / 0", {"acme_case.py": ""}, "acme_case")))
print(runner.run(filled(EventInput({}))).event["pid"], flush=True)
time.sleep(60)
"""


class TestCaretaker:
    def test_what_a_killed_process_started_ends_and_its_folder_goes(self, tmp_path: Path) -> None:
        (tmp_path / "command.py").write_text(COMMAND, encoding="utf-8")
        (tmp_path / "temporary").mkdir()
        command = shlex.join((sys.executable, "-S", "-E", str(tmp_path / "command.py"), "child"))
        environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary"), "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, command], stdout=subprocess.PIPE, env=environment
        ) as process:
            assert process.stdout is not None
            pid = int(process.stdout.readline())
            assert len(list((tmp_path / "temporary").iterdir())) == 1
            process.kill()
        assert is_gone(pid)
        for _ in range(200):
            if not list((tmp_path / "temporary").iterdir()):
                return
            threading.Event().wait(0.02)
        raise AssertionError("the folder is still there")


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet has ended too."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].startswith("Z"):
                return True
        except OSError:
            return True
        threading.Event().wait(0.02)
    return False


class TestPeers:
    EVENT: ClassVar = {"level": "error", "message": "m", "extra": {"password": "hunter2", "plain": "word"}}

    def test_each_is_a_runner_or_is_missing_with_a_reason(self) -> None:
        openers, missing = peers.all_peers()
        assert len(openers) + len(missing) == len(peers.NAMES) == 7
        assert all("pip install" in reason for reason in missing.values())
        assert pickle.loads(pickle.dumps(openers))[0]().name == "tightlip strict"

    def test_a_name_that_is_none_is_told(self) -> None:
        with pytest.raises(ValueError, match="there is no such scrubber; there are tightlip strict"):
            peers.peer("relai")

    def test_our_own_and_none(self) -> None:
        found = {
            name: event_of(peers.peer(name).run(filled(EventInput(self.EVENT))))
            for name in ("tightlip strict", "tightlip app", "none")
        }
        assert found == {
            "tightlip strict": tightlip.scrub(self.EVENT, tightlip.STRICT),
            "tightlip app": tightlip.scrub(self.EVENT, tightlip.APP),
            "none": self.EVENT,
        }

    @pytest.mark.parametrize(
        "name", [name for name in peers.NAMES if name not in {"tightlip strict", "tightlip app", "none"}]
    )
    def test_a_peer_removes_a_password_and_keeps_a_word(self, name: str) -> None:
        reason = peers.unavailable(name)
        if reason is not None:
            pytest.skip(f"{name}: {reason}")
        runner = peers.peer(name)
        for _ in range(2):
            extra = event_of(runner.run(filled(EventInput(self.EVENT))))["extra"]
            assert extra["plain"] == "word"
            assert "hunter2" not in json.dumps(extra)
        assert runner.profile == "app"
