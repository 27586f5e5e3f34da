"""What an attack starts from: codes, and tokens that say what their similarities should be."""

import numpy as np
import pytest

from benchmarks.attacks.setting import Target, TargetView, bag_matrix, target_of
from benchmarks.attacks.weak import bloom_target, one_plane_target, weak_targets
from benchmarks.common.data import invent
from encoder.tokens.piece import Piece
from matcher.profile import NETWORK_2026_11_22

RECORDS = 150
EVERY = np.arange(RECORDS)


@pytest.fixture(scope="module")
def network() -> Target:
    return target_of(invent(RECORDS, 1, 5).missing, NETWORK_2026_11_22)


def _view(target: Target, name: str) -> TargetView:
    return next(view for view in target.views if view.name == name)


def test_one_row_a_record_in_every_view(network: Target) -> None:
    assert network.records == RECORDS
    assert [view.name for view in network.views] == [p.view.value for p in NETWORK_2026_11_22.views]
    assert all(len(view.codes) == len(view.present) == view.bags.shape[0] == RECORDS for view in network.views)


def test_the_similarity_of_codes_is_their_hamming_distance_told_otherwise(network: Target) -> None:
    view = _view(network, "child")
    distance = np.bitwise_count(view.codes[3] ^ view.codes[7]).sum()
    assert view.code_similarity(EVERY, EVERY)[3, 7] == pytest.approx(1 - 2 * distance / view.bits)


@pytest.mark.parametrize("name", ["child", "father", "home"])
def test_codes_are_as_similar_as_their_tokens_say(network: Target, name: str) -> None:
    view = _view(network, name)
    present = np.flatnonzero(view.present)
    off = (view.code_similarity(present, present) - view.plain_similarity(present, present))[
        np.triu_indices(len(present), 1)
    ]
    assert abs(off.mean()) < 0.003
    assert off.std() < 1.3 * view.bits**-0.5


def test_an_absent_view_is_like_nothing_and_shows_in_the_pattern(network: Target) -> None:
    place = [view.name for view in network.views].index("kin")
    view = network.views[place]
    assert 0 < view.present.sum() < RECORDS
    assert (network.pattern >> place & 1 == view.present).all()
    for like in (view.code_similarity(EVERY, EVERY), view.plain_similarity(EVERY, EVERY)):
        assert not like[~view.present].any()
        assert not like[:, ~view.present].any()


def test_open_attributes_that_differ_give_different_blocks(network: Target) -> None:
    assert network.blocks is not None
    assert 1 < len(np.unique(network.blocks)) < RECORDS


def test_weights_of_a_token_that_comes_twice_add_up() -> None:
    bags = bag_matrix([(Piece(("a", "b"), (2, 3)), Piece(("a",), (4,))), ()])
    assert bags.toarray().tolist() == [[6, 3], [0, 0]]


def test_weak_targets_are_bloom_filters_and_one_plane_under_fresh_keys() -> None:
    records = invent(30, 1, 5).missing
    targets = weak_targets(records)
    assert [target.name for target in targets] == ["Bloom filter", "one plane"]
    assert {view.planes for view in targets[1].views} == {1}
    assert (bloom_target(records).views[0].codes != targets[0].views[0].codes).any()
    assert (one_plane_target(records).views[0].codes != targets[1].views[0].codes).any()


def test_bloom_filters_have_dices_similarity() -> None:
    view = bloom_target(invent(30, 1, 5).missing).views[0]
    rows = np.arange(30)
    bits = np.unpackbits(view.codes.view(np.uint8), axis=1, bitorder="little")
    common = (bits[2] & bits[9]).sum()
    assert view.code_similarity(rows, rows)[2, 9] == pytest.approx(2 * common / (bits[2].sum() + bits[9].sum()))
    one, other = (set(view.bags[[row]].indices.tolist()) for row in (2, 9))
    dice = 2 * len(one & other) / (len(one) + len(other))
    assert view.plain_similarity(rows, rows)[2, 9] == pytest.approx(dice)
