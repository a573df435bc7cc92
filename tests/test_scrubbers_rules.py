"""Each detector finds its examples and leaves its near misses; what it leaves of a sentence is the sentence."""

import ast
import re
from pathlib import Path

import pytest

import tightlip_scrubbers
from tightlip_scrubbers import RULES, Finding, Rule, find, is_secret_key, possessive, scrub_text
from tightlip_scrubbers.engine import DEFAULT

RULE_IDS = [rule.id for rule in RULES]
EXAMPLES = [pytest.param(rule, text, id=f"{rule.id}-{n}") for rule in RULES for n, text in enumerate(rule.matches)]
MISSES = [pytest.param(rule, text, id=f"{rule.id}-{n}") for rule in RULES for n, text in enumerate(rule.misses)]


class TestTable:
    def test_rows_are_complete(self) -> None:
        """A row without an example or without a near miss is not tested, and so not a rule."""
        assert len(set(RULE_IDS)) == len(RULE_IDS)
        for rule in RULES:
            assert rule.matches
            assert rule.misses
            assert {rule.marker, *rule.marks} <= DEFAULT.markers
            assert not find(rule.marker)
            assert re.compile(possessive.greedy(rule.pattern)).flags == re.compile("").flags, "no rule ignores case"

    @pytest.mark.parametrize(("rule", "text"), EXAMPLES)
    def test_example_is_found_by_its_rule(self, rule: Rule, text: str) -> None:
        """Every example opens its rule's gate and is found by it, not by a neighbour."""
        assert rule.gate.is_open(text)
        assert rule.id in {finding.rule for finding in find(text)}
        assert any(marker in scrub_text(text) for marker in (rule.marker, *rule.marks))

    @pytest.mark.parametrize(("rule", "text"), MISSES)
    def test_near_miss_is_left(self, rule: Rule, text: str) -> None:
        """A near miss has no finding of any rule, and comes back as it was."""
        assert find(text) == []
        assert scrub_text(text) is text

    @pytest.mark.parametrize(("rule", "text"), EXAMPLES)
    def test_example_is_found_in_prose(self, rule: Rule, text: str) -> None:
        """What stands around an example survives, and hides nothing."""
        inner = scrub_text(text)
        for before, after in (
            ("zeroth\n", "\nlast"),
            ("zeroth (", ""),
            ("zeroth; ", "\nlast"),
            ("zeroth\t", "\r\nlast"),
        ):
            clean = scrub_text(before + text + after)
            assert clean.startswith("zeroth")
            assert any(marker in clean for marker in (rule.marker, *rule.marks))
            if after and _settles(text):
                assert clean == before + inner + after

    @pytest.mark.parametrize(("rule", "text"), EXAMPLES)
    def test_scrubbing_is_idempotent(self, rule: Rule, text: str) -> None:
        """The first result is a fixed point, with no finding in it."""
        once = scrub_text(text)
        assert scrub_text(once) == once
        assert find(once) == []


def _settles(text: str) -> bool:
    """Tell whether an example ends by itself; the others were cut inside a value, which then takes what follows."""
    return not text.startswith(("-----BEGIN OPENSSH", 'token="cut'))


