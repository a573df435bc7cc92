"""Last-chance hooks: what nobody caught, in the main thread and in others.

Installed on request only, chained with whatever was there, and removable in any order: a hook that something else has been chained
onto cannot be taken out, so it goes quiet instead.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Report = Callable[[BaseException, str], object]


class Hooks:
    """``sys.excepthook`` and ``threading.excepthook`` for one reporter.

    Args:
        report: Called with the exception and the name of the hook. Must not raise.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._installed: list[_Hook] = []

    def install(self) -> None:
        """Install; a second call does nothing."""
        if not self._installed:
            self._installed = [
                _Hook(sys, "excepthook", "excepthook", self._report, _of_excepthook),
                _Hook(threading, "excepthook", "threading", self._report, _of_threading),
            ]

    def uninstall(self) -> None:
        """Take the hooks out; a second call does nothing."""
        for hook in self._installed:
            hook.remove()
        self._installed = []


def _of_excepthook(_cls: object, exc: object, _traceback: object) -> object:
    return exc


def _of_threading(args: Any) -> object:
    return args.exc_value


class _Hook:
    def __init__(
        self, module: Any, name: str, mechanism: str, report: Report, exception_of: Callable[..., object]
    ) -> None:
        self._module, self._name, self._mechanism = module, name, mechanism
        self._report, self._exception_of = report, exception_of
        self._is_active = True
        self._previous: Callable[..., object] = getattr(module, name)
        setattr(module, name, self)

    def __call__(self, *args: Any) -> None:
        if self._is_active:
            exc = self._exception_of(*args)
            try:
                if isinstance(exc, BaseException):
                    self._report(exc, self._mechanism)
            finally:
                self._previous(*args)
            return
        self._previous(*args)

    def remove(self) -> None:
        self._is_active = False
        # Ours that went quiet while another one of ours stood on them come out as soon as nothing does any more.
        while type(top := getattr(self._module, self._name)) is _Hook and not top._is_active:  # noqa: SLF001 - its own class
            setattr(self._module, self._name, top._previous)  # noqa: SLF001
