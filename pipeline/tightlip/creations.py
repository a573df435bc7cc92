"""Creation sites: where an exception of the SDK's was made, for those that are raised elsewhere, later, or never.

``future.set_exception(err)``, an error kept in a field and a factory that returns one have no raising instruction to read a template
from. So the class remembers, for its last objects, the code object and the offset of the instruction that made each.

Guarantees:

1. Nothing is installed before `Creations.record` is called, and only on the classes that it is given, which must be the SDK's. What is
   installed is a ``__new__``; subclasses inherit it.
2. Objects, their arguments, ``__init__``, pickling, copying, signatures, messages of wrong calls and lifetimes stay as they were. What is
   kept is a weak reference, a code object and a number: no exception, frame or value is kept alive.
3. Remembering never raises and never waits: no lock is taken, so that signal handlers, finalisers and forked children may make
   exceptions. An error while remembering means that the site is unknown.
4. Memory is bounded by the ring. A site is given out only for the very object that was made there: its weak reference is asked, so that an
   address that is used again means nothing.

A class that is an ``OSError`` as well is not recorded. Its C constructor reads its arguments in ``__new__`` or in ``__init__``, depending on
whether anyone has a ``__new__`` of his own, and that must not change. Subclasses of recorded classes that are OSErrors are kept as they are
(they are given the ``__new__`` that they had inherited) if they exist when `Creations.record` is called.

Not covered: a class that is derived from a recorded class *and* from ``OSError`` after that, with an ``__init__`` in Python. It is made
without an error, but ``errno``, ``strerror`` and ``filename`` stay None. Record when all classes are defined, at the end of the
SDK's ``errors`` module. Such a class needs the hook for ever, so that forgetting leaves it there, passing calls on. Exceptions with ``__slots__`` and no ``__weakref__`` have no site. A class that was recorded once looks
``__new__`` up by name for ever (about 50 ns), since the interpreter does not reset its slot when ``__new__`` is deleted.
"""

from __future__ import annotations

import functools
import sys
import typing
import weakref
from collections import deque
from types import BuiltinFunctionType, FunctionType, MethodWrapperType, WrapperDescriptorType
from typing import TYPE_CHECKING, Any, TypeAlias

from tightlip.attributes import class_dict
from tightlip.capture import FrameSnapshot
from tightlip.origin.classes import lineage, plain_name, trusted_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

    from tightlip.origin.sources import Sources

#: Objects that a ring remembers: some 200 bytes each, and the code objects that they share.
SIZE = 1_024
#: Under this name the snapshot holds what `Creations.of` gives.
TAKEN = "made"
#: Plans for classes; emptied when full.
_MOST_PLANS = 512

#: the object, the code that called its class, and the offset in bytes of the call
_Made: TypeAlias = "tuple[weakref.ref[BaseException], CodeType, int]"
_Ring: TypeAlias = "deque[_Made]"

_ARGS = BaseException.__dict__["args"]
_MISSING: Any = object()
_BASES: Any = super


class _Recording(staticmethod):  # type: ignore[type-arg]
    """A ``__new__`` that takes its arguments as they are; by its type, `tightlip.message` tells it from one of the SDK's own."""


class _Hook:
    """The ``__new__`` that one class was given.

    Attributes:
        cls: The class.
        before: What stood in the class's own dict under ``__new__``, or `_MISSING`.
        rings: Who wants to know, replaced as a whole; empty once nobody does.
        installed: What stands there now.
    """

    __slots__ = ("before", "cls", "installed", "rings")

    def __init__(self, cls: type) -> None:
        self.cls = weakref.ref(cls)
        self.before: Any = class_dict(cls).get("__new__", _MISSING)
        self.rings: tuple[_Ring, ...] = ()
        inner = _function(self.before)
        maker: Any = _passing(self, cls) if inner is _MISSING else _wrapping(self, inner)
        # A bound `__call__` is of the interpreter's kind: `inspect.signature` passes over it, as it did over the builtin `__new__`.
        is_hidden = inner is _MISSING or type(inner) in (BuiltinFunctionType, MethodWrapperType)
        self.installed: Any = _Recording(maker.__call__) if is_hidden else staticmethod(maker)

    def is_there(self) -> bool:
        """Whether it stands on its class, uncovered."""
        cls = self.cls()
        return cls is not None and class_dict(cls).get("__new__") is self.installed

    def remove(self) -> None:
        """Put back what stood there, unless it is needed or someone has put another on top; then it only passes calls on."""
        cls = self.cls()
        if cls is not None and self.is_there() and not any(map(_is_late, _below(cls))):
            if self.before is _MISSING:
                type.__delattr__(cls, "__new__")
            else:
                type.__setattr__(cls, "__new__", self.before)


