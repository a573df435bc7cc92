"""``tightlip scrub``: what is read, what is passed on, and that what could not be read goes nowhere."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import pty
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tightlip import event_input
from tightlip.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "pipeline"), str(ROOT / "scrubbers")])}
CANARY = "s3cr3t-c4n4ry"
DIRTY = {"event_id": "a" * 32, "level": "error", "message": "login of ann@x.example from 10.1.2.3"}
CLEAN = {"event_id": "a" * 32, "level": "error", "message": "login of [email] from [ip]"}


class Answer:
    """Exit status and output of one run, in this process."""

    def __init__(self, arguments: Sequence[object], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        sys.stdout.flush()
        try:
            self.code: object = main(["scrub", *map(str, arguments)])
        except SystemExit as end:
            self.code = end.code
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        self.out, self.err = out, err.decode()
        self.lines = out.split(b"\n")[:-1]

    @property
    def events(self) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.lines]
        for event in found:
            event.pop("_meta", None)
        return found


@pytest.fixture
def scrub(capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    return lambda *arguments: Answer(arguments, capfdbinary)


def process(*arguments: object, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tightlip", "scrub", *map(str, arguments)],
        env=ENVIRONMENT,
        input=data,
        capture_output=True,
        timeout=300,
        check=False,
    )


def lines(*events: Any) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


class TestForms:
    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("one.json", json.dumps(DIRTY).encode()),
            ("lines.json", json.dumps(DIRTY, indent=2).encode()),
            ("unindented.json", json.dumps(DIRTY, indent=0).encode()),
            ("list.json", json.dumps([DIRTY]).encode()),
            ("list-lines.json", b"[\n" + json.dumps(DIRTY).encode() + b"\n]\n"),
            ("ndjson", lines(DIRTY)),
            ("blank-lines", b"\n  \n" + lines(DIRTY) + b"\n\n"),
            ("no-end", lines(DIRTY)[:-1]),
            ("crlf", lines(DIRTY).replace(b"\n", b"\r\n")),
            ("crlf-lines.json", json.dumps(DIRTY, indent=2).replace("\n", "\r\n").encode()),
            ("mark", b"\xef\xbb\xbf" + lines(DIRTY)),
            ("mark.json", b"\xef\xbb\xbf" + json.dumps(DIRTY, indent=1).encode()),
            ("x.gz", gzip.compress(lines(DIRTY))),
            ("packed-but-not-called-so", gzip.compress(json.dumps(DIRTY, indent=2).encode())),
            ("two-members.gz", gzip.compress(lines(DIRTY)[:30]) + gzip.compress(lines(DIRTY)[30:])),
        ],
    )  # fmt: skip
    def test_one_event(self, name: str, data: bytes, tmp_path: Path, scrub: Any) -> None:
        """However it is written, it comes out as one line."""
        file = tmp_path / name
        file.write_bytes(data)
        found = scrub(file)
        assert (found.code, found.err) == (0, "")
        assert found.events == [CLEAN]

    @pytest.mark.parametrize("arguments", [(), ("-",)])
    @pytest.mark.parametrize("packed", [False, True])
    def test_stdin(self, arguments: tuple[str, ...], packed: bool) -> None:
        """By default, or as ``-``; compressed or not."""
        data = lines(DIRTY, DIRTY)
        found = process(*arguments, data=gzip.compress(data) if packed else data)
        assert (found.returncode, found.stderr) == (0, b"")
        assert len(found.stdout.splitlines()) == 2
        assert b"10.1.2.3" not in found.stdout

    def test_files_in_their_order(self, tmp_path: Path, scrub: Any) -> None:
        """One behind another."""
        for number in range(3):
            (tmp_path / f"{number}.json").write_bytes(lines({"message": f"file {number}"}))
        assert [event["message"] for event in scrub(*sorted(tmp_path.iterdir())).events] == [
            "file 0",
            "file 1",
            "file 2",
        ]

    def test_an_empty_file(self, tmp_path: Path, scrub: Any) -> None:
        """Holds no event, which is no error."""
        for data in (b"", b"\n\n", gzip.compress(b"")):
            (tmp_path / "x").write_bytes(data)
            found = scrub(tmp_path / "x")
            assert (found.code, found.out, found.err) == (0, b"", "")

    def test_envelopes(self, tmp_path: Path, scrub: Any) -> None:
        """Their events, by length or by line; other items are left out and said, and so is what is no envelope."""
        payload = json.dumps(DIRTY, indent=1).encode()
        data = (
            b'{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc","dsn":"https://s3cr3t-c4n4ry@sentry.example/42"}\n'
            + b'{"type":"event","length":%d}\n%s\n' % (len(payload), payload)
            + b'{"type":"attachment","length":17,"filename":"s3cr3t-c4n4ry"}\ns3cr3t-c4n4ry\n123\n'
            + b'{"sent_at":"2026-11-22T10:00:00Z"}\n{"type":"transaction"}\n{"transaction":"/a"}\n{"type":"session"}\n{"sid":"s3cr3t-c4n4ry"}\n{"x":1}\n'
        )
        (tmp_path / "e.envelope").write_bytes(data)
        found = scrub(tmp_path / "e.envelope")
        assert found.events == [CLEAN, {"transaction": "/a"}]
        assert found.code == 1
        assert "1 of the envelope's items are of type attachment" in found.err
        assert ":16: no header of an envelope" in found.err
        assert CANARY not in found.out.decode() + found.err

    def test_an_event_that_looks_like_a_header(self, tmp_path: Path, scrub: Any) -> None:
        """It is one, if no item follows."""
        (tmp_path / "x").write_bytes(lines({"event_id": "a" * 32}, DIRTY, {"sdk": {"name": "x"}}))
        found = scrub(tmp_path / "x")
        assert found.events == [{"event_id": "a" * 32}, CLEAN, {"sdk": {"name": "x"}}]

    def test_any_character(self, tmp_path: Path, scrub: Any) -> None:
        """Other alphabets as they are; half of a pair of surrogates as JSON escapes it."""
        (tmp_path / "x").write_bytes(b'{"message": "gr\\u00fc\\u00dfe \xe4\xb8\xad"}\n{"message": "half \\ud83d"}\n')
        found = scrub(tmp_path / "x")
        assert found.code == 0
        assert found.lines[0].decode() == '{"message": "grüße 中"}'
        assert json.loads(found.lines[1])["message"] == "half \ud83d"


class TestBadLines:
    BAD = (
        (b'{"message": "s3cr3t-c4n4ry', "no JSON"),
        (b'["s3cr3t-c4n4ry"]', "an event is a JSON object; this is"),
        (b'"s3cr3t-c4n4ry"', "this is a text"),
        (b"12", "this is a number"),
        (b"null", "this is null"),
        (b'{"message": "s3cr3t-c4n4ry \xff"}', "no UTF-8"),
        (b'{"a": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "no JSON"),
        (b"\x00s3cr3t-c4n4ry", "no JSON"),
    )  # fmt: skip

    @pytest.mark.parametrize(("bad", "words"), BAD)
    @pytest.mark.parametrize("first", [False, True])
    def test_they_are_named_and_left_out(self, bad: bytes, words: str, first: bool, tmp_path: Path, scrub: Any) -> None:
        """With file and line; the lines around them are passed, and nothing of them is shown."""
        file = tmp_path / "events.ndjson"
        file.write_bytes((b"" if first else lines(DIRTY)) + bad + b"\n" + lines(DIRTY))
        found = scrub(file)
        assert found.code == 1
        assert found.events == [CLEAN] * (1 if first else 2)
        assert len(found.err.splitlines()) == 1
        assert found.err.startswith(f"tightlip: {file}:{1 if first else 2}")
        assert words in found.err
        assert found.err.endswith("; left out\n")
        assert CANARY not in found.err

    def test_rejects(self, tmp_path: Path, scrub: Any) -> None:
        """They are set aside as they were, for the owner only; corrected, they can be given again."""
        file, rejects = tmp_path / "events.ndjson", tmp_path / "bad.ndjson"
        file.write_bytes(lines(DIRTY) + b"\n".join(bad for bad, _ in self.BAD) + b"\n" + lines(DIRTY))
        found = scrub(file, "--rejects", rejects)
        assert (found.code, found.events) == (1, [CLEAN, CLEAN])
        assert rejects.read_bytes() == b"".join(bad + b"\n" for bad, _ in self.BAD)
        assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
        assert f"set aside in {rejects}" in found.err

    def test_rejects_are_not_made_without_need(self, tmp_path: Path, scrub: Any) -> None:
        """And never overwrite."""
        file, rejects = tmp_path / "events.ndjson", tmp_path / "bad.ndjson"
        file.write_bytes(lines(DIRTY))
        assert scrub(file, "--rejects", rejects).code == 0
        assert not rejects.exists()
        rejects.write_text("mine", encoding="utf-8")
        found = scrub(file, "--rejects", rejects)
        assert (found.code, found.out) == (2, b"")
        assert "is there already" in found.err
        assert rejects.read_text("utf-8") == "mine"
        rejects.unlink()
        rejects.symlink_to(tmp_path / "elsewhere")
        assert scrub(file, "--rejects", rejects).code == 2

    def test_a_dropped_event_is_set_aside(self, tmp_path: Path, scrub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """One on which a stage fails is not passed; the stage is named, the failure's text is not."""
        from tightlip.scrub import Scrub

        def fail(*_: object) -> None:
            raise ZeroDivisionError(CANARY)

        monkeypatch.setattr(Scrub, "__call__", fail)
        (tmp_path / "x").write_bytes(lines(DIRTY))
        found = scrub(tmp_path / "x", "--rejects", tmp_path / "bad", "--summary")
        assert (found.code, found.out) == (1, b"")
        assert "x:1: dropped, since a stage failed (scrub.ZeroDivisionError)" in found.err
        assert "0 passed, 0 unreadable, 1 dropped" in found.err
        assert CANARY not in found.err
        assert (tmp_path / "bad").read_bytes() == lines(DIRTY)

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (gzip.compress(lines(*[DIRTY] * 50))[:-20], "the compressed data end too early"),
            (gzip.compress(lines(*[DIRTY] * 50))[:-8] + bytes(8), "the compressed data are damaged"),
            (json.dumps(DIRTY).encode("utf-16"), "it is UTF-16"),
        ],
    )
    def test_damaged_files(self, data: bytes, words: str, tmp_path: Path, scrub: Any) -> None:
        """What stands before the damage is read, and so is the next file."""
        (tmp_path / "a").write_bytes(data)
        (tmp_path / "b").write_bytes(lines(DIRTY))
        found = scrub(tmp_path / "a", tmp_path / "b")
        assert found.code == 1
        assert words in found.err
        assert found.events[-1] == CLEAN
        assert "Traceback" not in found.err


