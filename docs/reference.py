"""Writes docs/reference/ by asking the code: settings, commands, codes, API, formats, metrics. `make reference`.

A test fails when a page is not that of the code: whoever adds a setting or a command makes them anew.
"""

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import outline

from mdwatch.exporters import BUILT_IN
from mdwatch.exporters.interface import Exporter
from mdwatch.rules.codes import MEANINGS
from mdwatch.runtime.metrics import REGISTRY
from mdwatch.web.serving import openapi
from mdwatch.web.table import ROUTES

FOLDER: Final = Path(__file__).with_suffix("")
_MADE: Final = "*Made from the code by `make reference`.*"


def pages() -> dict[str, str]:
    """The text of each page by its name."""
    made = {
        "settings.md": _settings,
        "commands.md": _commands,
        "codes.md": _codes,
        "api.md": _api,
        "formats.md": _formats,
        "metrics.md": _metrics,
    }
    return {name: "\n".join([*make(), ""]) for name, make in made.items()}


def _settings() -> Iterator[str]:
    yield from (
        "# Settings",
        "",
        "`/etc/mdwatch/mdwatch.toml`, or the file that `--config` or `MDWATCH_CONFIG` names, in TOML. Times are in",
        "seconds. `mdwatch config check` tells every fault at once; `systemctl reload mdwatch` has the service read it",
        "again.",
        "",
        _MADE,
    )
    for table in outline.all_settings():
        yield from ("", f"## `[{table.name}]`", "")
        if table.text:
            yield from (_plain(table.text), "")
        for group in table.groups:
            for setting in group.settings:
                default = f", default `{setting.default}`" if setting.default else ", no default"
                yield f"- **`{setting.name}`**: {_plain(setting.kind)}{default}"
            yield from ("", *(f"    {line}" for line in [_plain(group.text)] if line), "")


def _commands() -> Iterator[str]:
    yield from (
        "# Commands",
        "",
        "Every command takes `--config FILE` (else `MDWATCH_CONFIG`, else `/etc/mdwatch/mdwatch.toml`) before or after",
        "its name. Exit status: 0 fine, 1 the work ended in errors, 2 wrong use, 78 bad configuration, 130",
        "interrupted. On a machine with the service run them as its user: `runuser -u mdwatch -- mdwatch ...`.",
        "",
        _MADE,
    )
    for command in outline.all_commands():
        yield from ("", f"{'##' if command.path.count(' ') == 1 else '###'} {command.path}", "")
        if not command.is_group:
            yield from ("```text", command.usage, "```", "")
        yield _plain(command.help)
        options = [item for item in command.options if not item.name.startswith(("--config", "-h", "--help"))]
        if options:
            yield ""
            yield from (f"- `{item.name}`: {_plain(item.help)}" for item in options)


def _codes() -> Iterator[str]:
    yield from (
        "# Codes",
        "",
        "What is decided of an updateMD file. The code stands in its reason, in `explain`, in the API and in metrics.",
        "",
        _MADE,
    )
    for code, meaning in MEANINGS.items():
        yield from (
            "",
            f"## {code.value}",
            "",
            f"{_plain(meaning.sentence)}.",
            "",
            f"- What follows: {_plain(meaning.effect.value)}.",
            f"- What to do: {_plain(meaning.remedy)}",
        )


def _api() -> Iterator[str]:
    document = openapi.document(ROUTES, tuple(BUILT_IN))
    yield from (
        "# API",
        "",
        str(document["info"]["description"]),
        "",
        "The running service tells all of it, with the shape of each answer, as OpenAPI 3.1 at `/api/openapi.json`.",
        'Answers are JSON, `{"status": "OK", "data": ...}`, unless another type is named; faults are',
        '`{"status": "ERROR", "message": ...}`.',
        "",
        _MADE,
    )
    operations = [
        (path, method, told) for path, methods in document["paths"].items() for method, told in methods.items()
    ]
    for tag in document["tags"]:
        yield from ("", f"## {tag['name']}", "", _plain(tag["description"]))
        for path, method, told in operations:
            if tag["name"] in told["tags"]:
                yield from _operation(path, method, told)
    yield from ("", "## Faults", "", "| status | when |", "|---|---|")
    for status, told in document["components"]["responses"].items():
        yield f"| {status} | {_plain(told['description'])} |"


