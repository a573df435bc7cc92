r"""Values that are known to be secret: found wherever they stand, plain or in a common encoding, whatever their form.

`protect` adds one. By default the process's own are known as well: values of environment variables under secret names, home and
working folder, user and host name, and arguments that look like data. They are looked for in plain text only, never in text
that comes from code.

Guarantees:

1. A value is found as it is, as JSON, ``repr``, percent-encoding, ``\u`` escapes, hex and Base64 (both alphabets, at each of three
   offsets) write it; of Base64 and hex the whole run goes.
2. Values stay in this module's memory; none is stored, sent, logged or put into an error.

Of a value that was found in the same event or data (`echoes`) also: other cases, every character percent-encoded, as a number of HTML, as a
``\x`` escape, and its MD5, SHA-1 and SHA-256 in hex, which for a mail address or a name say as much as it does.

Not covered: a part of a value; of other values a hash; values shorter than three characters. A short value, and a name that is a common
word (a user called ``will``), count only where they stand alone, the common word only where no sentence uses it: between signs of
code, as in ``/will/`` or ``will@``.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from tightlip_scrubbers.boring import DULL
from tightlip_scrubbers.common_words import COMMON_WORDS, GENERIC_NAMES
from tightlip_scrubbers.findings import Finding, Kind
from tightlip_scrubbers.keys import NAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

KINDS_OF: Final[dict[str, Kind]] = {
    "known.secret": "secret",
    "known.path": "path",
    "known.user": "pii",
    "known.host": "pii",
    "known.argument": "content",
}
MARKERS: Final[dict[str, str]] = {
    "known.secret": "[secret]",
    "known.path": "[path]",
    "known.user": "[user]",
    "known.host": "[host]",
    "known.argument": "[argument]",
}
"""What stands in place of a known value, by the rule that it counts under."""

SHORTEST: Final = 3
_ANYWHERE: Final = 6
"""A value of so many characters is found inside of words, too; a shorter one only where it stands alone."""
_LONGEST: Final = 4_096
_MOST: Final = 10_000
_AGAIN_AFTER: Final = 0.25
_LOOP: Final = 64
_BASE64_RUN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-")
_HEX_RUN: Final = frozenset("0123456789abcdefABCDEF")
_PERCENT: Final = re.compile(r"%[0-9A-F]{2}")
_SENTENCE: Final = frozenset(" \t\r\n.,;!?()")
_HASHES: Final = ("md5", "sha1", "sha256")
_DATA_ARGUMENT: Final = re.compile(r"[/\\@]|[A-Za-z][0-9]|[0-9][A-Za-z]|[0-9]{5}|[^\x00-\x7f]|\s")


class Known:
    """A set of known values, and how each of them may be written."""

    def __init__(self, *, process: bool, rare: bool = False) -> None:
        self._process = process
        self._rare = rare
        self._given: dict[str, str] = {}
        self._own: tuple[tuple[str, str], ...] = ()
        self._looked_at = float("-inf")
        self._version = 0
        self._plain: list[tuple[str, str]] = []
        self._dull = False
        self._encoded: list[tuple[int, str, str, frozenset[str] | None]] = []
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> bool:
        """Know a value from now on.

        Args:
            value: The text, or the text of a number. It is kept in memory for as long as the process runs.

        Returns:
            Whether it is looked for: not if it has fewer than ``SHORTEST`` characters, which stand in any text.
        """
        is_new = self.add_quietly(value)
        if is_new:
            self.rebuild()
        return is_new

    def add_quietly(self, value: str) -> bool:
        """As `add`, for several values: `rebuild` makes them count."""
        text = str.__str__(value)
        if not SHORTEST <= len(text) <= _LONGEST or len(self._given) >= _MOST:
            return False
        self._given[text] = "known.secret"
        return True

    def refresh(self, *, now: bool = False) -> int:
        """Read the process's own values again, every quarter of a second or now; a number that is another one once values changed."""
        if self._process:
            moment = time.monotonic()
            if now or moment - self._looked_at >= _AGAIN_AFTER:
                self._looked_at = moment
                own = tuple(_own_values())
                if own != self._own:
                    self._own = own
                    self.rebuild()
        return self._version

    def find(self, text: str, kinds: Collection[Kind], *, is_dull: bool = False) -> list[Finding]:
        """Every place of a known value in a text; in no order, and they may overlap.

        Args:
            text: Any text.
            kinds: The classes that count; a protected value counts whatever they are.
            is_dull: Whether the text is one of ordinary words: nothing encoded is in it.
        """
        found: list[Finding] = []
        if not self._plain or (is_dull and not self._dull):
            return found
        if self._pattern is None:
            present = [(value, rule) for value, rule in self._plain if value in text]
        else:
            spelt = dict(self._plain)
            present = [(value, spelt[value]) for value in set(self._pattern.findall(text))]
        for value, rule in present:
            if KINDS_OF[rule] in kinds or value in self._given:
                found += (Finding(rule, KINDS_OF[rule], start, end) for start, end in _places(text, value, rule))
        length = len(text)
        for size, form, rule, run in () if is_dull else self._encoded:
            if size > length:  # and so are those behind it
                break
            if form in text and KINDS_OF[rule] in kinds:
                found += (Finding(rule, KINDS_OF[rule], start, end) for start, end in _runs(text, form, run))
        return found

    def rebuild(self) -> None:
        """Work out how each value may be written."""
        values = {**dict(self._own), **self._given}
        # The longest first: a folder inside of the home folder goes whole.
        ordered = sorted(values.items(), key=lambda item: -len(item[0]))
        encoded = [(form, rule, run) for value, rule in ordered for form, run in _encodings(value)]
        if self._rare:
            encoded += [(form, rule, run) for value, rule in ordered for form, run in _rare_encodings(value)]
        by_length = sorted(((len(form), form, rule, run) for form, rule, run in encoded), key=lambda one: one[0])
        pattern = re.compile("|".join(re.escape(value) for value, _ in ordered)) if len(ordered) > _LOOP else None
        # Other threads may be reading: each list is made whole and then put in place.
        self._plain, self._encoded, self._pattern = ordered, by_length, pattern
        self._dull = any(DULL.issuperset(value) for value in values)  # else no text of ordinary words holds one
        self._version += 1


