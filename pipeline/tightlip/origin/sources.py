"""Verified source: is the code that ran the code of a trusted file, and what does that file say?

A code object claims a file name, and anyone can compile text under any name. So a claim is checked: the file is read, its
hash is compared with RECORD's, it is compiled in the way the import system does it, and the code object that ran must be
equal to one that came out. Names and lines are then taken from *our* code object, not from the one that ran.

Guarantees:

1. Text of a file leaves only if the file has an owner, matches its recorded hash, and holds the code that ran.
2. Code compiled under the SDK's file name, a changed ``__code__`` and a file that was edited since it was imported are
   nobody's: application.
3. Nothing is executed: source is compiled, never run.

Not covered: frozen modules of the standard library are built with other options on some versions; their templates are lost.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Protocol, cast

from tightlip.identity import NOTHING, ByIdentity
from tightlip.origin.catalogued import Catalogues, read_file
from tightlip.origin.known import Known
from tightlip.origin.parsing import alone

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tightlip.origin.owners import Owners, Place

#: Larger files are generated tables; parsing them would cost the host seconds.
_MOST_BYTES = 4_000_000
#: Files kept in memory, oldest first out: about 0.5 MB each at worst, 20 KB as a rule.
_MOST_FILES = 128
#: Code objects whose verification is remembered.
_MOST_CODES = 4_096
#: A binary holds nearly every shorter sequence of characters somewhere.
_SHORTEST_BINARY_NAME = 5
#: The name under which source is compiled; warnings about it are told apart by it.
_NAME = "<tightlip>"


class Source(Protocol):
    """What is known of one trusted file: from its text (`LiveSource`), or from a catalogue (`tightlip.origin.catalogued`)."""

    @property
    def place(self) -> Place:
        """Whose it is."""
        ...

    def trusted(self, code: CodeType) -> Known | None:
        """What the file says of ``code``, or None when the file does not contain it."""
        ...

    def class_names(self, qualname: str) -> frozenset[str] | None:
        """The names that the body of the class ``qualname`` binds and uses; None when there is no such class."""
        ...

    def exports(self, name: str) -> bool:
        """Whether the module's own code uses ``name`` as a name, or lists it as a text, as ``__all__`` does."""
        ...


