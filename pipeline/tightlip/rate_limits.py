"""How long a server asks us to wait before the next error (https://develop.sentry.dev/sdk/expected-features/rate-limiting/).

Three ways, best first: the header ``X-Sentry-Rate-Limits``, which may come with any answer; the header ``Retry-After`` of a refusal for
too many requests; and such a refusal alone, which means a minute.

What it says is bounded, never believed: a wait is between 0 and `LONGEST_SECONDS`, and what cannot be read is as if it were not there.
A date in ``Retry-After`` is measured from the answer's own ``Date``, so that a wrong clock on this machine makes no difference.
"""

from __future__ import annotations

import re

#: An error event is counted under this word; other events have their own (relay-base-schema/src/data_category.rs).
CATEGORY = "error"
#: The wait after a refusal that says nothing else: step 3 of the rules above.
DEFAULT_SECONDS = 60.0
#: A day. A used-up quota may last for weeks; asking again once a day costs the server nothing and finds out when it is raised.
LONGEST_SECONDS = 86_400.0
_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{0,18})?")


def wait_seconds(
    limits: str | None, retry_after: str | None, *, is_refused: bool, now: float, date: str | None = None
) -> float:
    """The seconds to wait before the next error event; 0.0 for no wait.

    Args:
        limits: The value of ``X-Sentry-Rate-Limits``; several are joined with commas.
        retry_after: The value of ``Retry-After``.
        is_refused: The answer was 429: too many requests.
        now: The time, in seconds since the epoch.
        date: The value of the answer's ``Date``.
    """
    wait = limited_seconds(limits or "")
    if wait or not is_refused:
        return wait
    # A refusal whose list names other categories only did refuse an error all the same.
    asked = retry_after_seconds(retry_after or "", now=now, date=date)
    return DEFAULT_SECONDS if asked is None else asked


def limited_seconds(limits: str) -> float:
    """The longest wait for errors in a list of ``seconds:categories:scope:reason:namespaces``; 0.0 where none is for errors.

    An empty list of categories stands for all of them. What follows the categories does not matter here.
    """
    longest = 0.0
    for limit in limits.split(","):
        seconds, _, rest = limit.partition(":")
        categories = rest.partition(":")[0].strip()
        found = _seconds(seconds)
        if found is not None and (not categories or CATEGORY in (word.strip() for word in categories.split(";"))):
            longest = max(longest, found)
    return longest


def retry_after_seconds(text: str, *, now: float, date: str | None = None) -> float | None:
    """The wait of a ``Retry-After`` (RFC 9110, 10.2.3: seconds, or an HTTP date); None where it says nothing that can be read."""
    found = _seconds(text)
    if found is not None:
        return found
    until = _timestamp(text)
    if until is None:
        return None
    said = None if date is None else _timestamp(date)
    return _bounded(until - (now if said is None else said))


def _seconds(text: str) -> float | None:
    found = _NUMBER.fullmatch(text.strip())
    return None if found is None else _bounded(float(found[0]))


def _timestamp(text: str) -> float | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - import tightlip stays cheap

    try:
        return parsedate_to_datetime(text[:64]).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_SECONDS)
