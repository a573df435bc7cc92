"""The forms of fields in events of applications: typed ones, and text with what happens to it.

A typed form is narrow: a value that lacks it is removed, so that none can hide in an id, a time or a number. Text passes the scrubbers. Which
of the two a field has, says `event_map`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from tightlip.allowlist import matching, one_of
from tightlip.event_notes import noted, removed, shifted
from tightlip.event_tree import MOST_ITEMS, NOTHING, Kind, pair_of
from tightlip.exact import is_dict, is_list
from tightlip.text import is_code

if TYPE_CHECKING:
    from tightlip.event_notes import Meta, Remark
    from tightlip.event_tree import Texts, Treat, Treated

FORM_RULE: Final = "event.form"
"""A value lacked the form of its field."""
FIELD_RULE: Final = "event.field"
"""A field never leaves."""
VALUES_RULE: Final = "event.values"
"""Values of variables and parameters: their kinds stand in their place."""
ROUTE_RULE: Final = "event.route"
"""A part of a route that looks like the name of one thing."""

_MOST_PLAIN: Final = 10**8
_MOST_DIGITS: Final = 10**30
ID: Final = "[id]"
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

# Routes.

_ROUTE: Final = re.compile(r"((?:[A-Z]{3,10} )?)((?:/[^/?#\s]*)+)((?:[?#]\S*)?)")
#: First folders that no route begins with.
_MACHINE_ROOTS: Final = frozenset(
    "home Users root usr var etc tmp opt mnt media srv proc sys dev run private Volumes Library System nix snap".split()  # noqa: SIM905 - as words they can be read
)
_ONE_THING: Final = re.compile(
    r"\d{3,}|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z_\-]{16,}|[0-9A-Fa-f]{24,}"
)
_STORED: Final = frozenset({"document", "data", "archive", "key"})
_LETTERS: Final = re.compile(r"[A-Za-z_\-]+")
_SHORTEST_TOKEN: Final = 20
_RANDOM_SHARE: Final = 0.46
"""Of neighbours that words do not have: as for tokens in texts (`detectors.entropy`)."""
_TEMPLATE: Final = re.compile(r"[:*].*|.*[<{\[(].*")


def route(value: object, texts: Texts) -> Treated:
    """A route keeps its words: each part is looked at by itself, one that names one thing becomes ``[id]``, query and fragment go."""
    if type(value) is not str:
        return scrubbed(value, texts)
    match = _ROUTE.fullmatch(value)
    if match is None or match[2].startswith("//"):
        return scrubbed(value, texts)
    first = match[2].split("/", 2)[1]
    if first in _MACHINE_ROOTS:
        return scrubbed(value, texts)
    if not match[1] and _is_stored(match[2].split("/")[1:]):
        clean, found = texts.text(match[2])
        if any(remark[0].startswith("path.") for remark in found):
            return clean, noted(*found)
    parts: list[str] = [match[1]]
    remarks: list[Remark] = []
    length = len(match[1])
    for number, part in enumerate(match[2].split("/")):
        clean, found = _route_part(part, texts)
        parts += ["/" * (number > 0), clean]
        length += number > 0
        remarks += shifted(found, length)
        length += len(clean)
    if match[3]:
        texts.learn(match[3][1:], named=True)
        remarks.append((ROUTE_RULE, "s"))
    return "".join(parts), noted(*remarks)


def _is_stored(parts: list[str]) -> bool:
    """Whether the last part is a file that people keep and routes seldom end with; below ``/data``, one of settings too."""
    if any(map(_TEMPLATE.fullmatch, parts)):
        return False
    from tightlip_scrubbers.detectors.extensions import class_of  # noqa: PLC0415 - as below
    from tightlip_scrubbers.detectors.path_tables import ROUTES  # noqa: PLC0415

    return parts[0].lower() not in ROUTES and class_of(parts[-1]) in (
        _STORED if parts[0] != "data" else _STORED | {"config"}
    )


def _route_part(part: str, texts: Texts) -> tuple[str, tuple[Remark, ...]]:
    if not part:
        return part, ()
    if _TEMPLATE.fullmatch(part) is None and (_ONE_THING.fullmatch(part) is not None or _is_random(part)):
        return ID, ((ROUTE_RULE, "s", 0, len(ID)),)
    return texts.text(part)


def _is_random(part: str) -> bool:
    """Whether a part without digits is no name: a token that happens to have none is one thing all the same."""
    if len(part) < _SHORTEST_TOKEN or _LETTERS.fullmatch(part) is None or part.islower() or part.isupper():
        return False
    from tightlip_scrubbers.randomness import unlikeliness  # noqa: PLC0415 - importing tightlip must stay cheap

    return unlikeliness(part) >= _RANDOM_SHARE


ROUTE = text("a route without the names of things in it, or text after the scrubbers", route)

# Values by their kinds.

_KINDS: Final = frozenset({
    "[str]", "[str: empty]", "[str: long]", "[int]", "[float]", "[bytes]", "[list]", "[list: empty]", "[dict]", "[dict: empty]", "[tuple]",
    "[set]", "[object]", "[secret]",
})  # fmt: skip
_WORDS: Final = frozenset({"None", "True", "False", "null", "true", "false", "undefined", "nil"})
_LONG: Final = 256
_INT_TEXT: Final = re.compile(r"[+-]?[0-9][0-9_]*n?|0[xXoObB][0-9A-Fa-f_]+")
_FLOAT_TEXT: Final = re.compile(
    r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?|[+-]?(?:nan|inf|NaN|Infinity)"
)
_CALL_TEXT: Final = re.compile(r"[A-Za-z_][\w.]{0,200}\(.*\)", re.DOTALL)
#: How a ``repr`` begins and ends -> what it is of.
_ENDS: Final = (("b'", "'", "[bytes]"), ('b"', '"', "[bytes]"), ("'", "'", "[str]"), ('"', '"', "[str]"), ("{", "}", "[dict]"), ("[", "]", "[list]"), ("(", ")", "[tuple]"), ("<", ">", "[object]"))  # fmt: skip


def kind_of(value: object) -> object:
    """The kind and the size class of a value of a variable: of data, or of the ``repr`` that SDKs send. Of the value no character stays."""
    if value is None or type(value) is bool:
        return value
    if type(value) is int:
        return "[int]"
    if type(value) is float:
        return "[float]"
    if is_dict(value):
        return "[dict]" if value else "[dict: empty]"
    if is_list(value) or type(value) is tuple:
        return "[list]" if value else "[list: empty]"
    if type(value) is str or is_code(value):
        return _kind_of_text(str(value))
    return "[object]"


def _kind_of_text(text: str) -> str:
    if text in _KINDS or text in _WORDS:
        return text
    if not text:
        return "[str: empty]"
    text = text[:4_096]
    if _INT_TEXT.fullmatch(text):
        return "[int]"
    if _FLOAT_TEXT.fullmatch(text):
        return "[float]"
    for start, end, kind in _ENDS:
        if text.startswith(start) and (text.endswith(end) or len(text) > _LONG) and len(text) > 1:
            return _sized(kind, len(text) - len(start) - len(end))
    if _CALL_TEXT.fullmatch(text):
        return "[object]"
    return _sized("[str]", len(text))


def _sized(kind: str, length: int) -> str:
    if length <= 0 and kind in ("[str]", "[dict]", "[list]"):
        return f"{kind[:-1]}: empty]"
    return "[str: long]" if length > _LONG and kind == "[str]" else kind


def _is_kind(value: object) -> bool:
    return value is None or type(value) is bool or (type(value) is str and (value in _KINDS or value in _WORDS))


_NAME: Final = re.compile(r"[$@]{0,2}(\w{1,100})[?!]?")


def _is_name(key: object) -> bool:
    match = _NAME.fullmatch(key) if type(key) is str else None
    return match is not None and match[1].isidentifier()


def variables(value: object, texts: Texts) -> Treated:
    """Local variables: those with the name of one, by their kinds. A secret's is told as one."""
    if is_list(value):
        return parameters(value, texts)
    if not is_dict(value):
        return NOTHING, removed(FORM_RULE)
    texts.learn(value, named=True)
    kept: dict[str, Any] = {}
    for key, item in list(value.items())[:MOST_ITEMS]:
        name = str(key) if is_code(key) else key
        if not _is_name(name) or texts.text(name)[0] != name:
            continue
        kind = kind_of(item)
        kept[name] = "[secret]" if texts.is_secret_name(name) and kind is not None and type(kind) is not bool else kind
    return _told(kept, value)


