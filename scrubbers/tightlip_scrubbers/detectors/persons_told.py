r"""Names of persons where the word before them says so: ``Name: Ann Lee``, ``patient Ann Lee``, ``Mr. Lee``; and ``User{name=ann}``.

A name in a sentence is a word as any other. Behind such a word, two words with capitals that stand in no error message are one's;
a single one is so behind a title alone.

Sources: the nouns of `persons`; Java's ``toString`` as IDEs and Lombok make it, Python's and Rust's reprs.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.detectors.things import SOFTWARE
from tightlip_scrubbers.detectors.words import EXPLANATIONS, is_nothing
from tightlip_scrubbers.meanings.values import is_user
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_CAPITAL: Final = r"[A-Z\u00c0-\u00de][^\W\d_]{1,24}+(?:['\u2019\-][^\W\d_]{1,24}+)?+"
_PARTICLES: Final = r"(?:(?:van|von|der|den|de|da|di|del|dos|la|le|bin|al|el) ){0,2}"
_FAMILY: Final = rf"{_PARTICLES}(?:[A-Z]['\u2019])?{_CAPITAL}"
_NAME: Final = rf"({_CAPITAL}(?: [A-Z]\.)?(?: {_FAMILY}){{1,2}}+)(?![^\W_])"
_NOUNS: Final = r"[CPERBASGcperbasg](?:ustomer|atient|assenger|ayee|ayer|mployee|ecipient|ardholder|eneficiary|pplicant|ontact|ubscriber|uest|tudent|ccount holder|aller)"
_TITLED: Final = re.compile(r"(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau|Mme)\.? \Z")
_OTHER: Final = frozenset(
    """
    visual studio internal server success portal center centre management manager services division office bureau institute university
    company corporation group union federal national united states street avenue road north south east west street city county
    windows microsoft google amazon azure apple oracle python java script linux ubuntu debian docker github gitlab jenkins
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
    balance transaction payment invoice subscription order discount credit debit note tax plan trial loan card insurance benefit care
    relations experience success journey segment lookup search import export sync upload download template schema endpoint resource
    dependencies dependency review license licence costa rica puerto roboto mono sans serif lorem ipsum raspberry eclipse apache spring
    doktor doctor präsident präsidentin president minister ministerin kanzler kanzlerin robot my your the
    november december rejected declined expired invalid deleted updated created missing unknown
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
_BRAND: Final = re.compile(r"(?<!Mc)(?<!Mac)(?<!De)(?<!Di)(?<!La)(?<!Le)(?<!Van)(?<!Fitz)(?<=[a-z])[A-Z]")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


def called(text: str, start: int, end: int) -> Span | None:
    """Confirm two words with capitals as a name: neither stands in messages."""
    if _BRAND.search(text, start, end):  # "MySQL Connector"
        return None
    words = [word.lower() for word in _WORD.findall(text[start:end]) if not word.islower()]
    if not words or any(word in COMMON_WORDS or word in EXPLANATIONS or word in _OTHER for word in words):
        return None
    return start, end


def noted(text: str, start: int, end: int) -> Span | None:
    """The same behind a noun: one with a capital inside of a sentence is the name of a thing ("a Customer Balance Transaction")."""
    if text[start - 2 : start - 1] in {":", "="} or text[start - 1] in ":=\"'":  # a key
        return called(text, start, end)
    noun = text.rfind(" ", 0, start - 1) + 1
    while text[noun : start - 1] in {"named", "called", "is"}:
        noun = text.rfind(" ", 0, noun - 1) + 1
    inside = noun > 1 and text[noun - 1] == " " and text[noun - 2] not in ".:;!?\n|-"
    return None if text[noun].isupper() and inside else called(text, start, end)


def keyed(text: str, start: int, end: int) -> Span | None:
    """The same behind the bare key ``name``: no other word makes it the name of something."""
    key = max(text.rfind("ame", max(0, start - 24), start) - 1, 0)
    before = text[max(0, key - 2) : key]
    if (
        before[-1:].isalnum()
        or before[-1:] in {"_", "-", "."}
        or (before[-1:] == " " and text[key].islower() and before[:1].isalnum())
    ):
        return None
    return called(text, start, end)


def titled(text: str, start: int, end: int) -> Span | None:
    """The same behind a title, which stands as a word of its own: "VMs. Create" has none."""
    return called(text, start, end) if _TITLE_ALONE.search(text, max(0, start - 8), start) else None


