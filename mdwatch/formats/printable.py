"""Text from files and file names, made safe to show: no line can be forged and no terminal be steered with it."""

import re

# Everything that Python would not print as it is, and the backslash, so that an escape cannot be mistaken for text.
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_PLAIN = re.compile(r"[ -\[\]-~]*")
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))")
_SHORT = {escaped[1]: character for character, escaped in _ESCAPES.items()}


def escape(text: str) -> str:
    """The text on one line, control and format characters, line separators and stray bytes written as escapes."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(c if c.isprintable() and c != "\\" else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # A byte of a file name that is not UTF-8, as os.fsdecode hands it over.
        return f"\\x{code - 0xDC00:02x}"
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def file_name(shown: str) -> str:
    """The file name that `escape` shows so; of what it shows alike, that with a stray byte."""
    return _ESCAPE.sub(_unescaped, shown)


def _unescaped(found: re.Match[str]) -> str:
    byte, *code_points, short = found.groups()
    if byte is not None and int(byte, 16) >= 0x80:
        return chr(0xDC00 + int(byte, 16))
    for digits in filter(None, (byte, *code_points)):
        return chr(int(digits, 16)) if int(digits, 16) <= 0x10FFFF else found[0]
    return _SHORT.get(short, found[0])
