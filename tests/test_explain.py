"""Explanations: they say what the stages decided, hold no value, and the command shows them."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, last_value, reporter_for

from tightlip import APP, STRICT_UNREAD, cli

if TYPE_CHECKING:
    from collections.abc import Callable

    from probe import MakePackage

    from tightlip.explanation import Explanation, LinkNote

SDK = """
import asyncio
import json


class Error(Exception):
    pass


class Framed(Error):
    def __init__(self, name, reason):
        super().__init__(f"upload of {name} failed: {reason}")


class Odd(Error):
    __str__ = lambda self: "-".join(str(item) for item in self.args)


class Fixed(Error):
    def __init__(self, code):
        super().__init__("the server is full")


def fail(name):
    raise Error(f"no record called {name!r} in {len(name)} places")


def framed(name):
    raise Framed(name, "the file is empty")


def odd(name):
    raise Odd(name, "x")


def bare(name):
    raise Error(name)


def silent(_):
    raise Error


def fixed(name):
    error = Fixed(name)
    return throw(error)


def throw(error):
    raise error


def missing(name):
    open("/nowhere/" + name)


def convert(name):
    return int(name)


def chained(name):
    try:
        return int(name)
    except ValueError as exc:
        raise Error(f"bad size: {exc}") from exc


def cut_off(name):
    try:
        fail(name)
    except Error as exc:
        raise Error(f"again: {exc}") from None


def several(name):
    what = "file" if len(name) > 3 else "folder"
    raise Error(f"no {what} for {name}")


def in_json(name):
    return json.loads("{" + name)


def call(function, *args):
    return function(*args)


def wrap(function, *args):
    try:
        return function(*args)
    except Exception as exc:
        raise Error(f"the callback failed: {exc}") from exc


def deep(n, name):
    return fail(name) if n == 0 else deep(n - 1, name)


def group(name):
    errors = []
    for function in (fail, framed):
        try:
            function(name)
        except Error as exc:
            errors.append(exc)
    raise ExceptionGroup(f"{len(errors)} failed", errors)


def stop(_):
    raise StopIteration


def extra(_):
    import no_such_extra_module


def never_raised(name):
    return Error(name)
