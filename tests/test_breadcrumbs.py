"""Breadcrumbs: each context's own steps, templates from their call sites, and data that pass by type."""

from __future__ import annotations

import asyncio
import contextvars
import enum
import json
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, reporter_for, without_ids

import tightlip
from tightlip.breadcrumbs import MOST_INT, BreadcrumbRing

if TYPE_CHECKING:
    from probe import MakePackage

CANARY = "s3cr3tcanary"
NAME = "probe_steps"

#: The SDK of most tests. ``REPORTER`` is set by the tests.
SDK = """
import enum
REPORTER = None

class Colour(enum.Enum):
    RED = "s3cr3t value"
    GREEN = 2

def fail():
    raise ValueError("no")

def numbered(number):
    REPORTER.add_breadcrumb("step", number=number)

def named(name):
    REPORTER.add_breadcrumb(f"step of {name}")

def with_data(value):
    REPORTER.add_breadcrumb("step", datum=value)

def with_message(message):
    REPORTER.add_breadcrumb(message)

def with_category(value):
    REPORTER.add_breadcrumb("step", category=value)

def with_level(value):
    REPORTER.add_breadcrumb("step", level=value)

def with_many(**data):
    REPORTER.add_breadcrumb("step", size=3, **data)

async def in_task(name, *inner):
    REPORTER.add_breadcrumb("task begins", number=name)
    await gather(*inner)
    REPORTER.add_breadcrumb("task ends", number=name)

async def gather(*inner):
    import asyncio
    await asyncio.gather(*[asyncio.ensure_future(one) for one in inner])
"""


def sdk_of(make_package: MakePackage, text: str = SDK, **options: Any) -> Any:
    """The sample SDK, with a reporter of its own."""
    module: Any = make_package(NAME, text)
    module.REPORTER = reporter_for(NAME, **options)
    return module


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return sdk_of(make_package)


def event_of(sdk: Any) -> dict[str, Any]:
    found: dict[str, Any] | None = sdk.REPORTER.preview(failure(sdk.fail))
    assert found is not None
    json.dumps(found, allow_nan=False)
    return found


def steps(sdk: Any) -> list[dict[str, Any]]:
    """The steps that a failure here and now would report."""
    found: list[dict[str, Any]] = event_of(sdk).get("breadcrumbs", {}).get("values", [])
    return found


def numbers(sdk: Any) -> list[object]:
    return [step["data"]["number"] for step in steps(sdk)]


def datum(sdk: Any, value: object) -> object:
    """What is reported of a value."""
    sdk.with_data(value)
    return steps(sdk)[-1].get("data", {}).get("datum")


class TestRing:
    def test_a_hundred_by_default(self, sdk: Any) -> None:
        """The newest, oldest first."""
        for number in range(1_234):
            sdk.numbered(number)
        assert numbers(sdk) == list(range(1_134, 1_234))

    @pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 199, 200, 201, 202, 300, 301])
    def test_at_the_edges(self, sdk: Any, count: int) -> None:
        """Where the chain is cut, nothing is lost and nothing comes twice."""
        for number in range(count):
            sdk.numbered(number)
        assert numbers(sdk) == list(range(count))[-100:]

    @pytest.mark.parametrize(("size", "expected"), [(1, [19]), (3, [17, 18, 19]), (50, list(range(20)))])
    def test_another_size(self, make_package: MakePackage, size: int, expected: list[int]) -> None:
        """As the reporter was told."""
        sdk = sdk_of(make_package, breadcrumbs=size)
        for number in range(20):
            sdk.numbered(number)
        assert numbers(sdk) == expected

    def test_none_at_all(self, make_package: MakePackage) -> None:
        """A size of zero remembers nothing."""
        sdk = sdk_of(make_package, breadcrumbs=0)
        sdk.numbered(1)
        assert "breadcrumbs" not in event_of(sdk)

    def test_memory_is_bounded(self) -> None:
        """The chain is at most twice as long as what is shown."""
        ring = BreadcrumbRing(10)
        for number in range(1_000):
            ring.add(str(number), "default", "info", {}, depth=1)
            length, chain = 0, ring._last.get()
            while chain is not None:
                length, chain = length + 1, chain[1]
            assert length <= 20
        assert [step[3] for step in ring.view()] == [str(number) for number in range(990, 1_000)]

    def test_times_are_those_of_the_steps(self, sdk: Any) -> None:
        """Not of the report; in order."""
        before = time.time()
        sdk.numbered(1)
        time.sleep(0.02)
        sdk.numbered(2)
        after = time.time()
        time.sleep(0.02)
        moments = [datetime.fromisoformat(step["timestamp"]).timestamp() for step in steps(sdk)]
        assert before - 0.001 <= moments[0] < moments[1] <= after + 0.001
        assert datetime.fromisoformat(steps(sdk)[0]["timestamp"]).tzinfo == UTC

    def test_capture_takes_what_was_there(self, sdk: Any) -> None:
        """Steps after the failure are not steps before it."""
        reporter = reporter_for(NAME)
        sdk.REPORTER = reporter
        sdk.numbered(1)
        event_id = reporter.capture(failure(sdk.fail))
        sdk.numbered(2)
        reporter.close(60)
        assert event_id is not None
        envelope = reporter.outbox.read(event_id)
        assert envelope is not None
        found = json.loads(envelope.split(b"\n")[2])
        assert [step["data"] for step in found["breadcrumbs"]["values"]] == [{"number": 1}]


