"""The benchmarks give their own consent, whatever the caller's environment says; nothing leaves the process."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def own_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)
