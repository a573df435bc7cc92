"""What a host notices, and what is lost, while the disk, the network and the process itself fail. Prints a table; exit status 1 if a promise is broken.

python benchmarks/fault_table.py --help
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / name) for name in (".", "pipeline", "scrubbers", "tests")]

os.environ.pop("DO_NOT_TRACK", None)
os.environ.pop("SENTRY_DSN", None)

from benchmarks.faults.command import main  # noqa: E402 - beside what the lines above find

if __name__ == "__main__":
    sys.exit(main())
