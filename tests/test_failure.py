"""Attribution of links: what is reported, what is dropped, and how it is shown."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, last_value, reporter_for

if TYPE_CHECKING:
    from probe import MakePackage

SDK = """
import asyncio
import json

class Error(Exception): pass

def call(function, *args):
    return function(*args)

def wrap(function):
    try:
        return function()
    except Exception as exc:
        raise Error(f"the callback failed: {exc}") from exc

def fail(x):
    raise Error(f"no {x}")

def deep(n, x):
    return fail(x) if n == 0 else deep(n - 1, x)

def parse(text):
    return json.loads(text)

def group(items):
    errors = []
    for item in items:
        try:
            item()
        except Exception as exc:
            errors.append(exc)
    raise ExceptionGroup(f"{len(errors)} failed", errors)

def optional():
    import no_such_extra_module

def optional_with_words():
    try:
        import no_such_extra_module
    except ImportError as exc:
        raise ImportError("install probe[extra]") from exc

def own_module():
    import probe_failure.no_such_part

def interrupted(cls):
    raise cls

async def work(x):
    await asyncio.sleep(0)
    fail(x)
"""


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_failure", SDK)


def events_of(event: dict[str, Any] | None) -> dict[str, Any]:
    """The event, which must be one."""
    assert event is not None
    return event


def stats_of(function: Any, *args: Any) -> dict[str, int]:
    """The counts after a capture that is expected to be dropped."""
    reporter = reporter_for("probe_failure")
    reporter.capture(failure(function, *args))
    assert reporter.flush(60)
    return {name: count for name, count in reporter.stats().items() if name.startswith("dropped")}


def test_the_sdks_own_error_is_reported(sdk: Any) -> None:
    """Type, template, SDK frames; the application's frame is a marker."""
    value = last_value(reporter_for("probe_failure").preview(failure(sdk.deep, 1, "s3cr3t")))
    assert (value["type"], value["module"], value["value"]) == ("Error", "probe_failure", "no {x}")
    assert [frame["function"] for frame in value["stacktrace"]["frames"]] == [
        "[1 application frame]",
        "deep",
        "deep",
        "fail",
    ]
    assert [frame["in_app"] for frame in value["stacktrace"]["frames"]] == [False, True, True, True]
    assert {frame.get("filename") for frame in value["stacktrace"]["frames"]} == {None, "probe_failure/__init__.py"}


def test_an_error_in_the_standard_library_on_the_sdks_behalf_is_reported(sdk: Any) -> None:
    """Stdlib frames are transparent, and show as a marker; the message is the stdlib's template."""
    value = last_value(reporter_for("probe_failure").preview(failure(sdk.parse, "{")))
    assert (value["type"], value["module"]) == ("JSONDecodeError", "json.decoder")
    assert [frame["function"] for frame in value["stacktrace"]["frames"]] == [
        "[1 application frame]",
        "parse",
        "[3 stdlib frames]",
    ]


def test_a_callback_of_the_application_is_not_reported(sdk: Any) -> None:
    """The innermost frame that counts is the application's."""

    def callback() -> None:
        raise ValueError("a customer's own words")

    assert stats_of(sdk.call, callback) == {"dropped.origin.application": 1}


def test_a_callbacks_failure_inside_the_standard_library_is_not_reported(sdk: Any) -> None:
    """Transparent frames do not turn the application's call into the SDK's."""
    import json

    assert stats_of(sdk.call, lambda: json.loads("{s3cr3t")) == {"dropped.origin.application": 1}


def test_each_link_of_a_chain_is_decided_by_itself(sdk: Any) -> None:
    """The SDK's wrapping error is reported, the application's cause is not, and its words fill no hole."""

    def callback() -> None:
        raise ValueError("a customer's own words")

    event = reporter_for("probe_failure").preview(failure(sdk.wrap, callback))
    assert event is not None
    assert [value["type"] for value in event["exception"]["values"]] == ["Error"]
    assert last_value(event)["value"] == "the callback failed: {exc}"


def test_an_error_that_the_application_wrapped_is_reported(sdk: Any) -> None:
    """``raise AppError from sdk_error``: the SDK failed; the application's own link is left out."""

    def app() -> None:
        try:
            sdk.fail("s3cr3t")
        except sdk.Error as exc:
            raise RuntimeError("a customer's own words") from exc

    event = reporter_for("probe_failure").preview(failure(app))
    assert event is not None
    assert [value["value"] for value in event["exception"]["values"]] == ["no {x}"]
    assert "parent_id" not in last_value(event)["mechanism"]


