"""Key names: what they say of the value beside them.

A name is split into segments (``clientSecret``, ``client_secret``, ``x-client-secret``), and its *head noun* decides, as
in English compounds: the last segment says what the value is, those before it say which. ``token_count`` is a count,
``count_token`` is a token. Looking for words anywhere in the name, as key filters do, takes ``author`` for ``auth`` and
``primaryKey`` for a key.

The tables stand in `meanings`. They are our own, and hold no vendor's names, only the words that names are made of.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from tightlip_scrubbers.meaning import Meaning
from tightlip_scrubbers.meanings import MEANINGS, secrets

MAX_NAME: Final = 128
"""Only so many characters from the end of a name are read: the head noun stands there."""


TRANSPARENT: Final[frozenset[str]] = frozenset(
    {
        *("value", "values", "val", "text", "str", "string", "data", "raw", "plain", "plaintext", "encoded", "pem"),
        *("b64", "base64", "hex", "bytes", "json", "yaml", "content", "contents"),
        *("old", "new", "current", "previous", "prev", "next", "confirm", "confirmation", "again", "repeat", "verify"),
        *("retype", "header", "env", "encrypted", "decrypted", "default", "override", "input", "base", "var"),
        *(
            "prod",
            "production",
            "dev",
            "development",
            "staging",
            "stage",
            "qa",
            "test",
            "live",
            "sandbox",
            "local",
            "ci",
        ),
        *("primary", "secondary", "main", "temp", "tmp"),
    }
)
"""Last segments that say nothing of what the value is: ``password_confirmation``, ``API_KEY_PROD``. Digits are too."""

_PREDICATES: Final = frozenset(
    {
        "has",
        "help",
        "is",
        "no",
        "needs",
        "require",
        "requires",
        "forgot",
        "show",
        "allow",
        "supports",
        "without",
        "skip",
        "should",
        "use",
        "uses",
        "enable",
        "disable",
    }
)
"""First segments of names of conditions: ``has_password`` is true or false."""

_BEFORE_DIGITS: Final = frozenset({"v", "b", "base", "sha", "md", "utf"})
"""What digits leave behind that says as little: ``token_v2``, ``secret_base64``."""

# Segments: a run of capitals that no small letter follows (API in APIKey), a capital with its small letters, digits.
# "Any letter but A-Z" counts as small, so that names in other alphabets stay whole.
_SEGMENT: Final = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[0-9]+")
_WORD: Final = re.compile(r"[^\W\d_]+|[0-9]+")
_OTHER_ALPHABET: Final = re.compile(r"\A[^\x00-\x7f]+")
_CAPITALS_THEN_SMALL: Final = re.compile(r"[A-Z]{2}[a-z]")


def segments(name: str) -> list[str]:
    """Split a name at its separators and capitals, in lower case: ``xApiKey`` and ``x-api-key`` give the same three."""
    return _joined([part.lower() for part in _SEGMENT.findall(_readable(name))])


def _readable(name: str) -> str:
    """Return the end of a name in composed form: full-width letters and letters with their accents apart are the same."""
    name = name[-MAX_NAME:]
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def _joined(parts: list[str]) -> list[str]:
    """Put back together what the capitals of ``OAuth`` took apart."""
    while "o" in parts and "auth" in parts[parts.index("o") + 1 : parts.index("o") + 2]:
        at = parts.index("o")
        parts[at : at + 2] = ["oauth"]
    return parts


def _readings(name: str) -> Iterator[list[str]]:
    """Yield the segments of a name, then without what says nothing at their end, then as ``SSHkey`` is meant."""
    parts = segments(name)
    yield parts
    while parts:
        if parts[-1].isdecimal():
            parts = parts[:-1]
            if len(parts) > 1 and parts[-1] in _BEFORE_DIGITS:
                parts = parts[:-1]
        elif len(parts) > 1 and parts[-1] in TRANSPARENT:
            parts = parts[:-1]
        else:
            break
        yield parts
    last = name.rpartition(" ")[2]
    if last and not last[0].isascii():  # another alphabet's word is glued to its front
        bare = _OTHER_ALPHABET.sub("", last)
        if bare:
            yield segments(bare)
    if _CAPITALS_THEN_SMALL.search(name):
        yield [part.lower() for part in _WORD.findall(_readable(name))]


_WORDS: Final[frozenset[str]] = TRANSPARENT.union(
    *(
        meaning.heads.union(meaning.qualified, *meaning.qualified.values(), *meaning.harmless.values())
        for meaning in MEANINGS
    )
)
"""The words of all tables."""
_MOST_KNOWN: Final = 4_096
_SECRET: Final = secrets.MEANINGS[0]


def _index(words_of: Callable[[Meaning], Iterable[str]]) -> dict[str, list[int]]:
    """The rows of the table by a word that a name must have for the row to fit."""
    found: dict[str, list[int]] = {}
    for row, meaning in enumerate(MEANINGS):
        for word in set(words_of(meaning)):
            found.setdefault(word, []).append(row)
    return found


_BY_HEAD: Final = _index(lambda meaning: {*meaning.heads, *meaning.qualified, *(run[-1] for run in meaning.phrases)})
_BY_FIRST: Final = _index(lambda meaning: [run[0] for run in meaning.leading])
_BY_ANY: Final = _index(lambda meaning: meaning.anywhere)
_GLUED: Final = tuple({end for meaning in MEANINGS for end in meaning.glued})
_TAIL: Final = 2
_GLUED_TAILS: Final = frozenset(end[-_TAIL:] for end in _GLUED)
_SMALL: Final = re.compile("[a-z]+")
_GLUED_ROWS: Final = frozenset(row for row, meaning in enumerate(MEANINGS) if meaning.glued)
_NO_ROWS: Final[tuple[int, ...]] = ()
_SAYING: Final = frozenset({*_BY_HEAD, *_BY_FIRST, *_BY_ANY, "id"})


def _says_nothing(name: str) -> bool:
    """Whether no segment of a name stands in the table. Most names are such, and need no other reading."""
    if not name.isascii() or _CAPITALS_THEN_SMALL.search(name):
        return False
    parts = _SMALL.findall(name) if name.islower() else segments(name)
    if "o" in parts or not _SAYING.isdisjoint(parts):  # "o_auth"
        return False
    for part in parts:
        if part[-1] == "s" and part[:-1] in _SAYING:
            return False
        if part[-_TAIL:] in _GLUED_TAILS and part.endswith(_GLUED):
            return False
    return True


class Names:
    """The meanings that a policy knows.

    Args:
        secret: More names whose values are secrets, in any case style.
        clear: Names whose values are none of these things, whatever the table says.
    """

    def __init__(self, secret: frozenset[str] = frozenset(), clear: frozenset[str] = frozenset()) -> None:
        self._secret = {tuple(segments(name)) for name in secret}
        self._clear = {tuple(segments(name)) for name in clear}
        # Names that say nothing: see `learn`.
        self._plain: set[str] = set()
        # Names that say something, if they are made of the table's own words alone, or were found clean: there is no data in them.
        self._known: dict[str, Meaning] = {}

    def meaning(self, name: str) -> Meaning | None:
        """What a name says of its value; None where it says nothing.

        Args:
            name: A key, attribute, variable, header or option name, in any case style. Words apart by spaces are
                segments too (``"API key"``).
        """
        if name in self._plain:
            return None
        known = self._known.get(name)
        if known is not None:
            return known
        found = self._meaning(name)
        if found is not None and len(self._known) < _MOST_KNOWN and _WORDS.issuperset(segments(name)):
            self._known[name] = found
        return found

    def heads(self, name: str) -> tuple[str, ...]:
        """The last two segments of a name: some of them say how far a value goes."""
        return tuple(segments(name)[-2:])

    def learn(self, names: Iterable[str]) -> None:
        """Remember names that say nothing. Only names of texts that were found clean: what stands before a colon may be a secret."""
        for name in names:
            self.remember(name, None)

    def remember(self, name: str, meaning: Meaning | None) -> None:
        """Remember what a name says, if it is a short one. Only of a text that was found clean, as `learn`."""
        if len(name) > MAX_NAME:
            return
        if meaning is None:
            if len(self._plain) >= _MOST_KNOWN:
                self._plain.clear()
            self._plain.add(name)
        elif len(self._known) < _MOST_KNOWN:
            self._known[name] = meaning

    def _meaning(self, name: str) -> Meaning | None:
        if not (self._clear or self._secret) and _says_nothing(name):
            return None
        if self._clear or self._secret:
            own = tuple(segments(name))
            if own in self._clear:
                return None
            if own in self._secret:
                return _SECRET
        readings = [reading for reading in _readings(name) if reading]
        condition = bool(readings) and len(readings[0]) > 1 and readings[0][0] in _PREDICATES and " " not in name
        for row in _candidates(readings):
            meaning = MEANINGS[row]
            if (row or not condition) and any(_says(meaning, reading) for reading in readings):
                return meaning
        return None


def _candidates(readings: list[list[str]]) -> list[int]:
    """The rows that one of the readings may fit, in the order of the table: names are looked up often, the table is long."""
    rows: set[int] = set()
    for reading in readings:
        head = reading[-1]
        rows.update(_BY_HEAD.get(head, _NO_ROWS), _BY_FIRST.get(reading[0], _NO_ROWS))
        if head.endswith("s"):
            rows.update(_BY_HEAD.get(head[:-1], _NO_ROWS))
        if head == "id" and "access" in reading:
            rows.add(0)
        if not _BY_ANY.keys().isdisjoint(reading):
            rows.update(row for part in reading for row in _BY_ANY.get(part, _NO_ROWS))
        if head.endswith(_GLUED):
            rows |= _GLUED_ROWS
    return sorted(rows)


def _says(meaning: Meaning, parts: list[str]) -> bool:
    """Tell whether one reading of a name has this meaning."""
    head, before = parts[-1], parts[:-1]
    if meaning.never and not meaning.never.isdisjoint(parts):
        return False
    if meaning.clear and any(tuple(parts[-length:]) in meaning.clear for length in (2, 3)):
        return False
    if head == "id" and before[-2:] == ["access", "key"]:  # names the customer's account
        return meaning is _SECRET
    if meaning.anywhere and not meaning.anywhere.isdisjoint(parts):
        return True
    if _has_run(meaning, parts):
        return True
    if head.endswith("s") and head[:-1] in meaning.qualified and head not in meaning.heads:
        head = head[:-1]
    if head in meaning.heads:
        harmless = meaning.harmless.get(head)
        return harmless is None or harmless.isdisjoint(before)
    if meaning.glued and head.endswith(meaning.glued) and head not in meaning.unglued:
        return not _glued_harmless(meaning, head)
    qualified = meaning.qualified.get(head)
    return qualified is not None and bool(before) and not qualified.isdisjoint(before) and "public" not in before


def _has_run(meaning: Meaning, parts: list[str]) -> bool:
    """Tell whether several segments say it together, at the end of the name or, in some languages, at its beginning."""
    last = tuple(parts)
    if meaning.phrases and any(last[-length:] in meaning.phrases for length in range(2, min(len(last), 5) + 1)):
        return True
    return bool(meaning.leading) and any(last[:length] in meaning.leading for length in range(1, min(len(last), 4) + 1))


def _glued_harmless(meaning: Meaning, name: str) -> bool:
    """Tell ``maxtokens`` and ``unexpectedtoken``: the words that make a head noun harmless do so when glued, too."""
    return any(name == word + head for head, words in meaning.harmless.items() if name.endswith(head) for word in words)


class Asked(Names):
    """The same meanings for as long as one text is looked at: a name that stands there a thousand times is read once.

    Args:
        names: The meanings.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._answers: dict[str, Meaning | None] = {}
        self._heads: dict[str, tuple[str, ...]] = {}

    def meaning(self, name: str) -> Meaning | None:
        """What a name says of its value, as `Names.meaning`; forgotten with this object."""
        try:
            return self._answers[name]
        except KeyError:
            found = self._answers[name] = self._names.meaning(name)
            return found

    def heads(self, name: str) -> tuple[str, ...]:
        """The last two segments, as `Names.heads`."""
        found = self._heads.get(name)
        if found is None:
            found = self._heads[name] = self._names.heads(name)
        return found

    def was_clean(self) -> None:
        """Nothing was found in the text: names in it that say nothing are worth remembering."""
        for name, meaning in self._answers.items():
            if meaning is None:
                self._names.remember(name, None)


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
