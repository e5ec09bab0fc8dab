"""What the settings say of this repository to the readers of its exports: the landing pages, and who holds what."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

from mdwatch.model import IntellectualEntity

if TYPE_CHECKING:
    # Worker processes know no settings; reading them takes twenty megabytes of each.
    from mdwatch.config import Settings

_PID = "{pid}"


@dataclass(frozen=True)
class Site:
    """`landing_page` is a template with `{pid}`, empty for none; `names` are those of institutions, by their codes."""

    landing_page: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def told_of(self, entity: IntellectualEntity) -> IntellectualEntity:
        """The IE with what exporters are to tell of it besides what it holds."""
        page = self.landing_page.replace(_PID, entity.pid)
        name = self.names.get(entity.institution, "")
        return replace(entity, landing_page=page, institution_name=name) if page or name else entity

    @cached_property
    def mark(self) -> str:
        """What tells in a stamp under which settings an export was made; empty where they say nothing."""
        if not self.landing_page and not self.names:
            return ""
        text = "\n".join((self.landing_page, *(f"{code}={name}" for code, name in sorted(self.names.items()))))
        return "+" + blake2b(text.encode(), digest_size=4).hexdigest()


def site_of(settings: "Settings") -> Site:
    """The site that the settings describe."""
    return Site(settings.export.landing_page, {code: item.name for code, item in settings.institutions.items()})