def test_an_error_that_the_application_handled_is_not_a_failure(sdk: Any) -> None:
    """The application caught it and then failed by itself: no ``from``, no report."""

    def app() -> None:
        try:
            sdk.fail("s3cr3t")
        except sdk.Error:
            raise LookupError("a customer's own words")  # noqa: B904 - without `from` is the case

    assert stats_of(app) == {"dropped.origin.application": 1}


def test_each_leaf_of_a_group_is_decided_by_itself(sdk: Any) -> None:
    """The SDK's leaves stay under their group, the application's are gone."""

    def callback() -> None:
        raise ValueError("a customer's own words")

    event = reporter_for("probe_failure").preview(
        failure(sdk.group, [lambda: sdk.fail("s3cr3t"), callback, lambda: sdk.parse("{")])
    )
    assert event is not None
    values = event["exception"]["values"]
    assert [value["type"] for value in values] == ["JSONDecodeError", "Error", "ExceptionGroup"]
    assert values[-1]["value"] == "{len(errors)} failed ({count} sub-exceptions)"
    assert values[-1]["mechanism"]["is_exception_group"] is True
    assert [value["mechanism"].get("source") for value in values] == ["exceptions[1]", "exceptions[0]", None]
    assert {value["mechanism"].get("parent_id") for value in values[:-1]} == {0}


def test_a_group_of_the_applications_failures_is_not_reported(sdk: Any) -> None:
    """Not one leaf is the SDK's."""

    def callback() -> None:
        raise ValueError("a customer's own words")

    assert stats_of(sdk.group, [callback, callback]) == {"dropped.origin.application": 1}


def test_a_group_made_by_the_application_tells_nothing_of_it(sdk: Any) -> None:
    """Its message is a value; the SDK's leaf is reported."""

    def app() -> None:
        try:
            sdk.fail("x")
        except sdk.Error as exc:
            raise ExceptionGroup("a customer's own words", [exc]) from None

    event = reporter_for("probe_failure").preview(failure(app))
    assert [value.get("value") for value in events_of(event)["exception"]["values"]] == ["no {x}", None]
    assert "customer" not in str(event)


def test_a_task_group_and_a_thread_are_reported_alike(sdk: Any) -> None:
    """Where the failure surfaced does not matter."""

    async def app() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(sdk.work("s3cr3t"))

    event = reporter_for("probe_failure").preview(failure(asyncio.run, app()))
    assert event is not None
    assert event["exception"]["values"][0]["value"] == "no {x}"
    caught: list[BaseException] = []
    thread = threading.Thread(target=lambda: caught.append(failure(sdk.fail, "s3cr3t")))
    thread.start()
    thread.join()
    assert last_value(reporter_for("probe_failure").preview(caught[0]))["value"] == "no {x}"


@pytest.mark.parametrize(
    "cls", [KeyboardInterrupt, SystemExit, GeneratorExit, StopIteration, StopAsyncIteration, asyncio.CancelledError]
)
def test_control_flow_is_never_reported(cls: type[BaseException], sdk: Any) -> None:
    """Exceptions that steer a program are no failures."""
    assert stats_of(sdk.interrupted, cls) == {"dropped.origin.control flow": 1}
    assert reporter_for("probe_failure").preview(failure(sdk.interrupted, type("Mine", (cls,), {}))) is None


def test_a_missing_optional_extra_is_never_reported(sdk: Any) -> None:
    """The customer chose not to install it. A missing module of the SDK's own is a failure."""
    assert stats_of(sdk.optional) == {"dropped.origin.optional extra": 1}
    assert stats_of(sdk.optional_with_words) == {"dropped.origin.optional extra": 1}
    assert last_value(reporter_for("probe_failure").preview(failure(sdk.own_module)))["type"] == "ModuleNotFoundError"


def test_an_error_without_a_traceback_counts_by_its_class(sdk: Any) -> None:
    """Made and never raised: the SDK's own class is reported by its type, any other is nobody's."""
    value = last_value(reporter_for("probe_failure").preview(sdk.Error("s3cr3t")))
    assert (value["type"], value.get("value"), "stacktrace" in value) == ("Error", None, False)
    assert reporter_for("probe_failure").preview(ValueError("s3cr3t")) is None


