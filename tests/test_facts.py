"""Typed facts: numbers, flags and declared words of exceptions, as tags; nothing else of them."""

from __future__ import annotations

import enum
import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import failure, reporter_for, without_ids

import tightlip
from tightlip.allowlist import FIELDS
from tightlip.cli import main
from tightlip.fact_file import load
from tightlip.fact_table import BUILT_IN, MOST_INT
from tightlip.facts import TAKEN, Facts
from tightlip.notice import notice

if TYPE_CHECKING:
    from probe import MakePackage

SDK = {
    "__init__.py": """
from .errors import APIError, NotFound, Slotted, Error
from . import errors

def fail(cls, **held):
    error = cls("failed")
    for name, value in held.items():
        setattr(error, name, value)
    raise error

def fail_from(cls, held, cause, cause_held):
    try:
        fail(cause, **cause_held)
    except Exception as exc:
        error = cls("failed")
        for name, value in held.items():
            setattr(error, name, value)
        raise error from exc

def call(function, *args, **kwargs):
    return function(*args, **kwargs)

def group(errors):
    raise ExceptionGroup("several", errors)

def run(*command):
    import subprocess
    subprocess.run(command, check=True)

def http(code):
    import urllib.error
    raise urllib.error.HTTPError("https://s3cr3t.example", code, "no", {}, None)

def tls(number):
    import ssl
    raise ssl.SSLError(number, "no")

def resolve(number):
    import socket
    raise socket.gaierror(number, "no")

class Response:
    def __init__(self, **held):
        vars(self).update(held)
""",
    "errors.py": """
class Error(Exception):
    pass

class APIError(Error):
    retry = False

class NotFound(APIError):
    pass

class Slotted(Error):
    __slots__ = ("status", "empty")
""",
}

DECLARED: dict[str, Any] = {
    "probe_facts.APIError": {
        "status": int,
        "code": {"NOT_FOUND", "DENIED", 17},
        "retry": bool,
        "attempt": range(100),
        "response.request_count": int,
        "response.request_count as requests": range(0, 1000, 10),
    },
    "probe_facts.errors.NotFound": {"kind": {"bucket", "key"}},
    "probe_facts.Slotted": {"status": range(1, 10), "empty": int},
}
STATUS = "http.response.status_code"


@pytest.fixture
def sdk(make_package: MakePackage) -> Any:
    return make_package("probe_facts", SDK)


@pytest.fixture
def reporter(sdk: Any) -> tightlip.Reporter:
    return reporter_for("probe_facts", facts=DECLARED)


def tags(reporter: tightlip.Reporter, error: BaseException) -> dict[str, Any]:
    """The tags of the report but the rung."""
    event = reporter.preview(error)
    assert event is not None, reporter.stats()
    return {name: value for name, value in event["tags"].items() if name != "rung"}


