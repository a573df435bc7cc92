"""The event map: in events of applications nothing private is left in any field, and no field is ruined."""

from __future__ import annotations

import copy
import json
import math
import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from sample_events import SAMPLES
from sentry_relay.processing import StoreNormalizer

import tightlip
from tightlip import APP, STRICT, foreign
from tightlip.envelope import plain
from tightlip.event_forms import IDENTITY, REMOVED
from tightlip.event_headers import NAMES, VALUES
from tightlip.event_map import APP_FIELDS, APP_ROWS
from tightlip.event_tree import keys_of
from tightlip.event_values import kind_of
from tightlip.text import CodeText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tightlip.event_tree import Field

NORMALIZER = StoreNormalizer(project_id=1)
EVENT_ID = "0123456789abcdef0123456789abcdef"


def scrubbed(event: dict[str, Any]) -> dict[str, Any]:
    found = tightlip.scrub(event, APP)
    assert found is not None
    return found


def clean(event: dict[str, Any]) -> dict[str, Any]:
    """The event without its ``_meta``."""
    return {key: item for key, item in scrubbed(event).items() if key != "_meta"}


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(key)
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif value is not None:
        yield repr(value)


def invalid(event: dict[str, Any]) -> list[object]:
    """What Sentry's own normaliser finds wrong."""

    def errors(meta: Any) -> list[object]:
        found: list[object] = []
        for key, item in meta.items():
            found += [item["err"]] if not key and "err" in item else [] if not key else errors(item)
        return found

    normal = NORMALIZER.normalize_event(json.loads(json.dumps(event)))
    return [*(normal.get("errors") or []), *errors(normal.get("_meta") or {})]


def at(event: Any, path: str) -> Any:
    """What stands at a path, ``[]`` for the first item; None for nothing."""
    for key in keys_of(path):
        try:
            event = event[0 if key == "[]" else key]
        except (KeyError, IndexError, TypeError):
            return None
    return event


def planted(path: str, value: object) -> dict[str, Any]:
    """An event that holds nothing but the value at a path."""
    for key in reversed(keys_of(path)):
        value = [value] if key == "[]" else {"named" if key == "*" else key: value}
    assert isinstance(value, dict)
    return {"event_id": EVENT_ID, **value}


#: Kind of secret -> a text that holds it, and what must not be left of it. All of them are made up.
SECRETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "e-mail": ("zoe.kranich@kranich.example", ("kranich",)),
    "address": ("203.0.113.77", ("203.0.113",)),
    "path": ("/home/zkranich/ledger/q3.csv", ("kranich", "ledger", "q3")),
    "token": ("ghp_k3Jx9QmW2vTz7LpR4sYd8NfB6hCgA1eUoiVt", ("k3Jx9QmW", "B6hCgA1e")),
    "assignment": ("password=Tr0ub4dor-and-3", ("Tr0ub4dor",)),
    "card": ("4111 1111 1111 1111", ("1111 1111",)),
    "url": ("https://zoe:Tr0ub4dor3@shop.example/x?who=kranich", ("Tr0ub4dor", "kranich")),
    "bearer": ("Authorization: Bearer q7Hs2KdP9wXc4VbN8mLr", ("q7Hs2KdP9wXc4VbN8mLr",)),
}

REMOVING = tuple(row for row in APP_FIELDS if row.kind in (REMOVED, IDENTITY))
LEAVING = tuple(
    row for row in APP_ROWS if row.kind not in (REMOVED, IDENTITY) and not row.kind.same and row.path != "_meta"
)


def named(rows: tuple[Field, ...]) -> list[Any]:
    return [pytest.param(row, id=row.path) for row in rows]


def forms(text: str) -> list[object]:
    """How a text may stand in a field."""
    return [
        text, f"the second attempt with {text} failed", f"({text}),", repr(text), {"note": text}, [text], [["note", text]], {text: "note"}, json.dumps({"note": text}), {"password": text},
        [{"deep": [{"er": (text, {"x": text})}]}],
    ]  # fmt: skip


