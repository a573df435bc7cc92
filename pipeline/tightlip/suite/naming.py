"""Paths in sentences: names that may be made of a canary are ``*`` in them.

That keeps values out of logs, and makes a place the same place in the next run, whose values are others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tightlip.suite.encodings import search
from tightlip.suite.outcome import Output
from tightlip.suite.paths import ANY, shown
from tightlip.suite.texts import texts

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from tightlip.suite.paths import Step

#: Fields of the event format (https://develop.sentry.dev/sdk/data-model/event-payloads/), and of an `Output`: no scrubber makes them of a value.
_FORMAT: Final = frozenset({
    "_meta", "beside", "breadcrumbs", "contexts", "debug_meta", "dist", "environment", "errors", "event_id",
    "exception", "extra", "fingerprint", "level", "logentry", "logger", "message", "modules", "platform", "release",
    "request", "sdk", "server_name", "spans", "stacktrace", "tags", "threads", "timestamp", "transaction", "type",
    "user", "values",
})  # fmt: skip


class Names:
    """Tells which names may be shown.

    Args:
        values: The canaries' values.
        known: Names that were there whatever the values are; None: all that hold no canary.
    """

    def __init__(self, values: Iterable[str], known: Container[str] | None = None) -> None:
        self._values = [value for value in dict.fromkeys(values) if value]
        self._known = known
        self._shown: dict[str, bool] = {}

    def path(self, steps: Iterable[Step]) -> str:
        """A path for a person, and for a baseline."""
        return shown(step if not isinstance(step, str) or self._may_be_shown(step) else ANY for step in steps)

    def _may_be_shown(self, name: str) -> bool:
        found = self._shown.get(name)
        if found is None:
            found = self._shown[name] = self._is_safe(name)
        return found

    def _is_safe(self, name: str) -> bool:
        if self._known is not None and name not in self._known and name not in _FORMAT:
            return False
        low = name.lower()
        return not any(value.lower() in low or search(Output(name), value) for value in self._values)


def common_names(trees: Sequence[object], given: object = None) -> frozenset[str]:
    """The keys that are in all trees, or in what was given before canaries were put into it.

    Args:
        trees: What left in each run.
        given: The case's own event.
    """
    keys = [frozenset(text.text for text in texts(tree) if text.key) for tree in trees]
    common = frozenset[str].intersection(*keys) if keys else frozenset[str]()
    return common | frozenset(text.text for text in texts(given) if text.key)
