"""Consent: may anything be stored or sent at all?

``DO_NOT_TRACK`` in the environment decides; else the key of the config file; else the default. Whatever is there and cannot be
understood is no consent.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import Final

from tightlip.exact import is_dict

ENVIRONMENT_VARIABLE: Final = "DO_NOT_TRACK"
#: Words that switch tracking on although the variable asks not to track (the product's terms: ``DO_NOT_TRACK=0`` enables explicitly).
_ENABLING: Final = frozenset({"0", "false", "no", "off"})
#: Words that a config file may hold in place of a boolean: PyYAML reads ``no`` as False, other readers leave the word.
_WORDS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
#: A config file is small; a larger one is not read in a host that is failing.
_MOST_BYTES: Final = 64_000


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether reports are allowed, and what said so, for a person to read."""

    allowed: bool
    source: str


@dataclass(frozen=True, slots=True)
class Consent:
    """Where consent is looked up.

    Args:
        config: The user's config file (YAML), ``~`` allowed; None for none.
        key: The top-level key that holds a boolean.
        default: What holds when neither the environment nor the file says anything.
    """

    config: str | os.PathLike[str] | None = None
    key: str = "tracking"
    default: bool = False

    def decision(self) -> Decision:
        """Decide now: the environment is read, and the file when it has changed. Never raises an ``Exception``."""
        said = os.environ.get(ENVIRONMENT_VARIABLE, "").strip()
        if said:
            allowed = said.lower() in _ENABLING
            return Decision(allowed, f"{ENVIRONMENT_VARIABLE}={'0' if allowed else '1'} in the environment")
        if self.config is not None:
            found = self._from_file(self.config)
            if found is not None:
                return found
        return Decision(self.default is True, f"the default, which is {'on' if self.default is True else 'off'}")

    def _from_file(self, config: str | os.PathLike[str]) -> Decision | None:
        shown = str(config)
        try:
            path = Path(config).expanduser()
            state = _state(path)
            if state is None:
                return None
            if not S_ISREG(state.st_mode):
                return Decision(False, f"{shown} is no file")  # reading a pipe or a device may never end
            if state.st_size > _MOST_BYTES:
                return Decision(False, f"{shown} is too large to be a config file")
            loaded = _values(
                str(path), (state.st_dev, state.st_ino, state.st_mtime_ns, state.st_ctime_ns, state.st_size), self.key
            )
        except Exception as error:
            return Decision(False, f"{shown} cannot be read ({type(error).__name__})")
        if loaded is None:
            return Decision(False, f"{shown} holds no mapping")
        if not loaded:
            return None
        if len(loaded) > 1:
            return Decision(False, f"{self.key} stands more than once in {shown}")
        value: object = next(iter(loaded))
        if type(value) is str:
            value = _WORDS.get(value.strip().lower())
        if type(value) is bool:
            return Decision(value, f"{self.key}: {'true' if value else 'false'} in {shown}")
        return Decision(False, f"{self.key} in {shown} is neither true nor false")


def _state(path: Path) -> os.stat_result | None:
    """The state of the file, None if there is none."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise  # it was put elsewhere, and what it says cannot be known
        return None


@lru_cache(maxsize=8)
def _values(path: str, _state: tuple[int, ...], key: str) -> tuple[object, ...] | None:
    """What ``key`` is given at the top of a YAML file, once for each time it stands there; None where there is no mapping.

    Read again when the file, its time or its size changes; the inode counts, since some tools give every file one time.
    """
    import yaml  # noqa: PLC0415 - import tightlip stays cheap

    text = Path(path).read_text(encoding="utf-8-sig")
    loaded: object = yaml.safe_load(text)
    if loaded is None:
        return ()
    if not is_dict(loaded):
        return None
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    times = sum(name.value == key for name, _ in node.value) if isinstance(node, yaml.MappingNode) else 0
    # PyYAML takes the last of several silently; other readers refuse the file. (None of them: it came by a merge key.)
    return (loaded[key],) * max(times, 1) if key in loaded else ()
