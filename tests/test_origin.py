"""Ownership: whose file, whose code, whose class. What is not proved is the application's."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import os
import sys
import sysconfig
import types
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from probe import failure, last_value, reporter_for

from tightlip.capture import snapshot
from tightlip.origin.attribution import line_at
from tightlip.origin.classes import trusted_class
from tightlip.origin.owners import Owners
from tightlip.origin.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probe import MakePackage

FAIL = "def fail(x):\n    raise ValueError(f'no {x}')\n"


def install(
    site: Path, distribution: str, files: dict[str, str], *, requires: tuple[str, ...] = (), record: bool = True
) -> None:
    """What an installer leaves behind: files, and a RECORD with their hashes."""
    rows: list[str] = []
    for path, text in files.items():
        file = site / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text)}")
    info = site / f"{distribution.replace('-', '_')}-1.2.3.dist-info"
    info.mkdir(parents=True)
    needed = "".join(f"Requires-Dist: {name}\n" for name in requires)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2.3\n{needed}")
    if record:
        (info / "RECORD").write_text("\n".join([*rows, f"{info.name}/METADATA,,", f"{info.name}/RECORD,,"]) + "\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "env" / "site-packages"
    folder.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if name.startswith(("osdk", "odep", "oprivate", "ospace")):
            del sys.modules[name]


def load(name: str) -> types.ModuleType:
    importlib.invalidate_caches()
    return importlib.import_module(name)


def owner(owners: Owners, file: str | Path) -> tuple[str, str, str] | None:
    place = owners.place(str(file))
    return None if place is None else (place.owner, place.name, place.module)


def test_an_installed_package_is_known_by_its_file_list(site: Path) -> None:
    """Files in RECORD are the SDK's; one that somebody put beside them is not."""
    install(site, "osdk-dist", {"osdk/__init__.py": FAIL, "osdk/inner/deep.py": "", "osdk_other.py": ""})
    (site / "osdk" / "patched_in.py").write_text(FAIL)
    owners = Owners(["osdk"])
    assert owner(owners, site / "osdk/__init__.py") == ("sdk", "osdk", "osdk")
    assert owner(owners, site / "osdk/inner/deep.py") == ("sdk", "osdk", "osdk.inner.deep")
    assert owner(owners, site / "osdk/patched_in.py") is None
    assert owner(owners, site / "osdk_other.py") is None
    assert owners.version() == "1.2.3"


def test_a_private_package_beside_the_sdk_is_application(site: Path) -> None:
    """Living in site-packages proves nothing."""
    install(site, "osdk-dist", {"osdk/__init__.py": "def call(f): return f()\n"})
    install(
        site,
        "oprivate",
        {"oprivate/__init__.py": "def fail():\n    raise ValueError('internal words of a customer')\n"},
    )
    sdk, private = load("osdk"), load("oprivate")
    reporter = reporter_for("osdk")
    assert reporter.preview(failure(sdk.call, private.fail)) is None
    assert reporter.preview(failure(private.fail)) is None


def test_a_plugin_that_installs_into_the_package_is_application(site: Path) -> None:
    """Another distribution may list files below the SDK's folder: they are its own."""
    install(site, "osdk-dist", {"osdk/__init__.py": ""})
    install(site, "osdk-private-plugin", {"osdk/plugins/mine.py": FAIL})
    assert owner(Owners(["osdk"]), site / "osdk/plugins/mine.py") is None


def test_a_file_that_lacks_its_recorded_hash_is_nobodys(site: Path) -> None:
    """Edited after the installation: no name, no line, no template of it leaves."""
    install(site, "osdk-dist", {"osdk/__init__.py": FAIL})
    (site / "osdk/__init__.py").write_text("def fail(x):\n    raise ValueError(f'edited by a customer {x}')\n")
    assert reporter_for("osdk").preview(failure(load("osdk").fail, 1)) is None


