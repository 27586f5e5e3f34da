"""Records to batches: rows, presence, open attributes, and that a code depends on its record, key and profile alone."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encoder import encode as encode_module
from encoder.calendars.parse import parse_date
from encoder.encode import RecordEncoder
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from encoder.names.version import NORMALISER
from encoder.record import NameSource, RawRecord
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.errors import BatchError, ProfileMismatchError
from matcher.profile import (
    LOCAL_2026_11_22,
    NETWORK_2026_11_22,
    PROFILES,
    EncodingProfile,
)
from matcher.views import Kind, Sex, View
from tests.encoder.builders import (
    FAMILY_PROFILE,
    KEY,
    OTHER_KEY,
    born,
    distance,
    encode,
    record,
    records,
    view_codes,
    views_present,
)
from tests.encoder.faces.synthetic_faces import SPACE, face

ARRAYS = ("record", "codes", "presence", "sex", "birth", "event", "photo_age")
every_profile = pytest.mark.parametrize(
    "profile", [*PROFILES.values(), FAMILY_PROFILE], ids=lambda profile: profile.name
)

MEENA = record(
    name="Meena Hansda urf Guddi", aliases=("Phulo",), sex=Sex.FEMALE, birth=born("2012-07-04"),
    event_date=parse_date("2025-05-17"), father_name="Sukhlal Hansda", mother_name="Phulmani Hansda",
    guardian_name="Birsa Tudu", home_district="Purulia", home_village="Kendpur", languages=("Santali",),
    marks=("mole@cheek:left",), phones=("9830000417",),
)  # fmt: skip


def assert_same(a: EncodedBatch, b: EncodedBatch) -> None:
    """Every array of two batches is equal."""
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), strict=True, err_msg=name)


# --- rows and presence ----------------------------------------------------------------------------------------------


@every_profile
def test_a_row_for_each_name_and_everything_else_repeated(profile: EncodingProfile) -> None:
    batch = encode(MEENA, record(), MEENA, profile=profile)
    assert batch.record.tolist() == [0, 0, 0, 1, 2, 2, 2]
    assert (batch.refs, batch.kind, batch.profile) == (("r0", "r1", "r2"), Kind.MISSING, profile)
    child = view_codes(batch, View.CHILD)
    assert len({row.tobytes() for row in child[:3]}) == 3
    rest = np.delete(batch.codes, np.s_[: child.shape[1]], axis=1)  # the child's view stands first
    assert (rest[:3] == rest[0]).all()
    for name in ("presence", "sex", "birth", "event"):
        assert (getattr(batch, name)[:3] == getattr(batch, name)[0]).all()
    np.testing.assert_array_equal(batch.codes[:3], batch.codes[4:])


def test_the_first_row_is_the_main_name() -> None:
    names = [record(name="Meena Hansda"), record(name="Guddi"), record(name="Phulo")]
    np.testing.assert_array_equal(view_codes(encode(MEENA), View.CHILD), view_codes(encode(*names), View.CHILD))


def test_no_more_rows_than_the_profile_allows() -> None:
    many = record(name="Meena", nicknames=("Guddi", "Mini"), aliases=("Phulo", "Sona"))
    assert len(encode(many)) == 4
    assert len(encode(many, profile=replace(LOCAL_2026_11_22, name="test-two", max_rows=2))) == 2


@pytest.mark.parametrize("fields", [{}, {"name": "unknown"}, {"name": "Raja", "name_source": NameSource.STAFF}])
def test_without_a_name_one_row_is_kept_with_the_child_absent(fields: dict[str, Any]) -> None:
    batch = encode(record(**fields, father_name="Sukhlal"))
    assert len(batch) == 1
    assert views_present(batch) == {View.FATHER}
    assert not view_codes(batch, View.CHILD).any()


def test_a_name_of_staff_leaves_the_aliases() -> None:
    batch = encode(record(name="Raja", name_source=NameSource.STAFF, aliases=("Phulo",)))
    np.testing.assert_array_equal(batch.codes, encode(record(name="Phulo")).codes)


FEEDING: dict[View, dict[str, Any]] = {
    View.CHILD: {"name": "Meena"}, View.FATHER: {"father_name": "Sukhlal"}, View.MOTHER: {"mother_name": "Phulmani"},
    View.KIN: {"sibling_names": ("Puja",)}, View.BIRTH: {"birth": born("2012")}, View.HOME: {"home_state": "Bihar"},
    View.TRAITS: {"speech": "stammers"}, View.CONTACT: {"phones": ("9830000417",)},
}  # fmt: skip


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("view", FEEDING)
def test_each_view_has_its_presence_bit_and_its_words(profile: EncodingProfile, view: View) -> None:
    """What feeds a view that the profile has not is not encoded, but for relatives, who may stand in one view."""
    batch = encode(record(**FEEDING[view]), profile=profile)
    relatives = view in (View.FATHER, View.MOTHER, View.KIN)
    joined = View.FAMILY if View.FAMILY in profile else View.CHILD if profile.full_names else view
    fed = joined if relatives else view
    assert batch.presence.tolist() == [1 << profile.position(fed) if fed in profile else 0]
    for parameters in profile.views:
        assert view_codes(batch, parameters.view).any() == (parameters.view is fed)


@every_profile
@settings(max_examples=25)
@given(raw=records)
def test_present_views_have_a_code_and_absent_ones_are_zero(profile: EncodingProfile, raw: RawRecord) -> None:
    batch = RecordEncoder(KEY, profile).encode([raw], Kind.MISSING, ["r"])
    assert 1 <= len(batch) <= profile.max_rows
    for position, p in enumerate(profile.views):
        coded = view_codes(batch, p.view).any(axis=1)
        assert coded.tolist() == [bool(bits >> position & 1) for bits in batch.presence.tolist()]


def test_a_family_view_holds_all_relatives_whoever_they_are_said_to_be() -> None:
    one = record(father_name="Sukhlal", mother_name="Phulmani", sibling_names=("Puja",))
    other = record(guardian_name="Phulmani", other_relatives=("Puja", "Sukhlal"))
    batch = encode(one, other, record(name="Meena"), profile=FAMILY_PROFILE)
    np.testing.assert_array_equal(batch.codes[0], batch.codes[1])
    assert [views_present(batch, row) for row in range(3)] == [{View.FAMILY}, {View.FAMILY}, {View.CHILD}]


# --- open attributes ------------------------------------------------------------------------------------------------


def test_open_attributes_by_the_day() -> None:
    batch = encode(replace(MEENA, aliases=(), name="Meena"), record(sex=Sex.MALE))
    day = parse_date("2012-07-04").first
    assert batch.sex.tolist() == [Sex.FEMALE, Sex.MALE]
    assert batch.birth.tolist() == [[day, day], [UNKNOWN_DAY, UNKNOWN_DAY]]
    assert batch.event.tolist() == [parse_date("2025-05-17").first, UNKNOWN_DAY]


def test_a_network_profile_shows_bands_and_quarters() -> None:
    batch = encode(record(birth=born("2014-02-03"), event_date=parse_date("2025-05-17")), profile=NETWORK_2026_11_22)
    band = [parse_date("2012-01-01").first, parse_date("2015-12-31").first]
    assert batch.birth.tolist() == [band]
    assert batch.event.tolist() == [parse_date("2025-04-01").first]


def test_the_two_kinds_take_the_two_ends_of_a_partial_event() -> None:
    missing = record(event_date=parse_date("2025-05"))
    found = record(event_date=parse_date("2025-05"), kind=Kind.FOUND)
    assert encode(missing, kind=Kind.MISSING).event.tolist() == [parse_date("2025-05-01").first]
    assert encode(found, kind=Kind.FOUND).event.tolist() == [parse_date("2025-05-31").first]
    np.testing.assert_array_equal(encode(missing).codes, encode(found, kind=Kind.FOUND).codes)
    with pytest.raises(BatchError, match="one kind"):
        encode(missing, kind=Kind.FOUND)


# --- what a code depends on -----------------------------------------------------------------------------------------


@every_profile
@settings(max_examples=15)
@given(raws=st.lists(records, max_size=5), data=st.data())
def test_neither_company_nor_order_nor_chunks_change_a_record(
    profile: EncodingProfile, raws: list[RawRecord], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(raws))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encode_module, "CHUNK_ROWS", data.draw(st.integers(1, 3)))
        mixed = encode(*(raws[i] for i in order), profile=profile)
    for place, i in enumerate(order):
        alone = encode(raws[i], profile=profile)
        assert_same(alone, replace(mixed.take(np.flatnonzero(mixed.record == place)), record=alone.record))


@settings(max_examples=30)
@given(words=st.permutations(["Meena", "Khatun", "हांसदा", "Md", "রহিম"]))
def test_the_order_of_a_name_does_not_change_its_code(words: list[str]) -> None:
    name = " ".join(words)
    fields = dict.fromkeys(("name", "father_name", "guardian_name"), name)
    usual = dict.fromkeys(fields, "Meena Khatun हांसदा Md রহিম")
    np.testing.assert_array_equal(encode(record(**fields)).codes, encode(record(**usual)).codes)


@every_profile
def test_the_same_key_gives_the_same_codes_and_another_unrelated_ones(profile: EncodingProfile) -> None:
    def by(key: LinkageKey) -> EncodedBatch:
        return RecordEncoder(key, profile, SPACE).encode([MEENA], Kind.MISSING, ["r"], faces=[face(1)])

    usual = by(KEY)
    same = by(linkage_key_from_secret_bytes(bytes(range(32)), KEY.domain, KEY.epoch))
    assert_same(usual, same)
    assert usual.key_check == same.key_check == KEY.key_check(profile)
    next_epoch = linkage_key_from_secret_bytes(bytes(range(32)), KEY.domain, "2026-12")
    for other in (by(OTHER_KEY), by(next_epoch)):
        assert other.key_check != usual.key_check
        np.testing.assert_array_equal(other.presence, usual.presence)
        for p in profile.views:
            far = distance(view_codes(usual, p.view), view_codes(other, p.view))
            assert (np.abs(far - 0.5) < 5 * 0.5 / np.sqrt(p.bits)).all()


def test_profiles_draw_codes_of_their_own() -> None:
    renamed = replace(LOCAL_2026_11_22, name="test-renamed")
    far = distance(encode(MEENA).codes, encode(MEENA, profile=renamed).codes)
    assert (np.abs(far - 0.5) < 0.1).all()


def test_a_vocabulary_that_starts_over_changes_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    raws = [record(name=f"Meena {name}", phones=(f"98300{i:05}",)) for i, name in enumerate(["Tudu", "Soren"] * 6)]
    monkeypatch.setattr(encode_module, "CHUNK_ROWS", 2)
    small = RecordEncoder(KEY, LOCAL_2026_11_22)
    vocabularies = [encoder._vocabulary for _, encoder in small._views]
    for vocabulary in vocabularies:
        vocabulary.max_tokens = 5
    tiny = small.encode(raws, Kind.MISSING, [str(i) for i in range(len(raws))])
    assert_same(tiny, encode(*raws))
    assert sum(vocabulary.rows().first_id > 0 for vocabulary in vocabularies) == 2  # child and contact did start over
    assert_same(small.encode(raws, Kind.MISSING, tiny.refs), tiny)


# --- calls ----------------------------------------------------------------------------------------------------------


def test_progress_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode_module, "CHUNK_ROWS", 3)
    told: list[int] = []
    RecordEncoder(KEY, LOCAL_2026_11_22).encode([MEENA] * 8, Kind.MISSING, list("abcdefgh"), told.append)
    assert told == [3, 3, 2]


@every_profile
def test_no_records_are_an_empty_batch(profile: EncodingProfile) -> None:
    told: list[int] = []
    batch = RecordEncoder(KEY, profile).encode([], Kind.FOUND, [], told.append)
    assert (len(batch), batch.refs, batch.kind, told) == (0, (), Kind.FOUND, [])
    assert batch.key_check == KEY.key_check(profile)


def test_fewer_refs_than_records_are_refused() -> None:
    with pytest.raises(BatchError, match="ref of its own"):
        RecordEncoder(KEY, LOCAL_2026_11_22).encode([MEENA, MEENA], Kind.MISSING, ["only one"])


def test_a_profile_of_another_normaliser_is_refused() -> None:
    other = replace(LOCAL_2026_11_22, normaliser="names-1999-01")
    with pytest.raises(ProfileMismatchError, match=f"names-1999-01.*{NORMALISER}"):
        RecordEncoder(KEY, other)


def test_nothing_shows_itself() -> None:
    batch, encoder = encode(MEENA), RecordEncoder(KEY, LOCAL_2026_11_22)
    assert repr(batch) == str(batch) == "EncodedBatch(missing, 1 records, 3 rows, local-2026-11-22)"
    assert repr(MEENA) == "RawRecord(missing)"
    encoder.encode([MEENA], Kind.MISSING, ["r"])
    shown = f"{encoder!r} {vars(encoder)!r} {[vars(view) for _, view in encoder._views]!r}"
    assert not [word for word in ("meena", "hansda", "9830", "0^m", "1me") if word in shown.lower()]


# --- statistics, with a fixed key -----------------------------------------------------------------------------------

NAMES_IN_TWO_SCRIPTS = (
    ("Meena Hansda", "मीना हांसदा"), ("Salma Khatun", "সালমা খাতুন"), ("Gopal Besra", "গোপাল বেসরা"),
    ("Ravi Kumar", "ரவி குமார்"), ("Rakesh Murmu", "राकेश मुर्मू"), ("Anjali Sardar", "অঞ্জলি সরদার"),
    ("Rahila Bibi", "راحیلہ بی بی"), ("Suraj Mahato", "सूरज महतो"),
)  # fmt: skip


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_a_name_in_two_scripts_is_nearer_than_any_other_name(profile: EncodingProfile) -> None:
    latin, native = (
        view_codes(encode(*(record(name=pair[side]) for pair in NAMES_IN_TWO_SCRIPTS), profile=profile), View.CHILD)
        for side in (0, 1)
    )
    far = distance(latin[:, None], native[None, :])
    own, others = far.diagonal(), far[~np.eye(len(far), dtype=bool)]
    assert own.max() < others.min()
    assert own.mean() < others.mean() - 0.2


def test_unrelated_names_are_half_the_bits_apart() -> None:
    batch = encode(record(name="Gopal"), record(name="Meena Hansda"), profile=NETWORK_2026_11_22)
    far = distance(*view_codes(batch, View.CHILD))
    assert far == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(2048))