@dataclass(frozen=True, slots=True)
class LiveSource:
    """The verified text of one file and the code objects that it compiles to.

    Attributes:
        place: Whose it is.
        data: The bytes of the file.
        codes: Code objects by ``(co_qualname, co_firstlineno)``.
    """

    place: Place
    data: bytes
    codes: dict[tuple[str, int], tuple[CodeType, ...]]

    def trusted(self, code: CodeType) -> Known | None:
        """What the file says of ``code``, or None when the file does not contain it."""
        if type(code.co_qualname) is not str or type(code.co_name) is not str:
            return None  # a subclass of str brings comparisons of its own
        for candidate in self.codes.get((code.co_qualname, code.co_firstlineno), ()):
            if candidate == code:
                return Known(candidate.co_qualname, candidate.co_firstlineno, candidate)
        return None

    def class_names(self, qualname: str) -> frozenset[str] | None:
        """The names that the body of the class ``qualname`` binds and uses; None when there is no such class."""
        found = (code for (name, _), codes in self.codes.items() if name == qualname for code in codes)
        body = next((code for code in found if not code.co_flags & CO_OPTIMIZED), None)
        return None if body is None else frozenset(body.co_names)

    def exports(self, name: str) -> bool:
        """Whether the module's own code uses ``name`` as a name, or lists it as a text, as ``__all__`` does."""
        return any(
            name in (*code.co_names, *_texts(code.co_consts))
            for (qualname, _), codes in self.codes.items()
            if qualname == "<module>"
            for code in codes
        )

    def tree(self) -> ast.Module:
        """The syntax tree; made anew at each call, since trees are large and needed once."""
        with _quietly(), alone():
            tree = compile(self.data, _NAME, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        return tree


def _texts(constants: tuple[object, ...]) -> Iterator[str]:
    for constant in constants:
        if type(constant) is str:
            yield constant
        elif type(constant) is tuple:
            yield from _texts(constant)  # pyright: ignore[reportUnknownArgumentType]


@contextmanager
def _quietly() -> Generator[None]:
    """Keep the compiler's warnings about a vendor's source off the host's stderr, and out of its ``-W error``.

    ``warnings.catch_warnings`` swaps the filters of the whole process, so that a thread of the host that does the same at
    that moment could lose its own for good. One entry that matches nothing but our file name cannot do harm.
    """
    entry = ("ignore", None, Warning, _NAME, 0)
    filters = warnings.filters
    filters.insert(0, entry)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        with suppress(ValueError):  # the host has emptied its filters meanwhile
            filters.remove(entry)  # type: ignore[attr-defined]


def _all_codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from _all_codes(constant)


def _compiled(data: bytes) -> dict[tuple[str, int], tuple[CodeType, ...]] | None:
    try:
        with _quietly():
            top = compile(data, _NAME, "exec", dont_inherit=True)
        found: dict[tuple[str, int], tuple[CodeType, ...]] = {}
        for code in _all_codes(top):
            key = (code.co_qualname, code.co_firstlineno)
            found[key] = (*found.get(key, ()), code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return found


def _read(file: str) -> bytes | None:
    data = read_file(file)
    return data if data is not None and len(data) <= _MOST_BYTES else None


class Sources:
    """The verified sources of one `Owners`, read on demand and kept in a bounded cache.

    Args:
        owners: Who owns which file.
        uses_catalogues: Whether a catalogue that the SDK ships stands for its source.
    """

    def __init__(self, owners: Owners, *, uses_catalogues: bool = True) -> None:
        self.owners = owners
        self.catalogues = Catalogues(owners if uses_catalogues else None)
        self._cache: dict[str, Source | None] = {}
        self._verified: ByIdentity[tuple[Source, Known] | None] = ByIdentity(_MOST_CODES)

    def of(self, place: Place) -> Source | None:
        """The verified source at ``place``; None when it is unreadable, not source, or not what RECORD promised."""
        # No lock, as in `Owners`: loading twice is harmless, waiting in a signal handler is not.
        if place.file in self._cache:
            return self._cache.get(place.file)
        source = self._cache[place.file] = self._load(place)
        while len(self._cache) > _MOST_FILES:
            with suppress(KeyError, RuntimeError, StopIteration):  # another thread is making room too
                del self._cache[next(iter(self._cache))]
        return source

    def _load(self, place: Place) -> Source | None:
        if not place.file.endswith(".py"):
            return None
        data = _read(place.file)
        digest = None if data is None else hashlib.sha256(data).digest()
        if data is not None and place.sha256 not in (None, digest):
            return None  # edited since it was installed
        catalogued = self.catalogues.source(place, digest) if place.owner == "sdk" else None
        if catalogued is not None or data is None:
            return catalogued
        codes = _compiled(data)
        return LiveSource(place, data, codes) if codes is not None else None

    def names_class(self, place: Place, qualname: str) -> bool:
        """Whether the verified file at ``place`` has a class of that qualified name, or binds or exports the name."""
        if not place.file.endswith(".py"):
            return len(qualname) >= _SHORTEST_BINARY_NAME and all(
                _binary_mentions(place.file, place.sha256, part) for part in qualname.split(".")
            )
        source = self.of(place)
        return source is not None and (source.class_names(qualname) is not None or source.exports(qualname))

    def verified(self, code: CodeType) -> tuple[Source, Known] | None:
        """The source that ``code`` provably comes from, and what it says of it."""
        known = self._verified.get((code,))
        if known is not NOTHING:
            return cast("tuple[Source, Known] | None", known)
        found = self._verify(code)
        self._verified.put((code,), found)
        return found

    def _verify(self, code: CodeType) -> tuple[Source, Known] | None:
        place = self.owners.place(code.co_filename)
        source = self.of(place) if place is not None else None
        own = source.trusted(code) if source is not None else None
        return (source, own) if source is not None and own is not None else None


@lru_cache(maxsize=256)
def _binary_mentions(file: str, sha256: bytes | None, word: str) -> bool:
    try:
        data = Path(file).read_bytes()
    except OSError:
        return False
    return (sha256 is None or hashlib.sha256(data).digest() == sha256) and word.encode() in data
