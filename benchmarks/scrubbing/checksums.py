"""Numbers whose checksum is right: cards (ISO/IEC 7812), IBANs (ISO 13616), Bitcoin addresses (Base58Check, BIP 173)."""

from __future__ import annotations

import hashlib
from typing import Final

from benchmarks.scrubbing.planted import BASE58, BECH32

_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# The Bitcoin alphabet runs digits, capitals, small letters.
_BASE58: Final = "".join(sorted(BASE58))


def luhn(digits: str) -> str:
    """The digits with their check digit behind."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def iban(country: str, account: str) -> str:
    """The IBAN of an account."""
    turned = "".join(str(int(character, 36)) for character in account + country + "00")
    return f"{country}{98 - int(turned) % 97:02d}{account}"


def base58check(version: int, payload: bytes) -> str:
    """A legacy Bitcoin address."""
    body = bytes([version]) + payload
    body += hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number, made = int.from_bytes(body, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        made = _BASE58[rest] + made
    return "1" * (len(body) - len(body.lstrip(b"\0"))) + made


def bech32(program: bytes) -> str:
    """A native SegWit address of version 0."""
    bits = "".join(f"{byte:08b}" for byte in program)
    values = [0, *(int(bits[place : place + 5], 2) for place in range(0, len(bits), 5))]
    spread = [*(ord(character) >> 5 for character in "bc"), 0, *(ord(character) & 31 for character in "bc")]
    check = 1
    for value in [*spread, *values, *[0] * 6]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, factor in enumerate(_GENERATOR):
            check ^= factor if top >> place & 1 else 0
    check ^= 1
    return "bc1" + "".join(BECH32[value] for value in [*values, *(check >> 5 * (5 - place) & 31 for place in range(6))])
