"""The chain: order, drops, counts, fail-closed."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tightlip.chain import Drop, Pipeline, Tally


def add(key: str) -> Any:
    return lambda event, _hint: {**event, key: len(event)}


def test_processors_run_in_order() -> None:
    """Each processor sees what the one before returned."""
    assert Pipeline((("a", add("a")), ("b", add("b"))))({}, {}) == {"a": 0, "b": 1}


def test_a_pipeline_is_a_processor() -> None:
    """Pipelines nest."""
    inner = Pipeline((("a", add("a")),))
    assert Pipeline((("inner", inner), ("b", add("b"))))({}, {}) == {"a": 0, "b": 1}


def test_an_explicit_drop_is_counted_with_its_reason() -> None:
    """`Drop` ends the event; the count says which processor and why."""

    def drop(_event: Any, _hint: Any) -> Any:
        raise Drop("application")

    pipeline = Pipeline((("origin", drop), ("after", add("x"))))
    assert pipeline({}, {}) is None
    assert pipeline.tally.counts() == {"dropped.origin.application": 1}


@pytest.mark.parametrize("error", [ValueError("s3cr3t"), RecursionError(), MemoryError(), KeyError("s3cr3t")])
def test_a_processor_that_raises_drops_the_event(error: Exception) -> None:
    """The count holds the processor's name and the exception's type, and not the message."""

    def fail(_event: Any, _hint: Any) -> Any:
        raise error

    pipeline = Pipeline((("scrub", fail),))
    assert pipeline({"raw": "s3cr3t"}, {}) is None
    assert pipeline.tally.counts() == {f"dropped.scrub.{type(error).__name__}": 1}


@pytest.mark.parametrize(
    ("result", "reason"), [(None, "returned None"), ("text", "returned no dict"), ([], "returned no dict")]
)
def test_only_a_dict_goes_on(result: object, reason: str) -> None:
    """A processor that returns anything but a dict drops the event."""
    pipeline = Pipeline((("odd", lambda _event, _hint: result),))  # type: ignore[arg-type,return-value]
    assert pipeline({}, {}) is None
    assert pipeline.tally.counts() == {f"dropped.odd.{reason}": 1}


def test_the_hosts_interrupt_passes() -> None:
    """Ctrl-C is the host's, not a failure of a processor."""

    def interrupted(_event: Any, _hint: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Pipeline((("slow", interrupted),))({}, {})


def test_counts_add_up_across_threads() -> None:
    """Nothing is lost when many threads count at once, also beyond the point where pending counts are folded."""
    tally = Tally()

    def count() -> None:
        for _ in range(2_000):
            tally.add("x")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.counts() == {"x": 8_000}