class TestContexts:
    def test_a_task_sees_its_own_and_its_parents_steps(self, sdk: Any) -> None:
        """Not its siblings', nor what the parent did after it was started."""
        seen: dict[str, list[object]] = {}

        async def child(name: str, number: int) -> None:
            sdk.numbered(number)
            await asyncio.sleep(0)
            sdk.numbered(number + 1)
            await asyncio.sleep(0)
            seen[name] = numbers(sdk)

        async def parent() -> None:
            sdk.numbered(1)
            one = asyncio.create_task(child("one", 10))
            sdk.numbered(2)
            two = asyncio.create_task(child("two", 20))
            sdk.numbered(3)
            await asyncio.gather(one, two)
            seen["parent"] = numbers(sdk)

        asyncio.run(parent())
        assert seen == {"one": [1, 10, 11], "two": [1, 2, 20, 21], "parent": [1, 2, 3]}

    def test_grandchildren(self, sdk: Any) -> None:
        """The line of a task goes up to the first."""
        seen: list[object] = []

        async def down(level: int) -> None:
            sdk.numbered(level)
            if level < 5:
                await asyncio.gather(asyncio.create_task(down(level + 1)))
            else:
                seen.extend(numbers(sdk))

        asyncio.run(down(0))
        assert seen == [0, 1, 2, 3, 4, 5]

    def test_a_coroutine_that_is_awaited_is_no_task(self, sdk: Any) -> None:
        """Its steps are its caller's."""

        async def inner() -> None:
            sdk.numbered(2)

        async def outer() -> list[object]:
            sdk.numbered(1)
            await inner()
            return numbers(sdk)

        assert asyncio.run(outer()) == [1, 2]

    def test_cutting_the_chain_in_a_task_takes_nothing_from_others(self, make_package: MakePackage) -> None:
        """Siblings share what their parent did; each cuts its own."""
        sdk = sdk_of(make_package, breadcrumbs=3)
        seen: dict[int, list[object]] = {}

        async def child(start: int, count: int) -> None:
            for number in range(start, start + count):
                sdk.numbered(number)
                await asyncio.sleep(0)
            seen[start] = numbers(sdk)

        async def parent() -> None:
            for number in range(5):
                sdk.numbered(number)
            await asyncio.gather(
                *[asyncio.create_task(child(start, count)) for start, count in ((100, 1), (200, 2), (300, 50))]
            )
            seen[0] = numbers(sdk)

        asyncio.run(parent())
        assert seen == {100: [3, 4, 100], 200: [4, 200, 201], 300: [347, 348, 349], 0: [2, 3, 4]}

    def test_a_thread_begins_with_its_own(self, sdk: Any) -> None:
        """Threads do not see one another's steps, however they are interleaved."""
        barrier = threading.Barrier(4)
        seen: dict[int, list[object]] = {}

        def work(start: int) -> None:
            for number in range(start, start + 20):
                barrier.wait(60)
                sdk.numbered(number)
            seen[start] = numbers(sdk)

        sdk.numbered(1)
        started = [threading.Thread(target=work, args=(start,)) for start in (100, 200, 300, 400)]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join()
        assert [seen[start][-20:] for start in seen] == [list(range(start, start + 20)) for start in seen]
        assert numbers(sdk) == [1]

    def test_a_thread_that_is_given_a_context_sees_its_steps(self, sdk: Any) -> None:
        """``asyncio.to_thread`` and ``copy_context().run`` hand it on."""
        sdk.numbered(1)
        context = contextvars.copy_context()
        with ThreadPoolExecutor(1) as pool:

            def work() -> list[object]:
                sdk.numbered(2)
                return numbers(sdk)

            assert pool.submit(context.run, work).result() == [1, 2]
        assert numbers(sdk) == [1]

    def test_two_reporters_do_not_mix(self, sdk: Any) -> None:
        """Each has a ring of its own."""
        one, two = reporter_for(NAME), reporter_for(NAME)
        for number, reporter in enumerate((one, two, two, one, two)):
            sdk.REPORTER = reporter
            sdk.numbered(number)
        sdk.REPORTER = one
        assert numbers(sdk) == [0, 3]
        sdk.REPORTER = two
        assert numbers(sdk) == [1, 2, 4]

    def test_many_threads_add_at_once(self, sdk: Any) -> None:
        """No lock and nothing lost."""
        with ThreadPoolExecutor(8) as pool:

            def work(start: int) -> list[object]:
                def own() -> list[object]:
                    for number in range(start, start + 500):
                        sdk.numbered(number)
                    return numbers(sdk)

                return contextvars.copy_context().run(own)

            found = list(pool.map(work, range(0, 8_000, 500)))
        assert found == [list(range(start + 400, start + 500)) for start in range(0, 8_000, 500)]


