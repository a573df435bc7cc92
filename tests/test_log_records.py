"""Log calls: templates by call site, as breadcrumbs and beside structlog; nothing of a record's, and nothing of the application's."""

from __future__ import annotations

import asyncio
import logging
import logging.handlers
import queue
import sys
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from probe import failure, last_value, reporter_for, without_ids

from tightlip import APP, cli
from tightlip.exact import type_name
from tightlip.log_records import LogCall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from probe import MakePackage

    from tightlip import Reporter

SDK = """
import asyncio
import logging

logger = logging.getLogger("probe_logs")
log = logger


class Error(Exception):
    pass


def percent(name):
    logger.info("upload of %s started", name)


def braces(name, size):
    logger.warning(f"upload of {name!r} has {size:,} bytes")


def split(name):
    logger.error(
        "upload of %s failed after %d tries",
        name,
        len(name),
        extra={"name_of": name},
    )


def at_level(level, name):
    logger.log(level, "poll of %s", name)


def by_helper(name):
    _note(name)


def _note(name):
    logger.info("noted %s", name, stacklevel=2)


def two_on_a_line(name):
    logger.info("first %s", name); logger.info("second %s", name)


def without_template(name):
    getattr(logger, "info")("hidden %s", name)


def excepting(name):
    try:
        raise Error(f"no {name}")
    except Error:
        logger.exception("handling %s", name)


def excepting_and_raising(name):
    try:
        raise Error(f"no {name}")
    except Error:
        logger.exception("handling %s", name)
        raise


def excepting_quietly(name):
    try:
        raise Error(f"no {name}")
    except Error:
        logger.warning("handling %s", name, exc_info=True)


def fail(name):
    raise Error(f"no {name}")


def call(function, *args):
    return function(*args)


async def work(name):
    await asyncio.sleep(0)
    logger.info("working on %s", name)
    fail(name)


def with_structlog(logger, name):
    logger.warning(f"upload of {name} stalled", size=name)


def with_structlog_exception(logger, name):
    try:
        raise Error(f"no {name}")
    except Error:
        logger.exception("handling")
"""


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_logs", SDK)


@pytest.fixture
def reporter(sdk: Any) -> Reporter:
    return reporter_for("probe_logs", dependencies=["structlog"])


class Attached:
    """A handler on a logger, and the logger as it was afterwards."""

    def __init__(self, handler: logging.Handler, name: str = "probe_logs") -> None:
        self.handler, self.logger = handler, logging.getLogger(name)

    def __enter__(self) -> None:
        self.before = self.logger.level, self.logger.propagate
        self.logger.setLevel(1)
        self.logger.propagate = False
        self.logger.addHandler(self.handler)

    def __exit__(self, *_: object) -> None:
        self.logger.removeHandler(self.handler)
        self.logger.level, self.logger.propagate = self.before


@pytest.fixture
def attached(reporter: Reporter) -> Iterator[None]:
    with Attached(reporter.log_handler(1)):
        yield


def crumbs(reporter: Reporter, sdk: Any) -> list[tuple[str, str | None]]:
    """Level and message of the breadcrumbs of a report that is made now; each has the category ``log``."""
    event = without_ids(reporter.preview(failure(sdk.fail, "x")))
    assert event is not None
    found = event.get("breadcrumbs", {"values": []})["values"]
    assert all(set(crumb) <= {"level", "type", "category", "message"} for crumb in found)
    assert all(crumb["category"] == "log" for crumb in found)
    return [(crumb["level"], crumb.get("message")) for crumb in found]


