"""Bad input: a clear error at set-up time; silence and a counter at run time; never a raise into the host."""

from __future__ import annotations

import asyncio
import atexit
import gc
import json
import logging
import os
import subprocess
import sys
import textwrap
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure as caught

import tightlip
from tightlip import Consent, Reporter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from probe import MakePackage

ROOT = Path(__file__).resolve().parents[1]
YES = Consent(default=True)
WAIT = 60.0

SDK_SOURCE = '''
class ProbeError(Exception):
    """Raised on purpose."""


class Refused(ProbeError):
    pass


def fail(name):
    raise ProbeError(f"no record called {name!r}")


def throw(error):
    raise error


def throw_from(error, cause):
    raise error from cause


def throw_after(error, context):
    try:
        raise context
    except BaseException:
        raise error


def call(function):
    return function()


def dive(depth):
    return dive(depth + 1)


def group(errors):
    raise ExceptionGroup("several records are gone", errors)
'''


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_sdk", SDK_SOURCE)


@pytest.fixture
def reporter(sdk: Any) -> Iterator[Reporter]:
    made = Reporter("probe_sdk", [], outbox=False, consent=YES, pace=None)
    yield made
    made.close(WAIT)


def dropped(reporter: Reporter) -> dict[str, int]:
    return {name: count for name, count in reporter.stats().items() if name.startswith("dropped.")}


def stored(reporter: Reporter) -> list[dict[str, Any]]:
    from tightlip.envelope import decode

    assert reporter.flush(WAIT)
    return [decode(reporter.outbox.read(entry.event_id) or b"") for entry in reporter.outbox.entries()]


class TestPackage:
    @pytest.mark.parametrize("name", ["no_such_package_4711", "os.no_such_module", "json.decoder.inner"])
    def test_not_importable(self, name: str) -> None:
        """The error names the package and asks whether it is the import name."""
        with pytest.raises(ValueError, match="cannot be imported") as found:
            Reporter(name)
        assert name in str(found.value)

    @pytest.mark.parametrize("name", ["sys", "builtins", "itertools", "time"])
    def test_without_a_file(self, name: str) -> None:
        """A module that is built in has no source, and the error says so."""
        with pytest.raises(ValueError, match="no Python source"):
            Reporter(name)

    @pytest.mark.parametrize(
        "name",
        ["", ".", "acme-sdk", "acme sdk", "acme.", ".acme", "a..b", "acme\n", "/tmp/acme", "1acme", "acme/http.py"],
    )
    def test_no_import_name(self, name: str) -> None:
        """What cannot follow ``import`` is refused with an example."""
        with pytest.raises(ValueError, match="no import name"):
            Reporter(name)

    @pytest.mark.parametrize(
        "name",
        [None, 1, b"acme", 1.5, [1], [None], ["probe_sdk", b"x"], object()],
        ids=["none", "int", "bytes", "float", "ints", "nones", "mixed", "object"],
    )
    def test_no_text(self, sdk: Any, name: Any) -> None:
        """What is no ``str`` is a ``TypeError`` that speaks of the package."""
        with pytest.raises(TypeError, match="package"):
            Reporter(name)

    @pytest.mark.parametrize("names", [[], (), ""])
    def test_none_at_all(self, names: Any) -> None:
        """No package at all is refused."""
        with pytest.raises(ValueError, match="package="):
            Reporter(names)

    def test_one_of_several(self, sdk: Any) -> None:
        """Each package of a sequence is checked."""
        with pytest.raises(ValueError, match="no_such_package_4711"):
            Reporter(["probe_sdk", "no_such_package_4711"])

    @pytest.mark.parametrize("name", [1, None, b"x"])
    def test_dependencies(self, sdk: Any, name: Any) -> None:
        """A dependency's name that is no ``str`` is a ``TypeError``; one that is not installed is no error."""
        with pytest.raises(TypeError, match="dependency"):
            Reporter("probe_sdk", [name])
        assert Reporter("probe_sdk", ["no-such-distribution-4711"], outbox=False).stats() == {}

    def test_finding_it_runs_no_code_of_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A package that fails on import can be reported on: it is found, not imported."""
        (tmp_path / "failing_sdk").mkdir()
        (tmp_path / "failing_sdk" / "__init__.py").write_text("raise SystemExit('imported')\n")
        monkeypatch.syspath_prepend(tmp_path)
        Reporter("failing_sdk", [], outbox=False)
        assert "failing_sdk" not in sys.modules

    def test_a_parent_that_fails_on_import(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Naming a subpackage imports its parent, as Python does; when that fails the error is one of ours."""
        (tmp_path / "failing_sdk" / "inner").mkdir(parents=True)
        (tmp_path / "failing_sdk" / "__init__.py").write_text("raise KeyError('secret')\n")
        (tmp_path / "failing_sdk" / "inner" / "__init__.py").touch()
        monkeypatch.syspath_prepend(tmp_path)
        with pytest.raises(ValueError, match="cannot be imported"):
            Reporter("failing_sdk.inner", [], outbox=False)


