"""The vendor's own hook: it sees the event as it would leave, may take away, and cannot put back.

It gets a copy of its own and an empty hint. Under a policy without plain text, of what it returns only what was there before goes
on; under one that keeps text it may also write text, which then goes through scrubbers and allowlist again.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from tightlip.exact import is_dict, is_list

if TYPE_CHECKING:
    from tightlip.types import Event, Hint, Processor, SentryProcessor

_NOTHING = object()


class OwnHook:
    """Runs a hook of the vendor's.

    Args:
        hook: The processor.
        may_write: Whether what it changes or adds goes on, to be scrubbed; else only what it left as it was.
    """

    def __init__(self, hook: Processor | SentryProcessor, *, may_write: bool) -> None:
        self._hook = cast("Processor", hook)
        self._may_write = may_write

    def __call__(self, event: Event, _hint: Hint) -> Event | None:
        """What the hook leaves of ``event``; None if it dropped it."""
        returned = self._hook(deepcopy(event), {})
        if self._may_write or not is_dict(returned):
            return returned
        left: Event = _left(event, returned)
        return left


def _left(before: object, after: object) -> Any:
    """What is in both: a dict's keys, a list's items in their order, a leaf that is the same."""
    if is_dict(before) and is_dict(after):
        found = {key: _left(before[key], item) for key, item in after.items() if key in before}
        return {key: item for key, item in found.items() if item is not _NOTHING}
    if is_list(before) and is_list(after):
        return _left_items(before, after)
    # The value from before, in its own type: the hook may have made an equal text of another origin.
    return before if type(before) is type(after) and before == after else _NOTHING


def _left_items(before: list[Any], after: list[Any]) -> list[Any]:
    if len(before) == len(after):
        found = [_left(one, other) for one, other in zip(before, after, strict=True)]
        return [item for item in found if item is not _NOTHING]
    # Items were taken out: each one left must be one of those before, in their order.
    kept: list[Any] = []
    position = 0
    for item in after:
        for number in range(position, len(before)):
            if _left(before[number], item) == item:
                kept.append(_left(before[number], item))
                position = number + 1
                break
    return kept
