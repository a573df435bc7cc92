"""``tightlip fuzz``: random cases, and what is found as files of cases."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tightlip.ink import colours_of, dyed, printable
from tightlip.suite.checking import SECONDS, fresh_seed
from tightlip.suite.choosing import add_arguments, chosen, words
from tightlip.suite.trial import TIMES
from tightlip.terminal import command_parser, never_fails_to_print, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from tightlip.suite.checking import Opener
    from tightlip.suite.fuzzing.hunting import Figures, Find

_DESCRIPTION = """\
Looks for leaks that nobody thought of: random events, with made-up secrets at
every field of the format and in every encoding; and random calls of an SDK's
public functions, whose failures are reported. What leaves is judged as by
`tightlip check`. A leak is made as small as it can be, and written as a case."""
_EXAMPLES = """\
examples:
  tightlip fuzz --package acme
      random events, and random calls of the SDK acme, with tightlip itself
  tightlip fuzz --scrubber acme.telemetry:before_send --seconds 300
      your own before_send, for five minutes
  tightlip fuzz --package acme --only calls --policy STRICT --seed 4711
      again, as in another run
  tightlip check tightlip-fuzz
      what was found, until it is mended; commit it then

Calls run in processes of their own that reach no network, start no process and
write into a temporary folder alone. Functions whose names say that they delete,
exit or the like are not called. It is your SDK all the same: use a machine that
holds nothing you would miss.

exit status:
  0; 1 when something was found; 2 for bad arguments