def test_a_file_that_changed_since_it_was_imported_is_nobodys(make_package: MakePackage) -> None:
    """Its lines no longer say what ran."""
    module = make_package("probe_stale", FAIL)
    assert module.__file__ is not None
    Path(module.__file__).write_text("# a new first line\n" + FAIL)
    assert reporter_for("probe_stale").preview(failure(module.fail, 1)) is None


def test_code_compiled_under_the_sdks_file_name_is_nobodys(make_package: MakePackage) -> None:
    """A claim in ``co_filename`` is checked against the file."""
    module = make_package("probe_forged", FAIL)
    forged = compile("def s3cr3t_name(x):\n    raise ValueError(f's3cr3t {x}')\n", str(module.__file__), "exec")
    space: dict[str, types.FunctionType] = {}
    exec(forged, space)
    assert reporter_for("probe_forged").preview(failure(space["s3cr3t_name"], 1)) is None


def test_a_forged_line_table_changes_no_line(make_package: MakePackage) -> None:
    """Names and lines come from our own compilation."""
    module = make_package("probe_lines", FAIL)
    real: types.FunctionType = module.fail
    forged = types.FunctionType(real.__code__.replace(co_firstlineno=4111), real.__globals__)
    assert reporter_for("probe_lines").preview(failure(forged, 1)) is None
    exc = failure(real, 1)
    assert exc.__traceback__ is not None
    inner = exc.__traceback__.tb_next
    assert inner is not None
    exc.__traceback__ = types.TracebackType(None, inner.tb_frame, inner.tb_lasti, 4111)
    frame = last_value(reporter_for("probe_lines").preview(exc))["stacktrace"]["frames"][-1]
    assert frame["lineno"] == 2


def test_a_vendored_package_is_known_by_its_search_locations(make_package: MakePackage, tmp_path: Path) -> None:
    """Without a RECORD, the package's real folder decides; its neighbours and look-alikes are application."""
    make_package("probe_vendored", {"__init__.py": "", "sub/mod.py": ""})
    owners = Owners(["probe_vendored"])
    root = tmp_path / "vendor"
    assert owner(owners, root / "probe_vendored/sub/mod.py") == ("sdk", "probe_vendored", "probe_vendored.sub.mod")
    for lookalike in (
        "probe_vendored_ext/x.py",
        "app/probe_vendored/x.py",
        "probe_vendored.py",
        "probe_vendored/.venv/lib/site-packages/x.py",
    ):
        assert owner(owners, root / lookalike) is None, lookalike


