"""Puts into the wheel what is made of the code: the manual pages and the completions (docs/manual.py)."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Manual(BuildHookInterface):  # type: ignore[type-arg]
    """Runs docs/manual.py. In an editable installation nobody looks for manual pages."""

    def dependencies(self) -> list[str]:
        """To run the code takes what the code needs."""
        found: list[str] = self.metadata.core.dependencies
        return found

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel is made."""
        if version == "editable":
            return
        root = Path(self.root)
        made = root / "build" / "share"
        path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH", ""))))
        command = [sys.executable, str(root / "docs" / "manual.py"), str(made)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path})  # noqa: S603 - a script of ours
        for part in ("man1", "man5", "completion"):
            build_data["force_include"][str(made / part)] = f"mdwatch/share/{part}"
