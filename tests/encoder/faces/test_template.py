"""Photo codes: against the slow formula, angles, renewal by key, profile and epoch, and what is refused."""

import copy
import math
import pickle
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encoder.faces.rotation import stacked_rotations
from encoder.faces.space import EmbeddingError, FaceSpace, uncentred
from encoder.faces.template import TemplateEncoder, directions
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from matcher.errors import ProfileMismatchError
from matcher.profile import (
    LOCAL_2026_11_22,
    LOCAL_PHOTO_2026_11_22,
    NETWORK_PHOTO_2026_11_22,
    EncodingProfile,
    ViewParameters,
)
from matcher.views import View
from tests.encoder.builders import KEY, OTHER_KEY, distance
from tests.encoder.faces.synthetic_faces import IDENTITY, SMALL, Vectors, photos
from tools.golden_vectors import TEST_FACES, formula_embedding, formula_space, published_test_key

MEAN = np.linspace(-0.1, 0.1, 8)
WHITENING = np.eye(8) * 2 + np.tri(8) / 10
SPACES = {
    "nothing fitted": uncentred(SMALL),
    "a mean": FaceSpace(SMALL, MEAN),
    "a mean and a whitening": FaceSpace(SMALL, MEAN, WHITENING),
}
every_space = pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)


def slow_code(embedding: list[float], space: FaceSpace, hyperplanes: Vectors) -> list[int]:
    """One code, bit by bit and number by number, as 64-bit words."""
    mean = [0.0] * 8 if space.mean is None else space.mean.tolist()
    whitening = np.eye(8).tolist() if space.whitening is None else space.whitening.tolist()
    centred = [x - m for x, m in zip(embedding, mean, strict=True)]
    white = [math.fsum(centred[i] * whitening[i][j] for i in range(8)) for j in range(8)]
    length = math.sqrt(math.fsum(x * x for x in white))
    words = [0] * (space.bits // 64)
    for j, row in enumerate(hyperplanes.tolist()):
        if math.fsum(x / length * r for x, r in zip(white, row, strict=True)) > 0:
            words[j // 64] |= 1 << j % 64
    return words


def small_profile(bits: int, name: str = "test-photo", planes: int = 1) -> EncodingProfile:
    """A profile whose photo codes have so many bits."""
    return replace(LOCAL_2026_11_22, name=name, views=(ViewParameters(View.PHOTO, bits, planes),))


def codes_by(
    embeddings: Vectors, key: LinkageKey = KEY, profile: EncodingProfile = LOCAL_PHOTO_2026_11_22
) -> npt.NDArray[np.uint64]:
    """Codes of the uncentred space under a key and a profile."""
    return TemplateEncoder(key, profile, uncentred(IDENTITY)).encode(embeddings)


@every_space
@pytest.mark.parametrize("bits", [64, 512])
def test_codes_are_those_of_the_slow_formula(space: FaceSpace, bits: int) -> None:
    sized, profile = replace(space, bits=bits), small_profile(bits)
    embeddings = np.random.default_rng(5).normal(size=(20, 8))
    hyperplanes = stacked_rotations(KEY.view_key(profile, View.PHOTO, 0), 8, bits)
    slow = [slow_code(embedding.tolist(), sized, hyperplanes) for embedding in embeddings]
    fast = TemplateEncoder(KEY, profile, sized).encode(embeddings)
    assert (fast.dtype, fast.shape) == (np.uint64, (20, bits // 64))
    assert fast.tolist() == slow


@every_space
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 9), data=st.data())
def test_neither_company_nor_order_nor_length_change_a_code(
    space: FaceSpace, seed: int, count: int, data: st.DataObject
) -> None:
    encoder = TemplateEncoder(KEY, small_profile(512), space)
    embeddings = np.random.default_rng(seed).normal(size=(count, 8))
    together = encoder.encode(embeddings)
    order = data.draw(st.permutations(range(count)))
    np.testing.assert_array_equal(encoder.encode(embeddings[order]), together[order])
    np.testing.assert_array_equal(encoder.encode(embeddings[:1]), together[:1])
    mean = 0.0 if space.mean is None else space.mean
    stretched = (embeddings - mean) * data.draw(st.floats(0.01, 100)) + mean
    np.testing.assert_array_equal(encoder.encode(stretched), together)


def test_the_opposite_face_has_the_opposite_code() -> None:
    embeddings = np.random.default_rng(6).normal(size=(50, 128))
    np.testing.assert_array_equal(codes_by(-embeddings), ~codes_by(embeddings))


@pytest.mark.parametrize("angle", [0.2, 0.7, 1.2, math.pi / 2, 2.4])
def test_the_share_of_differing_bits_is_the_angle_over_pi(angle: float) -> None:
    """And it scatters less than with independent hyperplanes, whose variance is that of coin throws."""
    rng = np.random.default_rng(7)
    one, other = (rng.normal(size=(4000, 128)) for _ in range(2))
    one /= np.linalg.norm(one, axis=1)[:, None]
    other -= (one * other).sum(axis=1)[:, None] * one
    other /= np.linalg.norm(other, axis=1)[:, None]
    far = distance(codes_by(one), codes_by(math.cos(angle) * one + math.sin(angle) * other))
    expected = angle / math.pi
    assert far.mean() == pytest.approx(expected, abs=0.003)
    assert far.var() < expected * (1 - expected) / 512


def test_another_key_epoch_domain_or_profile_gives_unrelated_codes() -> None:
    embeddings = photos(100, 2).embeddings
    usual = codes_by(embeddings)
    np.testing.assert_array_equal(usual, codes_by(embeddings))
    secret = bytes(range(32))
    others = [
        codes_by(embeddings, OTHER_KEY),
        codes_by(embeddings, linkage_key_from_secret_bytes(secret, KEY.domain, "2027-05")),
        codes_by(embeddings, linkage_key_from_secret_bytes(secret, "elsewhere", KEY.epoch)),
        codes_by(embeddings, profile=NETWORK_PHOTO_2026_11_22),
    ]
    for other in others:
        far = distance(usual, other)
        assert far.mean() == pytest.approx(0.5, abs=0.05)
        assert np.abs(far - 0.5).max() < 0.2
        # Two faces that are alike under one key are not found by comparing across keys.
        assert distance(usual[::2], other[1::2]).mean() > 0.4 > distance(usual[::2], usual[1::2]).mean()


def test_directions_have_length_one_whatever_the_length_of_an_embedding() -> None:
    embeddings = np.array([[1e-300, 0, 0, 0, 0, 0, 0, 1e-300], [1e200] * 8, [1, 2, 3, 4, 5, 6, 7, 8.0]])
    np.testing.assert_allclose(np.linalg.norm(directions(embeddings, SPACES["nothing fitted"]), axis=1), 1)


# --- what is refused ------------------------------------------------------------------------------------------------


@every_space
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_are_refused(space: FaceSpace, number: float) -> None:
    embeddings = np.ones((3, 8))
    embeddings[1, 2] = number
    with pytest.raises(EmbeddingError, match="no finite number"):
        TemplateEncoder(KEY, small_profile(512), space).encode(embeddings)


@every_space
def test_an_embedding_without_a_direction_is_refused(space: FaceSpace) -> None:
    embeddings = np.ones((2, 8))
    embeddings[1] = 0 if space.mean is None else space.mean
    with pytest.raises(EmbeddingError, match="points nowhere"):
        TemplateEncoder(KEY, small_profile(512), space).encode(embeddings)


@pytest.mark.parametrize("shape", [(2, 7), (2, 9), (8,), (0, 7), (1, 2, 8)])
def test_other_dimensions_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(EmbeddingError, match="needs the 8 numbers"):
        TemplateEncoder(KEY, small_profile(512), uncentred(SMALL)).encode(np.ones(shape))


@every_space
def test_no_embeddings_are_no_codes(space: FaceSpace) -> None:
    assert TemplateEncoder(KEY, small_profile(512), space).encode(np.empty((0, 8))).shape == (0, 8)


def test_a_space_of_another_size_than_the_profile_is_refused() -> None:
    with pytest.raises(ProfileMismatchError, match=r"256 bits.*512 bits"):
        TemplateEncoder(KEY, small_profile(256), uncentred(SMALL))
    with pytest.raises(ProfileMismatchError, match="2 planes"):
        TemplateEncoder(KEY, small_profile(512, planes=2), uncentred(SMALL))
    with pytest.raises(KeyError):
        TemplateEncoder(KEY, LOCAL_2026_11_22, uncentred(SMALL))


def test_the_rotations_neither_show_themselves_nor_travel() -> None:
    encoder = TemplateEncoder(KEY, small_profile(512), uncentred(SMALL))
    assert repr(encoder) == str(encoder) == "TemplateEncoder(FaceSpace(synthetic with nothing fitted))"
    for step in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            step(encoder)


# --- golden vectors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", [LOCAL_PHOTO_2026_11_22, NETWORK_PHOTO_2026_11_22], ids=lambda known: known.name)
def test_no_bit_of_a_golden_vector_hangs_on_rounding(profile: EncodingProfile) -> None:
    """Linear algebra libraries differ by about 1e-14: bits this far from zero are the same under all of them."""
    space = formula_space()
    embeddings = np.stack([formula_embedding(name) for name in TEST_FACES])
    hyperplanes = stacked_rotations(published_test_key().view_key(profile, View.PHOTO, 0), 128, 512)
    assert np.abs(directions(embeddings, space) @ hyperplanes.T).min() > 1e-6
