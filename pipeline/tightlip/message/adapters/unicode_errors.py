"""The adapters for Unicode errors: codec and reason from tables, positions as holes.

``'utf-8' codec can't decode byte {byte} in position {start}: invalid start byte``. All of it is read from the slots that the interpreter
itself makes the text of (Objects/exceptions.c, ``UnicodeDecodeError_str`` and its like); the object that failed is asked for its length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tightlip.message.adapter import Adapter
from tightlip.message.template import Hole, Template, join

if TYPE_CHECKING:
    from collections.abc import Callable

#: Names under which CPython's codecs raise (Objects/unicodeobject.c, Modules/cjkcodecs, Lib/encodings), and their usual spellings.
ENCODINGS = frozenset(
    """
    ascii us-ascii utf-8 utf_8 utf8 utf-8-sig utf-16 utf16 utf-16-le utf-16-be utf-32 utf32 utf-32-le utf-32-be utf-7 utf7
    latin-1 latin1 iso-8859-1 iso8859-1 charmap cp1252 cp437 mbcs oem cp65001 unicodeescape rawunicodeescape idna punycode
    big5 big5hkscs cp932 cp949 cp950 euc_jp euc_jis_2004 euc_jisx0213 euc_kr gb2312 gbk gb18030 hz johab iso2022_jp iso2022_jp_1
    iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr shift_jis shift_jis_2004 shift_jisx0213
    """.split()  # noqa: SIM905 - a word list
)

#: CPython's reasons: Objects/unicodeobject.c, Modules/cjkcodecs/multibytecodec.c, Lib/encodings (idna, punycode, utf_16, utf_32).
REASONS = frozenset(
    {
        "invalid start byte",
        "invalid continuation byte",
        "unexpected end of data",
        "surrogates not allowed",
        "ordinal not in range(128)",
        "ordinal not in range(256)",
        "character maps to <undefined>",
        "truncated data",
        "illegal encoding",
        "illegal UTF-16 surrogate",
        "code point in surrogate code point range(0xd800, 0xe000)",
        "code point not in range(0x110000)",
        "partial character in shift sequence",
        "non-zero padding bits in shift sequence",
        "unterminated shift sequence",
        "unexpected special character",
        "ill-formed sequence",
        "truncated \\xXX escape",
        "truncated \\uXXXX escape",
        "truncated \\UXXXXXXXX escape",
        "illegal Unicode character",
        "\\ at end of string",
        "malformed \\N character escape",
        "unknown Unicode character name",
        "illegal multibyte sequence",
        "incomplete multibyte sequence",
        "invalid character",
        "label empty",
        "label too long",
        "label way too long",
    }
)


@dataclass(frozen=True, slots=True)
class Facts:
    """A member of `ENCODINGS` and of `REASONS`, None for another, and whether one character or byte failed or several."""

    encoding: str | None
    reason: str | None
    is_single: bool


@dataclass(frozen=True, slots=True)
class _Form:
    """How one of the three classes puts its text together; the verb with what stands before and behind it."""

    cls: type[UnicodeError]
    verb: str
    one: Template
    several: str
    has_encoding: bool = True

    def take(self, exc: BaseException) -> Facts | None:
        """The facts of ``exc``."""
        failed, start, end = self._slot(exc, "object"), self._slot(exc, "start"), self._slot(exc, "end")
        if type(failed) not in (str, bytes):
            return None
        # As the interpreter decides it.
        is_single = start < len(failed) and end == start + 1
        encoding = self._slot(exc, "encoding") if self.has_encoding else None
        return Facts(_member(encoding, ENCODINGS), _member(self._slot(exc, "reason"), REASONS), is_single)

    def template(self, facts: Facts) -> Template:
        """``'utf-8' codec can't decode byte {byte} in position {start}: invalid start byte``."""
        place: Template = (
            (*self.one, " in position ", Hole("start"))
            if facts.is_single
            else (f"{self.several} in position ", Hole("start"), "-", Hole("end"))
        )
        codec: Template = ("'", facts.encoding or Hole("encoding"), "' codec ") if self.has_encoding else ()
        return join([codec, (f"can't {self.verb} ",), place, (": ", facts.reason or Hole("reason"))])

    def _slot(self, exc: BaseException, name: str) -> Any:
        slot: Callable[[BaseException], Any] = self.cls.__dict__[name].__get__
        return slot(exc)


def _member(value: object, known: frozenset[str]) -> str | None:
    return value if type(value) is str and value in known else None


_CHARACTER: Template = ("character ", Hole("character"))
_FORMS = (
    _Form(UnicodeDecodeError, "decode", ("byte ", Hole("byte")), "bytes"),
    _Form(UnicodeEncodeError, "encode", _CHARACTER, "characters"),
    _Form(UnicodeTranslateError, "translate", _CHARACTER, "characters", has_encoding=False),
)

ADAPTERS = tuple(Adapter(f"builtins.{form.cls.__name__}", form.take, form.template) for form in _FORMS)
