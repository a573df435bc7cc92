"""Blocks of lines, found by one search: tables, settings, YAML, source code, patches, mail.

Each line that another follows is shown to those that recognise a kind of block, the surest first.
"""

from typing import Final

from tightlip_scrubbers.detectors.content import letters, settings, source, tables
from tightlip_scrubbers.detectors.content.lines import GATE, PATTERN, Recogniser
from tightlip_scrubbers.detectors.content.sizes import mark, marks
from tightlip_scrubbers.keys import Names
from tightlip_scrubbers.rule import Found, Rule

_RECOGNISERS: Final[tuple[tuple[Recogniser, tuple[str, ...]], ...]] = (
    (source.patch, ("@@ -", "--- ", "diff --git ")),
    (letters.message, (":",)),
    (settings.assignments, ("=", "[")),
    (source.code, ("",)),
    (tables.table, ("\t", ";", "|", ",")),
    (settings.nested, (":", "- ")),
)
"""Each with what a first line has one of: most lines have it not, and that is found out for next to nothing."""


def block(text: str, start: int, end: int, names: Names) -> Found | None:
    """The block that begins in a line, under the row of its kind; blanks at its end are not part of it."""
    if text[end - 1] != "\n":  # the last line begins no block
        return None
    line = text[start:end]
    for recognise, needed in _RECOGNISERS:
        for sign in needed:
            if sign in line:
                break
        else:
            continue
        found = recognise(text, start, end - 1, names)
        if found is not None:
            stop = found.end
            while stop > found.start and text[stop - 1] in " \t\r\n":
                stop -= 1
            first = found.start
            while first < stop and text[first] in " \t":
                first += 1
            return first, stop, found.rule
    return None


def _row(kind: str, matches: tuple[str, ...], misses: tuple[str, ...]) -> Rule:
    return Rule(
        id=f"content.{kind}",
        kind="content",
        gate=GATE,
        pattern=PATTERN,
        by_name=block,
        marker=f"[{kind}]",
        mark=mark(kind),
        marks=marks(kind),
        whole=True,
        matches=matches,
        misses=misses,
    )


RULES: Final[tuple[Rule, ...]] = (
    _row(
        "patch",
        (
            "--- letter\n+++ letter\n@@ -1,2 +1,2 @@\n Dear Ann\n-I am ill\n+I am well",
            "rejected: @@ -3 +3 @@\n-old words\n+new words",
        ),
        ("- one\n- two", "a @@ -1 of it\nsecond", "--- a rule\nbelow"),
    ),
    _row(
        "mail",
        (
            "From: Ann Lee\nTo: Bob Ray\nSubject: a letter",
            "refused: Subject: news\nDate: Mon, 2 Jan 2006\nFrom: Ann Lee",
        ),
        ("From: here\nto there", "Subject: to change\nDate: soon", "To: you\n\nwelcome"),
    ),
    _row(
        "settings",
        (
            "[customer]\nname = Ann Lee\ntown = Paris",
            "locals: name = 'Ann Lee'\n    age = 3",
            "letter.opening=Dear Ann\nletter.mood=glad\nlimit=5",
        ),
        (
            '  File "x", line 3, in f\n    x = g(y)\nValueError: no',
            "a = b\nis wrong",
            "[see below]\nfor more",
            "usage: prog [-h] --foo FOO\nprog: error: the following arguments are required: --foo",
        ),
    ),
    _row(
        "code",
        (
            "def greet(name):\n    if name == 'Ann':\n        return hello(name)",
            "near: const name = 'Ann';\nlet age = 3;\nconsole.log(name);",
            '#include <stdio.h>\nint main(void) {\n    puts("Dear Ann");\n}',
        ),
        (
            '  File "x", line 3, in f\n    raise ValueError(x)\nValueError: x',
            "For more see:\n- the manual (section 3)\n- the notes (section 4)",
            "    at Object.run (main.js:3:4)\n    at next (main.js:5:6)\n    at main (main.js:7:8)",
        ),
    ),
    _row(
        "table",
        (
            "id,name,town\n1,Ann Lee,Paris\n2,Bob Ray,Rome",
            "bad rows: 7;Ann Lee;3.5\n8;Bob Ray;2.5",
            " id | name\n----+------\n  1 | Ann\n  2 | Bob",
            "1\tAnn\tParis\n2\tBob\tRome",
        ),
        (
            "apples, pears, plums,\nfigs, dates, and more",
            "one of red, green or blue,\nin this order, please, and only once",
            "| word | meaning |\n|---|---|\n| run | go |",
            "a, b and c;\nd, e and f;",
        ),
    ),
    _row(
        "yaml",
        (
            "customer:\n  name: Ann Lee\n  town: Paris",
            "in: letters:\n  - opening: Dear Ann\n    pages: 3\n  - opening: Dear Bob",
        ),
        (
            "Expected:\n  foo: int\n  bar: str",
            "1 validation error for Customer\nage\n  Field required [type=missing]",
            "name: required\nage: too small",
            "options:\n  -h, --help  show this\n  --foo FOO  more",
        ),
    ),
)
