"""Consent: may anything be stored or sent at all?

``DO_NOT_TRACK`` in the environment decides; else the key of the config file; else the default. Whatever is there and cannot be
understood is no consent. Nothing else counts: ``BL_ENABLE_OPENTELEMETRY`` and its like belong to another system.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Final

from tightlip.config_file import MOST_BYTES, UnreadableError, read, state

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT_VARIABLE: Final = "DO_NOT_TRACK"
#: Words that switch tracking on although the variable asks not to track (the product's terms: ``DO_NOT_TRACK=0`` enables explicitly).
_ENABLING: Final = frozenset({"0", "false", "no", "off"})
#: Words that a config file may hold in place of a boolean: PyYAML reads ``no`` as False, other readers leave the word.
_WORDS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

_OF_DEFAULT: Final = "the default"
_BLAXEL_CONFIG: Final = "~/.blaxel/config.yaml"
#: The first versions of Blaxel's SDKs whose default is off; it was on before (the product's own terms).
_BLAXEL_OFF_FROM: Final[Mapping[str, tuple[int, ...]]] = {
    "python": (0, 2, 46),
    "typescript": (0, 2, 76),
    "go": (0, 16, 1),
}
_VERSION: Final = re.compile(r"v?([0-9]{1,6}(?:\.[0-9]{1,6}){0,4})")


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether reports are allowed.

    Attributes:
        allowed: The answer.
        source: What said so, for a person to read.
        is_said: Whether the variable or the config file says it in so many words; else it follows from a default, or from something that
            cannot be understood. Only a no that is said empties the outbox.
    """

    allowed: bool
    source: str
    is_said: bool = field(default=False, compare=False)


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

    @classmethod
    def blaxel(cls, language: str, version: object) -> Consent:
        """Consent as Blaxel's terms have it: ``tracking`` in ``~/.blaxel/config.yaml``, and a default that depends on the SDK.

        Args:
            language: ``python``, ``typescript`` or ``go``.
            version: The SDK's version, as ``0.2.45`` or ``v0.16.0``. The default is on only for a released version from before the
                change. A pre-release, a build from a checkout (``0.2.45+local``, ``0.0.0-dev``) or anything else that is no plain
                version is no such release: off.

        Raises:
            ValueError: There is no SDK in that language.
        """
        off_from = _BLAXEL_OFF_FROM.get(language)
        if off_from is None:
            raise ValueError(f"no SDK in {language!r}; it is one of {', '.join(_BLAXEL_OFF_FROM)}")
        plain = _VERSION.fullmatch(version) if type(version) is str else None
        return cls(
            config=_BLAXEL_CONFIG,
            key="tracking",
            default=plain is not None and tuple(map(int, plain[1].split("."))) < off_from,
        )

    def decision(self) -> Decision:
        """Decide now: the environment is read, and the file when it has changed. Never raises an ``Exception``."""
        said = os.environ.get(ENVIRONMENT_VARIABLE, "").strip()
        if said:
            allowed = said.lower() in _ENABLING
            # Not as it was given: somebody's secret in the wrong variable is not printed back.
            return Decision(
                allowed, f"{ENVIRONMENT_VARIABLE}={'0' if allowed else '1'} in the environment", is_said=True
            )
        if self.config is not None:
            found = self._from_file(self.config)
            if found is not None:
                return found
        return Decision(self.default is True, f"{_OF_DEFAULT}, which is {'on' if self.default is True else 'off'}")

    def _from_file(self, config: str | os.PathLike[str]) -> Decision | None:
        shown = str(config)
        try:
            path = Path(config).expanduser()
            found = state(path)
            if found is None:
                return None
            if not S_ISREG(found.st_mode):
                return Decision(False, f"{shown} is no file")  # reading a pipe or a device may never end
            if found.st_size > MOST_BYTES:
                return Decision(False, f"{shown} is too large to be a config file")
            said = read(path, found, self.key)
        except UnreadableError as error:
            return Decision(False, f"{shown} cannot be read ({error.why})")
        except Exception as error:
            return Decision(False, f"{shown} cannot be read ({type(error).__name__})")
        if said is None:
            return Decision(False, f"{shown} holds no mapping")
        if not said.times:
            return None
        if said.times > 1:
            return Decision(False, f"{self.key} stands more than once in {shown}")
        value = _WORDS.get(said.value.strip().lower()) if type(said.value) is str else said.value
        if type(value) is bool:
            return Decision(
                value, f"{self.key}: {'true' if value else 'false'} in {shown} line {said.line}", is_said=True
            )
        return Decision(False, f"{self.key} in {shown} line {said.line} is neither true nor false")


def ask(
    app: str,
    config: str | os.PathLike[str],
    *,
    key: str = "tracking",
    policy_url: str | None = None,
    default: bool = False,
) -> Decision:
    """Ask the user once, at the terminal, whether reports may be sent, and keep the answer in the config file.

    For the first interactive use of a CLI, and for installers. It asks nobody who has answered, or whose environment has; and only
    where a person is: see `tightlip.consent_question`. Never raises an ``Exception``.

    Args:
        app: The program's name, as the user knows it.
        config: The config file; it is made if it is not there, and otherwise changed in place.
        key: The key that holds the answer.
        policy_url: Where the privacy policy can be read.
        default: What holds without an answer.

    Returns:
        The decision that holds now.
    """
    consent = Consent(config, key, default)
    from tightlip.consent_question import put  # noqa: PLC0415 - a process that does not ask never needs it

    before = consent.decision()
    if not before.source.startswith(_OF_DEFAULT):
        return before
    failed = put(app, consent, policy_url, ENVIRONMENT_VARIABLE)
    return consent.decision() if failed is None else Decision(False, failed)
