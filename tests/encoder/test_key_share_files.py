"""Share files: pages that come back as they were written or typed, and folders that are whole or not there."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from encoder import key_share_files
from encoder.key_share_errors import DamagedShareError, ForeignShareError, KeyShareError
from encoder.key_share_files import read_share_file, write_share_files
from encoder.key_shares import join_shares, split_key
from tests.encoder.key_builders import KEY, forged, misspelt

SHARES = split_key(KEY, 3, 5)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The file of share 2."""
    return write_share_files(tmp_path / "shares", SHARES)[1]


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o600)
    return path


def refusal(path: Path, error: type[KeyShareError]) -> str:
    """The message of the refusal: one sentence that names the file and shows no word of the share."""
    with pytest.raises(error) as caught:
        read_share_file(path)
    assert type(caught.value) is error
    assert caught.value.__cause__ is None
    message = str(caught.value)
    assert str(path) in message
    assert message.endswith(".")
    assert " ".join(SHARES[1].words[4:6]) not in message
    return message


def test_what_was_written_is_read_and_joins(tmp_path: Path) -> None:
    files = write_share_files(tmp_path / "shares", SHARES)
    assert [path.name for path in files] == [f"share-{number}-of-5.txt" for number in range(1, 6)]
    read = [read_share_file(path) for path in files]
    assert tuple(read) == SHARES
    assert join_shares(read[2:]) == KEY


def test_folder_and_files_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files = write_share_files(tmp_path / "shares", SHARES)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "shares").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert sorted(os.listdir(tmp_path)) == ["shares"]
    assert sorted(os.listdir(tmp_path / "shares")) == [path.name for path in files]


def test_a_person_can_read_which_share_of_which_key_it_is(page: Path) -> None:
    text = page.read_text()
    for line in ("domain: east", "epoch: 2026-11", f"key fingerprint: {KEY.fingerprint()}", "share: 2 of 5"):
        assert line in text.splitlines()
    assert "Any 3 of 5" in text
    assert max(map(len, text.splitlines())) <= 100
    assert text.isascii()


@pytest.mark.parametrize(
    "typed",
    [
        str.upper, lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text,
        lambda text: "\n".join(line for line in text.splitlines() if line and not line.startswith("#")),
        lambda text: text.replace("  ", " "), lambda text: text.replace(" 1 ", "1. ", 1),
        lambda text: text.partition("words:")[0] + "Words : " + " ".join(SHARES[1].words),
        lambda text: text.replace("share: 2 of 5", "  Share :  2  of  5 "),
    ],
)  # fmt: skip
def test_a_page_that_was_typed_in_by_hand_is_the_same_share(page: Path, typed: Callable[[str], str]) -> None:
    text = typed(page.read_text())
    # Domain and epoch are as they are written: upper and lower case differ in them.
    text = text.replace("DOMAIN: EAST", "DOMAIN: east")
    assert read_share_file(put(page, text)) == SHARES[1]


def test_a_page_cut_short_anywhere_is_refused(page: Path) -> None:
    content = page.read_bytes()
    end = content.rindex(SHARES[1].words[-1].encode()) + len(SHARES[1].words[-1])
    for length in range(0, end, 3):
        with pytest.raises((DamagedShareError, ForeignShareError), match="shares"):
            read_share_file(put(page, content[:length]))


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff\xfe\x00", b"ssh-rsa AAAA", b"words:\n", b"format: age", bytes(10**6), b"a\n" * 10**5]
)
def test_a_foreign_file(tmp_path: Path, content: bytes) -> None:
    assert "no share of a linkage key" in refusal(put(tmp_path / "foreign", content), ForeignShareError)


def test_a_sealed_key_file_is_no_share(tmp_path: Path) -> None:
    content = '{"format": "milap linkage key", "version": 1, "domain": "east"}'
    assert "no share" in refusal(put(tmp_path / "a.key", content), ForeignShareError)


def test_a_share_of_a_later_version(page: Path) -> None:
    put(page, page.read_text().replace("milap key share 1", "milap key share 2"))
    assert "newer Milap" in refusal(page, ForeignShareError)


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("domain: east\n", ""), ("share: 2 of 5", "share: two of five"), ("threshold: 3", "threshold: three"),
        ("threshold: 3", "threshold: 3\nnote: added"), ("key fingerprint: ", "key fingerprint: 0"),
        ("words:", "the rest:"), ("share: 2 of 5", "share: 3 of 5"), ("share: 2 of 5", "share: 2 of 1"),
    ],
)  # fmt: skip
def test_a_changed_line_is_noticed(page: Path, line: str, instead: str) -> None:
    assert line in page.read_text()
    refusal(put(page, page.read_text().replace(line, instead)), DamagedShareError)


