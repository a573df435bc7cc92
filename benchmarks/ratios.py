"""What tightlip costs beside sentry-sdk: both in one process, in alternating rounds, the median of each. Prints, and judges nothing.

python benchmarks/ratios.py
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [str(ROOT / "pipeline"), str(ROOT / "scrubbers")]
sys.path[:0] = [folder for folder in SOURCES if folder not in sys.path]

import sentry_sdk  # noqa: E402 - beside what the lines above find
from sentry_sdk.transport import Transport  # noqa: E402

import tightlip  # noqa: E402
from tightlip.capture import snapshot  # noqa: E402
from tightlip.message.catalogue import build  # noqa: E402
from tightlip.origin.catalogued import encoded  # noqa: E402
from tightlip.origin.owners import CATALOGUE  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ROUNDS = 9
STEPS = 5_000
CAPTURES = 30
THREADS = 8

NAME = "bench_sdk"
MODULES = 200
DEEP = 50

_SOURCE = """
class UploadError(Exception):
    def __init__(self, name, status):
        self.name = name
        super().__init__(f"upload of {name!r} failed with {status}")

def upload(name, levels, status=503):
    payload = {"name": name, "parts": [name] * 3, "size": len(name)}
    if levels > 1:
        return upload(name, levels - 1, status)
    if not payload:
        raise ValueError(f"nothing to upload for {name}")
    raise UploadError(name, status)

def check(name, count):
    kind = "file" if count else "folder"
    raise LookupError(f"no {kind} called {name}")

def number(name):
    return int(name)

def step(reporter, name):
    reporter.add_breadcrumb(f"upload of {name} started", category="http", size=3)

def steps(reporter, name, count):
    for _ in range(count):
        reporter.add_breadcrumb(f"upload of {name} started", category="http", size=3)
"""
#: What makes a module as long as modules are.
_FILLING = "".join(
    f"""
def work_{number}(value, limit={number}):
    if value is None:
        raise ValueError(f"no value for {{limit}}")
    if value > limit:
        raise LookupError("value %s is beyond %s" % (value, limit))
    return [value + other for other in range(limit)]
"""
    for number in range(20)
)


class NoTransport(Transport):
    """Takes envelopes, counts those with an event, and sends nothing."""

    events = 0

    def capture_envelope(self, envelope: Any) -> None:
        """Forget it."""
        NoTransport.events += envelope.get_event() is not None


def write(folder: Path) -> Any:
    """Write the SDK below ``folder`` and import it."""
    package = folder / NAME
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_SOURCE + _FILLING, encoding="utf-8")
    for number in range(MODULES):
        text = f'def fail(name):\n    raise ValueError(f"no {{name}} in {number}")\n{_FILLING}'
        (package / f"module_{number}.py").write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module(NAME)


def new_reporter(**options: Any) -> tightlip.Reporter:
    """A reporter that keeps its reports in memory."""
    # Without a pace: it would drop the failures that are measured.
    return tightlip.Reporter(NAME, outbox=False, consent=tightlip.Consent(default=True), pace=None, **options)


@contextmanager
def peer() -> Generator[None]:
    """sentry-sdk with its default options, started and stopped."""
    before = sentry_sdk.get_global_scope().client
    sentry_sdk.init(dsn="http://key@127.0.0.1:9/1", transport=NoTransport)
    try:
        yield
    finally:
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.get_global_scope().set_client(before)


def raised(sdk: Any, levels: int) -> BaseException:
    """A fresh failure with ``levels`` frames of the SDK; sentry-sdk ignores one that it has seen."""
    try:
        sdk.upload("annual report", levels)
    except sdk.UploadError as error:
        found: BaseException = error
    return found


def peer_steps(name: str, count: int) -> None:
    """The same steps as the SDK's, through sentry-sdk."""
    for _ in range(count):
        sentry_sdk.add_breadcrumb(message=f"upload of {name} started", category="http", data={"size": 3})


