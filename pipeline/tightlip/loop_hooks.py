"""Errors that reach an asyncio event loop's last resort: tasks nobody awaited, callbacks, transports.

``call_exception_handler`` of the loop *classes* is wrapped, once for all reporters: so loops that exist and loops made later are covered,
whichever way a handler of the host's is set, and what ``get_exception_handler`` returns stays the host's. A class of loops that is
defined later (uvloop's, if it is imported later) is met through ``AbstractEventLoop.__init_subclass__``.

Guarantees:

1. asyncio is never imported. Where it is not there yet, `look` finds it later; guards look whenever they are entered, and
   `Reporter.install` each time it is called.
2. The host's handler is called once, with the same arguments; what it returns or raises is what comes out, with the same traceback.
3. When the last observer has left, the classes are as they were. What somebody else has wrapped around ours stays, and ours is quiet.

Not covered: a loop whose ``call_exception_handler`` is set on the instance, and one that does not derive from ``AbstractEventLoop``.
"""

from __future__ import annotations

import functools
import sys
import threading
from contextlib import suppress
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from tightlip.brief_lock import held_briefly
from tightlip.exact import is_dict, is_exception
from tightlip.own_frame import step_out

if TYPE_CHECKING:
    from collections.abc import Callable

    #: Called with an exception that an event loop has given up on; what it returns, if anything, is called when the loop's handler is
    #: done with that. Neither may raise.
    Observer = Callable[[BaseException], Callable[[], object] | None]

_METHOD: Final = "call_exception_handler"
_NEW_CLASS: Final = "__init_subclass__"
_NOTHING: Final = object()
#: ``super`` of classes that are not known before.
_SUPER: Final[Any] = super
_CLASS_DICT = type.__dict__["__dict__"]
_LOCK: Final = threading.Lock()
#: Our wrappers, and what stood in the class's own dict before each of them.
_PREVIOUS: Final[WeakKeyDictionary[Any, Any]] = WeakKeyDictionary()


class _State:
    """What is installed in this process."""

    #: Replaced as a whole: reading it needs no lock.
    observers: tuple[Observer, ...] = ()
    #: Whether there are observers, and asyncio was not there when they came.
    is_waiting = False


def observe(observer: Observer) -> None:
    """Call ``observer`` with each exception that reaches the last resort of an event loop; each observer counts once."""
    with held_briefly(_LOCK):
        if observer not in _State.observers:
            _State.observers = (*_State.observers, observer)
        _State.is_waiting = not _wrap_all()


def forget(observer: Observer) -> None:
    """Do so no longer."""
    with held_briefly(_LOCK):
        _State.observers = tuple(known for known in _State.observers if known != observer)
        if not _State.observers:
            _State.is_waiting = False
            _unwrap_all()


def look() -> None:
    """See whether asyncio has been imported meanwhile. Costs one look at a flag when there is nothing to do; never waits, never raises."""
    if not _State.is_waiting or "asyncio" not in sys.modules or not _LOCK.acquire(blocking=False):
        return
    try:
        _State.is_waiting = bool(_State.observers) and not _wrap_all()
    except Exception:  # noqa: S110 - the host's call goes on
        pass
    finally:
        _LOCK.release()


def _abstract_loop() -> Any:
    """``asyncio.AbstractEventLoop``; None where asyncio is not imported, or not yet to its end."""
    asyncio = sys.modules.get("asyncio")
    spec = getattr(asyncio, "__spec__", None)
    if asyncio is None or getattr(spec, "_initializing", False):
        return None
    return getattr(asyncio, "AbstractEventLoop", None)


def _wrap_all() -> bool:
    abstract = _abstract_loop()
    if abstract is None:
        return False
    with suppress(Exception):
        _watch_new_classes(abstract)
    for cls in _below(abstract):
        _wrap(cls, abstract)
    return True


def _unwrap_all() -> None:
    abstract = _abstract_loop()
    if abstract is None:
        return
    for cls in (abstract, *_below(abstract)):
        with suppress(Exception):
            for name in (_METHOD, _NEW_CLASS):
                _unwrap(cls, name)


