"""The forms of ids, numbers, times and versions in events of applications.

A form is narrow: a value that lacks it is removed, so that none can hide in it. Where digits alone have the form of an id, they must be no
account's as well: the number of a payment card is sixteen hexadecimal digits too.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from tightlip.allowlist import COMMIT, matching
from tightlip.event_forms import FORM_RULE, scrubbed, text
from tightlip.event_notes import removed
from tightlip.event_tree import NOTHING, Kind

if TYPE_CHECKING:
    from tightlip.event_tree import Texts, Treat, Treated

_MOST_SIZE: Final = 10**15 - 1  # of fifteen digits: payment cards have more
# Payment cards have 13 digits or more; some countries' IBANs have two letters before them that are hexadecimal digits too, as DE and BE.
_ACCOUNT: Final = re.compile(r"(?:0x|(?:SHA-?(?:1|256|384|512)|MD5):)?((?:[A-Fa-f]{2})?[0-9]{13,})")
_LEAST_NUMBER: Final = 10**12


def _is_finite(value: object) -> bool:
    if type(value) is float:
        return math.isfinite(value) and abs(value) <= _MOST_SIZE
    return type(value) is int and abs(value) <= _MOST_SIZE


def _unless_account(form: Kind) -> Kind:
    """The kind of an id or a number of this form, unless its digits are a finding: hexadecimal digits may all be decimal ones.

    Of random ids of sixteen hexadecimal digits, one in 2,000 has decimal ones alone, and one in 75,000 is a card's number as well.
    """

    def treat(value: object, texts: Texts) -> Treated:
        if not form.accepts(value):
            return NOTHING, removed(FORM_RULE)
        digits = _digits(value)
        if not digits:
            return value, None
        clean, remarks = texts.text(digits)
        return (value, None) if clean == digits else (NOTHING, removed(remarks[0][0] if remarks else FORM_RULE))

    return Kind(form.words, form.accepts, treat=treat)


def _digits(value: object) -> str:
    """A value that could be the number of a card or an account; else nothing."""
    if type(value) is int or type(value) is float:
        return str(int(abs(value))) if abs(value) >= _LEAST_NUMBER and int(value) == value else ""
    match = _ACCOUNT.fullmatch(value) if type(value) is str else None
    return "" if match is None else match[1]


def _unless_typed(form: Kind) -> Treat:
    def treat(value: object, texts: Texts) -> Treated:
        return (value, None) if form.accepts(value) else scrubbed(value, texts)

    return treat


_ISO_TIME: Final = matching(
    "a time", r"(?:19|20)\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,9})?(?:Z|[+-][01]\d:?[0-5]\d)?"
)
_YEAR_2100: Final = 4_102_444_800


def _is_time(value: object) -> bool:
    if type(value) is int or type(value) is float:
        return 0 <= value <= _YEAR_2100
    return _ISO_TIME.accepts(value)


ANY_TIME = Kind("a time", _is_time)
_UUID = r"[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}"
UUID = matching("a random id", _UUID)
DEBUG_ID = matching("an id of a build", _UUID + r"(?:-?[0-9A-Fa-f]{1,8})?")
# Of a Windows program it is a time and its size in memory, which comes in pages: one of decimal digits alone ends with 000.
CODE_ID = _unless_account(
    matching("an id of a build", _UUID + r"|(?=[0-9]*[A-Fa-f]|[0-9]{5,12}000\Z|[0-9]{16,}\Z)[0-9A-Fa-f]{8,64}")
)
BUILD_HASH = _unless_account(matching("a hash of a build", r"(?:SHA-?(?:1|256|384|512):|MD5:)?[0-9A-Fa-f]{8,128}"))
SPAN_HASH = _unless_account(matching("a hash", r"[0-9a-f]{8,64}"))
TRACE_ID = matching("a random id", r"[0-9A-Fa-f]{32}")
SPAN_ID = _unless_account(matching("a random id", r"[0-9A-Fa-f]{16}"))
_HEX = matching("an address in memory", r"0x[0-9A-Fa-f]{1,16}")
ADDRESS = _unless_account(
    Kind("an address in memory", lambda value: _HEX.accepts(value) or (type(value) is int and 0 <= value < 1 << 64))
)
DECIMAL = _unless_account(Kind("a number", _is_finite))
ENTIRE = _unless_account(Kind("a whole number", lambda value: type(value) is int and _is_finite(value)))
LOCALE = matching(
    "a language and a country", r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|\d{3}))?(?:\.(?i:UTF-?8))?"
)
LANGUAGE = matching(
    "a language, and a country in brackets",
    r"Invariant Language \(Invariant Country\)|[A-Z][a-z]{2,20}(?: \([A-Z][A-Za-z]{2,20}(?:,? [A-Z][A-Za-z]{1,20}){0,4}\))?",
)
RESOLUTION = matching("two numbers", r"\d{1,5}x\d{1,5}")
TYPE_OF = matching("the context's type", r"[a-z_]{1,24}")

# Four numbers below 256 are an address as well. One that ends with zero is a network's and no machine's: 120.0.0.0, 4.18.1.0.
_VERSION = matching(
    "a version",
    r"[vV]?\d{1,9}(?:\.\d{1,9}){0,2}(?:\.0){0,3}(?:[-+.]?[a-z]{1,12}[.\-]?\d{0,9})?(?:\+[0-9a-f]{7,40})?",
)
COMMIT_TEXT = text("a commit hash, or text after the scrubbers", _unless_typed(COMMIT))
VERSION_TEXT = text("a version, or text after the scrubbers", _unless_typed(_VERSION))
