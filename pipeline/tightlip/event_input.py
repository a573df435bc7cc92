"""Events and lines of text from files: one at a time, so that a file may be larger than memory.

What is read: JSON (one event, or a list of events, over several lines), NDJSON (one event a line), envelopes of Sentry's, plain text; each of
them also compressed with gzip, which is told by its first bytes. UTF-8, with or without a byte order mark, with any line ends.

Guarantees:

1. What cannot be read is given as it is, with its line and a reason that holds nothing of it; the rest is read all the same.
2. At most one line or one document is held, and of it `MOST_BYTES`. What is longer is passed through in pieces as unreadable.

Not covered: several documents one behind another in a file, unless each has a line of its own.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final, cast

from tightlip.exact import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one line, or of one document over several lines."""

_STDIN: Final = "stdin"
_BOM: Final = b"\xef\xbb\xbf"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 256
_PIECE: Final = 1024 * 1024
_BLANK: Final = b" \t\r\n"
_OPEN: Final = (b"{", b"[")
#: https://develop.sentry.dev/sdk/data-model/envelopes/: what a header may hold, and what holds an event.
_HEADER: Final = frozenset({"event_id", "dsn", "sdk", "sent_at", "trace"})
_EVENTS: Final = frozenset({"event", "transaction", "feedback"})
_ITEMS: Final = _EVENTS | {
    "attachment", "session", "sessions", "user_report", "client_report", "profile", "profile_chunk", "replay_event", "replay_recording", "replay_video",
    "check_in", "statsd", "metric_meta", "span", "log", "raw_security", "unreal_report", "form_data", "nel", "trace_metric", "metric_buckets",
}  # fmt: skip

