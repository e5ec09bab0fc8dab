"""Names of elements for people, as they find them in a file: `<dc:title>`, not `{http://purl.org/dc/...}title`."""

from typing import Final

from lxml import etree

_LONGEST_NAME: Final = 100
_LONGEST_NAMESPACE: Final = 200


def as_written(element: etree._Element) -> str:
    """The element's name with the prefix that it has in its document."""
    local = str(element.tag).rpartition("}")[2]
    return f"<{f'{element.prefix}:' if element.prefix else ''}{local}"[:_LONGEST_NAME] + ">"


def with_namespace(tag: str) -> str:
    """A name in full (`{namespace}local`) in words: of a root, its namespace is what counts."""
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    return of_namespace(local, namespace)


def of_namespace(local: str, namespace: str) -> str:
    """A local name and its namespace in words; an empty one: none."""
    where = f"of the namespace {namespace[:_LONGEST_NAMESPACE]}" if namespace else "without a namespace"
    return f"<{local[:_LONGEST_NAME]}> {where}"
