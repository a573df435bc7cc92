"""What a value behind a key must look like to be somebody's, and what only stands in its place: templates, code, words about it.

``user=ann`` names somebody. ``user=%s``, ``user: {name}``, ``user: str``, ``user=None`` and ``user=self.user`` do not.
"""

import re
from collections.abc import Callable
from typing import Final

NOT_DATA: Final[frozenset[str]] = frozenset(
    """
    none null nil undefined true false unknown anonymous n/a na nan any all no yes not self cls this that the a an is was and or
    if in on of to for from with by at
    str string int integer float bool boolean bytes object dict list tuple set text char varchar uuid date datetime number type class
    optional required missing invalid empty unset default example localhost broadcasthost
    user users username userid login name names host hosts hostname port path url uri scheme domain server password passwd pass pwd secret
    token group role id ids uid gid key value values email mail address addr phone account owner field header param parameter arg args
    argument option file db database
    error failed failure found denied must please use enter ensure check expected got should cannot can could unable unreachable
    mismatch deprecated exists already does has have been be are it its only when while you your
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""Words, in lower case, that are no name of anybody: types, keys, and how prose goes on."""

_TEMPLATE: Final = re.compile(r"[{<$%*&?@#|\\]|:[A-Za-z]|\.\.\.")
_HOLE: Final = re.compile(r"%[sdr(]|\{[^{}\s]{0,64}\}|\$\{|\$\(|<[a-z_ -]{1,32}>|\{\{")
_CODE: Final = re.compile(
    r"(?:self|cls|this|args|os|sys|settings|config|conf|request|req|kwargs|params|data|options|opts|env|ctx|context|event|obj|socket"
    r"|models|current_user)[.\[]|[^\s()]{0,64}\(|[A-Za-z_.]{1,64}\[|[A-Za-z_.]{0,32}_(?:name|user|username|host|hostname|id|email)\Z"
)
_MARKER: Final = re.compile(r"\[[a-z0-9][a-z0-9:. \-]*\]")
_LONGEST: Final = 256
_HOST: Final = re.compile(r"\w(?:[\w.\-]{0,252}\w)?\.?(?::[0-9]{1,5})?(?:[\"'].*)?")
_ADDRESS: Final = re.compile(r"[0-9.]+(?::[0-9]+)?|[0-9.]+")
_POSTCODE: Final = re.compile(r"(?=.{0,8}[0-9].{0,6}[0-9])[0-9A-Za-z][0-9A-Za-z \-]{1,8}[0-9A-Za-z](?![0-9A-Za-z])")
_SMALL: Final = re.compile(r"[0-9]{1,4}")
_NO_USER: Final = re.compile(r"(?:[0-9]{1,4}(?:\.[0-9]{1,6})?|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9].*)?)\Z|system:")
"""Numbers of things, durations, dates, and the accounts of Kubernetes itself."""
_SEPARATED: Final = re.compile(r"[\w+*#. \-/():\u00a0\u2010-\u2015]+(?:[\"'].*)?")
_NO_FORM: Final = re.compile(r"0x[0-9A-Fa-f]+|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*|https?:.*")


_FILE: Final = re.compile(
    r"([^/\\<>|:*?\"\n{}]{1,128})\.(?i:csv|tsv|pdf|docx?|xlsx?|xlsm|pptx?|od[tspg]|rtf|txt|eml|msg|jpe?g|png|gif|heic|tiff?|bmp|mp[34]|mov|wav|m4a|zip|rar|7z|ics|vcf|parquet)"
)
_WELL_KNOWN_FILES: Final = frozenset(
    "requirements readme license licence changelog contributing robots cmakelists data input output index train test top_level entry_points file".split()  # noqa: SIM905
)


def is_value(value: str) -> bool:
    """Whether a text is a value, not a place for one, a type, a piece of code or a word about it."""
    value = value.strip()
    if not value or len(value) > _LONGEST or value.lower().rstrip(".,;:!?") in NOT_DATA:
        return False
    if _TEMPLATE.match(value) or _HOLE.search(value) or _CODE.match(value) or _MARKER.match(value):
        return False
    return any(character.isalnum() for character in value)


def is_user(value: str) -> bool:
    """Whether a text may name a user; a small number is an index or an account of the system, and ``last_login`` has a date."""
    return is_value(value) and _NO_USER.match(value) is None and len(value) > 1


def is_person(value: str) -> bool:
    """Whether a text may be a person's name: it has letters."""
    return is_value(value) and any(character.isalpha() for character in value)


def is_host(value: str) -> bool:
    """Whether a text may name a host; addresses have rules of their own."""
    return (
        is_value(value) and len(value) > 1 and _HOST.fullmatch(value) is not None and _ADDRESS.fullmatch(value) is None
    )


def is_postal(value: str) -> bool:
    """Whether a text may be a postal address: words and a number, or two lines."""
    if not is_value(value) or _NO_FORM.match(value) or "@" in value or "/" in value[:1]:
        return False
    words = re.findall(r"[^\W\d_]{2,}", value)
    return bool(words) and " " in value.strip() and any(character.isdecimal() for character in value)


def is_part_of_address(value: str) -> bool:
    """Whether a text may be a street or a town."""
    return is_value(value) and any(character.isalpha() for character in value) and _NO_FORM.match(value) is None


def is_postcode(value: str) -> bool:
    """Whether a text may be a postal code: short, with a digit."""
    return is_value(value) and _POSTCODE.match(value.strip()) is not None


def is_coordinate(value: str) -> bool:
    """Whether a text holds a number of degrees with its fraction."""
    return re.search(r"[0-9]{1,3}[.,][0-9]{2,}|[0-9]{1,3}\s?°", value) is not None


def is_date(value: str) -> bool:
    """Whether a text holds the digits of a date."""
    return is_value(value) and digits(value) >= 2 and _HOLE.search(value) is None  # noqa: PLR2004


def is_mail(value: str) -> bool:
    """Whether a text holds a mail address, of whatever form."""
    return "@" in value and is_value(value.strip("<>")) and not value.startswith("@")


def is_wallet(value: str) -> bool:
    """Whether a text is as long as an address of a cryptocurrency."""
    return re.fullmatch(r"(?:[a-z]{2,16}:)?[0-9A-Za-z_\-]{20,128}", value.strip()) is not None and digits(value) > 0


def is_bank_code(value: str) -> bool:
    """Whether a text is a business identifier code (ISO 9362), or an Indian one."""
    return re.fullmatch(r"[A-Z]{6}[0-9A-Z]{2}(?:[0-9A-Z]{3})?|[A-Z]{4}0[0-9A-Z]{6}", value.strip()) is not None


def is_network(value: str) -> bool:
    """Whether a text is an address in another form: a number, hex digits, or a part of one."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{8,10}", value):
        return 1 << 24 <= int(value) < 1 << 32
    return (
        re.fullmatch(
            r"0[xX][0-9A-Fa-f]{7,32}|(?=[0-9A-Fa-f]*[0-9])[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}|[0-9]{1,3}\.[0-9]{1,3}\.[0-9*x.]{1,8}",
            value,
        )
        is not None
    )


def is_hardware(value: str) -> bool:
    """Whether a text is a hardware address without separators."""
    return re.fullmatch(r"(?:0x)?[0-9A-Fa-f]{12}(?:[0-9A-Fa-f]{4})?", value.strip()) is not None and digits(value) > 0


def is_amount(value: str) -> bool:
    """Whether a text is an amount of money."""
    return is_value(value.strip("$€£¥")) and digits(value) >= 2  # noqa: PLR2004


def is_opaque(value: str) -> bool:
    """Whether a text identifies somebody by being unlike others': five digits or more, or letters with digits."""
    value = value.strip()
    if not is_value(value) or " " in value or _SMALL.fullmatch(value):
        return False
    return any(character.isdecimal() for character in value) and len(value) >= 5  # noqa: PLR2004


def is_file_name(value: str) -> bool:
    """Whether a text is the name of a file that people make, without a folder: a table, a letter, a picture. One that every program has is none."""
    value = value.strip()
    found = _FILE.fullmatch(value)
    return found is not None and is_value(value) and found[1].lower() not in _WELL_KNOWN_FILES


def digits(value: str) -> int:
    """How many digits a text has."""
    return sum(character.isdecimal() for character in value)


def numbered(least: int, most: int = 34) -> Callable[[str], bool]:
    """A check for numbers of papers, which may have letters in them, with so many digits."""

    def check(value: str) -> bool:
        return (
            least <= digits(value) <= most
            and len(value) <= 2 * most
            and _SEPARATED.fullmatch(value.strip()) is not None
            and is_value(value)
            and _NO_FORM.fullmatch(value.strip()) is None
        )

    return check