@pytest.mark.usefixtures("attached")
class TestHandler:
    @pytest.mark.parametrize(
        ("name", "args", "level", "message"),
        [
            ("percent", ("x",), "info", "upload of {name} started"),
            ("braces", ("x", 5), "warning", "upload of {name!r} has {size:,} bytes"),
            ("split", ("x",), "error", "upload of {name} failed after {len(name)} tries"),
            ("excepting", ("x",), "error", "handling {name}"),
        ],
    )
    def test_the_template_at_the_call_site(
        self, sdk: Any, reporter: Reporter, name: str, args: tuple[Any, ...], level: str, message: str
    ) -> None:
        """A log call becomes a breadcrumb with its level and its template, however it is written."""
        getattr(sdk, name)(*args)
        assert crumbs(reporter, sdk) == [(level, message)]

    @pytest.mark.parametrize(
        ("number", "level"),
        [(5, "debug"), (10, "debug"), (20, "info"), (25, "info"), (30, "warning"), (40, "error"), (50, "fatal"), (99, "fatal")],
    )  # fmt: skip
    def test_levels_are_sentrys(self, sdk: Any, reporter: Reporter, number: int, level: str) -> None:
        """Every number has one of Sentry's five levels, also one that the host made up."""
        sdk.at_level(number, "x")
        assert crumbs(reporter, sdk) == [(level, "poll of {name}")]

    def test_stacklevel_stays_in_the_sdk(self, sdk: Any, reporter: Reporter) -> None:
        """A helper that names its caller's place still has its own template; one that names the application's place, too."""
        sdk.by_helper("x")
        sdk._note("x")
        assert crumbs(reporter, sdk) == [("info", "noted {name}")] * 2

    def test_two_calls_on_a_line_have_no_template(self, sdk: Any, reporter: Reporter) -> None:
        """What the line does not tell apart leaves level and category."""
        sdk.two_on_a_line("x")
        assert crumbs(reporter, sdk) == [("info", None)] * 2

    def test_a_call_that_the_source_does_not_show(self, sdk: Any, reporter: Reporter) -> None:
        """SDK code without a template leaves level and category."""
        sdk.without_template("x")
        assert crumbs(reporter, sdk) == [("info", None)]

    def test_the_applications_calls_leave_nothing(self, sdk: Any, reporter: Reporter) -> None:
        """Neither a call of the application's to the SDK's logger, nor one in a callback, nor code compiled under the SDK's name."""
        sdk.logger.error("canary %s", "canary")
        sdk.call(sdk.logger.error, "canary")
        sdk.call(lambda: sdk.logger.error("canary"))
        exec(compile("logger.error('canary')", sdk.__file__, "exec"), {"logger": sdk.logger})
        # The second one: `call` is the SDK's code, and the one that called the logger's method.
        assert crumbs(reporter, sdk) == [("error", None)]

    def test_a_dependencys_own_log_call_leaves_nothing(self, sdk: Any, reporter: Reporter) -> None:
        """What the standard library logs, called by the SDK, is not the SDK's word."""
        with Attached(reporter.log_handler(1), "concurrent.futures"):
            from concurrent.futures import Future

            future: Future[int] = Future()
            future.add_done_callback(lambda _: 1 / 0)
            sdk.call(future.set_result, 1)
        assert crumbs(reporter, sdk) == []

    def test_two_sets_of_canaries_give_the_same_report(self, sdk: Any, reporter: Reporter) -> None:
        """Nothing of the arguments, of ``extra``, or of what was raised is in the report."""
        reports: list[Any] = []
        for _ in range(2):
            canary = "canary" + uuid.uuid4().hex
            fresh = reporter_for("probe_logs")
            with Attached(fresh.log_handler()):
                for function in (sdk.percent, sdk.split, sdk.excepting, sdk.by_helper, sdk.without_template):
                    function(canary)
                sdk.braces(canary, len(reports))
            report = without_ids(fresh.preview(failure(sdk.fail, canary)))
            assert canary not in repr(report)
            reports.append(report)
        assert reports[0] == reports[1]
        assert len(reports[0]["breadcrumbs"]["values"]) == 6

    def test_asyncio(self, sdk: Any, reporter: Reporter) -> None:
        """A task's log calls belong to its own reports."""

        async def main() -> tuple[Any, ...]:
            async def one(name: str) -> Any:
                try:
                    await sdk.work(name)
                except sdk.Error as exc:
                    return reporter.preview(exc)

            return await asyncio.gather(one("a"), one("b"))

        for event in asyncio.run(main()):
            assert [crumb.get("message") for crumb in event["breadcrumbs"]["values"]] == ["working on {name}"]

    def test_threads(self, sdk: Any, reporter: Reporter) -> None:
        """A thread's log calls belong to its own reports."""
        found: list[Any] = []

        def work() -> None:
            sdk.percent("x")
            found.append(crumbs(reporter, sdk))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [[("info", "upload of {name} started")]] * 4

    def test_app_keeps_no_text_of_a_record(self, sdk: Any) -> None:
        """Under ``APP`` too the template is all that is known of a log call."""
        reporter = reporter_for("probe_logs", policy=APP)
        with Attached(reporter.log_handler()):
            sdk.percent("canary")
            sdk.without_template("canary")
        event = reporter.preview(failure(sdk.fail, "x"))
        assert event is not None
        messages = [crumb.get("message") for crumb in event["breadcrumbs"]["values"]]
        assert messages == ["upload of {name} started", None]


