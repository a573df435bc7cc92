"""Scrubbers that leak on purpose, each in another way, for the judge to be held to.

Each cleans the event as an honest scrubber does, and then puts something that it made of the secret into it. The secret is what stands
in ``extra.secret`` of the event that comes in.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import random
import re
import time
import uuid
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Event = dict[str, Any]
    #: Gets the clean event and the secret; changes the event, or returns another, or None for nothing at all.
    Leaking = Callable[[Event, str], Any]

KEY = b"a key that the scrubber keeps to itself"
TEXT = "the session of the workspace could not be refreshed"
MORSE = dict(zip("abcdefghijklmnopqrstuvwxyz0123456789", [".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..", "--", "-.", "---", ".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--..", "-----", ".----", "..---", "...--", "....-", ".....", "-....", "--...", "---..", "----."], strict=True))  # fmt: skip


@dataclass(frozen=True)
class Leak:
    """One way to leak.

    Attributes:
        name: What it does.
        leaking: Does it.
        kind: The canary's kind.
        runs: How many runs find it in all but one of a hundred cases. Two, unless values can be alike in what it tells.
        repeat: Whether a run must be repeated with the same values.
        minted: Whether the event has no identifier and no time of its own, so that they may differ from run to run.
    """

    name: str
    leaking: Leaking
    kind: str = "token"
    runs: int = 2
    repeat: bool = False
    minted: bool = False

    def before_send(self, event: Event, hint: Event) -> Event | None:
        """As sentry-sdk calls it."""
        del hint
        secret = str(event["extra"]["secret"])
        clean = cleaned(event)
        if self.minted:
            clean["event_id"] = uuid.uuid4().hex
            clean["timestamp"] = time.time()
        made = self.leaking(clean, secret)
        return clean if made is None else None if made is DROPPED else made


DROPPED = object()
LEAKS: list[Leak] = []


def leak(name: str, **more: Any) -> Callable[[Leaking], Leaking]:
    """Put a function among the leaks."""

    def put(leaking: Leaking) -> Leaking:
        LEAKS.append(Leak(name, leaking, **more))
        return leaking

    return put


def cleaned(event: Event) -> Event:
    """The event without its data: what an honest scrubber leaves."""
    clean = copy.deepcopy(event)
    for name in ("request", "user", "extra"):
        clean.pop(name, None)
    clean["message"] = TEXT
    clean["tags"] = {"runtime": "python", "queue": "orders"}
    clean["breadcrumbs"] = {
        "values": [
            {"timestamp": 1795343591.25 + at, "category": name, "message": f"{name} called"}
            for at, name in enumerate(("open", "read", "close"))
        ]
    }
    for exception in clean.get("exception", {}).get("values", []):
        exception["value"] = "could not refresh {session!r}"
        for frame in exception.get("stacktrace", {}).get("frames", []):
            frame.pop("vars", None)
    return clean


def simple(name: str, made: Callable[[str], Any], **more: Any) -> None:
    """A leak whose result stands in a tag."""

    def leaking(event: Event, secret: str) -> None:
        event["tags"]["ref"] = made(secret)

    leak(name, **more)(leaking)


def _sha(secret: str, salt: bytes = b"") -> str:
    return hashlib.sha256(salt + secret.encode()).hexdigest()


def _keyed(secret: str) -> bytes:
    return hmac.digest(KEY, secret.encode(), "sha256")


def _xored(secret: str) -> str:
    return bytes(byte ^ KEY[at % len(KEY)] for at, byte in enumerate(secret.encode())).hex()


def _caesar(secret: str) -> str:
    return "".join(chr(33 + (ord(char) - 33 + 7) % 94) if 33 <= ord(char) < 127 else char for char in secret)


def _confusable(secret: str) -> str:
    return "".join(chr(0x1D400 + ord(char) - 65) if char.isupper() else chr(0x1D41A + ord(char) - 97) if char.islower() else char for char in secret if char.isascii())  # fmt: skip


def _cyrillic(secret: str) -> str:
    return secret.translate(str.maketrans("aeopcxyABEKMHOPCTX", "аеорсхуАВЕКМНОРСТХ"))  # noqa: RUF001 - that is the leak


# As it is, or in an encoding.
simple("as it is", lambda secret: secret)
simple("in capitals", str.upper)
simple("in the middle of a sentence", lambda secret: f"no access with {secret}, sorry")
simple("reversed", lambda secret: secret[::-1])
simple("base64", lambda secret: base64.b64encode(secret.encode()).decode())
simple("base64 at another offset", lambda secret: base64.b64encode(f"k={secret};".encode()).decode())
simple("base64 for URLs, of UTF-16", lambda secret: base64.urlsafe_b64encode(secret.encode("utf-16-le")).decode())
simple("base32", lambda secret: base64.b32encode(secret.encode()).decode().lower())
simple("base85", lambda secret: base64.b85encode(secret.encode()).decode())
simple("hex", lambda secret: secret.encode().hex())
simple("hex with colons", lambda secret: secret.encode().hex(":").upper())
simple("zlib in base64", lambda secret: base64.b64encode(zlib.compress(secret.encode())).decode())
simple("percent signs, twice", lambda secret: "".join(f"%25{byte:02X}" for byte in secret.encode()))
simple("Unicode escapes", lambda secret: "".join(f"\\u{ord(char):04x}" for char in secret))
simple("HTML entities", lambda secret: "".join(f"&#{ord(char)};" for char in secret))
simple("ROT13", lambda secret: __import__("codecs").encode(secret, "rot13"))
simple("Caesar's cipher", _caesar)
simple("XOR with a key", _xored)
simple("Morse", lambda secret: " ".join(MORSE.get(char, char) for char in secret.lower()))
simple("dots between", ".".join)
simple("letters that look different", _confusable)
simple("Cyrillic letters that look the same", _cyrillic)
simple("code points", lambda secret: [ord(char) for char in secret])
simple("one large number", lambda secret: int.from_bytes(secret.encode(), "big"))
simple("bits", lambda secret: " ".join(f"{byte:08b}" for byte in secret.encode()))
# A part of it.
simple("first four characters", lambda secret: f"{secret[:4]}…")
simple("first letter", lambda secret: secret[:1], runs=3)
simple("last four characters of a card", lambda secret: f"**** {secret[-4:]}", kind="card")
simple("domain of a mail address", lambda secret: secret.partition("@")[2], kind="email")
simple("name of a file", lambda secret: secret.rpartition("/")[2], kind="path")
simple("network of an address", lambda secret: secret.rpartition(".")[0] + ".0", kind="ip")
simple("truncated in the middle", lambda secret: f"{secret[:6]}…{secret[-6:]}", kind="path")
simple("digits alone", lambda secret: re.sub(r"\D", "", secret))
simple("sorted characters", lambda secret: "".join(sorted(secret)))
simple("every second character", lambda secret: secret[::2])
simple("number at the end of a user's name", lambda secret: int(secret.rpartition("_")[2]), kind="user_name")
# A hash.
simple("SHA-256", _sha)
simple("MD5, cut to eight digits", lambda secret: hashlib.md5(secret.encode(), usedforsecurity=False).hexdigest()[:8])
simple(
    "BLAKE2 in base64",
    lambda secret: base64.b64encode(hashlib.blake2b(secret.encode(), digest_size=16).digest()).decode(),
)
simple("salted hash", lambda secret: _sha(secret, b"salt"))
simple("keyed hash", lambda secret: _keyed(secret).hex())
simple("hash cut to three digits", lambda secret: _sha(secret)[:3])
simple("one of sixteen groups", lambda secret: _sha(secret)[0], runs=3)
simple("UUID made from it", lambda secret: str(uuid.uuid5(uuid.NAMESPACE_DNS, secret)))
simple("CRC-32", lambda secret: zlib.crc32(secret.encode()))
# What it is like.
simple("length", len)
simple("as many stars as it has characters", lambda secret: "*" * len(secret))
simple("class of length", lambda secret: "long" if len(secret) > 38 else "short", runs=12)
simple("number of words", lambda secret: len(secret.split()), kind="passphrase", runs=5)
simple(
    "pattern of capitals",
    lambda secret: "".join("A" if char.isupper() else "9" if char.isdigit() else "a" for char in secret),
)
simple("a share as a decimal fraction", lambda secret: 0.5 + sum(map(ord, secret)) / 1e9)
simple("whether it begins with a vowel", lambda secret: secret[:1].lower() in "aeiou", runs=40)
simple("whether its last digit is even", lambda secret: int(secret[-1]) % 2 == 0, kind="number", runs=12)
simple("random characters, but seeded by it", lambda secret: random.Random(secret).randbytes(8).hex())


# In another place.
@leak("in the name of a key")
def _key(event: Event, secret: str) -> None:
    event["tags"][secret] = "yes"


@leak("a hash in the name of a key")
def _hashed_key(event: Event, secret: str) -> None:
    event["tags"][f"user_{_keyed(secret).hex()[:6]}"] = "yes"


@leak("in the presence of a tag", runs=12)
def _presence(event: Event, secret: str) -> None:
    if len(secret) > 38:
        event["tags"]["long"] = "yes"


@leak("in the order of a list")
def _order(event: Event, secret: str) -> None:
    random.Random(_keyed(secret)).shuffle(event["breadcrumbs"]["values"][0].setdefault("steps", list("abcdefg")))


@leak("in the order of keys")
def _key_order(event: Event, secret: str) -> None:
    names = [f"step{at}" for at in range(12)]
    random.Random(_keyed(secret)).shuffle(names)
    event["contexts"] = {"steps": dict.fromkeys(names, "done")}


@leak("in the number of breadcrumbs")
def _count(event: Event, secret: str) -> None:
    crumb = {"timestamp": 1795343599.0, "category": "retry", "message": "tried again"}
    event["breadcrumbs"]["values"] += [dict(crumb) for _ in secret]


@leak("in the microseconds of the time")
def _microseconds(event: Event, secret: str) -> None:
    event["timestamp"] = 1795343592 + int.from_bytes(_keyed(secret)[:2], "big") / 1e6


@leak("in the microseconds of a time of its own", minted=True, repeat=True)
def _minted_microseconds(event: Event, secret: str) -> None:
    event["timestamp"] = int(time.time()) + int.from_bytes(_keyed(secret)[:2], "big") / 1e6 + 0.1


@leak("in the time of a breadcrumb")
def _crumb_time(event: Event, secret: str) -> None:
    event["breadcrumbs"]["values"][0]["timestamp"] += int.from_bytes(_keyed(secret)[:2], "big") / 1e6


@leak("in the event's identifier")
def _event_id(event: Event, secret: str) -> None:
    event["event_id"] = _keyed(secret).hex()[:32]


@leak("a hash in an identifier of its own", minted=True)
def _hashed_event_id(event: Event, secret: str) -> None:
    event["event_id"] = _sha(secret)[:32]


@leak("a keyed hash in an identifier of its own", minted=True, repeat=True)
def _minted_event_id(event: Event, secret: str) -> None:
    event["event_id"] = _keyed(secret).hex()[:32]


@leak("blanks at the end")
def _blanks(event: Event, secret: str) -> None:
    event["message"] += " " * len(secret)


@leak("characters that take no room")
def _zero_width(event: Event, secret: str) -> None:
    bits = "".join(f"{byte:08b}" for byte in secret.encode())
    event["message"] += bits.replace("0", "\u200b").replace("1", "\u200c")


@leak("in capitals of a fixed text")
def _case_pattern(event: Event, secret: str) -> None:
    bits = int.from_bytes(_keyed(secret), "big")
    event["message"] = "".join(char.upper() if bits >> at & 1 else char for at, char in enumerate(event["message"]))


@leak("in the fingerprint")
def _fingerprint(event: Event, secret: str) -> None:
    event["fingerprint"] = ["{{ default }}", _keyed(secret).hex()[:12]]


@leak("the length in _meta")
def _meta_length(event: Event, secret: str) -> None:
    event["_meta"] = {"message": {"": {"len": len(secret), "rem": [["!limit", "s", 10, 13]]}}}


@leak("the end of a span in _meta")
def _meta_chunks(event: Event, secret: str) -> None:
    event["_meta"] = {"message": {"": {"rem": [["@secret", "s", 14, 14 + len(secret)]]}}}


@leak("in an attachment within an attachment")
def _attachment(event: Event, secret: str) -> None:
    inner = base64.b64encode(f'{{"log": "user {secret} came"}}'.encode()).decode()
    event["contexts"] = {"attachment": {"data": base64.b64encode(f'{{"data": "{inner}"}}'.encode()).decode()}}


@leak("split over two fields")
def _split(event: Event, secret: str) -> None:
    half = len(secret) // 2
    event["tags"]["part1"], event["tags"]["part2"] = secret[:half], secret[half:]


@leak("split over lines")
def _lines(event: Event, secret: str) -> None:
    event["message"] += "".join(f"\n  {secret[at : at + 4]}" for at in range(0, len(secret), 4))


@leak("split over breadcrumbs, from the last to the first")
def _crumbs(event: Event, secret: str) -> None:
    for at, crumb in enumerate(reversed(event["breadcrumbs"]["values"])):
        crumb["message"] += secret[at::3]


@leak("in the name of an exception's type")
def _type(event: Event, secret: str) -> None:
    event["exception"]["values"][0]["type"] = f"Error_{secret.encode().hex()[:10]}"


@leak("in a line number")
def _line(event: Event, secret: str) -> None:
    event["exception"]["values"][0]["stacktrace"]["frames"][0]["lineno"] = zlib.crc32(KEY + secret.encode()) % 10_000


@leak("in a level", runs=12)
def _level(event: Event, secret: str) -> None:
    event["level"] = "warning" if _keyed(secret)[0] % 2 else "error"


@leak("a field that is null or not there", runs=12)
def _null(event: Event, secret: str) -> None:
    if _keyed(secret)[0] % 2:
        event["logger"] = None


@leak("a number that is whole or a fraction", runs=12)
def _fraction(event: Event, secret: str) -> None:
    event["tags"]["retries"] = 1 if _keyed(secret)[0] % 2 else 1.0


@leak("the event is dropped or not", runs=12)
def _dropped(event: Event, secret: str) -> Any:
    del event
    return DROPPED if _keyed(secret)[0] % 2 else None


@leak("only every other time", runs=12)
def _sometimes(event: Event, secret: str) -> None:
    if _keyed(secret)[0] % 2:
        event["tags"]["ref"] = secret


@leak("only where it begins with a vowel", runs=40)
def _vowel(event: Event, secret: str) -> None:
    if secret[0] in "aeiou":
        event["tags"]["ref"] = secret


@leak("in the count of a sample")
def _sample(event: Event, secret: str) -> None:
    event["contexts"] = {"stats": {"values": [1.0] * 3 + [len(secret) / 7]}}


@leak("in bytes")
def _bytes(event: Event, secret: str) -> None:
    event["contexts"] = {"raw": {"data": secret.encode()}}


REMEMBERED: list[str] = []


@leak("the secret of an earlier event")
def _earlier(event: Event, secret: str) -> None:
    REMEMBERED.append(secret)
    event["tags"]["ref"] = REMEMBERED[-2] if len(REMEMBERED) > 1 else "none"
