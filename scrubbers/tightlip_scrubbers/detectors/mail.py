"""Mail addresses: found by their at sign, plain or percent-encoded, or written out against harvesters.

Sources: RFC 5321 section 4.5.3.1.1 (a local part has at most 64 octets), RFC 5322 section 3.2.3 (what it is made of), RFC 6531
(addresses in other alphabets).

"ann at example dot com" in plain words is left: so are "look at example" and every sentence with an "at" in it.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

# An apostrophe belongs to O'Brien; one behind b, r, u or f opens a literal of Python.
_LOCAL_BACKWARDS: Final = compile_pattern(
    r"(?:[^\s\"'`<>()\[\]{},;:=|@\\/?&]|'(?=[A-Za-z])(?![bBuUrRfF](?:[^A-Za-z]|\Z))){1,64}+"
)
# Letters of another script than Latin, glued to an address in ASCII: they are the sentence's.
_OTHER_SCRIPT: Final = compile_pattern(r"[\u0370-\u1dff\u1f00-\u1fff\u2e80-\uffef]++(?=[0-9A-Za-z][!-~]{0,63}\Z)")
_QUOTED_LOCAL_BACKWARDS: Final = re.compile(r"\"[^\"\n]{1,64}\"")
# ASCII letters end where another alphabet, an underscore or a hyphen begins: "ann@example.com_old", "ann@example.com是".
_TOP_LEVEL: Final = re.compile(r"xn--[0-9a-z\-]{1,59}|[A-Za-z]{2,63}(?![0-9A-Za-z])|[^\W\d_A-Za-z]{2,63}")
# "icon@2x.png" is a picture for fine screens, "left@1.0.0-rc.two" a version, "m@self.weights" a product of matrices.
_NOT_DOMAIN: Final = re.compile(r"[1-4](?:\.5)?x\.[A-Za-z]{3,4}\Z|v?[0-9]+\.[0-9x]+(?:\.|-|\Z)|(?:self|cls|np|torch)\.")
_OCTETS: Final = 4
_NAME_REACH: Final = 96
_DISPLAY_NAME: Final = re.compile(
    r"(?<!\w)[A-Z][^\W\d_]*\.?(?:[ \-](?:[A-Z][^\W\d_]*(?:['\u2019][A-Z][^\W\d_]*)?\.?|van|von|der|den|de|da|di|la|le|bin|al)){1,4} <\Z"
)
_AUTHORITY_REACH: Final = 512


def _in_authority(text: str, position: int) -> bool:
    """Tell whether the position stands in a URL before its first slash: "pass@host" there is no mail address."""
    scheme = text.rfind("://", max(0, position - _AUTHORITY_REACH), position)
    if scheme < 0:
        return False
    return not any(character.isspace() or character in "/?#\"'<>" for character in text[scheme + 3 : position])


def _local_start(text: str, start: int) -> int | None:
    backwards = text[max(0, start - 66) : start][::-1]
    local = _QUOTED_LOCAL_BACKWARDS.match(backwards) or _LOCAL_BACKWARDS.match(backwards)
    if local is None:
        return None
    first = start - local.end()
    glued = None if text[first].isascii() else _OTHER_SCRIPT.match(text, first, start)
    return first if glued is None else glued.end()


def _named_start(text: str, start: int) -> int:
    """Where the name before an address in angle brackets begins: ``Ann Lee <ann@example.com>``."""
    name = _DISPLAY_NAME.search(text, max(0, start - _NAME_REACH), start)
    if name is None or all(word.lower() in COMMON_WORDS for word in name[0].split()[:-1]):
        return start
    return name.start()


def email(text: str, start: int, end: int) -> Span | None:
    """Confirm an at sign and the domain after it as a mail address, and find the local part before it."""
    at = 3 if text[start] == "%" else 1
    domain = text[start + at : end].split("..", 1)[0].rstrip(".-_")
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels):  # noqa: PLR2004
        return None
    end = start + at + len(domain)
    if len(labels) != _OCTETS or not all(label.isdecimal() for label in labels):  # root@10.0.0.1
        top = _TOP_LEVEL.match(labels[-1])
        if top is None or _NOT_DOMAIN.match(domain):  # package@1.2.3
            return None
        end += top.end() - len(labels[-1])
    first = _local_start(text, start)
    if first is None or _in_authority(text, start):
        return None
    in_brackets = text[first - 1 : first] == "<" and text[end : end + 1] == ">"
    begin = _named_start(text, first) if in_brackets else first
    return (first, end) if begin == first else (begin, end + 1)


_SPELLED_DOMAIN: Final = compile_pattern(
    r"\s{0,2}+([0-9A-Za-z\-]{1,63}+(?:\s?[\[({]\s?(?:dot|DOT|\.)\s?[\])}]\s?|\.)){1,4}+[A-Za-z]{2,24}+"
)
_BLANK_BACKWARDS: Final = compile_pattern(r"\s{0,2}+")


def spelled(text: str, start: int, end: int) -> Span | None:
    """Confirm ``[at]`` with a name before it and a domain behind."""
    domain = _SPELLED_DOMAIN.match(text, end)
    blank = _BLANK_BACKWARDS.match(text[max(0, start - 2) : start][::-1])
    first = _local_start(text, start - (blank.end() if blank else 0))
    return None if domain is None or first is None else (first, domain.end())


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.email",
        kind="pii",
        gate=has("@", "%40"),
        pattern=r"(?:@|%40)[\w.\-]++",
        validator=email,
        marker=markers.EMAIL,
        matches=(
            "mail ann@example.com.",
            "<ann.lee+x@mail.example.co.uk>",
            "mailto:ann@example.com",
            "éann@example.com_old",
            "jörg@bücher.example",
            "ann%40example.com",
            "root@10.0.0.1",
            '"ann lee"@example.com',
            "to o'brien@example.ie, or",
            "b'ann@example.com'",
            "Author: Ada van Lovelace <ann@example.com>",
        ),
        misses=(
            "@app.route",
            "package@1.2.3",
            "a @ b",
            "@example.com",
            "ann@localhost",
            "decorated with @x.setter",
            "icon@2x.png",
            "left@1.0.0-rc.two",
            "w@self.weights",
        ),
    ),
    Rule(
        id="pii.email-spelled",
        kind="pii",
        gate=has("at]", "at)", "at}", "AT]", "AT)", "@]", "@)", "at ]", "at )", words=True),
        pattern=r"[\[({]\s?(?:at|AT|@)\s?[\])}]",
        validator=spelled,
        marker=markers.EMAIL,
        matches=("write to ann [at] example [dot] com", "ann(at)example.com, please"),
        misses=("look (at) it", "x[at] = 1", "arrive [at] noon"),
    ),
)
