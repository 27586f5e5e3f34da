"""`milap photos`: make-believe photos through every command, and the one real portrait through the real reader."""

import json
import shutil
from pathlib import Path

import pytest

from api.cli.main import run
from encoder.faces.space import uncentred
from encoder.faces.space_file import read_space, write_space
from matcher.errors import MissingExtraError
from matcher.photo_curve_file import curve_to_json, read_curve, shipped_curve
from matcher.photos import PhotoSpace
from tests.api.cli.people import complaint, summary
from tests.api.cli.photo_reader import IDENTITY, FakeReader, use, write_photos

PORTRAIT = Path(__file__).parents[2] / "pictures" / "grace_hopper.jpg"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and a reader of make-believe photos."""
    monkeypatch.chdir(tmp_path)
    use(monkeypatch)
    return tmp_path


@pytest.fixture
def family(place: Path) -> Path:
    """Make-believe photos of 24 children, three each."""
    write_photos(place / "photos", 24, 3)
    return place


# --- check ----------------------------------------------------------------------------------------------------------


def test_check_tells_of_every_photo(place: Path, capsys: Capture) -> None:
    folder = write_photos(place / "photos", 1, 1)
    (folder / "b.png").write_text("2 5 0 poor")
    (folder / "d.jpg").write_text("several-faces")
    (folder / "e\x1b[2J.jpg").write_text("no-face")
    (folder / "f.jpg").symlink_to("b.png")
    assert run(["photos", "check", "photos"]) == 1
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[:5]] == ["1", "2", "3", "4", "5"]
    assert "choose which of them" in out
    assert "too poor to be weighed" in out
    assert "\x1b" not in out
    assert "5 photos: 2 usable (1 of them good" in out
    told = summary(capsys, ["photos", "check", "photos"], 1)
    assert told["reasons"] == {"no-face": 1, "several-faces": 1, "not-a-file": 1}
    assert [(photo["number"], photo["usable"]) for photo in told["each"]] == [
        (1, True), (2, True), (3, False), (4, False), (5, False),
    ]  # fmt: skip


def test_check_of_usable_photos_is_done(place: Path, capsys: Capture) -> None:
    write_photos(place / "photos", 2, 1)
    assert summary(capsys, ["photos", "check", "photos", "--quiet"])["usable"] == 2
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("place")
def test_check_of_nothing(tmp_path: Path, capsys: Capture) -> None:
    assert "cannot be read" in complaint(capsys, ["photos", "check", "absent"], 2)
    (tmp_path / "empty").mkdir()
    assert "holds no photo" in complaint(capsys, ["photos", "check", "empty"], 2)


# --- the embedder ---------------------------------------------------------------------------------------------------


def test_the_embedder_is_chosen_and_its_files_are_asked_for(place: Path, capsys: Capture) -> None:
    write_photos(place / "photos", 1, 1)
    files = ["--detector", "a.onnx", "--recogniser", "b.onnx"]
    FakeReader.choices.clear()
    summary(capsys, ["photos", "check", "photos", "--embedder", "opencv", *files])
    assert [(choice.name, str(choice.detector)) for choice in FakeReader.choices] == [("opencv", "a.onnx")]
    assert "two ONNX files" in complaint(capsys, ["photos", "check", "photos", "--embedder", "opencv"], 2)
    assert "'dlib' takes none" in complaint(capsys, ["photos", "check", "photos", *files], 2)


@pytest.mark.usefixtures("family")
@pytest.mark.parametrize(
    "words",
    [["check", "photos"], ["space", "photos", "-o", "s.json"], ["calibrate", "photos", "-o", "c", "--space", "u.json"]],
)
def test_without_the_extra_one_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, words: list[str]
) -> None:
    class AtOnce(FakeReader):
        def __init__(self, choice: object) -> None:
            raise MissingExtraError("Photos need pillow; install milap with its extra 'face', or leave photos out.")

    class WhenAsked(FakeReader):
        @property
        def identity(self):
            raise MissingExtraError("Photos need dlib-bin; install milap with its extra 'face', or leave photos out.")

    write_space(uncentred(IDENTITY), Path("u.json"))
    for factory in (AtOnce, WhenAsked):
        use(monkeypatch, factory)
        assert "extra 'face'" in complaint(capsys, ["photos", *words, "--quiet"], 2)
    assert not Path("s.json").exists()


# --- space ----------------------------------------------------------------------------------------------------------


def test_a_space_is_fitted_and_written_once(family: Path, capsys: Capture) -> None:
    (family / "photos" / "portrait.jpg").write_text("77 5 0")
    told = summary(capsys, ["photos", "space", "photos", "-o", "space.json"])
    space = read_space(family / "space.json")
    assert space.identity == IDENTITY
    assert space.mean is not None
    assert space.whitening is None
    assert told["digest"] == space.digest.hex()
    assert (told["photos"], told["subjects"], space.provenance["subjects"]) == (73, 25, 25)
    assert space.provenance["ages"] == "1-16 years, of 72 photos"
    assert "never overwritten" in complaint(capsys, ["photos", "space", "photos", "-o", "space.json"], 2)


def test_a_whitening_is_fitted_when_asked_for(place: Path, capsys: Capture) -> None:
    folder = write_photos(place / "photos", 31, 2)
    (folder / "x_5.jpg").write_text("damaged")
    assert run(["photos", "space", "photos", "-o", "space.json", "--whiten", "--quiet"]) == 1
    captured = capsys.readouterr()
    assert "Mean and whitening of 62 photos of 31 children" in captured.out
    assert captured.err == "x_5.jpg: The photo is damaged or only half there; copy it again from the phone or camera.\n"
    assert read_space(place / "space.json").whitening is not None


def test_a_space_of_too_few_photos_is_refused(place: Path, capsys: Capture) -> None:
    write_photos(place / "photos", 9, 2)
    for words in ([], ["--whiten"]):
        assert "at least 20 photos" in complaint(capsys, ["photos", "space", "photos", "-o", "s.json", *words], 2)
    assert "no folder" in complaint(capsys, ["photos", "space", "photos", "-o", "absent/s.json"], 2)
    assert not (place / "s.json").exists()


# --- calibrate ------------------------------------------------------------------------------------------------------


CALIBRATE = ["photos", "calibrate", "photos", "-o", "curve.json", "--space", "space.json"]


def test_a_curve_is_calibrated_and_written(family: Path, capsys: Capture) -> None:
    (family / "photos" / "x_5.jpg").write_text("no-face")
    (family / "photos" / "y_5.jpg").write_text("90 5 0 poor")
    (family / "photos" / "holiday.jpg").write_text("91 5 0")
    run(["photos", "space", "photos", "-o", "space.json", "--quiet"])
    told = summary(capsys, [*CALIBRATE, "--quiet"], 1)
    assert (told["photos"], told["subjects"], told["poor"], told["problems"]) == (72, 24, 1, 2)
    assert told["outcome"] == "used"
    assert told["after"]["all"]["cost"] < told["before"]["all"]["cost"]
    curve = read_curve(family / "curve.json")
    assert (curve.embedder, curve.centred, curve.provenance["photos"]) == ("dlib", True, 72)
    assert curve.provenance["space"].endswith(read_space(family / "space.json").digest.hex())
    assert sorted(path.name for path in family.iterdir()) == ["curve.json", "photos", "space.json"]


def test_a_table_brings_sex_and_region_and_the_report_is_for_people(family: Path, capsys: Capture) -> None:
    rows = [f"{path.name},{path.name[:4]},{path.name.split('_')[1]},girl,hills" for path in
            sorted((family / "photos").iterdir())]  # fmt: skip
    (family / "photos" / "t.csv").write_text("photo,subject,age,sex,region\n" + "\n".join(rows) + "\nz.jpg,z,4,,\n")
    run(["photos", "space", "photos", "-o", "space.json", "--quiet"])
    capsys.readouterr()
    assert run(["photos", "calibrate", "photos/t.csv", "-o", "curve.json", "--space", "space.json"]) == 1
    captured = capsys.readouterr()
    assert "z.jpg: This is no file" in captured.err
    assert "Reading photos: 73 in" in captured.err
    for words in ("72 photos of 24 children", "girls", "region hills", "gap 3-5", "draws of children", "curve.json"):
        assert words in captured.out


@pytest.mark.usefixtures("family")
def test_calibrating_refuses_what_would_come_to_nothing(
    family: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    write_space(uncentred(IDENTITY), family / "space.json")
    write_photos(family / "few", 19, 3)
    few = [word.replace("photos", "few") if word == "photos" and i else word for i, word in enumerate(CALIBRATE)]
    assert "at least 20 children" in complaint(capsys, [*few, "--quiet"], 2)
    assert "one of the input files" in complaint(capsys, [*CALIBRATE[:4], "space.json", *CALIBRATE[5:]], 2)
    assert "no folder" in complaint(capsys, [*CALIBRATE[:4], "absent/curve.json", *CALIBRATE[5:]], 2)

    class Other(FakeReader):
        identity = type(IDENTITY)("dlib", bytes(32), "make-believe", IDENTITY.dimensions)

    use(monkeypatch, Other)
    assert "another embedder" in complaint(capsys, [*CALIBRATE, "--quiet"], 3)
    assert not (family / "curve.json").exists()


def test_the_shipped_curve_is_written_when_the_photos_teach_nothing(
    family: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("matcher.photo_fitting.LEAST_GAIN", 2.0)
    summary(capsys, ["photos", "space", "photos", "-o", "space.json"])
    told = summary(capsys, CALIBRATE)
    assert told["outcome"] == "no-better"
    shipped = shipped_curve(PhotoSpace("dlib", True, bytes(16)))
    assert shipped is not None
    assert (family / "curve.json").read_text() == curve_to_json(shipped)
    assert run([*CALIBRATE, "--quiet"]) == 0
    assert "was kept" in capsys.readouterr().out


def test_where_nothing_is_shipped_and_nothing_learnt_nothing_is_written(
    family: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    class Sface(FakeReader):
        identity = type(IDENTITY)("sface", bytes(32), "make-believe", IDENTITY.dimensions)

    use(monkeypatch, Sface)
    monkeypatch.setattr("matcher.photo_fitting.LEAST_GAIN", 2.0)
    write_space(uncentred(Sface.identity), family / "space.json")
    assert summary(capsys, CALIBRATE, 1)["output"] is None
    assert run([*CALIBRATE, "--quiet"]) == 1
    assert "no curve was written" in capsys.readouterr().out
    assert not (family / "curve.json").exists()


# --- the real reader ------------------------------------------------------------------------------------------------


def test_the_real_reader_finds_the_one_face_and_names_what_is_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "photos"
    folder.mkdir()
    shutil.copy(PORTRAIT, folder / "hopper_37.jpg")
    (folder / "letter_5.pdf").write_bytes(b"%PDF-1.7\n")
    assert run(["photos", "check", "photos", "--json"]) == 1
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert [(photo["name"], photo["reason"], photo["faces"]) for photo in told["each"]] == [
        ("hopper_37.jpg", None, 1), ("letter_5.pdf", "not-a-picture", 0),
    ]  # fmt: skip
    assert "Reading photos: 2 in" in captured.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["hopper_37.jpg", "letter_5.pdf", "photos"]