"""
#: Functions of the SDK that fail when they are called with a name.
FAILING = ("fail", "framed", "odd", "bare", "silent", "fixed", "missing", "convert", "chained", "cut_off", "several", "in_json", "group", "stop", "extra")  # fmt: skip


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_explain", SDK)


def explained(exc: BaseException, **options: Any) -> Explanation:
    found = reporter_for("probe_explain", dependencies=[], **options).explain(exc)
    assert found is not None
    return found


def first(exc: BaseException, **options: Any) -> LinkNote:
    return explained(exc, **options).links[0]


def parts(note: LinkNote) -> list[tuple[str, bool, str]]:
    return [(part.text, part.kept, part.why) for part in note.parts]


class TestMessage:
    def test_literals_and_holes(self, sdk: Any) -> None:
        """Each literal is kept, with the place that it is written at and the rung; each hole is dropped."""
        note = first(failure(sdk.fail, "canary"))
        line = note.site.rpartition(":")[2]
        assert SDK.splitlines()[int(line) - 1].strip().startswith("raise Error(f")
        assert parts(note) == [
            ("no record called ", True, f"written at probe_explain/__init__.py:{line} (code)"),
            ("{name!r}", False, "value of {name!r}"),
            (" in ", True, f"written at probe_explain/__init__.py:{line} (code)"),
            ("{len(name)}", False, "value of {len(name)}"),
            (" places", True, f"written at probe_explain/__init__.py:{line} (code)"),
        ]
        assert (note.rung, note.module, note.advice) == ("code", "probe_explain", "")

    @pytest.mark.parametrize("name", FAILING)
    @pytest.mark.parametrize("policy", [None, STRICT_UNREAD], ids=["strict", "unread"])
    def test_it_says_what_the_report_says(self, sdk: Any, name: str, policy: Any) -> None:
        """Type, message and rung are those of the event, link by link; the parts are the message."""
        exc = failure(getattr(sdk, name), "canary")
        options = {} if policy is None else {"policy": policy}
        event = reporter_for("probe_explain", dependencies=[], **options).preview(exc)
        explanation = explained(exc, **options)
        assert explanation.reported is (event is not None)
        reported = [note for note in explanation.links if note.reported]
        if event is None:
            assert reported == []
            return
        values = list(reversed(event["exception"]["values"]))
        assert [note.type.rpartition(".")[2] for note in reported] == [value["type"] for value in values]
        assert [note.message for note in reported] == [value.get("value", "") for value in values]
        assert ["".join(part.text for part in note.parts) for note in reported] == [note.message for note in reported]
        assert reported[0].rung == event["tags"]["rung"]
        for note, value in zip(reported, values, strict=True):
            frames = value.get("stacktrace", {"frames": []})["frames"]
            assert [frame.shown for frame in note.frames] == [frame["in_app"] for frame in frames]

    def test_words_of_the_class(self, sdk: Any) -> None:
        """Words that the class's own ``__init__`` adds are told from those of the place that raised."""
        note = first(failure(sdk.framed, "canary"))
        assert [part.why for part in note.parts if part.kept] == [
            f"written in probe_explain.Framed, made at {note.site} (code)",
            f"written at {note.site} and in probe_explain.Framed (code)",
        ]

    def test_words_of_the_exception_that_was_handled(self, sdk: Any) -> None:
        """Text that stands in the place of ``{exc}`` says which exception it is from."""
        note = first(failure(sdk.chained, "canary"))
        assert note.message.startswith("bad size: invalid literal for int() with base ")
        assert [part.why for part in note.parts][:2] == [
            f"written at {note.site} (code)",
            "from ValueError: CPython's own message (builtin)",
        ]

    def test_the_systems_text(self, sdk: Any) -> None:
        """An ``OSError`` speaks by its number."""
        note = first(failure(sdk.missing, "canary"))
        assert parts(note) == [
            ("[Errno 2] No such file or directory: ", True, "the system's text for its error number (adapter)"),
            ("{filename}", False, "value of {filename}"),
        ]

    def test_a_text_of_several(self, sdk: Any) -> None:
        """Where the message chose among several texts, that is said."""
        note = first(failure(sdk.several, "canary"))
        assert note.message == "no file for {name}"
        assert parts(note)[0][2] == f"written at {note.site}, of several texts that are possible (alternatives)"

    def test_what_the_class_says_by_itself(self, sdk: Any) -> None:
        """A text that needs no place is the class's."""
        note = first(failure(sdk.call, sdk.throw, sdk.Fixed(5)))
        assert parts(note) == [("the server is full", True, "what probe_explain.Fixed says by itself (outer)")]

    @pytest.mark.parametrize(
        ("name", "why", "advice"),
        [
            ("odd", "what the class's own __init__ or __str__ makes of its arguments is not understood", "return one from __str__"),
            ("bare", "value of {name}", "write words where it is raised"),
            ("silent", "it is made without a message", ""),
        ],
    )  # fmt: skip
    def test_nothing_to_keep(self, sdk: Any, name: str, why: str, advice: str) -> None:
        """What is missing has a reason, and where the author can do something, it says what."""
        note = first(failure(getattr(sdk, name), "canary"))
        assert [(part.kept, part.why) for part in note.parts] == [(False, why)]
        assert advice in note.advice
        assert bool(advice) is bool(note.advice)

    def test_the_authors_reason(self, sdk: Any) -> None:
        """A ``raise`` of what was made elsewhere says what the author can do."""
        note = first(failure(sdk.throw, sdk.Error("canary")))
        assert parts(note) == [("", False, "`error` is a parameter: the caller made the exception")]

    def test_made_and_never_raised(self, sdk: Any) -> None:
        """Recording where exceptions are made is the advice; once that is done, the place is known."""
        reporter = reporter_for("probe_explain", dependencies=[])
        before = reporter.explain(sdk.never_raised("canary"))
        assert before is not None
        assert "record_creations" in before.links[0].advice
        reporter.record_creations(sdk.Error)
        try:
            after = reporter.explain(sdk.never_raised("canary"))
        finally:
            reporter.close()
        assert after is not None
        assert after.links[0].message == "{name}"
        assert after.links[0].site.startswith("probe_explain/__init__.py:")

    def test_text_that_a_policy_keeps_is_not_shown(self, sdk: Any) -> None:
        """Under ``APP`` a message without a template leaves after the scrubbers; the explanation does not hold it."""
        note = first(failure(sdk.odd, "canary"), policy=APP)
        assert parts(note) == [("", True, "its own text, after the scrubbers: this policy keeps text (not shown here)")]


