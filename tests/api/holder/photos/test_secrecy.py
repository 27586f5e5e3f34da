"""Bytes of a photo, of its metadata, its name and its embedding: in the vault, and nowhere else."""

import io
from pathlib import Path

import pytest

from api.holder.operating.archiving import backup
from api.holder.photos.content import PhotoDetails, embedding_bytes
from api.holder.photos.reader import Read
from api.holder.photos.service import Written
from api.service.database import open_database
from tests.api.holder.desk import Desk
from tests.api.holder.photos.fake_faces import DLIB, FakeFaces, embedding_of, picture
from tests.privacy.canaries import found_in

PHOTO = picture("Salma zqxwface", exif="zqxwexif 22.57N 88.36E")
CROWD = picture("zqxwmother", "Salma zqxwface")
TAKEN = "2024-05-17"


@pytest.fixture
def local(tmp_path: Path, log: io.StringIO) -> Desk:
    """A gateway whose database lies in its data folder."""
    data = tmp_path / "data"
    data.mkdir(0o700)
    return Desk(open_database(f"sqlite:///{data / 'holder.db'}"), data, metrics_token="metrics")


def assert_nothing_in(content: bytes) -> None:
    assert found_in(content) == []
    assert TAKEN.encode() not in content
    for name in ("Salma zqxwface", "zqxwmother"):
        assert embedding_bytes(embedding_of(name))[:64] not in content


def test_nothing_of_a_photo_lies_on_the_disk_in_the_log_or_in_answers_of_others(
    local: Desk, tmp_path: Path, log: io.StringIO
) -> None:
    ref = local.create(1).json()["ref"]
    photo = local.add_photo(ref, PHOTO, taken=TAKEN).json()["photo"]
    crowd = local.add_photo(ref, CROWD).json()["photo"]
    answers = [
        local.call("PUT", f"/v1/records/{ref}/photos/{crowd}/face", json={"face": 1}),
        local.add_photo(ref, b"%PDF zqxwpdf"), local.add_photo(ref, picture("damaged", exif="zqxwexif")),
        local.add_photo(ref, PHOTO, taken="zqxwtaken"),
        local.call("POST", f"/v1/records/{ref}/photos", files={"zqxwpart": ("zqxwname.jpg", PHOTO)}),
        local.call("GET", f"/v1/records/{ref}/changes", local.admin), local.call("GET", "/v1/sync", local.admin),
        local.call("GET", "/metrics", "metrics"), local.call("GET", f"/v1/records/{ref}"),
    ]  # fmt: skip
    for answer in answers:
        assert_nothing_in(answer.content)
    assert local.call("GET", f"/v1/records/{ref}/photos/{photo}/original").content == PHOTO
    backup(local.database, tmp_path / "data" / "backup.tar", lambda table, rows: None)
    for when in ("open", "closed"):
        files = [path for path in local.settings.data.rglob("*") if path.is_file()]
        assert len(files) >= 2, when
        for path in files:
            assert_nothing_in(path.read_bytes())
        local.database.close()
    assert_nothing_in(log.getvalue().encode())
    assert "/v1/records/{ref}/photos" in log.getvalue()


@pytest.mark.parametrize(
    "stage", ["api.holder.photos.writing.seal_part", "api.holder.photos.service.content_index",
              "api.holder.photos.writing.embedding_bytes", "api.holder.photos.writing.resealed"],
)  # fmt: skip
def test_a_failure_that_quotes_a_photo_is_not_repeated(
    local: Desk, monkeypatch: pytest.MonkeyPatch, log: io.StringIO, stage: str
) -> None:
    def blab(*arguments: object) -> None:
        raise ValueError(f"zqxw: {arguments!r}")

    ref = local.create(1).json()["ref"]
    monkeypatch.setattr(stage, blab)
    answer = local.add_photo(ref, PHOTO)
    assert answer.status_code == 500
    assert_nothing_in(answer.content + log.getvalue().encode())
    assert "ValueError" in log.getvalue()
    local.database.close()


def test_no_repr_shows_anything() -> None:
    reading = FakeFaces().read(PHOTO)
    values = (PhotoDetails(TAKEN, reading.faces), Read(reading, None, DLIB), Written(True, {"taken": TAKEN}, 1))
    for value in values:
        assert_nothing_in(repr(value).encode())
