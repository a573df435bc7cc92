"""Length, growth and fixed points: what holds for every text, whatever the rules."""

import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from tightlip_scrubbers import RULES, Names, Scrubber, engine, find, scrub_text
from tightlip_scrubbers.engine import MAX_LENGTH

FAMILIES = [
    *("a", "1", "1.", "1.1.1.1", "/", "a/", "//", "://", "http://", "http://a:b", "@", "a@", "a@b.c", "=", ":", "::"),
    *("a:", "a=", "token=", "token=[", "token='", 'token="\\', "eyJ", "eyJ.", "~", "~a/", "./", "../", "\\", "\\\\a\\"),
    *("C:\\", "C:\\a ", '"/', "'/ ", "?", "?a=", "#", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "Bearer ", "--"),
    *(
        "--token ",
        "a,",
        "password=a,",
        "password=a&",
        "password=a)",
        "password=a(",
        "password: ",
        "aA",
        "é",
        "_",
        "%40",
    ),
    *(
        "fe80::",
        "::1 ",
        "<",
        "[",
        "{",
        "token={",
        "token=<[",
        "/home/a,",
        "/home/A B/",
        "C:\\A B\\",
        "file:/",
        "cookie: a",
    ),
    *("redis://:p/", "1:", "[::1]", "x?a=b#", "ZXlKaGJHY2lPaUo=", " ", "\n"),
]


