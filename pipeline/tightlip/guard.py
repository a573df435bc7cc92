"""The guard: entry points of an SDK report what fails inside them, and let it through unchanged.

As a context manager around a block (``with`` or ``async with``), or as a decorator on functions, coroutine functions, generators and
asynchronous generators. What the decorator puts around them is in no traceback; see `tightlip.own_frame` for where it can be seen.
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tightlip import loop_hooks
from tightlip.own_frame import step_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_Function = TypeVar("_Function", bound="Callable[..., Any]")


class Capture(Protocol):
    """What a guard calls with a failure. Must not raise."""

    def __call__(self, exc: BaseException, /) -> object:
        """Report ``exc``."""
        ...


class Guard:
    """Reports the exception that leaves it.

    Args:
        entered: Called when the block is entered; what it returns is called when it is left.
        capture: Called with the exception.
    """

    def __init__(self, entered: Callable[[], Callable[[], None]], capture: Capture) -> None:
        self._entered = entered
        self._capture = capture
        self._leaving: list[Callable[[], None] | None] = []

    def __enter__(self) -> None:
        """Enter the block."""
        leave: Callable[[], None] | None = None
        try:
            loop_hooks.look()
            leave = self._entered()
        except Exception:  # noqa: S110 - with the stack nearly full; the block may need less of it
            pass
        self._leaving.append(leave)

    def __exit__(
        self, cls: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave it; the exception goes on its way."""
        # No call in the handlers: with the stack nearly full it would raise in place of the host's exception.
        try:
            if exc is not None:
                self._capture(exc)
        except Exception:  # noqa: S110
            pass
        finally:
            try:  # a context manager is a call
                leave = self._leaving.pop()
                if leave is not None:
                    leave()
            except Exception:  # noqa: S110
                pass

    async def __aenter__(self) -> None:
        """Enter the block; nothing is awaited."""
        self.__enter__()

    async def __aexit__(
        self, cls: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave it; nothing is awaited."""
        self.__exit__(cls, exc, traceback)

    def _fresh(self) -> Guard:
        return Guard(self._entered, self._capture)

    def __call__(self, function: _Function) -> _Function:
        """``function`` with a guard around each call, and around each step of what it returns if that is a generator.

        Raises:
            TypeError: It is a class, a property or something else that is no function.
        """
        if isinstance(function, (staticmethod, classmethod)):
            inner: Callable[..., Any] = function.__func__  # pyright: ignore[reportUnknownVariableType,reportUnknownMemberType]
            return type(function)(self(inner))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportReturnType]
        if isinstance(function, (type, property)) or not callable(function):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"guard() decorates functions and methods, not a {type(function).__name__}; put it on the methods"
            )
        wrapper: Callable[..., Any]
        called = _called(function)
        if inspect.isasyncgenfunction(called):
            wrapper = self._asynchronous_generator(function)
        elif inspect.iscoroutinefunction(called) or inspect.iscoroutinefunction(function):
            wrapper = self._coroutine(function)
        elif inspect.isgeneratorfunction(called):
            wrapper = self._generator(function)
            if called.__code__.co_flags & inspect.CO_ITERABLE_COROUTINE:
                wrapper = types.coroutine(wrapper)  # as the function is: its generators can be awaited
        else:
            wrapper = self._plain(function)
        return functools.wraps(function)(wrapper)  # type: ignore[return-value]

    def _plain(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                with self._fresh():
                    return function(*args, **kwargs)
            except BaseException as error:
                try:  # noqa: SIM105
                    step_out(error)
                except Exception:  # noqa: S110
                    pass
                raise

        return guarded

    def _coroutine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        async def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                with self._fresh():
                    return await function(*args, **kwargs)
            except BaseException as error:
                try:  # noqa: SIM105
                    step_out(error)
                except Exception:  # noqa: S110
                    pass
                raise

        return guarded

    def _generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                with self._fresh():
                    return (yield from function(*args, **kwargs))  # pyright: ignore[reportUnknownVariableType]
            except BaseException as error:
                try:  # noqa: SIM105
                    step_out(error)
                except Exception:  # noqa: S110
                    pass
                raise

        return guarded

    def _asynchronous_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        async def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                with self._fresh():
                    inner = function(*args, **kwargs)
                    try:
                        item = await anext(inner)
                        while True:
                            thrown: BaseException | None = None
                            sent: Any = None
                            try:
                                sent = yield item  # pyright: ignore[reportUnknownVariableType]
                            except GeneratorExit:
                                raise
                            except BaseException as error:
                                step_out(error)
                                thrown = error
                            # Outside of the handler: the inner generator must not see this exception as the one being handled.
                            item = await (inner.asend(sent) if thrown is None else inner.athrow(thrown))
                    except StopAsyncIteration:
                        return
                    finally:
                        await inner.aclose()
            except BaseException as error:
                try:  # noqa: SIM105
                    step_out(error)
                except Exception:  # noqa: S110
                    pass
                raise

        return guarded


def _called(function: Any) -> Any:
    """The function that runs when ``function`` is called: that of a partial, a method, or of an object with a ``__call__``."""
    while isinstance(function, functools.partial):
        function = function.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not inspect.isroutine(function):
        function = type(function).__call__  # pyright: ignore[reportUnknownMemberType]
    return getattr(function, "__func__", function)
