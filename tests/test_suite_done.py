"""``tightlip check`` is red, in the right words, on each bad scrubber that a suite has to know: as a callable and as a command."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from tightlip.suite.check_command import main

if TYPE_CHECKING:
    from pathlib import Path

CASES = """\
tightlip: 1
class: secret
cases:
  - id: secret.extra.note
    why: A note may hold a key.
    canaries: {key: {kind: api_key, form: stripe}, mail: email}
    event:
      level: error
      message: the order was refused
      extra: {note: "sent with ${key} by ${mail}", password: "${key}", attempt: 3}
    keep: {words: [order, refused], fields: {extra.attempt: 3}}
"""
#: Each is a callable ``before_send``, and a command that speaks lines of JSON.
SCRUBBERS = """\
import copy, hashlib, json, os, sys, time

def told(event, change):
    event = copy.deepcopy(event)
    event["extra"] = {"attempt": 3, **change(event["extra"]["note"])}
    return event

def honest(event, hint=None):
    return told(event, lambda note: {"note": "[note]"})

def keys_only(event, hint=None):
    event["extra"].pop("password")
    return event

def hashes(event, hint=None):
    return told(event, lambda note: {"note": hashlib.sha256(note.split()[2].encode()).hexdigest()})

def hashes_with_a_key(event, hint=None):
    return told(event, lambda note: {"note": hashlib.blake2b(note.encode(), key=b"of mine").hexdigest()})

def truncates(event, hint=None):
    return told(event, lambda note: {"note": note[:30] + "..."})

def leaks_a_length(event, hint=None):
    return told(event, lambda note: {"note": "*" * len(note)})

def crashes(event, hint=None):
    raise RuntimeError(event["extra"]["note"])

def exits(event, hint=None):
    sys.exit(0)

def dies(event, hint=None):
    os._exit(7)

def hangs(event, hint=None):
    while True:
        time.sleep(0.01)

def garbage(event, hint=None):
    return "sent with " + event["extra"]["note"]

def loses(event, hint=None):
    return {"level": "error"}

if __name__ == "__main__":
    for line in sys.stdin:
        answer = globals()[sys.argv[1]](json.loads(line))
        print(answer if isinstance(answer, str) else json.dumps(answer), flush=True)
"""
#: Scrubber, how it fails, the words as a callable, and as a command where these are others.
BAD = [
    ("keys_only", "leak:", "the api_key canary key left at extra.note (raw)", ""),
    ("hashes", "leak:", "the api_key canary key left at extra.note (sha256)", ""),
    ("hashes_with_a_key", "interference:", "what left at extra.note depends on the canaries' values", ""),
    ("truncates", "leak:", "the api_key canary key left at extra.note (first", ""),
    ("leaks_a_length", "interference:", "what left at extra.note depends on the canaries' values", ""),
    ("crashes", "crash:", "the scrubber raised RuntimeError", "the command ended with status 1 instead of answering"),
    ("exits", "crash:", "the scrubber raised SystemExit", "the command ended with status 0 instead of answering"),
    ("dies", "crash:", "the process that ran it ended in the middle of it", "the command ended with status 7"),
    ("hangs", "hang:", "no answer within 0.", ""),
    ("garbage", "garbage:", "the answer is no event: a str", "the answer is no line of JSON"),
    ("loses", "lost:", "order", ""),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    (tmp_path / "bad.py").write_text(SCRUBBERS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str) -> int:
    return main(["cases.yaml", "--seed", "1", *arguments])


def command(name: str) -> list[str]:
    return ["--command", shlex.join([sys.executable, "bad.py", name]), "--jobs", "0"]


def limit(name: str) -> list[str]:
    return ["--limit", "0.7"] if name == "hangs" else []


def assert_red(status: int, said: str, kind: str, words: str) -> None:
    assert status == 1, said
    assert "FAILED secret.extra.note" in said
    assert f"    {kind} " in said
    assert words in said
    assert "1 failed" in said


@pytest.mark.parametrize(("name", "kind", "words", "_other"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_callable_is_red(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, kind: str, words: str, _other: str
) -> None:
    """One that ends its process is run in another, as all are without ``--jobs 0``."""
    jobs = "1" if name == "dies" else "0"
    status = check("--scrubber", f"bad.py:{name}", "--jobs", jobs, *limit(name))
    assert_red(status, capsys.readouterr().out, kind, words)


@pytest.mark.parametrize(("name", "kind", "words", "other"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_command_is_red(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, kind: str, words: str, other: str
) -> None:
    assert_red(check(*command(name), *limit(name)), capsys.readouterr().out, kind, other or words)


def test_an_honest_one_is_green_both_ways(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else all of the above would prove nothing."""
    assert check("--scrubber", "bad.py:honest", "--jobs", "0") == 0
    assert check(*command("honest")) == 0
    assert capsys.readouterr().out.count("1 passed") == 2
