"""What a server's words about waiting come to, and that no words come to anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightlip.rate_limits import DEFAULT_SECONDS, LONGEST_SECONDS, limited_seconds, retry_after_seconds, wait_seconds

#: Sunday, 1 November 2026, 12:00:00 GMT.
NOW = 1793534400.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        # The three examples of Sentry's own rules.
        ("60:transaction:key, 2700:default;error;security:organization", 2700),
        ("60::organization, 2700::organization", 2700),
        ("2700:metric_bucket:organization:quota_exceeded:custom", 0),
        ("60:error", 60),
        ("60:error:", 60),
        ("60:error:organization:usage_exceeded", 60),
        ("60::key", 60),
        ("60:", 60),
        ("60", 60),
        ("2.5:error:key", 2.5),
        ("2.:error:key", 2),
        # The longest of those for errors counts, whatever the order.
        ("30:error:key,10:error:organization", 30),
        ("10:error:key,30::organization", 30),
        ("30:error:key,9000:transaction:key", 30),
        # Spaces do not matter.
        ("  60 : error ; default : key ", 60),
        # Unknown categories are not "all categories".
        ("60:errors:key", 0),
        ("60:ERROR:key", 0),
        ("60:log_item;span:key", 0),
        ("60:soup;error;spoons:key:reason:more:and more", 60),
        # The word in another place is no category.
        ("60:transaction:error:error:error", 0),
        # One that cannot be read does not spoil the next.
        ("soon:error:key,60:error:key", 60),
        ("-60:error:key", 0),
        ("1e9:error:key", 0),
        ("inf:error:key", 0),
        ("nan:error:key", 0),
        ("٣:error:key", 0),
        (":error:key", 0),
        ("::", 0),
        (",,,", 0),
        ("", 0),
        # Bounds.
        ("0:error:key", 0),
        ("999999999:error:key", LONGEST_SECONDS),
        ("9" * 400 + ":error:key", 0),
        ("1:transaction:key," * 2000 + "60:error:key", 60),
    ],
)
def test_limits_for_errors(header: str, seconds: float) -> None:
    """The longest wait that the list has for errors, or for all categories."""
    assert limited_seconds(header) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5),
        (" 5 ", 5),
        ("0", 0),
        ("1.5", 1.5),
        ("999999999999", LONGEST_SECONDS),
        # The three forms of a date that RFC 9110 lets a server use.
        ("Sun, 01 Nov 2026 12:00:30 GMT", 30),
        ("Sunday, 01-Nov-26 12:00:30 GMT", 30),
        ("Sun Nov  1 12:00:30 2026", 30),
        ("Sun, 01 Nov 2026 11:59:00 GMT", 0),
        ("Fri, 01 Nov 2999 12:00:00 GMT", LONGEST_SECONDS),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("5 seconds", None),
        ("Sun, 99 Nov 2026 12:00:30 GMT", None),
        ("Sun, 01 Nov 99999999999 12:00:30 GMT", None),
        ("0x10", None),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    """Seconds, or a date in any of the forms that HTTP knows; never negative, never absurd."""
    assert retry_after_seconds(text, now=NOW) == seconds


def test_a_date_is_measured_from_the_servers_own_clock() -> None:
    """A clock of this machine that was set back by years does not make the wait years long."""
    text, date = "Sun, 01 Nov 2026 12:00:30 GMT", "Sun, 01 Nov 2026 12:00:00 GMT"
    assert retry_after_seconds(text, now=0.0, date=date) == 30
    assert retry_after_seconds(text, now=NOW, date="whenever") == 30


@pytest.mark.parametrize(
    ("limits", "retry_after", "is_refused", "seconds"),
    [
        ("60:error:key", "5", True, 60),
        ("60:error:key", None, False, 60),
        # Without a list, and only with a refusal, Retry-After counts.
        (None, "5", True, 5),
        (None, "5", False, 0),
        (None, None, True, DEFAULT_SECONDS),
        (None, "soon", True, DEFAULT_SECONDS),
        (None, None, False, 0),
        # A list for other categories, and yet an error was refused.
        ("60:transaction:key", "5", True, 5),
        ("90:transaction:key", None, True, DEFAULT_SECONDS),
        ("60:transaction:key", "5", False, 0),
        ("0:error:key", None, True, DEFAULT_SECONDS),
        (None, "0", True, 0),
    ],
)
def test_which_of_them_counts(limits: str | None, retry_after: str | None, is_refused: bool, seconds: float) -> None:
    """The list before Retry-After before a minute."""
    assert wait_seconds(limits, retry_after, is_refused=is_refused, now=NOW) == seconds


@given(
    st.text() | st.from_regex(r"[0-9:;, .eE+-]*(error)?[0-9:;, ]*"),
    st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{0,9} [A-Z+0-9-]{0,6}"),
    st.booleans(),
    st.text(),
)
def test_any_words_come_to_a_bounded_wait(limits: str, retry_after: str, is_refused: bool, date: str) -> None:
    """Whatever a server says: no error, and a wait from nothing to a day."""
    assert 0.0 <= wait_seconds(limits, retry_after, is_refused=is_refused, now=NOW, date=date) <= LONGEST_SECONDS
