"""Fields that both kinds of record fill in the same way."""

from functools import cache

from encoder.synthetic.dice import Dice
from encoder.synthetic.forms import (
    BENGALI,
    DEVANAGARI,
    GUJARATI,
    GURMUKHI,
    KANNADA,
    MALAYALAM,
    ODIA,
    TAMIL,
    TELUGU,
    URDU,
    Forms,
    forms_of,
    table,
)
from encoder.synthetic.people import Child, Name
from encoder.synthetic.places import Region, draw_district
from encoder.synthetic.writing import Clerk

RELIGIONS = {"u": "Islam", "m": "Islam", "c": "Christian", "p": "Sikh", "s": "Sarna"}
NATIONALITIES = {"India": "Indian", "Bangladesh": "Bangladeshi", "Nepal": "Nepali"}
SEX_WORDS = {"f": ("female", "female", "F", "Female"), "m": ("male", "male", "M", "Male")}
OTHER_SEX = {"f": "m", "m": "f"}
LOCAL_SEX_WORDS = {
    DEVANAGARI: {"f": "महिला", "m": "पुरुष"},
    BENGALI: {"f": "মহিলা", "m": "পুরুষ"},
    TAMIL: {"f": "பெண்", "m": "ஆண்"},
    URDU: {"f": "لڑکی", "m": "لڑکا"},
    GUJARATI: {"f": "સ્ત્રી", "m": "છોકરો"},
    GURMUKHI: {"f": "ਕੁੜੀ", "m": "ਮੁੰਡਾ"},
    ODIA: {"f": "ଝିଅ", "m": "ପୁଅ"},
    TELUGU: {"f": "బాలిక", "m": "బాలుడు"},
    KANNADA: {"f": "ಹುಡುಗಿ", "m": "ಹುಡುಗ"},
    MALAYALAM: {"f": "പെൺകുട്ടി", "m": "ആൺകുട്ടി"},
}
LOCAL_SEX = 0.3


def write_sex(clerk: Clerk, sex: str) -> str:
    """Return the sex in the words of a form, seldom wrong or unknown."""
    dice, rates = clerk.dice, clerk.rates
    if dice.chance(rates.sex_unknown):
        return "unknown"
    if dice.chance(rates.sex_wrong):
        sex = OTHER_SEX[sex]
        clerk.slips.add("sex_wrong")
    if clerk.script in LOCAL_SEX_WORDS and dice.chance(LOCAL_SEX):
        return LOCAL_SEX_WORDS[clerk.script][sex]
    return dice.pick(SEX_WORDS[sex])


def write_name(clerk: Clerk, name: Name) -> dict[str, str]:
    """Return `name`, or `given_name` and `family_name`, as the holder's form asks for them."""
    text = clerk.childs_name(name)
    given, _, family = text.rpartition(" ")
    if given and clerk.dice.chance(clerk.rates.split_name):
        return {"given_name": given, "family_name": family}
    return {"name": text}


def write_event(clerk: Clerk, region: Region, district: Forms | None) -> dict[str, str]:
    """Return where the child was last seen or found."""
    return {
        "event_country": clerk.listed_place(region.country),
        "event_state": clerk.listed_place(region.state),
        "event_district": clerk.place(district or draw_district(clerk.dice, region)[1]),
        "event_place": clerk.place(clerk.dice.pick(_event_places())) if clerk.dice.chance(0.7) else "",
    }


@cache
def _event_places() -> tuple[Forms, ...]:
    return tuple(forms_of(row) for row in table("event_places"))


def religion_of(child: Child) -> str:
    """Return the religion by the family's community."""
    return RELIGIONS.get(child.family.community, "Hindu")


def draw_languages(dice: Dice, region: Region, community: str) -> str:
    """Return the languages that the child is said to speak."""
    spoken = [region.languages[0]]
    spoken += [language for language in region.languages[1:] if dice.chance(0.25)]
    if community == "u" and "Urdu" not in spoken and dice.chance(0.3):
        spoken.append("Urdu")
    return ";".join(spoken)
