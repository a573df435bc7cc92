"""The scrubbers' figures, with peers beside: leaks, words kept, growth, costs. Prints, and judges nothing.

python benchmarks/scrub_figures.py --help
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / name) for name in (".", "pipeline", "scrubbers")]

# None of the peers may report to anybody.
os.environ["DO_NOT_TRACK"] = "1"
os.environ.pop("SENTRY_DSN", None)

from benchmarks.scrubbing.command import main  # noqa: E402 - beside what the lines above find

if __name__ == "__main__":
    sys.exit(main())
