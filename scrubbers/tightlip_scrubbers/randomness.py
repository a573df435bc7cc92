"""Tell texts that a generator made from texts that people wrote.

A random text changes between small letters, capitals and digits at almost every second character, and its letters stand
in pairs that no language has. Names of code do neither, however long: ``getHTTPResponseCode2`` changes where a word
begins. The share of unlikely pairs is about 0.8 in random Base62 and below 0.4 in names, so one threshold holds them apart.

What is random and still no secret stays: UUIDs, and digests that say which algorithm made them.
"""

import re
from operator import add
from typing import Final

from tightlip_scrubbers.possessive import compile_pattern

# The 240 pairs of letters that make up nine tenths of all pairs in the words of code and its messages.
_PAIRS: Final = {
    first + second
    for first, seconds in {
        "a": "bcdgiklmnprstuvy",
        "b": "aeilorsu",
        "c": "acehiklorstu",
        "d": "adeilorsu",
        "e": "abcdefgilmnpqrstvwxy",
        "f": "aefiloru",
        "g": "aehinorsu",
        "h": "aeiot",
        "i": "abcdefglmnoprstvxz",
        "k": "eis",
        "l": "adeilostuy",
        "m": "abeimopsu",
        "n": "acdefgiknostuv",
        "o": "abcdfgiklmnoprstuvw",
        "p": "aehiloprstuy",
        "q": "u",
        "r": "acdegiklmnoprstuy",
        "s": "acehilopstuy",
        "t": "acehiloprstuy",
        "u": "abceilmnprst",
        "v": "aei",
        "w": "aeio",
        "x": "ept",
        "y": "ps",
        "z": "e",
    }.items()
    for second in seconds
}

MIN_KEYED: Final = 16
"""The shortest text that is looked at beside a key that says little."""
_MIN_SHARE: Final = 0.5
_WORD_SHARE: Final = 0.4
_PARTS: Final = re.compile(r"[^A-Za-z0-9]+")
_MAX_SEPARATORS: Final = 0.16
_MIN_HEX_KINDS: Final = 2
_OTHER: Final = 3
_DIGIT: Final = 2

_TOKEN: Final = compile_pattern(r"[A-Za-z0-9+/_\-.~%:|!@#$^&*]++={0,2}+")
_UUID: Final = re.compile(r"\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?")
# Subresource Integrity, OpenSSH fingerprints, OCI image digests, PEP 503 and pip's hashes.
_NAMED_DIGEST: Final = re.compile(r"(?:md5|sha(?:1|224|256|384|512)|SHA(?:1|256|512)|MD5|blake2b|blake3)[:\-=_]")
_PREFIX: Final = re.compile(r"(?:base64|hex|raw|b64|ENC|enc|vault|plain|s)[:(]|s%3A")
_FLOAT: Final = re.compile(r"[+\-]?0x[0-9a-f]*\.?[0-9a-f]*p[+\-]?[0-9]+|0x[0-9A-Fa-f]{1,16}")
_FINDERS: Final = tuple(re.compile(f"[{kind}]").findall for kind in ("a-z", "A-Z", "0-9"))
_HEX: Final = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_BASE32: Final = re.compile(r"[A-Z2-7]+=*")
_LETTERS_DIGITS: Final = re.compile(r"[0-9a-z]+|[0-9A-Z]+")


def _kind(character: str) -> int:
    """Class of a character: 0 small letter, 1 capital, 2 digit, 3 other."""
    if "a" <= character <= "z":
        return 0
    if "A" <= character <= "Z":
        return 1
    return 2 if "0" <= character <= "9" else 3


_NONE, _LIKELY, _UNLIKELY = range(3)


class _Judged(dict[str, int]):
    """What is known of two neighbours: that one of them is a separator, or whether words have them so."""

    def __missing__(self, pair: str) -> int:
        kind_before, kind = map(_kind, pair)
        if _OTHER in {kind, kind_before}:
            return _NONE
        if ord(pair[1]) - ord(pair[0]) in {0, 1}:
            judged = _LIKELY  # "abcdef", "0123" and "zzz" are made by people
        elif (kind != kind_before and not (kind_before == 1 and kind == 0)) or (
            kind < _DIGIT and pair.lower() not in _PAIRS
        ):
            judged = _UNLIKELY
        else:
            judged = _LIKELY
        self[pair] = judged  # both are ASCII letters or digits, so there are not many
        return judged


_JUDGED: Final = _Judged()


def unlikeliness(text: str) -> float:
    """Return the share of neighbours that words and names do not have, between 0 and 1.

    Unlikely are a change of class that begins no word, and a pair of letters that is none of the common ones. A
    separator ends a word on both sides and counts for nothing.
    """
    judged = list(map(_JUDGED.__getitem__, map(add, text, text[1:])))
    return judged.count(_UNLIKELY) / max(1, len(judged) - judged.count(_NONE))


def kinds(text: str) -> tuple[int, int, int, int]:
    """Count small letters, capitals, digits and everything else."""
    small, capital, digits = (len(find(text)) for find in _FINDERS)
    return small, capital, digits, len(text) - small - capital - digits


def is_uuid(text: str) -> bool:
    """Tell whether the text is a UUID (RFC 9562): it identifies, and opens nothing by itself."""
    return _UUID.fullmatch(text) is not None


def is_named_digest(text: str) -> bool:
    """Tell whether the text begins with the name of the algorithm that made it, as in ``sha256:...``."""
    return _NAMED_DIGEST.match(text) is not None


def is_hex(text: str) -> bool:
    """Tell whether the text is a hexadecimal number with enough letters and digits to be no word and no decimal."""
    if _HEX.fullmatch(text) is None:
        return False
    small, capital, digits, _ = kinds(text)
    return small + capital >= _MIN_HEX_KINDS and digits >= _MIN_HEX_KINDS


def looks_random(text: str) -> bool:
    """Tell whether a value looks made by a generator: at least 16 characters, and no words, path, number or UUID.

    It is asked of values beside a key that says little (``state``, ``hash``, ``algolia_key``), so hexadecimal counts.
    """
    text = text.strip()
    prefix = _PREFIX.match(text)
    if prefix is not None:
        text = text[prefix.end() :]
    if "://" in text:  # a webhook's address: its path is the secret
        return any(looks_random(part) for part in re.split(r"[/?&=#]", text.partition("://")[2])[1:])
    if len(text) < MIN_KEYED or _TOKEN.fullmatch(text) is None or is_uuid(text) or is_named_digest(text):
        return False
    if _FLOAT.fullmatch(text) is not None:
        return False
    if is_hex(text):
        return True
    small, capital, digits, other = kinds(text)
    if not digits and not (small and capital):
        return False
    if small + capital < _MIN_HEX_KINDS or other > _MAX_SEPARATORS * len(text):
        return False
    words = sum(len(part) for part in _PARTS.split(text) if len(part) > _OTHER and part.isalpha() and _is_word(part))
    if words * 3 > len(text):  # my-service-7d9f8b6c5
        return False
    return unlikeliness(text) >= _MIN_SHARE - (0.1 if _one_case(text) else 0)


def _is_word(text: str) -> bool:
    """Tell a word of letters that could be one of a language."""
    return unlikeliness(text) < _WORD_SHARE


def _one_case(text: str) -> bool:
    """Tell Base32 and Base36, in which letters of one case and digits change less often."""
    return _BASE32.fullmatch(text) is not None or _LETTERS_DIGITS.fullmatch(text) is not None
