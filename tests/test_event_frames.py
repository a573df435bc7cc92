"""Files of frames and images: what a machine's folders say goes, what tells one file of code from another stays, in every SDK's way to write it."""

from __future__ import annotations

from typing import Any

import pytest

import tightlip

NATIVE = {"instruction_addr": "0x7ff71c2d7374"}


def scrubbed(event: dict[str, Any]) -> dict[str, Any]:
    found = tightlip.scrub(event, tightlip.APP)
    assert found is not None
    assert tightlip.scrub(found, tightlip.APP) == found
    return found


def frame(**given: object) -> dict[str, Any]:
    """What is left of one frame."""
    event = {"exception": {"values": [{"type": "E", "stacktrace": {"frames": [{"function": "run", **given}]}}]}}
    found: dict[str, Any] = scrubbed(event)["exception"]["values"][0]["stacktrace"]["frames"][0]
    return found


def image(**given: object) -> dict[str, Any]:
    found: dict[str, Any] = scrubbed({"debug_meta": {"images": [{"type": "pe", **given}]}})["debug_meta"]["images"][0]
    return found


class TestWhatStays:
    @pytest.mark.parametrize(
        ("relative", "absolute", "left"),
        [
            ("/public/index.php", "/var/www/html/public/index.php", "[path]/public/index.php"),
            ("/resources/views/show.blade.php", "/srv/kranich/resources/views/show.blade.php", "[path]/resources/views/show.blade.php"),
            ("\\app\\Kernel.php", "C:\\kranich\\app\\Kernel.php", "[path]\\app\\Kernel.php"),
        ],
    )  # fmt: skip
    def test_a_file_that_ends_the_absolute_path_is_a_relative_one(
        self, relative: str, absolute: str, left: str
    ) -> None:
        """PHP's SDK cuts the project's folder and leaves the slash."""
        found = frame(filename=relative, abs_path=absolute)
        assert (found["filename"], found["abs_path"]) == (relative, left)

    @pytest.mark.parametrize(
        ("name", "more"),
        [
            ("Unknown Source", {}), ("node:events", {}), ("evalmachine.<anonymous>", {}), ("(nofile)", {}), ("native code", {}), ("debugger eval code", {}), ("extensions::SafeBuiltins", {}), ("Native Method", {}), ("R8$$SyntheticClass", {}), ("address at app:///main.jsbundle", {}), ("<anonymous>", {}),
            ("[path]/exe_common.inl", NATIVE), ("webpack:./src/pay.ts", {}), ("dart:async/zone.dart", {}), ("node:internal/process/task_queues", {}),
        ],
    )  # fmt: skip
    def test_as_it_is(self, name: str, more: dict[str, object]) -> None:
        """Words for no file, and files that say nothing of a machine."""
        assert frame(filename=name, **more)["filename"] == name

    @pytest.mark.parametrize(
        ("name", "left"),
        [
            ("D:\\kranich\\src\\exe_common.inl", "[path]/exe_common.inl"),
            ("/home/kranich/src/worker.rs", "[path]/worker.rs"),
        ],
    )
    def test_the_last_name_of_compiled_code(self, name: str, left: str) -> None:
        """A compiler wrote it down: no run can put data there. Without an address in memory nothing says so."""
        assert frame(filename=name, **NATIVE)["filename"] == left
        assert frame(filename=name)["filename"] == "[path]"
        assert frame(filename=name, instruction_addr="kranich")["filename"] == "[path]"

    @pytest.mark.parametrize(
        ("name", "left"),
        [
            ("C:\\Program Files\\dotnet\\System.Linq.dll", "[path]/System.Linq.dll"),
            ("/Applications/Kranich App/Editor", "[path]/Editor"),
            ("C:\\Users\\Zoe Kranich\\x\\site.dll", "[path]/site.dll"),
        ],
    )
    def test_a_library_below_folders_with_spaces(self, name: str, left: str) -> None:
        """A space in a folder ends no path."""
        assert image(code_file=name)["code_file"] == left

    @pytest.mark.parametrize(
        ("path", "left"),
        [
            ("/usr/local/cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.42.0/src/raw.rs", "[path]/cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.42.0/src/raw.rs"),
            ("/srv/app/.next/server/chunks/417.js", "[path]/.next/server/chunks/417.js"), ("/_next/static/chunks/main-app.js", "[path]/_next/static/chunks/main-app.js"),
            ("/usr/local/lib/ruby/3.3.0/net/http.rb", "[path]/lib/ruby/3.3.0/net/http.rb"),
            ("/usr/local/go/src/runtime/asm_amd64.s", "[path]/go/src/runtime/asm_amd64.s"),
        ],
    )  # fmt: skip
    def test_below_a_folder_of_published_code(self, path: str, left: str) -> None:
        assert frame(abs_path=path)["abs_path"] == left


class TestWhatGoes:
    @pytest.mark.parametrize(
        "name",
        [
            "dart:/home/kranich/x.dart", "failed: /home/kranich/notes.py", "failed: file:///Users/kranich/x.py", "failed: C:\\Users\\kranich\\x.py", "(eval at /home/kranich/dsl.rb:12)", "address at /home/kranich/a.js",
            "/home/my kranich/dsl.rb", "/srv/app of kranich/lib of it/x.py", "https://cdn.example.com/a.js?kranich:12:5", "postgresql://db.example.com/x postgresql://kranich:pw4Tz9Kq1@db.example.com/x", "/home/kranich/a.inl",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("key", ["filename", "abs_path", "package"])
    def test_of_a_path_in_a_sentence_or_in_brackets(self, name: str, key: str) -> None:
        """A word and a colon are no scheme; a query is data, its end too."""
        assert "kranich" not in str(frame(**{key: name}))

    @pytest.mark.parametrize("end", [":12:45", "=12:30:45", "#9:17"])
    def test_of_digits_behind_a_query(self, end: str) -> None:
        """They look like a line and a column, and may be the end of an address or of a time."""
        assert frame(filename=f"https://cdn.example.com/a.js?q{end}")["filename"] == "https://cdn.example.com/a.js"

    @pytest.mark.parametrize("key", ["filename", "abs_path", "package"])
    def test_of_a_secret_with_slashes(self, key: str) -> None:
        """No piece between two slashes stays by itself."""
        secret = "INWmAGbaOvcpD/461qzy09d1mmZfh1f9eceVJ2O1OUBRXucrPoEf05JkqK6unwTL5r9do5NpdTFf8insPg8ThfMTZqtRbAyWaeRGLJzEWhfj/YSdGkQWvCm3"
        left = str(frame(**{key: secret}))
        assert not [part for part in secret.split("/") if part in left]

    def test_of_a_folder_before_the_relative_file(self) -> None:
        """A person's folder is one, whether the SDK cut the path before it or not."""
        found = frame(filename="/home/kranich/a.php", abs_path="/mnt/home/kranich/a.php")
        assert "kranich" not in str(found)
        found = frame(filename="/home/kranich/q3.csv", abs_path="/mnt/home/kranich/q3.csv")
        assert "q3" not in str(found)