class TestWorkspace:
    @staticmethod
    def of(sdk: Any, workspace: Any) -> object:
        event = Reporter("probe_sdk", [], workspace=workspace, outbox=False).preview(caught(sdk.fail, "x"))
        assert event is not None
        return event["tags"].get("workspace")

    @pytest.mark.parametrize(
        "workspace",
        ["two\nlines", "team\n", "\nteam", "a\rb", "", " ", "x" * 65, "team blue", "team/blue", "tëam", "a\0b", "ann@example.com", "\ud800", "\u0661", 5, 5.0,
         True, b"team", ["team"], object()],
        ids=range(20),
    )  # fmt: skip
    def test_without_its_form(self, sdk: Any, workspace: Any) -> None:
        """Line breaks, too long, other characters, another type: ``unknown``, for the value and for a callable that returns it."""
        assert self.of(sdk, workspace) == "unknown"
        assert self.of(sdk, lambda: workspace) == "unknown"

    @pytest.mark.parametrize("workspace", ["team-blue", "a", "x" * 64, "A.b_c-1"])
    def test_with_its_form(self, sdk: Any, workspace: str) -> None:
        """Up to 64 of letters, digits, dot, underscore and hyphen are kept."""
        assert self.of(sdk, workspace) == workspace
        assert self.of(sdk, lambda: workspace) == workspace

    def test_a_subclass_of_str(self, sdk: Any) -> None:
        """A text of a class of its own may run code when it is looked at: ``unknown``."""

        class Text(str):
            __slots__ = ()

            def __str__(self) -> str:
                raise AssertionError("foreign code ran")

        assert self.of(sdk, Text("team")) == "unknown"
        assert self.of(sdk, lambda: Text("team")) == "unknown"

    @pytest.mark.parametrize(
        "error",
        [ValueError("x"), RecursionError(), MemoryError(), StopIteration(), AssertionError()],
        ids=lambda e: type(e).__name__,
    )
    def test_a_callable_that_raises(self, sdk: Any, error: Exception) -> None:
        """Its error costs the workspace, not the report."""

        def workspace() -> str:
            raise error

        assert self.of(sdk, workspace) == "unknown"

    def test_a_callable_that_returns_none(self, sdk: Any) -> None:
        """A callable that knows none gives ``unknown``; None itself gives no tag."""
        assert self.of(sdk, lambda: None) == "unknown"
        assert self.of(sdk, None) is None


@pytest.mark.parametrize("field", ["release", "commit", "environment"])
@pytest.mark.parametrize(
    "value",
    ["two\nlines", "x" * 500, "a b", 5, b"x", ["x"], "é"],
    ids=["lines", "long", "blank", "int", "bytes", "list", "accent"],
)
def test_declared_facts_without_their_form_are_left_out(sdk: Any, field: str, value: Any) -> None:
    """A release, commit or environment that is none does not leave, and does not cost the report."""
    for given in (value, lambda: value, lambda: 1 / 0):
        declared: dict[str, Any] = {field: given}
        event = Reporter("probe_sdk", [], outbox=False, **declared).preview(caught(sdk.fail, "x"))
        assert event is not None
        assert field not in event
        assert field not in event["tags"]


KEY = "5ecre7c0ffee5ecre7c0ffee"


