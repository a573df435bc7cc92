"""The process that runs the application: every scenario under one of the two reporters.

``python -m tightlip.demo.child tightlip|sentry [SCENARIO ...]`` writes one JSON object a line. Each reporter has a process of its own,
so that neither sees the other's hooks: sentry-sdk wraps parts of the standard library, and its frames would stand in every stack.
"""

from __future__ import annotations

import contextvars
import importlib
import json
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

from tightlip.envelope import decode

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sentry_sdk.envelope import Envelope

    from tightlip.reporter import Reporter
    from tightlip.types import Event

#: Seconds that a report may take to reach the outbox.
_PATIENCE = 20.0

Record: TypeAlias = dict[str, Any]
#: What a reporter makes of an exception.
Observer: TypeAlias = Callable[[Exception], Record]


class Scenario(Protocol):
    """What is used of ``harbour.scenarios.Scenario``."""

    name: str
    title: str
    via: str
    reported: bool
    expect: str
    run: Callable[[object], None]


class World(Protocol):
    """What is used of ``harbour.world.World``."""

    def open(self) -> AbstractContextManager[object]:
        """An evening to run a scenario in."""
        ...


def main(arguments: Sequence[str]) -> int:
    """Run the scenarios that are named, or all of them."""
    reporter, *names = arguments
    channel = sys.stdout
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - no path
        sys.stdout = nowhere  # the application prints to its till

        def tell(record: Record) -> None:
            channel.write(json.dumps(record) + "\n")
            channel.flush()

        try:
            _run(reporter, names, tell)
        except LookupError as unknown:
            tell({"record": "refused", "why": str(unknown)})
            return 2
        finally:
            sys.stdout = channel
    return 0


def _run(reporter: str, names: Sequence[str], tell: Callable[[Record], None]) -> None:
    scenarios = importlib.import_module("harbour.scenarios")
    chosen = cast("list[Scenario]", [scenarios.named(name) for name in names] or list(scenarios.SCENARIOS))
    tell(
        {
            "record": "begin",
            "scenarios": len(chosen),
            "planted": importlib.import_module("harbour.secrets").PLANTED,
            "machine": _machine(),
        }
    )
    observe = _plain_sentry() if reporter == "sentry" else _tightlip()
    for scenario in chosen:
        # A context of its own, so that each report shows its own steps.
        seen = contextvars.Context().run(_failure, scenario, cast("World", scenarios.World), observe)
        facts = {"title": scenario.title, "via": scenario.via, "reported": scenario.reported, "expect": scenario.expect}
        tell({"record": "failure", "name": scenario.name, **facts, **seen})
    tell({"record": "end"})


def _failure(scenario: Scenario, world: World, observe: Observer) -> Record:
    with world.open() as evening:
        try:
            scenario.run(evening)
        except Exception as error:
            if error.__traceback__ is not None:
                error.__traceback__ = error.__traceback__.tb_next  # without the frame of this function
            return observe(error)
    raise RuntimeError(f"scenario {scenario.name} did not fail")


def _tightlip() -> Observer:
    """What tightlip stores, read back from its outbox, and the traceback that a person sees."""
    reporter = cast("Reporter", importlib.import_module("acme._reporting").reporter())

    def observe(error: Exception) -> Record:
        before = reporter.stats()
        event_id = reporter.capture(error)
        if not reporter.flush(_PATIENCE):
            raise RuntimeError("the report did not reach the outbox in time")
        stored = None if event_id is None else reporter.outbox.read(event_id)
        dropped = [
            name.removeprefix("dropped.").replace(".", ": ")
            for name, count in reporter.stats().items()
            if name.startswith("dropped.") and count > before.get(name, 0)
        ]
        event = None if stored is None else decode(stored)
        return {"event": event, "dropped": dropped, "traceback": "".join(traceback.format_exception(error))}

    return observe


def _plain_sentry() -> Observer:
    """What sentry-sdk hands to its transport with nothing set but a DSN. No transport of its own is ever made."""
    import sentry_sdk  # noqa: PLC0415 - the other reporter's process must not load it
    from sentry_sdk.transport import Transport  # noqa: PLC0415

    kept: list[Event] = []

    class Kept(Transport):
        def capture_envelope(self, envelope: Envelope) -> None:
            kept.extend(json.loads(item.get_bytes()) for item in envelope.items if item.type == "event")

    sentry_sdk.init(dsn="http://key@127.0.0.1:9/1", transport=Kept)

    def observe(error: Exception) -> Record:
        kept.clear()
        sentry_sdk.capture_exception(error)
        if len(kept) != 1:
            raise RuntimeError(f"sentry-sdk made {len(kept)} events of one exception")
        return {"event": kept[0]}

    return observe


def _machine() -> dict[str, list[str]]:
    """What identifies this machine and its user."""
    folders = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    return {"path": [*folders, tempfile.gettempdir(), os.path.expanduser("~")], "host_name": [platform.node()]}  # noqa: PTH111 - text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
