"""Route: the OpenAPI 3.1 document, made from the table of routes."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from mdwatch.web.serving import shapes
from mdwatch.web.serving.route import FORM, JSON, Parameter, Route

_SCHEMAS: Final[Mapping[str, shapes.Shape]] = {
    "string": {"type": "string"},
    "integer": shapes.INTEGER,
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "names": {"type": "array", "items": {"type": "string"}},
}
_TAGS: Final = {
    "jobs": "Metadata Update Jobs: how each stands, running it, pausing it, running the files in error again.",
    "runs": "What each run of a job did, and what became of each file.",
    "files": "What would happen to a file, what happened to it, and putting it back.",
    "ies": "Intellectual Entities with their records and history.",
    "exports": "Documents of published IEs in every format, as they are kept; also by Dataverse's calls.",
    "batches": "Batches of exports: asking for one, following it, ending it; also by Dataverse's calls.",
    "sets": "OAI sets and their members; also by Dataverse's calls.",
    "harvests": "Other repositories whose records become updateMD files: how each stands, its runs, having it run.",
    "trail": "The audit trail: who did what by hand, when and from where.",
    "harvesting": "OAI-PMH 2.0.",
    "notifications": "Who is told of what happens, and what became of the messages.",
    "health": "Whether the service lives and works, and which one it is.",
}
_ERROR: Final = {
    "type": "object",
    "properties": {
        "status": {"const": "ERROR"},
        "message": {"type": "string", "description": "What is wrong, and what to do about it."},
    },
    "required": ["status", "message"],
}
# What any route may answer, beside what it gives.
_FAULTS: Final = {
    "400": "The request is wrong; the message says what in it.",
    "401": "The token is missing or wrong.",
    "403": "A page of another site triggered the request.",
    "404": "There is nothing of this name.",
    "405": "This method is not possible here.",
    "408": "The request was too long in coming.",
    "409": "The state that it is in does not allow this.",
    "413": "The body is too long.",
    "415": "The body is of a type that is not understood here.",
    "421": "mdwatch does not go by the name in the Host header.",
    "431": "The headers are too long.",
    "500": "mdwatch failed; the service log has it.",
    "503": "A share, the database or another part does not answer; nothing is lost, try again later.",
}


def document(routes: Iterable[Route], formats: Sequence[str] = ()) -> dict[str, Any]:
    """The document of these routes, where IEs are exported in these formats."""
    routes = tuple(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if route.documented:
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, formats)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "mdwatch",
            "version": version_here(),
            "description": "Moments are milliseconds since 1970 UTC. Lists come in pages: ask for the next one with "
            "the `next` of the one before.",
        },
        "tags": [
            {"name": name, "description": text}
            for name, text in _TAGS.items()
            if any(route.topic == name and route.documented for route in routes)
        ],
        "security": [{"bearer": []}, {"basic": []}, {}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "Any user name; the password is the token.",
                },
            },
            "responses": {
                status: {"description": text, "content": {JSON: {"schema": _ERROR}}} for status, text in _FAULTS.items()
            },
        },
    }


def version_here() -> str:
    """The version of mdwatch."""
    try:
        return version("mdwatch")
    except PackageNotFoundError:
        return "unknown"


def _operation(route: Route, formats: Sequence[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if route.media_type == JSON:
        told = {} if route.message is None else {"message": route.message}
        schema = dict(shapes.fields(status={"const": route.word}, **told, data=route.shape))
    operation: dict[str, Any] = {
        "operationId": _name(route),
        "tags": [route.topic],
        "summary": route.summary,
        "description": route.gives,
        "responses": {
            str(route.status): {
                "description": route.gives,
                "content": {
                    route.media_type: {"schema": schema},
                    **{media_type: {"schema": {}} for media_type in route.more_types},
                },
            },
            **{str(status): {"description": text} for status, text in route.also.items()},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _FAULTS},
        },
    }
    if route.public or route.tokenless:
        operation["security"] = [{}]
    if parameters := [_parameter(item, formats) for item in route.parameters if item.where != "body"]:
        operation["parameters"] = parameters
    if body := route.of("body"):
        operation["requestBody"] = _body(route, body, formats)
    return operation


def _name(route: Route) -> str:
    """A name for the operation, such as `post_api_jobs_job_run`."""
    words = "".join(c if c.isalnum() else " " for c in route.path).split()
    return "_".join([route.method.lower(), *words])


def _parameter(parameter: Parameter, formats: Sequence[str]) -> dict[str, Any]:
    # With commas between them, which saves repeating the name.
    commas = {"style": "form", "explode": False} if parameter.of_format and parameter.kind == "names" else {}
    return {
        **commas,
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.required,
        "description": parameter.summary,
        "schema": _schema(parameter, formats),
    }


def _schema(parameter: Parameter, formats: Sequence[str]) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_SCHEMAS[parameter.kind])
    values = formats if parameter.of_format else parameter.values or parameter.choices
    text = {"maxLength": parameter.longest} | ({"enum": list(values)} if values else {})
    if parameter.kind == "string":
        schema |= text
    if parameter.kind == "names":
        schema |= {"items": {**schema["items"], **text}, "minItems": parameter.fewest}
    if parameter.kind == "integer":
        schema |= {"minimum": parameter.minimum, "maximum": parameter.maximum}
    if parameter.default is not None and parameter.kind != "names":
        schema["default"] = parameter.default
    if parameter.pattern is not None:
        schema["pattern"] = f"^{parameter.pattern}$"
    return schema


def _body(route: Route, parameters: tuple[Parameter, ...], formats: Sequence[str]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {item.name: {**_schema(item, formats), "description": item.summary} for item in parameters},
        "required": [item.name for item in parameters if item.required],
        "additionalProperties": False,
    }
    types = (JSON, FORM) if route.forms else (JSON,)
    needed = any(item.required for item in parameters)
    return {"required": needed, "content": {media_type: {"schema": schema} for media_type in types}}
