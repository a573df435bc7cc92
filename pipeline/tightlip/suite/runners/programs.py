"""Programs of cases, run in this process: an SDK that is written to a folder of its own, and an application that uses it.

Guarantees:

1. A program finds the process as the one before it did, as far as `process_state` goes; what it printed is gone.
2. The SDK's files have the same text and the same paths in all runs of a case; only the application's file is written anew.
3. It ends: after `Programs.seconds`, where the platform has an alarm and this is the main thread.

Not covered: threads that a program leaves behind, what it writes to a file descriptor itself, and a package that it changes from outside.
``--live`` runs it in a process of its own.
"""

from __future__ import annotations

import builtins
import dis
import importlib.util
import linecache
import os
import shutil
import sys
import tempfile
import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from tightlip.suite.case import CodeInput
from tightlip.suite.runners.caretaker import Caretaker
from tightlip.suite.runners.limit import SECONDS, TookTooLong, limited
from tightlip.suite.runners.process_state import (
    MAIN,
    own_environment,
    own_folder,
    own_hooks,
    own_loggers,
    own_modules,
    own_path,
    quiet,
    silent,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from tightlip.suite.case import Case

_RAISES: Final = frozenset({dis.opmap["RAISE_VARARGS"], dis.opmap["RERAISE"]})


#: What is said of a program that does not fail: its author meant it to.
NOTHING: Final = "the program ended without a failure, and captured none: there was nothing to report"


def refused(case: Case) -> str | None:
    """Why the program of a case cannot be run in this process; None if it can, or if the case has none."""
    given = case.input
    if not isinstance(given, CodeInput):
        return None
    if given.language != "python":
        return f"the program is {given.language}: --live runs it"
    if given.files:
        return None
    try:
        found = importlib.util.find_spec(given.package)
    except (ImportError, ValueError, AttributeError):
        found = None
    return None if found is not None else f"the package {given.package} is not installed"


class BadProgram(Exception):  # noqa: N818 - it says what is wrong with a case
    """A case's program cannot be run; the message is for a person and repeats nothing of it."""


class Programs:
    """The programs of cases, one at a time, in a temporary folder.

    Args:
        seconds: How long one may run.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._caretaker = Caretaker()
        self._folder: Path | None = None
        self._program: Program | None = None
        self._case: Case | None = None

    def of(self, case: Case, code: CodeInput) -> Program:
        """The program of a case, with its SDK in place; the one before it is gone.

        Raises:
            BadProgram: A file of the SDK cannot be written or compiled.
        """
        if self._program is None or self._case != case:
            self._program = self._case = None
            if self._folder is None:
                # A real path, as ownership is compared by.
                self._folder = Path(tempfile.mkdtemp(prefix="tightlip-check-")).resolve()
                self._caretaker.folder(self._folder, is_new=True)
            self._program = Program(self._folder, code.files, self.seconds)
            self._case = case
        return self._program

    def close(self) -> None:
        """Remove the folder."""
        self._program = self._case = None
        if self._folder is not None:
            _forgotten(self._folder)
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        self._caretaker.close()


class Program:
    """The program of one case.

    Args:
        folder: Its folder; what the program before left there goes, but not the folders that both have: removing them is what costs.
        files: The SDK's files by path.
        seconds: How long it may run.

    Raises:
        BadProgram: A file cannot be written or compiled.
    """

    def __init__(self, folder: Path, files: Mapping[str, str], seconds: float) -> None:
        self._folder = folder
        self._sdk = folder / "sdk"
        self._file = folder / "application" / "main.py"
        self._work = folder / "work"
        self._seconds = seconds
        for inner in (self._sdk, self._file.parent, self._work):
            inner.mkdir(exist_ok=True)
        _forgotten(self._sdk)
        _emptied(self._sdk, files)
        write(self._sdk, files)
        self._names = {PurePosixPath(path).parts[0].removesuffix(".py") for path in files}
        for path, text in files.items():
            if path.endswith(".py"):
                _compiled(text, path, f"the file {path!r}")

    @contextmanager
    def entered(self) -> Generator[None]:
        """The process as the program finds it; what is judged is made in here, while its modules are there.

        Raises:
            TookTooLong: The time is up.
        """
        with ExitStack() as stack:
            for entered in (
                own_modules(self._names),
                own_path(str(self._sdk)),
                own_environment(),
                own_folder(self._work),
                own_hooks(),
                own_loggers(),
                silent(),
                quiet(),
                limited(self._seconds),
            ):
                stack.enter_context(entered)
            yield

    def execute(self, application: str, names: Mapping[str, Any]) -> BaseException | None:
        """Run the application, inside of `entered`.

        Args:
            application: Its text.
            names: What it finds as global names.

        Returns:
            The exception that ended it, its traceback beginning in the application; None when it ran to its end.

        Raises:
            BadProgram: It cannot be compiled.
            KeyboardInterrupt: Somebody pressed Ctrl-C; one that the program raises is returned.
        """
        self._file.write_text(application, encoding="utf-8")
        linecache.cache.pop(str(self._file), None)  # of the run before; an SDK that sends source lines would send those
        code = _compiled(application, str(self._file), "the application")
        main = ModuleType(MAIN)
        vars(main).update(names, __file__=str(self._file), __builtins__=builtins)
        sys.modules[MAIN] = main
        try:
            exec(code, vars(main))  # noqa: S102 - a case's program, which its author wrote to be run
        except TookTooLong:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and not _is_raised(error):
                raise
            trace = error.__traceback__
            return error.with_traceback(None if trace is None else trace.tb_next)
        return None


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder.

    Raises:
        BadProgram: A path leaves the folder, or cannot be written.
    """
    for path, text in files.items():
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or not parts.parts:
            raise BadProgram(f"the file {path!r} of the case lies outside of its folder; give a relative path")
        file = folder / parts
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        except (OSError, ValueError) as error:
            raise BadProgram(f"the file {path!r} of the case cannot be written ({type(error).__name__})") from None


def _emptied(folder: Path, files: Mapping[str, str]) -> None:
    """No file is left below the folder, and no folder but those of ``files``: an empty one can be imported too."""
    wanted = {folder / parent for path in files for parent in PurePosixPath(path).parents}
    try:
        for root, folders, names in os.walk(folder, topdown=False):
            for name in names:
                (Path(root) / name).unlink()
            for name in folders:
                inner = Path(root) / name
                if inner.is_symlink():
                    inner.unlink()
                elif inner not in wanted:
                    inner.rmdir()
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)


def _forgotten(folder: Path) -> None:
    """The interpreter knows nothing of what was in the folder: other files come to the same places."""
    for cache in (sys.path_importer_cache, linecache.cache):
        for name in [name for name in cache if str(name).startswith(str(folder))]:
            cache.pop(name, None)


def _compiled(text: str, name: str, what: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(text, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        # The interpreter's own words may repeat the line, canaries and all.
        raise BadProgram(f"{what} of the case does not compile{'' if line is None else f' (line {line})'}") from None


def _is_raised(error: BaseException) -> bool:
    """Whether an instruction ``raise`` raised it: Ctrl-C comes between instructions, never at one of these."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_code[trace.tb_lasti] in _RAISES
