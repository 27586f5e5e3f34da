"""The figures in docs/threat-model.md, which stand between two marks of the page."""

import re
from collections.abc import Iterable, Sequence

from matcher.errors import InputError
from matcher.profile import PROFILES, masked_profile_of
from tools.profile_pages.page import NONE, attacked_as, of_a_view, share, table
from tools.profile_pages.results import Results, Row

_BLOCK = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def with_figures(text: str, results: Results) -> str:
    """The page with today's figures between its marks; InputError when it has no such place, or several."""
    if len(_BLOCK.findall(text)) != 1:
        raise InputError("docs/threat-model.md needs one place for figures, between two marks; put it back.")
    return _BLOCK.sub(lambda found: f"{found[1]}{_figures(results)}{found[2]}", text)


def _figures(results: Results) -> str:
    """One row for each attack, one column for each profile whose codes differ, and the best of the weak codes."""
    names = sorted({attacked_as(profile) for profile in PROFILES.values()})
    lines = dict[tuple[object, ...], dict[str, Row]]()
    for name in names:
        beyond = results.of("masked") if name in PROFILES and masked_profile_of(PROFILES[name]) is not None else []
        for row in filter(_is_told, [*results.of(name), *beyond]):
            lines.setdefault((row["attack"], row["given"], row["records"], row["measure"]), {})[name] = row
    header = ("attack", "the attacker has", "records", "figure", *(f"`{name}`" for name in names), "weak code")
    return table(header, (_line(key, found, names, results) for key, found in lines.items()))


def _is_told(row: Row) -> bool:
    return not of_a_view(row) and row["attack"] != "leakage statistics"


def _line(key: Sequence[object], found: dict[str, Row], names: Iterable[str], results: Results) -> list[str]:
    attack, given, records, measure = key
    weak = results.weakest(next(iter(found.values())))
    cells = [share(found[name]["figure"]) if name in found else NONE for name in names]
    told = NONE if weak is None else share(weak["figure"])
    return [str(attack), str(given), f"{records:,}", str(measure), *cells, told]
