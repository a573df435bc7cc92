"""Key names: what they say of the value beside them.

A name is split into segments (``clientSecret``, ``client_secret``, ``x-client-secret``), and its *head noun* decides, as
in English compounds: the last segment says what the value is, those before it say which. ``token_count`` is a count,
``count_token`` is a token. Looking for words anywhere in the name, as key filters do, takes ``author`` for ``auth`` and
``primaryKey`` for a key.

The tables stand in `meanings`. They are our own, and hold no vendor's names, only the words that names are made of.
"""

import re
from typing import Final

from tightlip_scrubbers.meaning import Meaning
from tightlip_scrubbers.meanings import MEANINGS, secrets

MAX_NAME: Final = 128
"""Only so many characters from the end of a name are read: the head noun stands there."""


TRANSPARENT: Final[frozenset[str]] = frozenset(
    {
        *("value", "values", "text", "str", "data", "raw", "plain", "plaintext", "encoded", "b64", "base64", "pem"),
        *("old", "new", "current", "previous", "confirm", "confirmation", "again", "repeat", "header"),
        *("env", "encrypted"),
    }
)
"""Last segments that say nothing of what the value is: ``password_confirmation``, ``token_value``. Digits are too."""

# Segments: a run of capitals that no small letter follows (API in APIKey), a capital with its small letters, digits.
# "Any letter but A-Z" counts as small, so that names in other alphabets stay whole.
_SEGMENT: Final = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[0-9]+")


def segments(name: str) -> list[str]:
    """Split a name at its separators and capitals, in lower case: ``xApiKey`` and ``x-api-key`` give the same three."""
    return [part.lower() for part in _SEGMENT.findall(name[-MAX_NAME:])]


_MOST_KNOWN: Final = 4_096
_SECRET: Final = secrets.MEANINGS[0]


class Names:
    """The meanings that a policy knows.

    Args:
        secret: More names whose values are secrets, in any case style.
        clear: Names whose values are none of these things, whatever the table says.
    """

    def __init__(self, secret: frozenset[str] = frozenset(), clear: frozenset[str] = frozenset()) -> None:
        self._secret = {tuple(segments(name)) for name in secret}
        self._clear = {tuple(segments(name)) for name in clear}
        # Names that say nothing. Not a cache of answers: what stands before a colon may be a secret, and none is kept.
        self._plain: set[str] = set()

    def meaning(self, name: str) -> Meaning | None:
        """What a name says of its value; None where it says nothing.

        Args:
            name: A key, attribute, variable, header or option name, in any case style. Words apart by spaces are
                segments too (``"API key"``).
        """
        if name in self._plain:
            return None
        found = self._meaning(segments(name))
        if found is None and len(name) <= MAX_NAME:
            if len(self._plain) >= _MOST_KNOWN:
                self._plain.clear()
            self._plain.add(name)
        return found

    def _meaning(self, parts: list[str]) -> Meaning | None:
        if self._clear and tuple(parts) in self._clear:
            return None
        if self._secret and tuple(parts) in self._secret:
            return _SECRET
        while parts and (parts[-1].isdecimal() or (len(parts) > 1 and parts[-1] in TRANSPARENT)):
            parts.pop()
        if not parts:
            return None
        head, before = parts[-1], parts[:-1]
        return next((meaning for meaning in MEANINGS if _says(meaning, head, before)), None)


def _says(meaning: Meaning, head: str, before: list[str]) -> bool:
    if head == "id" and before[-2:] == ["access", "key"]:  # names the customer's account
        return meaning is _SECRET
    if head.endswith("s") and head[:-1] in meaning.qualified and head not in meaning.heads:
        head = head[:-1]
    if head in meaning.heads or (meaning.glued and head.endswith(meaning.glued)):
        harmless = meaning.harmless.get(head)
        return harmless is None or harmless.isdisjoint(before)
    qualified = meaning.qualified.get(head)
    return qualified is not None and bool(before) and not qualified.isdisjoint(before) and "public" not in before


NAMES: Final = Names()
"""The table alone, without names of a policy's own."""


def is_secret_key(name: str) -> bool:
    """Tell whether a value under this name is a secret.

    Args:
        name: A key, attribute, variable, header or option name, in any case style. Words apart by spaces are segments
            too (``"API key"``).
    """
    meaning = NAMES.meaning(name)
    return meaning is not None and meaning.kind == "secret" and meaning.check is None
