"""What the pytest plugin was told, on the command line or in pytest's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


def option(config: pytest.Config, name: str) -> Any:
    """An option of the plugin's; None where it was given nowhere.

    Args:
        config: Of the session.
        name: As in ``--tightlip-NAME`` and ``tightlip_NAME``; the command line counts before the configuration.
    """
    given = getattr(config.option, f"tightlip_{name}")
    return config.getini(f"tightlip_{name}") or None if given is None else given


def seed_of(config: pytest.Config) -> int:
    """The seed of this run."""
    seed: int = config.option.tightlip_seed
    return seed
