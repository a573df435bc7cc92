"""What a program may change of its process, each put back when it has ended: for programs of cases that run in the checker's process."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Generator

MAIN: Final = "__main__"


@contextmanager
def own_modules(names: set[str]) -> Generator[None]:
    """The case's modules are imported anew; a module of the same name that was there before comes back."""
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in names}
    main = sys.modules[MAIN]
    for name in before:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in names]:
            del sys.modules[name]
        sys.modules.update(before)
        sys.modules[MAIN] = main


@contextmanager
def own_path(folder: str) -> Generator[None]:
    """Modules are found in the folder first, and no bytecode is written."""
    before, writes = sys.path[:], sys.dont_write_bytecode
    sys.path.insert(0, folder)
    # Bytecode goes by size and second: that of a case may pass for that of the next.
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = before, writes


@contextmanager
def own_environment() -> Generator[None]:
    """Variables are set for this program alone; ``DO_NOT_TRACK`` is, as an installed SDK may send its own failures to its vendor."""
    before = dict(os.environ)
    os.environ["DO_NOT_TRACK"] = "1"
    try:
        yield
    finally:
        for name in [name for name in os.environ if name not in before]:
            del os.environ[name]
        for name, value in before.items():
            if os.environ.get(name) != value:
                os.environ[name] = value


@contextmanager
def own_folder(folder: Path) -> Generator[None]:
    """Works in an empty folder: a file that one run left would change the next."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        if any(folder.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(exist_ok=True)


@contextmanager
def silent() -> Generator[None]:
    """Nothing that is printed arrives: it may hold canaries, and the terminal is the checker's."""
    with open(os.devnull, "w", encoding="utf-8") as sink, redirect_stdout(sink), redirect_stderr(sink):  # noqa: PTH123 - no path
        yield


@contextmanager
def quiet() -> Generator[None]:
    """Warnings are the program's output, and no failures, whatever the process thinks of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def own_hooks() -> Generator[None]:
    """The interpreter's hooks, and what Ctrl-C does."""
    before = sys.excepthook, sys.unraisablehook, threading.excepthook
    is_main = threading.current_thread() is threading.main_thread()
    interrupt = signal.getsignal(signal.SIGINT) if is_main else None
    try:
        yield
    finally:
        sys.excepthook, sys.unraisablehook, threading.excepthook = before
        if interrupt is not None and signal.getsignal(signal.SIGINT) is not interrupt:
            signal.signal(signal.SIGINT, interrupt)


@contextmanager
def own_loggers() -> Generator[None]:
    """Handlers and levels of ``logging``, and how structlog is set up: a handler of one program would write into the closed stream of another."""
    import logging  # noqa: PLC0415 - importing the suite stays cheap

    root, known = logging.root, logging.root.manager.loggerDict
    before = {one: _logger_state(one) for one in (root, *known.values()) if isinstance(one, logging.Logger)}
    structlog = sys.modules.get("structlog")
    settings = structlog.get_config() if structlog is not None and structlog.is_configured() else None
    try:
        yield
    finally:
        for one in (root, *list(known.values())):
            if not isinstance(one, logging.Logger):
                continue
            handlers, filters, level, propagate, disabled = before.get(one, ([], [], logging.NOTSET, True, False))
            one.handlers[:], one.filters[:] = handlers, filters
            if one.level != level:
                one.setLevel(level)
            one.propagate, one.disabled = propagate, disabled
        structlog = sys.modules.get("structlog")
        if structlog is not None and structlog.is_configured():
            structlog.reset_defaults()
            if settings is not None:
                structlog.configure(**settings)


def _logger_state(logger: Any) -> tuple[list[Any], list[Any], int, bool, bool]:
    return logger.handlers[:], logger.filters[:], logger.level, logger.propagate, logger.disabled