def test_an_editable_install_is_known_by_its_folder(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PEP 610: the distribution names the project folder, whose requirements and version count."""
    project = tmp_path / "checkout"
    (project / "osdk").mkdir(parents=True)
    (project / "osdk/__init__.py").write_text(FAIL)
    install(site, "odep", {"odep/__init__.py": ""})
    install(site, "osdk-dist", {}, requires=("odep",))
    info = site / "osdk_dist-1.2.3.dist-info"
    (info / "direct_url.json").write_text(json.dumps({"url": project.as_uri(), "dir_info": {"editable": True}}))
    monkeypatch.syspath_prepend(str(project))
    owners = Owners(["osdk"])
    assert owner(owners, project / "osdk/__init__.py") == ("sdk", "osdk", "osdk")
    assert owner(owners, site / "odep/__init__.py") == ("dependency", "odep", "odep")
    assert owners.version() == "1.2.3"


def test_dependencies_are_followed_to_the_end(site: Path) -> None:
    """Requires-Dist, its extras and its requirements; nothing that is merely installed."""
    install(site, "osdk-dist", {"osdk/__init__.py": ""}, requires=("odep-a>=1", 'odep-extra; extra == "fast"'))
    install(site, "odep-a", {"odep_a.py": ""}, requires=("odep-b[x]",))
    install(site, "odep-b", {"odep_b.py": ""}, requires=('odep-x; extra == "x"', 'odep-y; extra == "y"', "odep-a"))
    for name in ("odep-x", "odep-y", "odep-extra", "odep-none"):
        install(site, name, {name.replace("-", "_") + ".py": ""})
    found = {name for name in Owners(["osdk"]).dependencies() if name.startswith("odep")}
    assert found == {"odep-a", "odep-b", "odep-x", "odep-extra"}
    declared = {name for name in Owners(["osdk"], ["odep-b"]).dependencies() if name.startswith("odep")}
    assert declared == {"odep-b", "odep-a", "odep-x"}


def test_a_namespace_package_is_the_portion_that_is_installed(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One distribution: its files. A customer's portion elsewhere: by its own file list, so not the SDK's."""
    install(site, "ospace-core", {"ospace/core/__init__.py": FAIL})
    owners = Owners(["ospace.core"])
    assert owner(owners, site / "ospace/core/__init__.py") == ("sdk", "ospace.core", "ospace.core")
    (tmp_path / "app/ospace/mine").mkdir(parents=True)
    (tmp_path / "app/ospace/mine/__init__.py").write_text(FAIL)
    monkeypatch.syspath_prepend(str(tmp_path / "app"))
    assert owner(Owners(["ospace.core"]), tmp_path / "app/ospace/mine/__init__.py") is None


@pytest.mark.parametrize("marker", ["", "__init__.py"])
def test_of_a_shared_namespace_nothing_is_the_sdks(marker: str, site: Path) -> None:
    """Several distributions share it, in the new style or the old: which one is the SDK? A count says so."""
    shared = {f"ospace/{marker}": ""} if marker else {}
    install(site, "ospace-core", {**shared, "ospace/core.py": FAIL})
    install(site, "ospace-private", {**shared, "ospace/private.py": FAIL})
    assert owner(Owners(["ospace"]), site / "ospace/private.py") is None
    reporter = reporter_for("ospace")
    reporter.capture(failure(load("ospace.core").fail, 1))
    reporter.flush(60)
    assert reporter.stats()["dropped.origin.package not proved"] == 1
    assert last_value(reporter_for("ospace.core").preview(failure(load("ospace.core").fail, 1)))["value"] == "no {x}"


def test_a_customers_portion_of_a_namespace_is_application(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any folder on ``sys.path`` can be a portion of a namespace package."""
    install(site, "ospace", {"ospace/core.py": FAIL})
    (tmp_path / "app/ospace").mkdir(parents=True)
    (tmp_path / "app/ospace/private.py").write_text(FAIL)
    monkeypatch.syspath_prepend(str(tmp_path / "app"))
    owners = Owners(["ospace"])
    assert owner(owners, site / "ospace/core.py") == ("sdk", "ospace", "ospace.core")
    assert owner(owners, tmp_path / "app/ospace/private.py") is None


def test_a_vendoring_customers_project_lends_nothing(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK vendored in a customer's own editable project: neither its version nor its requirements are the SDK's."""
    project = tmp_path / "megacorp"
    (project / "osdk").mkdir(parents=True)
    (project / "osdk/__init__.py").write_text(FAIL)
    install(site, "oprivate", {"oprivate/__init__.py": FAIL})
    install(site, "megacorp", {}, requires=("oprivate",))
    info = site / "megacorp-1.2.3.dist-info"
    (info / "direct_url.json").write_text(json.dumps({"url": project.as_uri(), "dir_info": {"editable": True}}))
    monkeypatch.syspath_prepend(str(project))
    owners = Owners(["osdk"])
    assert owners.version() is None
    assert owner(owners, site / "oprivate/__init__.py") is None
    assert owner(owners, project / "osdk/__init__.py") == ("sdk", "osdk", "osdk")


def test_an_appended_search_path_is_not_the_sdks(make_package: MakePackage, tmp_path: Path) -> None:
    """``acme.__path__.append(plugins)``: the folder of the package's own ``__init__`` counts, no other."""
    module = make_package("probe_path", "")
    (tmp_path / "plugins").mkdir()
    module.__path__.append(str(tmp_path / "plugins"))
    assert owner(Owners(["probe_path"]), tmp_path / "plugins/private.py") is None


def test_a_file_name_of_a_class_of_its_own_is_nobodys(make_package: MakePackage) -> None:
    """A ``str`` subclass as ``co_filename`` brings methods of its own; none is called."""
    module = make_package("probe_name", FAIL)

    class Name(str):
        __slots__ = ()

        def startswith(self, *_args: object) -> bool:
            raise AssertionError("asked")

    assert owner_of_name(Name(str(module.__file__))) is None


def owner_of_name(name: str) -> object:
    return Owners(["probe_name"]).place(name)


def test_a_users_file_in_the_standard_librarys_folder_is_nobodys() -> None:
    """``sitecustomize.py`` lives there, and is the user's."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    assert owner(Owners(["httpx"]), stdlib / "sitecustomize.py") is None


def test_symlinks_neither_lend_nor_hide_ownership(make_package: MakePackage, tmp_path: Path) -> None:
    """Real paths are compared."""
    make_package("probe_linked", {"__init__.py": "", "mod.py": ""})
    package = tmp_path / "vendor/probe_linked"
    (tmp_path / "other").mkdir()
    (tmp_path / "other/customer.py").write_text(FAIL)
    (package / "plugins").symlink_to(tmp_path / "other")
    (tmp_path / "alias").symlink_to(package)
    owners = Owners(["probe_linked"])
    assert owner(owners, package / "plugins/customer.py") is None
    assert owner(owners, tmp_path / "alias/mod.py") == ("sdk", "probe_linked", "probe_linked.mod")


def test_a_zipped_package_is_read_through_its_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zip imports: same ownership, same templates."""
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("probe_zipped/__init__.py", FAIL)
        bundle.writestr("customer/__init__.py", FAIL)
    monkeypatch.syspath_prepend(str(archive))
    module, customer = load("probe_zipped"), load("customer")
    try:
        reporter = reporter_for("probe_zipped")
        assert last_value(reporter.preview(failure(module.fail, "s3cr3t")))["value"] == "no {x}"
        assert reporter.preview(failure(customer.fail, "s3cr3t")) is None
    finally:
        del sys.modules["probe_zipped"], sys.modules["customer"]


def test_the_standard_library_is_not_what_is_installed_into_it() -> None:
    """``site-packages`` lies inside the standard library's folder."""
    owners = Owners(["httpx"])
    stdlib = Path(sysconfig.get_path("stdlib"))
    assert owner(owners, stdlib / "json/decoder.py") == ("stdlib", "stdlib", "json.decoder")
    assert owner(owners, stdlib / "site-packages/anything.py") is None
    assert owner(owners, "<frozen importlib._bootstrap>") == ("stdlib", "stdlib", "importlib._bootstrap")
    for nobody in ("<string>", "<stdin>", "<frozen customer.module>", "<template>", ""):
        assert owner(owners, nobody) is None, nobody


def test_instrumentation_decides_nothing() -> None:
    """Frames of packages that wrap others' functions are transparent, whatever the SDK requires."""
    sentry = importlib.import_module("sentry_sdk")
    assert sentry.__file__ is not None
    assert owner(Owners(["click"]), sentry.__file__) == ("dependency", "sentry-sdk", "sentry_sdk")


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("no_such_package_anywhere", "cannot be imported"),
        ("sys", "no Python source"),
        ("not-a-name", "no import name"),
        ("", "no import name"),
        ("json.no_such_module", "cannot be imported"),
    ],
)
def test_a_package_that_cannot_be_reported_on_is_a_clear_error(package: str, words: str) -> None:
    """The error names the package and says what to give instead."""
    with pytest.raises(ValueError, match=words) as caught:
        Owners([package])
    assert repr(package) in str(caught.value)


