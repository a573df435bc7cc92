"""Names of data of people: names, addresses, numbers of papers, accounts."""

from typing import Final

from tightlip_scrubbers.meaning import Meaning

MEANINGS: Final[tuple[Meaning, ...]] = ()
