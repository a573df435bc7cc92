"""Secrets in sentences: a keyword, a word that joins, and a value that is no word.

``the password is hunter2`` has all three; ``the password is required`` has no value. Without an operator the value must show
by itself that it is none of the language's words: digits among letters, capitals or marks inside.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.words import EXPLANATIONS, FIELDS, is_nothing, is_value_like
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.randomness import looks_random
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import WIDE, Span, trim

_KEY: Final = r"[ _\-]?(?:[Kk]ey|KEY)"
# By their first letter, and what all of them begin with before that: forty choices tried at every letter of a text took four times as long.
_KEYWORD: Final = (
    r"(?=[ABCDELMOPRSTVWYabcdelmoprstvwy2])(?:"
    rf"[Pp](?:assword|assphrase|asscode|asswd|wd|asswort|rivate{_KEY})|P(?:ASSWORD|IN)|[Cc](?:ontraseña|redentials?)|CVV"
    rf"|[Mm](?:ot de passe|aster{_KEY}|asterauth)|MFA [Cc]ode|[Ss](?:enha|ecret|(?:ecret|igning|ession|hared){_KEY}|ession(?: [Ii][Dd]| token)?(?= [0-9A-Za-z])|ecurity [Cc]ode)"
    rf"|S(?:ECRET|MS [Cc]ode)|[Tt]oken|TOKEN|[Aa](?:(?:[Pp][Ii]|ccess|uth){_KEY}|(?:uth|uthentication|ccess) [Cc]ode)|AUTH"
    rf"|[Ee]ncryption{_KEY}|[Ll](?:icen[sc]e{_KEY}|ogin [Cc]ode)|[Ww]ebhook{_KEY}|[Rr](?:ecovery(?:{_KEY}| [Cc]ode)|equirepass)"
    rf"|[Dd]eploy{_KEY}|[Vv]erification [Cc]ode|2FA [Cc]ode|[Oo]ne-time [Cc]ode|OTP|[Bb]ackup [Cc]ode|[Yy]our(?: [a-z\-]{{2,16}})? code"
    r")(?=[ ,:])"
)

_HARMLESS_BEFORE: Final = re.compile(
    r"(?:[Uu]nexpected|[Uu]nrecogni[sz]ed|[Ii]llegal|[Uu]nterminated|[Ee]xpected|public|unknown|next)[ \"'`]+\Z"
)
_JOIN: Final = compile_pattern(
    r"(?: (?:for|of) [\w.@\-]{1,64}+)?+[,:]?+ (?:(?:was|is|were|est|ist|es|lautet|has been|now|currently|still|to|equals|being|as|not|PLAIN|LOGIN|XOAUTH2|changed|reset|set|value|of|with|the|has|=|==|:|this|my|your|named|called|used|using|given|provided|sent|received|got|found|key|string|here|likely|probably|be|must|should)(?=[ \"'`\\]) ?){0,5}+"
)
_VALUE: Final = compile_pattern(
    rf"(?:\\{{0,15}}+[\"'`“„«\u2018]([^\"'`\n\s”“»\u2019]{{3,256}}+)|[(\[]([^()\[\]\s\"'`]{{3,256}}+)(?=[)\]])|([^\s\"'`<>{WIDE}]{{3,256}}+))"
)
_COPULA: Final = re.compile(
    r"(?:\b(?:is|was|est|ist|es|lautet|to|equals|being|value|be|=|==|:)|[Pp]in|PIN|[Cc]ode|OTP|otp|CVV|cvv)[ \"'`\\]*\Z"
)
_CLOSERS: Final = frozenset("\"'`”“»\u2019")
# What a service says of a password that it did not take stands in quotes behind it, blanks and all.
_REFUSED: Final = re.compile(r"(?:[Ww]rong|[Ii]nvalid|[Ii]ncorrect|[Bb]ad|[Rr]ejected|[Rr]efused|[Mm]istyped) \Z")
_GIVEN: Final = compile_pattern(
    r" (?:(?:was|given|used|entered|supplied|provided) )?+\\{0,15}+([\"'`])((?:(?!\\{0,15}\1(?![A-Za-z0-9]))[^\n]){3,256}+)(?=\\{0,15}\1)"
)
# A plain word in quotes is a password where the sentence goes on with what became of it.
_JUDGED: Final = re.compile(
    r"\\{0,15}[\"'`”“»\u2019] (?:was |is |has been |did |does |got )?(?:not (?:accepted|match|correct|valid)|rejected|refused|declined|incorrect|wrong|denied|mistyped)"
)
_SESSION_ID: Final = compile_pattern(
    r"(?=[^\s]{0,64}?[0-9][^\s]{0,64}?[0-9])(?=[^\s]{0,64}?[A-Za-z])[0-9A-Za-z_\-]{16,256}+(?![0-9A-Za-z_\-./])"
)
_PERCENT: Final = re.compile(r"%[sdr(]")
_BARE: Final = 3
_QUOTE_AWAY: Final = 4
_DIGITS: Final = re.compile(r"[0-9]{4,10}")
_NUMBERED: Final = re.compile(r"[A-Za-z]+(?:[_\-./:][A-Za-z]+)*[_\-./:#]?[0-9]{1,3}")
_UNIT: Final = re.compile(
    r"[0-9.,]+(?:st|nd|rd|th|s|ms|m|h|d|x|px|kb|KB|MB|GB|k|K|M|B|min|sec|bit|bits|byte|bytes|chars|%)?"
)


def _is_word_of_code(value: str) -> bool:
    """Tell what stands in quotes behind a refused password and is none: a template, a field's name, a remark."""
    return is_nothing(value) or value.lower() in FIELDS or "{" in value or _PERCENT.search(value) is not None


