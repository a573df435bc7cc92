"""`make bench` prints its table: each row is measured on what really became an event."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FEW = """
import benchmarks.ratios as ratios
ratios.STEPS, ratios.CAPTURES, ratios.MODULES = 50, 2, 5
ratios.imported = lambda module, compiled: 1.0
ratios.main()
"""


def test_every_row_is_measured() -> None:
    """With few steps, in a process of its own: it starts a client of sentry-sdk. It ends with a message where a failure was dropped."""
    path = os.pathsep.join(str(ROOT / folder) for folder in ("", "pipeline", "scrubbers"))
    run = subprocess.run(
        [sys.executable, "-c", FEW],
        env={**os.environ, "PYTHONPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    rows = [line for line in run.stdout.splitlines() if line.rstrip()[-1:].isdigit()]
    assert [line for line in rows if line.startswith(("breadcrumb", "capture", "all of the work"))]
    assert len(rows) >= 7
