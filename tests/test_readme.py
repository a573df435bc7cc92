"""What the READMEs name is there: links, files, commands with their options, targets of make, and names in the examples."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from pathlib import Path

import pytest

import tightlip
import tightlip.sentry
from tightlip.cli import main

ROOT = Path(__file__).resolve().parents[1]
READMES = [ROOT / "README.md", ROOT / "fixtures" / "README.md", ROOT / "fixtures" / "examples" / "README.md"]
each = pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT)))


def code(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(text: str) -> set[tuple[str, ...]]:
    """The words of each ``tightlip ...`` line of an indented block or of a workflow, comments cut."""
    lines = re.findall(r"^(?:    |      - run: )(?:.*\| )?tightlip (\w.*)$", text, re.MULTILINE)
    return {tuple(shlex.split(re.split(r"\s{2,}#|\s<\s|\s>\s", line)[0], comments=True)) for line in lines}


@each
def test_links_lead_somewhere(readme: Path) -> None:
    """To a heading of the same page, or to a file."""
    text = readme.read_text("utf-8")
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith("#"):
            assert target[1:] in headings
        elif "://" not in target:
            assert (readme.parent / target).exists(), target


@each
def test_commands_have_these_options(readme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each ``tightlip COMMAND --option`` is one that its ``--help`` lists."""
    for words in commands(readme.read_text("utf-8")):
        action = [word for word in words[1:2] if words[0] in ("catalogue", "outbox")]
        with pytest.raises(SystemExit):
            main([words[0], *action, "--help"])
        said = capsys.readouterr().out
        for option in words[1:]:
            if re.fullmatch(r"--?[a-z][a-z-]*", option):
                assert re.search(rf"(?<![\w-]){option}\b", said), (words, option)


def test_there_are_commands_to_check() -> None:
    """The pattern above finds them."""
    found = {words[0] for words in commands(READMES[0].read_text("utf-8"))}
    assert {"scrub", "explain", "check", "catalogue", "policy", "consent", "outbox"} <= found


def test_targets_of_make_are_there() -> None:
    """Each ``make TARGET`` of the README."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", READMES[0].read_text("utf-8"), re.MULTILINE))
    assert {"demo", "test", "figures"} <= named <= targets


def test_names_in_the_examples_are_public() -> None:
    """``tightlip.X`` in an example is a public name, or a module that can be imported."""
    modules = {"tightlip": tightlip.__all__, "tightlip.sentry": tightlip.sentry.__all__}
    for example in code(READMES[0].read_text("utf-8"), "python"):
        for node in ast.walk(ast.parse(example)):
            if isinstance(node, ast.Attribute) and (owner := ast.unparse(node.value)) in modules:
                assert node.attr in modules[owner], ast.unparse(node)


def test_names_in_the_text_are_there() -> None:
    """`tightlip.x.y(...)` in the prose is reached by that name."""
    for name in set(re.findall(r"[`=\[(](tightlip(?:_scrubbers)?(?:\.\w+)+)", READMES[0].read_text("utf-8"))):
        parts = name.split(".")
        found: object = importlib.import_module(parts[0])
        for number, part in enumerate(parts[1:], 2):
            if not hasattr(found, part):
                importlib.import_module(".".join(parts[:number]))
            found = getattr(found, part)


def test_the_cases_of_the_readme_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As they stand there, under both promises."""
    (cases,) = (text for text in code(READMES[0].read_text("utf-8"), "yaml") if text.startswith("tightlip: 1"))
    (tmp_path / "cases.yaml").write_text(cases, "utf-8")
    assert main(["check", str(tmp_path), "--jobs", "0"]) == 0
    assert "4 passed" in capsys.readouterr().out