def parameters(value: object, texts: Texts) -> Treated:
    """What a message is filled with, by its kinds."""
    if is_dict(value):
        return variables(value, texts)
    if not is_list(value):
        return NOTHING, removed(FORM_RULE)
    return _told([kind_of(item) for item in value[:MOST_ITEMS]], value)


def _told(kept: object, value: object) -> Treated:
    if not kept:
        return NOTHING, removed(VALUES_RULE) if value else None
    return kept, None if _same(kept, value) else noted((VALUES_RULE, "s"))


def _same(kept: object, value: object) -> bool:
    """Whether the values were kinds before, and none was left out."""
    if is_dict(kept) and is_dict(value):
        return (
            len(kept) == len(value)
            and all(_is_kind(item) for item in value.values())
            and "[secret]" not in ({kept[key] for key in kept if value.get(key) != kept[key]})
        )
    return is_list(kept) and is_list(value) and len(kept) == len(value) and all(_is_kind(item) for item in value)


def _are_kinds(value: object) -> bool:
    if is_dict(value):
        return all(_is_name(key) and _is_kind(item) for key, item in value.items())
    return is_list(value) and all(_is_kind(item) for item in value)


VARIABLES = Kind("names, and the kinds of their values", _are_kinds, whole=True, treat=variables)
PARAMETERS = Kind("the kinds of the values", _are_kinds, whole=True, treat=parameters)

