"""The outbox: what it has accepted is there afterwards, whatever happens in between."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tightlip import outbox_file
from tightlip.outbox import FILE_NAME, Bounds, Outbox, default_path, state_folder

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])}

_WRITER = """
import os, sys
from tightlip.outbox import Outbox
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
outbox = Outbox(path)
os.write(1, b"ready\\n")
sys.stdin.readline()
number = 0
while number < count or not count:
    outbox.add(f"{name}-{number}", b"envelope of %d " % number * 100)
    if outbox.where() != path:
        os.write(1, f"memory {outbox.where()}\\n".encode())
        break
    os.write(1, f"{name}-{number}\\n".encode())
    number += 1
"""


def ids(outbox: Outbox) -> list[str]:
    return [entry.event_id for entry in outbox.entries()]


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _WRITER, str(path), name, str(count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / FILE_NAME


@pytest.fixture(params=["file", "memory"])
def outbox(request: pytest.FixtureRequest, path: Path) -> Outbox:
    return Outbox(path if request.param == "file" else None)


def test_what_is_added_is_listed_and_read(outbox: Outbox) -> None:
    """Entries come oldest first with their size; the bytes come back as they were."""
    outbox.add("a", b"first\n\0\xff")
    outbox.add("b", b"second")
    assert [(entry.event_id, entry.size) for entry in outbox.entries()] == [("a", 8), ("b", 6)]
    assert outbox.entries()[0].created <= outbox.entries()[1].created
    assert outbox.read("a") == b"first\n\0\xff"
    assert outbox.read("b") == b"second"


def test_reading_what_is_not_there_gives_none(outbox: Outbox) -> None:
    """An unknown id is None, before and after something was added."""
    assert outbox.read("a") is None
    assert outbox.entries() == []
    outbox.add("a", b"x")
    assert outbox.read("b") is None


def test_the_same_id_is_replaced(outbox: Outbox) -> None:
    """An id stands for one envelope, the last."""
    outbox.add("a", b"old")
    outbox.add("a", b"new")
    assert ids(outbox) == ["a"]
    assert outbox.read("a") == b"new"


def test_remove_forgets_one(outbox: Outbox) -> None:
    """The others stay; removing what is not there is no error."""
    outbox.add("a", b"x")
    outbox.add("b", b"y")
    outbox.remove("a")
    outbox.remove("a")
    assert ids(outbox) == ["b"]
    assert outbox.read("a") is None


def test_purge_forgets_all_and_counts(outbox: Outbox) -> None:
    """It returns how many there were."""
    for number in range(5):
        outbox.add(str(number), b"x")
    assert outbox.purge() == 5
    assert outbox.entries() == []
    assert outbox.purge() == 0


def test_ids_are_data_not_sql(outbox: Outbox) -> None:
    """No id can change a statement."""
    name = "x'); DROP TABLE envelopes; --"
    outbox.add(name, b"x")
    assert ids(outbox) == [name]
    assert outbox.read(name) == b"x"


@pytest.mark.parametrize("place", ["file", "memory"])
class TestBounds:
    @staticmethod
    def made(place: str, path: Path, bounds: Bounds) -> Outbox:
        return Outbox(path if place == "file" else None, bounds)

    def test_count(self, place: str, path: Path) -> None:
        """The oldest go when there are too many."""
        outbox = self.made(place, path, Bounds(count=3))
        for number in range(10):
            outbox.add(str(number), b"x")
        assert ids(outbox) == ["7", "8", "9"]

    def test_size(self, place: str, path: Path) -> None:
        """The oldest go when there are too many bytes."""
        outbox = self.made(place, path, Bounds(size=250))
        for number in range(10):
            outbox.add(str(number), b"x" * 100)
        assert ids(outbox) == ["8", "9"]

    def test_one_that_is_larger_than_the_bound(self, place: str, path: Path) -> None:
        """An envelope that is too large by itself is not kept, and does not fail."""
        outbox = self.made(place, path, Bounds(size=250))
        outbox.add("large", b"x" * 1000)
        assert ids(outbox) == []

    def test_age(self, place: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is too old goes with the next one that comes."""
        now = 1_000_000_000.0
        monkeypatch.setattr("tightlip.outbox.time.time", lambda: now)
        outbox = self.made(place, path, Bounds(age=100))
        outbox.add("old", b"x")
        now += 90
        outbox.add("young", b"x")
        now += 20
        outbox.add("new", b"x")
        assert ids(outbox) == ["young", "new"]


