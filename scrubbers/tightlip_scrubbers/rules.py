"""The table of detectors: the rows of every class in one order.

Each row says what it finds, by example, and what it must leave, by near miss; a test walks both. The order matters for
equal spans only: the first row's marker is used. How to write a row stands in `rule`.
"""

from typing import Final

from tightlip_scrubbers.detectors import (
    content,
    daemons,
    directories,
    encoded,
    entropy,
    hostname,
    hosts_told,
    iban,
    ip,
    login,
    mac,
    mail,
    number,
    path,
    person,
    persons_told,
    positional,
    protocols,
    records,
    request,
    secret,
    token,
    url,
    wallet,
)
from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *token.RULES,
    *secret.RULES,
    *encoded.RUNS,
    *request.RULES,
    *content.RULES,
    *path.RULES,
    *url.RULES,
    *mail.RULES,
    *iban.RULES,
    *wallet.RULES,
    *person.RULES,
    *persons_told.RULES,
    *records.RULES,
    *positional.RULES,
    *protocols.RULES,
    *number.RULES,
    *login.RULES,
    *daemons.RULES,
    *directories.RULES,
    *hostname.RULES,
    *hosts_told.RULES,
    *mac.RULES,
    *ip.RULES,
    *entropy.RULES,
    *encoded.RULES,
)
"""Every detector, in the order in which equal spans are decided."""
