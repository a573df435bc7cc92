"""Reports from interpreters that have a memory of their own (``_interpreters``, 3.13), while the main one reports too.

Asking for the frames of their threads ended the process; see `tightlip.running`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path

import _interpreters

import tightlip

os.environ.pop("DO_NOT_TRACK", None)  # there is no server: what is reported is looked at and deleted
THREADS, EACH = 3, 4
SDK = "class ProbeError(Exception): pass\n\ndef fail(name):\n    raise ProbeError(f'no record called {name!r}')\n"
INSIDE = """
import sys
sys.path[:] = {path!r}
import probe_sdk, tightlip
reporter = tightlip.Reporter("probe_sdk", [], outbox={outbox!r}, pace=None, consent=tightlip.Consent(default=True))
reporter.install()
reporter.record_creations(probe_sdk.ProbeError)
for number in range(3):
    try:
        with reporter.guard():
            probe_sdk.fail(number)
    except probe_sdk.ProbeError as error:
        assert reporter.capture(error) is not None, reporter.stats()
assert reporter.stats()["stored"] == 6, reporter.stats()
"""

with tempfile.TemporaryDirectory() as folder:
    Path(folder, "probe_sdk.py").write_text(SDK, encoding="utf-8")
    sys.path.insert(0, folder)
    import probe_sdk  # type: ignore[import-not-found]

    outbox = str(Path(folder, "outbox.sqlite3"))
    inside = INSIDE.format(path=sys.path, outbox=outbox)
    failed: list[object] = []

    def run() -> None:
        """Make an interpreter, report in it, and let it go; again and again."""
        for _ in range(EACH):
            made = _interpreters.create("isolated")
            failed.append(_interpreters.run_string(made, inside))
            _interpreters.destroy(made)

    reporter = tightlip.Reporter("probe_sdk", [], outbox=outbox, pace=None, consent=tightlip.Consent(default=True))
    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        try:
            probe_sdk.fail("here")
        except probe_sdk.ProbeError as error:
            reporter.capture(error)
        threads[0].join(0.001)
    assert failed == [None] * THREADS * EACH, failed[0]
    assert reporter.close(60)
    stored = reporter.stats()["stored"]
    assert len(reporter.outbox.entries()) == min(stored + 6 * THREADS * EACH, 1_000)
    sys.stdout.write(f"{THREADS * EACH} interpreters with a memory of their own reported, and the main one\n")
