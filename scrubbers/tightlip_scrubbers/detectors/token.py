"""Tokens that vendors issue, known by their shape: one module of rows a field (`tokens`).

Where two rows find the same, the first one names it, so the forms that say more stand before the general ones.
"""

from typing import Final

from tightlip_scrubbers.detectors.tokens import (
    ai,
    cloud,
    code,
    data,
    hosting,
    keys,
    messaging,
    monitoring,
    packages,
    payment,
    tools,
    work,
)
from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *code.RULES,
    *cloud.RULES,
    *hosting.RULES,
    *packages.RULES,
    *tools.RULES,
    *payment.RULES,
    *messaging.RULES,
    *ai.RULES,
    *data.RULES,
    *monitoring.RULES,
    *work.RULES,
    *keys.RULES,
)
"""All vendors' rows."""
