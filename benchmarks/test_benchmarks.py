"""What a host pays, with sentry-sdk beside it. Nothing is judged here: `ratios.py` prints both side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sentry_sdk

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks import ratios

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

STEPS = 1_000
DEPTHS = [1, ratios.DEEP]


def pedantic(benchmark: BenchmarkFixture) -> Any:
    """pytest-benchmark's way to make a fresh argument for each round; it has no types."""
    return benchmark.pedantic


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    yield ratios.write(tmp_path_factory.mktemp("bench"))
    for name in list(sys.modules):
        if name.split(".", maxsplit=1)[0] == ratios.NAME:
            del sys.modules[name]


@pytest.fixture
def peer() -> Iterator[None]:
    with ratios.peer():
        yield


@pytest.mark.benchmark(group="breadcrumbs: 1000 added")
def test_breadcrumbs(benchmark: BenchmarkFixture, sdk: Any) -> None:
    """Ours."""
    reporter = ratios.new_reporter()
    benchmark(sdk.steps, reporter, "report", STEPS)
    assert len(reporter._ring.view()) == 100  # noqa: SLF001 - it did what is measured


@pytest.mark.benchmark(group="breadcrumbs: 1000 added")
@pytest.mark.usefixtures("peer")
def test_breadcrumbs_of_sentry(benchmark: BenchmarkFixture) -> None:
    """Theirs."""
    benchmark(ratios.peer_steps, "report", STEPS)


@pytest.mark.benchmark(group="capture, in the failing thread")
@pytest.mark.parametrize("depth", DEPTHS)
def test_capture(benchmark: BenchmarkFixture, sdk: Any, depth: int) -> None:
    """Ours: what the failing thread waits for. The worker has finished before the next one."""
    reporter = ratios.new_reporter()

    def setup() -> tuple[tuple[BaseException], dict[str, Any]]:
        assert reporter.flush(10)
        return (ratios.raised(sdk, depth),), {}

    pedantic(benchmark)(reporter.capture, setup=setup, rounds=200, warmup_rounds=5)
    assert reporter.close(10)
    counts = reporter.stats()
    assert counts["stored"] == counts["captured"]


@pytest.mark.benchmark(group="capture, in the failing thread")
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.usefixtures("peer")
def test_capture_of_sentry(benchmark: BenchmarkFixture, sdk: Any, depth: int) -> None:
    """Theirs."""
    pedantic(benchmark)(
        sentry_sdk.capture_exception, setup=lambda: ((ratios.raised(sdk, depth),), {}), rounds=200, warmup_rounds=5
    )


@pytest.mark.benchmark(group="the whole strict pipeline, 50 frames")
def test_pipeline_warm(benchmark: BenchmarkFixture, sdk: Any) -> None:
    """A site that is known."""
    reporter = ratios.new_reporter()
    error = ratios.raised(sdk, ratios.DEEP)
    event = benchmark(reporter.preview, error)
    assert event["exception"]["values"][0]["value"] == "upload of {name!r} failed with {status}"


@pytest.mark.benchmark(group="the whole strict pipeline, 50 frames")
def test_pipeline_cold(benchmark: BenchmarkFixture, sdk: Any) -> None:
    """The first failure of a process: file lists, source and index are read."""
    error = ratios.raised(sdk, ratios.DEEP)
    event = pedantic(benchmark)(lambda: ratios.new_reporter().preview(error), rounds=20)
    assert event is not None