class TestWhose:
    def test_the_sdks(self, sdk: Any) -> None:
        """The frame that decides is named."""
        note = first(failure(sdk.in_json, "canary"))
        assert note.reported
        assert note.why.startswith("the SDK failed, at probe_explain/__init__.py:")

    def test_the_applications(self, sdk: Any) -> None:
        """A failing callback is the application's, also below the SDK's frames, and the SDK's own wrapper is not."""
        explanation = explained(failure(sdk.wrap, lambda: int("canary")))
        assert explanation.reported
        assert [note.reported for note in explanation.links] == [True, False]
        assert explanation.links[1].why.endswith("is the application's")
        assert not explained(failure(sdk.call, lambda: int("canary"))).reported

    @pytest.mark.parametrize(
        ("name", "why"),
        [("stop", "exceptions of this kind steer the program; they are no failures"), ("extra", "an optional extra is not installed, which is the customer's choice")],
    )  # fmt: skip
    def test_what_is_no_failure(self, sdk: Any, name: str, why: str) -> None:
        """Control flow and a missing extra are not reported, and that is said of the whole and of the link."""
        explanation = explained(failure(getattr(sdk, name), "x"))
        assert (explanation.reported, explanation.why) == (False, why)
        assert explanation.links[0].why == why

    def test_cut_off(self, sdk: Any) -> None:
        """What ``from None`` cut off is not reported, and its words fill the hole."""
        explanation = explained(failure(sdk.cut_off, "canary"))
        assert [note.reported for note in explanation.links] == [True, False]
        assert explanation.links[1].relation == "cut off"
        assert "from None" in explanation.links[1].why
        assert explanation.links[0].message == "again: no record called {name!r} in {len(name)} places"

    def test_the_application_failed_while_handling(self, sdk: Any) -> None:
        """An SDK error that the application caught before it failed by itself is not reported."""

        def application() -> None:
            try:
                sdk.fail("canary")
            except sdk.Error:
                int("canary")

        explanation = explained(failure(application))
        assert not explanation.reported
        assert explanation.links[1].why == "the application caught it, and then failed by itself"

    def test_members_of_a_group(self, sdk: Any) -> None:
        """Each member of a group is explained by itself, and hangs on the group."""
        explanation = explained(failure(sdk.group, "canary"))
        assert [(note.relation, note.parent) for note in explanation.links[1:]] == [("a member of its group", 1)] * 2

    def test_a_file_that_was_edited(self, sdk: Any) -> None:
        """Code that is not what the file holds any more is told as that, and where."""
        exc = failure(sdk.fail, "canary")
        Path(sdk.__file__).write_text(SDK.replace("no record", "never a record"))
        note = first(exc)
        assert not note.reported
        assert note.why.startswith("probe_explain/__init__.py does not hold the code that ran")

    def test_code_compiled_under_the_sdks_folder(self, sdk: Any) -> None:
        """A file name that is a value is not shown: it need not be a file."""
        name = sdk.__file__.replace("__init__", "canary")
        exc = failure(lambda: exec(compile("raise ValueError('x')", name, "exec")))
        explanation = explained(exc)
        assert not explanation.reported
        assert "canary" not in str(explanation)

    def test_a_class_that_is_not_named(self, sdk: Any) -> None:
        """A class that was made while the program ran is named by its nearest base, and that is said."""
        cls = type("Canary", (sdk.Error,), {})
        note = first(failure(sdk.throw, cls("canary")))
        assert note.type == "probe_explain.Error"
        assert note.type_why.startswith("the SDK's class: the nearest base")

    def test_frames(self, sdk: Any) -> None:
        """The SDK's frames are shown, a run of others is one marker with a reason, and a recursion is one entry."""
        note = first(failure(sdk.call, sdk.deep, 7, "canary"))
        texts = [frame.text for frame in note.frames]
        assert texts[0] == "[1 application frame]"
        assert "(8 times)" in texts[2]
        assert [frame.shown for frame in note.frames] == [False, True, True, True]
        assert note.frames[0].why == "not the SDK's: its names and lines stay here"

    def test_a_very_deep_stack(self, sdk: Any) -> None:
        """The frames left out in the middle are told by a marker of their own."""
        note = first(failure(sdk.deep, 400, "canary"))
        assert any("frames omitted" in frame.text for frame in note.frames)