def test_a_damaged_word_names_file_and_place(tmp_path: Path) -> None:
    (path, *_) = write_share_files(tmp_path / "shares", [misspelt(SHARES[1], 9, "hullabaloo")])
    assert "Word 10 of share 2" in refusal(path, DamagedShareError)
    other = "academic" if SHARES[1].words[9] != "academic" else "acid"
    (path, *_) = write_share_files(tmp_path / "others", [misspelt(SHARES[1], 9, other)])
    assert "checksum" in refusal(path, DamagedShareError)


def test_a_forged_share_is_noticed_when_it_is_joined(tmp_path: Path) -> None:
    files = write_share_files(tmp_path / "shares", [forged(SHARES[0]), *SHARES[1:]])
    with pytest.raises(DamagedShareError):
        join_shares([read_share_file(path) for path in files[:3]])


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606])
def test_a_share_that_others_can_read_is_refused(page: Path, mode: int) -> None:
    page.chmod(mode)
    assert "chmod 600" in refusal(page, ForeignShareError)


def test_no_such_file_and_a_folder(tmp_path: Path) -> None:
    assert "milap keys split" in refusal(tmp_path / "none.txt", ForeignShareError)
    (tmp_path / "folder").mkdir(0o700)
    assert "could not be read" in refusal(tmp_path / "folder", ForeignShareError)


# --- folders that are not written -----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda path: path.symlink_to("nowhere")])
def test_nothing_that_exists_is_touched(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "shares")
    with pytest.raises(KeyShareError, match="a folder of their own"):
        write_share_files(tmp_path / "shares", SHARES)
    assert os.listdir(tmp_path) == ["shares"]


@pytest.mark.parametrize("failing", range(1, 12))
def test_a_full_disk_at_any_moment_leaves_no_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Five files with their folder, fsynced one after the other, and the folder around them at last."""
    real, calls = os.fsync, []

    def fail(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == failing:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyShareError, match="No space left"):
        write_share_files(tmp_path / "shares", SHARES)
    assert os.listdir(tmp_path) == []


def test_a_folder_that_somebody_makes_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(share: object) -> str:
        (tmp_path / "shares").mkdir(exist_ok=True)
        (tmp_path / "shares" / "other").touch()
        return "x"

    monkeypatch.setattr(key_share_files, "_text", meanwhile)
    with pytest.raises(KeyShareError, match="No share was written"):
        write_share_files(tmp_path / "shares", SHARES)
    assert os.listdir(tmp_path) == ["shares"]
    assert os.listdir(tmp_path / "shares") == ["other"]


def test_a_missing_folder_around_it(tmp_path: Path) -> None:
    with pytest.raises(KeyShareError, match="another place"):
        write_share_files(tmp_path / "none" / "shares", SHARES)


def test_an_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(share: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(key_share_files, "_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_share_files(tmp_path / "shares", SHARES)
    assert os.listdir(tmp_path) == []


def test_a_killed_run_leaves_no_folder_of_that_name_and_the_next_run_says_what_is_left(
    tmp_path: Path, repository: Path
) -> None:
    killed = (
        "import os, signal, sys; from pathlib import Path\n"
        "from encoder import key_share_files; from encoder.key_shares import split_key\n"
        "from encoder.keys import LinkageKey\n"
        "real, seen = key_share_files._text, []\n"
        "def text(share):\n"
        "    seen.append(share)\n"
        "    if len(seen) == 3: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(share)\n"
        "key_share_files._text = text\n"
        "key_share_files.write_share_files(Path(sys.argv[1]), split_key(LinkageKey.generate('a', 'b'), 3, 5))\n"
    )
    command = [sys.executable, "-c", killed, str(tmp_path / "shares")]
    assert subprocess.run(command, cwd=repository, check=False).returncode == -signal.SIGKILL
    assert not (tmp_path / "shares").exists()
    (left,) = tmp_path.iterdir()
    assert stat.S_IMODE(left.stat().st_mode) == 0o700
    with pytest.raises(KeyShareError, match="delete it") as caught:
        write_share_files(tmp_path / "shares", SHARES)
    assert str(left) in str(caught.value)


def test_a_share_says_nothing_of_the_others(tmp_path: Path) -> None:
    (path,) = write_share_files(tmp_path / "shares", [replace(SHARES[0], shares=9)])
    assert path.name == "share-1-of-9.txt"
