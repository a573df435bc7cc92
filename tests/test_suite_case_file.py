"""Files of cases: what is read of them, and what is said about each mistake."""

from __future__ import annotations

import importlib
import json
import os
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from tightlip.suite import schema
from tightlip.suite.canary_kind import seeded
from tightlip.suite.case import CodeInput, EventInput, Keep, LogInput
from tightlip.suite.case_file import MOST_BYTES, MOST_MISTAKES, CaseError, find_files, load, load_all
from tightlip.suite.filling import fill

jsonschema: Any = importlib.import_module("jsonschema")  # which has no types
ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = (ROOT / "fixtures" / "README.md").read_text("utf-8").split("```yaml\n")[1].split("```")[0]


def write(folder: Path, text: str, name: str = "a.yaml") -> Path:
    path = folder / name
    path.write_text(textwrap.dedent(text), "utf-8")
    return path


def one(folder: Path, case: str, head: str = "") -> Any:
    """A file of one case that has all that is required, and ``case`` beside."""
    body = textwrap.indent(textwrap.dedent(case).strip("\n"), "    ")
    return write(folder, f"tightlip: 1\nclass: secret\n{head}cases:\n  - id: one\n    why: It is tried.\n{body}\n")


def refusal(path: Path) -> list[str]:
    with pytest.raises(CaseError) as caught:
        load(path)
    return [mistake.removeprefix(f"{path}") for mistake in caught.value.mistakes]


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    (case,) = load(write(tmp_path, EXAMPLE))
    assert (case.id, case.kind, case.about) == ("request.cookies.session", "request", "request.cookies")
    assert case.profiles == ("strict", "app")
    assert [(canary.name, canary.kind, len(canary.given)) for canary in case.canaries] == [
        ("session", "cookie", 0),
        ("mail", "email", 2),
    ]
    assert isinstance(case.input, EventInput)
    assert case.input.event["request"] == {"cookies": {"sid": "${session}"}}
    assert case.keep["strict"] == Keep(fields={"level": "error"})
    assert case.keep["app"].words == ("could", "not", "refresh", "the", "session")
    assert case.keep["app"].fields == {"level": "error"}
    assert (case.place.line, case.place.column) == (5, 5)


