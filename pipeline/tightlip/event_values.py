"""Values of variables and of parameters in events: their kinds and size classes stand in their place.

Guarantee: no character of a value leaves, also where it comes as its ``repr``; what leaves is one of a fixed set of words, or None or a truth
value as it is. A variable keeps its name if that is an identifier in which the scrubbers find nothing; else it goes whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tightlip.event_forms import FORM_RULE
from tightlip.event_notes import noted, removed
from tightlip.event_tree import MOST_ITEMS, NOTHING, Kind
from tightlip.exact import is_dict, is_list
from tightlip.text import is_code

if TYPE_CHECKING:
    from tightlip.event_tree import Texts, Treated

VALUES_RULE: Final = "event.values"
"""Values of variables and parameters: their kinds stand in their place."""

_KINDS: Final = frozenset({
    "[str]", "[str: empty]", "[str: long]", "[int]", "[float]", "[bytes]", "[list]", "[list: empty]", "[dict]", "[dict: empty]", "[tuple]",
    "[set]", "[object]", "[secret]",
})  # fmt: skip
_WORDS: Final = frozenset({"None", "True", "False", "null", "true", "false", "undefined", "nil"})
_LONG: Final = 256
_INT_TEXT: Final = re.compile(r"[+-]?[0-9][0-9_]*n?|0[xXoObB][0-9A-Fa-f_]+")
_FLOAT_TEXT: Final = re.compile(
    r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?|[+-]?(?:nan|inf|NaN|Infinity)"
)
_CALL_TEXT: Final = re.compile(r"[A-Za-z_][\w.]{0,200}\(.*\)", re.DOTALL)
#: How a ``repr`` begins and ends -> what it is of.
_ENDS: Final = (("b'", "'", "[bytes]"), ('b"', '"', "[bytes]"), ("'", "'", "[str]"), ('"', '"', "[str]"), ("{", "}", "[dict]"), ("[", "]", "[list]"), ("(", ")", "[tuple]"), ("<", ">", "[object]"))  # fmt: skip


def kind_of(value: object) -> object:
    """The kind and the size class of a value of a variable: of data, or of the ``repr`` that SDKs send. Of the value no character stays."""
    if value is None or type(value) is bool:
        return value
    if type(value) is int:
        return "[int]"
    if type(value) is float:
        return "[float]"
    if is_dict(value):
        return "[dict]" if value else "[dict: empty]"
    if is_list(value) or type(value) is tuple:
        return "[list]" if value else "[list: empty]"
    if type(value) is str or is_code(value):
        return _kind_of_text(str(value))
    return "[object]"


def _kind_of_text(text: str) -> str:
    if text in _KINDS or text in _WORDS:
        return text
    if not text:
        return "[str: empty]"
    text = text[:4_096]
    if _INT_TEXT.fullmatch(text):
        return "[int]"
    if _FLOAT_TEXT.fullmatch(text):
        return "[float]"
    for start, end, kind in _ENDS:
        if text.startswith(start) and (text.endswith(end) or len(text) > _LONG) and len(text) > 1:
            return _sized(kind, len(text) - len(start) - len(end))
    if _CALL_TEXT.fullmatch(text):
        return "[object]"
    return _sized("[str]", len(text))


def _sized(kind: str, length: int) -> str:
    if length <= 0 and kind in ("[str]", "[dict]", "[list]"):
        return f"{kind[:-1]}: empty]"
    return "[str: long]" if length > _LONG and kind == "[str]" else kind


def _is_kind(value: object) -> bool:
    return value is None or type(value) is bool or (type(value) is str and (value in _KINDS or value in _WORDS))


_NAME: Final = re.compile(r"[$@]{0,2}(\w{1,100})[?!]?")


def _is_name(key: object) -> bool:
    match = _NAME.fullmatch(key) if type(key) is str else None
    return match is not None and match[1].isidentifier()


def variables(value: object, texts: Texts) -> Treated:
    """Local variables: those with the name of one, by their kinds. A secret's is told as one."""
    if is_list(value):
        return parameters(value, texts)
    if not is_dict(value):
        return NOTHING, removed(FORM_RULE)
    texts.learn(value, named=True)
    kept: dict[str, Any] = {}
    for key, item in list(value.items())[:MOST_ITEMS]:
        name = str(key) if is_code(key) else key
        if not _is_name(name) or texts.text(name)[0] != name:
            continue
        kind = kind_of(item)
        kept[name] = "[secret]" if texts.is_secret_name(name) and kind is not None and type(kind) is not bool else kind
    return _told(kept, value)


def parameters(value: object, texts: Texts) -> Treated:
    """What a message is filled with, by its kinds."""
    if is_dict(value):
        return variables(value, texts)
    if not is_list(value):
        return NOTHING, removed(FORM_RULE)
    return _told([kind_of(item) for item in value[:MOST_ITEMS]], value)


def _told(kept: object, value: object) -> Treated:
    if not kept:
        return NOTHING, removed(VALUES_RULE) if value else None
    return kept, None if _same(kept, value) else noted((VALUES_RULE, "s"))


def _same(kept: object, value: object) -> bool:
    """Whether the values were kinds before, and none was left out."""
    if is_dict(kept) and is_dict(value):
        return (
            len(kept) == len(value)
            and all(_is_kind(item) for item in value.values())
            and "[secret]" not in ({kept[key] for key in kept if value.get(key) != kept[key]})
        )
    return is_list(kept) and is_list(value) and len(kept) == len(value) and all(_is_kind(item) for item in value)


def _are_kinds(value: object) -> bool:
    if is_dict(value):
        return all(_is_name(key) and _is_kind(item) for key, item in value.items())
    return is_list(value) and all(_is_kind(item) for item in value)


VARIABLES = Kind("names, and the kinds of their values", _are_kinds, whole=True, treat=variables)
PARAMETERS = Kind("the kinds of the values", _are_kinds, whole=True, treat=parameters)
