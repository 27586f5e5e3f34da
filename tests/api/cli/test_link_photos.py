"""`milap link --photos`: faces count where names do not, and a photo that cannot be used costs nothing else."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from api.cli import local
from api.cli.link_photos import opened_pictures
from api.cli.main import run
from encoder.faces.space import FaceSpace
from encoder.faces.space_file import write_space
from matcher.profile import LOCAL_PHOTO_2026_11_22
from tests.api.cli.people import read_pairs
from tests.api.cli.photo_reader import DIMENSIONS, IDENTITY, FakeReader

HEADER = ["record_id", "kind", "name", "sex", "age", "event_date", "photos"]
CHILDREN = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Children of whom each has another name now; two photos each, and one that nobody can use."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for i in range(CHILDREN):
        for side in ("m", "f"):
            for n in range(2):
                (photos / f"{side}{i}-{n}.jpg").write_text(f"{i} {7 + i % 3} {n + 2 * (side == 'f')}")
    (photos / "group.jpg").write_text("several-faces")
    for kind, side, day in (("missing", "m", "2026-01-10"), ("found", "f", "2026-02-10")):
        with (tmp_path / f"{kind}.csv").open("w", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(HEADER)
            for i in range(CHILDREN):
                names = f"{side}{i}-0.jpg;{side}{i}-1.jpg" + (";group.jpg;../outside.jpg" if i == 3 else "")
                name = "Asha" if side == "m" else "Rani"
                rows.writerow([f"{side}{i}", kind, f"{name} {i}", "f", 7 + i % 3, day, names])
    return tmp_path


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make-believe photos."""
    monkeypatch.setattr(local, "opened_pictures", lambda *given: opened_pictures(*given, FakeReader))


def link(folder: Path, *options: str, status: int = 0) -> None:
    """A quiet run over the two files of a folder."""
    files = [str(folder / f"{kind}.csv") for kind in ("missing", "found")]
    assert run(["link", *files, "-o", str(folder / "pairs.csv"), "--quiet", *options]) == status


@pytest.mark.usefixtures("fake")
def test_faces_bring_renamed_children_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_space(FaceSpace(IDENTITY, np.full(DIMENSIONS, 3.0)), folder / "space.json")
    link(folder, "--photos", str(folder / "photos"), "--photo-space", str(folder / "space.json"), "--top", "12",
         "--min-weight", "-1000", "--json", "--problems", str(folder / "problems.csv"))  # fmt: skip
    assert json.loads(capsys.readouterr().out)["profile"] == LOCAL_PHOTO_2026_11_22.name
    pairs = read_pairs(folder / "pairs.csv")
    own = [float(pair["weight_photo"]) for pair in pairs if pair["missing_id"][1:] == pair["found_id"][1:]]
    others = [float(pair["weight_photo"]) for pair in pairs if pair["missing_id"][1:] != pair["found_id"][1:]]
    assert len(own) == CHILDREN
    assert min(own) > max(others)
    problems = (folder / "problems.csv").read_text()
    assert problems.count("photos") >= 4
    assert "group" not in problems
    assert "outside" not in problems


def test_without_photos_nothing_changes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link(folder, "--min-weight", "-1000", "--json")
    assert json.loads(capsys.readouterr().out)["profile"] == "local-2026-11-22"
    assert "weight_photo" not in read_pairs(folder / "pairs.csv")[0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--photo-space", "space.json"], "--photos"),
        (["--photos", "nowhere"], "folder"),
        (["--photos", "photos", "--profile", "local-2026-11-22"], "local-photo-2026-11-22"),
        (["--photos", "photos", "--photo-space", "none.json"], "none.json"),
    ],
)
@pytest.mark.usefixtures("fake")
def test_wrong_use_is_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    monkeypatch.chdir(folder)
    link(folder, *options, status=2)
    message = capsys.readouterr().err
    assert told in message
    assert "Traceback" not in message


def test_the_same_real_face_weighs_as_much_as_a_photo_may(folder: Path, repository: Path) -> None:
    portrait = repository / "tests" / "pictures" / "grace_hopper.jpg"
    for i in range(2):
        for side in ("m", "f"):
            shutil.copy(portrait, folder / "photos" / f"{side}{i}-0.jpg")
    link(folder, "--photos", str(folder / "photos"), "--min-weight", "-1000")
    own = [pair for pair in read_pairs(folder / "pairs.csv") if {"m0", "f0"} == {pair["missing_id"], pair["found_id"]}]
    assert float(own[0]["weight_photo"]) == pytest.approx(3.607, abs=0.01)