#: The call, given ``a`` and ``b`` (canaries) -> the template. None: no message.
SITES: dict[str, tuple[str, str | None]] = {
    "literal": ('R.add_breadcrumb("cache warmed")', "cache warmed"),
    "by keyword": ('R.add_breadcrumb(message="cache warmed")', "cache warmed"),
    "f-string": ('R.add_breadcrumb(f"upload of {a} to {b!r}")', "upload of {a} to {b!r}"),
    "f-string with a format": ('R.add_breadcrumb(f"{len(a):>9} bytes")', "{len(a):>9} bytes"),
    "percent": ('R.add_breadcrumb("upload of %s to %r" % (a, b))', "upload of {a} to {b!r}"),
    "percent with one": ('R.add_breadcrumb("upload of %s" % a)', "upload of {a}"),
    "format": ('R.add_breadcrumb("upload of {} to {x!r}".format(a, x=b))', "upload of {a} to {b!r}"),
    "concatenation": ('R.add_breadcrumb("upload of " + a + " to " + b)', "upload of {a} to {b}"),
    "implicit concatenation": ('R.add_breadcrumb("upload " f"of {a}")', "upload of {a}"),
    "join": ('R.add_breadcrumb(", ".join(["one", a]))', "one, {a}"),
    "local name": ('text = f"upload of {a}"\nR.add_breadcrumb(text)', "upload of {a}"),
    "either of two": ('R.add_breadcrumb("began reading" if a else "began writing")', "began {…}"),
    "hole alone": ("R.add_breadcrumb(a)", "{a}"),
    "several lines": ('R.add_breadcrumb(\n    f"upload of {a} "\n    f"to {b}",\n    category="http",\n    size=len(a),\n)', "upload of {a} to {b}"),
    "closing on its own line": ('R.add_breadcrumb(\n    "upload of %s"\n    % a\n)', "upload of {a}"),
    "arguments that call": ('R.add_breadcrumb(\n    f"upload of {str(a)}",\n    size=max(\n        len(a),\n        len(b),\n    ),\n)', "upload of {a}"),
    "in an expression": ('_ = R.add_breadcrumb(f"upload of {a}") or a', "upload of {a}"),
    "in a condition": ('if R.add_breadcrumb(f"upload of {a}") is None:\n    pass', "upload of {a}"),
    "in a comprehension": ('[R.add_breadcrumb(f"upload of {x}") for x in [a]]', "upload of {x}"),
    "in a with": ('import contextlib\nwith contextlib.suppress(ValueError):\n    R.add_breadcrumb(f"upload of {a}")', "upload of {a}"),
    "in an except": ('try:\n    {}[a]\nexcept KeyError:\n    R.add_breadcrumb(f"no {a}")', "no {a}"),
    "in a nested function": ('def inner(c):\n    R.add_breadcrumb(f"upload of {c}")\ninner(a)', "upload of {c}"),
    "in a finally": ('try:\n    pass\nfinally:\n    R.add_breadcrumb(f"end of {a}")', "end of {a}"),
    "under another name": ('add = R.add_breadcrumb\nadd(f"upload of {a}")', None),
    "two on a line": ('R.add_breadcrumb(f"one {a}"); R.add_breadcrumb(f"two {b}")', None),
    "unpacked": ("R.add_breadcrumb(*[a])", None),
    "unpacked by name": ('R.add_breadcrumb(**{"message": a})', None),
}  # fmt: skip