def of_object(text: str, start: int, end: int) -> Span | None:
    """Take the name in an object of somebody; a client or a profile may be named after a part of a program."""
    value = text[start:end]
    if value.lower() in SOFTWARE or _PART.fullmatch(value):
        return None
    return None if not is_user(value) or is_nothing(value) or value.lower() in COMMON_WORDS else (start, end)


_TITLE_ALONE: Final = re.compile(r"(?:\A|[^A-Za-z])[A-Z][a-z]{1,4}\.? \Z")
_PART: Final = re.compile(r"[a-z]+-(?:producer|consumer|client|server|worker|service|pool)|(?:get|set|is|has)[A-Z]\w+")


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.person-called",
        kind="pii",
        gate=has(
            *(
                "ustomer",
                "atient",
                "assenger",
                "ayee",
                "ayer",
                "mployee",
                "ecipient",
                "ardholder",
                "eneficiary",
                "pplicant",
            ),
            *("ontact", "ubscriber", "uest", "tudent", "ccount holder", "aller"),
            words=True,
        ),
        pattern=rf"{_NOUNS}(?:(?: (?:named|called|is))? |[:=] ?[\"']?){_NAME}",
        group=1,
        validator=noted,
        marker=markers.PERSON,
        matches=(
            "patient: Chidi Moreau",
            "Passenger Wei Jensen was not found",
            "no record of patient Ana van Dijk, twice",
            "customer Aisha O'Brien exists",
        ),
        misses=(
            "Contact Customer Support",
            "the customer Data Protection Officer",
            "customer Id is missing",
            "without a Customer Portal Setting",
            "Employee Self Service is down",
            "request Http Headers",
        ),
    ),
    Rule(
        id="pii.person-titled",
        kind="pii",
        gate=has("Mr. ", "Mrs. ", "Ms. ", "Dr. ", "Prof. ", "Herr ", "Frau ", "Mme ", words=True),
        pattern=rf"(?:M(?:rs?|s)\.|Dr\.|Prof\.|Herr|Frau|Mme) ({_FAMILY}(?: {_FAMILY})?+)(?![^\W_])",
        group=1,
        validator=titled,
        marker=markers.PERSON,
        matches=("the file of Mr. Jensen is locked", "Frau Kowalski ist abgemeldet"),
        misses=("Dr. Who Error", "Mr. Data", "replace VMs. Create new ones", "Frau Präsidentin", "a Prof. of nothing"),
    ),
    Rule(
        id="pii.person-name",
        kind="pii",
        gate=has("ame:", "ame=", "ame :", "ame =", either=":="),
        pattern=rf"[Nn]ame ?[:=] ?[\"']?{_NAME}",
        group=1,
        validator=keyed,
        marker=markers.PERSON,
        matches=("Name: Aisha Moreau, next", '<user id="7" name="Tomasz Kowalski">', "name: Ana van Dijk"),
        misses=(
            "module name: Visual Studio",
            "Name: Internal Server Error",
            "filename: Aisha Moreau",
            "event name: Aisha Moreau",
            "name: Aisha",
            "- name: Install Dependencies",
            "Name: Apache License",
            "name: MySQL Connector",
        ),
    ),
    Rule(
        id="pii.person-object",
        kind="pii",
        gate=has("name=", "Name=", either="({["),
        pattern=(
            r"(?:User|Account|Customer|Person|Patient|Employee|Member|Contact|Owner|Profile|Client|Principal|Student|Guest|Passenger)"
            r"(?:DTO|Dto|Entity|Model|Record|Impl|Details|Info|Profile|Principal|Data)?[({\[](?:[^\n(){}\[\]\"']{0,120}[, ])?(?:user|User|full|first|last)?[nN]ame=([^\s,;'\"(){}\[\]<>$%]{2,64}+)"
        ),
        group=1,
        validator=of_object,
        marker=markers.PERSON,
        matches=("User{name=priya, age=3}", "cannot store UserDto(id=7, name=priya)"),
        misses=(
            "UserService(name=priya)",
            "User{name=null}",
            "Client(name=redis)",
            "ClientInfo(name=kafka-producer)",
            "MemberInfo{name=getFoo}",
            "User(name={name})",
            "User(name=default)",
        ),
    ),
)
