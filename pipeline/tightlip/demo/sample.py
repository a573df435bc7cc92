"""Where the sample SDK and the sample application are, and the environment that they run in."""

from __future__ import annotations

import importlib.util
import os
import shutil
import site
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).resolve().parent
#: Variables of the caller's that would change what the application or the two reporters do.
_NOT_INHERITED = ("ACME_", "SENTRY_", "XDG_")


class NoSample(Exception):  # noqa: N818 - it reads as what is wrong
    """The sample SDK and application are not where they should be."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The folders that hold the packages ``acme`` (the SDK) and ``harbour`` (the application)."""

    sdk: Path
    app: Path

    def copied(self, folder: Path) -> Sample:
        """A copy in ``folder``, so that neither tightlip's own folder nor its list of files says whose the packages are."""
        copy = Sample(folder / self.sdk.name, folder / self.app.name)
        for source, target in ((self.sdk, copy.sdk), (self.app, copy.app)):
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        return copy

    def environment(self, caller: Mapping[str, str], folder: Path) -> dict[str, str]:
        """The environment of a process that runs the application.

        Args:
            caller: The environment to start from.
            folder: An empty folder: home, temporary files and outbox are put there.
        """
        home = folder / "home"
        kept = {name: value for name, value in caller.items() if not name.upper().startswith(_NOT_INHERITED)}
        inherited = [str(Path(entry).resolve()) for entry in caller.get("PYTHONPATH", "").split(os.pathsep) if entry]
        return kept | {
            "ACME_OUTBOX": str(folder / "outbox.sqlite3"),
            "DO_NOT_TRACK": "0",  # consent of this process, to itself
            "HOME": str(home),
            "USERPROFILE": str(home),
            "TMPDIR": str(folder),
            "PYTHONPATH": os.pathsep.join([str(self.sdk), str(self.app), *_ours(), *inherited]),
            "PYTHONUSERBASE": site.getuserbase(),  # it hangs on HOME
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
        }


def find() -> Sample:
    """The sample: in an installed wheel beside this module, in a checkout at its top.

    Raises:
        NoSample: It is in neither place.
    """
    places = (_HERE / "fixtures", _HERE.parents[2] / "fixtures")
    for place in places:
        found = Sample(place / "acme_sdk", place / "acme_app")
        if (found.sdk / "acme").is_dir() and (found.app / "harbour").is_dir():
            return found
    looked = " nor in ".join(str(place) for place in places)
    raise NoSample(
        f"the sample SDK and application are neither in {looked}; install tightlip from a wheel or run it from a checkout"
    )


def _ours() -> list[str]:
    """The folders that tightlip is imported from, unless every interpreter of this installation looks there anyway."""
    always = {Path(path).resolve() for path in sysconfig.get_paths().values()} | {
        Path(site.getusersitepackages()).resolve()
    }
    found: list[str] = []
    for package in ("tightlip", "tightlip_scrubbers"):
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            folder = Path(spec.origin).resolve().parent.parent
            if folder not in always and str(folder) not in found:
                found.append(str(folder))
    return found