class Word(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise AssertionError("asked")

    __hash__ = str.__hash__


class Number(int):
    def __le__(self, other: int) -> bool:
        raise AssertionError("asked")


class Level(enum.IntEnum):
    HIGH = 404


def fresh(text: str) -> str:
    """An equal text that is another object."""
    return "".join(list(text))


class TestBuiltIn:
    @pytest.mark.parametrize("name", ["status_code", "http_status", "status"])
    @pytest.mark.parametrize(
        ("value", "is_there"), [(100, True), (599, True), (99, False), (600, False), (-404, False)]
    )
    def test_http_status(self, sdk: Any, name: str, value: int, is_there: bool) -> None:
        """From the names that it has in Python's SDKs, if it is one; never clipped."""
        found = tags(reporter_for("probe_facts"), failure(sdk.fail, sdk.Error, **{name: value}))
        assert found == ({STATUS: value} if is_there else {})

    @pytest.mark.parametrize("name", ["status_code", "status"])
    def test_http_status_of_the_response(self, sdk: Any, name: str) -> None:
        """Where the error holds the response."""
        error = failure(sdk.fail, sdk.Error, response=sdk.Response(**{name: 503}))
        assert tags(reporter_for("probe_facts"), error) == {STATUS: 503}

    def test_the_first_name_that_holds_a_status_counts(self, sdk: Any) -> None:
        """A name that holds something else is passed over."""
        error = failure(
            sdk.fail, sdk.Error, status_code="404", http_status=None, status=410, response=sdk.Response(status=500)
        )
        assert tags(reporter_for("probe_facts"), error) == {STATUS: 410}

    def test_code_alone_is_no_http_status(self, sdk: Any) -> None:
        """A number of three digits may be anything; beside a request, a response or headers it is a status."""
        reporter = reporter_for("probe_facts")
        assert tags(reporter, failure(sdk.fail, sdk.Error, code=404)) == {}
        for sign in ("headers", "response", "request", "hdrs"):
            assert tags(reporter, failure(sdk.fail, sdk.Error, code=404, **{sign: None})) == {STATUS: 404}
            assert tags(reporter, failure(sdk.fail, sdk.Error, code=1004, **{sign: None})) == {}

    def test_urllib(self, sdk: Any) -> None:
        """The standard library's own HTTP error."""
        assert tags(reporter_for("probe_facts"), failure(sdk.http, 418)) == {STATUS: 418}

    @pytest.mark.parametrize(
        ("number", "found"),
        [
            (2, {"errno": 2, "errno.name": "ENOENT"}),
            (13, {"errno": 13, "errno.name": "EACCES"}),
            (4_711_000, {}),
            (-3, {"errno": -3}),
        ],
    )
    def test_errno(self, sdk: Any, number: int, found: dict[str, Any]) -> None:
        """A number of the system's table, with its name; another number is no error number."""
        error = failure(sdk.fail, OSError)
        assert isinstance(error, OSError)
        error.errno = number
        assert tags(reporter_for("probe_facts"), error) == found

    def test_errno_of_a_real_failure(self, sdk: Any) -> None:
        """As the system gives it."""
        assert tags(reporter_for("probe_facts"), failure(sdk.call, open, "/nonexistent/s3cr3t")) == {
            "errno": 2,
            "errno.name": "ENOENT",
        }

    def test_numbers_of_tls_and_of_name_resolution_have_no_name(self, sdk: Any) -> None:
        """1 is not EPERM there."""
        reporter = reporter_for("probe_facts")
        assert tags(reporter, failure(sdk.tls, 1)) == {"errno": 1}
        assert tags(reporter, failure(sdk.resolve, -2)) == {"errno": -2}

    def test_returncode(self, sdk: Any) -> None:
        """Of a process that failed, or was killed by a signal."""
        reporter = reporter_for("probe_facts")
        for code, found in ((3, 3), (255, 255)):
            error = failure(sdk.run, sys.executable, "-c", f"raise SystemExit({code})")
            assert tags(reporter, error) == {"process.exit.code": found}
        assert tags(reporter, failure(sdk.fail, sdk.Error, returncode=-9)) == {"process.exit.code": -9}
        assert tags(reporter, failure(sdk.fail, sdk.Error, returncode=3_221_225_477)) == {}

    def test_the_primary_error_comes_first(self, sdk: Any) -> None:
        """What it does not hold, its causes give; a number and its name come from the same link."""
        reporter = reporter_for("probe_facts")
        error = failure(sdk.fail_from, sdk.Error, {"status": 500}, sdk.Error, {"status": 404, "returncode": 1})
        assert tags(reporter, error) == {STATUS: 500, "process.exit.code": 1}
        error = failure(sdk.fail_from, OSError, {"errno": -3}, OSError, {"errno": 2})
        assert tags(reporter, error) == {"errno": -3}


class TestDeclared:
    def test_each_form(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """Numbers, members of a set, flags, ranges and paths leave under the class's name or their own."""
        response = sdk.Response(request_count=40)
        error = failure(
            sdk.fail, sdk.APIError, status=7, code=fresh("DENIED"), retry=True, attempt=99, response=response
        )
        assert tags(reporter, error) == {
            "APIError.status": 7,
            "APIError.code": "DENIED",
            "APIError.retry": True,
            "APIError.attempt": 99,
            "APIError.response.request_count": 40,
            "requests": 40,
        }

    def test_subclasses_give_their_bases_facts(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """Under the name that declared them."""
        assert tags(reporter, failure(sdk.fail, sdk.NotFound, attempt=1, kind="key")) == {
            "APIError.attempt": 1,
            "APIError.retry": False,
            "NotFound.kind": "key",
        }
        assert tags(reporter, failure(sdk.fail, sdk.Error, attempt=1, kind="key")) == {}

    def test_slots_and_class_attributes(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """They are storage too; a slot that was never filled holds nothing."""
        assert tags(reporter, failure(sdk.fail, sdk.Slotted, status=4)) == {"Slotted.status": 4}
        assert tags(reporter, failure(sdk.fail, sdk.APIError)) == {"APIError.retry": False}

    @pytest.mark.parametrize(
        "held",
        [
            {"status": True}, {"status": 4.0}, {"status": "4"}, {"status": None}, {"status": MOST_INT + 1}, {"status": 10**5000},
            {"status": Number(4)}, {"status": Level.HIGH}, {"code": "OTHER"}, {"code": "not_found"}, {"code": b"DENIED"}, {"code": 18},
            {"code": Word("DENIED")}, {"code": "x" * 10**6}, {"code": ["DENIED"]}, {"attempt": 100}, {"attempt": -1}, {"attempt": True},
            {"response": 4}, {"response": {"request_count": 4}}, {"kind": "key"},
        ],
    )  # fmt: skip
    def test_what_lacks_the_form_is_left_out(self, reporter: tightlip.Reporter, sdk: Any, held: dict[str, Any]) -> None:
        """Other types, subclasses of the right ones, other words and numbers beyond the bounds: not clipped, not asked."""
        found = tags(reporter, failure(sdk.fail, sdk.APIError, retry=0, **held))
        found.pop(STATUS, None)
        assert found == {}

    def test_a_word_is_the_declarations_own(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """What the snapshot keeps is the declared object, not the exception's equal one."""
        given = fresh("DENIED")
        error = failure(sdk.fail, sdk.APIError, code=given)
        _, hint = reporter._taken(error)
        taken = dict(hint["snapshot"].links[0].taken[TAKEN])
        kept = [value for value in taken.values() if value == "DENIED"]
        assert len(kept) == 1
        assert kept[0] is not given

    def test_a_module_that_is_loaded_later(self, sdk: Any) -> None:
        """A name resolves once its module is there, also one by which a class is imported."""
        reporter = reporter_for("probe_facts", facts={"probe_facts.later.Public": {"size": int}})
        assert tags(reporter, failure(sdk.fail, sdk.Error, size=4)) == {}
        later = Path(sdk.__file__).with_name("later.py")
        later.write_text("from .errors import APIError as Public\n", encoding="utf-8")
        importlib.import_module("probe_facts.later")
        assert tags(reporter, failure(sdk.fail, sdk.APIError, size=4)) == {"Public.size": 4}

    def test_groups(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """The first member that has a fact gives it."""
        members = [
            failure(sdk.fail, sdk.Error),
            failure(sdk.fail, sdk.APIError, attempt=5),
            failure(sdk.fail, sdk.APIError, attempt=6),
        ]
        assert tags(reporter, failure(sdk.group, members))["APIError.attempt"] == 5


class TestTheApplications:
    def test_its_classes_give_none(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """Even a subclass of a declared class, raised by the SDK: what it holds is the application's."""

        class Mine(sdk.APIError):  # type: ignore[misc]
            pass

        class System(OSError):
            pass

        assert tags(reporter, failure(sdk.fail, Mine, status=404, attempt=5, code="DENIED")) == {}
        assert tags(reporter, failure(sdk.fail, System, errno=2, returncode=5)) == {}

    def test_a_class_of_the_same_name_gives_none(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """A name proves nothing."""
        forged = type("APIError", (Exception,), {"__module__": "probe_facts.errors"})
        assert tags(reporter, failure(sdk.fail, forged, status=404, attempt=5)) == {}

    def test_liars_are_not_asked(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """No property, ``__getattr__``, metaclass or ``__eq__`` of a key runs, and nothing of it is taken."""
        asked: list[str] = []

        def ask(*_: object) -> Any:
            asked.append("asked")
            return 404

        class Meta(type):
            __getattribute__ = ask
            __eq__ = ask
            __hash__ = ask

        class Key(str):
            __slots__ = ()
            __eq__ = ask
            __hash__ = str.__hash__

        lies = {
            "status": property(ask),
            "status_code": property(ask),
            "__getattr__": ask,
            "__class__": property(ask),
            "code": property(ask),
        }
        for liar in (
            type("Liar", (sdk.APIError,), lies),
            type("Liar", (sdk.APIError,), {"__getattribute__": ask, "__dict__": property(ask)}),
            Meta("Liar", (sdk.APIError,), {}),
            type("Liar", (sdk.APIError,), {Key("status"): 404, Key("attempt"): 5}),
        ):
            error = failure(sdk.fail, Exception)
            made: Any = BaseException.__new__(liar)
            made.__traceback__ = error.__traceback__
            asked.clear()
            taken = reporter._taken(made)[1]["snapshot"].links[0].taken.get(TAKEN, ())
            assert asked == []
            assert 404 not in dict(taken).values()

    def test_a_response_that_lies(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """What the SDK's error holds may be the application's own object."""
        asked: list[str] = []

        class Lying:
            @property
            def status_code(self) -> int:
                asked.append("property")
                return 404

            def __getattr__(self, name: str) -> int:
                asked.append(name)
                return 404

        assert tags(reporter, failure(sdk.fail, sdk.Error, response=Lying())) == {}
        assert asked == []

    def test_two_sets_of_canaries_give_equal_reports(self, reporter: tightlip.Reporter, sdk: Any) -> None:
        """Whatever an exception holds beside its declared facts."""

        def report(canary: str, number: int) -> Any:
            held = {
                "status": 404, "code": canary, "attempt": number, "retry": canary, "kind": canary, "status_code": number, "errno": number,
                "response": sdk.Response(request_count=canary, status_code=number, status=canary), canary: canary, "returncode": number,
                "user_number": number,
            }  # fmt: skip
            return without_ids(reporter.preview(failure(sdk.fail, sdk.NotFound, **held)))

        one, two = report("c4n4ry_one", 48_151_623_42), report("c4n4ry_two", 10**40)
        assert one == two
        assert one["tags"]["APIError.status"] == 404
        assert "c4n4ry" not in json.dumps(one)


class TestDeclarations:
    @pytest.mark.parametrize(
        ("declared", "problem"),
        [
            ([], r"facts: give a dict of classes"),
            ({5: {}}, r"facts: name the class as text, as 'acme.APIError', not 5"),
            ({"APIError": {}}, r"facts of 'APIError': give the class with its module"),
            ({"acme..APIError": {}}, r"give the class with its module"),
            ({"json.decoder.JSONDecoder": {}}, r"facts of json.decoder.JSONDecoder: it is no exception class"),
            ({"acme.APIError": int}, r"facts of acme.APIError: give a dict of attributes"),
            ({"acme.APIError": {5: int}}, r"facts of acme.APIError: name the attribute as text"),
            ({"acme.APIError": {"a b": int}}, r"fact 'a b' of acme.APIError: give an attribute"),
            ({"acme.APIError": {"a.b.c.d.e": int}}, r"a path of at most 4"),
            ({"acme.APIError": {"status": str}}, r"fact 'status' of acme.APIError: give int, bool, a range or a set of words"),
            ({"acme.APIError": {"status": float}}, r"give int, bool, a range or a set"),
            ({"acme.APIError": {"status": ["A"]}}, r"give int, bool, a range or a set"),
            ({"acme.APIError": {"status": 404}}, r"give int, bool, a range or a set"),
            ({"acme.APIError": {"status": range(0)}}, r"is empty; give one that holds numbers"),
            ({"acme.APIError": {"status": range(MOST_INT + 2)}}, r"goes beyond seven digits; give one between"),
            ({"acme.APIError": {"code": set()}}, r"the set has 0 members; give 1 to 256"),
            ({"acme.APIError": {"code": set(range(257))}}, r"the set has 257 members"),
            ({"acme.APIError": {"code": {"A|B"}}}, r"'A\|B' in its set is no word .*; leave it out"),
            ({"acme.APIError": {"code": {"A\n"}}}, r"in its set is no word"),
            ({"acme.APIError": {"code": {"ö"}}}, r"in its set is no word"),
            ({"acme.APIError": {"code": {True}}}, r"True in its set is neither exactly a str nor an int"),
            ({"acme.APIError": {"code": {Level.HIGH}}}, r"give the plain word"),
            ({"acme.APIError": {"code": {MOST_INT + 1}}}, r"more than seven digits"),
            ({"acme.APIError": {"number_of_requests_that_were_made": int}}, r"at most 32 .*; name it yourself: 'number_of_requests"),
            ({"acme.APIError": {"status as a b": int}}, r"the tag 'a b' is none that Sentry takes"),
            ({"acme.APIError": {"status as errno": int}}, r"the tag errno is taken; name it otherwise: 'status as api.status'"),
            ({"acme.APIError": {"status as rung": int}}, r"the tag rung is taken"),
            ({"acme.APIError": {"status as level": int}}, r"the tag level is taken"),
            ({"acme.a.Error": {"n": int}, "acme.b.Error": {"n": bool}}, r"facts of acme.b.Error: the tag Error.n has two forms"),
            ({"acme.APIError": {f"f{n}": int for n in range(65)}}, r"65 are declared, and 64 fit"),
        ],
    )  # fmt: skip
    def test_bad_ones_are_refused_at_set_up(self, declared: Any, problem: str) -> None:
        """With the class, the fact and what to do."""
        with pytest.raises((ValueError, TypeError), match=problem):
            Facts(declared)

    def test_a_reporter_refuses_them_too(self, sdk: Any) -> None:
        """Before anything is captured."""
        with pytest.raises(ValueError, match="give the class with its module"):
            reporter_for("probe_facts", facts={"APIError": {"status": int}})

    def test_two_classes_may_share_a_tag(self) -> None:
        """If the form is the same."""
        rows = Facts({"acme.a.Error": {"n": int}, "acme.b.Error": {"n": int}}).rows()
        assert [row.path for row in rows].count('tags."Error.n"') == 1


class TestRows:
    def test_every_fact_has_its_row(self) -> None:
        """Built in and declared ones; no row of the table's is replaced."""
        facts = Facts(DECLARED)
        paths = [row.path for row in facts.rows()]
        assert paths == [
            "tags.errno",
            'tags."errno.name"',
            "tags.winerror",
            f'tags."{STATUS}"',
            'tags."process.exit.code"',
            'tags."APIError.status"',
            'tags."APIError.code"',
            'tags."APIError.retry"',
            'tags."APIError.attempt"',
            'tags."APIError.response.request_count"',
            "tags.requests",
            'tags."NotFound.kind"',
            'tags."Slotted.status"',
            'tags."Slotted.empty"',
        ]
        assert set(paths).isdisjoint(row.path for row in FIELDS)
        allowed = facts.allowed(tightlip.STRICT).fields.rows
        assert [row.path for row in allowed] == [*(row.path for row in tightlip.STRICT.fields.rows), *paths]

    def test_forms(self) -> None:
        """A row accepts what its fact may hold, and nothing else."""
        kinds = {row.path: row.kind for row in Facts(DECLARED).rows()}
        for path, good, bad in (
            ("tags.errno", (2, -2), (True, "2", 10**6, None, 2.0)),
            ('tags."errno.name"', ("ENOENT", tightlip.CodeText("EACCES")), ("EVERYTHING", Word("ENOENT"), 2)),
            (f'tags."{STATUS}"', (100, 599), (99, 600, "404")),
            ('tags."APIError.code"', ("DENIED", 17), ("OTHER", 18, True)),
            ('tags."APIError.retry"', (True, False), (1, 0, "yes")),
            ("tags.requests", (0, 990), (5, 1000)),
        ):
            assert all(kinds[path].accepts(value) for value in good), path
            assert not any(kinds[path].accepts(value) for value in bad), path

    def test_a_hook_cannot_write_other_values(self, sdk: Any) -> None:
        """The allowlist runs again on what it returns."""

        def hook(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
            return {
                **event,
                "tags": {**event["tags"], "APIError.attempt": 1000, "errno": "s3cr3t", "APIError.code": "s3cr3t"},
            }

        reporter = reporter_for("probe_facts", facts=DECLARED, hook=hook)
        assert tags(reporter, failure(sdk.fail, sdk.APIError, attempt=1, status=3)) == {
            "APIError.retry": False,
            "APIError.status": 3,
        }

    def test_the_notice_lists_each(self, reporter: tightlip.Reporter) -> None:
        """In a section of their own, with purpose and form."""
        text = reporter.notice()
        assert text == notice(Facts(DECLARED).allowed(tightlip.STRICT))
        section = text.split("### Numbers and words that the error holds\n")[1].split("###")[0]
        assert (
            '| `tags."APIError.code"` | code of probe_facts.APIError, declared by the vendor | one of 17, DENIED, NOT_FOUND |'
            in section
        )
        assert (
            '| `tags."APIError.attempt"` | attempt of probe_facts.APIError, declared by the vendor | a whole number from 0 to 99 |'
            in section
        )
        assert "| `tags.errno` | the system's error number | one of the system's error numbers |" in section
        for facts in BUILT_IN.values():
            for fact in facts:
                assert fact.purpose in section
        assert "`tags.rung`" not in section
        assert "`tags.commit`" not in section
        assert text.isascii()


YAML = """\
# the facts of acme
acme.APIError:
  status: int
  code: [NOT_FOUND, DENIED, 17]
  retry: bool
  attempt: {min: 0, max: 99}
  response.request_count as requests: int
"""
LOADED: dict[str, Any] = {
    "acme.APIError": {
        "status": int,
        "code": frozenset({"NOT_FOUND", "DENIED", 17}),
        "retry": bool,
        "attempt": range(100),
        "response.request_count as requests": int,
    }
}


class TestFile:
    def write(self, folder: Path, text: str, name: str = "facts.yaml") -> Path:
        file = folder / name
        file.write_text(text, encoding="utf-8")
        return file

    def test_yaml_and_json_say_the_same(self, tmp_path: Path) -> None:
        """And what they say is what a reporter takes; JSON may be indented by tabs."""
        given = {
            "acme.APIError": {
                "status": "int",
                "code": ["NOT_FOUND", "DENIED", 17],
                "retry": "bool",
                "attempt": {"min": 0, "max": 99},
                "response.request_count as requests": "int",
            }
        }
        assert load(self.write(tmp_path, YAML)) == LOADED
        assert load(self.write(tmp_path, json.dumps(given, indent="\t"), "facts.json")) == LOADED
        assert Facts(load(self.write(tmp_path, YAML))).rows()

    @pytest.mark.parametrize(
        ("text", "line", "problem"),
        [
            ("", None, "it is empty; give classes and their facts"),
            ("- a\n", 1, "give classes and their facts"),
            ("acme.A:\n  n: int\nacme.A:\n  n: int\n", 3, "'acme.A' is there twice; leave one out"),
            ("acme.A:\n  n: int\n  n: bool\n", 3, "'n' is there twice"),
            ("\n\nA:\n  n: int\n", 3, "give the class with its module"),
            ("acme.A: int\n", 1, "give the facts of acme.A"),
            ("acme.A:\n  n: str\n", 2, "'str' is no form; give int, bool, a list of words, or"),
            ("acme.A:\n  n:\n", 2, "is no form"),
            ("acme.A:\n  n: int\n  m: [A, NO]\n", 3, "'NO' is neither a word nor a number; put words such as 'NO' in quotes"),
            ("acme.A:\n  m:\n  - A\n  - [B]\n", 4, "is neither a word nor a number"),
            ("acme.A:\n  m: [010]\n", 2, "write it in decimal"),
            ("acme.A:\n  m: {min: 0}\n", 2, "a range has min and max, and nothing else"),
            ("acme.A:\n  m: {min: 0, max: 1.5}\n", 2, "write it in decimal"),
            ("acme.A:\n  m: {min: 9, max: 1}\n", 2, "is empty"),
            ("acme.A:\n  m: []\n", 2, "the set has 0 members"),
            ("acme.A:\n  a b: int\n", 2, "give an attribute"),
            ("acme.A:\n  m as errno: int\n", 2, "the tag errno is taken"),
            ("? [a]\n: int\n", 1, "it is no name"),
            ("acme.A: {n: int\n", 2, "it is neither YAML nor JSON"),
            ("a: 1\n--- \nb: 2\n", 2, "it is neither YAML nor JSON"),
            ("acme.a.E: {n: int}\nacme.b.E: {n: bool}\n", 1, "has two forms"),
            ("[" * 3000, None, "it is neither YAML nor JSON"),
        ],
    )  # fmt: skip
    def test_errors_name_file_line_and_what_to_do(
        self, tmp_path: Path, text: str, line: int | None, problem: str
    ) -> None:
        """Whatever is wrong."""
        file = self.write(tmp_path, text)
        with pytest.raises(ValueError, match=r"facts\.yaml") as caught:
            load(file)
        told = str(caught.value)
        assert told.startswith(f"{file}: " if line is None else f"{file}:{line}: ")
        assert problem in told

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        """The file is named."""
        file = tmp_path / "facts.yaml"
        file.write_bytes(b"\xff\xfe\xfa")
        with pytest.raises(ValueError, match="no text in UTF-8"):
            load(file)

    def test_the_command_lists_them(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """``tightlip policy --facts FILE`` prints what the reporter's own notice says."""
        assert main(["policy", "--facts", str(self.write(tmp_path, YAML))]) == 0
        assert capsys.readouterr().out == notice(Facts(LOADED).allowed(tightlip.STRICT))

    @pytest.mark.parametrize("text", [None, "acme.A:\n  n: str\n"])
    def test_the_command_says_what_is_wrong(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
    ) -> None:
        """On one line, with status 2."""
        file = tmp_path / "facts.yaml"
        if text is not None:
            self.write(tmp_path, text)
        assert main(["policy", "--facts", str(file)]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert "facts.yaml" in told.err
        assert told.err.count("\n") == 1
