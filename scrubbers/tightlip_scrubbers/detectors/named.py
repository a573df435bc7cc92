"""Numbers that the word before them names: ``SSN 123456789``, ``passport number: X1234567``, ``Aadhaar 1234 5678 9012``.

The word makes the number a finding, so no checksum is asked for: one with a typing error is still somebody's. The lengths say only
how far a number with blanks goes.

Sources: the issuing authorities' own descriptions of their numbers (SSA, IRS, HMRC, NHS, UIDAI, Bundeszentralamt für Steuern,
INSEE, Agencia Tributaria, ministries of the interior), by name in the table.
"""

import re
from typing import Final

ID: Final = "pii.id"
PHONE: Final = "pii.phone"
ACCOUNT: Final = "pii.account"
CARD: Final = "pii.card"
SSN: Final = "pii.ssn"
BIRTHDAY: Final = "pii.birthday"

NOUNS: Final[dict[tuple[str, ...], tuple[str, int, int]]] = {
    ("ssn",): (SSN, 9, 9),
    ("social", "security"): (SSN, 9, 9),
    ("itin",): (ID, 5, 9),
    ("ein",): (ID, 8, 9),
    ("tin",): (ID, 8, 12),
    ("tax", "id"): (ID, 5, 14),
    ("taxpayer",): (ID, 5, 14),
    ("vat", "id"): (ID, 5, 14),
    ("nino",): (ID, 5, 6),
    ("national", "insurance"): (ID, 5, 6),
    ("nhs",): (ID, 5, 10),
    ("steuer", "id"): (ID, 5, 11),
    ("steueridentifikationsnummer",): (ID, 5, 11),
    ("sozialversicherungsnummer",): (ID, 5, 12),
    ("insee",): (ID, 5, 15),
    ("nir",): (ID, 9, 15),
    ("dni",): (ID, 5, 8),
    ("nie",): (ID, 7, 8),
    ("nif",): (ID, 5, 9),
    ("pesel",): (ID, 5, 11),
    ("personnummer",): (ID, 5, 12),
    ("samordningsnummer",): (ID, 5, 12),
    ("fødselsnummer",): (ID, 5, 11),
    ("hetu",): (ID, 6, 10),
    ("cpr",): (ID, 5, 10),
    ("bsn",): (ID, 5, 9),
    ("rijksregisternummer",): (ID, 5, 11),
    ("rodné", "číslo"): (ID, 5, 10),
    ("cnp",): (ID, 5, 13),
    ("egn",): (ID, 5, 10),
    ("oib",): (ID, 5, 11),
    ("jmbg",): (ID, 5, 13),
    ("cpf",): (ID, 5, 11),
    ("cnpj",): (ID, 5, 14),
    ("cuit",): (ID, 5, 11),
    ("cuil",): (ID, 5, 11),
    ("rut",): (ID, 7, 9),
    ("aadhaar",): (ID, 5, 12),
    ("aadhar",): (ID, 5, 12),
    ("nric",): (ID, 5, 7),
    ("rrn",): (ID, 5, 13),
    ("mynumber",): (ID, 8, 12),
    ("my", "number"): (ID, 5, 12),
    ("resident", "id"): (ID, 5, 18),
    ("tfn",): (ID, 5, 9),
    ("medicare",): (ID, 5, 11),
    ("sin",): (ID, 9, 9),
    ("social", "insurance"): (ID, 5, 9),
    ("national", "id"): (ID, 5, 18),
    ("identity", "card"): (ID, 5, 18),
    ("id", "card"): (ID, 5, 18),
    ("passport",): (ID, 5, 12),
    ("reisepass",): (ID, 5, 12),
    ("driver", "license"): (ID, 5, 16),
    ("drivers", "license"): (ID, 5, 16),
    ("driver", "s", "license"): (ID, 5, 16),
    ("driver", "licence"): (ID, 5, 16),
    ("driving", "licence"): (ID, 5, 16),
    ("medical", "record"): (ID, 5, 12),
    ("mrn",): (ID, 5, 12),
    ("insurance", "policy"): (ID, 5, 16),
    ("health", "insurance"): (ID, 5, 16),
    ("imei",): (ID, 5, 17),
    ("imsi",): (ID, 5, 15),
    ("iccid",): (ID, 5, 20),
    ("meid",): (ID, 5, 18),
    ("patient",): (ID, 5, 12),
    ("employee",): (ID, 5, 12),
    ("customer",): (ID, 5, 16),
    ("subscriber",): (ID, 5, 16),
    ("user",): (ID, 5, 20),
    ("phone",): (PHONE, 6, 15),
    ("telephone",): (PHONE, 6, 15),
    ("tel",): (PHONE, 6, 15),
    ("telefon",): (PHONE, 6, 15),
    ("téléphone",): (PHONE, 6, 15),
    ("teléfono",): (PHONE, 6, 15),
    ("mobile",): (PHONE, 7, 15),
    ("cellphone",): (PHONE, 7, 15),
    ("cell", "phone"): (PHONE, 7, 15),
    ("fax",): (PHONE, 6, 15),
    ("whatsapp",): (PHONE, 7, 15),
    ("msisdn",): (PHONE, 7, 15),
    ("sms", "to"): (PHONE, 7, 15),
    ("account",): (ACCOUNT, 6, 18),
    ("acct",): (ACCOUNT, 6, 18),
    ("konto",): (ACCOUNT, 6, 18),
    ("kontonummer",): (ACCOUNT, 6, 18),
    ("routing",): (ACCOUNT, 9, 9),
    ("sort", "code"): (ACCOUNT, 6, 6),
    ("credit", "card"): (CARD, 12, 19),
    ("debit", "card"): (CARD, 12, 19),
    ("card",): (CARD, 12, 19),
    ("born",): (BIRTHDAY, 6, 8),
    ("dob",): (BIRTHDAY, 6, 8),
    ("birth",): (BIRTHDAY, 6, 8),
    ("birthday",): (BIRTHDAY, 6, 8),
    ("birthdate",): (BIRTHDAY, 6, 8),
    ("geboren",): (BIRTHDAY, 6, 8),
}
"""Last words before a number, the row that it counts under, and how many digits such a number has."""

