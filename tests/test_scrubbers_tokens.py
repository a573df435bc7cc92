"""Vendors' tokens: found in any surroundings, whole, cut or longer than today; what only looks like one stays."""

import json
import random
import re
import string

import pytest

from tightlip_scrubbers import find, growth, scrub, scrub_text
from tightlip_scrubbers.detectors import token
from tightlip_scrubbers.detectors.tokens import shape
from tightlip_scrubbers.detectors.tokens.made_up import UUID, base64, digits, hexa, lower, mixed, upper, url
from tightlip_scrubbers.engine import Scrubber
from tightlip_scrubbers.rule import Rule

TOKENS = Scrubber(rules=token.RULES)
"""These rows alone: what another rule would have found does not help."""

ROWS = [pytest.param(rule, id=rule.id) for rule in token.RULES]
ENDS = [
    ")",
    ",",
    ".",
    "&b=2",
    "}",
    "]",
    '"',
    '\\"',
    ">",
    "",
    "\n",
    ";",
    "'",
    " x",
    "\\n",
    "!",
    "</a>",
    "|",
    "`",
    ":",
    "?",
]
ESCAPED_ENDS = ["%22", "%26b%3D2", "\\u0022", "é", "。", "…", "\u200b"]
STARTS = ["zeroth ", "zeroth=", "zeroth:", "zeroth(", "zeroth,", "é", "是", "zeroth[", '{\\"a\\":\\"', "zeroth<b>"]
ESCAPED_STARTS = ["zeroth\\n", "zeroth\\t", "zeroth%3D", "zeroth\\u0022", "zeroth\\x22", "\x1b[31m", "\\x1b[1;31m"]
BODIES = {
    "h": "0123456789abcdef",
    "l": string.ascii_lowercase + string.digits,
    "u": string.ascii_uppercase + string.digits,
    "m": string.ascii_letters + string.digits,
    "b": string.ascii_letters + string.digits + "-_",
    "d": string.digits,
}


def example(rule: Rule) -> str:
    """The token in a row's first example."""
    prefix, suffix = shape._CONTEXTS[0].split("{}")
    return rule.matches[0].removeprefix(prefix).removesuffix(suffix)


def stays(text: str, secret: str) -> bool:
    """Whether a part of the secret is left: its end, or what stands before it."""
    return secret[-8:] in text or secret[-20:-8] in text


def of(form: str, rng: random.Random) -> str:
    """A token of a form: ``{m36}`` for so many letters and digits, as in `BODIES`."""
    return re.sub(r"\{([a-z])(\d+)\}", lambda part: "".join(rng.choices(BODIES[part[1]], k=int(part[2]))), form)


class TestTable:
    def test_there_are_enough_vendors(self) -> None:
        """The marker names the vendor, and a row's id begins with it."""
        assert len({rule.marker for rule in token.RULES}) >= 130
        for rule in token.RULES:
            vendor = rule.marker.removeprefix("[secret:").removesuffix("]")
            assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", vendor)
            assert rule.id == f"secret.{vendor}" or rule.id.startswith(f"secret.{vendor}-")

    @pytest.mark.parametrize("rule", ROWS)
    def test_no_row_looks_at_every_text(self, rule: Rule) -> None:
        """Each has a needle and a length; neither shuts out what the pattern finds in its examples."""
        assert rule.gate.needles
        assert (
            rule.gate.run >= 10 or min(map(len, rule.gate.needles)) > 4
        )  # those of few characters read as words by chance
        for text in rule.matches:
            assert rule.gate.is_open(text)
            assert rule.gate.run <= max(map(len, text.split()))

    @pytest.mark.parametrize("rule", ROWS)
    def test_patterns_are_linear(self, rule: Rule) -> None:
        """Each search takes linear time, whatever the text."""
        growth.check(rule.pattern)


