"""Takes the pictures of the operators' page that the README shows: `python -m tests.system.screenshots`.

The page is that of the demonstration, with the daemon at work on it.
"""

import tempfile
from pathlib import Path
from typing import Final

from mdwatch import demo
from tests.system.chromium import chromium
from tests.system.daemons import running
from tests.worlds import World

DOCS: Final = Path(__file__).parents[2] / "docs"

# Name, path, width and height in CSS pixels, light or dark.
PICTURES: Final = (
    ("overview", "/", 1100, 860, "light"),
    ("overview-dark", "/", 1100, 860, "dark"),
    ("ie", "/ies/IE1001", 1100, 860, "light"),
    ("errors", "/errors", 1100, 700, "light"),
    ("set", "/set/new?definition=dc:title+~+a&spec=all", 1100, 860, "dark"),
    ("phone", "/", 360, 720, "light"),
)


class Demonstration(World):
    """The demonstration as a world that the daemon of the tests runs over."""

    def __init__(self, root: Path) -> None:
        super().__init__(root / "unused")
        made = demo.demonstrate(root / "demo")
        self.root = made.folder
        self._settings = made.settings
        text = made.settings.read_text(encoding="utf-8")
        made.settings.write_text(f'{text}\n[http]\nlisten = ["127.0.0.1:0"]\n', encoding="utf-8")

    def write_settings(self) -> Path:
        """The settings that the demonstration wrote."""
        return self._settings


def main() -> None:
    """Takes them all."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        world = Demonstration(Path(folder))
        with running(world) as daemon, chromium() as page:
            address = daemon.wait_for("http_listens")["addresses"][0]
            for name, path, width, height, scheme in PICTURES:
                page.look(width=width, height=height, scheme=scheme)
                page.go(f"http://{address}{path}")
                page.until("[...document.querySelectorAll('time')].every(time => time.title)")
                page.picture(DOCS / f"{name}.png")


if __name__ == "__main__":
    main()
