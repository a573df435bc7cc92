"""Templates: every form of a message that the rung `code` reads, and what it must not read."""

from __future__ import annotations

import os
import socket
import textwrap
from typing import TYPE_CHECKING

import pytest
from probe import failure, last_value, reporter_for

import tightlip
from tightlip.message.combining import common
from tightlip.message.template import LONGEST_EXPRESSION, Hole, shown

if TYPE_CHECKING:
    from probe import MakePackage

#: Function body (given ``a`` and ``b``) -> the template that is reported. None: the type alone.
FORMS: dict[str, tuple[str, str | None]] = {
    "literal": ('raise ValueError("nothing to do")', "nothing to do"),
    "implicit concatenation": ('raise ValueError("nothing " "to do")', "nothing to do"),
    "f-string": ('raise ValueError(f"no {a} in {b!r}, {len(b):>4}")', "no {a} in {b!r}, {len(b):>4}"),
    "f-string with a debug hole": ('raise ValueError(f"bad {a=}")', "bad a={a!r}"),
    "nested f-string": ("raise ValueError(f\"no {f'inner {a}'} here\")", "no inner {a} here"),
    "percent": ('raise ValueError("no %s in %r" % (a, b))', "no {a} in {b!r}"),
    "percent with one value": ('raise ValueError("no %s" % a)', "no {a}"),
    "percent with names": ("raise ValueError('no %(x)s' % {'x': a})", "no {a}"),
    "percent with numbers": ('raise ValueError("%d%% of %5.2f" % (len(a), 1.0))', "{len(a)}% of {1.0}"),
    "format": ('raise ValueError("no {} in {name!r:>8}".format(a, name=b))', "no {a} in {b!r:>8}"),
    "format by number": ('raise ValueError("{1} before {0}".format(a, b))', "{b} before {a}"),
    "format with attribute": ('raise ValueError("{0.start} at".format(slice(1)))', "{slice(1).start} at"),
    "concatenation": ('raise ValueError("no " + a + " in " + str(b))', "no {a} in {b}"),
    "join": ('raise ValueError(", ".join(["one", a]))', "one, {a}"),
    "local name": ('msg = f"no {a}"\nraise ValueError(msg)', "no {a}"),
    "local name, grown": ('msg = "no "\nmsg += a\nmsg += " here"\nraise ValueError(msg)', "no {a} here"),
    "one of two names reaches": ('msg = "early"\nmsg = f"late {a}"\nraise ValueError(msg)', "late {a}"),
    "the branch that raises": (
        'if not a:\n    msg = "empty"\nelse:\n    msg = "full"\n    raise ValueError(msg)',
        "full",
    ),
    "either branch": ('msg = "no text here" if a == "?" else "no file here"\nraise ValueError(msg)', "no file here"),
    "module constant": ("raise ValueError(CONSTANT)", "set once"),
    "named number": ('raise ValueError(f"more than {LIMIT}")', "more than {LIMIT}"),
    "gettext": ('raise ValueError(_("no %s") % a)', "no {a}"),
    "dedent": ('import textwrap\nraise ValueError(textwrap.dedent("  no way"))', "no way"),
    "from cause": ('try:\n    {}[a]\nexcept KeyError as e:\n    raise ValueError(f"no {a}") from e', "no {a}"),
    "inside with": (
        'import contextlib\nwith contextlib.suppress(KeyError):\n    raise ValueError(f"no {a}")',
        "no {a}",
    ),
    "inside finally": ('try:\n    pass\nfinally:\n    raise ValueError(f"no {a}")', "no {a}"),
    "inside loop": ('for c in a:\n    raise ValueError(f"no {c}")', "no {c}"),
    "assert": ('assert not a, f"unexpected {a}"', "unexpected {a}"),
    "exception in a name": ('err = ValueError(f"no {a}")\nerr.x = 1\nraise err', "no {a}"),
    "with_traceback": ('raise ValueError(f"no {a}").with_traceback(None)', "no {a}"),
    "two arguments": ('raise ValueError("no", a)', "('no', {a!r})"),
    "key error": ('raise KeyError("absent")', "'absent'"),
    "no message": ("raise ValueError", None),
    "hole only": ("raise ValueError(a)", "{a}"),
    "own init": ("raise OwnInit(a, 3)", "3: call of {a} failed"),
    "own init, default": ("raise Default()", "the default message"),
    "own init, given": ('raise Default(f"given {a}")', "given {a}"),
    "own init, none": ("raise OrDefault()", "or the default"),
    "inherited init": ('raise Inherits(a, "x")', "x: call of {a} failed"),
    "super with star": ('raise Star(f"star {a}", status=3)', "star {a}"),
    "own str": ("raise OwnStr(a)", "<{a}> is bad"),
    "class in a variable": ('cls = ValueError\nraise cls(f"no {a}")', "no {a}"),
    "type of self": ('raise type(OwnInit("", 1))(a, 4)', "4: call of {a} failed"),
    "raised in C": ("{}[a]", None),
    "raised in C on the line of a raise": ('raise ValueError("not %s" % {}[a])', None),
    "from a factory": ("raise make_error(a)", "made {a}"),
    "handled exception": (
        'try:\n    inner(a)\nexcept ValueError as e:\n    raise RuntimeError(f"outer: {e}") from e',
        "outer: inner {x!r} failed",
    ),
    "handled, cut off": (
        'try:\n    inner(a)\nexcept ValueError as e:\n    raise RuntimeError(f"outer: {e}") from None',
        "outer: inner {x!r} failed",
    ),
    "module's own exception": ("raise STORED", "stored"),
    "stored elsewhere": ("raise HOLDER.error", None),
    "class default": ("raise Signed()", "you are signed out"),
    "class default, given": ('raise Signed(f"{a} is signed out")', "{a} is signed out"),
    "number, grown": ('n = 1\nn += 1\nraise ValueError(f"attempt {n} failed")', "attempt {n} failed"),
    "several names, one text": (
        'kind = "name" if a else "value"\nraise ValueError(f"bad {kind} here")',
        "bad name here",
    ),
    "choice inside a text": (
        'raise ValueError(f"bad argument{chr(115) if a else str()}")',
        "bad argument{chr(115) if a else str()}",
    ),
    "tuple assignment": ('msg, code = f"bad {a}", 3\nraise ValueError(msg)', "bad {a}"),
    "default with another name in it": ('raise Cond("given text", status=4)', "given text"),
    "default with another name in it, used": ("raise Cond(status=4)", "request failed with status 4"),
    "str is repr": ("raise IsRepr(a)", "IsRepr: {a}"),
    "args by hand": ("raise ByHand(a)", "bad {a}"),
    "own new, whose text __init__ replaces": ("raise OwnNew(a)", "{a}"),
    # What is not sure is a hole, or one of several.
    "set by an inner function": (
        'msg = "one"\ndef inner():\n    nonlocal msg\n    msg = "two" + a\ninner()\nraise ValueError(f"it is {msg}")',
        "it is {msg}",
    ),
    "set before the inner function runs": (
        'msg = "one"\ndef inner():\n    raise ValueError(f"it is {msg}")\nmsg = "two"\ninner()',
        "it is two",
    ),
    "a parameter of a lambda": (
        'msg = "one"\nmake = lambda msg: ValueError(f"it is {msg}")\nraise make(f"no {a}")',
        "it is no {a}",
    ),
    "captured by a pattern": (
        'msg = "one"\nmatch [a, b]:\n    case [_, *msg]: pass\nraise ValueError(f"it is {msg}")',
        "it is {msg}",
    ),
    "with that may stop": (
        'import contextlib\nmsg = "one"\nwith contextlib.suppress(ValueError):\n    int(a)\n    msg = "two"\nraise ValueError(f"it is {msg}")',
        "it is one",
    ),
    "another str": ('str = lambda x: "other"\nraise ValueError("no " + str("way"))', "no {str('way')}"),
    "another dedent": ('dedent = lambda x: "other"\nraise ValueError(dedent("no way"))', "{dedent('no way')}"),
    "bytes": ("raise ValueError(f\"got {b'x'!r}\")", "got b'x'"),
    "a number in a tuple": ('raise ValueError(404, "not here")', "(404, 'not here')"),
    "a number as a key": ("raise KeyError(404)", "404"),
    "none in a text": ('raise ValueError(f"no {a if not a else None} here")', "no None here"),
    "or": ('raise ValueError(None or "" or f"no {a}")', "no {a}"),
    "and or": ('raise ValueError("no " + (a and "text" or "file"))', "no text"),
    "table that is written to": ('TABLE["x"] = a\nraise ValueError(TABLE["x"])', "{TABLE['x']}"),
    "table": ('raise ValueError(FIXED["x"] % a)', "the {a} entry"),
    "list": ("raise ValueError(KINDS[0] + a)", "red{a}"),
    "joined and sorted": ('raise ValueError("not one of " + ", ".join(sorted(KINDS)))', "not one of green, red"),
    "list that is sorted": (
        'parts = ["b", "a"]\nparts.sort()\nraise ValueError("parts " + " ".join(parts))',
        "parts {' '.join(parts)}",
    ),
    "list that is handed out": (
        'parts = ["b"]\n(lambda p: p.append("c"))(parts)\nraise ValueError("parts " + " ".join(parts))',
        "parts {' '.join(parts)}",
    ),
    "stripped": ('raise ValueError(f"{a} is bad ".strip())', "{a}is bad"),
    "upper case": ('raise ValueError(f"no {a} here".upper())', "NO {a} HERE"),
    "upper case of a parameter": ('make = lambda m: ValueError(m.upper())\nraise make(f"no {a}")', "NO {a}"),
    "filled": ('import textwrap\nraise ValueError(textwrap.fill(f"no {a} here"))', "no {a} here"),
    "cut": ('raise ValueError(f"no {a} here"[:200])', "no {a} here"),
    "locals": ('raise ValueError("no %(a)s in {b}" % locals())', "no {a} in {b}"),
    "dict call": ('raise ValueError("no %(x)s" % dict(x=a))', "no {a}"),
    "values in a name": ('pair = (a, b)\nraise ValueError("no %s in %s" % pair)', "no {a} in {b}"),
    "walrus that may not run": (
        'msg = "one"\nif b == "?" and (msg := f"two {a}"): pass\nraise ValueError(f"it is {msg}")',
        "it is one",
    ),
    "the outer of two handled": (
        'try:\n    {}[a]\nexcept KeyError as e:\n    try:\n        inner(a)\n    except ValueError as f:\n        raise RuntimeError(f"outer: {e}") from f',
        "outer: {e}",
    ),
    "handled, changed": (
        'try:\n    inner(a)\nexcept ValueError as e:\n    e.args = (f"now {a}",)\n    raise',
        "now {a}",
    ),
    "handled, changed in an unknown way": (
        'try:\n    inner(a)\nexcept ValueError as e:\n    e.args += ("more",)\n    raise',
        None,
    ),
    "changed before it is raised": ('e = ValueError("one")\ne.args = (a,)\nraise e', None),
    "first argument of a key error": (
        'try:\n    raise KeyError("one")\nexcept KeyError as e:\n    raise RuntimeError(f"no {e.args[0]}") from e',
        "no {e.args[0]}",
    ),
    "attribute of a subclass": ("Heir().go(a)", "{self.kind} has no {x}"),
    "attribute of the class": ("Owner().go(a)", "owner has no {x}"),
    "method of a subclass": ("Heir().made(a)", "heir made {x}"),
    "decorated factory": ("raise decorated(a)", "{a!r}"),
    "object with a factory": ("source = Source()\nraise source.error(OwnInit, a, status=3)", "3: call of {a} failed"),
    "table of the class": ('Table().go("missing")', "{name} is missing"),
    "table of a subclass": ('SubTable().go("missing")', "nothing here"),
    "super in a branch": ("raise Sometimes(a, False)", None),
    "super in each branch": ("raise Branches(a, 3)", "long {a}"),
    "attribute by setattr": ("raise Opaque(text=a)", "bad {self.text}"),
    "attribute before super": ("raise Attribute(a)", "inner {…}"),
    "attribute that is kept": ("raise Kept()", "kept text."),
    "enum": ("raise ValueError(Kind.ONE)", "{Kind.ONE}"),
    "value of an enum": ("raise ValueError(Kind.ONE.value)", "kind one"),
    "two on a line": ('if a: raise ValueError("one")\nelse: raise ValueError("two")', "one"),
}

