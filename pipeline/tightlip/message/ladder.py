"""The rungs: how the template of an exception is found, best first.

Each rung is a function from a `Question` to a template or None, and the first that answers wins. Its name goes out as a tag. A rung
that has resolved the message to a bare hole has answered: nothing below may look further, since a crafted value could then choose
a template.
"""

from __future__ import annotations

import opcode
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tightlip.message.adapter import Adapters
from tightlip.message.adapters.table import ADAPTERS
from tightlip.message.class_rules import messages
from tightlip.message.index import FileIndex, RaiseSite, index
from tightlip.message.template import Hole, Template, common, has_words, join
from tightlip.origin.attribution import TrustedFrame, trusted_frame
from tightlip.origin.classes import lineage, module_file, trusted_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FunctionType

    from tightlip.capture import FrameSnapshot, Link
    from tightlip.origin.sources import Source, Sources

_RAISE = opcode.opmap["RAISE_VARARGS"]
#: Indexes kept, least recently used first out; one is 5 to 50 KB.
_MOST_INDEXES = 256
_NAME = type.__dict__["__name__"]


@dataclass(frozen=True, slots=True)
class Message:
    """What is reported in place of the message: its template (empty for none) and the rung that found it."""

    template: Template
    rung: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a rung may look at: the link, and its innermost frame if that one's code is verified."""

    link: Link
    innermost: TrustedFrame | None
    templates: Templates


class Templates:
    """Indexes of verified files, made on first use and kept in a bounded cache."""

    def __init__(self, sources: Sources, adapters: Adapters | None = None) -> None:
        self.sources = sources
        self.adapters = Adapters(ADAPTERS) if adapters is None else adapters
        self._indexes: OrderedDict[str, FileIndex] = OrderedDict()

    def index_of(self, source: Source) -> FileIndex:
        """The index of ``source``."""
        file = source.place.file
        found = self._indexes.get(file)
        if found is None:
            found = _index(source)
            self._indexes[file] = found
            while len(self._indexes) > _MOST_INDEXES:
                self._indexes.popitem(last=False)
        return found

    def function(self, function: FunctionType) -> tuple[FileIndex, tuple[str, int]] | None:
        """The index with the rule of ``function``, and its key there; None when its code is not verified."""
        verified = self.sources.verified(function.__code__)
        if verified is None:
            return None
        source, code = verified
        return self.index_of(source), (code.co_qualname, code.co_firstlineno)

    def constants(self, cls: type) -> Mapping[str, tuple[Template, ...]]:
        """The texts that the body of ``cls`` assigns in its source; empty when the class is not trusted."""
        named = trusted_class(cls, self.sources)
        if not named.exact or named.module == "builtins":
            return {}
        file = module_file(named.module)
        place = self.sources.owners.place(file) if file is not None else None
        source = self.sources.of(place) if place is not None else None
        return self.index_of(source).constants.get(named.qualname, {}) if source is not None else {}

    def answer(self, link: Link) -> Message:
        """The message of ``link`` by the best rung that knows it."""
        question = Question(link, self._innermost(link.frames), self)
        for name, rung in RUNGS:
            template = rung(question)
            if template is not None:
                return Message(template, name)
        return Message((), "type")

    def _innermost(self, frames: Sequence[FrameSnapshot]) -> TrustedFrame | None:
        return trusted_frame(frames[-1], self.sources) if frames else None


def _index(source: Source) -> FileIndex:
    try:
        return index(source.tree())
    except (RecursionError, ValueError, MemoryError):
        return FileIndex()  # an expression of a thousand terms: without templates, once and for all


def expanded(message: Message, handled: Message | None) -> Message:
    """``message`` with the hole that names the exception being handled replaced by that exception's template."""
    if handled is None or not handled.template:
        return message
    parts = [handled.template if isinstance(part, Hole) and part.is_handled else (part,) for part in message.template]
    return Message(join(parts), message.rung)


def _by_code(question: Question) -> Template | None:
    """The ``raise`` statement at the innermost frame, and the class's own rules."""
    frame = question.innermost
    if frame is None or not _is_raise(frame):
        return None
    site = question.templates.index_of(frame.source).raises.get(frame.line)
    if site is None or not _makes(site, question.link.type):
        return None
    found = messages(question.link.type, site.arguments, question.templates)
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    # Of several possibilities, what they share is known to have been said.
    shared = common(found)
    return shared if has_words(shared) else None


def _is_raise(frame: TrustedFrame) -> bool:
    # An error raised in C on the line of a `raise` statement is not the one that the statement would have raised.
    code = frame.code.co_code
    return 0 <= frame.offset < len(code) and code[frame.offset] == _RAISE


def _makes(site: RaiseSite, cls: type) -> bool:
    if site.callee == "unknown":
        names = (_NAME.__get__(base) for base in lineage(cls))
        return any(type(name) is str and name == site.name for name in names)
    return site.callee != "function"


def _by_adapter(question: Question) -> Template | None:
    return question.templates.adapters.template(question.link)


#: Best first. Alternatives, builtin and outer will stand between these.
RUNGS: tuple[tuple[str, Callable[[Question], Template | None]], ...] = (
    ("code", _by_code),
    ("adapter", _by_adapter),
)
