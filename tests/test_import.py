"""Importing tightlip does nothing but import, and the arrows between its modules go one way."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

import tightlip

ROOT = Path(__file__).resolve().parents[1]
TIGHTLIP = ROOT / "pipeline" / "tightlip"
SCRUBBERS = ROOT / "scrubbers" / "tightlip_scrubbers"

#: Bottom first: a module may import from layers below its own, and from its own package. A new module needs a place here.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"_version", "types", "text", "exact", "identity", "ink"}),
    frozenset(
        {
            "attributes",
            "deadline",
            "network_environment",
            "own_frame",
            "brief_lock",
            "interrupt_status",
            "backoff",
            "outbox_file",
            "sentry_passed",
        }
    ),
    frozenset({"loop_hooks"}),
    frozenset({"forks"}),
    # Know nothing of what an event holds.
    frozenset(
        {
            "chain",
            "capture",
            "running",
            "envelope",
            "config_file",
            "outbox",
            "worker",
            "pace",
            "process_end",
            "hooks",
            "hook",
            "guard",
            "connection",
            "rate_limits",
            "scrubbing",
            "yaml_nodes",
            "event_input",
        }
    ),
    frozenset({"config_change"}),
    frozenset({"consent_question", "transport", "claims", "seen", "sentry_scrubber"}),
    frozenset({"consent", "explanation"}),
    frozenset({"delivery"}),
    frozenset({"storing"}),
    frozenset({"origin"}),
    frozenset({"message"}),
    frozenset({"log_records"}),
    frozenset({"enrichers", "failure", "breadcrumbs", "creations"}),
    # What an event holds: the form of a table, the table that every policy has, and the map for applications.
    frozenset({"event_notes"}),
    frozenset({"event_tree"}),
    frozenset({"concurrency", "allowlist", "explain"}),
    frozenset({"event_forms"}),
    frozenset({"event_ids", "event_routes", "event_values", "event_tags"}),
    frozenset({"event_frames", "event_headers"}),
    frozenset({"event_contexts"}),
    frozenset({"event_map"}),
    frozenset({"policy_fields", "policy_scrubber", "own_rules"}),
    frozenset({"taken"}),
    frozenset({"scrub", "policy"}),
    frozenset({"fact_table"}),
    frozenset({"fact_declarations"}),
    frozenset({"notice", "sentry_event", "facts", "fact_file", "policy_file", "reasons"}),
    frozenset({"left_out"}),
    frozenset({"replayed", "terminal", "sentry_rows", "result_files", "sealed_page"}),
    frozenset({"foreign", "stages"}),
    frozenset({"sentry_items", "sentry_crumbs"}),
    frozenset({"sentry_envelopes"}),
    frozenset({"reporter", "explain_event"}),
    frozenset({"sentry_client"}),
    frozenset({"sentry"}),
    frozenset({"__init__", "explain_page"}),
    frozenset(
        {
            "adapters",
            "suite",
            "demo",
            "catalogue_command",
            "scrub_command",
            "explain_command",
            "consent_command",
            "outbox_command",
        }
    ),
    frozenset({"cli", "hatch_build"}),
    frozenset({"__main__"}),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

_OBSERVED = """
import atexit, json, sys, threading, warnings

seen = []

def audit(event, args):
    if event == "open":
        seen.append([event, str(args[0]), str(args[1])])
    elif event.startswith(("socket.", "subprocess.", "sqlite3.", "os.fork", "os.system", "_thread.", "signal.", "shutil.", "tempfile.")):
        seen.append([event, "", ""])

def state():
    return {
        "excepthook": id(sys.excepthook),
        "threading": id(threading.excepthook),
        "unraisable": id(sys.unraisablehook),
        "displayhook": id(sys.displayhook),
        "atexit": atexit._ncallbacks(),
        "filters": repr(warnings.filters),
        "threads": len(sys._current_frames()),
        "trace": repr((sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile())),
        "recursion": sys.getrecursionlimit(),
        "path": list(sys.path),
        "meta_path": [repr(type(finder)) for finder in sys.meta_path],
    }