HEAD = """
CONSTANT = "set once"
LIMIT = 5
STORED = ValueError("stored")

def _(text): return text

class OwnInit(Exception):
    def __init__(self, what, status):
        self.what = what
        super().__init__(f"{status}: call of {what} failed")

class Inherits(OwnInit):
    pass

class Default(Exception):
    def __init__(self, message="the default message"):
        super().__init__(message)

class OrDefault(Exception):
    def __init__(self, message=None):
        super().__init__(message or "or the default")

class Star(Exception):
    def __init__(self, *args, status=None):
        super().__init__(*args)
        self.status = status

class OwnStr(Exception):
    def __init__(self, name):
        self.name = name
    def __str__(self):
        return f"<{self.name}> is bad"

class Signed(Exception):
    default = "you are signed out"
    def __init__(self, message=None):
        super().__init__(message or self.default)

class Cond(Exception):
    def __init__(self, message=None, status=None):
        if message is None:
            message = f"request failed with status {status}"
        super().__init__(message)

class IsRepr(Exception):
    def __init__(self, msg):
        self.msg = msg
    def __repr__(self):
        return f"IsRepr: {self.msg}"
    __str__ = __repr__

class ByHand(Exception):
    def __init__(self, x):
        self.args = (f"bad {x}",)

class OwnNew(Exception):
    def __new__(cls, msg):
        return super().__new__(cls, "prefix " + msg)

class HOLDER:
    error = ValueError("held")

TABLE = {"x": "the entry"}
FIXED = {"x": "the %s entry", "y": "other"}
KINDS = ("red", "green")

import enum

class Kind(enum.Enum):
    ONE = "kind one"

class Owner:
    kind = "owner"
    def go(self, x):
        raise ValueError(f"{self.kind} has no {x}")
    def error(self, x):
        return ValueError(f"owner made {x}")
    def made(self, x):
        raise self.error(x)

class Heir(Owner):
    kind = "heir"
    def error(self, x):
        return ValueError(f"heir made {x}")

def decorate(function):
    return lambda x: KeyError(x)

@decorate
def decorated(x):
    return ValueError(f"made {x}")

class Source:
    def error(self, cls, *args, **kwargs):
        return cls(*args, **kwargs)

class Table:
    messages = {"missing": "{name} is missing", "bad": "it is bad"}
    def __init__(self):
        self.known = {}
        for cls in reversed(type(self).__mro__):
            self.known.update(getattr(cls, "messages", {}))
        self.name = "s3cr3tcanary"
    def error(self, key, **values):
        text = self.known[key]
        return ValueError(text.format(**values))
    def go(self, key):
        raise self.error("missing", name=self.name)

class SubTable(Table):
    messages = {"missing": "nothing here"}

class Sometimes(Exception):
    def __init__(self, what, is_long):
        if is_long:
            super().__init__(f"long {what}")

class Branches(Exception):
    def __init__(self, what, status):
        if status:
            super().__init__(f"long {what}")
        else:
            super().__init__(f"short {what}")

class Opaque(Exception):
    text = "the text"
    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)
    def __str__(self):
        return f"bad {self.text}"

class Attribute(Exception):
    fmt = "class %s"
    def __init__(self, what):
        self.fmt = "inner %s"
        super().__init__(self.fmt % what)

class Kept(Exception):
    text = "kept text"
    def __init__(self, text=None):
        if text is not None:
            self.text = text
    def __str__(self):
        return f"{self.text}."

def make_error(x):
    return ValueError(f"made {x}")

def inner(x):
    raise ValueError(f"inner {x!r} failed")
"""


