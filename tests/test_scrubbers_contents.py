"""Contents go, whatever wrote them down; what stands before and behind stays, and so do sentences that look like them."""

import json

import pytest

from tightlip_scrubbers import find, is_secret_key, scrub, scrub_text
from tightlip_scrubbers.detectors.content import sizes
from tightlip_scrubbers.keys import NAMES
from tightlip_scrubbers.meanings.data import is_data, is_name

SENTENCES = [
    # structures
    ('refused {"customer": "Ann Lee", "pages": 3}, twice', 'refused {"customer": "[value]", "pages": 3}, twice'),
    ("got ['Ann Lee', 'Bob Ray'] back", "got [repr:small] back"),
    ("got {'a': {'customer': 'Ann Lee'}} back", "got {'a': {'customer': '[value]'}} back"),
    ('cut: {"customer": "Ann Lee", "town": "Par', "cut: [json:small]"),
    ('log {\\"customer\\": \\"Ann Lee\\", \\"n\\": 1} end', 'log {\\"customer\\": \\"[value]\\", \\"n\\": 1} end'),
    # objects
    ("cannot save Customer(opening='Dear Ann', age=3) now", "cannot save Customer([fields:small]) now"),
    ("stale Customer{opening=Dear Ann, age=3} now", "stale Customer{[fields:small]} now"),
    ("stale {opening=Dear Ann, mood=Very Glad} now", "stale {[fields:small]} now"),
    ("got <Customer object at 0x7f8a2c3d4e50> back", "got <Customer object at [memory]> back"),
    ("got map[age:3 town:Paris] back", "got map[[fields:small]] back"),
    # documents
    ("bad <a><b>Dear Ann</b></a>, again", "bad [markup:small], again"),
    ("bad <?xml version='1.0'?><a><b>1</b></a> again", "bad [markup:small] again"),
    # SQL
    (
        "near SELECT id FROM t WHERE town = 'Paris' AND n IN (1, 2, 3) ORDER BY id",
        "near SELECT id FROM t WHERE town = [literal] AND n IN ([literal]) ORDER BY id",
    ),
    (
        "INSERT INTO t (a, b) VALUES ('Ann', 3), ('Bob', 4) RETURNING id",
        "INSERT INTO t (a, b) VALUES ([literal]) RETURNING id",
    ),
    ("update t set a='x y' where b = %s", "update t set a=[literal] where b = %s"),
    (
        "[SQL: SELECT 1]\n[parameters: ('Ann', 3)]\n(Background",
        "[SQL: SELECT 1]\n[parameters: [parameters]]\n(Background",
    ),
    # messages
    ("Duplicate entry 'ann7' for key 'users.name'", "Duplicate entry '[value]' for key 'users.name'"),
    ("DETAIL:  Key (town)=(Paris (F)) already exists.", "DETAIL:  Key (town)=([value]) already exists."),
    ("invalid literal for int() with base 10: 'twelve'", "invalid literal for int() with base 10: '[value]'"),
    ('strconv.Atoi: parsing "twelve": invalid syntax', 'strconv.Atoi: parsing "[value]": invalid syntax'),
    # commands
    (
        "Command '['git', 'clone', 'letters']' returned non-zero exit status 1.",
        "Command '['git', [arguments]]' returned non-zero exit status 1.",
    ),
    ("running: tar -xf letters", "running: tar [arguments]"),
    ('/bin/sh -c "cat letters" failed', '/bin/sh -c "[arguments]" failed'),
    # environments
    ("had EDITOR=vi TOWN=Paris PET=cat, then", "had [environment:small], then"),
    # blobs
    ("body " + "4465617220416e6e2c" * 12 + " refused", "body [hex:small] refused"),
    (r"got b'\x89PNG\r\n\x1a\n\x00\x00\x00' back", "got b'[bytes:small]' back"),
    ("vector " + ", ".join(f"{n}.25" for n in range(20)) + " refused", "vector [numbers:small] refused"),
    (
        'index: name_1 dup key: { name: "lovelace" }, again',
        "index: name_1 dup key: { name: [value] }, again",
    ),
    (
        "running \"SELECT id FROM users WHERE name = 'Ann'\" took 3 s",
        'running "SELECT id FROM users WHERE name = [literal]" took 3 s',
    ),
    (
        "running 'SELECT id FROM users WHERE name = \"Ann\"' took 3 s",
        "running 'SELECT id FROM users WHERE name = [literal]' took 3 s",
    ),
    # blocks of lines
    ("rows: id,town\n1,Paris\n2,Rome\n\nand so on", "rows: [table:small]\n\nand so on"),
    ("read:\n[letter]\nopening = Dear Ann\n\nand so on", "read:\n[settings:small]\n\nand so on"),
    (
        "near\ndef greet(who):\n    if who == 'Ann':\n        return hello(who)\nand so on",
        "near\n[code:small]\nand so on",
    ),
    ("in\nletter:\n  opening: Dear Ann\n  pages: 3\nAnd so on", "in\n[yaml:small]\nAnd so on"),
    ("patch\n@@ -1,2 +1,2 @@\n Dear Ann\n-ill\n+well\nand so on", "patch\n[patch:small]\nand so on"),
    ("got: From: Ann Lee\nTo: Bob\nSubject: x\n\nDear Bob", "got: [mail:small]"),
    # texts behind labels
    ("text='Dear Ann,\\nI am ill', n=3", "text='[text:small]', n=3"),
    ("stderr: fatal: no letter of Ann\nI am sorry\n\nThe end", "stderr: [output]\n\nThe end"),
    ("stdout:\nDear Ann\nI am ill\n\nThe end", "stdout:\n[output:small]\n\nThe end"),
    ("said ```\nDear Ann\n``` again", "said ```\n[text:small]\n``` again"),
]

