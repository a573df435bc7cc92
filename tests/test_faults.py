"""The table of faults, in small: `make faults` kills 300 processes and tries all faults."""

from __future__ import annotations

import pytest
from benchmarks.faults.command import main
from benchmarks.faults.kills import killed
from benchmarks.faults.trouble import FAULTS, rows


def test_what_was_accepted_is_not_lost_by_kills() -> None:
    """Two processes on one outbox, killed at random moments; what arrives twice has one id, and the file is sound."""
    found = killed(10, 20, lambda _: None)
    assert found.kills == 10
    assert found.accepted > 0
    assert (found.lost, found.odd, found.corrupt) == (0, 0, 0)


@pytest.mark.parametrize("name", ["reset connections", "disk full", "fork in the middle"])
def test_a_host_in_trouble_is_the_same_with_and_without(name: str) -> None:
    """Exit code and output, bounded delay and memory, and every report is safe."""
    (row,) = rows(lambda _: None, name)
    assert row.why == ""
    assert row.stored == row.expected


def test_the_table_has_each_fault_once() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 20


def test_a_broken_promise_is_the_exit_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command judges; it does not only print."""
    monkeypatch.setattr("benchmarks.faults.trouble.MOST_MEMORY", -1.0)
    assert main(["--kills", "0", "--only", "500s"]) == 1
    assert "MB more" in capsys.readouterr().out
