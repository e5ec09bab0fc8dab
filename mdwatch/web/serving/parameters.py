"""Reading what was sent: each declared parameter checked, nothing undeclared passed over in silence.

A mistyped name would else be a wish silently dropped, such as a `?olderthan=` that re-exports everything.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from mdwatch.formats.printable import escape
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import FORM, JSON, Parameter, Route

_WORDS = {"true": True, "false": False, "1": True, "0": False, "on": True}
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Sent(NamedTuple):
    """What was sent in one place, by name."""

    values: Mapping[str, Any]
    texts: bool = True
    """Each value is a list of texts, as path, query and forms have them; what came as JSON has its own type."""


def values(
    route: Route, path: Mapping[str, Any], query: Sequence[tuple[str, str]], media_type: str, data: bytes
) -> dict[str, Any]:
    """The values of all parameters by name; raises `Fault` saying which one is wrong and what it must be."""
    body = _body(route, media_type, data)
    return {
        **_checked(route.of("path"), Sent({name: [str(value)] for name, value in path.items()}), "path"),
        **_checked(route.of("query"), _gathered(query), "query"),
        **_checked(route.of("body"), body, "body"),
    }


def _body(route: Route, media_type: str, data: bytes) -> Sent:
    if not route.of("body") or not data:
        return Sent({})
    media_type = media_type.partition(";")[0].strip().lower()
    # What curl calls everything that it is given by `-d`, unless it is told otherwise.
    mistaken = media_type == FORM and data.lstrip()[:1] == b"{"
    if media_type == FORM and route.forms and not mistaken:
        try:
            pairs = parse_qsl(data.decode(), keep_blank_values=True, errors="surrogateescape", max_num_fields=1_000)
        except ValueError:
            raise Fault(400, "the body is not that of a form") from None
        return _gathered(pairs)
    # `curl --upload-file`, as Dataverse's guides have it, sends none. Pages of other sites were turned away before.
    if media_type not in {JSON, ""}:
        raise Fault(415, f"send the body as JSON, with the header Content-Type: {JSON}")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Fault(400, f"the body is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise Fault(400, "the body must be a JSON object")
    return Sent(value, texts=False)


def _gathered(pairs: Sequence[tuple[str, str]]) -> Sent:
    """Everything that was sent under a name, as a list."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return Sent(found)


def _checked(parameters: Sequence[Parameter], sent: Sent, where: str) -> dict[str, Any]:
    known = {parameter.name for parameter in parameters}
    for name in sent.values:
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise Fault(400, f"there is no parameter {escape(name[:100])} in the {where}; known here: {there}")
    return dict(_each(parameters, sent))


def _each(parameters: Sequence[Parameter], sent: Sent) -> Iterator[tuple[str, Any]]:
    for parameter in parameters:
        value: Any = sent.values.get(parameter.name)
        if parameter.name in sent.values and not (sent.texts and parameter.blank and value == [""]):
            yield parameter.name, _value(parameter, _read(parameter, value) if sent.texts else value)
        elif parameter.required:
            raise Fault(400, f"{parameter.name} is missing: {parameter.summary}")
        else:
            yield parameter.name, parameter.default


def _read(parameter: Parameter, texts: Sequence[str]) -> Any:
    """What the texts mean as JSON would have it: a text stays one where the parameter wants something else."""
    if parameter.kind == "names":
        return texts
    if len(texts) != 1:
        raise _wrong(parameter, "given once")
    (text,) = texts
    if parameter.kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if parameter.kind == "boolean":
        return _WORDS.get(text, text)
    return text


def _value(parameter: Parameter, sent: Any) -> Any:
    """The value, where it is of the kind that is wanted."""
    match parameter.kind:
        case "names":
            if not isinstance(sent, list) or not all(isinstance(item, str) for item in sent):
                raise _wrong(parameter, "a list of strings")
            return tuple(_text(parameter, item) for item in sent)
        case "integer":
            return _integer(parameter, sent)
        case "boolean":
            if not isinstance(sent, bool):
                raise _wrong(parameter, "true or false")
            return sent
        case "date":
            return _date(parameter, sent)
        case _:
            if not isinstance(sent, str):
                raise _wrong(parameter, "a string")
            return _text(parameter, sent)


def _integer(parameter: Parameter, sent: Any) -> int:
    low, high = parameter.minimum, parameter.maximum
    bounds = f"a whole number from {low} to {high}"
    if isinstance(sent, float) and sent.is_integer():
        sent = int(sent)  # 1.0 is an integer in JSON
    if not isinstance(sent, int) or isinstance(sent, bool):
        raise _wrong(parameter, bounds)
    if not low <= sent <= high:
        raise _wrong(parameter, bounds)
    return sent


def _date(parameter: Parameter, sent: Any) -> date:
    if isinstance(sent, str) and _DATE.fullmatch(sent):
        try:
            return date.fromisoformat(sent)
        except ValueError:
            pass
    # Dataverse's words, which its clients may know.
    message = f"Invalid date format for {parameter.name} parameter. Expected format: YYYY-MM-DD"
    raise Fault(400, message)


def _text(parameter: Parameter, sent: str) -> str:
    if parameter.choices and sent not in parameter.choices:
        raise _wrong(parameter, f"one of {', '.join(parameter.choices)}")
    if len(sent) > parameter.longest:
        raise _wrong(parameter, f"at most {parameter.longest} characters long")
    try:
        sent.encode("utf-8", "surrogateescape" if parameter.file_name else "strict")
    except UnicodeEncodeError:
        raise _wrong(parameter, "text in Unicode") from None
    if "\0" in sent or (parameter.pattern is not None and not re.fullmatch(parameter.pattern, sent)):
        raise Fault(400, f"{parameter.name} is not what it should be. {parameter.summary}")
    return sent


def _wrong(parameter: Parameter, expected: str) -> Fault:
    return Fault(400, f"{parameter.name} must be {expected}")