_NO_JSON: Final = "no JSON ({}); see that the line is one whole JSON object"
_NO_EVENT: Final = "an event is a JSON object; this is {}"
_NO_UTF8: Final = "no UTF-8; convert the file, as with `iconv -t utf-8`"
_LONG: Final = f"longer than {MOST_BYTES >> 20} MB; write one event a line"
_DEEP: Final = "nested too deeply to be read"
_KINDS: Final = {
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
#: A key or a certificate: its lines mean something together only.
_BEGIN: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{1,64}-----")
_MOST_TOGETHER: Final = 30_000


class _Torn(bytes):
    """A piece of a line that is longer than may be held."""


@dataclass(frozen=True, slots=True)
class Item:
    """One event or one piece of text, or what could not be read as one.

    Attributes:
        name: The file.
        line: Where it begins, counted from 1.
        raw: As it stands in the file, without its line end.
        value: The event or the text; None if there is a problem.
        problem: Why it could not be read, and what to do; empty if it could.
        place: Where on that line, for one of several.
    """

    name: str
    line: int
    raw: bytes
    value: Any = None
    problem: str = ""
    place: str = ""

    @property
    def where(self) -> str:
        """File and line, as errors have it."""
        return f"{self.name}:{self.line}{self.place}"


@dataclass(slots=True)
class Input:
    """A file that is read.

    Attributes:
        name: For messages.
        stream: Its bytes.
        size: Bytes that were read so far, after decompression.
        others: Items of envelopes that are no events, by their type: they are left out.
        under: What else is to be closed.
    """

    name: str
    stream: IO[bytes]
    size: int = 0
    others: dict[str, int] = field(default_factory=dict[str, int])
    under: IO[bytes] | None = None

    def close(self) -> None:
        """Close it; stdin stays open."""
        for stream in (self.stream, self.under):
            if stream is not None and self.name != _STDIN:
                stream.close()

    def holds_json(self) -> bool:
        """Whether its first character begins JSON; a look that takes nothing."""
        peek: Callable[[int], bytes] | None = getattr(self.stream, "peek", None)
        head = b"" if peek is None else peek(_HEAD)[:_HEAD]
        return head.removeprefix(_BOM).lstrip(_BLANK).startswith(_OPEN)

    def events(self) -> Iterator[Item]:
        """The events, in their order."""
        lines = self._lines()
        for number, line in lines:
            if not line.strip(_BLANK):
                continue
            yield from self._first(number, line, lines)
            break
        for number, line in lines:
            if line.strip(_BLANK):
                yield from self._line(number, line)

    def texts(self) -> Iterator[Item]:
        """The lines of text. Those from ``-----BEGIN`` to ``-----END`` are one."""
        held: list[tuple[int, bytes]] = []
        size = 0
        for number, line in self._lines():
            if not held and not (b"-----BEGIN " in line and _BEGIN.search(line.decode("utf-8", "replace"))):
                yield self._text([(number, line)])
                continue
            held.append((number, line))
            size += len(line)
            if b"-----END " in line or size > _MOST_TOGETHER:
                yield self._text(held)
                held, size = [], 0
        if held:
            yield self._text(held)

    def _text(self, lines: list[tuple[int, bytes]]) -> Item:
        raw = b"\n".join(line for _, line in lines)
        if any(type(line) is _Torn for _, line in lines):
            return Item(self.name, lines[0][0], raw, problem=_LONG)
        try:
            return Item(self.name, lines[0][0], raw, raw.decode("utf-8"))
        except UnicodeDecodeError:
            return Item(self.name, lines[0][0], raw, problem=_NO_UTF8)

    # Lines.

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """The lines with their numbers; a longer one than may be in pieces, each with its number.

        Raises:
            DamagedError: The compressed data is damaged; what came before it was given.
        """
        number, is_new = 1, True
        while True:
            try:
                line = self.stream.readline(MOST_BYTES)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                what = "end too early" if isinstance(error, EOFError) else "are damaged"
                raise DamagedError(
                    f"{self.name}:{number}: the compressed data {what}; what stands before was read"
                ) from error
            if not line:
                return
            if self.size == 0:
                line = self._without_mark(line)
            self.size += len(line)
            bare = line.rstrip(b"\r\n")
            yield number, bare if is_new and len(line) < MOST_BYTES else _Torn(bare)
            is_new = line.endswith(b"\n")
            number += is_new

    def _without_mark(self, line: bytes) -> bytes:
        if line.startswith(_WIDE):
            raise DamagedError(f"{self.name}: it is UTF-16; convert it, as with `iconv -f utf-16 -t utf-8`")
        return line.removeprefix(_BOM)

    def _line(self, number: int, line: bytes) -> Iterator[Item]:
        value, problem = _parsed(line)
        yield from self._found(number, line, value, problem, several=True)  # a list is one of a whole file only

    def _found(self, number: int, raw: bytes, value: Any, problem: str, *, several: bool = False) -> Iterator[Item]:
        """The event, or those of a list."""
        if not problem and is_list(value) and not several:
            for position, one in enumerate(value, 1):
                part = raw if len(value) == 1 else json.dumps(one).encode("ascii")
                for item in self._found(number, part, one, "", several=True):
                    yield Item(item.name, item.line, item.raw, item.value, item.problem, f", item {position}")
            return
        if not problem and not is_dict(value):
            problem = _NO_EVENT.format(_KINDS.get(cast("type", type(value)), "something else"))
        yield Item(self.name, number, raw, None if problem else value, problem)

    # The beginning tells what the file is.

    def _first(self, number: int, line: bytes, lines: Iterator[tuple[int, bytes]]) -> Iterator[Item]:
        value, problem = _parsed(line)
        if is_dict(value) and value and _HEADER.issuperset(value):
            yield from self._envelope(number, line, value, lines)
        elif problem and _is_begun(line):
            yield from self._document(number, line, lines)
        else:
            yield from self._found(number, line, value, problem)

    def _document(self, number: int, line: bytes, lines: Iterator[tuple[int, bytes]]) -> Iterator[Item]:
        """A document over several lines; or lines of which the first is not whole."""
        held, size = [(number, line)], len(line)
        for one in lines:
            held.append(one)
            size += len(one[1])
            if size > MOST_BYTES:
                break
        else:
            raw = b"\n".join(text for _, text in held)
            value, problem = _parsed(raw)
            if not problem:
                yield from self._found(number, raw, value, problem)
                return
        for other, text in held:
            if text.strip(_BLANK):
                yield from self._line(other, text)

    # Envelopes.

    def _envelope(
        self, number: int, line: bytes, header: dict[str, Any], lines: Iterator[tuple[int, bytes]]
    ) -> Iterator[Item]:
        """The events of envelopes, one behind another; or, where none follows, an event that looked like a header."""
        following = next(((at, text) for at, text in lines if text.strip(_BLANK)), None)
        item = None if following is None else _parsed(following[1])[0]
        if following is None or not _is_item(item):
            yield from self._found(number, line, header, "")
            if following is not None:
                yield from self._line(*following)
            return
        while following is not None:
            at, text = following
            item, problem = _parsed(text)
            if _is_item(item):
                yield from self._payload(at, item, lines)
            elif not (is_dict(item) and _HEADER.issuperset(item)):
                yield Item(
                    self.name,
                    at,
                    text,
                    problem=problem or "no header of an envelope or of an item; see that the envelope is whole",
                )
            following = next(((at, text) for at, text in lines if text.strip(_BLANK)), None)

    def _payload(self, at: int, item: dict[str, Any], lines: Iterator[tuple[int, bytes]]) -> Iterator[Item]:
        length = item.get("length")
        held: list[bytes] = []
        size = -1
        for _, text in lines:
            held.append(text)
            size += len(text) + 1
            if type(length) is not int or size >= length:
                break
        kind = str(item["type"])
        if kind not in _EVENTS:
            self.others[kind] = self.others.get(kind, 0) + 1
            return
        raw = b"\n".join(held)
        yield from self._found(at + 1, raw, *_parsed(raw))


class DamagedError(ValueError):
    """A file cannot be read on from here; with file, line and what to do."""


def opened(name: str) -> Input:
    """A file to read; ``-`` is stdin.

    Raises:
        OSError: It cannot be opened.
    """
    raw = _stdin() if name == "-" else cast("IO[bytes]", open(name, "rb", _PIECE))  # noqa: PTH123, SIM115 - the caller closes it
    # Buffered readers can be looked into; what else stands for stdin is read as it is.
    peek: Callable[[int], bytes] | None = getattr(raw, "peek", None)
    stream = raw
    if peek is not None and peek(2)[:2] == _GZIP:
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
    return Input(_STDIN if name == "-" else name, stream, under=raw)


def _stdin() -> IO[bytes]:
    buffer: IO[bytes] | None = getattr(sys.stdin, "buffer", None)
    return io.BytesIO(sys.stdin.read().encode()) if buffer is None else buffer


def _parsed(raw: bytes) -> tuple[Any, str]:
    """The JSON value and no problem, or None and the problem; nothing of the text is in it."""
    if type(raw) is _Torn:
        return None, _LONG
    try:
        return json.loads(raw.decode("utf-8")), ""
    except UnicodeDecodeError:
        return None, _NO_UTF8
    except RecursionError:
        return None, _DEEP
    except ValueError as error:
        return None, _NO_JSON.format(type(error).__name__)


def _is_begun(line: bytes) -> bool:
    """Whether a line is the beginning of a document: all of it can be read, but for its end."""
    text = line.decode("utf-8", "replace").strip()
    if not line.lstrip(_BLANK).startswith(_OPEN):
        return False
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text)
    except (RecursionError, ValueError):
        return False
    return False


def _is_item(value: object) -> bool:
    return is_dict(value) and type(value.get("type")) is str and value["type"] in _ITEMS and len(value) <= 16  # noqa: PLR2004 - a header is small
