"""What a typed fact is, the forms that it may have, and the facts of every report."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: A whole number passes up to seven digits, as in breadcrumbs: a status or a count, but no phone, card or account number.
MOST_INT = 9_999_999
#: What may be declared: the types ``int`` and ``bool``, a ``range``, or a set of words and numbers.
Form: TypeAlias = "type[int | bool] | range | set[Any] | frozenset[Any]"
#: By class, as ``acme.APIError``: its facts by the attribute that holds them, as ``response.status`` or ``response.status as api.status``.
Declared: TypeAlias = "Mapping[str, Mapping[str, Form]]"
Value: TypeAlias = int | bool | str


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    Attributes:
        tag: The name of its tag.
        paths: The attributes that may hold it; the first that holds a value of its form counts.
        keep: What is kept of an attribute's value; None if it has not the form. It runs no code of the value.
        words: The form in plain words.
        purpose: What it is, in plain words.
        signs: One of these attributes must be there too; empty for no such demand.
        names: Names of its numbers, reported as ``<tag>.name``.
        not_named: Classes, by qualified name and module, whose numbers mean something else.
    """

    tag: str
    paths: tuple[str, ...]
    keep: Callable[[object], Value | None]
    words: str
    purpose: str
    signs: tuple[str, ...] = ()
    names: Mapping[int, str] | None = None
    not_named: frozenset[tuple[str, str]] = frozenset()


def whole(low: int, high: int) -> Callable[[object], int | None]:
    """Keeps whole numbers from ``low`` to ``high``, both included."""
    return lambda value: value if type(value) is int and low <= value <= high else None


def stepped(members: range) -> Callable[[object], int | None]:
    """Keeps the numbers of a range."""
    return lambda value: value if type(value) is int and value in members else None


def flag(value: object) -> bool | None:
    """Keeps yes and no."""
    return value if type(value) is bool else None


def member_of(members: Iterable[int | str]) -> Callable[[object], Value | None]:
    """Keeps the declaration's own object: that of the exception's is not kept, even if it is equal."""
    numbers = {member: member for member in members if type(member) is int}
    words = {member: member for member in members if type(member) is str}
    longest = max(map(len, words), default=0)

    def keep(value: object) -> Value | None:
        if type(value) is int:
            return numbers.get(value)
        # Its length first: looking up hashes, which takes long for a text that is huge.
        return words.get(value) if type(value) is str and len(value) <= longest else None

    return keep


#: The system's error numbers, and those of name resolution: Linux and macOS count down from -1, Windows has 11001 to 11004.
_ERROR_NUMBERS = frozenset({*errno.errorcode, *range(-105, 0), *range(11_001, 11_005)})
_STATUS = "http.response.status_code"

#: The facts of every report, by what gives them. Whatever else an exception holds is the vendor's to declare.
#:
#: `code` is a name for many things, some of them secret and of three digits: it counts beside what only an HTTP error holds.
BUILT_IN: dict[str, tuple[Fact, ...]] = {
    "builtins.OSError": (
        Fact(
            "errno", ("errno",), member_of(_ERROR_NUMBERS), "one of the system's error numbers", "the system's error number",
            names=errno.errorcode,
            # The numbers of TLS and of name resolution are their own: 1 is not EPERM there.
            not_named=frozenset({("SSLError", "ssl"), ("gaierror", "socket"), ("herror", "socket")}),
        ),
        Fact("winerror", ("winerror",), whole(1, 15_999), "a whole number from 1 to 15999", "the error number of Windows"),
    ),
    "builtins.Exception": (
        Fact(
            _STATUS, ("status_code", "http_status", "status", "response.status_code", "response.status"), whole(100, 599),
            "a whole number from 100 to 599", "the HTTP status of a failed request",
        ),
        Fact(
            _STATUS, ("code",), whole(100, 599), "a whole number from 100 to 599", "the HTTP status of a failed request",
            signs=("headers", "hdrs", "response", "request"),
        ),
        Fact("process.exit.code", ("returncode",), whole(-64, 255), "a whole number from -64 to 255", "the exit status of a process, negative for a signal"),
    ),
}  # fmt: skip
