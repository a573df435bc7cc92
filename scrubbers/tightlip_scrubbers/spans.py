"""Where a token ends in prose: punctuation that belongs to the sentence is not part of the value."""

from typing import Final, TypeAlias

Span: TypeAlias = tuple[int, int]
"""Start and end of a part of a text, as in a slice."""

CLOSING: Final = "“”„«»」』》〉】〕。"  # noqa: RUF001
"""Quotes and brackets of print, and the full stop of East Asia: an ASCII value that stands before one has ended."""

WIDE: Final = f"{CLOSING}「『《〈【〔（），、；：！？…"  # noqa: RUF001
"""The punctuation of other scripts: no secret, address or name of a machine has one inside."""

_LEAST_BEFORE_SCRIPT: Final = 4

_OPENERS: Final = {")": "(", "]": "[", "}": "{"}


def is_ascii_alnum(character: str) -> bool:
    """Tell whether this is one ASCII letter or digit. Other alphabets do not glue: ``é10.0.0.1`` holds an address."""
    return character.isascii() and character.isalnum()


def script_end(text: str, start: int, end: int) -> int:
    """Return where letters of another script than Latin begin behind an ASCII value: ``token=abc123が無効``; else the end."""
    if text.isascii() or text[start:end].isascii():
        return end
    position = start
    while position < end and text[position].isascii():
        position += 1
    # From Greek on, to the ideographs; an accented letter of Latin is a part of the word.
    return position if position - start >= _LEAST_BEFORE_SCRIPT and "\u0370" <= text[position] <= "\uffdc" else end


def trim(text: str, start: int, end: int) -> int:
    """Return the end of a token without the punctuation after it; a bracket that it opened itself stays.

    Balanced brackets stay so that a marker, which ends with one, is seen whole the second time.
    """
    if end > start and text[end - 1].isalnum():  # nothing to count: most are so
        return end
    excess = {
        closer: text.count(closer, start, end) - text.count(opener, start, end) for closer, opener in _OPENERS.items()
    }
    while end > start:
        last = text[end - 1]
        if last in _OPENERS:
            if excess[last] <= 0:
                break
            excess[last] -= 1
        elif last not in ".,;:!?\\&":
            break
        end -= 1
    return end