def test_a_deep_recursion_is_bounded_and_says_so(sdk: Any) -> None:
    """A marker tells how many frames were left out."""
    value = last_value(reporter_for("probe_failure").preview(failure(sdk.deep, 400, "s3cr3t")))
    frames = value["stacktrace"]["frames"]
    assert len(frames) < 160
    assert frames[50]["function"] == "[253 frames omitted]"
    assert value["value"] == "no {x}"


def test_the_fingerprint_survives_moved_lines_and_renamed_variables(make_package: MakePackage, tmp_path: Any) -> None:
    """Class, module, function and template with nameless holes; no line."""
    one = make_package("probe_v1", "def fail(x):\n    raise ValueError(f'no {x} here')\n", tmp_path / "one")
    first = reporter_for("probe_v1").preview(failure(one.fail, 1))
    two = make_package(
        "probe_v1b", "\n\n\ndef fail(name):\n    raise ValueError(f'no {name} here')\n", tmp_path / "two"
    )
    second = reporter_for("probe_v1b").preview(failure(two.fail, 1))
    assert first is not None
    assert second is not None
    assert first["fingerprint"] == ["builtins.ValueError", "probe_v1", "fail", "no {} here"]
    assert second["fingerprint"][2:] == first["fingerprint"][2:]


def test_two_templates_in_one_function_are_two_issues(make_package: MakePackage) -> None:
    """The template is part of the fingerprint."""
    module = make_package(
        "probe_two", "def fail(x):\n    if x:\n        raise ValueError('one')\n    raise ValueError('two')\n"
    )
    prints = {str(events_of(reporter_for("probe_two").preview(failure(module.fail, x)))["fingerprint"]) for x in (0, 1)}
    assert len(prints) == 2


def test_several_packages_are_one_sdk(make_package: MakePackage) -> None:
    """``package=`` takes a sequence."""
    make_package("probe_part_a", "def call(f): f()\n")
    part = make_package("probe_part_b", "def fail(x):\n    raise ValueError(f'no {x}')\n")
    value = last_value(reporter_for(("probe_part_a", "probe_part_b")).preview(failure(part.fail, 1)))
    assert value["value"] == "no {x}"
    assert reporter_for("probe_part_a").preview(failure(part.fail, 1)) is None


MORE = """
import dataclasses, sqlite3, importlib.metadata, importlib

class Error(Exception): pass

def never_raised(): raise ExceptionGroup("many problems", [Error("x"), ValueError("y")])
def in_c(): raise ExceptionGroup("uploads failed", [caught(int, "x"), caught(callback)])
def caught(f, *a):
    try: f(*a)
    except Exception as e: return e.with_traceback(e.__traceback__.tb_next)
def old_python(): from collections import Mapping
def bundle(): importlib.metadata.version("no-such-distribution-anywhere")
@dataclasses.dataclass(frozen=True)
class Frozen: x: int
def frozen(): Frozen(1).x = 2
def database(): sqlite3.connect(":memory:").execute("nonsense")
callback = None
"""


@pytest.fixture
def more(make_package: MakePackage) -> Any:
    return make_package("probe_more", MORE)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("never_raised", ["ValueError", "Error", "ExceptionGroup"]),
        ("old_python", ["ImportError"]),
        ("bundle", ["PackageNotFoundError"]),
        ("frozen", ["FrozenInstanceError"]),
        ("database", ["OperationalError"]),
    ],
)
def test_a_failure_in_nobodys_code_is_the_sdks_that_called_it(name: str, expected: list[str], more: Any) -> None:
    """Generated methods, C, the standard library's own import errors, errors that were made and never raised."""
    event = events_of(reporter_for("probe_more").preview(failure(getattr(more, name))))
    types = [value["type"] for value in event["exception"]["values"]]
    assert types[-1] == expected[-1]
    assert set(types) >= set(expected)


def test_the_applications_leaf_is_not_reported_beside_nobodys(more: Any) -> None:
    """A group of the SDK's with a leaf raised in C and one of the application's: the second is gone."""

    def callback() -> None:
        raise RuntimeError("a customer's own words")

    more.callback = callback
    event = events_of(reporter_for("probe_more").preview(failure(more.in_c)))
    assert "customer" not in str(event)
    assert "RuntimeError" not in [value["type"] for value in event["exception"]["values"]]
    assert last_value(event)["value"] == "uploads failed ({count} sub-exceptions)"