@pytest.mark.parametrize(
    "dsn",
    ["", "nonsense", KEY, f"{KEY}@host/1", f"https://{KEY}@", f"https://{KEY}@/1", f"https://{KEY}@host", f"https://{KEY}@host/", "https://host/1",
     f"ftp://{KEY}@host/1", f"https://{KEY}@host:port/1", f"https://{KEY}@host:99999999/1", f"https://{KEY}@[::1/1", f"https://{KEY}@host/1 2",
     f"https://{KEY} {KEY}@host/1", f"https://{KEY}\r\nX-Evil: 1@host/1", f"https://host:{KEY}/1", f"file:///{KEY}", f"javascript:{KEY}@host/1"],
    ids=range(19),
)  # fmt: skip
def test_a_dsn_that_is_none(sdk: Any, dsn: str) -> None:
    """A clear ``ValueError`` about the DSN; what is printed of it does not repeat the key, in no error that it is chained to either."""
    with pytest.raises(ValueError, match="dsn") as found:
        Reporter("probe_sdk", [], dsn=dsn, outbox=False)
    error: BaseException | None = found.value
    while error is not None:
        assert KEY not in str(error)
        assert KEY not in repr(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@pytest.mark.parametrize("dsn", [1, b"https://key@host/1", ["x"], True], ids=["int", "bytes", "list", "bool"])
def test_a_dsn_that_is_no_text(sdk: Any, dsn: Any) -> None:
    """Another type is a ``TypeError`` that names the type only."""
    with pytest.raises(TypeError, match="dsn must be a str"):
        Reporter("probe_sdk", [], dsn=dsn, outbox=False)


class TestOutbox:
    def test_a_folder(self, sdk: Any, tmp_path: Path) -> None:
        """Set-up says that it is a folder, and what to give."""
        with pytest.raises(ValueError, match="is a folder"):
            Reporter("probe_sdk", [], outbox=tmp_path)

    @pytest.mark.parametrize(
        "value", [True, 1, 1.5, b"x.sqlite3", ["x"], object()], ids=["true", "int", "float", "bytes", "list", "object"]
    )
    def test_no_path(self, sdk: Any, value: Any) -> None:
        """True and other types are refused at set-up."""
        with pytest.raises((ValueError, TypeError)):
            Reporter("probe_sdk", [], outbox=value)

    def test_a_corrupt_file(self, sdk: Any, tmp_path: Path) -> None:
        """It is set aside, and the report is stored."""
        file = tmp_path / "outbox.sqlite3"
        file.write_bytes(b"garbage " * 1000)
        reporter = Reporter("probe_sdk", [], outbox=file, consent=YES)
        assert reporter.capture(caught(sdk.fail, "x")) is not None
        assert reporter.close(WAIT)
        assert len(Reporter("probe_sdk", [], outbox=file).outbox.entries()) == 1
        assert [other.read_bytes() for other in tmp_path.iterdir() if "broken" in other.name] == [b"garbage " * 1000]

    def test_below_a_file(self, sdk: Any, tmp_path: Path) -> None:
        """A path that cannot be made keeps reports in memory."""
        (tmp_path / "file").touch()
        reporter = Reporter("probe_sdk", [], outbox=tmp_path / "file" / "outbox.sqlite3", consent=YES)
        assert reporter.capture(caught(sdk.fail, "x")) is not None
        assert reporter.close(WAIT)
        assert len(reporter.outbox.entries()) == 1
        assert reporter.stats()["stored"] == 1
        assert reporter.outbox.where().startswith("memory")

    def test_no_home(self, sdk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A user without a home folder gets memory."""

        def nobody() -> Path:
            raise RuntimeError("no home")

        monkeypatch.setattr(Path, "home", nobody)
        monkeypatch.delenv("XDG_STATE_HOME", raising=False)
        assert Reporter("probe_sdk", []).outbox.where().startswith("memory")


@pytest.mark.parametrize("value", [-1, 1.5, "100", None, True], ids=repr)
def test_breadcrumbs_that_are_no_number(sdk: Any, value: Any) -> None:
    """A size that is no whole number from 0 is refused."""
    with pytest.raises(ValueError, match="breadcrumbs="):
        Reporter("probe_sdk", [], breadcrumbs=value, outbox=False)


class Pretender:
    """Says that it is an exception."""

    __class__ = ValueError  # type: ignore[assignment]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        5,
        ValueError,
        object(),
        Pretender(),
        [ValueError("x")],
        (ValueError, ValueError("x"), None),
        lambda: None,
    ],
    ids=["none", "str", "int", "class", "object", "pretender", "list", "exc_info", "function"],
)
def test_what_is_no_exception(reporter: Reporter, value: Any) -> None:
    """``preview`` and ``capture`` return None, raise nothing, and count each."""
    assert reporter.preview(value) is None
    assert reporter.capture(value) is None
    assert dropped(reporter) == {"dropped.capture.TypeError": 1, "dropped.preview.TypeError": 1}
    assert stored(reporter) == []


def test_an_exception_that_was_never_raised(sdk: Any, reporter: Reporter) -> None:
    """Without a traceback the SDK's own class is reported by its type; any other has no owner and is dropped."""
    event = reporter.preview(sdk.ProbeError("canary"))
    assert event is not None
    assert event["exception"]["values"][0]["type"] == "ProbeError"
    assert "canary" not in json.dumps(event)
    assert reporter.preview(ValueError("canary")) is None
    assert reporter.capture(ValueError("canary")) is not None
    assert stored(reporter) == []
    assert dropped(reporter)["dropped.origin.no traceback"] == 1


class TestCaptureInsideCapture:
    def test_in_a_workspace_callable(self, sdk: Any) -> None:
        """A callable that captures is not asked again for what it captured: one report, one count, and it ends."""
        attempts: list[object] = []

        def workspace() -> str:
            if len(attempts) < 20:  # a reporter that feeds itself must not hang the tests
                attempts.append(feeding.capture(caught(sdk.fail, "inner")))
            return "team"

        feeding = Reporter("probe_sdk", [], workspace=workspace, outbox=False, consent=YES)
        assert feeding.capture(caught(sdk.fail, "outer")) is not None
        assert feeding.close(WAIT)
        assert attempts == [None]
        assert len(stored(feeding)) == 1
        assert dropped(feeding) == {"dropped.capture.inside capture": 1}

    def test_in_a_hook(self, sdk: Any) -> None:
        """A processor that captures its own failure again does not feed itself."""
        attempts: list[object] = []

        def hook(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
            if len(attempts) < 20:
                attempts.append(feeding.capture(caught(sdk.fail, "inner")))
            return event

        feeding = Reporter("probe_sdk", [], hook=hook, outbox=False, consent=YES)
        assert feeding.capture(caught(sdk.fail, "outer")) is not None
        assert feeding.close(WAIT)
        assert attempts == [None]
        assert dropped(feeding) == {"dropped.capture.inside capture": 1}

    def test_in_a_preview(self, sdk: Any) -> None:
        """A callable that previews during a preview gets an answer, or None, and the outer one succeeds."""
        depth: list[int] = []

        def workspace() -> str:
            if len(depth) < 3:
                depth.append(len(depth))
                feeding.preview(caught(sdk.fail, "inner"))
            return "team"

        feeding = Reporter("probe_sdk", [], workspace=workspace, outbox=False, consent=YES)
        event = feeding.preview(caught(sdk.fail, "outer"))
        assert event is not None
        assert event["tags"]["workspace"] == "team"

    def test_in_a_finalizer(self, sdk: Any, reporter: Reporter) -> None:
        """An object whose ``__del__`` captures may be collected in the middle of a capture."""
        answers: list[object] = []

        class Weird:
            def __init__(self) -> None:
                self.me = self

            def __del__(self) -> None:
                answers.append(reporter.capture(caught(sdk.fail, "inner")))

        error = caught(sdk.fail, "outer")
        before = gc.get_threshold()
        gc.collect()
        try:
            for _ in range(10):
                Weird()
            gc.set_threshold(1)
            assert reporter.capture(error) is not None
        finally:
            gc.set_threshold(*before)
        gc.collect()
        assert len(answers) == 10
        kept = len(stored(reporter))
        assert kept == 1 + sum(answer is not None for answer in answers)
        assert dropped(reporter).get("dropped.capture.inside capture", 0) == sum(answer is None for answer in answers)

    def test_the_flag_is_put_back(self, sdk: Any, reporter: Reporter) -> None:
        """After a capture that failed, the next one works."""
        assert reporter.capture(None) is None  # type: ignore[arg-type]
        assert reporter.capture(caught(sdk.fail, "x")) is not None
        assert len(stored(reporter)) == 1


def run(script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    (tmp_path / "code" / "probe_sdk").mkdir(parents=True, exist_ok=True)
    (tmp_path / "code" / "probe_sdk" / "__init__.py").write_text(SDK_SOURCE)
    start = """
        import atexit, sys, os
        import probe_sdk, tightlip
        OUTBOX = sys.argv[1]
        reporter = tightlip.Reporter("probe_sdk", [], outbox=OUTBOX, consent=tightlip.Consent(default=True))

        def failure(name="x"):
            try:
                probe_sdk.fail(name)
            except Exception as error:
                return error
    """
    paths = [str(tmp_path / "code"), str(ROOT / "pipeline"), str(ROOT / "scrubbers")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    environment.pop("DO_NOT_TRACK", None)
    source = textwrap.dedent(start) + textwrap.dedent(script)
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", source, str(tmp_path / "outbox.sqlite3")],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )


def kept(tmp_path: Path) -> int:
    from tightlip.outbox import Outbox

    return len(Outbox(tmp_path / "outbox.sqlite3").entries())


class TestShutdown:
    def test_a_plain_exit_keeps_reports(self, tmp_path: Path) -> None:
        """What was captured just before the end of the script is in the outbox."""
        found = run("reporter.capture(failure())", tmp_path)
        assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
        assert kept(tmp_path) == 1

    @pytest.mark.parametrize("ending", ["sys.exit(3)", "raise SystemExit(3)"])
    def test_the_exit_code_stays(self, tmp_path: Path, ending: str) -> None:
        """A capture before ``sys.exit`` changes neither the code nor the output."""
        found = run(f"reporter.capture(failure()); {ending}", tmp_path)
        assert (found.returncode, found.stdout, found.stderr) == (3, "", "")
        assert kept(tmp_path) == 1

    @pytest.mark.parametrize("attempt", range(3))
    def test_in_an_exit_callback(self, tmp_path: Path, attempt: int) -> None:
        """A host's exit callback that runs after ours, and captures, is heard too."""
        script = """
            @atexit.register
            def last():
                reporter.capture(failure("at exit"))
            reporter.capture(failure())
        """
        found = run(script, tmp_path)
        assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
        assert kept(tmp_path) == 2

    @pytest.mark.parametrize("attempt", range(3))
    def test_first_in_an_exit_callback(self, tmp_path: Path, attempt: int) -> None:
        """A reporter that captures for the first time when the process ends keeps the report."""
        found = run("atexit.register(lambda: reporter.capture(failure('at exit')))", tmp_path)
        assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
        assert kept(tmp_path) == 1

    def test_in_a_finalizer_of_the_last_objects(self, tmp_path: Path) -> None:
        """``__del__`` while the interpreter is finalizing: silence, None, and a count of its own."""
        script = """
            class Last:
                def __init__(self, error):
                    self.reporter, self.error, self.sys, self.write = reporter, error, sys, os.write
                def __del__(self):
                    answer = self.reporter.capture(self.error)
                    preview = self.reporter.preview(self.error)
                    with self.reporter.guard():
                        pass
                    self.write(1, repr((self.sys.is_finalizing(), answer, self.reporter.stats())).encode())
            last = Last(failure())
        """
        found = run(script, tmp_path)
        assert (found.returncode, found.stderr) == (0, "")
        assert found.stdout.startswith("(True, None, {'dropped.capture.shutdown': 1")
        assert kept(tmp_path) == 0

    def test_in_a_daemon_thread(self, tmp_path: Path) -> None:
        """Threads that capture without end while the process ends neither hang nor crash it, nor make noise."""
        script = """
            import threading
            def forever():
                while True:
                    reporter.capture(failure())
            for _ in range(3):
                threading.Thread(target=forever, daemon=True).start()
            while not reporter.stats().get("stored"):
                pass
        """
        found = run(script, tmp_path)
        assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
        assert kept(tmp_path) >= 1


# Exceptions that lie.

RAN: list[str] = []


def _told(name: str) -> Any:
    def method(*_: Any, **__: Any) -> Any:
        RAN.append(name)
        raise RuntimeError("canary-of-a-liar")

    return method


_METHODS = ["__str__", "__repr__", "__eq__", "__hash__", "__bool__", "__len__", "__iter__", "__format__", "__dir__", "__sizeof__", "__reduce__", "__reduce_ex__",
            "__getattribute__", "__getattr__", "__setattr__", "__delattr__", "__contains__", "__getitem__", "__call__", "__instancecheck__",
            "__subclasscheck__", "__with_traceback__", "add_note", "with_traceback", "derive", "split", "subgroup"]  # fmt: skip
_PROPERTIES = ["__class__", "__traceback__", "__cause__", "__context__", "__suppress_context__", "__notes__", "args", "errno", "strerror", "filename", "name",
               "exceptions", "message", "__dict__", "__module__", "__doc__"]  # fmt: skip


class Meta(type):
    """A metaclass that tells of everything that it is asked, once `armed`."""

    armed = False

    def __getattribute__(cls, name: str) -> Any:
        if Meta.armed:
            RAN.append(f"type.{name}")
            raise RuntimeError("canary-of-a-liar")
        return super().__getattribute__(name)

    def __instancecheck__(cls, instance: object) -> bool:
        if Meta.armed:
            RAN.append("type.__instancecheck__")
            raise RuntimeError("canary-of-a-liar")
        return type.__instancecheck__(cls, instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        if Meta.armed:
            RAN.append("type.__subclasscheck__")
            raise RuntimeError("canary-of-a-liar")
        return type.__subclasscheck__(cls, subclass)

    def __repr__(cls) -> str:
        if Meta.armed:
            RAN.append("type.__repr__")
            raise RuntimeError("canary-of-a-liar")
        return "Liar"

    def __eq__(cls, other: object) -> bool:
        if Meta.armed:
            RAN.append("type.__eq__")
            raise RuntimeError("canary-of-a-liar")
        return cls is other

    def __hash__(cls) -> int:
        if Meta.armed:
            RAN.append("type.__hash__")
            raise RuntimeError("canary-of-a-liar")
        return 5


@pytest.fixture
def armed() -> Iterator[None]:
    RAN.clear()
    yield
    Meta.armed = False
    RAN.clear()


def liar(base: type[BaseException], *arguments: Any) -> BaseException:
    """An instance of a class below ``base`` that tells of every question it is asked."""
    namespace: dict[str, Any] = {
        name: _told(name) for name in _METHODS if name not in ("__instancecheck__", "__subclasscheck__")
    }
    namespace |= {name: property(_told(name), _told(f"{name}="), _told(f"del {name}")) for name in _PROPERTIES}
    plain: Any = Meta("Liar", (base,), {})
    made: BaseException = plain.__new__(plain, *arguments)
    object.__setattr__(made, "__class__", Meta("Liar", (base,), {**namespace, "__init__": lambda self, *_: None}))
    return made


def _raised_alone(sdk: Any) -> None:
    sdk.throw(liar(ValueError, "canary"))


def _raised_as_os_error(sdk: Any) -> None:
    sdk.throw(liar(OSError, 2, "canary", "/home/canary"))


def _raised_as_import_error(sdk: Any) -> None:
    sdk.throw(liar(ImportError, "canary"))


def _raised_as_the_sdks(sdk: Any) -> None:
    sdk.throw(liar(sdk.Refused, "canary"))


def _raised_from(sdk: Any) -> None:
    sdk.throw_from(sdk.ProbeError("canary"), caught(sdk.throw, liar(KeyError, "canary")))


def _raised_after(sdk: Any) -> None:
    sdk.throw_after(sdk.ProbeError("canary"), liar(KeyError, "canary"))


def _raised_with_a_slot_for_str(sdk: Any) -> None:
    sdk.throw(
        Meta("Liar", (sdk.Refused,), {"__str__": BaseException.__str__, "__init__": BaseException.__init__})("canary")
    )


def _raised_in_group(sdk: Any) -> None:
    sdk.group([caught(sdk.throw, liar(sdk.Refused, "canary")), caught(sdk.fail, "canary")])


def _raised_as_group(sdk: Any) -> None:
    sdk.throw(liar(ExceptionGroup, "canary", [caught(sdk.fail, "canary")]))


@pytest.mark.parametrize(
    "failure",
    [_raised_alone, _raised_as_os_error, _raised_as_import_error, _raised_as_the_sdks, _raised_from, _raised_after, _raised_with_a_slot_for_str,
     _raised_in_group, _raised_as_group],
    ids=lambda function: function.__name__.strip("_"),
)  # fmt: skip
@pytest.mark.parametrize("policy", [tightlip.STRICT, tightlip.STRICT_UNREAD], ids=lambda policy: policy.name)
@pytest.mark.usefixtures("armed")
def test_no_code_of_an_exception_runs(sdk: Any, failure: Callable[[Any], None], policy: tightlip.Policy) -> None:
    """Whatever the exception, its class or its metaclass would do when asked: nobody asks. No canary leaves, and nothing is raised."""
    reporter = Reporter("probe_sdk", [], outbox=False, consent=YES, policy=policy)
    error = caught(failure, sdk)
    ran_before = list(RAN)
    Meta.armed = True
    try:
        event = reporter.preview(error)
        event_id = reporter.capture(error)
        with_hook = reporter.before_send({"level": "error"}, {"exc_info": (None, error, None)})
        reporter._observed(error, "excepthook")
        assert reporter.flush(WAIT)
    finally:
        Meta.armed = False
    assert ran_before == RAN
    assert event_id is not None
    sent = stored(reporter)
    assert "canary" not in json.dumps([event, with_hook, sent])
    assert "Liar" not in json.dumps([event, with_hook, sent])
    if failure is not _raised_as_import_error:  # an import error without a name is a missing extra
        assert event is not None
        assert with_hook is not None
        assert len(sent) == 1
    assert {name for name in dropped(reporter) if "Error" in name} == set()
    assert reporter.close(WAIT)


@pytest.mark.usefixtures("armed")
def test_a_liar_passes_a_guard_untouched(sdk: Any, reporter: Reporter) -> None:
    """The same object comes out, and no code of it has run. (The interpreter itself asks its metaclass when it is raised.)"""
    error = liar(sdk.Refused, "canary")
    found: BaseException | None = None
    try:
        with reporter.guard():
            sdk.throw(error)
    except BaseException as passed:
        found = passed
    is_same = found is error  # pytest would look at the operands
    assert is_same
    assert RAN == []
    assert len(stored(reporter)) == 1


@pytest.mark.parametrize(
    "name", ["__class__", "__traceback__", "__cause__", "__context__", "args", "__notes__", "__suppress_context__"]
)
def test_attributes_that_lie(sdk: Any, reporter: Reporter, name: str) -> None:
    """A property that gives false answers instead of raising is not believed."""
    lie: Any = {"__class__": KeyboardInterrupt, "args": ("canary",), "__notes__": ["canary"]}.get(
        name, KeyError("canary")
    )
    cls = type("Odd", (sdk.Refused,), {name: property(lambda _: lie)})
    event = reporter.preview(caught(sdk.throw, cls("canary")))
    assert event is not None
    (value,) = event["exception"]["values"]
    assert (value["type"], value["module"]) == ("Refused", "probe_sdk")
    assert value["stacktrace"]["frames"][-1]["function"] == "throw"
    assert "canary" not in json.dumps(event)


def test_notes_are_never_reported(sdk: Any, reporter: Reporter) -> None:
    """Notes are values; whatever stands in ``__notes__`` stays here."""
    error = caught(sdk.fail, "x")
    for notes in (["canary"], "canary", 5, None, {"canary": 1}):
        error.__notes__ = notes  # type: ignore[assignment]
        event = reporter.preview(error)
        assert event is not None
        assert "canary" not in json.dumps(event)


def test_a_class_made_of_data(sdk: Any, reporter: Reporter) -> None:
    """Names that a class was given at run time are data: it is named by its base."""
    cls = type("canary\n", (sdk.ProbeError,), {"__module__": "canary", "__qualname__": "canary.canary"})
    for given in ("probe_sdk", "canary", 5, None):
        type.__setattr__(cls, "__module__", given)
        event = reporter.preview(caught(sdk.throw, cls("canary")))
        assert event is not None
        assert event["exception"]["values"][0]["type"] == "ProbeError"
        assert "canary" not in json.dumps(event)


def test_a_subclass_of_an_exception_group(sdk: Any, reporter: Reporter) -> None:
    """A host's own group class is taken apart all the same, leaf by leaf, also when its members are no ``Exception``."""

    class Bundle(BaseExceptionGroup[BaseException]):
        def derive(self, excs: Any, /) -> Any:
            raise AssertionError("foreign code ran")

        def __str__(self) -> str:
            raise AssertionError("foreign code ran")

    bundle = Bundle(
        "canary",
        [caught(sdk.fail, "canary"), KeyboardInterrupt("canary"), Bundle("canary", [caught(sdk.fail, "canary")])],
    )
    event = reporter.preview(caught(sdk.throw, bundle))
    assert event is not None
    types = [value["type"] for value in event["exception"]["values"]]
    assert types == ["ProbeError", "BaseExceptionGroup", "ProbeError", "BaseExceptionGroup"]
    assert event["exception"]["values"][0]["value"] == "no record called {name!r}"
    assert "canary" not in json.dumps(event)


def test_a_very_large_group(sdk: Any, reporter: Reporter) -> None:
    """The number of links is bounded, in width and in depth."""
    leaves = [caught(sdk.fail, "canary") for _ in range(5)]
    deep: BaseException = BaseExceptionGroup("canary", leaves)
    for _ in range(300):
        deep = BaseExceptionGroup("canary", [deep])
    for group in (BaseExceptionGroup("canary", leaves * 2000), deep):
        error = caught(sdk.throw, group)
        assert reporter.capture(error) is not None
        event = reporter.preview(error)
        assert event is None or len(event["exception"]["values"]) <= 50
        assert "canary" not in json.dumps(event)
    assert reporter.flush(WAIT)


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_a_chain_that_is_a_circle(sdk: Any, reporter: Reporter, link: str, length: int) -> None:
    """A chain that comes back to its start ends there; each link is reported once."""
    errors = [caught(sdk.fail, str(number)) for number in range(length)]
    for number, error in enumerate(errors):
        setattr(error, link, errors[(number + 1) % length])
    event = reporter.preview(errors[0])
    assert event is not None
    assert len(event["exception"]["values"]) == length
    ids = [value["mechanism"]["exception_id"] for value in event["exception"]["values"]]
    assert len(set(ids)) == length


def test_a_group_that_is_its_own_cause(sdk: Any, reporter: Reporter) -> None:
    """A circle through a group and its leaf ends too."""
    leaf = caught(sdk.fail, "x")
    group = caught(sdk.group, [leaf])
    leaf.__cause__ = group
    group.__cause__ = leaf
    event = reporter.preview(group)
    assert event is not None
    assert len(event["exception"]["values"]) == 2


def test_a_long_chain(sdk: Any, reporter: Reporter) -> None:
    """Ten thousand links are cut, and freeing or walking them does not exhaust the stack."""
    first = error = caught(sdk.fail, "x")
    for _ in range(10_000):
        error.__cause__ = caught(sdk.fail, "x")
        error = error.__cause__
    event = reporter.preview(first)
    assert event is not None
    assert len(event["exception"]["values"]) <= 50
    while first.__cause__ is not None:  # one by one: the interpreter frees a long chain by recursion
        following = first.__cause__
        first.__cause__ = first.__context__ = None
        first = following


def test_a_recursion_error(sdk: Any, reporter: Reporter) -> None:
    """A thousand frames become the outer and the inner ones, with a marker for those between them."""
    error = caught(sdk.dive, 0)
    assert type(error) is RecursionError
    event = reporter.preview(error)
    assert event is not None
    (value,) = event["exception"]["values"]
    assert value["type"] == "RecursionError"
    frames = value["stacktrace"]["frames"]
    assert 100 <= len(frames) <= 153
    assert [frame["function"] for frame in frames if frame["function"].endswith("frames omitted]")] != []
    assert frames[-1]["function"] == "dive"
    assert reporter.capture(error) is not None
    assert len(stored(reporter)) == 1


def test_at_the_end_of_the_stack(sdk: Any, reporter: Reporter) -> None:
    """Called with hardly any stack left, ``capture`` and ``preview`` raise nothing into the host, and the limit stays."""
    error = caught(sdk.fail, "x")
    limit = sys.getrecursionlimit()
    answers: list[object] = []

    def deep(left: int) -> None:
        if left:
            deep(left - 1)
        else:
            answers.append(reporter.capture(error))
            answers.append(reporter.preview(error))

    depth = 0
    frame: Any = sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    failures = []
    for room in range(1, 60):
        try:
            deep(limit - depth - room)
        except RecursionError as exhausted:
            last = exhausted.__traceback__
            while last is not None and last.tb_next is not None:
                last = last.tb_next
            assert last is not None
            failures.append((room, last.tb_frame.f_code.co_name))
    assert sys.getrecursionlimit() == limit
    # With no room for the call itself no function can be entered: that is the host's own overflow.
    assert [where for where in failures if where[1] not in ("deep", "capture", "preview")] == []
    assert reporter.capture(error) is not None
    assert reporter.flush(WAIT)


class TestBreadcrumbs:
    def test_values_of_any_kind(self, sdk: Any, reporter: Reporter) -> None:
        """Objects that raise when they are looked at are dropped without being asked."""

        class Angry:
            def __getattribute__(self, name: str) -> Any:
                RAN.append(name)
                raise RuntimeError("canary")

            __str__ = __repr__ = __eq__ = __hash__ = __bool__ = __len__ = _told("angry")

        RAN.clear()
        anything: Any = Angry()
        reporter.add_breadcrumb(anything, category=anything, level=anything, value=anything)
        reporter.add_breadcrumb("x", value=float("nan"), other=10**400, third=-(10**400))
        event = reporter.preview(caught(sdk.fail, "x"))
        assert event is not None
        assert len(event["breadcrumbs"]["values"]) == 2
        assert RAN == []


class TestHost:
    @staticmethod
    def state() -> dict[str, object]:
        return {
            "excepthook": sys.excepthook,
            "threading": threading.excepthook,
            "unraisable": sys.unraisablehook,
            "filters": list(warnings.filters),
            "recursion": sys.getrecursionlimit(),
            "handlers": list(logging.getLogger().handlers),
            "level": logging.getLogger().level,
            "exception": sys.exception(),
            "trace": (sys.gettrace(), sys.getprofile()),
            "switch": sys.getswitchinterval(),
            "gc": (gc.isenabled(), gc.get_threshold(), list(gc.callbacks)),
            "environment": dict(os.environ),
            "folder": Path.cwd(),
            "path": list(sys.path),
        }

    def test_is_as_it_was(self, sdk: Any) -> None:
        """Making, using and closing a reporter leaves hooks, filters, limits, logging, tracing and the current exception alone."""
        error = caught(sdk.fail, "x")
        try:
            raise LookupError("the host's own")
        except LookupError:
            before = self.state()
            reporter = Reporter("probe_sdk", [], outbox=False, consent=YES)
            reporter.add_breadcrumb("x")
            reporter.preview(error)
            reporter.capture(error)
            reporter.capture(None)  # type: ignore[arg-type]
            with pytest.raises(sdk.ProbeError), reporter.guard():
                sdk.fail("x")
            reporter.flush(WAIT)
            reporter.install()
            reporter.uninstall()
            reporter.close(WAIT)
            assert self.state() == before

    def test_exception_is_as_it_was(self, sdk: Any, reporter: Reporter) -> None:
        """Neither arguments, notes, chain nor traceback of what is captured change."""
        error = caught(sdk.throw_from, sdk.ProbeError("x"), KeyError("y"))

        def facts() -> tuple[object, ...]:
            return (
                error.args,
                dict(vars(error)),
                error.__cause__,
                error.__context__,
                error.__suppress_context__,
                error.__traceback__,
                repr(error),
            )

        before = facts()
        reporter.preview(error)
        reporter.capture(error)
        assert reporter.flush(WAIT)
        assert facts() == before

    def test_exceptions_are_let_go(self, sdk: Any, reporter: Reporter) -> None:
        """Neither the exception nor a local of its frames is kept alive after ``capture``, not even until the worker is done."""
        import weakref

        class Held:
            pass

        held = Held()
        error: BaseException | None = caught(sdk.fail, held)
        gone = weakref.ref(held), weakref.ref(error)
        gate = threading.Event()
        process = reporter._worker._run

        def late(job: Any) -> float | None:
            gate.wait(WAIT)
            return process(job)

        reporter._worker._run = late
        assert reporter.capture(error) is not None  # type: ignore[arg-type]
        assert reporter.preview(error) is not None  # type: ignore[arg-type]
        del held
        error = None
        gc.collect()
        assert [reference() for reference in gone] == [None, None]
        gate.set()
        assert reporter.flush(WAIT)

    def test_constructing_starts_nothing(self, sdk: Any) -> None:
        """No thread and no exit callback until the first capture."""
        threads, callbacks = threading.active_count(), atexit._ncallbacks()
        reporter = Reporter("probe_sdk", [], outbox=False, consent=YES)
        reporter.preview(caught(sdk.fail, "x"))
        assert (threading.active_count(), atexit._ncallbacks()) == (threads, callbacks)

    def test_inside_an_event_loop(self, sdk: Any, reporter: Reporter) -> None:
        """A capture in a task neither blocks the loop's machinery nor leaves a task behind."""

        async def main() -> int:
            reporter.capture(caught(sdk.fail, "x"))
            return len(asyncio.all_tasks())

        assert asyncio.run(main(), debug=True) == 1
        assert len(stored(reporter)) == 1

    def test_after_close(self, sdk: Any, reporter: Reporter) -> None:
        """A closed reporter takes no more, says so in its counts, and may be closed again."""
        assert reporter.close(WAIT)
        assert reporter.capture(caught(sdk.fail, "x")) is None
        assert len(dropped(reporter)) == 1
        assert reporter.close(WAIT)
        assert reporter.flush(WAIT)


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        (lambda event, hint: 1 / 0, "dropped.hook.ZeroDivisionError"),
        (lambda event, hint: None, "dropped.hook.returned None"),
        (lambda event, hint: [event], "dropped.hook.returned no dict"),
        (lambda event: event, "dropped.hook.TypeError"),
    ],
    ids=["raises", "none", "list", "signature"],
)
def test_a_hook_that_fails_drops_and_counts(sdk: Any, hook: Any, reason: str) -> None:
    """Nothing is stored, and what is counted is the hook's name with the type of the error or what it returned."""
    reporter = Reporter("probe_sdk", [], outbox=False, consent=YES, hook=hook)
    assert reporter.preview(caught(sdk.fail, "x")) is None
    assert reporter.capture(caught(sdk.fail, "x")) is not None
    assert stored(reporter) == []
    assert dropped(reporter)[reason] == 1
    assert reporter.close(WAIT)


@pytest.mark.parametrize(
    ("name", "given"), [("policy", "STRICT"), ("policy", {}), ("consent", True), ("consent", "yes"), ("hook", 3)]
)
def test_an_argument_of_another_type_is_named(sdk: Any, name: str, given: object) -> None:
    """At set-up, and not as a report that is lost later."""
    with pytest.raises(TypeError, match=f"{name} must be a .*not {type(given).__name__}"):
        Reporter("probe_sdk", [], outbox=False, **{name: given})  # type: ignore[arg-type]