def test_a_replaced_envelope_counts_once(path: Path) -> None:
    """Adding under the same id does not use up the bound."""
    outbox = Outbox(path, Bounds(count=2, size=20))
    outbox.add("a", b"x" * 10)
    for _ in range(5):
        outbox.add("b", b"y" * 10)
    assert ids(outbox) == ["a", "b"]


def test_it_survives_its_instance(path: Path) -> None:
    """Another instance on the same file finds what the first one added."""
    Outbox(path).add("a", b"x")
    other = Outbox(path)
    assert ids(other) == ["a"]
    other.remove("a")
    assert ids(Outbox(path)) == []


def test_it_survives_its_process(path: Path) -> None:
    """What a process that has ended added is there."""
    process = writer(path, "w", 3)
    output, _ = process.communicate("\n")
    assert process.returncode == 0
    assert output.split() == ["w-0", "w-1", "w-2"]
    assert ids(Outbox(path)) == ["w-0", "w-1", "w-2"]


def test_looking_makes_no_file(path: Path) -> None:
    """Listing, reading, removing and purging do not create the file or its folder."""
    outbox = Outbox(path)
    assert (outbox.entries(), outbox.read("a"), outbox.purge()) == ([], None, 0)
    outbox.remove("a")
    assert not path.parent.exists()


def test_nothing_is_left_open(path: Path) -> None:
    """Between operations no log files lie about: the last connection has put them away."""
    outbox = Outbox(path)
    outbox.add("a", b"x")
    assert ids(outbox) == ["a"]
    assert [file.name for file in path.parent.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("attempt", range(5))
def test_processes_that_add_at_once_lose_nothing(path: Path, attempt: int) -> None:
    """Four processes that begin on a new file at the same moment: every envelope is in the file, none in a process's memory."""
    writers = [writer(path, f"w{number}", 25) for number in range(4)]
    for process in writers:
        start(process)
    for process in writers:
        output, _ = process.communicate()
        assert process.returncode == 0
        assert "memory" not in output
    assert sorted(ids(Outbox(path))) == sorted(f"w{number}-{count}" for number in range(4) for count in range(25))


@pytest.mark.parametrize("accepted", range(1, 21, 2))
def test_a_killed_writer_loses_nothing_it_was_told_is_kept(path: Path, accepted: int) -> None:
    """After ``kill -9`` in the middle the file is whole, and holds everything that ``add`` had returned from."""
    process = writer(path, "w", 0)
    start(process)
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(accepted)]
    os.kill(process.pid, signal.SIGKILL)
    with process:  # not communicate(): it would lose what readline() has buffered
        told += process.stdout.read().split("\n")[:-1]
    assert len(told) >= accepted
    outbox = Outbox(path)
    found = ids(outbox)
    assert set(told) <= set(found)
    assert len(found) - len(told) <= 1  # the one that was under way
    assert all(outbox.read(name) == b"envelope of %d " % int(name[2:]) * 100 for name in found)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    outbox.add("after", b"x")
    assert "after" in ids(Outbox(path))
    assert [file.name for file in path.parent.iterdir() if "broken" in file.name] == []


def _garbage(path: Path) -> None:
    path.write_bytes(b"this was an outbox once\n" * 400)


def _short_garbage(path: Path) -> None:
    path.write_bytes(b"not a database")


def _binary(path: Path) -> None:
    path.write_bytes(os.urandom(8192))


def _filled(path: Path) -> None:
    outbox = Outbox(path)
    for number in range(50):
        outbox.add(f"old-{number}", b"x" * 3000)


def _cut(path: Path, share: float) -> None:
    _filled(path)
    os.truncate(path, int(path.stat().st_size * share))


def _cut_to_a_page(path: Path) -> None:
    _filled(path)
    os.truncate(path, 4096)


def _half(path: Path) -> None:
    _cut(path, 0.5)


def _most(path: Path) -> None:
    _cut(path, 0.9)


def _overwritten_inside(path: Path) -> None:
    _filled(path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 8192)


def _other_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE envelopes (number INTEGER, words TEXT)")
        database.execute("INSERT INTO envelopes VALUES (1, 'kept')")


