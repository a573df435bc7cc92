"""Runs the tests in two processes at once, for two cores: python tests/halves.py [options of pytest].

What one process prints is shown as it comes, the other's when it is done. Exit status 1 if either fails. The tests that call random
functions of packages have a third process, behind the first: what they do to it must not reach the others.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: About half of the time: texts, tables and the suite.
TEXTS = (
    "tests/test_scrubbers_*.py",
    "tests/test_growth.py",
    "tests/test_allowlist.py",
    "tests/test_event_map.py",
    "tests/test_real_sdks.py",
    "tests/test_suite_*.py",
)
ALONE = ("tests/test_fuzz.py",)


def pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *arguments, *sys.argv[1:]]


def main() -> int:
    os.chdir(ROOT)
    texts = sorted(str(found) for pattern in TEXTS for found in Path().glob(pattern))
    others = pytest(*(f"--ignore={name}" for name in (*texts, *ALONE)))
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as kept:
        # A root of its own: each pytest clears away what it takes for rests of earlier runs.
        environment = {**os.environ, "PYTEST_DEBUG_TEMPROOT": folder}
        first = subprocess.Popen(pytest(*texts), stdout=kept, stderr=subprocess.STDOUT, env=environment)
        try:
            codes = [subprocess.run(others, check=False).returncode, first.wait()]
        finally:
            first.kill()
            first.wait()
        kept.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(kept.read())
        sys.stdout.flush()
        codes.append(subprocess.run(pytest(*ALONE), check=False, env=environment).returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
