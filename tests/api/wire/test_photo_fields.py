"""Photos on the wire: code, space and band come together, and items without any are what they always were."""

from dataclasses import replace

import numpy as np
import pytest

from api.wire.batches import Marks, batch_of, check_item, put_items
from api.wire.items import ItemError, PutItem, parse_item
from api.wire.names import new_ref
from api.wire.partners import PartitionPolicy
from matcher.batch import EncodedBatch
from matcher.photos import PhotoSpace
from matcher.profile import LOCAL_2026_11_22, LOCAL_PHOTO_2026_11_22, EncodingProfile
from matcher.views import Kind, View
from tests.matcher.builders import plain_batch, space_of

PROFILE = LOCAL_PHOTO_2026_11_22
POSITION = PROFILE.position(View.PHOTO)
PHOTO = slice(PROFILE.offsets[POSITION], PROFILE.offsets[POSITION + 1])
OTHER = PhotoSpace("dlib", False, b"another space!!!")


def batch(records: int = 4, profile: EncodingProfile = PROFILE) -> EncodedBatch:
    """Records of one row each; of those with a photo the band is 3, and every second has none."""
    codes = np.random.default_rng(7).integers(0, 2**64, (records, profile.words), dtype=np.uint64)
    made = replace(plain_batch(profile, Kind.FOUND, codes), refs=tuple(new_ref() for _ in range(records)))
    if View.PHOTO not in profile:
        return made
    without = np.arange(records) % 2 == 1
    made.codes[without, PHOTO] = 0
    presence = np.where(without, made.presence & ~np.uint16(1 << POSITION), made.presence).astype(np.uint16)
    return replace(made, presence=presence, photo_age=np.full(records, 3, np.uint8))


def items_of(made: EncodedBatch) -> list[PutItem]:
    n = len(made.refs)
    return put_items(made, [1] * n, [None] * n, [Marks(new_ref())] * n)


def refused(item: PutItem, profile: EncodingProfile = PROFILE, **changes: object) -> str:
    with pytest.raises(ItemError) as caught:
        check_item(parse_item(item.model_dump(mode="json") | changes), profile)  # type: ignore[arg-type]
    assert caught.value.detail.endswith("again.")
    return caught.value.reason


def test_photos_come_back_from_the_wire_as_they_were() -> None:
    sent = batch()
    back = batch_of([parse_item(item.model_dump(mode="json")) for item in items_of(sent)], PROFILE, sent.key_check)  # type: ignore[misc]
    assert back.photo_space == space_of(PROFILE)
    assert back.photo_age.tolist() == [3, 0, 3, 0]
    assert (back.codes == sent.codes).all()
    assert batch_of(items_of(sent)[1:2], PROFILE, sent.key_check).photo_space is None


def test_a_record_without_a_photo_is_written_as_before_there_were_any() -> None:
    with_photo, without = items_of(batch(2))
    old = items_of(batch(1, LOCAL_2026_11_22))[0].model_dump(mode="json")
    assert set(without.model_dump(mode="json")) == set(old)
    assert set(with_photo.model_dump(mode="json")) - set(old) == {"photo_age", "photo_space"}
    item = parse_item(old)
    assert isinstance(item, PutItem)
    assert (item.photo_age, item.photo_space) == (0, None)
    assert len(check_item(item, LOCAL_2026_11_22)[0]) == 1


def test_code_space_and_band_come_together_or_not_at_all() -> None:
    with_photo, without = items_of(batch(2))
    assert refused(with_photo, photo_space=None) == "bad-photo"
    assert refused(with_photo, photo_space="dlib.centred.short") == "bad-photo"
    assert refused(with_photo, photo_space="x" * 80) == "bad-photo"
    assert refused(without, photo_space=OTHER.text) == "bad-photo"
    assert refused(without, photo_age=3) == "bad-photo"
    old = items_of(batch(1, LOCAL_2026_11_22))[0]
    assert refused(old, LOCAL_2026_11_22, photo_space=OTHER.text) == "bad-photo"
    assert refused(old, LOCAL_2026_11_22, photo_age=3) == "bad-photo"


def test_a_record_has_one_photo_code_in_all_its_rows() -> None:
    first, second, third = (item.model_dump(mode="json") for item in items_of(batch(3)))
    item = items_of(batch(1))[0]
    assert refused(item, rows=[*first["rows"], *third["rows"]]) == "bad-photo"
    assert refused(item, rows=[*first["rows"], *second["rows"]]) == "bad-photo"
    twice = parse_item(item.model_dump(mode="json") | {"rows": [*first["rows"], *first["rows"]]})
    assert isinstance(twice, PutItem)
    assert len(check_item(twice, PROFILE)[0]) == 2


@pytest.mark.parametrize("changes", [{"photo_age": 8}, {"photo_age": -1}, {"photo_age": "3"}, {"photo_space": 7},
                                     {"photo_space": "d" * 81}])  # fmt: skip
def test_what_no_band_and_no_space_can_be_is_no_item(changes: dict[str, object]) -> None:
    with pytest.raises(ItemError) as caught:
        parse_item(items_of(batch(1))[0].model_dump(mode="json") | changes)
    assert caught.value.reason == "invalid-item"


def test_items_of_two_spaces_make_no_batch() -> None:
    mine, theirs = items_of(batch(1))[0], items_of(replace(batch(1), photo_space=OTHER))[0]
    with pytest.raises(ItemError) as caught:
        batch_of([mine, theirs], PROFILE, bytes(8))
    assert caught.value.reason == "photo-space"


def test_nothing_of_a_photo_shows_in_a_repr() -> None:
    item = items_of(batch(1))[0]
    assert "photo" not in repr(item)
    assert str(item.photo_space) not in f"{item!r} {item.rows!r} {[item]}"


def test_the_policy_of_an_older_hub_names_no_space() -> None:
    old = {"domain": "in", "epoch": "1", "profile": "p", "profile_digest": "0", "key_check": None, "state": "open"}
    assert PartitionPolicy.model_validate(old).photo_space is None
