"""Made-up people and machines: names that no English sentence holds, so that a piece of one is a leak and no word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.scrubbing.planted import ALNUM, HEX

if TYPE_CHECKING:
    import random

_ONSETS: Final = ("br", "d", "f", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "r", "s", "st", "t", "v", "w", "z")
_VOWELS: Final = ("a", "e", "i", "o", "u", "ai", "ou")
_SIGNS: Final = "!#$%^*_.@+-"


def name(rng: random.Random, syllables: int = 3) -> str:
    """A name of syllables, six letters or more."""
    made = ""
    while len(made) < 6:
        made = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables))
    return made


def password(rng: random.Random) -> str:
    """A password as people and generators make them; it ends with a letter or digit, so that its end is plain in prose."""
    match rng.randrange(5):
        case 0:
            return name(rng).capitalize() + rng.choice(_SIGNS) + name(rng, 2).capitalize() + str(rng.randrange(10, 99))
        case 1:
            return "".join(rng.choices(ALNUM + _SIGNS, k=rng.randrange(10, 24))) + rng.choice(ALNUM)
        case 2:
            return name(rng) + str(rng.randrange(100, 9999))
        case 3:
            return "-".join(name(rng, 2) for _ in range(3))
        case _:
            return "".join(rng.choices(ALNUM, k=rng.randrange(12, 33)))


def folder(rng: random.Random) -> str:
    """A folder's name."""
    return rng.choice((name(rng), name(rng) + "-" + name(rng, 2), name(rng).capitalize(), name(rng) + "_2024"))


def file(rng: random.Random) -> tuple[str, str]:
    """A file's name without and with its extension."""
    stem = rng.choice((name(rng), name(rng) + "_" + name(rng, 2), name(rng) + "-v2", name(rng).capitalize()))
    return stem, stem + rng.choice((".txt", ".csv", ".py", ".json", ".pem", ".sqlite", ".tar.gz", ".log", ".yaml"))


def host(rng: random.Random) -> str:
    """A host's name below a domain that is reserved for examples (RFC 2606) or for use inside (RFC 8375)."""
    label = rng.choice(("api", "db", "cache", "files", "mail", "build", "queue", "registry", "shop", "login"))
    return label + rng.choice(
        (".example.com", ".example.org", ".example.net", ".internal.example.com", ".home.arpa", "")
    )


def hexadecimal(rng: random.Random, length: int) -> str:
    """So many hexadecimal digits."""
    return "".join(rng.choices(HEX, k=length))
