"""Last-chance hooks: what nobody caught, in the main thread, in others, in finalisers and callbacks, and in event loops.

Installed on request only, chained with whatever was there, and removable in any order: a hook that something else has been chained
onto cannot be taken out, so it goes quiet instead.

Guarantees:

1. The hook that was there is called once, with the same arguments, after ours; what it returns or raises comes out, with the same
   traceback. So exit code and output of the program are those without ours.
2. Nothing of the arguments is kept: what ``sys.unraisablehook`` is given may be an object that is going away.
3. Nothing is reported once the interpreter is shutting down.
4. No hook waits for a lock. Installing and removing do, briefly.

Not covered: a hook that is put in our place and does not call ours. ``code.InteractiveConsole`` prints through ``sys.excepthook`` where
that is not the interpreter's own, with ours as with any other.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, Final

from tightlip import loop_hooks
from tightlip.brief_lock import held_briefly
from tightlip.exact import is_exception
from tightlip.own_frame import step_out

if TYPE_CHECKING:
    from collections.abc import Callable

    #: What it returns is called when the hook that was there is done with the exception.
    Report = Callable[[BaseException, str], Callable[[], object] | None]

#: One for all reporters: they are chained onto each other.
_LOCK: Final = threading.Lock()


def _of_excepthook(args: tuple[Any, ...]) -> object:
    return args[1]


def _of_one_argument(args: tuple[Any, ...]) -> object:
    return args[0].exc_value


#: Module, attribute, the name of the mechanism in a report, and where its arguments hold the exception.
_PLACES: Final[tuple[tuple[Any, str, str, Callable[[tuple[Any, ...]], object]], ...]] = (
    (sys, "excepthook", "excepthook", _of_excepthook),
    (threading, "excepthook", "threading", _of_one_argument),
    (sys, "unraisablehook", "unraisable", _of_one_argument),
)


class Hooks:
    """The last-chance hooks of one reporter.

    Args:
        report: Called with the exception and the name of the mechanism. Must not raise, and keeps nothing of the exception. What it
            returns, if anything, is called when the hook that was there is done with the exception; it must not raise either.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._installed: tuple[_Hook, ...] | None = None

    def install(self) -> None:
        """Install; a second call only looks whether asyncio has come meanwhile."""
        with held_briefly(_LOCK):
            if self._installed is None:
                self._installed = tuple(
                    _Hook(module, name, mechanism, self._report, exception_of)
                    for module, name, mechanism, exception_of in _PLACES
                    if callable(
                        getattr(module, name, None)
                    )  # the host took it away: the interpreter says so, as it would without ours
                )
            loop_hooks.observe(self._of_loop)

    def uninstall(self) -> None:
        """Take the hooks out; a second call does nothing."""
        with held_briefly(_LOCK):
            for hook in self._installed or ():
                hook.remove()
            self._installed = None
            loop_hooks.forget(self._of_loop)

    def _of_loop(self, exc: BaseException) -> Callable[[], object] | None:
        return self._report(exc, "asyncio")


class _Hook:
    def __init__(
        self, module: Any, name: str, mechanism: str, report: Report, exception_of: Callable[[tuple[Any, ...]], object]
    ) -> None:
        self._module, self._name, self._mechanism = module, name, mechanism
        self._report: Report | None = report
        self._exception_of = exception_of
        self._take_out_quiet_ones()
        # Neither a signal nor another thread comes in between: no call does.
        self._previous: Callable[..., object] = vars(module)[name]
        setattr(module, name, self)

    def __call__(self, /, *args: Any, **kwargs: Any) -> object:
        leave: Callable[[], object] | None = None
        try:
            report = self._report
            if report is not None and not sys.is_finalizing():
                leave = _see(self._exception_of(args), report, self._mechanism)
        except Exception:  # noqa: S110 - what the host sees comes next, whatever happens
            pass
        finally:
            # Also when Ctrl-C came meanwhile: the crash is still printed.
            try:
                found = self._previous(*args, **kwargs)
            except BaseException as error:
                try:  # noqa: SIM105 - a context manager is a call, which fails where the stack is nearly full
                    step_out(error)
                except Exception:  # noqa: S110
                    pass
                raise
            finally:
                try:
                    if leave is not None:
                        leave()
                except Exception:  # noqa: S110
                    pass
        return found

    def __repr__(self) -> str:
        # The interpreter prints the hook that failed, and that is the one before.
        return repr(self._previous)

    def remove(self) -> None:
        """Come out, or go quiet."""
        self._report = None  # it holds the reporter
        self._take_out_quiet_ones()

    def _take_out_quiet_ones(self) -> None:
        # Ours that went quiet while something stood on them come out as soon as nothing does any more.
        while type(top := getattr(self._module, self._name, None)) is _Hook and top._report is None:  # noqa: SLF001 - its own class
            setattr(self._module, self._name, top._previous)  # noqa: SLF001


def _see(exc: object, report: Report, mechanism: str) -> Callable[[], object] | None:
    """Report ``exc`` if it is an exception; a function of its own, so that nothing holds on to it while the next hook runs."""
    return report(exc, mechanism) if is_exception(exc) else None
