"""International bank account numbers: the country's length bounds them, two digits confirm them.

Sources: ISO 13616-1, the SWIFT IBAN Registry (lengths by country).
"""

from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

LENGTHS: Final[dict[str, int]] = {
    country: int(length)
    for country, _, length in (
        entry.partition(":")
        for entry in """
        AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 DJ:27 DK:18 DO:28
        EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HN:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26
        IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 MK:19 MN:20 MR:27 MT:31 MU:30 NI:28
        NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 RU:33 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25
        SV:28 TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20 YE:30
        """.split()  # noqa: SIM905 - the registry as a list
    )
}

_SEPARATORS: Final = " -.\u00a0\u2009\u202f"
_COMPACT: Final = str.maketrans("", "", _SEPARATORS)
_AS_DIGITS: Final = str.maketrans(
    {letter: str(int(letter, 36)) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}
)
_MODULUS: Final = 97
_REACH: Final = 68


def is_iban(compact: str) -> bool:
    """Whether a number without blanks has its country's length and the right check digits."""
    if not (compact.isascii() and compact.isalnum()) or LENGTHS.get(compact[:2]) != len(compact):
        return False
    return int((compact[4:] + compact[:4]).translate(_AS_DIGITS)) % _MODULUS == 1


def iban(text: str, start: int, end: int) -> Span | None:
    """Confirm two digits behind a country and before the account; it is so long as the country says, whatever comes behind."""
    start -= 2
    length = LENGTHS.get(text[start : start + 2].upper())
    if length is None:
        return None
    count, close = end - start, end
    while count < length:
        if close >= len(text) or close - start >= _REACH:
            return None
        if text[close] not in _SEPARATORS:
            count += 1
        close += 1
    compact = text[start:close].translate(_COMPACT).upper()
    before, after = text[start - 1 : start] if start else "", text[close : close + 1]
    return (
        (start, close)
        if is_iban(compact) and not _glued(before, text[start]) and not _glued(after, text[start])
        else None
    )


def _glued(character: str, first: str) -> bool:
    """Whether a neighbour makes it a part of a longer token; a small letter beside capitals is a word without its blank."""
    return character.isascii() and character.isalnum() and not (character.islower() and first.isupper())


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.iban",
        kind="pii",
        gate=has(digits=4),
        # Looked at, not taken: what follows "ab12" may hold an account of its own.
        pattern="[0-9](?<=[A-Za-z]{2}[0-9])[0-9](?=(?:[ \\-.\u00a0\u2009\u202f]?+[A-Za-z0-9]){11})",
        validator=iban,
        marker=markers.IBAN,
        matches=(
            "DE89370400440532013000",
            "to GB82 WEST 1234 5698 7654 32 failed",
            "account NL91ABNA0417164300.",
            "fr14 2004 1010 0505 0001 3m02 606",
            "éNO9386011117947_",
        ),
        misses=(
            "DE89370400440532013001",
            "GB82 WEST",
            "XX12345678901234567890",
            "de8937040044053201300",
            "ab12cd34ef56ab12cd34ef56",
        ),
    ),
)
