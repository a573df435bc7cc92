"""The catalogue: made at build time, found by itself, and at run time nothing is parsed."""

from __future__ import annotations

import ast
import builtins
import compileall
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probe import MakePackage, failure, last_value, reporter_for, without_ids

from tightlip.catalogue_command import main
from tightlip.message.catalogue import build, codes
from tightlip.message.encoding import decode, encode
from tightlip.origin.catalogued import MAGIC, CatalogueError, Packed, parameters
from tightlip.origin.owners import CATALOGUE

if TYPE_CHECKING:
    from types import CodeType

SDK = {
    "__init__.py": "from .errors import ConfigError, not_found\nfrom .http import Client\n",
    "errors.py": """
class ConfigError(Exception):
    def __init__(self, message, code=None):
        super().__init__(f"{message} [{code}]" if code else message)

def not_found(kind, name):
    return ConfigError(f"{kind} {name!r} not found")
""",
    "http.py": """
from .errors import ConfigError, not_found

class Client:
    def upload(self, path):
        raise ConfigError(f"cannot upload {path}")

    def find(self, name):
        raise not_found("workspace", name)

    def check(self, text):
        self.fail(f"bad text {text!r}")

    def fail(self, message):
        raise ConfigError(message)

    def each(self, items):
        return [self.upload(item) for item in items]
""",
}


def build_for(module: Any) -> Path:
    """Write the catalogue of a package into its folder."""
    folder = Path(module.__file__).parent
    assert main(["build", module.__name__]) == 0
    return folder / CATALOGUE


def forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise AssertionError("parsed at run time")

    monkeypatch.setattr(ast, "parse", refuse)
    monkeypatch.setattr(builtins, "compile", refuse)


