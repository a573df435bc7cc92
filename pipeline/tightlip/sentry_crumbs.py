"""A ``before_breadcrumb`` for ``sentry_sdk.init``: a breadcrumb is clean before it is remembered.

sentry-sdk keeps the raw breadcrumb when its hook raises; this one never does. Under a policy that keeps text it goes through the scrubbers;
strict keeps a bare skeleton: level, kind, and a category of sentry-sdk's own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tightlip import foreign
from tightlip.envelope import plain
from tightlip.exact import is_dict
from tightlip.policy import STRICT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightlip.policy import Policy


def before_breadcrumb(policy: Policy = STRICT) -> Callable[[dict[str, Any], dict[str, Any]], dict[str, Any] | None]:
    """A hook that lets of each breadcrumb through what ``policy`` does, and nothing if that fails.

    Args:
        policy: What may leave.
    """
    pipeline = foreign.pipeline(policy)

    def hook(crumb: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any] | None:
        try:
            event = pipeline({"breadcrumbs": {"values": [{**crumb, "timestamp": None}]}}, {})
            values = None if event is None else plain(event).get("breadcrumbs", {}).get("values")
            if not values or not is_dict(values[0]):
                return None
            # sentry-sdk sorts by time, and would not for one without. A given time may say something: strict takes its own.
            return {**values[0], "timestamp": _moment(crumb, keeps_given=policy.keeps_text)}
        except Exception:
            return None

    return hook


def _moment(crumb: dict[str, Any], *, keeps_given: bool) -> datetime:
    given: object = crumb.get("timestamp") if keeps_given else None
    return given.astimezone(UTC) if type(given) is datetime else datetime.now(UTC)