@pytest.mark.parametrize("form", FORMS)
def test_form(form: str, make_package: MakePackage) -> None:
    """Each form gives its template; the value gives none of its characters."""
    body, expected = FORMS[form]
    name = "probe_forms"
    module = make_package(name, HEAD + "\ndef fail(a, b):\n" + textwrap.indent(body, "    ") + "\n")
    event = reporter_for(name).preview(failure(module.fail, "s3cr3tcanary", "an0thercanary"))
    assert last_value(event).get("value") == expected
    assert "s3cr3tcanary" not in str(event)
    assert "an0thercanary" not in str(event)


def test_holes_are_cut(make_package: MakePackage) -> None:
    """A hole shows at most 48 characters of its expression."""
    long = "+".join(["a"] * 60)
    module = make_package("probe_long", f'def fail(a):\n    raise ValueError(f"sum {{{long}}} is odd")\n')
    value = last_value(reporter_for("probe_long").preview(failure(module.fail, "s3cr3t")))["value"]
    hole = value.removeprefix("sum {").removesuffix("} is odd")
    assert len(hole) == LONGEST_EXPRESSION
    assert hole.endswith("…")


def test_an_os_error_from_c_gets_the_systems_text(make_package: MakePackage) -> None:
    """The adapter: text by number, file names as holes."""
    module = make_package(
        "probe_os",
        "import os\ndef missing(p): return open(p)\ndef moved(p, q): os.rename(p, q)\ndef made(): raise OSError(2, 'custom words')\n",
    )
    reporter = reporter_for("probe_os")
    event = reporter.preview(failure(module.missing, "/nowhere/s3cr3t"))
    assert last_value(event)["value"] == "[Errno 2] No such file or directory: {filename}"
    assert event is not None
    assert event["tags"]["rung"] == "adapter"
    event = reporter.preview(failure(module.moved, "/nowhere/s3cr3t", "/nowhere/else"))
    assert last_value(event)["value"] == "[Errno 2] No such file or directory: {filename} -> {filename2}"
    assert last_value(reporter.preview(failure(module.made)))["value"] == "[Errno 2] custom words"