def test_what_the_file_says_holds_for_cases_that_do_not_say_otherwise(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        tightlip: 1
        class: path
        about: extra
        profiles: [app]
        varies: [breadcrumbs]
        cases:
          - {id: a.b.c, why: It is tried., log: x, keep: {words: [x]}}
          - {id: a.b.d, why: It is tried., log: x, keep: {words: [x]}, class: ip, about: log, profiles: [strict, app], varies: []}
        """,
    )
    first, second = load(path)
    assert (first.kind, first.about, first.profiles, first.varies) == ("path", "extra", ("app",), ("breadcrumbs",))
    assert (second.kind, second.about, second.profiles, second.varies) == ("ip", "log", ("strict", "app"), ())


def test_about_is_the_first_two_parts_of_the_id(tmp_path: Path) -> None:
    (case,) = load(
        write(tmp_path, "{tightlip: 1, class: ip, cases: [{id: user.ip.v6, why: Tried., log: x, keep: {words: [x]}}]}")
    )
    assert case.about == "user.ip"
    assert case.input == LogInput("x")


def test_every_promise_of_a_case_has_its_own_keep_and_absent(tmp_path: Path) -> None:
    judged = """
        log: x
        keep: {words: [a], template: t, strict: {words: [b], template: u}}
        absent: {app: [x.y]}
    """
    (case,) = load(one(tmp_path, judged))
    assert case.keep == {"strict": Keep(words=("a", "b"), template="u"), "app": Keep(words=("a",), template="t")}
    assert case.absent == {"strict": (), "app": ("x.y",)}


def test_under_a_promise_by_which_the_event_is_dropped_nothing_is_kept(tmp_path: Path) -> None:
    (case,) = load(one(tmp_path, "log: x\ndropped: [strict]\nkeep: {words: [x]}"))
    assert case.dropped == {"strict"}
    assert case.keep == {"strict": Keep(), "app": Keep(words=("x",))}


def test_words_are_taken_as_they_are_written(tmp_path: Path) -> None:
    (case,) = load(one(tmp_path, "log: x\nkeep: {words: [no, 404, 'true', null, 1.50, on]}"))
    assert case.keep["app"].words == ("no", "404", "true", "null", "1.50", "on")


def test_an_event_holds_what_json_reads(tmp_path: Path) -> None:
    event = """
        event:
          a: [1, -2.5, true, false, null, ~, "1", 2024-05-01T10:00:00Z, 3.11.4]
          404: {no: x}
          b: |
            two
            lines
        keep: {words: [x]}
    """
    (case,) = load(one(tmp_path, event))
    assert case.input == EventInput(
        {
            "a": [1, -2.5, True, False, None, None, "1", "2024-05-01T10:00:00Z", "3.11.4"],
            "404": {"no": "x"},
            "b": "two\nlines\n",
        }
    )


@pytest.mark.parametrize("word", ["no", "on", "Yes", "0x1f", "1_000", "017", "12:30:45", "1e3", ".inf", "True"])
def test_what_versions_of_yaml_read_differently_is_refused(tmp_path: Path, word: str) -> None:
    (mistake,) = refusal(one(tmp_path, f"event: {{a: {word}}}\nkeep: {{words: [x]}}"))
    assert mistake.startswith(f":6:16: YAML's versions read {word} in different ways; write ")


def test_code_has_an_sdk_of_its_own_or_an_installed_one(tmp_path: Path) -> None:
    code = """
        canaries: {key: {kind: api_key, form: stripe}}
        code:
          sdk: |
            def connect(key):
                raise ValueError(f"key {key!r} has the wrong length")
          application: |
            import acme_case
            acme_case.connect("${key}")
    """
    (case,) = load(one(tmp_path, code))
    assert isinstance(case.input, CodeInput)
    assert list(case.input.files) == ["acme_case/__init__.py"]
    assert (case.input.package, case.input.language) == ("acme_case", "python")
    assert case.canaries[0].form == "stripe"
    (case,) = load(one(tmp_path, "code: {package: httpx, application: 'import httpx'}\nkeep: {words: [x]}"))
    assert case.input == CodeInput("import httpx", {}, "httpx")
    sdk = "{beta/__init__.py: 'import os', beta/a.py: 'x = 1', beta/data.txt: '('}"
    (case,) = load(one(tmp_path, f"code: {{sdk: {sdk}, application: 'import beta'}}\nkeep: {{words: [x]}}"))
    assert case.input == CodeInput(
        "import beta", {"beta/__init__.py": "import os", "beta/a.py": "x = 1", "beta/data.txt": "("}, "beta"
    )


def test_code_of_another_language_may_have_files(tmp_path: Path) -> None:
    code = "code: {language: javascript, application: 'f(`$${x}`) // ${a|json}', files: {package.json: '{}'}}\ncanaries: {a: windows_path}"
    (case,) = load(one(tmp_path, code))
    assert case.input == CodeInput("f(`$${x}`) // ${a|json}", {"package.json": "{}"}, "", "javascript")


CODE = "code:\n  sdk: 'x = 1'\n  application: |\n    import acme_case\n"

#: A case (below `id` and `why`, which are the lines 4 and 5), and what is said of it.
MISTAKES: dict[str, tuple[str, str]] = {
    "unknown key": ("log: x\nkep: {words: [x]}", ":7:5: there is no key kep; did you mean keep?"),
    "key of keep": ("log: x\nkeep: {word: [x]}", ":7:12: there is no key word; did you mean words?"),
    "key of a promise": ("log: x\nkeep: {app: {field: {}}}", ":7:18: there is no key field; did you mean fields?"),
    "promise": ("log: x\nkeep: {words: [x]}\nprofiles: [stric]", ":8:16: there is no stric; did you mean strict?"),
    "no promise": ("log: x\nkeep: {words: [x]}\nprofiles: []", ":8:15: give a list of promises, as [strict]; it is empty"),
    "promise twice": ("log: x\nkeep: {words: [x]}\nprofiles: [app, app]", ":8:15: app is there twice; leave one out"),
    "dropped": ("log: x\ndropped: [never]", ":7:15: there is no never; there are strict, app"),
    "dropped, not held": ("log: x\nprofiles: [app]\ndropped: [strict]", ":8:14: the case is not held to strict;"),
    "keep, not held": ("log: x\nprofiles: [app]\nkeep: {strict: {words: [x]}}", ":8:20: nothing leaves under strict,"),
    "keep, dropped": ("log: x\ndropped: [app]\nkeep: {app: {words: [x]}}", ":8:17: nothing leaves under app,"),
    "keep, all dropped": ("log: x\ndropped: [app, strict]\nkeep: {words: [x]}", ":8:11: nothing leaves under any promise"),
    "exact, dropped": ("log: x\ndropped: [app]\nexact: {app: 1}", ":8:13: nothing leaves under app,"),
    "absent, not held": ("log: x\nprofiles: [app]\nabsent: {strict: [a]}", ":8:14: nothing leaves under strict,"),
    "class": ("log: x\nclass: secrets\nkeep: {words: [x]}", ":7:12: there is no secrets; did you mean secret?"),
    "twice": ("log: x\nlog: y\nkeep: {words: [x]}", ":7:5: log is there twice, first in line 6; leave one out"),
    "twice in the event": ("event: {a: 1, a: 2}\nkeep: {words: [x]}", ":6:19: a is there twice; leave one out"),
    "no input": ("keep: {words: [x]}", ":4:5: there is no input; give one of event, log, code"),
    "two inputs": ("log: x\nevent: {a: 1}\nkeep: {words: [x]}", ":6:10: there are event and log; give one of event, log, code"),
    "nothing to judge": ("log: x", ":4:5: there is nothing to judge; give one of canaries, keep, absent, dropped, exact"),
    "empty event": ("event: {}\nkeep: {words: [x]}", ":6:12: give an event: a mapping of its fields"),
    "event that is a list": ("event: [1]\nkeep: {words: [x]}", ":6:12: give an event: a mapping of its fields"),
    "log that is a number": ("log: 1\nkeep: {words: [x]}", ":6:10: give one line of text; YAML takes 1 for a number"),
    "undefined canary": ("log: x ${kay}\ncanaries: {key: token}", ":6:10: there is no canary kay; did you mean key?"),
    "no canaries": ("log: x ${kay}\nkeep: {words: [x]}", ":6:10: there is no canary kay; the case has no canaries"),
    "unused canary": ("log: x\ncanaries: {key: token}", ":7:16: the canary key is never used; write ${key} in the log"),
    "kind": ("log: ${key}\ncanaries: {key: tokem}", ":7:21: there is no tokem; did you mean token?"),
    "no kind": ("log: ${key}\ncanaries: {key: {given: [abc, def]}}", ":7:21: `kind` is missing;"),
    "form": ("log: ${key}\ncanaries: {key: {kind: api_key, form: strip}}", ":7:43: there is no strip; did you mean stripe?"),
    "form of a kind without": ("log: ${key}\ncanaries: {key: {kind: token, form: a}}", ":7:41: the kind token has no forms;"),
    "name of a canary": ("log: x ${a}\ncanaries: {a: token, b-c: token}", ":7:26: b-c is no name; give one of letters"),
    "one given value": ("log: ${a}\ncanaries: {a: {kind: email, given: [a@b.example]}}", ":7:40: give two values at least"),
    "equal given values": ("log: ${a}\ncanaries: {a: {kind: email, given: [abc, abc]}}", ":7:46: abc is there twice;"),
    "given values in one another": (
        "log: ${a} ${b}\ncanaries: {a: {kind: word, given: [abc, def]}, b: {kind: word, given: [xabcx, y]}}",
        ":7:16: a value of a stands in one of b; give values",
    ),
    "filter": ("log: '${a|bas64}'\ncanaries: {a: token}", ":6:10: there is no filter bas64; did you mean base64?"),
    "placeholder": ("log: x ${a b}\nkeep: {words: [x]}", ":6:10: ${a b} is no placeholder; write ${name}"),
    "placeholder of a key": ("event: {'${b}': 1}\nkeep: {words: [x]}", ":6:13: there is no canary b;"),
    "number inside": ("event: {a: 'x ${n|number}'}\ncanaries: {n: number}", ":6:16: the filter number makes a number: the"),
    "number of a text": ("event: {a: '${n|number}'}\ncanaries: {n: token}", ":6:16: the canary n is no number;"),
    "canary kept": ("log: x ${a}\ncanaries: {a: token}\nkeep: {words: ['${a}']}", ":8:20: the canary a must not leave,"),
    "canary in exact": ("log: x ${a}\ncanaries: {a: token}\nexact: {app: '${a}'}", ":8:18: the canary a must not leave,"),
    "path": ("log: x\nabsent: ['a..b']", ":7:14: a..b is no path: column 3 of the path"),
    "path of a field": ("log: x\nkeep: {fields: {'a[': 1}}", ":7:21: a[ is no path: "),
    "all that varies": ("log: x\nkeep: {words: [x]}\nvaries: ['*']", ":8:13: * stands for everything"),
    "path that varies": ("log: x\nkeep: {words: [x]}\nvaries: ['.']", ":8:14: . is no path: "),
    "words that are none": ("log: x\nkeep: {words: x}", ":7:19: give a list of words, not a text"),
    "word that is a list": ("log: x\nkeep: {words: [[x]]}", ":7:20: give a list of words, not a list"),
    "template": ("log: x\nkeep: {template: ''}", ":7:22: give the whole message; it is empty"),
    "application missing": ("code: {sdk: 'x = 1'}\nkeep: {words: [x]}", ":6:11: `application` is missing;"),
    "neither sdk nor package": ("code: {application: 'x = 1'}\nkeep: {words: [x]}", ":6:11: give `sdk`, or `package`"),
    "both sdk and package": ("code: {application: x, sdk: y, package: z}\nkeep: {words: [x]}", ":6:11: give `sdk`, or `package`"),
    "package": ("code: {application: x, package: a-b}\nkeep: {words: [x]}", ":6:37: a-b is none; give an import name, as httpx"),
    "language": ("code: {application: x, language: C C}\nkeep: {words: [x]}", ":6:38: C C is none; give a language"),
    "sdk of another language": (
        "code: {application: x, language: go, sdk: x}\nkeep: {words: [x]}", ":6:47: `sdk` is of Python; with `language: go`",
    ),
    "files of python": ("code: {application: x, sdk: y, files: {a: x}}\nkeep: {words: [x]}", ":6:43: `files` is for other languages"),
    "sdk that is no package": ("code: {application: x, sdk: {a/b.py: x}}\nkeep: {words: [x]}", ":6:33: the files are no package;"),
    "file outside": ("code: {application: x, sdk: {a/../../b.py: x}}\nkeep: {words: [x]}", ":6:34: a/../../b.py is no path of a file"),
    "absolute file": ("code: {application: x, sdk: {/a/b.py: x}}\nkeep: {words: [x]}", ":6:34: /a/b.py is no path of a file here;"),
    "file and folder": ("code: {application: x, language: go, files: {a: x, a/b: x}}\nkeep: {words: [x]}", ":6:50: a is a file and a"),
    "sdk that is no Python": (
        "code:\n  sdk: |\n    x = 1\n\n    def f(:\n  application: |\n    x\nkeep: {words: [x]}", ":10:15: the SDK's acme_case/__init__.py is no Python",
    ),
    "application that is no Python": (f"{CODE}    f((1)\nkeep: {{words: [x]}}", ":10:10: the application is no Python here"),
    "canary in the sdk": (
        "canaries: {a: token}\ncode:\n  sdk: |\n    x = 1\n    y = '${a}'\n  application: |\n    f('${a}')", ":10:9: the canary a stands in a file",
    ),
    "canary that would end its literal": (
        f"canaries: {{p: windows_path}}\n{CODE}    f('${{p}}')", ":11:9: a value of p may hold quotes, backslashes, braces or line ends; write ${p|python}",
    ),
    "given value that would": (
        f"canaries: {{p: {{kind: word, given: [\"it's\", abc]}}}}\n{CODE}    f('${{p}}')", ":11:9: a value of p may hold quotes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_to_do(tmp_path: Path, name: str) -> None:
    case, expected = MISTAKES[name]
    mistakes = refusal(one(tmp_path, case))
    assert any(mistake.startswith(expected) for mistake in mistakes), mistakes
    assert len(mistakes) == 1, mistakes


#: A whole file, and what is said of it.
FILES: dict[str, tuple[str, str]] = {
    "empty": ("", ": it is empty; begin it with `tightlip: 1`"),
    "a text": ("tightlip", ":1:1: begin it with `tightlip: 1` and give `cases`"),
    "no version": ("{cases: [{id: a, why: x, class: ip, log: x, keep: {words: [x]}}]}", ":1:1: `tightlip` is missing;"),
    "version": ("tightlip: 2\ncases: [{id: a, why: x, class: ip, log: x, keep: {words: [x]}}]", ":1:11: the version of the format is 2,"),
    "no cases": ("tightlip: 1", ":1:1: `cases` is missing;"),
    "empty cases": ("tightlip: 1\ncases: []", ":2:8: there is no case in it; give one at least"),
    "cases of nothing": ("tightlip: 1\ncases:", ":2:7: give a list of cases, not nothing"),
    "unknown key": ("tightlip: 1\nkases: []", ":2:1: there is no key kases; did you mean cases?"),
    "case that is a text": ("tightlip: 1\ncases: [x]", ":2:9: give a case: id, why, canaries and an input, not a text"),
    "shared mistake, told once": (
        "tightlip: 1\nclass: ipp\ncases:\n- {id: a, why: x, log: x, keep: {words: [x]}}\n- {id: b, why: x, log: x, keep: {words: [x]}}", ":2:8: there is no ipp;",
    ),
    "no class": ("tightlip: 1\ncases:\n- {id: a, why: x, log: x, keep: {words: [x]}}", ":3:3: `class` is missing; give it here or above"),
    "no id": ("tightlip: 1\nclass: ip\ncases:\n- {why: x, log: x, keep: {words: [x]}}", ":4:3: `id` is missing; write `id: ...`"),
    "id": ("tightlip: 1\nclass: ip\ncases:\n- {id: A b, why: x, log: x, keep: {words: [x]}}", ":4:8: A b is no id; give one of a-z"),
    "no why": ("tightlip: 1\nclass: ip\ncases:\n- {id: a, log: x, keep: {words: [x]}}", ":4:3: `why` is missing;"),
    "id twice": (
        "tightlip: 1\nclass: ip\ncases:\n- {id: a, why: x, log: x, keep: {words: [x]}}\n- {id: a, why: x, log: x, keep: {words: [x]}}",
        ":5:3: there is a case a already, at ",
    ),
    "no YAML": ("tightlip: 1\ncases: [", ":3:1: it is no YAML here: "),
    "a tab": ("tightlip: 1\ncases:\n\t- x", ":3:1: it is no YAML here: "),
    "alias": ("tightlip: 1\ncases: &a [*a]", ":2:8: anchors and aliases (& and *) are not read; write it out"),
    "tag": ("tightlip: 1\ncases: !!python/object:x []", ":2:8: tags (!) are not read;"),
    "two documents": ("tightlip: 1\n---\ntightlip: 1", ":2: a second document begins here (---)"),
    "nested too deeply": ("tightlip: 1\ncases: " + "[" * 100 + "]" * 100, ":2: it is nested too deeply; at most 60 levels"),
    "nested far too deeply": ("tightlip: 1\ncases: " + "[" * 100_000, ":2: it is nested too deeply; at most 60 levels"),
    "control character": ("tightlip: 1\ncases: \x07", ":2: a character stands here that YAML does not allow;"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_told_so(tmp_path: Path, name: str) -> None:
    text, expected = FILES[name]
    (mistake,) = refusal(write(tmp_path, text))
    assert mistake.startswith(expected)


#: For every key of the format, a file in which a wrong value of it stands.
WRONG = "[[1]]"
HEAD = "tightlip: 1\ncases:\n- "
KEYS: dict[str, str] = (
    {f"file: {key}": f"{key}: {WRONG}" for key in schema.FILE}
    | {f"case: {key}": f"{HEAD}{key}: {WRONG}" for key in schema.CASE}
    | {f"keep: {key}": f"{HEAD}keep: {{{key}: {WRONG}}}" for key in schema.KEEP}
    | {f"keep: strict: {key}": f"{HEAD}keep: {{strict: {{{key}: {WRONG}}}}}" for key in schema.KEEP_ONE}
    | {f"code: {key}": f"{HEAD}code: {{{key}: {WRONG}, {'package' if key == 'application' else 'application'}: x}}" for key in schema.CODE}
    | {f"canary: {key}": f"{HEAD}canaries: {{a: {{{key}: {WRONG}, {'form' if key == 'kind' else 'kind'}: api_key}}}}" for key in schema.CANARY}
)  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_no_key_of_the_format_is_left_unread(tmp_path: Path, name: str) -> None:
    """A key that is known and not looked at would be a promise that nobody keeps."""
    text = KEYS[name]
    line = text.count("\n") + 1
    column = text.splitlines()[-1].index(WRONG) + 1
    places = [tuple(map(int, mistake.split(":")[1:3])) for mistake in refusal(write(tmp_path, text))]
    assert any((line, column) <= place < (line, column + len(WRONG)) for place in places), places


TOKENS = ("[", "]", "{", "}", ":", "- ", "\n", "  ", "&a", "*a", "!!", "${", "|", ">", "'", '"', "\t", "\0", "é", "\ud7ff", "? ", "<<: ", "#", "~", "1e9", "---\n", "%", "@", ",", "yes", "\r", "\u2028", "\ufeff", '"\\e[1m"')  # fmt: skip


def test_whatever_a_file_holds_it_is_read_or_refused_in_words_a_terminal_can_show(tmp_path: Path) -> None:
    random = seeded("whatever")
    sources = [EXAMPLE, "tightlip: 1\nclass: ip\ncases:\n" + "\n".join(
        textwrap.indent(f"- id: a{n}\n  why: x\n" + textwrap.indent(case, "  "), "  ") for n, (case, _) in enumerate(MISTAKES.values())
    )]  # fmt: skip
    path = tmp_path / "a.yaml"
    refused: list[CaseError] = []
    for _ in range(300):
        text = random.choice((sources[0], sources[0], sources[1]))
        for _ in range(random.randint(1, 5)):
            at = random.randrange(len(text))
            text = text[:at] + random.choice((*TOKENS, "")) + text[at + random.choice((0, 0, 1, 3, 30)) :]
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            for case in load(path):
                fill(case, 1, 0)
        except CaseError as error:
            refused.append(error)
    assert all(
        mistake.startswith(f"{path}:") and mistake.isprintable() for error in refused for mistake in error.mistakes
    )
    assert 100 < len(refused) < 300


def test_a_bomb_of_aliases_is_refused_before_it_is_built(tmp_path: Path) -> None:
    levels = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else 'x'}]" for n in range(12))
    (mistake,) = refusal(write(tmp_path, f"tightlip: 1\n{levels}"))
    assert mistake.startswith(":2:5: anchors and aliases")


def test_a_file_of_another_encoding_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("tightlip: 1\n# é".encode("latin-1"))
    assert refusal(path) == [":2: it is no UTF-8 here; save the file as UTF-8"]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"tightlip: 1\n" + b"#" * MOST_BYTES)
    assert refusal(path) == [f": it has more than {MOST_BYTES // 1024} KB; make it smaller"]


def test_mistakes_are_told_together_from_top_to_bottom(tmp_path: Path) -> None:
    text = "tightlip: 1\nclass: ip\nfoo: 1\ncases:\n" + "".join(
        f"- {{id: a{n}, why: x, lag: x, keep: {{words: [x]}}}}\n" for n in range(40)
    )
    with pytest.raises(CaseError) as caught:
        load(write(tmp_path, text))
    lines = str(caught.value).splitlines()
    assert len(lines) == MOST_MISTAKES + 1
    assert ":3:1: there is no key foo" in lines[0]
    assert ":5:20: there is no key lag; did you mean log?" in lines[1]
    assert lines[-1] == f"and {len(caught.value.mistakes) - MOST_MISTAKES} more"


GOOD = "{tightlip: 1, class: ip, cases: [{id: %s, why: x, log: x, keep: {words: [x]}}]}"


def test_a_folder_is_searched_for_files_whose_first_key_is_tightlip(tmp_path: Path) -> None:
    for folder in ("b", "b/c", ".hidden", "node_modules"):
        (tmp_path / folder).mkdir()
    good = "# a comment\n%YAML 1.1\n---\n\ntightlip: 1\ncases: []\n"
    for name in ("z.yml", "a.yaml", "b/c/d.yaml"):
        write(tmp_path, good, name)
    for name in (".hidden/a.yaml", "node_modules/a.yaml", "a.txt"):
        write(tmp_path, good, name)
    write(tmp_path, "name: x\ntightlip: 1\n", "policy.yaml")
    write(tmp_path, "tightlips: 1\n", "other.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\x00")
    (tmp_path / "folder.yaml").mkdir()
    found = find_files([tmp_path])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.yaml", "z.yml", "b/c/d.yaml"]


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path, "'tightlip': 1\n")
    assert find_files([path, tmp_path, str(path)]) == [path]


def test_what_is_named_and_no_file_of_cases_is_told_together(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    other = write(tmp_path, "name: x", "other.yaml")
    with pytest.raises(CaseError) as caught:
        find_files([tmp_path / "empty", other, tmp_path / "none.yaml"])
    empty, no_cases, none = caught.value.mistakes
    assert empty.startswith(f"{tmp_path / 'empty'}: there are no cases in this folder; begin it with")
    assert no_cases.startswith(f"{other}: it is no file of cases; begin it with `tightlip: 1`")
    assert none.startswith(f"{tmp_path / 'none.yaml'}: there is no such file; give the path")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes by name here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    os.mkfifo(path)
    with pytest.raises(CaseError, match="no regular file"):
        load_all([path])


def test_what_a_folder_hides_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of a suite that was not looked at must not be called green."""
    write(tmp_path, GOOD % "a")
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(CaseError) as caught:
        load_all([tmp_path])
    assert str(caught.value) == f"{tmp_path / 'closed'}: it cannot be read (Permission denied); see to it that it can"


def test_an_id_is_unique_over_all_files(tmp_path: Path) -> None:
    first, second = write(tmp_path, GOOD % "a", "a.yaml"), write(tmp_path, GOOD % "a", "b.yaml")
    with pytest.raises(CaseError) as caught:
        load_all([tmp_path])
    assert str(caught.value) == f"{second}:1:34: there is a case a already, at {first}:1:34; give it another id"


def test_the_mistakes_of_all_files_are_told(tmp_path: Path) -> None:
    write(tmp_path, "tightlip: 2", "a.yaml")
    write(tmp_path, "tightlip: 1", "b.yaml")
    write(tmp_path, GOOD % "a", "c.yaml")
    with pytest.raises(CaseError) as caught:
        load_all([tmp_path])
    assert {Path(mistake.split(":")[0]).name for mistake in caught.value.mistakes} == {"a.yaml", "b.yaml"}


# The schema.


def test_the_schema_that_is_shipped_is_that_of_the_tables() -> None:
    assert schema.SCHEMA_FILE.read_text("utf-8") == schema.schema_text(), "run `python -m tightlip.suite.schema`"


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(schema.schema())


def fixtures() -> list[Path]:
    try:
        return find_files([ROOT / "fixtures"])
    except CaseError:
        return []


@pytest.mark.parametrize("path", fixtures(), ids=lambda path: path.relative_to(ROOT / "fixtures").as_posix())
def test_every_fixture_is_read_and_fits_the_schema(path: Path) -> None:
    assert load(path)
    data = json.loads(json.dumps(yaml.load(path.read_text("utf-8"), Loader=_Loader)))
    jsonschema.validate(data, schema.schema(), jsonschema.Draft7Validator)


class _Loader(yaml.SafeLoader):
    """Without times, which are no data of JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in rows if not tag.endswith("timestamp")]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_example_of_the_documentation_fits_the_schema() -> None:
    jsonschema.validate(yaml.safe_load(EXAMPLE), schema.schema(), jsonschema.Draft7Validator)


@pytest.mark.parametrize(
    "name", ["unknown key", "key of keep", "kind", "promise", "no input", "two inputs", "one given value", "class", "word that is a list"]
)  # fmt: skip
def test_the_schema_refuses_what_the_reader_refuses(tmp_path: Path, name: str) -> None:
    data = yaml.safe_load(one(tmp_path, MISTAKES[name][0]).read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema.schema(), jsonschema.Draft7Validator)


def test_every_key_of_the_schema_is_documented() -> None:
    readme = (ROOT / "fixtures" / "README.md").read_text("utf-8")
    for table in (schema.FILE, schema.CASE, schema.KEEP, schema.CODE, schema.CANARY):
        for name in table:
            assert f"`{name}" in readme or f"{name}:" in readme, name
    for name in schema.CLASSES:
        assert f"`{name}`" in readme, name
