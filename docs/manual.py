"""Writes the manual pages and the completions: `python docs/manual.py FOLDER`. hatch_build.py puts them into the wheel.

    FOLDER/man1/mdwatch.1  FOLDER/man5/mdwatch.toml.5  FOLDER/completion/{bash,zsh,fish}

All of it is asked of the code and of the sample settings (outline.py).
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import outline
from click import shell_completion

from mdwatch import __version__
from mdwatch.cli import commands

_SHELLS: Final = {
    "bash": shell_completion.BashComplete,
    "zsh": shell_completion.ZshComplete,
    "fish": shell_completion.FishComplete,
}
_STATUSES: Final = (
    ("0", "All is well."),
    ("1", "The work ended in errors."),
    ("2", "The command was called in a way that it cannot be."),
    ("78", "The configuration is bad; every fault of it is told."),
)
_FILES: Final = (
    ("/etc/mdwatch/mdwatch.toml", "The settings; see mdwatch.toml(5)."),
    ("/etc/systemd/system/mdwatch.service.d/drop-folders.conf", "What the service may write to: the drop folders."),
    ("/var/lib/mdwatch", "The database, unless the settings name another."),
    ("/var/log/mdwatch", "JOB.log for each job, and a log for each batch of exports."),
)
# Paths and names are too long for lines of one length, and are not to be broken.
_RAGGED: Final = (".ad l", ".nh")


def main(folder: Path) -> None:
    """Writes all of them."""
    texts = {"man1/mdwatch.1": _commands_page(), "man5/mdwatch.toml.5": _settings_page()}
    for shell, kind in _SHELLS.items():
        made = kind(commands, {}, "mdwatch", "_MDWATCH_COMPLETE")
        # Not made.source(): for bash it starts one to ask its version.
        texts[f"completion/{shell}"] = made.source_template % made.source_vars()
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _commands_page() -> str:
    return "\n".join(
        [
            f'.TH MDWATCH 1 "" "mdwatch {__version__}" "mdwatch"',
            *_RAGGED,
            ".SH NAME",
            r"mdwatch \- " + _escaped(str(commands.help)).rstrip("."),
            ".SH SYNOPSIS",
            r".B mdwatch",
            r"[\fIOPTIONS\fR] \fICOMMAND\fR ...",
            ".SH DESCRIPTION",
            "Institutions drop updateMD files into their folders; mdwatch applies them in the order in which they were",
            r"created, moves them to \fIdone/\fR or \fIerror/\fR, and keeps every published IE exported.",
            ".SH OPTIONS",
            *_choices(outline.global_options()),
            ".SH COMMANDS",
            *_commands(),
            ".SH EXIT STATUS",
            *_pairs(_STATUSES),
            ".SH ENVIRONMENT",
            *_pairs((("MDWATCH_CONFIG", "The settings, where no --config names them."), ("TZ", "The time zone."))),
            ".SH FILES",
            *_pairs(_FILES),
            ".SH SEE ALSO",
            r"\fBmdwatch.toml\fR(5), \fBsystemctl\fR(1), \fBjournalctl\fR(1)",
            "",
        ]
    )


def _commands() -> Iterator[str]:
    for command in outline.all_commands():
        if command.is_group:
            continue
        yield ".SS " + _quoted(_escaped(command.usage.replace("[OPTIONS] ", "").removesuffix(" [OPTIONS]")))
        yield from _paragraphs(command.help)
        yield from _choices(item for item in command.options if not item.name.startswith(("--help", "-h", "--config")))


def _settings_page() -> str:
    return "\n".join(
        [
            f'.TH MDWATCH.TOML 5 "" "mdwatch {__version__}" "mdwatch"',
            *_RAGGED,
            ".SH NAME",
            r"mdwatch.toml \- settings of mdwatch",
            ".SH DESCRIPTION",
            r"A TOML file, \fI/etc/mdwatch/mdwatch.toml\fR unless \fB\-\-config\fR or \fBMDWATCH_CONFIG\fR names",
            "another.",
            "Times are in seconds.",
            r"\fBmdwatch config check\fR tells every fault in it at once;",
            r"\fBsystemctl reload mdwatch\fR has the service read it again.",
            *_tables(),
            ".SH SEE ALSO",
            r"\fBmdwatch\fR(1)",
            "",
        ]
    )


def _tables() -> Iterator[str]:
    for table in outline.all_settings():
        yield f".SH [{_escaped(table.name)}]"
        yield from _paragraphs(table.text)
        for group in table.groups:
            for number, setting in enumerate(group.settings):
                default = f"; default {setting.default}" if setting.default else "; no default"
                yield ".TP" if number == 0 else ".TQ"
                yield rf"\fB{_escaped(setting.name)}\fR ({_escaped(setting.kind + default)})"
            yield _line(group.text)


def _choices(choices: "Iterator[outline.Choice] | tuple[outline.Choice, ...]") -> Iterator[str]:
    yield from _pairs(choices, bold=True)


def _pairs(rows: "Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]", *, bold: bool = False) -> Iterator[str]:
    for name, text in rows:
        yield ".TP"
        yield rf"\f{'B' if bold else 'I'}{_escaped(name)}\fR"
        yield _line(text)


def _paragraphs(text: str) -> Iterator[str]:
    for part in filter(None, re.split(r"\n\s*\n", text)):
        yield ".PP"
        yield _line(part)


def _line(text: str) -> str:
    return _escaped(" ".join(text.split())) or r"\&"


def _escaped(text: str) -> str:
    """Text for troff: backslashes and hyphens as they are, and no request at the start of a line."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    text = text.replace("'", r"\(aq").replace("`", r"\`").replace("^", r"\(ha").replace("~", r"\(ti")
    return rf"\&{text}" if text.startswith(".") else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', r"\(dq") + '"'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
