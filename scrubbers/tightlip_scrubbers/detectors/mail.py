"""Mail addresses: found by their at sign, plain or percent-encoded.

Sources: RFC 5321 section 4.5.3.1.1 (a local part has at most 64 octets), RFC 6531 (addresses in other alphabets).
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_LOCAL_BACKWARDS: Final = compile_pattern(r"[^\s\"'`<>()\[\]{},;:=|@\\/?&]{1,64}+")
_QUOTED_LOCAL_BACKWARDS: Final = re.compile(r"\"[^\"\n]{1,64}\"")
# ASCII letters end where another alphabet, an underscore or a hyphen begins: "ann@example.com_old", "ann@example.com是".
_TOP_LEVEL: Final = re.compile(r"xn--[0-9a-z\-]{1,59}|[A-Za-z]{2,63}(?![0-9A-Za-z])|[^\W\d_A-Za-z]{2,63}")
_OCTETS: Final = 4
_AUTHORITY_REACH: Final = 512


def _in_authority(text: str, position: int) -> bool:
    """Tell whether the position stands in a URL before its first slash: "pass@host" there is no mail address."""
    scheme = text.rfind("://", max(0, position - _AUTHORITY_REACH), position)
    if scheme < 0:
        return False
    return not any(character.isspace() or character in "/?#\"'<>" for character in text[scheme + 3 : position])


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
        if top is None:  # package@1.2.3
            return None
        end += top.end() - len(labels[-1])
    backwards = text[max(0, start - 66) : start][::-1]
    local = _QUOTED_LOCAL_BACKWARDS.match(backwards) or _LOCAL_BACKWARDS.match(backwards)
    if local is None or _in_authority(text, start):
        return None
    return start - local.end(), end


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.email",
        kind="pii",
        gate=has("@", "%40"),
        pattern=r"(?:@|%40)[\w.\-]++",
        group=0,
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
        ),
        misses=("@app.route", "package@1.2.3", "a @ b", "@example.com", "ann@localhost", "decorated with @x.setter"),
    ),
)
