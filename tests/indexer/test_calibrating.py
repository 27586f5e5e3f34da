"""Calibration by decoys on simulated codes: stated and observed shares come together, true pairs are counted."""

from dataclasses import replace

import numpy as np

from indexer.calibrating import calibrate
from indexer.fitting import fit_model
from indexer.gallery import Gallery
from indexer.search import KernelSearch
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.calibration import expected_error, probabilities
from matcher.curve import FACE_VALUE
from matcher.defaults import default_model
from matcher.views import Kind, View
from tests.matcher.builders import profile_of

PROFILE = profile_of({View.CHILD: 128, View.FATHER: 128, View.HOME: 128})
RECORDS, MATCHED = 1500, 600


def villages(rng: np.random.Generator, events: bool) -> tuple[EncodedBatch, EncodedBatch]:
    """Two sides whose unrelated records share names by village, so that views are not independent.

    The first MATCHED records of both sides belong together.
    """
    pool = rng.integers(0, 2**63, (60, PROFILE.words), np.uint64)
    names = rng.integers(0, 60, (2, RECORDS))
    names[1, :MATCHED] = names[0, :MATCHED]
    own = rng.integers(0, 2**63, (2, RECORDS, PROFILE.words), np.uint64)
    own[1, :MATCHED] = own[0, :MATCHED]
    for _ in range(2):
        own &= rng.integers(0, 2**63, own.shape, np.uint64)
    day = rng.integers(17_000, 19_000, (2, RECORDS)).astype(np.int32)
    day[1, :MATCHED] = day[0, :MATCHED] + 20
    if not events:
        day[:] = UNKNOWN_DAY
    sides = []
    for side, kind in enumerate((Kind.MISSING, Kind.FOUND)):
        noise = rng.integers(0, 2**63, own[side].shape, np.uint64)
        for _ in range(3):
            noise &= rng.integers(0, 2**63, noise.shape, np.uint64)
        sides.append(
            EncodedBatch(
                PROFILE, b"k" * 8, kind, tuple(map(str, range(RECORDS))), np.arange(RECORDS, dtype=np.int32),
                pool[names[side]] ^ own[side] ^ noise, np.full(RECORDS, 7, np.uint16), np.zeros(RECORDS, np.uint8),
                np.full((RECORDS, 2), UNKNOWN_DAY, np.int32), day[side],
            )
        )
    return sides[0], sides[1]


def test_stated_shares_are_observed_and_matches_counted() -> None:
    rng = np.random.default_rng(8)
    missing, found = villages(rng, events=True)
    gallery = Gallery(PROFILE)
    gallery.add(found, np.arange(RECORDS, dtype=np.int32))
    search = KernelSearch(gallery, 2)
    model = fit_model(default_model(PROFILE), missing, gallery, search, np.random.default_rng(1))
    assert model.curve is not FACE_VALUE
    assert abs(model.matched - MATCHED / RECORDS) < 0.16
    pairs = search.top_k_records(missing, model.tables(), 10)
    true = (pairs.probe == pairs.record) & (pairs.probe < MATCHED)
    stated = probabilities(pairs.probe, pairs.weight, model, RECORDS)
    at_face_value = probabilities(pairs.probe, pairs.weight, replace(model, curve=FACE_VALUE), RECORDS)
    # Over eight seeds: .013 to .026 calibrated, .058 at face value; .25 to .34 counted of the .40 there are.
    assert expected_error(stated, true) < 0.5 * expected_error(at_face_value, true)


def test_without_events_weights_stay_at_face_value() -> None:
    rng = np.random.default_rng(9)
    missing, found = villages(rng, events=False)
    gallery = Gallery(PROFILE)
    gallery.add(found, np.arange(RECORDS, dtype=np.int32))
    model = default_model(PROFILE)
    rows = gallery.rows_of(Kind.FOUND)
    assert calibrate(model, missing, gallery, KernelSearch(gallery, 1), rows, rng) is model
