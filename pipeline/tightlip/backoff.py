"""How long to wait before the next try: longer each time, and never at the same moment as others.

Exponential backoff with full jitter: a wait is drawn from 0 to ``first * 2 ** failures``
(https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), here with a second on top, so that luck does not
make a loop of tries. The randomness is the system's: a host that has seeded the module ``random`` gets the numbers that it would get
without us.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST_SECONDS: Final = 1.0
_MOST_DOUBLINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits after failures.

    Attributes:
        first: Seconds up to which a wait after the first failure may last.
        most: Seconds up to which any wait may last.
    """

    first: float
    most: float

    def seconds(self, failures: int, random: Callable[[], float] | None = None) -> float:
        """The wait after so many ``failures`` in a row, from 1 on.

        Args:
            failures: How many there were.
            random: Gives a number from 0 to below 1.
        """
        doublings = min(max(failures - 1, 0), _MOST_DOUBLINGS)
        return LEAST_SECONDS + (random or drawn)() * min(self.most, self.first * 2.0**doublings)


def drawn() -> float:
    """A number from 0 to below 1, evenly."""
    return int.from_bytes(os.urandom(6), "big") / 2.0**48


#: For one event: at 6 hours an event that the server stumbles over is tried a hundred times in its month.
OF_EVENT: Final = Backoff(first=10.0, most=6 * 3600.0)
#: For the server as a whole.
OF_SERVER: Final = Backoff(first=5.0, most=3600.0)
