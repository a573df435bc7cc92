"""CPython's own messages: extracted by program, shipped as rows, found by comparing; and what may not be found.

Run as a script, it prints the figures: time of a match, of loading, memory, and the rate of false matches.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
import tracemalloc
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tightlip.message.cpython import __main__ as command
from tightlip.message.cpython import binaries, extract, frozen, rows, speaking, table
from tightlip.message.cpython.forms import from_format, read, written
from tightlip.message.matching import best, fits, weight
from tightlip.message.template import Hole, literal, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.message.cpython.rows import Version
    from tightlip.message.template import Template

ROOT = Path(__file__).resolve().parents[1]
HERE: Version = sys.version_info[:2]
KNOWN = frozenset[rows.Version]().union(*rows.messages().values())

#: What fails in C -> the template of its message, the same in every version that has rows.
CASES: tuple[tuple[str, str], ...] = (
    ('int("x")', "invalid literal for int() with base {}: {!r}"),
    ('int("x", 99)', "int() base must be >= 2 and <= 36, or 0"),
    ("int(None)", "int() argument must be a string, a bytes-like object or a real number, not '{}'"),
    ("int([], 2)", "int() can't convert non-string with explicit base"),
    ('int("1" * 5000)', "Exceeds the limit ({} digits) for integer string conversion: value has {} digits; use sys.set_int_max_str_digits() to increase the limit"),
    ('float("abc")', "could not convert string to float: '{}'"),
    ("float([])", "float() argument must be a string or a real number, not '{}'"),
    ('complex("1 + 2")', "complex() arg is a malformed string"),
    ('complex("1", 2)', "complex() can't take second arg if first is a string"),
    ("complex([])", "complex() first argument must be a string or a number, not '{}'"),
    ("1 / 0", "division by zero"),
    ("1 // 0", "integer division or modulo by zero"),
    ("1 % 0", "integer modulo by zero"),
    ("1.0 / 0", "float division by zero"),
    ("1.0 // 0.0", "float floor division by zero"),
    ("0 ** -1", "0.0 cannot be raised to a negative power"),
    ("pow(2, 3, 0)", "pow() 3rd argument cannot be 0"),
    ("pow(2.0, 3, 5)", "pow() 3rd argument not allowed unless all arguments are integers"),
    ("1 << -1", "negative shift count"),
    ("1 << (1 << 70)", "too many digits in integer"),
    ('int(float("inf"))', "cannot convert float infinity to integer"),
    ('int(float("nan"))', "cannot convert float NaN to integer"),
    ("float(10 ** 400)", "int too large to convert to float"),
    ('(1).to_bytes(0, "big")', "int too big to convert"),
    ('(-1).to_bytes(4, "big")', "can't convert negative int to unsigned"),
    ('(1).to_bytes(4, "middle")', "byteorder must be either 'little' or 'big'"),
    ("chr(-1)", "chr() arg not in range(0x110000)"),
    ('ord("ab")', "ord() expected a character, but string of length {} found"),
    ("ord(1)", "ord() expected string of length 1, but {} found"),
    ("hash([])", "unhashable type: '{}'"),
    ("len(5)", "object of type '{}' has no len()"),
    ("iter(5)", "'{}' object is not iterable"),
    ("next([])", "'{}' object is not an iterator"),
    ('abs("x")', "bad operand type for abs(): '{}'"),
    ('round("x")', "type {} doesn't define __round__ method"),
    ('-"x"', "bad operand type for unary -: '{}'"),
    ("~1.5", "bad operand type for unary ~: '{}'"),
    ("+[]", "bad operand type for unary +: '{}'"),
    ('"a" + 1', 'can only concatenate str (not "{}") to str'),
    ('1 + "a"', "unsupported operand type(s) for +: '{}' and '{}'"),
    ("[] + ()", 'can only concatenate list (not "{}") to list'),
    ("() + []", 'can only concatenate tuple (not "{}") to tuple'),
    ('b"" + ""', "can't concat {} to {}"),
    ('"a" - "b"', "unsupported operand type(s) for -: '{}' and '{}'"),
    ('"a" * "b"', "can't multiply sequence by non-int of type '{}'"),
    ('1 < "a"', "'<' not supported between instances of '{}' and '{}'"),
    ("{} >= {}", "'>=' not supported between instances of '{}' and '{}'"),
    ("1j > 2j", "'>' not supported between instances of '{}' and '{}'"),
    ("1 @ 2", "unsupported operand type(s) for @: '{}' and '{}'"),
    ('x = 1; x += "a"', "unsupported operand type(s) for +=: '{}' and '{}'"),
    ("x = None; x -= 1", "unsupported operand type(s) for -=: '{}' and '{}'"),
    ('"abc"[10]', "string index out of range"),
    ('"abc"["a"]', "string indices must be integers, not '{}'"),
    ("[1][5]", "list index out of range"),
    ('[1]["a"]', "list indices must be integers or slices, not {}"),
    ("(1,)[5]", "tuple index out of range"),
    ('(1,)["a"]', "tuple indices must be integers or slices, not {}"),
    ("x = [1]; x[5] = 1", "list assignment index out of range"),
    ('x = "abc"; x[0] = "d"', "'{}' object does not support item assignment"),
    ("x = (1,); del x[0]", "'{}' object doesn't support item deletion"),
    ("x = [1, 2, 3]; x[::2] = [1]", "attempt to assign sequence of size {} to extended slice of size {}"),
    ('b"abc"[10]', "index out of range"),
    ('b"abc"["a"]', "byte indices must be integers or slices, not {}"),
    ('bytearray(b"a")[9]', "bytearray index out of range"),
    ('x = bytearray(b"a"); x[0] = 300', "byte must be in range(0, 256)"),
    ('x = bytearray(b"a"); x[0] = "a"', "'{}' object cannot be interpreted as an integer"),
    ("range(5)[10]", "range object index out of range"),
    ("range(1, 2, 0)", "range() arg 3 must not be zero"),
    ("range()", "range expected at least 1 argument, got 0"),
    ("5[0]", "'{}' object is not subscriptable"),
    ("x = 5; del x[0]", "'{}' object does not support item deletion"),
    ("None()", "'{}' object is not callable"),
    ("None.attribute", "'{}' object has no attribute '{}'"),
    ("int.attribute", "type object '{}' has no attribute '{}'"),
    ("x = 5; x.real = 3", "attribute '{}' of '{}' objects is not writable"),
    ("int.attribute = 5", "cannot set '{}' attribute of immutable type '{}'"),
    ("import math; math.attribute", "module '{}' has no attribute '{}'"),
    ("print(undefined_name)", "name '{}' is not defined"),
    ("def f(): print(y); y = 1\nf()", "cannot access local variable '{}' where it is not associated with a value"),
    ("def f(a): pass\nf()", "{}() missing {} required positional argument: '{}'"),
    ("def f(a, b): pass\nf()", "{}() missing {} required positional arguments: '{}' and '{}'"),
    ("def f(a, b, c): pass\nf()", "{}() missing {} required positional arguments: {}"),
    ("def f(a): pass\nf(1, 2)", "{}() takes {} positional argument but {} were given"),
    ("def f(): pass\nf(1)", "{}() takes {} positional arguments but {} was given"),
    ("def f(a, b=2): pass\nf(1, 2, 3)", "{}() takes from {} to {} positional arguments but {} were given"),
    ("def f(*, a): pass\nf()", "{}() missing {} required keyword-only argument: '{}'"),
    ("def f(*, a, b): pass\nf()", "{}() missing {} required keyword-only arguments: '{}' and '{}'"),
    ("def f(a): pass\nf(1, a=2)", "{}() got multiple values for argument '{}'"),
    ("def f(a): pass\nf(b=2)", "{}() got an unexpected keyword argument '{}'"),
    ("def f(a, /): pass\nf(a=2)", "{}() got some positional-only arguments passed as keyword arguments: '{}'"),
    ("def f(a, *, k=1): pass\nf(1, 2, k=3)", "{}() takes {} positional argument but {} positional {} (and {} keyword-only {}) were given"),
    ("def f(**k): pass\nf(**5)", "{} argument after ** must be a mapping, not {}"),
    ("def f(*k): pass\nf(*5)", "{} argument after * must be an iterable, not {}"),
    ("def f(**k): pass\nf(**{1: 2})", "keywords must be strings"),
    ("a, b = 1", "cannot unpack non-iterable {} object"),
    ("a, b = [1]", "not enough values to unpack (expected {}, got {})"),
    ("a, b = [1, 2, 3]", "too many values to unpack (expected 2)"),
    ("a, *b, c = [1]", "not enough values to unpack (expected at least {}, got {})"),
    ("with 5: pass", "'{}' object does not support the context manager protocol"),
    ("class C(bool): pass", "type '{}' is not an acceptable base type"),
    ("class C(int, str): pass", "multiple bases have instance lay-out conflict"),
    ('class C: __slots__ = ("a", "a b")\nC', "__slots__ must be identifiers"),
    ('class C: __slots__ = ("a",); a = 1\nC', "{!r} in __slots__ conflicts with class variable"),
    ("object(1)", "{}() takes no arguments"),
    ("object.__new__(1)", "{}.__new__(X): X is not a type object ({})"),
    ("object.__new__(int)", "{}.__new__({}) is not safe, use {}.__new__()"),
    ("class C:\n    def __init__(self): return 5\nC()", "__init__() should return None, not '{}'"),
    ("class C:\n    def __len__(self): return -1\nlen(C())", "__len__() should return >= 0"),
    ("class C:\n    def __bool__(self): return 5\nbool(C())", "__bool__ should return bool, returned {}"),
    ("class C:\n    def __str__(self): return 5\nstr(C())", "__str__ returned non-string (type {})"),
    ("class C:\n    def __repr__(self): return 5\nrepr(C())", "__repr__ returned non-string (type {})"),
    ('class C:\n    def __hash__(self): return "a"\nhash(C())', "__hash__ method should return an integer"),
    ('class C:\n    def __index__(self): return "a"\n[1][C()]', "__index__ returned non-int (type {})"),
    ("class C:\n    def __iter__(self): return 5\niter(C())", "iter() returned non-iterator of type '{}'"),
    ('class C:\n    def __int__(self): return "a"\nint(C())', "__int__ returned non-int (type {})"),
    ("isinstance(1, 5)", "isinstance() arg 2 must be a type, a tuple of types, or a union"),
    ("issubclass(5, int)", "issubclass() arg 1 must be a class"),
    ("issubclass(int, 5)", "issubclass() arg 2 must be a class, a tuple of classes, or a union"),
    ("super()", "super(): no arguments"),
    ("type(1, 2)", "type() takes 1 or 3 arguments"),
    ('type("a", 5, {})', "{}() argument {} must be {}, not {}"),
    ("getattr(1, 5)", "attribute name must be string, not '{}'"),
    ('sum(["a"], "")', "sum() can't sum strings [use ''.join(seq) instead]"),
    ("min()", "{} expected at least 1 argument, got 0"),
    ("sorted([1], 5)", "{} expected {} argument, got {}"),
    ("[1].index(9)", "{!r} is not in list"),
    ("[1].remove(9)", "list.remove(x): x not in list"),
    ("[].pop()", "pop from empty list"),
    ("[1].pop(9)", "pop index out of range"),
    ("[].append()", "{}() takes exactly one argument ({} given)"),
    ("list(1, 2)", "{} expected at most {} argument, got {}"),
    ("(1,).index(9)", "tuple.index(x): x not in tuple"),
    ("dict([1])", "cannot convert dictionary update sequence element #{} to a sequence"),
    ("dict([(1, 2, 3)])", "dictionary update sequence element #{} has length {}; 2 is required"),
    ("x = {1: 2}\nfor k in x: x[k + 1] = 1", "dictionary changed size during iteration"),
    ("x = {1}\nfor k in x: x.add(k + 1)", "Set changed size during iteration"),
    ("from collections import deque\nx = deque([1])\nfor k in x: x.append(1)", "deque mutated during iteration"),
    ("set().pop()", "pop from an empty set"),
    ("{}.popitem()", "popitem(): dictionary is empty"),
    ("from collections import OrderedDict; OrderedDict().popitem()", "dictionary is empty"),
    ("from collections import deque; deque().pop()", "pop from an empty deque"),
    ("from collections import deque; deque(maxlen=-1)", "maxlen must be non-negative"),
    ("from collections import deque; deque([1])[5]", "deque index out of range"),
    ("from collections import deque; deque().remove(1)", "{!r} is not in deque"),
    ('"a".join(5)', "can only join an iterable"),
    ('"a".join([1])', "sequence item {}: expected str instance, {} found"),
    ('"a".index("b")', "substring not found"),
    ('"a".split("")', "empty separator"),
    ('"a".split(5)', "must be str or None, not {}"),
    ('"a".replace(1, 2)', "{}() argument {} must be str, not {}"),
    ('"a".startswith(5)', "startswith first arg must be str or a tuple of str, not {}"),
    ('"a".center(5, "ab")', "The fill character must be exactly one character long"),
    ('"a".encode("nope")', "unknown encoding: {}"),
    ('"{} {}".format(1)', "Replacement index {} out of range for positional args tuple"),
    ('"{".format(1)', "Single '{{' encountered in format string"),
    ('"}".format(1)', "Single '}}' encountered in format string"),
    ('"{x!z}".format(x=1)', "Unknown conversion specifier {}"),
    ('"{:d}".format("a")', "Unknown format code '{}' for object of type '{}'"),
    ('"{:z}".format(5)', "Negative zero coercion (z) not allowed in integer format specifier"),
    ('"{:.3d}".format(5)', "Precision not allowed in integer format specifier"),
    ('"{:,s}".format("a")', "Cannot specify '{}' with '{}'."),
    ('"{0} {}".format(1, 2)', "cannot switch from manual field specification to automatic field numbering"),
    ('format([], "d")', "unsupported format string passed to {}.__format__"),
    ('"%d" % "a"', "%{} format: a real number is required, not {}"),
    ('"%s %s" % 1', "not enough arguments for format string"),
    ('"%s" % (1, 2)', "not all arguments converted during string formatting"),
    ('"%q" % 1', "unsupported format character '{}' (0x{}) at index {}"),
    ('"%(a)s" % 5', "format requires a mapping"),
    ('"%c" % "ab"', "{} requires int or char"),
    ('"%x" % "a"', "%{} format: an integer is required, not {}"),
    ('"%" % 1', "incomplete format"),
    ('"%*d" % ("a", 1)', "* wants int"),
    ('str(5, "utf-8")', "decoding to str: need a bytes-like object, {} found"),
    ("str.maketrans(5)", "if you give only one argument to maketrans it must be a dict"),
    ('str.maketrans("a", "bc")', "the first two maketrans arguments must have equal length"),
    ('bytes("a")', "string argument without an encoding"),
    ("bytes(-1)", "negative count"),
    ("bytes([300])", "bytes must be in range(0, 256)"),
    ('bytes.fromhex("xx")', "non-hexadecimal number found in fromhex() arg at position {}"),
    ("bytes.fromhex(5)", "{}() argument must be str, not {}"),
    ('b"a".join(["b"])', "sequence item {}: expected a bytes-like object, {} found"),
    ('b"a".index(b"b")', "subsection not found"),
    ('b"a".hex("ab")', "sep must be length 1."),
    ('b"%s" % "a"', "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'"),
    ("bytearray().pop()", "pop from empty bytearray"),
    ('bytearray(b"a").remove(5)', "value not found in bytearray"),
    ('memoryview("a")', "memoryview: a bytes-like object is required, not '{}'"),
    ('memoryview(b"a")["x"]', "memoryview: invalid slice key"),
    ('memoryview(b"a")[5]', "index out of bounds on dimension {}"),
    ('x = memoryview(b"a"); x[0] = 1', "cannot modify read-only memory"),
    ('memoryview(b"abcd").cast("q9")', "memoryview: destination format must be a native single character format prefixed with an optional '@'"),
    ('x = memoryview(b"a"); x.release(); x[0]', "operation forbidden on released memoryview object"),
    ('x = bytearray(b"abc"); v = memoryview(x); x.append(1)', "Existing exports of data: object cannot be re-sized"),
    ("[1, 2][::0]", "slice step cannot be zero"),
    ('[1, 2]["a":]', "slice indices must be integers or None or have an __index__ method"),
    ("property(1, 2, 3, 4, 5)", "{}() takes at most {} arguments ({} given)"),
    ("class C:\n    @property\n    def p(self): return 1\nC().p = 5", "property {!r} of {!r} object has no setter"),
    ("eval(5)", "{}() arg 1 must be a {} object"),
    ('eval("1 +")', "invalid syntax"),
    ('eval("1", 5)', "globals must be a dict"),
    ('compile("a", "b", "c")', "compile() mode must be 'exec', 'eval' or 'single'"),
    ('compile("a\\x00b", "b", "exec")', "source code string cannot contain null bytes"),
    ('compile("if 1:\\nx", "b", "exec")', "expected an indented block after 'if' statement on line {}"),
    ('compile("  x", "b", "exec")', "unexpected indent"),
    ('compile("return", "b", "exec")', "'return' outside function"),
    ('compile("break", "b", "exec")', "'break' outside loop"),
    ("compile(\"'abc\", \"b\", \"exec\")", "unterminated string literal (detected at line {})"),
    ('compile("(", "b", "exec")', "'{}' was never closed"),
    ('compile("1 = x", "b", "exec")', "cannot assign to {} here. Maybe you meant '==' instead of '='?"),
    ('compile("def f(a, a): pass", "b", "exec")', "duplicate argument '{}' in function definition"),
    ('compile("f(a=1, a=2)", "b", "exec")', "keyword argument repeated: {}"),
    ('compile("print 1", "b", "exec")', "Missing parentheses in call to '{}'. Did you mean {}(...)?"),
    ('__import__("nope_module")', "No module named {!r}"),
    ('__import__("os.nope")', "No module named {!r}; {!r} is not a package"),
    ('__import__("")', "Empty module name"),
    ("__import__(5)", "module name must be a string"),
    ("from os import nope_name", "cannot import name {!r} from {!r} ({})"),
    ("raise 5", "exceptions must derive from BaseException"),
    ("raise ValueError from 5", "exception causes must derive from BaseException"),
    ("try:\n    pass\n    raise TypeError\nexcept 5:\n    pass", "catching classes that do not inherit from BaseException is not allowed"),
    ("def f(): yield 1\nx = f(); x.send(5)", "can't send non-None value to a just-started generator"),
    ("def f(): yield next(x)\nx = f(); next(x)", "generator already executing"),
    ("async def f(): pass\nx = f(); x.close(); x.send(None)", "cannot reuse already awaited coroutine"),
    ("def f(): yield\nx = f(); x.throw(5)", "exceptions must be classes or instances deriving from BaseException, not {}"),
    ("open()", "{} missing required argument '{}' (pos {})"),
    ('open("a", "q")', "invalid mode: '{}'"),
    ('open("a", "rw")', "must have exactly one of create/read/write/append mode"),
    ('open("a", "rb", encoding="utf-8")', "binary mode doesn't take an encoding argument"),
    ('open("a\\x00b")', "embedded null byte"),
    ("open(1.5)", "expected str, bytes or os.PathLike object, not {}"),
    ("import io; io.StringIO(5)", "initial_value must be str or None, not {}"),
    ('import io; io.BytesIO("a")', "a bytes-like object is required, not '{}'"),
    ("import io; x = io.StringIO(); x.close(); x.read()", "I/O operation on closed file"),
    ("import io; x = io.BytesIO(); x.close(); x.read()", "I/O operation on closed file."),
    ('import io; io.StringIO().write(b"a")', "string argument expected, got '{}'"),
    ("import io; io.BytesIO().seek(-1)", "negative seek value {}"),
    ("import io; io.StringIO().seek(-1)", "Negative seek position {}"),
    ("import io; io.BytesIO().seek(0, 9)", "invalid whence ({}, should be 0, 1 or 2)"),
    ('import os; open(os.devnull).write("a")', "not writable"),
    ('import os; x = open(os.devnull, "w"); x.read()', "not readable"),
    ('import struct; struct.pack("i", "a")', "required argument is not an integer"),
    ('import struct; struct.pack("i")', "pack expected {} items for packing (got {})"),
    ('import struct; struct.unpack("i", b"a")', "unpack requires a buffer of {} bytes"),
    ('import struct; struct.unpack_from("i", b"a")', "unpack_from requires a buffer of at least {} bytes for unpacking {} bytes at offset {} (actual buffer size is {})"),
    ('import struct; struct.pack_into("i", bytearray(1), 0, 5)', "pack_into requires a buffer of at least {} bytes for packing {} bytes at offset {} (actual buffer size is {})"),
    ('import struct; struct.pack("y", 1)', "bad char in struct format"),
    ('import struct; struct.calcsize("9")', "repeat count given without format specifier"),
    ('import struct; struct.pack("c", "a")', "char format requires a bytes object of length 1"),
    ('import struct; struct.pack("s", 5)', "argument for 's' must be a bytes object"),
    ('import struct; struct.iter_unpack("i", b"abc")', "iterative unpacking requires a buffer of a multiple of {} bytes"),
    ('import struct; struct.pack("f", "a")', "required argument is not a float"),
    ('import zlib; zlib.decompress(b"abc")', "Error -3 while decompressing data: incorrect header check"),
    ('import zlib; zlib.decompress(zlib.compress(b"abc")[:-3])', "Error -5 while decompressing data: incomplete or truncated stream"),
    ('import zlib; zlib.compress(b"a", 99)', "Bad compression level"),
    ("import zlib; zlib.decompressobj(99)", "Invalid initialization option"),
    ('import zlib; zlib.decompress(zlib.compress(b"abcdef")[:-4] + b"aaaa")', "Error -3 while decompressing data: incorrect data check"),
    ('import zlib; zlib.decompressobj().decompress(b"a", -1)', "max_length must be non-negative"),
    ('import binascii; binascii.unhexlify("abc")', "Odd-length string"),
    ('import binascii; binascii.unhexlify("zz")', "Non-hexadecimal digit found"),
    ('import binascii; binascii.a2b_base64("abc")', "Incorrect padding"),
    ('import binascii; binascii.a2b_base64("a")', "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4"),
    ('import binascii; binascii.a2b_base64("é")', "string argument should contain only ASCII characters"),
    ('import base64; base64.b64decode("a!", validate=True)', "Only base64 data is allowed"),
    ("import math; math.sqrt(-1)", "math domain error"),
    ("import math; math.factorial(-1)", "factorial() not defined for negative values"),
    ('import math; math.sqrt("a")', "must be real number, not {}"),
    ("import math; math.exp(10000)", "math range error"),
    ("import math; math.isqrt(-1)", "isqrt() argument must be nonnegative"),
    ("import math; math.comb(-1, 2)", "n must be a non-negative integer"),
    ("import math; math.dist([1], [1, 2])", "both points must have the same number of dimensions"),
    ('import math; math.ldexp(1.0, "a")', "Expected an int as second argument to ldexp."),
    ("import datetime; datetime.date(1, 13, 1)", "month must be in 1..12"),
    ("import datetime; datetime.date(1, 2, 30)", "day is out of range for month"),
    ("import datetime; datetime.date(0, 1, 1)", "year {} is out of range"),
    ("import datetime; datetime.time(25)", "hour must be in 0..23"),
    ("import datetime; datetime.datetime(1, 1, 1, 0, 61)", "minute must be in 0..59"),
    ('import datetime; datetime.datetime.fromisoformat("x")', "Invalid isoformat string: {!r}"),
    ("import datetime; datetime.date.fromisoformat(5)", "fromisoformat: argument must be str"),
    ("import datetime; datetime.timedelta(days=10 ** 10)", "Python int too large to convert to C int"),
    ('import datetime; datetime.timedelta("a")', "unsupported type for timedelta {} component: {}"),
    ("import datetime; datetime.date.max + datetime.timedelta(1)", "date value out of range"),
    ("import datetime; datetime.timezone(datetime.timedelta(days=2))", "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {!r}."),
    ("import datetime; datetime.datetime.now(5)", "tzinfo argument must be None or of a tzinfo subclass, not type '{}'"),
    ("import datetime; datetime.datetime.fromtimestamp(10 ** 20)", "timestamp out of range for platform time_t"),
    ("import datetime; datetime.date.fromisocalendar(1, 99, 1)", "Invalid week: {}"),
    ('import itertools; itertools.count("a")', "a number is required"),
    ("import itertools; itertools.islice([1], -1)", "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."),
    ("import itertools; itertools.combinations([1], -1)", "r must be non-negative"),
    ('import itertools; itertools.permutations([1], "a")', "Expected int as r"),
    ("import itertools; itertools.product([1], repeat=-1)", "repeat argument cannot be negative"),
    ("import itertools; itertools.tee([1], -1)", "n must be >= 0"),
    ("list(zip([1], [1, 2], strict=True))", "zip() argument {} is longer than argument{}"),
    ("list(zip([1, 2], [1], strict=True))", "zip() argument {} is shorter than argument{}"),
    ("list(map(len))", "map() must have at least two arguments."),
    ("list(filter(5))", "{} expected {} arguments, got {}"),
    ("reversed(5)", "'{}' object is not reversible"),
    ("import operator; operator.attrgetter(5)", "attribute name must be a string"),
    ("import operator; operator.methodcaller()", "methodcaller needs at least one argument, the method name"),
    ("import operator; operator.indexOf([1], 9)", "sequence.index(x): x not in sequence"),
    ("import operator; operator.countOf(5, 5)", "argument of type '{}' is not iterable"),
    ("import operator; operator.concat(1, 2)", "'{}' object can't be concatenated"),
    ("import functools; functools.reduce(len, [])", "reduce() of empty iterable with no initial value"),
    ("import functools; functools.reduce(len, 5)", "reduce() arg 2 must support iteration"),
    ("import functools; functools.partial(5)", "the first argument must be callable"),
    ("import functools; functools.partial()", "type 'partial' takes at least one argument"),
    ('import re; re.match("a", 5)', "expected string or bytes-like object, got '{}'"),
    ('import re; re.match("a", b"a")', "cannot use a string pattern on a bytes-like object"),
    ('import re; re.match(b"a", "a")', "cannot use a bytes pattern on a string-like object"),
    ('import re; re.match("a", "a").group(5)', "no such group"),
    ('import socket; socket.socket().connect("a")', "{}(): AF_INET address must be tuple, not {}"),
    ('import socket; socket.socket().connect(("a",))', "AF_INET address must be a pair (host, port)"),
    ("import socket; socket.htons(70000)", "htons: Python int too large to convert to C 16-bit unsigned integer"),
    ("import socket; socket.htons(-1)", "htons: can't convert negative Python int to C 16-bit unsigned integer"),
    ("import socket; socket.socket().recv(-1)", "negative buffersize in recv"),
    ("import socket; socket.getaddrinfo(5, 5)", "getaddrinfo() argument 1 must be string or None"),
    ("import socket; socket.socket().setsockopt(1)", "{}() takes exactly {} arguments ({} given)"),
    ("import socket; socket.socket().settimeout(-1)", "Timeout value out of range"),
    ("import select; select.select([5.5], [], [])", "argument must be an int, or have a fileno() method."),
    ("import select; select.select(5, [], [])", "arguments 1-3 must be sequences"),
    ('import select; select.select([], [], [], "a")', "timeout must be a float or None"),
    ("import select; select.select([-1], [], [])", "file descriptor cannot be a negative integer ({})"),
    ("import select; select.select([], [], [], -1)", "timeout must be non-negative"),
    ('import array; array.array("?", [])', "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)"),
    ('import array; array.array("b", [300])', "signed char is greater than maximum"),
    ('import array; array.array("i").pop()', "pop from empty array"),
    ('import array; array.array("i", [1])[5]', "array index out of range"),
    ('import array; array.array("i", [1]).remove(9)', "array.remove(x): x not in array"),
    ('import array; array.array("i").frombytes(b"abc")', "bytes length not a multiple of item size"),
    ('import array; array.array("i", [1]).index(9)', "array.index(x): x not in array"),
    ('import array; array.array("i", [1]) + [1]', 'can only append array (not "{}") to array'),
    ('import array; array.array("ii")', "{}() argument {} must be a unicode character, not {}"),
    ("import json; json.dumps({(1, 2): 3})", "keys must be str, int, float, bool or None, not {}"),
    ('import _json; _json.scanstring("a")', "{}() takes at least {} arguments ({} given)"),
    ("import _json; _json.encode_basestring(5)", "first argument must be a string, not {}"),
    ("x = []; x.append(x); import json; json.dumps(x)", "Circular reference detected"),
    ("import csv; csv.writer(5)", 'argument 1 must have a "write" method'),
    ('import csv; csv.reader([], dialect="nope")', "unknown dialect"),
    ('import csv; csv.reader([], delimiter="ab")', '"delimiter" must be a 1-character string'),
    ("import csv; csv.reader([], quotechar=5)", '"{}" must be string or None, not {}'),
    ("import csv; next(csv.reader([5]))", "iterator should return strings, not {} (the file should be opened in text mode)"),
    ("import csv; next(csv.reader(['\"' + \"a\" * 200000]))", "field larger than field limit ({})"),
    ("import csv, io; csv.writer(io.StringIO()).writerow(5)", "iterable expected, not {}"),
    ("import csv; next(csv.reader(['\"a\"b'], strict=True))", "'{}' expected after '{}'"),
    ('import csv; csv.field_size_limit("a")', "limit must be an integer"),
    ("import decimal; decimal.Decimal([])", "argument must be a sequence of length 3"),
    ("import decimal; decimal.Context(prec=0)", "valid range for prec is [1, MAX_PREC]"),
    ('import decimal; decimal.Context(rounding="nope")', "valid values for rounding are:\\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\\n   ROUND_05UP]"),
    ("import decimal; decimal.setcontext(5)", "argument must be a context"),
    ('import decimal; int(decimal.Decimal("nan"))', "cannot convert NaN to integer"),
    ('import decimal; int(decimal.Decimal("inf"))', "cannot convert Infinity to integer"),
    ('import decimal; hash(decimal.Decimal("snan"))', "Cannot hash a signaling NaN value"),
    ('import decimal; decimal.Decimal("1").quantize("a")', "conversion from {} to Decimal is not supported"),
    ('import decimal; format(decimal.Decimal(1), "q")', "invalid format string"),
    ('import decimal; decimal.Decimal("1").as_integer_ratio(5)', "{}() takes no arguments ({} given)"),
    ('import decimal; decimal.Decimal("nan").as_integer_ratio()', "cannot convert NaN to integer ratio"),
    ("import random; random.Random().getrandbits(-1)", "number of bits must be non-negative"),
    ("import random; random.Random().setstate((3, (), None))", "state vector is the wrong size"),
    ("import _random; _random.Random().setstate(5)", "state vector must be a tuple"),
    ("import time; time.sleep(-1)", "sleep length must be non-negative"),
    ('import time; time.strftime("%Y", (1,))', "strftime(): illegal time tuple argument"),
    ('import time; time.strftime("%Y", (2000, 99, 1, 1, 1, 1, 1, 1, 1))', "month out of range"),
    ("import time; time.mktime((1,))", "mktime(): illegal time tuple argument"),
    ('import time; time.get_clock_info("nope")', "unknown clock"),
    ("import time; time.asctime((1,))", "asctime(): illegal time tuple argument"),
    ("import os; os.stat([])", "{}: path should be string, bytes, os.PathLike or integer, not {}"),
    ('import os; os.environ[5] = "a"', "str expected, not {}"),
    ('import os; os.putenv("a=b", "c")', "illegal environment variable name"),
    ("import os; os.listdir(5.5)", "{}: path should be string, bytes, os.PathLike, integer or None, not {}"),
    ('import os; os.path.join("a", 5)', "{}() argument must be str, bytes, or os.PathLike object, not {!r}"),
    ('import os; os.path.join("a", b"b")', "Can't mix strings and bytes in path components"),
    ('import os; os.execv("a", [])', "execv() arg 2 must not be empty"),
    ('import os; os.execv("a", 5)', "execv() arg 2 must be a tuple or list"),
    ('import os; os.execve("a", ["b"], 5)', "execve: environment must be a mapping object"),
    ('import os; os.utime("a", 5)', "utime: 'times' must be either a tuple of two ints or None"),
    ('import os; os.utime("a", (1, 2), ns=(1, 2))', "utime: you may specify either 'times' or 'ns' but not both"),
    ('import os; os.stat("a", dir_fd=5.5)', "argument should be integer or None, not {}"),
    ("import os; os.stat(1, dir_fd=1)", "{}: can't specify dir_fd without matching path"),
    ('import os; os.sysconf("nope")', "unrecognized configuration name"),
    ('import marshal; marshal.loads(b"")', "EOF read where object expected"),
    ('import marshal; marshal.loads(b"x")', "EOF read where not expected"),
    ("import marshal; marshal.dumps(object())", "unmarshallable object"),
    ('import marshal; marshal.loads(b"i")', "marshal data too short"),
    ('import pickle; pickle.loads(b"")', "Ran out of input"),
    ('import pickle; pickle.loads(b"x")', "invalid load key, '{}'."),
    ('import pickle; pickle.loads(b"\\x80\\x63.")', "unsupported pickle protocol: {}"),
    ('import pickle; pickle.loads(b".")', "unpickling stack underflow"),
    ('import pickle; pickle.loads(b"\\x80\\x04h\\x09.")', "Memo value not found at index {}"),
    ("import pickle; pickle.dumps(lambda: 1)", "Can't pickle {!r}: import of module {!r} failed"),
    ("import pickle; pickle.dumps(x for x in [])", "cannot pickle '{}' object"),
    ("import pickle; pickle.dumps(1, protocol=99)", "pickle protocol must be <= {}"),
    ("import pickle; pickle.dump(1, 5)", "file must have a 'write' attribute"),
    ("import pickle; pickle.load(5)", "file must have 'read' and 'readline' attributes"),
    ('import pickle; pickle.loads(b"cos\\nnope\\n.")', "Can't get attribute {!r} on {!r}"),
    ("import mmap; mmap.mmap(-1, -1)", "memory mapped length must be positive"),
    ("import mmap; mmap.mmap(-1, 10)[99]", "mmap index out of range"),
    ("import mmap; mmap.mmap(-1, 10).seek(99)", "seek out of range"),
    ("import mmap; x = mmap.mmap(-1, 10); x.close(); x.read()", "mmap closed or invalid"),
    ('import mmap; mmap.mmap(-1, 10).write(b"a" * 20)', "data out of range"),
    ('import mmap; mmap.mmap(-1, 10)["a"]', "mmap indices must be integers"),
    ('import sqlite3; sqlite3.connect(":memory:").execute("select nope")', "no such column: {}"),
    ('import sqlite3; sqlite3.connect(":memory:").execute("nope")', 'near "{}": syntax error'),
    ("import sqlite3; sqlite3.connect(\":memory:\").execute(\"select 'abc\")", 'unrecognized token: "{}"'),
    ('import sqlite3; sqlite3.connect(":memory:").execute("select ?")', "Incorrect number of bindings supplied. The current statement uses {}, and there are {} supplied."),
    ('import sqlite3; sqlite3.connect(":memory:").execute("select ?", ([],))', "Error binding parameter {}: type '{}' is not supported"),
    ('import sqlite3; sqlite3.connect(":memory:").execute("select ?", 5)', "parameters are of unsupported type"),
    ('import sqlite3; sqlite3.connect(":memory:").execute("commit")', "cannot commit - no transaction is active"),
    ('import sqlite3; sqlite3.connect(":memory:").execute("select substr(1)")', "wrong number of arguments to function {}()"),
    ('import sqlite3; sqlite3.connect(":memory:").isolation_level = 5', "isolation_level must be str or None"),
    ('import codecs; codecs.lookup_error("nope")', "unknown error handler name '{}'"),
    ("import codecs; codecs.register(5)", "argument must be callable"),
    ('import codecs; codecs.register_error("a", 5)', "handler must be callable"),
    ('import codecs; codecs.escape_decode("a\\\\x")', "invalid \\\\x escape at position {}"),
    ('"a".encode("base64")', "'{}' is not a text encoding; use {} to handle arbitrary codecs"),
    ('import unicodedata; unicodedata.name("\\x00")', "no such name"),
    ('import unicodedata; unicodedata.digit("a")', "not a digit"),
    ('import unicodedata; unicodedata.normalize("nope", "a")', "invalid normalization form"),
    ('import hmac; hmac.compare_digest("é", "a")', "comparing strings with non-ASCII characters is not supported"),
    ('import hmac; hmac.compare_digest(5, "a")', "unsupported operand types(s) or combination of types: '{}' and '{}'"),
    ("import _thread; _thread.start_new_thread(5, ())", "first arg must be callable"),
    ("import _thread; _thread.allocate_lock().release()", "release unlocked lock"),
    ("import _thread; _thread.allocate_lock().acquire(False, 5)", "can't specify a timeout for a non-blocking call"),
    ("import threading; threading.RLock().release()", "cannot release un-acquired lock"),
    ("import weakref; weakref.ref(5)", "cannot create weak reference to '{}' object"),
    ('import weakref; x = weakref.proxy(type("C", (), {})()); x.a', "weakly-referenced object no longer exists"),
    ("import sys; sys._getframe(9999)", "call stack is not deep enough"),
    ("import sys; sys.set_int_max_str_digits(5)", "maxdigits must be 0 or larger than {}"),
    ("import sys; sys.setswitchinterval(-1)", "switch interval must be strictly positive"),
    ("import signal; signal.signal(99999, len)", "signal number out of range"),
    ("import signal; signal.signal(2, 5)", "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"),
    ('import bz2; bz2.compress(b"a", 99)', "compresslevel must be between 1 and 9"),
    ('import lzma; lzma.decompress(b"abc")', "Input format not supported by decoder"),
    ("import lzma; lzma.LZMADecompressor(99)", "Invalid container format: {}"),
    ("import lzma; lzma.LZMACompressor(5, preset=5, filters=[])", "Cannot specify both preset and filter chain"),
    ("import contextvars; contextvars.ContextVar(5)", "context variable name must be a str"),
    ("import contextvars; x = contextvars.copy_context(); x.run()", "run() missing 1 required positional argument"),
    ('import xml.parsers.expat as e; e.ParserCreate().Parse("<a", True)', "unclosed token: line {}, column {}"),
    ('import xml.parsers.expat as e; e.ParserCreate().Parse("<a></b>", True)', "mismatched tag: line {}, column {}"),
    ('import xml.etree.ElementTree as t; t.fromstring("")', "no element found: line {}, column {}"),
    ('import xml.etree.ElementTree as t; t.fromstring("<a>&b;</a>")', "undefined entity: line {}, column {}"),
    ('import xml.etree.ElementTree as t; t.Element("a")[5]', "child index out of range"),
    ("import bisect; bisect.bisect([1], 1, -1)", "lo must be non-negative"),
    ("import queue; queue.SimpleQueue().get(timeout=-1)", "'timeout' must be a non-negative number"),
    ("import statistics; statistics._normal_dist_inv_cdf(2.0, 0.0, 1.0)", "inv_cdf undefined for these parameters"),
    ("import types; types.MappingProxyType(5)", "mappingproxy() argument must be a mapping, not {}"),
    ("import types; types.CodeType()", "{} expected at least {} arguments, got {}"),
    ("import types; types.MethodType(5, None)", "first argument must be callable"),
    ("int | 5", "unsupported operand type(s) for |: '{}' and '{}'"),
    ("int[5]", "type '{}' is not subscriptable"),
    ('import ast; compile(ast.Module(body=[5], type_ignores=[]), "a", "exec")', 'required field "lineno" missing from stmt'),
    ('import zipimport; zipimport.zipimporter("nope")', "not a Zip file"),
    ('import string; string.Formatter().format("{0.a[}", 1)', "expected '}}' before end of string"),
    ('BaseExceptionGroup("a", [])', "second argument (exceptions) must be a non-empty sequence"),
    ('ExceptionGroup("a", [5])', "Item {} of second argument (exceptions) is not an exception"),
    ('ExceptionGroup("a", 5)', "second argument (exceptions) must be a sequence"),
    ('ExceptionGroup("a", [KeyboardInterrupt()])', "Cannot nest BaseExceptions in an ExceptionGroup"),
    ("match 5:\n    case int(1, 2): pass", "{}() accepts {} positional sub-pattern{} ({} given)"),
)  # fmt: skip

_RUN = """
import json, sys, warnings

