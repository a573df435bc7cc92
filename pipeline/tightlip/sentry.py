"""For those who have sentry-sdk: what stands beside `tightlip.before_send`.

sentry-sdk is imported when `ScrubbingTransport` or `isolated_client` is asked for, and not before. Type checkers see the names where they are
made; at run time each is loaded on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tightlip.sentry_client import IsolatedClient, isolated_client
    from tightlip.sentry_crumbs import before_breadcrumb
    from tightlip.sentry_envelopes import ScrubbingTransport
    from tightlip.sentry_scrubber import ScrubberOffWarning

__all__ = ["IsolatedClient", "ScrubberOffWarning", "ScrubbingTransport", "before_breadcrumb", "isolated_client"]

_MADE_IN: Final = {
    "IsolatedClient": "tightlip.sentry_client",
    "ScrubberOffWarning": "tightlip.sentry_scrubber",
    "ScrubbingTransport": "tightlip.sentry_envelopes",
    "before_breadcrumb": "tightlip.sentry_crumbs",
    "isolated_client": "tightlip.sentry_client",
}

if not TYPE_CHECKING:  # a type checker that saw it would take any name for an Any

    def __getattr__(name: str) -> Any:
        if (module := _MADE_IN.get(name)) is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(module), name)


def __dir__() -> list[str]:
    return __all__
