"""`milap holder import --photos`: a folder beside the table, and what the terminal tells of it."""

import io
import json
import os
from pathlib import Path

import pytest

from api.cli.main import run
from api.holder.operating import starting
from api.holder.photos.reader import SharedReader
from encoder.faces.space import uncentred
from encoder.faces.space_file import write_space
from tests.api.cli.people import complaint, row_of, summary, text_of
from tests.api.holder.photos.fake_faces import SFACE, FakeFaces

Capture = pytest.CaptureFixture[str]
JPEG = b"\xff\xd8\xff"


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, log: io.StringIO) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("MILAP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MILAP_KEY_PASSPHRASE", "correct horse battery staple")
    monkeypatch.setenv("MILAP_HOLDER_ADMIN_PASSWORD", "a long enough password")
    monkeypatch.setenv("MILAP_HOLDER_CONFIG", str(tmp_path / "gateway.toml"))
    (tmp_path / "gateway.toml").write_text('[holder]\ndata = "gateway"\nprofile = "local-2026-11-22"\n')
    summary(capsys, ["holder", "init"])
    return tmp_path


def test_photos_come_with_the_table_and_are_not_read_where_the_profile_has_none(
    gateway: Path, capsys: Capture, log: io.StringIO
) -> None:
    names = ["zqxwone.jpg", "zqxwtwo.pdf", ""]
    rows = [row_of(number, "found") | {"photos": name} for number, name in enumerate(names)]
    (gateway / "found.csv").write_text(text_of(rows, tuple(rows[0])), encoding="utf-8")
    (gateway / "pictures").mkdir()
    (gateway / "pictures" / "zqxwone.jpg").write_bytes(JPEG + b"a child")
    (gateway / "pictures" / "zqxwtwo.pdf").write_bytes(b"%PDF-1.7")
    words = ["holder", "import", "found.csv", "--kind", "found", "--source", "shelter"]
    assert run([*words, "--photos", "pictures", "--problems", "bad.csv"]) == 1
    told = capsys.readouterr()
    assert "2 photos named: 1 added, 0 unchanged, 0 unusable, 1 unread, 1 refused, 0 unnamed." in told.out
    problems = (gateway / "bad.csv").read_text(encoding="utf-8")
    assert "photos" in problems
    assert "zqxw" not in problems + told.out + told.err + log.getvalue()
    assert run([*words, "--photos", "pictures", "--json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert (again["unchanged"], again["photos"]["unchanged"], again["photos"]["added"]) == (3, 1, 0)
    status = summary(capsys, ["holder", "status"])["photos"]
    assert (status["kept"], status["unread"], status["problem"]) == (1, 1, None)
    assert run(["holder", "status"]) == 0
    assert "1 photos, 0 usable, 1 not read yet; no codes are sent." in capsys.readouterr().out
    assert "no folder" in complaint(capsys, [*words, "--photos", "elsewhere"], 2)


def test_check_says_who_reads_photos_and_refuses_the_space_of_another(
    gateway: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    faces = FakeFaces()
    monkeypatch.setattr(starting, "reader_of", lambda settings: SharedReader(lambda: faces))
    monkeypatch.setenv("MILAP_HOLDER_PROFILE", "local-photo-2026-11-22")
    assert run(["holder", "serve", "--check"]) == 0
    assert "Photos are read by dlib." in capsys.readouterr().out
    faces.is_installed = False
    assert run(["holder", "serve", "--check"]) == 0
    assert "kept and not read" in capsys.readouterr().out
    faces.is_installed = True
    write_space(uncentred(SFACE), gateway / "space.json")
    monkeypatch.setenv("MILAP_HOLDER_PHOTO_SPACE", "space.json")
    assert "another embedder" in complaint(capsys, ["holder", "serve", "--check"], 3)
