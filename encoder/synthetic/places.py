"""Homes: country, state, district, sub-district and village that belong together, and the regions' habits."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from encoder.synthetic.dice import Dice, Weighted
from encoder.synthetic.forms import DEVANAGARI, LATIN, SCRIPT_COLUMNS, Forms, forms_named, forms_of, joined, table

NATIVE_WEIGHT = 4.0  # districts with native forms were chosen for being frequent homes
PREFIXED_VILLAGES = 0.35
NEIGHBOUR_VILLAGES = 0.40  # villages that share the name of a sub-district of the state


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A state with the habits of its people and clerks; `shared` is the share of children with father's last token."""

    country: Forms
    state: Forms
    shared: float
    script: int
    latin_share: float
    communities: Weighted[str]
    languages: tuple[str, ...]
    villages: str


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """Where a family lives; a level without a known name is None."""

    region: Region
    path: str
    district: Forms
    subdistrict: Forms | None
    village: Forms


@cache
def _hand_written() -> dict[tuple[str, str], Forms]:
    """Forms by level and any of their Latin spellings, for the gazetteer's names."""
    found: dict[tuple[str, str], Forms] = {}
    for row in table("place_forms"):
        form = forms_of(row)
        for name in form.spellings[LATIN]:
            found.setdefault((row["level"], name.casefold()), form)
    return found


def named(level: str, name: str) -> Forms:
    """Return a country, state or district with all its spellings, or the bare Latin name."""
    return _hand_written().get((level, name.casefold())) or forms_named(name)


@cache
def _below() -> dict[str, list[tuple[str, Forms]]]:
    """Map a path such as `India/Bihar` to the (path, forms) of the places one level down."""
    children: dict[str, list[tuple[str, Forms]]] = defaultdict(list)
    for row in table("places"):
        parent, _, name = row["path"].rpartition("/")
        known = _hand_written().get((row["level"], name.casefold()))
        children[parent].append((row["path"], known or forms_of(row)))
    return dict(children)


@cache
def _districts(path: str) -> Weighted[tuple[str, Forms]]:
    places = [place for place in _below()[path] if place[0] in _below()]  # Assam's villages hang from the state
    return Weighted(places, [NATIVE_WEIGHT if any(f.spellings[DEVANAGARI:]) else 1.0 for _, f in places])


@cache
def _state_villages(path: str) -> tuple[Forms, ...]:
    """Names of a state's sub-districts, which villages share, and of Assam's listed villages."""
    below = _below()
    listed = [form for child, form in below[path] if child not in below]
    return tuple(listed + [form for child, _ in below[path] for _, form in below.get(child, [])])


@cache
def _common_villages(community: str) -> tuple[tuple[Forms, ...], tuple[Forms, ...]]:
    plain = [forms_of(row) for row in table("villages") if community in row["communities"]]
    prefixes = [forms_of(row) for row in table("village_prefixes")]
    return tuple(plain), tuple(joined(prefix, village) for prefix in prefixes for village in plain)


@cache
def _regions() -> tuple[Weighted[Region], Weighted[Region]]:
    rows = table("regions")
    regions = [_region(row) for row in rows]
    homes, finds = ([float(row[column]) for row in rows] for column in ("weight", "found_weight"))
    return Weighted(regions, homes), Weighted(regions, finds)


def _region(row: dict[str, str]) -> Region:
    communities = [entry.split(":") for entry in row["communities"].split()]
    return Region(
        country=named("country", row["country"]),
        state=named("state", row["state"]),
        shared=int(row["shared_percent"]) / 100,
        script=SCRIPT_COLUMNS.index(row["script"]),
        latin_share=int(row["latin_percent"]) / 100,
        communities=Weighted([c for c, _ in communities], [float(w) for _, w in communities]),
        languages=tuple(row["languages"].split(";")),
        villages=row["villages"],
    )


def home_regions() -> Weighted[Region]:
    """Return the states by how many children go missing from them."""
    return _regions()[0]


def found_regions() -> Weighted[Region]:
    """Return the states by how many children are found in them."""
    return _regions()[1]


def draw_district(dice: Dice, region: Region) -> tuple[str, Forms]:
    """Return the path and the forms of a district of the region."""
    return _districts(f"{region.country.key}/{region.state.key}").draw(dice)


def draw_home(dice: Dice, region: Region, district: tuple[str, Forms] | None = None) -> Home:
    """Draw a home in the region, or in one district of it."""
    path, forms = district or draw_district(dice, region)
    below = _below().get(path, [])
    sub_path, sub = dice.pick(below) if below else ("", None)
    return Home(region, path, forms, sub, _village(dice, region, sub_path))


def _village(dice: Dice, region: Region, sub_path: str) -> Forms:
    listed = _below().get(sub_path)
    if listed:
        return dice.pick(listed)[1]
    if dice.chance(NEIGHBOUR_VILLAGES):
        return dice.pick(_state_villages(f"{region.country.key}/{region.state.key}"))
    return dice.pick(_common_villages(region.villages)[dice.chance(PREFIXED_VILLAGES)])
