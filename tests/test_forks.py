"""A fork of the process waits for our threads to hold nothing, and not for ever."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tightlip import forks
from tightlip.forks import undisturbed
from tightlip.worker import Worker

ROOT = Path(__file__).resolve().parents[1]
WAIT = 60.0

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@pytest.fixture(autouse=True)
def _watched() -> None:
    idle = Worker[None](lambda _: None)
    idle.start()
    assert idle.close(WAIT)


def exit_code_of_child(code: int = 0) -> int:
    child = os.fork()
    if not child:
        os._exit(code if not forks._STATE.busy and not forks._STATE.forking else 99)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_it_waits_until_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a thread of ours has begun is finished before the child is made."""
    monkeypatch.setattr(forks, "MOST_SECONDS", WAIT)  # the work may take long on a busy machine
    begun, finished = threading.Event(), list[str]()

    def work() -> None:
        with undisturbed():
            begun.set()
            time.sleep(0.05)
            finished.append("work")

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(WAIT)
    child = os.fork()
    if not child:
        os._exit(len(finished))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    thread.join()


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor's callable that hangs in our worker holds the host's forks up once; the children know nothing of it."""
    monkeypatch.setattr(forks, "MOST_SECONDS", 0.05)
    begun, leave = threading.Event(), threading.Event()

    def work() -> None:
        with undisturbed():
            begun.set()
            leave.wait(WAIT)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(WAIT)
    assert exit_code_of_child(7) == 7
    monkeypatch.setattr(forks, "MOST_SECONDS", 3600.0)
    assert [exit_code_of_child(number) for number in range(3)] == [0, 1, 2]
    assert not leave.is_set()
    leave.set()
    thread.join()
    assert forks._STATE.busy == []


def test_a_thread_that_forks_in_the_middle_does_not_wait_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor's callable may fork, too; and nothing is left marked after that."""
    monkeypatch.setattr(forks, "MOST_SECONDS", 3600.0)
    with undisturbed():
        assert exit_code_of_child(3) == 3
    assert forks._STATE.busy == []


def test_nothing_begins_while_a_fork_is_made() -> None:
    """A thread of ours that would begin waits until the child is there, and then does."""
    forks._STATE.forking.append(None)
    entered = threading.Event()

    def work() -> None:
        with undisturbed():
            entered.set()

    thread = threading.Thread(target=work)
    try:
        thread.start()
        assert not entered.wait(0.05)
    finally:
        forks._STATE.forking.pop()
    assert entered.wait(WAIT)
    thread.join()


def test_two_threads_that_fork_at_once() -> None:
    """When the first is done nothing begins yet: the second is in the middle of it."""
    forks._before()
    forks._before()
    forks._in_parent()
    assert forks._STATE.forking
    forks._in_parent()
    forks._in_parent()
    assert not forks._STATE.forking


def test_an_error_inside_leaves_nothing_marked() -> None:
    """It comes out."""
    with pytest.raises(LookupError), undisturbed():
        raise LookupError
    assert forks._STATE.busy == []


def test_watching_twice_is_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hook stands once a process."""
    calls = list[object]()

    def register(**hooks: object) -> None:
        calls.append(hooks)

    monkeypatch.setattr(os, "register_at_fork", register)
    monkeypatch.setattr(forks._STATE, "is_registered", False)
    one = Worker[None](lambda _: None)
    forks.watch(one)
    forks.watch(one)
    assert len(calls) == 1
    assert [known() for known in forks._STATE.resting].count(one) == 1


_HOST = """
import os, sys
from tightlip import forks
from tightlip.worker import Worker
forks.WARNS = True
done = []
worker = Worker(done.append)
sender = Worker(lambda job: done.append(job) or 3600.0)
for number in (1, 2):
    worker.submit(number)
    sender.submit(number)
    assert worker.flush(60) and sender.flush(60)
    assert None not in (worker.ident, sender.ident)
    child = os.fork()
    if not child:
        os._exit(len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert (worker.ident, sender.ident) == (None, None)
assert worker.close(60) and sender.close(60)
print(done)
"""


def test_a_host_of_one_thread_that_forks() -> None:
    """It hears no warning of other threads: ours end if they rest, and start with the next job."""
    found = subprocess.run(
        [sys.executable, "-c", _HOST], capture_output=True, text=True, timeout=300, check=False,
        env={"PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])},
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
    assert sorted(found.stdout.strip("[]\n").split(", ")) == ["1", "1", "2", "2"]