class TestNothingIsLeft:
    def test_there_are_enough_fields(self) -> None:
        """Each row of the table is tried below, in every form and with every kind of secret."""
        assert len(LEAVING) + len(REMOVING) > 250

    @pytest.mark.parametrize("row", named((*LEAVING, *REMOVING)))
    def test_of_a_secret_in_any_field(self, row: Field) -> None:
        """Alone, in a sentence, quoted, and in data of any shape; what is left is scrubbed to the end."""
        for number, (text, gone) in enumerate(SECRETS.values()):
            for turn, form in enumerate(forms(text)):
                if not row.kind.holds_text and not row.kind.whole and turn > 1:
                    break  # typed: no text has its form
                found = scrubbed(planted(row.path, form))
                left = "\n".join(texts(found))
                assert not [part for part in gone if part in left], (form, found)
                assert (turn - number) % 4 or scrubbed(found) == found

    @pytest.mark.parametrize("row", named(REMOVING))
    def test_of_a_removed_field(self, row: Field) -> None:
        """Whatever stands there: no character."""
        for form in forms("kranichwort"):
            found = scrubbed(planted(row.path, form))
            assert "kranich" not in "\n".join(texts(found))
            assert at(found, row.path) is None

    @pytest.mark.parametrize(
        "path",
        [
            "exception.values[].stacktrace.frames[].vars", "threads.values[].stacktrace.frames[].vars", "exception[].stacktrace.frames[].vars", "stacktrace.frames[].vars",
            "exception.values[].raw_stacktrace.frames[].vars",
        ],
    )  # fmt: skip
    def test_of_values_of_variables(self, path: str) -> None:
        """The kinds stand in their place, wherever a stack may be."""
        for value in (
            "kranichwort",
            "'kranichwort'",
            {"kranichwort": 1},
            ["kranichwort"],
            "Kranichwort(1)",
            "<kranichwort>",
            "kranichwort" * 1_000,
        ):
            found = scrubbed(planted(path, {"name": value, "secret_key": value}))
            assert "kranich" not in "\n".join(texts(found)).lower()
            assert set(at(found, path)) == {"name", "secret_key"}

    def test_two_sets_of_values_give_the_same_bytes(self) -> None:
        """What is removed, and what tells only its kind, does not depend on the values."""

        def event(word: str, number: int) -> dict[str, Any]:
            frame = {
                "function": "f",
                "lineno": 3,
                "context_line": word,
                "pre_context": [word, word],
                "post_context": [word],
                "vars": {"a": repr(word), "n": number, "d": {word: word}, "l": [word], "o": f"<{word}>"},
            }
            return {
                "event_id": EVENT_ID, "server_name": word, "user": {"id": word, "email": f"{word}@x.example", "geo": {"city": word}}, word: word, f"{word}_id": number,
                "exception": {"values": [{"type": "E", "stacktrace": {"frames": [frame, {"filename": f"/srv/{word}/{word}.py", "abs_path": f"C:\\{word}\\{word}.cs"}], "registers": {"rip": word}}, word: word}]},
                "request": {"data": {word: word}, "cookies": {word: word}, "env": {word: word}, "query_string": word, "fragment": word, "headers": {"Cookie": word, "User-Agent": word, word: word, "X-Api-Key": [word]}},
                "logentry": {"message": "no %s", "params": [word, number, {word: 1}]}, "contexts": {"device": {"name": word, "id": word, "model": "Pixel 9", word: word}, "mine": {"type": "device", "name": word}, "response": {"data": word, "cookies": word}},
                "errors": [{"type": "invalid", "value": word}], "breadcrumbs": {"values": [{"data": {"http.query": word, "http.fragment": word, "status": 1}}]},
                "_meta": {"user": {"": {"len": number, "val": word}}, word: {"": {"rem": [[word, "x"]]}}}, "attachments": [word],
            }  # fmt: skip

        first, second = scrubbed(event("alphaword", 4711)), scrubbed(event("betasword", 1234))
        assert json.dumps(first) == json.dumps(second)
        assert first["exception"]["values"][0]["stacktrace"]["frames"][0]["vars"] == {
            "a": "[str]",
            "n": "[int]",
            "d": "[dict]",
            "l": "[list]",
            "o": "[object]",
        }

    def test_of_an_unknown_field_beside_any_other(self) -> None:
        """Fields that no row names do not exist, their names neither."""
        for sample in SAMPLES.values():
            event = copy.deepcopy(sample)
            for where in (
                event,
                event.get("request", {}),
                event["sdk"],
                event["contexts"]["trace"],
                *event.get("spans", []),
            ):
                where["kranich_field"] = {"kranich": "kranich"}
            for value in event.get("exception", {}).get("values", []):
                value["kranich_field"] = value.setdefault("mechanism", {"type": "generic"})["kranich_field"] = "kranich"
                for frame in value.get("stacktrace", {}).get("frames", []):
                    frame["kranich_field"] = "kranich"
            assert "kranich" not in json.dumps(scrubbed(event))

    def test_of_what_told_who_it_was_in_other_texts(self) -> None:
        """A user's name, a machine's, a session's secret leave nowhere else either, plain or encoded."""
        found = scrubbed(
            {
                "event_id": EVENT_ID, "server_name": "kranich-laptop-77", "user": {"username": "zoe_kranich_4"},
                "request": {"headers": {"Authorization": "Basic em9lOlRyMHViNGRvcg", "X-Api-Key": "Tr0ub4dor-key"}}, "message": "zoe_kranich_4 failed on kranich-laptop-77",
                "extra": {"note": "zoe_kranich_4", "b64": "em9lX2tyYW5pY2hfNA==", "zoe_kranich_4": 1}, "tags": {"key": "Tr0ub4dor-key"}, "transaction": "/users/zoe_kranich_4/orders",
                "exception": {"values": [{"type": "E", "value": "Tr0ub4dor-key was refused"}]},
            }
        )  # fmt: skip
        assert not [gone for gone in ("kranich", "Tr0ub4dor", "em9l") if gone in json.dumps(found)]
        assert found["exception"]["values"][0]["value"] == "[secret] was refused"
        assert found["message"] == "[secret] failed on [secret]"
        assert found["transaction"] == "/users/[secret]/orders"
        assert scrubbed(found) == found


#: Names of code -> they come through as they are, in every field for names of code.
NAMES_OF_CODE = (
    "place_order", "Order.total", "OrderView.get.<locals>.<lambda>", "<listcomp>", "<module>", "Object.<anonymous>", "async fn", "async Promise.all (index 0)", "new Foo",
    "HTMLButtonElement.onclick", "e.exports", "__webpack_require__", "?", "main.(*T).F", "main.main.func1", "(*Client).Do.func1.2", "github.com/acme/pkg.(*Client).Do", "Map[...]",
    "golang.org/x/net/http2.(*serverConn).runHandler", "*errors.errorString", "com.acme.Foo$Bar.lambda$x$0", "<init>", "access$000", "invoke-bMdYcbs", "com.acme.Foo$$EnhancerBySpringCGLIB$$a1b2c3d4",
    "std::vector<int, std::allocator<int>>::push_back(int&&)", "core::ops::function::FnOnce::call_once{{vtable.shim}}", "<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop::h0123456789abcdef",
    "_ZNSt6vectorIiSaIiEE9push_backEOi", "_ZN4core3ops8function6FnOnce9call_once17h5e2c8f1a9b3d4c7eE", "$s4main3FooC3baryyF", "Acme.Foo+<Bar>d__12.MoveNext()", "-[NSArray objectAtIndex:]",
    "Acme\\Http\\UserController::show", "{closure}", "Foo#bar", "block (2 levels) in Foo#each", "Elixir.Foo.Bar.handle_call/3", "java.lang.NullPointerException", "requests.exceptions.ConnectionError",
    "authenticate(password:)", "Foo.set_token", "acme.secrets.TokenManager.get_password", "sentry.python.django", "auto.http.django", "db.sql.query", "[3 application frames]",
)  # fmt: skip
CODE_PATHS = (
    "exception.values[].type", "exception.values[].module", "exception.values[].stacktrace.frames[].function", "exception.values[].stacktrace.frames[].raw_function",
    "exception.values[].stacktrace.frames[].module", "exception.values[].stacktrace.frames[].symbol", "spans[].op", "logger", "contexts.trace.op", "sdk.name", "fingerprint[]",
)  # fmt: skip