class TestStreams:
    def test_bounds(self, tmp_path: Path, scrub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A longer line than may be held is no event, whatever its last piece is; what follows is read."""
        monkeypatch.setattr(event_input, "MOST_BYTES", 1_000)
        tail = lines(DIRTY)[:-1]
        data = lines(DIRTY) + b"x" * 1_000 + tail + b"\n" + lines(DIRTY)
        (tmp_path / "x").write_bytes(data)
        found = scrub(tmp_path / "x")
        assert (found.code, found.events) == (1, [CLEAN, CLEAN])
        assert found.err.count("longer than") == 2
        (tmp_path / "x").write_bytes(
            json.dumps({**DIRTY, "extra": {str(n): "y" for n in range(200)}}, indent=1).encode() + b"\n" + lines(DIRTY)
        )
        found = scrub(tmp_path / "x")
        assert (found.code, found.events[-1]) == (1, CLEAN)

    def test_nothing_is_held(self, scrub: Any) -> None:
        """Of many lines at most one is in memory: each is read when the one before has been dealt with."""
        taken = 0

        class Lines(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def readline(self, _size: int | None = -1) -> bytes:
                nonlocal taken
                taken += 1
                return lines(DIRTY) if taken <= 100 else b""

        source = event_input.Input("x", Lines())  # type: ignore[arg-type]
        for number, item in enumerate(source.events(), 1):
            assert item.line == number
            assert taken <= number + 1
        assert taken == 101

    def test_lines_leave_as_they_come(self) -> None:
        """``tail -f | tightlip scrub`` shows a line when it is there, not when the pipe is closed."""
        with subprocess.Popen(
            [sys.executable, "-m", "tightlip", "scrub", "--text"],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as running:
            assert running.stdin is not None
            assert running.stdout is not None
            running.stdin.write(b"from 10.1.2.3\n")
            running.stdin.flush()
            assert running.stdout.readline() == b"from [ip]\n"
            running.stdin.close()
            assert running.wait(300) == 0

    def test_a_reader_that_has_enough(self, tmp_path: Path) -> None:
        """``| head`` is no error."""
        (tmp_path / "x").write_bytes(lines(*[{**DIRTY, "extra": {"n": "y" * 400}}] * 2_000))
        arguments = [sys.executable, "-m", "tightlip", "scrub", str(tmp_path / "x")]
        with (
            (tmp_path / "errors").open("wb") as errors,
            subprocess.Popen(arguments, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=errors) as running,
        ):
            assert running.stdout is not None
            running.stdout.readline()
            running.stdout.close()
            assert running.wait(300) == 0
        assert (tmp_path / "errors").read_bytes() == b""

    def test_ctrl_c(self, tmp_path: Path) -> None:
        """It ends at once, leaves the old result as it was and no rest of the new one."""
        out = tmp_path / "out"
        out.write_text("old", encoding="utf-8")
        with subprocess.Popen(
            [sys.executable, "-m", "tightlip", "scrub", "-o", str(out)],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as running:
            assert running.stdin is not None
            assert running.stderr is not None
            running.stdin.write(lines(DIRTY))
            running.stdin.flush()
            until = time.monotonic() + 120
            while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < until:
                time.sleep(0.02)
            running.send_signal(signal.SIGINT)
            assert running.wait(300) == 130
            assert running.stderr.read() == b""
            with contextlib.suppress(BrokenPipeError):
                running.stdin.close()
        assert [file.name for file in tmp_path.iterdir()] == ["out"]
        assert out.read_text("utf-8") == "old"


class TestOutput:
    def test_a_file(self, tmp_path: Path, scrub: Any) -> None:
        """It holds what stdout would; nothing else is left in the folder."""
        file, out = tmp_path / "in", tmp_path / "out.ndjson"
        file.write_bytes(lines(DIRTY, DIRTY))
        found = scrub(file, "-o", out)
        assert (found.code, found.out) == (0, b"")
        assert out.read_bytes().count(b"[email]") == 2
        assert sorted(one.name for one in tmp_path.iterdir()) == ["in", "out.ndjson"]

    def test_compressed(self, tmp_path: Path, scrub: Any) -> None:
        """By its name; the same input gives the same bytes."""
        file = tmp_path / "in.gz"
        file.write_bytes(gzip.compress(lines(DIRTY)))
        for name in ("a.gz", "b.gz"):
            assert scrub(file, "-o", tmp_path / name).code == 0
        assert b"[email]" in gzip.decompress((tmp_path / "a.gz").read_bytes())
        assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()

    def test_in_place(self, tmp_path: Path, scrub: Any) -> None:
        """The input may be the output, with its mode; a link stays one."""
        file, link = tmp_path / "in", tmp_path / "link"
        file.write_bytes(lines(DIRTY))
        file.chmod(0o640)
        link.symlink_to(file)
        assert scrub(link, "-o", link).code == 0
        assert b"[email]" in file.read_bytes()
        assert link.is_symlink()
        assert stat.S_IMODE(file.stat().st_mode) == 0o640

    def test_a_failure_leaves_the_old_one(self, tmp_path: Path, scrub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """As when the disk is full."""
        file, out = tmp_path / "in", tmp_path / "out"
        file.write_bytes(lines(DIRTY))
        out.write_text("old", encoding="utf-8")

        def full(_: object) -> bytes:
            raise OSError(28, "No space left on device", str(out))

        monkeypatch.setattr("tightlip.scrub_command._written", full)
        found = scrub(file, "-o", out)
        assert found.code == 2
        assert "no space left on device" in found.err
        assert out.read_text("utf-8") == "old"
        assert sorted(one.name for one in tmp_path.iterdir()) == ["in", "out"]

    def test_devices(self, tmp_path: Path, scrub: Any) -> None:
        """A device is written to, not replaced."""
        (tmp_path / "in").write_bytes(lines(DIRTY))
        assert scrub(tmp_path / "in", "-o", os.devnull).code == 0
        assert not stat.S_ISREG(Path(os.devnull).stat().st_mode)

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["absent.json"], "absent.json: no such file or directory"),
            (["-o", "absent/x", "-"], "no such file or directory"),
            (["-o", ".", "-"], "is a folder"),
            (["."], "is a directory"),
            (["--text", "--policy", "strict"], "under STRICT no text"),
            (["--catalogue", "absent.bin"], "absent.bin cannot be read"),
            (["--policy", "nonsense"], "there are STRICT"),
        ],
    )
    def test_bad_arguments(
        self, arguments: list[str], words: str, tmp_path: Path, scrub: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Exit status 2 before anything is read."""
        monkeypatch.chdir(tmp_path)
        found = scrub(*arguments)
        assert (found.code, found.out) == (2, b"")
        assert words in found.err
        assert "Traceback" not in found.err

    def test_all_files_are_looked_for_first(self, tmp_path: Path, scrub: Any) -> None:
        """A mistyped name does not show after an hour."""
        (tmp_path / "a").write_bytes(lines(DIRTY))
        assert scrub(tmp_path / "a", tmp_path / "absent").out == b""


class TestText:
    def test_lines(self, tmp_path: Path, scrub: Any) -> None:
        """Each for itself; blank lines and blanks stay."""
        (tmp_path / "x.log").write_bytes('erste Zeile grüßt\n\n  from 10.1.2.3  \r\npassword="cut here\nlast'.encode())
        found = scrub("--text", tmp_path / "x.log")
        assert found.code == 0
        assert found.out.decode() == 'erste Zeile grüßt\n\n  from [ip]  \npassword="[secret]\nlast\n'

    def test_a_key_of_several_lines_goes_whole(self, tmp_path: Path, scrub: Any) -> None:
        """What stands between BEGIN and END means something together only."""
        body = "\n".join("MIIEowIBAAKCAQEA" + "ab/+" * 12 for _ in range(20))
        for key in (
            f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n",
            f"-----BEGIN PRIVATE KEY-----\n{body}\n",
        ):
            (tmp_path / "x").write_text(f"before\nkey {key}after\n", encoding="utf-8")
            found = scrub("--text", tmp_path / "x")
            assert b"MIIE" not in found.out
            assert found.out.startswith(b"before\nkey [secret]")
        (tmp_path / "x").write_text(
            "-----BEGIN CERTIFICATE----- expected\n" + "a line\n" * 8_000 + "from 10.1.2.3\n", encoding="utf-8"
        )
        found = scrub("--text", tmp_path / "x")
        assert found.out.count(b"\n") > 2_000
        assert b"10.1" not in found.out

    def test_bad_text(self, tmp_path: Path, scrub: Any) -> None:
        """A line in another encoding is set aside, not guessed at."""
        (tmp_path / "x").write_bytes(b"one\ngr\xfc\xdfe s3cr3t-c4n4ry\nthree\n")
        found = scrub("--text", tmp_path / "x", "--rejects", tmp_path / "bad")
        assert (found.code, found.out) == (1, b"one\nthree\n")
        assert (tmp_path / "bad").read_bytes() == b"gr\xfc\xdfe s3cr3t-c4n4ry\n"

    def test_it_is_a_fixed_point(self, tmp_path: Path, scrub: Any) -> None:
        """Scrubbing the result again changes nothing."""
        (tmp_path / "x").write_text("a ann@x.example b\npassword: hunter2x, at /home/ann/x.py:3\n", encoding="utf-8")
        once = scrub("--text", tmp_path / "x").out
        (tmp_path / "y").write_bytes(once)
        assert scrub("--text", tmp_path / "y").out == once

    def test_the_commands_own_arguments_are_no_data(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file's name on the command line does not take the same words from the text."""
        (tmp_path / "run-2026b").write_text("read run-2026b\n", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        found = process("--text", "run-2026b")
        assert found.stdout == b"read run-2026b\n"


class TestSummary:
    def test_counts(self, tmp_path: Path, scrub: Any) -> None:
        """Events, what became of them, and findings by class; on stderr."""
        (tmp_path / "x").write_bytes(lines(DIRTY, {**DIRTY, "user": {"id": 1}}) + b"{\n")
        found = scrub(tmp_path / "x", "--summary")
        assert "tightlip: 3 events read: 2 passed, 1 unreadable, 0 dropped\n" in found.err
        assert "tightlip: findings: ip 2, pii 2, fields 1\n" in found.err
        assert b"findings" not in found.out

    def test_text(self, tmp_path: Path, scrub: Any) -> None:
        """The same for lines."""
        (tmp_path / "x").write_bytes(b"from 10.1.2.3 and 10.1.2.4\nok\n")
        assert "2 lines read: 2 passed" in (found := scrub("--text", tmp_path / "x", "--summary")).err
        assert "findings: ip 2" in found.err
        (tmp_path / "x").write_bytes(b"ok\n")
        assert "findings: none" in scrub("--text", tmp_path / "x", "--summary").err

    def test_strict(self, tmp_path: Path, scrub: Any) -> None:
        """Where text is dropped, nothing is counted in it."""
        (tmp_path / "x").write_bytes(lines(DIRTY))
        found = scrub(tmp_path / "x", "--summary", "--policy", "strict")
        assert "not counted" in found.err
        assert found.events == [{"level": "error"}]

    def test_progress_at_a_terminal_only(self, tmp_path: Path) -> None:
        """It says how far it is while somebody waits, and takes that away again."""
        (tmp_path / "x").write_bytes(
            lines(*[{**DIRTY, "extra": {str(n): f"value {n} of 10.0.0.{n % 250}" for n in range(60)}}] * 320)
        )
        leader, follower = pty.openpty()
        try:
            arguments = [sys.executable, "-m", "tightlip", "scrub", str(tmp_path / "x")]
            running = subprocess.Popen(
                arguments, env={**ENVIRONMENT, "TERM": "xterm"}, stdout=subprocess.DEVNULL, stderr=follower
            )
            os.close(follower)
            shown = b""
            with contextlib.suppress(OSError):
                while piece := os.read(leader, 4096):
                    shown += piece
            assert running.wait(300) == 0
        finally:
            os.close(leader)
        if shown:  # a very fast machine has nothing to say
            assert b" read, " in shown
            assert shown.endswith(b"\r\x1b[K")
        assert process(tmp_path / "x").stderr == b""
