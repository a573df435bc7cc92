"""What a program finds under the name ``reporter`` when another scrubber than tightlip is checked.

It has the methods of `tightlip.Reporter` that programs of cases use, and does with them what an SDK of Sentry's does: steps become
breadcrumbs, exceptions become events with their messages, source lines and variables. The scrubber then gets all of it.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from tightlip.guard import Guard

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, MutableMapping

    #: An event, and the exception that it was made of.
    Report: TypeAlias = tuple[dict[str, Any], BaseException]


class Recorder:
    """Collects what a program reports."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self._steps: list[dict[str, Any]] = []

    def __repr__(self) -> str:
        """Without an address: it stands among the variables of a frame, and would make two runs differ."""
        return "reporter"

    def capture(self, exc: BaseException, *, handled: bool = True) -> str:
        """Report ``exc``."""
        event = event_of(exc, handled=handled)
        if self._steps:
            event["breadcrumbs"] = {"values": [dict(step) for step in self._steps]}
        self.reports.append((event, exc))
        return str(event["event_id"])

    def observed(self, exc: BaseException, *, handled: bool = False) -> None:
        """Report an exception that passes by, unless that was done on its way here."""
        if all(seen is not exc for _, seen in self.reports):
            self.capture(exc, handled=handled)

    def add_breadcrumb(self, message: str = "", category: str = "default", level: str = "info", **data: object) -> None:
        """Remember a step."""
        step = {"type": "default", "category": category, "level": level, "message": message, "timestamp": _now()}
        self._steps.append({**step, "data": data} if data else step)

    def guard(self) -> Guard:
        """Reports what fails inside."""
        return Guard(lambda: lambda: None, self.observed)

    def log_handler(self, level: int | str = "INFO", *, capture_errors: bool = False) -> logging.Handler:
        """A handler whose records become steps."""
        import logging  # noqa: PLC0415 - few programs log

        recorder = self

        class Handler(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                recorder.add_breadcrumb(record.getMessage(), record.name, record.levelname.lower())
                error = record.exc_info[1] if record.exc_info else None
                if capture_errors and error is not None and record.levelno >= logging.ERROR:
                    recorder.observed(error, handled=True)

        return Handler(level)

    def log_processor(self, *, capture_errors: bool = False) -> Callable[..., MutableMapping[str, Any]]:
        """A processor of structlog's whose events become steps."""

        def process(_logger: object, name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
            data = {key: value for key, value in entry.items() if key not in ("event", "exc_info")}
            self.add_breadcrumb(str(entry.get("event", "")), "structlog", name, **data)
            error = entry.get("exc_info")
            if capture_errors and isinstance(error, BaseException):
                self.observed(error, handled=True)
            return entry

        return process

    def install(self) -> None:
        """Nothing: what ends the program is reported anyway."""

    def uninstall(self) -> None:
        """Nothing."""

    def record_creations(self, *_classes: type[BaseException]) -> None:
        """Nothing."""

    def flush(self, _timeout: float = 0.0) -> bool:
        """Whether all is reported: at once."""
        return True


def event_of(exc: BaseException, *, handled: bool = True) -> dict[str, Any]:
    """The event that sentry-sdk makes of ``exc``, as its ``before_send`` gets it: serialised."""
    from sentry_sdk.serializer import serialize  # noqa: PLC0415 - importing it is heavy
    from sentry_sdk.utils import event_from_exception  # noqa: PLC0415

    made, _ = event_from_exception(exc, mechanism={"type": "generic", "handled": handled})
    event: dict[str, Any] = {**made, "event_id": uuid.uuid4().hex, "timestamp": _now(), "platform": "python"}
    return serialize(event)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
