"""Which exception classes the table may be asked about: those whose message CPython's own code writes, and no value is.

A value that is the whole message could be crafted to be one of CPython's texts, and so choose what is reported. That is why a class
is asked about only by its exact name, never for a subclass, and these never are:

- ``KeyError``: C code raises it with the key itself. Asked are only its few texts without holes, `FIXED`; a key that is equal to one of them
  chooses among these.
- ``StopIteration``, ``StopAsyncIteration``, ``SystemExit``, ``GeneratorExit``, ``asyncio.CancelledError``, exception groups: they carry a
  value, or what the caller gave.
- Warnings raised as errors: ``warnings.warn(text)`` raises them in C, with the caller's text.
- ``OSError`` with its subclasses and ``UnicodeError`` with its: their adapters rebuild the text from typed facts.
  ``io.UnsupportedOperation`` is an ``OSError`` by inheritance only and has a text.
- The signals of ``decimal``: their argument is a list of signals, not a text.
- ``json.JSONDecodeError``, ``re.error`` and others that Python code raises: the rung `code` knows them.

Not covered, and true for every class: a Python object with the caller's text that C code raises again (``future.result()``, ``generator.throw``),
and SQL that says ``RAISE(ABORT, text)``. Such a text chooses among the table's fixed texts and contributes no character. The caller of this
table should exclude the first by asking only when the instruction that failed is no ``raise`` and no other frame raised the exception.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tightlip.message.cpython.table import match

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tightlip.message.cpython.rows import Version
    from tightlip.message.template import Template


def _named(module: str, names: str) -> Iterable[str]:
    return (f"{module}.{name}" for name in names.split())


#: Classes whose message may be looked up, as ``module.Name`` (the class's own ``__module__`` and ``__qualname__``).
SPEAKING: frozenset[str] = frozenset({
    *_named("builtins", "TypeError ValueError AttributeError IndexError LookupError NameError UnboundLocalError"),
    *_named("builtins", "ArithmeticError OverflowError ZeroDivisionError FloatingPointError BufferError EOFError MemoryError"),
    *_named("builtins", "RuntimeError RecursionError NotImplementedError ReferenceError SystemError"),
    *_named("builtins", "ImportError ModuleNotFoundError SyntaxError IndentationError TabError"),
    *_named("asyncio.exceptions", "InvalidStateError"),
    *_named("io", "UnsupportedOperation"),
    *_named("binascii", "Error Incomplete"),
    *_named("zlib", "error"),
    *_named("zipimport", "ZipImportError"),
    *_named("struct", "error"),
    *_named("_csv", "Error"),
    *_named("_curses", "error"),
    *_named("_lzma", "LZMAError"),
    *_named("_pickle", "PickleError PicklingError UnpicklingError"),
    *_named("locale", "Error"),
    *_named("xml.parsers.expat", "ExpatError"),
    *_named("xml.etree.ElementTree", "ParseError"),
    *_named("sqlite3", "Error InterfaceError DatabaseError DataError OperationalError"),
    *_named("sqlite3", "IntegrityError InternalError ProgrammingError NotSupportedError"),
})  # fmt: skip

#: Texts without holes of classes whose message is else a value.
FIXED: dict[str, frozenset[str]] = {
    "builtins.KeyError": frozenset({
        "pop from an empty set",
        "popitem(): dictionary is empty",
        "dictionary is empty",
    }),
}  # fmt: skip


def template(cls: str, message: str, version: Version = sys.version_info[:2]) -> Template | None:
    """The template of CPython's that an exception of the class ``cls`` said; None without one, or when the class may not be asked about.

    Args:
        cls: The exact class of the exception, as ``builtins.TypeError``.
        message: Its first argument. Anything but a ``str`` has no template.
        version: The interpreter's major and minor version.
    """
    if type(message) is not str:
        return None
    if cls in SPEAKING:
        return match(message, version)
    return next(((text,) for text in FIXED.get(cls, ()) if text == message), None)