def _operation(path: str, method: str, told: Mapping[str, Any]) -> Iterator[str]:
    open_to_all = " *Without a token.*" if {} in told.get("security", []) else ""
    yield from ("", f"### {method.upper()} {path}", "", f"{_plain(told['summary'])}{open_to_all}")
    rows = [_parameter(item["name"], item["in"], item) for item in told.get("parameters", [])]
    bodies = told.get("requestBody", {}).get("content", {})
    for name, schema in next(iter(bodies.values()), {}).get("schema", {}).get("properties", {}).items():
        rows.append(_parameter(name, "body", {"schema": schema, **schema}))
    if rows:
        yield from ("", *rows)
    for status, answer in told["responses"].items():
        if "$ref" not in answer:
            types = [kind for kind in answer.get("content", {}) if kind != "application/json"]
            yield from ("", f"{status}{', ' + ', '.join(types) if types else ''}: {_plain(answer['description'])}")


def _parameter(name: str, where: str, told: Mapping[str, Any]) -> str:
    schema = told.get("schema", {})
    kind = schema.get("format") or schema.get("type", "")
    needed = ", required" if told.get("required") and where != "path" else ""
    kind = "integer" if kind == "int64" else " or ".join(kind) if isinstance(kind, list) else kind
    default = f", default `{json.dumps(schema['default'])}`" if schema.get("default") is not None else ""
    return f"- `{name}` ({where}, {kind}{needed}{default}): {_plain(told.get('description', ''))}"


def _formats() -> Iterator[str]:
    yield from (
        "# Formats",
        "",
        "The formats that come with mdwatch; `export.formats` says which of them every published IE is kept exported",
        "in. Harvesters get those that are harvestable, by their name as `metadataPrefix`.",
        "[Crosswalks](../crosswalks.md) shows what each does with each field.",
        "",
        _MADE,
        "",
        "| name | what it is | media type | harvestable | namespace | schema |",
        "|---|---|---|---|---|---|",
    )
    for module in BUILT_IN.values():
        found = import_module(f"mdwatch.exporters.{module}").EXPORTER
        assert isinstance(found, Exporter)  # noqa: S101
        schema = f"[{found.schema_version or 'schema'}]({found.schema})" if found.schema else ""
        yield (
            f"| `{found.name}` | {_plain(found.display_name)} | {found.media_type} | "
            f"{'yes' if found.harvestable else 'no'} | {found.namespace and f'`{found.namespace}`'} | {schema} |"
        )


def _metrics() -> Iterator[str]:
    yield from (
        "# Metrics",
        "",
        "What `/metrics` counts and times, in Prometheus' terms; counters end in `_total`, histograms have `_bucket`,",
        "`_sum` and `_count`. Alerts and a dashboard that use them come along in `/usr/local/share/mdwatch`.",
        "",
        _MADE,
        "",
        "| metric | kind | what |",
        "|---|---|---|",
    )
    for metric in sorted(REGISTRY.collect(), key=lambda item: item.name):
        if metric.name.startswith("mdwatch_"):
            yield f"| `{metric.name}` | {metric.type} | {_plain(metric.documentation)} |"


def _plain(text: str) -> str:
    """Text on one line of Markdown, in which nothing but code is markup."""
    parts = " ".join(text.split()).split("`")
    for number in range(0, len(parts), 2):
        for sign in "\\<*_|[":
            parts[number] = parts[number].replace(sign, f"\\{sign}")
    return "`".join(parts)


def main() -> None:
    """Writes all pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
