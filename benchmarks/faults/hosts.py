"""The programs of the fault table: an SDK, and a host that uses it, with and without tightlip."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: How long a host may take at all.
PATIENCE = 60.0
FAILURES = 12
SDK = "\n".join(
    [
        "class LakeError(Exception): pass",
        *(
            f'def open_lake_{number}(name):\n    raise LakeError(f"lake {number} of {{name!r}} is closed")'
            for number in range(FAILURES)
        ),
    ]
)
#: The host's own text is the same with and without tightlip; what differs comes from `WITH`.
HOST = """\
import os, sys, threading, time
sys.path.insert(0, os.environ["FAULT_SDK"])
import fault_sdk
exec(os.environ["FAULT_START"])
reporter = None
if os.environ.get("FAULT_WITH"):
    exec(os.environ["FAULT_BEFORE"])
    import tightlip
    reporter = tightlip.Reporter("fault_sdk", release="fault_sdk@1.0.0", dsn=os.environ["FAULT_DSN"],
        outbox=os.environ["FAULT_OUTBOX"], consent=tightlip.Consent(default=True))
    reporter.install()
    exec(os.environ["FAULT_AFTER"])
COUNT = int(os.environ["FAULT_COUNT"])
def work(number):
    try:
        getattr(fault_sdk, f"open_lake_{number}")(f"customer {number}")
    except fault_sdk.LakeError as error:
        if reporter is not None:
            reporter.capture(error)
for number in range(COUNT):
    work(number)
exec(os.environ["FAULT_MIDDLE"])
print("the host is done", flush=True)
fault_sdk.open_lake_0("the last one")
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a host ended.

    Attributes:
        code: Exit code.
        out: What it printed.
        err: And to stderr.
        delay: Seconds from its last line to its end.
        memory: Megabytes at most.
    """

    code: int
    out: bytes
    err: bytes
    delay: float
    memory: float


@dataclass(frozen=True, slots=True)
class Setting:
    """What a host finds.

    Attributes:
        dsn: Where to send.
        outbox: The outbox file.
        before: Code before tightlip is imported.
        after: Code after its reporter is installed.
        middle: Code after the failures; it runs without tightlip too.
        count: Failures, beside the one that ends the host.
        start: Code at the very start; it runs without tightlip too.
        file_size: Bytes that a file may have (RLIMIT_FSIZE): a disk that is full.
    """

    dsn: str
    outbox: Path
    before: str = ""
    after: str = ""
    middle: str = ""
    count: int = FAILURES
    start: str = ""
    file_size: int | None = None


def write_sdk(folder: Path) -> None:
    """Put the SDK and the host into ``folder``."""
    (folder / "fault_sdk").mkdir()
    (folder / "fault_sdk" / "__init__.py").write_text(SDK, encoding="utf-8")
    (folder / "host.py").write_text(HOST, encoding="utf-8")


def environment(folder: Path, setting: Setting, *, is_with: bool) -> dict[str, str]:
    """The environment of a host: nothing of this process's but what Python needs."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("pipeline", "scrubbers")),
        "PYTHONDONTWRITEBYTECODE": "1",
        "FAULT_SDK": str(folder),
        "FAULT_WITH": "1" if is_with else "",
        "FAULT_DSN": setting.dsn,
        "FAULT_OUTBOX": str(setting.outbox),
        "FAULT_START": setting.start,
        "FAULT_BEFORE": setting.before,
        "FAULT_AFTER": setting.after,
        "FAULT_MIDDLE": setting.middle,
        "FAULT_COUNT": str(setting.count),
    }


def run(folder: Path, setting: Setting, *, is_with: bool) -> Ended:
    """Run the host once.

    Raises:
        TimeoutError: It does not end.
    """

    def limited() -> None:
        import resource

        if setting.file_size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (setting.file_size, setting.file_size))

    out, done, memory = b"", 0.0, 0.0
    until = time.monotonic() + PATIENCE
    with subprocess.Popen(
        [sys.executable, str(folder / "host.py")],
        env=environment(folder, setting, is_with=is_with),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=limited if setting.file_size is not None else None,  # noqa: PLW1509 - it sets a limit and no more
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        read = running.stdout.fileno()
        while time.monotonic() < until:
            memory = max(memory, _memory(running.pid))
            if not select.select([read], [], [], 0.02)[0]:
                continue
            data = os.read(read, 65536)
            out += data
            if b"the host is done" in data and not done:
                done = time.monotonic()
            if not data:
                break
        else:
            running.kill()
            raise TimeoutError("the host does not end")
        err = running.stderr.read()
        code = running.wait()
        ended = time.monotonic()
    return Ended(code, out, err, ended - (done or ended), memory)


def _memory(pid: int) -> float:
    """Megabytes of a process at most so far; 0.0 where the system does not tell, or it has ended.

    Not what wait4(2) tells: that begins with the size of the process that forked it.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    return int(found[1]) / 1024 if found else 0.0
