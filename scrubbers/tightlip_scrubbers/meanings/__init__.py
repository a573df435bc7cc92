"""What key names can say of their values, the gravest first: the first row that a name fits decides."""

from typing import Final

from tightlip_scrubbers.meaning import Meaning
from tightlip_scrubbers.meanings import people, requests, secrets

MEANINGS: Final[tuple[Meaning, ...]] = (*secrets.MEANINGS, *requests.MEANINGS, *people.MEANINGS, *secrets.WEAK)
"""All rows, in the order in which they are asked."""
