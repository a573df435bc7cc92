"""Errors raised in C and by the standard library, from the code of an SDK: the words are CPython's own, at 3.11.

Each case is the body of a function of a throwaway package; ``c`` are the canaries. ``{}`` is a hole of C's format, a named hole is an
expression of the standard library's source.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from cases import THROWAWAY, Canaries, Failure, load, os_error

if TYPE_CHECKING:
    from cases import Rung

PACKAGE = "basalt"

_HEAD = '''
"""An SDK that calls the standard library."""
import abc, argparse, array, ast, asyncio, base64, binascii, bz2, calendar, collections, concurrent.futures, configparser, contextlib
import copy, csv, dataclasses, datetime, dbm, decimal, email, enum, fractions, functools, getopt, graphlib, gzip, hashlib, heapq, hmac
import http.client, importlib, inspect, io, ipaddress, itertools, json, locale, logging, lzma, math, os, pathlib, pickle, plistlib
import queue, random, re, shlex, shutil, signal, socket, sqlite3, ssl, statistics, string, struct, subprocess, tarfile, tempfile
import textwrap, threading, tomllib, unicodedata, urllib.parse, urllib.request, uuid, weakref, xml.etree.ElementTree, zipfile, zlib


class Plan(enum.Enum):
    FREE = "free"


@dataclasses.dataclass
class Volume:
    name: str
    size: int


@dataclasses.dataclass(frozen=True)
class Region:
    name: str


class Driver(abc.ABC):
    @abc.abstractmethod
    def start(self): ...


class Job:
    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name

    @property
    def state(self):
        return "new"


Limits = collections.namedtuple("Limits", "cpu memory")


def deploy(name, region="eu"):
    return name
'''

_functions: list[str] = []
_table: list[Failure] = []


def _in_sdk(name: str, template: str | None, body: str, *, rung: Rung = "builtin", note: str = "") -> None:
    function = name.replace("-", "_")
    _functions.append(f"\n\ndef {function}(c):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n")

    def run(c: Canaries) -> object:
        return getattr(load(PACKAGE), f"call_{function}")(c)

    _functions[-1] = _functions[-1].replace(f"def {function}(", f"def call_{function}(", 1)
    rung = "type" if template is None else rung
    _table.append(Failure(PACKAGE, f"builtins-{name}", run, template, rung, note, "builtins"))


def _in_library(name: str, template: str, body: str, *, note: str = "") -> None:
    """Raised by Python code of the standard library."""
    _in_sdk(name, template, body, rung="code", note=note)


_ENOENT = os_error(2)

# --- conversions -----------------------------------------------------------------------------------------------------

_in_sdk("int", "invalid literal for int() with base {}: {}", "return int(c.text)")
_in_sdk("int-base", "int() base must be >= 2 and <= 36, or 0", "return int('1', c.number)")
_in_sdk(
    "int-digits",
    "Exceeds the limit ({} digits) for integer string conversion: value has {} digits; use sys.set_int_max_str_digits() to "
    "increase the limit",
    "return int(c.number_text * 1000)",
)
_in_sdk("float", "could not convert string to float: {}", "return float(c.text)")
_in_sdk("bytes-hex", "non-hexadecimal number found in fromhex() arg at position {}", "return bytes.fromhex(c.text)")
_in_sdk(
    "encode-ascii",
    "'{}' codec can't encode character '{}' in position {}: ordinal not in range(128)",
    "return c.accented.encode('ascii')",
    rung="adapter",
)
_in_sdk(
    "decode-utf8",
    "'{}' codec can't decode byte {} in position {}: invalid start byte",
    "return (b'\\xff' + c.text.encode()).decode()",
    rung="adapter",
)
_in_sdk("encoding-unknown", "unknown encoding: {}", "return c.text.encode(c.name)")
_in_sdk("format-code", "Unknown format code '{}' for object of type '{}'", "return format(c.text, 'd')")
_in_sdk("format-index", "Replacement index {} out of range for positional args tuple", "return '{} {}'.format(c.text)")
_in_sdk("format-key", None, "return '{workspace} {region}'.format(region=c.text)", note="KeyError(key)")
_in_sdk("percent-number", "%{} format: a real number is required, not {}", "return '%d items' % c.text")

# --- containers ------------------------------------------------------------------------------------------------------

_in_sdk("list-index", "list index out of range", "return [c.text][5]")
_in_sdk("list-remove", "list.remove(x): x not in list", "return [c.text].remove(c.name)")
_in_sdk("list-find", "{} is not in list", "return [c.text].index(c.name)")
_in_sdk("string-find", "substring not found", "return c.text.index(c.symbols)")
_in_sdk("dict-key", None, "return {c.key: 1}[c.name]", note="KeyError(key)")
_in_sdk("environ-key", None, "return os.environ[c.name]", note="KeyError(key), raised in Python")
_in_sdk(
    "dict-popitem",
    "'popitem(): dictionary is empty'",
    "return {}.popitem()",
    note="a KeyError: the repr of the message",
)
_in_sdk(
    "dict-changed",
    "dictionary changed size during iteration",
    """
    found = {c.name: 1}
    for key in found:
        found[key + c.key] = 2
    """,
)
_in_sdk("unhashable", "unhashable type: '{}'", "return {[c.text]: 1}")
_in_sdk("unpack-few", "not enough values to unpack (expected {}, got {})", "name, key = [c.text]")
_in_sdk("unpack-many", "too many values to unpack (expected {})", "name, key = c.text")
_in_sdk("unpack-none", "cannot unpack non-iterable {} object", "name, key = None")
_in_sdk(
    "zip-strict",
    "zip() argument {} is {} than argument{}",
    "return list(zip([c.text], [c.name, c.key], strict=True))",
    note="'longer' is in another constant than 'shorter'",
)
_in_sdk("max-empty", "max() arg is an empty sequence", "return max([])")

# --- names, attributes, calls ----------------------------------------------------------------------------------------

_in_sdk("attribute", "'{}' object has no attribute '{}'", "return getattr('', c.name)")
_in_sdk("attribute-none", "'{}' object has no attribute '{}'", "client = None\nreturn client.region")
_in_sdk("attribute-module", "module '{}' has no attribute '{}'", "return getattr(json, c.name)")
_in_sdk("attribute-setter", "property '{}' of '{}' object has no setter", "Job(c.text).state = c.key")
_in_sdk("name", "name '{}' is not defined", "return workspace")
_in_sdk(
    "name-unbound",
    "cannot access local variable '{}' where it is not associated with a value",
    "if not c.text:\n    region = c.name\nreturn region",
)
_in_sdk("call-missing", "{}() missing {} required positional argument{}: {}", "return deploy()")
_in_sdk("call-too-many", "{}() takes {} positional argument{} but {} {} given", "return hidden(c.text, c.key)")
_in_sdk("call-keyword", "{}() got an unexpected keyword argument '{}'", "return deploy(c.text, **{c.name: c.key})")
_in_sdk("call-twice", "{}() got multiple values for argument '{}'", "return deploy(c.text, name=c.name)")
_in_sdk("call-dataclass", "{}() missing {} required positional argument{}: {}", "return Volume(c.name)")
_in_sdk("call-none", "'{}' object is not callable", "return c.text()")
_in_sdk("abstract", "Can't instantiate abstract class {} with abstract method{} {}", "return Driver()")
_in_sdk("operand", "unsupported operand type(s) for {}: '{}' and '{}'", "return c.number + c.text")
_in_sdk("concatenate", 'can only concatenate str (not "{}") to str', "return c.text + c.number")
_in_sdk("compare", "'{}' not supported between instances of '{}' and '{}'", "return c.text < c.number")
_in_sdk("subscript", "'{}' object is not subscriptable", "return c.number[0]")
_in_sdk("fspath", "expected str, bytes or os.PathLike object, not {}", "return os.fspath(c.number)")
_in_sdk("recursion", "maximum recursion depth exceeded", "return call_recursion(c)")
_in_sdk("generator-stop", "generator raised StopIteration", "return list(next(iter([])) for _ in c.text)")
_in_sdk("weakref", "cannot create weak reference to '{}' object", "return weakref.ref(c.number)")
_in_sdk(
    "weakref-gone",
    "weakly-referenced object no longer exists",
    "proxy = weakref.proxy(Volume(c.name, c.number))\nreturn proxy.name",
)
_in_sdk("deepcopy", "cannot pickle '{}' object", "return copy.deepcopy({c.name: threading.Lock()})")

# --- numbers and times -----------------------------------------------------------------------------------------------

_in_sdk("divide", "division by zero", "return c.number / 0")
_in_sdk("math-domain", "math domain error", "return math.sqrt(-c.number)")
_in_sdk("power", "({}, 'Numerical result out of range')", "return 2.0**c.number", note="two arguments, from errno")
_in_sdk("overflow", "int too large to convert to float", "return float(c.number**99)")
_in_sdk("decimal", "[<class 'decimal.ConversionSyntax'>]", "return decimal.Decimal(c.text)", rung="adapter")
_in_library("fraction", "Invalid literal for Fraction: {numerator!r}", "return fractions.Fraction(c.text)")
_in_library("mean", "mean requires at least one data point", "return statistics.mean([])")
_in_sdk("date", "month must be in 1..12", "return datetime.date(2026, c.number, 1)")
_in_sdk("date-iso", "Invalid isoformat string: {}", "return datetime.datetime.fromisoformat(c.text)")
_in_sdk(
    "timedelta",
    "days={}; must have magnitude <= 999999999",
    "return datetime.timedelta(days=1_000_000_000 + c.number)",
)
_in_library(
    "strptime",
    "time data {data_string!r} does not match format {format!r}",
    "return datetime.datetime.strptime(c.text, '%Y-%m-%d')",
)
_in_library(
    "calendar",
    "bad month number {self.month!r}; must be 1-12",
    "return calendar.monthrange(2026, c.number)",
    note="the class's __str__, with %",
)

# --- files and processes ---------------------------------------------------------------------------------------------

_in_sdk("open", f"{_ENOENT}: {{filename}}", "return open(c.path)", rung="adapter")
_in_sdk("open-mode", "invalid mode: '{}'", "return open(c.path, c.text)")
_in_sdk("open-null", "embedded null byte", "return open(c.path + chr(0))")
_in_sdk(
    "rename", f"{_ENOENT}: {{filename}} -> {{filename2}}", "return os.rename(c.path, c.path + c.key)", rung="adapter"
)
_in_sdk("closed", "I/O operation on closed file", "file = io.StringIO(c.text)\nfile.close()\nreturn file.read()")
_in_sdk("not-readable", "not readable", "with open(os.devnull, 'w') as file:\n    return file.read()")
_in_library(
    "same-file",
    "{src!r} and {dst!r} are the same file",
    "return shutil.copyfile(os.devnull, os.devnull)",
    note=".format with conversions",
)
_in_library(
    "archive-unknown",
    "Unknown archive format '{filename}'",
    "return shutil.unpack_archive(c.path)",
    note=".format with numbers of arguments",
)
_in_library(
    "path-relative",
    "{str(self)!r} is not in the subpath of {str(formatted)!r} OR one path is relative and the other is absolute.",
    "return pathlib.PurePosixPath(c.path).relative_to('/' + c.name)",
)
_in_library(
    "dbm",
    "db file doesn't exist; use 'c' or 'n' flag to create a new db",
    "return dbm.open(c.path)",
    note="the class is an element of a tuple",
)
_in_library(
    "subprocess-status",
    "Command {self.cmd!r} returned non-zero exit status {self.returncode}.",
    "return subprocess.run(['false', c.key], check=True)",
    note="the class's __str__, one of three",
)
_in_library(
    "subprocess-timeout",
    "Command '{self.cmd}' timed out after {self.timeout} seconds",
    "return subprocess.run(['sleep', '5'], timeout=0.01)",
    note="the class's __str__",
)
_in_library(
    "subprocess-missing",
    f"{_ENOENT}: {{filename}}",
    "return subprocess.run([c.path, c.key])",
    note="an OSError with number, text and name, raised in Python",
)
_in_sdk("signal", "signal number out of range", "return signal.signal(c.number, signal.SIG_DFL)")

# --- formats ---------------------------------------------------------------------------------------------------------

_in_library("json", "Expecting value: line {lineno} column {colno} (char {pos})", "return json.loads(c.text)")
_in_library("json-extra", "Extra data: line {lineno} column {colno} (char {pos})", "return json.loads('{} ' + c.text)")
_in_library(
    "json-type",
    "Object of type {o.__class__.__name__} is not JSON serializable",
    "return json.dumps({c.name: {c.key}})",
    note="raised in Python, called from C",
)
_in_sdk("struct-size", "unpack requires a buffer of {} bytes", "return struct.unpack('<I', c.text.encode())")
_in_sdk("zlib", "Error {} while decompressing data: {}", "return zlib.decompress(c.text.encode())")
_in_sdk(
    "zlib-cut",
    "Error {} while decompressing data: incomplete or truncated stream",
    "return zlib.decompress(zlib.compress(c.text.encode())[:-4])",
)
_in_library("gzip", "Not a gzipped file ({magic!r})", "return gzip.decompress(c.text.encode())")
_in_sdk("lzma", "Input format not supported by decoder", "return lzma.decompress(c.text.encode())")
_in_sdk("base64-padding", "Incorrect padding", "return base64.b64decode('ab' + c.text)")
_in_sdk("csv-strict", "'{}' expected after '{}'", """return next(csv.reader(['"a"' + c.text], strict=True))""")
_in_library(
    "config-header",
    "File contains no section headers.\nfile: {filename!r}, line: {lineno}\n{line!r}",
    "return configparser.ConfigParser().read_string(c.text)",
    note="the class's __init__",
)
_in_library(
    "config-section",
    "No section: {section!r}",
    "return configparser.ConfigParser().get(c.name, c.key)",
    note="the class's __init__",
)
_in_library(
    "config-option",
    "No option {option!r} in section: {section!r}",
    "return configparser.ConfigParser({c.key: c.text}).get('DEFAULT', c.name)",
    note="the class's __init__",
)
_in_library(
    "toml",
    "Expected '=' after a key in a key/value pair (at {})",
    "return tomllib.loads(c.text)",
    note="a function returns the exception and adds the position",
)
_in_library("plist", "Invalid file", "return plistlib.loads(c.text.encode())", note="a default of the class's __init__")
_in_sdk("xml", "syntax error: line {}, column {}", "return xml.etree.ElementTree.fromstring(c.text)")
_in_sdk("sqlite-table", "no such table: {}", "return sqlite3.connect(':memory:').execute(f'select * from {c.name}')")
_in_sdk("sqlite-syntax", 'near "{}": syntax error', "return sqlite3.connect(':memory:').execute(c.name)")
_in_sdk(
    "sqlite-unique",
    "UNIQUE constraint failed: {}",
    """
    database = sqlite3.connect(":memory:")
    database.execute(f"create table jobs ({c.name} text unique)")
    for _ in range(2):
        database.execute("insert into jobs values (?)", (c.email,))
    """,
)
_in_library("zip", "File is not a zip file", "return zipfile.ZipFile(io.BytesIO(c.text.encode()))")
_in_library(
    "zip-member",
    '"There is no item named {name!r} in the archive"',
    "with zipfile.ZipFile(io.BytesIO(), 'w') as archive:\n    return archive.getinfo(c.name)",
    note="a KeyError",
)
_in_library(
    "tar",
    "file could not be opened successfully:\n{error_msgs_summary}",
    "return tarfile.open(fileobj=io.BytesIO(c.text.encode()))",
)
_in_sdk("pickle-load", "invalid load key, '{}'.", "return pickle.loads(bytes([0]) + c.text.encode())")
_in_sdk("pickle-local", "Can't pickle local object '{}'", "return pickle.dumps(lambda: c.text)")
_in_library(
    "regex",
    "missing ), unterminated subpattern at position {pos}",
    "return re.compile('(' + c.text)",
    note="the class's __init__",
)
_in_library("regex-escape", "bad escape {escape} at position {pos}", "return re.compile(c.text + '\\\\q')")
_in_library(
    "template",
    "Invalid placeholder in string: line {lineno}, col {colno}",
    "return string.Template('$ ' + c.text).substitute()",
)
_in_sdk(
    "syntax",
    "'{}' was never closed ({}, line {})",
    "return compile(c.text + '(', c.path, 'exec')",
    note="a SyntaxError names the file",
)
_in_library(
    "literal-eval",
    "malformed node or string on line {lno}: {node!r}",
    "return ast.literal_eval(c.name)",
    note="msg += in a branch",
)
_in_library("uuid", "badly formed hexadecimal UUID string", "return uuid.UUID(c.text)")
_in_library(
    "ip-address", "{address!r} does not appear to be an IPv4 or IPv6 address", "return ipaddress.ip_address(c.host)"
)
_in_library(
    "url-port",
    "Port could not be cast to integer value as {port!r}",
    "return urllib.parse.urlsplit('http://h:' + c.text).port",
)
_in_library("http-port", "nonnumeric port: '{host}'", "return http.client.HTTPConnection('h:' + c.text)")
_in_sdk("unicode-name", "\"undefined character name '{}'\"", "return unicodedata.lookup(c.name)", note="a KeyError")
_in_library(
    "argument-type",
    "argument {argument_name}: invalid {type} value: {value!r}",
    """
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--size", type=int)
    return parser.parse_args(["--size", c.text])
    """,
    note="the class's __str__; % with a dictionary",
)
_in_library(
    "argument-choice",
    "argument {argument_name}: invalid choice: {value!r} (choose from {choices})",
    """
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("plan", choices=["free", "team"])
    return parser.parse_args([c.text])
    """,
    note="the class's __str__; % with a dictionary",
)
_in_library("getopt", "option --{opt} not recognized", "return getopt.getopt(['--' + c.name], '', ['size='])")
_in_library("bind", "missing a required argument: {param.name!r}", "return inspect.signature(deploy).bind()")
_in_library(
    "cycle",
    "('nodes are in a cycle', {result})",
    "return list(graphlib.TopologicalSorter({c.name: [c.key], c.key: [c.name]}).static_order())",
    note="two arguments: the repr of the tuple",
)

# --- sockets, threads, tasks -----------------------------------------------------------------------------------------

_in_sdk("refused", os_error(111), "return socket.create_connection(('127.0.0.1', 1))", rung="adapter")
_in_sdk(
    "resolve",
    "[Errno {}] Name or service not known",
    "return socket.getaddrinfo(c.host, None, flags=socket.AI_NUMERICHOST)",
    rung="adapter",
    note="a number of another table",
)
_in_sdk("inet", "illegal IP address string passed to inet_aton", "return socket.inet_aton(c.text)")
_in_sdk(
    "ssl",
    "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:{})",
    """
    incoming = ssl.MemoryBIO()
    incoming.write(c.text.encode() * 9)
    return ssl.create_default_context().wrap_bio(incoming, ssl.MemoryBIO(), server_hostname=c.host).do_handshake()
    """,
    rung="adapter",
)
_in_library(
    "thread-twice",
    "threads can only be started once",
    "thread = threading.Thread(target=str, name=c.name)\nthread.start()\nthread.join()\nthread.start()",
)
_in_sdk("queue-empty", None, "return queue.Queue().get_nowait()", note="no message")
_in_sdk(
    "queue-full",
    None,
    "queue = asyncio.Queue(1)\nfor part in (c.key, c.name):\n    queue.put_nowait(part)",
    note="no message",
)
_in_sdk(
    "future-timeout",
    None,
    "return concurrent.futures.Future().result(timeout=0.001)",
    note="no message",
)
_in_sdk(
    "wait-for",
    None,
    "return asyncio.run(asyncio.wait_for(asyncio.sleep(5, c.key), timeout=0.001))",
    note="no message",
)
_in_sdk("loop", "no running event loop", "return asyncio.get_running_loop()")
_in_library(
    "incomplete-read",
    "{len(partial)} bytes read on a total of {r_expected} expected bytes",
    """
    async def read():
        reader = asyncio.StreamReader()
        reader.feed_data(c.text.encode())
        reader.feed_eof()
        return await reader.readexactly(99)

    return asyncio.run(read())
    """,
    note="the class's __init__",
)
_in_sdk(
    "future-state",
    "invalid state",
    """
    async def finish():
        future = asyncio.get_running_loop().create_future()
        future.set_result(c.key)
        future.set_result(c.name)

    return asyncio.run(finish())
    """,
)

# --- the language ----------------------------------------------------------------------------------------------------

_in_library(
    "enum", "{value!r} is not a valid {cls.__qualname__}", "return Plan(c.text)", note="an exception in a variable"
)
_in_sdk(
    "frozen",
    "cannot assign to field {name!r}",
    "Region(c.name).name = c.key",
    rung="outer",
    note="raised in code that the standard library generated, without a file",
)
_in_library(
    "context-stop",
    "generator didn't stop",
    """
    @contextlib.contextmanager
    def twice():
        yield c.key
        yield c.name

    with twice():
        pass
    """,
)
_in_library(
    "context-yield",
    "generator didn't yield",
    """
    @contextlib.contextmanager
    def never():
        if not c.key:
            yield

    with never():
        pass
    """,
)
_in_sdk("import-own", "No module named {name!r}", "import basalt.broken", note="raised in a frozen module")
_in_sdk("import-name", "cannot import name '{}' from '{}' ({})", "from basalt import nothing_of_it")
_in_library(
    "import-relative",
    "the 'package' argument is required to perform a relative import for {name!r}",
    "return importlib.import_module('.' + c.name)",
)
_in_sdk(
    "group",
    "upload of {c.name} failed ({} sub-exceptions)",
    "raise ExceptionGroup(f'upload of {c.name} failed', [ValueError(c.text), KeyError(c.key)])",
    rung="code",
)
_in_sdk("key-message", "'no region {c.name}'", "raise KeyError(f'no region {c.name}')", rung="code")
_in_sdk(
    "chained",
    "{c.name} is no port",
    """
    try:
        return int(c.text)
    except ValueError as error:
        raise LookupError(f"{c.name} is no port") from error
    """,
    rung="code",
)
_in_sdk(
    "noted",
    "upload to {c.host} failed",
    """
    error = ValueError(f"upload to {c.host} failed")
    error.add_note(f"the key was {c.key}")
    raise error
    """,
    rung="code",
)

_HEAD += "\n\ndef hidden(name):\n    return name\n"
THROWAWAY[PACKAGE] = {"__init__.py": _HEAD.lstrip() + "".join(_functions), "broken.py": "import basalt.nowhere\n"}

FAILURES: tuple[Failure, ...] = tuple(_table)
"""Every failure above, in order."""
