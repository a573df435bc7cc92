"""Attacks: values, classes, code, files and events made to get a character of theirs out, or to run code of theirs.

Each attack runs with two sets of canaries. Nothing of them may be in the event, in any encoding, and the two events must be equal.
"""

from __future__ import annotations

import copy
import gc
import importlib
import io
import itertools
import json
import pickle
import subprocess
import sys
import textwrap
import traceback
import types
import weakref
import zipfile
import zlib
from concurrent.futures import Future
from contextlib import redirect_stdout, suppress
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cases import Canaries, canaries
from measure import leaks
from probe import failure, last_value, reporter_for, without_ids

import tightlip
from tightlip.capture import Reading, snapshot
from tightlip.catalogue_command import main as catalogue_command
from tightlip.message.catalogue import build as build_catalogue
from tightlip.origin.catalogued import MAGIC, encoded
from tightlip.origin.owners import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from probe import MakePackage

    Attack = Callable[[Canaries], BaseException]

SEEDS = ("alpha", "bravo")

SDK = """
import contextlib
import functools

CONSTANT = "set once"

class Error(Exception):
    default = "the default text"

class Own(Error):
    def __init__(self, what, code=None):
        self.what, self.code = what, code
        super().__init__(f"cannot do {what}")

class Shown(Error):
    hint = "see the manual"
    def __init__(self, what):
        self.what = what
    def __str__(self):
        return f"{self.what} failed: {self.hint}"

class Web(Error):
    def __init__(self, message, status):
        super().__init__(message)
        self.status_code = status

def fail(value):
    raise Error(f"no {value} here")

def bare(value):
    raise Error(value)

def choose(value, kind=None):
    message = f"no file {value}" if kind else f"no folder {value}"
    raise Error(message)

def constant(value):
    raise Error(CONSTANT)

def default(value):
    raise Error(Error.default)

def own(value):
    raise Own(value)

def shown(value):
    raise Shown(value)

def web(value, status=404):
    raise Web(f"request of {value} failed", status)

def as_class(cls, value):
    raise cls(f"no {value} here")

def key(value):
    return {}[value]

def number(value):
    return int(value)

def opened(value):
    return open(value)

def debug(value):
    raise Error(f"bad {value=}")

def noted(value):
    error = Error(f"no {value} here")
    error.add_note(f"note of {value}")
    error.add_note(value)
    raise error

def chained(value):
    try:
        number(value)
    except ValueError as error:
        raise Error(f"outer {error}") from error

def asserted(value):
    assert not value, f"unexpected {value}"

def called(function, *args):
    return function(*args)

def decorator(function):
    @functools.wraps(function)
    def wrapper(*args, **options):
        return function(*args, **options)
    return wrapper

decorated = decorator(fail)

@decorator
def twice_decorated(value):
    raise Error(f"decorated {value}")

def generated(value):
    yield 1
    raise Error(f"generator {value}")

async def awaited(value):
    raise Error(f"coroutine {value}")

@contextlib.contextmanager
def managed(value):
    try:
        yield value
    finally:
        raise Error(f"manager {value}")

def grouped(value, depth=30):
    errors = [Error(f"leaf {value}")]
    for _ in range(depth):
        errors = [ExceptionGroup(f"group of {value}", errors)]
    raise errors[0]

def chain(value, length=100):
    error = None
    for number in range(length):
        try:
            raise Error(f"link of {value}") from error
        except Error as caught:
            error = caught
    raise error

def cycle(value):
    first, second = Error(f"first {value}"), Error(f"second {value}")
    first.__cause__, second.__cause__ = second, first
    raise first

def recursive(value):
    return recursive(value) + str(value)

def deep(value, depth):
    if depth:
        return deep(value, depth - 1)
    raise Error(f"deep {value}")

def made(value):
    return Error(f"made of {value}")

def given(error):
    raise error

class Client:
    def call(self, value):
        raise Error(f"client {value}")
"""
#: The texts that the author wrote, and those that CPython and tightlip have: values that look like them must not get in either.
CALLS = (
    "fail", "bare", "choose", "constant", "default", "own", "shown", "web", "key", "number", "opened", "debug", "noted", "chained", "asserted", "decorated",
    "twice_decorated", "grouped", "chain", "cycle", "recursive",
)  # fmt: skip

_numbers = itertools.count()


@pytest.fixture(params=[False, True], ids=["source", "catalogue"])
def sdk(request: pytest.FixtureRequest, make_package: MakePackage) -> ModuleType:
    """The throwaway SDK, with and without a catalogue."""
    module = make_package(f"attacked_{next(_numbers)}", SDK)
    if request.param:
        add_catalogue(module)
    return module


@pytest.fixture
def plain_sdk(make_package: MakePackage) -> ModuleType:
    """Without a catalogue."""
    return make_package(f"attacked_{next(_numbers)}", SDK)


def add_catalogue(module: ModuleType) -> Path:
    with redirect_stdout(io.StringIO()):
        assert catalogue_command(["build", module.__name__]) == 0
    return Path(module.__file__ or "").parent / CATALOGUE


def clean(event: dict[str, Any] | None, planted: Canaries) -> dict[str, Any] | None:
    """``event`` without its ids; it holds no canary."""
    written = json.dumps(event) + json.dumps(event, ensure_ascii=False)
    assert leaks(written, planted.values()) == []
    found = without_ids(event)
    if found is not None:
        found.get("contexts", {}).pop("gc", None)  # how much waits to be collected is no matter of the failure
    return found


class Attacker:
    """Reports attacks with two reporters, one for each set of canaries.

    Args:
        package: The SDK.
        policy: What may leave.
        dependencies: As a reporter takes them.
    """

    def __init__(
        self, package: str, policy: tightlip.Policy = tightlip.STRICT, dependencies: tuple[str, ...] | None = None
    ) -> None:
        self._reporters = [reporter_for(package, policy=policy, dependencies=dependencies) for _ in SEEDS]

    def __call__(self, attack: Attack) -> dict[str, Any] | None:
        """The event of an attack: without canaries, and the same for both sets of them."""
        events: list[dict[str, Any] | None] = []
        for reporter, seed in zip(self._reporters, SEEDS, strict=True):
            planted = canaries(seed)
            events.append(clean(reporter.preview(attack(planted)), planted))
            assert not [name for name in reporter.stats() if name.startswith("dropped.preview")]
        assert events[0] == events[1]
        return events[0]


def attacked(package: str, attack: Attack, policy: tightlip.Policy = tightlip.STRICT) -> dict[str, Any] | None:
    """The event of one attack, by new reporters."""
    return Attacker(package, policy)(attack)


def looks(call: Callable[..., object]) -> Iterator[tuple[str, Attack]]:
    """Attacks with every hostile text as the argument of ``call``; one that does not fail gives an error of nobody's."""
    for name in hostile(canaries("alpha")):

        def attack(planted: Canaries, name: str = name) -> BaseException:
            try:
                call(hostile(planted)[name])
            except BaseException as error:
                return error
            return KeyError("nobody's")

        yield name, attack


def value_of(event: dict[str, Any] | None) -> str | None:
    return None if event is None else last_value(event).get("value")


