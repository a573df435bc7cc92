"""What the corpus of cases found: markers that depended on the value, and data of customers that stayed."""

import random
import string

import pytest

import tightlip
from tightlip_scrubbers import scrub, scrub_text

BASE62 = string.ascii_letters + string.digits


class TestMarkers:
    """Two values of one form leave the same text."""

    @pytest.mark.parametrize(
        ("written", "alphabet", "length"),
        [
            ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{} now", BASE62 + "-_", 43),
            ('{{:badmatch, "AKIA{}"}}', string.ascii_uppercase + "234567", 16),
            ("GET https://shop.example/basket?session={} failed", BASE62, 16),
            ("GET https://shop.example/basket?session={} failed", BASE62, 20),
            ("GET https://shop.example/basket?session={} failed", BASE62, 22),
        ],
        ids=["jwt", "tuple", "session of 16", "session of 20", "session of 22"],
    )
    def test_do_not_depend_on_the_value(self, written: str, alphabet: str, length: int) -> None:
        """Of many made-up values all leave one text."""
        made = random.Random(7)
        texts = (written.format("".join(made.choices(alphabet, k=length))) for _ in range(250))
        assert len({scrub_text(text) for text in texts}) == 1


class TestTexts:
    """What a sentence says of a value decides, not the value's last sign."""

    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("wrong passphrase 'correct horse battery'", "wrong passphrase '[secret]'"),
            ("wrong password 'hunter2!'", "wrong password '[secret]'"),
            ("wrong password 'a,b c' given", "wrong password '[secret]' given"),
            ("login with password=a&", "login with password=[secret]"),
            ("cannot open 'x-y.csv'", "cannot open '[path]'"),
            ("failed to read file kranich.xlsx", "failed to read file [path]"),
            ("user X_12 not found", "user [id] not found"),
            ("customer CUST-9F27 not found", "customer [id] not found"),
            ("command 'git clone ann-letters' failed", "command 'git [arguments]' failed"),
            ('{:error, "Ann Lee is ill"}', '{:error, "[value]"}'),
        ],
    )
    def test_values_go_whole(self, text: str, clean: str) -> None:
        """And the words around them stay."""
        assert scrub_text(text) == clean

    @pytest.mark.parametrize(
        "text",
        [
            "invalid password '%s' for '{name}'",
            "cannot read 'package.json'",
            "cannot open 'requirements.txt'",
            "Dockerfile, settings.py or client.py cannot be read",
            "open example.com with node.js",
            "order 48213 not found",
            "client TLS1 is required",
            "request 9F27AB not found",
            "trace 4f2a91c0 not found",
            "command 'foo' failed",
        ],
    )
    def test_words_stay(self, text: str) -> None:
        """Names that every program knows, numbers alone and ids of requests are nobody's."""
        assert scrub_text(text) == text


class TestKeys:
    """What the key of a value says, and the dict around it."""

    @pytest.mark.parametrize(
        ("value", "clean"),
        [
            ({"file_name": "x-y.csv"}, {"file_name": "[path]"}),
            ({"filename": "kranich.pdf"}, {"filename": "[path]"}),
            ({"order_id": "ORD-8812"}, {"order_id": "[id]"}),
            ({"tenant_id": "t-99120"}, {"tenant_id": "[id]"}),
            ({"customer": {"name": "ann", "id": 3}}, {"customer": {"name": "[person]", "id": 3}}),
            (
                {"patients": [{"name": "Ann"}, {"name": "Bo"}]},
                {"patients": [{"name": "[person]"}, {"name": "[person]"}]},
            ),
            ({"name": "Ann Lee", "age": 31}, {"name": "[person]", "age": 31}),
            ({"name": "Ann Lee", "email": "a@b.example"}, {"name": "[person]", "email": "[email]"}),
        ],
    )
    def test_data_goes(self, value: object, clean: object) -> None:
        """A second pass changes nothing."""
        assert scrub(value) == clean
        assert scrub(clean) == clean

    @pytest.mark.parametrize(
        "value",
        [
            {"filename": "client.py", "file": "settings.yaml"},
            {"file": "data.csv"},
            {"request_id": "a1b2c3d4e5", "trace_id": "9s6XKz1", "event_id": "4f2a91"},
            {"order_id": 7},
            {"name": "queue", "age": 30},
            {"name": "Redis Cache", "size": 30},
            {"module": {"name": "Acme Client", "version": "1.2"}},
            {"customer": {"name": "{name}"}},
            {"runtime": {"name": "CPython"}},
        ],
    )
    def test_names_of_programs_stay(self, value: object) -> None:
        """What no person is known by."""
        assert scrub(value) == value


class TestWrittenObjects:
    """An object that was written as a text leaves the same in data and in a sentence."""

    BODY = '{"customer":"Ann Lee","coupon":"SPRING-77","items":["Tulips red","Roses white"]}'

    def test_lists_in_it_go_with_it(self) -> None:
        """Its data has no keys, so that it goes whole."""
        assert scrub({"value": self.BODY}) == {"value": "[json:small]"}
        assert scrub_text(f"got {self.BODY}") == "got [json:small]"
        assert scrub_text(self.BODY) == "[json:small]"

    def test_keys_stay_in_a_long_one(self) -> None:
        """One that is all of the text is read as a line of a log: each value goes."""
        body = "{" + ",".join(f'"key{number}":"Ann Lee {number}"' for number in range(20)) + "}"
        clean = "{" + ",".join(f'"key{number}":"[value]"' for number in range(20)) + "}"
        assert scrub_text(body) == clean
        assert scrub({"value": body}) == {"value": clean}


def test_what_a_visitor_typed_is_removed() -> None:
    """The words of a visitor are the visitor's, as name and mail are."""
    event = {
        "level": "error",
        "contexts": {"feedback": {"message": "I lost my bag", "source": "widget", "name": "Ann"}},
    }
    clean = tightlip.scrub(event, policy=tightlip.APP)
    assert clean is not None
    assert clean["contexts"]["feedback"] == {"source": "widget"}


@pytest.mark.parametrize("mail", ["jemribu.wesmezsukrel@guxzhosgo.org", "ann.lee@example.org", "k@kranich.org"])
def test_an_address_of_mail_that_could_not_be_opened_is_no_file(mail: str) -> None:
    """Its marker does not hang on how its domain ends."""
    assert scrub_text(f"could not open '{mail}'") == "could not open '[email]'"
    assert scrub_text(f"failed to read {mail} again") == "failed to read [email] again"
