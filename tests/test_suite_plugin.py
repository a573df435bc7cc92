"""The pytest plugin, in pytest runs of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tightlip.suite import plugin_canaries, plugin_captured, plugin_cases
from tightlip.suite.runners import callable as callable_runner
from tightlip.suite.runners import pipeline
from tightlip.suite.schema import CLASSES as KNOWN_CLASSES
from tightlip_pytest import CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["pytester"]
#: A pytest run inside of this one takes the modules that it loads away again: these are there before.
LOADED = (yaml, plugin_canaries, plugin_captured, plugin_cases, callable_runner, pipeline)
ROOT = Path(__file__).parent.parent
CASES = """\
tightlip: 1
class: request
cases:
  - id: request.cookies.sid
    why: Cookies are request data.
    canaries: {session: cookie}
    event:
      message: it failed
      request: {cookies: {sid: "${session}"}}
  - id: request.method
    why: The method is no data.
    class: collected
    event: {level: error, request: {method: GET}}
    keep: {app: {fields: {request.method: GET}}}
    profiles: [app]
"""
LEAKY = """\
def scrub(event, hint):
    return event
"""
SDK = """\
def connect(key):
    raise ValueError(f"no key {key!r}")
"""

_STRICT = ("--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:benchmark", "-p", "no:hypothesispytest")


@pytest.fixture
def run(pytester: pytest.Pytester) -> Callable[..., tuple[int, str]]:
    """Runs pytest in a folder of its own, as strict as it can be, and gives its exit status and what it printed."""
    pytester.makefile(".ini", pytest="[pytest]\naddopts = --strict-markers --strict-config\n")
    pytester.makepyfile(leaky=LEAKY, acmeplug=SDK)

    def run_pytest(*arguments: str, alone: bool = False, **files: str) -> tuple[int, str]:
        for name, text in files.items():
            (pytester.path / name.replace("__", ".")).write_text(text, encoding="utf-8")
        given = ("-W", "error", *_STRICT, "-o", "pythonpath=.", *arguments)
        ran = pytester.runpytest_subprocess(*given) if alone else pytester.runpytest_inprocess(*given)
        return int(ran.ret), ran.stdout.str() + ran.stderr.str()

    return run_pytest


def test_cases_are_tests_by_case_and_promise(run: Callable[..., tuple[int, str]]) -> None:
    """A case is one test for each promise that it is held to; -k and -m choose among them; other YAML is left alone."""
    files = {"a__yaml": CASES, "other__yaml": "tightlip_of: nothing\n[", "conf__yml": "x: 1\n"}
    status, out = run("-v", "--tightlip-seed", "7", **files)
    assert status == 0, out
    assert re.findall(r"^(\S.*) PASSED", out, re.MULTILINE) == [
        "a.yaml::request.cookies.sid[tightlip strict]",
        "a.yaml::request.cookies.sid[tightlip app]",
        "a.yaml::request.method[tightlip app]",
    ]
    assert "tightlip: seed 7; --tightlip-seed=7" in out
    _, out = run("-q", "--collect-only", "-m", "tightlip_collected or tightlip_secret")
    assert [line for line in out.splitlines() if "::" in line] == ["a.yaml::request.method[tightlip app]"]
    _, out = run("-q", "--collect-only", "-k", "cookies and strict")
    assert [line for line in out.splitlines() if "::" in line] == ["a.yaml::request.cookies.sid[tightlip strict]"]
    _, out = run("-q", "a.yaml::request.cookies.sid[tightlip app]")
    assert "1 passed" in out


def test_a_failed_case_is_shown_as_the_command_words_it(
    run: Callable[..., tuple[int, str]], pytester: pytest.Pytester
) -> None:
    """No traceback of ours, the case's place and reason, and how to run it again; in the summary and in JUnit's XML, too."""
    (pytester.path / "cases").mkdir()
    (pytester.path / "cases" / "a.yaml").write_text(CASES, encoding="utf-8")
    status, out = run("-rf", "cases", "--tightlip-scrubber", "leaky:scrub", "--tightlip-seed=7", "--junitxml=out.xml")
    assert status == 1
    words = "leak: the cookie canary session left at request.cookies.sid (raw)"
    assert "_ request.cookies.sid [leaky:scrub] _" in out
    assert "FAILED request.cookies.sid  [leaky:scrub]  cases/a.yaml:4:5" in out
    assert "Cookies are request data." in out
    assert f"    {words}" in out
    assert "again: pytest 'cases/a.yaml::request.cookies.sid[leaky:scrub]' --tightlip-seed=7" in out
    assert "Traceback" not in out
    assert "plugin_cases.py" not in out
    assert re.search(r"^FAILED cases/a.yaml::request.cookies.sid\[leaky:scrub\] - leak: the coo", out, re.MULTILINE)
    assert "1 failed, 1 passed" in out
    assert f'message="{words}"' in (pytester.path / "out.xml").read_text(encoding="utf-8")


def test_the_configuration_chooses_what_is_checked(run: Callable[..., tuple[int, str]]) -> None:
    """Each setting counts, and the command line before it."""
    config = "[pytest]\ntightlip_scrubber = leaky:scrub\ntightlip_profile = strict\ntightlip_times = 3\ntightlip_package = acmeplug\n"
    _, out = run("-q", "--collect-only", pytest__ini=config, a__yaml=CASES)
    assert [line for line in out.splitlines() if "::" in line] == ["a.yaml::request.cookies.sid[leaky:scrub]"]
    _, out = run("-q", "--collect-only", "--tightlip-profile", "app", "--tightlip-policy=APP")
    assert [line for line in out.splitlines() if "::" in line] == [
        "a.yaml::request.cookies.sid[leaky:scrub]",
        "a.yaml::request.cookies.sid[tightlip app]",
        "a.yaml::request.method[leaky:scrub]",
        "a.yaml::request.method[tightlip app]",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tightlip-times=1"], "tightlip_times is '1': at least 2 runs are needed"),
        (["--tightlip-profile=apt"], "there is no promise 'apt'; it is one of strict, app"),
        (["--tightlip-scrubber=nowhere:scrub"], "there is no module named 'nowhere'"),
        (["--tightlip-policy=LOOSE"], "LOOSE"),
    ],
)
def test_options_that_make_no_sense_are_told(
    run: Callable[..., tuple[int, str]], arguments: list[str], words: str
) -> None:
    """In one sentence, without a traceback."""
    status, out = run("-q", *arguments, a__yaml=CASES)
    assert status == 2
    assert words in out
    assert "Traceback" not in out
    assert "File " not in out


def test_mistakes_in_cases_are_errors_of_the_collection(run: Callable[..., tuple[int, str]]) -> None:
    """With file, line and column; two cases of one id, in whichever files, are one."""
    status, out = run("-q", bad__yaml=CASES.replace("why:", "wy:", 1))
    assert status == 2
    assert "bad.yaml:5:5: " in out
    assert "did you mean why" in out or "why" in out
    assert "Traceback" not in out
    status, out = run("-q", bad__yaml=CASES, two__yaml=CASES)
    assert status == 2
    assert "two.yaml:4:5: there is a case request.cookies.sid already, at bad.yaml:4:5; give it another id" in out


def test_two_processes_with_a_seed_plant_the_same(
    run: Callable[..., tuple[int, str]], pytester: pytest.Pytester
) -> None:
    """As workers of xdist do: the seed is all that they share."""
    plant = """
