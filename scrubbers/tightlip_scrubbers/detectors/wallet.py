"""Addresses of cryptocurrencies: a checksum confirms them where they have one.

Sources: Bitcoin's developer reference on Base58Check and chainparams, BIP 32 (serialised keys), BIP 173 and BIP 350 (Bech32, Bech32m);
the same parameters as published by Litecoin, Dogecoin, Dash, Zcash, TRON, the XRP Ledger and Tezos; Monero's "Standard address";
EIP-55 (40 hex digits; the mixed case that it asks for is not checked: nothing else has 40 digits behind ``0x``).

Solana's addresses are 32 to 44 letters and digits without a checksum: they count only beside their key (`meanings.people`).
"""

import hashlib
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.rule import Found, Rule, has
from tightlip_scrubbers.spans import Span

_BITCOIN: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BITCOIN_VALUES: Final = {character: value for value, character in enumerate(_BITCOIN)}
_RIPPLE_VALUES: Final = {character: value for value, character in enumerate(_RIPPLE)}
_VERSIONS: Final = frozenset(
    {
        *(b"\x00", b"\x05", b"\x6f", b"\xc4"),  # Bitcoin, and its test network
        *(b"\x30", b"\x32", b"\x3a"),  # Litecoin
        *(b"\x1e", b"\x16", b"\x71"),  # Dogecoin
        *(b"\x4c", b"\x10", b"\x8c"),  # Dash
        b"\x41",  # TRON
        *(b"\x1c\xb8", b"\x1c\xbd", b"\x1d\x25"),  # Zcash
        *(b"\x06\xa1\x9f", b"\x06\xa1\xa1", b"\x06\xa1\xa4", b"\x02\x5a\x79"),  # Tezos
        *(b"\x04\x88\xb2\x1e", b"\x04\x35\x87\xcf", b"\x04\x9d\x7c\xb2", b"\x04\xb2\x47\x46"),  # xpub, tpub, ypub, zpub
    }
)
_PRIVATE: Final = frozenset({b"\x80", b"\xef", b"\xb0", b"\x04\x88\xad\xe4", b"\x04\x35\x83\x94"})
"""Private keys in the wallets' import format, and xprv."""
_PAYLOADS: Final = frozenset({20, 32, 33, 74})
_CHECKSUM: Final = 4
_LONGEST_VERSION: Final = 4
_MOST_STARTS: Final = 13
_SHORTEST: Final = 26
_MONERO: Final = frozenset({95, 106})

_BECH32: Final = {character: value for value, character in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANTS: Final = frozenset({1, 0x2BC830A3})
_PREFIXES: Final = (
    *(
        "bc",
        "tb",
        "bcrt",
        "ltc",
        "tltc",
        "addr",
        "stake",
        "cosmos",
        "osmo",
        "terra",
        "inj",
        "celestia",
        "zs",
        "bnb",
        "one",
    ),
    *("nsec", "npub"),
)


def _decoded(text: str, values: dict[str, int]) -> bytes | None:
    """The bytes that Base58 writes so, without the checksum behind them; None where that is wrong."""
    number = 0
    for character in text:
        number = number * 58 + values[character]
    zero = next(character for character, value in values.items() if value == 0)
    zeros = len(text) - len(text.lstrip(zero))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, checksum = data[:-_CHECKSUM], data[-_CHECKSUM:]
    return payload if hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:_CHECKSUM] == checksum else None


def _row_of(text: str) -> str | None:
    """The row that a run of Base58 counts under."""
    if text[0] == "r" and len(text) <= 35:  # noqa: PLR2004
        payload = _decoded(text, _RIPPLE_VALUES)
        if payload is not None and payload[:1] == b"\x00":
            return "pii.wallet"
    payload = _decoded(text, _BITCOIN_VALUES)
    if payload is None:
        return None
    for length in range(1, _LONGEST_VERSION + 1):
        if payload[:length] in _PRIVATE:
            return "secret.wallet-key"
        if payload[:length] in _VERSIONS and len(payload) - length in _PAYLOADS:
            return "pii.wallet"
    return None


def base58(text: str, start: int, end: int) -> Found | None:
    """Confirm a run of Base58 by its checksum, or by the length of Monero's; a few letters may be glued to its front."""
    if end - start in _MONERO and text[start] in "48":
        return start, end, "pii.wallet"
    for first in range(start, min(start + _MOST_STARTS, end - _SHORTEST + 1)):
        if first == start or text[first] in "13":
            row = _row_of(text[first:end])
            if row is not None:
                return first, end, row
    return None


def bech32(text: str, start: int, end: int) -> Span | None:
    """Confirm letters, a 1 and data with a checksum."""
    token = text[start:end]
    if token != token.lower() and token != token.upper():
        return None
    letters, _, data = token.lower().partition("1")
    for prefix in {letters, *(known for known in _PREFIXES if letters.endswith(known))}:
        expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + [_BECH32[c] for c in data]
        if _polymod(expanded) in _BECH32_CONSTANTS:
            return end - len(data) - 1 - len(prefix), end
    return None


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for position, generator in enumerate(_GENERATORS):
            if top >> position & 1:
                checksum ^= generator
    return checksum


_BASE58_GATE: Final = has(run=_SHORTEST)
_BASE58_PATTERN: Final = r"[1-9A-HJ-NP-Za-km-z]{26,120}+"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.wallet",
        kind="pii",
        gate=_BASE58_GATE,
        pattern=_BASE58_PATTERN,
        validator=base58,
        marker=markers.WALLET,
        matches=(
            "sent to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, twice",
            "(3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy)",
            "addr:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        ),
        misses=("3J98t1WpEZ", "abstractFactoryOfTheProviders"),
    ),
    Rule(
        id="secret.wallet-key",
        kind="secret",
        gate=_BASE58_GATE,
        pattern=_BASE58_PATTERN,
        validator=base58,
        marker=markers.SECRET,
        matches=(
            "imported 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ.",
            "key 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ, wrong network",
        ),
        misses=("a key in the wallet import format", "begins with 5, K or L"),
    ),
    Rule(
        id="pii.wallet-bech32",
        kind="pii",
        gate=has("1", run=40),
        pattern=r"[A-Za-z]{2,12}+1[02-9ac-hj-np-zAC-HJ-NP-Z]{30,110}+",
        validator=bech32,
        marker=markers.WALLET,
        matches=(
            "to bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 failed",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)",
        ),
        misses=("bc1 is the prefix", "bc1qw508d6q"),
    ),
    Rule(
        id="pii.wallet-ethereum",
        kind="pii",
        gate=has("0x", "0X", run=42),
        pattern=r"0[xX][0-9A-Fa-f]{40}(?![0-9A-Fa-f])",  # a pointer has sixteen digits, a hash sixty-four
        marker=markers.WALLET,
        matches=(
            "from 0x52908400098527886E0F7030069857D2E4169EE7.",
            "owner=0xde709f2102306220921060314715629080e2fb77",
        ),
        misses=("at 0x00007f8a1c2d3e4f", "0x7f8a1c2d3e4f", "at 0x7f8a1c2d3e40>"),
    ),
)
