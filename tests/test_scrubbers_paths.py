"""Paths in whole messages: what goes, where it ends, and what stays although it looks alike."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tightlip_scrubbers import RULES, Scrubber, find, scrub_text
from tightlip_scrubbers.detectors import path
from tightlip_scrubbers.detectors.extensions import CLASSES, MARKS, class_of, extension_class, with_extension_class

PATHS = Scrubber(kinds=frozenset({"path", "url"}))
"""Other classes find dumps and identities in some of these texts, and would hide what the rows for paths do."""


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        # tracebacks
        ('  File "/home/ann/app.py", line 3, in main', '  File "[path]", line 3, in main'),
        ("    at run (/home/ann/app/x.js:3:5)", "    at run ([path]:3:5)"),
        ("    at async file:///home/ann/app/index.mjs:3:5", "    at async [path]:3:5"),
        ("\t/home/ann/x.go:12 +0x1d", "\t[path]:12 +0x1d"),
        ("   at Acme.Main() in C:\\work\\ann\\Program.cs:line 12", "   at Acme.Main() in [path]:line 12"),
        ("#0 /var/www/ann/x.php(12): Foo->bar()", "#0 [path](12): Foo->bar()"),
        ("D:\\work\\ann\\x.cpp(12,3): error C2065", "[path](12,3): error C2065"),
        ("/home/ann/x.rb:3:in `run'", "[path]:3:in `run'"),
        ("gcc: error: /home/ann/x.c:12:3: error: expected ';'", "gcc: error: [path]:12:3: error: expected ';'"),
        ("bash: /home/ann/x.sh: line 3: foo: not found", "bash: [path]: line 3: foo: not found"),
        # quotes and blanks
        ("can't open '/home/ann/My File.txt' -> '/srv/b/other file.txt'", "can't open '[path]' -> '[path]'"),
        ("can't open '/home/ann/O'Brien/x.txt', retry", "can't open '[path]', retry"),
        ("cp: cannot stat '/home/ann/O'\\''Brien.txt': gone", "cp: cannot stat '[path]': gone"),
        ("ls /home/ann/My\\ Documents/x", "ls [path]"),
        ("open /Users/Ann Smith/My Files/x.txt failed", "open [path] failed"),
        ("open /home/ann/My Documents/letter to bob.docx failed", "open [path] failed"),
        ("copy C:\\Program Files (x86)\\Acme\\x.dll failed", "copy [path] failed"),
        ("read “/srv/ann lee/x”, then", "read “[path]”, then"),
        ('{\\"p\\": \\"/home/ann/My file.txt\\", \\"n\\": 1}', '{\\"p\\": \\"[path]\\", \\"n\\": 1}'),
        ("PosixPath('/home/ann/x')", "PosixPath('[path]')"),
        ("<open file '/home/ann/x', mode 'r'>", "<open file '[path]', mode 'r'>"),
        # a message begins with the path
        ('{"error": "/home/ann/x.txt not found"}', '{"error": "[path] not found"}'),
        ("'/srv/app is missing'", "'[path] is missing'"),
        # lists, options, settings
        ("PATH=/usr/local/bin:/home/ann/bin:/opt/acme/bin", "PATH=/usr/local/bin:[path]:[path]"),
        ("gcc -I/home/ann/include --out=/home/ann/x -o /home/ann/y", "gcc -I[path] --out=[path] -o [path]"),
        ("type=bind,source=/home/ann/data,target=/app/data", "type=bind,source=[path],target=[path]"),
        ("docker run -v /home/ann/x:/data:ro acme/app:1.2", "docker run -v [path]:ro acme/app:1.2"),
        # home
        ("open ~/Library/Application Support/Acme/ann.db", "open [path]"),
        ("$HOME/ann/x and %APPDATA%\\Acme\\ann.log", "$HOME/[path] and %APPDATA%\\[path]"),
        # Windows
        ("C:\\\\Users\\\\ann\\\\x.txt\\nTraceback", "[path]\\nTraceback"),
        ("C:\\\\\\\\Users\\\\\\\\ann", "[path]"),
        ("C:\\Users\\ann/docs\\x.txt gone", "[path] gone"),
        ("\\\\?\\C:\\Users\\ann\\x, \\\\wsl$\\Ubuntu\\home\\ann", "[path], [path]"),
        ("no HKEY_LOCAL_MACHINE\\SOFTWARE\\Acme\\Ann here", "no HKEY_LOCAL_MACHINE\\[path] here"),
        # URLs of files, stores and hosts
        ("file:///C:/Users/Ann%20Smith/x.pdf", "[path]"),
        ("no s3://acme-payroll/2024/ann.csv, so", "no s3://[path], so"),
        ("hdfs://namenode:8020/user/ann/x.parquet", "hdfs://[path]"),
        ("git clone git@git.example.com:acme/letters.git failed", "git clone [path] failed"),
        ("rsync -a ann@nas:/home/ann/ /srv/ann/", "rsync -a [path] [path]"),
        ("sqlite:////srv/ann/x.db is locked", "sqlite:////[path] is locked"),
        # other alphabets
        ("не открыть /home/аня/письмо.txt: нет", "не открыть [path]: нет"),
        ("登录失败/home/ann/x.pem 请稍后", "登录失败[path] 请稍后"),
        # names
        ("sent reports/2024/ann-smith.pdf.", "sent [path]."),
        ("cannot parse 'tax return 2023.xlsx'", "cannot parse '[path]'"),
        ("Attachment: Annual Salary Report.pdf is missing", "Attachment: [path] is missing"),
    ],
)
def test_the_path_goes_and_the_sentence_stays(text: str, clean: str) -> None:
    """The whole path goes, with its blanks; line numbers, quotes and the words around it stay."""
    assert PATHS.scrub_text(text) == clean
    assert PATHS.scrub_text(clean) == clean


@pytest.mark.parametrize(
    "text",
    [
        "and/or, n/a, I/O, TCP/IP, s/he, 24/7, 1/2/2024 and 50/50",
        "application/json; text/plain; charset=utf-8",
        "no route for GET /api/v1/users or /items/{id}/parts/{part}",
        "Europe/Berlin is unknown",
        "</div></span></p>",
        "/^a+$/ and ^/users/(?P<id>\\d+)$ and ^/articles/[0-9]+/comments/$",
        "//div[@class='x']/a[1] and /html/body/div[2]/p",
        "#/definitions/x/y and /paths/~1users/get",
        "sed -e 's/foo/bar/g'",
        "// a comment and /* another */",
        "library/python:3.11 and @scope/name and owner/repo",
        "acme/client.py, site-packages/acme/client.py and src/main.rs:3:5",
        "at com.acme.Foo.bar(Foo.java:12)",
        "node:internal/modules/cjs/loader:1080:14",
        "write to /dev/null with /bin/sh and #!/usr/bin/env python",
        "~/.netrc and ~/.aws/credentials and $HOME/.ssh/id_rsa",
        "config.yaml setup.py pyproject.toml data.csv requirements.txt README.md image.png",
        "self.config.key and np.log10(x) and df.data.values",
        "requests-2.31.0.tar.gz and acme-1.0-py3-none-any.whl",
        "must look like s3://bucket/key or file://path or s3://{bucket}/{key}",
        "\\d+\\w+ and \\\\alpha\\\\beta and \\frac{a}{b}",
        "use '/path/to/file' or './{name}'",
        "the answer is ~5 seconds, a ~= b, x~y",
    ],
)
def test_what_looks_alike_stays(text: str) -> None:
    """Types, routes, ratios, expressions, pointers, names of code and constants are no paths of a machine."""
    assert PATHS.scrub_text(text) is text


@pytest.mark.parametrize("name", ["Smith, Ann", "Smith (old)", "Smith [2]", "Smith & Sons", "Jürgen Groß", "данные"])
@pytest.mark.parametrize("form", ["'/home/{}/x.txt'", '"C:\\Users\\{}\\x.txt"', "`~/{}/x.txt`", '\\"/srv/{}/x.txt\\"'])
def test_quotes_hold_any_name(name: str, form: str) -> None:
    """Commas, brackets, ampersands, blanks and other alphabets stand in names."""
    clean = PATHS.scrub_text(f"zeroth {form.format(name)} last")
    assert "[path]" in clean
    assert not any(part in clean for part in name.replace("(", " ").replace(",", " ").split() if len(part) > 2)
    assert clean.startswith("zeroth ")
    assert clean.endswith(" last")


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize("windows", [True, False])
def test_escaping_hides_nothing(depth: int, windows: bool) -> None:
    """A path that was written as JSON inside of JSON is found, and what was written around it stays."""
    text = "C:\\Users\\canary\\x.txt" if windows else "/home/canary/x.txt"
    for _ in range(depth):
        text = json.dumps({"p": text})
    clean = PATHS.scrub_text(f"zeroth {text}")
    assert "canary" not in clean
    assert clean.count("[path]") == 1
    assert clean.count("}") == depth


@pytest.mark.parametrize("closer", [")", "]", "}", ")skipped", "]skipped", ",skipped", ";skipped", "&skipped"])
def test_what_was_opened_before_ends_the_path(closer: str) -> None:
    """A bracket or a separator ends a path without a blank behind it, so that the word after it stays."""
    opener = {")": "(", "]": "[", "}": "{"}.get(closer[0], "=")
    assert PATHS.scrub_text(f"mirror{opener}/home/ann/x.txt{closer} again") == f"mirror{opener}[path]{closer} again"


def test_a_bracket_of_the_name_does_not_end_it() -> None:
    """A closing bracket that nothing opened before the path is a part of a name."""
    assert PATHS.scrub_text("open /home/ann/a)b/c.txt now") == "open [path] now"


class TestExtensionClass:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("x.py", "source"),
            ("X.PDF", "document"),
            ("x.tar.gz", "archive"),
            ("letter.docx.bak", "document"),
            ("x.log.1", "log"),
            ("x.py~", "source"),
            ("id_rsa", "key"),
            (".env", "config"),
            ("Dockerfile", "source"),
            ("x.ann", None),
            ("x", None),
            (".", None),
        ],
    )
    def test_class(self, name: str, kind: str | None) -> None:
        """The last extension that says something decides."""
        assert class_of(name) == kind

    def test_table(self) -> None:
        """No extension is empty or written in capitals, and each class can be a marker."""
        for name, extensions in CLASSES.items():
            assert f"[path:{name}]" in MARKS
            assert all(extension == extension.lower() and extension.isalnum() for extension in extensions)

    def test_policy(self) -> None:
        """A policy that lets the class leave gets it, for rows of this class only; the plain rows tell nothing."""
        rows = with_extension_class(RULES)
        assert [row.id for row in rows] == [row.id for row in RULES]
        for row, before in zip(rows, RULES, strict=True):
            assert row is before or (before.kind == "path" and replace(row, mark=None) == before)
        text = "sent /home/ann/letter to bob.docx and C:\\Users\\ann\\ and /srv/ann/x."
        assert scrub_text(text) == "sent [path] and [path]\\ and [path]."
        telling = {row.id: row for row in with_extension_class(path.RULES)}
        marks = [telling[found.rule].mark for found in find(text)]
        assert [mark(text, found.start, found.end) for mark, found in zip(marks, find(text), strict=True) if mark] == [
            "[path:document]",
            "[path]",
            "[path]",
        ]

    def test_marks_tell_the_class_alone(self) -> None:
        """Whatever the name, the marker is one of a fixed few, and the scrubber knows them."""
        for name in (
            "/home/ann/x.canary",
            "/home/ann/canary",
            "/a/canary.py:12",
            "'/a/b.py'",
            "/a/b/",
            "/" * 300 + "x.py",
        ):
            assert extension_class(name, 0, len(name)) in {"[path]", *MARKS}
        assert set(MARKS) <= PATHS.markers
        for mark in MARKS:
            assert (
                scrub_text(f"open {mark}: {mark}/x and s3://{mark}, x") == f"open {mark}: {mark}/x and s3://{mark}, x"
            )


@pytest.mark.parametrize(
    "unit",
    [
        *("/home/a", "/", "~a/", "C:\\a ", "\\\\a\\b ", "../", "'/a b", '"C:\\', "[.pdf", "a-b.pdf ", "a.log.", "@a:/"),
        *(
            " B/",
            " b\\",
            "\\n",
            ")",
            ",b",
            "'a.b",
            "$HOME/",
            "%TEMP%\\",
            "s3://",
            ":///",
            "\\ b",
            "</a/b",
            "“/",
            "'",
            "&;,:",
        ),
    ],
)
def test_hostile_texts_settle(unit: str) -> None:
    """Whatever is repeated, the result is a fixed point, and nothing of a path that stands at the end is left."""
    for head in ("", "/home/a", "'/home/a", "C:\\a", "http://x"):
        text = head + unit * 200
        clean = PATHS.scrub_text(text)
        assert PATHS.scrub_text(clean) == clean
        assert "canary" not in PATHS.scrub_text(f"{text}\n/home/canary/x.txt")