import json, pathlib
def test_plant(canaries):
    found = {"first": canaries.api_key, "again": canaries.api_key, "other": canaries("api_key", form="stripe"), **canaries.all()}
    pathlib.Path("planted.json").write_text(json.dumps(found))
    assert len(set(found.values())) == len(found) - 2
    assert canaries["api_key"] == canaries.api_key and canaries["api_key_2"].startswith("sk_live_")
    assert set(canaries) > {"email", "api_key_2"} and "sk_live_" not in repr(canaries)
"""
    planted: list[dict[str, str]] = []
    for seed in (7, 7, 8):
        status, out = run("-q", f"--tightlip-seed={seed}", alone=not planted, test_p__py=plant)
        assert status == 0, out
        planted.append(json.loads((pytester.path / "planted.json").read_text(encoding="utf-8")))
    assert planted[0] == planted[1]
    assert planted[0]["first"] == planted[0]["again"]
    assert not set(planted[0].values()) & set(planted[2].values())


FIXTURES = """
import sys, threading
import pytest, tightlip, acmeplug

@pytest.mark.tightlip(package="acmeplug")
def test_reporter(tightlip_reporter, canaries, captured_events, assert_private, monkeypatch):
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    assert len(captured_events) == 0
    for key in (canaries.api_key, canaries("api_key")):
        with pytest.raises(ValueError) as caught:
            acmeplug.connect(key)
        tightlip_reporter.capture(caught.value)
    assert [event["exception"]["values"][-1]["value"] for event in captured_events] == ["no key {key!r}"] * 2
    assert_private(captured_events, canaries)
    assert_private(captured_events[0], {"mine": "something else"})
    tightlip_reporter.install()