_FILLERS: Final = frozenset(
    {
        "number",
        "numbers",
        "no",
        "nr",
        "num",
        "is",
        "was",
        "id",
        "the",
        "of",
        "on",
        "value",
        "nummer",
        "am",
        "le",
        "n",
        "with",
    }
)
_LAST_WORDS: Final = _FILLERS.union(words[-1] for words in NOUNS)
_MOST_FILLERS: Final = 3
_LONGEST_NOUN: Final = 3
_REACH: Final = 64
_WORD: Final = re.compile(r"[^\W\d_]+")
_TAIL: Final = re.compile(r".*[^a-z]")
_PREFIX: Final = re.compile(r"(?<![^\W_])[A-Z]{1,5} ?\Z")
_GAP: Final = " \t:=#\"'(\u00a0.\\-_"
_WIDEST_GAP: Final = 4
_GROUP: Final = re.compile(r"[0-9]+")
_SUFFIX: Final = re.compile(r"(?:[\-/]?(?=[0-9A-Za-z\-]{0,6}[0-9A-Z])[0-9A-Za-z]{1,6}| [A-D])(?![0-9A-Za-z])")
_GLUED: Final = frozenset(".-/\u2010\u2011\u2013")


def _noun(before: str) -> tuple[str, int, int] | None:
    """What the last words of a text name."""
    words = [word.lower() for word in _WORD.findall(before)][-_MOST_FILLERS - _LONGEST_NOUN :]
    if words and words[-1].isascii() and words[-1] not in _LAST_WORDS:
        return None
    for _ in range(_MOST_FILLERS + 1):
        for length in range(min(_LONGEST_NOUN, len(words)), 0, -1):
            first, *others = words[-length:]
            # A word of another alphabet may be glued to its front.
            found = NOUNS.get((first, *others)) or (
                None if first.isascii() else NOUNS.get((_TAIL.sub("", first), *others))
            )
            if found is not None:
                return found
        if not words or words.pop() not in _FILLERS:
            return None
    return None


def named(text: str, start: int, end: int) -> tuple[int, int, str] | None:
    """The number at the start of a row of digits, if the words right before it name it."""
    before = text[max(0, start - _REACH) : start]
    prefix = _PREFIX.search(before) if before.removesuffix(" ")[-1:].isupper() else None
    for letters in (prefix[0], "") if prefix else ("",):
        stem = before[: len(before) - len(letters)]
        gap = min(_WIDEST_GAP, len(stem) - len(stem.rstrip(_GAP)))
        stem = stem[: len(stem) - gap]
        noun = _noun(stem) if stem and stem[-1].isalpha() else None
        if noun is not None:
            rule, least, most = noun
            close, digits = _extent(text, start, end, most)
            if digits < least:
                return None
            suffix = _SUFFIX.match(text, close) if rule == ID else None
            return start - len(letters), suffix.end() if suffix else close, rule
    return None


def _extent(text: str, start: int, end: int, most: int) -> tuple[int, int]:
    """Where the number ends: groups glued by a hyphen, dot or slash belong to it, groups behind a blank as long as they fit."""
    close, digits = start, 0
    for match in _GROUP.finditer(text, start, end):
        glued = digits == 0 or text[close] in _GLUED
        if not glued and digits + len(match[0]) > most:
            break
        close, digits = match.end(), digits + len(match[0])
    return close, digits
