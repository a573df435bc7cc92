"""Objects that were written out: what the data classes of Python, Java, Kotlin, C#, Ruby, Go and PHP print of themselves.

The name of the class is code and stays; the fields go. A call with one argument or two is no object: ``use foo(bar=1)``.

Sources: the Python library reference (`dataclasses`, `collections.namedtuple`, `repr` of objects), the Java language
specification on records, Kotlin's on data classes, Go's `fmt` package (``%v`` and ``%+v``), Ruby's `Object#inspect`, PHP's `print_r`.
"""

import re
from typing import Final

from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.detectors.content.sizes import mark, marks
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.meanings.data import MARKER, is_data, is_name
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Found, Rule, has
from tightlip_scrubbers.spans import Span

_REACH: Final = 8_192
_DEEPEST: Final = 12
_JUDGED: Final = 160
_NAME_REACH: Final = 64
_PIECES: Final = compile_pattern(
    r"\"(?:[^\"\\\n]|\\[\s\S])*+\"|'(?:[^'\\\n]|\\[\s\S])*+'|[\[{(<]|[\]})>]|[^\"'\[\]{}()<>]++|[\"']"
)
_FIELD: Final = compile_pattern(r"@?([A-Za-z_][A-Za-z0-9_]{0,63}+)(?:=|: | = )[ \t]{0,2}([^,\n]*+)")
_BARE_FIELD: Final = re.compile(r"\s{0,16}[A-Za-z_]\w{0,63}=")
_OPENERS: Final = frozenset("[{(<")
_CLOSERS: Final = frozenset("]})>")
_CONSTANT: Final = re.compile(
    r"(?:None|True|False|null|true|false|nil|undefined|\.\.\.|[+\-]?[0-9]{1,4}|[A-Za-z_.]+\(\)?)\Z"
)
# Code that a message recommends: what is made there is judged by itself.
_CODE: Final = re.compile(r"lambda\b|\[?[A-Z]\w{1,63}\(")
_NAME_BACKWARDS: Final = compile_pattern(r" ?([\w.:$]++[%&]?)")
# What Rust's own `io::Error` says, in the words of the system.
_SYSTEM_ERROR: Final = re.compile(r" code: [0-9]{1,5}, kind: [A-Za-z]{1,32}, message: \"[A-Za-z ,()'/\-]{1,96}\" \}")
_SOME: Final = 2
_MANY: Final = 3


def _close(text: str, position: int) -> int:
    """Where the bracket that is open at a position is closed; -1 where it is not, or is nested too deep to say."""
    depth = 1
    for piece in _PIECES.finditer(text, position, position + _REACH):
        if piece[0] in _OPENERS:
            depth += 1
            if depth > _DEEPEST:
                return -1
        elif piece[0] in _CLOSERS:
            depth -= 1
            if depth == 0:
                return piece.start()
    return -1


def _values(inside: str, names: Names) -> tuple[int, int]:
    """How many fields there are, and how many of them hold data that no other rule removes by its name."""
    fields = data = 0
    for field in _FIELD.finditer(inside):
        fields += 1
        if _CODE.match(field[2].strip()):
            continue
        value = field[2].strip().strip("\"'()[]{}<> ")
        meaning = names.meaning(field[1])
        if meaning is not None and (meaning.check is None or meaning.check(value)):
            continue
        if MARKER.search(field[2]) or _CONSTANT.match(value) or (field[1] == "kind" and field[2].strip().isalpha()):
            continue
        is_word = value in COMMON_WORDS or value == "localhost"
        data += is_data(value) or (field[2][:1] in "\"'" and is_name(value) and not is_word)
    return fields, data


def fields(text: str, start: int, end: int, names: Names) -> Found | None:
    """Confirm an opening bracket behind the name of a class as an object's own form; the span is what the brackets hold."""
    if _SYSTEM_ERROR.match(text, end) is not None:
        return None
    if text.startswith("#<", start):
        least = 1
    else:
        name = _NAME_BACKWARDS.match(text[max(0, start - _NAME_REACH) : start][::-1])
        if (name is None or name[0][0] == " ") and text[start] != "{":
            return None
        if name is None and _BARE_FIELD.match(text, end) is None:
            return None
        first = "" if name is None else name[1][::-1].rpartition(".")[2].lstrip("_&%")[:1]
        is_class = first.isupper() or (name is not None and name[1].endswith("%"))
        least = 1 if is_class else _SOME if text[start] == "{" else _MANY
    stop = _close(text, end)
    if stop < 0:  # cut inside, or broken: the line
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
    number, data = _values(text[end : min(stop, end + _JUDGED)], names)
    if number < least or data < (1 if number > 1 or _is_spaced(text[end:stop]) else _SOME):
        return None
    inner = text[end:stop]
    return end + len(inner) - len(inner.lstrip()), end + len(inner.rstrip())


