"""A place on its way into the gazetteer, and how its names are cleaned."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from encoder.gazetteer.forms import place_key
from encoder.names.places import place_tokens

_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]?")
_PART_NUMBER = re.compile(r"\s+(?:i{1,3}|iv|v|[1-9]|\(?pt\)?|part)$", re.IGNORECASE)


@dataclass
class Place:
    """One place: its code, the code above it, names with the official one first, and how districts hang together.

    `former` are districts it was cut out of, `near` the districts beside it, both by code.
    """

    code: str
    parent: str
    latin: list[str] = field(default_factory=list)
    native: list[str] = field(default_factory=list)
    former: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)

    def add(self, names: Iterable[str]) -> None:
        """Add names of any script; those that the gazetteer finds under a key it has already are left out."""
        known = {place_key(name) for name in self.latin}
        for name in names:
            if not name.isascii():
                if (written := native_form(name)) and written not in self.native:
                    self.native.append(written)
            elif (cleaned := latin_form(name)) and (key := place_key(cleaned)) and key not in known:
                known.add(key)
                self.latin.append(cleaned)


def latin_form(name: str) -> str:
    """A Latin name in title case without words of addresses, brackets and signs."""
    words = place_tokens(plain(name).replace("'", ""))
    return " ".join(words).title()


def native_form(name: str) -> str:
    """A native name as the gazetteer looks it up: cleaned words without words of addresses, joined."""
    return "".join(place_tokens(unicodedata.normalize("NFC", name)))


def variants(name: str) -> list[str]:
    """The names in a directory's entry: Kaimur (Bhabua) is both, Chanchal - I is Chanchal as well."""
    inside = _BRACKETS.findall(name)
    whole = " ".join(re.sub(r"[-/*_]", " ", _BRACKETS.sub(" ", name)).split())
    names = [whole, *(part for part in inside if len(place_key(part)) > 2)]
    return names + [shorter for n in names if (shorter := _PART_NUMBER.sub("", n)) != n]


def plain(name: str) -> str:
    """A Latin name without its accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