class TestNoValues:
    @pytest.mark.parametrize("policy", [None, STRICT_UNREAD, APP], ids=["strict", "unread", "app"])
    def test_two_sets_of_canaries_give_the_same_bytes(self, sdk: Any, policy: Any) -> None:
        """Neither the text nor the plain data holds a value, a path of the machine, or a name of the application's."""
        pages = []
        for _ in range(2):
            canary = "canary" + uuid.uuid4().hex
            page = []
            for function in (*(getattr(sdk, name) for name in FAILING), _callback(sdk)):
                found = explained(failure(function, canary), **({} if policy is None else {"policy": policy}))
                page += [str(found), found.text(colour=True), json.dumps(found.to_dict())]
            pages.append("\n".join(page))
        assert pages[0] == pages[1]
        for never in ("canary", sdk.__file__, __file__, "test_explain", "customer_function", "/nowhere"):
            assert never not in pages[0]

    def test_plain_data(self, sdk: Any) -> None:
        """``to_dict`` is made of JSON's types alone, and has everything."""
        found = explained(failure(sdk.chained, "canary"))
        data = found.to_dict()
        assert data == json.loads(json.dumps(data))
        assert type(data["links"][0]["message"]) is str
        assert [link["type"] for link in data["links"]] == ["probe_explain.Error", "ValueError"]
        assert data["links"][0]["parts"][0]["kept"] is True

    def test_control_characters_do_not_reach_the_terminal(self, make_package: MakePackage) -> None:
        """A template may hold anything; the page has it escaped."""
        sdk = make_package("probe_explain", 'def fail(_):\n    raise ValueError("a\\x1b[31m\\nb")\n')
        found = explained(failure(sdk.fail, "x"))
        assert "\x1b" not in str(found)
        assert "\\x1b[31m\\nb" in str(found)

    def test_nothing_is_stored_and_nothing_raised(self, sdk: Any) -> None:
        """Explaining needs no consent and leaves no report; what is no exception gives None, counted."""
        reporter = reporter_for("probe_explain")
        assert reporter.explain(failure(sdk.fail, "x")) is not None
        assert reporter.stats() == {}
        nothing: Any = "canary"
        assert reporter.explain(nothing) is None
        assert reporter.stats() == {"dropped.explain.TypeError": 1}


def _callback(sdk: Any) -> Callable[[str], object]:
    def customer_function(name: str) -> object:
        return int(name)

    return lambda name: sdk.wrap(customer_function, name)


