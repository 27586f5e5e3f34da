"""Waves of a sampled run: all blocks once, each wave spread over all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.crossmatching.blocks import Block, Stage
from api.hub.crossmatching.waves import SHARES, waves_of


def blocks(count: int) -> list[Block]:
    return [Block(Stage.MISSING, number, 10 * number, 10 * number + 10) for number in range(count)]


@given(st.integers(1, 300))
def test_every_block_is_in_one_wave(count: int) -> None:
    waves = waves_of(blocks(count))
    assert sorted(block for wave in waves for block in wave) == blocks(count)
    assert len(waves) == len(SHARES)
    assert all(wave == sorted(wave) for wave in waves)


@given(st.integers(1, 300))
def test_there_is_a_sample_always(count: int) -> None:
    assert waves_of(blocks(count))[0]


@pytest.mark.parametrize("count", [64, 100, 500])
def test_a_wave_has_its_share_of_either_half(count: int) -> None:
    searched: list[Block] = []
    for wave, share in zip(waves_of(blocks(count)), SHARES, strict=True):
        searched += wave
        assert len(searched) == pytest.approx(share * count, abs=1)
        assert sum(block.number < count / 2 for block in searched) == pytest.approx(len(searched) / 2, rel=0.3, abs=2)