# Values.


def hostile(planted: Canaries) -> dict[str, str]:
    """Texts with canaries in them, by what they imitate."""
    return {
        "plain": planted.text,
        "literal": f"no {planted.name} here",
        "template": "no {value} here",
        "template of another line": f"cannot do {planted.name}",
        "class text": "the default text",
        "another template of the line": f"no file {planted.text}",
        "hole": "{value}",
        "empty hole": "{}",
        "percent": f"%s %d %({planted.name})s",
        "ellipsis": "{…}",
        "nested hole": f"{{{planted.name}!r:>{{width}}}}",
        "message of C": f"invalid literal for int() with base 10: {planted.text!r}",
        "text of C": "division by zero",
        "system text": f"[Errno 2] No such file or directory: {planted.path!r}",
        "JSON message": f"Expecting value: line 1 column 1 (char 0) {planted.text}",
        "lines": f"no\n{planted.name}\r\nhere\n",
        "nulls": f"\0{planted.text}\0",
        "surrogates": f"\ud800{planted.text}\udfff",
        "marks": f"\ue000{planted.name}\ue001\ue002 here",
        "huge": planted.text * 6_250,
        "escapes": f"\x1b[31m{planted.text}\u202e\u2028",
        "url": planted.url,
        "number": planted.number_text,
        "quotes": f"'{planted.name}\" ' \\",
        "accents": planted.accented,
    }


@pytest.mark.parametrize("call", CALLS)
def test_values_contribute_nothing(sdk: ModuleType, call: str) -> None:
    """Whatever a value looks like, the event holds nothing of it, and is the same for another value of that look."""
    attacker = Attacker(sdk.__name__)
    for _, attack in looks(getattr(sdk, call)):
        attacker(attack)


def test_a_value_chooses_among_the_templates_of_its_line_alone(sdk: ModuleType) -> None:
    """A crafted value may choose one of the templates that the line has, and nothing else."""
    allowed = {"no file {value}", "no folder {value}", "no {…} {value}", None}
    attacker = Attacker(sdk.__name__)
    for name, attack in looks(sdk.choose):
        assert value_of(attacker(attack)) in allowed, name


def test_a_hole_is_not_looked_into(sdk: ModuleType) -> None:
    """A message that is a value and nothing else stays a hole, even if it is one of the SDK's texts or of CPython's."""
    attacker = Attacker(sdk.__name__)
    for name, attack in looks(sdk.bare):
        assert value_of(attacker(attack)) in ("{value}", None), name


def test_marks_in_the_source_are_text(make_package: MakePackage) -> None:
    """Characters of the private use areas in the SDK's own text do not disturb the holes beside them."""
    source = 'def fail(a, b):\n    raise ValueError(f"x {a} \\ue000 \\ue001 {b} y".strip())\n'
    module = make_package("attacked_marks", source)
    event = attacked("attacked_marks", lambda planted: failure(module.fail, planted.text, planted.name))
    assert value_of(event) in ("x {a} \ue000 \ue001 {b} y", "{f'x {a} \\ue000 \\ue001 {b} y'.strip()}")


@pytest.mark.parametrize("call", ["fail", "choose", "own", "shown", "web", "number", "key", "opened", "debug"])
def test_unread_is_unread(sdk: ModuleType, call: str) -> None:
    """Under STRICT_UNREAD the arguments are not taken, and the event is the same whatever the value is."""
    reporter = reporter_for(sdk.__name__, policy=tightlip.STRICT_UNREAD)
    events = []
    for seed in SEEDS:
        planted = canaries(seed)
        for value in hostile(planted).values():
            if call == "opened" and ("\0" in value or "\ud800" in value or len(value) > 1_000):
                continue  # another error, by another number
            if call == "number" and value.isdigit():
                continue
            exc = failure(getattr(sdk, call), value)
            assert {link.arguments for link in snapshot(exc, reporter._reading).links} == {None}
            assert {link.text for link in snapshot(exc, reporter._reading).links} == {None}
            events.append(clean(reporter.preview(exc), planted))
    assert all(event == events[0] for event in events)


