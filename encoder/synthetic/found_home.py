"""Where a found child says it is from: known down to some level, or falsely across a border."""

from functools import cache

from encoder.synthetic.dice import Dice, Weighted
from encoder.synthetic.people import Child
from encoder.synthetic.places import Region, draw_district, found_regions, home_regions
from encoder.synthetic.rates import SyntheticRates
from encoder.synthetic.shared_fields import NATIONALITIES
from encoder.synthetic.writing import Clerk

SUBDISTRICT_TOLD = 0.35
NATIONALITY_STATED = 0.85
# The Indian states whose people a false nationality claims to belong to.
CLAIMED = {"Bangladesh": ("West Bengal", "West Bengal", "West Bengal", "Assam", "Tripura"),
           "Nepal": ("West Bengal", "Bihar", "Uttar Pradesh")}  # fmt: skip


def draw_found_region(dice: Dice, rates: SyntheticRates, child: Child) -> Region:
    """Return the state where the child is found: its own, another of its country, or across the border in India."""
    home = child.family.home.region
    if not dice.chance(rates.other_state):
        return home
    abroad = home.country.key != "India" and dice.chance(rates.border_crossed)
    country = "India" if abroad else home.country.key
    return _others(home, country).draw(dice)


def draw_other_region(dice: Dice, region: Region) -> Region:
    """Return another state of the same country, to which a child is handed over."""
    return _others(region, region.country.key).draw(dice)


@cache
def _others(home: Region, country: str) -> Weighted[Region]:
    finds = found_regions()
    pairs = zip(finds.items, finds.weights, strict=True)
    kept = [(region, weight) for region, weight in pairs if region.country.key == country and region is not home]
    return Weighted([region for region, _ in kept], [weight for _, weight in kept])


def _region_called(state: str) -> Region:
    return next(region for region in home_regions().items if region.state.key == state)


def found_home(clerk: Clerk, child: Child, region: Region) -> dict[str, str]:
    """Return home and nationality as the record states them."""
    dice, rates = clerk.dice, clerk.rates
    if not child.speaks:
        return {}
    home = child.family.home
    country = home.region.country.key
    crossed = country != region.country.key
    if crossed and dice.chance(rates.false_nationality):
        clerk.slips.add("false_nationality")
        return _false_home(clerk, country)
    row = {"nationality": NATIONALITIES[country]} if crossed or dice.chance(NATIONALITY_STATED) else {}
    depth = dice.unit()
    if depth < rates.found_home_state:
        row["home_country"] = clerk.listed_place(home.region.country)
        row["home_state"] = clerk.listed_place(home.region.state)
    if depth < rates.found_home_district:
        row["home_district"] = clerk.place(home.district)
    if depth < rates.found_home_village:
        row["home_village"] = clerk.village(home.village)
        row["home_subdistrict"] = clerk.place(home.subdistrict) if dice.chance(SUBDISTRICT_TOLD) else ""
    return row


def _false_home(clerk: Clerk, country: str) -> dict[str, str]:
    """Return an Indian home for a child from across the border."""
    dice = clerk.dice
    claimed = _region_called(dice.pick(CLAIMED[country]))
    district = clerk.place(draw_district(dice, claimed)[1]) if dice.chance(0.5) else ""
    return {
        "nationality": "Indian",
        "home_country": clerk.listed_place(claimed.country),
        "home_state": clerk.listed_place(claimed.state),
        "home_district": district,
    }
