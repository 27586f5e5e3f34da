"""Photos in masked answers: they decide where the hub has no photo code at all."""

import numpy as np
import pytest

from api.holder.photos.reader import reader_of
from api.holder.settings import HolderSettings
from encoder.faces.space import FaceSpace, uncentred
from matcher.comparison import NOT_KNOWN
from matcher.photos import photo_age_band
from matcher.views import View
from tests.api.holder.masking.masked_hub import MASKED, MaskedGateway, MaskedHub, arrived, distances
from tests.api.holder.photos.fake_faces import DLIB, embedding_of, picture
from tests.api.holder.sync.fake_hub import PARTNER

PHOTO = MASKED.position(View.PHOTO)
OWN = uncentred(DLIB).photo_space("2026-11").text


def settle(gateway: MaskedGateway) -> None:
    """The gateway notices what its photos give, and the hub takes later versions."""
    gateway.turns()
    gateway.send_all()


def photo_distance(gateway: MaskedGateway, hub: MaskedHub, missing: str, found: str) -> int:
    """The distance that the hub learns of two own records at their present versions."""
    versions = gateway.version_of(missing), gateway.version_of(found)
    one = hub.ask_about(
        missing, version=versions[0], other_ref=found, other_version=versions[1], partner=PARTNER
    )
    other = hub.ask_about(
        found, side="found", version=versions[1], other_ref=missing, other_version=versions[0], partner=PARTNER
    )
    gateway.turns()
    return int(distances(hub.taken[one], hub.taken[other])[0, PHOTO])


def test_photos_are_read_where_codes_of_them_go_under_masks() -> None:
    assert reader_of(HolderSettings(profile="cross-border-2026-11-22")).is_on
    assert not reader_of(HolderSettings()).is_on


def test_a_photo_goes_under_a_mask_with_its_space_and_age_and_never_to_the_hub(
    gateway: MaskedGateway, hub: MaskedHub
) -> None:
    (missing,), (found,) = arrived(gateway, [1]), arrived(gateway, [2], "found")
    for ref in (missing, found):
        gateway.add_photo(ref, picture("Amina"), taken="8")
    settle(gateway)
    assert photo_distance(gateway, hub, missing, found) == 0
    answer = hub.taken[max(hub.taken)]
    assert (answer.photo_space, answer.photo_age) == (OWN, photo_age_band(8))
    assert all(held.item is None or held.item.photo_space is None for held in hub.held.values())


def test_a_photo_that_comes_later_raises_the_version_and_so_goes_under_new_masks(
    gateway: MaskedGateway, hub: MaskedHub
) -> None:
    (missing,), (found,) = arrived(gateway, [1]), arrived(gateway, [2], "found")
    gateway.add_photo(found, picture("Amina"))
    settle(gateway)
    assert photo_distance(gateway, hub, missing, found) == NOT_KNOWN
    assert hub.taken[1].photo_space is None
    gateway.add_photo(missing, picture("Bimal"))
    gateway.send_all()
    assert photo_distance(gateway, hub, missing, found) > 100
    assert all(answer.outcome == "answered" for answer in hub.taken.values())


def test_another_face_space_raises_the_version_of_every_record_with_a_photo(
    gateway: MaskedGateway, hub: MaskedHub
) -> None:
    (missing,), (found,) = arrived(gateway, [1]), arrived(gateway, [2], "found")
    for ref in (missing, found):
        gateway.add_photo(ref, picture("Amina"))
    settle(gateway)
    photo_distance(gateway, hub, missing, found)
    gateway.space = FaceSpace(DLIB, mean=embedding_of("mean"))
    gateway.restart()
    settle(gateway)
    # The hub, which has the later versions by now, asks again.
    assert photo_distance(gateway, hub, missing, found) == 0
    assert hub.taken[max(hub.taken)].photo_space == gateway.space.photo_space("2026-11").text


def test_an_embedding_that_does_not_fit_costs_the_photo_and_not_the_record(
    gateway: MaskedGateway, hub: MaskedHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    (missing,), (found,) = arrived(gateway, [1]), arrived(gateway, [2], "found")
    for ref in (missing, found):
        gateway.add_photo(ref, picture("Amina"))
    settle(gateway)
    codes = gateway.errand._tools.scopes[0].codes
    codes.of([])
    encode = codes._encoder._photo.encode  # type: ignore[union-attr]

    def broken(faces: list[object]) -> object:
        if any(face is not None for face in faces):
            raise np.linalg.LinAlgError
        return encode(faces)  # type: ignore[arg-type]

    monkeypatch.setattr(codes._encoder._photo, "encode", broken)
    assert photo_distance(gateway, hub, missing, found) == NOT_KNOWN
    assert {answer.outcome for answer in hub.taken.values()} == {"answered"}
