"""Values beside other scripts: the value goes, the words of the sentence stay."""

# ruff: noqa: RUF001 - look-alikes of other scripts are what is tested here

import pytest

from tightlip_scrubbers import find, scrub_text
from tightlip_scrubbers.spans import script_end

SENTENCES = [
    ("密码password=hunter2x，请重试", "密码password=[secret]，请重试"),
    ("登录失败（user=bob，ip=10.2.3.4）。", "登录失败（user=[user]，ip=[ip]）。"),
    ("エラー「token=abc123def456gh」が無効", "エラー「token=[secret]」が無効"),
    ("aws_secret_access_key=i+sKbAKhW6vfW937YeBJwQIOhGpqvZqIiFeSGJ0bが無効", "aws_secret_access_key=[secret]が無効"),
    ("Fehler „password=hunter2x“ ist falsch", "Fehler „password=[secret]“ ist falsch"),
    ("erreur «password=hunter2x» refusé", "erreur «password=[secret]» refusé"),
    ("路径/home/ann/clients/x.csv，不存在", "路径[path]，不存在"),
    ("文件 C:\\Users\\ann\\x.csvが見つかりません", "文件 [path]が見つかりません"),
    ("https://acme.io/x?token=abcdef123456，失败", "https://acme.io/x?token=[secret]，失败"),
    ("Ошибкаann@acme.io не найден", "Ошибка[email] не найден"),
    (
        "la señal llegó aquíprivate_key=>stokle-tainou según aviso",
        "la señal llegó aquíprivate_key=>[secret] según aviso",
    ),
]
WHOLE = ["password=pässwört1", "password=パスワード123", "jörg.müller@acme.io"]


class TestOtherScripts:
    """What is glued to a value, or closes the sentence around it, is no part of it."""

    @pytest.mark.parametrize(("text", "clean"), SENTENCES)
    def test_value_ends_where_the_sentence_goes_on(self, text: str, clean: str) -> None:
        """Punctuation and letters of another script end a value in ASCII."""
        assert scrub_text(text) == clean
        assert find(clean) == []

    @pytest.mark.parametrize("text", WHOLE)
    def test_value_with_such_letters_goes_whole(self, text: str) -> None:
        """A value that begins in another alphabet, or has accents, leaves none of its letters."""
        clean = scrub_text(text)
        assert clean in {"password=[secret]", "[email]"}

    def test_short_beginning_is_no_value_of_its_own(self) -> None:
        """Fewer than four characters before the other letters are a part of one value."""
        assert script_end("ab無効", 0, 4) == 4
        assert script_end("abcd無効", 0, 6) == 4


class TestMarkersAreNoKeys:
    """What stands behind a marker and a colon is the sentence's."""

    @pytest.mark.parametrize(
        "text", ["[host]: Temporary failure", "ping: [host]: Name lookup stopped", "rejected [secret]: Quota reached"]
    )
    def test_sentence_behind_a_marker_stays(self, text: str) -> None:
        """``[host]`` is what was put in place of a name, and not the key of what follows."""
        assert scrub_text(text) == text


class TestLinesOfLogs:
    """An object with a level is a line of a log: its message is read as any other line."""

    def test_message_keeps_its_words(self) -> None:
        """The words stay, what is a finding in them goes."""
        line = '{"level":"error","ts":1764000000.12,"msg":"dial tcp 10.2.3.4:443: refused for ann@acme.io"}'
        assert scrub_text(line) == '{"level":"error","ts":1764000000.12,"msg":"dial tcp [ip]:443: refused for [email]"}'

    def test_message_without_a_level_goes(self) -> None:
        """Without a level it may be a letter."""
        assert scrub_text('{"message":"Dear Ann, please come","n":1}') == '{"message":"[value]","n":1}'

    def test_other_members_go(self) -> None:
        """A level excuses the message, the time and the place in the code, and nothing else."""
        assert scrub_text('{"level":"info","msg":"saved it","note":"Dear Ann, please come"}') == (
            '{"level":"info","msg":"saved it","note":"[value]"}'
        )