def _below(cls: type) -> list[type]:
    """All subclasses of ``cls``, bases before those derived from them."""
    found: dict[type, None] = {}
    pending = [cls]
    while pending:
        derived: type
        for derived in type.__subclasses__(pending.pop(0)):
            if derived not in found:
                found[derived] = None
                pending.append(derived)
    return list(found)


def _own(cls: Any, name: str) -> Any:
    """What ``cls`` itself has under ``name``, not its bases, as it stands in its dict."""
    return _CLASS_DICT.__get__(cls).get(name, _NOTHING)


def _wrapper(found: Any) -> FunctionType | None:
    """``found`` if it is a wrapper of ours, or a classmethod of one."""
    function: Any = getattr(found, "__func__", found)
    return function if type(function) is FunctionType and function in _PREVIOUS else None


def _wrap(cls: Any, abstract: type) -> None:
    """Wrap the method of ``cls``, unless it has it from a class that is wrapped, or that wants it to be defined."""
    with suppress(Exception):
        owner = next((base for base in cls.__mro__ if _own(base, _METHOD) is not _NOTHING), None)
        # uvloop's is a compiled class, which cannot be changed; the Python class on top of it can.
        is_elsewhere = owner is not None and owner is not cls and not issubclass(owner, abstract)
        if (owner is cls or is_elsewhere) and _wrapper(_own(cls, _METHOD)) is None:
            _put(cls, _METHOD, _observed(cls, _own(cls, _METHOD)))


def _observed(cls: Any, previous: Any) -> Any:
    """A method for ``cls`` that tells the observers and then does what ``previous`` does, or the next base where it has none."""

    def call_exception_handler(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        leaving: list[Callable[[], object]] = []
        try:
            _tell(args[0] if args else kwargs.get("context"), leaving)
        except Exception:  # noqa: S110 - the host's handler comes next, whatever happens
            pass
        finally:
            # Also when Ctrl-C came meanwhile.
            try:
                if previous is _NOTHING:
                    found = _SUPER(cls, self).call_exception_handler(*args, **kwargs)
                else:
                    found = _bound(previous, self, type(self))(*args, **kwargs)
            except BaseException as error:
                try:  # noqa: SIM105 - a context manager is a call, which fails where the stack is nearly full
                    step_out(error)
                except Exception:  # noqa: S110
                    pass
                raise
            finally:
                try:
                    while leaving:
                        leaving.pop()()
                except Exception:  # noqa: S110
                    pass
        return found

    functools.update_wrapper(call_exception_handler, getattr(cls, _METHOD))
    _PREVIOUS[call_exception_handler] = previous
    return call_exception_handler


def _tell(context: object, leaving: list[Callable[[], object]]) -> None:
    """Tell the observers; a function of its own, so that nothing holds on to the exception while the host's handler runs."""
    exc = context.get("exception") if is_dict(context) else None
    if is_exception(exc) and not sys.is_finalizing():
        for observer in _State.observers:
            leave = observer(exc)
            if leave is not None:
                leaving.append(leave)


def _watch_new_classes(abstract: Any) -> None:
    previous = _own(abstract, _NEW_CLASS)
    if _wrapper(previous) is not None:
        return

    def __init_subclass__(cls: Any, /, **kwargs: Any) -> None:  # noqa: N807 - it takes that one's place
        try:
            if previous is _NOTHING:
                _SUPER(abstract, cls).__init_subclass__(**kwargs)
            else:
                _bound(previous, None, cls)(**kwargs)
        except BaseException as error:
            try:  # noqa: SIM105
                step_out(error)
            except Exception:  # noqa: S110
                pass
            raise
        if _State.observers:
            _wrap(cls, abstract)

    _PREVIOUS[__init_subclass__] = previous
    _put(abstract, _NEW_CLASS, classmethod(__init_subclass__))


def _bound(descriptor: object, instance: object, cls: Any) -> Any:
    get = getattr(type(descriptor), "__get__", None)
    return descriptor if get is None else get(descriptor, instance, cls)


def _put(cls: Any, name: str, value: Any) -> None:
    type.__setattr__(cls, name, value)


def _unwrap(cls: Any, name: str) -> None:
    while (wrapper := _wrapper(_own(cls, name))) is not None:
        previous = _PREVIOUS[wrapper]
        if previous is _NOTHING:
            type.__delattr__(cls, name)
        else:
            _put(cls, name, previous)