@pytest.mark.parametrize(
    ("call", "template"),
    [
        ("Client().upload('s3cr3t')", "cannot upload {path}"),
        ("Client().find('s3cr3t')", "workspace {name!r} not found"),
        ("Client().check('s3cr3t')", "bad text {text!r}"),
        ("Client().each(['s3cr3t'])", "cannot upload {path}"),
    ],
)
def test_nothing_is_parsed(
    make_package: MakePackage,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    template: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With a catalogue, the same event leaves, and neither ``ast.parse`` nor ``compile`` is called."""
    sdk = make_package("catalogued", SDK)
    exc = failure(lambda: eval(call, vars(sdk)))
    live = reporter_for("catalogued").preview(exc)
    build_for(sdk)
    capsys.readouterr()
    forbid_parsing(monkeypatch)
    reporter = reporter_for("catalogued")
    event = reporter.preview(exc)
    assert last_value(event)["value"] == template
    assert without_ids(event) == without_ids(live)
    assert "s3cr3t" not in json.dumps(event)


def test_an_edited_file_is_not_answered_for(make_package: MakePackage, capsys: pytest.CaptureFixture[str]) -> None:
    """A catalogue whose hash is not the file's is not used, and that is counted; the source is, as far as it holds the code that ran."""
    sdk = make_package("catalogued", SDK)
    build_for(sdk)
    exc = failure(sdk.Client().upload, "s3cr3t")
    file = Path(sdk.__file__ or "").parent / "http.py"
    file.write_text(file.read_text() + "\n# edited\n", encoding="utf-8")
    reporter = reporter_for("catalogued")
    assert last_value(reporter.preview(exc))["value"] == "cannot upload {path}"
    assert reporter.stats()["catalogue.not used.hash"] == 1
    capsys.readouterr()


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{}",
        b"\x1f\x8b broken",
        b"tightlip catalogue 2\n{}\n",
        b"tightlip catalogue 1\n{}\n",
        b"tightlip catalogue 1\n{s3cr3t\n",
    ],
)
def test_a_damaged_catalogue_is_not_used(
    make_package: MakePackage, damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Templates then come from the source, and the damage is counted."""
    sdk = make_package("catalogued", SDK)
    build_for(sdk).write_bytes(damage)
    reporter = reporter_for("catalogued")
    assert last_value(reporter.preview(failure(sdk.Client().upload, "s3cr3t")))["value"] == "cannot upload {path}"
    assert reporter.stats()["catalogue.not used.unreadable"] == 1
    with pytest.raises(CatalogueError, match="tightlip catalogue build"):
        Packed(damage, "x.bin")
    capsys.readouterr()


def test_a_damaged_entry_is_not_used(make_package: MakePackage, capsys: pytest.CaptureFixture[str]) -> None:
    """Damage behind the head is found when the entry is unpacked; the source answers."""
    sdk = make_package("catalogued", SDK)
    file = build_for(sdk)
    data = file.read_bytes()
    head = data.index(b"\n", len(MAGIC)) + 1
    file.write_bytes(data[:head] + b"\0" * (len(data) - head))
    reporter = reporter_for("catalogued")
    assert last_value(reporter.preview(failure(sdk.Client().upload, "s3cr3t")))["value"] == "cannot upload {path}"
    assert reporter.stats()["catalogue.not used.unreadable"] >= 1
    capsys.readouterr()


def test_code_under_the_sdks_file_name_is_the_applications(
    make_package: MakePackage, capsys: pytest.CaptureFixture[str]
) -> None:
    """A function that the catalogue does not have at that line is not the SDK's, whatever file it names."""
    sdk = make_package("catalogued", SDK)
    build_for(sdk)
    space: dict[str, Any] = {}
    text = "\n\n\n\ndef upload(self, path):\n    raise ValueError('s3cr3t literal')\n"
    exec(compile(text, str(Path(sdk.__file__ or "").parent / "http.py"), "exec"), space)
    assert reporter_for("catalogued").preview(failure(space["upload"], None, "x")) is None
    capsys.readouterr()


_RUN = """
import sys, json
sys.path.insert(0, sys.argv[1])
import catalogued, tightlip
try:
    catalogued.Client().find("s3cr3t")
except Exception as error:
    reporter = tightlip.Reporter("catalogued", outbox=False)
    print(json.dumps([reporter.preview(error), reporter.stats()]))
"""


def run(folder: Path, *options: str) -> tuple[dict[str, Any] | None, dict[str, int]]:
    root = Path(__file__).resolve().parents[1]
    found = subprocess.run(
        [sys.executable, *options, "-c", _RUN, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{root / 'pipeline'}:{root / 'scrubbers'}", "PYTHONDONTWRITEBYTECODE": "1", "PATH": ""},
    )
    event, stats = json.loads(found.stdout)
    return event, stats


def package_on_disk(folder: Path, capsys: pytest.CaptureFixture[str], *, catalogue: bool = True) -> Path:
    top = folder / "catalogued"
    top.mkdir(parents=True)
    for path, text in SDK.items():
        (top / path).write_text(text, encoding="utf-8")
    if catalogue:
        assert main(["build", "catalogued", "--source", str(folder)]) == 0
    capsys.readouterr()
    return top


@pytest.mark.parametrize("options", [(), ("-O",), ("-OO",), ("-X", "no_debug_ranges")], ids=" ".join)
def test_optimised_interpreters(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]) -> None:
    """``-O``, ``-OO`` and ``-X no_debug_ranges`` change the bytecode and not the answer."""
    package_on_disk(tmp_path, capsys)
    event, _ = run(tmp_path, *options)
    assert last_value(event)["value"] == "workspace {name!r} not found"


@pytest.mark.parametrize("catalogue", [True, False])
def test_bytecode_only(tmp_path: Path, capsys: pytest.CaptureFixture[str], catalogue: bool) -> None:
    """A package of ``.pyc`` files alone is reported with a catalogue, and not without."""
    top = package_on_disk(tmp_path, capsys, catalogue=catalogue)
    compileall.compile_dir(str(top), legacy=True, quiet=2)
    for file in top.glob("*.py"):
        file.unlink()
    shutil.rmtree(top / "__pycache__", ignore_errors=True)
    event, _ = run(tmp_path)
    assert (event is not None) is catalogue
    if event is not None:
        assert last_value(event)["value"] == "workspace {name!r} not found"


def test_bytecode_of_another_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytecode that was made from a source of another size than the catalogue's is nobody's."""
    top = package_on_disk(tmp_path, capsys)
    file = top / "http.py"
    file.write_text(file.read_text() + "\n# another release\n", encoding="utf-8")
    compileall.compile_dir(str(top), legacy=True, quiet=2)
    for source in top.glob("*.py"):
        source.unlink()
    event, _ = run(tmp_path)
    assert event is None


def test_zipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A zipped package is read with its catalogue from inside the zip."""
    top = package_on_disk(tmp_path / "plain", capsys)
    archive = tmp_path / "sdk.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in top.iterdir():
            zipped.write(file, f"catalogued/{file.name}")
    event, _ = run(archive)
    assert last_value(event)["value"] == "workspace {name!r} not found"


def test_functions_are_described_as_the_compiler_names_them() -> None:
    """For every code object of the standard library's largest modules, the catalogue's description is found and holds its lines."""
    for name in (
        "typing",
        "asyncio.base_events",
        "argparse",
        "dataclasses",
        "email.message",
        "decimal",
        "_pydecimal",
        "enum",
        "subprocess",
    ):
        file = Path(__import__(name, fromlist=["x"]).__file__ or "")
        data = file.read_bytes()
        described = {
            (known.qualname, known.first_line, known.parameters)
            for known in codes(ast.parse(data), data.count(b"\n") + 1)
        }
        for code in _all_codes(compile(data, str(file), "exec", dont_inherit=True)):
            if code.co_name == "<module>" or code.co_name.startswith(("<generic", "__annotate")):
                continue
            assert (code.co_qualname, code.co_firstlineno, parameters(code)) in described, (name, code.co_qualname)


def _all_codes(code: CodeType) -> list[CodeType]:
    found = [code]
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            found.extend(_all_codes(constant))
    return found


def test_an_index_survives_its_encoding() -> None:
    """Decoding what was encoded, through JSON, gives the same index."""
    folder = Path(json.__file__).parent
    built = build({f"json/{file.name}": file.read_bytes() for file in folder.glob("*.py")})
    for index in built.indexes.values():
        assert decode(json.loads(json.dumps(encode(index)))) == index


def test_the_same_source_gives_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A build can be repeated."""
    top = package_on_disk(tmp_path, capsys)
    first = (top / CATALOGUE).read_bytes()
    assert main(["build", "catalogued", "--source", str(tmp_path)]) == 0
    assert (top / CATALOGUE).read_bytes() == first


def test_a_wheel_carries_its_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The hatchling hook puts it into the package's folder, listed with its hash; an installation of the wheel is reported without its source."""
    from hatchling.builders.wheel import WheelBuilder

    package_on_disk(tmp_path / "src", capsys, catalogue=False)
    (tmp_path / "pyproject.toml").write_text(
        """
[build-system]
requires = ["hatchling", "tightlip"]
build-backend = "hatchling.build"
[project]
name = "catalogued"
version = "1.2"
[tool.hatch.build.targets.wheel]
packages = ["src/catalogued"]
[tool.hatch.build.targets.wheel.hooks.tightlip]
package = "catalogued"
""",
        encoding="utf-8",
    )
    (wheel,) = WheelBuilder(str(tmp_path)).build(directory=str(tmp_path / "dist"), versions=["standard"])
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as zipped:
        zipped.extractall(site)
    assert f"catalogued/{CATALOGUE},sha256=" in (site / "catalogued-1.2.dist-info" / "RECORD").read_text(
        encoding="utf-8"
    )
    content = (site / "catalogued" / CATALOGUE).read_bytes()
    packed = Packed(content, "")
    assert (packed.distribution, packed.version) == ("catalogued", "1.2")
    event, stats = run(site)
    assert last_value(event)["value"] == "workspace {name!r} not found"
    assert stats == {}
    # Whoever changes it, even to a valid one, is not believed: its hash is recorded.
    (site / "catalogued" / CATALOGUE).write_bytes(content.replace(b'"1.2"', b'"6.6"'))
    event, stats = run(site)
    assert last_value(event)["value"] == "workspace {name!r} not found"
    assert stats == {"catalogue.not used.not the SDK's": 1}


@pytest.mark.parametrize(("options", "message"), [("", "needs package"), ('package = "absent"', "is in none of")])
def test_a_hook_without_a_package(tmp_path: Path, options: str, message: str) -> None:
    """A configuration that names no package, or one that is not there, stops the build and says what to write."""
    from hatchling.builders.wheel import WheelBuilder

    (tmp_path / "catalogued").mkdir()
    (tmp_path / "catalogued" / "__init__.py").write_text("")
    (tmp_path / "pyproject.toml").write_text(
        f"""
[project]
name = "catalogued"
version = "1.2"
[tool.hatch.build.targets.wheel.hooks.tightlip]
{options}
""",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match=message):
        list(WheelBuilder(str(tmp_path)).build(directory=str(tmp_path / "dist"), versions=["standard"]))


class TestCommand:
    def test_show(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """``show PACKAGE:QUALNAME`` prints the raise sites of one function with their templates."""
        package_on_disk(tmp_path, capsys)
        assert main(["show", "catalogued:Client.upload", "--source", str(tmp_path)]) == 0
        assert capsys.readouterr().out == (
            "catalogued/http.py:6  Client.upload  ConfigError  [code]\n    cannot upload {path}\n"
        )

    def test_show_nothing(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A name without raise sites is said so, with status 1."""
        package_on_disk(tmp_path, capsys)
        assert main(["show", "catalogued:Nothing", "--source", str(tmp_path)]) == 1
        assert "no raise site in catalogued:Nothing" in capsys.readouterr().err

    def test_coverage(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The table counts sites by rung; a site without words is named with the reason and what to do."""
        top = package_on_disk(tmp_path, capsys)
        (top / "more.py").write_text(
            "def again(error):\n    raise error\n\ndef bare(text):\n    raise ValueError(len(text))\n"
        )
        assert main(["coverage", "catalogued", "--source", str(tmp_path), "--fail-under", "99"]) == 1
        out, err = capsys.readouterr()
        assert "catalogued/more.py:2  again" in out
        assert "`error` is a parameter" in out
        assert "put words around it" in out
        assert "fewer than 99%" in err
        assert main(["coverage", "catalogued", "--source", str(tmp_path), "--fail-under", "40"]) == 0

    @pytest.mark.parametrize(
        "arguments", [["build", "no_such_package_x"], ["coverage", "json", "--source", "/nowhere"]]
    )
    def test_no_package(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        """A package that is not there is an error that says so, with status 2."""
        assert main(arguments) == 2
        assert capsys.readouterr().err.startswith("tightlip: ")

    def test_a_file_that_does_not_parse(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """It is named and left out; the rest of the package is in the catalogue."""
        top = package_on_disk(tmp_path, capsys)
        (top / "broken.py").write_text("def broken(:\n")
        assert main(["build", "catalogued", "--source", str(tmp_path)]) == 0
        assert "catalogued/broken.py is left out: SyntaxError in line 1" in capsys.readouterr().err
        assert "catalogued/http.py" in Packed((top / CATALOGUE).read_bytes(), "").files
