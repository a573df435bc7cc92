"""The scrubbers that ``tightlip check --compare`` puts side by side, each through its documented interface with its defaults on.

None of them can send anything. One that is not installed is left out, with the reason; nothing of any is imported before its runner is made.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import importlib.util
import json
import logging
import random
from typing import TYPE_CHECKING, Any, Final

from tightlip.policy import APP, STRICT
from tightlip.suite.runners.callable import CallableRunner, in_place
from tightlip.suite.runners.pipeline import PipelineRunner

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.policy import Policy
    from tightlip.suite.checking import Opener
    from tightlip.suite.outcome import Runner
    from tightlip.suite.runners.callable import Scrubber


def all_peers() -> tuple[tuple[Opener, ...], dict[str, str]]:
    """What makes the runner of each scrubber that is installed, ours first; and for the others, why not."""
    missing = {name: reason for name in NAMES if (reason := unavailable(name)) is not None}
    return tuple(functools.partial(peer, name) for name in NAMES if name not in missing), missing


def unavailable(name: str) -> str | None:
    """Why there is no runner of this name; None if there is one."""
    if name in _OWN or name in _FOREIGN:
        _, module, distribution = _FOREIGN.get(name, (None, "", ""))
        if not module or importlib.util.find_spec(module) is not None:
            return None
        return f"not installed here; pip install {distribution}"
    return f"there is no such scrubber; there are {', '.join(NAMES)}"


def peer(name: str) -> Runner:
    """The runner of a scrubber.

    Args:
        name: One of `NAMES`.

    Raises:
        ValueError: There is none of this name, or it is not installed.
        Exception: What the scrubber raises when it is set up.
    """
    reason = unavailable(name)
    if reason is not None:
        raise ValueError(f"{name}: {reason}")
    if name in _OWN:
        return PipelineRunner(_OWN[name], name=name)
    make, _, distribution = _FOREIGN[name]
    version = f" {importlib.metadata.version(distribution)}" if distribution else ""
    return CallableRunner(make(), f"{name}{version}")


def relay() -> Callable[[dict[str, Any]], Any]:
    """Relay's scrubbing of an event: data scrubbing, its defaults and addresses switched on, as in a project's settings."""
    processing = importlib.import_module("sentry_relay.processing")
    config = processing.convert_datascrubbing_config(
        {"scrubData": True, "scrubDefaults": True, "scrubIpAddresses": True, "sensitiveFields": [], "excludeFields": []}
    )

    def scrub(event: dict[str, Any]) -> Any:
        return processing.pii_strip_event(config, event)

    return scrub


def logfire_attributes() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What Logfire exports of the attributes of a log, with its scrubbing on; it exports to memory, and sends nothing."""
    logfire = importlib.import_module("logfire")
    export = importlib.import_module("opentelemetry.sdk.trace.export")
    memory = importlib.import_module("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    logfire.configure(
        send_to_logfire=False,
        console=False,
        metrics=False,
        inspect_arguments=False,
        additional_span_processors=[export.SimpleSpanProcessor(memory)],
    )

    def attributes(given: dict[str, Any]) -> dict[str, Any]:
        logfire.log("info", "event", attributes=given)
        left = dict(memory.get_finished_spans()[-1].attributes)
        memory.clear()
        return left

    return attributes


def event_of_attributes(
    attributes: Callable[[dict[str, Any]], dict[str, Any]], event: dict[str, Any]
) -> dict[str, Any]:
    """An event by way of attributes, each of its fields one; Logfire writes nested ones as JSON."""
    left = attributes({f"event_{key}": value for key, value in event.items()})
    return {key.removeprefix("event_"): _read(value) for key, value in left.items() if key.startswith("event_")}


def _read(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) and value[:1] in {"[", "{"} else value
    except ValueError:
        return value


def _none() -> Scrubber:
    return lambda event, _hint: event


def _sentry_sdk() -> Scrubber:
    return in_place(importlib.import_module("sentry_sdk.scrubber").EventScrubber(recursive=True))


def _relay() -> Scrubber:
    strip = relay()
    return lambda event, _hint: strip(event)


def _logfire() -> Scrubber:
    attributes = logfire_attributes()
    return lambda event, _hint: event_of_attributes(attributes, event)


def _pyrollbar() -> Scrubber:
    """The payload that rollbar would send of a message with the event as its extra data; its own handler for payloads takes it away."""
    rollbar = importlib.import_module("rollbar")
    logging.getLogger("rollbar").setLevel(logging.CRITICAL + 1)
    taken: list[Any] = []

    def take(payload: dict[str, Any], **_: object) -> bool:
        taken.append(payload["data"]["custom"]["event"])
        return False  # nothing is sent

    rollbar.init("no-token", environment="check", handler="blocking")
    rollbar.events.add_payload_handler(take)

    def scrub(event: dict[str, Any], _hint: object) -> object:
        taken.clear()
        before = random.getstate()
        # It masks with asterisks of a length that it draws: drawn alike in each run, so that chance does not look like a leak of lengths.
        random.seed(0)
        try:
            rollbar.report_message("event", "error", extra_data={"event": event})
        finally:
            random.setstate(before)
        if not taken:
            raise RuntimeError("rollbar made no payload")
        return taken.pop()

    return scrub


_OWN: Final[dict[str, Policy]] = {"tightlip strict": STRICT, "tightlip app": APP}
#: What makes it, the module that must be there, and the distribution it comes from.
_FOREIGN: Final[dict[str, tuple[Callable[[], Scrubber], str, str]]] = {
    "sentry-sdk EventScrubber": (_sentry_sdk, "sentry_sdk", "sentry-sdk"),
    "sentry-relay": (_relay, "sentry_relay", "sentry-relay"),
    "logfire": (_logfire, "logfire", "logfire"),
    "pyrollbar": (_pyrollbar, "rollbar", "rollbar"),
    "none": (_none, "", ""),
}
#: The scrubbers, in the order of the scoreboard.
NAMES: Final = (*_OWN, *_FOREIGN)
