"""Known values go from any plain text, however they are written; words that only look like them stay."""

from __future__ import annotations

import base64
import json
import re
import threading
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from tightlip_scrubbers import Scrubber, engine, known, protect, scrub, scrub_text
from tightlip_scrubbers.known import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VALUE = 'Zq81"ö/Hurz+canary'


@pytest.fixture(autouse=True)
def own_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[Known]:
    """Each test has a set of its own; the package's is put back."""
    fresh = Known(process=True)
    monkeypatch.setattr(known, "KNOWN", fresh)
    monkeypatch.setattr(engine.DEFAULT, "_known", fresh)
    engine.DEFAULT.clean.clear()
    yield fresh
    engine.DEFAULT.clean.clear()


def _base64(shift: int, alphabet: Callable[[bytes], bytes] = base64.b64encode) -> str:
    return alphabet(b"\x01" * shift + VALUE.encode() + b"\x02" * 5).decode()


SPELT = {
    "raw": VALUE,
    "json": json.dumps(VALUE)[1:-1],
    "json in json": json.dumps(json.dumps(VALUE)[1:-1])[1:-1],
    "repr": repr(VALUE)[1:-1],
    "url": quote(VALUE, safe=""),
    "url path": quote(VALUE),
    "url plus": quote_plus(VALUE),
    "url small": re.sub("%..", lambda code: code[0].lower(), quote(VALUE, safe="")),
    "hex": VALUE.encode().hex(),
    "HEX": VALUE.encode().hex().upper(),
    "escapes": "".join(f"\\u{ord(c):04x}" for c in VALUE),
    **{f"base64 at {shift}": _base64(shift) for shift in range(4)},
    **{f"base64 url at {shift}": _base64(shift, base64.urlsafe_b64encode) for shift in range(4)},
}


