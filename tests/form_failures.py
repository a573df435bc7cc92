"""The ways in which packages build messages, one module of a throwaway package each: what is easy to read and hard to find.

Each form was seen in published packages. A module has a function ``run(c)``, with the canaries; the template is what its literals say.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from cases import THROWAWAY, Canaries, Failure, load

if TYPE_CHECKING:
    from cases import Rung

PACKAGE = "formica"

_table: list[Failure] = []
_files = {
    "__init__.py": '"""An SDK in many styles."""\n',
    "texts.py": '''
"""Messages of the package."""
import enum

NO_REGION = "region is not set"
NO_WORKSPACE = "workspace {name!r} was not found"
QUOTA = "quota of %s exceeded by %d"
BY_KEY = {"missing": "the job is missing", "locked": "the job is locked by another one"}
BY_STATUS = {404: "nothing found at {path}", 409: "conflict with {path}"}


class Codes(enum.Enum):
    NOT_FOUND = "the volume was not found"
    TOO_LARGE = "the volume {name} is too large"


def quota_message(name):
    return f"the quota of {name} is used up"
''',
    "errors.py": '''
"""Errors of the package."""


class FormicaError(Exception):
    """The base of all."""


class ApiError(FormicaError):
    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status

    @classmethod
    def from_status(cls, status, path):
        return cls(f"the server answered {status} for {path}", status)


class NotFound(ApiError):
    pass


class Located(FormicaError):
    fmt = "unable to locate {what} in {where}"

    def __init__(self, **kwargs):
        super().__init__(self.fmt.format(**kwargs))
        self.kwargs = kwargs


class CredentialsNotLocated(Located):
    fmt = "unable to locate credentials of {profile}"


class Percent(FormicaError):
    msg_format = "an unknown error occurred with %(name)s"

    def __init__(self, **kwargs):
        super().__init__(self.msg_format % kwargs)


class VolumeBusy(Percent):
    msg_format = "volume %(name)s is attached to %(host)s"


def not_found(kind, name):
    return NotFound(f"no {kind} is named {name}", 404)


def answer(status, path):
    if status == 404:
        return NotFound(f"nothing is at {path}", status)
    return ApiError(f"request to {path} failed with {status}", status)
''',
}


def _form(name: str, template: str | None, source: str, *, rung: Rung = "code", note: str = "") -> None:
    module = name.replace("-", "_")
    _files[f"{module}.py"] = textwrap.dedent(source).lstrip()

    def run(c: Canaries) -> object:
        return load(f"{PACKAGE}.{module}").run(c)

    rung = "type" if template is None else rung
    _table.append(Failure(PACKAGE, f"forms-{name}", run, template, rung, note, "forms"))


# --- a helper raises what its caller says ------------------------------------------------------------------------------

_form(
    "helper",
    "expected a number, got {token!r}",
    """
    class Parser:
        def fail(self, message):
            raise ValueError(message)

        def number(self, token):
            if not token.isdigit():
                self.fail(f"expected a number, got {token!r}")
            return int(token)


    def run(c):
        return Parser().number(c.text)
    """,
)
_form(
    "helper-deep",
    "unknown plan {plan} of {owner}",
    """
    def abort(message, code=1):
        error = RuntimeError(message)
        raise error


    class Billing:
        def fail(self, message):
            abort(message, code=2)

        def choose(self, plan, owner):
            self.fail("unknown plan %s of %s" % (plan, owner))


    def run(c):
        return Billing().choose(c.text, c.email)
    """,
    note="two levels",
)
_form(
    "helper-suffix",
    "unexpected key {key!r} (line {self.line}, column {self.column})",
    """
    class Scanner:
        line = column = 7

        def error(self, message):
            raise SyntaxError(f"{message} (line {self.line}, column {self.column})")

        def scan(self, key):
            self.error(f"unexpected key {key!r}")


    def run(c):
        return Scanner().scan(c.key)
    """,
    note="the helper adds a suffix",
)
_form(
    "helper-module",
    "no route to {host}",
    """
    from formica.helper_module_raise import fail


    def run(c):
        fail("no route to {}", c.host)
    """,
    note="in another module; the helper formats what its caller says",
)
_files["helper_module_raise.py"] = """
def fail(message, *args):
    raise ConnectionError(message.format(*args))
