"""Contents: files, dumps, statements, blobs. What survives is the kind and the size class."""

from typing import Final

from tightlip_scrubbers.detectors.content import (
    blobs,
    blocks,
    commands,
    dumps,
    environment,
    failures,
    labelled,
    markup,
    members,
    messages,
    reprs,
    sql,
    tables,
)
from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *environment.RULES,
    *blocks.RULES,
    *tables.RULES,
    *dumps.RULES,
    *members.RULES,
    *failures.RULES,
    *reprs.RULES,
    *markup.RULES,
    *sql.RULES,
    *messages.RULES,
    *commands.RULES,
    *labelled.RULES,
    *blobs.RULES,
)
"""The rows of the class `content`."""
