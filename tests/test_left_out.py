"""What a vendor declared and no report shows is told to the vendor, costs no report, and never raises into the host."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, reporter_for
from sentry_sdk.transport import HttpTransport

import tightlip
import tightlip.sentry

if TYPE_CHECKING:
    from collections.abc import Callable

    from probe import MakePackage

SDK = """
class APIError(Exception):
    __slots__ = ("slotted",)

    def __init__(self, status):
        super().__init__("failed")
        self.status = status


def fail(status):
    raise APIError(status)
"""


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    make_package("probe_sdk", {"__init__.py": SDK})
    return importlib.import_module("probe_sdk")


def notes(sdk: Any, status: object = 404, **declared: Any) -> tuple[str, ...]:
    found = reporter_for("probe_sdk", **declared).explain(failure(sdk.fail, status))
    assert found is not None
    assert found.reported
    assert found.to_dict()["left_out"] == list(found.left_out)
    assert all(note in found.text() for note in found.left_out)
    return found.left_out


@pytest.mark.parametrize(
    ("name", "bad", "words"),
    [
        ("release", "acme 1.4.2 final", "as acme@1.4.2"),
        ("commit", "main", "lower-case hex"),
        ("environment", "the production", "as production"),
        ("workspace", "ann@example.com", "workspace: reported as unknown; "),
        ("workspace", object(), "as team-blue"),
    ],
)
def test_a_value_without_its_form_is_told_and_counted(sdk: Any, name: str, bad: object, words: str) -> None:
    """Given as it is or by a callable: `explain` says which form is wanted and never the value; `stats` counts each report."""
    for given in (bad, lambda: bad):
        (note,) = notes(sdk, **{name: given})
        assert note.startswith(f"{name}: ")
        assert words in note
        assert str(bad) not in note
        reporter = reporter_for("probe_sdk", **{name: given})
        assert reporter.stats() == {}
        assert reporter.preview(failure(sdk.fail, 404)) is not None
        assert reporter.stats() == {f"left out.{name}.form": 1}


def test_a_callable_that_fails_is_told(sdk: Any) -> None:
    """Its error is neither raised nor shown."""
    (note,) = notes(sdk, commit=lambda: 1 / 0)
    assert note.startswith("commit: left out; the callable failed, or gave something else than 7 to 64")


def test_what_has_its_form_or_was_not_given_is_not_told(sdk: Any) -> None:
    """Nothing is said of it, and nothing counted."""
    declared = {"release": "acme@1.4.2", "commit": "9f2c1d0", "environment": "production", "workspace": lambda: "blue"}
    assert notes(sdk, facts={"probe_sdk.APIError": {"status": int}}, **declared) == notes(sdk) == ()


def test_a_class_that_is_not_there_is_told(sdk: Any) -> None:
    """A misspelt class, and one whose module is not loaded."""
    found = notes(sdk, facts={"probe_sdk.ApiError": {"status": int}, "probe_sdk.later.Error": {"code": int}})
    assert [note.split(":")[0] for note in found] == ["facts of probe_sdk.ApiError", "facts of probe_sdk.later.Error"]


def test_an_attribute_that_is_not_there_is_told(sdk: Any) -> None:
    """A misspelt one; a slot counts as there, and so does a value that has not the declared form: what is said depends on no value."""
    facts = {
        "probe_sdk.APIError": {"stats": int, "slotted": int, "status": int},
        "builtins.Exception": {"attempt as tries": int},
    }
    said = notes(sdk, 404, facts=facts)
    assert said == (
        "fact stats of probe_sdk.APIError: this exception has no such attribute",
        "fact attempt of builtins.Exception: this exception has no such attribute",
    )
    assert notes(sdk, "secret", facts=facts) == said


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("policy", None, "policy must be a tightlip.Policy, as tightlip.APP or load_policy"),
        ("pace", 5, "pace must be a tightlip.Limits, not int"),
        ("adapters", int, "adapters must be a list"),
        ("adapters", "acme.Error", "adapters must be a list"),
        ("dependencies", "httpx", "dependencies must be a list"),
        ("dependencies", 3, "dependencies must be a list"),
    ],
)
def test_an_argument_of_another_type_is_an_error_at_once(sdk: Any, name: str, given: object, said: str) -> None:
    """A name alone would be taken for a list of letters."""
    with pytest.raises(TypeError, match=said):
        reporter_for("probe_sdk", **{name: given})


@pytest.mark.parametrize(
    "given",
    [
        lambda policy: tightlip.scrub({}, policy),
        tightlip.sentry.before_breadcrumb,
        lambda policy: tightlip.sentry.ScrubbingTransport(HttpTransport, policy),
        lambda policy: tightlip.before_send("json", policy),
    ],
    ids=["scrub", "before_breadcrumb", "ScrubbingTransport", "before_send"],
)
def test_a_policy_is_no_name(given: Callable[[Any], object]) -> None:
    """Wherever one is given: a policy's name or file is an error at once, that says what to give."""
    with pytest.raises(TypeError, match=r"policy must be a .*not str"):
        given("APP")