def test_hooks_are_gone():
    assert "tightlip" not in repr(sys.excepthook)
    assert [one.name for one in threading.enumerate()] == ["MainThread"]

@pytest.mark.tightlip("acmeplug", policy=tightlip.APP)
class TestMarkers:
    def test_policy(self, tightlip_reporter, captured_events, canaries):
        try:
            acmeplug.connect(canaries.api_key)
        except ValueError as error:
            tightlip_reporter.capture(error)
        assert "no key" in captured_events[0]["exception"]["values"][-1]["value"]

def test_sentry(captured_events, canaries, assert_private):
    import sentry_sdk
    sentry_sdk.init(
        dsn="http://k@127.0.0.1:9/1", transport=captured_events.transport, default_integrations=False,
        before_send=lambda event, hint: {**event, "message": "gone"},
    )
    sentry_sdk.capture_message(f"a {canaries.password}")
    sentry_sdk.flush()
    assert [event["message"] for event in captured_events] == ["gone"]
    assert_private(captured_events, canaries)

def test_no_client_is_left():
    import sentry_sdk
    assert not sentry_sdk.get_client().is_active()
"""


def test_fixtures(run: Callable[..., tuple[int, str]]) -> None:
    """A reporter in memory whose hooks and threads are gone afterwards, also where DO_NOT_TRACK is set; what left; markers; sentry-sdk."""
    status, out = run("-q", alone=True, test_f__py=FIXTURES)
    assert status == 0, out
    assert "5 passed" in out


def test_failures_of_fixtures_are_explained(run: Callable[..., tuple[int, str]]) -> None:
    """A leak is told by canary, kind, place and encoding; which were planted, and how to plant them again; and no value."""
    tests = """
def test_leak(canaries, assert_private):
    event = {"tags": {"a": canaries.phone[::-1]}, "user": {"x": canaries("password")}}
    assert_private(event, canaries)
def test_nothing(canaries, assert_private):
    assert_private({}, canaries)
def test_kind(canaries):
    canaries.pasword
def test_package(tightlip_reporter):
    pass
"""
    status, out = run("-q", "--tb=short", "--tightlip-seed=7", test_f__py=tests)
    assert status == 1
    assert "2 of 2 planted canaries left:" in out
    assert "the phone canary phone left at tags.a (reversed)" in out
    assert "the password canary password left at user.x (raw)" in out
    assert "canaries planted: phone, password" in out
    assert "again: pytest 'test_f.py::test_leak' --tightlip-seed=7" in out
    assert "explaining.py" not in out
    assert "assert_private needs canaries" in out
    assert "there is no kind of canary 'pasword'; did you mean " in out
    assert 'mark the test with @pytest.mark.tightlip(package="acme")' in out


def test_nothing_is_loaded_before_it_is_used(run: Callable[..., tuple[int, str]]) -> None:
    """A project without cases and fixtures of ours gets one module of the plugin's, and no line of its words."""
    tests = """
import sys
def test_loaded():
    assert sorted(name for name in sys.modules if name.startswith("tightlip")) == ["tightlip_pytest"]
    assert not {"yaml", "sentry_sdk", "hypothesis", "structlog"} & set(sys.modules)
"""
    status, out = run("-q", alone=True, test_f__py=tests, other__yaml="a: 1\n")
    assert status == 0, out
    assert "seed" not in out


def test_classes_are_those_of_the_format() -> None:
    """The plugin repeats their names, so as not to load the format."""
    assert tuple(KNOWN_CLASSES) == CLASSES


def test_this_repository_collects_its_tests_alone() -> None:
    """`testpaths` keeps the cases in fixtures/ out of a plain run."""
    assert 'testpaths = ["tests"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
