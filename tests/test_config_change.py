"""Changing one key of the user's config file: that key alone, or nothing."""

from __future__ import annotations

import multiprocessing
import os
import stat
from pathlib import Path

import pytest
import yaml

from tightlip.config_change import ConfigFileError, change, changed
from tightlip.config_file import said

EDITS = {
    "empty": ("", "tracking: false\n"),
    "comment": ("# mine\n", "# mine\ntracking: false\n"),
    "no newline at the end": ("a: 1", "a: 1\ntracking: false\n"),
    "comment behind the value": ("tracking: yes # mine\nb: 2\n", "tracking: false # mine\nb: 2\n"),
    "windows line ends": ("b: 2\r\ntracking: on\r\n# end\r\n", "b: 2\r\ntracking: false\r\n# end\r\n"),
    "windows, appended": ("b: 2\r\n", "b: 2\r\ntracking: false\r\n"),
    "flow": ("{a: 1}\n", '{a: 1, "tracking": false}\n'),
    "json": ('{"tracking": true}', '{"tracking": false}'),
    "json, absent": ('{"a": 1}', '{"a": 1, "tracking": false}'),
    "empty flow": ("{}", '{"tracking": false}'),
    "no value": ("tracking:\nb: 1\n", "tracking: false\nb: 1\n"),
    "quoted": ("tracking: 'yes'\n", "tracking: false\n"),
    "quoted key": ('"tracking": true\nz: 1', '"tracking": false\nz: 1'),
    "tag": ("tracking: !!bool 'yes'\n", "tracking: false\n"),
    "number": ("tracking: 1\n", "tracking: false\n"),
    "document marks": ("---\na: 1\n...\n", "---\na: 1\ntracking: false\n...\n"),
    "indented": ("  a: 1\n  b: 2\n", "  a: 1\n  b: 2\n  tracking: false\n"),
    "anchors": ("x: &a [1]\ny: *a\n# c\n", "x: &a [1]\ny: *a\n# c\ntracking: false\n"),
    "byte order mark": ("\ufeffa: 1\n", "\ufeffa: 1\ntracking: false\n"),
    "text block at the end": ("a: |\n  text\n  more\n", "a: |\n  text\n  more\ntracking: false\n"),
    "nested key of the same name": ("acme:\n  tracking: true\n", "acme:\n  tracking: true\ntracking: false\n"),
    "unknown tags": ("a: !mine {b: 1}\n", "a: !mine {b: 1}\ntracking: false\n"),
    "already so": ("tracking: false # as it is\n", "tracking: false # as it is\n"),
    "other letters": ("größe: 1\ntracking: true\n", "größe: 1\ntracking: false\n"),
}
REFUSED = {
    "broken": ("a: [", "line 1"),
    "list": ("- a\n", "line 1"),
    "word": ("x", "line 1"),
    "holds a list": ("a: 1\ntracking: [1]\n", "line 2"),
    "holds a block": ("tracking: |\n  yes\n", "line 1"),
    "twice": ("tracking: true\ntracking: true\n", "lines 1 and 2"),
    "two documents": ("a: 1\n---\nb: 2\n", "line 2"),
    "by merge": ("base: &b {tracking: true}\n<<: *b\n", "by hand"),
    "deep": ("[" * 5_000, "left as it is"),
}