class TestSurroundings:
    @pytest.mark.parametrize("rule", ROWS)
    def test_a_token_ends_anywhere(self, rule: Rule) -> None:
        """Whatever ends a token, it goes whole, and the words before it stay."""
        secret = example(rule)
        for end in ENDS + ESCAPED_ENDS:
            clean = TOKENS.scrub_text(f"zeroth {secret}{end}")
            assert not stays(clean, secret), end
            assert clean.startswith("zeroth ")
            assert TOKENS.scrub_text(clean) == clean

    @pytest.mark.parametrize("rule", ROWS)
    def test_a_token_begins_anywhere(self, rule: Rule) -> None:
        """No border of words is asked for: what ends before the token may be a letter of another alphabet or an escape."""
        secret = example(rule)
        for start in STARTS:
            clean = TOKENS.scrub_text(f"{start}{secret} last")
            assert not stays(clean, secret), start
            assert clean.endswith(" last")
            assert clean.startswith(start)
        for start in ESCAPED_STARTS:
            # With all rules: a run of letters and digits has no sign of where the escape ends.
            assert not stays(scrub_text(f"{start}{secret} last"), secret), start

    @pytest.mark.parametrize("rule", ROWS)
    def test_inside_of_json(self, rule: Rule) -> None:
        """A token in a nested value goes, and the structure stays."""
        secret = example(rule)
        event = scrub({"message": json.dumps({"note": f"it sent {secret}"}), "items": [f"<{secret}>"]})
        assert not stays(json.dumps(event), secret)

    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("push failed: ghp_{m36} is expired.", "push failed: [secret:github] is expired."),
            ("(AKIA{u16}, eu-west-1)", "([secret:aws], eu-west-1)"),
            ("charge with sk_live_{m24}; declined", "charge with [secret:stripe]; declined"),
            ("posted to https://hooks.slack.com/services/T{u10}/B{u10}/{m24}, got 404", None),
            ("é" + "xoxb-{d12}-{d13}-{m24}" + "é", "é[secret:slack]é"),
            ("model said 401 for sk-proj-{b48}T3BlbkFJ{b48}.", "model said 401 for [secret:openai]."),
            ("bot {d10}:AA{b33} was blocked", "bot [secret:telegram] was blocked"),
            ("ops_eyJ{m200}= and A3-{u6}-{u11}-{u5}-{u5}-{u5}", "[secret:1password] and [secret:1password]"),
            ("key {h32}-us14 (Mailchimp)", "key [secret:mailchimp] (Mailchimp)"),
            ("npm ERR! npm_{m36}\nnext", "npm ERR! [secret:npm]\nnext"),
        ],
    )
    def test_whole_sentences(self, text: str, clean: str | None) -> None:
        """The token goes whole under its vendor's name, the words and the punctuation around it stay."""
        scrubbed = scrub_text(of(text, random.Random(7)))
        if clean is None:
            assert re.fullmatch(r"posted to https://hooks\.slack\.com/\S+, got 404", scrubbed)
            assert "/B" not in scrubbed
        else:
            assert scrubbed == clean


FORMS = [
    *(
        "ghp_{m36}",
        "github_pat_{m22}_{m59}",
        "glpat-{b20}",
        "glpat-{b27}.01.{l9}",
        "AKIA{u16}",
        "AIza{b35}",
        "GOCSPX-{b28}",
    ),
    *(
        "xoxp-{d12}-{d12}-{d13}-{h32}",
        "xapp-1-A{u10}-{d13}-{h64}",
        "sk_live_{m24}",
        "shpat_{h32}",
        "SG.{b22}.{b43}",
        "npm_{m36}",
    ),
    *(
        "SK{h32}",
        "{h32}-us21",
        "xkeysib-{h64}-{m16}",
        "sk-{m20}T3BlbkFJ{m20}",
        "sk-{m48}",
        "sk-ant-api03-{b93}AA",
        "hf_{m34}",
    ),
    *(
        "gsk_{m52}",
        "dapi{h32}",
        "hvs.{b90}",
        "{m14}.atlasv1.{b67}",
        "dp.pt.{m43}",
        "pul-{h40}",
        "tskey-auth-{m17}-{m32}",
    ),
    *(
        "pypi-AgEIcHlwaS5vcmc{b86}",
        "rubygems_{h48}",
        "oy2{l43}",
        "dckr_pat_{b27}",
        "sntryu_{h64}",
        "NRAK-{u27}",
        "glsa_{m32}_{h8}",
    ),
    *(
        "dt0c01.{u24}.{u64}",
        "ATATT3xFfGF0{b171}={u8}",
        "ntn_{d11}{m35}",
        "lin_api_{m40}",
        "figd_{b40}",
        "PMAK-{h24}-{h34}",
    ),
    *(
        "EAAB{m180}",
        "sl.B{b135}",
        "HRKU-AA{b58}",
        "dop_v1_{h64}",
        "LTAI{m20}",
        "cfut_{m48}",
        "vcp_{m56}",
        "sq0csp-{b43}",
    ),
    *(
        "access_token$production${l16}${h32}",
        "{m3}8Q~{b34}",
        "{m76}AZDO{m4}",
        "CCIPAT_{m22}_{h40}",
        "squ_{h40}",
        "r8_{m37}",
    ),
]


