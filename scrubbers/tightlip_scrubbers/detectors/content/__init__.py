"""Contents: files, dumps, statements, blobs. What survives is the kind and the size class."""

from typing import Final

from tightlip_scrubbers.detectors.content import dumps, markup, messages, reprs, sql
from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = (*dumps.RULES, *reprs.RULES, *markup.RULES, *sql.RULES, *messages.RULES)
"""The rows of the class `content`."""
