"""Ids of people and of what belongs to a customer, where the noun before says so: ``customer CUST-9F27 not found``, ``user X_12``.

An id has digits and letters. Numbers alone stay, as do random ids of requests and traces, which no person is known by; and words with a number
that are words all the same: ``client TLS1``, ``user group2``.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.words import ALGORITHMS
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span, trim

_CAPITALS: Final = re.compile(
    r"[A-Z][A-Z0-9]{0,7}[\-_](?=[A-Z0-9\-_]*[0-9])[A-Z0-9][A-Z0-9\-_]*|(?=(?:[0-9]*[A-Z])+[0-9A-Z]*\Z)(?=(?:[A-Z]*[0-9]){2})[A-Z0-9]+"
)
_SMALL: Final = re.compile(r"[a-z]{1,8}[\-_](?=[A-Za-z\-_]*[0-9])[A-Za-z0-9\-_]{5,}|[a-z]{1,8}[\-_][0-9]{3,}")
_MIXED: Final = re.compile(r"(?=[A-Za-z]*[0-9]+[A-Za-z]+[0-9A-Za-z]*\Z)(?=(?:[A-Za-z]*[0-9]){2})[A-Za-z0-9]{6,}")
_WORDS: Final = re.compile(
    r"[A-Za-z]{3,}(?:[\-_][A-Za-z]{2,})*[\-_]?[0-9]{1,2}|[A-Za-z]{1,8}[\-_]?v?[0-9]{1,3}(?:\.[0-9]+)+"
)
"""Names with a small number or a version: ``service-account-2``."""
_LOGIN: Final = re.compile(r"[A-Za-z]{1,32}_[0-9]{1,6}")
_OF_LOGIN: Final = re.compile(r"(?:[Uu]ser|[Cc]ustomer|[Aa]ccount|[Mm]ember|[Ee]mployee|[Gg]uest) (?:id )?[\"'`]?\Z")
_ENDS: Final = compile_pattern(
    r"[\"'`]?(?:[.,;:!?)\]}](?![A-Za-z0-9])|[ \t]*+(?:\Z|[\r\n])|\s(?:is|was|has|had|does|did|do|not|cannot|can|could|would|will|already|missing|unknown|exists|failed|in|on|from|for"
    r"|to|with|and|or|at|by|of|belongs|expired|locked|blocked|deleted|changed|updated|rejected|refused|paid|twice|again|now|after|before|because"
    r"|when|while|placed|created|must|should|may|is:|\(|-|->)(?![A-Za-z]))"
)


def record(text: str, start: int, end: int) -> Span | None:
    """Confirm the word behind a noun as an id, by its form and by what follows: a noun would make it a word of a name."""
    end = trim(text, start, end)
    word = text[start:end]
    if _LOGIN.fullmatch(word) and _OF_LOGIN.search(text, max(0, start - 24), start):
        return (start, end) if _ENDS.match(text, end) else None
    if (ALGORITHMS.fullmatch(word) and "_" not in word) or _WORDS.fullmatch(word) or _ENDS.match(text, end) is None:
        return None
    return (start, end) if any(form.fullmatch(word) for form in (_CAPITALS, _SMALL, _MIXED)) else None


_NOUNS: Final = (
    "[Uu]ser|[Cc](?:ustomer|lient)|[Oo]rder|[Aa]ccount|[Tt]enant|[Pp](?:atient|assenger)|[Ii]nvoice|[Ss](?:ubscriber|ubscription|eller|hipment)|[Mm](?:ember|erchant)"
    "|[Ee]mployee|[Bb](?:ooking|uyer)|[Rr]eservation|[Gg]uest|[Dd](?:elivery|river)"
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.record-id",
        kind="pii",
        gate=has(
            *(
                "ser ",
                "ustomer ",
                "lient ",
                "rder ",
                "ccount ",
                "enant ",
                "atient ",
                "assenger ",
                "nvoice ",
                "ubscriber ",
                "ubscription ",
                "eller ",
            ),
            *(
                "hipment ",
                "ember ",
                "erchant ",
                "mployee ",
                "ooking ",
                "uyer ",
                "eservation ",
                "uest ",
                "elivery ",
                "river ",
            ),
            digits=1,
            words=True,
        ),
        pattern=rf"(?=[UuCcOoAaTtPpIiSsMmEeBbRrGgDd])(?<![A-Za-z0-9_])(?:{_NOUNS}) (?:(?:id|ID|no\.|number|with id) )?#?[\"'`]?([A-Za-z0-9][A-Za-z0-9\-_.]{{1,63}}+)",
        group=1,
        validator=record,
        marker=markers.ID,
        matches=(
            "user X_12 not found",
            "customer CUST-9F27 has no plan",
            "(order ORD-48213)",
            "no user kranich_7 in here",
            "no such account acc_9s6XKz1",
            "tenant t-99120 is locked",
            "Invoice 2024F118: already paid",
        ),
        misses=(
            "user group2 not found",
            "order 48213 not found",
            "client TLS1 is required",
            "account X509 certificate",
            "request 9F27 failed",
            "client EC2 instance",
            "customer B2B is no plan",
            "user SHA256 was given",
            "order UTF-8 is required",
            "user service-account-2 is missing",
            "order by_1 and by_2",
            "member x86_64 of the union",
            "the user agent was Mozilla-5.0",
        ),
    ),
)
