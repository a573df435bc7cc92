"""Events without a live exception: from a file, another SDK, another language.

Their text has no provenance, so strict mode keeps the typed facts only. One kind of text can be told from code without a live
exception: the name of an exception class of the interpreter's own.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from tightlip.allowlist import Allowlist
from tightlip.chain import Pipeline
from tightlip.envelope import plain
from tightlip.exact import is_dict, is_list
from tightlip.scrub import Scrub
from tightlip.sentry import skeleton
from tightlip.text import CodeText

if TYPE_CHECKING:
    from tightlip.policy import Policy
    from tightlip.types import Event, Hint, Processor

#: Names of the interpreter's exception classes: a fixed table.
_BUILTIN = frozenset(
    name for name, item in vars(builtins).items() if isinstance(item, type) and issubclass(item, BaseException)
)
_MECHANISM = ("handled", "is_exception_group", "exception_id", "parent_id")


def typed_facts(event: Event, _hint: Hint) -> Event:
    """The typed facts of ``event``, and the types of its exceptions where they are the interpreter's."""
    exception = event.get("exception")
    values = exception.get("values") if is_dict(exception) else None
    kept = skeleton(event)
    kept.update((name, event[name]) for name in ("platform",) if name in event)
    if is_list(values):
        kept["exception"] = {"values": [_exception(value) for value in values if is_dict(value)]}
    return kept


def _exception(value: dict[Any, Any]) -> dict[str, Any]:
    name = value.get("type")
    kept: dict[str, Any] = {}
    if type(name) is str and name in _BUILTIN:
        kept["type"] = CodeText(name)
    mechanism = value.get("mechanism")
    if is_dict(mechanism):
        kept["mechanism"] = {key: mechanism[key] for key in _MECHANISM if key in mechanism}
    return kept


def pipeline(policy: Policy) -> Pipeline:
    """The stages for an event that was made elsewhere."""
    first: tuple[tuple[str, Processor], ...] = () if policy.keeps_text else (("typed facts", typed_facts),)
    return Pipeline(
        (*first, ("scrub", Scrub(policy.fields)), ("allowlist", Allowlist(policy.fields, keeps_text=policy.keeps_text)))
    )


def scrub(event: Event, policy: Policy) -> Event | None:
    """What may leave of ``event`` under ``policy``, as plain JSON data; None when it fails.

    Args:
        event: A dict in Sentry's event format; it is not changed.
        policy: What may leave. ``APP`` scrubs its text; ``STRICT`` keeps its typed facts.
    """
    found = pipeline(policy)(event, {})
    return None if found is None else plain(found)
