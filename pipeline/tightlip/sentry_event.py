"""Beside sentry-sdk: what may leave of an event that sentry-sdk has made.

In strict mode the exception is made anew from the live one in ``hint["exc_info"]``, and of the event itself only typed facts are taken:
its id, time and level, whether the failure was handled, and the bare skeleton of its breadcrumbs. Under a policy that keeps text, the
rest of the event follows through the scrubbers. An event that was made from a log record is one about the template of the log call, if
the record names a log call of the SDK's. Any other event without a live exception has no provenance: strict drops it.

Transactions, sessions, logs and metrics do not pass ``before_send``: `tightlip.sentry.ScrubbingTransport` covers them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tightlip import sentry_passed
from tightlip.envelope import plain
from tightlip.exact import is_dict, is_exception, is_list
from tightlip.failure import event_frames
from tightlip.origin.attribution import owned_frame
from tightlip.sentry_scrubber import look_once
from tightlip.text import CodeText

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.chain import Pipeline, Tally
    from tightlip.origin.sources import Sources
    from tightlip.policy import Policy
    from tightlip.types import Event, Hint

#: Categories that sentry-sdk's own integrations write; any other is the host's word (the logging integration puts the logger's name).
_CATEGORIES = frozenset(
    {"httplib", "http", "query", "redis", "subprocess", "console", "navigation", "fetch", "xhr", "aiohttp", "httpx"}
)
#: What is taken of an event of sentry-sdk's: fields that hold no text, by their types (the allowlist checks them).
_EXC_INFO = 3  # what sys.exc_info() gives: type, exception, traceback
_UUID4 = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")
_RELEASE_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){1,3}(?:(?:a|b|rc|\.post|\.dev)[0-9]{1,4})?")
_TYPED_FIELDS = ("event_id", "level", "environment")


@dataclass(frozen=True, slots=True)
class Stages:
    """What happens to an event.

    Attributes:
        taken: Takes a snapshot of an exception: the bare event and the hint.
        logged: Takes what a log record names: the bare event and the hint; None when that is no log call of the SDK's.
        of_exception: The stages for an event with a live exception.
        of_log: The stages for an event about a log call.
        of_other: The stages for any other, under a policy that keeps text.
        looked: Whether sentry-sdk's options have been looked at, see `tightlip.sentry_scrubber`.
    """

    taken: Callable[[BaseException], tuple[Event, Hint]]
    logged: Callable[[object], tuple[Event, Hint] | None]
    of_exception: Pipeline
    of_log: Pipeline
    of_other: Pipeline
    looked: list[bool] = field(default_factory=list[bool])


class LogStack:
    """Gives the event of a log call the stack that logged, from ``hint["log_stack"]``: the frames of the SDK's and markers.

    Args:
        sources: Verified sources.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def __call__(self, event: Event, hint: Hint) -> Event:
        """Write the stack of the current thread. No thread of the event has crashed."""
        frames = [owned_frame(frame, self._sources) for frame in hint.get("log_stack", ())]
        while frames and frames[-1].owner != "sdk":
            frames.pop()  # what carried the record here
        stack = {"stacktrace": {"frames": list(event_frames(frames))}} if frames else {}
        threads = event.get("threads", {}).get("values") or [{"id": 0, "current": True}]
        values = [{**thread, "crashed": False, **(stack if thread["current"] else {})} for thread in threads]
        return {**event, "threads": {"values": values}}


def before_send(
    event: Event, hint: Hint, policy: Policy, stages: Stages, tally: Tally, packages: tuple[str, ...]
) -> Event | None:
    """What may leave of ``event``.

    Args:
        event: As sentry-sdk hands it to ``before_send``; it is not changed.
        hint: As sentry-sdk hands it over. Its attachments are taken out: they would be sent beside the event whatever becomes of it.
        policy: What may leave.
        stages: What happens to it.
        tally: Where drops are counted.
        packages: Import names of the SDK, by which its release is known.
    """
    hint.pop("attachments", None)
    look_once(stages.looked, tally)
    exc = _live_exception(hint)
    kept = (
        {name: event[name] for name in event if name != "exception"} if policy.keeps_text else skeleton(event, packages)
    )
    if exc is not None:
        bare, own_hint = stages.taken(exc)
        # The application's events keep the application's release; the SDK's version would be a wrong one.
        own_hint |= {**_mechanism(event), "keeps_release": policy.keeps_text}
        found = stages.of_exception({**bare, **kept}, own_hint)
    elif policy.keeps_text:
        found = stages.of_other(event, {})
    else:
        logged = stages.logged(hint.get("log_record"))
        if logged is None:
            tally.add("dropped.before_send.no exception")
            return None
        bare, own_hint = logged
        found = stages.of_log({**bare, **kept}, own_hint)
    if found is None:
        return None
    sent: Event = plain(found)
    if not policy.keeps_text:
        sentry_passed.note(sent)
    return sent


def skeleton(event: Event, packages: tuple[str, ...] = ()) -> Event:
    """The typed facts of an event of sentry-sdk's, without any text of the host's.

    Args:
        event: The event.
        packages: Its release is taken if it is one of these names and a version: otherwise it may be the host's own, which
            sentry-sdk reads from ``SENTRY_RELEASE`` or from the commit of the folder that the host runs in.
    """
    kept: Event = {name: event[name] for name in _TYPED_FIELDS if name in event}
    event_id = kept.get("event_id")
    if type(event_id) is not str or not _UUID4.fullmatch(event_id):
        kept.pop("event_id", None)  # an event processor of the host's may have put anything there
    environment = kept.get("environment")
    if type(environment) is not str or environment not in _ENVIRONMENTS:
        kept.pop("environment", None)  # sentry-sdk reads it from the host's SENTRY_ENVIRONMENT
    name, _, version = text.partition("@") if type(text := event.get("release")) is str else ("", "", "")
    if name in packages and _RELEASE_VERSION.fullmatch(version):
        kept["release"] = text
    crumbs = event.get("breadcrumbs")
    values = crumbs.get("values") if is_dict(crumbs) else None
    if is_list(values):
        kept["breadcrumbs"] = {"values": [_crumb(crumb) for crumb in values if is_dict(crumb)]}
    return kept


#: The names that environments usually have; another one may be a customer's.
_ENVIRONMENTS = frozenset({
    "production", "prod", "staging", "stage", "preview", "canary", "sandbox", "qa", "test", "testing", "ci", "development", "dev", "local", "demo",
})  # fmt: skip


def _crumb(crumb: dict[Any, Any]) -> dict[str, Any]:
    kept = {
        name: crumb[name] for name in ("level", "type") if name in crumb
    }  # no time: sentry_sdk.add_breadcrumb takes any
    category = crumb.get("category")
    if type(category) is str and category in _CATEGORIES:
        kept["category"] = CodeText(category)
    return kept


def _live_exception(hint: Hint) -> BaseException | None:
    info: Any = hint.get("exc_info")
    if type(info) is not tuple or len(info) != _EXC_INFO:  # pyright: ignore[reportUnknownArgumentType]
        return None
    exc: object = info[1]  # pyright: ignore[reportUnknownVariableType]
    return exc if is_exception(exc) else None  # pyright: ignore[reportUnknownArgumentType]


def _mechanism(event: Event) -> Hint:
    """Whether the failure was handled, as sentry-sdk says."""
    try:
        handled = event["exception"]["values"][-1]["mechanism"]["handled"]
    except (KeyError, IndexError, TypeError):
        return {}
    return {"handled": handled is not False}