before, loaded = state(), set(sys.modules)
sys.addaudithook(audit)
import tightlip
print(json.dumps({"before": before, "after": state(), "new": sorted(set(sys.modules) - loaded), "seen": seen}))
"""


@pytest.fixture(scope="module")
def observed() -> dict[str, Any]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(TIGHTLIP.parent), str(SCRUBBERS.parent)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", _OBSERVED], capture_output=True, text=True, env=environment, check=True
    )
    assert found.stderr == ""
    loaded = json.loads(found.stdout)
    assert isinstance(loaded, dict)
    return loaded


def test_import_changes_no_state_of_the_process(observed: dict[str, Any]) -> None:
    """Hooks, exit callbacks, warning filters, threads, tracing, recursion limit and import paths are as they were."""
    assert observed["after"] == observed["before"]


def test_import_opens_nothing_but_modules(observed: dict[str, Any]) -> None:
    """Every file that is opened is a module's, for reading; no socket, process, thread or database is."""
    for event, path, mode in observed["seen"]:
        assert event == "open"
        assert path.endswith((".py", ".pyc", ".so", ".pyd")), path
        assert mode in ("r", "rb"), (path, mode)


@pytest.mark.parametrize(
    "name",
    ["sentry_sdk", "structlog", "yaml", "urllib3", "click", "certifi", "asyncio", "logging", "socket", "ssl", "http", "email", "multiprocessing",
     "concurrent", "importlib.metadata", "tempfile", "unittest", "subprocess"],
)  # fmt: skip
def test_import_leaves_heavy_modules_alone(observed: dict[str, Any], name: str) -> None:
    """No dependency and no heavy part of the standard library is imported before it is needed."""
    assert name not in observed["new"]


def test_import_loads_the_standard_library_and_itself_only(observed: dict[str, Any]) -> None:
    """What is loaded is tightlip, without its scrubbers, and the standard library; of the larger modules there it is sqlite3 and ast."""
    tops = {module.split(".")[0] for module in observed["new"]}
    assert {name for name in tops if name not in sys.stdlib_module_names} == {"tightlip"}
    assert {"sqlite3", "ast"} <= tops


def _modules(folder: Path) -> dict[str, Path]:
    """Dotted names below the package, ``__init__`` for itself, and their files."""
    found: dict[str, Path] = {}
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder).with_suffix("").parts
        if "fixtures" in parts:
            continue  # sample code that the package carries
        name = ".".join(parts).removesuffix(".__init__")
        found[name] = file
    return found


def _imports(file: Path, *, typing_too: bool) -> set[str]:
    """Dotted names that a file imports, wherever the import stands; ``from a import b`` counts as ``a.b``."""
    found: set[str] = set()
    tree = ast.parse(file.read_bytes())
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING"
            and not typing_too
        ):
            skipped.update(id(inner) for statement in node.body for inner in ast.walk(statement))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import hides which way the arrow goes"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def _arrows(*, typing_too: bool) -> dict[str, set[str]]:
    modules = _modules(TIGHTLIP)
    arrows: dict[str, set[str]] = {}
    for name, file in modules.items():
        arrows[name] = set()
        for imported in _imports(file, typing_too=typing_too):
            top, _, inner = imported.partition(".")
            if top != "tightlip":
                continue
            # The longest prefix that is a module: what follows it is a name in that module.
            while inner and inner not in modules:
                inner = inner.rpartition(".")[0]
            if inner != name:
                arrows[name].add(inner or "__init__")
    return arrows


def test_every_module_has_its_layer() -> None:
    """A module that the table does not know has no business being there."""
    assert {name.split(".")[0] for name in _modules(TIGHTLIP)} <= set(RANK)


def test_arrows_go_one_way() -> None:
    """A module imports from lower layers, or from its own package, also for type checking only."""
    wrong = [
        f"{name} -> {target}"
        for name, targets in _arrows(typing_too=True).items()
        for target in targets
        if (source := name.split(".")[0]) != (aim := target.split(".")[0]) and RANK[aim] >= RANK[source]
    ]
    assert wrong == []


