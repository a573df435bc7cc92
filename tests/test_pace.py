"""The pace: a crash loop sends a few and counts the rest, in bounded memory, over all threads."""

from __future__ import annotations

import itertools
import sys
import threading
from typing import Any

import pytest
from probe import failure, reporter_for

from tightlip import Limits
from tightlip.pace import MOST_KEYS, Allowance, Allowances, Pace, failure_key, place


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def fail(number: int = 0) -> None:
    if number:
        raise ValueError(number)
    raise KeyError(number)


class TestAllowance:
    def test_so_many_and_no_more(self, clock: Clock) -> None:
        """Three are allowed: three are taken."""
        allowance = Allowance(3, 60, clock)
        assert [allowance.take() for _ in range(5)] == [True, True, True, False, False]

    def test_each_comes_back_by_itself(self, clock: Clock) -> None:
        """In no stretch of a minute more than three, wherever it begins."""
        allowance = Allowance(3, 60, clock)
        taken = list[float]()
        for step in range(400):
            clock.now = 1_000.0 + step
            if allowance.take():
                taken.append(clock.now)
        assert len(taken) > 15
        assert all(later - earlier >= 60 for earlier, later in zip(taken, taken[3:], strict=False))

    def test_what_is_refused_uses_nothing_up(self, clock: Clock) -> None:
        """A loop that goes on does not keep the door shut."""
        allowance = Allowance(1, 60, clock)
        assert allowance.take()
        for _ in range(1_000):
            assert not allowance.take()
        clock.now += 60
        assert allowance.take()

    def test_threads_at_once(self, clock: Clock) -> None:
        """Eight threads that take without end get no more together, and none is lost."""
        allowance = Allowance(100, 60, clock)
        barrier, taken = threading.Barrier(8), list[int]()

        def work() -> None:
            barrier.wait()
            taken.append(sum(allowance.take() for _ in range(3_000)))

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        assert sum(taken) == 100
        clock.now += 60
        assert sum(allowance.take() for _ in range(200)) == 100


