"""Leaks: which planted values stand in an event, in whatever spelling.

Guarantees:

1. A value counts once an event, however often it stands there.
2. It counts as it is, with another case, and as JSON, ``repr``, percent-encoding, base64 or hex write it; of a file, the name alone.

Not covered: a part of a value. A plain event that was cut off in the middle of a secret counts as clean, so its number errs on the low
side; tightlip's would be wrong only if it took values apart.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: A name of a machine that is shorter, or one word, may stand in any text by chance.
_DISTINCTIVE = re.compile(r"(?=.*[\d.-]).{6,}")
_SHORTEST_PATH = 5

#: Kinds of planted values by what they give away; other kinds are ``business``.
_GROUPS = {
    "credentials": ("api_key", "password", "token", "cookie", "url_credentials", "url_query"),
    "people": ("person", "email", "phone", "address", "patient_number", "card"),
    "machines": ("ip", "host", "path", "host_name"),
    "contents": ("file_content", "request_body", "server_answer"),
}
GROUPS = (*_GROUPS, "business")
_GROUP_OF = {kind: group for group, kinds in _GROUPS.items() for kind in kinds}


def group_of(kind: str) -> str:
    """One of `GROUPS`."""
    return _GROUP_OF.get(kind, "business")


@dataclass(frozen=True, slots=True)
class Span:
    """A leaked value in a text: from, to, and its kind."""

    start: int
    end: int
    kind: str


class Secrets:
    """Looks for values that must not leave.

    Args:
        planted: Kind of value -> values.
    """

    def __init__(self, planted: Mapping[str, Sequence[str]]) -> None:
        """Spell every value in every way, once."""
        self._forms = {(kind, value): _hidden(value) for kind, values in planted.items() for value in values}
        readable = {form: kind for kind, values in planted.items() for value in values for form in _readable(value)}
        self._kinds = {form.casefold(): kind for form, kind in readable.items()}
        longest_first = sorted(readable, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.IGNORECASE)

    def count(self, event: object) -> Counter[str]:
        """How many distinct values of each kind stand anywhere in ``event``."""
        text = "\n".join(strings(event)).casefold()
        return Counter(kind for (kind, _), forms in self._forms.items() if any(form in text for form in forms))

    def spans(self, text: str) -> Iterator[Span]:
        """Where values stand in a text that a person reads, in order and apart."""
        for match in self._pattern.finditer(text):
            yield Span(match.start(), match.end(), self._kinds.get(match[0].casefold(), "business"))


def machine(facts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Of what identifies the machine, that which cannot stand in a text by chance."""
    paths = [path for path in facts.get("path", ()) if len(path) >= _SHORTEST_PATH]
    return {"path": paths, "host_name": [name for name in facts.get("host_name", ()) if _DISTINCTIVE.fullmatch(name)]}


def strings(value: object) -> Iterator[str]:
    """Every text in nested JSON data, keys included; numbers as text."""
    match value:
        case dict():
            for key, item in cast("dict[str, object]", value).items():
                yield key
                yield from strings(item)
        case list():
            for item in cast("list[object]", value):
                yield from strings(item)
        case _:
            yield str(value)


def _readable(value: str) -> set[str]:
    """The value as a person would recognise it, also inside one or two layers of quoting."""
    file = PurePosixPath(value)
    names = {file.name} if file.is_absolute() and file.suffix else set[str]()
    found = names | {
        value,
        repr(value)[1:-1],
        ascii(value)[1:-1],
        repr(value.encode())[2:-1],
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
    }
    found |= {json.dumps(form, ensure_ascii=to_ascii)[1:-1] for form in tuple(found) for to_ascii in (True, False)}
    return found | {value.replace("/", "\\"), value.replace("/", "\\\\")}  # a path on Windows


def _hidden(value: str) -> set[str]:
    data = value.encode()
    # Base64 reads three bytes at a time: what it makes of a value depends on where the value starts.
    encoded = {
        base64.b64encode(b"\0" * shift + data)[-(-shift * 8 // 6) :].rstrip(b"=")[:-1].decode() for shift in range(3)
    }
    return {form.casefold() for form in _readable(value) | encoded | {data.hex()}}