def _places(text: str, value: str, rule: str) -> Iterator[tuple[int, int]]:
    alone = len(value) < _ANYWHERE or rule in ("known.user", "known.host")
    in_code_only = value.lower() in COMMON_WORDS
    position = text.find(value)
    while position >= 0:
        end = position + len(value)
        before, after = text[position - 1 : position], text[end : end + 1]
        if not ((alone or in_code_only) and (_is_letter(before) or _is_letter(after))) and not (
            in_code_only and (not before or before in _SENTENCE) and (not after or after in _SENTENCE)
        ):
            yield position, end
        position = text.find(value, end)


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _runs(text: str, form: str, run: frozenset[str] | None) -> Iterator[tuple[int, int]]:
    """The places of an encoded form, each with all of the run that it is in: the rest of the run is the rest of the value."""
    position = text.find(form)
    while position >= 0:
        start, end = position, position + len(form)
        if run is not None:
            while start > 0 and text[start - 1] in run:
                start -= 1
            while end < len(text) and text[end] in run:
                end += 1
        yield start, end
        position = text.find(form, end)


def _encodings(value: str) -> Iterator[tuple[str, frozenset[str] | None]]:
    """How else a value may be written, with the alphabet of the run that it is then part of."""
    if len(value) < _ANYWHERE:
        return
    raw = value.encode("utf-8", "surrogatepass")
    seen = {value}
    percent = (quote(raw, safe=""), quote(raw), quote_plus(raw))
    escaped = (
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
        "".join(f"\\u{ord(c):04x}" for c in value if c <= "\uffff"),
    )
    for form in (
        *percent,
        *(_PERCENT.sub(lambda code: code[0].lower(), p) for p in percent),
        *escaped,
        json.dumps(json.dumps(value)[1:-1])[1:-1],
    ):
        if form not in seen:
            seen.add(form)
            yield form, None
    yield raw.hex(), _HEX_RUN
    yield raw.hex().upper(), _HEX_RUN
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw).decode()
        # The characters that the value alone decides: not those that share bits with what stands beside it.
        inner = whole[(shift * 8 + 5) // 6 : (shift + len(raw)) * 8 // 6]
        for form in {inner, inner.replace("+", "-").replace("/", "_")}:
            yield form, _BASE64_RUN


def _rare_encodings(value: str) -> Iterator[tuple[str, frozenset[str] | None]]:
    """How a value is seldom written. Each way costs a search of every text, so that values of the process are not looked for so."""
    if len(value) < _ANYWHERE:
        return
    import hashlib  # noqa: PLC0415 - it loads OpenSSL, which costs 10 ms

    raw = value.encode("utf-8", "surrogatepass")
    for form in {value.lower(), value.upper()} - {value}:
        yield form, None
    yield "".join(f"%{byte:02X}" for byte in raw), None
    yield "".join(f"%{byte:02x}" for byte in raw), None
    yield "".join(f"\\x{byte:02x}" for byte in raw), None
    yield "".join(f"&#{ord(character)};" for character in value), None
    yield "".join(f"&#x{ord(character):x};" for character in value), None
    for text in {raw, value.strip().lower().encode("utf-8", "surrogatepass")}:
        for hashed in _HASHES:
            yield hashlib.new(hashed, text, usedforsecurity=False).hexdigest(), _HEX_RUN


def _own_values() -> Iterator[tuple[str, str]]:
    """The process's own secrets and identity, each with the rule that it counts under."""
    for value in _secrets():
        yield value, "known.secret"
    for folder in _folders():
        if len(folder) >= _ANYWHERE - 1 and folder.count("/") + folder.count("\\") > 1:
            yield folder, "known.path"
    for name in {os.environ.get(variable, "") for variable in ("USER", "LOGNAME", "USERNAME", "SUDO_USER")}:
        if len(name) >= SHORTEST and name.lower() not in GENERIC_NAMES:
            yield name, "known.user"
    for name in _hosts():
        if len(name) >= SHORTEST and name.lower() not in GENERIC_NAMES and not name.isdecimal():
            yield name, "known.host"
    for argument in sys.argv[1:]:
        value = argument.partition("=")[2] if argument.startswith("-") else argument
        if len(value) >= _ANYWHERE and _DATA_ARGUMENT.search(value):
            yield value, "known.argument"


def _secrets() -> Iterator[str]:
    """Values of environment variables whose names say secret; not the words that stand there by default."""
    for name, value in os.environ.items():
        if len(value) < _ANYWHERE or value.isdecimal() or value.lower() in GENERIC_NAMES:
            continue
        meaning = NAMES.meaning(name)
        if meaning is None:
            NAMES.learn((name,))
        elif meaning.kind == "secret" and (meaning.check is None or meaning.check(value)):
            yield value


def _folders() -> Iterator[str]:
    for variable in ("HOME", "USERPROFILE"):
        yield os.environ.get(variable, "").rstrip("/\\")
    try:
        yield os.getcwd()  # noqa: PTH109 - pathlib costs more than this asks
    except OSError:  # the folder is gone
        return


def _hosts() -> set[str]:
    names = {os.environ.get("HOSTNAME", ""), os.environ.get("COMPUTERNAME", "")}
    if hasattr(os, "uname"):
        names.add(os.uname().nodename)
    return names | {name.partition(".")[0] for name in names}


KNOWN: Final = Known(process=True)
"""The values of this process; every `Scrubber` looks for them."""


def protect(value: str) -> bool:
    """Let no plain text leave with this value in it, in whatever common encoding.

    Args:
        value: A secret that the program has at hand: a token, a password, a customer's name. It is kept in memory.

    Returns:
        Whether it is looked for: not if it has fewer than three characters.

    Raises:
        TypeError: If value is not a string.
    """
    return KNOWN.add(value)