#: A file's name, and what is left of it.
FILES = (
    ("shop/orders.py", "shop/orders.py"), ("OrderService.java", "OrderService.java"), ("./src/app.ts", "./src/app.ts"), ("../lib/x.rb", "../lib/x.rb"), ("src\\Orders.cs", "src\\Orders.cs"),
    ("<stdin>", "<stdin>"), ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>"), ("[native code]", "[native code]"), ("node:internal/process/task_queues", "node:internal/process/task_queues"),
    ("webpack:///./src/app.js", "webpack:///./src/app.js"), ("webpack-internal:///(rsc)/./src/app.ts", "webpack-internal:///(rsc)/./src/app.ts"), ("app:///dist/index.js", "app:///dist/index.js"),
    ("https://cdn.acme.example/js/main.3f2b9c1d.chunk.js", "https://cdn.acme.example/js/main.3f2b9c1d.chunk.js"),
    ("https://cdn.acme.example/js/main.js?user=zoe#x", "https://cdn.acme.example/js/main.js"), ("https://zoe:pw@cdn.acme.example/main.js", "https://cdn.acme.example/main.js"),
    ("http://10.1.2.3:8080/static/main.js", "http://[ip]:8080/static/main.js"), ("blob:https://acme.example/app.js?x=1", "blob:https://acme.example/app.js"), ("data:text/javascript;base64,YWxlcnQoMSk=", "[path]"),
    ("/home/zoe/.venv/lib/python3.11/site-packages/httpx/_client.py", "[path]/site-packages/httpx/_client.py"), ("/usr/lib/python3/dist-packages/apt/cache.py", "[path]/dist-packages/apt/cache.py"),
    ("/usr/lib/python3.11/json/decoder.py", "[path]/lib/python3.11/json/decoder.py"), ("/home/zoe/app/node_modules/a/node_modules/b/x.js", "[path]/node_modules/b/x.js"),
    ("/root/go/pkg/mod/golang.org/x/net@v0.20.0/http2/server.go", "[path]/go/pkg/mod/golang.org/x/net@v0.20.0/http2/server.go"), ("/usr/local/go/src/runtime/panic.go", "[path]/go/src/runtime/panic.go"),
    ("/home/zoe/.cargo/registry/src/index.crates.io-6f17d22bba15001f/serde-1.0/src/lib.rs", "[path]/.cargo/registry/src/index.crates.io-6f17d22bba15001f/serde-1.0/src/lib.rs"),
    ("/rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/std/src/rt.rs", "[path]/rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/std/src/rt.rs"),
    ("/var/lib/gems/3.1.0/gems/rack-2.2/lib/rack.rb", "[path]/gems/rack-2.2/lib/rack.rb"), ("/var/www/zoe/vendor/laravel/framework/src/Foo.php", "[path]/vendor/laravel/framework/src/Foo.php"),
    ("C:\\Users\\zoe\\venv\\Lib\\site-packages\\httpx\\_client.py", "[path]/site-packages/httpx/_client.py"), ("file:///home/zoe/node_modules/x/y.js", "[path]/node_modules/x/y.js"),
    ("/home/zoe/app/told.py", "[path]/told.py"), ("C:\\build\\zoe\\Told.cs", "[path]/Told.cs"), ("~/app/told.rb", "[path]/told.rb"), ("~zoe/told.rb", "[path]/told.rb"), ("\\\\server\\share\\told.cs", "[path]/told.cs"),
    ("file:///home/zoe/told.js", "[path]/told.js"), ("home/zoe/app/told.py", "[path]/told.py"), ("webpack:////home/zoe/app/src/told.js", "webpack:///[path]/told.js"), ("../../home/zoe/told.py", "[path]/told.py"),
    ("/home/zoe/app/other.py", "[path]"), ("/home/zoe", "[path]"), ("/home/zoe/told.pem", "[path]"), ("data/told.csv", "[path]"), ("/srv/zoe/report.pdf", "[path]"), ("in /Users/zoe", "[path]"), ("", ""),
    ("src/zoe@kranich.example/x.py", "src/[email]/x.py"), ("[path]/home/zoe/told.py", "[path]/told.py"), ("[path]", "[path]"), ("[path]/told.py", "[path]/told.py"),
)  # fmt: skip

#: The name of a library or a program, and what is left of it.
LIBRARIES = (
    ("/usr/lib/x86_64-linux-gnu/libssl.so.1.1", "[path]/libssl.so.1.1"), ("/Users/zoe/Shop.app/Contents/MacOS/Shop", "[path]/Shop"), ("C:\\Windows\\System32\\ntdll.dll", "[path]/ntdll.dll"),
    ("/Users/zoe", "[path]"), ("/home/zoe/data.csv", "[path]"), ("libshop.so", "libshop.so"), ("UIKit", "UIKit"), ("com.acme.shop", "com.acme.shop"),
    ("System.Linq, Version=8.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e", "System.Linq, Version=8.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e"),
)  # fmt: skip

#: A value of a variable, and its kind.
KINDS: tuple[tuple[object, object], ...] = (
    (None, None), (True, True), (False, False), (5, "[int]"), (10**400, "[int]"), (2.5, "[float]"), (math.nan, "[float]"), ({}, "[dict: empty]"), ({"a": 1}, "[dict]"), ([], "[list: empty]"), ([1], "[list]"), ((1,), "[list]"),
    (b"x", "[object]"), (object(), "[object]"), ("", "[str: empty]"), ("text", "[str]"), ("'text'", "[str]"), ('"text"', "[str]"), ("''", "[str: empty]"), ("x" * 300, "[str: long]"), ("'" + "x" * 300, "[str: long]"),
    ("b'raw'", "[bytes]"), ("None", "None"), ("True", "True"), ("null", "null"), ("undefined", "undefined"), ("5", "[int]"), ("-5", "[int]"), ("0x1f", "[int]"), ("5n", "[int]"), ("2.5", "[float]"), ("1e9", "[float]"),
    ("nan", "[float]"), ("{'a': 1}", "[dict]"), ("{}", "[dict: empty]"), ("[1, 2]", "[list]"), ("[]", "[list: empty]"), ("(1,)", "[tuple]"), ("<Foo object at 0x7f01>", "[object]"), ("datetime.datetime(2026, 1, 2)", "[object]"),
    ("Foo(a=1)", "[object]"), ("[str]", "[str]"), ("[secret]", "[secret]"), ("[dict: empty]", "[dict: empty]"), ("[kranich]", "[list]"), (CodeText("x"), "[str]"), ("\u0665", "[str]"), ("12 monkeys", "[str]"),
)  # fmt: skip