class TestMessages:
    @pytest.mark.parametrize("form", SITES)
    def test_template_of_a_call_site(self, form: str, make_package: MakePackage) -> None:
        """The words are the author's, the values are holes."""
        body, expected = SITES[form]
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        sdk = sdk_of(make_package, f"def fail(): raise ValueError('no')\n\ndef step(R, a, b):\n{lines}")
        sdk.step(sdk.REPORTER, CANARY + "a", CANARY + "b")
        found = steps(sdk)
        assert found[-1].get("message") == expected
        assert CANARY not in json.dumps(found)

    def test_the_level_and_kind_of_a_step(self, sdk: Any) -> None:
        """What stands in every one."""
        sdk.named(CANARY)
        (found,) = steps(sdk)
        assert set(found) == {"timestamp", "level", "type", "message"}
        assert (found["level"], found["type"], found["message"]) == ("info", "default", "step of {name}")

    def test_a_safe_message_goes_as_it_is(self, sdk: Any) -> None:
        """The author's explicit word."""
        sdk.with_message(tightlip.Safe("cache {warmed}"))
        assert steps(sdk)[-1]["message"] == "cache {warmed}"

    @pytest.mark.parametrize(
        "message", [CANARY, 5, None, b"s3cr3t", ["s3cr3t"], object()], ids=lambda value: type(value).__name__
    )
    def test_whatever_the_value_is_the_site_tells(self, sdk: Any, message: object) -> None:
        """The value is not looked at."""
        sdk.with_message(message)
        assert steps(sdk)[-1]["message"] == "{message}"
        assert "s3cr3t" not in str(steps(sdk))

    def test_a_subclass_of_safe_is_none(self, sdk: Any) -> None:
        """It could override what is called when it is written."""

        class Mine(tightlip.Safe):
            __slots__ = ()

        sdk.with_message(Mine(CANARY))
        assert steps(sdk)[-1]["message"] == "{message}"

    def test_from_the_applications_code_the_message_is_dropped(self, sdk: Any) -> None:
        """The step is counted, its text is the application's."""
        sdk.REPORTER.add_breadcrumb(f"{CANARY} literal", category=CANARY, level="warning", size=3, flag=True)
        (found,) = steps(sdk)
        assert set(found) == {"timestamp", "level", "type"}
        assert found["level"] == "warning"
        assert CANARY not in str(found)

    def test_from_the_applications_code_a_safe_message_stays(self, sdk: Any) -> None:
        """Wherever it is said."""
        sdk.REPORTER.add_breadcrumb(tightlip.Safe("warmed"), category=tightlip.Safe("cache"))
        (found,) = steps(sdk)
        assert (found["message"], found["category"]) == ("warmed", "cache")

    def test_code_under_the_sdks_file_name_is_the_applications(self, sdk: Any) -> None:
        """Compiled text can claim any name."""
        source = f"\n\n\n\ndef step(R):\n    R.add_breadcrumb('{CANARY}', category='{CANARY}', {CANARY}=1)\n"
        room: dict[str, Any] = {}
        exec(compile(source, sdk.__file__, "exec"), room)
        room["step"](sdk.REPORTER)
        assert set(steps(sdk)[-1]) == {"timestamp", "level", "type"}

    def test_the_applications_text_under_a_policy_for_applications(self, make_package: MakePackage) -> None:
        """There it leaves after the scrubbers."""
        sdk = sdk_of(make_package, policy=tightlip.APP)
        sdk.REPORTER.add_breadcrumb("login of ann@example.com with password=hunter2")
        assert steps(sdk)[-1]["message"] == "login of [email] with password=[secret]"


