"""A bounded cache keyed by the identity of objects.

Hashing a code object reads all of it, and hashing a class asks its metaclass, which is the host's code. So the key is where the objects
are, and weak references tell whether they are still the same: nothing of the host's is kept alive.
"""

from __future__ import annotations

import weakref
from contextlib import suppress
from typing import Generic, TypeVar

V = TypeVar("V")
NOTHING = object()


class ByIdentity(Generic[V]):
    """Values by objects that support weak references.

    Args:
        most: Entries kept, oldest first out.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: dict[tuple[int, ...], tuple[tuple[weakref.ref[object], ...], V]] = {}

    def get(self, objects: tuple[object, ...], more: tuple[int, ...] = ()) -> V | object:
        """The value of ``objects``, or `NOTHING`.

        Args:
            objects: Compared by identity.
            more: Numbers that belong to the key.
        """
        found = self._entries.get((*map(id, objects), *more))
        if found is None:
            return NOTHING
        references, value = found
        for reference, item in zip(references, objects, strict=True):
            if reference() is not item:
                return NOTHING  # another object at the address of one that is gone
        return value

    def put(self, objects: tuple[object, ...], value: V, more: tuple[int, ...] = ()) -> None:
        """Keep ``value``."""
        # No lock: an entry that two threads make at once is made twice. Making room may meet another thread that does it too.
        self._entries[(*map(id, objects), *more)] = (tuple(weakref.ref(item) for item in objects), value)
        while len(self._entries) > self._most:
            with suppress(KeyError, RuntimeError, StopIteration):
                del self._entries[next(iter(self._entries))]
