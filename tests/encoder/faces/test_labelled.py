"""Labels of photos from names of files and from tables; what cannot be read is told, and stops nothing else."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.faces.labelled import (
    LONGEST_CELL,
    NO_PHOTO,
    NO_SUBJECT,
    TOO_LONG,
    TWICE,
    WRONG_AGE,
    WRONG_NAME,
    LabelledPhotos,
    labelled_name,
    read_labelled,
)
from encoder.faces.reasons import PhotoError, PhotoReason
from encoder.field_errors import FieldError
from matcher.errors import InputError
from matcher.views import Sex


@pytest.mark.parametrize(
    ("name", "subject", "years"),
    [
        ("0042_7.jpg", "0042", 7.0), ("a b-c_0.5.JPEG", "a b-c", 0.5), ("x_12_3.png", "x", 12.0),
        ("ward 3/x_100.webp", "x", 100.0), ("মিনা_7.heic", "মিনা", 7.0),
    ],
)  # fmt: skip
def test_a_name_tells_child_and_age(name: str, subject: str, years: float) -> None:
    photo = labelled_name(name)
    assert (photo.name, photo.subject, photo.years, photo.sex, photo.region) == (name, subject, years, Sex.UNKNOWN, "")


@pytest.mark.parametrize(
    "name", ["portrait.jpg", "001A05.jpg", "_7.jpg", "a_b_7_2.jpg", "a_.jpg", "a_-7.jpg", "a_7_x.jpg", "a_1e2.jpg"]
)
def test_a_name_that_tells_nothing_is_told(name: str) -> None:
    with pytest.raises(FieldError, match="rename the photo"):
        labelled_name(name)


def test_an_age_that_nobody_reaches_is_told() -> None:
    with pytest.raises(FieldError, match="0 to 120"):
        labelled_name("a_121.jpg")


@given(st.text("abc019 -.", min_size=1).filter(str.strip), st.integers(0, 120), st.integers(0, 99))
def test_names_of_all_photos_of_a_child_tell_that_child(subject: str, years: int, number: int) -> None:
    for name in (f"{subject}_{years}.jpg", f"{subject}_{years}_{number}.png"):
        photo = labelled_name(name)
        assert (photo.subject, photo.years) == (subject, years)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good photos, one in a subfolder, one of another name, and what is no photo at all."""
    (tmp_path / "more").mkdir()
    for name in ("b_4.jpg", "more/a_3_1.png", "holiday.jpg", "notes.txt"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def labels(found: LabelledPhotos) -> list[tuple[str, str, float]]:
    return [(photo.name, photo.subject, photo.years) for photo in found.photos]


def test_a_folder_gives_its_photos_and_says_which_names_tell_nothing(folder: Path) -> None:
    found = read_labelled(folder)
    assert labels(found) == [("b_4.jpg", "b", 4.0), ("more/a_3_1.png", "a", 3.0)]
    assert [str(problem) for problem in found.problems] == [f"holiday.jpg: {WRONG_NAME}"]
    assert [found.content(photo) for photo in found.photos] == [b"b_4.jpg", b"more/a_3_1.png"]


def test_a_photo_without_labels_may_count_as_a_child_of_its_own(folder: Path) -> None:
    found = read_labelled(folder, alone=True)
    assert found.problems == []
    alone = found.photos[1]
    assert alone.name == "holiday.jpg"
    assert math.isnan(alone.years)
    assert alone.subject not in {"a", "b", "holiday"}


def table(folder: Path, text: str) -> LabelledPhotos:
    """What a table of this text gives."""
    (folder / "photos.csv").write_text(text, encoding="utf-8")
    return read_labelled(folder / "photos.csv")


def test_a_table_gives_its_photos_with_sex_and_region(folder: Path) -> None:
    found = table(folder, "Photo, SUBJECT,note,age,sex,region\nb_4.jpg,x,n,৭,girl,Bengal\nmore/a_3_1.png,y,,2.5,,\n")
    assert found.problems == []
    assert labels(found) == [("b_4.jpg", "x", 7.0), ("more/a_3_1.png", "y", 2.5)]
    assert [(photo.sex, photo.region) for photo in found.photos] == [(Sex.FEMALE, "Bengal"), (Sex.UNKNOWN, "")]
    assert found.content(found.photos[0]) == b"b_4.jpg"


def test_every_bad_row_is_told_with_its_number_and_the_good_ones_stay(folder: Path) -> None:
    rows = [
        "b_4.jpg,x,4", ",x,4", "c.jpg,,4", "d.jpg,x,seven", "e.jpg,x,", "f.jpg,x,121", "b_4.jpg,z,5", "../g.jpg,x,4",
        "/etc/h.jpg,x,4", f"{'i' * (LONGEST_CELL + 1)},x,4", 'j.jpg,"x,4', "k.jpg", "l.jpg,x,5",
    ]  # fmt: skip
    found = table(folder, "photo,subject,age\n" + "\n".join(rows) + "\n")
    assert [photo.name for photo in found.photos] == ["b_4.jpg", "l.jpg"]
    told = [(problem.place, problem.message) for problem in found.problems]
    outside = PhotoReason.NOT_A_FILE.sentence
    wanted = [NO_PHOTO, NO_SUBJECT, *[WRONG_AGE] * 3, TWICE, outside, outside, TOO_LONG, None, NO_SUBJECT]
    assert [place for place, _ in told] == [f"photos.csv, row {row}" for row in range(3, 14)]
    assert all(message == right for (_, message), right in zip(told, wanted, strict=True) if right)
    assert "quotation mark" in told[9][1]


def test_a_word_that_is_no_sex_costs_the_sex_and_not_the_photo(folder: Path) -> None:
    found = table(folder, "photo,subject,age,sex\nb_4.jpg,x,4,secretword\n")
    assert [photo.sex for photo in found.photos] == [Sex.UNKNOWN]
    assert len(found.problems) == 1
    assert "secretword" not in str(found.problems[0])


@pytest.mark.parametrize("name", ["link.jpg", "more/a_3_1.png/x", "absent.jpg", "more"])
def test_a_photo_outside_or_absent_is_refused_when_it_is_opened(folder: Path, name: str) -> None:
    (folder / "link.jpg").symlink_to(folder / "b_4.jpg")
    found = table(folder, f"photo,subject,age\n{name},x,4\n")
    with pytest.raises(PhotoError) as caught:
        found.content(found.photos[0])
    assert caught.value.reason is PhotoReason.NOT_A_FILE


@pytest.mark.parametrize(
    ("text", "words"),
    [("photo,age\n", "no column subject"), ("photo,subject,age,age\n", "two columns age"), ("", "is empty")],
)
def test_a_table_that_cannot_be_used_as_a_whole_is_told(folder: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        table(folder, text)


def test_what_is_neither_folder_nor_table_is_told(folder: Path) -> None:
    for name, words in (("notes.txt", "neither"), ("absent.csv", "no file"), ("absent", "neither")):
        with pytest.raises(InputError, match=words):
            read_labelled(folder / name)


def test_nothing_of_a_photo_shows(folder: Path) -> None:
    found = table(folder, "photo,subject,age\nb_4.jpg,x,4\n,x,4\n")
    assert not any(word in repr(part) for part in (found, *found.photos, *found.problems) for word in ("b_4", "row"))
