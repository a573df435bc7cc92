"""Where a value without quotes ends when it has blanks in it: a name, an address, a number in groups, a date.

Each takes the span of the first word and gives the span of all that goes. Within quotes the value is bounded already.
"""

import re
from typing import Final

from tightlip_scrubbers.meanings.values import NOT_DATA
from tightlip_scrubbers.possessive import compile_pattern

_QUOTES: Final = frozenset("\"'`")
_MOST: Final = 160
_MOST_NAMES: Final = 4
_NAME: Final = compile_pattern(
    r" ([^\W\d_][^\W\d_'\u2019.\-]*+(?:['\u2019.\-][^\W\d_]++)*+(?:(?<= [^\W\d_])\.)?)(?![0-9=:(\[/@]|_\w*[=:])"
)
_PARTICLES: Final = frozenset(
    "van von der den de da di du del della dos la le el al bin ibn ben bint y e zu zur ter ten op st of".split()  # noqa: SIM905
)
_STOP: Final = re.compile(r"\s*(?:[,;|\n\r)}\]\"'<]|\Z)")
# A number or a date goes on with groups; letters only where a group of digits is glued to them.
_GROUPS: Final = compile_pattern(
    r"(?:[ \u00a0\-.\u2010\u2011\u2013/()]{1,2}+(?=[0-9A-Z]*[0-9])[0-9A-Z]{2,10}+(?![\w:]|=))*+"
)
_FOURS: Final = compile_pattern(r"(?:[ \u00a0\-][0-9A-Z]{1,4}+(?![0-9A-Za-z]|[:=])){1,8}+")
_MONTH: Final = r"(?:[Jj]an|[Ff]eb|[Mm]ar|[Mm]är|[Aa]pr|[Mm]a[yi]|[Jj]u[nl]|[Aa]ug|[Ss]ep|[Oo][ck]t|[Nn]ov|[Dd]e[cz])[a-zé]{0,7}+\.?+"
_DATE: Final = compile_pattern(
    rf"(?:[ ,.\-/]{{1,2}}+(?:{_MONTH}|[0-9]{{4}}(?![0-9])|[0-9]{{1,2}}+(?:st|nd|rd|th)?+(?![\w:])))*+"
)
_SMALL_WORDS: Final = _PARTICLES | frozenset(
    "street st road rd avenue ave lane drive rue via calle strasse straße weg platz apt suite unit floor".split()  # noqa: SIM905
)
_NO_NAMES: Final = NOT_DATA - _PARTICLES
# The pieces of an address are words, numbers and commas; a new key, a clause or a sentence ends it.
_PIECE: Final = compile_pattern(
    r"(?:,? |, ?|\\n|\.(?= [0-9#]) )(?:#?[0-9][0-9A-Za-z\-/]*+|[^\W\d_][\w'\u2019\-]*+)(?:\.(?! [A-Z][a-z]+ [a-z]))?(?![=:(@])"
)
_WORD: Final = re.compile(r"[^\W\d_][\w'\u2019\-]*|#?[0-9][0-9A-Za-z\-/]*")


_SECOND: Final = compile_pattern(r"[ °]{0,2}+[NSEW]?,? ?[+\-]?[0-9]{1,3}+\.[0-9]++(?:°? ?[NSEW](?![A-Za-z]))?")


def _is_quoted(text: str, start: int) -> bool:
    """Whether the value is bounded already, by quotes or by brackets of its own."""
    return text[start - 1 : start] in _QUOTES or text[start] in "[{(<"


def name(text: str, start: int, end: int) -> tuple[int, int]:
    """A person's name: more words with a capital, or small ones if they are all that the value holds."""
    if _is_quoted(text, start):
        return start, end
    small = end
    capital = end
    for _ in range(_MOST_NAMES):
        more = _NAME.match(text, small)
        if more is None or more[1].lower() in _NO_NAMES:
            break
        small = more.end()
        # "Ann van Dyke": the particle goes with the word behind it.
        if more[1][0] != more[1][0].lower() or more[1][0] == more[1][0].upper():
            capital = small
    end = small if _STOP.match(text, small) else capital
    return start, end - 1 if text[end - 1] == "." and end > start + 1 else end


def number(text: str, start: int, end: int) -> tuple[int, int]:
    """A number in groups."""
    if _is_quoted(text, start):
        return start, end
    more = _GROUPS.match(text, end)
    return start, min(more.end() if more else end, start + _MOST)


def account(text: str, start: int, end: int) -> tuple[int, int]:
    """An account in groups of four, as ISO 13616 prints it: some of them are letters alone."""
    if _is_quoted(text, start):
        return start, end
    more = _FOURS.match(text, end)
    return start, more.end() if more else end


def date(text: str, start: int, end: int) -> tuple[int, int]:
    """A date in words and numbers."""
    if _is_quoted(text, start):
        return start, end
    more = _DATE.match(text, end)
    return start, min(more.end() if more else end, start + _MOST)


def address(text: str, start: int, end: int) -> tuple[int, int]:
    """A postal address: words with a capital, numbers and commas between, to the end of the line or the next key."""
    if _is_quoted(text, start):
        return start, end
    while end - start < _MOST:
        piece = _PIECE.match(text, end)
        if piece is None:
            break
        word = _WORD.search(text, end, piece.end())
        if word is None or (
            word[0][0].islower() and word[0] not in _SMALL_WORDS and not _STOP.match(text, piece.end())
        ):
            break
        if word[0].islower() and word[0] in _NO_NAMES:
            break
        end = piece.end()
    while end > start and text[end - 1] in ".,; ":
        end -= 1
    return start, end


def pair(text: str, start: int, end: int) -> tuple[int, int]:
    """Two coordinates with a comma between."""
    more = _SECOND.match(text, end)
    return start, more.end() if more else end
