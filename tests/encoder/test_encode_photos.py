"""Faces to photo codes of a batch: which records have one, its band of age, and the space that goes with it."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encoder import encode as encode_module
from encoder.encode import RecordEncoder
from encoder.faces.record_face import RecordFace
from encoder.faces.space import EmbeddingError, uncentred
from encoder.faces.template import TemplateEncoder
from encoder.record import RawRecord
from matcher.batch import EncodedBatch
from matcher.errors import BatchError, ProfileMismatchError
from matcher.photos import same_space
from matcher.profile import (
    LOCAL_2026_11_22,
    LOCAL_PHOTO_2026_11_22,
    NETWORK_2026_11_22,
    NETWORK_PHOTO_2026_11_22,
    EncodingProfile,
)
from matcher.views import Kind, View
from tests.encoder.builders import FAMILY_PROFILE, KEY, encode, record, view_codes, views_present
from tests.encoder.faces.synthetic_faces import IDENTITY, SPACE, face
from tests.encoder.test_encode import MEENA, assert_same

PHOTO_PROFILES = pytest.mark.parametrize(
    "profile", [LOCAL_PHOTO_2026_11_22, NETWORK_PHOTO_2026_11_22], ids=lambda profile: profile.name
)


def encode_faces(
    *faces: RecordFace | None, profile: EncodingProfile = LOCAL_PHOTO_2026_11_22, raw: RawRecord = MEENA
) -> EncodedBatch:
    """A batch of the same record over and over, with these faces."""
    refs = [f"r{i}" for i in range(len(faces))]
    return RecordEncoder(KEY, profile, SPACE).encode([raw] * len(faces), Kind.MISSING, refs, faces=faces)


@PHOTO_PROFILES
def test_a_record_has_a_photo_view_when_it_has_a_face(profile: EncodingProfile) -> None:
    batch = encode_faces(face(1), None, face(2), profile=profile, raw=record(name="Meena", speech="stammers"))
    assert [View.PHOTO in views_present(batch, row) for row in range(3)] == [True, False, True]
    known = np.stack([face(1).embedding, face(2).embedding])
    photos = view_codes(batch, View.PHOTO)
    np.testing.assert_array_equal(photos[[0, 2]], TemplateEncoder(KEY, profile, SPACE).encode(known))
    assert not photos[1].any()
    assert batch.photo_space == SPACE.photo_space(KEY.epoch)


@PHOTO_PROFILES
def test_a_photo_leaves_the_other_views_as_they_are(profile: EncodingProfile) -> None:
    with_face, without = encode_faces(face(1), profile=profile), encode(MEENA, profile=profile)
    np.testing.assert_array_equal(np.delete(with_face.codes, np.s_[-8:], axis=1), without.codes[:, :-8])
    np.testing.assert_array_equal(with_face.presence, without.presence | 1 << profile.position(View.PHOTO))
    for name in ("record", "sex", "birth", "event"):
        np.testing.assert_array_equal(getattr(with_face, name), getattr(without, name))


def test_every_name_of_a_child_has_the_same_photo() -> None:
    batch = encode_faces(face(1), face(2))
    assert batch.record.tolist() == [0, 0, 0, 1, 1, 1]
    photos = view_codes(batch, View.PHOTO)
    assert (photos[:3] == photos[0]).all()
    assert (photos[3:] == photos[3]).all()
    assert batch.photo_age.tolist() == [3] * 6


def test_a_record_of_a_photo_alone_is_one_row() -> None:
    batch = encode_faces(face(1), raw=record())
    assert (len(batch), views_present(batch)) == (1, {View.PHOTO})


def test_the_band_shows_for_a_good_photo_of_known_age_only() -> None:
    faces = [face(1, years) for years in (0.0, 2.9, 3.0, 17.9, 18.0, 40.0, None)]
    batch = encode_faces(*faces, face(1, 7.0, good=False), None, raw=record(name="Meena"))
    assert batch.photo_age.tolist() == [1, 1, 2, 6, 7, 7, 0, 0, 0]


def test_a_batch_without_faces_is_of_no_space_and_goes_with_every_other() -> None:
    for batch in (encode_faces(None, None), encode(MEENA, profile=LOCAL_PHOTO_2026_11_22), encode_faces()):
        assert batch.photo_space is None
        assert not batch.photo_age.any()
        assert same_space(batch.photo_space, encode_faces(face(1)).photo_space) == SPACE.photo_space(KEY.epoch)


@pytest.mark.parametrize("profile", [LOCAL_2026_11_22, NETWORK_2026_11_22, FAMILY_PROFILE], ids=lambda it: it.name)
def test_a_profile_without_photos_shows_nothing_of_a_face(profile: EncodingProfile) -> None:
    batch = encode_faces(face(1), profile=profile)
    assert_same(batch, encode(MEENA, profile=profile))
    assert batch.photo_space is None
    odd = RecordEncoder(KEY, profile, uncentred(IDENTITY, 64))  # nor does the space matter
    assert_same(odd.encode([MEENA], Kind.MISSING, ["r"], faces=[face(1)]), batch)


def test_faces_without_a_space_are_refused_and_records_without_faces_are_not() -> None:
    encoder = RecordEncoder(KEY, LOCAL_PHOTO_2026_11_22)
    with pytest.raises(BatchError, match="no face space"):
        encoder.encode([MEENA, MEENA], Kind.MISSING, ["a", "b"], faces=[None, face(1)])
    assert_same(encoder.encode([MEENA], Kind.MISSING, ["r"], faces=[None]), encode_faces(None))


def test_faces_that_do_not_belong_to_the_records_are_refused() -> None:
    encoder = RecordEncoder(KEY, LOCAL_PHOTO_2026_11_22, SPACE)
    for faces in ([], [face(1)], [None] * 3):
        with pytest.raises(BatchError, match="face of its own"):
            encoder.encode([MEENA, MEENA], Kind.MISSING, ["a", "b"], faces=faces)


def test_faces_that_do_not_fit_the_space_are_refused() -> None:
    for faces in ([face(1, dimensions=64)], [face(1), face(1, dimensions=64)]):
        with pytest.raises(EmbeddingError):
            encode_faces(*faces)
    with pytest.raises(ProfileMismatchError, match="face space"):
        RecordEncoder(KEY, LOCAL_PHOTO_2026_11_22, uncentred(IDENTITY, 256))


@settings(max_examples=15)
@given(seeds=st.lists(st.none() | st.integers(0, 99), max_size=6), size=st.integers(1, 3))
def test_chunks_do_not_change_a_photo(seeds: list[int | None], size: int) -> None:
    faces = [None if seed is None else face(seed) for seed in seeds]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encode_module, "CHUNK_ROWS", size)
        chunked = encode_faces(*faces)
    whole = encode_faces(*faces)
    assert_same(chunked, whole)
    assert chunked.photo_space == whole.photo_space


def test_nothing_of_a_face_shows() -> None:
    assert repr(encode_faces(face(1))) == "EncodedBatch(missing, 1 records, 3 rows, local-photo-2026-11-22)"
    photos = RecordEncoder(KEY, LOCAL_PHOTO_2026_11_22, SPACE)._photo
    assert not re.search(r"\d\.\d|array", f"{photos!r} {vars(photos)!r}")
