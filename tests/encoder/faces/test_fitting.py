"""Mean and whitening: what they are, what they need, and that codes of synthetic embeddings gain by them."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encoder.faces.fitting import (
    MIN_PHOTOS,
    MIN_SUBJECTS,
    MIN_SUBJECTS_WITH_TWO,
    FittingError,
    fit_mean,
    fit_space,
    fit_whitening,
)
from encoder.faces.space import FaceSpace, uncentred
from encoder.faces.template import TemplateEncoder, directions
from matcher.profile import LOCAL_PHOTO_2026_11_22
from tests.encoder.builders import KEY
from tests.encoder.faces.synthetic_faces import IDENTITY, SMALL, Photos, Vectors, auc, photos

TODAY = date(2026, 11, 22)


def space_of(sample: Photos, whiten: bool) -> FaceSpace:
    """A space fitted from photos."""
    return fit_space(IDENTITY, *sample, whiten=whiten, on=TODAY, tool="milap test")


# --- the mean -------------------------------------------------------------------------------------------------------


def test_the_mean_is_that_of_the_subjects_not_of_the_photos() -> None:
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(12, 8))
    subjects = [f"s{i}" for i in range(12)] + ["s0"] * 500
    embeddings = np.concatenate([centres, np.repeat(centres[:1], 500, axis=0)])
    np.testing.assert_allclose(fit_mean(embeddings, subjects), centres.mean(axis=0), atol=1e-12)


@settings(max_examples=20)
@given(order=st.permutations(range(24)))
def test_the_order_of_photos_does_not_matter(order: list[int]) -> None:
    sample = photos(12, 2, SMALL)
    mixed = fit_mean(sample.embeddings[order], [sample.subjects[i] for i in order])
    np.testing.assert_allclose(mixed, fit_mean(*sample), atol=1e-12)


@pytest.mark.parametrize(("subjects", "each"), [(MIN_PHOTOS - 1, 1), (MIN_SUBJECTS - 1, 4), (0, 0)])
def test_too_few_photos_or_children_give_no_mean(subjects: int, each: int) -> None:
    sample = photos(subjects, each, SMALL)
    with pytest.raises(FittingError, match=f"{MIN_PHOTOS} photos of {MIN_SUBJECTS} .*{len(sample.subjects)} of"):
        fit_mean(*sample)


def test_just_enough_photos_give_a_mean() -> None:
    assert fit_mean(*photos(MIN_PHOTOS, 1, SMALL)).shape == (8,)
    assert fit_mean(*photos(MIN_SUBJECTS, 2, SMALL)).shape == (8,)


# --- the whitening --------------------------------------------------------------------------------------------------


def test_whitened_photos_of_a_child_scatter_alike_in_all_directions() -> None:
    sample = photos(2000, 3, SMALL)
    white = (sample.embeddings @ fit_whitening(*sample)).reshape(2000, 3, 8)
    apart = (white - white.mean(axis=1, keepdims=True)).reshape(-1, 8)
    np.testing.assert_allclose(apart.T @ apart / (2000 * 2), np.eye(8), atol=0.25)  # not 0: it is shrunk a little


def test_few_children_shrink_the_whitening_and_many_hardly() -> None:
    """The more is known, the further it is from a multiple of the identity."""
    few, many = (fit_whitening(*photos(count, 2)) for count in (MIN_SUBJECTS_WITH_TWO, 1000))
    assert np.linalg.cond(few) < np.linalg.cond(many)
    assert np.isfinite(few).all()


def test_noise_without_a_direction_gives_a_multiple_of_the_identity() -> None:
    embeddings = np.random.default_rng(2).normal(size=(4000, 8)) * 0.5
    whitening = fit_whitening(embeddings, [str(i // 2) for i in range(4000)])
    np.testing.assert_allclose(whitening, np.eye(8) * 2, atol=0.2)


def test_a_child_with_many_photos_counts_once() -> None:
    sample = photos(40, 2, SMALL)
    loud = np.random.default_rng(4).normal(size=(400, 8)) * [100, 1, 1, 1, 1, 1, 1, 1]
    both = np.concatenate([sample.embeddings, loud[:2]]), [*sample.subjects, *["loud"] * 2]
    more = np.concatenate([sample.embeddings, loud]), [*sample.subjects, *["loud"] * 400]
    pooled = loud.var(axis=0)[0] * 399 / (40 + 399)
    within = np.linalg.inv(fit_whitening(*more) @ fit_whitening(*more).T)
    assert within.max() < pooled / 5
    assert fit_whitening(*both).shape == (8, 8)


def test_children_with_one_photo_are_left_out() -> None:
    sample, single = photos(40, 2, SMALL), photos(5, 1, SMALL, seed=9)
    embeddings = np.concatenate([sample.embeddings, single.embeddings])
    subjects = [*sample.subjects, *(f"single {i}" for i in range(5))]
    np.testing.assert_array_equal(fit_whitening(embeddings, subjects), fit_whitening(*sample))


def test_too_few_children_with_two_photos_give_no_whitening() -> None:
    few, single = photos(MIN_SUBJECTS_WITH_TWO - 1, 3), photos(500, 1)
    for sample, count in ((few, MIN_SUBJECTS_WITH_TWO - 1), (single, 0)):
        with pytest.raises(FittingError, match=f"at least {MIN_SUBJECTS_WITH_TWO} children.*there are {count};"):
            fit_whitening(*sample)
    assert fit_whitening(*photos(MIN_SUBJECTS_WITH_TWO, 2)).shape == (128, 128)


def test_photos_that_are_all_the_same_give_no_whitening() -> None:
    sample = photos(40, 1, SMALL)
    with pytest.raises(FittingError, match="one and the same"):
        fit_whitening(np.repeat(sample.embeddings, 2, axis=0), [s for s in sample.subjects for _ in range(2)])


@pytest.mark.parametrize("fit", [fit_mean, fit_whitening])
def test_embeddings_that_do_not_fit_are_refused(fit: object) -> None:
    assert callable(fit)
    sample = photos(40, 2, SMALL)
    with pytest.raises(FittingError, match="one embedding and one child"):
        fit(sample.embeddings, sample.subjects[1:])
    with pytest.raises(FittingError, match="one embedding and one child"):
        fit(sample.embeddings[0], sample.subjects[:8])
    spoiled = sample.embeddings.copy()
    spoiled[3, 3] = np.nan
    with pytest.raises(FittingError, match="no finite number"):
        fit(spoiled, sample.subjects)


# --- the space ------------------------------------------------------------------------------------------------------


def test_a_space_says_what_it_was_fitted_from() -> None:
    sample = photos(40, 2)
    space = fit_space(IDENTITY, *sample, whiten=True, on=TODAY, tool="milap test", ages="0-17 years")
    assert space.provenance == {
        "photos": 80, "subjects": 40, "fitted_on": "2026-11-22", "tool": "milap test", "ages": "0-17 years",
    }  # fmt: skip
    assert space.mean is not None
    assert space.whitening is not None
    assert "subject" not in repr(space)
    assert space_of(sample, whiten=False).whitening is None
    assert "ages" not in space_of(sample, whiten=False).provenance


def scores(sample: Photos, space: FaceSpace) -> tuple[float, float]:
    """AUC of 512-bit codes and of the cosines of the float embeddings in the same space."""
    codes = TemplateEncoder(KEY, LOCAL_PHOTO_2026_11_22, space).encode(sample.embeddings)
    alike = -np.bitwise_count(codes[:, None] ^ codes[None]).sum(axis=-1).astype(np.float64)
    rows = directions(sample.embeddings, space)
    pairs = np.triu_indices(len(codes), 1)
    subjects = np.array(sample.subjects)
    same = subjects[pairs[0]] == subjects[pairs[1]]

    def area(score: Vectors) -> float:
        return auc(score[pairs][same], score[pairs][~same])

    return area(alike), area(rows @ rows.T)


def test_centring_and_whitening_raise_the_auc_of_codes_and_512_bits_lose_little() -> None:
    """On synthetic embeddings, of subjects that nothing was fitted from."""
    whole = photos(300, 4)
    known = Photos(whole.embeddings[:600], whole.subjects[:600])
    unseen = Photos(whole.embeddings[600:], whole.subjects[600:])
    plain, _ = scores(unseen, uncentred(IDENTITY))
    centred, centred_float = scores(unseen, space_of(known, whiten=False))
    white, white_float = scores(unseen, space_of(known, whiten=True))
    assert plain + 0.03 < centred < white - 0.005
    assert centred > 0.99 * centred_float
    assert white > 0.99 * white_float
