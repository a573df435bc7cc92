"""Cases as pytest knows tests: a file of them, and a test for each case and promise."""

from __future__ import annotations

import argparse
import os
import shlex
from typing import TYPE_CHECKING, Any, Final

import pytest
from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback

from tightlip.ink import printable
from tightlip.suite.case import PROFILES
from tightlip.suite.case_file import CaseError, find_files, load
from tightlip.suite.choosing import chosen
from tightlip.suite.formats.text import failure_lines
from tightlip.suite.plugin_options import option, seed_of
from tightlip.suite.trial import TIMES, check_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tightlip.suite.case import Case
    from tightlip.suite.outcome import Result, Runner

_NO_COLOURS: Final[dict[str, str]] = {}


class CaseFailed(Exception):  # noqa: N818 - it carries a result to the report, and is not raised at anybody
    """A case failed."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.case.id)
        self.result = result


class Suite:
    """What a session checks cases with: opened for the first file of cases, closed at the end.

    Args:
        config: Of the session.

    Raises:
        ValueError: An option makes no sense.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.seed = seed_of(config)
        self.times = _whole(option(config, "times") or TIMES)
        profile = option(config, "profile") or "app"
        if profile not in PROFILES:
            raise ValueError(f"--tightlip-profile: there is no promise {profile!r}; it is one of {', '.join(PROFILES)}")
        parsed = argparse.Namespace(
            **{name: option(config, name) for name in ("scrubber", "command", "live", "policy")},
            package=option(config, "package") or [],
            language=option(config, "language") or "python",
            profile=profile,
            per_case=False,
            times=self.times,
        )
        self.runners: list[Runner] = []
        self.places: dict[str, Case] = {}
        try:
            for opener in chosen(parsed).openers:
                self.runners.append(opener())
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the runners."""
        while self.runners:
            self.runners.pop().close()


def _whole(given: object) -> int:
    try:
        number = int(str(given))
    except ValueError:
        number = 0
    if number < TIMES:
        raise ValueError(
            f"tightlip_times is {str(given)!r}: at least {TIMES} runs are needed, since what leaves is compared between them"
        )
    return number


_SUITE: Final = pytest.StashKey[Suite]()


def suite_of(config: pytest.Config) -> Suite:
    """The suite of a session.

    Raises:
        ValueError: An option makes no sense.
    """
    if _SUITE not in config.stash:
        config.stash[_SUITE] = suite = Suite(config)
        config.add_cleanup(suite.close)
    return config.stash[_SUITE]


def is_cases(path: Path) -> bool:
    """Whether a file begins as files of cases do."""
    try:
        return bool(find_files([path]))
    except CaseError:
        return False


class CaseFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[CaseItem]:
        """A test for each case, under each promise that it is held to.

        Raises:
            CollectError: The file has mistakes, or an option has.
        """
        try:
            suite = suite_of(self.config)
            cases = load(os.path.relpath(self.path, self.config.invocation_params.dir))
        except CaseError as error:
            raise self.CollectError(str(error)) from None
        except (ValueError, OSError) as error:
            raise self.CollectError(f"tightlip: {printable(str(error))}") from None
        doubles = [
            f"{case.place}: there is a case {case.id} already, at {other.place}; give it another id"
            for case in cases
            if (other := suite.places.setdefault(case.id, case)).place != case.place
        ]
        if doubles:
            raise self.CollectError("\n".join(doubles))
        for case in cases:
            for runner in suite.runners:
                if not case.profiles or runner.profile in case.profiles:
                    name = f"{case.id}[{runner.name}]"
                    yield CaseItem.from_parent(self, name=name, case=case, runner=runner)  # pyright: ignore[reportUnknownMemberType] - pytest leaves its types open


class CaseItem(pytest.Item):
    """A case under a promise.

    Args:
        case: The case.
        runner: What runs it.
    """

    def __init__(self, *, case: Case, runner: Runner, **named: Any) -> None:
        super().__init__(**named)  # pyright: ignore[reportUnknownMemberType] - as above
        self.tightlip_case = case
        self._runner = runner
        self.add_marker(f"tightlip_{case.kind}")
        self.extra_keyword_matches.update({case.about, runner.profile})

    def runtest(self) -> None:
        """Run it, as ``tightlip check`` does.

        Raises:
            CaseFailed: It failed.
        """
        suite = suite_of(self.config)
        result = check_case(self.tightlip_case, self._runner, seed=suite.seed, times=suite.times)
        if result.status == "skipped":
            pytest.skip(result.reason)
        if result.status == "failed":
            raise CaseFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong, in the words of ``tightlip check``; no traceback of ours."""
        error = excinfo.value
        if not isinstance(error, CaseFailed):
            return super().repr_failure(excinfo, style=style)
        again = f"pytest {shlex.quote(self.nodeid)} --tightlip-seed={seed_of(self.config)}"
        result = error.result
        lines = failure_lines(result, _NO_COLOURS, again=again)
        first = result.failures[0]
        place = ReprFileLocation(str(self.path), result.place.line, f"{first.kind}: {printable(first.words)}")
        # What the last lines of a run, JUnit's XML and workers of xdist all take.
        return ReprExceptionInfo(
            reprtraceback=ReprTraceback([ReprEntryNative([f"{line}\n" for line in lines])], None, style="native"),
            reprcrash=place,
        )

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, and its title; pytest counts lines from 0."""
        # No end of the node's id: pytest would take the dots in it for those of modules.
        return self.path, self.tightlip_case.place.line - 1, f"{self.tightlip_case.id} [{self._runner.name}]"