class TestForms:
    @pytest.mark.parametrize("form", FORMS)
    def test_random_tokens_of_a_form_are_found(self, form: str) -> None:
        """Not the examples alone: of a hundred random tokens of a documented form, all are."""
        rng = random.Random(form)
        for _ in range(100):
            secret = of(form, rng)
            (finding,) = TOKENS.find(f"it rejected {secret} at once")
            assert (finding.start, finding.end) == (12, 12 + len(secret)), secret

    @pytest.mark.parametrize("rule", ROWS)
    def test_a_longer_token_goes_to_its_end(self, rule: Rule) -> None:
        """A new generation has more characters: no tail of it stays."""
        secret = example(rule)
        if not secret[-1].isalnum():  # padding, a quote or a line is its end
            return
        more = "A7bQ9" * 4
        assert more[-10:] not in scrub_text(f"long {secret}{more} last")

    @pytest.mark.parametrize(
        "secret",
        [
            *(
                f"ghp_{mixed(18)}",
                f"github_pat_{mixed(20)}",
                f"glpat-{url(9)}",
                f"AIza{url(18)}",
                f"xoxb-{digits(12)}-{digits(6)}",
            ),
            *(
                f"sk_live_{mixed(12)}",
                f"sk-ant-api03-{url(20)}",
                f"sk-proj-{url(20)}",
                f"npm_{mixed(18)}",
                f"pypi-AgEIcHlwaS5vcmc{url(8)}",
            ),
            *(
                f"dop_v1_{hexa(24)}",
                f"hvs.{url(24)}",
                f"SG.{url(18)}",
                f"shpat_{hexa(16)}",
                f"dckr_pat_{url(12)}",
                f"ATATT3xFfGF0{url(24)}",
            ),
            *(
                f"hf_{mixed(18)}",
                f"AKIA{upper(11)}",
                f"GOCSPX-{url(10)}",
                f"AGE-SECRET-KEY-1{upper(24)}",
                f"ops_eyJ{base64(30)}",
            ),
        ],
    )
    def test_a_cut_token_goes(self, secret: str) -> None:
        """Half of a token at the end of a text shortens the search for the other half."""
        assert secret[-8:] not in TOKENS.scrub_text(f"cut at {secret}")
        assert secret[-8:] not in TOKENS.scrub_text(f"cut at {secret}...")

    @pytest.mark.parametrize("glue", ["x_", "zeroth-", "word", "0"])
    def test_glued_to_a_word(self, glue: str) -> None:
        """A distinctive prefix needs no border; other rules find a random run behind a short one."""
        for secret in (
            f"ghp_{mixed(36)}",
            f"glpat-{url(20)}",
            f"AKIA{upper(16)}",
            f"xoxb-{digits(12)}-{mixed(24)}",
            f"AIza{url(35)}",
        ):
            assert not stays(TOKENS.scrub_text(f"{glue}{secret} last"), secret)
        for secret in (f"sk-{mixed(48)}", f"r8_{mixed(37)}", f"SK{hexa(32)}{hexa(8)}", f"00{url(40)}"):
            assert not stays(scrub_text(f"{glue}{secret} last"), secret)

    def test_an_id_and_its_secret(self) -> None:
        """Amazon's secrets have no prefix: an id not far away gives them away, and a commit's hash is none."""
        secret = base64(40)
        for between in (" ", ":", "/", ", ", '", "'):
            assert not stays(TOKENS.scrub_text(f"AKIA{upper(16)}{between}{secret}."), secret)
        assert secret in TOKENS.scrub_text(f"no id, {secret}")
        assert hexa(40) in TOKENS.scrub_text(f"AKIA{upper(16)} at {hexa(40)}")