# Classes


def test_a_static_class_of_the_sdk_is_named(make_package: MakePackage) -> None:
    """Module and qualified name, nested too."""
    module = make_package("probe_classes", "class Error(Exception):\n    class Inner(Exception): pass\n")
    sources = Sources(Owners(["probe_classes"]))
    named = trusted_class(module.Error.Inner, sources)
    assert (named.module, named.qualname, named.exact) == ("probe_classes", "Error.Inner", True)


@pytest.mark.parametrize("how", ["type()", "renamed", "moved", "planted", "local", "application"])
def test_a_name_that_is_data_is_not_named(how: str, make_package: MakePackage) -> None:
    """Dynamic, renamed, planted and foreign classes are named by their nearest trusted base."""
    module = make_package("probe_dynamic", "class Error(Exception): pass\nclass Other(Error): pass\n")
    made = type("S3cr3tName", (module.Error,), {"__module__": "probe_dynamic"})
    if how == "renamed":
        made = module.Other
        made.__name__ = made.__qualname__ = "S3cr3tName"
    elif how == "moved":
        made = module.Other
        made.__module__ = "s3cr3t.module"
    elif how == "planted":
        vars(module)["S3cr3tName"] = made
    elif how == "local":

        class S3cr3tName(module.Error):  # type: ignore[name-defined,misc]
            pass

        made = S3cr3tName
    elif how == "application":
        made = type("S3cr3tName", (module.Error,), {})
    named = trusted_class(made, Sources(Owners(["probe_dynamic"])))
    assert (named.module, named.qualname, named.exact) == ("probe_dynamic", "Error", False)


