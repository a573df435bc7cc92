"""The forms of fields in events of applications: typed ones, and text with what happens to it.

A typed form is narrow: a value that lacks it is removed, so that none can hide in an id, a time or a number. Text passes the scrubbers. Which
of the two a field has, says `event_map`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tightlip.allowlist import matching, one_of
from tightlip.event_notes import noted, removed
from tightlip.event_tree import NOTHING, Kind
from tightlip.exact import is_dict, is_list
from tightlip.text import is_code

if TYPE_CHECKING:
    from tightlip.event_tree import Texts, Treat, Treated

FORM_RULE: Final = "event.form"
"""A value lacked the form of its field."""
FIELD_RULE: Final = "event.field"
"""A field never leaves."""
_MOST_PLAIN: Final = 10**8
_MOST_DIGITS: Final = 10**30
NUMBER: Final = "[number]"


def _never(_: object) -> bool:
    return False


def scrubbed(value: object, texts: Texts) -> Treated:
    """A text through the scrubbers; a number that is long enough to be an account is looked at as the text that it would be."""
    if type(value) is str:
        clean, remarks = texts.text(value)
        return clean, noted(*remarks)
    if type(value) is bool:
        return value, None
    if type(value) is int or type(value) is float:
        return sized(value, texts)
    return NOTHING, None


def sized(value: float, texts: Texts) -> Treated:
    """A number, or a marker where its digits are a finding."""
    if -_MOST_PLAIN < value < _MOST_PLAIN:
        return value, None
    if type(value) is float and not math.isfinite(value):
        return NOTHING, None
    if abs(value) > _MOST_DIGITS:  # no quantity: data in disguise
        return NUMBER, noted((FORM_RULE, "s", 0, len(NUMBER)))
    text = str(value)
    clean, remarks = texts.text(text)
    return (
        (value, None)
        if clean == text
        else (NUMBER, noted((remarks[0][0] if remarks else FORM_RULE, "s", 0, len(NUMBER))))
    )


def text(words: str, treat: Treat = scrubbed) -> Kind:
    """The kind of a text that leaves after a treatment."""
    return Kind(words, is_code, holds_text=True, treat=treat)


def _only_clean(form: Kind) -> Treat:
    def treat(value: object, texts: Texts) -> Treated:
        if not form.accepts(value):
            return NOTHING, removed(FORM_RULE)
        clean, remarks = texts.text(str(value))
        return (value, None) if clean == value else (NOTHING, removed(remarks[0][0] if remarks else FORM_RULE))

    return treat


def word(words: str, pattern: str) -> Kind:
    """The kind of a text of this form in which the scrubbers find nothing; for fields in which Sentry allows no marker."""
    form = matching(words, pattern)
    return Kind(words, form.accepts, treat=_only_clean(form))


def _taken_away(value: object, texts: Texts) -> Treated:
    if is_empty(value):
        return NOTHING, None
    texts.learn(value, named=True)
    return NOTHING, removed(FIELD_RULE)


def is_empty(value: object) -> bool:
    """Whether a value was no data. Asked of exact types only: others may run their own code."""
    if is_dict(value) or is_list(value) or type(value) is str:
        return not value
    return value is None


def _identity_taken_away(value: object, texts: Texts) -> Treated:
    texts.learn(value)
    return _taken_away(value, texts)


REMOVED = Kind("removed", _never, whole=True, treat=_taken_away)
IDENTITY = Kind("removed; what it said is removed elsewhere too", _never, whole=True, treat=_identity_taken_away)

PLAIN = text("text after the scrubbers")
CODE = text("a name of code, after the scrubbers")
LABEL = text("a short name, after the scrubbers")


def _short_text(pattern: str, most: int) -> Treat:
    allowed = matching("", pattern)

    def treat(value: object, texts: Texts) -> Treated:
        if type(value) is not str:
            return NOTHING, removed(FORM_RULE)
        clean, meta = scrubbed(value, texts)
        return (clean, meta) if allowed.accepts(clean) and len(str(clean)) <= most else (NOTHING, removed(FORM_RULE))

    return treat


#: What Sentry accepts as a release: no slashes, no line breaks, not a dot or two alone.
RELEASE_TEXT = text("a name and version, after the scrubbers", _short_text(r"(?!\.{1,2}\Z)[^\r\n\t\f\v/\\]+", 200))
#: And as an environment.
ENVIRONMENT_TEXT = text("a short name, after the scrubbers", _short_text(r"(?!none\Z)[^\r\n\f/]+", 64))
LOGGER = text("a name of code, after the scrubbers", _short_text(r"[^\r\n]*", 1_000))
#: Sentry refuses any other sign in it.
ORIGIN = word("who made it, in A-Z a-z 0-9 . _", r"[A-Za-z0-9_.]{1,128}")
FLAG_NAME = word("a name, in A-Z a-z 0-9 . _ : -", r"[A-Za-z0-9_.:\-]{1,128}")
UNIT = word("a unit of up to 15 signs", r"[A-Za-z0-9_%/.\-]{0,15}")
DIST = word("a short name of A-Z a-z 0-9 . _ -", r"[A-Za-z0-9_.\-]{1,64}")


def _number_or_text(value: object, texts: Texts) -> Treated:
    if type(value) is int and 0 <= value < 1 << 64:
        return sized(value, texts)
    return scrubbed(value, texts)


THREAD_ID = Kind(
    "a number or a short name, after the scrubbers",
    lambda value: is_code(value) or (type(value) is int and 0 <= value < 1 << 64),
    holds_text=True,
    treat=_number_or_text,
)


def _fingerprint(value: object, texts: Texts) -> Treated:
    """A part of a fingerprint is never dropped: the others would make another group."""
    clean, meta = scrubbed(value, texts)
    return ("[object]", noted((FORM_RULE, "s", 0, 8))) if clean is NOTHING else (clean, meta)


FINGERPRINT = text("text after the scrubbers; {{ default }} stays", _fingerprint)

LEVEL = one_of("fatal", "critical", "error", "warning", "info", "log", "debug")
_PLATFORMS: Final = ("as3", "c", "cfml", "cocoa", "csharp", "elixir", "go", "groovy", "haskell", "java", "javascript", "native", "node", "objc", "other", "perl", "php", "python", "ruby")  # fmt: skip
PLATFORM = one_of(*_PLATFORMS)
FRAME_PLATFORM = one_of(*_PLATFORMS, "dart", "wasm", "zig")
EVENT_TYPE = one_of("default", "error", "transaction", "feedback")
STATUS = one_of(
    "ok", "cancelled", "unknown", "unknown_error", "invalid_argument", "deadline_exceeded", "not_found", "already_exists", "permission_denied", "resource_exhausted",
    "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal_error", "unavailable", "data_loss", "unauthenticated",
)  # fmt: skip
SOURCE = one_of("custom", "url", "route", "view", "component", "task", "sanitized", "unknown")
METHOD = one_of(
    *(each for name in ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "QUERY") for each in (name, name.lower())),
)  # fmt: skip
