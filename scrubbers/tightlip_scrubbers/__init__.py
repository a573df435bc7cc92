"""Detectors for text whose origin is unknown: they find what a report must not carry, and put fixed markers in its place.

Standard library only, usable alone:

    >>> from tightlip_scrubbers import scrub_text
    >>> scrub_text("login of ann@example.com from 10.1.2.3 failed")
    'login of [email] from [ip] failed'

What this does not promise: a detector knows forms, not meanings. A name in a sentence, a password without its key,
a secret in an unknown encoding pass. Text that comes from code, and is known to, needs none of this.

PYTEST_DONT_REWRITE: pytest rewrites the asserts of whatever a distribution with a plugin holds, and warns where it comes too late.
"""

from tightlip_scrubbers.engine import Scrubber, find, scrub_text
from tightlip_scrubbers.findings import KINDS, Finding, Kind
from tightlip_scrubbers.keys import Names, is_secret_key
from tightlip_scrubbers.known import protect
from tightlip_scrubbers.remarks import Remark
from tightlip_scrubbers.rule import Gate, Rule
from tightlip_scrubbers.rules import RULES
from tightlip_scrubbers.walk import scrub

__all__ = [
    "KINDS",
    "RULES",
    "Finding",
    "Gate",
    "Kind",
    "Names",
    "Remark",
    "Rule",
    "Scrubber",
    "find",
    "is_secret_key",
    "protect",
    "scrub",
    "scrub_text",
]