class TestNothingIsRuined:
    @pytest.mark.parametrize("name", SAMPLES)
    def test_a_clean_event_comes_through(self, name: str) -> None:
        """Of each language: every field is as it was, nothing is noted, Sentry takes it, and it is a fixed point."""
        event = SAMPLES[name]
        found = scrubbed(event)
        for value in copy.deepcopy(event).get("exception", {}).get("values", []):
            value.pop("module", None)  # null is nothing
        assert found == without_nulls(event)
        assert invalid(event) == invalid(found) == []

    @pytest.mark.parametrize("name", SAMPLES)
    def test_a_dirty_event_groups_as_before(self, name: str) -> None:
        """With something private in every text that may hold it: what Sentry groups by stays, the rest of each sentence too."""
        found = scrubbed(dirty(SAMPLES[name]))
        left = json.dumps(found)
        assert not [gone for gone in ("kranich", "10.20.30.40", "Tr0ub4dor") if gone in left]
        assert invalid(found) == []
        assert grouping(found) == grouping(SAMPLES[name])
        for value in found.get("exception", {}).get("values", []):
            assert value["value"].endswith(" for [email]")
        assert scrubbed(found) == found

    @pytest.mark.parametrize("name", NAMES_OF_CODE)
    def test_names_of_code(self, name: str) -> None:
        """Of any language, in every field for names of code: untouched."""
        for path in CODE_PATHS:
            event = planted(path, name)
            assert scrubbed(event) == event

    @pytest.mark.parametrize(("given", "left"), FILES, ids=range(len(FILES)))
    @pytest.mark.parametrize("field", ["filename", "abs_path"])
    def test_files(self, field: str, given: str, left: str) -> None:
        """A place on a machine goes; what tells files apart stays, if the frame says it."""
        frame = {"function": "Told.work", "lineno": 3, field: given}
        event = {"exception": {"values": [{"type": "E", "stacktrace": {"frames": [frame]}}]}}
        found = scrubbed(event)
        assert found["exception"]["values"][0]["stacktrace"]["frames"][0][field] == left
        assert scrubbed(found) == found

    def test_a_relative_file_tells_its_absolute_path(self) -> None:
        """And the absolute path tells nothing of itself."""
        frames = [
            {"filename": "shop/orders.py", "abs_path": "/srv/kranich/shop/orders.py"},
            {"filename": "/srv/kranich/shop/orders.py", "abs_path": "/srv/kranich/shop/orders.py"},
        ]
        found = clean({"exception": {"values": [{"stacktrace": {"frames": frames}}]}})
        assert found["exception"]["values"][0]["stacktrace"]["frames"] == [
            {"filename": "shop/orders.py", "abs_path": "[path]/orders.py"},
            {"filename": "[path]", "abs_path": "[path]"},
        ]

    @pytest.mark.parametrize(("given", "left"), LIBRARIES, ids=range(len(LIBRARIES)))
    def test_libraries(self, given: str, left: str) -> None:
        """Their own names stay."""
        for path in ("exception.values[].stacktrace.frames[].package", "debug_meta.images[].code_file"):
            if "/" in given or "\\" in given or path.endswith("package"):
                found = scrubbed(planted(path, given))
                assert at(found, path) == left
                assert scrubbed(found) == found

    @pytest.mark.parametrize(("value", "kind"), KINDS, ids=range(len(KINDS)))
    def test_kinds_of_values(self, value: object, kind: object) -> None:
        """Told by their form alone; a kind is its own kind."""
        assert kind_of(value) == kind
        assert kind_of(kind) == kind

    def test_names_of_variables(self) -> None:
        """Those that are names of a language's; a secret's value is told as one."""
        given = {
            "name": "'x'",
            "$this": "{}",
            "@items": "[]",
            "empty?": "True",
            "größe": 1,
            "token_count": "[int]",
            "api_key": "'x'",
            "api_key_set": True,
            "not a name": 1,
            "1": 1,
            "": 1,
            "zoe@kranich.example": 1,
            "ghp_k3Jx9QmW2vTz7LpR4sYd8NfB6hCgA1eUoiVt": 1,
            5: 1,
        }
        found = clean({"stacktrace": {"frames": [{"vars": given}]}})
        assert at(found, "stacktrace.frames[].vars") == {
            "name": "[str]", "$this": "[dict: empty]", "@items": "[list: empty]", "empty?": "True", "größe": "[int]", "token_count": "[int]", "api_key": "[secret]", "api_key_set": True,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("given", "left"),
        [
            ("/users/{id}/orders", "/users/{id}/orders"), ("/users/<int:pk>/orders/", "/users/<int:pk>/orders/"), ("/users/:id/orders/:order", "/users/:id/orders/:order"), ("POST /api/v1/users", "POST /api/v1/users"),
            ("/a/b/c/d/e/f", "/a/b/c/d/e/f"), ("acme.tasks.send_email", "acme.tasks.send_email"), ("OrderView.get", "OrderView.get"), ("/", "/"), ("GET /", "GET /"), ("/v2/items/7", "/v2/items/7"),
            ("/users/4711/orders", "/users/[id]/orders"), ("/orders/494f3aea-88fa-4296-9644-fa8ef5d139b6", "/orders/[id]"), ("/u/zoe@kranich.example/x", "/u/[email]/x"), ("GET /search?q=kranich#k", "GET /search"),
            ("/home/zoe/app/run", "[path]"), ("python /home/zoe/run.py", "python [path]"), ("/files/a1B2c3D4e5F6g7H8i9", "/files/[id]"), ("/invite/BAqdIotvxPzSnQChmRkiqtndhOibpKt/accept", "/invite/[id]/accept"),
            ("/invite/kUMFeQibYLLduuIAJxAAeXRySKnHXo", "/invite/[id]"), ("/getUserAccountSettingsByOwner/AWSBudgetsReadOnlyAccess", "/getUserAccountSettingsByOwner/AWSBudgetsReadOnlyAccess"),
            ("/[id]/x", "/[id]/x"), ("/data/kranich/q3.json", "[path]"), ("/vol2/kranich/q3.xlsx", "[path]"), ("/shops/items.json", "/shops/items.json"), ("/api/v1/export/orders.csv", "/api/v1/export/orders.csv"),
            ("/static/img/logo.png", "/static/img/logo.png"), ("/exports/:name.csv", "/exports/:name.csv"), ("GET /exports/orders.csv", "GET /exports/orders.csv"), ("/sitemap.xml", "/sitemap.xml"),
        ],
    )  # fmt: skip
    def test_routes(self, given: str, left: str) -> None:
        """A template stays, the name of one thing goes; a path of a machine is none."""
        found = scrubbed({"event_id": EVENT_ID, "transaction": given})
        assert found["transaction"] == left
        assert scrubbed(found) == found

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("timestamp", "2026-11-22T10:33:12"), ("timestamp", "2026-11-22T10:33:12.123456789+02:00"), ("timestamp", 1795343590), ("timestamp", 1795343590.25), ("breadcrumbs.values[].timestamp", 1795343590.25),
            ("event_id", "fc6d8c0c-43fc-4630-ad85-0ee518f1b9d0"), ("level", "warning"), ("platform", "elixir"), ("type", "transaction"), ("release", "1.0"), ("release", "my app@1.0"), ("release", "9f2c1d09f2c1d09f2c1d09f2c1d09f2c1d09f2c1"),
            ("environment", "eu-west 1"), ("dist", "1.2.3-beta_4"), ("request.method", "PROPFIND"), ("request.method", "get"), ("contexts.browser.version", "120.0.0.0"), ("contexts.os.version", "10.0.22621.2428"),
            ("contexts.os.kernel_version", "Darwin Kernel Version 23.1.0"), ("contexts.runtime.version", "v20.11.0"), ("contexts.culture.locale", "zh-Hant-TW"), ("contexts.device.model", "iPhone14,2"),
            ("contexts.device.cpu_description", "Intel(R) Core(TM)2 Quad CPU Q6600 @ 2.40GHz"), ("contexts.device.memory_size", 17179869184), ("contexts.trace.sampled", True), ("modules.named", "2.31.0.post1"),
            ("contexts.flags.values[]", {"flag": "new-checkout", "result": True}), ("contexts.state", {"state": {"type": "redux", "value": {"open": True}}}), ("contexts.otel", {"resource": {"service.name": "shop"}}),
            ("contexts.replay.replay_id", "fc6d8c0c43fc4630ad850ee518f1b9d0"), ("contexts.response", {"status_code": 500, "body_size": 12, "headers": {"Content-Type": "text/html"}}), ("contexts.app", {"app_name": "shop", "plan": "pro"}),
            ("contexts.anything", {"list": [1, None, "words", {"a": True}]}), ("sdk.packages[]", {"name": "npm:@sentry/node", "version": "7.1.0"}), ("sdk.settings.infer_ip", "never"), ("errors[]", {"type": "invalid_data", "name": "release"}),
            ("exception.values[].thread_id", 140735), ("exception.values[].thread_id", "main"), ("threads.values[].id", "7"), ("tags", [["queue", "orders"], ["n", 5]]), ("tags", {"queue": "orders", "ok": True}), ("fingerprint", ["{{ default }}", "a", 5]),
            ("breadcrumbs.values[].data", {"url": "/api/v1/orders", "from": "/cart", "to": "/pay", "status_code": 200}), ("spans[].data", {"http.route": "/orders/{id}", "db.system": "postgresql"}), ("message", "order has no total"),
            ("message", {"message": "no %s", "formatted": "no total"}), ("exception.values[].mechanism.help_link", "https://docs.acme.example/errors"), ("exception.values[].stacktrace.instruction_addr_adjustment", "all"), ("measurements", {"fp": {"value": 5, "unit": "second"}}),
        ],
    )  # fmt: skip
    def test_what_says_nothing_private(self, path: str, value: object) -> None:
        """It is as it was, and Sentry takes it as before."""
        event = planted(path, value)
        found = scrubbed(event)
        assert found == event
        if found.get("type") != "transaction":  # which needs more than this
            assert invalid(found) == invalid(event)

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("timestamp", "yesterday"), ("timestamp", 4155550123), ("timestamp", math.nan), ("timestamp", True), ("event_id", "kranich"), ("level", "kranich"), ("platform", "kranich"), ("type", "kranich"), ("dist", "a b"), ("dist", "203.0.113.77"),
            ("release", "a/b"), ("release", ".."), ("release", "a\nb"), ("environment", "none"), ("environment", "a/b"), ("environment", "x" * 65), ("request.method", "KRANICH"), ("request.api_target", "kranich"), ("contexts.trace.trace_id", "kranich"),
            ("contexts.trace.status", "kranich"), ("contexts.device.memory_size", 4111111111111111), ("contexts.device.online", "yes"), ("contexts.culture.locale", "kranich"), ("exception.values[].stacktrace.frames[].lineno", "3"),
            ("exception.values[].stacktrace.frames[].instruction_addr", "kranich"), ("exception.values[].stacktrace.frames[].addr_mode", "kranich"), ("transaction_info.source", "kranich"), ("spans[].hash", "kranich"), ("debug_meta.images[].debug_id", "kranich"),
            ("measurements.named.value", "5"), ("contexts.replay.replay_id", "kranich"), ("request.headers", {"kranich": "1"}), ("request.headers", "kranich"), ("tags", {"a\nb": "x"}), ("tags", {"x": ["kranich"]}), ("tags", "kranich"),
        ],
    )  # fmt: skip
    def test_a_value_without_its_form_is_removed(self, path: str, value: object) -> None:
        """And what is left is valid."""
        event = planted(path, value)
        if path == "event_id":
            del event["event_id"]
            event["event_id"] = value
        found = scrubbed(event)
        assert at(found, path) is None
        assert invalid(found) == []

    def test_headers(self) -> None:
        """Names of the table; values of a harmless form; null for the others, as Sentry writes what was removed."""
        given = {
            "Accept": "text/html, application/json;q=0.9, */*; q=0.8", "accept-encoding": "gzip, deflate, br", "Accept-Language": "de-AT,de;q=0.9,*;q=0.1", "Content-Type": "application/json; charset=utf-8",
            "CONTENT_LENGTH": "123", "Connection": "keep-alive", "Sec-Fetch-Mode": "cors", "Cache-Control": "max-age=0, no-cache", "Upgrade-Insecure-Requests": "1",
            "Cookie": "a=b", "Authorization": "x", "User-Agent": "Mozilla/5.0", "Host": "shop.example", "X-Forwarded-For": "1.1.1.1", "Referer": "https://x.example", "X-Kranich": "1",
        }  # fmt: skip
        found = clean({"request": {"headers": given}})["request"]["headers"]
        assert found == {
            name: None
            if name in ("Cookie", "Authorization", "User-Agent", "Host", "X-Forwarded-For", "Referer")
            else value
            for name, value in given.items()
            if name != "X-Kranich"
        }
        pairs = clean({"request": {"headers": [list(pair) for pair in given.items()]}})["request"]["headers"]
        assert dict(pairs) == found
        assert invalid({"request": {"headers": pairs}}) == []

    @pytest.mark.parametrize("name", sorted(NAMES))
    def test_no_header_takes_just_any_value(self, name: str) -> None:
        """Words, addresses, tokens and forms beside the harmless one."""
        for value in (
            "kranich",
            "text/kranich x",
            "203.0.113.77",
            "gzip, kranich",
            "kranich/json",
            "123 kranich",
            "1\nkranich",
            ["a", "kranich"],
            {"a": "kranich"},
            5,
            "application/json; boundary=kranich",
            "x" * 600,
        ):
            found = clean({"request": {"headers": {name: value}}})
            assert found == {"request": {"headers": {name: None}}}, value

    def test_every_form_of_a_header_compiles_and_is_one(self) -> None:
        """The forms are patterns of names in the table."""
        for name, form in VALUES.items():
            assert name in NAMES
            assert re.compile(form).fullmatch("") is None

    def test_tags_whose_name_is_a_finding_go(self) -> None:
        """Sentry refuses a tag with a marker for a name; the others stay."""
        for given, left in (
            ({"zoe@kranich.example": "x", "a": "b"}, {"a": "b"}),
            ([["zoe@kranich.example", "x"], ["a", "b"]], [["a", "b"]]),
        ):
            found = scrubbed({"event_id": EVENT_ID, "tags": given})
            assert found["tags"] == left
            assert invalid(found) == []

    def test_a_context_of_another_name_has_the_rows_of_its_type(self) -> None:
        """So that a second device's name does not leave."""
        given = {
            "mine": {"type": "device", "name": "Zoe's kranich", "model": "Pixel 9", "kranich": 1},
            "other": {"type": "kranich_type", "note": "words"},
        }
        assert clean({"contexts": given})["contexts"] == {
            "mine": {"type": "device", "model": "Pixel 9"},
            "other": {"type": "kranich_type", "note": "words"},
        }

    def test_parts_of_a_fingerprint_are_never_dropped(self) -> None:
        """Two events with one group still have one."""
        found = clean({"fingerprint": ["{{ default }}", "zoe@kranich.example", {"a": 1}, 5, None, [1]]})
        assert found["fingerprint"][:2] == ["{{ default }}", "[email]"]
        assert found["fingerprint"][3] == 5
        assert len(found["fingerprint"]) >= 5

    def test_a_live_failure_of_an_application(self) -> None:
        """The reporter's own events pass the same map."""
        try:
            raise ValueError("no user zoe@kranich.example")
        except ValueError as error:
            found = tightlip.Reporter("tightlip", [], outbox=False, policy=APP).preview(error)
        assert found is not None
        (value,) = found["exception"]["values"]
        assert (value["type"], value["value"]) == ("ValueError", "no user [email]")
        assert value["stacktrace"]["frames"][-1]["function"].endswith("test_a_live_failure_of_an_application")
        assert found["_meta"]["exception"]["values"]["0"]["value"][""]["rem"][0][2:] == [8, 15]
        assert invalid(found) == []


