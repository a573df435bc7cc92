"""A process of its own that checks one case after another, and is replaced when a case ends it or does not come back."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from tightlip.suite.fuzzing.confinement import Confinement
from tightlip.suite.fuzzing.targets import targets
from tightlip.suite.fuzzing.witness import Seen, Witness
from tightlip.suite.outcome import Broken
from tightlip.suite.trial import check_case, gave_up

if TYPE_CHECKING:
    from types import TracebackType

    from tightlip.suite.case import Case
    from tightlip.suite.checking import Opener
    from tightlip.suite.fuzzing.targets import Target
    from tightlip.suite.outcome import Result, Runner

_SPAWN: Final = multiprocessing.get_context("spawn")
_OPENING_SECONDS: Final = 60.0
_ENDING_SECONDS: Final = 2.0


class BenchError(Exception):
    """The process cannot make the runner, or find what to call."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a case came to.

    Attributes:
        result: As `check_case` has it.
        seen: What its program did; nothing for an event.
        end: How the process was lost with it: it ended, or did not answer.
    """

    result: Result
    seen: Seen
    end: Literal["", "ended", "hung"] = ""


class Bench:
    """Checks cases in another process; a context manager, at whose end it is gone.

    Args:
        opener: Makes the runner there; it is pickled.
        seed: Whence the canaries come.
        times: Runs of each case.
        seconds: For one case.
        package: The SDK that programs call, which is then confined; empty: events alone.
    """

    def __init__(self, opener: Opener, *, seed: int, times: int, seconds: float, package: str = "") -> None:
        self._opener, self._seed, self._times, self._seconds, self._package = opener, seed, times, seconds, package
        self._process: Any = None
        self._pipe: Any = None
        self._folder: Path | None = None
        self.targets: tuple[Target, ...] = ()

    def __enter__(self) -> Self:
        """Start it."""
        self._folder = Path(tempfile.mkdtemp(prefix="tightlip-fuzz-")).resolve()
        try:
            self._start()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, cls: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it."""
        self._close()

    def check(self, case: Case, runner: Runner) -> Checked:
        """Check a case.

        Args:
            case: The case.
            runner: Tells the name and profile of a case that the process is lost with.
        """
        if self._process is None:
            self._start()
        with suppress(OSError):
            self._pipe.send(case)
        if not self._pipe.poll(self._seconds):
            self._end()
            return Checked(
                gave_up(case, runner, Broken("hang", f"no answer within {self._seconds:g} seconds")), Seen(), "hung"
            )
        try:
            result, seen = self._pipe.recv()
        except (EOFError, OSError):
            self._end()
            return Checked(
                gave_up(case, runner, Broken("crash", "the process that ran it ended in the middle of it")),
                Seen(),
                "ended",
            )
        return Checked(replace(result, case=case), seen)

    def _start(self) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=_serve,
            args=(theirs, self._opener, self._seed, self._times, self._package, str(self._folder)),
            name="tightlip-fuzz",
            daemon=True,
        )
        self._process.start()
        theirs.close()
        try:
            answer: Any = self._pipe.recv() if self._pipe.poll(_OPENING_SECONDS) else "it does not answer"
        except (EOFError, OSError):
            answer = "it ends before it is ready"
        if isinstance(answer, str):
            self._end()
            raise BenchError(f"the process that runs the cases: {answer}")
        self.targets = answer

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()
        self._process = None

    def _close(self) -> None:
        if self._process is not None:
            with suppress(OSError):
                self._pipe.send(None)
            self._process.join(_ENDING_SECONDS)
        self._end()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _serve(pipe: Any, opener: Opener, seed: int, times: int, package: str, folder: str) -> None:
    """What the process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first one ends this
    tempfile.tempdir = folder
    os.environ["DO_NOT_TRACK"] = "1"
    confinement: Confinement | None = None
    runner: Runner | None = None
    try:
        runner = opener()
        witness = Witness(runner)
        found: tuple[Target, ...] = ()
        if package:
            _mute()
            confinement = Confinement(Path(folder))
            found = targets(package)
        pipe.send(found)
        while True:
            case: Case | None = pipe.recv()
            if case is None:
                break
            result = check_case(case, witness, seed=seed, times=times)
            # What was filled and what left may hold what cannot be pickled, and nobody asks for it.
            bare: Any = replace(result, case=None, filled=None, runs=())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - it is there already
            pipe.send((bare, witness.taken()))
    except ImportError as error:
        pipe.send(f"{package} cannot be imported ({type(error).__name__}: {error})")
    except (EOFError, OSError):
        pass
    finally:
        if confinement is not None:
            confinement.end()
        if runner is not None:
            runner.close()


def _mute() -> None:
    """An SDK's words, as it is imported and called, are nobody's."""
    import logging  # noqa: PLC0415 - for random calls alone
    import warnings  # noqa: PLC0415

    sink = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - until the process ends
    sys.stdout = sys.stderr = sink
    logging.disable()
    warnings.simplefilter("ignore")
