"""Throwaway SDKs on disk."""

from __future__ import annotations

import importlib
import signal
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from probe import MakePackage


@pytest.fixture(scope="session", autouse=True)
def own_interrupts() -> None:
    """Ctrl-C works in the processes that tests start, also where the tests run in a shell's background, which ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests decide about consent themselves, whatever the environment of their caller says."""
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)


@pytest.fixture
def make_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakePackage]:
    made: list[str] = []

    def make(name: str, files: dict[str, str] | str, folder: Path | None = None) -> ModuleType:
        root = folder or tmp_path / "vendor"
        for path, text in ({"__init__.py": files} if isinstance(files, str) else files).items():
            file = root / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(root))
        made.append(name)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield make
    for module in list(sys.modules):
        if module.split(".", maxsplit=1)[0] in made:
            del sys.modules[module]