def without_nulls(event: dict[str, Any]) -> dict[str, Any]:
    """The event without a field that is null: that says nothing."""
    found = copy.deepcopy(event)
    for value in found.get("exception", {}).get("values", []):
        if value.get("module", "") is None:
            del value["module"]
    return found


def dirty(sample: dict[str, Any]) -> dict[str, Any]:
    """A sample with something private wherever an SDK may put it."""
    event = copy.deepcopy(sample)
    event |= {
        "user": {"id": "kranich-17", "ip_address": "10.20.30.40"},
        "server_name": "kranich-host",
        "extra": {"note": "mail zoe@kranich.example", "password": "Tr0ub4dor"},
    }
    event["request"] = {**event.get("request", {}), "url": "https://shop.acme.example/x?u=kranich", "data": "kranich", "cookies": "kranich", "headers": [["Cookie", "kranich"], ["Authorization", "Tr0ub4dor"], ["Accept", "*/*"]], "env": {"REMOTE_ADDR": "10.20.30.40"}}  # fmt: skip
    for value in event.get("exception", {}).get("values", []):
        value["value"] += " for zoe@kranich.example"
        for frame in value.get("stacktrace", {}).get("frames", []):
            frame |= {
                "vars": {"user": "'kranich'", "password": "'Tr0ub4dor'"},
                "context_line": "x = 'kranich'",
                "pre_context": ["kranich"],
                "post_context": ["kranich"],
            }
            if "filename" in frame and ":" not in frame["filename"]:
                frame["abs_path"] = f"/home/kranich/{frame['filename']}"
    crumbs = event.get("breadcrumbs", {"values": []})
    for crumb in crumbs if isinstance(crumbs, list) else crumbs["values"]:
        crumb["data"] = {**crumb.get("data", {}), "peer": "10.20.30.40", "http.query": "u=kranich"}
    return event