def test_unread_compares_nothing(plain_sdk: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under STRICT_UNREAD no text is handed to what compares."""
    seen: list[str] = []
    for module in ("matching", "ladder", "cpython.table"):
        loaded = importlib.import_module(f"tightlip.message.{module}")
        original = loaded.fits

        def noted(template: Any, text: str, original: Callable[[Any, str], bool] = original) -> bool:
            seen.append(text)
            return original(template, text)

        monkeypatch.setattr(loaded, "fits", noted)
    reporter = reporter_for(plain_sdk.__name__, policy=tightlip.STRICT_UNREAD)
    for call in CALLS:
        reporter.preview(failure(getattr(plain_sdk, call), "s3cr3tcanary"))
    assert not [text for text in seen if "s3cr3tcanary" in text]


# Classes.


class Recorder:
    """Notes which methods of hostile objects were called."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __call__(self, name: str) -> None:
        self.calls.append(name)


def trapping_meta(note: Recorder) -> type:
    class Meta(type):
        def __hash__(cls) -> int:
            note("hash")
            return 1

        def __eq__(cls, other: object) -> bool:
            note("eq")
            return False

        def __getattribute__(cls, name: str) -> Any:
            note(f"meta {name}")
            return super().__getattribute__(name)

        def __instancecheck__(cls, instance: object) -> bool:
            note("instancecheck")
            return True

        def __subclasscheck__(cls, subclass: type) -> bool:
            note("subclasscheck")
            return True

        def __call__(cls, *args: Any, **options: Any) -> Any:
            note("call")
            return super().__call__(*args, **options)

        def __str__(cls) -> str:
            note("meta str")
            return "s3cr3t"

        def mro(cls) -> list[type]:
            note("mro")
            return super().mro()

    return Meta


def trapping_class(note: Recorder, base: type, planted: Canaries) -> type:
    """An exception class whose every method and property notes its call and answers with a canary."""

    def answering(name: str) -> Any:
        def answer(*_args: Any, **_options: Any) -> Any:
            note(name)
            return planted.text

        return answer

    space: dict[str, Any] = {
        "__init__": BaseException.__init__,
        "__new__": lambda cls, *args: BaseException.__new__(cls, *args),  # noqa: PLW0108 - a function in Python, as a user's
        "__doc__": planted.text,
        "__slots__": (),
        "__match_args__": (planted.name,),
    }
    methods = (
        "__str__", "__repr__", "__format__", "__getattr__", "__reduce__", "__reduce_ex__", "__bool__", "__len__", "__iter__", "__bytes__", "__index__", "__sizeof__",
        "__class_getitem__", "__dir__", "__call__", "__contains__", "__getitem__", "__fspath__",
    )  # fmt: skip
    space.update((name, answering(name)) for name in methods)

    def hashed(_self: object) -> int:
        note("__hash__")
        return 1

    def equal(_self: object, _other: object) -> bool:
        note("__eq__")
        return True

    def read(self: Any, name: str) -> Any:
        note(f"read {name}")
        return object.__getattribute__(self, name)

    space |= {"__getattribute__": read, "__hash__": hashed, "__eq__": equal}
    properties = (
        "message", "args", "errno", "strerror", "filename", "status_code", "returncode", "response", "code", "headers", "msg", "name", "reason", "exceptions",
        "__notes__", "__class__", "__dict__", "__cause__", "__context__", "__traceback__", "__suppress_context__", "what",
    )  # fmt: skip
    space.update((name, property(answering(f"property {name}"))) for name in properties)
    made: type = trapping_meta(note)(planted.name, (base,), space)
    return made


@pytest.mark.parametrize("base", ["Error", "Own", "Shown", "Web"])
def test_no_code_of_a_hostile_class_runs(sdk: ModuleType, base: str) -> None:
    """Neither its metaclass, nor a method, nor a property is asked anything, in capture or later; its names do not leave."""
    note = Recorder()

    def attack(planted: Canaries) -> BaseException:
        exc = failure(sdk.as_class, trapping_class(note, getattr(sdk, base), planted), planted.text)
        note.calls.clear()
        return exc

    for policy in (tightlip.STRICT, tightlip.STRICT_UNREAD):
        event = attacked(sdk.__name__, attack, policy)
        assert note.calls == []
        assert last_value(event)["type"] == base
    exc = attack(canaries("alpha"))
    reporter = reporter_for(sdk.__name__)
    assert reporter.capture(exc) is not None
    assert reporter.flush(60)
    assert note.calls == []
    assert reporter.stats()["stored"] == 1


def test_names_of_dynamic_classes_do_not_leave(sdk: ModuleType) -> None:
    """``type(value, ...)`` with canaries for name, module, qualified name and attributes is named by its base."""

    def attack(planted: Canaries) -> BaseException:
        made = type(
            planted.name,
            (sdk.Error,),
            {"__module__": planted.text, "__qualname__": planted.key, planted.token: planted.email},
        )
        return failure(sdk.as_class, made, planted.text)

    event = attacked(sdk.__name__, attack)
    assert (last_value(event)["type"], last_value(event)["module"]) == ("Error", sdk.__name__)


def test_a_class_put_into_the_sdks_module_is_not_the_sdks(sdk: ModuleType) -> None:
    """A class that was set as an attribute of the SDK's module, under a name that its file does not have, is not named."""

    def attack(planted: Canaries) -> BaseException:
        made = type(planted.name, (sdk.Error,), {"__module__": sdk.__name__, "__qualname__": planted.name})
        setattr(sdk, planted.name, made)
        return failure(sdk.as_class, made, planted.text)

    assert last_value(attacked(sdk.__name__, attack))["type"] == "Error"


def test_a_class_that_takes_the_place_of_the_sdks_says_nothing_of_its_own(sdk: ModuleType) -> None:
    """A class of the customer's under the name of the SDK's own gives the SDK's name and texts at most."""

    def attack(planted: Canaries) -> BaseException:
        class Own(sdk.Error):  # type: ignore[name-defined,misc]
            default = planted.text

            def __init__(self, what: str) -> None:
                super().__init__(f"{planted.text} {what}")

            def __str__(self) -> str:
                return f"{planted.name}"

        Own.__module__, Own.__qualname__ = sdk.__name__, "Own"
        sdk.Own = Own  # type: ignore[attr-defined]
        return failure(sdk.own, planted.key)

    attacked(sdk.__name__, attack)


def test_keys_of_a_class_dict_are_not_asked(plain_sdk: ModuleType) -> None:
    """A key of a class's dict that is a subclass of ``str`` is neither hashed nor compared."""
    note = Recorder()

    class Key(str):
        __slots__ = ()

        def __hash__(self) -> int:
            note("hash")
            return hash("__str__")

        def __eq__(self, other: object) -> bool:
            note("eq")
            return False

    def attack(planted: Canaries) -> BaseException:
        made = type("Made", (plain_sdk.Error,), {Key("zz"): planted.text})
        exc = failure(plain_sdk.as_class, made, planted.text)
        note.calls.clear()
        return exc

    attacked(plain_sdk.__name__, attack)
    assert note.calls == []


def test_foreign_keys_of_an_instance_are_not_asked(sdk: ModuleType) -> None:
    """Keys of an exception's ``__dict__`` that are no plain ``str`` are neither hashed nor compared."""
    note = Recorder()

    class Key(str):
        __slots__ = ()

        def __hash__(self) -> int:
            note("hash")
            return hash("status_code")

        def __eq__(self, other: object) -> bool:
            note("eq")
            return False

    def attack(planted: Canaries) -> BaseException:
        exc = failure(sdk.web, planted.text)
        exc.__dict__[Key(planted.name)] = planted.text
        exc.__dict__[planted.name] = planted.text
        note.calls.clear()
        return exc

    attacked(sdk.__name__, attack)
    assert note.calls == []


def _text_subclass(note: Recorder) -> type[str]:
    class Text(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            note("eq")
            return True

        def __hash__(self) -> int:
            note("hash")
            return str.__hash__(self)

        def __str__(self) -> str:
            note("str")
            return "s3cr3t"

        def __len__(self) -> int:
            note("len")
            return 3

        def startswith(self, *_: Any) -> bool:
            note("startswith")
            return True

    return Text


@pytest.mark.parametrize("call", ["fail", "choose", "web", "number", "key", "opened"])
def test_arguments_that_are_subclasses_are_not_compared(sdk: ModuleType, call: str) -> None:
    """``args`` of subclasses of ``str`` and ``tuple`` are not asked anything."""
    note = Recorder()
    text = _text_subclass(note)

    class Several(tuple):  # type: ignore[type-arg]
        __slots__ = ()

        def __iter__(self) -> Iterator[Any]:
            note("iter")
            return super().__iter__()

        def __getitem__(self, key: Any) -> Any:
            note("getitem")
            return super().__getitem__(key)

    def attack(planted: Canaries) -> BaseException:
        exc = failure(getattr(sdk, call), "nowhere")
        exc.args = Several((text(f"no file {planted.text}"),))
        note.calls.clear()
        return exc

    attacked(sdk.__name__, attack)
    assert note.calls == []


def test_facts_are_numbers_of_the_table(sdk: ModuleType) -> None:
    """Typed facts take exact numbers in their range: no text, no flag, no subclass, no number of seven digits or more."""

    class Number(int):
        def __str__(self) -> str:
            return "s3cr3t"

    for made in (
        lambda planted: planted.text,
        lambda planted: planted.number,
        lambda planted: Number(planted.number % 500),
        lambda _: True,
        lambda planted: [planted.text],
        lambda planted: float(planted.number),
        lambda planted: {planted.text: 404},
    ):
        event = attacked(sdk.__name__, lambda planted, made=made: failure(sdk.web, planted.text, made(planted)))  # type: ignore[misc]
        assert event is not None
        assert "http.response.status_code" not in event["tags"]


@pytest.mark.parametrize("name", ["errno", "strerror", "filename", "filename2", "characters_written", "winerror"])
def test_fields_of_an_os_error_are_not_copied(sdk: ModuleType, name: str) -> None:
    """Canaries in the fields of an ``OSError`` do not leave, whatever the field."""

    def attack(planted: Canaries) -> BaseException:
        exc = failure(sdk.opened, f"/nowhere/{planted.name}")
        try:
            setattr(exc, name, planted.text)
        except TypeError:
            setattr(exc, name, planted.number)
        return exc

    attacked(sdk.__name__, attack)


@pytest.mark.parametrize(
    "source",
    [
        "import json\ndef fail(v): json.loads('{' + v)",
        "def fail(v): v.encode('ascii') + b'\\xff'",
        "def fail(v): ('é' + v).encode('ascii')",
        "def fail(v): (b'\\xff' + v.encode()).decode('utf-8')",
        "def fail(v): raise ImportError(f'cannot import name {v!r} from {v!r} ({v})', name=v, path=v)",
        "def fail(v): raise ImportError('No module named ' + repr(v), name='os')",
        "import subprocess\ndef fail(v): raise subprocess.CalledProcessError(3, [v], v, v)",
        "import subprocess\ndef fail(v): raise subprocess.TimeoutExpired([v], 3, v, v)",
        "import ssl\ndef fail(v): raise ssl.SSLError(1, f'[SSL: {v}] {v} (_ssl.c:1000)')",
        "import ssl\ndef fail(v): e = ssl.SSLError(1, v); e.reason = v; e.library = v; raise e",
        "import urllib.error\ndef fail(v): raise urllib.error.HTTPError(v, 404, v, {v: v}, None)",
        "import urllib.error\ndef fail(v): raise urllib.error.URLError(v)",
        "import xml.etree.ElementTree as E\ndef fail(v): E.fromstring('<' + v)",
        "def fail(v): raise SyntaxError(v, (v, 3, 4, v))",
        "def fail(v): compile(v + ' (', v, 'exec')",
        "def fail(v): raise OSError(2, v, v, None, v)",
        "def fail(v): raise UnicodeDecodeError('utf-8', v.encode('utf-8', 'surrogatepass'), 0, 1, v)",
        "def fail(v): raise StopIteration(v)",
        "def fail(v): raise SystemExit(v)",
        "def fail(v): return getattr(v, v)",
        "def fail(v): raise AttributeError(v, name=v, obj=v)",
        "def fail(v): raise NameError(v, name=v)",
        "import socket\ndef fail(v): raise socket.gaierror(-2, v)",
        "import struct\ndef fail(v): struct.pack(v, 1)",
        "import re\ndef fail(v): re.compile('(' + v)",
        "import decimal\ndef fail(v): decimal.Decimal(v)",
        "import sqlite3\ndef fail(v): sqlite3.connect(':memory:').execute(v)",
        "import pickle\ndef fail(v): pickle.loads(v.encode('utf-8', 'surrogatepass'))",
        "import uuid\ndef fail(v): uuid.UUID(v)",
        "import importlib\ndef fail(v): importlib.import_module(v)",
        "def fail(v): exec(v)",
        "def fail(v): eval(v)",
        "def fail(v): return fail(v, **{v: v})",
    ],
)  # fmt: skip
def test_adapters_and_cpython_copy_nothing(make_package: MakePackage, source: str) -> None:
    """What adapters and the table of CPython's messages report of a hostile value holds nothing of it."""
    name = f"attacked_{next(_numbers)}"
    module = make_package(name, source + "\n")
    attackers = Attacker(name), Attacker(name, tightlip.STRICT_UNREAD)
    for _, attack in looks(module.fail):
        for attacker in attackers:
            attacker(attack)


# Code.


def imitation(sdk: ModuleType, function: str, body: str) -> Callable[..., Any]:
    """A function with the file, name, line and parameters of the SDK's, and a body of one's own."""
    real = getattr(sdk, function)
    code = real.__code__
    parameters = ", ".join(code.co_varnames[: code.co_argcount])
    text = "\n" * (code.co_firstlineno - 1) + f"def {function}({parameters}):\n    {body}\n"
    space: dict[str, Any] = dict(vars(sdk))
    exec(compile(text, code.co_filename, "exec"), space)
    made: Callable[..., Any] = space[function]
    return made


@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError({!r})",
        "raise Error({!r} + value)",
        "raise type({!r}, (Error,), {{}})(value)",
        "int({!r})",
        "raise Own({!r})",
    ],
)
def test_code_under_the_sdks_name_contributes_nothing(sdk: ModuleType, body: str) -> None:
    """``exec`` under the SDK's file name, with name, line and parameters of a real function: its literals do not leave."""

    def attack(planted: Canaries) -> BaseException:
        return failure(imitation(sdk, "fail", body.format(planted.text)), planted.name)

    attacked(sdk.__name__, attack)


