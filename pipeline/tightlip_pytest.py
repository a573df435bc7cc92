"""The pytest plugin: files of cases are collected as tests, and tests of one's own get canaries, a reporter, and what left.

Guarantees:

1. Nothing is loaded before it is used: a project that has neither cases nor one of the fixtures pays for importing this module alone. It
   stands beside the package, since whoever imports a part of a package imports the package.
2. YAML that is no file of cases is left alone: its first bytes decide, and it is never parsed.
3. The same seed gives the same canaries in every process, whatever else runs beside, in whatever order.

Not covered: a scrubber that ends the process ends the tests; ``tightlip check`` runs cases in processes of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from pathlib import Path

    from tightlip.reporter import Reporter
    from tightlip.suite.plugin_canaries import PlantedCanaries
    from tightlip.suite.plugin_captured import CapturedEvents
    from tightlip.suite.plugin_cases import CaseFile

_SUFFIXES: Final = (".yaml", ".yml")
_FIRST_KEY: Final = b"tightlip"
_READ: Final = 16 * 1024
_FIXTURES: Final = frozenset({"tightlip_reporter", "canaries", "captured_events", "assert_private"})
#: The classes of data, `schema.CLASSES`: loading that takes longer than most runs of ``pytest --markers``.
CLASSES: Final = ("secret", "request", "path", "ip", "url", "pii", "content", "application", "collected")
#: Options: name, what it is, its placeholder, whether it may be repeated, whether it has a place in the configuration. `plugin_options` reads them.
_OPTIONS: Final = (
    ("scrubber", "any Python callable like before_send(event, hint)", "MODULE:FUNCTION", False, True),
    ("command", "a command: events in and out, one a line of JSON", "COMMAND", False, True),
    ("live", "run each program with this command; what arrives at a local Sentry endpoint is judged", "COMMAND", False, True),
    ("language", "with --tightlip-live: of the programs (default: python)", "NAME", False, True),
    ("profile", "the promise that the above are held to: strict or app (default: app)", "NAME", False, True),
    ("policy", "tightlip under this policy; may be repeated (default: STRICT and APP)", "NAME|FILE", True, True),
    ("package", "import name of your SDK; may be repeated", "NAME", True, True),
    ("times", "runs of each case (default: 2, the fewest)", "N", False, True),
    ("seed", "of the canaries: repeats a run (default: another one each time)", "N", False, False),
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """What is checked, on the command line and in the configuration."""
    group = parser.getgroup("tightlip", "tightlip: cases of privacy, and canaries")
    for name, words, placeholder, many, configured in _OPTIONS:
        group.addoption(
            f"--tightlip-{name}",
            dest=f"tightlip_{name}",
            metavar=placeholder,
            help=words,
            action="append" if many else "store",
            type=int if placeholder == "N" else str,
        )
        if configured:
            kind: Literal["args", "string"] = "args" if many else "string"
            parser.addini(f"tightlip_{name}", words, type=kind, default=[] if many else "")


def pytest_configure(config: pytest.Config) -> None:
    """Markers; and the seed, which workers of xdist get as an option."""
    for name in CLASSES:
        config.addinivalue_line("markers", f"tightlip_{name}: a case of this class of data")
    config.addinivalue_line("markers", "tightlip(package, **options): what the fixture tightlip_reporter reports on")
    if config.option.tightlip_seed is None:
        from random import SystemRandom  # noqa: PLC0415 - see guarantee 1

        config.option.tightlip_seed = SystemRandom().randrange(1_000_000)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """Cases are tests."""
    if file_path.suffix not in _SUFFIXES or not _may_be_cases(file_path):
        return None
    from tightlip.suite.plugin_cases import CaseFile, is_cases  # noqa: PLC0415 - see guarantee 1

    if not is_cases(file_path):
        return None
    return CaseFile.from_parent(parent, path=file_path)  # pyright: ignore[reportUnknownMemberType] - pytest leaves its types open


def _may_be_cases(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _FIRST_KEY in file.read(_READ)
    except OSError:
        return False  # others may know what to do with it


def pytest_report_collectionfinish(config: pytest.Config, items: Sequence[pytest.Item]) -> str | None:
    """The seed, where it matters."""
    if any(
        hasattr(item, "tightlip_case") or not _FIXTURES.isdisjoint(getattr(item, "fixturenames", ())) for item in items
    ):
        seed = config.option.tightlip_seed
        return f"tightlip: seed {seed}; --tightlip-seed={seed} plants the same canaries again"
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed says which canaries were planted, by their kinds, and how to plant them again."""
    report = yield
    if report.failed:
        planted = item.stash.get(_PLANTED, None)
        if planted is not None:
            seed = item.config.option.tightlip_seed
            report.sections.append(
                ("tightlip", f"{planted.words()}\nagain: pytest {item.nodeid!r} --tightlip-seed={seed}")
            )
    return report


_PLANTED: Final = pytest.StashKey[Any]()


@pytest.fixture
def canaries(request: pytest.FixtureRequest) -> PlantedCanaries:
    """Made-up secrets of this test: ``canaries.api_key``, ``canaries("email")``, ``canaries.all()``."""
    from tightlip.suite.plugin_canaries import PlantedCanaries  # noqa: PLC0415 - see guarantee 1

    planted = PlantedCanaries(request.node.nodeid, request.config.option.tightlip_seed)
    request.node.stash[_PLANTED] = planted
    return planted


@pytest.fixture
def tightlip_reporter(request: pytest.FixtureRequest) -> Iterator[Reporter]:
    """A reporter of your SDK, with consent, whose reports stay in memory; its hooks are gone after the test."""
    from tightlip.suite.plugin_captured import reporter_of  # noqa: PLC0415 - see guarantee 1

    reporter = reporter_of(request.node, request.config)
    try:
        yield reporter
    finally:
        reporter.close()


@pytest.fixture
def captured_events(request: pytest.FixtureRequest) -> Iterator[CapturedEvents]:
    """What left in this test: of ``tightlip_reporter``, and of a ``sentry_sdk.init(transport=captured_events.transport)``."""
    from tightlip.suite.plugin_captured import CapturedEvents  # noqa: PLC0415 - see guarantee 1

    reporter = request.getfixturevalue("tightlip_reporter") if "tightlip_reporter" in request.fixturenames else None
    events = CapturedEvents(reporter)
    try:
        yield events
    finally:
        events.close()


@pytest.fixture
def assert_private() -> Callable[..., None]:
    """``assert_private(event, canaries)``: no canary is in it, in any encoding; it says where one is."""
    from tightlip.suite.plugin_canaries import assert_private as found  # noqa: PLC0415 - see guarantee 1

    return found
