"""The table of faults as a command."""

from __future__ import annotations

import argparse
import os
import random
import sys
from typing import TYPE_CHECKING

from benchmarks.faults.kills import killed
from benchmarks.faults.trouble import EXIT_SECONDS, MOST_MEMORY, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.faults.kills import Kills
    from benchmarks.faults.trouble import Row

_EXAMPLES = """\
examples:
  make faults
  python benchmarks/fault_table.py --only outbox --kills 0
  python benchmarks/fault_table.py --kills 300 --seed 7
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 1 if a promise was not kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=300, metavar="N", help="processes to kill (default: 300)")
    parser.add_argument("--only", default="", metavar="TEXT", help="faults with this in their name")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000), help="of the moments of the kills")
    parsed = parser.parse_args(argv)
    if os.name != "posix":
        parser.error("it forks and sends signals: POSIX alone")
    failed = False
    if parsed.kills:
        found = killed(parsed.kills, parsed.seed, lambda number: _tell(f"kill {number} of {parsed.kills}"))
        _tell("")
        failed = _kills(found, parsed.seed)
    print(f"\n{'fault':<34} {'safe':>9}  {'host':<9} {'exit delay':>10}  {'memory':>8}")
    for row in rows(_tell, parsed.only):
        _tell("")
        _row(row)
        failed = failed or bool(row.why)
    print(
        f"\nsafe: reports in the outbox or with the server. host: exit code, stdout and stderr with and without tightlip.\n"
        f"promised: the end at most {EXIT_SECONDS:g} s later; at most {MOST_MEMORY:g} MB more, imports included."
    )
    return int(failed)


def _kills(found: Kills, seed: int) -> bool:
    print(f"kill -9 at {found.kills} random moments, two processes on one outbox (seed {seed})")
    print(f"  accepted reports        {found.accepted:>6}")
    print(f"  lost                    {found.lost:>6}")
    print(f"  sent twice, same id     {found.twice:>6}")
    print(f"  two reports of one id   {found.odd:>6}")
    print(f"  corrupt outboxes        {found.corrupt:>6}")
    return bool(found.lost or found.odd or found.corrupt)


def _row(row: Row) -> None:
    safe = f"{row.stored} of {row.expected}" if row.expected is not None else str(row.stored)
    host = "same" if row.is_same else "differs"
    print(f"{row.fault:<34} {safe:>9}  {host:<9} {row.delay:>8.2f} s  {row.memory:>5.0f} MB  {row.why}".rstrip())
    sys.stdout.flush()


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