def _a_view(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE VIEW envelopes AS SELECT 'a' AS event_id, 1.0 AS created, 1 AS size, x'00' AS envelope"
        )


@pytest.mark.parametrize(
    "broken",
    [_garbage, _short_garbage, _binary, _cut_to_a_page, _half, _most, _overwritten_inside, _other_schema, _a_view],
    ids=lambda made: made.__name__.strip("_"),
)
class TestBrokenFile:
    @pytest.fixture
    def file(self, path: Path) -> Path:
        path.parent.mkdir()
        return path

    def test_adding_works(self, broken: object, file: Path) -> None:
        """The first envelope that comes is in a good file at the same place, for the next process to see."""
        assert callable(broken)
        broken(file)
        outbox = Outbox(file)
        outbox.add("new", b"x")
        assert outbox.where() == str(file)
        assert outbox.read("new") == b"x"
        assert "new" in ids(Outbox(file))
        with closing(sqlite3.connect(file)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    def test_it_is_set_aside_not_lost(self, broken: object, file: Path) -> None:
        """The bytes that could not be read are beside the new file under another name."""
        assert callable(broken)
        broken(file)
        before = file.read_bytes()
        Outbox(file).add("new", b"x")
        aside = [
            other
            for other in file.parent.iterdir()
            if "broken" in other.name and not other.name.endswith(("-wal", "-shm"))
        ]
        assert len(aside) == 1
        # SQLite may have noted its journal mode in the header, bytes 18 to 40 and 92 to 100; the rest is what it was.
        after = aside[0].read_bytes()
        assert len(after) == len(before)
        assert after[100:] == before[100:]

    def test_listing_it_is_no_surprise(self, broken: object, file: Path) -> None:
        """Listing either works or raises ``sqlite3.Error``, as it says; adding works all the same."""
        assert callable(broken)
        broken(file)
        outbox = Outbox(file)
        try:
            found = ids(outbox)
        except sqlite3.Error:
            found = []
        assert "new" not in found
        outbox.add("new", b"x")
        assert "new" in ids(outbox)


def test_an_empty_file_is_an_empty_outbox(path: Path) -> None:
    """A file without a byte is used, not set aside."""
    path.parent.mkdir()
    path.touch()
    Outbox(path).add("a", b"x")
    assert ids(Outbox(path)) == ["a"]
    assert [file.name for file in path.parent.iterdir()] == [FILE_NAME]


def test_two_broken_files_are_both_kept(path: Path) -> None:
    """What was set aside before is not written over."""
    path.parent.mkdir()
    for word in (b"first", b"second"):
        path.write_bytes(word * 1000)
        Outbox(path).add("a", b"x")
    aside = [file.read_bytes()[:6] for file in path.parent.iterdir() if "broken" in file.name]
    assert sorted(aside) == [b"firstf", b"second"]


def test_a_folder_is_a_clear_error(tmp_path: Path) -> None:
    """The message says that it is a folder, names it, and says what to give instead."""
    with pytest.raises(ValueError, match="is a folder") as caught:
        Outbox(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert str(tmp_path / FILE_NAME) in str(caught.value)
    assert "False" in str(caught.value)


def test_a_path_that_cannot_be_written_falls_back_to_memory(tmp_path: Path) -> None:
    """Below a regular file nothing can be made: envelopes are kept in memory, all operations work, and ``where`` says so."""
    file = tmp_path / "file"
    file.write_text("mine")
    outbox = Outbox(file / "folder" / FILE_NAME, Bounds(count=2))
    for name in ("a", "b", "c"):
        outbox.add(name, name.encode())
    assert outbox.where().startswith("memory (")
    assert "cannot be written" in outbox.where()
    assert ids(outbox) == ["b", "c"]
    assert outbox.read("c") == b"c"
    outbox.remove("c")
    assert outbox.purge() == 1
    assert file.read_text() == "mine"


def test_it_goes_back_to_the_disk_when_that_can_be_written_again(tmp_path: Path) -> None:
    """``where`` tells of the latest envelope; one that was kept in memory is not lost to this process."""
    file = tmp_path / "file"
    file.write_text("in the way")
    outbox = Outbox(file / FILE_NAME)
    outbox.add("a", b"x")
    file.unlink()
    outbox.add("b", b"y")
    assert outbox.where() == str(file / FILE_NAME)
    assert ids(outbox) == ["a", "b"]
    assert ids(Outbox(file / FILE_NAME)) >= ["b"]


@contextmanager
def write_lock(path: Path) -> Generator[None]:
    """As another process that was stopped in the middle of a transaction."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_what_was_kept_for_a_lock_is_stored_when_that_is_gone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the time at which it was added; while the lock is there it stays in memory, and nobody waits for it."""
    monkeypatch.setattr(outbox_file, "_BUSY_SECONDS", 0.01)
    outbox = Outbox(path)
    outbox.add("a", b"a")
    with write_lock(path):
        outbox.add("b", b"b")
        assert outbox.where().startswith("memory (")
        assert outbox.store_held(0.0) == 0
        assert list(outbox.memory) == ["b"]
    created = outbox.memory["b"][0]
    assert outbox.store_held(60.0) == 1
    assert outbox.memory == {}
    assert outbox.where() == str(path)
    stored = {entry.event_id: entry.created for entry in Outbox(path).entries()}
    assert sorted(stored) == ["a", "b"]
    assert stored["b"] == created
    assert Outbox(path).read("b") == b"b"
    assert outbox.store_held(60.0) == 0


def test_the_bounds_count_for_what_was_kept_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go first."""
    monkeypatch.setattr(outbox_file, "_BUSY_SECONDS", 0.01)
    outbox = Outbox(path, Bounds(count=2))
    outbox.add("a", b"a")
    with write_lock(path):
        outbox.add("b", b"b")
        outbox.add("c", b"c")
    assert outbox.store_held(60.0) == 2
    assert ids(Outbox(path)) == ["b", "c"]


def test_memory_that_was_asked_for_is_never_stored() -> None:
    """There is no file."""
    outbox = Outbox(None)
    outbox.add("a", b"a")
    assert outbox.store_held(60.0) == 0
    assert ids(outbox) == ["a"]


def test_where_says_memory_only_when_that_was_asked_for() -> None:
    """Without a path nothing is ever on disk, and that is what it says."""
    assert Outbox(None).where() == "memory (memory only)"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_read(path: Path) -> None:
    """File mode 0600 in a folder of mode 0700, whatever the umask, also while it is written."""
    before = os.umask(0)
    try:
        Outbox(path).add("a", b"x")
        held = sqlite3.connect(path)
        with closing(held):
            held.execute("SELECT * FROM envelopes").fetchall()
            modes = {file.name: _mode(file) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert _mode(path.parent) == 0o700
    assert set(modes.values()) == {0o600}
    assert len(modes) == 3


def test_a_file_set_aside_stays_the_owners(path: Path) -> None:
    """The new file in the place of a broken one has mode 0600 again."""
    path.parent.mkdir()
    path.write_bytes(b"garbage" * 1000)
    before = os.umask(0)
    try:
        Outbox(path).add("a", b"x")
    finally:
        os.umask(before)
    assert _mode(path) == 0o600


class TestDefaultPath:
    def test_xdg(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """On Linux and the BSDs it is below ``$XDG_STATE_HOME``."""
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert default_path("acme") == tmp_path / "tightlip" / "acme" / FILE_NAME

    @pytest.mark.parametrize("given", [None, "", "relative/folder", "~/state"])
    def test_home(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str | None) -> None:
        """Unset, empty or relative, it counts as unset (XDG base directory specification): ``~/.local/state``."""
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setenv("HOME", str(tmp_path))
        if given is None:
            monkeypatch.delenv("XDG_STATE_HOME", raising=False)
        else:
            monkeypatch.setenv("XDG_STATE_HOME", given)
        assert state_folder() == tmp_path / ".local" / "state"

    def test_macos(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """On macOS it is the user's Application Support."""
        monkeypatch.setattr(sys, "platform", "darwin")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert default_path("acme") == tmp_path / "Library" / "Application Support" / "tightlip" / "acme" / FILE_NAME

    def test_windows(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """On Windows it is ``%LOCALAPPDATA%``, or its usual place in the home folder."""
        monkeypatch.setattr(sys, "platform", "win32")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
        assert state_folder() == tmp_path / "local"
        monkeypatch.delenv("LOCALAPPDATA")
        assert state_folder() == tmp_path / "AppData" / "Local"