class TestGreedyFallback:
    """Interpreters with gh-106052 compile the same rules without possessive quantifiers."""

    def test_quantifiers_become_greedy(self) -> None:
        """Only quantifiers change: an escaped plus, or one in a class, stays."""
        assert possessive.greedy(r"a*+b++c?+d{2,}+") == "a*b+c?d{2,}"
        assert possessive.greedy(r"\*+[*+]+[]+]+[^]*+]+x+") == r"\*+[*+]+[]+]+[^]*+]+x+"

    @pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
    def test_greedy_pattern_matches_the_same(self, rule: Rule) -> None:
        """On every example and near miss of the table, the two forms give the same spans."""
        fallback, pattern = re.compile(possessive.greedy(rule.pattern)), re.compile(rule.pattern)
        for other in RULES:
            for text in other.matches + other.misses:
                assert _spans(fallback, text) == _spans(pattern, text)

    def test_the_fallback_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With the probe failed, no possessive quantifier is compiled."""
        monkeypatch.setattr(possessive, "POSSESSIVE_WORKS", False)
        assert possessive.compile_pattern("a++b").pattern == "a+b"


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


SECRET_KEYS = [
    *("password", "my_password", "userPassword", "PGPASSWORD", "password2", "password_confirmation", "newPassword"),
    *("client_secret", "clientSecret", "CLIENT-SECRET", "secret", "secrets", "SECRET_KEY", "secret_value"),
    *(
        "api_token",
        "access_token",
        "accesstoken",
        "id_token",
        "tokens",
        "refreshTokens",
        "csrf_token",
        "next_page_token",
    ),
    *(
        "x-api-key",
        "X-Api-Key",
        "APIKey",
        "apikey",
        "API key",
        "api_keys",
        "private_key",
        "privateKeyPem2",
        "signing-key",
    ),
    *("aws_access_key_id", "AWS_SECRET_ACCESS_KEY", "session_id", "sessionid", "PHPSESSID", "set-cookie", "Cookie"),
    *(
        "Authorization",
        "proxy_authorization",
        "auth",
        "basicAuth",
        "pin",
        "otp",
        "mfa_code",
        "2fa_code",
        "cvv",
        "seed_phrase",
    ),
    *("password_hash", "connection_string", "SENTRY_DSN", "db.password", "credentials", "пароль", "contraseña"),
]
CLEAR_KEYS = [
    *("author", "authority", "token_count", "public_key", "api_version", "primaryKey", "key_length", "authenticated"),
    *(
        "key",
        "foreign_key",
        "cache_key",
        "sort-key",
        "monkey",
        "keyboard",
        "secretary",
        "compass",
        "bypass",
        "passenger",
    ),
    *("token_type", "max_tokens", "promptTokens", "tokenizer", "password_policy", "secret_name", "authorization_url"),
    *(
        "status_code",
        "exit_code",
        "client_id",
        "session",
        "session_count",
        "cookie_domain",
        "pinned",
        "spinner",
        "hash",
    ),
    *(
        "signature",
        "phrase",
        "public_api_key_id",
        "tokenUrl",
        "auth_method",
        "unexpected_token",
        "",
        "_",
        "42",
        "value",
    ),
]


class TestKeys:
    @pytest.mark.parametrize("name", SECRET_KEYS)
    def test_secret(self, name: str) -> None:
        """The head noun, glued or apart, in any case style, says that the value is a secret."""
        assert is_secret_key(name)

    @pytest.mark.parametrize("name", CLEAR_KEYS)
    def test_clear(self, name: str) -> None:
        """A secret's word that is not the head noun, or only a part of another word, says nothing."""
        assert not is_secret_key(name)

    def test_a_long_name_is_read_at_its_end(self) -> None:
        """The head noun stands at the end, so that a long name cannot hide it."""
        assert is_secret_key("x_" * 10_000 + "password")