def test_no_module_imports_itself_in_a_circle() -> None:
    """The imports that run form no cycle, inside the packages neither."""
    order = list(TopologicalSorter(_arrows(typing_too=False)).static_order())
    assert order.index("text") < order.index("reporter") < order.index("__init__")


def test_the_bottom_imports_nothing_of_ours() -> None:
    """Types, text and the stages that do I/O or take the snapshot stand on their own, but for questions about exact types."""
    arrows = _arrows(typing_too=False)
    for name in ("types", "text", "_version", "capture", "config_file", "outbox", "worker", "hooks", "guard", "chain"):
        assert arrows[name] <= {"exact", "own_frame", "brief_lock", "loop_hooks", "outbox_file", "forks"}, name


def test_scrubbers_use_the_standard_library_only() -> None:
    """``tightlip_scrubbers`` imports itself and the standard library, and never tightlip."""
    for file in SCRUBBERS.rglob("*.py"):
        for imported in _imports(file, typing_too=True):
            top = imported.split(".")[0]
            assert top == "tightlip_scrubbers" or top in sys.stdlib_module_names, (file.name, imported)


def test_scrubbers_load_without_tightlip() -> None:
    """They can be used where tightlip is not even there."""
    code = "import sys, tightlip_scrubbers; print(tightlip_scrubbers.scrub_text('ok'), 'tightlip' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(SCRUBBERS.parent)},
    )
    assert (found.stdout, found.stderr) == ("ok False\n", "")


def test_names_that_are_loaded_late_have_types() -> None:
    """Each public name of `tightlip.sentry` is imported for type checkers from the module that gives it, and no ``__getattr__`` hides it."""
    tree = ast.parse((TIGHTLIP / "sentry.py").read_bytes())
    seen = {
        alias.name: node.module
        for branch in tree.body
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING"
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == tightlip.sentry._MADE_IN
    assert sorted(seen) == tightlip.sentry.__all__ == dir(tightlip.sentry)
    assert "__getattr__" not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name, module in seen.items():
        assert getattr(tightlip.sentry, name).__module__ == module


@pytest.mark.parametrize("folder", [TIGHTLIP, SCRUBBERS], ids=lambda folder: str(folder.name))
def test_packages_are_typed(folder: Path) -> None:
    """Both packages carry the marker that tells type checkers to read them (PEP 561)."""
    assert (folder / "py.typed").is_file()


_STRICT_REPORT = """
import sys, tightlip, probe_sdk

reporter = tightlip.Reporter(
    "probe_sdk", [], release="probe@1.2", commit="9f2c1d0", environment="production", workspace="team-blue", outbox=False,
    consent=tightlip.Consent(default=True), policy=getattr(tightlip, sys.argv[1]),
)
probe_sdk.REPORTER = reporter
try:
    probe_sdk.fail("s3cr3tcanary")
except ValueError as error:
    assert reporter.capture(error) is not None
assert reporter.close(60)
assert reporter.stats() == {"captured": 1, "stored": 1}, reporter.stats()
print(any(name.startswith("tightlip_scrubbers") for name in sys.modules))
"""


@pytest.mark.parametrize(("policy", "are_loaded"), [("STRICT", False), ("STRICT_UNREAD", False), ("APP", True)])
def test_a_report_without_plain_text_loads_no_patterns(tmp_path: Path, policy: str, are_loaded: bool) -> None:
    """Hundreds of them take longer to make than all the rest of a process's first report, and its end would wait for that."""
    (tmp_path / "probe_sdk.py").write_text(
        "def fail(name):\n"
        "    REPORTER.add_breadcrumb(f'look for {name}', number=1)\n"
        "    raise ValueError(f'no record called {name!r}')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(tmp_path)]), "DO_NOT_TRACK": "0"}
    found = subprocess.run(
        [sys.executable, "-c", _STRICT_REPORT, policy],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (found.stdout, found.stderr) == (f"{are_loaded}\n", "")