class TestHost:
    def test_below_the_level_nothing_is_remembered(self, sdk: Any, reporter: Reporter) -> None:
        """``level`` is that of a handler, by number or by name."""
        with Attached(reporter.log_handler("WARNING")):
            sdk.percent("x")
            sdk.braces("x", 1)
        assert [level for level, _ in crumbs(reporter, sdk)] == ["warning"]

    @pytest.mark.parametrize("level", ["loud", 1.5, None])
    def test_a_level_that_is_none(self, reporter: Reporter, level: Any) -> None:
        """A level that there is not is told at set-up."""
        with pytest.raises((ValueError, TypeError)):
            reporter.log_handler(level)

    def test_records_of_any_kind(self, sdk: Any, reporter: Reporter) -> None:
        """A record whose fields are lies or are missing, and something that is none, raise nothing."""

        class Liar(str):
            __slots__ = ()

            def __eq__(self, other: object) -> bool:
                raise AssertionError

            def __hash__(self) -> int:
                raise AssertionError

        handler: Any = reporter.log_handler()
        record = logging.LogRecord("n", 20, "/canary", 1, "canary", (), None)
        for name, value in (("levelno", Liar("x")), ("pathname", Liar("x")), ("exc_info", Liar("x")), ("lineno", None)):
            setattr(record, name, value)
            sdk.call(handler.emit, record)
        sdk.call(handler.emit, object())
        sdk.call(handler.emit, None)
        assert crumbs(reporter, sdk) == [("debug", None)] * 6

    def test_with_the_stack_nearly_full(self, sdk: Any, reporter: Reporter) -> None:
        """No error of ours takes the place of the host's at the end of the stack."""
        handler = reporter.log_handler()
        record = logging.LogRecord("n", 20, "/canary", 1, "canary", (), None)

        def deeper() -> None:
            handler.emit(record)
            deeper()

        with pytest.raises(RecursionError):
            deeper()

    def test_it_takes_no_lock_but_loggings(self, sdk: Any, reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing is looked up or read while the host logs: only frames are walked."""

        def never(*_: object) -> None:
            raise AssertionError

        with Attached(reporter.log_handler()):
            monkeypatch.setattr(reporter._sources.owners, "place", never)
            monkeypatch.setattr(reporter._templates, "index_of", never)
            sdk.percent("x")
            monkeypatch.undo()
        assert crumbs(reporter, sdk) == [("info", "upload of {name} started")]

    def test_a_failing_ring_is_counted(self, sdk: Any, reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
        """An error inside is counted by its type, and the host goes on."""

        def broken(*_: object) -> None:
            raise LookupError("canary")

        monkeypatch.setattr(reporter._ring, "add_log", broken)
        with Attached(reporter.log_handler()):
            sdk.percent("x")
        assert reporter.stats() == {"dropped.breadcrumb.LookupError": 1}

    def test_steps_hold_nothing_of_the_record(self, sdk: Any, reporter: Reporter) -> None:
        """What is remembered is code and offsets, so that a large argument is not kept alive."""
        with Attached(reporter.log_handler()):
            sdk.percent("canary")
        ((_, _, _, message, data, _, _),) = reporter._ring.view()
        assert type(message) is LogCall
        assert "canary" not in repr(message)
        assert data == {}

    def test_without_breadcrumbs_nothing_is_remembered(self, sdk: Any) -> None:
        """``breadcrumbs=0`` is for log calls too."""
        reporter = reporter_for("probe_logs", breadcrumbs=0)
        with Attached(reporter.log_handler()):
            sdk.percent("x")
        assert crumbs(reporter, sdk) == []

    def test_a_queue_listener_leaves_nothing(self, sdk: Any, reporter: Reporter) -> None:
        """In another thread the call site is not on the stack; that is not guessed."""
        waiting: queue.Queue[Any] = queue.Queue()
        listener = logging.handlers.QueueListener(waiting, reporter.log_handler())
        listener.start()
        with Attached(logging.handlers.QueueHandler(waiting)):
            sdk.percent("x")
        listener.stop()
        assert crumbs(reporter, sdk) == []

    def test_importing_does_not_import_logging(self) -> None:
        """The class of the handler is made when one is asked for."""
        import subprocess

        code = "import sys, tightlip.log_records; sys.exit('logging' in sys.modules)"
        assert (
            subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
            == 0
        )


class TestCaptureErrors:
    @pytest.mark.parametrize(("name", "reports"), [("excepting", 1), ("excepting_quietly", 0), ("percent", 0)])
    def test_an_error_with_its_exception_is_reported(self, sdk: Any, name: str, reports: int) -> None:
        """``logger.exception`` reports what is being handled, as handled; a warning does not."""
        reporter = reporter_for("probe_logs")
        with Attached(reporter.log_handler(capture_errors=True)):
            getattr(sdk, name)("canary")
        assert reporter.close(60)
        assert reporter.stats().get("stored", 0) == reports

    def test_it_is_reported_once(self, sdk: Any) -> None:
        """The log call reports it, and the guard that it passes on its way out does not again."""
        reporter = reporter_for("probe_logs")
        with Attached(reporter.log_handler(capture_errors=True)):
            failure(reporter.guard()(sdk.excepting_and_raising), "canary")
        assert reporter.close(60)
        assert reporter.stats() == {"captured": 1, "stored": 1}

    def test_the_report_has_the_log_call_and_says_who_caught_it(self, sdk: Any) -> None:
        """The last breadcrumb is the log call itself; the mechanism is ``logging``, handled."""
        seen: list[Any] = []
        reporter = reporter_for("probe_logs", hook=lambda event, _: seen.append(event))
        with Attached(reporter.log_handler(capture_errors=True)):
            sdk.excepting("canary")
        assert reporter.close(60)
        (event,) = seen
        mechanism = last_value(event)["mechanism"]
        assert (mechanism["type"], mechanism["handled"]) == ("logging", True)
        assert event["breadcrumbs"]["values"][-1]["message"] == "handling {name}"
        assert "canary" not in repr(event)

    def test_not_unless_asked_for(self, sdk: Any, reporter: Reporter) -> None:
        """By default a log call reports nothing."""
        with Attached(reporter.log_handler()):
            sdk.excepting("canary")
        assert reporter.close(60)
        assert reporter.stats() == {}

    def test_a_callable_that_logs_does_not_feed_itself(self, sdk: Any) -> None:
        """What the vendor's own callable logs, while a report is made, is not reported."""
        reporter = reporter_for("probe_logs", workspace=lambda: sdk.excepting("canary"))
        with Attached(reporter.log_handler(capture_errors=True)):
            reporter.capture(failure(sdk.fail, "x"))
            assert reporter.close(60)
        assert reporter.stats()["captured"] == 1


class TestStructlog:
    @staticmethod
    def logger(process: Callable[..., Any], seen: list[Any]) -> Any:
        def last(_logger: Any, _method: str, event: Any) -> Any:
            seen.append(event)
            raise structlog.DropEvent

        return structlog.wrap_logger(structlog.PrintLogger(), processors=[process, last], wrapper_class=structlog.make_filtering_bound_logger(0))  # fmt: skip

    def test_the_template_and_the_event_dict(self, sdk: Any, reporter: Reporter) -> None:
        """The log call's template becomes a breadcrumb, and the next processor gets the very dict."""
        seen: list[Any] = []
        sdk.with_structlog(self.logger(reporter.log_processor(), seen), "canary")
        assert seen == [{"event": "upload of canary stalled", "size": "canary"}]
        given = {"event": object()}
        assert reporter.log_processor()(None, "info", given) is given
        assert crumbs(reporter, sdk) == [("warning", "upload of {name} stalled")]

    def test_the_applications_calls_leave_nothing(self, sdk: Any, reporter: Reporter) -> None:
        """A log call of the application's, also through the SDK's logger."""
        self.logger(reporter.log_processor(), []).warning("canary")
        assert crumbs(reporter, sdk) == []

    def test_capture_errors(self, sdk: Any) -> None:
        """``logger.exception`` reports what is being handled."""
        reporter = reporter_for("probe_logs", dependencies=["structlog"])
        sdk.with_structlog_exception(self.logger(reporter.log_processor(capture_errors=True), []), "canary")
        assert reporter.close(60)
        assert reporter.stats() == {"captured": 1, "stored": 1}

    @pytest.mark.parametrize("event", [None, 5, [], {1: 2}, {"exc_info": 5}])
    @pytest.mark.parametrize("method", ["info", "loud", None, 5])
    def test_what_is_no_event_dict(self, reporter: Reporter, event: Any, method: Any) -> None:
        """Anything is handed on, and nothing raised."""
        assert reporter.log_processor(capture_errors=True)(None, method, event) is event

    def test_through_logging(self, sdk: Any, reporter: Reporter) -> None:
        """structlog in front of ``logging``: the handler looks past both for the call site."""
        logger = structlog.wrap_logger(
            logging.getLogger("probe_logs"),
            processors=[structlog.stdlib.render_to_log_kwargs],
            wrapper_class=structlog.stdlib.BoundLogger,
        )
        with Attached(reporter.log_handler()):
            sdk.with_structlog(logger, "canary")
        assert crumbs(reporter, sdk) == [("warning", "upload of {name} stalled")]


class TestNamed:
    """The place that a record names, as sentry-sdk's hint has it."""

    @staticmethod
    def record(sdk: Any, function: Callable[..., Any], *args: Any) -> logging.LogRecord:
        seen: list[logging.LogRecord] = []

        class Keeper(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                seen.append(record)

        with Attached(Keeper(1)):
            function(*args)
        return seen[0]

    def test_a_log_call_of_the_sdks(self, sdk: Any, reporter: Reporter) -> None:
        """Module, function and template of the place, when all three of its facts agree."""
        found = reporter._logs.named(self.record(sdk, sdk.percent, "canary"))
        assert found is not None
        assert (found.module, found.function, found.message) == ("probe_logs", "percent", "upload of {name} started")

    def test_with_a_catalogue(self, sdk: Any) -> None:
        """An SDK that ships its catalogue has the same templates, and no source is compiled."""
        target = Path(sdk.__file__).with_name("_tightlip_catalogue.json.gz")
        assert cli.main(["catalogue", "build", "probe_logs", "-o", str(target)]) == 0
        reporter = reporter_for("probe_logs")
        record = self.record(sdk, sdk.percent, "canary")
        found = reporter._logs.named(record)
        assert found is not None
        assert (found.function, found.message) == ("percent", "upload of {name} started")
        record.funcName = "split"
        assert reporter._logs.named(record) is None
        with Attached(reporter.log_handler()):
            sdk.percent("x")
        assert crumbs(reporter, sdk) == [("info", "upload of {name} started")]

    @pytest.mark.parametrize(
        ("name", "value"),
        [("funcName", "split"), ("funcName", None), ("lineno", 1), ("lineno", True), ("lineno", "15"), ("pathname", "/canary.py"), ("pathname", __file__), ("pathname", b"x")],
    )  # fmt: skip
    def test_a_fact_that_does_not_agree(self, sdk: Any, reporter: Reporter, name: str, value: Any) -> None:
        """Another function, line or file is no log call of the SDK's."""
        record = self.record(sdk, sdk.percent, "canary")
        setattr(record, name, value)
        assert reporter._logs.named(record) is None

    def test_a_subclass_of_str_is_not_asked(self, sdk: Any, reporter: Reporter) -> None:
        """Only exact types are compared: a subclass brings comparisons of its own."""
        record = self.record(sdk, sdk.percent, "canary")
        record.funcName = type("Name", (str,), {})("percent")
        assert reporter._logs.named(record) is None

    def test_properties_of_a_record_are_not_run(self, sdk: Any, reporter: Reporter) -> None:
        """A record class of the host's with properties: only what is stored counts."""

        class Record(logging.LogRecord):
            @property
            def __dict__(self) -> Any:  # type: ignore[override]
                raise AssertionError

            def __getattribute__(self, name: str) -> Any:
                raise AssertionError

        assert reporter._logs.named(Record.__new__(Record)) is None

    @pytest.mark.parametrize("record", [None, 5, object(), {"pathname": "x"}], ids=type_name)
    def test_what_is_no_record(self, reporter: Reporter, record: object) -> None:
        """Anything else names nothing."""
        assert reporter._logs.named(record) is None