class TestCategories:
    @pytest.mark.parametrize(
        ("call", "expected"),
        [
            ('R.add_breadcrumb("x", category="http")', "http"),
            ('R.add_breadcrumb("x", "http")', "http"),
            ('R.add_breadcrumb(category="http", message="x")', "http"),
            ('R.add_breadcrumb("x", category=SAFE)', "vouched"),
            ('R.add_breadcrumb("x", SAFE)', "vouched"),
            ('R.add_breadcrumb("x", category=a)', None),
            ('R.add_breadcrumb("x", a)', None),
            ('R.add_breadcrumb("x", category=f"http.{a}")', None),
            ('R.add_breadcrumb("x", category="http." + a)', None),
            ('R.add_breadcrumb("x", **{"category": a})', None),
            ('R.add_breadcrumb("x", category=5)', None),
            ('R.add_breadcrumb("x", category=None)', None),
            ('R.add_breadcrumb("x", category=b"http")', None),
            ('R.add_breadcrumb("x")', None),
        ],
    )
    def test_a_literal_or_a_safe_one(self, make_package: MakePackage, call: str, expected: str | None) -> None:
        """Any other is a value."""
        head = "import tightlip\nSAFE = tightlip.Safe('vouched')\ndef fail(): raise ValueError('no')\n"
        sdk = sdk_of(make_package, f"{head}\ndef step(R, a):\n    {call}\n")
        sdk.step(sdk.REPORTER, CANARY)
        (found,) = steps(sdk)
        assert found.get("category") == expected
        assert CANARY not in str(found)

    @pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "fatal"])
    def test_known_levels(self, sdk: Any, level: str) -> None:
        """Those of Sentry."""
        sdk.with_level(level)
        assert steps(sdk)[-1]["level"] == level

    @pytest.mark.parametrize("level", [CANARY, "", "INFO", "critical", "info\n", 20, None, ["info"], {}], ids=repr)
    def test_another_level_is_info(self, sdk: Any, level: object) -> None:
        """A level cannot carry text."""
        sdk.with_level(level)
        assert steps(sdk)[-1]["level"] == "info"
        assert CANARY not in str(steps(sdk))


class Application(enum.Enum):
    """An enum of the application's."""

    S3CR3T = 1


#: Untyped: a checker reads calls of them as lookups.
made_enum: Any = enum.Enum
made_flag: Any = enum.IntFlag


class Number(int):
    """A number of a class of its own."""

    def __repr__(self) -> str:
        return CANARY


class Ratio(float):
    """A ratio of a class of its own."""

    def __repr__(self) -> str:
        return CANARY


class Words(str):
    """A text of a class of its own."""

    __slots__ = ()


