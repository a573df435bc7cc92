"""Whether a dict with the bare key ``name`` tells of a person, or of a queue, a file or a service.

A name in a sentence cannot be told from any other word; one in a dict can, by the key that the dict stands under and by what stands beside
the name.
"""

from collections.abc import Callable
from typing import Final

from tightlip_scrubbers.engine import Scrubber
from tightlip_scrubbers.keys import MAX_NAME, segments
from tightlip_scrubbers.meanings.values import is_person

OWN_NAME: Final = frozenset({"name", "Name", "NAME"})
"""The key in question."""
_AGE: Final = frozenset({"age", "Age"})
_PERSONS: Final = frozenset(
    [
        "customer",
        "user",
        "owner",
        "patient",
        "contact",
        "buyer",
        "seller",
        "recipient",
        "sender",
        "employee",
        "person",
        "subscriber",
        "guest",
        "passenger",
        "driver",
        "applicant",
        "cardholder",
        "payer",
        "payee",
        "beneficiary",
        "member",
        "student",
        "billing",
        "shipping",
    ]
)
_OF_PERSONS: Final = frozenset(
    [
        "pii.email-keyed",
        "pii.phone-keyed",
        "pii.birthday-keyed",
        "pii.ssn-keyed",
        "pii.address-keyed",
        "pii.address-part",
        "pii.person",
        "pii.salary",
        "pii.postcode",
        "pii.card-keyed",
        "pii.iban-keyed",
    ]
)
"""Rows of what people have and programs, services and files have not."""


def tells_of_a_person(
    items: list[tuple[object, object]],
    owner: str,
    scrubber: Scrubber,
    is_confirmed: Callable[[str, object], bool],
) -> bool:
    """Tell whether the value under ``name`` is a person's.

    Args:
        items: The dict's.
        owner: The key that the dict, or the list it stands in, stands under; empty for none.
        scrubber: Whose names and classes count.
        is_confirmed: Whether a value is what its key says.
    """
    if "pii" not in scrubber.kinds:
        return False
    given = next((item for key, item in items if type(key) is str and key in OWN_NAME), None)
    if type(given) is not str or given in scrubber.markers or not is_person(given):
        return False
    if owner and _is_noun_of_person(owner):
        return True
    if given.islower() and given.isascii() and " " not in given:  # a word: the name of a queue
        return False
    for key, item in items:
        if type(key) is not str or len(key) > MAX_NAME:
            continue
        if key in _AGE:
            if type(item) is int and " " in given:
                return True
            continue
        meaning = scrubber.names.meaning(key)
        if meaning is not None and meaning.rule in _OF_PERSONS and is_confirmed(key, item):
            return True
    return False


def _is_noun_of_person(key: str) -> bool:
    """Whether a key's last word names somebody: ``shippingCustomer``, ``patients``."""
    parts = segments(key[-MAX_NAME:])
    return bool(parts) and parts[-1].removesuffix("s") in _PERSONS