def _is_secret(keyword: str, joined: str, value: str, *, in_quotes: bool) -> bool:
    """Tell whether a word behind a keyword is a value."""
    lower = value.lower()
    if lower in EXPLANATIONS or lower in FIELDS or is_nothing(value) or _UNIT.fullmatch(value) is not None:
        numeric = (
            _DIGITS.fullmatch(value) is not None and _COPULA.search(joined if joined.strip() else keyword) is not None
        )
        return (numeric and not lower.startswith(("19", "20"))) or (numeric and len(value) > 4)  # noqa: PLR2004
    if value.startswith(("http:", "https:", "/", "./", "~/", "--", "(", "{", "%", "<", "[")) or value.endswith(
        ("(", "()")
    ):
        return False
    if any(mark in value.rstrip("=") for mark in "=(){}[]") or not is_value_like(value, least=5):
        return False
    direct = _COPULA.search(joined) is None
    if direct and keyword[-1] in "nNtTyYeE" and _NUMBERED.fullmatch(value) is not None:
        return looks_random(value)  # "token NAME2", "secret my-app-1": names with a number
    return in_quotes or not direct or any(map(str.isdigit, value))


def sentence(text: str, start: int, end: int) -> Span | None:
    """Confirm a keyword as one that a value follows; the span is the value's."""
    keyword = text[start:end]
    if _HARMLESS_BEFORE.search(text, max(0, start - 16), start) is not None:
        return None
    if keyword[0] in "Pp" and _REFUSED.search(text, max(0, start - 16), start) is not None:
        given = _GIVEN.match(text, end)
        if given is not None and not _is_word_of_code(given[2]):
            return given.span(2)
    if keyword[0] in "Ss" and keyword[1:7] == "ession" and keyword[-1] != "y":
        session = _SESSION_ID.match(text, end + 1)
        return None if session is None else session.span()
    join = _JOIN.match(text, end)
    found = _VALUE.match(text, join.end() if join is not None else end)
    if found is None or join is None or join.end() == end:
        return None
    group = next(number for number in (1, 2, 3) if found.start(number) >= 0)
    begin, stop = found.span(group)
    if group == 1 and text[stop : stop + 1] in _CLOSERS:  # what is in quotes ends with them, with whatever sign it ends
        stop = begin + len(text[begin:stop].rstrip("\\"))
    else:
        stop = trim(text, begin, stop)
        comma = text.find(",", begin, stop)
        stop = comma if comma > begin else stop
    if group == 1 and keyword[0] in "Pp" and begin - end <= _QUOTE_AWAY and _JUDGED.match(text, stop) is not None:
        return None if _is_word_of_code(text[begin:stop]) else (begin, stop)
    return (begin, stop) if _is_secret(keyword, text[end:begin], text[begin:stop], in_quotes=group < _BARE) else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="secret.sentence",
        kind="secret",
        gate=has(
            *("assword", "ASSWORD", "assphrase", "asscode", "oken", "OKEN", "ecret", "ECRET", "key ", "Key ", "KEY "),
            *(
                "PIN ",
                "pin ",
                "OTP",
                "otp ",
                "code ",
                "AUTH ",
                "equirepass",
                "asterauth",
                "redential",
                "ession ",
                "passwd",
                "pwd ",
                "asswort",
                "ontraseña",
                "mot de passe",
            ),
        ),
        pattern=_KEYWORD,
        group=0,
        validator=sentence,
        marker=markers.SECRET,
        matches=(
            "the password is hunter2!",
            "called with token abc123def again",
            "using API key 12ab34cd, then",
            "password for ann was changed to S3cret-x",
            "the PIN is 4711 now",
            'wrong secret "q8Zr2Lk0vN" given',
            "wrong passphrase 'correct horse battery'",
            "wrong password 'hunter2!' for ann",
            'refused: password "swordfish" was rejected',
            "session c39b1560d8cdddcdb3db0464 expired",
            "Fehler: password „hunter2x“ abgelehnt",
        ),
        misses=(
            "password is required",
            "invalid password '%s' for '{name}'",
            "User authenticated with password",
            "token is invalid",
            "the key is missing",
            "token 3 of 12",
            "password hash sha256 expected",
            "secret my-app-1 not found",
            "Unexpected token b2",
            "API key v2 is deprecated",
            "access key must have 20 characters",
            "password '{value}' was not accepted",
            "session 12 expired, the session has ended",
        ),
    ),
)
