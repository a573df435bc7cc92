"""Real SDKs, real failures, offline: nothing of a value, the same bytes whatever the value, and the words that a reader needs."""

from __future__ import annotations

import importlib.metadata
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from measure import kept, leaks, literal_words
from probe import failure, last_value, reporter_for, without_ids
from real_sdks import FAILURES, VERSIONS, Failure, canaries

from tightlip.envelope import encode

if TYPE_CHECKING:
    import tightlip

BY_NAME = {failure.name: failure for failure in FAILURES}
#: Templates of the customer's own (jinja2 compiles them under a file name of its own): the error in them is not the SDK's.
APPLICATIONS = {"jinja2-syntax", "jinja2-undefined"}
#: Decided by hand as `code`, and beyond this version: a ``__str__`` that adds to a property line by line.
NOT_YET = {"jinja2-lexer"}


@pytest.fixture(scope="module")
def reporters() -> dict[str, tightlip.Reporter]:
    return {package: reporter_for(package) for package in VERSIONS}


@pytest.fixture(autouse=True)
def no_tracking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed SDKs report errors themselves."""
    monkeypatch.setenv("DO_NOT_TRACK", "1")


def report(case: Failure, seed: str, reporters: dict[str, tightlip.Reporter]) -> dict[str, Any] | None:
    planted = canaries(seed)
    return reporters[case.package].preview(failure(case.run, planted))


@pytest.mark.parametrize("name", BY_NAME)
def test_nothing_of_a_value_leaves(name: str, reporters: dict[str, tightlip.Reporter]) -> None:
    """No canary in any encoding; two runs with other canaries give the same bytes but for id and time."""
    case = BY_NAME[name]
    events = [report(case, seed, reporters) for seed in ("alpha", "bravo")]
    if name in APPLICATIONS:
        assert events == [None, None]
        return
    assert all(event is not None for event in events)
    for seed, event in zip(("alpha", "bravo"), events, strict=True):
        assert event is not None
        assert leaks(encode(event).decode("ascii"), canaries(seed).values()) == []
    first, second = (json.dumps(without_ids(event)) for event in events)
    assert first == second


@pytest.mark.parametrize("name", [case.name for case in FAILURES if case.template is not None])
def test_the_template_says_what_a_reader_needs(name: str, reporters: dict[str, tightlip.Reporter]) -> None:
    """All the literal words that were decided by hand from the SDK's source are in the report."""
    case = BY_NAME[name]
    assert case.template is not None
    if importlib.metadata.version(case.package) != VERSIONS[case.package]:
        # Another version may word it otherwise; that the form is understood is what counts.
        assert last_value(report(case, "alpha", reporters))["value"]
        return
    value = last_value(report(case, "alpha", reporters)).get("value")
    if name in NOT_YET:
        assert not kept(case.template, value)[0]  # take it off the list once it works
        return
    survived, total = kept(case.template, value)
    assert survived == total, (case.template, value)


def test_the_table_is_wide_enough() -> None:
    """At least eight packages, each failing in at least five ways, most of them with words to keep."""
    assert len(VERSIONS) >= 8
    assert min(Counter(case.package for case in FAILURES).values()) >= 5
    assert sum(bool(case.template and literal_words(case.template)) for case in FAILURES) >= 100
