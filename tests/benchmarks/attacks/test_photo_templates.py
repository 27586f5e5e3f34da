import numpy as np
import pytest

from benchmarks.attacks.photo_templates import photo_templates, picked
from tests.benchmarks.attacks.attacked import figure


def test_the_key_and_known_pairs_give_embeddings_away_and_two_epochs_do_not() -> None:
    found = photo_templates(200, np.random.default_rng(1))
    assert figure(found, "embedding back, cosine").figure > 0.9
    assert figure(found, "re-identified by the photo itself", "50 pairs").figure > 0.9
    assert figure(found, "re-identified by another photo", "50 pairs").figure > 0.2
    assert figure(found, "two photos of one person, AUC").figure > 0.85
    assert figure(found, "one photo, AUC").figure == pytest.approx(0.5, abs=0.05)


def test_more_pairs_than_people_are_left_out() -> None:
    assert not [each for each in photo_templates(150, np.random.default_rng(1)) if each.given == "200 pairs"]


def test_random_codes_are_picked_by_chance() -> None:
    rng = np.random.default_rng(1)
    embeddings = rng.normal(size=(300, 128)).astype(np.float32)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    signs = rng.choice([-1.0, 1.0], (300, 512)).astype(np.float32)
    assert picked(embeddings, signs, signs, np.arange(50)) < 0.03
