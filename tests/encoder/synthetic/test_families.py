"""Families hold together: one home, one family name in one spelling, one father for all children."""

from encoder.synthetic.cases import draw_day
from encoder.synthetic.dice import Dice
from encoder.synthetic.families import draw_child, draw_family, draw_namesake_family
from encoder.synthetic.forms import LATIN
from encoder.synthetic.people import Family, Name
from encoder.synthetic.places import home_regions
from encoder.synthetic.rates import FIELD
from encoder.synthetic.vocabulary import surnames
from tests.encoder.synthetic.measuring import CLEAN


def families(count: int) -> list[Family]:
    dice = Dice(21)
    return [draw_family(dice, "f") for _ in range(count)]


def spelled(name: Name, family: Family) -> list[int]:
    pairs = zip(name.words, name.habits, strict=True)
    return [habit for word, habit in pairs if word is family.surname]


def test_a_family_has_one_home_in_one_state() -> None:
    for family in families(500):
        region = family.home.region
        assert family.home.path.startswith(f"{region.country.key}/{region.state.key}/")
        assert family.community in region.communities.items
        assert family.surname.key in {word.key for word in surnames(family.community).items}


def test_everybody_writes_the_family_name_alike() -> None:
    for family in families(500):
        for name in (family.father, family.mother, *family.children):
            assert set(spelled(name, family)) <= {family.surname_habit}


def test_all_children_have_the_name_of_the_father_where_the_family_shares_it() -> None:
    for family in families(500):
        if family.shared and family.community in "hboagrs":
            assert all(name.words[-1] is family.surname for name in family.children)


def test_a_namesake_is_of_another_family() -> None:
    dice = Dice(22)
    for family in families(200):
        child = draw_child(dice, FIELD, family, draw_day(dice))
        other = draw_namesake_family(dice, child)
        assert other is not family
        assert other.children[0] is child.name
        assert other.surname is family.surname
        assert other.home.region is family.home.region


def test_initials_know_the_name_they_stand_for() -> None:
    initials = [family for family in families(3_000) if family.children[0].initial is not None]
    assert len(initials) > 30
    for family in initials:
        name = family.children[0]
        assert name.father is family.father.words[family.father.given]
        assert name.initial is not None
        assert name.words[name.initial].spellings[LATIN][0][0] == name.father.key[0].upper()


def test_disabilities_come_at_their_rate_and_not_where_there_are_none() -> None:
    dice = Dice(23)
    sample = families(1_000)
    assert not any(draw_child(dice, CLEAN, family, draw_day(dice)).disability for family in sample)
    told = sum(bool(draw_child(dice, FIELD, family, draw_day(dice)).disability) for family in sample)
    assert 0.015 < told / len(sample) < 0.075


def test_states_send_children_by_their_weight() -> None:
    states = [region.state.key for region in home_regions().items]
    assert len(set(states)) == len(states) >= 34
