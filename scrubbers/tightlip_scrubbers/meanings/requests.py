"""Names of data of requests: headers, bodies, cookies, forms."""

from typing import Final

from tightlip_scrubbers.meaning import Meaning

MEANINGS: Final[tuple[Meaning, ...]] = ()
