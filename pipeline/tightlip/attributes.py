"""Attributes of foreign objects, read without running any of their code.

``getattr`` calls properties, ``__getattr__`` and metaclasses. Here only storage is read: the instance's dict, the slots of C structures
and ``__slots__``, and plain values in the dicts of its classes. What is computed is not there.
"""

from __future__ import annotations

from types import GetSetDescriptorType, MemberDescriptorType
from typing import TYPE_CHECKING, Any

from tightlip.exact import is_dict
from tightlip.identity import ByIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping

_MRO = type.__dict__["__mro__"]
_DICT = type.__dict__["__dict__"]
_PLAIN: ByIdentity[int] = ByIdentity(2_048)
#: Returned where there is nothing to read.
MISSING: Any = object()
#: An instance dict with more entries than this is no exception's.
_MOST_ENTRIES = 256


def class_dict(cls: type) -> Mapping[str, Any]:
    """The class's own dict, without its metaclass, and only with keys that are exactly ``str``.

    ``type("C", (Base,), {key: 1})`` takes any key, and a look-up compares with those that have the same hash: with their ``__eq__``.
    """
    own: Mapping[str, Any] = _DICT.__get__(cls)
    # That the keys of so many entries are plain is remembered; asking them each time would cost more than the look-up.
    if _PLAIN.get((cls,)) == len(own):
        return own
    if all(type(key) is str for key in own):
        _PLAIN.put((cls,), len(own))
        return own
    return {key: item for key, item in own.items() if type(key) is str}


def instance_dict(value: object) -> dict[Any, Any] | None:
    """The instance's own dict, or None: for an object without one, or one whose keys are not all exactly ``str``.

    Comparing with a key that is something else could run its ``__eq__``.
    """
    for cls in _MRO.__get__(type(value)):
        slot = class_dict(cls).get("__dict__")
        if type(slot) is GetSetDescriptorType:
            found: object = slot.__get__(value)
            is_plain = is_dict(found) and len(found) <= _MOST_ENTRIES and all(type(key) is str for key in found)
            return found if is_dict(found) and is_plain else None
    return None


def attribute(value: object, path: str) -> Any:
    """What ``value.a.b`` holds for the path ``a.b``, or `MISSING`.

    Args:
        value: Any object.
        path: Names joined by dots.
    """
    for name in path.split("."):
        value = _own(value, name)
        if value is MISSING:
            return MISSING
    return value


def _own(value: object, name: str) -> Any:
    own = instance_dict(value)
    if own is not None and name in own:
        return own[name]
    for cls in _MRO.__get__(type(value)):
        found = class_dict(cls).get(name, MISSING)
        if found is MISSING:
            continue
        if type(found) is MemberDescriptorType:
            try:
                return found.__get__(value)
            except AttributeError:
                return MISSING  # a slot that was never filled
        return found if type(found) in (int, bool, str) else MISSING
    return MISSING