class TestData:
    @pytest.mark.parametrize("value", [True, False, 0, 1, -1, 404, MOST_INT, -MOST_INT, 0.5, -2.25, 0.0, 1e6], ids=repr)
    def test_flags_and_bounded_numbers_pass(self, sdk: Any, value: object) -> None:
        """With their type."""
        found = datum(sdk, value)
        assert (found, type(found)) == (value, type(value))

    @pytest.mark.parametrize(
        "value",
        [
            MOST_INT + 1,
            -MOST_INT - 1,
            4_111_111_111_111_111,
            10**30,
            2**70,
            10**5_000,
            1e8,
            -1e300,
            math.inf,
            -math.inf,
            math.nan,
        ],
        ids=lambda value: (
            f"{type(value).__name__} of {len(f'{value:e}') if isinstance(value, float) else value.bit_length()} {value > 0}"
        ),
    )
    def test_numbers_out_of_bounds_are_dropped(self, sdk: Any, value: object) -> None:
        """They can be phone numbers, cards and keys, or nothing that JSON has."""
        assert datum(sdk, value) is None

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(0.123456789012345, 0.123457), (1234567.891, 1234570.0), (1e-30, 1e-30), (-0.1 - 0.2, -0.3)],
        ids=repr,
    )
    def test_a_ratio_has_six_digits(self, sdk: Any, value: float, expected: float) -> None:
        """Seventeen would hold seven characters of text."""
        assert datum(sdk, value) == expected

    @pytest.mark.parametrize(
        "value",
        [
            CANARY, "", "5", Number(5), Ratio(0.5), Words(CANARY), None, b"5", bytearray(b"5"), 5j, (5,), [5], {"a": 5}, {5}, frozenset(), range(5), object(),
            Application, ValueError(CANARY), len, datetime.now(UTC),
        ],
        ids=range(21),
    )  # fmt: skip
    def test_everything_else_is_dropped(self, sdk: Any, value: object) -> None:
        """Text, subclasses, containers, objects."""
        assert datum(sdk, value) is None
        assert CANARY not in json.dumps(steps(sdk))

    def test_a_member_of_an_enum_of_the_sdks_is_its_name(self, sdk: Any) -> None:
        """Not its value."""
        assert datum(sdk, sdk.Colour.RED) == "RED"
        assert datum(sdk, sdk.Colour.GREEN) == "GREEN"
        assert "s3cr3t value" not in str(steps(sdk))

    @pytest.mark.parametrize("made", ["class", "functional", "renamed", "claiming", "flag"])
    def test_a_member_of_another_enum_is_dropped(self, sdk: Any, made: str) -> None:
        """The application's; one made of data; one that claims to be the SDK's; one whose name was changed; a made-up flag."""
        value: Any = Application.S3CR3T
        if made == "functional":
            value = made_enum("Colour", {CANARY: 1}, module=NAME)[CANARY]
        elif made == "claiming":
            kind: Any = made_enum("Colour", {"RED": 1})
            kind.__module__, kind.__qualname__ = NAME, "Colour"
            value = kind.RED
        elif made == "renamed":
            value = sdk.Colour.RED
            vars(value)["_name_"] = CANARY
        elif made == "flag":
            value = made_flag("Flags", {"S3CR3T": 1})(9)
        assert datum(sdk, value) is None
        assert "s3cr3t" not in json.dumps(steps(sdk)).lower()

    def test_safe_text_is_kept(self, sdk: Any) -> None:
        """The author's explicit word."""
        assert datum(sdk, tightlip.Safe("eu-west")) == "eu-west"

    def test_names_that_came_out_of_a_dict_are_dropped(self, sdk: Any) -> None:
        """The literal one at the call site stays."""
        sdk.with_many(**{CANARY: 1, "other": 2})
        assert steps(sdk)[-1]["data"] == {"size": 3}

    def test_many_dynamic_names_do_not_push_out_the_literal_one(self, make_package: MakePackage) -> None:
        """However many there are, and whichever come first."""
        text = "def fail(): raise ValueError('no')\ndef step(R, data):\n    R.add_breadcrumb('step', **data, size=3)\n"
        sdk = sdk_of(make_package, text)
        sdk.step(sdk.REPORTER, {f"{CANARY}{number}": number for number in range(5_000)})
        found = steps(sdk)[-1]
        assert found["data"] == {"size": 3}
        assert CANARY not in str(found)

    def test_a_dropped_value_takes_its_name_with_it(self, sdk: Any) -> None:
        """There is no empty container in its place."""
        sdk.with_data(CANARY)
        assert "data" not in steps(sdk)[-1]


RAN: list[str] = []


def _running(name: str) -> Any:
    def method(*_args: object, **_kwargs: object) -> Any:
        RAN.append(name)
        raise AssertionError(name)

    return method


_METHODS = (
    "__str__", "__repr__", "__format__", "__eq__", "__ne__", "__lt__", "__le__", "__hash__", "__bool__", "__len__", "__iter__", "__getitem__", "__contains__",
    "__getattribute__", "__int__", "__float__", "__index__", "__abs__", "__neg__", "__round__", "__add__", "__mod__", "__call__", "__reduce_ex__",
)  # fmt: skip


def hostile(base: type) -> Any:
    """An instance of a subclass of ``base`` all of whose methods record that they ran, and raise."""
    kind = type("Hostile", (base,), {name: _running(name) for name in _METHODS})
    made: Any = base
    return made.__new__(kind)


HOSTILE = (object, str, int, float, dict, list, tuple, bytes)