def test_an_address_error_gets_the_words_of_its_constant(make_package: MakePackage) -> None:
    """``socket.gaierror`` has numbers of its own."""
    module = make_package(
        "probe_gai", "import socket\ndef look(host):\n    raise socket.gaierror(socket.EAI_NONAME, host)\n"
    )
    value = last_value(reporter_for("probe_gai").preview(failure(module.look, "s3cr3t.invalid")))["value"]
    assert value == f"[Errno {socket.EAI_NONAME}] Name or service not known"


def test_an_invented_number_has_no_text(make_package: MakePackage) -> None:
    """A number that is not in the system's table could be anything."""
    module = make_package("probe_errno", "def fail(n, t):\n    raise OSError(n, t)\n")
    assert "value" not in last_value(reporter_for("probe_errno").preview(failure(module.fail, 4111111, "s3cr3t")))


def test_frozen_text_of_this_system() -> None:
    """The adapter's table is the system's."""
    assert os.strerror(2) == "No such file or directory"


def test_a_users_subclass_with_its_own_text_is_the_type_alone(make_package: MakePackage) -> None:
    """Its ``__init__`` or ``__str__`` is not the SDK's code: no rule, no guess."""
    module = make_package("probe_sub", "class Error(Exception): pass\ndef fail(cls, a):\n    raise cls(f'no {a}')\n")

    class Mine(module.Error):  # type: ignore[name-defined,misc]
        def __str__(self) -> str:
            return "s3cr3t"

    value = last_value(reporter_for("probe_sub").preview(failure(module.fail, Mine, "x")))
    assert (value["type"], value["module"], value.get("value")) == ("Error", "probe_sub", None)


