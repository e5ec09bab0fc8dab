"""What belongs together in a MODS record that is made anew: a value and its forms in other scripts, in one altRepGroup.

After "MODS User Guidelines", altRepGroup, and "MARC 21 to MODS 3.7 Mapping", field 880.
"""

from collections.abc import Sequence

from mdwatch.exporters.records.description import Description, Text
from mdwatch.exporters.terms.language_codes import tag
from mdwatch.exporters.xml_text import element


def told(name: str, text: Text, values: dict[str, str] | None = None) -> str:
    """An element for a text, with its language."""
    if not text.lang:
        return element(name, text.text, values)
    return element(name, text.text, {**(values or {}), "xml:lang": tag(text.lang)})


class Groups:
    """The altRepGroup of each value that has a form in another script, and those forms ("MODS User Guidelines")."""

    def __init__(self, description: Description) -> None:
        self.forms: dict[tuple[str, str], list[Text]] = {}
        self.numbers: dict[tuple[str, str], str] = {}
        self.count = 0
        for parallel in description.parallels:
            key = (parallel.part, parallel.text)
            self.forms.setdefault(key, []).append(parallel.form)
            number = self.numbers.setdefault(key, "") or self.new()
            self.numbers[key] = number
            # The form stands among the values of its part where it is no part of another value.
            self.numbers.setdefault((parallel.part, parallel.form.text), number)

    def new(self) -> str:
        """A number that nothing has yet."""
        self.count += 1
        return f"{self.count:02d}"

    def of(self, part: str, text: str) -> str:
        """The group of a value, or empty."""
        return self.numbers.get((part, text), "") if self.numbers else ""

    def others(self, part: str, text: str) -> Sequence[Text]:
        """The forms of a value in other scripts."""
        return self.forms.get((part, text), ()) if self.forms else ()
