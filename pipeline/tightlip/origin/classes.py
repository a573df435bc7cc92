"""Class names: which of them are code, and which are data.

``type(user_text, (Exception,), {})`` makes a class whose name is a value, and ``__name__``, ``__qualname__`` and ``__module__``
can be assigned at any time. So a class is named only if all of this holds; else its nearest base for which it does is named:

1. its module is loaded, and the file of that module has an owner (SDK, dependency or standard library) under that very name;
2. looking the qualified name up in the module's own dict gives this class and no other;
3. the file of that module has a class of that name, or binds or exports the name.

Classes are read with the slots of ``type`` itself, so that no metaclass's code runs.

Not covered: a class that a trusted module defines inside a function is named by its base.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tightlip.attributes import class_dict
from tightlip.text import CodeText

if TYPE_CHECKING:
    from tightlip.origin.owners import Owner, Place
    from tightlip.origin.sources import Sources

_MRO = type.__dict__["__mro__"]
_DICT = type.__dict__["__dict__"]
_QUALNAME = type.__dict__["__qualname__"]
_MODULE = type.__dict__["__module__"]
_FLAGS = type.__dict__["__flags__"]
_MODULE_DICT: Any = vars(ModuleType)["__dict__"]


#: Classes of the standard library that come in by ``from _module import *``, so that no source names them.
_MADE_IN_C: dict[str, frozenset[str]] = {
    "socket": frozenset({"gaierror", "herror"}),
    "sqlite3": frozenset({
        "Warning", "Error", "InterfaceError", "DatabaseError", "DataError", "OperationalError", "IntegrityError", "InternalError",
        "ProgrammingError", "NotSupportedError",
    }),
    "decimal": frozenset({
        "DecimalException", "Clamped", "InvalidOperation", "DivisionByZero", "Inexact", "Rounded", "Subnormal", "Overflow", "Underflow",
        "FloatOperation",
    }),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrustedClass:
    """A class that may be named.

    Attributes:
        cls: The class.
        module: Its module's name, as ``acme.errors``.
        qualname: Its qualified name.
        owner: Whose it is.
        exact: False when ``cls`` is only the nearest trusted base of the class that was asked for.
    """

    cls: type
    module: CodeText
    qualname: CodeText
    owner: Owner
    exact: bool


def lineage(cls: type) -> tuple[type, ...]:
    """The method resolution order of ``cls``, without asking its metaclass."""
    return _MRO.__get__(cls)  # type: ignore[no-any-return]


def plain_name(cls: type) -> tuple[str, str]:
    """Qualified name and module of a class that may be data, as plain text."""
    qualname, module = _QUALNAME.__get__(cls), _MODULE.__get__(cls)
    return (qualname if type(qualname) is str else "?"), (module if type(module) is str else "?")


def module_dict(module: ModuleType) -> dict[str, Any]:
    """The globals of ``module``; a module type may define ``__getattr__``, so its slots are read."""
    return _MODULE_DICT.__get__(module)  # type: ignore[no-any-return]


def trusted_class(cls: type, sources: Sources) -> TrustedClass:
    """``cls`` if it may be named, else the nearest of its bases that may.

    Every exception has ``BaseException`` among its bases, so there is always an answer; for another class it is ``object``.
    """
    for base in lineage(cls):
        named = _named(base, sources, exact=base is cls)
        if named is not None:
            return named
    return TrustedClass(BaseException, CodeText("builtins"), CodeText("BaseException"), "stdlib", exact=False)


def _named(cls: type, sources: Sources, *, exact: bool) -> TrustedClass | None:
    module, qualname = _MODULE.__get__(cls), _QUALNAME.__get__(cls)
    if type(module) is not str or type(qualname) is not str or not _is_found(cls, module, qualname):
        return None
    if module == "builtins":
        # Static types cannot be added to; ExceptionGroup is the one that the interpreter makes on the heap.
        is_own = cls is ExceptionGroup or not _is_heap_type(cls)
        return TrustedClass(cls, CodeText(module), CodeText(qualname), "stdlib", exact) if is_own else None
    place = _place(module, sources)
    if place is None or place.module != module:
        return None
    if not _is_heap_type(cls) and place.owner == "stdlib":
        return TrustedClass(cls, CodeText(module), CodeText(qualname), place.owner, exact)
    if qualname in _MADE_IN_C.get(module, ()):
        return TrustedClass(cls, CodeText(module), CodeText(qualname), place.owner, exact)
    if not sources.names_class(place, qualname):
        return None
    return TrustedClass(cls, CodeText(module), CodeText(qualname), place.owner, exact)


def _is_heap_type(cls: type) -> bool:
    return bool(_FLAGS.__get__(cls) & (1 << 9))  # Py_TPFLAGS_HEAPTYPE


def _is_found(cls: type, module: str, qualname: str) -> bool:
    loaded = sys.modules.get(module)
    if type(loaded) is not ModuleType and not issubclass(type(loaded), ModuleType):
        return False
    assert loaded is not None
    first, *rest = qualname.split(".")
    found: object = module_dict(loaded).get(first)
    for part in rest:
        if not issubclass(type(found), type):
            return False
        found = class_dict(found).get(part)  # type: ignore[arg-type]
    return found is cls


def module_file(module: str) -> str | None:
    """The file that the loaded module ``module`` says it comes from; its owner is yet to be asked for."""
    loaded = sys.modules.get(module)
    if loaded is None or not issubclass(type(loaded), ModuleType):  # pyright: ignore[reportUnnecessaryIsInstance] - anything can stand there
        return None
    file = module_dict(loaded).get("__file__")
    return file if type(file) is str else None


def _place(module: str, sources: Sources) -> Place | None:
    file = module_file(module)
    return sources.owners.place(file) if file is not None else None
