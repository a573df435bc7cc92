"""Telephone numbers: with a plus sign and a country's code, or in a layout that a country writes.

Sources: ITU-T E.164 and its list of assigned country codes, ITU-T E.123 (how numbers are written), the national numbering plans
(NANP, Ofcom, Bundesnetzagentur, ARCEP, TRAI, ANATEL, MIIT, ...). A row of digits without separators is a number of anything:
it counts only beside a word that names it (`named`).
"""

import re
from typing import Final

from tightlip_scrubbers.spans import Span

COUNTRY_CODES: Final[frozenset[str]] = frozenset(
    """
    1 20 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244
    245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 27 290 291 297 298 299 30 31
    32 33 34 350 351 352 353 354 355 356 357 358 359 36 370 371 372 373 374 375 376 377 378 379 380 381 382 383 385 386 387 389
    39 40 41 420 421 423 43 44 45 46 47 48 49 500 501 502 503 504 505 506 507 508 509 51 52 53 54 55 56 57 58 590 591 592 593 594
    595 596 597 598 599 60 61 62 63 64 65 66 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692
    7 800 808 81 82 84 850 852 853 855 856 86 870 878 880 881 882 883 886 888 90 91 92 93 94 95 960 961 962 963 964 965 966 967
    968 970 971 972 973 974 975 976 977 979 98 992 993 994 995 996 998
    """.split()  # noqa: SIM905 - a list of codes reads better so
)
"""Country codes of E.164 that are assigned."""

_S: Final = "[ \u00a0\u2009\u202f.\\-\u2010\u2011\u2013]"
_B: Final = "[ \u00a0\u2009\u202f\\-\u2010\u2011\u2013]"
_INTERNATIONAL: Final = re.compile(rf"(?:\+|(?<![0-9.])00(?=[1-9]))({_S}?[0-9](?:[{_S[1:-1]}()/]{{0,2}}[0-9]){{6,16}})")
_LAYOUTS: Final = re.compile(
    "|".join(
        (
            rf"(?:1{_S})?\([2-9][0-9]{{2}}\) ?[0-9]{{3}}{_S}[0-9]{{4}}",  # (555) 123-4567
            rf"(?:1{_S})?[2-9][0-9]{{2}}([.\-/\u2010\u2011\u2013])[0-9]{{3}}(?:\1|-)[0-9]{{4}}",  # 555-123-4567
            r"(?:1 )?[2-9][0-9]{2} [2-9][0-9]{2}[ \-][0-9]{4}",
            rf"\(0?[1-9][0-9]{{1,4}}\){_B}?[0-9]{{2,5}}(?:{_S}?[0-9]{{2,5}}){{1,3}}",  # (020) 7946 0958, (11) 91234-5678
            rf"0[1-9](?:({_S})[0-9]{{2}})(?:\2[0-9]{{2}}){{3}}",  # 01 23 45 67 89
            rf"0[1-9][0-9]{{1,4}}{_B}[0-9]{{3,4}}{_B}[0-9]{{3,4}}",  # 020 7946 0958, 0412 345 678
            r"0[1-9][0-9]{1,4}[ \-/][0-9]{5,8}",  # 07700 900123, 030/123456
            rf"0[1-9][0-9]{{1,2}}[ \-/][0-9]{{2,3}}{_B}[0-9]{{2}}{_B}[0-9]{{2}}",  # 0532 123 45 67, 070-123 45 67
            rf"0[1-9]{_B}[0-9]{{4}}{_B}[0-9]{{4}}",  # 03-1234-5678, 02 9876 5432
            rf"0[1-9]{_B}[0-9]{{3}}{_B}[0-9]{{2,3}}{_B}[0-9]{{2}}",  # 08-123 456 78
            r"0[1-9][ \-][0-9]{7,8}",  # 06-12345678
            rf"8{_B}?\(?[3-9][0-9]{{2}}\)?{_B}[0-9]{{3}}{_B}[0-9]{{2}}{_B}[0-9]{{2}}",  # 8 (495) 123-45-67
            rf"[6-9][0-9]{{2}}{_B}[0-9]{{2}}{_B}[0-9]{{2}}{_B}[0-9]{{2}}",  # 612 34 56 78
            rf"1[3-9][0-9]{_B}[0-9]{{4}}{_B}[0-9]{{4}}",  # 138 0013 8000
            rf"[6-9][0-9]{{4}}{_B}[0-9]{{5}}",  # 98765 43210
        )
    )
)
_CITED: Final = re.compile(
    r"\D{0,2}(?:[0-9]{1,4}\D{0,2} )?\((?:1[89]|20)[0-9]{2}\),? ?([0-9]{1,4})[\-\u2013][0-9]{1,4}\D{0,2}"
)
"""A volume, its year and the pages: ``20 (1982) 171-184``."""
_ADDED: Final = re.compile(r"(?:[0-9.]{1,24} )?\+ [0-9]{1,4}\.[0-9]{5,24}\D{0,2}")
"""A sum: ``1 + 3.5599857``."""
_NOT_BEFORE: Final = re.compile(r"[\s\S]?[0-9]|[0-9A-Za-z][.\-+]|[0-9]/")
_NOT_AFTER: Final = re.compile(r"[0-9]|[.\-/][0-9]")
_DIGITS: Final = range(8, 16)
_DECIMAL: Final = frozenset("0123456789")
_ELEVEN: Final = frozenset("17")
_PLAN_LENGTH: Final = 11
"""In North America and in Russia's zone every number has ten digits behind its code."""
_FEWEST: Final = 9
_MOST: Final = 12


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _free(text: str, start: int, end: int) -> bool:
    """Whether no digit and no separator with a digit is glued to it: it is no part of a longer identifier."""
    if _NOT_BEFORE.fullmatch(text, max(0, start - 2), start):
        return False
    return _NOT_AFTER.match(text, end) is None


def phones(text: str, start: int, end: int) -> Span | None:
    """From the first telephone number to the last in a row of digits and separators."""
    if _CITED.fullmatch(text, start, end) or _ADDED.fullmatch(text, start, end):
        return None
    found: list[Span] = []
    encoded = text[max(0, start - 3) : start] in {"%2B", "%2b"}
    if encoded and _is_international(text[start:end]):
        found.append((start - 3, end))
    for match in _INTERNATIONAL.finditer(text, start, end):
        glued = match.start() > 0 and text[match.start() - 1] in _DECIMAL
        if _is_international(match[1]) and not glued and _NOT_AFTER.match(text, match.end()) is None:
            found.append(match.span())
    found += [
        match.span()
        for match in _LAYOUTS.finditer(text, start, end)
        if _FEWEST <= len(_digits(match[0])) <= _MOST and _free(text, *match.span())
    ]
    return (min(found)[0], max(last for _, last in found)) if found else None


def _is_international(text: str) -> bool:
    digits = _digits(text)
    if len(digits) not in _DIGITS or digits[1:].strip("0") == "":
        return False
    if digits[0] in _ELEVEN:
        return len(digits) == _PLAN_LENGTH
    return any(digits[:length] in COUNTRY_CODES for length in (1, 2, 3))
