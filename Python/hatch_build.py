"""Tags the wheel by what is in it: a command for one platform, or Python alone."""

import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PlatformTag(BuildHookInterface):
    """Says ``py3-none-PLATFORM`` where the wheel carries the command."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Sets the tag before the wheel is written."""
        if self.target_name != "wheel" or not (Path(self.root) / "src/tfnas/_bin/tfnas").is_file():
            return
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
