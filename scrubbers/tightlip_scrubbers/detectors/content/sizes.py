"""What survives of a content: its kind and its size class, never its length."""

from typing import Final

from tightlip_scrubbers.rule import Mark

_SMALL: Final = 1_000
_MEDIUM: Final = 32_000


def marks(kind: str) -> tuple[str, str, str]:
    """The three markers of a kind of content, the small one first."""
    return f"[{kind}:small]", f"[{kind}:medium]", f"[{kind}:large]"


def mark(kind: str) -> Mark:
    """What chooses among the markers of a kind: by the number of characters, in three classes."""
    small, medium, large = marks(kind)

    def chosen(_text: str, start: int, end: int) -> str:
        length = end - start
        return small if length < _SMALL else medium if length < _MEDIUM else large

    return chosen
