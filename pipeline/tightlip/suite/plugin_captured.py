"""What left in a test: of a reporter whose reports stay in memory, and of a client of sentry-sdk's that sends nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, overload

import pytest

import tightlip
from tightlip.envelope import decode
from tightlip.suite.plugin_options import option

if TYPE_CHECKING:
    from sentry_sdk.transport import Transport

_EVENTS: Final = ("event", "transaction")
_HOW: Final = (
    'tightlip_reporter needs the import name of your SDK: mark the test with @pytest.mark.tightlip(package="acme"), or set'
    " tightlip_package in pytest's configuration"
)


def reporter_of(item: pytest.Item, config: pytest.Config) -> tightlip.Reporter:
    """The reporter of a test: memory outbox, consent given, no limit of pace; the marker may say otherwise.

    Args:
        item: The test; the closest marker ``tightlip`` counts for each option.
        config: Names the package where no marker does.
    """
    options: dict[str, Any] = {"outbox": False, "consent": _Given(), "pace": None}
    for mark in reversed(list(item.iter_markers("tightlip"))):
        if mark.args:
            options["package"] = mark.args[0]
        options |= mark.kwargs
    package = options.pop("package", None) or option(config, "package")
    if not package:
        pytest.fail(_HOW, pytrace=False)
    try:
        return tightlip.Reporter(package if isinstance(package, str) else tuple(package), **options)
    except (TypeError, ValueError) as error:
        pytest.fail(f"tightlip_reporter: {error}", pytrace=False)


class _Given(tightlip.Consent):
    """Consent for tests: ``DO_NOT_TRACK`` of a CI machine is about what is sent, and nothing is."""

    def decision(self) -> tightlip.Decision:
        """Yes."""
        return tightlip.Decision(True, "a test")


class CapturedEvents(Sequence["dict[str, Any]"]):
    """The events that left, oldest first; each look waits for those that are under way.

    Args:
        reporter: Of the test; None if it has none.
    """

    def __init__(self, reporter: tightlip.Reporter | None) -> None:
        self._reporter = reporter
        self._sent: list[dict[str, Any]] = []
        self._transport: Transport | None = None

    @property
    def transport(self) -> Transport:
        """For ``sentry_sdk.init(dsn=..., transport=captured_events.transport)``: it keeps what would be sent."""
        if self._transport is None:
            self._transport = _recording(self._sent)
        return self._transport

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """One of them."""
        return self._events()[index]

    def __len__(self) -> int:
        """How many."""
        return len(self._events())

    def __repr__(self) -> str:
        """A count: an assertion that fails prints what it compares."""
        return f"<{len(self)} captured events>"

    def _events(self) -> list[dict[str, Any]]:
        found = list(self._sent)
        if self._reporter is not None:
            self._reporter.flush()
            outbox = self._reporter.outbox
            envelopes = [outbox.read(entry.event_id) for entry in outbox.entries()]
            found += [decode(envelope) for envelope in envelopes if envelope is not None]
        return found

    def close(self) -> None:
        """No client of sentry-sdk's is left that has the test's transport."""
        if self._transport is None:
            return
        import sentry_sdk  # noqa: PLC0415 - it is there: the transport is one of its

        scope = sentry_sdk.get_global_scope()
        if scope.client.transport is self._transport:
            scope.client.close(timeout=0)
            scope.set_client(None)


def _recording(sent: list[dict[str, Any]]) -> Transport:
    import json  # noqa: PLC0415 - with sentry-sdk, for tests that use it

    from sentry_sdk.transport import Transport  # noqa: PLC0415 - importing it is heavy

    def payload_of(item: Any) -> Any:
        payload: bytes = item.payload.get_bytes()
        try:
            return json.loads(payload)
        except ValueError:
            return payload.decode("utf-8", "replace")

    class Recording(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            # What is no event leaves all the same: a session, an attachment.
            sent.extend(
                payload_of(item) if item.type in _EVENTS else {"type": item.type, "payload": payload_of(item)}
                for item in envelope.items
            )

    return Recording()
