"""What a value looks like in an encoding: the texts that are searched for.

All forms are in lower case, as the texts are that they are searched in; that makes "another case" no encoding of its own. *Bare* forms
are searched for among letters and digits alone, with what stood between them taken out: that finds separators of any sort, escapes,
lists of codes, and a value that is split over neighbouring fields, without a form for each.

Not covered, and left to the comparison of runs: salted and keyed hashes, ciphers, lengths, order, and whatever else tells of a value.
"""

from __future__ import annotations

import base64
import codecs
import functools
import hashlib
import html
import json
import re
import unicodedata
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, quote_plus

from tightlip.suite.canaries import FEWEST_DIFFERENT, KINDS, SHORTEST_SEARCHED
from tightlip.suite.canary_kind import PIECE, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters of a piece that is searched for: of a value, from either end, and of a hash. In 40 KB of random hexadecimal digits a piece
#: of a hash stands by chance once in 100,000 times; texts are far from random.
CUT: Final = 8
#: So many characters of a piece must be the value's own: not fixed by its form, not the same in another value.
_OWN: Final = 5
_MOST_WORDS: Final = 40
_SHORTEST_BARE: Final = 8
_SURE: Final = 48
#: Longer values are not hashed, nor written as one number: their first and last characters and their words do.
_LONGEST: Final = 4096
_NOT_BARE: Final = re.compile(r"[\W_]+")
# Cyrillic and Greek letters that cannot be told from Latin ones by their looks (https://www.unicode.org/reports/tr39/).
_SAME_LOOKS: Final = "аеорсухіјѕԁһԛԝАВЕКМНОРСТХІЈЅοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"  # noqa: RUF001 - that is what they are
_LOOKALIKES: Final = str.maketrans(_SAME_LOOKS, "aeopcyxijsdhqwABEKMHOPCTXIJSoABEZHIKMNOPTYX")
_WORD: Final = re.compile(r"[^\W_]{6,}")
_HASHES: Final = (
    "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "blake2s",
)  # fmt: skip
# RFC 9562, section 6.6: the namespaces of names.
_NAMESPACES: Final = tuple(f"6ba7b81{digit}-9dad-11d1-80b4-00c04fd430c8" for digit in "0124")


class Form(NamedTuple):
    """One text to search for; hundreds a value, and a tuple is made in a third of a dataclass's time.

    Attributes:
        encoding: For a person.
        text: In lower case.
        bare: Searched among letters and digits alone.
        weak: It may be a text that stands there whatever the value is: it counts only if another run's output does not hold it.
    """

    encoding: str
    text: str
    bare: bool = False
    weak: bool = False