#: The hooks that are installed, by their class's address.
_HOOKS: dict[int, _Hook] = {}
#: OSErrors below recorded classes, which were given the ``__new__`` that they had inherited.
_KEPT: dict[int, weakref.ref[type]] = {}


class _Plan:
    """What is known of a class that objects are made of.

    Attributes:
        cls: The class, asked since an address is used again.
        skipped: Addresses of code that stands between the caller of the class and the hook.
        codes: Those code objects, kept so that the addresses stay theirs.
        is_late: Whether it is an OSError that came too late to be kept as it was, see the module.
    """

    __slots__ = ("cls", "codes", "is_late", "skipped")

    def __init__(self, cls: type) -> None:
        line = lineage(cls)
        makers = [
            *(class_dict(base).get("__new__") for base in line),
            *(class_dict(base).get("__call__") for base in lineage(type(cls))),
        ]
        self.codes = (*_OWN_CODES, *(code for maker in makers for code in _codes(maker)))
        self.skipped = frozenset(map(id, self.codes))
        self.cls = weakref.ref(cls)
        self.is_late = _is_late(cls)


#: By the class's address: hashing a class would ask its metaclass. Looked up in place, since a call costs as much as the look-up.
_PLANS: dict[int, _Plan] = {}


def _passing(hook: _Hook, owner: Any) -> Callable[..., Any]:
    """For a class without a ``__new__`` of its own."""

    def __new__(cls: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N807 - what it stands for
        plan = _PLANS.get(id(cls))
        if plan is None or plan.cls() is not cls:
            plan = _planned(cls)
        bases = _BASES(owner, cls)
        if plan.is_late:
            made = bases.__new__(cls)
            _ARGS.__set__(made, args)
        else:
            made = bases.__new__(cls, *args, **kwargs)
        if hook.rings:
            _remember(made, plan.skipped, sys._getframe(1), hook.rings)  # noqa: SLF001 - documented
        return made

    return __new__


def _wrapping(hook: _Hook, inner: Callable[..., Any]) -> Callable[..., Any]:
    """For a class with a ``__new__`` of its own."""

    @functools.wraps(inner)
    def __new__(cls: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N807 - what it stands for
        made = inner(cls, *args, **kwargs)
        if hook.rings:
            plan = _PLANS.get(id(cls))
            if plan is None or plan.cls() is not cls:
                plan = _planned(cls)
            _remember(made, plan.skipped, sys._getframe(1), hook.rings)  # noqa: SLF001 - documented
        return made

    return __new__


def _code_inside(maker: Callable[..., Any]) -> CodeType:
    return next(const for const in maker.__code__.co_consts if type(const) is type(maker.__code__))


def _typing_codes() -> Iterator[CodeType]:
    """``Error[int]("x")`` goes through a frame of ``typing``."""
    alias = getattr(typing, "_BaseGenericAlias", None)
    if alias is not None:
        yield from _codes(class_dict(alias).get("__call__"))


def _remember(made: Any, skipped: frozenset[int], caller: FrameType | None, rings: tuple[_Ring, ...]) -> None:
    try:
        while caller is not None and id(caller.f_code) in skipped:
            caller = caller.f_back
        if caller is None:
            return
        reference = weakref.ref(made)
        for ring in rings:
            # Two recorded bases: the inner one has remembered it already.
            if not ring or ring[-1][0] is not reference:
                ring.append((reference, caller.f_code, caller.f_lasti))
    except Exception:
        return  # no weak references, an emptied ring, no stack left: the site is unknown


def _planned(cls: type) -> _Plan:
    if len(_PLANS) >= _MOST_PLANS:
        _PLANS.clear()
    try:
        plan = _Plan(cls)
    except Exception:
        return _UNPLANNED  # no stack or memory left
    _PLANS[id(cls)] = plan
    return plan


def _function(maker: Any) -> Any:
    """What calling the attribute ``__new__`` calls: it is a static method even where nobody says so."""
    return maker.__func__ if issubclass(type(maker), staticmethod) else maker


def _codes(maker: Any) -> Iterator[CodeType]:
    """The code of a function, and of those that it says it wraps."""
    found = _function(maker)
    for _ in range(8):
        if type(found) is not FunctionType:
            return
        yield found.__code__
        found = found.__dict__.get("__wrapped__")


_OWN_CODES: tuple[CodeType, ...] = (_code_inside(_passing), _code_inside(_wrapping), *_typing_codes())


def _is_late(cls: type) -> bool:
    """Whether ``cls`` is an OSError with an ``__init__`` in Python that has come to inherit a hook, see the module."""
    if not issubclass(cls, OSError):
        return False
    line = lineage(cls)  # at its end `object` has both
    makers = [own for base in line if (own := class_dict(base).get("__new__")) is not None]
    initialiser = next(own for base in line if (own := class_dict(base).get("__init__")) is not None)
    return (
        type(makers[0]) is _Recording
        and not any(type(_function(own)) is FunctionType for own in makers)
        and type(initialiser) is not WrapperDescriptorType
    )


#: For a class of which nothing could be learned.
_UNPLANNED = _Plan(BaseException)


class Creations:
    """The sites that made the last objects of some classes.

    Args:
        sources: Says which classes are the SDK's.
        size: How many objects are remembered.
    """

    def __init__(self, sources: Sources, size: int = SIZE) -> None:
        self._sources = sources
        self._ring: _Ring = deque(maxlen=size)
        self._hooks: tuple[_Hook, ...] = ()

    def record(self, *classes: type[BaseException]) -> None:
        """Remember from now on where objects of ``classes`` and of their subclasses are made.

        Args:
            classes: The SDK's base classes of exceptions. Those that are recorded already stay so.

        Raises:
            TypeError: One of them is no exception class.
            ValueError: One of them is not the SDK's, or cannot be recorded. Then none of them is.
        """
        for cls in classes:
            self._check(cls)
        for cls in classes:
            hook = _HOOKS.get(id(cls))
            if hook is None or not hook.is_there():
                hook = _install(cls)
            if not any(ring is self._ring for ring in hook.rings):
                hook.rings = (*hook.rings, self._ring)
                self._hooks = (*self._hooks, hook)

    def forget(self) -> None:
        """Stop, forget all sites, and leave each class as it was, unless another one still records it."""
        hooks, self._hooks = self._hooks, ()
        for hook in hooks:
            hook.rings = tuple(ring for ring in hook.rings if ring is not self._ring)
            if not hook.rings:
                hook.remove()
        self._ring.clear()
        _tidy()

    def of(self, exc: BaseException) -> FrameSnapshot | None:
        """Where ``exc`` was made: the caller of its class; None if that is not known."""
        if not self._hooks or not any(id(base) in _HOOKS for base in lineage(type(exc))):
            return None
        # Copied at once: other threads go on adding. The latest comes first, and is nearly always the one.
        for reference, code, offset in reversed(list(self._ring)):
            if reference() is exc:
                return FrameSnapshot(code, offset)
        return None

    def _check(self, cls: object) -> None:
        if not issubclass(type(cls), type) or not issubclass(cls, BaseException):  # type: ignore[arg-type]
            raise TypeError(f"record: give exception classes, not {plain_name(type(cls))[0]}")
        assert isinstance(cls, type)
        qualname, module = plain_name(cls)
        trusted = trusted_class(cls, self._sources)
        if trusted.owner != "sdk" or not trusted.exact:
            packages = ", ".join(self._sources.owners.packages)
            raise ValueError(
                f"record: {module}.{qualname} is no class of {packages}; give classes that it defines at the top of a module"
            )
        if issubclass(cls, OSError):
            raise ValueError(  # noqa: TRY004 - the class, not its type, is wrong
                f"record: {module}.{qualname} is an OSError, whose constructor must stay as it is; give a base class that is none"
            )
        own = _function(class_dict(cls).get("__new__", _MISSING))
        if own is not _MISSING and (
            not callable(own) or (type(own) is not FunctionType and hasattr(type(own), "__get__"))
        ):
            raise ValueError(f"record: the __new__ of {module}.{qualname} is no function; make it one")


def _install(cls: type) -> _Hook:
    for below in _below(cls):
        line = lineage(below)
        # Before the hook stands: afterwards the interpreter has already changed how it makes them.
        if issubclass(below, OSError) and not any(id(base) in _HOOKS for base in line):
            inherited = next(own for base in line if (own := class_dict(base).get("__new__")) is not None)
            if type(inherited) is BuiltinFunctionType and "__new__" not in class_dict(below):
                type.__setattr__(below, "__new__", inherited)
                _KEPT[id(below)] = weakref.ref(below)
    hook = _Hook(cls)
    _HOOKS[id(cls)] = hook
    _PLANS.clear()
    type.__setattr__(cls, "__new__", hook.installed)
    return hook


def _below(cls: type) -> list[type]:
    """All subclasses, without asking metaclasses."""
    found: list[type] = []
    pending: list[type] = type.__subclasses__(cls)
    while pending:
        below = pending.pop()
        if not any(below is one for one in found):
            found.append(below)
            pending.extend(type.__subclasses__(below))
    return found


def _tidy() -> None:
    """Drop what nobody needs any more."""
    for address, hook in list(_HOOKS.items()):
        if hook.cls() is None or not (hook.rings or hook.is_there()):
            _HOOKS.pop(address, None)
    for address, reference in list(_KEPT.items()):
        kept = reference()
        if kept is None:
            _KEPT.pop(address, None)
        elif not any(id(base) in _HOOKS for base in lineage(kept)):
            _KEPT.pop(address, None)
            type.__delattr__(kept, "__new__")
    _PLANS.clear()