"""
_form(
    "helper-key",
    "the token has no {name}",
    """
    def invalid(key, **values):
        messages = {"claim": "the token has no {name}", "key": "the key {name} is too short"}
        raise ValueError(messages[key].format(**values))


    def run(c):
        invalid("claim", name=c.name)
    """,
    rung="alternatives",
    note="the caller says which of two",
)

# --- a function returns the exception ----------------------------------------------------------------------------------

_form(
    "factory-method",
    "cannot attach {volume}: it belongs to {owner}",
    """
    class Volumes:
        def _error(self, message, *args):
            return RuntimeError(message % args)

        def attach(self, volume, owner):
            raise self._error("cannot attach %s: it belongs to %s", volume, owner)


    def run(c):
        return Volumes().attach(c.text, c.email)
    """,
)
_form(
    "factory-module",
    "no {kind} is named {name}",
    """
    from formica import errors


    def run(c):
        raise errors.not_found("job", c.name)
    """,
    note="in another module of the package",
)
_form(
    "factory-class",
    "the server answered {status} for {path}",
    """
    from formica.errors import NotFound


    def run(c):
        raise NotFound.from_status(404, c.path)
    """,
    note="an inherited class method",
)
_form(
    "factory-branches",
    "nothing is at {path}",
    """
    from formica.errors import answer


    def run(c):
        raise answer(404, c.path)
    """,
    rung="alternatives",
    note="the classes differ",
)
_form(
    "factory-lambda",
    "the region {name} is closed",
    """
    closed = lambda name: PermissionError(f"the region {name} is closed")


    def run(c):
        raise closed(c.name)
    """,
)
_form(
    "factory-partial",
    "the lease of {c.name} has ended",
    """
    from functools import partial

    from formica.errors import ApiError

    ended = partial(ApiError, status=410)


    def run(c):
        raise ended(f"the lease of {c.name} has ended")
    """,
)
_form(
    "factory-local",
    "{what} must be a mapping, not {type(value).__name__}",
    """
    def run(c):
        def wrong(what, value):
            return TypeError(f"{what} must be a mapping, not {type(value).__name__}")

        raise wrong(c.name, c.key)
    """,
    note="a function inside the function",
)

# --- the class or the arguments are in a variable ----------------------------------------------------------------------

_form(
    "mapped",
    "{host} closed the connection",
    """
    class ReadError(Exception):
        pass


    MAPPED = {ConnectionError: ReadError, OSError: RuntimeError}


    def run(c):
        try:
            raise ConnectionError(f"{c.host} closed the connection")
        except OSError as error:
            mapped = MAPPED[type(error)]
            raise mapped(str(error)) from error
    """,
    note="the class is looked up; the message is that of the exception being handled",
)
_form(
    "mapped-loop",
    "timed out after {seconds} seconds",
    """
    class ReadTimeout(Exception):
        pass


    def run(c):
        for cls, target in ((ValueError, LookupError), (TimeoutError, ReadTimeout)):
            if cls is TimeoutError:
                message = f"timed out after {c.number} seconds"
                raise target(message)
    """,
)
_form(
    "args",
    "the header {name!r} is malformed",
    """
    class HeaderError(Exception):
        pass


    def parse(name):
        raise ValueError(f"the header {name!r} is malformed")


    def run(c):
        try:
            return parse(c.name)
        except ValueError as e:
            raise HeaderError(*e.args) from None
    """,
    note="raise X(*e.args)",
)
_form(
    "branches",
    "the size {size} is above the limit",
    """
    def run(c):
        size = c.number
        if size < 0:
            err = TypeError(f"the size {size} is below zero")
        else:
            err = ValueError(f"the size {size} is above the limit")
        raise err
    """,
    rung="alternatives",
)
_form(
    "conditional",
    "no such file: {c.path}",
    """
    def run(c):
        raise LookupError(f"no such file: {c.path}") if c.path else ValueError("an empty path")
    """,
    rung="alternatives",
)
_form(
    "conditional-class",
    "bad value {c.text!r} for {c.name}",
    """
    def run(c):
        raise (KeyboardInterrupt if not c.text else ValueError)(f"bad value {c.text!r} for {c.name}")
    """,
)
_form(
    "attribute-class",
    "the job {name} is already running",
    """
    class Job:
        class Running(Exception):
            pass

        def start(self, name):
            raise self.Running(f"the job {name} is already running")


    def run(c):
        return Job().start(c.name)
    """,
)
_form(
    "stored",
    "the worker {c.name} has died",
    """
    class Worker:
        error = None

        def stop(self, name):
            self.error = RuntimeError(f"the worker {name} has died")

        def join(self):
            if self.error is not None:
                raise self.error


    def run(c):
        worker = Worker()
        worker.stop(c.name)
        worker.join()
    """,
    note="made in one method and raised in another",
)
_form(
    "returned",
    "{key} is no valid key",
    """
    def check(key):
        if not key.isdigit():
            return ValueError(f"{key} is no valid key")
        return None


    def run(c):
        error = check(c.key)
        if error:
            raise error
    """,
    note="made in one function and raised in another",
)
_form(
    "future",
    "the call of {name} was refused",
    """
    import asyncio


    class Refused(Exception):
        pass


    async def main(name):
        future = asyncio.get_running_loop().create_future()
        future.set_exception(Refused(f"the call of {name} was refused"))
        return await future


    def run(c):
        return asyncio.run(main(c.name))
    """,
    note="raised where it is awaited",
)
_form(
    "thread-pool",
    "part {number} of {name} is damaged",
    """
    from concurrent.futures import ThreadPoolExecutor


    def check(name, number):
        raise ValueError(f"part {number} of {name} is damaged")


    def run(c):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(check, c.name, c.number).result()
    """,
)

# --- the class builds the message --------------------------------------------------------------------------------------

_form(
    "class-format",
    "unable to locate credentials of {profile}",
    """
    from formica.errors import CredentialsNotLocated


    def run(c):
        raise CredentialsNotLocated(profile=c.name)
    """,
    note="an attribute of the class, .format(**kwargs) in the base's __init__",
)
_form(
    "class-percent",
    "volume {name} is attached to {host}",
    """
    from formica.errors import VolumeBusy


    def run(c):
        raise VolumeBusy(name=c.name, host=c.host)
    """,
    note="an attribute of the class, % with a dictionary",
)
_form(
    "class-default",
    "the session has ended; sign in again",
    """
    class SessionError(Exception):
        default_detail = "a session failed"

        def __init__(self, detail=None, code=None):
            self.detail = detail if detail is not None else self.default_detail
            self.code = code

        def __str__(self):
            return str(self.detail)


    class SessionEnded(SessionError):
        default_detail = "the session has ended; sign in again"


    def run(c):
        raise SessionEnded(code=c.key)
    """,
)
_form(
    "class-or",
    "the service is not available",
    """
    class ServiceError(Exception):
        message = "the service failed"

        def __init__(self, message=None):
            super().__init__(message or self.message)


    class Unavailable(ServiceError):
        message = "the service is not available"


    def run(c):
        raise Unavailable()
    """,
    note="message or default",
)
_form(
    "class-dataclass",
    "{self.kind} {self.name!r} is not allowed here",
    """
    from dataclasses import dataclass


    @dataclass
    class NotAllowed(Exception):
        kind: str
        name: str

        def __str__(self):
            return f"{self.kind} {self.name!r} is not allowed here"


    def run(c):
        raise NotAllowed(kind="plan", name=c.name)
    """,
)
_form(
    "class-keywords",
    "upload of {name} failed: {reason}",
    """
    class UploadError(Exception):
        def __init__(self, *, name, reason):
            super().__init__(f"upload of {name} failed: {reason}")


    def run(c):
        raise UploadError(name=c.name, reason=c.text)
    """,
    note="keywords only",
)
_form(
    "class-property",
    "error {self.code}: quota of {name} exceeded (request {self.request})",
    """
    class ApiError(Exception):
        code = 4102

        def __init__(self, text, request):
            super().__init__(text)
            self.text = text
            self.request = request

        @property
        def message(self):
            return f"error {self.code}: {self.text}"

        def __str__(self):
            return f"{self.message} (request {self.request})"


    def run(c):
        raise ApiError(f"quota of {c.name} exceeded", c.key)
    """,
    note="a __str__ decorates a property",
)
_form(
    "class-levels",
    "request failed: 503: no capacity in {region}",
    """
    class RequestError(Exception):
        def __init__(self, text):
            super().__init__(f"request failed: {text}")


    class StatusError(RequestError):
        def __init__(self, status, text):
            super().__init__(f"{status}: {text}")


    class NoCapacity(StatusError):
        def __init__(self, region):
            super().__init__(503, f"no capacity in {region}")


    def run(c):
        raise NoCapacity(c.text)
    """,
    note="three levels of __init__",
)
_form(
    "class-new",
    "the name {name!r} is taken",
    """
    class Taken(Exception):
        def __new__(cls, name, *rest):
            self = super().__new__(cls, name, *rest)
            self.args = (f"the name {name!r} is taken",)
            return self

        def __init__(self, name):
            self.name = name


    def run(c):
        raise Taken(c.name)
    """,
)
_form(
    "class-bases",
    "no entry for {key}",
    """
    class Described:
        def __str__(self):
            return f"no entry for {self.key}"


    class Missing(Described, KeyError):
        def __init__(self, key):
            super().__init__(key)
            self.key = key


    def run(c):
        raise Missing(c.key)
    """,
    note="the __str__ is that of a mixin",
)
_form(
    "class-parts",
    "invalid manifest\n  file: {path}\n  hint: run the check first",
    """
    class ManifestError(Exception):
        def __init__(self, path, hint=None):
            self.path = path
            self.hint = hint

        def __str__(self):
            lines = ["invalid manifest", f"  file: {self.path}"]
            if self.hint:
                lines.append(f"  hint: {self.hint}")
            return "\\n".join(lines)


    def run(c):
        raise ManifestError(c.path, hint="run the check first")
    """,
    rung="alternatives",
    note="a list that grows in branches, then joined",
)
_form(
    "class-none",
    "the pool is exhausted",
    """
    class PoolExhausted(Exception):
        def __init__(self):
            super().__init__("the pool is exhausted")


    def run(c):
        raise PoolExhausted
    """,
    note="raise of the class itself",
)

# --- the text --------------------------------------------------------------------------------------------------------

_form(
    "constant",
    "region is not set",
    """
    from formica.texts import NO_REGION


    def run(c):
        raise ValueError(NO_REGION)
    """,
    note="a constant of another module",
)
_form(
    "constant-format",
    "workspace {name!r} was not found",
    """
    from formica import texts


    def run(c):
        raise LookupError(texts.NO_WORKSPACE.format(name=c.name))
    """,
    note="a constant of another module, through the module",
)
_form(
    "constant-percent",
    "quota of {name} exceeded by {number}",
    """
    from formica.texts import QUOTA as TEXT


    def run(c):
        raise OverflowError(TEXT % (c.name, c.number))
    """,
)
_form(
    "text-function",
    "the quota of {name} is used up",
    """
    from formica.texts import quota_message


    def run(c):
        raise OverflowError(quota_message(c.name))
    """,
    note="a function of another module returns the text",
)
_form(
    "text-method",
    "job {self.name} is {state}; it must be stopped first",
    """
    class Job:
        name = "build"

        def _describe(self, state):
            return f"job {self.name} is {state}"

        def delete(self, state):
            raise RuntimeError(self._describe(state) + "; it must be stopped first")


    def run(c):
        return Job().delete(c.text)
    """,
)
_form(
    "table",
    "the job is missing",
    """
    from formica.texts import BY_KEY


    def run(c):
        raise LookupError(BY_KEY["missing"])
    """,
)
_form(
    "table-number",
    "conflict with {path}",
    """
    from formica.texts import BY_STATUS


    def run(c):
        code = 409 if c.number else 404
        raise RuntimeError(BY_STATUS[code].format(path=c.path))
    """,
    rung="alternatives",
)
_form(
    "enum-value",
    "the volume was not found",
    """
    from formica.texts import Codes


    def run(c):
        raise LookupError(Codes.NOT_FOUND.value)
    """,
)
_form(
    "walrus",
    "{length} characters are too many for {c.name}",
    """
    def run(c):
        if (length := len(c.text)) > 3 and (message := f"{length} characters are too many for {c.name}"):
            raise ValueError(message)
    """,
)
_form(
    "dedent",
    "The folder {c.path} is not a project.\nRun `formica init` first.",
    '''
    import textwrap


    def run(c):
        raise RuntimeError(
            textwrap.dedent(f"""\\
                The folder {c.path} is not a project.
                Run `formica init` first.""")
        )
    ''',
)
_form(
    "ngettext",
    "{n} files are missing",
    """
    from gettext import ngettext


    def run(c):
        n = c.number
        raise FileNotFoundError(ngettext("{n} file is missing", "{n} files are missing", n).format(n=n))
    """,
    rung="alternatives",
)
_form(
    "format-star",
    "{} of {} is not one of {}",
    """
    def run(c):
        values = [c.text, c.name, c.key]
        raise ValueError("{} of {} is not one of {}".format(*values))
    """,
)
_form(
    "format-map",
    "{region} has no zone {zone}",
    """
    def run(c):
        raise LookupError("{region} has no zone {zone}".format_map({"region": c.name, "zone": c.text}))
    """,
)
_form(
    "joined",
    "cannot deploy {c.name}; no image is given; no size is given",
    """
    def run(c):
        raise ValueError("; ".join([f"cannot deploy {c.name}", "no image is given", "no size is given"]))
    """,
)
_form(
    "added",
    "cannot read {c.path}: it is encrypted",
    """
    def run(c):
        message = f"cannot read {c.path}"
        if c.key:
            message += ": it is encrypted"
        else:
            message += ": it is empty"
        raise OSError(message)
    """,
    rung="alternatives",
)
_form(
    "chain-str",
    "sync failed: fetch failed: {host} is down",
    """
    def connect(host):
        raise ConnectionError(f"{host} is down")


    def fetch(host):
        try:
            connect(host)
        except ConnectionError as e:
            raise RuntimeError(f"fetch failed: {e}") from e


    def run(c):
        try:
            fetch(c.host)
        except RuntimeError as e:
            raise RuntimeError("sync failed: " + str(e))
    """,
    note="str(e), two levels",
)
_form(
    "cause-none",
    "no setting {c.name!r}",
    """
    def run(c):
        try:
            return {}[c.key]
        except KeyError:
            raise LookupError(f"no setting {c.name!r}") from None
    """,
)
_form(
    "assertion",
    "the cursor {c.number} is beyond the end",
    """
    def run(c):
        assert c.number < 0, f"the cursor {c.number} is beyond the end"
    """,
)
_form(
    "assertion-bare",
    None,
    """
    def run(c):
        assert not c.key
    """,
    note="no message",
)
_form(
    "keyword-message",
    "the hash of {c.path} differs",
    """
    from formica.errors import ApiError


    def run(c):
        raise ApiError(status=409, message=f"the hash of {c.path} differs")
    """,
)
_form(
    "two-arguments",
    "({c.number}, 'the lease is over')",
    """
    class LeaseError(Exception):
        pass


    def run(c):
        raise LeaseError(c.number, "the lease is over")
    """,
    note="the repr of the tuple",
)

# --- where it is raised ------------------------------------------------------------------------------------------------

_form(
    "group",
    "{n} uploads failed ({} sub-exceptions)",
    """
    def one(name):
        raise ValueError(f"upload of {name} failed")


    def run(c):
        errors = []
        for name in (c.name, c.text):
            try:
                one(name)
            except ValueError as e:
                errors.append(e)
        raise ExceptionGroup(f"{len(errors)} uploads failed", errors)
    """,
)
_form(
    "context",
    "the transaction on {name} is closed",
    """
    from contextlib import contextmanager


    @contextmanager
    def transaction(name):
        try:
            yield
        finally:
            raise RuntimeError(f"the transaction on {name} is closed")


    def run(c):
        with transaction(c.name):
            pass
    """,
)
_form(
    "generator",
    "line {number} of {path} has no separator",
    """
    def rows(path):
        for number in range(1, 9):
            raise ValueError(f"line {number} of {path} has no separator")
            yield number


    def run(c):
        return list(rows(c.path))
    """,
)
_form(
    "async-generator",
    "the stream of {name} has ended",
    """
    import asyncio


    async def stream(name):
        yield name
        raise EOFError(f"the stream of {name} has ended")


    async def read(name):
        return [part async for part in stream(name)]


    def run(c):
        return asyncio.run(read(c.name))
    """,
)
_form(
    "task-group",
    "unhandled errors in a TaskGroup ({} sub-exception)",
    """
    import asyncio


    async def upload(name):
        raise ValueError(f"upload of {name} failed")


    async def main(name):
        async with asyncio.TaskGroup() as group:
            group.create_task(upload(name))


    def run(c):
        return asyncio.run(main(c.name))
    """,
    note="the group is the standard library's",
)
_form(
    "decorated",
    "{name} needs a workspace",
    """
    import functools


    def needs_workspace(function):
        @functools.wraps(function)
        def wrapper(name, workspace=None):
            if workspace is None:
                raise PermissionError(f"{name} needs a workspace")
            return function(name)

        return wrapper


    @needs_workspace
    def deploy(name):
        return name


    def run(c):
        return deploy(c.name)
    """,
)
_form(
    "descriptor",
    "{self.name} must be positive, got {value}",
    """
    class Positive:
        def __set_name__(self, owner, name):
            self.name = name

        def __set__(self, instance, value):
            if value <= 0:
                raise ValueError("%s must be positive, got %r" % (self.name, value))


    class Size:
        width = Positive()


    def run(c):
        Size().width = -c.number
    """,
)
_form(
    "getattr",
    "module {__name__!r} has no attribute {name!r}",
    """
    import sys


    def __getattr__(name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


    def run(c):
        return getattr(sys.modules[__name__], c.name)
    """,
)
_form(
    "match",
    "cannot handle {kind!r} of {name}",
    """
    def run(c):
        match {"kind": c.text, "name": c.name}:
            case {"kind": "job"}:
                return None
            case {"kind": kind, "name": name}:
                raise NotImplementedError(f"cannot handle {kind!r} of {name}")
    """,
)
_form(
    "finally",
    "cleaning {c.path} failed",
    """
    def run(c):
        error = None
        try:
            int(c.text)
        except ValueError as e:
            error = e
        finally:
            if error is not None:
                raise RuntimeError(f"cleaning {c.path} failed") from error
    """,
)
_form(
    "reraised",
    "the lock of {name} is held",
    """
    import sys


    def acquire(name):
        raise BlockingIOError(f"the lock of {name} is held")


    def run(c):
        try:
            acquire(c.name)
        except OSError:
            _, error, traceback = sys.exc_info()
            raise error.with_traceback(traceback)
    """,
)
_form(
    "exception-added",
    "deploy of {c.name} failed: {reason}",
    """
    def check(text):
        raise ValueError(f"{text} is no image")


    def run(c):
        try:
            check(c.text)
        except ValueError as e:
            e.args = (f"deploy of {c.name} failed: {e}",)
            raise
    """,
    note="the arguments are set anew before raising again",
)

THROWAWAY[PACKAGE] = {path: text.lstrip() for path, text in _files.items()}

FAILURES: tuple[Failure, ...] = tuple(_table)
"""Every failure above, in order."""