def test_an_alias_of_an_import_is_followed(make_package: MakePackage) -> None:
    """``from errors import NotFound as NF``."""
    files = {
        "__init__.py": "from probe_alias.errors import NotFound as NF\ndef fail(a):\n    raise NF(f'no {a}')\n",
        "errors.py": "class NotFound(Exception): pass\n",
    }
    module = make_package("probe_alias", files)
    assert last_value(reporter_for("probe_alias").preview(failure(module.fail, "x")))["value"] == "no {a}"


def test_a_long_function_is_read_in_bounded_work(make_package: MakePackage) -> None:
    """Names that are assigned again and again in terms of one another must not take exponential time."""
    lines = "\n".join(f"    if a > {n}:\n        x = x + y if a else y\n        y = x + 'w' + y" for n in range(300))
    module = make_package("probe_work", f"def fail(a, x, y):\n{lines}\n    raise ValueError(f'sum {{x}} and {{y}}')\n")
    value = last_value(reporter_for("probe_work").preview(failure(module.fail, 0, "s3cr3t", "s3cr3t")))
    assert value["value"].startswith("sum ")
    assert "s3cr3t" not in value["value"]


@pytest.mark.parametrize(
    ("templates", "expected"),
    [
        ([("no file",), ("no folder",)], "no {…}"),
        ([("one ", Hole("a"), " end"), ("two ", Hole("a"), " end")], "{…} {a} end"),
        ([("argument",), ("arguments",)], "argument{…}"),
        ([("x",), ("y",)], "{…}"),
        ([("same",)], "same"),
    ],
)
def test_several_templates_share_their_ends(templates: list[tuple[str | Hole, ...]], expected: str) -> None:
    """What all possibilities begin and end with is known; the rest is a hole, cut between words."""
    assert shown(common(templates)) == expected


_CHOICE = """
def fail(name, kind):
    msg = f"no file {name}" if kind == "file" else f"no folder called {name}"
    raise LookupError(msg)
"""


@pytest.mark.parametrize(
    ("policy", "rung", "value"),
    [
        (tightlip.STRICT, "alternatives", "no folder called {name}"),
        (tightlip.STRICT_UNREAD, "alternatives", "no file {name} | no folder called {name}"),
    ],
    ids=["compares", "does not"],
)
def test_alternatives_by_policy(make_package: MakePackage, policy: tightlip.Policy, rung: str, value: str) -> None:
    """The message chooses among the templates of its line; a policy that does not compare lists them all."""
    sdk = make_package("choosing", _CHOICE)
    event = reporter_for("choosing", policy=policy).preview(failure(sdk.fail, "s3cr3t", "folder"))
    assert event is not None
    assert (event["tags"]["rung"], last_value(event)["value"]) == (rung, value)