CLEAR = [
    "select a file, then update the table and insert the card, 2 times",
    "call foo(bar=1) first, or Field(default=None)",
    "must be one of ['json', 'yaml'] or {'GET', 'POST'}",
    "usage: prog [-h] [--foo FOO] bar\nprog: error: the following arguments are required: bar",
    "1 validation error for Model\nage\n  Field required [type=missing, input_value={}, input_type=dict]",
    'Traceback (most recent call last):\n  File "x", line 3, in f\n    y = g(z)\n  File "x", line 5, in g\n    raise ValueError(z)\nValueError: no',
    "main.c:3:5: error: expected ';' before '}' token\n    3 |     int x = 3\n      |     ^",
    "Steps:\n- open the file\n- read it\n- close it",
    "apples, pears, plums,\nfigs, dates, nuts,\nand so on",
    "| word | meaning |\n|------|---------|\n| run | go |",
    "Please install it:\n\n    pip install tool\n\nor use:\n\n    import tool\n    tool.run(1)\n    print(tool.done(2))\n",
    "Cannot read properties of undefined (reading 'x')",
    "UNIQUE constraint failed: users.email",
    "x = 3 is wrong",
    "expected <b>, not <i>; List<String> is none",
    "invalid literal for int() with base 10: '12'",
    "KeyError: 'user_id'",
    "stdout=PIPE, stderr=subprocess.STDOUT, stdin=None",
    "the prompt: str and the content: bytes",
]


class TestTexts:
    @pytest.mark.parametrize(("text", "clean"), SENTENCES)
    def test_contents_go_and_the_sentence_stays(self, text: str, clean: str) -> None:
        """A content becomes its kind and size class, with the words around it untouched."""
        assert scrub_text(text) == clean
        assert scrub_text(clean) == clean
        assert find(clean) == []

    @pytest.mark.parametrize("text", CLEAR)
    def test_what_looks_alike_stays(self, text: str) -> None:
        """Messages of tools, tracebacks, lists and advice are what a report is read for."""
        assert scrub_text(text) == text

    def test_a_whole_structure_is_the_walks(self) -> None:
        """Read as what it is, it keeps its keys; what the walk cannot read goes."""
        text = json.dumps({"town": "Far Away", "n": 1})
        assert not any(finding.rule == "content.structure" for finding in find(text))
        assert scrub_text(text.replace('"', '\\"')) == '{"town": "[value]", "n": 1}'.replace('"', '\\"')

    def test_keys_with_a_meaning_keep_their_markers(self) -> None:
        """What another rule removes by its key is no reason to remove all."""
        assert (
            scrub_text('got {"client_secret": "s3 cr3t", "n": 1} back')
            == 'got {"client_secret": "[secret]", "n": 1} back'
        )


class TestSizes:
    def test_small_objects_keep_their_keys(self) -> None:
        """A key of the program's own stays; data as a key, in a list or without quotes takes the whole with it."""
        assert scrub_text('got {"town": "Far Away", "kind": "home", "n": 1} back') == (
            'got {"town": "[value]", "kind": "home", "n": 1} back'
        )
        for text in (
            '{"towns": ["Far Away"]}',
            '{"Far Away": 1, "b": "Near By"}',
            '{"a": {"b": ["Far Away"]}, "c": "x y"}',
        ):
            assert scrub_text(f"got {text} back") == "got [json:small] back"

    def test_the_size_is_a_class(self) -> None:
        """Two lengths of one class give the same text, two classes do not."""
        texts = ["got " + json.dumps({"letter": "Dear Ann " * count}) + " back" for count in (40, 90, 500)]
        assert [scrub_text(text) for text in texts] == ["got [json:small] back"] * 2 + ["got [json:medium] back"]

    def test_marks_are_all_that_is_said(self) -> None:
        """The bounds are the table's."""
        mark = sizes.mark("x")
        assert [mark("", 0, length) for length in (0, 999, 1_000, 31_999, 32_000)] == [
            *("[x:small]",) * 2,
            *("[x:medium]",) * 2,
            "[x:large]",
        ]
        assert sizes.marks("x") == ("[x:small]", "[x:medium]", "[x:large]")


