"""A build hook for hatchling: the wheel of an SDK carries its catalogue.

In the SDK's ``pyproject.toml``::

    [build-system]
    requires = ["hatchling", "tightlip"]

    [tool.hatch.build.targets.wheel.hooks.tightlip]
    package = "acme"        # import name
    source = "src"          # the folder that it lies in; default: found
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from tightlip.catalogue_command import package_files
from tightlip.message.catalogue import build
from tightlip.origin.catalogued import encoded
from tightlip.origin.owners import CATALOGUE


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the catalogue to a wheel; editable installs read the source, which changes."""

    PLUGIN_NAME = "tightlip"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the catalogue and include it.

        Args:
            version: ``standard`` or ``editable``.
            build_data: Hatchling's, with ``force_include``.

        Raises:
            ValueError: The configuration names no package, or one that is not there.
        """
        if version == "editable":
            return
        package = self.config.get("package")
        if not isinstance(package, str) or not package:
            raise ValueError(
                '[tool.hatch.build.targets.wheel.hooks.tightlip] needs package = "<import name of the SDK>"'
            )
        files, _ = package_files(package, self._source(package))
        built = build(files)
        for path, why in built.unreadable.items():
            self.app.display_warning(f"tightlip: {path} is not in the catalogue: {why}")
        self._folder = tempfile.TemporaryDirectory(prefix="tightlip-")
        file = Path(self._folder.name) / CATALOGUE
        metadata: Any = self.metadata  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType] - hatchling's generic
        file.write_bytes(encoded(str(metadata.name), str(metadata.version), built.entries))
        build_data["force_include"][str(file)] = f"{package.replace('.', '/')}/{CATALOGUE}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's signature
        """Remove the draft."""
        if version != "editable":
            self._folder.cleanup()

    def _source(self, package: str) -> Path:
        root = Path(self.root)
        told = self.config.get("source")
        folders = [told] if isinstance(told, str) else [".", "src", "lib", "python"]
        for folder in folders:
            top = root.joinpath(folder, *package.split("."))
            if top.is_dir() or top.with_suffix(".py").is_file():
                return root / folder
        raise ValueError(f'package {package!r} is in none of {folders} below {root}; set source = "<folder>"')


@hookimpl
def hatch_register_build_hook() -> type[CatalogueHook]:
    """What hatchling calls to find the hook."""
    return CatalogueHook
