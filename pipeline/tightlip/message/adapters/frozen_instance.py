"""Frozen dataclasses: ``cannot assign to field {name!r}``, raised in code that `dataclasses` generates, so that no source says it."""

from __future__ import annotations

from tightlip.message.adapter import Adapter
from tightlip.message.adapters.only_text import only_text
from tightlip.message.template import Hole, Template

#: Lib/dataclasses.py, ``_frozen_get_del_attr``.
_BEGINNINGS = ("cannot assign to field ", "cannot delete field ")

#: A field's name is an identifier; a longer text is none of the two.
_MOST = 500


def take(exc: BaseException) -> int | None:
    """Which of the two was said."""
    said = only_text(exc, _MOST)
    return next((n for n, text in enumerate(_BEGINNINGS) if said is not None and said.startswith(f"{text}'")), None)


def template(which: int) -> Template:
    """The text, with the field's name as a hole."""
    return (_BEGINNINGS[which], Hole("name", "!r"))


ADAPTER = Adapter("dataclasses.FrozenInstanceError", take, template)