class TestWords:
    @pytest.mark.parametrize("text", ["utf-8", "GET", "max_retries", "camelCase", "--verbose", ".json", "v2"])
    def test_names_of_code(self, text: str) -> None:
        """What a program's author chose is no data."""
        assert is_name(text)
        assert not is_data(text)

    @pytest.mark.parametrize("text", ["Ann", "Ann Lee", "order 7", "A1b2C3d4E5", "naïve"])
    def test_data(self, text: str) -> None:
        """What a person or a run brought is."""
        assert is_data(text)

    @pytest.mark.parametrize("text", ["", "-", "{name}", "%s", "[secret]", "..."])
    def test_places_for_data(self, text: str) -> None:
        """A template or a marker is neither."""
        assert not is_data(text)


class TestKeys:
    @pytest.mark.parametrize(
        "name",
        [
            "file_content",
            "fileContents",
            "stdout",
            "stderr",
            "argv",
            "cmdline",
            "env_vars",
            "environ",
            "locals",
            "prompt",
            "page_content",
        ],
    )
    def test_content(self, name: str) -> None:
        """The name alone says it, in any case style."""
        meaning = NAMES.meaning(name)
        assert meaning is not None
        assert meaning.kind == "content"
        assert not is_secret_key(name)

    @pytest.mark.parametrize(
        "name",
        [
            "content_type",
            "stdout_encoding",
            "argv_count",
            "document_id",
            "content_length",
            "prompt_name",
            "environment",
            "html_escape",
            "file_size",
        ],
    )
    def test_near_misses(self, name: str) -> None:
        """Another head noun says something else."""
        meaning = NAMES.meaning(name)
        assert meaning is None or meaning.kind != "content"

    def test_the_walk_removes_what_was_written(self) -> None:
        """Whole under a certain name; under an ordinary word, a text but not a word for its kind."""
        value = {
            "stdout": "Dear Ann",
            "argv": ["acme", "--town", "paris"],
            "file_content": "x",
            "content": "Dear Ann, I am ill",
            "html": "parser",
            "env_vars": {"TOWN": "paris"},
        }
        assert scrub(value) == {
            "stdout": "[output]",
            "argv": "[arguments]",
            "file_content": "[text]",
            "content": "[text]",
            "html": "parser",
            "env_vars": "[environment]",
        }


@pytest.mark.parametrize(
    "unit",
    [
        "{",
        "[1,",
        '{"a":',
        "A(a=",
        "<a>",
        "a = 1\n",
        "a,b,c\n",
        "a:\n  - b\n",
        "def f(\n",
        "SELECT 1, ",
        "WHERE c = 1 AND ",
        "b'",
        "running ",
        "a|b\n---+---\n",
    ],
)
def test_hostile_texts_settle(unit: str) -> None:
    """Endless beginnings of contents are read once, and the result is a fixed point."""
    clean = scrub_text(unit * 400)
    assert scrub_text(clean) == clean
    assert find(clean) == []


TABLE = "name,card,balance\nWilma Plumb,4012-8888-8888-1881,98.2\nDrojatul,RgxjnMwoRJX5mY,98739.62"


@pytest.mark.parametrize("rows", [TABLE, TABLE.rsplit("\n", 1)[0], TABLE.replace("\n", "\r\n")])
@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ('saved "{}" to disk', 'saved "[table:small]" to disk'),
        ("saved '{}' to disk", "saved '[table:small]' to disk"),
        ('key="{}", next', 'key="[table:small]", next'),
        ('cannot parse "{}"', 'cannot parse "[table:small]"'),
        ("{} is refused", "[table:small] is refused"),
    ],
)
def test_a_table_ends_where_its_quotation_or_the_last_cell_does(rows: str, sentence: str, left: str) -> None:
    """No row leaves, and the sentence around it does."""
    assert scrub_text(sentence.format(rows)) == left


def test_a_row_of_another_length_inside_a_table_goes_with_it() -> None:
    """A cell that was not quoted, or two rows that were joined; a line of prose between two tables stays."""
    rows = TABLE.split("\n")
    joined = "\n".join([*rows, f"{rows[1]} {rows[2]}", *rows[1:]])
    assert scrub_text(f"saved {joined}") == "[table:small]"
    assert (
        scrub_text(f"{TABLE}\nand then, in the end:\n{TABLE}") == "[table:small]\nand then, in the end:\n[table:small]"
    )
