"""Events without a live exception: from a file, another SDK, another language.

Their text has no provenance, so strict mode keeps the typed facts only. What can be told from code without a live exception: the name of
an exception class of the interpreter's own, and what a catalogue of the SDK says of the frames (`tightlip.replayed`).
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from tightlip.allowlist import Allowlist
from tightlip.chain import Pipeline
from tightlip.envelope import plain
from tightlip.exact import is_dict, is_list
from tightlip.policy import checked
from tightlip.scrub import Scrub
from tightlip.sentry_event import skeleton
from tightlip.text import CodeText

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from tightlip.policy import Policy
    from tightlip.replayed import Catalogue, Replayed
    from tightlip.types import Event, Hint

#: Names of the interpreter's exception classes: a fixed table.
_BUILTIN = frozenset(
    name for name, item in vars(builtins).items() if isinstance(item, type) and issubclass(item, BaseException)
)
_MECHANISM = ("handled", "is_exception_group", "exception_id", "parent_id")


class TypedFacts:
    """Keeps the typed facts of an event, the types of its exceptions where they are the interpreter's, and what catalogues know.

    Args:
        replayed: What catalogues say of exceptions; None without catalogues.
        keeps_text: Keep the rest of the event too, for the scrubbers.
    """

    def __init__(self, replayed: Replayed | None, *, keeps_text: bool) -> None:
        self._replayed = replayed
        self._keeps_text = keeps_text

    def __call__(self, event: Event, _hint: Hint) -> Event:
        """A new event."""
        exception = event.get("exception")
        values = exception.get("values") if is_dict(exception) else None
        kept = dict(event) if self._keeps_text else skeleton(event)
        kept.update((name, event[name]) for name in ("platform",) if name in event)
        if is_list(values):
            known = [] if self._replayed is None else self._replayed.exception(event)
            known += [None] * (len(values) - len(known))
            pairs = [(value, own) for value, own in zip(values, known, strict=False) if is_dict(value)]
            bare = [(value if self._keeps_text else _exception(value), own) for value, own in pairs]
            kept["exception"] = {"values": [value if own is None else {**value, **own} for value, own in bare]}
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


def pipeline(policy: Policy, catalogues: Iterable[Catalogue | str | os.PathLike[str]] = ()) -> Pipeline:
    """The stages for an event that was made elsewhere.

    Raises:
        CatalogueError: A file of ``catalogues`` is none.
        TypeError: ``policy`` is none.
    """
    checked(policy)
    facts = TypedFacts(_replayed(catalogues, policy), keeps_text=policy.keeps_text)
    return Pipeline(
        (
            ("typed facts", facts),
            ("scrub", Scrub(policy.fields, lambda: policy.scrubber)),
            ("allowlist", Allowlist(policy.fields, keeps_text=policy.keeps_text)),
        )
    )


def _replayed(catalogues: Iterable[Catalogue | str | os.PathLike[str]], policy: Policy) -> Replayed | None:
    known = list(catalogues)
    if not known:
        return None
    from tightlip.replayed import Replayed  # noqa: PLC0415 - few hosts have events to replay

    return Replayed(known, compares=policy.compares)


def scrub(event: Event, policy: Policy, catalogues: Iterable[Catalogue | str | os.PathLike[str]] = ()) -> Event | None:
    """What may leave of ``event`` under ``policy``, as plain JSON data; None when it fails.

    Args:
        event: A dict in Sentry's event format; it is not changed.
        policy: What may leave. ``APP`` scrubs its text; ``STRICT`` keeps its typed facts.
        catalogues: Catalogues of the SDKs that it may be about, or their files.
    """
    found = pipeline(policy, catalogues)(event, {})
    return None if found is None else plain(found)
