"""The fixed texts that stand where something was removed.

A marker tells the class and nothing else: not the match, not its length, not a hash (a hash of a short value can be
undone by trying). None of them is itself a finding, which makes scrubbing idempotent.
"""

from typing import Final

IP: Final = "[ip]"
EMAIL: Final = "[email]"
PATH: Final = "[path]"
CREDENTIALS: Final = "[credentials]"
QUERY: Final = "[query]"
FRAGMENT: Final = "[fragment]"
VALUE: Final = "[value]"
SEGMENT: Final = "[segment]"
DATA: Final = "[data]"
SECRET: Final = "[secret]"  # noqa: S105
JWT: Final = "[jwt]"
MAC: Final = "[mac]"
PHONE: Final = "[phone]"
CARD: Final = "[card]"
IBAN: Final = "[iban]"
SSN: Final = "[ssn]"
ID: Final = "[id]"
PERSON: Final = "[person]"
ADDRESS: Final = "[address]"
BIRTHDAY: Final = "[birthday]"
ACCOUNT: Final = "[account]"
WALLET: Final = "[wallet]"
USER: Final = "[user]"
HOST: Final = "[host]"
LOCATION: Final = "[location]"

OBJECT: Final = "[object]"
BYTES: Final = "[bytes]"
NUMBER: Final = "[number]"
CYCLE: Final = "[cycle]"
DEPTH: Final = "[depth]"
BREADTH: Final = "[breadth]"
LENGTH: Final = "[length]"
TOTAL: Final = "[total]"
DENSE: Final = "[dense]"

STRUCTURAL: Final = frozenset({OBJECT, BYTES, NUMBER, CYCLE, DEPTH, BREADTH, LENGTH, TOTAL, DENSE})
"""What the walk puts in; the other markers belong to rows of the table of rules."""
