"""Shares of a key: any so many give it back, fewer never do, and whatever was tampered with is refused by its type."""

import copy
import pickle
from dataclasses import replace

import pytest
import shamir_mnemonic
from hypothesis import given, settings
from hypothesis import strategies as st

from encoder import key_shares
from encoder.key_share_errors import (
    DamagedShareError,
    KeyShareError,
    MixedSharesError,
    RepeatedShareError,
    TooFewSharesError,
)
from encoder.key_shares import SHARE_WORDS, KeyShare, join_shares, split_key
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from tests.encoder.key_builders import KEY, SECRET, forged, misspelt, reworded

THREE_OF_FIVE = split_key(KEY, 3, 5)


def refusal(shares: list[KeyShare], error: type[KeyShareError]) -> str:
    """The message of the refusal: one sentence without a word of a share."""
    with pytest.raises(error) as caught:
        join_shares(shares)
    assert type(caught.value) is error
    assert caught.value.__cause__ is None
    message = str(caught.value)
    assert message.endswith(".")
    # The first four words name the splitting and the share; a person could read them out without harm.
    assert [share.number for share in shares if share.words and " ".join(share.words[4:6]) in message] == []
    return message


@st.composite
def splittings(draw: st.DrawFn) -> tuple[LinkageKey, int, int]:
    """Any key and any numbers that a splitting may have."""
    secret = draw(st.binary(min_size=32, max_size=32))
    shares = draw(st.integers(2, 16))
    return linkage_key_from_secret_bytes(secret, "east", "2026-11"), draw(st.integers(2, shares)), shares


@given(splitting=splittings(), data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_so_many_shares_in_any_order_give_the_key_and_one_fewer_never_does(
    splitting: tuple[LinkageKey, int, int], data: st.DataObject
) -> None:
    key, threshold, shares = splitting
    order = data.draw(st.permutations(range(shares)))
    made = split_key(key, threshold, shares)
    assert [share.number for share in made] == list(range(1, shares + 1))
    given_ = data.draw(st.integers(threshold, shares))
    assert join_shares([made[at] for at in order[:given_]]) == key
    few = [made[at] for at in order[: threshold - 1]]
    refusal(few, TooFewSharesError)


@given(count=st.integers(2, 15))
@settings(max_examples=8, deadline=None)
def test_shares_that_claim_to_be_enough_when_they_are_not_give_nothing(count: int) -> None:
    made = split_key(KEY, count + 1, 16)
    few = [replace(reworded(share, member_threshold=count), threshold=count) for share in made[:count]]
    assert "give no key together" in refusal(few, DamagedShareError)


def test_two_splittings_of_a_key_share_no_value() -> None:
    first, second = split_key(KEY, 2, 2), split_key(KEY, 2, 2)
    for a in first:
        for b in second:
            assert set(a.words[4:-3]) != set(b.words[4:-3])


def test_no_single_share_is_the_secret() -> None:
    for share in split_key(KEY, 2, 16):
        assert shamir_mnemonic.Share.from_mnemonic(" ".join(share.words)).value != SECRET


def test_the_words_are_those_of_slip_39_without_a_passphrase() -> None:
    """Whoever has only the paper can use any program that knows SLIP-0039."""
    words = [" ".join(share.words) for share in THREE_OF_FIVE[1:4]]
    assert shamir_mnemonic.combine_mnemonics(words) == SECRET
    assert {len(share.words) for share in THREE_OF_FIVE} == {SHARE_WORDS}


def test_shares_made_elsewhere_long_ago_still_join() -> None:
    """Made with `split_key(linkage_key_from_secret_bytes(bytes(32), "east", "2026-11"), 2, 3)` on 2026-11-22."""
    key = linkage_key_from_secret_bytes(bytes(32), "east", "2026-11")
    kept = [
        KeyShare("east", "2026-11", key.fingerprint(), number, 3, 2, tuple(words.split()))
        for number, words in KEPT.items()
    ]
    assert join_shares(kept) == key


@pytest.mark.parametrize(("threshold", "shares"), [(1, 5), (0, 5), (-1, 3), (4, 3), (2, 17), (17, 17), (1, 1), (2, 1)])
def test_numbers_that_make_no_splitting(threshold: int, shares: int) -> None:
    with pytest.raises(KeyShareError, match="choose such numbers"):
        split_key(KEY, threshold, shares)


def test_a_splitting_that_does_not_give_the_key_back_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_shares, "join_shares", lambda shares: linkage_key_from_secret_bytes(bytes(32), "a", "b"))
    with pytest.raises(KeyShareError, match="none is used"):
        split_key(KEY, 2, 3)


# --- shares that do not join ----------------------------------------------------------------------------------------


def test_no_share_at_all() -> None:
    assert "No share" in refusal([], TooFewSharesError)


@given(at=st.integers(0, SHARE_WORDS - 1), word=st.sampled_from(sorted(key_shares.WORD_INDEX_MAP)))
@settings(max_examples=40, deadline=None)
def test_one_word_taken_for_another_is_noticed(at: int, word: str) -> None:
    if word == THREE_OF_FIVE[1].words[at]:
        return
    refusal([THREE_OF_FIVE[0], misspelt(THREE_OF_FIVE[1], at, word), THREE_OF_FIVE[2]], DamagedShareError)


