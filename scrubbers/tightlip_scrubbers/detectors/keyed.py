"""The value behind a key that names a datum of people or machines.

A secret's value is taken however it looks (`assigned`). Here most keys are ordinary words, so that the value must confirm what the key
says, and most values that are read are rejected. So reading is bounded: a rejected value is short, and one too long to be judged goes.
"""

import re
from typing import Final

from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.meaning import Meaning
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Found
from tightlip_scrubbers.spans import WIDE, Span, script_end

_GAP: Final = compile_pattern(r"[ \t\u00a0]{0,16}+(?:\s{1,32}+(?=[\"']))?+")
_OPENING: Final = compile_pattern(r"[bBuUrRfF]{0,2}+(\\{0,8}+(?:\"\"\"|'''|[\"'`]))")
# An apostrophe and a backslash between letters belong to O'Brien and to CORP\ann; escapes end a value.
_PLAIN: Final = compile_pattern(
    rf"(?:[^\s\"'`,;&)\]}}<>\\|{WIDE}]|'(?=[^\W\d_])|\\(?![nrtu\"'\\])|\\\\(?=[^\W\d_]))++",
)
_AREA_CODE: Final = compile_pattern(r"\(\+?[0-9]{1,5}+\)")
_ITEM: Final = compile_pattern(r"\s?[bu]?\\{0,8}+[\"'`]|\s?[+\-]?[0-9]")
_CLOSERS: Final = {"[": "]", "(": ")", "{": "}"}
_PLACES: Final = frozenset("{<$%*&?#|")
_GOES_ON: Final = re.compile(r" [a-z]{2,16} [a-z]{2,16}\b")
_OTHER_KEY: Final = re.compile(r"=[<\"'(\[{]")  # "login (tried twice): user=<ann>"
_LONGEST: Final = 256
_TRIMMED: Final = ".!?:,;"

_SENTENCES: Final[frozenset[str]] = frozenset(
    """
    aborted disconnected inactivity session access connection permission permissions authentication authorization operation request response timeout timed internal
    bad wrong incorrect denied rejected refused expired locked disabled blocked created deleted updated added removed changed logged
    headers header another other more there here new no-one someone somebody nothing everything insufficient illegal duplicate malformed
    unsupported unexpected forbidden unauthorized please contact provide specify choose select try see using used via after before because since
    too than then their his her our my per each every both one two some these those he she they we you i
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""First words, in lower case, of what prose says after a colon and a blank, beside those that are no data anywhere."""


def value(text: str, start: int, end: int, key: tuple[int, str], meaning: Meaning) -> Found | None:
    """Confirm what stands behind the operator ``text[start:end]`` as a value of this meaning.

    Args:
        text: The text.
        start: Where the operator begins.
        end: Where it ends.
        key: Where the key begins, and the key.
        meaning: What the key says.
    """
    gap = _GAP.match(text, end)
    first = gap.end() if gap else end
    if first >= len(text) or text[first] in "\r\n":
        return None
    operator = text[start:end]
    if operator == ":" and first == end and text[max(0, key[0] - 1) : key[0]] in {"=", ":"}:
        return None  # cache_key=user:list:42
    if text[first] in _CLOSERS and _AREA_CODE.match(text, first) is None:
        items = _listed(text, first, meaning)
        return None if items is None else (*items, meaning.rule)
    opening = _OPENING.match(text, first)
    span = _quoted(text, opening.end(), opening[1]) if opening is not None else None
    if span is None and opening is not None:
        span = opening.end(), _line_end(text, opening.end())  # the text was cut inside the value
    if span is None:
        span = _bare(text, first, meaning, prose=operator == ":" and first > end)
    if span is None or span[0] >= span[1]:
        return None
    content = text[slice(*span)]
    if content.lower() == key[1].lower()[-len(content) :]:  # owner=owner, city: City
        return None
    if operator == "=" and content in re.split(r"[_.]", key[1]):  # profile_name=profile
        return None
    if len(content) <= _LONGEST and meaning.check is not None and not meaning.check(content):
        return None
    return (*span, meaning.rule)


def _line_end(text: str, start: int) -> int:
    line = text.find("\n", start, start + 2 * _LONGEST)
    end = min(len(text), start + 2 * _LONGEST) if line < 0 else line
    return start + len(text[start:end].rstrip())


def _quoted(text: str, start: int, quote: str) -> Span | None:
    """What stands between quotes, or None where there is no closing one near."""
    limit = start + 2 * _LONGEST
    last = -1
    at = text.find(quote, start, limit)
    while at >= 0:
        after = text[at + len(quote) : at + len(quote) + 1]
        inside = quote == "'" and text[at - 1].isalpha() and after.isalpha()  # O'Brien
        if not inside and (quote[0] == "\\" or text[at - 1] != "\\" or text[at - 2 : at] == "\\\\"):
            return start, at
        last = at if inside else last
        at = text.find(quote, at + 1, limit)
    return (start, last) if last >= 0 else None


def _bare(text: str, start: int, meaning: Meaning, *, prose: bool) -> Span | None:
    """A value without quotes, as far as its meaning says that it goes on behind blanks."""
    area = _AREA_CODE.match(text, start)
    if area is not None:
        end = area.end()
    elif text[start : start + 1] in _PLACES:
        return None
    else:
        token = _PLAIN.match(text, start)
        end = script_end(text, start, token.end()) if token else start
    while end > start and text[end - 1] in _TRIMMED:
        end -= 1
    if end <= start or _OTHER_KEY.match(text, end - 1) is not None or (prose and text[start:end].lower() in _SENTENCES):
        return None
    if prose and meaning.rule == "pii.host" and text[start:end] in COMMON_WORDS and _GOES_ON.match(text, end):
        return None  # "for the hosts: current user is unavailable"
    if meaning.bound is None or end - start > _LONGEST:
        return start, end
    return meaning.bound(text, start, end)


def _listed(text: str, start: int, meaning: Meaning) -> Span | None:
    """The items of a list, if the first one confirms them: ``users=['ann', 'bob']``."""
    close = text.find(_CLOSERS[text[start]], start, start + 2 * _LONGEST)
    content = text[start + 1 : close] if close > 0 else ""
    if _ITEM.match(content) is None or any(mark in content for mark in "{[(:="):
        return None
    first = content.partition(",")[0].strip().lstrip("bu").strip("\\\"'`")
    return (start + 1, close) if meaning.check is None or meaning.check(first) else None
