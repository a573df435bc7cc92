"""The host is left alone by what finds messages: adapters, facts, creation sites, log calls, caches and strange sources."""

from __future__ import annotations

import faulthandler
import gc
import importlib
import logging
import subprocess
import sys
import textwrap
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, last_value, reporter_for

import tightlip
from tightlip.creations import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from probe import MakePackage

ROOT = Path(__file__).parent.parent
SDK = """
import logging

log = logging.getLogger("probe_messages")

class Error(Exception):
    pass

class Sub(Error):
    pass

def fail(x):
    raise Error(f"no {x}")

def divide(x):
    return x / 0

def make(x):
    return Error(f"made {x}")

def say(x):
    log.error("said %s", x)

def say_error(x):
    try:
        fail(x)
    except Error:
        log.exception("could not %s", x)
"""
#: Longer than any of this takes; the traceback of what hangs is then printed.
SECONDS = 120


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_messages", SDK)


@pytest.fixture(autouse=True)
def comes_to_an_end() -> Iterator[None]:
    """Nothing here may take for ever."""
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def logger(sdk: Any) -> Iterator[logging.Logger]:
    found: logging.Logger = sdk.log
    before = found.propagate, found.level
    found.propagate = False
    found.setLevel(logging.DEBUG)
    yield found
    found.handlers.clear()
    found.propagate, found.level = before


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A host of its own, which must come to an end by itself."""
    (folder / "probe_messages.py").write_text(SDK)
    paths = [str(ROOT / "pipeline"), str(ROOT / "scrubbers"), str(folder)]
    head = f"import sys; sys.path[:0] = {paths!r}\nimport probe_messages as sdk, tightlip\n"
    reporter = (
        "def reporter_for(**options):\n"
        "    consent = tightlip.Consent(default=True)\n"
        "    return tightlip.Reporter('probe_messages', [], outbox=False, consent=consent, **options)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", head + reporter + textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def raising(error: BaseException) -> Callable[[Any], Any]:
    def function(_given: Any) -> Any:
        raise error

    return function


def ways(reporter: tightlip.Reporter) -> dict[str, Callable[[BaseException], object]]:
    """The ways in which a host's thread meets the adapters."""

    def guarded(exc: BaseException) -> object:
        with pytest.raises(type(exc)) as passed, reporter.guard():
            raise exc
        return passed.value is exc or None

    return {
        "preview": reporter.preview,
        "capture": reporter.capture,
        "explain": reporter.explain,
        "before_send": lambda exc: reporter.before_send({}, {"exc_info": (type(exc), exc, None)}),
        "guard": guarded,
    }


class AskedError(BaseException):
    """The host's code ran: no handler of ours may hide it."""


def asked(*_: object) -> Any:
    raise AskedError


class Hostile:
    """Whatever is asked of it ends the test; only pytest may show it."""

    __getattr__ = __str__ = __eq__ = __bool__ = __len__ = __iter__ = __format__ = __hash__ = asked


