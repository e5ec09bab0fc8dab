"""What mkdocs does besides: pages of the project's root become pages of the site, their links led there.

A link to what is no page (a source, a folder) becomes the name of the file.
"""

import re
from pathlib import Path, PurePosixPath
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changes.md"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages of the root."""
    for source, target in PAGES.items():
        content = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, target, content=_led(content, files)))
    return files


def on_page_markdown(markdown: str, page: Page, **_others: Any) -> str:
    """Leads links of pages in docs/ to the pages of the root."""
    up = "../" * page.file.src_uri.count("/")
    return re.sub(r"\]\((?:\.\./)+([A-Z]+\.md)", lambda found: f"]({up}{PAGES[found[1]]}", markdown)


def _led(markdown: str, files: Files) -> str:
    """The links of a page of the root, from where it is on the site."""

    def lead(match: re.Match[str]) -> str:
        text, target, anchor = match[1], match[2], match[3] or ""
        inside = str(PurePosixPath(target).relative_to("docs")) if target.startswith("docs/") else ""
        if target in PAGES:
            return f"[{text}]({PAGES[target]}{anchor})"
        if inside and files.get_file_from_path(inside) is not None:
            return f"[{text}]({inside}{anchor})"
        return f"{text} (`{target}`)" if text != target else f"`{target}`"

    return re.sub(r"\[([^\]]+)\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)", lead, markdown)
