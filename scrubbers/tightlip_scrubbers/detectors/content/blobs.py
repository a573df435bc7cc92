r"""Binary data written as text: Base64, hexadecimal digits, escapes, certificates, dumps of memory.

Digests are shorter, or say their name before them; what is only long (``aaaa...``) counts too, since no word has 120 letters.

Sources: RFC 4648 (Base64 and its alphabets), RFC 2045 section 6.8 (lines of 76), RFC 7468 (PEM), the manuals of
hexdump(1), xxd(1), od(1) and gdb(1) on their output, the Python language reference on bytes literals.
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.content.sizes import mark, marks
from tightlip_scrubbers.meanings.data import MARKER
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.randomness import unlikeliness
from tightlip_scrubbers.rule import Rule, has, many
from tightlip_scrubbers.spans import Span, is_ascii_alnum

_FIRST_LINES: Final = 400  # of a block: enough to tell its first line
_LONG: Final = 120
_VARIED: Final = 12
_ONLY_DIGITS: Final = compile_pattern(r"[0-9A-Fa-f\s]++\Z")
_SEPARATORS: Final = re.compile(r"[/_\-+\n\\]")
_TURNS: Final = re.compile(r"[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])")
_DIGEST: Final = re.compile(r"(?i:sha|digest|hash|checksum|etag|fingerprint)[\w\-]{0,12}[\"']?[\s:=(]{1,4}\Z")
_DIGESTS: Final = (96, 128)
_WORDY: Final = 0.2
_HUMPS: Final = re.compile(r"[A-Z][a-z]{2,16}(?=[A-Z_0-9]|\Z)")
_HUMP: Final = 16
_NAME_SHARE: Final = 0.25
"""Of the pairs in Base64 0.6 and more are unlikely, of those in the longest names of code 0.2 at most."""
_ESCAPE: Final = re.compile(r"\\+x[0-9a-fA-F]{2}|\\+u00[0-9a-fA-F]{2}")
_ESCAPES: Final = 16
_BYTES_END: Final = {quote: compile_pattern(rf"(?:[^{quote}\\\n]|\\[^\n])*+") for quote in "\"'"}
_FEW_ESCAPES: Final = 4
_QUOTES: Final = ('"', "'")
_LINE_REACH: Final = 256
_PAIRS: Final = 47
_COLONED: Final = 119
_LONG_BYTES: Final = 24
_DUMP_LINE: Final = compile_pattern(
    r"(?:[ \t]*+(?:0x)?[0-9a-fA-F]{4,16}+(?: <[^>\n]{1,64}>)?:?[ \t]{1,4}+(?:(?:0x)?[0-9a-fA-F]{2,16}+[ \t]{0,3}+(?:- ?)?){4,}+[^\n]*+|[ \t]*+\*)\r?(?:\n|\Z)"
)


def base64(text: str, start: int, end: int) -> Span | None:
    """Confirm a long run, lines included, as Base64: its letters, capitals and digits change all the time, as in no path or name."""
    run = text[start:end]
    if (
        len(run) < _LONG or len(set(run)) < _VARIED or _ONLY_DIGITS.match(run)
    ):  # shorter ones are tokens, and some are masked
        return None
    if len(_HUMPS.findall(run)) * _HUMP > len(run) and unlikeliness(run) < _NAME_SHARE:  # a class with a long name
        return None
    if _SEPARATORS.search(run) and len(_TURNS.findall(run)) < len(run) * _WORDY:
        return None
    return start, end


def digits(text: str, start: int, end: int) -> Span | None:
    """Confirm a run of hexadecimal digits that is no digest."""
    if end - start in _DIGESTS and _DIGEST.search(text[max(0, start - 24) : start]):
        return None
    return (start, end) if end - start >= _DIGESTS[0] else None


def pairs(text: str, start: int, end: int) -> Span | None:
    """Confirm sixteen bytes or more, apart by blanks."""
    return (start, end) if end - start >= _PAIRS and not is_ascii_alnum(text[start - 1 : start]) else None


def longer(text: str, start: int, end: int) -> Span | None:
    """The same with colons between, as moduli of keys are printed; fingerprints have 32 bytes at most."""
    return (start, end) if end - start >= _COLONED and not text[start - 1 : start].isalnum() else None


def escaped(text: str, start: int, end: int) -> Span | None:
    """Confirm a run with many escapes of bytes in it."""
    return (start, end) if len(_ESCAPE.findall(text, start, end)) >= _ESCAPES else None


def literal(text: str, start: int, end: int) -> Span | None:
    """Take what stands in a bytes literal, unless it is a name or a few signs."""
    quote = text[end - 1]
    line_start = text.rfind("\n", max(0, start - _LINE_REACH), start) + 1 or max(0, start - _LINE_REACH)
    # The quote may close a text that ends with the letter b.
    if (
        text[start - 1 : start].isalnum()
        or text[start - 1 : start] in _QUOTES
        or text.count(quote, line_start, start) % 2
    ):
        return None
    inner = _BYTES_END[quote].match(text, end)
    stop = inner.end() if inner else end
    value = text[end:stop]
    escapes = len(_ESCAPE.findall(value))
    if not text.startswith(quote, stop) and not escapes:
        return None
    if len(value) >= _LONG_BYTES or escapes >= _FEW_ESCAPES or (" " in value and any(map(str.isalpha, value))):
        return (end, stop) if not MARKER.fullmatch(value) else None
    return None


def block(text: str, start: int, end: int) -> Span | None:
    """Take a PEM block that has a body; without a last line it was cut."""
    label = text[start:end].removeprefix("-----BEGIN")
    close = text.find("-----END" + label, end)
    stop = close + len("-----END" + label) if close >= 0 else len(text)
    body = (
        text[end : min(close if close >= 0 else stop, end + _FIRST_LINES)].replace("\\n", "").replace("\\r", "").split()
    )
    return (start, stop) if body and len(body[0]) > 16 else None  # noqa: PLR2004  # a line of it, no word


def dump(text: str, start: int, end: int) -> Span | None:
    """Take the lines of a dump of memory, as long as they go on."""
    line_start = text.rfind("\n", 0, start) + 1
    while text[line_start : line_start + 1] in (" ", "\t"):
        line_start += 1
    first = start
    if line_start < start and text[line_start:start].strip():  # prose before the first line
        if text[start - 1] not in " \t([{<;:'\"`|=>“„«「x":
            return None
        first = start - 2 if text[start - 1] == "x" else start
    else:
        first = line_start
    position, lines = first, 0
    while (line := _DUMP_LINE.match(text, position)) is not None:
        position = line.end()
        lines += 1
    if not lines:
        return None
    while position > end and text[position - 1] in "\r\n":
        position -= 1
    return first, position


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.pem",
        kind="content",
        gate=has("-----BEGIN "),
        pattern=r"-----BEGIN (?:[A-Z0-9]{1,16}+ ){0,3}[A-Z0-9]{1,16}-----",
        validator=block,
        marker="[pem]",
        matches=(
            "got -----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ29udGVudHM\n-----END CERTIFICATE----- back",
            "-----BEGIN PUBLIC KEY-----\\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\\n-----END PUBLIC KEY-----",
        ),
        misses=("-----BEGIN CERTIFICATE-----", "expected -----BEGIN PUBLIC KEY----- here", "-----END CERTIFICATE-----"),
    ),
    Rule(
        id="content.base64",
        kind="content",
        gate=has(run=60),
        pattern=(
            r"[A-Za-z0-9+/_\-]{60,}+(?:(?:\r?\n[ \t]{0,8}|\\n)[A-Za-z0-9+/_\-]{60,}+)*+"
            r"(?:(?:\r?\n[ \t]{0,8}|\\n)(?=[A-Za-z]*+[0-9+/=])[A-Za-z0-9+/_\-]{2,59}+(?![ \w]))?+={0,2}+"
        ),
        validator=base64,
        marker="[base64]",
        mark=mark("base64"),
        marks=marks("base64"),
        matches=(
            "image iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4w38GIAXDI\nBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg8ZXJTb3J0ZWQgb3V0== refused",
            "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4w38G\nIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg8ZXJTsY2FsbGVkIGl0",
        ),
        misses=(
            "a_very_long_name_of_a_test_that_somebody_wrote_to_say_what_it_is_about_and_then_went_on_with_even_more_words_and_no_end_in_sight",
            "-" * 130,
            "Key 'x' not found in RegistryDiscoveryConfigurationAuthorizerConfigurationCustomJwtAuthorizerPrivateEndpointOverrideArgs",
            "/items/of/a/route/that/goes/on/and/on",
        ),
    ),
    Rule(
        id="content.hexadecimal",
        kind="content",
        gate=has(run=96),
        pattern=r"[0-9A-Fa-f]{32,}+",
        validator=digits,
        marker="[hex]",
        mark=mark("hex"),
        marks=marks("hex"),
        matches=("body " + "89504e470d0a1a0a" * 8 + " refused", "(0x" + "4465617220416e6e2c" * 7 + ")"),
        misses=("da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha512: " + "cf83e1357eefb8bd" * 8),
    ),
    Rule(
        id="content.hexadecimal-pairs",
        kind="content",
        gate=many(" ", 10, digits=1),
        pattern=r"[0-9A-Fa-f](?<![0-9A-Za-z].)(?:(?<=0)x[0-9A-Fa-f]{2}|[0-9A-Fa-f])(?:,? (?:0x)?[0-9A-Fa-f]{2}(?![0-9A-Za-z])){8,}+",
        validator=pairs,
        marker="[hex]",
        mark=mark("hex"),
        marks=marks("hex"),
        matches=(
            "got 44 65 61 72 20 41 6e 6e 2c 20 49 20 61 6d 20 69 back",
            "frame 0x44, 0x65, 0x61, 0x72, 0x20, 0x41, 0x6e, 0x6e, 0x2c, 0x20, 0x49 refused",
        ),
        misses=("at 10 20 30 40", "add de ad be ef to it"),
    ),
    Rule(
        id="content.hexadecimal-colons",
        kind="content",
        gate=many(":", 39),
        pattern=r"[0-9A-Fa-f](?<![0-9A-Za-z].)[0-9A-Fa-f](?::[0-9A-Fa-f]{2}(?![0-9A-Za-z])){39,}+",
        validator=longer,
        marker="[hex]",
        mark=mark("hex"),
        marks=marks("hex"),
        matches=(
            "modulus 00:" + "44:65:61:72:20:41:6e:6e:2c:20:" * 4 + "21 refused",
            ":".join(("DE:AD:44:65:61:72:20:41",) * 8),
        ),
        misses=("SHA256 " + ":".join(("de:ad:be:ef:00:01:02:03",) * 4), "from 10:20:30 to 11:20:30"),
    ),
    Rule(
        id="content.escapes",
        kind="content",
        gate=many("\\x", 16),
        pattern=r"\\(?<!\\\\)\\*+x[0-9a-fA-F]{2}(?:[^\\\n\"']{0,8}+\\++(?:x[0-9a-fA-F]{2}|[nrt0abfv\\'\"]))*+",
        validator=escaped,
        marker="[bytes:small]",
        mark=mark("bytes"),
        marks=marks("bytes"),
        matches=("got " + r"\x89\x50\x4e\x47" * 4 + " instead", "(" + r"\x00\x01ab" * 8 + ")"),
        misses=(r"bad byte \x89 at 3", r"\x00\x01\x02 and \x03"),
    ),
    Rule(
        id="content.bytes",
        kind="content",
        gate=has("b'", 'b"'),
        pattern=r"b[\"']",
        validator=literal,
        marker="[bytes:small]",
        mark=mark("bytes"),
        marks=marks("bytes"),
        matches=(
            r"cannot decode b'\x89PNG\r\n\x1a\n\x00\x00\x00'",
            "expected str, got b'Dear Ann, hello' instead",
            "bytearray(b'Dear Ann')",
        ),
        misses=("expected b'PK' first", "b'' is empty", "a grab'", "use b'abc' here"),
    ),
    Rule(
        id="content.memory-dump",
        kind="content",
        gate=has("0000", "0x", "0: ", "0  ", digits=1),
        pattern=r"[0-9a-fA-F](?:[0-9a-fA-F]{6,15}+(?: <[^>\n]{1,64}>)?:?|[0-9a-fA-F]{3,5}+:)[ \t]{1,4}(?:(?:0x)?[0-9a-fA-F]{2,16}[ \t]{1,3}(?:- ?)?){4}",
        validator=dump,
        marker="[memory]",
        mark=mark("memory"),
        marks=marks("memory"),
        matches=(
            "00000000  44 65 61 72 20 41 6e 6e  2c 20 49 20 61 6d 20 69  |Dear Ann, I am i|\n00000010  6c 6c 20 61 6e 64 20 74  |ll and t|",
            "00000000: 4465 6172 2041 6e6e 2c20 4920 616d 2069  Dear Ann, I am i",
            "got `00000000  44 65 61 72 20 41 6e 6e  2c 20 49 20 61 6d 20 69  |Dear Ann, I am i|` twice",
            "0x7ffe1000: 0x00000000 0x44656172 0x20416e6e 0x00000000 0x00000001",
        ),
        misses=("2024 12 31 10 20 30 0000", "in 1999 10 of 20", "0000 is a pin"),
    ),
)