warnings.simplefilter("ignore")
sys.unraisablehook = lambda _: None
found = []
for code in json.load(sys.stdin):
    try:
        exec(compile(code, "case", "exec"), {"__name__": "x"})
    except BaseException as error:
        argument = error.args[0] if error.args else None
        found.append((f"{type(error).__module__}.{type(error).__qualname__}", argument if type(argument) is str else None))
    else:
        found.append(("", None))
print(json.dumps(found))
"""


@cache
def raised() -> dict[str, tuple[str, str | None]]:
    """Class and message of every case, in an interpreter of its own: some of them leave things behind."""
    codes = [code for code, _ in CASES]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _RUN],
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return {code: (cls, message) for code, (cls, message) in zip(codes, json.loads(done.stdout), strict=True)}


def messages() -> list[str]:
    return list(dict.fromkeys(message for _, message in raised().values() if message is not None))


needs_rows = pytest.mark.skipif(HERE not in KNOWN, reason="no rows for this interpreter")


class TestFailures:
    @needs_rows
    @pytest.mark.parametrize(("code", "expected"), CASES, ids=[f"{n}" for n in range(len(CASES))])
    def test_a_failure_in_c_has_the_template_of_its_message(self, code: str, expected: str) -> None:
        """A real failure of a builtin or a C module is found by its class and message."""
        cls, message = raised()[code]
        assert message is not None, cls
        found = speaking.template(cls, message)
        assert found is not None, message
        assert fits(found, message)
        assert written(found) == expected, message

    @pytest.mark.parametrize(
        ("message", "words"),
        [
            ("f() takes 1 positional argument but 2 were given", "positional argument but"),
            ("f() missing 1 required positional argument: 'x'", "required positional argument: '"),
            ("f() got an unexpected keyword argument 'x'", "got an unexpected keyword argument '"),
            ("'<' not supported between instances of 'a' and 'b'", "'<' not supported between instances of '"),
            ("unsupported operand type(s) for +: 'int' and 'str'", "unsupported operand type(s) for +: '"),
            ("cannot unpack non-iterable int object", "cannot unpack non-iterable "),
            ("not enough values to unpack (expected 2, got 1)", "not enough values to unpack (expected "),
            ("'str' object is not callable", "' object is not callable"),
            ("open() argument 'mode' must be str, not int", " must be str, not "),
            ("maximum recursion depth exceeded in comparison", "maximum recursion depth exceeded in comparison"),
            ("list index out of range", "list index out of range"),
            ("unknown encoding: x", "unknown encoding: "),
            ("No module named 'acme'", "No module named "),
        ],
    )
    def test_messages_put_together_at_run_time_keep_their_words(self, message: str, words: str) -> None:
        """Words that C code fills into a format stand in the template, not in a hole."""
        found = table.match(message)
        assert found is not None
        assert words in shown(found)


class TestMatch:
    @needs_rows
    def test_the_index_finds_what_comparing_with_every_template_finds(self) -> None:
        """Nothing heavier fits than what the index gives."""
        every = rows.templates(rows.messages(), HERE)
        for message in messages()[::4]:
            slow, fast = best(every, message), table.match(message)
            assert (slow and weight(slow)) == (fast and weight(fast)), message

    def test_every_template_is_found_by_a_message_made_from_it(self) -> None:
        """Whatever stands in the holes, a row or a heavier one is found."""
        for template in rows.templates(rows.messages(), max(KNOWN)):
            found = table.match(filled(template, "\u00a4"), max(KNOWN))
            assert found is not None, written(template)
            assert weight(found) >= weight(template)

    def test_no_character_of_the_message_is_given_back(self) -> None:
        """A text without holes is the table's object, not the message."""
        message = "list index out of range!"[:-1]
        found = table.match(message)
        assert found is not None
        assert literal(found) == message
        assert found[0] is not message

    @pytest.mark.parametrize(
        "message",
        [
            "",
            " ",
            "x",
            "acme",
            "the customer's own sentence",
            "workspace 'st-marys-oncology' not found in eu-2",
            "/home/me/file.txt: permission denied for me",
            "a: b",
            "key 'password' has value 'hunter2'",
            "Invalid value 5 for option --count",
            "list index out of range\n",
            " list index out of range",
            "list index out of range in my code",
            "List index out of range",
        ],
    )
    def test_other_text_has_no_template(self, message: str) -> None:
        """A message that CPython does not make matches nothing, however close."""
        assert table.match(message) is None

    def test_only_exact_text_of_bounded_length_is_compared(self) -> None:
        """A subclass of str, another type, or more than the bound has no template."""

        class Text(str):
            __slots__ = ()

        long = "name '" + "a" * table.LONGEST_MESSAGE + "' is not defined"
        assert table.match(Text("list index out of range")) is None
        assert table.match(b"list index out of range") is None  # type: ignore[arg-type]
        assert table.match(long) is None
        assert table.match("name '" + "a" * 8_000 + "' is not defined") is not None

    def test_a_newer_interpreter_gets_the_newest_rows(self) -> None:
        """A version that the table does not know is answered from the newest that it knows."""
        assert table.table((99, 0)) == table.table(max(KNOWN))

    def test_threads_that_ask_first_at_the_same_time_get_equal_tables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Loading takes no lock; whoever comes first, the answers are the same."""
        monkeypatch.setattr(table, "_tables", {})
        found: list[Template | None] = []
        threads = [
            threading.Thread(target=lambda: found.append(table.match("name 'x' is not defined", max(KNOWN))))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [("name '", Hole(""), "' is not defined")] * 4

    def test_without_its_data_no_message_has_a_template(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A frozen application that lacks the files gets no template, and no error."""

        def missing() -> dict[str, frozenset[Version]]:
            raise FileNotFoundError

        monkeypatch.setattr(table, "_tables", {})
        monkeypatch.setattr(rows, "messages", missing)
        assert table.match("list index out of range") is None

    def test_a_template_without_a_whole_word_is_refused(self) -> None:
        """The index cannot hold what it could not find."""
        with pytest.raises(ValueError, match="no whole word"):
            table.build([(Hole(""), "x", Hole(""))])