"""
_MISSING = "tightlip fuzz needs Hypothesis, which is not installed: python -m pip install hypothesis"
_EXAMPLES_TRIED: Final = 1000
_SECONDS: Final = 60.0
_MOST_FINDS: Final = 5
_MOST_MISFITS: Final = 5
_CALL_SECONDS: Final = 2.0
_PARTS: Final = ("events", "calls")


def parser() -> argparse.ArgumentParser:
    """The arguments of ``tightlip fuzz``."""
    found = command_parser("fuzz", _DESCRIPTION, _EXAMPLES)
    add_arguments(found, compare=False)
    runs = found.add_argument_group("how much")
    runs.add_argument("--only", choices=_PARTS, help="events or calls (default: both; calls need --package)")
    runs.add_argument(
        "--examples", type=int, default=_EXAMPLES_TRIED, metavar="N",
        help=f"events, and calls, for each scrubber (default: {_EXAMPLES_TRIED})",
    )  # fmt: skip
    runs.add_argument(
        "--seconds", type=float, default=_SECONDS, metavar="S", help=f"stop after that time (default: {_SECONDS:g})"
    )
    runs.add_argument("--seed", type=int, metavar="N", help="repeats a run (default: another one each time)")
    runs.add_argument(
        "--most", type=int, default=_MOST_FINDS, metavar="N",
        help=f"different leaks to find, for each scrubber (default: {_MOST_FINDS})",
    )  # fmt: skip
    runs.add_argument(
        "--save",
        type=Path,
        default=Path("tightlip-fuzz"),
        metavar="DIR",
        help="where leaks go (default: tightlip-fuzz/)",
    )
    return found


def main(argv: Sequence[str]) -> int:
    """Look for leaks.

    Args:
        argv: The arguments behind ``fuzz``.

    Returns:
        0; 1 when something was found; 2 for bad arguments.
    """
    never_fails_to_print()
    parser_ = parser()
    parsed = parser_.parse_args(argv)
    if parsed.examples < 1 or parsed.most < 1 or parsed.seconds <= 0:
        parser_.error("--examples, --most and --seconds: more than 0")
    if parsed.only == "calls" and not parsed.package:
        parser_.error("--only calls: of which --package?")
    if find_spec("hypothesis") is None:
        say(_MISSING)
        return 2
    parsed.times, parsed.limit = TIMES, SECONDS
    # It remembers things beside whatever it tests; not in the caller's folder.
    folder = tempfile.mkdtemp(prefix="tightlip-hypothesis-")
    try:
        from hypothesis.configuration import set_hypothesis_home_dir  # noqa: PLC0415 - it may be missing

        set_hypothesis_home_dir(folder)
        return _Session(parsed).run()
    except (ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise  # the reader had enough
        say(str(error))
        return 2
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Session:
    """One run of the command."""

    def __init__(self, parsed: argparse.Namespace) -> None:
        from tightlip.suite.fuzzing.hunting import Figures  # noqa: PLC0415 - loads Hypothesis

        self._parsed = parsed
        self._seed: int = fresh_seed() if parsed.seed is None else parsed.seed
        self._begun = time.monotonic()
        self._figures: dict[str, Figures] = {}
        self._finds: list[tuple[Find, Path]] = []
        self._new = Figures
        self._shown = 0.0
        self._targets = 0

    def run(self) -> int:
        """Look with each scrubber, say what was found, and return the exit status."""
        from tightlip.suite.fuzzing.bench import BenchError  # noqa: PLC0415 - it uses processes

        parsed = self._parsed
        openers = chosen(parsed).openers
        parts: list[tuple[Opener, str]] = [
            (opener, package)
            for opener in openers
            for package in (
                *(("",) if parsed.only != "calls" else ()),
                *(parsed.package if parsed.only != "events" else ()),
            )
        ]
        for number, (opener, package) in enumerate(parts):
            left = self._begun + parsed.seconds - time.monotonic()
            try:
                self._part(opener, package, time.monotonic() + left / (len(parts) - number))
            except BenchError as error:
                self._wipe()
                say(str(error))
                return 2
        self._wipe()
        print("\n".join(self._lines()))
        return int(bool(self._finds))

    def _part(self, opener: Opener, package: str, until: float) -> None:
        from tightlip.suite.fuzzing.bench import Bench  # noqa: PLC0415
        from tightlip.suite.fuzzing.calls import calls  # noqa: PLC0415 - loads Hypothesis
        from tightlip.suite.fuzzing.events import events  # noqa: PLC0415
        from tightlip.suite.fuzzing.hunting import Hunt  # noqa: PLC0415
        from tightlip.suite.fuzzing.targets import Known  # noqa: PLC0415

        parsed = self._parsed
        runner = opener()
        try:
            figures = self._figures.setdefault(runner.name, self._new())
            seconds = (TIMES + 1) * _CALL_SECONDS * 2 if package else parsed.limit
            with Bench(
                _limited(opener) if package else opener, seed=self._seed, times=TIMES, seconds=seconds, package=package
            ) as bench:
                if package and not bench.targets:
                    raise ValueError(f"{package} has no public functions that may be called")
                self._targets = max(self._targets, len(bench.targets))
                hunt = Hunt(bench, runner, figures, until, lambda: self._progress(runner.name))
                strategy: Any = calls(Known(bench.targets), runner.profile) if package else events(runner.profile)
                for find in hunt.finds(strategy, package, self._seed, parsed.examples, parsed.most):
                    self._finds.append((find, self._saved(find)))
        finally:
            runner.close()

    def _saved(self, find: Find) -> Path:
        from tightlip.suite.fuzzing.saving import case_text, write  # noqa: PLC0415

        path: Path = self._parsed.save / f"{find.case.id.replace('.', '-')}.yaml"
        write(path, case_text(find.case))
        return path

    def _progress(self, name: str) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or now < self._shown + 0.1:
            return
        self._shown = now
        counts = self._figures[name].counts
        done = ", ".join(f"{counts[part]} {part}" for part in _PARTS if counts[part])
        line = f"{name}: {done}; {len(self._finds)} found; {now - self._begun:.0f} of {self._parsed.seconds:g} s"
        sys.stderr.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
        sys.stderr.flush()

    def _wipe(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _lines(self) -> list[str]:
        colours = colours_of(sys.stdout)
        lines: list[str] = []
        for find, path in self._finds:
            lines += self._find_lines(find, path, colours)
        for name, figures in self._figures.items():
            lines += [dyed(name, "head", colours), *_figure_lines(figures)]
        if self._targets:
            lines.append(f"{self._targets} public functions and classes could be called")
        count = len(self._finds)
        verdict = dyed(f"{count} found", "bad", colours) if count else dyed("nothing found", "good", colours)
        return [*lines, f"{verdict} in {time.monotonic() - self._begun:.1f} s (seed {self._seed})"]

    def _find_lines(self, find: Find, path: Path, colours: Mapping[str, str]) -> list[str]:
        head = f"{dyed('FOUND', 'bad', colours)} {dyed(find.case.id, 'head', colours)}  {dyed(f'[{find.scrubber}]', 'faint', colours)}"
        again = shlex.join(["tightlip", "check", str(path), *words(self._parsed), "--seed", str(self._seed)])
        return [
            head,
            *(
                f"    {dyed(f'{failure.kind}:', 'bad', colours)} {printable(failure.words)}"
                for failure in find.failures[:3]
            ),
            f"       {dyed('again:', 'faint', colours)} {again}",
            "",
        ]


def _figure_lines(figures: Figures) -> list[str]:
    counts = figures.counts
    lines: list[str] = []
    if counts["events"]:
        lines.append(f"  {counts['events']} events")
    if counts["calls"]:
        lines.append(
            f"  {counts['calls']} calls, each at least twice: {counts['exceptions']} exceptions, {counts['reports']} reports;"
            f" {counts['hung']} did not come back, {counts['ended']} ended the process"
        )
        wrong = figures.misfits.total()
        lines.append(
            f"  {counts['templates']} messages reported with words; {wrong} of them by a template that does not fit"
        )
        lines += [f"    {count:>4} x {printable(place)}" for place, count in figures.misfits.most_common(_MOST_MISFITS)]
    return lines


def _limited(opener: Opener) -> Opener:
    """The opener with a short limit for each run of a program."""
    import functools  # noqa: PLC0415

    return functools.partial(_opened, opener)


def _opened(opener: Opener) -> Any:
    runner = opener()
    programs: Any = getattr(runner, "_programs", None)
    if programs is not None:
        programs.seconds = _CALL_SECONDS
    return runner


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))
