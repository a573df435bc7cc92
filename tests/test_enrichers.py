"""Enrichers: declared facts in their form, and the machine and the runtime without anything of the customer's."""

from __future__ import annotations

import importlib
import os
import platform
import sys
import sysconfig
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, last_value, reporter_for

from tightlip import enrichers

if TYPE_CHECKING:
    from collections.abc import Callable

    from probe import MakePackage

CANARY = "s3cr3tcanary"


class Text(str):
    """Text that answers every question about itself with a lie."""

    __slots__ = ()

    def __str__(self) -> str:
        raise AssertionError("asked")


def raising() -> str:
    raise ValueError(CANARY)


def recursing() -> str:
    return recursing()


#: Field -> values that leave as they are.
GOOD: dict[str, list[str]] = {
    "release": ["acme@1.4.2", "acme", "Acme.Cli@2024.1+build-7_x", "1", "a" * 128],
    "commit": ["9f2c1d0", "a" * 40, "0123456789abcdef" * 4],
    "environment": ["prod", "production-eu.1", "P_1", "7", "a" * 64],
    "workspace": ["team-blue", "-", ".", "_a.B-9", "a" * 64],
}
#: Field -> values of the right type that lack the form, near misses first.
NEAR: dict[str, list[str]] = {
    "release": [
        "", "acme 1.4", "acme@1\n", "\nacme@1", "-acme", "@1", "a/b@1", "a" * 129, "acmé@1", "acme@\u0661", "acme@1\x00", "acme@1\u2028", "{acme}",
    ],
    "commit": ["", "9f2c1d", "9F2C1D0", "9f2c1d0\n", "9f2c1dg", "a" * 65, "9f2c1d0 ", "\u0661" * 7, "0x9f2c1d0"],
    "environment": ["", "a b\n", "a b", "prod\n", "-prod", ".prod", "a" * 65, "prødu", "prod@eu", "\u0661", "a/b"],
    "workspace": ["", "a b\n", "a b", "team\n", "\nteam", "a" * 65, "tëam", "team/blue", "team@x", "\u0661", "team\x00", "ann@example.com"],
}  # fmt: skip
#: What is no text at all, and what only claims to be.
NO_TEXT: list[object] = [5, 5.0, True, b"team", ["team"], ("team",), {"team": 1}, object(), Text("team")]

FIELDS = tuple(GOOD)


def enriched(field: str, declared: Any) -> dict[str, Any]:
    """The event that one enricher makes of an empty one."""
    step = enrichers.release(declared, lambda: None) if field == "release" else getattr(enrichers, field)(declared)
    found = step({}, {})
    assert found is not None
    return dict(found)


def value(field: str, event: dict[str, Any] | None) -> object:
    """Where the field stands in an event."""
    assert event is not None
    return event.get("tags", {}).get(field) if field in ("commit", "workspace") else event.get(field)


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(field, item) for field, items in table.items() for item in items]


@pytest.mark.parametrize(("field", "good"), pairs(GOOD))
def test_a_value_in_its_form_survives(field: str, good: str) -> None:
    """Given as it is, or by a callable."""
    assert value(field, enriched(field, good)) == good
    assert value(field, enriched(field, lambda: good)) == good


@pytest.mark.parametrize(("field", "near"), pairs(NEAR))
def test_a_near_miss_does_not_leave(field: str, near: str) -> None:
    """A workspace becomes `unknown`; everything else is left out."""
    expected = "unknown" if field == "workspace" else None
    assert value(field, enriched(field, near)) == expected
    assert value(field, enriched(field, lambda: near)) == expected


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("given", NO_TEXT, ids=lambda given: type(given).__name__)
def test_another_type_does_not_leave(field: str, given: object) -> None:
    """The exact type counts, and nothing of the value is asked."""
    expected = "unknown" if field == "workspace" else None
    assert value(field, enriched(field, given)) == expected
    assert value(field, enriched(field, lambda: given)) == expected


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "failing", [raising, recursing, lambda _missing: "x"], ids=["raises", "recurses", "wants an argument"]
)
def test_a_callable_that_fails_costs_its_own_field_only(field: str, failing: Any) -> None:
    """The error of a vendor's callable is not ours to report."""
    assert value(field, enriched(field, failing)) == ("unknown" if field == "workspace" else None)


