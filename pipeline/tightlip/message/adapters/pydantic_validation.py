"""The adapters for pydantic's ``ValidationError``: how many errors, and of which types.

pydantic-core is Rust and makes the text when it is asked for: a count, the model's title, and for each error a place, a message of a closed
list, and the input. The input and the title are values.

Its method ``errors()`` tells the types, but it also makes each message, and so calls ``str()`` on what a validator raised (``value_error``,
``assertion_error``) or gave as context (``PydanticCustomError``): code of the SDK's or of the application's. That cannot be known
beforehand, and nothing else tells the types. So there are two adapters:

- `COUNTED`, of the table: ``2 validation errors for {title}``. It asks for the count alone and runs no code in Python.
- `DETAILED`, for a vendor who accepts that: ``... {loc} Field required [type=missing{input}]``. Of what the call makes,
  types that are in pydantic's list are kept, and nothing else.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from types import BuiltinFunctionType, MethodDescriptorType, ModuleType
from typing import Any

from tightlip.attributes import class_dict
from tightlip.message.adapter import Adapter
from tightlip.message.matching import fits
from tightlip.message.template import Hole, Template, join
from tightlip.origin.classes import module_dict

_MODULE = "pydantic_core._pydantic_core"
_CLASS = f"{_MODULE}.ValidationError"
#: Errors that a template shows; the rest is one hole.
MOST_SHOWN = 8
#: With more of them, ``errors()`` would keep the thread that failed for too long: it makes all of them.
_MOST_ASKED = 64
_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Count:
    """How many errors there are."""

    number: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One error: its type and which of the type's texts it has, None for one that is not in pydantic's list; and whether it has a place."""

    type: str | None
    text: int | None
    has_place: bool


@dataclass(frozen=True, slots=True)
class Details:
    """How many errors there are, and the first of them."""

    number: int
    shown: tuple[Shown, ...]


def take_count(exc: BaseException) -> Count | None:
    """How many errors ``exc`` holds, if it is exactly pydantic-core's class."""
    count: Any = _call(exc, "error_count")
    return Count(count) if type(count) is int else None


def count_template(count: Count) -> Template:
    """The first line of the text, and a hole for the others."""
    return (f"{_head(count.number)} ", Hole("title"), "\n", Hole("errors"))


def take_details(exc: BaseException) -> Details | Count | None:
    """The types of the first errors; the count alone where there are very many."""
    count = take_count(exc)
    if count is None or count.number > _MOST_ASKED:
        return count
    found: Any = _call(exc, "errors", include_url=False, include_context=False, include_input=False)
    return Details(count.number, tuple(_shown(error) for error in found[:MOST_SHOWN]))


def details_template(taken: Details | Count) -> Template:
    """The whole text, with holes for title, places and inputs."""
    if isinstance(taken, Count):
        return count_template(taken)
    rest: Template = ("\n", Hole("errors")) if taken.number > len(taken.shown) else ()
    return join([(f"{_head(taken.number)} ", Hole("title")), *(_error(shown) for shown in taken.shown), rest])


def _head(number: int) -> str:
    return f"{number} validation error{'' if number == 1 else 's'} for"


def _error(shown: Shown) -> Template:
    place: Template = ("\n", Hole("loc")) if shown.has_place else ()
    text = (Hole("msg"),) if shown.type is None or shown.text is None else _texts()[shown.type][shown.text]
    # Whether the input is told, and the address of pydantic's page, depends on settings.
    name = Hole("type") if shown.type is None else shown.type
    return join([place, ("\n  ",), text, (" [type=", name, Hole("input"), "]", Hole("url"))])


def _shown(error: Any) -> Shown:
    place, kind, said = error["loc"], error["type"], error["msg"]
    # A custom error may bear any type's name, and say what it likes.
    texts = _texts().get(kind)
    if texts is None:
        return Shown(None, None, bool(place))
    return Shown(kind, next((row for row, text in enumerate(texts) if fits(text, said)), None), bool(place))


def _call(exc: BaseException, name: str, **options: bool) -> Any:
    """What a method of pydantic-core says; None for any class but pydantic-core's own, and for any method not made in Rust."""
    cls: Any = _member("ValidationError")
    if cls is None or type(exc) is not cls:
        return None
    method: Any = class_dict(cls).get(name)
    # A class made in Python can bear the name, but a method that is its own is made in Python too.
    if type(method) is not MethodDescriptorType or method.__objclass__ is not cls:
        return None
    return method(exc, **options)


def _member(name: str) -> object:
    module = sys.modules.get(_MODULE)  # without it there is no such error
    return module_dict(module).get(name) if type(module) is ModuleType else None


@cache
def _texts() -> dict[str, tuple[Template, ...]]:
    """Type to its message templates: for input in Python and, where it differs, in JSON."""
    listed = _member("list_all_errors")
    if type(listed) is not BuiltinFunctionType:
        return {}
    found: dict[str, tuple[Template, ...]] = {}
    for row in listed():
        texts = (row["message_template_python"], row.get("message_template_json"))
        found[row["type"]] = tuple(_parsed(text) for text in texts if text is not None)
    return found


def _parsed(text: str) -> Template:
    """The template of a text in which values stand as ``{name}``."""
    pieces = _HOLE.split(text)
    return join([(piece if number % 2 == 0 else Hole(piece),) for number, piece in enumerate(pieces)])


COUNTED = Adapter(_CLASS, take_count, count_template)
DETAILED = Adapter(_CLASS, take_details, details_template)