class TestAdapters:
    @pytest.mark.parametrize("error", [ValueError("s3cr3t"), RecursionError(), MemoryError(), StopIteration(1)])
    @pytest.mark.parametrize("how", ["preview", "capture", "explain", "before_send", "guard"])
    def test_a_take_may_raise(self, error: Exception, how: str, sdk: Any) -> None:
        """It has taken nothing: the report leaves, and the host sees its own exception."""
        adapter = tightlip.Adapter("probe_messages.Error", raising(error), lambda _: ("x",))
        reporter = reporter_for("probe_messages", adapters=[adapter])
        assert ways(reporter)[how](failure(sdk.fail, 1)) is not None
        assert reporter.flush(60)
        assert reporter.stats().get("stored", 0) == (how in ("capture", "guard"))
        reporter.close(60)

    @pytest.mark.parametrize("error", [ValueError("s3cr3t"), RecursionError(), MemoryError(), StopIteration(1)])
    @pytest.mark.parametrize("how", ["preview", "capture", "explain", "before_send", "guard"])
    def test_a_template_may_raise(self, error: Exception, how: str, sdk: Any) -> None:
        """At worst the report is missing; nothing surfaces, and the worker goes on."""
        adapter = tightlip.Adapter("builtins.ZeroDivisionError", lambda _: 1, raising(error))
        reporter = reporter_for("probe_messages", adapters=[adapter])
        ways(reporter)[how](failure(sdk.divide, 1))
        assert reporter.capture(failure(sdk.fail, 1)) is not None
        assert reporter.flush(60)
        assert reporter.stats()["stored"] >= 1
        reporter.close(60)

    def test_a_take_that_reports_does_not_feed_itself(self, sdk: Any) -> None:
        """What it captures is left out, in the thread that failed and on the worker."""
        calls: list[int] = []

        def again(_exc: Any) -> int:
            calls.append(1)
            reporter.capture(failure(sdk.fail, 2))
            return 1

        reporter = reporter_for(
            "probe_messages", adapters=[tightlip.Adapter("probe_messages.Error", again, lambda _: None)]
        )
        assert reporter.capture(failure(sdk.fail, 1)) is not None
        assert reporter.flush(60)
        assert calls == [1]
        assert reporter.stats() == {"captured": 1, "dropped.capture.inside capture": 1, "stored": 1}

    def test_a_template_is_not_made_in_the_thread_that_failed(self, sdk: Any) -> None:
        """However long it takes, `capture` returns."""
        here: list[int] = []
        goes_on = threading.Event()

        def template(_taken: Any) -> Any:
            here.append(threading.get_ident())
            assert goes_on.wait(SECONDS)
            return ("x",)

        adapter = tightlip.Adapter("builtins.ZeroDivisionError", lambda _: 1, template)
        reporter = reporter_for("probe_messages", adapters=[adapter])
        assert reporter.capture(failure(sdk.divide, 1)) is not None
        goes_on.set()
        assert reporter.flush(60)
        assert len(here) == 1
        assert here[0] != threading.get_ident()
        reporter.close(60)

    def test_what_a_take_returns_is_let_go_of(self, sdk: Any) -> None:
        """Even the exception itself, which no adapter should return, lives no longer than its report."""
        reporter = reporter_for(
            "probe_messages", adapters=[tightlip.Adapter("probe_messages.Error", lambda exc: exc, lambda _: None)]
        )
        error = failure(sdk.fail, 1)
        reference = weakref.ref(error)
        reporter.capture(error)
        assert reporter.flush(60)
        del error
        gc.collect()
        assert reference() is None
        reporter.close(60)