def test_a_callable_that_returns_none_has_no_answer() -> None:
    """A workspace was declared, so that the report says that it is not known; the others were not found."""
    assert enriched("workspace", lambda: None) == {"tags": {"workspace": "unknown"}}
    assert enriched("commit", lambda: None) == {}
    assert enriched("environment", lambda: None) == {}


@pytest.mark.parametrize("field", FIELDS)
def test_what_was_not_declared_is_not_there(field: str) -> None:
    """No tag and no field is invented."""
    assert enriched(field, None) == {}


def test_an_enricher_keeps_what_is_there_and_changes_nothing_in_place() -> None:
    """Other tags and contexts stay; the event that came in is as it was."""
    event = {"tags": {"rung": "code"}, "contexts": {"gc": {"type": "gc"}}, "level": "error"}
    for step in (
        enrichers.commit("9f2c1d0"),
        enrichers.workspace("blue"),
        enrichers.operating_system,
        enrichers.runtime,
    ):
        found = step(event, {})
        assert found is not None
        assert found["level"] == "error"
        assert found["tags"]["rung"] == "code"
        assert found["contexts"]["gc"] == {"type": "gc"}
    assert event == {"tags": {"rung": "code"}, "contexts": {"gc": {"type": "gc"}}, "level": "error"}


@pytest.mark.parametrize("field", FIELDS)
def test_declared_facts_reach_the_report(field: str, make_package: MakePackage) -> None:
    """From the reporter's argument, through every stage, to the event."""
    module = make_package("probe_declared", "def fail(): raise ValueError('no')\n")
    error = failure(module.fail)
    for good in GOOD[field]:
        assert value(field, reporter_for("probe_declared", **{field: good}).preview(error)) == good
    for bad in (*NEAR[field], raising, 5):
        event = reporter_for("probe_declared", **{field: bad}).preview(error)
        assert last_value(event)["value"] == "no"
        assert value(field, event) == ("unknown" if field == "workspace" else None)
        assert CANARY not in str(event)


def test_a_callable_is_asked_for_each_report(make_package: MakePackage) -> None:
    """A workspace can change while the program runs."""
    module = make_package("probe_asked", "def fail(): raise ValueError('no')\n")
    names = iter(["one", "two"])
    reporter = reporter_for("probe_asked", workspace=lambda: next(names))
    error = failure(module.fail)
    found = [value("workspace", reporter.preview(error)) for _ in range(3)]
    assert found == ["one", "two", "unknown"]


def test_the_default_release_is_the_installed_distributions() -> None:
    """Name and version of the package; a declared release goes first, and a bad one is not replaced by the default."""
    httpx = importlib.import_module("httpx")
    error = failure(httpx.URL, 5)
    expected = f"httpx@{version('httpx')}"
    assert value("release", reporter_for("httpx").preview(error)) == expected
    assert value("release", reporter_for("httpx", release="mine@2").preview(error)) == "mine@2"
    assert value("release", reporter_for("httpx", release="a b\n").preview(error)) is None


def test_a_package_that_is_not_installed_has_no_default_release(make_package: MakePackage) -> None:
    """There is no version to tell."""
    module = make_package("probe_loose", "def fail(): raise ValueError('no')\n")
    assert value("release", reporter_for("probe_loose").preview(failure(module.fail))) is None


def machine(monkeypatch: pytest.MonkeyPatch, **answers: str) -> dict[str, Any]:
    for name, answer in answers.items():
        monkeypatch.setattr(platform, name, lambda answer=answer: answer)
    found = enrichers.operating_system({}, {})
    assert found is not None
    contexts: dict[str, Any] = found["contexts"]
    return contexts


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("6.1.0-acme-corp-build", "6.1.0"),
        ("6.8.0-45-generic", "6.8.0"),
        ("23.6.0", "23.6.0"),
        ("10.0.22631.4169.7", "10.0.22631.4169"),
        ("6.1acme", "6.1"),
        ("acme-6.1.0", None),
        ("", None),
        (" 6.1", None),
        ("\u0661\u0662.\u0663-acme", None),
        ("6.\u0661\u0662", "6"),
    ],
)
def test_of_a_kernel_release_the_leading_numbers_leave(
    monkeypatch: pytest.MonkeyPatch, given: str, expected: str | None
) -> None:
    """A kernel that a customer built carries the customer's name behind them."""
    monkeypatch.setattr(os, "uname", object(), raising=False)  # only asked whether it is there
    contexts = machine(monkeypatch, system="Linux", release=given, machine="x86_64")
    assert contexts["os"] == {"type": "os", "name": "Linux", **({"version": expected} if expected is not None else {})}


