"""The adapters for XML that cannot be parsed: ``mismatched tag: line {line}, column {column}``.

``code`` is the number of one of Expat's texts; it counts only if the error says that text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tightlip.attributes import attribute
from tightlip.message.adapter import Adapter
from tightlip.message.adapters.only_text import only_text
from tightlip.message.matching import fits
from tightlip.message.template import Hole, Template, join

#: ``XML_ErrorString`` (expat/lib/xmlparse.c), in the order of ``enum XML_Error``, which begins with 1 (expat/lib/expat.h).
ERRORS = (
    "out of memory",
    "syntax error",
    "no element found",
    "not well-formed (invalid token)",
    "unclosed token",
    "partial character",
    "mismatched tag",
    "duplicate attribute",
    "junk after document element",
    "illegal parameter entity reference",
    "undefined entity",
    "recursive entity reference",
    "asynchronous entity",
    "reference to invalid character number",
    "reference to binary entity",
    "reference to external entity in attribute",
    "XML or text declaration not at start of entity",
    "unknown encoding",
    "encoding specified in XML declaration is incorrect",
    "unclosed CDATA section",
    "error in processing external entity reference",
    "document is not standalone",
    "unexpected parser state - please send a bug report",
    "entity declared in parameter entity",
    "requested feature requires XML_DTD support in Expat",
    "cannot change setting once parsing has begun",
    "unbound prefix",
    "must not undeclare prefix",
    "incomplete markup in parameter entity",
    "XML declaration not well-formed",
    "text declaration not well-formed",
    "illegal character(s) in public id",
    "parser suspended",
    "parser not suspended",
    "parsing aborted",
    "parsing finished",
    "cannot suspend in external parameter entity",
    "reserved prefix (xml) must not be undeclared or bound to another namespace name",
    "reserved prefix (xmlns) must not be declared or undeclared",
    "prefix must not be bound to one of the reserved namespace names",
    "invalid argument",
    "a successful prior call to function XML_GetBuffer is required",
    "limit on input amplification factor (from DTD and entities) breached",
    "parser not started",
)

_MSG: Any = SyntaxError.__dict__["msg"]
_MOST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """The number of one of `ERRORS`, from 1 on, and whether ElementTree has put the name of an entity behind its text."""

    code: int
    names_entity: bool = False


def take_parse_error(exc: BaseException) -> Facts | None:
    """The facts of ElementTree's error, which speaks as ``SyntaxError`` does."""
    return _facts(exc, _MSG.__get__(exc))


def take_expat_error(exc: BaseException) -> Facts | None:
    """The facts of Expat's own error."""
    return _facts(exc, only_text(exc, _MOST_TEXT))


def _facts(exc: BaseException, said: object) -> Facts | None:
    code = attribute(exc, "code")
    if type(code) is not int or not 1 <= code <= len(ERRORS) or type(said) is not str or len(said) > _MOST_TEXT:
        return None
    candidates = (Facts(code), Facts(code, names_entity=True))
    return next((facts for facts in candidates if fits(template(facts), said)), None)


def template(facts: Facts) -> Template:
    """Expat's text and a place."""
    entity: Template = (" &", Hole("entity"), ";") if facts.names_entity else ()
    return join([(ERRORS[facts.code - 1],), entity, (": line ", Hole("line"), ", column ", Hole("column"))])


ADAPTERS = (
    Adapter("xml.etree.ElementTree.ParseError", take_parse_error, template),
    Adapter("xml.parsers.expat.ExpatError", take_expat_error, template),
)
