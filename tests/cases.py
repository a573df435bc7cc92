"""What a case of the table of failures is: planted values, a way to fail, and the template that a report should show.

The cases are in ``real_sdks`` and ``more_sdks`` (published packages), ``builtin_failures`` (errors raised in C and by the standard
library, from an SDK's code) and ``form_failures`` (the ways that packages build messages). Each template was decided by hand from the
source: the literal words of the code, and a ``{hole}`` for each expression; ``{}`` for a hole of C's.

- The names of holes are for the reader of the table; what is compared are the words between them.
- A template fits the whole text of the exception: where a class's ``__init__`` or ``__str__`` builds or decorates it, the words of
  that class are in the template; a ``KeyError`` is quoted, as its ``__str__`` gives the repr of its message.
- ``template is None``: nothing to keep, since the message is a value and nothing else (``KeyError(key)``), or empty.
- Only the outermost exception is described. Its causes are canary-laden too, and are part of the test.

Nothing here leaves the machine: transports are in memory, ports are loopback and refused, sockets are missing files.
Packages are imported when a failure runs, never when the modules of cases are.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import importlib.metadata
import os
import shutil
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Rung = Literal["code", "alternatives", "adapter", "builtin", "outer", "type"]

LOOPBACK = "127.0.0.1"
REFUSED_PORT = 1
"""A privileged port where nothing listens: connecting is refused at once."""

VERSIONS = {
    "httpx": "0.28.1",
    "requests": "2.34.2",
    "redis": "8.1.0",
    "stripe": "16.1.0",
    "websockets": "17.4",
    "jinja2": "3.1.6",
    "click": "8.5.1",
    "blaxel": "0.4.24",
    "yaml": "6.0.3",
    "jsonschema": "4.26.0",
    "packaging": "26.3",
    "h11": "0.16.0",
    "jwt": "2.15.1",
    "urllib3": "2.8.0",
    "httpcore": "1.0.9",
    "starlette": "1.10.0",
    "dateutil": "4.0.0",
    "tomlkit": "0.15.2",
    "anyio": "4.16.0",
    "attr": "26.1.0",
    "structlog": "26.1.0",
    "python_multipart": "0.0.34",
    "cryptography": "50.0.2",
    "pydantic": "2.14.3",
    "marshmallow": "4.4.0",
    "cattrs": "26.2.1",
    "idna": "3.20",
    "uvicorn": "0.54.0",
}
"""The published packages by import name, and the versions whose source the templates were read from; another one may say it otherwise."""

DISTRIBUTIONS = {"attr": "attrs", "dateutil": "python-dateutil", "jwt": "PyJWT", "yaml": "PyYAML"}
"""Where a distribution has another name than its package."""

THROWAWAY: dict[str, dict[str, str]] = {}
"""Packages written by the cases themselves: their files by path."""


@dataclass(frozen=True)
class Canaries:
    """Planted values, unique to a seed; each has the same length and form whatever the seed."""

    key: str  # letters and digits: an API key
    token: str  # letters and digits: a bearer token
    name: str  # an identifier: a user, a tenant
    text: str  # one word, never a number
    host: str  # a name that cannot resolve
    ip: str  # a private address
    email: str
    path: str  # an absolute path that does not exist
    url: str  # with credentials, path and query
    symbols: str  # punctuation only
    accented: str  # not ASCII
    number: int  # nine digits
    number_text: str

    def values(self) -> tuple[str, ...]:
        """All the texts that must never survive."""
        return (
            self.key,
            self.token,
            self.name,
            self.text,
            self.host,
            self.ip,
            self.email,
            self.path,
            self.url,
            self.symbols,
            self.accented,
            self.number_text,
        )


def canaries(seed: str) -> Canaries:
    """The same seed gives the same values; another seed drives the same code with others."""

    def digits(field: str) -> list[int]:
        return list(hashlib.sha512(f"{seed}/{field}".encode()).digest())

    def word(field: str, length: int, pattern: str = "l") -> str:
        alphabets = {"l": "ghjkmnpqrstvwxyz", "d": "0123456789", "p": "_-.~"}
        raw = digits(field)
        return "".join(
            alphabets[kind][raw[i] % len(alphabets[kind])] for i, kind in enumerate((pattern * length)[:length])
        )

    raw = digits("number")
    number = 100_000_000 + int.from_bytes(bytes(raw[:6]), "big") % 900_000_000
    name = word("name", 12)
    key = word("key", 24, "lld")
    token = word("token", 32, "lddl")
    host = f"{word('host', 14)}.invalid"
    path = f"/{word('folder', 12)}/{word('file', 10, 'ld')}.pem"
    return Canaries(
        key=key,
        token=token,
        name=name,
        text=word("text", 16, "lldl"),
        host=host,
        ip="10." + ".".join(str(100 + octet % 156) for octet in digits("ip")[:3]),
        email=f"{word('mailbox', 10)}@{word('domain', 12)}.example",
        path=path,
        url=f"https://{name}:{key}@{host}{path}?token={token}",
        symbols=word("symbols", 40, "p"),
        accented=f"é{word('accented', 12)}ü",
        number=number,
        number_text=str(number),
    )


@dataclass(frozen=True)
class Failure:
    """One way to make a package fail, and what a report should say about it.

    Attributes:
        package: The import name of the SDK.
        name: Unique; begins with the subject.
        run: Fails, with the canaries in its arguments.
        template: The words that ought to survive; None when there are none.
        rung: How such a template can be found. Never compared: a better rung is no mistake.
        note: What is special.
        subject: The line of the table of figures.
    """

    package: str
    name: str
    run: Callable[[Canaries], object]
    template: str | None
    rung: Rung
    note: str = ""
    subject: str = ""


Run: TypeAlias = "Callable[[Canaries], object]"


def fails(table: list[Failure], template: str | None, *, rung: Rung = "code", note: str = "") -> Callable[[Run], Run]:
    """Enter a function, named ``package_what_fails``, in ``table``."""

    def enter(run: Run) -> Run:
        package = next(name for name in VERSIONS if run.__name__.startswith(f"{name}_"))
        name = run.__name__.replace("_", "-")
        table.append(Failure(package, name, run, template, "type" if template is None else rung, note, package))
        return run

    return enter


def os_error(number: int, filename: str = "") -> str:
    """What an `OSError` says that has a number."""
    return f"[Errno {number}] {os.strerror(number)}{filename}"


def importable(package: str) -> str:
    """``package``, written to a temporary folder first if it is a throwaway one."""
    if package in THROWAWAY and package not in _written:
        if not _written:
            _written[""] = Path(tempfile.mkdtemp())
            sys.path.append(str(_written[""]))
            atexit.register(shutil.rmtree, _written[""], ignore_errors=True)
        folder = _written[package] = _written[""] / package
        for path, text in THROWAWAY[package].items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
    return package


_written: dict[str, Path] = {}


def load(module: str) -> Any:
    """Import late, and quietly: what a package deprecates at import is not what is tested."""
    if module not in sys.modules:
        importable(module.partition(".")[0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    return sys.modules[module]


def is_version_read(case: Failure) -> bool:
    """Whether the version at hand is the one that the template was read from."""
    if case.subject == "builtins":
        return sys.version_info[:2] == (3, 11)
    if case.package in THROWAWAY:
        return True
    return importlib.metadata.version(DISTRIBUTIONS.get(case.package, case.package)) == VERSIONS[case.package]