class TestNearMisses:
    @pytest.mark.parametrize(
        "text",
        [
            "a token begins with ghp_..., gho_ or github_pat_",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "export GITHUB_TOKEN_NAME to ghp_your_token_here",
            "sk-xxxx, sk-..., sk-your-api-key and sk-proj-your-project-key",
            "AKIA alone, or AKIAXXXX",
            "pip install sk-learn scikit-learn 1.4.2",
            "the task-queue, the risk-model-of-the-bank and the disk-usage-report",
            "skip_validation_of_the_request and task_test_with_many_words",
            "div.xapp-icon-large-container is hidden",
            "xoxb-your-bot-token",
            "npm_config_user_agent and npm_package_json",
            "hf_hub_download failed for sentence-transformers/all-MiniLM-L6-v2",
            "from google.oauth2 import service_account as ya29",
            "the column created_at_timestamp_of_the_event",
            "test_that_the_service_returns_404_for_unknown_users",
            "shp_files and shpat_ alone",
            "class SGDClassifier, SG.name",
            "EAAAAAAA",
            "sk_buff, pk_index, rk_value",
            "pat.compile and pattern.match",
            "api-key-of-the-service is missing",
            "dockerd dckr_pat_ prefix",
            "AGE-SECRET-KEY-1 is how it begins",
            "Private-Lines: header expected",
            "live_migration_of_the_virtual_machine and sandbox_mode_enabled",
            "webpack.config.production.js and .eslintrc.cjs",
            "md-button-raised-with-ripple",
            "https://hooks.slack.com/services/ is a prefix",
        ],
    )
    def test_words_stay(self, text: str) -> None:
        """Placeholders, names of code and of classes, and prefixes alone are what reports are read for."""
        assert TOKENS.find(text) == []

    @pytest.mark.parametrize(
        "text",
        [
            f"request {UUID} failed",
            f"commit {hexa(40)} and {hexa(7)}",
            f"task-{hexa(32)}",
            f"sha256:{hexa(64)}",
            f"build_{hexa(40)}.log",
            "SGVsbG8gd29ybGQsIGhvdyBhcmUgeW91IHRvZGF5Pw==",
            f"Content-MD5 {base64(22)}==",
            f"data:image/png;base64,iVBORw0KGgo{base64(300)}",
            "1700000000123456789 and 2026-11-22T10:30:00.123456Z",
            f"sha512-{base64(86)}==",
        ],
    )
    def test_what_is_random_without_being_a_token_stays(self, text: str) -> None:
        """Identifiers, digests and encoded text are no vendor's token; whether they are something else, other rules say."""
        assert TOKENS.find(text) == []


class TestWords:
    @pytest.mark.parametrize(
        "text",
        [
            *(
                "ghp_your_token_here",
                "sk-learn",
                "xoxb-xxxxxxxxxxxx",
                "AKIAXXXXXXXXXXXXXXXX",
                "npm_config_2",
                "n8n_api_key",
                "i18n",
            ),
            *("getHttpResponse", "isOnTopOfIt", "****************", "ghp_XXXXXXXX", "", "--", "key2024"),
        ],
    )
    def test_read_as_words(self, text: str) -> None:
        """Words in any case style, with a small number behind, and masks."""
        assert shape.is_words(text, 0, len(text))

    @pytest.mark.parametrize(
        "text",
        [
            *("abc123def456", "a" * 36, "1234567890", mixed(12), "aBcDeFgH"),
            *(lower(12), hexa(12), "ghp_abcdefghijklmnopqrstuvwxyz"),
        ],
    )
    def test_not_read_as_words(self, text: str) -> None:
        """What nobody would call a thing: tests and examples hold such tokens, and so do leaks."""
        assert not shape.is_words(text, 0, len(text))

    @pytest.mark.parametrize(
        "before", ["", " ", "=", "_", "é", "\\n", "\\u0022", "\\x22", "%3D", "\x1b[0m", "\\033[31m", "/"]
    )
    def test_apart(self, before: str) -> None:
        """An escape ends before the token that follows it."""
        assert shape.is_apart(f"{before}sk-", len(before))

    @pytest.mark.parametrize("before", ["ta", "di", "0", "n", "u0022", "3D", "0m", "[0m"])
    def test_not_apart(self, before: str) -> None:
        """A letter or a digit that is no part of an escape is glued on."""
        assert not shape.is_apart(f"{before}sk-", len(before))


class TestHostileInput:
    @pytest.mark.parametrize(
        "family",
        [
            *(
                "ghp_",
                "sk-",
                "AKIA",
                "xoxb-1-",
                "0Q~a.",
                "AQEaa",
                "x",
                "xxxxxxx1",
                "aAaA",
                "A1a",
                "AAAA",
                "Private-Lines: 1\n",
            ),
            *(
                '"d":"0123456789abcdef","kty',
                "key-0123456789abcdef0123456789abcdef",
                "$aact_",
                "sig=&sig=",
                "+ASt",
                "eyJ",
                "_a1B",
                ".",
            ),
        ],
    )
    def test_it_settles(self, family: str) -> None:
        """Rows of prefixes and of half tokens give a text in which nothing is found any more."""
        text = (family * 2_000)[:8_000]
        clean = TOKENS.scrub_text(text)
        assert TOKENS.scrub_text(clean) == clean
        assert TOKENS.find(clean) == []

    @pytest.mark.parametrize("rule", ROWS)
    def test_markers_tell_nothing_of_the_token(self, rule: Rule) -> None:
        """The marker is the same for a long token and a short one, and is never a key with its value."""
        for text in (
            rule.marker,
            f"token={rule.marker}",
            f"{rule.marker}是 next",
            f"{rule.marker}{rule.marker}",
            f"({rule.marker})",
        ):
            assert find(text) == []