class TestHostileArguments:
    @pytest.mark.parametrize("base", HOSTILE)
    @pytest.mark.parametrize("place", ["with_message", "with_category", "with_level", "with_data"])
    def test_no_code_of_an_argument_runs(self, sdk: Any, base: type, place: str) -> None:
        """Neither when it is added nor when it is reported."""
        RAN.clear()
        getattr(sdk, place)(hostile(base))
        assert len(steps(sdk)) == 1
        assert RAN == []

    def test_an_enum_with_code_of_its_own(self, sdk: Any) -> None:
        """Its members' name and value are often properties."""

        class Odd(enum.Enum):
            ONE = 1

            @property
            def name(self) -> str:
                RAN.append("name")
                return CANARY

            def __getattribute__(self, name: str) -> Any:
                RAN.append(name)
                return object.__getattribute__(self, name)

        value = Odd.ONE
        RAN.clear()
        assert datum(sdk, value) is None
        assert RAN == []

    def test_a_class_that_lies_about_itself(self, sdk: Any) -> None:
        """``__class__`` is not asked."""

        class Liar:
            __class__ = int  # type: ignore[assignment]

        assert datum(sdk, Liar()) is None

    def test_adding_never_raises(self, sdk: Any) -> None:
        """Deep recursion included: what cannot be added is counted."""
        add = sdk.REPORTER.add_breadcrumb
        for arguments in (
            (None,),
            (object(),),
            (hostile(str), hostile(str), hostile(str)),
            ("x", None, None),
            ("\ud800", "\ud800", "\ud800"),
            ("x" * 10**6,),
        ):
            add(*arguments)
        add("x", data=1, event=2, depth=3, ring=4)

        def deep() -> None:
            add("x")
            deep()

        with pytest.raises(RecursionError):
            deep()
        assert len(steps(sdk)) == 100

    def test_adding_in_a_signal_or_finalizer_is_harmless(self, sdk: Any) -> None:
        """No lock is taken."""

        class Late:
            def __del__(self) -> None:
                sdk.numbered(7)

        Late()
        assert numbers(sdk) == [7]

    def test_adding_is_a_tuple(self) -> None:
        """Nothing is computed, copied or formatted: what was given is kept as it is."""
        ring = BreadcrumbRing()
        message, data = hostile(str), {"x": hostile(object)}
        RAN.clear()
        ring.add(message, "default", "info", data, depth=1)
        chain = ring._last.get()
        assert chain is not None
        step = chain[0]
        assert step[3] is message
        assert step[4] is data
        assert RAN == []


def told(sdk: Any, canary: str) -> bytes:
    """All that is reported of one run, with ``canary`` in every argument."""
    sdk.REPORTER = reporter_for(NAME)
    sdk.named(canary)
    sdk.with_data(canary)
    sdk.with_message(canary * 3)
    sdk.with_category(canary)
    sdk.with_level(canary)
    sdk.with_many(**{canary: 1, f"{canary}_2": canary})
    sdk.REPORTER.add_breadcrumb(canary, category=canary, level=canary, **{canary: canary})
    sdk.with_data(made_enum("Made", {canary: canary})[canary])
    asyncio.run(sdk.in_task(canary, sdk.in_task(canary * 2)))
    sdk.with_data(int.from_bytes(canary.encode(), "big"))
    found = without_ids(event_of(sdk))
    assert found is not None
    assert found["breadcrumbs"]["values"]
    return json.dumps(found["breadcrumbs"]).encode()


def test_values_contribute_nothing(sdk: Any) -> None:
    """Two runs with different canaries give the same bytes but for the times."""
    one, two = told(sdk, "first_canary"), told(sdk, "Zz9_another_and_longer")
    assert one == two
    assert b"canary" not in one


def test_an_event_keeps_the_steps_it_has(sdk: Any) -> None:
    """Beside sentry-sdk, its own steps come first."""
    sdk.numbered(1)
    theirs = {
        "timestamp": "2024-01-02T03:04:05Z",
        "level": "warning",
        "type": "http",
        "message": CANARY,
        "data": {"url": CANARY},
    }
    error = failure(sdk.fail)
    event = {"breadcrumbs": {"values": [theirs]}, "level": "error"}
    found = sdk.REPORTER.before_send(event, {"exc_info": (type(error), error, error.__traceback__)})
    first, second = found["breadcrumbs"]["values"]
    # Not its time: sentry_sdk.add_breadcrumb takes any, and a date of birth is one.
    assert first == {"level": "warning", "type": "http"}
    assert second["data"] == {"number": 1}


@pytest.mark.parametrize("size", [-1, True, 1.0, "5", None], ids=repr)
def test_a_size_that_is_none(size: Any) -> None:
    """An error at set-up time."""
    with pytest.raises(ValueError, match="breadcrumbs="):
        BreadcrumbRing(size)