class TestProtect:
    @pytest.mark.parametrize("name", SPELT)
    def test_every_encoding(self, name: str) -> None:
        """What leaves holds no piece of the value, and the words around it stay."""
        assert protect(VALUE)
        clean = scrub_text(f"refused {SPELT[name]} twice")
        assert clean == "refused [secret] twice"

    def test_a_text_found_clean_before_is_looked_at_again(self) -> None:
        """A text that was remembered as clean is not, once a value of it is known."""
        assert scrub_text("plain words of nobody") == "plain words of nobody"
        protect("words of nobody")
        assert scrub_text("plain words of nobody") == "plain [secret]"

    def test_every_scrubber_hears_of_it(self, own_set: Known, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two scrubbers that remember the same text as clean both forget it."""
        other = Scrubber(kinds={"ip"})
        monkeypatch.setattr(other, "_known", own_set)
        texts = [one("the Umbrella report") for one in (scrub_text, other.scrub_text)]
        protect("Umbrella")
        assert texts == ["the Umbrella report"] * 2
        assert [one("the Umbrella report") for one in (scrub_text, other.scrub_text)] == ["the [secret] report"] * 2

    def test_short_values(self) -> None:
        """A short value counts where it stands alone; a shorter one not at all."""
        assert not protect("ab")
        assert protect("k9x")
        assert scrub_text("id k9x, not k9xy or ak9x") == "id [secret], not k9xy or ak9x"

    def test_a_common_word_is_left_in_sentences(self) -> None:
        """The password ``welcome-password`` goes; ``password`` as one would take half of all messages."""
        protect("password")
        assert scrub_text("the password is wrong") == "the password is wrong"
        assert scrub_text("tried x:password@") != "tried x:password@"

    def test_what_is_no_text(self) -> None:
        """A clear error for what is none."""
        with pytest.raises(TypeError):
            protect(b"bytes")  # type: ignore[arg-type]

    def test_many_values(self) -> None:
        """More values than the loop is meant for: the pattern finds each."""
        for number in range(300):
            protect(f"customer-{number:03}-{number * 7919}")
        assert scrub_text("of customer-123-974037 and customer-299-2367781.") == "of [secret] and [secret]."

    def test_in_nested_values(self) -> None:
        """The walk looks for them too, in keys as well."""
        protect("Umbrella")
        assert scrub({"Umbrella": ["by Umbrella", ("Umbrella",)]}) == {"[secret]": ["by [secret]", ("[secret]",)]}

    def test_while_another_thread_adds(self) -> None:
        """Adding and reading at once neither fails nor misses what was known before."""
        protect("Umbrella-1")
        errors: list[BaseException] = []

        def add() -> None:
            try:
                for number in range(200):
                    protect(f"value-{number}-x9")
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=add)
        thread.start()
        results = {scrub_text(f"{number} by Umbrella-1") for number in range(200)}
        thread.join()
        assert errors == []
        assert results == {f"{number} by [secret]" for number in range(200)}


def test_nothing_of_a_dirty_text_is_remembered() -> None:
    """Neither the text nor a word, a name or a key that was taken out of it stays in the scrubber."""
    scrubber = Scrubber()
    for text in (
        "canaryone: the password=canarytwo of canarythree",
        "https://ann:canaryfour:x@example.com/canaryfive",
        "mail canarysix@example.com: canaryseven = 3",
    ):
        assert scrubber.scrub_text(text) != text
    kept = [
        *scrubber.clean, *scrubber._results, *scrubber.silent, *scrubber._searches.vocabulary.dull, *scrubber._searches.vocabulary.pieces,
        *scrubber._searches.vocabulary.calling, *scrubber.names._plain, *scrubber.names._known,
    ]  # fmt: skip
    # What stayed in the results may be remembered; what was taken out may not.
    assert not [one for one in kept for gone in ("two", "four", "six") if f"canary{gone}" in str(one)]


class TestProcess:
    """The process's own secrets and identity, by default."""

    def test_environment_under_secret_names(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Values of secret variables go; others, and the words that stand there by default, stay."""
        monkeypatch.setenv("ACME_API_TOKEN", "correct-horse-7")
        monkeypatch.setenv("ACME_REGION", "frankfurt-7")
        monkeypatch.setenv("POSTGRES_PASSWORD", "postgres")
        assert scrub_text("correct-horse-7 in frankfurt-7, postgres") == "[secret] in frankfurt-7, postgres"

    def test_a_changed_environment_is_read_again(self, own_set: Known, monkeypatch: pytest.MonkeyPatch) -> None:
        """A secret that is set later is known soon."""
        own_set.refresh(now=True)
        monkeypatch.setenv("ACME_API_TOKEN", "correct-horse-8")
        own_set.refresh(now=True)
        assert scrub_text("is correct-horse-8") == "is [secret]"

    def test_home_user_and_host(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Home folder, user and host name go wherever they stand alone."""
        monkeypatch.setenv("HOME", "/srv/people/wilhelmina")
        monkeypatch.setenv("USER", "wilhelmina")
        monkeypatch.setenv("HOSTNAME", "pluto77.example.org")
        clean = scrub_text("wilhelmina on pluto77: cwd=/srv/people/wilhelmina, wilhelminas and pluto778 stay")
        assert clean == "[user] on [host]: cwd=[path], wilhelminas and pluto778 stay"

    @pytest.mark.parametrize("name", ["root", "runner", "will", "ubuntu"])
    def test_names_that_say_nothing(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Accounts that exist everywhere, and words, take nothing from a sentence."""
        monkeypatch.setenv("USER", name)
        text = f"the {name} cause of it"
        assert scrub_text(text) == text

    def test_arguments_that_look_like_data(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Arguments with data in them go; words and options stay."""
        monkeypatch.setattr("sys.argv", ["acme", "upload", "--file=patient 4711 Ann", "Zoë-7", "--verbose", "fast"])
        clean = scrub_text("upload of patient 4711 Ann for Zoë-7: --verbose, fast")
        assert clean == "upload of [argument] for Zoë-7: --verbose, fast"

    def test_the_working_folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
        """Also where it is written without its slashes being seen: in Base64."""
        monkeypatch.chdir(str(tmp_path))
        hidden = base64.b64encode(f"cwd {tmp_path}".encode()).decode()
        assert hidden not in scrub_text(f"state {hidden}")


class TestEchoes:
    def test_without_its_key(self) -> None:
        """A value under a secret key is a secret in every other field, and in every encoding."""
        value = "Sturm-und-Drang-1774"
        clean = scrub({
            "login": {"password": value},
            "message": f"login with {value} failed",
            "trace": base64.b64encode(f"ann:{value}".encode()).decode(),
            "list": [("x", value)],
        })  # fmt: skip
        assert clean == {
            "login": {"password": "[secret]"},
            "message": "login with [secret] failed",
            "trace": "[secret]",
            "list": [("x", "[secret]")],
        }

    def test_found_by_its_form(self) -> None:
        """A token that is found in one text goes from others where its form is broken."""
        token = "ghp_" + "a1B2" * 9
        clean = str(scrub([f"push with {token}", {"hex": token.encode().hex()}]))
        assert token.encode().hex() not in clean

    @pytest.mark.parametrize("value", ["Sturm-und-Drang", "correcthorsebattery", "opensesame wide", "Tr0ub4dor"])
    def test_words_that_nobody_else_has_are_echoes(self, value: str) -> None:
        """A passphrase is made of words, and still stands in no other text by chance."""
        clean = scrub({"password": value, "message": f"login with {value!r} failed"})
        assert value not in str(clean)
        assert "failed" in str(clean)

    @pytest.mark.parametrize(
        "value",
        ["production", "hunter2", "12345678", "read only", "None", "[secret]", "root", "anonymous", "default-user"],
    )
    def test_words_are_no_echoes(self, value: str) -> None:
        """A value that may stand anywhere by chance takes nothing elsewhere."""
        clean = scrub({"token": value, "message": f"it is {value} again"})
        assert clean == {"token": "[secret]", "message": f"it is {value} again"}

    def test_text_from_code_is_left(self) -> None:
        """What comes from code is not a value, even if it is equal to one."""

        class Code(str):
            __slots__ = ()

        text = Code("Sturm-und-Drang-1774 is no password")
        clean = scrub({"password": "Sturm-und-Drang-1774", "text": text}, keep=Code)
        assert clean == {"password": "[secret]", "text": text}


class TestStructures:
    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ('{"password": "x", "n": [1, 2.5, null, true]}', '{"password": "[secret]", "n": [1, 2.5, null, true]}'),
            ('{"password":"x","n":1}', '{"password":"[secret]","n":1}'),
            ('{"p\\u0061ssword": {"a": ["b"]}, "n": 1}', '{"password": "[secret]", "n": 1}'),
            ('[["authorization", "abc"], ["accept", "x"]]', '[["authorization", "[secret]"], ["accept", "x"]]'),
            ('{"a": "{\\"token\\": \\"x\\"}"}', '{"a": "{\\"token\\": \\"[secret]\\"}"}'),
            ("{'password': 'x', 'n': (1, None)}", "{'password': '[secret]', 'n': (1, None)}"),
            ("[('authorization', 'abc'), ('accept', 'x')]", "[('authorization', '[secret]'), ('accept', 'x')]"),
            ("{'a': {'b', 'ann@example.com'}}", None),
            ("a=1&password=abc&c=d", "a=[value]&password=[secret]&c=[value]"),
            ("a=1&p%61ssword=abc", "a=[value]&p%61ssword=[secret]"),
            ("email=ann%40example.com&n=1", "email=[email]&n=[value]"),
        ],
    )
    def test_are_read_and_written_again(self, text: str, clean: str | None) -> None:
        """A structure keeps its form; what it holds goes by its key and by its kind."""
        found = scrub([text])
        if clean is None:
            assert "ann" not in str(found)
        else:
            assert found == [clean]
        assert scrub(found) == found

    @pytest.mark.parametrize(
        "text",
        [
            '{"a": 1, "b": [true, null, "x-y"]}',
            "{'a': 1, 'b': [True, None]}",
            "(1, 2)",
            "a=[value]&b=[value]",
            "[]",
            "{x}",
        ],
    )
    def test_clean_ones_stay_to_the_letter(self, text: str) -> None:
        """Nothing found: not even a blank changes."""
        assert scrub([text]) == [text]

    def test_a_key_twice(self) -> None:
        """Reading would lose the first of two equal keys and leave it in the text."""
        assert "hunter2" not in str(scrub(['{"password": "hunter2", "password": 1, "u": "ann@example.com"}']))

    @pytest.mark.parametrize("opener", ["[", "{'a':", '{"a":', "(", "[["])
    def test_deep_nesting_is_no_recursion(self, opener: str) -> None:
        """Neither an error nor a crash, whatever the depth."""
        closer = {"[": "]", "{": "}", "(": ")"}
        text = (
            opener * 9_000 + "'ann@example.com'" + "".join(closer[o] for o in reversed(opener * 9_000) if o in closer)
        )
        assert "ann@" not in str(scrub([text]))

    def test_named_values(self) -> None:
        """A list of headers or variables names its values beside them."""
        clean = scrub([{"name": "Authorization", "value": "abc"}, {"name": "Region", "value": "eu"}])
        assert clean == [{"name": "Authorization", "value": "[secret]"}, {"name": "Region", "value": "eu"}]

    def test_numbers_that_are_data(self) -> None:
        """A card is a card as a number, too; a time in milliseconds is a time."""
        assert scrub([4111111111111111, 1_700_000_000_000, 404]) == ["[number]", 1_700_000_000_000, 404]