class TestText:
    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("https://ann:pw@example.com/p?q=1#top", "https://[credentials]@example.com/p?q=[value]#[fragment]"),
            ("mail ann@example.com, then 10.0.0.1.", "mail [email], then [ip]."),
            ('{"url": "https://x.io/p?q=1", "n": 2}', '{"url": "https://x.io/p?q=[value]", "n": 2}'),
            ("Authorization: Bearer abc refused with 401", "Authorization: [secret] refused with 401"),
            ("Authorization: Digest username=ann, uri=/x\nHost: y", "Authorization: [secret]\nHost: y"),
            ("password='it's secret', next", "password='[secret]', next"),
            (r"{\"password\": \"a\\\"b\", \"n\": 1}", None),
            ("user=1 password=a.b.c. Next sentence", "user=1 password=[secret]. Next sentence"),
            ("f(password=g(1).x, n=2)", "f(password=[secret], n=2)"),
            ("copy C:\\Users\\Ann Lee\\My Docs\\x.txt, then", "copy [path], then"),
            ("in /home/ann/x.py:12: SyntaxError", "in [path]:12: SyntaxError"),
            ("docker -v /data/ann:/data/x", "docker -v [path]:[path]"),
            ("password=[ip]hunter2 x", "password=[secret] x"),
            ("token=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0. end", "token=[secret]. end"),
        ],
    )
    def test_whole_sentences(self, text: str, clean: str | None) -> None:
        """The value goes whole, the words and the punctuation around it stay."""
        if clean is None:
            assert "a\\" not in scrub_text(text)
        else:
            assert scrub_text(text) == clean

    @pytest.mark.parametrize(
        "end", [")", ",", ".", "&b=2", "}", "]", '"', '\\"', ">", "", "\n", ";", "'", " x", ", x", "\\n", "!", "</a>"]
    )
    @pytest.mark.parametrize(
        "text",
        ["10.9.8.7", "canary@example.com", "password=canary7", "/home/canary/x", "Bearer canary-7-canary", "~canary/x"],
    )
    def test_a_token_ends_anywhere(self, text: str, end: str) -> None:
        """Whatever ends a token in prose, the token is found whole."""
        clean = scrub_text(f"zeroth {text}{end}")
        assert "canary" not in clean
        assert "10.9" not in clean
        assert clean.startswith("zeroth ")

    @pytest.mark.parametrize("glue", ["é", "_", "是", "ж", "\u200b", "\ud800"])
    def test_other_letters_do_not_hide(self, glue: str) -> None:
        """A letter of another alphabet, an underscore or a lone surrogate beside a value is no border of a word."""
        for text in ("10.9.8.7", "canary@example.com", "/home/canary/x", "2001:db8::c0de"):
            clean = scrub_text(f"{glue}{text}{glue}")
            assert not any(canary in clean for canary in ("9.8", "canary", "c0de"))

    @pytest.mark.parametrize(
        "text",
        [
            "and/or application/json at /api/v1/users",
            "password is required",
            "User authenticated",
            "ratio 3/4 on 2026-11-22 at 10:30:00, version 1.2.3",
            "expected str, bytes or os.PathLike object, not int",
            "invalid literal for int() with base 10: '12'",
            "'NoneType' object has no attribute 'get'",
        ],
    )
    def test_clear_sentences_stay(self, text: str) -> None:
        """A sentence without data is returned, not a copy."""
        assert scrub_text(text) is text

    def test_findings_hold_no_text(self) -> None:
        """A finding can be logged: it is a rule, a class and a span."""
        findings = find("mail ann@example.com from 10.0.0.1")
        assert findings == [Finding("pii.email", "pii", 5, 20), Finding("ip.v4", "ip", 26, 34)]
        assert "ann" not in repr(findings)
        assert not hasattr(findings[0], "__dict__")

    def test_markers_do_not_depend_on_the_match(self) -> None:
        """Two values of different length leave the same text."""
        assert scrub_text("password=a") == scrub_text("password=" + "b" * 500)
        assert scrub_text("at 1.1.1.1") == scrub_text("at 200.200.200.200")

    def test_partial_overlap_removes_both(self) -> None:
        """Where two findings overlap in part, nothing of either stays."""
        text = "at /home/dead:beef::1 now"
        assert find(text) == [Finding("path.posix", "path", 3, 21)]
        assert scrub_text(text) == "at [path] now"

    def test_only_text(self) -> None:
        """Something that is no text is a caller's mistake, not a value to be turned into text."""
        with pytest.raises(TypeError):
            scrub_text(b"x")  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            find(None)  # type: ignore[arg-type]


def test_markers_are_fixed_points() -> None:
    """No marker is a finding, alone or beside others."""
    every = sorted(DEFAULT.markers)
    for number, marker in enumerate(every):
        assert re.fullmatch(r"\[[a-z0-9][a-z0-9:. \-]*\]", marker)
        for other in {marker, every[number - 1], every[number // 2], "[ip]", "[secret]", "[email]", "[query]"}:
            text = f"{marker} password={other} {marker}{other}"
            assert find(scrub_text(text)) == []


def test_the_package_needs_nothing() -> None:
    """Standard library only, and never tightlip: it is usable alone."""
    import sys

    folder = Path(tightlip_scrubbers.__file__).parent
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top == "tightlip_scrubbers" or top in sys.stdlib_module_names
