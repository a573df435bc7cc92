"""The text of an exception that was made with one argument: to be compared, never copied."""

from __future__ import annotations

from typing import Any

_ARGS: Any = BaseException.__dict__["args"]


def only_text(exc: BaseException, most: int) -> str | None:
    """The only argument of ``exc`` if it is exactly a ``str`` of at most ``most`` characters, else None."""
    given: object = _ARGS.__get__(exc)
    if type(given) is not tuple:
        return None
    arguments: tuple[object, ...] = given  # pyright: ignore[reportUnknownVariableType]
    text = arguments[0] if len(arguments) == 1 else None
    return text if type(text) is str and len(text) <= most else None