def test_names_of_code_under_the_sdks_name_do_not_leave(sdk: ModuleType) -> None:
    """A code object with the SDK's file name and canaries as its names is the application's."""

    def attack(planted: Canaries) -> BaseException:
        code = sdk.fail.__code__.replace(co_name=planted.name, co_qualname=planted.key)
        return failure(types.FunctionType(code, vars(sdk)), planted.text)

    assert attacked(sdk.__name__, attack) is None


def test_replaced_code_is_the_applications(plain_sdk: ModuleType) -> None:
    """A function of the SDK whose ``__code__`` was replaced is the application's, and its literals do not leave."""

    def attack(planted: Canaries) -> BaseException:
        space: dict[str, Any] = {}
        exec(f"def fail(value):\n    raise ValueError({planted.text!r})\n", space)
        plain_sdk.fail.__code__ = space["fail"].__code__
        return failure(plain_sdk.fail, planted.name)

    assert attacked(plain_sdk.__name__, attack) is None


def test_changed_constants_of_code_do_not_leave(sdk: ModuleType) -> None:
    """A function of the SDK whose constants were replaced says what the source says, or nothing."""
    original = sdk.fail.__code__

    def attack(planted: Canaries) -> BaseException:
        consts = tuple(planted.text if type(const) is str else const for const in original.co_consts)
        sdk.fail.__code__ = original.replace(co_consts=consts)
        return failure(sdk.fail, planted.name)

    assert value_of(attacked(sdk.__name__, attack)) in (None, "no {value} here")


def test_wrapped_and_partial_functions(sdk: ModuleType) -> None:
    """Wrappers of the customer's around the SDK's functions change nothing but the marker of their frames."""

    def attack(planted: Canaries) -> BaseException:
        original = sdk.fail

        @wraps(original)
        def wrapper(*args: Any, **options: Any) -> Any:
            secret = planted.text
            return original(*args, **options), secret

        wrapper.__name__ = wrapper.__qualname__ = planted.name
        sdk.fail = wrapper  # type: ignore[attr-defined]
        try:
            return failure(partial(sdk.fail, planted.key))
        finally:
            sdk.fail = original  # type: ignore[attr-defined]

    assert value_of(attacked(sdk.__name__, attack)) == "no {value} here"


