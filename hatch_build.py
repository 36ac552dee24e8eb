"""Puts corpora/ and models/ into the wheel; an editable install finds them in the repository."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipData(BuildHookInterface):
    """Adds the data folders to a standard wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Force the folders in, unless the build is for an editable install."""
        if version == "standard":
            for folder in ("corpora", "models"):
                build_data["force_include"][str(Path(self.root, folder))] = f"policynlp/{folder}"