class TestFalseMatches:
    @needs_rows
    def test_other_peoples_messages_are_not_taken_for_cpythons(self) -> None:
        """Of the messages that installed packages raise, fewer than 0.5% match with words of their own in a hole."""
        sample = others(1_500)
        assert len(sample) > 500
        assert sum(is_false(message) for message in sample) / len(sample) < 0.005


class TestRows:
    def test_the_file_is_sorted_and_every_row_is_good(self) -> None:
        """Rows are in order, read back to themselves, and have enough text to be recognised by."""
        texts = list(rows.messages())
        assert texts == sorted(texts)
        for text in texts:
            template = read(text)
            assert written(template) == text
            assert extract.enough(template), text
        assert all(extract.enough(template) for template in rows.curated())

    def test_each_version_has_thousands(self) -> None:
        """3.11, 3.12 and 3.13 have rows of their own, mostly shared."""
        shipped = rows.messages()
        assert frozenset({(3, 11), (3, 12), (3, 13)}) <= KNOWN
        for version in KNOWN:
            assert sum(version in versions for versions in shipped.values()) > 3_500

    def test_no_row_is_made_of_holes(self) -> None:
        """No template fits any text of two parts."""
        for template in rows.templates(rows.messages(), max(KNOWN)):
            assert not fits(template, "a: b")
            assert not fits(template, "a b")

    def test_merging_replaces_one_version_and_keeps_the_others(self) -> None:
        """A row loses the version that no longer has it, and goes with its last one."""
        before = {"a b": frozenset({(3, 11), (3, 12)}), "c d": frozenset({(3, 12)}), "e f": frozenset({(3, 11)})}
        after = rows.merged(before, [("e f",), ("g h",)], (3, 12))
        assert after == {
            "a b": frozenset({(3, 11)}),
            "e f": frozenset({(3, 11), (3, 12)}),
            "g h": frozenset({(3, 12)}),
        }

    def test_a_failed_write_leaves_the_file_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The rows are replaced as a whole or not at all."""
        path = tmp_path / "messages.tsv"
        rows.save({"a b": frozenset({(3, 11), (3, 12)})}, path)
        assert path.read_text().splitlines()[1:] == ["3.11 3.12\ta b"]

        def fail(*_: object) -> None:
            raise OSError

        monkeypatch.setattr(os, "replace", fail)
        with pytest.raises(OSError):
            rows.save({"c d": frozenset({(3, 11)})}, path)
        assert [entry.name for entry in tmp_path.iterdir()] == ["messages.tsv"]
        assert "a b" in path.read_text()


class TestExtraction:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("list index out of range", "list index out of range"),
            ("'%.100s' object has no attribute '%U'", "'{}' object has no attribute '{}'"),
            ("invalid literal for int() with base %d: %.200R", "invalid literal for int() with base {}: {!r}"),
            ("cannot fit %A at %zd of %-10.3llu", "cannot fit {!a} at {} of {}"),
            ("%.200s%s takes at most %zd", "{} takes at most {}"),
            ("100% sure", "100% sure"),
            ("%d%% of", "{}% of"),
            ("a {brace} and a \\ and\n", "a {{brace}} and a \\\\ and\\n"),
        ],
    )
    def test_format_specifiers_become_holes(self, text: str, expected: str) -> None:
        """Each specifier of PyErr_Format is a hole, neighbours are one, and the line reads back."""
        assert written(from_format(text)) == expected
        assert read(expected) == from_format(text)

    @pytest.mark.parametrize("line", ["a { b", "a } b", "{name} is", "a \\q b"])
    def test_a_broken_line_is_refused(self, line: str) -> None:
        """A row that was not written by the program does not become a wrong template."""
        with pytest.raises(ValueError, match="in a template"):
            read(line)

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("division by zero", True),
            ("__len__() should return >= 0", True),
            ("ord() expected a character, but string of length %zd found", True),
            ("<%s object at %p>", False),
            ("Could not import runpy module\n", False),
            (" while getting the str of an object", False),
            ("# cleanup[2] removing %U", False),
            ("BinOp(expr left, operator op, expr right)", False),
            ("search($self, /)\n--\n\n", False),
            ("ascii->length == 0", False),
            ("Objects/listobject.c", False),
            ("_ssl.c:1003: The handshake operation timed out", False),
            ("SELECT name FROM sqlite_master", False),
            ("range(%R, %R)", False),
            ("argument 'encoding'", False),
        ],
    )
    def test_what_is_no_message_is_dropped_by_its_form(self, text: str, kept: bool) -> None:
        """Output, reprs, signatures, C expressions, paths and SQL are no messages."""
        assert extract.is_message(text) is kept

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("division by zero", True),
            ("unknown encoding: {}", True),
            ("'{}' object is not callable", True),
            ("{}() argument {} must be {}, not {}", True),
            ("{}: {}", False),
            ("{} {}", False),
            ("{} and {}", False),
            ("{} should be {}, not {}", False),
            ("Invalid value {}", False),
            ("error", False),
            ("error: {}", False),
        ],
    )
    def test_a_template_needs_enough_text(self, text: str, kept: bool) -> None:
        """What fits anything is not in the table."""
        assert extract.enough(read(text)) is kept

    def test_raise_statements_of_frozen_modules_are_read(self) -> None:
        """Literals, f-strings, formats and assigned names give templates; values give holes."""
        source = (
            "PREFIX = 'No module named '\n"
            "TEXT = PREFIX + '{!r}'\n"
            "def f(name, other):\n"
            "    msg = f'{PREFIX}{name!r}; {other} is no package'\n"
            "    if name:\n"
            "        raise ImportError(msg, name=name)\n"
            "    elif other:\n"
            "        raise ImportError(TEXT.format(name))\n"
            "    elif f:\n"
            "        raise TypeError('got %r (%d%%)' % (name, 5))\n"
            "    raise name\n"
        )
        assert {written(template) for template in frozen.templates(source)} == {
            "No module named {!r}; {} is no package",
            "No module named {!r}",
            "got {!r} ({}%)",
        }

    def test_strings_of_a_file_of_another_format_are_found(self, tmp_path: Path) -> None:
        """Without ELF sections the whole file is read; a string needs a zero byte at both ends."""
        path = tmp_path / "library"
        path.write_bytes(b"\xcf\xfa\0first message here\0\x01\xffnot this one\0short\0tail without end")
        assert binaries.strings(path) == {"first message here", "short"}


class TestCommand:
    def test_the_shipped_rows_are_those_of_the_interpreter_at_hand(self) -> None:
        """--check agrees with the table, or says that it has no rows for this version."""
        done = run("--check")
        assert done.returncode == (0 if HERE in KNOWN else 2), done.stdout
        assert f"{HERE[0]}.{HERE[1]}" in done.stdout

    def test_a_version_without_rows_is_named(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 2, and what to do."""
        monkeypatch.setattr(rows, "messages", lambda: {"a b": frozenset({(2, 7)})})
        assert command.main(["--check"]) == 2
        said = capsys.readouterr().out
        assert f"no rows for {HERE[0]}.{HERE[1]}, only for: 2.7" in said
        assert "--write" in said

    def test_too_many_differences_fail(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 1 when more than the tolerance is missing on either side, with examples of both."""
        kept = {text: frozenset({HERE}) for text in list(rows.messages())[::2]}
        monkeypatch.setattr(rows, "messages", lambda: {**kept, "!never said by anyone": frozenset({HERE})})
        assert command.main(["--check"]) == 1
        said = capsys.readouterr().out
        assert "!never said by anyone" in said
        assert "more" in said

    def test_help_shows_examples(self) -> None:
        """--help says what the exit codes mean."""
        done = run("--help")
        assert done.returncode == 0
        assert "exit code 1" in done.stdout
        assert "--write" in done.stdout

    def test_neither_write_nor_check_is_an_error(self) -> None:
        """Without a word nothing is written."""
        assert run().returncode == 2


class TestSpeaking:
    def test_every_class_that_may_be_asked_about_exists(self) -> None:
        """Names are as the classes bear them."""
        for name in speaking.SPEAKING:
            module, _, qualname = name.rpartition(".")
            if module == "_curses":
                pytest.importorskip(module)
            cls = getattr(import_module(module), qualname)
            assert issubclass(cls, BaseException)
            assert f"{cls.__module__}.{cls.__qualname__}" == name

    @pytest.mark.parametrize(
        "cls",
        [
            "builtins.StopIteration",
            "builtins.SystemExit",
            "builtins.ExceptionGroup",
            "builtins.OSError",
            "builtins.FileNotFoundError",
            "builtins.UnicodeDecodeError",
            "builtins.DeprecationWarning",
            "asyncio.exceptions.CancelledError",
            "builtins.KeyError",
            "acme.TypeError",
            "TypeError",
        ],
    )
    def test_a_class_whose_message_may_be_a_value_is_not_asked_about(self, cls: str) -> None:
        """A crafted value chooses no template."""
        assert speaking.template(cls, "list index out of range") is None
        assert speaking.template(cls, "name 'x' is not defined") is None

    def test_a_key_error_has_only_its_fixed_texts(self) -> None:
        """KeyError carries the key: only texts without holes, and only its own."""
        assert speaking.template("builtins.KeyError", "pop from an empty set") == ("pop from an empty set",)
        assert speaking.template("builtins.KeyError", "pop from empty list") is None
        for texts in speaking.FIXED.values():
            assert texts <= {text for text, versions in rows.messages().items() if versions == KNOWN}

    def test_a_message_that_is_no_text_has_no_template(self) -> None:
        """Numbers and lists are arguments, not messages."""
        assert speaking.template("builtins.TypeError", 5) is None  # type: ignore[arg-type]


def filled(template: Template, value: str) -> str:
    return "".join(part if isinstance(part, str) else value for part in template)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])
    return subprocess.run(
        [sys.executable, "-m", "tightlip.message.cpython", *arguments],
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


#: What stands in a hole of other people's messages: no letters, so that words in a hole are their author's own.
_VALUE = "\u00a4"
_HOLE = re.compile(r"""['"]?\{(?:![ra])?\}['"]?""")


def others(count: int) -> list[str]:
    """Messages that installed packages raise in Python, without those that are CPython's own word for word."""
    own = {_HOLE.sub("{}", written(template)) for template in rows.templates(rows.messages(), HERE)}
    found: set[str] = set()
    for template in _raised_elsewhere(3 * count):
        if _HOLE.sub("{}", written(template)) not in own:
            found.add(filled(template, _VALUE))
    return random.Random(1).sample(sorted(found), min(count, len(found)))


def _raised_elsewhere(enough: int) -> Iterator[Template]:
    import sysconfig

    files = sorted(Path(sysconfig.get_path("purelib")).rglob("*.py"))
    random.Random(1).shuffle(files)
    seen: set[Template] = set()
    for file in files:
        if len(seen) >= enough:
            return
        source = file.read_text(encoding="utf-8", errors="replace")
        if "raise " in source:
            try:
                new = frozen.templates(source) - seen
            except (SyntaxError, ValueError, RecursionError):
                continue
            seen |= new
            yield from (template for template in sorted(new, key=written) if " " in filled(template, ""))


def is_false(message: str) -> bool:
    """Whether ``message`` matches with words of its author in a hole: then it is another sentence than CPython's.

    An author may write CPython's sentence with a name or a number filled in ("'InitVar' object is not callable"): that is no error.
    """
    found = table.match(message)
    if found is None:
        return False
    pattern = "".join("(.*?)" if isinstance(part, Hole) else re.escape(part) for part in found)
    spans = re.fullmatch(pattern, message, re.DOTALL)
    assert spans is not None
    return any(re.search(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}", span) for span in spans.groups())


def figures() -> None:
    tracemalloc.start()
    start = time.perf_counter()
    mine = table.build(rows.templates(rows.messages(), HERE))
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    start = time.perf_counter()
    mine = table.build(rows.templates(rows.messages(), HERE))
    loading = time.perf_counter() - start
    print(f"rows: {len(rows.messages())} of {sorted(KNOWN)}, {len(rows.curated())} by hand")
    print(f"table of {HERE}: {len(mine.literals)} literals, {len(mine.ranked)} with holes")
    print(f"loading {1e3 * loading:.1f} ms, memory {memory / 1e6:.2f} MB")
    real = random.Random(1).sample(messages(), 200)
    times = sorted(_time(mine, message) for message in real)
    holed = [_time(mine, message) for message in real if message not in mine.literals]
    print(
        f"match, {len(real)} real messages: median {statistics.median(times):.1f} us, 95% {times[190]:.1f}, most {times[-1]:.1f}"
    )
    print(f"{len(holed)} of them with holes: median {statistics.median(holed):.1f} us")
    every = rows.templates(rows.messages(), HERE)
    slow = statistics.median(_once(lambda message=message: best(every, message)) for message in real[:30])
    print(f"comparing with every template: median {slow:.0f} us")
    words = " ".join(sorted(mine.by_word))
    for name, text in {
        "a": "a" * 9000,
        "every word": words * 2,
        "must be ": "must be " * 1200,
        "spaces": " " * 9000,
    }.items():
        print(f"hostile {name!r}: " + ", ".join(f"{n}: {_time(mine, text[:n]):.0f} us" for n in (2048, 4096, 8192)))
    print(f"100,000 characters: {_time(mine, 'x ' * 50_000):.2f} us")
    sample = others(5_000)
    hits = [message for message in sample if table.match(message)]
    false = [message for message in sample if is_false(message)]
    print(f"other people's messages: {len(sample)}, matched {len(hits)} ({100 * len(hits) / len(sample):.2f}%)")
    print(f"of those with words of their author in a hole: {len(false)} ({100 * len(false) / len(sample):.2f}%)")
    for message in false:
        print("  ", message[:110])
    sentences = random.Random(2)
    vocabulary = sorted({word for message in sample for word in re.findall(r"[a-z]+", message)})
    made = [" ".join(sentences.choices(vocabulary, k=sentences.randint(2, 12))) for _ in range(5_000)]
    print(f"made sentences: {len(made)}, matched {sum(table.match(text) is not None for text in made)}")


def _time(mine: table.Table, message: str) -> float:
    return _once(lambda: mine.match(message) if len(message) <= table.LONGEST_MESSAGE else table.match(message))


def _once(call: object) -> float:
    assert callable(call)
    best_time = 1.0
    for _ in range(7):
        start = time.perf_counter()
        call()
        best_time = min(best_time, time.perf_counter() - start)
    return 1e6 * best_time


if __name__ == "__main__":
    figures()