def seconds(run: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def medians(ours: Callable[[], float], theirs: Callable[[], float], rounds: int = ROUNDS) -> tuple[float, float]:
    """Both measured in turn, so that what slows the machine for a while slows both."""
    found = [(ours(), theirs()) for _ in range(rounds + 1)][1:]  # the first warms up
    return median(one for one, _ in found), median(other for _, other in found)


def breadcrumbs(sdk: Any) -> tuple[float, float]:
    """Seconds for one step."""
    reporter = new_reporter()
    return medians(
        lambda: seconds(lambda: sdk.steps(reporter, "report", STEPS)) / STEPS,
        lambda: seconds(lambda: peer_steps("report", STEPS)) / STEPS,
    )


def together(work: Callable[[], object]) -> float:
    """Seconds until eight threads have done ``work``, from when all of them stand ready."""
    barrier = threading.Barrier(THREADS + 1)

    def one() -> None:
        barrier.wait()
        work()
        barrier.wait()

    for _ in range(THREADS):
        threading.Thread(target=one, daemon=True).start()
    barrier.wait()
    return seconds(barrier.wait)


def breadcrumbs_in_threads(sdk: Any) -> tuple[float, float]:
    """Seconds for one step when eight threads add at once."""
    reporter = new_reporter()
    total = THREADS * STEPS
    return medians(
        lambda: together(lambda: sdk.steps(reporter, "report", STEPS)) / total,
        lambda: together(lambda: peer_steps("report", STEPS)) / total,
    )


def capture(sdk: Any, depth: int) -> tuple[float, float]:
    """Seconds in the failing thread; the worker's work is not under way while it is measured."""
    reporter = new_reporter()

    def once(take: Callable[[BaseException], object]) -> float:
        taken = []
        for _ in range(CAPTURES):
            error = raised(sdk, depth)
            taken.append(seconds(lambda error=error: take(error)))  # type: ignore[misc]
            reporter.flush(10)
        return median(taken)

    before = NoTransport.events
    found = medians(lambda: once(reporter.capture), lambda: once(sentry_sdk.capture_exception))
    reporter.close(10)
    counts = reporter.stats()
    sent, expected = NoTransport.events - before, CAPTURES * (ROUNDS + 1)
    if counts.get("stored") != expected or sent != expected:
        raise SystemExit(f"not every failure became an event: {counts}, {sent} of {expected} by sentry-sdk")
    return found


def pipeline_warm(sdk: Any) -> tuple[float, float]:
    """Seconds for everything, from the live exception to the event, at a known site."""
    reporter = new_reporter()
    return medians(
        lambda: median(_each(reporter.preview, sdk)),
        lambda: median(_each(sentry_sdk.capture_exception, sdk)),
    )


def pipeline_cold(sdk: Any) -> tuple[float, float]:
    """Seconds for a new reporter's first event."""
    return medians(
        lambda: median(_each(lambda error: new_reporter().preview(error), sdk, 5)),
        lambda: median(_each(sentry_sdk.capture_exception, sdk, 5)),
    )


def _each(take: Callable[[BaseException], object], sdk: Any, count: int = CAPTURES) -> list[float]:
    errors = [raised(sdk, DEEP) for _ in range(count)]
    return [seconds(lambda error=error: take(error)) for error in errors]  # type: ignore[misc]


def imported(module: str, compiled: str) -> float:
    """Seconds to import ``module`` in a fresh interpreter, its start left out.

    Both find their byte code in the folder ``compiled``, written in the first round. An installed package has its own already and a
    checkout may not, least of all where ``PYTHONDONTWRITEBYTECODE`` is set.
    """
    code = f"import sys, time; sys.path[:0] = {SOURCES!r}; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return float(run.stdout)


def caches(sdk: Any) -> tuple[float, int]:
    """Bytes that a reporter keeps for each file after failures in many, and how many files there are."""
    errors: list[BaseException] = []
    for number in range(MODULES):
        try:
            importlib.import_module(f"{sdk.__name__}.module_{number}").fail("x")
        except ValueError as error:
            errors.append(error)
    reporter = new_reporter()
    reporter.preview(raised(sdk, 1))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for failed in errors:
        reporter.preview(failed)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return float(after - before), len(errors)


def messages(sdk: Any) -> list[tuple[str, float]]:
    """Seconds for a message at a known site, by what kind of site it is."""
    kinds: list[tuple[str, Callable[[], object]]] = [
        ("one template", lambda: sdk.upload("annual report", 1)),
        ("two, of which the message chooses", lambda: sdk.check("annual report", 0)),
        ("raised in C", lambda: sdk.number("annual report")),
    ]
    return [(what, _message(fail)) for what, fail in kinds]


def _message(fail: Callable[[], object]) -> float:
    reporter = new_reporter()
    try:
        fail()
    except Exception as error:
        link = snapshot(error, reporter._reading).links[0]  # noqa: SLF001 - one stage alone
    answer = reporter._ladder.answer  # noqa: SLF001
    return median(seconds(lambda: [answer(link) for _ in range(200)]) / 200 for _ in range(25))


def first_messages(sdk: Any) -> list[tuple[str, float]]:
    """Seconds for a new reporter's first event of one frame: from source, and from a catalogue."""
    error = raised(sdk, 1)

    def first() -> float:
        return median(seconds(lambda: new_reporter().preview(error)) for _ in range(9))

    found = [("first event of a reporter, from source", first())]
    folder = Path(sdk.__file__).parent
    built = build({f"{NAME}/{file.name}": file.read_bytes() for file in folder.glob("*.py")})
    catalogue = folder / CATALOGUE
    catalogue.write_bytes(encoded(NAME, "1", built.entries))
    found.append(
        (f"the same from a catalogue of {len(built.entries)} files ({catalogue.stat().st_size // 1024} KB)", first())
    )
    catalogue.unlink()
    return found


def shown(value: float) -> str:
    """Seconds in a unit that reads well."""
    for unit, factor in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= factor:
            return f"{value / factor:.2f} {unit}"
    return f"{value * 1e9:.0f} ns"


def main() -> None:
    """Measure and print the table."""
    os.environ.pop("DO_NOT_TRACK", None)  # it gives its own consent; nothing leaves the process
    with tempfile.TemporaryDirectory() as folder:
        sdk = write(Path(folder) / "packages")
        compiled = str(Path(folder) / "compiled")
        found: list[tuple[str, tuple[float, float]]] = [
            (
                "import, fresh interpreter",
                medians(lambda: imported("tightlip", compiled), lambda: imported("sentry_sdk", compiled), 7),
            )
        ]
        with peer():
            found += [
                ("breadcrumb", breadcrumbs(sdk)),
                (f"breadcrumb, {THREADS} threads at once", breadcrumbs_in_threads(sdk)),
                ("capture in the failing thread, 1 frame", capture(sdk, 1)),
                (f"capture in the failing thread, {DEEP} frames", capture(sdk, DEEP)),
                (f"all of the work, {DEEP} frames, known site", pipeline_warm(sdk)),
                (f"all of the work, {DEEP} frames, new reporter", pipeline_cold(sdk)),
            ]
        kept, files = caches(sdk)
        alone = [*messages(sdk), *first_messages(sdk)]
    width = max(len(what) for what, _ in found)
    print(f"{'what':<{width}}  {'tightlip':>10}  {'sentry-sdk':>10}  {'ratio':>6}")
    for what, (ours, theirs) in found:
        print(f"{what:<{width}}  {shown(ours):>10}  {shown(theirs):>10}  {ours / theirs:>6.2f}")
    print("\nthe message alone, at a known site")
    for what, ours in alone:
        print(f"  {what}: {shown(ours)}")
    print(f"\ncaches after failures in {files} files: {kept / 1024:.0f} KB, {kept / 1024 / files:.1f} KB a file")


if __name__ == "__main__":
    main()
