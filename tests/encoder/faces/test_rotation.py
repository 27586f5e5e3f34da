"""Keyed rotations: the formula of the module step by step, right angles, and what a rotation depends on."""

import hashlib
import math

import numpy as np
import pytest

from encoder.faces.rotation import stacked_rotations

VIEW_KEY = bytes(range(32))


def slow_block(view_key: bytes, block: int, d: int) -> list[list[float]]:
    """One block as the module's docstring has it, number by number, made orthogonal column after column."""
    fields = (b"milap photo rotation v1", view_key, block.to_bytes(4, "big"), d.to_bytes(4, "big"))
    stream = hashlib.shake_256(b"".join(len(x).to_bytes(4, "big") + x for x in fields)).digest(8 * (d * d + 1))
    numbers: list[float] = []
    for at in range(0, d * d, 2):
        a, b = (int.from_bytes(stream[8 * i : 8 * i + 8], "little") >> 11 for i in (at, at + 1))
        radius, angle = math.sqrt(-2 * math.log((a + 1) / 2**53)), 2 * math.pi * b / 2**53
        numbers += [radius * math.cos(angle), radius * math.sin(angle)]
    columns: list[list[float]] = []
    for j in range(d):
        column = [numbers[i * d + j] for i in range(d)]
        for before in columns:
            share = math.fsum(x * y for x, y in zip(column, before, strict=True))
            column = [x - share * y for x, y in zip(column, before, strict=True)]
        length = math.sqrt(math.fsum(x * x for x in column))
        columns.append([x / length for x in column])
    return [[columns[j][i] for j in range(d)] for i in range(d)]


@pytest.mark.parametrize(("dimensions", "bits"), [(8, 64), (5, 64), (1, 3), (12, 7)])
def test_rotations_are_those_of_the_slow_formula(dimensions: int, bits: int) -> None:
    blocks = math.ceil(bits / dimensions)
    slow = [row for block in range(blocks) for row in slow_block(VIEW_KEY, block, dimensions)]
    fast = stacked_rotations(VIEW_KEY, dimensions, bits)
    np.testing.assert_allclose(fast, slow[:bits], atol=1e-9)


def test_rows_of_a_block_stand_at_right_angles_and_blocks_are_unrelated() -> None:
    stack = stacked_rotations(VIEW_KEY, 128, 512)
    assert stack.shape == (512, 128)
    for block in stack.reshape(4, 128, 128):
        np.testing.assert_allclose(block @ block.T, np.eye(128), atol=1e-12)
    across = stack[:128] @ stack[128:256].T
    assert np.abs(across).mean() == pytest.approx(math.sqrt(2 / math.pi / 128), rel=0.05)


def test_a_rotation_is_drawn_from_the_view_key_alone() -> None:
    usual = stacked_rotations(VIEW_KEY, 128, 512)
    np.testing.assert_array_equal(usual, stacked_rotations(VIEW_KEY, 128, 512))
    np.testing.assert_array_equal(usual[:200], stacked_rotations(VIEW_KEY, 128, 200))
    other = stacked_rotations(VIEW_KEY[::-1], 128, 512)
    assert np.abs((usual * other).sum(axis=1)).max() < 0.5


def test_entries_look_like_those_of_a_uniform_rotation() -> None:
    """An entry has mean 0, variance 1/d, and the kurtosis of a coordinate of a uniform point, 3d/(d+2)."""
    entries = stacked_rotations(VIEW_KEY, 128, 4096).ravel() * math.sqrt(128)
    assert entries.mean() == pytest.approx(0, abs=0.01)
    assert (entries**2).mean() == pytest.approx(1, abs=1e-9)
    assert (entries**4).mean() == pytest.approx(3 * 128 / 130, rel=0.02)
