"""What the words of two sides make of a link."""

from itertools import product

import pytest

from api.hub.clusters.judging import renewed, said, state_of, turned
from api.hub.storage.kindred import KindredRow
from api.hub.storage.links import StoredLink

LINK = StoredLink(1, "n", 1, 3, 5, 7, 8, 1, 2, 20_000, "[]", "proposed", None, None, None, None, None, 1, 1)


def test_two_sames_join_one_different_separates_and_all_else_is_proposed() -> None:
    words = (None, "same", "different")
    states = {pair: state_of(*pair) for pair in product(words, words)}
    assert [pair for pair, state in states.items() if state == "joined"] == [("same", "same")]
    assert all((state == "separated") == ("different" in pair) for pair, state in states.items())


def test_a_separation_remembers_what_it_was_judged_on() -> None:
    after = said(LINK, (True, False), "different", alive=True)
    assert (after.judged_weight, after.judged_first_version, after.judged_second_version) == (20_000, 1, 2)


def test_a_change_of_mind_about_records_that_are_gone_proposes_nothing() -> None:
    parted = said(LINK, (True, False), "different", alive=True)
    assert said(parted, (True, False), "same", alive=False).state == "withdrawn"


def test_turning_twice_changes_nothing() -> None:
    link = LINK._replace(first_word="same", judged_first_version=7)
    assert turned(link) != link
    assert turned(turned(link)) == link


@pytest.mark.parametrize(
    ("versions", "weight", "state"),
    [
        ((1, 2), 90_000, "separated"),
        ((2, 2), 21_999, "separated"),
        ((2, 2), 22_000, "proposed"),
        ((1, 3), 22_000, "proposed"),
    ],
)
def test_a_separation_holds_until_a_new_version_weighs_more(versions: tuple[int, int], weight: int, state: str) -> None:
    parted = said(LINK, (True, False), "different", alive=True)
    assert renewed(parted, KindredRow(3, 5, *versions, weight, "[]"), 2.0).state == state
