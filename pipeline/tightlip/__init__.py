"""tightlip: error reporting that can keep a secret. It reports the code, not the values.

Importing it installs nothing, starts nothing, and reads no file but its own modules.

PYTEST_DONT_REWRITE: pytest rewrites the asserts of whatever a distribution with a plugin holds, and warns where it comes too late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightlip import foreign as _foreign
from tightlip import sentry
from tightlip._version import __version__
from tightlip.attributes import attribute
from tightlip.chain import Drop, Pipeline
from tightlip.consent import Consent, Decision
from tightlip.delivery import Delivery
from tightlip.message.adapter import Adapter
from tightlip.message.template import Hole
from tightlip.pace import Limits
from tightlip.policy import APP, STRICT, STRICT_UNREAD, Policy
from tightlip.policy_file import PolicyError, load_policy
from tightlip.reporter import Reporter
from tightlip.text import CodeText, Safe
from tightlip.types import BeforeSend, Event, Hint, Processor, SentryProcessor

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

__all__ = [
    "APP",
    "STRICT",
    "STRICT_UNREAD",
    "Adapter",
    "BeforeSend",
    "CodeText",
    "Consent",
    "Decision",
    "Delivery",
    "Drop",
    "Event",
    "Hint",
    "Hole",
    "Limits",
    "Pipeline",
    "Policy",
    "PolicyError",
    "Processor",
    "Reporter",
    "Safe",
    "__version__",
    "attribute",
    "before_send",
    "load_policy",
    "scrub",
    "sentry",
]


def before_send(
    package: str | Iterable[str],
    policy: Policy = STRICT,
    *,
    dependencies: Iterable[str] | None = None,
    release: str | None = None,
    environment: str | None = None,
    hook: Processor | SentryProcessor | None = None,
) -> BeforeSend:
    """A ``before_send`` for ``sentry_sdk.init``, without a reporter of your own.

    Args:
        package: Import name of the SDK, or several. In an application of yours: its own, so that its messages become templates too.
        policy: What may leave; `load_policy` reads one from a file. Under one that keeps text, as `APP`, the event keeps the release that
            ``sentry_sdk.init`` has given it.
        dependencies: As for `Reporter`.
        release: As for `Reporter`.
        environment: As for `Reporter`.
        hook: As for `Reporter`: your own ``before_send``, which then sees the scrubbed event.

    Raises:
        ValueError: A package cannot be imported or has no source.
    """
    reporter = Reporter(
        package,
        dependencies,
        release=release,
        environment=environment,
        policy=policy,
        outbox=False,
        hook=hook,
        breadcrumbs=0,
    )
    return reporter.before_send


def scrub(event: Event, policy: Policy = APP, *, catalogues: Iterable[str | os.PathLike[str]] = ()) -> Event | None:
    """What may leave of an event that was made elsewhere, as plain JSON data; None when that cannot be decided.

    Args:
        event: A dict in Sentry's event format; it is not changed.
        policy: ``APP`` scrubs the text of known fields; ``STRICT`` keeps typed facts only; `load_policy` reads one from a file.
        catalogues: Files that ``tightlip catalogue build`` wrote. An exception whose frames name a module, function and line of a
            catalogued version gets its template from there.

    Raises:
        ValueError: A file is no catalogue.
    """
    return _foreign.scrub(event, policy, catalogues)
