import os
import socket
from pathlib import Path

import pytest

from encoder.faces.files import photo_files, read_named_photo, read_photo_file
from encoder.faces.interface import PhotoError, PhotoReason
from matcher.errors import InputError

CANARY = "sunita-tamang.jpg"


@pytest.fixture
def folder(tmp_path):
    """A folder of photos, beside which stands what is none of its business."""
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"photo a")
    (folder / "more" / "b.png").write_bytes(b"photo b")
    (tmp_path / CANARY).write_bytes(b"secret")
    return folder


def refused(path: Path, folder: Path) -> PhotoReason | None:
    with pytest.raises(PhotoError) as raised:
        read_photo_file(path, folder)
    assert not any(part in str(raised.value) for part in path.parts if len(part) > 3)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return raised.value.reason


def test_photos_are_found_in_subfolders_in_order_and_read(folder):
    found = photo_files(folder)
    assert found == [folder / "a.jpg", folder / "more" / "b.png"]
    assert [read_photo_file(path, folder) for path in found] == [b"photo a", b"photo b"]


def test_a_folder_may_be_given_relative_or_as_a_link(folder, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    for place in (Path("photos"), Path("link"), Path(".") / "photos"):
        assert [read_photo_file(path, place) for path in photo_files(place)] == [b"photo a", b"photo b"]


def test_what_is_named_like_a_picture_is_found_whatever_its_case(folder):
    for name in ("c.JPG", "d.HeIc", "e.pdf", "f.gif", "g.webp"):
        (folder / name).touch()
    for name in ("h.txt", "i.csv", "jpg", ".hidden.jpg", "._a.jpg", "Thumbs.db"):
        (folder / name).touch()
    (folder / ".cache").mkdir()
    (folder / ".cache" / "k.jpg").touch()
    names = [path.name for path in photo_files(folder)]
    assert names == ["a.jpg", "c.JPG", "d.HeIc", "e.pdf", "f.gif", "g.webp", "b.png"]


@pytest.mark.parametrize("name", ["does-not-exist", "a.jpg"])
def test_what_is_no_folder_cannot_be_walked(folder, name):
    with pytest.raises(InputError) as raised:
        photo_files(folder / name)
    assert name not in str(raised.value)


@pytest.mark.parametrize("target", [f"../{CANARY}", "a.jpg", "/dev/zero", "nowhere"])
def test_a_link_is_found_and_refused(folder, target):
    (folder / "linked.jpg").symlink_to(target)
    assert folder / "linked.jpg" in photo_files(folder)
    assert refused(folder / "linked.jpg", folder) is PhotoReason.NOT_A_FILE


def test_a_link_to_a_folder_is_found_refused_and_not_followed(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "c.jpg").write_bytes(b"secret")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    assert photo_files(folder) == [folder / "a.jpg", folder / "linked", folder / "more" / "b.png"]
    assert refused(folder / "linked", folder) is PhotoReason.NOT_A_FILE
    assert refused(folder / "linked" / "c.jpg", folder) is PhotoReason.NOT_A_FILE


def test_what_is_no_regular_file_is_refused_without_waiting(folder):
    os.mkfifo(folder / "pipe.jpg")
    (folder / "folder.jpg").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket.jpg"))
    for name in ("pipe.jpg", "folder.jpg", "socket.jpg", "missing.jpg", "a.jpg/b.jpg", "x" * 300 + ".jpg"):
        assert refused(folder / name, folder) is PhotoReason.NOT_A_FILE
    assert refused(folder, folder) is PhotoReason.NOT_A_FILE


@pytest.mark.parametrize(
    "name",
    [f"../{CANARY}", f"more/../../{CANARY}", "more/../a.jpg", "..", f"more/{'../' * 40}etc/hosts", "a\0.jpg", "\ud800"],
)
def test_a_path_that_may_leave_the_folder_is_refused(folder, name):
    assert refused(folder / name, folder) is PhotoReason.NOT_A_FILE


def test_a_path_outside_of_the_folder_is_refused(folder, tmp_path):
    for path in (tmp_path / CANARY, Path("/etc/hosts"), Path(CANARY), Path("a.jpg"), tmp_path / "photos-2" / "a.jpg"):
        assert refused(path, folder) is PhotoReason.NOT_A_FILE


@pytest.mark.parametrize("name", ["", ".", "..", f"../{CANARY}", "/etc/hosts", "more", "missing.jpg"])
def test_a_table_cannot_name_what_is_not_in_the_folder(folder, name):
    with pytest.raises(PhotoError) as raised:
        read_named_photo(name, folder)
    assert raised.value.reason is PhotoReason.NOT_A_FILE


def test_a_table_names_photos_by_their_path_inside_the_folder(folder):
    assert read_named_photo("more/b.png", folder) == b"photo b"
    assert read_named_photo("a.jpg", folder) == b"photo a"
    with pytest.raises(PhotoError):
        read_named_photo(str(folder / "a.jpg"), folder)  # absolute, though inside


def test_a_file_that_is_too_large_is_refused(folder):
    assert read_photo_file(folder / "a.jpg", folder, most_bytes=7) == b"photo a"
    with pytest.raises(PhotoError) as raised:
        read_photo_file(folder / "a.jpg", folder, most_bytes=6)
    assert raised.value.reason is PhotoReason.TOO_LARGE


def test_an_empty_file_is_read(folder):
    (folder / "empty.jpg").touch()
    assert read_photo_file(folder / "empty.jpg", folder) == b""


def test_a_photo_that_may_not_be_read_says_so(folder, monkeypatch):
    opened = os.open

    def forbidding(path, *arguments, **options):
        if path == "a.jpg":
            raise PermissionError
        return opened(path, *arguments, **options)

    monkeypatch.setattr(os, "open", forbidding)
    assert refused(folder / "a.jpg", folder) is PhotoReason.UNREADABLE


def test_no_descriptor_is_left_open(folder):
    before = len(os.listdir("/proc/self/fd"))
    (folder / "linked.jpg").symlink_to("a.jpg")
    read_photo_file(folder / "more" / "b.png", folder)
    for name in ("linked.jpg", "more", "more/missing.jpg"):
        assert refused(folder / name, folder) is PhotoReason.NOT_A_FILE
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_content_counts_and_not_the_name(folder, decoder, encode, drawn):
    picture = drawn(32, 24)
    (folder / "png.jpg").write_bytes(encode(picture, "PNG"))
    (folder / "text.jpg").write_bytes(b"hello")
    assert decoder.decode(read_photo_file(folder / "png.jpg", folder)).tobytes() == picture.tobytes()
    with pytest.raises(PhotoError) as raised:
        decoder.decode(read_photo_file(folder / "text.jpg", folder))
    assert raised.value.reason is PhotoReason.NOT_A_PICTURE