class TestGrowth:
    """Counted, not timed: the share of a rule is how often it looks, times what it may read each time."""

    @pytest.mark.parametrize("family", FAMILIES)
    def test_candidates_grow_with_the_text(self, family: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Four times the text gives at most about four times the candidates and characters that validators take."""
        small, large = (_work(family, size, monkeypatch) for size in (2_000, 8_000))
        assert large <= 5 * small + 200

    @pytest.mark.parametrize("family", FAMILIES)
    def test_a_long_hostile_text_ends(self, family: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """300,000 characters in one piece, with the length bound lifted: a quadratic rule would not come back."""
        monkeypatch.setattr(engine, "MAX_LENGTH", 400_000)
        text = family * (300_000 // len(family))
        assert len(scrub_text(text)) <= 400_000


def _work(family: str, size: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Count the candidates of every search, and the characters that it covered."""
    work = 0
    text = (family * (size // len(family) + 1))[:size]

    def counted(search: Any) -> Any:
        def by_name(text: str, start: int, end: int, names: Names) -> Any:
            nonlocal work
            if search.by_name is not None:
                span = search.by_name(text, start, end, names)
            else:
                span = (start, end) if search.validator is None else search.validator(text, start, end)
            work += 1 + end - start + (0 if span is None else span[1] - span[0])
            return span

        return replace(search, validator=None, by_name=by_name)

    scrubber = Scrubber()
    with monkeypatch.context() as patch:
        searches = scrubber._searches
        for holder, name in ((searches, "gated"), (searches._tokens, "_gates")):
            rows = tuple((gate, tuple(map(counted, behind))) for gate, behind in getattr(holder, name))
            patch.setattr(holder, name, rows)
        scrubber.find(text)
    return work


class TestLength:
    def test_the_tail_is_removed(self) -> None:
        """What is not read does not pass."""
        text = "word " * 10_000 + "canary@example.com"
        clean = scrub_text(text)
        assert clean.endswith("[length]")
        assert "canary" not in clean
        assert len(clean) <= MAX_LENGTH
        assert find(text)[-1].rule == "length"
        assert find(text)[-1].kind == "bound"
        assert find(text)[-1].end == len(text)

    @pytest.mark.parametrize("shift", range(20))
    def test_a_cut_leaves_no_half(self, shift: int) -> None:
        """Wherever the limit falls in a value, its first half does not stay."""
        text = "x" * (MAX_LENGTH - 2_000) + " " * (1_970 + shift) + "canary.canary@example.com"
        assert "canary" not in scrub_text(text + "\n" * 50 + " tail" * 10)

    def test_one_endless_token_is_cut(self) -> None:
        """A token longer than the limit is cut before the limit, not passed."""
        clean = scrub_text("x" * 10 * MAX_LENGTH)
        assert len(clean) < MAX_LENGTH
        assert clean.endswith("x[length]")

    @pytest.mark.parametrize(
        "text", ["pw=x " * 9_000, "a@b.co " * 4_700, "x" * 99_999, " " * 99_999, "1.1.1.1\n" * 9_000]
    )
    def test_markers_that_grow_the_text_settle(self, text: str) -> None:
        """Markers may be longer than what they replace; the result is within the limit and a fixed point."""
        clean = scrub_text(text)
        assert len(clean) <= MAX_LENGTH
        assert scrub_text(clean) == clean


def test_random_compositions_settle() -> None:
    """Pieces of examples, near misses and punctuation in any order: one pass more changes nothing."""
    choose = random.Random(20_261_122)
    atoms = [text for rule in RULES for text in rule.matches + rule.misses]
    atoms += [
        *(" \n,;:=()[]{}<>\"'`\\/@.?#&~-" * 3),
        "password",
        "token",
        "[ip]",
        "[secret]",
        "[query]",
        "://",
        "é",
        "_",
    ]
    for _ in range(4_000):
        parts: list[str] = []
        for _ in range(choose.randrange(1, 7)):
            atom = choose.choice(atoms)
            cut = choose.randrange(len(atom) + 1)
            parts.append(choose.choice((atom, atom[:cut], atom[cut:])))
        text = "".join(parts)
        clean = scrub_text(text)
        assert clean != "[length]", text
        assert scrub_text(clean) == clean
        assert find(clean) == []
        spans = [(finding.start, finding.end) for finding in find(text)]
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


def _lines(line: str, length: int = 8_192) -> str:
    """So much of a log: a second, a number and sixteen hexadecimal digits are new in each line."""
    chance = random.Random(5)
    lines: list[str] = []
    while sum(map(len, lines)) + len(lines) < length:
        new = {"s": f"{chance.randrange(60):02}", "n": chance.randrange(999), "x": f"{chance.getrandbits(64):016x}"}
        lines.append(line.format(**new))
    return "\n".join(lines)[:length]


class TestDense:
    @pytest.mark.parametrize(
        ("line", "kept"),
        [
            ("2026-11-22 10:33:{s},255 INFO app.worker [worker-{n}] order took 1.{n} s", "order took"),
            ("worker-{n}  | 2026/11/22 10:33:{s} [notice] 1#1: retry failed={n}", "[notice] 1#1: retry"),
            ("550e8400-e29b-41d4-a716-44{x:.10} request failed", "request failed"),
            (
                '10.0.{s}.7 - - [22/Nov/2026:10:33:{s} +0000] "GET /orders HTTP/1.1" 200 {n}',
                '"GET /orders HTTP/1.1" 200',
            ),
            ('{{"level": "info", "took": {n}, "at": "2026-11-22T10:33:{s}Z", "id": "{x}"}}', '"level": "info"'),
        ],
        ids=["log", "container", "uuids", "access", "json"],
    )
    def test_logs_are_read(self, line: str, kept: str) -> None:
        """Eight kilobytes of log have many numbers, and are no hostile text."""
        assert scrub_text(_lines(line)).count(kept) > 50

    @pytest.mark.parametrize("unit", ["ssh a@", "?a=", "key:\n  "])
    def test_what_is_made_of_candidates_alone_goes_whole(self, unit: str) -> None:
        """Looking at each is what it was made for."""
        assert scrub_text((unit * 8_192)[:8_192]) == "[dense]"


class TestWhole:
    """In a long text, what may be all of it is looked for first."""

    SETTINGS = "\n".join(f"limit_{number} = 'Ann {number}'" for number in range(80))

    def test_contents_take_the_text(self) -> None:
        """Only the kind and the size class survive."""
        assert scrub_text(self.SETTINGS) == "[settings:medium]"

    def test_what_stands_beside_contents_is_looked_at(self) -> None:
        """In the next look."""
        text = f"login with password=hunter2 from 10.1.2.3 failed\n\n{self.SETTINGS}\n\nthen token=abc123x was sent to ann@example.com\n"
        clean = scrub_text(text)
        assert not any(part in clean for part in ("hunter2", "10.1.2.3", "Ann", "abc123x", "ann@"))
        assert clean.startswith("login with password=[secret] from [ip] failed")
        assert clean.endswith("was sent to [email]\n")

    def test_secrets_go_before_blobs(self) -> None:
        """A private key is a secret, however much of the text it is."""
        key = (
            "-----BEGIN PRIVATE KEY-----\n"
            + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n" * 30
            + "-----END PRIVATE KEY-----"
        )
        assert scrub_text(key) == scrub_text(key[:400] + key[-60:]) == "[secret]"


class TestSettled:
    @pytest.mark.parametrize("end", range(300, 1_200, 41))
    def test_a_document_that_was_cut(self, end: int) -> None:
        """Remarks, and tags whose other end is missing, stand between what is whole: one document, not a look for each."""
        item = "<name>Ann Lee</name> <!-- the first -->\n<town>Paris</town>\n<order>\n"
        clean = scrub_text(("<customers>\n" + item * 40)[:end])
        assert clean.startswith("<customers>\n[markup:")
        assert clean.count("Ann") <= 1


def test_a_class_that_is_misspelt_is_an_error() -> None:
    """It would look for nothing, and pass everything."""
    with pytest.raises(ValueError, match=r"no class 'secrets'; there are .*secret"):
        Scrubber(kinds={"secrets"})  # type: ignore[arg-type]