class TestAllowances:
    def test_each_key_has_its_own(self, clock: Clock) -> None:
        """One that is used up says nothing about another."""
        allowances = Allowances(1, 60, clock)
        assert [allowances.take(key) for key in "aabba"] == [True, False, True, False, False]

    def test_memory_is_bounded(self, clock: Clock) -> None:
        """So many keys are known, whatever comes."""
        allowances = Allowances(1, 60, clock)
        for number in range(10_000):
            assert allowances.take(number)
        assert len(allowances) == MOST_KEYS

    def test_threads_with_new_keys(self, clock: Clock) -> None:
        """New keys from many threads at once raise nothing, and the bound holds."""
        allowances = Allowances(1, 60, clock)
        numbers, failures = itertools.count(), list[BaseException]()

        def work() -> None:
            try:
                for _ in range(2_000):
                    allowances.take(next(numbers))
            except BaseException as error:
                failures.append(error)

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            threads = [threading.Thread(target=work) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        assert failures == []
        assert len(allowances) <= MOST_KEYS + 6


class TestPlace:
    def test_the_same_way_is_the_same_place(self) -> None:
        """Whatever the values are."""
        places = {place(failure(fail, number)) for number in range(1, 20)}
        assert len(places) == 1

    def test_another_way_is_another_place(self) -> None:
        """A helper that fails for two callers is two places; so are two classes."""

        def one() -> None:
            fail(1)

        def other() -> None:
            fail(1)

        def third() -> None:
            fail()

        assert len({place(failure(function)) for function in (one, other, third)}) == 3

    def test_no_code_of_the_exception_runs(self) -> None:
        """Nothing of it is asked, not even by its class."""

        class Meta(type):
            def __hash__(cls) -> int:
                raise AssertionError("foreign code ran")

        class Angry(Exception, metaclass=Meta):
            def __getattribute__(self, name: str) -> Any:
                raise AssertionError("foreign code ran")

            def __hash__(self) -> int:
                raise AssertionError("foreign code ran")

        error = Angry("canary")
        assert place(error) == place(error)

    def test_a_deep_traceback(self) -> None:
        """A thousand frames are walked."""

        def dive() -> None:
            dive()

        assert place(failure(dive)) != place(failure(fail))


class TestFailureKey:
    def test_by_fingerprint(self) -> None:
        """Equal fingerprints are one failure, whatever else differs."""
        one, other = ({"fingerprint": ["a", "b"], "event_id": number} for number in (1, 2))
        assert failure_key(one) == failure_key(other)
        assert failure_key(one) != failure_key({"fingerprint": ["a", "c"]})

    def test_by_class_and_position(self) -> None:
        """Without one, class and position of the exception that was captured."""

        def event(name: str, line: int) -> dict[str, Any]:
            frames = [{"function": "outer", "lineno": 1}, {"function": "fail", "lineno": line}]
            return {"exception": {"values": [{"type": "Cause"}, {"type": name, "stacktrace": {"frames": frames}}]}}

        keys = {failure_key(event(name, line)) for name in ("A", "B") for line in (1, 2)}
        assert len(keys) == 4

    @pytest.mark.parametrize(
        "event",
        [
            {},
            {"exception": None},
            {"exception": {"values": []}},
            {"fingerprint": []},
            {"exception": {"values": [None]}},
        ],
    )
    def test_with_nothing_to_go_by(self, event: dict[str, Any]) -> None:
        """Such events are one failure; nothing is raised."""
        assert failure_key(event) == failure_key({})


class TestPace:
    def test_one_failure_again_and_again(self, clock: Clock) -> None:
        """Five of it in a minute pass."""
        pace = Pace(Limits(), clock)
        said = [pace.passes({"fingerprint": ["a"]}) for _ in range(8)]
        assert said == [None] * 5 + ["same failure"] * 3
        assert pace.passes({"fingerprint": ["b"]}) is None

    def test_many_failures(self, clock: Clock) -> None:
        """Thirty in a minute pass in all."""
        pace = Pace(Limits(), clock)
        said = [pace.passes({"fingerprint": [str(number)]}) for number in range(40)]
        assert said == [None] * 30 + ["too many"] * 10

    def test_one_place_again_and_again(self, clock: Clock) -> None:
        """The door in the failing thread is four times as wide."""
        pace, error = Pace(Limits(), clock), failure(fail)
        said = [pace.admits(error) for _ in range(25)]
        assert said == [None] * 20 + ["same place"] * 5

    def test_a_storm_from_many_places(self, clock: Clock) -> None:
        """Twenty times as many as pass reach the worker."""
        pace = Pace(Limits(total=1), clock)
        errors = list[BaseException]()
        for number in range(30):
            exec(f"def f(): raise ValueError({number})", found := dict[str, Any]())
            errors.append(failure(found["f"]))
        assert [pace.admits(error) for error in errors].count(None) == 20

    def test_none_for_all(self, clock: Clock) -> None:
        """Without limits all goes on."""
        pace, error = Pace(None, clock), failure(fail)
        assert {pace.admits(error) for _ in range(3_000)} == {None}
        assert {pace.passes({}) for _ in range(3_000)} == {None}


@pytest.mark.parametrize(
    ("options", "error"),
    [({"same": 0}, ValueError), ({"total": -1}, ValueError), ({"same": 1.5}, TypeError), ({"same": True}, TypeError),
     ({"seconds": 0}, ValueError), ({"seconds": float("nan")}, ValueError), ({"seconds": float("inf")}, ValueError), ({"seconds": "60"}, TypeError)],
    ids=str,
)  # fmt: skip
def test_limits_that_make_no_sense(options: dict[str, Any], error: type[Exception]) -> None:
    """They are refused when they are made, by their name."""
    with pytest.raises(error, match=next(iter(options))):
        Limits(**options)


class TestReporter:
    def test_a_crash_loop(self, make_package: Any) -> None:
        """Ten thousand failures of one kind: five are stored, each other one is counted, and the pipeline ran for few."""
        sdk = make_package("probe_pace", "def fail(x):\n    raise LookupError(f'no {x}')\n")
        ran = list[int]()

        def workspace() -> str:
            ran.append(1)
            return "team"

        reporter = reporter_for("probe_pace", pace=Limits(), workspace=workspace)
        for number in range(10_000):
            reporter.capture(failure(sdk.fail, number))
        assert reporter.close(60)
        stats = reporter.stats()
        assert stats["captured"] == 10_000
        assert stats["stored"] == 5
        assert sum(count for name, count in stats.items() if name.startswith("dropped.pace.")) == 9_995
        assert 5 <= len(ran) <= 20

    def test_the_hosts_own_failures_use_nothing_up(self, make_package: Any) -> None:
        """A host whose callbacks fail all the time does not silence the SDK."""
        sdk = make_package("probe_pace", "def fail(x):\n    raise LookupError(f'no {x}')\n")
        reporter = reporter_for("probe_pace", pace=Limits())
        for number in range(200):
            reporter.capture(failure(fail, number))
        assert reporter.flush(60)
        assert reporter.capture(failure(sdk.fail, 1)) is not None
        assert reporter.close(60)
        assert reporter.stats()["stored"] == 1
