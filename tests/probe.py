"""What many tests share: failures, reporters, and events to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import tightlip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


#: An SDK whose functions fail, here and in C.
PROBE_SDK = '''
class ProbeError(Exception):
    """Raised on purpose."""


def fail(name):
    raise ProbeError(f"no record called {name!r}")


def throw(error):
    raise error


def fail_in_c(name):
    return int(name)


async def fail_later(name):
    fail(name)


async def fail_later_in_c(name):
    return int(name)
'''


class MakePackage(Protocol):
    """Writes a package to disk and imports it."""

    def __call__(self, name: str, files: dict[str, str] | str, folder: Path | None = None) -> ModuleType: ...


def failure(function: Callable[..., object], *args: Any, **kwargs: Any) -> BaseException:
    """The exception that a call raises."""
    try:
        function(*args, **kwargs)
    except BaseException as error:
        return error
    raise AssertionError(f"{function} did not fail")


def reporter_for(package: str | tuple[str, ...], **options: Any) -> tightlip.Reporter:
    """A reporter that touches neither disk nor network, and takes all that comes."""
    usual: dict[str, Any] = {"outbox": False, "consent": tightlip.Consent(default=True), "pace": None}
    return tightlip.Reporter(package, **{**usual, **options})


def last_value(event: dict[str, Any] | None) -> dict[str, Any]:
    """The exception that was captured (Sentry's order puts it last)."""
    assert event is not None
    value: dict[str, Any] = event["exception"]["values"][-1]
    return value


def without_ids(event: dict[str, Any] | None) -> dict[str, Any] | None:
    """``event`` without what differs between any two reports: its id and the times."""
    if event is None:
        return None
    kept = {key: item for key, item in event.items() if key not in ("event_id", "timestamp")}
    if "breadcrumbs" in kept:
        crumbs = [
            {key: item for key, item in crumb.items() if key != "timestamp"} for crumb in kept["breadcrumbs"]["values"]
        ]
        kept["breadcrumbs"] = {"values": crumbs}
    return kept
