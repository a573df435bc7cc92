"""Exact types: questions about a foreign value that run none of its code.

``isinstance`` asks ``__class__``, which a class may define as it likes; and a subclass of ``str`` or ``dict`` may override the methods that
reading it would call. ``type(value) is ...`` cannot be lied to.
"""

from __future__ import annotations

from typing import Any, TypeGuard

_NAME = type.__dict__["__name__"]


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Whether ``value`` is exactly a ``dict``."""
    return type(value) is dict


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether ``value`` is exactly a ``list``."""
    return type(value) is list


def type_name(value: object) -> str:
    """The name of the class of ``value``, without asking its metaclass."""
    name: str = _NAME.__get__(type(value))
    return name


def is_exception(value: object) -> TypeGuard[BaseException]:
    """Whether ``value`` is really an exception."""
    return issubclass(type(value), BaseException)
