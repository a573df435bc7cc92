"""The twelve surroundings in which a secret is planted, each with the words beside it that are worth keeping."""

from __future__ import annotations

import json
import urllib.parse
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from benchmarks.scrubbing.planted import Sample, words

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.scrubbing.planted import Secret

    Context: TypeAlias = Callable[[random.Random, str], tuple[str, str, str]]

_SUBJECTS: Final = ("archive", "scheduler", "importer", "gateway", "mirror", "renderer", "indexer", "collector")
_VERBS: Final = ("rejected", "refused", "dropped", "ignored", "repeated", "postponed", "returned", "skipped")
_TIMES: Final = ("yesterday", "twice", "again", "overnight", "meanwhile", "early", "silently", "immediately")
# Scripts with their words on the left and on the right. The first two write without spaces.
_SCRIPTS: Final = (
    ("登录失败", "请稍后再试"),
    ("接続に失敗", "再試行します"),
    ("не удалось открыть ", " попробуйте снова"),
    ("αποτυχία για ", " δοκιμάστε ξανά"),  # noqa: RUF001 - Greek
    ("échec de la clé", " réessayez bientôt"),
    ("فشل الاتصال ", " حاول لاحقا"),
    ("la señal llegó aquí", " según aviso"),
)


def _three(rng: random.Random) -> tuple[str, str, str]:
    return rng.choice(_SUBJECTS), rng.choice(_VERBS), rng.choice(_TIMES)


def end_of_sentence(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    return f"The {subject} {verb} it {time} because of ", text, rng.choice((".", ".", "!", "?"))


def comma(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    return "While reading ", text, f", the {subject} {verb} everything {time}"


def bracket(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    left, right = rng.choice(("()", "[]", "{}", "<>", "()"))
    return f"The {subject} {verb} one item {left}", text, f"{right} {time}"


def quoted(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    quote = next(sign for sign in ('"', "'", "`", "|") if sign not in text)
    return f"The {subject} said {quote}", text, f"{quote} and {verb} it {time}"


def escaped_json(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    return (
        f'The {subject} {verb} {{\\"note\\": \\"',
        json.dumps(json.dumps(text)[1:-1])[1:-1],
        f'\\", \\"attempt\\": 3}} {time}',
    )


def url_query(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    value = urllib.parse.quote(text, safe="")
    return f"The {subject} {verb} https://hub.example.org/find?ref=", value, f"&page=2 {time}"


def code(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, _, time = _three(rng)
    quote = "'" if '"' in text and "'" not in text else '"'
    inner = text.replace("\n", "\\n").replace(quote, "\\" + quote)
    return f"{subject} = connect({quote}", inner, f"{quote}, retries=3)  # {time}"


def log_prefix(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    before = rng.choice(
        (
            f"2026-11-22T10:33:12.{rng.randrange(1000):03d}Z WARN {subject}.worker: ",
            f"[2026-11-22 10:33:12,{rng.randrange(1000):03d}] ERROR in {subject}: ",
            f"Nov 22 10:33:12 {subject}[{rng.randrange(100, 9999)}]: ",
            f"WARNING:{subject}.sync:",
        )
    )
    return before, text, f" was {verb} {time}"


def table_cell(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    sign = rng.choice((" | ", "\t", " | "))
    return f"{subject}{sign}{verb}{sign}", text, f"{sign}{time}"


def line_break(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    end = rng.choice(("\n", "\r\n"))
    return f"The {subject} {verb} it{end}", text, f"{end}and stopped {time}"


def no_space(rng: random.Random, text: str) -> tuple[str, str, str]:
    subject, verb, time = _three(rng)
    # A path that follows a word's own sign is a relative one, and another secret.
    sign = rng.choice(("=", "=", ",", "_", ">", "(")) if text[0] not in "/~." else rng.choice("=,>(")
    return f"{subject}{sign}", text, f"{')' if sign == '(' else rng.choice(';,&|<')}{verb} {time}"


def alphabet(rng: random.Random, text: str) -> tuple[str, str, str]:
    before, after = rng.choice(_SCRIPTS)
    # A path, a URL and a password take letters of any alphabet: glued to a word of another, they have no end of their own.
    endless = any(sign in text for sign in "/\\=:")
    return before, text, f" {after}" if endless and after[0] != " " else after


CONTEXTS: Final[dict[str, Context]] = {
    "end of sentence": end_of_sentence,
    "comma": comma,
    "bracket": bracket,
    "quote": quoted,
    "escaped json": escaped_json,
    "url query": url_query,
    "code": code,
    "log prefix": log_prefix,
    "table cell": table_cell,
    "line break": line_break,
    "no space": no_space,
    "another alphabet": alphabet,
}

_DATA: Final = frozenset({"ref", "page", "2"})
"""The rest of a query string is data too: whether it is kept counts for nothing."""


def plant(secret: Secret, context: str, rng: random.Random) -> Sample:
    """The secret in that context."""
    before, middle, after = CONTEXTS[context](rng, secret.text)
    around = words(before) + words(after)
    return Sample(secret, context, before + middle + after, middle, tuple(word for word in around if word not in _DATA))


def samples(makes: Sequence[Callable[[random.Random], Secret]], rng: random.Random, count: int) -> list[Sample]:
    """So many secrets, each kind in turn and each in the next context, so that all pairs of the two come up."""
    return list(islice(_samples(makes, rng), count))


def _samples(makes: Sequence[Callable[[random.Random], Secret]], rng: random.Random) -> Iterator[Sample]:
    contexts, turn, used = list(CONTEXTS), 0, set[str]()
    while True:
        for place, make in enumerate(makes):
            secret = make(rng)
            while secret.text in used:
                secret = make(rng)
            used.add(secret.text)
            yield plant(secret, contexts[(turn + place) % len(contexts)], rng)
        turn += 1
