"""The adapters for ``urllib.error``: ``HTTP Error 404: Not Found`` and ``<urlopen error [Errno 111] Connection refused>``.

The code is a typed fact. The phrase is the server's words: it is reported only where it is the one that the code has in the standard
(``http.HTTPStatus``). A ``URLError`` mostly holds the ``OSError`` that it was made of, which has an adapter of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tightlip.attributes import attribute, class_dict
from tightlip.message.adapter import Adapter
from tightlip.message.adapters import oserror, ssl_errors
from tightlip.message.template import Hole, Template, join
from tightlip.origin.classes import lineage, plain_name

#: Code to phrase, of the codes that servers use for errors and redirects (RFC 9110, RFC 6585, RFC 7725; http.HTTPStatus). Where versions of
#: Python differ, both.
PHRASES: dict[int, tuple[str, ...]] = {
    300: ("Multiple Choices",),
    301: ("Moved Permanently",),
    302: ("Found",),
    303: ("See Other",),
    304: ("Not Modified",),
    307: ("Temporary Redirect",),
    308: ("Permanent Redirect",),
    400: ("Bad Request",),
    401: ("Unauthorized",),
    402: ("Payment Required",),
    403: ("Forbidden",),
    404: ("Not Found",),
    405: ("Method Not Allowed",),
    406: ("Not Acceptable",),
    407: ("Proxy Authentication Required",),
    408: ("Request Timeout",),
    409: ("Conflict",),
    410: ("Gone",),
    411: ("Length Required",),
    412: ("Precondition Failed",),
    413: ("Request Entity Too Large", "Content Too Large"),
    414: ("Request-URI Too Long", "URI Too Long"),
    415: ("Unsupported Media Type",),
    416: ("Requested Range Not Satisfiable", "Range Not Satisfiable"),
    417: ("Expectation Failed",),
    418: ("I'm a Teapot",),
    421: ("Misdirected Request",),
    422: ("Unprocessable Entity", "Unprocessable Content"),
    423: ("Locked",),
    424: ("Failed Dependency",),
    425: ("Too Early",),
    426: ("Upgrade Required",),
    428: ("Precondition Required",),
    429: ("Too Many Requests",),
    431: ("Request Header Fields Too Large",),
    451: ("Unavailable For Legal Reasons",),
    500: ("Internal Server Error",),
    501: ("Not Implemented",),
    502: ("Bad Gateway",),
    503: ("Service Unavailable",),
    504: ("Gateway Timeout",),
    505: ("HTTP Version Not Supported",),
    506: ("Variant Also Negotiates",),
    507: ("Insufficient Storage",),
    508: ("Loop Detected",),
    510: ("Not Extended",),
    511: ("Network Authentication Required",),
}

_LOWEST, _HIGHEST = 100, 599


@dataclass(frozen=True, slots=True)
class Answer:
    """A code from 100 to 599, None for another, and a phrase of `PHRASES`, None for another."""

    code: int | None
    phrase: str | None


def take_answer(exc: BaseException) -> Answer:
    """What the server answered."""
    code, said = attribute(exc, "code"), attribute(exc, "msg")
    if type(code) is not int or not _LOWEST <= code <= _HIGHEST:
        return Answer(None, None)
    known = PHRASES.get(code, ()) if type(said) is str else ()
    return Answer(code, next((phrase for phrase in known if phrase == said), None))


def answer_template(answer: Answer) -> Template:
    """``HTTP Error 404: Not Found``."""
    code = Hole("code") if answer.code is None else str(answer.code)
    return join([("HTTP Error ", code, ": ", answer.phrase or Hole("msg"))])


@dataclass(frozen=True, slots=True)
class Reason:
    """What the adapter of the exception that a ``URLError`` holds has taken, and which one it is; None for another reason."""

    adapter: Adapter | None
    taken: Any


def take_reason(exc: BaseException) -> Reason:
    """The facts of the exception that the error holds."""
    held: Any = attribute(exc, "reason")
    adapter = _adapter(held)
    taken = None if adapter is None else adapter.take(held)
    return Reason(None, None) if taken is None else Reason(adapter, taken)


def reason_template(reason: Reason) -> Template:
    """``<urlopen error {reason}>``, with the template of the reason where there is one."""
    held = None if reason.adapter is None else reason.adapter.template(reason.taken)
    return join([("<urlopen error ",), held or (Hole("reason"),), (">",)])


def _adapter(held: object) -> Adapter | None:
    cls = type(held)
    if not issubclass(cls, OSError):
        return None
    # A class with a `__str__` made in Python says something else.
    speaker = next(base for base in lineage(cls) if "__str__" in class_dict(base))
    return _HELD.get(plain_name(speaker))


#: By the name of the class whose ``__str__`` speaks.
_HELD = {("OSError", "builtins"): oserror.ADAPTER, ("SSLError", "ssl"): ssl_errors.ADAPTER}

ADAPTERS = (
    Adapter("urllib.error.HTTPError", take_answer, answer_template),
    Adapter("urllib.error.URLError", take_reason, reason_template),
)