def bare(text: str) -> str:
    """The letters and digits of a text, in lower case, without accents, and in place of letters that look the same the usual ones."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_LOOKALIKES)
    return _NOT_BARE.sub("", text.lower())


@functools.lru_cache(maxsize=256)
def forms(value: str, other: str | None = None) -> tuple[Form, ...]:
    """All forms of a value, plainest first.

    Args:
        value: The canary's value.
        other: Its value in another run: what both have in common tells nothing. None: what the forms of kinds fix is left out alone.

    Returns:
        Forms that are long enough not to stand somewhere by chance.
    """
    made: dict[tuple[str, bool], Form] = {}
    # What both values make, neither of them made: "A-B" and "a.b" are the same letters.
    theirs = _plain(other) if other is not None and other != value else {}
    for form in (*_plain(value).values(), *_parts(value, other)):
        key = (form.text, form.bare)
        if _tells(form) and key not in theirs:
            made.setdefault(key, form)
    # Before the parts: a piece of the value tells less than a hash of all of it.
    return (
        *(form for form in made.values() if not form.weak),
        *_hashed(value),
        *(form for form in made.values() if form.weak),
    )


def _tells(form: Form) -> bool:
    if len(form.text) < (_SHORTEST_BARE if form.bare else SHORTEST_SEARCHED):
        return False
    different = len(set(form.text))
    # Bits are but two digits; so many of them are no chance.
    return different >= FEWEST_DIFFERENT or (different > 1 and len(form.text) >= _SURE)


@functools.lru_cache(maxsize=256)
def _plain(value: str) -> dict[tuple[str, bool], Form]:
    data = value.encode("utf-8", "surrogatepass")
    made: dict[tuple[str, bool], Form] = {}
    for encoding, text in (*_texts(value, data), *_addresses(value)):
        made.setdefault((text.lower(), False), Form(encoding, text.lower()))
    for encoding, text in _bare_texts(value, data):
        made.setdefault((bare(text), True), Form(encoding, bare(text), bare=True))
    return made


def _hashed(value: str) -> list[Form]:
    return [Form(encoding, text.lower()) for encoding, text in _hashes(value)] if len(value) <= _LONGEST else []


def _texts(value: str, data: bytes) -> Iterator[tuple[str, str]]:
    yield "raw", value
    for text in (quote(data, safe=""), quote(data), quote_plus(data), quote(data, safe="!'()*")):
        yield "URL", text
        yield "URL, twice", quote(text, safe="")
    escaped = json.dumps(value)[1:-1]
    yield "JSON escapes", escaped
    yield "JSON escapes", json.dumps(value, ensure_ascii=False)[1:-1]
    yield "JSON escapes, twice", json.dumps(escaped)[1:-1]
    yield "Python escapes", repr(value)[1:-1]
    yield "Python escapes", ascii(value)[1:-1]
    yield "Python escapes", repr(data)[2:-1]
    yield "HTML entities", html.escape(value)
    yield "HTML entities", html.escape(value).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield "reversed", value[::-1]
    yield "ROT13", codecs.encode(value, "rot13")
    for name, raw in (("base64", data), ("base64 of UTF-16", value.encode("utf-16-le", "surrogatepass"))):
        for text in _base64(raw):
            yield name, text
            yield name, text.replace("+", "-").replace("/", "_")
    for text in _base32(data):
        yield "base32", text
    yield "base85", base64.b85encode(data).decode()
    yield "base85", base64.a85encode(data).decode()


def _base64(data: bytes) -> Iterator[str]:
    """At each of the three offsets, the characters that no neighbour has a bit in."""
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + data).decode()
        yield text[(offset * 8 + 5) // 6 : (offset + len(data)) * 8 // 6]


def _base32(data: bytes) -> Iterator[str]:
    for offset in range(5):
        text = base64.b32encode(bytes(offset) + data).decode()
        yield text[(offset * 8 + 4) // 5 : (offset + len(data)) * 8 // 5]


def _bare_texts(value: str, data: bytes) -> Iterator[tuple[str, str]]:
    yield "split or with separators", value
    yield "reversed, split or with separators", value[::-1]
    yield "ROT13, split or with separators", codecs.encode(value, "rot13")
    yield "base64, split", base64.b64encode(data).decode().rstrip("=")
    yield "hex", data.hex()
    yield "URL, every character, twice", "".join(f"25{byte:02x}" for byte in data)
    yield "hex, reversed", data[::-1].hex()
    yield "hex", "".join(f"x{byte:02x}" for byte in data)
    yield "hex", "".join(f"0x{byte:x}" for byte in data)
    yield "hex of UTF-16", value.encode("utf-16-le", "surrogatepass").hex()
    yield "hex of UTF-16", value.encode("utf-16-be", "surrogatepass").hex()
    yield "Unicode escapes", "".join(f"u{ord(char):04x}" for char in value)
    yield "Unicode escapes", "".join(f"x{ord(char):x}" for char in value)
    yield "character codes", "".join(str(ord(char)) for char in value)
    yield "character codes", "".join(str(byte) for byte in data)
    yield "octal escapes", "".join(f"{byte:03o}" for byte in data)
    yield "bits", "".join(f"{byte:08b}" for byte in data)
    if len(data) <= _LONGEST // 4:
        yield "one number", str(int.from_bytes(data, "big"))
        yield "one number", str(int.from_bytes(data, "little"))


def _addresses(value: str) -> Iterator[tuple[str, str]]:
    if not 2 <= value.count(".") + value.count(":") <= 8:  # noqa: PLR2004 - the signs of an address
        return
    import ipaddress  # noqa: PLC0415 - few values are addresses

    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return
    yield "the address as a number", str(int(address))
    yield "the address in hex", address.packed.hex()
    yield "the address in hex", f"{int(address):x}"
    yield "the address, whole", address.exploded
    yield "the address, short", address.compressed
    name = address.reverse_pointer
    yield "the address, reversed", name.rpartition(".ip6")[0] or name.rpartition(".in-addr")[0]
    if address.version == 4:  # noqa: PLR2004 - IPv4
        yield "the address, padded", ".".join(f"{byte:03d}" for byte in address.packed)
        yield "the address in hex", ".".join(f"0x{byte:x}" for byte in address.packed)
        yield "the address in octal", ".".join(f"0{byte:o}" for byte in address.packed)
        yield "the address within an IPv6 one", ":".join(address.packed[at : at + 2].hex() for at in (0, 2))


def _hashes(value: str) -> Iterator[tuple[str, str]]:
    for text in dict.fromkeys((value, value.lower(), value.strip(), f"{value}\n")):
        data = text.encode("utf-8", "surrogatepass")
        for name in _HASHES:
            digest = hashlib.new(name, data, usedforsecurity=False).digest()
            yield from _digest(name.replace("_", "-"), digest)
        for size in (8, 16, 20):
            yield from _digest("blake2b", hashlib.blake2b(data, digest_size=size).digest())
        for name, number in (("crc32", zlib.crc32(data)), ("adler32", zlib.adler32(data))):
            yield name, f"{number:08x}"
            yield name, str(number)
        for namespace in _NAMESPACES:
            space = bytes.fromhex(namespace.replace("-", ""))
            for version, name in ((3, "md5"), (5, "sha1")):
                digest = hashlib.new(name, space + data, usedforsecurity=False).digest()
                # Of a UUID, the first eight digits; the version and the variant are written over later ones.
                yield f"UUID of version {version} made from it", digest.hex()[:CUT]


def _digest(name: str, digest: bytes) -> Iterator[tuple[str, str]]:
    text = digest.hex()
    yield name, text
    yield f"{name}, cut", text[:CUT]
    yield f"{name}, cut", text[-CUT:]
    coded = base64.b64encode(digest).decode().rstrip("=")
    yield f"{name} in base64", coded[:CUT]
    yield f"{name} in base64", coded[:CUT].replace("+", "-").replace("/", "_")


@functools.cache
def _fixed() -> frozenset[str]:
    """The pieces that a form of some kind fixes."""
    return frozenset(piece for kind in KINDS.values() for form in kind.forms.values() for piece in form.fixed)


def _parts(value: str, other: str | None) -> Iterator[Form]:
    own = _own(value, other)
    for encoding, ats in (
        (f"first {CUT} characters", range(len(value) - CUT)),
        (f"last {CUT} characters", range(len(value) - CUT, 0, -1)),
    ):
        for at in ats:
            # A piece that the form fixes (sk_live_) tells nothing; the piece behind it does.
            if sum(own[at : at + CUT]) >= _OWN:
                piece = value[at : at + CUT]
                yield Form(encoding, piece.lower(), weak=True)
                yield Form(f"{encoding}, in hex", piece.encode("utf-8", "surrogatepass").hex(), weak=True)
                yield Form(f"{encoding}, reversed", piece[::-1].lower(), weak=True)
                break
    theirs = frozenset(_WORD.findall(other.lower())) if other is not None else frozenset[str]()
    words = dict.fromkeys(
        match[0].lower() for match in _WORD.finditer(value) if sum(own[match.start() : match.end()]) >= _OWN
    )
    for word in list(words)[:_MOST_WORDS]:
        if word not in theirs:
            yield Form("a part of it", word, weak=True)


def _own(value: str, other: str | None) -> list[bool]:
    """Which characters are the value's own."""
    own = [True] * len(value)
    theirs = pieces(other) if other is not None else set[str]()
    for at in range(len(value) - PIECE + 1):
        piece = value[at : at + PIECE]
        if piece in theirs or piece in _fixed():
            own[at : at + PIECE] = [False] * PIECE
    return own
