"""Draw families, their children, and the relatives and namesakes that make matching hard."""

from datetime import date, timedelta

from encoder.synthetic.bodies import draw_complexion, draw_disability, draw_marks
from encoder.synthetic.dice import Dice
from encoder.synthetic.forms import Forms
from encoder.synthetic.initials import initial_of
from encoder.synthetic.people import Child, Family, Name
from encoder.synthetic.phones import draw_phones
from encoder.synthetic.places import Home, draw_home, home_regions
from encoder.synthetic.rates import SyntheticRates
from encoder.synthetic.vocabulary import Word, given_names, nicknames, patterns, surnames

CHILDREN_OF_FAMILY = (1, 2, 2, 3)
AGES_GIRLS = (4, 6, 7, 8, 9, 10, 11, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15, 15, 16, 16, 16, 16, 17, 17, 17)
AGES_BOYS = (4, 5, 6, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15, 16, 17)
DAYS_OF_YEAR = 365.2425
PET_NAME = 0.6  # of nicknames; the rest are second given names
SAME_FATHER_NAME = 0.5  # of namesakes: the hardest negatives
SAME_DISTRICT = 0.6
USUAL_SLOT_WORD = 0.7
SPELLINGS_IN_USE = 3  # families keep to the commonest spellings; clerks know more


def _build(dice: Dice, pattern: tuple[Word, ...], given: Forms, surname: tuple[Forms, int], father: Forms) -> Name:
    """Fill a pattern; the family name keeps the family's spelling, the other words get one of their own."""
    letters = {"G": given, "S": surname[0], "F": father}
    words, habits = [], []
    for word in pattern:
        slot_word = isinstance(word, Forms)
        words.append(word if isinstance(word, Forms) else letters.get(word) or initial_of(father))
        habits.append(surname[1] if word == "S" else _habit(dice, slot_word))
    if "F." not in pattern:
        return Name(tuple(words), tuple(habits), pattern.index("G"))
    return Name(tuple(words), tuple(habits), pattern.index("G"), pattern.index("F."), father)


def _habit(dice: Dice, slot_word: bool) -> int:
    """Return the index of a spelling; Kumari, Devi and their like are mostly written in one way."""
    return 0 if slot_word and dice.chance(USUAL_SLOT_WORD) else dice.skewed(SPELLINGS_IN_USE)


def _adult(dice: Dice, community: str, role: str, surname: tuple[Forms, int], given: Forms | None = None) -> Name:
    sex = "f" if role == "mother" else "m"
    chosen = given or given_names(community, sex, "p").draw(dice)
    return _build(dice, patterns(community, role, "-").draw(dice), chosen, surname, chosen)


def _child_name(dice: Dice, community: str, sex: str, shared: bool, surname: tuple[Forms, int], father: Name) -> Name:
    given = given_names(community, sex, "c").draw(dice)
    pattern = patterns(community, sex, "shared" if shared else "other").draw(dice)
    return _build(dice, pattern, given, surname, father.words[father.given])


def draw_family(
    dice: Dice, sex: str, home: Home | None = None, community: str = "", like: Child | None = None
) -> Family:
    """Draw a family whose first child has this sex; `like` makes that child a namesake of another."""
    home = home or draw_home(dice, home_regions().draw(dice))
    community = community or home.region.communities.draw(dice)
    surname = (like.family.surname if like else surnames(community).draw(dice), dice.skewed(SPELLINGS_IN_USE))
    known = like.family.father if like and dice.chance(SAME_FATHER_NAME) else None
    father = _adult(dice, community, "father", surname, known.words[known.given] if known else None)
    shared = like.family.shared if like else dice.chance(home.region.shared)
    sexes = (sex, *("f" if dice.chance(0.5) else "m" for _ in range(dice.pick(CHILDREN_OF_FAMILY) - 1)))
    names = [_child_name(dice, community, s, shared, surname, father) for s in sexes]
    if like:
        names[0] = like.name
    return Family(
        community=community,
        home=home,
        surname=surname[0],
        surname_habit=surname[1],
        father=father,
        mother=_adult(dice, community, "mother", surname),
        kin=tuple(_adult(dice, community, "father", surname) for _ in range(dice.below(2))),
        children=tuple(names),
        sexes=sexes,
        phones=draw_phones(dice, home.region.country.key),
        shared=shared,
    )


def draw_child(dice: Dice, rates: SyntheticRates, family: Family, event: date) -> Child:
    """Draw the family's first child, of an age that fits the day it went missing or was found."""
    ages = AGES_GIRLS if family.sexes[0] == "f" else AGES_BOYS
    days = int((dice.pick(ages) + dice.unit()) * DAYS_OF_YEAR)
    return _embody(dice, rates, family, 0, event - timedelta(days=days))


def draw_sibling(dice: Dice, rates: SyntheticRates, child: Child, event: date) -> Child | None:
    """Draw the second child of the family, 2-17 years old on the day, or None for an only child."""
    family = child.family
    if len(family.children) < 2:
        return None
    apart = int((1.2 + 4.8 * dice.unit()) * DAYS_OF_YEAR)
    born = child.born + timedelta(days=apart if dice.chance(0.5) else -apart)
    age = (event - born).days / DAYS_OF_YEAR
    if not 2.0 <= age < 18.0:
        born = child.born - (born - child.born)
    return _embody(dice, rates, family, 1, born)


def draw_namesake_family(dice: Dice, child: Child) -> Family:
    """Draw another family whose child has the child's name, often its father's name and its district."""
    home = child.family.home
    district = (home.path, home.district) if dice.chance(SAME_DISTRICT) else None
    return draw_family(dice, child.sex, draw_home(dice, home.region, district), child.family.community, child)


def _embody(dice: Dice, rates: SyntheticRates, family: Family, place: int, born: date) -> Child:
    sex = family.sexes[place]
    pet = dice.chance(PET_NAME)
    nickname = (nicknames(family.community, sex) if pet else given_names(family.community, sex, "c")).draw(dice)
    return Child(
        family=family,
        place=place,
        born=born,
        nickname=Name((nickname,), (dice.skewed(SPELLINGS_IN_USE),)),
        speaks=not dice.chance(rates.speechless),
        disability=draw_disability(dice) if dice.chance(rates.disability) else "",
        marks=draw_marks(dice),
        stature=sum(dice.unit() for _ in range(6)) * 1.41 - 4.24,
        complexion=draw_complexion(dice),
    )