def _is_spaced(inside: str) -> bool:
    field = _FIELD.match(inside[:_JUDGED].strip())
    return field is not None and is_data(field[2].strip("\"'"))


def go_map(text: str, start: int, end: int) -> Span | None:
    """Confirm Go's form of a map or struct: words with a colon inside of them, apart by blanks."""
    inside = text[start:end]
    pairs = re.findall(r"(?:^|[\s{\[])([A-Za-z_][\w\-]{0,63}):([^\s\]}]+)", inside)
    if not pairs or not any(is_data(value) or is_name(value) for _, value in pairs):
        return None
    return start, end


def pointer(text: str, start: int, end: int) -> Span | None:
    """Confirm a number behind ``at`` as the address of an object: a repr opens before it."""
    opener = text.rfind("<", max(0, start - _NAME_REACH * 2), start)
    return (start, end) if opener >= 0 and not any(sign in text[opener:start] for sign in ">\n") else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.object",
        kind="content",
        gate=has("=", either="([{"),
        pattern=r"[(\[{](?=\s{0,16}[A-Za-z_]\w{0,63}+=(?!=))",
        by_name=fields,
        marker="[fields]",
        mark=mark("fields"),
        marks=marks("fields"),
        matches=(
            "cannot save Customer(name='Ann Lee', age=3)",
            "invalid Customer(name=Ann, age=3), try again",
            "Customer{name='Ann Lee', age=3} is stale",
            "Customer[name=Ann, age=3] is stale",
            "cut in Customer(name='Ann L",
        ),
        misses=(
            "call foo(bar=1) first",
            "use Field(default=None) or Field(...)",
            "np.zeros(shape=(3, 4), dtype=int) failed",
            "foo(key=value)",
            "open(mode='r')",
            "if (a == b) { c = d }",
            "use a `RaisesExc(check=lambda e: isinstance(e, OSError))`",
        ),
    ),
    Rule(
        id="content.object-colon",
        kind="content",
        gate=has("{", "<"),
        pattern=r"[{#](?:(?<=\{)|<[A-Z][\w:]{0,127}+)(?=[ ,@:])",
        by_name=fields,
        marker="[fields]",
        mark=mark("fields"),
        marks=marks("fields"),
        matches=(
            "got #<Customer id: 12, name: 'Ann Lee'> twice",
            'refused Customer { name: "Ann Lee", age: 3 }',
            "stale Customer { Name = Ann, Age = 3 }",
        ),
        misses=(
            "Optional { a }",
            "#<Customer>",
            "struct Foo { bar }",
            'an `Err` value: Os { code: 13, kind: PermissionDenied, message: "Permission denied" }',
            "an `Err` value: ParseIntError { kind: InvalidDigit }",
        ),
    ),
    Rule(
        id="content.go-struct",
        kind="content",
        gate=has("map[", "{"),
        pattern=r"(?:map\[|&?+\{)([A-Za-z_][\w\-]{0,63}+:(?!\s)[^\s\]}\n:,\"']{1,256}+(?: [^\]}\n:]{1,128}+:[^\s\]}\n]{0,256}+){1,64}+)",
        group=1,
        validator=go_map,
        marker="[fields]",
        mark=mark("fields"),
        marks=marks("fields"),
        matches=("got map[age:3 name:Ann] back", "stale &{Name:Ann Age:3 Town:Paris}, gone"),
        misses=("map[string]int", "{a:b}", "use {host}:{port} or {name:d}"),
    ),
    Rule(
        id="content.address",
        kind="content",
        gate=has(" at 0x", digits=1),
        pattern=r" at (0x[0-9a-fA-F]{4,16}+)",
        group=1,
        validator=pointer,
        marker="[memory]",
        matches=(
            "<Customer object at 0x7f8a2c3d4e50>",
            "got <function f at 0x00A3B4C0> back",
            "<x.Y object at 0x10a3b4c0d1, n=2>",
        ),
        misses=("error 0x80070005", "flag at 0x1f", "<Customer object>", "<a> fault at 0x7f8a1c2d3e40"),
    ),
)
