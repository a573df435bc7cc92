"""The indexes of verified files, made on first use and kept in a bounded cache, and what can be asked of them."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from tightlip.message.encoding import decode
from tightlip.message.sites import FileIndex
from tightlip.origin.catalogued import CataloguedSource
from tightlip.origin.classes import module_file, trusted_class
from tightlip.origin.sources import LiveSource

if TYPE_CHECKING:
    from types import FunctionType

    from tightlip.message.scope import Scope
    from tightlip.message.sites import ClassSource, Key
    from tightlip.origin.owners import Place
    from tightlip.origin.sources import Source, Sources

#: Indexes kept, least recently used first out; one is 5 to 50 KB.
_MOST_INDEXES = 256
#: Other modules that are looked into while one file is indexed.
_MOST_MODULES = 40


class Templates:
    """Indexes of verified files.

    Args:
        sources: Where source and catalogues come from.
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._indexes: OrderedDict[str, FileIndex] = OrderedDict()

    def index_of(self, source: Source) -> FileIndex:
        """The index of ``source``."""
        file = source.place.file
        found = self._indexes.get(file)
        if found is None:
            found = self._indexes[file] = _index(source, self.sources)
            while len(self._indexes) > _MOST_INDEXES:
                self._indexes.popitem(last=False)
        return found

    def function(self, function: FunctionType) -> tuple[FileIndex, Key] | None:
        """The index with the rule of ``function``, and its key there; None when its code is not verified."""
        verified = self.sources.verified(function.__code__)
        if verified is None:
            return None
        source, known = verified
        return self.index_of(source), (known.qualname, known.first_line)

    def class_source(self, cls: type) -> ClassSource | None:
        """``cls`` as its source has it; None when it is not trusted."""
        named = trusted_class(cls, self.sources)
        if not named.exact or named.module == "builtins":
            return None
        file = module_file(named.module)
        place = self.sources.owners.place(file) if file is not None else None
        source = self.sources.of(place) if place is not None else None
        return self.index_of(source).classes.get(named.qualname) if source is not None else None

    def is_own(self, function: FunctionType) -> bool:
        """Whether ``function`` is tightlip's own."""
        place = self.sources.owners.place(function.__code__.co_filename)
        return place is not None and place.name == "tightlip"


class _SameOwner:
    """The modules of the same package or distribution, while one file is indexed; their trees are let go of with it."""

    def __init__(self, sources: Sources, place: Place) -> None:
        self._sources = sources
        self._place = place
        self._known: dict[str, Scope | None] = {}

    def scope(self, module: str) -> Scope | None:
        if module not in self._known and len(self._known) < _MOST_MODULES:
            self._known[module] = None  # what imports in a circle finds nothing
            source = self._source(module)
            if source is not None:
                self._known[module] = _scope(source, self)
        return self._known.get(module)

    def _source(self, module: str) -> LiveSource | None:
        for place in self._sources.owners.places_of(module):
            if (place.owner, place.name) == (self._place.owner, self._place.name):
                source = self._sources.of(place)
                if isinstance(source, LiveSource):
                    return source
        return None


def _scope(source: LiveSource, modules: _SameOwner) -> Scope:
    from tightlip.message.scope import Scope  # noqa: PLC0415

    is_package = source.place.path.endswith("__init__.py")
    return Scope(source.tree(), source.place.module, modules, is_package=is_package)


def _index(source: Source, sources: Sources) -> FileIndex:
    if isinstance(source, CataloguedSource):
        try:
            return decode(source.entry["index"])
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            sources.catalogues.count("unreadable")
            return FileIndex()
    assert isinstance(source, LiveSource)
    # The analysis is a third of the package, and needed only for source without a catalogue.
    from tightlip.message.index import index  # noqa: PLC0415

    try:
        return index(_scope(source, _SameOwner(sources, source.place)))
    except (RecursionError, ValueError, MemoryError):
        return FileIndex()  # an expression of a thousand terms: without templates, once and for all
