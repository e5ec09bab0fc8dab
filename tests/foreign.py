"""Exporters as other packages bring them: a module and its installed metadata in a folder, to be put on the path."""

import textwrap
from itertools import count
from pathlib import Path

import pytest

NAMESPACE = "urn:odd"
_numbers = count(1)

GOOD = """
return f"<odd xmlns='urn:odd'>{ie.pid}</odd>".encode()
"""
RAISING = """
raise RuntimeError(f"cannot do {ie.pid}")
"""


def install(root: Path, version: str = "1", extra: str = "", package: str = "foreign", **formats: str) -> Path:
    """A folder with a package that brings formats, by the bodies of their exports, which see the IE as `ie`.

    Each time the module has another name, for one process may load several; the first package of a name on the path
    counts, as ever.
    """
    module = f"foreign_{next(_numbers)}_{abs(hash(root)) % 10**8}"
    folder = root / module
    info = folder / f"{package}-{version}.dist-info"
    info.mkdir(parents=True)
    parts = ["import os, signal, sys, time\nfrom mdwatch.exporters.interface import Exporter\n", textwrap.dedent(extra)]
    for name, body in formats.items():
        parts.append(f"def export_{name}(ie):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n")
        parts.append(
            f"{name} = Exporter(name={name!r}, display_name={name!r}, media_type='application/xml', "
            f"version={version!r}, export=export_{name}, namespace={NAMESPACE!r})\n"
        )
    (folder / f"{module}.py").write_text("\n".join(parts), encoding="utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n", encoding="utf-8")
    points = "".join(f"{name} = {module}:{name}\n" for name in formats)
    (info / "entry_points.txt").write_text(f"[mdwatch.exporters]\n{points}", encoding="utf-8")
    return folder


def put_on_path(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Makes the package one of this process's, and of its worker processes'."""
    patch.syspath_prepend(str(folder))
