"""Photos beside a table: each with its row and reason, none that costs another, and the same import twice is one."""

import csv
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.holder.intake.sight import EVERYTHING
from api.holder.operating.files import BY, FolderOfPhotos, import_file
from api.holder.photos.reader import SharedReader
from api.holder.photos.service import PhotoLimits
from api.holder.storage.tables import photos, records
from api.service.summaries import Summary
from encoder.reading.problems import Problem
from matcher.errors import InputError
from tests.api.holder.desk import Desk
from tests.api.holder.photos.fake_faces import picture

ROWS = {
    "I-1": "Meena.jpg; more/Meena school.jpg", "I-2": "../outside.jpg", "I-3": "nobody.jpg; crowd.jpg; fir.pdf",
    "I-4": "link.jpg; missing.jpg; /etc/hostname", "I-5": "",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos of children"
    (folder / "more").mkdir(parents=True)
    contents = {
        "Meena.jpg": picture("Meena"), "more/Meena school.jpg": picture("Meena school"),
        "nobody.jpg": picture("no-face"), "crowd.jpg": picture("mother", "Rakesh"), "fir.pdf": b"%PDF-1.7",
        "unnamed.jpg": picture("Gopal"),
    }  # fmt: skip
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (tmp_path / "outside.jpg").write_bytes(picture("Salma"))
    (folder / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    with (tmp_path / "children.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["record_id", "name", "age", "event_date", "photos"])
        out.writerows([name, "Meena Hansda", "8", "2026-10-01", text] for name, text in ROWS.items())
    return folder


def imported(desk: Desk, folder: Path, **more: Any) -> tuple[Summary, list[Problem]]:
    taken = FolderOfPhotos(folder, SharedReader(lambda: desk.faces), PhotoLimits(), **more)
    return import_file(
        desk.database, desk.vault, folder.parent / "children.csv", "found", "shelter", most_bytes=2**20,
        clock=desk.clock, photos=taken,
    )  # fmt: skip


def versions(desk: Desk) -> list[int]:
    with desk.database.read() as conn:
        return list(conn.execute(select(records.c.version).order_by(records.c.id)).scalars())


def test_every_photo_has_its_row_and_reason_and_nothing_else_is_lost(desk: Desk, folder: Path) -> None:
    steps: list[tuple[int, int]] = []
    summary, problems = imported(desk, folder, progress=lambda done, total: steps.append((done, total)))
    counts = {
        "named": 9, "added": 4, "unchanged": 0, "unusable": 2, "unread": 0, "refused": 5, "unnamed": 1,
    }  # fmt: skip
    assert (summary.values["created"], summary.values["photos"], summary.rejected) == (5, counts, True)
    assert steps == [(done, 9) for done in range(1, 10)]
    of_photos = [(each.row, each.severity.value) for each in problems if each.field == "photos"]
    dropped, note = "field dropped", "note"
    assert of_photos == [(3, dropped), (4, note), (4, note), (4, dropped), (5, dropped), (5, dropped), (5, dropped)]
    told = " ".join(map(str, problems))
    assert not [name for name in ("Meena", "nobody", "crowd", "fir", "link", "outside", "hostname") if name in told]
    assert versions(desk) == [3, 1, 3, 1, 1]


def test_the_same_import_again_changes_nothing(desk: Desk, folder: Path) -> None:
    imported(desk, folder)
    before, reads = versions(desk), desk.faces.reads
    summary, _ = imported(desk, folder)
    assert (summary.values["unchanged"], summary.values["photos"]["unchanged"]) == (5, 4)
    assert summary.values["photos"]["added"] == 0
    assert (versions(desk), desk.faces.reads) == (before, reads)


def test_a_killed_import_goes_on_with_the_photos_that_are_left(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(desk, folder, progress=killed)
    summary, _ = imported(desk, folder)
    assert (summary.values["photos"]["unchanged"], summary.values["photos"]["added"]) == (2, 2)
    with desk.database.read() as conn:
        assert len(list(conn.execute(select(photos.c.id)))) == 4
    assert desk.gateway.imports.page(None, 5, EVERYTHING)[0].by == BY


def test_a_folder_that_is_none_is_said_before_anything_is_stored(desk: Desk, folder: Path) -> None:
    taken = FolderOfPhotos(folder / "Meena.jpg", SharedReader(None), PhotoLimits())
    with pytest.raises(InputError, match="no folder"):
        import_file(
            desk.database, desk.vault, folder.parent / "children.csv", "found", "shelter", most_bytes=2**20,
            photos=taken,
        )  # fmt: skip
    assert versions(desk) == []


def test_without_a_reader_the_photos_are_kept_and_the_summary_says_why(desk: Desk, folder: Path) -> None:
    desk.faces.is_installed = False
    summary, _ = imported(desk, folder)
    assert (summary.values["photos"]["added"], summary.values["photos"]["unread"]) == (4, 4)
    assert "not installed" in summary.lines[-1]