def grouping(event: dict[str, Any]) -> object:
    """What Sentry groups by."""
    return [
        event.get("fingerprint"),
        event.get("transaction"),
        [
            (
                value.get("type"),
                value.get("module"),
                [
                    tuple(frame.get(key) for key in ("function", "module", "filename", "package", "lineno", "in_app"))
                    for frame in value.get("stacktrace", {}).get("frames", [])
                ],
            )
            for value in event.get("exception", {}).get("values", [])
        ],
        [span.get("op") for span in event.get("spans", [])],
    ]


class Words(str):
    """A text of another class."""

    __slots__ = ()


class Odd(dict[Any, Any]):
    """A dict that answers no question."""

    def _ran(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("code of the event ran")

    __getitem__ = __iter__ = items = keys = values = get = __contains__ = __len__ = __eq__ = __bool__ = _ran
    __hash__ = None


class OddList(list[Any]):
    """A list that answers no question."""

    def _ran(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("code of the event ran")

    __getitem__ = __iter__ = __len__ = __eq__ = __contains__ = __bool__ = _ran
    __hash__ = None


class Liar(str):
    """A key that says it is whatever is asked for."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash("type")

    def __eq__(self, _: object) -> bool:
        raise AssertionError("code of the event ran")


class Shouting:
    """An object that nothing may be asked."""

    def _ran(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("code of the event ran")

    __repr__ = __str__ = __eq__ = __bool__ = __getattr__ = _ran
    __hash__ = None  # type: ignore[assignment]


def hostile() -> list[object]:
    ring: dict[str, Any] = {"name": "kranichwort"}
    ring["ring"] = [ring]
    loop: list[Any] = [["a", "b"]]
    loop.append(loop)
    return [
        Words("kranichwort"), Odd(name="kranichwort"), OddList(["kranichwort"]), Shouting(), ring, loop, {Liar("kranichwort"): "kranichwort"}, [Words("kranichwort")], [Odd(), OddList(), Shouting()],
        [["a", Odd()], ["b", Shouting()]], {"a": Shouting()}, ({"a": 1},), {1, 2}, frozenset({3}), b"kranichwort", bytearray(b"kranichwort"), 1j, object, int, math.nan, math.inf, 10**5_000, -(10**30), "\ud800", "x" * 100_000, "[" * 5_000,
        {None: 1, 5: 2, ("a",): 3, b"kranichwort": 4, True: 5}, {"": {"": ""}}, {"[]": 1, "*": 2}, {"values": 5}, {"values": {"values": []}}, [[]], [None], {"type": Odd()}, {"type": ["device"]}, {"a": {"b": {"c": [{"d": None}]}}},
    ]  # fmt: skip


class TestHostileValues:
    @pytest.mark.parametrize("row", named(tuple(row for row in APP_ROWS if row.path != "_meta")))
    def test_in_any_field(self, row: Field) -> None:
        """None of their code runs, nothing raises, and what is left is JSON that is a fixed point and that Sentry's parser reads."""
        for value in hostile():
            event = planted(row.path, value)
            pipe = foreign.pipeline(APP)
            kept = pipe(event, {})
            assert kept is not None, (row.path, type(value), pipe.tally.counts())
            found = plain(kept)
            assert json.loads(json.dumps(found, allow_nan=False)) == found
            assert scrubbed(found) == found

    @pytest.mark.parametrize("value", hostile(), ids=range(len(hostile())))
    def test_in_the_place_of_meta(self, value: object) -> None:
        """It is dropped."""
        assert scrubbed({"message": "words", "_meta": value}) == {"message": "words"}
        assert scrubbed({"message": "words", "_meta": {"message": value}}) == {"message": "words"}
        assert scrubbed({"message": "words", "_meta": {"message": {"": value}}}) == {"message": "words"}
        assert scrubbed({"message": "words", "_meta": {"message": {"": {"rem": value}}}}) == {"message": "words"}

    def test_a_whole_event_of_them(self) -> None:
        """Every row at once."""
        for value in hostile():
            event: dict[str, Any] = {"event_id": EVENT_ID, "level": "error"}
            event |= {key: value for row in APP_FIELDS if (key := keys_of(row.path)[0]) not in event}
            assert scrubbed(event)["level"] == "error"

    def test_deep_data_ends(self) -> None:
        """Where any data may stand, and where the rows say how deep it is."""
        deep: Any = "kranichwort"
        for _ in range(10_000):
            deep = {"x": [deep]}
        for path in (
            "extra",
            "contexts.mine",
            "breadcrumbs.values[].data",
            "user",
            "request.headers",
            "tags",
            "exception",
            "_meta",
            "spans[].data",
        ):
            assert "kranich" not in json.dumps(scrubbed(planted(path, deep)))
        while type(deep) is dict:  # taken apart by hand: freeing it at once would recurse
            deep = deep["x"].pop()

    def test_the_event_is_not_changed_and_not_shared(self) -> None:
        """The result is made of new containers."""

        def containers(value: Any) -> set[int]:
            inner = value.values() if type(value) is dict else value if type(value) is list else ()
            return {id(value) for _ in [0] if type(value) in (dict, list)}.union(*map(containers, inner))

        for sample in SAMPLES.values():
            event = dirty(sample)
            before = copy.deepcopy(event)
            found = foreign.pipeline(APP)(event, {})
            assert event == before
            assert found is not None
            assert containers(event).isdisjoint(containers(found))


#: Parts of texts that rules and treatments look at: names, markers, signs and places.
_PARTS = (
    "/home/zoe/x.py", "zoe@kranich.example", "[email]", "[path]", "[path]/a.py", "password=", "Tr0ub4dor-and-3", "token: ", "://", "https://a:b@h.example/p?q=1#f", "203.0.113.77", " ", "/", "\\", "C:\\", "..", "?x=1",
    '{"a": "b"}', "[secret]", "[", "]", "<x>", "site-packages/", "node_modules/", "file:///", "webpack:///", "/users/4711/x", "4111 1111 1111 1111", "foo", "bar.baz", "é", "\n", "&", "=", "'", '"', "user", "~", "[id]", "blob:", "data:", "x.so",
)  # fmt: skip
_KEYS = ("name", "value", "password", "url", "type", "a")


def _mixed(rng: random.Random, depth: int = 0) -> Any:
    text = "".join(rng.choices(_PARTS, k=rng.randrange(1, 6)))
    kind = rng.random()
    if kind < 0.65 or depth > 2:
        return text
    if kind < 0.75:
        return rng.choice([1, 2.5, None, True, 4111111111111111, 1795343590])
    if kind < 0.9:
        return [_mixed(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {rng.choice((text, *_KEYS)): _mixed(rng, depth + 1) for _ in range(rng.randrange(4))}


@pytest.mark.parametrize("seed", range(40))
def test_any_mixture_is_scrubbed_to_the_end(seed: int) -> None:
    """Texts and data of parts that mean something to rules, in any fields: the result is a fixed point, with its ``_meta``."""
    rng = random.Random(seed)
    for _ in range(10):
        event: dict[str, Any] = {"event_id": EVENT_ID}
        for row in rng.sample(LEAVING, 10):
            event |= planted(row.path, _mixed(rng))
        once = scrubbed(event)
        assert json.dumps(scrubbed(once)) == json.dumps(once)


def remarks(meta: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Each remark with its place."""
    for key, item in meta.items():
        if key:
            yield from remarks(item, (*path, key))
        else:
            assert set(item) == {"rem"}
            yield from ((path, remark) for remark in item["rem"])


def value_at(event: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        event = event.get(key) if isinstance(event, dict) else event[int(key)] if isinstance(event, list) else None
    return event


class TestMeta:
    @pytest.mark.parametrize("name", SAMPLES)
    def test_every_remark_is_true(self, name: str) -> None:
        """A range is that of a marker; what was removed is not there; nothing but remarks is said."""
        found = scrubbed(dirty(SAMPLES[name]))
        said = list(remarks(found["_meta"]))
        assert len(said) > 8
        for path, (rule, kind, *span) in said:
            assert re.fullmatch(r"[a-z]+(?:[.\-][a-z0-9\-]+)*", rule)
            value = value_at(found, path)
            if span:
                assert kind == "s"
                assert re.fullmatch(r"\[[a-z0-9][a-z0-9:. \-]*\]", value[span[0] : span[1]]), (path, value, span)
            elif kind == "x":
                assert value is None
            else:
                assert kind == "s"
                assert value is not None

    def test_sentry_keeps_it(self) -> None:
        """Its server has the remark beside the text, and splits the text at it."""
        from sentry_relay.processing import meta_with_chunks

        found = scrubbed(
            {"event_id": EVENT_ID, "exception": {"values": [{"type": "E", "value": "no zoe@kranich.example, sorry"}]}}
        )
        normal = NORMALIZER.normalize_event(found)
        value = meta_with_chunks(normal, normal["_meta"])["exception"]["values"]["0"]["value"][""]  # type: ignore[no-untyped-call]
        assert value["rem"] == [["pii.email", "s", 3, 10]]
        assert [chunk["text"] for chunk in value["chunks"]] == ["no ", "[email]", ", sorry"]

    @pytest.mark.parametrize(
        "secret", ["ehCTSCplqIDSoErtMUAxuCCZUkGIcBb1", "__SGu_wLnoYO-vBzY-bJZwrkGueMm0c4GFBye", "kranich-Tr0ub4dor"]
    )
    def test_a_note_does_not_hang_on_the_value(self, secret: str) -> None:
        """Where a name or a place is reason enough, it is told as the reason: of a form that a rule knows, or not."""
        found = scrubbed(
            {"tags": {"session_token": secret}, "message": f"session {secret} is gone", "request": {"cookies": {"sid": secret}}}
        )  # fmt: skip
        assert found["message"] == "session [secret] is gone"
        said = {".".join(path): remark for path, remark in remarks(found["_meta"])}
        assert said["tags.session_token"] == ["secret.assignment", "s", 0, 8]
        assert said["message"] == ["event.echo", "s"]
        assert scrubbed(found) == found

    def test_ranges_where_the_text_had_markers_before(self) -> None:
        """A marker that stood there is none of ours."""
        found = scrubbed({"message": "[email] wrote to zoe@kranich.example and [email] on 203.0.113.77 [ip]"})
        assert found["message"] == "[email] wrote to [email] and [email] on [ip] [ip]"
        assert [remark[1:] for _, remark in remarks(found["_meta"])] == [["s", 17, 24], ["s", 40, 44]]

    def test_every_way_to_say_it(self) -> None:
        """In texts, in data, by names, in pairs, in paths, for kinds and for what is gone."""
        found = scrubbed(
            {
                "user": {"id": 1}, "extra": {"a": {"mail": ["x", "to zoe@kranich.example"]}, "password": "Tr0ub4dor", "pair": [["password", "Tr0ub4dor"]], "raw": b"x", "n": 4111111111111111},
                "request": {"headers": {"Cookie": "x"}}, "tags": [["a", "zoe@kranich.example"]], "logentry": {"message": "m", "params": [1]}, "dist": "a b", "transaction": "/x/4711/y",
                "exception": {"values": [{"stacktrace": {"frames": [{"context_line": "x", "vars": {"a": 1}, "filename": "/home/z/site-packages/a/zoe@kranich.example/b.py"}]}}]},
            }
        )  # fmt: skip
        said = {".".join(path): remark for path, remark in remarks(found["_meta"])}
        frame = "exception.values.0.stacktrace.frames.0"
        assert {path: remark[1:] for path, remark in said.items()} == {
            "user": ["x"], "extra.a.mail.1": ["s", 0, 7] if found["extra"]["a"]["mail"][1] == "[email]" else ["s", 3, 10], "extra.password": ["s", 0, 8], "extra.pair.0.1": ["s", 0, 8], "extra.raw": ["s"], "extra.n": ["s"],
            "request.headers.Cookie": ["x"], "tags.0.1": ["s", 0, 7], "logentry.params": ["s"], "dist": ["x"], "transaction": ["s", 3, 7], f"{frame}.context_line": ["x"], f"{frame}.vars": ["s"],
            f"{frame}.filename": ["s", 23, 30],
        }  # fmt: skip
        assert said["user"][0] == "event.field"
        assert (
            found["exception"]["values"][0]["stacktrace"]["frames"][0]["filename"]
            == "[path]/site-packages/a/[email]/b.py"
        )

    @pytest.mark.parametrize(
        "meta",
        [
            {"message": {"": {"len": 4711, "val": "kranich", "rem": [["kranich", "s", 0, 7]]}}}, {"message": {"": {"rem": [["pii.email", "s", 0, 6]]}}}, {"message": {"": {"rem": [["pii.email", "s", -7, 7]]}}},
            {"message": {"": {"rem": [["pii.email", "s", 0, 70]]}}}, {"message": {"": {"rem": [["pii.email", "x"]]}}}, {"message": {"": {"rem": [["pii.email", "m", 0, 7]]}}}, {"message": {"": {"rem": [["pii.email", "s", 0, 7, "kranich"]]}}},
            {"message": {"": {"rem": [["pii.email", "s", "0", 7]]}}}, {"message": {"": {"rem": [["pii.email", "s", False, 7]]}}}, {"message": {"": {"err": ["kranich"]}}}, {"kranich": {"": {"rem": [["event.field", "x"]]}}},
            {"extra": {"kranich": {"": {"rem": [["event.field", "x"]]}}}}, {"message": {"kranich": {"": {"rem": [["event.field", "x"]]}}}}, {"exception": {"values": {"kranich": {"": {"rem": [["event.field", "x"]]}}}}},
            {"contexts": {"kranich": {"": {"rem": [["event.field", "x"]]}}}}, {"modules": {"kranich": {"": {"rem": [["event.field", "x"]]}}}}, {"": {"rem": [["event.field", "x"]]}}, {"user": {"": {"rem": [["kranich", "x"]]}}},
            {"user": {"kranich": {"": {"rem": [["event.field", "x"]]}}}},
        ],
    )  # fmt: skip
    def test_what_an_event_says_of_itself_must_be_true_and_in_our_words(self, meta: dict[str, Any]) -> None:
        """Else it goes: it may be anything."""
        event = {"message": "[email] is unknown", "extra": {"a": 1}, "exception": {"values": [{"type": "E"}]}}
        assert scrubbed({**event, "_meta": meta}) == event

    def test_what_is_true_stays(self) -> None:
        """So that an event that is scrubbed again says the same."""
        event = {
            "message": "[email] is unknown",
            "_meta": {
                "message": {"": {"rem": [["pii.email", "s", 0, 7]]}},
                "user": {"": {"rem": [["event.field", "x"]]}},
            },
        }
        assert json.dumps(scrubbed(event)) == json.dumps(event)

    @pytest.mark.parametrize("name", SAMPLES)
    def test_scrubbing_it_again_gives_the_same_bytes(self, name: str) -> None:
        """As bytes, ``_meta`` too; also after a trip through JSON, in another order, and through the stages with code text in it."""
        once = scrubbed(dirty(SAMPLES[name]))
        assert json.dumps(scrubbed(json.loads(json.dumps(once)))) == json.dumps(once)
        turned = {key: once[key] for key in reversed(once)}
        assert scrubbed(turned) == once
        pipe = foreign.pipeline(APP)
        first = pipe(dirty(SAMPLES[name]), {})
        assert first is not None
        assert pipe(first, {}) == first

    def test_strict_never_has_it(self) -> None:
        """There is nothing to say: values never leave."""
        for sample in SAMPLES.values():
            found = tightlip.scrub(
                {**dirty(sample), "_meta": {"message": {"": {"rem": [["event.field", "x"]]}}}}, STRICT
            )
            assert found is not None
            assert "_meta" not in found


class TestTable:
    def test_rows_are_said_in_plain_words(self) -> None:
        """For the notice: ASCII, one line, no sign of a table's."""
        for row in APP_ROWS:
            for text in (row.path, row.purpose, row.kind.words):
                assert text.isascii()
                assert not set("|\n") & set(text)

    def test_every_place_has_one_row(self) -> None:
        """Rows of the table for every policy are replaced, not doubled."""
        paths = [row.path for row in APP_ROWS]
        assert len(paths) == len(set(paths))

    def test_places_that_refer_to_others_have_no_rows_of_their_own(self) -> None:
        """They would be lost."""
        for place in (row.path for row in APP_ROWS if row.kind.same):
            assert not [row.path for row in APP_ROWS if row.path.startswith(f"{place}.")]

    def test_the_notice_tells_what_is_removed(self, capsys: pytest.CaptureFixture[str]) -> None:
        """``tightlip policy app`` prints the whole table."""
        from tightlip import cli

        assert cli.main(["policy", "app"]) == 0
        text = capsys.readouterr().out
        removed = text.partition("### Removed where it is")[2]
        for path in (
            "user",
            "server_name",
            "request.cookies",
            "exception.values[].stacktrace.frames[].context_line",
            "contexts.device.name",
        ):
            assert f"| `{path}` |" in removed
        assert "names, and the kinds of their values" in text
        assert "standard names; values only of harmless forms" in text