class TestText:
    @pytest.mark.parametrize("name", EDITS)
    def test_that_key_alone(self, name: str) -> None:
        """The value is set, and every other character is as it was."""
        before, after = EDITS[name]
        assert changed(before, "tracking", value=False) == after
        found = said(after.removeprefix("\ufeff"), "tracking")
        assert found is not None
        assert found.value is False
        assert changed(after, "tracking", value=False) == after

    @pytest.mark.parametrize("name", EDITS)
    def test_back_again(self, name: str) -> None:
        """The other answer changes one word."""
        after = changed(changed(EDITS[name][0], "tracking", value=False), "tracking", value=True)
        assert after.replace("true", "false").lower() == EDITS[name][1].replace("true", "false").lower()

    @pytest.mark.parametrize("name", REFUSED)
    def test_what_cannot_be_changed(self, name: str) -> None:
        """The error names the line and repeats nothing of the file."""
        text, place = REFUSED[name]
        with pytest.raises(ConfigFileError) as error:
            changed(text, "tracking", value=False, name="config.yaml")
        assert "config.yaml" in str(error.value)
        assert place in str(error.value)

    def test_an_error_repeats_nothing(self) -> None:
        """A key in a broken file does not come back in the error."""
        with pytest.raises(ConfigFileError) as error:
            changed("token: [s3cr3t-canary", "tracking", value=False)
        assert "canary" not in str(error.value)


class TestFile:
    def test_mode_and_link_stay(self, tmp_path: Path) -> None:
        """The file behind a link is changed, with the mode that it had."""
        real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
        real.write_text("a: 1\n")
        real.chmod(0o640)
        link.symlink_to(real)
        change(link, "tracking", value=True)
        assert link.is_symlink()
        assert real.read_text() == "a: 1\ntracking: true\n"
        assert stat.S_IMODE(real.stat().st_mode) == 0o640
        assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "real.yaml"]

    def test_a_new_file(self, tmp_path: Path) -> None:
        """Folders are made; the file is its owner's alone."""
        path = tmp_path / "new" / "folder" / "config.yaml"
        change(path, "tracking", value=False)
        assert path.read_text() == "tracking: false\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: [", b"# x\n" * 20_000], ids=["binary", "broken", "huge"])
    def test_what_cannot_be_read_is_never_written(self, tmp_path: Path, content: bytes) -> None:
        """Not a byte of it changes."""
        path = tmp_path / "config.yaml"
        path.write_bytes(content)
        with pytest.raises(ConfigFileError):
            change(path, "tracking", value=True)
        assert path.read_bytes() == content

    @pytest.mark.parametrize("name", ["acme.py", "acme.TOML", "acme.ini"])
    def test_a_file_of_another_language(self, tmp_path: Path, name: str) -> None:
        """Much of it happens to be YAML: a Python function is a key and a long text."""
        path = tmp_path / name
        path.write_text("def f(x):\n    return x\n")
        with pytest.raises(ConfigFileError, match="no file of YAML, by its name"):
            change(path, "tracking", value=True)
        assert path.read_text() == "def f(x):\n    return x\n"
        with pytest.raises(ConfigFileError):
            change(tmp_path / f"new-{name}", "tracking", value=True)
        assert list(tmp_path.iterdir()) == [path]

    def test_a_folder(self, tmp_path: Path) -> None:
        """A folder in its place is an error that says so."""
        (tmp_path / "config.yaml").mkdir()
        with pytest.raises(ConfigFileError, match=r"config\.yaml"):
            change(tmp_path / "config.yaml", "tracking", value=True)

    def test_a_failing_disk_leaves_the_old_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever fails before the replacement, the old file is whole and nothing is left beside it."""
        path = tmp_path / "config.yaml"
        path.write_text("a: 1\n")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(ConfigFileError, match="left as it is"):
            change(path, "tracking", value=True)
        assert path.read_text() == "a: 1\n"
        assert [entry.name for entry in tmp_path.iterdir()] == ["config.yaml"]

    def test_two_processes_at_once(self, tmp_path: Path) -> None:
        """The file is one of the two results, whole, whoever was last."""
        path = tmp_path / "config.yaml"
        path.write_text("".join(f"key_{number}: {number} # mine\n" for number in range(200)))
        start = multiprocessing.get_context("spawn")
        processes = [start.Process(target=_write, args=(str(path), word)) for word in (True, False)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0]
        loaded = yaml.safe_load(path.read_text())
        assert loaded.pop("tracking") in (True, False)
        assert loaded == {f"key_{number}": number for number in range(200)}


def _write(path: str, value: bool) -> None:
    for _ in range(20):
        change(Path(path), "tracking", value=value)