def test_changed_attributes_and_constants_keep_the_sources_text(sdk: ModuleType) -> None:
    """Texts of classes and modules that were changed at run time are reported as the source has them."""

    def attack(call: str) -> Callable[[Canaries], BaseException]:
        def run(planted: Canaries) -> BaseException:
            sdk.CONSTANT = planted.text  # type: ignore[attr-defined]
            sdk.Error.default = planted.text
            sdk.Shown.hint = planted.text
            return failure(getattr(sdk, call), planted.name)

        return run

    assert value_of(attacked(sdk.__name__, attack("constant"))) in ("set once", None)
    assert value_of(attacked(sdk.__name__, attack("default"))) in ("the default text", None)
    assert value_of(attacked(sdk.__name__, attack("shown"))) in (
        "{what} failed: see the manual",
        "{value} failed: see the manual",
        None,
    )


@pytest.mark.parametrize("method", ["__init__", "__str__", "__new__"])
def test_replaced_methods_of_the_sdks_classes(sdk: ModuleType, method: str) -> None:
    """A method that the customer put onto the SDK's class is not followed."""

    def attack(planted: Canaries) -> BaseException:
        def own(self: Any, *args: Any) -> Any:
            if method == "__str__":
                return planted.text
            if method == "__new__":
                return Exception.__new__(self, planted.text)
            return Exception.__init__(self, planted.text)

        setattr(sdk.Own, method, own)
        return failure(sdk.own, planted.name)

    attacked(sdk.__name__, attack)


def test_replaced_names_of_modules_do_not_leave(sdk: ModuleType) -> None:
    """``__name__``, ``__file__``, ``__module__`` and ``__qualname__`` that were assigned are not believed."""
    file, name = sdk.__file__, sdk.__name__

    def attack(planted: Canaries) -> BaseException:
        sdk.__name__, sdk.__file__ = planted.name, planted.path
        sdk.Client.__qualname__ = sdk.Client.call.__qualname__ = sdk.Client.__name__ = planted.key
        sdk.Error.__qualname__, sdk.Error.__module__ = planted.token, planted.text
        try:
            return failure(sdk.Client().call, planted.text)
        finally:
            sdk.__name__, sdk.__file__ = name, file

    attacked(name, attack)


def test_a_file_edited_since_import_contributes_nothing(sdk: ModuleType) -> None:
    """What was written into the SDK's file since it was imported is not reported for code that is older."""
    file = Path(sdk.__file__ or "")
    original = file.read_text(encoding="utf-8")

    def attack(planted: Canaries) -> BaseException:
        changed = original.replace("no {value} here", planted.text).replace(
            "class Error", f"class {planted.name}(Exception): pass\nclass Error"
        )
        file.write_text(changed, encoding="utf-8")
        return failure(sdk.fail, planted.key)

    attacked(sdk.__name__, attack)