def test_on_windows_the_version_is_the_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    """There ``platform.release()`` is a marketing name."""
    monkeypatch.delattr(os, "uname", raising=False)
    contexts = machine(monkeypatch, system="Windows", release="11", version="10.0.22631", machine="AMD64")
    assert contexts["os"] == {"type": "os", "name": "Windows", "version": "10.0.22631"}
    assert contexts["device"] == {"type": "device", "arch": "AMD64"}


@pytest.mark.parametrize("text", ["acme-vm", "", "x86_64 acme", "X86_64", "x86_64\n", "linux"])
def test_unknown_names_are_other(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A virtual machine or a patched interpreter may put any text there."""
    contexts = machine(monkeypatch, system=text, release="6.1", machine=text)
    assert contexts["os"]["name"] == "other"
    assert contexts["device"]["arch"] == "other"


@pytest.mark.parametrize("name", sorted(enrichers.SYSTEMS))
def test_known_systems_are_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Each of them by its own name."""
    assert machine(monkeypatch, system=name)["os"]["name"] == name


@pytest.mark.parametrize("name", sorted(enrichers.MACHINES))
def test_known_architectures_are_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Each of them by its own name."""
    assert machine(monkeypatch, machine=name)["device"]["arch"] == name


def test_the_runtime_is_this_one() -> None:
    """What the interpreter says of itself."""
    found = enrichers.runtime({}, {})
    assert found is not None
    assert found["contexts"]["runtime"] == {
        "type": "runtime",
        "name": platform.python_implementation(),
        "version": "{}.{}.{}".format(*sys.version_info[:3]),
        "free_threaded": sysconfig.get_config_var("Py_GIL_DISABLED") == 1,
        "bits": 64 if sys.maxsize > 2**32 else 32,
    }


@pytest.mark.parametrize(("given", "expected"), [("PyPy", "PyPy"), ("AcmePython", "other"), ("", "other")])
def test_an_implementation_is_named_if_it_is_known(monkeypatch: pytest.MonkeyPatch, given: str, expected: str) -> None:
    """A fork's name can be a customer's."""
    monkeypatch.setattr(platform, "python_implementation", lambda: given)
    found = enrichers.runtime({}, {})
    assert found is not None
    assert found["contexts"]["runtime"]["name"] == expected


@pytest.mark.parametrize(("variable", "expected"), [(1, True), (0, False), (None, False)])
def test_a_free_threaded_build_says_so(monkeypatch: pytest.MonkeyPatch, variable: int | None, expected: bool) -> None:
    """By the variable that the build sets."""
    answer: Callable[[str], int | None] = lambda _name: variable  # noqa: E731 - a stand-in
    monkeypatch.setattr(sysconfig, "get_config_var", answer)
    found = enrichers.runtime({}, {})
    assert found is not None
    assert found["contexts"]["runtime"]["free_threaded"] is expected


def test_machine_and_runtime_reach_the_report(make_package: MakePackage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through every stage, and without what was behind the kernel's version."""
    module = make_package("probe_machine", "def fail(): raise ValueError('no')\n")
    monkeypatch.setattr(platform, "release", lambda: f"6.1.0-{CANARY}")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: CANARY)
    event = reporter_for("probe_machine").preview(failure(module.fail))
    assert event is not None
    assert event["contexts"]["os"] == {"type": "os", "name": "Linux", "version": "6.1.0"}
    assert event["contexts"]["device"] == {"type": "device", "arch": "other"}
    assert event["contexts"]["runtime"]["version"] == ".".join(str(part) for part in sys.version_info[:3])
    assert CANARY not in str(event)