def test_a_word_of_no_list_is_named_by_its_place() -> None:
    shares = [THREE_OF_FIVE[0], misspelt(THREE_OF_FIVE[1], 6, "hullabaloo"), THREE_OF_FIVE[2]]
    message = refusal(shares, DamagedShareError)
    assert "Word 7 of share 2" in message
    assert "hullabaloo" not in message


@pytest.mark.parametrize("words", [THREE_OF_FIVE[0].words[:-1], (*THREE_OF_FIVE[0].words, "academic"), ()])
def test_too_few_and_too_many_words(words: tuple[str, ...]) -> None:
    assert f"needs {SHARE_WORDS}" in refusal([replace(THREE_OF_FIVE[0], words=words)], DamagedShareError)


@pytest.mark.parametrize(
    "changes",
    [
        {"index": 4}, {"member_threshold": 2}, {"iteration_exponent": 15}, {"extendable": False}, {"group_index": 1},
        {"group_count": 2}, {"group_count": 2, "group_threshold": 2}, {"value": bytes(16)},
    ],
)  # fmt: skip
def test_words_that_say_something_else_than_the_page(changes: dict[str, object]) -> None:
    refusal([reworded(THREE_OF_FIVE[0], **changes), *THREE_OF_FIVE[1:3]], DamagedShareError)


@pytest.mark.parametrize("changes", [{"number": 2}, {"number": 0}, {"threshold": 2}, {"shares": 0}])
def test_a_page_that_says_something_else_than_its_words(changes: dict[str, int]) -> None:
    refusal([replace(THREE_OF_FIVE[0], **changes)], DamagedShareError)


def test_a_forged_share_gives_no_key() -> None:
    assert "one was changed" in refusal([forged(THREE_OF_FIVE[0]), *THREE_OF_FIVE[1:3]], DamagedShareError)


def test_shares_of_another_secret_under_this_fingerprint_give_no_key() -> None:
    other = split_key(linkage_key_from_secret_bytes(bytes(32), "east", "2026-11"), 3, 5)
    lying = [replace(share, fingerprint=KEY.fingerprint()) for share in other[:3]]
    assert "not the fingerprint" in refusal(lying, DamagedShareError)


@pytest.mark.parametrize("changes", [{"domain": "west"}, {"epoch": "2026-12"}])
def test_shares_that_all_name_another_domain_or_epoch_give_no_key(changes: dict[str, str]) -> None:
    lying = [replace(share, **changes) for share in THREE_OF_FIVE[:3]]
    assert "not the fingerprint" in refusal(lying, DamagedShareError)


@pytest.mark.parametrize("changes", [{"domain": "two words"}, {"epoch": ""}])
def test_names_that_no_key_has(changes: dict[str, str]) -> None:
    assert "no key has" in refusal([replace(share, **changes) for share in THREE_OF_FIVE[:3]], DamagedShareError)


@pytest.mark.parametrize("changes", [{"domain": "west"}, {"epoch": "2026-12"}])
def test_a_share_of_another_domain_or_epoch(changes: dict[str, str]) -> None:
    shares = [*THREE_OF_FIVE[:2], replace(THREE_OF_FIVE[2], **changes)]
    assert "different domains or epochs" in refusal(shares, MixedSharesError)


def test_a_share_of_another_key() -> None:
    other = split_key(LinkageKey.generate("east", "2026-11"), 3, 5)
    assert "two keys" in refusal([*THREE_OF_FIVE[:2], other[2]], MixedSharesError)


def test_a_share_of_another_splitting_of_the_same_key() -> None:
    assert "more than once" in refusal([*THREE_OF_FIVE[:2], split_key(KEY, 3, 5)[2]], MixedSharesError)
    assert "more than once" in refusal([*THREE_OF_FIVE[:2], split_key(KEY, 2, 5)[2]], MixedSharesError)


def test_shares_of_two_splittings_that_drew_one_identifier_give_no_key() -> None:
    """One of 32,768 pairs of splittings looks alike; the values still do not fit."""
    identifier = shamir_mnemonic.Share.from_mnemonic(" ".join(THREE_OF_FIVE[0].words)).identifier
    other = reworded(split_key(KEY, 3, 5)[2], identifier=identifier)
    assert "give no key together" in refusal([*THREE_OF_FIVE[:2], other], DamagedShareError)


def test_the_same_share_twice_is_not_two() -> None:
    assert "Share 1 was given twice" in refusal([THREE_OF_FIVE[0], *THREE_OF_FIVE[:2]], RepeatedShareError)


def test_two_different_shares_of_one_number() -> None:
    assert "two different shares 1" in refusal([forged(THREE_OF_FIVE[0]), *THREE_OF_FIVE[:2]], DamagedShareError)


# --- nothing tells a word -------------------------------------------------------------------------------------------


def test_a_share_shows_no_word_and_is_never_copied() -> None:
    share = THREE_OF_FIVE[0]
    assert share.words[5] not in repr(share)
    assert "words" not in repr(share)
    for leak in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="never pickled"):
            leak(share)


KEPT = {
    1: (
        "pickup favorite academic acid alpha starting overall adequate drift venture reaction volume society axis "
        "tackle dominant reunion unfair ladle reject move dwarf obesity course rumor satoshi decorate category "
        "jerky shrimp purple clock memory"
    ),
    3: (
        "pickup favorite academic always award building fused again license aquatic shrimp cradle ting vexed music "
        "rival greatest ocean scout liquid acne alcohol findings secret inmate cards public guilt single year furl "
        "dynamic become"
    ),
}
