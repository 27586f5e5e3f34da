"""The names in a found record: the child's, its nickname, a new one, or the shelter staff's invention."""

from encoder.synthetic.dice import Dice
from encoder.synthetic.people import Child, Name
from encoder.synthetic.places import Region
from encoder.synthetic.shared_fields import write_name
from encoder.synthetic.vocabulary import given_names, slot_words
from encoder.synthetic.writing import Clerk

STAFF_FAMILY_NAME = 0.25  # staff then add Kumar or Kumari
FATHER_WITHOUT_SURNAME = 0.25
UNKNOWN_WORDS = 0.04  # a clerk writes a word for "unknown" where a parent's name belongs
UNKNOWN = ("unknown", "not known", "N/A", "Unknown")
OWN, NICKNAME, RENAMED, WITH_ALIAS, STAFF, NONE = (
    "own", "nickname", "renamed", "renamed with alias", "staff", "none",
)  # fmt: skip


def _invented(dice: Dice, community: str, sex: str) -> Name:
    """Return a name that has nothing to do with the child's."""
    given = given_names(community, sex, "c").draw(dice)
    words = (given, slot_words()["kumar" if sex == "m" else "kumari"]) if dice.chance(STAFF_FAMILY_NAME) else (given,)
    return Name(words, tuple(dice.skewed(3) for _ in words))


def found_names(clerk: Clerk, child: Child, region: Region) -> tuple[str, dict[str, str]]:
    """Return which name it is, and the names of child and relatives; a child who does not speak names nobody."""
    kind, row = _own_name(clerk, child, region)
    return kind, row | _relatives(clerk, child) if child.speaks else row


def _own_name(clerk: Clerk, child: Child, region: Region) -> tuple[str, dict[str, str]]:
    dice, rates = clerk.dice, clerk.rates
    if dice.chance(rates.staff_name if child.speaks else rates.staff_name_speechless):
        invented = _invented(dice, region.communities.draw(dice), child.sex)
        return STAFF, {**write_name(clerk, invented), "name_source": "staff"}
    if not child.speaks:
        # Known from a document or a neighbour, or not at all.
        return (OWN, {**write_name(clerk, child.name), "name_source": "document"}) if dice.chance(0.5) else (NONE, {})
    row = {"name_source": dice.pick(("child", "child", "child", "document", ""))}
    if dice.chance(rates.renamed):
        row |= write_name(clerk, _invented(dice, child.family.community, child.sex))
        if not dice.chance(rates.renamed_with_alias):
            return RENAMED, row
        return WITH_ALIAS, row | {"aliases": clerk.person(child.name)}
    if dice.chance(rates.nickname_as_name):
        return NICKNAME, row | {"name": clerk.childs_name(child.nickname)}
    if dice.chance(rates.found_nickname_listed):
        row["nicknames"] = clerk.person(child.nickname)
    return OWN, row | write_name(clerk, child.name)


def _relatives(clerk: Clerk, child: Child) -> dict[str, str]:
    dice, rates, family = clerk.dice, clerk.rates, child.family
    row: dict[str, str] = {}
    if not dice.chance(rates.found_father_absent):
        row["father_name"] = clerk.person(_as_told(dice, family.father), _late(dice, rates.father_late))
    elif dice.chance(UNKNOWN_WORDS):
        row["father_name"] = dice.pick(UNKNOWN)
    if not dice.chance(rates.found_mother_absent):
        row["mother_name"] = clerk.person(_as_told(dice, family.mother))
    if dice.chance(rates.found_siblings_listed):
        # A child tells given names only.
        row["sibling_names"] = ";".join([clerk.person(_given_only(name)) for name in child.siblings])
    if dice.chance(rates.found_kin_listed):
        row["other_relatives"] = ";".join([clerk.person(_given_only(name)) for name in family.kin])
    return row


def _late(dice: Dice, rate: float) -> str:
    return "late" if dice.chance(rate) else ""


def _as_told(dice: Dice, name: Name) -> Name:
    return _given_only(name) if dice.chance(FATHER_WITHOUT_SURNAME) else name


def _given_only(name: Name) -> Name:
    return Name((name.words[name.given],), (name.habits[name.given],))
