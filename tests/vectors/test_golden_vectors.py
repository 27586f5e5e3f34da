"""Codes of the shipped profiles are what they were when they were first written."""

import json
import shutil
from pathlib import Path

import pytest

from encoder import open_attributes
from encoder.faces import rotation
from encoder.tokens import contact
from matcher.photos import PHOTO_AGE_BANDS, UNKNOWN_BAND, photo_space
from matcher.profile import LOCAL_2026_11_22, MASKED_PROFILES, NETWORK_2026_11_22, PROFILES, EncodingProfile
from matcher.views import Kind, View
from tools import golden_vectors
from tools.golden_vectors import FOLDER, changes, compare, kept_vectors, main, vector_records, vectors_of, write

MOST_BYTES = 100_000

SHIPPED = PROFILES | MASKED_PROFILES
every_profile = pytest.mark.parametrize("profile", SHIPPED.values(), ids=lambda profile: profile.name)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the folder of vectors, to spoil."""
    for name in ("records.csv", *(f"{name}.json" for name in SHIPPED)):
        shutil.copyfile(FOLDER / name, tmp_path / name)
    return tmp_path


@every_profile
def test_codes_are_what_they_were(profile: EncodingProfile) -> None:
    kept, now = kept_vectors(profile), vectors_of(profile, vector_records())
    assert kept is not None, f"Write the vectors of the new profile {profile.name}: {golden_vectors.COMMAND}"
    changed = changes(kept, now)
    assert not changed, (
        f"The codes of {profile.name} are no longer those of its golden vectors ({', '.join(changed)}). "
        f"Do not rewrite the file. {golden_vectors.ADVICE}"
    )
    assert kept["records"].keys() == now["records"].keys(), f"Add the new records: {golden_vectors.COMMAND}"


@every_profile
def test_a_file_says_what_it_is(profile: EncodingProfile) -> None:
    text = (FOLDER / f"{profile.name}.json").read_text(encoding="utf-8")
    assert len(text) < MOST_BYTES
    kept = json.loads(text)
    assert kept["written_by"] == golden_vectors.COMMAND
    assert golden_vectors.COMMAND in (golden_vectors.__doc__ or "")
    assert "TEST KEY" in kept["about"]
    assert bytes.fromhex(kept["test_key"]["secret_hex"]) == b"published test key, not a secret"
    assert kept["profile_digest"] == profile.digest.hex()


def test_the_records_are_read_whole_and_cover_what_they_should() -> None:
    records = [record for several in vector_records().values() for record in several]
    assert len(records) == 25
    assert {record.kind for record in records} == set(Kind)
    calendars = {born.calendar for record in records if (born := record.date_of_birth) is not None}
    assert {calendar.prefix for calendar in calendars} == {"BS", "BN", "AH", ""}
    assert any(record.date_of_birth is None for record in records)
    kept = {profile: kept_vectors(profile) or {} for profile in SHIPPED.values()}
    for profile, vectors in kept.items():
        rows = [row for record in vectors["records"].values() for row in record["rows"]]
        assert {len(record["rows"]) for record in vectors["records"].values()} >= {1, 2, 3, 4}
        assert {name for row in rows for name in row["views"]} == {p.view.value for p in profile.views}
        assert any(row["presence"] == 0 for row in rows)


def test_no_field_of_a_vector_is_dropped_on_reading() -> None:
    for kind in Kind:
        problems = golden_vectors.read_records(FOLDER / "records.csv", kind).problems
        assert {problem.field for problem in problems} == {"kind"}  # rows of the other kind, and nothing else


def test_files_of_long_rows_show_the_start_of_each_view() -> None:
    local, network = (kept_vectors(profile) or {} for profile in (LOCAL_2026_11_22, NETWORK_2026_11_22))
    views = local["records"]["V-01"]["rows"][0]["views"]
    assert {name: len(text) * 4 for name, text in views.items()} == {p.view: p.bits for p in LOCAL_2026_11_22.views}
    assert {len(text) for text in network["records"]["V-01"]["rows"][0]["views"].values()} == {16}


PHOTO_PROFILES = [profile for profile in SHIPPED.values() if View.PHOTO in profile]


@pytest.mark.parametrize("profile", PHOTO_PROFILES, ids=lambda profile: profile.name)
def test_photo_profiles_have_faces_of_both_kinds_and_of_every_band(profile: EncodingProfile) -> None:
    kept = kept_vectors(profile) or {}
    with_face = {
        ref: record for ref, record in kept["records"].items() if all("photo" in row["views"] for row in record["rows"])
    }
    assert with_face.keys() == golden_vectors.TEST_FACES.keys()
    assert {record["kind"] for record in with_face.values()} == {"missing", "found"}
    assert {record["photo_age"] for record in with_face.values()} == set(range(PHOTO_AGE_BANDS))
    assert {record["photo_age"] for ref, record in kept["records"].items() if ref not in with_face} == {UNKNOWN_BAND}
    key = golden_vectors.published_test_key()
    assert photo_space(kept["photo_space"]) == golden_vectors.formula_space().photo_space(key.epoch)


def test_files_of_profiles_without_photos_say_nothing_of_them() -> None:
    for profile in (LOCAL_2026_11_22, NETWORK_2026_11_22):
        assert "photo" not in (FOLDER / f"{profile.name}.json").read_text(encoding="utf-8")


def test_embeddings_of_the_formula_are_what_they_were() -> None:
    """Written by the standard library alone.

    python3 -c "import hashlib, struct; print(struct.unpack('<2h', hashlib.sha256(
    b'milap test embedding/V-01/0').digest()[:4]))"
    """
    embedding = golden_vectors.formula_embedding("V-01")
    assert (embedding.shape, (embedding[:2] * 2**15).tolist()) == ((128,), [-28541.0, 15625.0])


# --- a change is noticed, and never written over ---------------------------------------------------------------------


def test_a_changed_token_is_noticed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(contact, "NATIONAL_DIGITS", 9)
    for profile in SHIPPED.values():
        if View.CONTACT in profile:
            with pytest.raises(ValueError, match=r"V-01, V-02.*new profile name"):
                compare(profile)
        else:
            compare(profile)
    assert main([]) == 1
    assert "normaliser version" in capsys.readouterr().err


def test_a_changed_rotation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "_LABEL", b"milap photo rotation v2")
    for profile in SHIPPED.values():
        if View.PHOTO in profile:
            with pytest.raises(ValueError, match=r"V-01, V-02, V-05.*new profile name"):
                compare(profile)
        else:
            compare(profile)


def test_a_changed_open_attribute_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_attributes, "UNKNOWN", 0)
    with pytest.raises(ValueError, match="V-16, V-19 changed"):
        compare(LOCAL_2026_11_22)


def test_a_code_that_stands_is_not_overwritten(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (copy / "local-2026-11-22.json").read_bytes()
    monkeypatch.setattr(contact, "NATIONAL_DIGITS", 9)
    with pytest.raises(ValueError, match="would change"):
        write(LOCAL_2026_11_22, copy)
    assert (copy / "local-2026-11-22.json").read_bytes() == before


@every_profile
def test_writing_again_gives_the_same_bytes(profile: EncodingProfile, copy: Path) -> None:
    path = copy / f"{profile.name}.json"
    before = path.read_bytes()
    write(profile, copy)
    assert path.read_bytes() == before
    path.unlink()
    write(profile, copy)
    assert path.read_bytes() == before


def test_a_new_record_is_asked_for_and_added(copy: Path) -> None:
    with (copy / "records.csv").open("a", encoding="utf-8") as file:
        file.write("V-99,missing,Subal Mahato" + "," * 36 + "\n")
    with pytest.raises(ValueError, match=r"lacks V-99.*--write"):
        compare(LOCAL_2026_11_22, copy)
    write(LOCAL_2026_11_22, copy)
    compare(LOCAL_2026_11_22, copy)
    assert "V-99" in (kept_vectors(LOCAL_2026_11_22, copy) or {})["records"]


def test_a_record_that_went_is_noticed(copy: Path) -> None:
    lines = (copy / "records.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (copy / "records.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(ValueError, match="V-25 changed"):
        compare(LOCAL_2026_11_22, copy)


def test_a_profile_without_vectors_is_told(tmp_path: Path) -> None:
    shutil.copyfile(FOLDER / "records.csv", tmp_path / "records.csv")
    with pytest.raises(ValueError, match="no vectors yet"):
        compare(LOCAL_2026_11_22, tmp_path)


def test_the_command_compares(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().err == ""