SCRIPT = """\
import sys
import probe_explain

if __name__ == "__main__":
    print("argv", *sys.argv[1:])
    getattr(probe_explain, sys.argv[1])("canary")
"""


class TestCommand:
    @pytest.fixture
    def script(self, sdk: Any, tmp_path: Path) -> str:
        file = tmp_path / "fails.py"
        file.write_text(SCRIPT)
        return str(file)

    def test_it_explains_what_leaves_the_script(self, script: str, capsys: pytest.CaptureFixture[str]) -> None:
        """The script runs as ``__main__`` with its arguments, its one frame is the application's, and nothing is left behind."""
        before = sys.argv[:], sys.path[:]
        assert cli.main(["explain", script, "fail", "--package", "probe_explain"]) == 0
        assert (sys.argv, sys.path) == before
        out = capsys.readouterr().out
        assert out.startswith("argv fail\nreported (policy STRICT)\n\n1. probe_explain.Error (captured)\n")
        assert "[1 application frame]" in out
        assert "canary" not in out
        assert "\x1b" not in out

    def test_the_event(self, script: str, capsys: pytest.CaptureFixture[str]) -> None:
        """``--event`` prints the event behind the explanation, as JSON."""
        assert cli.main(["explain", "--event", "--package", "probe_explain", script, "fail"]) == 0
        out = capsys.readouterr().out
        event = json.loads(out[out.index("\n{") :])
        assert last_value(event)["value"] == "no record called {name!r} in {len(name)} places"

    def test_options_of_the_script(self, script: str, capsys: pytest.CaptureFixture[str]) -> None:
        """What stands behind ``--`` is the script's, whatever it looks like."""
        assert cli.main(["explain", script, "--package", "probe_explain", "--", "fail", "--package", "x"]) == 0
        assert capsys.readouterr().out.startswith("argv fail --package x\n")

    @pytest.mark.parametrize("text", ["", "raise SystemExit", "import sys; sys.exit(0)"], ids=["end", "exit", "zero"])
    def test_a_script_that_does_not_fail(
        self, sdk: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
    ) -> None:
        """The status is 1, and a line on stderr says so."""
        file = tmp_path / "fine.py"
        file.write_text(text)
        assert cli.main(["explain", str(file), "--package", "probe_explain"]) == 1
        assert "no error left the script; let it end" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["nowhere.py", "--package", "probe_explain"], "there is no script"),
            (["{script}", "--package", "no_such_package"], "cannot be imported"),
            (["{script}"], "--package"),
            (["--package", "probe_explain"], "SCRIPT.py"),
            (["{script}", "--package", "probe_explain", "--policy", "none"], "--policy"),
            (["{broken}", "--package", "probe_explain"], "no Python script (SyntaxError)"),
        ],
    )
    def test_arguments_that_make_no_sense(
        self, script: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
    ) -> None:
        """The status is 2, and stderr says what is wrong."""
        broken = tmp_path / "broken.py"
        broken.write_text("def :")
        given = [one.format(script=script, broken=broken) for one in arguments]
        with pytest.raises(SystemExit) as exc:
            sys.exit(cli.main(["explain", *given]))  # argparse exits by itself
        assert exc.value.code == 2
        assert words in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("environment", "coloured"),
        [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
        ids=str,
    )
    def test_colours(
        self, script: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
    ) -> None:  # fmt: skip
        """Colours are for a terminal that has them, and for nobody who said no."""
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        assert cli.main(["explain", script, "fail", "--package", "probe_explain"]) == 0
        assert ("\x1b[" in capsys.readouterr().out) is coloured

    def test_help_has_examples(self, capsys: pytest.CaptureFixture[str]) -> None:
        """``--help`` shows how it is used."""
        with pytest.raises(SystemExit) as exc:
            cli.main(["explain", "--help"])
        assert exc.value.code == 0
        out = capsys.readouterr().out
        assert "tightlip explain fails.py --package acme" in out