class TestCreations:
    def test_recording_and_closing_while_others_make(self, sdk: Any) -> None:
        """Every object is made as it should be, whatever the hook is doing; at the end the class is as it was."""
        wrong: list[BaseException] = []
        stop = threading.Event()

        def make() -> None:
            try:
                while not stop.is_set():
                    assert sdk.make(1).args == ("made 1",)
                    assert type(sdk.Sub("a")) is sdk.Sub
            except BaseException as error:
                wrong.append(error)

        threads = [threading.Thread(target=make) for _ in range(4)]
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            for thread in threads:
                thread.start()
            for _ in range(25):
                reporter = reporter_for("probe_messages")
                reporter.record_creations(sdk.Error, sdk.Sub)
                reporter.close(0)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            sys.setswitchinterval(before)
        assert wrong == []
        assert "__new__" not in vars(sdk.Error)
        assert "__new__" not in vars(sdk.Sub)

    def test_many_objects_leave_a_bounded_record(self, sdk: Any) -> None:
        """A ring of weak references: nothing else grows."""
        reporter = reporter_for("probe_messages")
        reporter.record_creations(sdk.Error)
        threads = [threading.Thread(target=lambda: [sdk.make(n) for n in range(25_000)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(reporter._creations._ring) == SIZE
        reporter.close(0)
        assert len(reporter._creations._ring) == 0

    def test_one_reporter_closes_and_the_other_goes_on(self, sdk: Any) -> None:
        """Two SDK instances in one process do not end one another's record."""
        first, second = reporter_for("probe_messages"), reporter_for("probe_messages")
        first.record_creations(sdk.Error)
        second.record_creations(sdk.Error)
        first.close(0)
        assert last_value(second.preview(sdk.make(1)))["value"] == "made {x}"
        second.close(0)
        assert "__new__" not in vars(sdk.Error)

    def test_signal_handlers_forks_finalisers_and_callbacks_may_make_exceptions(self, tmp_path: Path) -> None:
        """At any moment, and in the child of a fork that other threads did not survive."""
        done = run(
            """
            import gc, os, signal, threading, warnings, weakref
            warnings.simplefilter("ignore")
            reporter = reporter_for()
            reporter.record_creations(sdk.Error)
            handled = []
            def handler(*_):
                handled.append(1)
                sdk.make(1)
            signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
            while len(handled) < 50:
                assert sdk.make(2).args == ("made 2",)
            signal.setitimer(signal.ITIMER_REAL, 0)

            stop = threading.Event()
            def busy():
                while not stop.is_set(): sdk.make(3)
            threads = [threading.Thread(target=busy) for _ in range(3)]
            for thread in threads: thread.start()
            for _ in range(10):
                child = os.fork()
                if child == 0:
                    found = reporter.preview(sdk.make(4))["exception"]["values"][-1].get("value")
                    reporter.close(1)
                    os._exit(0 if found == "made {x}" and "__new__" not in vars(sdk.Error) else 1)
                assert os.waitpid(child, 0)[1] == 0
            stop.set()
            for thread in threads: thread.join()

            class Dying(sdk.Error):
                def __del__(self): reporter.capture(sdk.make(5))
            gc.set_threshold(5)
            for _ in range(200):
                one = Dying(); one.self = one
            called = []
            error = sdk.make(6)
            reference = weakref.ref(error, lambda _: called.append(reporter.preview(sdk.make(7))))
            del error
            assert called and called[0] is not None
            print("done")
            """,
            tmp_path,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")

    def test_the_end_of_the_interpreter(self, tmp_path: Path) -> None:
        """Exceptions that are made and reported while modules are torn down, beside threads that go on."""
        done = run(
            """
            import builtins, os, threading
            reporter = reporter_for()
            reporter.record_creations(sdk.Error)
            class Last:
                def __del__(self, cls=sdk.Error, reporter=reporter, write=os.write):
                    for act in (reporter.capture, reporter.preview, reporter.explain):
                        act(cls("x"))
                    reporter.add_breadcrumb("x")
                    reporter.before_send({}, {})
                    write(1, b"last ")
            builtins.last = Last()
            sdk.last = Last()
            threading.last = Last()
            tightlip.last = Last()
            cycle = Last(); cycle.self = cycle; builtins.cycle = cycle
            def busy(cls=sdk.Error):
                while True: cls(1)
            threading.Thread(target=busy, daemon=True).start()
            """,
            tmp_path,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert set(done.stdout.split()) == {"last"}


class TestLogCalls:
    def test_hostile_records_are_not_asked(self, sdk: Any) -> None:
        """Whatever stands in a record, the handler runs none of its code."""
        logger = logging.Logger("private")  # noqa: LOG001 - without the handlers of others, which do ask
        reporter = reporter_for("probe_messages")
        handler = reporter.log_handler("DEBUG", capture_errors=True)
        logger.addHandler(handler)
        logger.addHandler(logging.NullHandler())  # without it Python itself prints, and asks
        logger.propagate = False
        logger.error("%s", Hostile(), extra={"a": Hostile(), "b": Hostile()})
        logger.error(Hostile())
        record = logging.LogRecord("x", 40, "f", 3, "m", (), None)
        for name in list(vars(record)):
            vars(record)[name] = 40 if name == "levelno" else Hostile()
        handler.emit(record)
        handler.emit(None)  # type: ignore[arg-type]
        handler.emit(Hostile())  # type: ignore[arg-type]
        vars(record)["exc_info"] = (Hostile(), Hostile(), Hostile())
        handler.emit(record)
        assert "captured" not in reporter.stats()

    def test_hostile_event_dicts_are_not_asked(self, sdk: Any) -> None:
        """And go on to the next processor as they are."""
        process = reporter_for("probe_messages").log_processor(capture_errors=True)
        subclass: Any = type("Dict", (dict,), {"get": asked, "__getitem__": asked})(exc_info=True)
        info: list[Any] = [{"exc_info": Hostile()}, {"exc_info": (Hostile(),) * 3}]
        for event in (None, 5, "x", Hostile(), subclass, *info):
            for method in ("error", None, 5, Hostile()):
                assert process(None, method, event) is event  # type: ignore[arg-type]

    def test_a_handler_that_logs(self, sdk: Any, logger: logging.Logger) -> None:
        """Another handler's own log calls do not turn ours into a loop."""
        depth: list[int] = []

        class Again(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                depth.append(1)
                if len(depth) < 50:
                    sdk.say("again")

        logger.addHandler(reporter_for("probe_messages").log_handler())
        logger.addHandler(Again())
        sdk.say(1)
        assert len(depth) == 50

    def test_vendors_callables_may_log(self, sdk: Any, logger: logging.Logger) -> None:
        """A `take` or a workspace that logs an exception reports nothing of its own."""

        def logs(*_: Any) -> Any:
            sdk.say_error(2)
            return 1

        reporter = reporter_for(
            "probe_messages", workspace=logs, adapters=[tightlip.Adapter("probe_messages.Error", logs, lambda _: None)]
        )
        logger.addHandler(reporter.log_handler(capture_errors=True))
        sdk.say_error(1)
        assert reporter.flush(60)
        assert reporter.stats()["captured"] == reporter.stats()["stored"] == 1
        reporter.close(60)

    def test_warnings_that_python_prints_are_still_printed(self, tmp_path: Path) -> None:
        """In a host without logging configuration our handler does not count as one; in a configured host nothing is printed twice."""
        texts = [
            run(
                f"""
                import logging
                {configured}
                {added}
                sdk.log.setLevel("DEBUG")
                sdk.say_error(1)
                sdk.say(2)
                """,
                tmp_path,
            ).stderr
            for configured in ("", "logging.basicConfig()")
            for added in ("", "sdk.log.addHandler(reporter_for().log_handler('DEBUG'))")
        ]
        assert texts[0] == texts[1] != ""
        assert texts[2] == texts[3] != ""

    def test_it_may_log_at_any_moment(self, tmp_path: Path) -> None:
        """From signal handlers, finalisers, twenty threads, forked children and while the interpreter ends."""
        done = run(
            """
            import builtins, gc, os, signal, threading, warnings
            warnings.simplefilter("ignore")
            reporter = reporter_for()
            sdk.log.propagate = False
            sdk.log.addHandler(reporter.log_handler(capture_errors=True))
            import logging
            sdk.log.addHandler(logging.NullHandler())  # what Python prints without a handler is not the subject here
            handled = []
            def handler(*_):
                handled.append(1)
                sdk.say_error("signal")
            signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
            while len(handled) < 30: sdk.say_error(1)
            signal.setitimer(signal.ITIMER_REAL, 0)

            class Dying:
                def __del__(self): sdk.say_error("finaliser")
            gc.set_threshold(5)
            for _ in range(300):
                one = Dying(); one.self = one
                sdk.say(1)
            gc.set_threshold(700)

            threads = [threading.Thread(target=lambda: [sdk.say(n) for n in range(200)]) for _ in range(20)]
            for thread in threads: thread.start()
            for _ in range(5):
                child = os.fork()
                if child == 0:
                    sdk.say_error("child")
                    os._exit(0)
                assert os.waitpid(child, 0)[1] == 0
            for thread in threads: thread.join()

            def deep(): sdk.say(1); deep()
            try: deep()
            except RecursionError: print("the host's own")
            builtins.last = Dying()
            """,
            tmp_path,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "the host's own\n", "")


class Metaclass(type):
    """Answers nothing."""

    __eq__ = __getattribute__ = __instancecheck__ = __subclasscheck__ = __hash__ = asked


def hostile_exceptions(sdk: Any) -> Iterator[BaseException]:
    """Exceptions whose own code, and whatever they hold, must not run."""

    class Text(str):
        __slots__ = ()
        __str__ = __len__ = __eq__ = __hash__ = asked

    names = {"__getattribute__": asked, "__str__": asked, "__eq__": asked}
    hostile = Metaclass("Bad", (sdk.Error,), {**names, "__hash__": asked})("x")
    yield hostile
    key = type("Key", (), {"__hash__": lambda _: hash("status"), "__eq__": asked})
    error = sdk.Error("x")
    vars(error)[key()] = 1
    yield error
    error = sdk.Error("x")
    error.status, error.code, error.response, error.__notes__ = Text("404"), Hostile(), hostile, Hostile()
    yield error
    yield sdk.Error(Text("x"))
    yield type("X\x1b[31m", (sdk.Error,), {"__module__": Text("probe_messages")})("x")
    first, second = sdk.Error("a"), sdk.Error("b")
    first.__context__, second.__context__ = second, first
    yield first
    system: Any = OSError(2, "x")
    system.errno, system.strerror, system.filename = Text("2"), Hostile(), Hostile()
    yield system
    unicode = UnicodeDecodeError("utf-8", b"x", 0, 1, "r")
    unicode.start, unicode.end, unicode.reason = 10**9, -5, Text("r")
    yield unicode
    yield ExceptionGroup("g", [ExceptionGroup("h", [hostile] * 3)])
    yield KeyError(Hostile())


@pytest.mark.parametrize("policy", [tightlip.STRICT, tightlip.STRICT_UNREAD], ids=["strict", "unread"])
def test_hostile_exceptions_are_not_asked(policy: tightlip.Policy, sdk: Any) -> None:
    """Facts, adapters, creation sites and `explain` read storage and run no code, raised or not."""
    facts = {"probe_messages.Error": {"status": int, "code": {"A", 404}, "response.status as inner": int}}
    reporter = reporter_for("probe_messages", policy=policy, facts=facts)
    # Made before: with a `__new__` written in Python the interpreter itself asks a class's metaclass for it.
    errors = list(hostile_exceptions(sdk))
    reporter.record_creations(sdk.Error)
    for error in errors:
        for is_raised in (False, True):
            if is_raised:
                failure(raising(error), None)
            reporter.preview(error)
            reporter.before_send({}, {"exc_info": (type(error), error, None)})
            reporter.capture(error)
            explanation = reporter.explain(error)
            assert explanation is not None
            assert "\x1b" not in str(explanation)
    assert reporter.flush(60)
    assert not any(name.startswith("dropped.") and "origin" not in name for name in reporter.stats())
    reporter.close(60)


def test_made_up_classes_and_code_are_freed(sdk: Any) -> None:
    """After thousands of distinct classes and code objects no cache holds one, but for the ring of creation sites until it is closed."""
    reporter = reporter_for("probe_messages", facts={"probe_messages.Error": {"status": int}})
    reporter.record_creations(sdk.Error)
    host: list[weakref.ref[Any]] = []
    codes: list[weakref.ref[Any]] = []

    def one(number: int) -> None:
        cls = type(f"C{number}", (sdk.Error,), {"status": number})
        names: dict[str, Any] = {"C": cls}
        exec(compile(f"def f(x):\n    raise C('{number}')\n", f"<made {number}>", "exec"), names)
        error = failure(names["f"], number)
        reporter.capture(error)
        ways(reporter)[("preview", "before_send", "explain")[number % 3]](error)
        host.extend((weakref.ref(error), weakref.ref(cls)))
        codes.append(weakref.ref(names["f"].__code__))

    for number in range(2_000):
        one(number)
        if number % 200 == 0:
            assert reporter.flush(30)
    assert reporter.flush(30)
    gc.collect()
    assert sum(reference() is not None for reference in host) == 0
    assert sum(reference() is not None for reference in codes) <= SIZE
    reporter.close(60)
    gc.collect()
    assert sum(reference() is not None for reference in codes) == 0


def conditional(number: int) -> str:
    return f"{{'a{number}' if x == {number} else 'b{number}'}}"


STRANGE = {
    "raises": "def many(x):\n" + "".join(f"    if x == {n}: raise Error(f'no {{x}} {n}')\n" for n in range(1_500)),
    "bindings": "def many(x):\n    y = 'a'\n" + "".join(f"    if x == {n}: y = y + '{n}'\n" for n in range(1_500)),
    "classes": "".join(
        f"class E{n}(Error):\n    def __init__(self, a):\n        super().__init__(f'm{n} {{a}}')\n" for n in range(400)
    ),
    "parts": "def many(x):\n    raise Error(f'" + "a{x}" * 2_000 + "')\n",
}

#: Bodies of a function ``strange`` that raises, with the helpers it needs; each doubles its ways with every step.
COMBINATORIAL = {
    "conditional parts": 'def strange(x):\n    raise Error(f"' + " ".join(map(conditional, range(30))) + '")\n',
    "conditional names": "def strange(x):\n"
    + "".join(f"    a{n} = 'a{n}' if x == {n} else 'b{n}'\n" for n in range(30))
    + "    raise Error("
    + " + ".join(f"a{n}" for n in range(30))
    + ")\n",
    "doubled text": "def strange(x):\n    a0 = f'k{x}'\n"
    + "".join(f"    a{n + 1} = f'{{a{n}}}{{a{n}}}'\n" for n in range(14))
    + "    raise Error(a14)\n",
    "helpers in a row": "def h0(x): return f'deep {x}'\n"
    + "".join(f"def h{n + 1}(x): return h{n}(x)\n" for n in range(50))
    + "def strange(x): raise Error(h50(x))\n",
    "helpers two ways": "def h0(x): return f'deep {x}'\n"
    + "".join(f"def h{n + 1}(x):\n    if x: return h{n}(x)\n    return h{n}(x) + h{n}(x)\n" for n in range(20))
    + "def strange(x): raise Error(h20(1))\n",
    "factories in circles": "".join(
        f"def m{n}(x, y=0):\n    if y == 9: return m{(n + 1) % 30}(x, y)\n    if y == 8: return m{(n + 7) % 30}(x)\n"
        f"    return Error(f'm{n} {{x}}')\n"
        for n in range(30)
    )
    + "def strange(x): raise m0(x, 1)\n",
    "properties in circles": "class C(Error):\n    def __str__(self): return self.p0\n"
    + "".join(
        f"    @property\n    def p{n}(self): return f'{{self.p{(n + 1) % 40}}} {n}' if self.args else self.p{(n + 2) % 40}\n"
        for n in range(40)
    )
    + "def strange(x): raise C(x)\n",
    "constructors in a row": "class C0(Error):\n    def __init__(self, a): super().__init__(f'base {a}')\n"
    + "".join(
        f"class C{n + 1}(C{n}):\n    def __init__(self, a):\n        if a: super().__init__(a)\n"
        f"        else: super().__init__(f'n{n} {{a}}')\n"
        for n in range(50)
    )
    + "def strange(x): raise C50(x)\n",
}


@pytest.mark.parametrize("name", STRANGE)
def test_large_sources_cost_no_report(name: str, make_package: MakePackage) -> None:
    """What stands beside the site that failed is read in one pass."""
    text = f"class Error(Exception): pass\n{STRANGE[name]}def fail(x):\n    raise Error(f'no {{x}} at all')\n"
    module: Any = make_package("probe_large", text)
    reporter = reporter_for("probe_large")
    assert last_value(reporter.preview(failure(module.fail, "s3cr3t")))["value"] == "no {x} at all"
    assert reporter.stats() == {}


@pytest.mark.parametrize("name", COMBINATORIAL)
def test_combinatorial_sources_are_bounded(name: str, make_package: MakePackage) -> None:
    """Ways are counted before they are taken: neither time nor stack runs out, and the type is reported."""
    module: Any = make_package("probe_ways", f"class Error(Exception): pass\n{COMBINATORIAL[name]}")
    reporter = reporter_for("probe_ways")
    error = failure(module.strange, 1)
    value = last_value(reporter.preview(error))
    assert value["type"] == type(error).__name__
    assert len(value.get("value", "")) < 10_000
    assert reporter.explain(error) is not None
    assert reporter.stats() == {}


def test_factories_in_circles_across_modules(make_package: MakePackage) -> None:
    """Modules that return one another's errors end, and the report leaves."""
    files = {"__init__.py": "class Error(Exception): pass\n"}
    for number in range(12):
        after = (number + 1) % 12
        files[f"m{number}.py"] = (
            f"import probe_circle\ndef make(x, n):\n    from probe_circle.m{after} import make as other\n"
            f"    if n: return other(x, n - 1)\n    return probe_circle.Error(f'made {number} of {{x}}')\n"
            "def fail(x):\n    raise make(x, 3)\n"
        )
    make_package("probe_circle", files)
    m0: Any = importlib.import_module("probe_circle.m0")

    reporter = reporter_for("probe_circle")
    assert last_value(reporter.preview(failure(m0.fail, "s3cr3t")))["type"] == "Error"
    assert reporter.stats() == {}