# Tags.

_TAG_KEY: Final = re.compile(r"[^\r\n\[\]]{1,200}")


def _is_scalar(value: object) -> bool:
    return type(value) in (str, bool, int, float) or is_code(value)


def tags(value: object, texts: Texts) -> Treated:
    """Tags as a dict or as pairs. One whose name is a finding goes whole: Sentry takes no marker for a name."""
    if is_dict(value):
        given = {key: item for key, item in list(value.items())[:MOST_ITEMS] if _is_tag_key(key) and _is_scalar(item)}
        clean, meta = texts.tree(given)
        kept = {key: item for key, item in clean.items() if key in given} if is_dict(clean) else {}
        return _kept_tags(kept, {key: item for key, item in (meta or {}).items() if key in kept})
    if not is_list(value):
        return NOTHING, removed(FORM_RULE)
    pairs: list[object] = []
    notes: Meta = {}
    for pair in map(pair_of, value[:MOST_ITEMS]):
        if pair is None or not _is_tag_key(pair[0]) or not _is_scalar(pair[1]):
            continue
        name, item = pair
        clean, meta = texts.tree({name: item})
        if is_dict(clean) and name in clean:
            if meta and name in meta:
                notes[str(len(pairs))] = {"1": meta[name]}
            pairs.append([name, clean[name]])
    return _kept_tags(pairs, notes)


def _is_tag_key(key: object) -> bool:
    return (type(key) is str or is_code(key)) and _TAG_KEY.fullmatch(str(key)) is not None


def _kept_tags(kept: Any, meta: Meta) -> Treated:
    return (kept, meta or None) if kept else (NOTHING, None)


def _are_tags(value: object) -> bool:
    if is_dict(value):
        return all(_is_tag_key(key) and _is_scalar(item) for key, item in value.items())
    pairs = map(pair_of, value) if is_list(value) else [None]
    return all(pair is not None and _is_tag_key(pair[0]) and _is_scalar(pair[1]) for pair in pairs)


TAGS = Kind("names, and text or numbers after the scrubbers", _are_tags, whole=True, treat=tags)


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