@pytest.mark.parametrize(
    "options", [("-O",), ("-OO",), ("-X", "no_debug_ranges"), ("-X", "dev"), ("-I", "-S")], ids=" ".join
)
@pytest.mark.parametrize("form", ["source", "bytecode", "zip"])
def test_other_interpreters(tmp_path: Path, options: tuple[str, ...], form: str) -> None:
    """Under other options, from bytecode alone and from a zip, no value leaves, and the template is there where there is a report."""
    folder = tmp_path / "plain"
    top = folder / "attackedout"
    top.mkdir(parents=True)
    (top / "__init__.py").write_text(SDK, encoding="utf-8")
    with redirect_stdout(io.StringIO()):
        assert catalogue_command(["build", "attackedout", "--source", str(folder)]) == 0
    where = folder
    if form == "bytecode":
        compiled = subprocess.run([sys.executable, *options, "-m", "compileall", "-b", "-q", str(top)], check=False)
        assert compiled.returncode == 0
        (top / "__init__.py").unlink()
    elif form == "zip":
        where = tmp_path / "attacked.zip"
        with zipfile.ZipFile(where, "w") as zipped:
            for file in top.glob("*.*"):
                zipped.write(file, f"attackedout/{file.name}")
    root = Path(__file__).resolve().parents[1]
    program = textwrap.dedent("""
        import json, sys
        sys.path[:0] = sys.argv[1:4]
        import attackedout, tightlip
        for value in sys.argv[4:]:
            for call in ("fail", "choose", "own", "shown", "number", "chained", "twice_decorated"):
                try:
                    getattr(attackedout, call)(value)
                except Exception as error:
                    print(json.dumps([call, tightlip.Reporter("attackedout", outbox=False).preview(error)]))
    """)
    planted = canaries("alpha")
    found = subprocess.run(
        [
            sys.executable,
            *options,
            "-c",
            program,
            str(where),
            str(root / "pipeline"),
            str(root / "scrubbers"),
            planted.text,
            planted.url,
            "no {value} here",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert leaks(found.stdout, planted.values()) == []
    events = [json.loads(line) for line in found.stdout.splitlines()]
    assert len(events) == 21
    for call, event in events:
        if event is not None and call == "fail":
            assert last_value(event)["value"] == "no {value} here"
    assert form != "source" or all(event is not None for _, event in events)


# Shapes.


@pytest.mark.parametrize("wrap", ["generated", "awaited", "managed", "decorated", "twice_decorated"])
def test_generators_coroutines_managers_and_decorators(sdk: ModuleType, wrap: str) -> None:
    """The template is the author's through all of these."""

    def drive(planted: Canaries) -> None:
        made = getattr(sdk, wrap)
        if wrap == "generated":
            list(made(planted.text))
        elif wrap == "awaited":
            made(planted.text).send(None)
        elif wrap == "managed":
            with made(planted.text):
                pass
        else:
            made(planted.text)

    event = attacked(sdk.__name__, lambda planted: failure(drive, planted))
    assert "{value}" in (value_of(event) or "")


def test_groups_chains_and_cycles_end(sdk: ModuleType) -> None:
    """Groups thirty deep, chains of a hundred and cycles of causes give bounded events without values."""
    for call in ("grouped", "chain", "cycle"):
        event = attacked(sdk.__name__, lambda planted, call=call: failure(getattr(sdk, call), planted.text))  # type: ignore[misc]
        assert event is not None
        assert 1 < len(event["exception"]["values"]) <= 51


def test_self_made_cycles_end(sdk: ModuleType) -> None:
    """An exception that is its own cause and its own context, and a group's member that has the group as its cause."""

    def attack(planted: Canaries) -> BaseException:
        exc = failure(sdk.fail, planted.text)
        group = BaseExceptionGroup(planted.text, [exc])
        exc.__cause__, exc.__context__ = group, exc
        group.__cause__ = exc
        return exc

    assert attacked(sdk.__name__, attack) is not None


def test_recursion_at_every_depth(sdk: ModuleType) -> None:
    """Whatever is left of the stack when the failure is handed over: nothing raises, nothing leaks, the host's limit stays."""
    planted = canaries("alpha")
    reporter = reporter_for(sdk.__name__)
    limit = sys.getrecursionlimit()
    used = len(traceback.extract_stack())
    seen: list[dict[str, Any] | None] = []

    def down(depth: int) -> None:
        if depth:
            down(depth - 1)
            return
        try:
            sdk.fail(planted.text)
        except Exception as error:
            seen.append(reporter.preview(error))

    sys.setrecursionlimit(used + 220)
    try:
        for depth in range(215):
            with suppress(RecursionError):
                down(depth)
    finally:
        sys.setrecursionlimit(limit)
    assert leaks(json.dumps(seen), planted.values()) == []
    assert seen[0] is not None
    event = attacked(sdk.__name__, lambda planted: failure(sdk.deep, planted.text, 900 - used))
    assert value_of(event) == "deep {value}"


def test_recursion_errors_of_the_sdk(sdk: ModuleType) -> None:
    """A RecursionError inside the SDK is reported at both ends of its stack."""
    event = attacked(sdk.__name__, lambda planted: failure(sdk.recursive, planted.text))
    assert last_value(event)["type"] == "RecursionError"


def test_notes_are_dropped(sdk: ModuleType) -> None:
    """What ``add_note`` was given is not in the event, whoever gave it."""

    def attack(planted: Canaries) -> BaseException:
        exc = failure(sdk.noted, planted.text)
        exc.add_note(planted.email)
        exc.__notes__.append(planted.url)
        return exc

    event = attacked(sdk.__name__, attack)
    assert value_of(event) == "no {value} here"
    assert "note of" not in json.dumps(event)


def test_a_customers_callback_is_the_customers(sdk: ModuleType) -> None:
    """An error that the customer's callback raised through the SDK is not reported."""

    def attack(planted: Canaries) -> BaseException:
        def callback(value: str) -> None:
            raise sdk.Error(f"{planted.name} {value}")

        return failure(sdk.called, callback, planted.text)

    assert attacked(sdk.__name__, attack) is None


def test_a_customers_error_raised_by_the_sdk(sdk: ModuleType) -> None:
    """An exception object of the customer's that the SDK raises gives a type and a position at most."""

    def attack(planted: Canaries) -> BaseException:
        class Mine(Exception):
            pass

        Mine.__name__ = Mine.__qualname__ = planted.name
        return failure(sdk.given, Mine(planted.text))

    event = attacked(sdk.__name__, attack)
    assert event is None or value_of(event) in (None, "{error}")


def test_a_dependencys_error_comes_through_without_values(make_package: MakePackage) -> None:
    """What packaging, yaml and jinja2 raise below an SDK's frame holds nothing of the value."""
    source = """
        import jinja2, yaml
        from packaging.requirements import Requirement

        def requirement(value):
            return Requirement(value)

        def document(value):
            return yaml.safe_load("{" + value)

        def template(value):
            return jinja2.Template("{{ " + value).render()

        def undefined(value):
            return jinja2.Environment(undefined=jinja2.StrictUndefined).from_string("{{ x[value].y }}").render(value=value)
    """
    module = make_package("attacked_deps", textwrap.dedent(source))
    attackers = [Attacker("attacked_deps", dependencies=names) for names in ((), ("packaging", "PyYAML", "jinja2"))]
    for call in ("requirement", "document", "template", "undefined"):
        for _, attack in looks(getattr(module, call)):
            for attacker in attackers:
                attacker(attack)


# Creation sites.


@pytest.mark.parametrize("way", ["never raised", "elsewhere", "pickled", "copied", "future", "customer"])
def test_recorded_creations(sdk: ModuleType, way: str) -> None:
    """An exception whose creation was recorded says where it was made, and nothing of a value, on whatever way it came."""
    events = []
    for seed in SEEDS:
        planted = canaries(seed)
        reporter = reporter_for(sdk.__name__)
        reporter.record_creations(sdk.Error)
        try:
            exc = _arrived(way, sdk, planted)
            events.append(clean(reporter.preview(exc), planted))
            assert not [name for name in reporter.stats() if name.startswith("dropped.preview")]
        finally:
            reporter.close()
    assert events[0] == events[1]


def _arrived(way: str, sdk: ModuleType, planted: Canaries) -> BaseException:
    made: BaseException = sdk.made(planted.text)
    if way == "elsewhere":
        return failure(sdk.given, made)
    if way == "pickled":
        return failure(sdk.given, pickle.loads(pickle.dumps(made)))
    if way == "copied":
        return failure(sdk.given, copy.copy(made))
    if way == "future":
        future: Future[None] = Future()
        future.set_exception(made)
        return failure(sdk.called, future.result)
    if way == "customer":
        return failure(sdk.given, sdk.Error(f"{planted.name} of the customer's"))
    return made


# Catalogues.


def tampered(module: ModuleType, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The catalogue of the SDK with an entry changed."""
    path = f"{module.__name__}/__init__.py"
    built = build_catalogue({path: Path(module.__file__ or "").read_bytes()})
    entries = json.loads(json.dumps(built.entries))
    change(entries[path])
    return encoded(module.__name__, "1", entries)


def recorded(module: ModuleType, catalogue: bytes | None) -> None:
    """Write a RECORD that lists the package's source, and the catalogue where there is one."""
    import base64
    import hashlib

    top = Path(module.__file__ or "").parent
    info = top.parent / f"{module.__name__}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module.__name__}\nVersion: 1.0\n", encoding="utf-8")
    listed = {"__init__.py": (top / "__init__.py").read_bytes()} | ({} if catalogue is None else {CATALOGUE: catalogue})
    rows = []
    for name, data in listed.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        rows.append(f"{module.__name__}/{name},sha256={digest},{len(data)}")
    (info / "RECORD").write_text(
        "\n".join([*rows, f"{info.name}/METADATA,,", f"{info.name}/RECORD,,"]) + "\n", encoding="utf-8"
    )


@pytest.mark.parametrize("is_listed", [False, True])
def test_a_catalogue_that_record_does_not_promise_is_not_used(make_package: MakePackage, is_listed: bool) -> None:
    """Where RECORD exists, a catalogue that the customer dropped in, or changed, is not used; and that is counted."""
    module = make_package(f"attacked_{next(_numbers)}", SDK)
    honest = tampered(module, lambda _: None)
    recorded(module, honest if is_listed else None)

    def attack(planted: Canaries) -> BaseException:
        def change(entry: dict[str, Any]) -> None:
            text = json.dumps(entry["index"]).replace("no ", f"{planted.text} ").replace(" here", planted.name)
            entry["index"] = json.loads(text)

        (Path(module.__file__ or "").parent / CATALOGUE).write_bytes(tampered(module, change))
        return failure(module.fail, planted.key)

    assert value_of(attacked(module.__name__, attack)) == "no {value} here"
    reporter = reporter_for(module.__name__)
    reporter.preview(failure(module.fail, "x"))
    assert reporter.stats().get("catalogue.not used.not the SDK's") == 1


_WRONG: tuple[Any, ...] = (
    5,
    "s3cr3tcanary",
    None,
    [],
    {},
    [[]],
    {"s3cr3tcanary": 5},
    [5],
    [[[5]]],
    True,
    1.5,
    [None],
    {"4": None},
    [["s3cr3tcanary", 1, 2]],
)


def _paths(value: Any, path: tuple[Any, ...] = (), depth: int = 9) -> Iterator[tuple[Any, ...]]:
    yield path
    if depth and isinstance(value, dict):
        for key in value:
            yield from _paths(value[key], (*path, key), depth - 1)
    elif depth and isinstance(value, list):
        for number in range(len(value)):
            yield from _paths(value[number], (*path, number), depth - 1)


SMALL = """
class Error(Exception):
    default = "the default"
    def __init__(self, what):
        self.what = what
        super().__init__(f"no {what}")

class Shown(Error):
    def __str__(self):
        return f"shown {self.what}"

def check(message):
    raise Error(message)

def fail(value):
    check(f"bad {value}")

def shown(value):
    raise Shown(value)
"""


def wrong_catalogues(module: ModuleType) -> Iterator[tuple[str, bytes]]:
    """Catalogues with one entry of another type, at every place."""
    entry: dict[str, Any] = {}
    tampered(module, entry.update)
    for number, path in enumerate(list(_paths(entry))[1:]):
        for wrong in (_WRONG[number % len(_WRONG)], _WRONG[(number * 5 + 2) % len(_WRONG)]):

            def change(found: dict[str, Any], path: tuple[Any, ...] = path, wrong: Any = wrong) -> None:
                owner: Any = found
                for key in path[:-1]:
                    owner = owner[key]
                owner[path[-1]] = wrong

            yield f"{path} {wrong!r}", tampered(module, change)


def test_entries_of_wrong_types_cost_no_report(make_package: MakePackage) -> None:
    """A catalogue of the SDK's own with entries of wrong types breaks no stage: it is not used, or says nothing of that place."""
    module = make_package(f"attacked_{next(_numbers)}", SMALL)
    exc = failure(module.shown, "an0thercanary")
    file = Path(module.__file__ or "").parent / CATALOGUE
    lost = []
    for what, data in wrong_catalogues(module):
        file.write_bytes(data)
        reporter = reporter_for(module.__name__)
        event, hint = reporter._taken(exc)
        reporter._pipeline(event, hint)
        lost += [(what, name) for name in reporter.stats() if name.startswith("dropped.") and name.endswith("Error")]
    assert lost == []


def test_entries_of_wrong_types_never_raise_or_leak(make_package: MakePackage) -> None:
    """Whatever stands in a catalogue: nothing is raised into the host, and no value leaves."""
    module = make_package(f"attacked_{next(_numbers)}", SMALL)
    excs = [failure(module.fail, "an0thercanary"), failure(module.shown, "an0thercanary")]
    file = Path(module.__file__ or "").parent / CATALOGUE
    for _, data in wrong_catalogues(module):
        file.write_bytes(data)
        reporter = reporter_for(module.__name__)
        for exc in excs:
            assert "an0thercanary" not in json.dumps(reporter.preview(exc))


@pytest.mark.parametrize(
    "data",
    [
        MAGIC,
        MAGIC + b"[]\n",
        MAGIC + b'{"files": {"%s": ["%s", 1, 0, 9]}}\n' % (b"x" * 10, b"0" * 64),
        MAGIC + b'{"files": ' + b"[" * 100_000 + b"\n",
        MAGIC + b'{"files": {"attackedbomb/__init__.py": ["%HASH%", %SIZE%, 0, 99999999]}}\n' + zlib.compress(b"[" * 40_000_000),
        MAGIC + b'{"files": {"attackedbomb/__init__.py": ["%HASH%", %SIZE%, -5, 3]}}\n' + zlib.compress(b"{}"),
        MAGIC + b'{"files": {"attackedbomb/__init__.py": ["%HASH%", %SIZE%, 0, 0]}}\n',
        b"\xff" * 1000,
    ],
    ids=range(8),
)  # fmt: skip
def test_damaged_catalogues_cost_no_report(make_package: MakePackage, data: bytes) -> None:
    """Bombs, nonsense and offsets that lead nowhere: the source answers, and the catalogue is counted or not there for this file."""
    import hashlib

    module = make_package("attackedbomb", SMALL)
    source = Path(module.__file__ or "").read_bytes()
    data = data.replace(b"%HASH%", hashlib.sha256(source).hexdigest().encode()).replace(
        b"%SIZE%", str(len(source)).encode()
    )
    (Path(module.__file__ or "").parent / CATALOGUE).write_bytes(data)
    event = attacked("attackedbomb", lambda planted: failure(module.fail, planted.text))
    assert value_of(event) == "no bad {value}"


# Events without a live exception.


def hostile_event(planted: Canaries) -> dict[str, Any]:
    """An event of Sentry's format with canaries in every field."""
    text = planted.text
    frame = {
        "module": text, "function": text, "filename": planted.path, "abs_path": planted.path, "lineno": planted.number, "colno": planted.number, "context_line": text,
        "pre_context": [text], "post_context": [text], "vars": {text: text}, "in_app": text, "package": text, "platform": text, "raw_function": text,
        "instruction_addr": planted.key, "addr_mode": text, "symbol": text, "lock": {text: text},
    }  # fmt: skip
    stack = {"frames": [frame, frame], "registers": {text: text}, "frames_omitted": [text]}
    mechanism = {
        "type": text, "handled": text, "data": {text: text}, "meta": {"errno": {"name": text, "number": planted.number}}, "help_link": planted.url, "synthetic": text,
        "exception_id": planted.number, "parent_id": planted.number, "source": text, "is_exception_group": text, "description": text,
    }  # fmt: skip
    return {
        "event_id": planted.key, "timestamp": text, "platform": text, "level": text, "logger": text, "transaction": text, "server_name": planted.host,
        "release": f"{text}@1.2", "dist": text, "environment": text, "type": text, "start_timestamp": text, "received": text, "project": planted.number,
        "modules": {text: text, "acme": text}, "extra": {text: {text: [text]}}, "tags": {text: text, "workspace": text, "commit": planted.key, "rung": text}, "fingerprint": [text],
        "errors": [{"type": text, "value": text}], "message": text, "logentry": {"message": text, "formatted": text, "params": [text]},
        "user": {"id": text, "email": planted.email, "ip_address": planted.ip, "username": planted.name, "data": {text: text}, "geo": {"city": text}},
        "request": {"url": planted.url, "method": text, "data": text, "query_string": [[text, text]], "cookies": {text: text}, "headers": {text: text}, "env": {text: text}},
        "contexts": {
            text: {text: text}, "os": {"name": text, "version": text, "build": text, "kernel_version": text, "type": text}, "device": {"name": text, "arch": text, "model": text},
            "runtime": {"name": text, "version": planted.number_text, "type": text}, "trace": {"trace_id": planted.key, "op": text}, "threads": {"total": text}, "gc": {"enabled": text},
            "tasks": {"where": [{"module": text, "function": text, "lineno": text, "count": text}]},
        },
        "exception": {"values": [{"type": text, "value": text, "module": text, "thread_id": text, "stacktrace": stack, "raw_stacktrace": stack, "mechanism": mechanism}]},
        "threads": {"values": [{"id": text, "name": text, "crashed": text, "current": text, "main": text, "stacktrace": stack, "state": text, "held_locks": {text: text}}]},
        "breadcrumbs": {"values": [{"timestamp": text, "type": text, "category": text, "message": text, "level": text, "data": {text: text, "status_code": planted.number}}]},
        "debug_meta": {"images": [{"code_file": planted.path, "debug_id": planted.key}]}, "sdk": {"name": text, "version": text, "packages": [{"name": text}], "integrations": [text]},
        "spans": [{"description": text, "data": {text: text}}], "_meta": {text: text}, "stacktrace": stack, "template": {"context_line": text}, "hpkp": {text: text},
        "measurements": {text: {"value": planted.number}}, "request_id": text, "attachments": [text], "unknown": {text: text}, text: text,
    }  # fmt: skip


@pytest.fixture
def catalogue_file(tmp_path: Path) -> Path:
    (tmp_path / "acmed").mkdir()
    (tmp_path / "acmed" / "__init__.py").write_text(SMALL, encoding="utf-8")
    output = tmp_path / "acmed.bin"
    with redirect_stdout(io.StringIO()):
        assert (
            catalogue_command(["build", "acmed", "--source", str(tmp_path), "--version", "1.2", "-o", str(output)]) == 0
        )
    return output


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from nodes(item, (*path, key))


def scrubbed(event: Any, catalogue: Path) -> Any:
    return tightlip.scrub(event, policy=tightlip.STRICT, catalogues=[catalogue])


def test_events_with_canaries_everywhere(catalogue_file: Path) -> None:
    """Canaries in every field of the format: none leaves, and two sets of them give equal events."""
    found = []
    for seed in SEEDS:
        planted = canaries(seed)
        for release in ({}, {"release": "acmed@1.2"}):
            event = {**hostile_event(planted), **release}
            found.append(clean(scrubbed(event, catalogue_file), planted))
    assert found[0] == found[2]
    assert found[1] == found[3]


def test_events_of_hostile_types(catalogue_file: Path) -> None:
    """Subclasses, huge, nested and cyclic values at every place of an event: no canary leaves, and nothing is raised."""
    planted = canaries("alpha")

    class Dict(dict):  # type: ignore[type-arg]
        def __getitem__(self, key: Any) -> Any:
            return planted.text

        def get(self, key: Any, default: Any = None) -> Any:
            return planted.text

        def items(self) -> Any:
            return [(planted.text, planted.text), ("level", "error")]

    class List(list):  # type: ignore[type-arg]
        def __iter__(self) -> Iterator[Any]:
            return iter([planted.text])

    class Text(str):
        __slots__ = ()

        def __str__(self) -> str:
            return planted.text

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = str.__hash__

    class Code(tightlip.Safe):
        __slots__ = ()

        def __str__(self) -> str:
            return planted.text

    nested: Any = planted.text
    for _ in range(300):
        nested = {planted.text: [nested]}
    cycle: dict[str, Any] = {planted.text: planted.text}
    cycle["values"] = cycle["frames"] = cycle[planted.name] = [cycle]
    base = {**hostile_event(planted), "release": "acmed@1.2"}
    hostile_values: tuple[Any, ...] = (
        Dict({planted.text: planted.text, "values": [planted.text]}), List([planted.text]), Text(planted.text), Code(planted.text), nested, cycle, planted.text * 5_000,
        planted.text.encode(), float("nan"), float("inf"), 10**400, object, object(), None, (planted.text,), {planted.text}, True, [planted.text] * 2_000, {1: planted.text, None: planted.text},
    )  # fmt: skip
    for path in nodes(base):
        for value in hostile_values:
            found = scrubbed(with_node_shallow(base, path, value), catalogue_file)
            written = json.dumps(found, allow_nan=False)
            assert planted.text not in written, (path, type(value))
            assert planted.name not in written, (path, type(value))


def with_node_shallow(event: Any, path: tuple[Any, ...], value: Any) -> Any:
    """`with_node` that copies only the containers on the way."""
    if not path:
        return value
    made = dict(event) if isinstance(event, dict) else list(event)
    made[path[0]] = with_node_shallow(event[path[0]], path[1:], value)
    return made


def test_an_event_that_imitates_the_sdk(catalogue_file: Path) -> None:
    """Modules, functions and lines of the catalogue with canaries beside them: what leaves is the catalogue's."""
    found = []
    for seed in SEEDS:
        planted = canaries(seed)
        for function, line in (("fail", 16), ("check", 13), ("shown", 19), ("Error.__init__", 6)):
            frames = [
                {"module": planted.name, "function": planted.text, "lineno": 16},
                {"module": "acmed", "function": "fail", "lineno": 16, "vars": {"value": planted.text}},
                {"module": "acmed", "function": function, "lineno": line, "abs_path": planted.path},
            ]
            for value in hostile(planted).values():
                event = {
                    "release": "acmed@1.2",
                    "exception": {
                        "values": [
                            {"type": "Error", "module": "acmed", "value": value, "stacktrace": {"frames": frames}}
                        ]
                    },
                }
                found.append(clean(scrubbed(event, catalogue_file), planted))
    half = len(found) // 2
    assert found[:half] == found[half:]


# The host.


def test_nothing_of_the_host_is_kept_alive(sdk: ModuleType) -> None:
    """When the worker is done, the exception, its frames' locals and its class are gone."""

    class Local:
        pass

    reporter = reporter_for(sdk.__name__)
    reporter.record_creations(sdk.Error)
    references: list[weakref.ref[Any]] = []

    def fail() -> None:
        local = Local()

        class Mine(sdk.Error):  # type: ignore[name-defined,misc]
            pass

        error = failure(sdk.as_class, Mine, local)
        references.extend((weakref.ref(local), weakref.ref(error), weakref.ref(Mine)))
        assert reporter.preview(error) is not None
        assert reporter.capture(error) is not None

    fail()
    assert reporter.flush(60)
    gc.collect()
    assert [reference() for reference in references] == [None, None, None]
    reporter.close()


def test_the_exception_stays_as_it_was(sdk: ModuleType) -> None:
    """Capture changes neither arguments nor attributes nor chain nor traceback."""
    reporter = reporter_for(sdk.__name__)
    for call in ("chained", "noted", "grouped", "cycle", "web"):
        exc = failure(getattr(sdk, call), "s3cr3tcanary")

        def state(exc: BaseException) -> tuple[Any, ...]:
            lines = [(frame.tb_frame, frame.tb_lasti, frame.tb_lineno) for frame in _tracebacks(exc)]
            return (
                exc.args,
                dict(vars(exc)),
                exc.__cause__,
                exc.__context__,
                exc.__suppress_context__,
                exc.__traceback__,
                lines,
            )

        before = state(exc)
        reporter.preview(exc)
        reporter.capture(exc)
        assert reporter.flush(60)
        assert all(one is other or one == other for one, other in zip(before, state(exc), strict=True))


def _tracebacks(exc: BaseException) -> Iterator[types.TracebackType]:
    found = exc.__traceback__
    while found is not None:
        yield found
        found = found.tb_next


def test_a_snapshot_holds_no_text_of_the_host(sdk: ModuleType) -> None:
    """Of a snapshot under STRICT only ``arguments`` and an import's name can hold a value; under STRICT_UNREAD nothing does."""
    for call in CALLS:
        exc = failure(getattr(sdk, call), "s3cr3tcanary")
        taken = snapshot(exc, reporter_for(sdk.__name__, policy=tightlip.STRICT_UNREAD)._reading)
        assert "s3cr3tcanary" not in repr(taken)
        taken = snapshot(exc, Reading())
        assert "s3cr3tcanary" not in repr(taken)