def test_the_interpreters_classes_are_named() -> None:
    """Builtins, the standard library's, C extensions', and a dependency's binary ones."""
    import ssl

    import pydantic_core

    sources = Sources(Owners(["pydantic"]))
    for cls, expected in (
        (ExceptionGroup, "builtins.ExceptionGroup"),
        (FileNotFoundError, "builtins.FileNotFoundError"),
        (json.JSONDecodeError, "json.decoder.JSONDecodeError"),
        (ssl.SSLError, "ssl.SSLError"),
        (pydantic_core.ValidationError, "pydantic_core._pydantic_core.ValidationError"),
    ):
        named = trusted_class(cls, sources)
        assert f"{named.module}.{named.qualname}" == expected


def test_no_metaclass_code_runs(make_package: MakePackage) -> None:
    """A metaclass that raises on every question is not asked."""
    module = make_package("probe_meta", "class Error(Exception): pass\n")

    class Meta(type):
        def __getattribute__(cls, name: str) -> object:
            raise RuntimeError(name)

        def mro(cls) -> list[type]:
            return type.mro(cls)

    made = Meta("S3cr3t", (module.Error,), {})
    assert trusted_class(made, Sources(Owners(["probe_meta"]))).qualname == "Error"


# Sources


def test_the_compilers_warnings_stay_off_the_hosts_stderr(
    make_package: MakePackage, capsys: pytest.CaptureFixture[str]
) -> None:
    """A vendor's invalid escape neither prints nor raises under ``-W error``, and the filters are as they were."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = make_package("probe_warns", 'X = "\\d"\n' + FAIL)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = list(warnings.filters)
        assert last_value(reporter_for("probe_warns").preview(failure(module.fail, 1)))["value"] == "no {x}"
        assert list(warnings.filters) == before
    assert capsys.readouterr().err == ""


def test_lines_come_from_the_code_object() -> None:
    """An offset outside the code has no line."""
    link = snapshot(failure(load("json").loads, "{")).links[0]
    code = link.frames[-1].code
    assert line_at(code, link.frames[-1].offset) > code.co_firstlineno
    assert line_at(code, 1_000_000) == 0
    assert line_at(code, -5) == 0


def test_relative_file_names_do_not_depend_on_luck(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A name that resolves to the SDK's file only from another folder is application from this one."""
    make_package("probe_relative", FAIL)
    monkeypatch.chdir(tmp_path)
    owners = Owners(["probe_relative"])
    assert owner(owners, os.path.join("probe_relative", "__init__.py")) is None  # noqa: PTH118
