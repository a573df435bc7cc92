"""What costs are measured on: clean sentences, and an event of the size that applications send."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTH: Final = 60
FRAMES: Final = 40
CRUMBS: Final = 60

_WORDS: Final = (
    *("order", "worker", "queue", "index", "report", "page", "session", "image", "batch", "stream", "cache", "model"),
    *("field", "schema", "result", "request", "response", "buffer", "record", "table", "column", "handler", "event"),
    *("cannot", "could", "not", "was", "has", "been", "while", "before", "after", "expected", "found", "missing"),
    *("open", "close", "read", "write", "load", "store", "parse", "render", "resolve", "commit", "retry", "the", "a"),
    *("invalid", "empty", "unknown", "closed", "for", "of", "with", "in", "to", "and", "value", "name", "type", "size"),
)
_PACKAGES: Final = ("shop", "django", "celery", "sqlalchemy", "requests", "jinja2", "kombu", "starlette")
_TYPES: Final = ("Order", "Customer", "Basket", "Invoice", "Request", "Session", "Query", "Engine")


def sentences(seed: str, count: int) -> list[str]:
    """So many clean texts of 60 characters, no two alike."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        text = " ".join(rng.choices(_WORDS, k=16))[: LENGTH - 1]
        found[(text.rstrip() + "." * LENGTH)[:LENGTH]] = None
    return list(found)


def _name(rng: random.Random) -> str:
    return "_".join(rng.choices(_WORDS, k=2)) + str(rng.randrange(1000))


def _line(rng: random.Random) -> str:
    return rng.choice(
        (
            f"        {_name(rng)} = self.{_name(rng)}({rng.choice(_WORDS)}, {rng.choice(_WORDS)}={rng.randrange(99)})",
            f"    if {_name(rng)} is None and not {_name(rng)}:",
            f"        return {_name(rng)}[{rng.randrange(9)}]",
            f'        raise LookupError(f"no {rng.choice(_WORDS)} in {{{_name(rng)}}}")',
            f"    for {rng.choice(_WORDS)} in {_name(rng)}.{_name(rng)}():",
            "",
        )
    )


def _frame(rng: random.Random) -> dict[str, Any]:
    package = rng.choice(_PACKAGES)
    module = f"{package}.{rng.choice(_WORDS)}.{_name(rng)}"
    file = module.replace(".", "/") + ".py"
    values = (
        f"<{package}.models.{rng.choice(_TYPES)} object at 0x7f{rng.getrandbits(40):010x}>",
        str(rng.randrange(100_000)),
        f"'{_name(rng)}'",
        "None",
        f"[{rng.randrange(99)}, {rng.randrange(99)}]",
    )
    return {
        "function": _name(rng),
        "module": module,
        "filename": file,
        "abs_path": f"/srv/app/{file}",
        "lineno": rng.randrange(1, 900),
        "in_app": package == "shop",
        "pre_context": [_line(rng) for _ in range(2)],
        "context_line": _line(rng),
        "post_context": [_line(rng)],
        "vars": {_name(rng): rng.choice(values) for _ in range(5)},
    }


def _crumb(rng: random.Random, number: int) -> dict[str, Any]:
    crumb: dict[str, Any] = {
        "timestamp": 1_795_000_000 + number,
        "type": "default",
        "level": rng.choice(("info", "info", "debug", "warning")),
        "category": f"{rng.choice(_PACKAGES)}.{rng.choice(_WORDS)}",
        "message": " ".join(rng.choices(_WORDS, k=6)) + f" {rng.randrange(1000)}",
    }
    if number % 4 == 0:
        crumb["category"] = "httplib"
        crumb["data"] = {
            "url": f"https://api.example.com/v1/{rng.choice(_WORDS)}/{_name(rng)}",
            "method": "GET",
            "status_code": 200,
        }
    return crumb


def event(seed: str) -> dict[str, Any]:
    """An event of about 38 KB and 900 texts; another seed has other texts in it, under the same keys."""
    rng = random.Random(seed)
    return {
        "event_id": f"{rng.getrandbits(128):032x}",
        "timestamp": 1_795_000_000.5,
        "platform": "python",
        "level": "error",
        "release": f"shop@1.4.{rng.randrange(1000)}",
        "environment": "production",
        "transaction": f"shop.views.{_name(rng)}",
        "exception": {
            "values": [
                {
                    "type": "LookupError",
                    "module": "builtins",
                    "value": " ".join(rng.choices(_WORDS, k=9)),
                    "mechanism": {"type": "django", "handled": False},
                    "stacktrace": {"frames": [_frame(rng) for _ in range(FRAMES)]},
                }
            ]
        },
        "breadcrumbs": {"values": [_crumb(rng, number) for number in range(CRUMBS)]},
        "request": {
            "url": f"https://shop.example.com/{rng.choice(_WORDS)}/{_name(rng)}",
            "method": "POST",
            "headers": {
                "Accept": "text/html,application/xhtml+xml",
                "Host": "shop.example.com",
                "User-Agent": f"Mozilla/5.0 (X11; Linux x86_64; rv:{rng.randrange(90, 140)}.0) Gecko/20100101",
            },
        },
        "contexts": {
            "runtime": {"name": "CPython", "version": "3.11.7", "build": "main"},
            "trace": {"trace_id": f"{rng.getrandbits(128):032x}", "span_id": f"{rng.getrandbits(64):016x}"},
        },
        "tags": {_name(rng): rng.choice(_WORDS) for _ in range(12)},
        "extra": {"argv": [_name(rng) for _ in range(3)], "note": " ".join(rng.choices(_WORDS, k=10))},
        "modules": {
            f"{rng.choice(_WORDS)}-{number}": f"{rng.randrange(9)}.{rng.randrange(20)}.{number}" for number in range(50)
        },
        "sdk": {"name": "sentry.python", "version": "2.35.0"},
    }


def texts(value: object) -> Iterator[str]:
    """Every text of an event that is a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def described() -> str:
    """The size of such an event."""
    made = event("described")
    return f"{len(json.dumps(made)) / 1000:.0f} KB of JSON, {sum(1 for _ in texts(made))} texts"
