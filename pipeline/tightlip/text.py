"""Text that carries its origin in its type.

A `CodeText` was taken from code; a `Safe` was vouched for by the SDK's author. Everything else is a plain ``str``, and
untrusted: strict mode drops it and ``APP`` runs the scrubbers over it. As with ``markupsafe.Markup``, every operation on
the text (slicing, ``+``, ``format``) gives a plain ``str`` back, so that trust is never inherited by accident.

Not covered: an author who writes ``Safe(f"... {value}")`` has vouched for the value too.
"""

from __future__ import annotations


class CodeText(str):
    """Text from trusted source, or from a fixed table of interpreter and OS messages."""

    __slots__ = ()


class Safe(CodeText):
    """Text that the SDK's author vouches for: ``Safe("cache warmed")``. Give it literals, never values."""

    __slots__ = ()


def is_code(value: object) -> bool:
    """Whether ``value`` is exactly a `CodeText` or a `Safe`.

    The exact type counts: a subclass made elsewhere could override methods that encoding calls.
    """
    return type(value) in (CodeText, Safe)
