"""`milap keys rotate`, `split` and `join`, as a key steward types them."""

import base64
import os
import re
import signal
import stat
from pathlib import Path

import pytest

from api.cli import keys
from api.cli.main import run
from encoder.key_files import read_key_file, write_key_file
from encoder.keys import LinkageKey
from matcher.profile import PROFILES
from tests.api.cli.people import complaint, summary

Capture = pytest.CaptureFixture[str]
WRAPPING = bytes([1]) * 32
SPLIT = ["keys", "split", "a.key", "--threshold", "3", "--shares", "5", "--output", "shares"]


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LinkageKey:
    """The key in a.key, in a folder to stand in; a wrapping key opens it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MILAP_KEY_PASSPHRASE", raising=False)
    monkeypatch.setenv("MILAP_WRAPPING_KEY", base64.b64encode(WRAPPING).decode())
    made = LinkageKey.generate("in-wb", "2026-11")
    write_key_file(tmp_path / "a.key", made, WRAPPING)
    return made


def shares(*numbers: int) -> list[str]:
    """File names of shares."""
    return [f"shares/share-{number}-of-5.txt" for number in numbers]


def files() -> list[str]:
    """What stands in the folder."""
    return sorted(os.listdir())


# --- rotate ---------------------------------------------------------------------------------------------------------


def test_a_rotation_makes_a_key_of_the_next_epoch_and_says_what_comes_next(key: LinkageKey, capsys: Capture) -> None:
    made = summary(capsys, ["keys", "rotate", "a.key", "b.key", "--epoch", "2026-12"])
    new = read_key_file(Path("b.key"), WRAPPING)
    assert (new.domain, new.epoch) == ("in-wb", "2026-12")
    assert made["fingerprint"] == new.fingerprint() != key.fingerprint()
    assert made["key_checks"] == {name: new.key_check(profile).hex() for name, profile in PROFILES.items()}
    assert stat.S_IMODE(Path("b.key").stat().st_mode) == 0o600
    assert read_key_file(Path("a.key"), WRAPPING) == key
    steps = " ".join(made["next"])
    for step in ("partition open --domain in-wb --epoch 2026-12", "holder key seal", "both keys", "partition close"):
        assert step in steps


@pytest.mark.usefixtures("key")
def test_a_rotation_reads_as_sentences(capsys: Capture) -> None:
    assert run(["keys", "rotate", "a.key", "b.key", "--epoch", "2026-12"]) == 0
    out = capsys.readouterr().out
    assert "in-wb, epoch 2026-12" in out
    assert "closes epoch 2026-11" in out


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(("epoch", "words"), [("2026-11", "epoch of the old key"), ("2026-02", "not after")])
def test_a_rotation_that_goes_nowhere(capsys: Capture, epoch: str, words: str) -> None:
    assert words in complaint(capsys, ["keys", "rotate", "a.key", "b.key", "--epoch", epoch], 2)
    assert files() == ["a.key"]


@pytest.mark.usefixtures("key")
def test_a_rotation_replaces_no_file_and_needs_the_secret(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Path("a.key").read_bytes()
    assert "a.key exists" in complaint(capsys, ["keys", "rotate", "a.key", "a.key", "--epoch", "2026-12"], 2)
    assert Path("a.key").read_bytes() == before
    monkeypatch.setenv("MILAP_WRAPPING_KEY", base64.b64encode(bytes(32)).decode())
    assert "does not open" in complaint(capsys, ["keys", "rotate", "a.key", "b.key", "--epoch", "2026-12"], 2)
    assert files() == ["a.key"]


# --- split and join -------------------------------------------------------------------------------------------------


def test_three_of_five_shares_give_the_key_under_a_new_secret(
    key: LinkageKey, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = summary(capsys, SPLIT)
    assert made["files"] == shares(1, 2, 3, 4, 5)
    assert made["fingerprint"] == key.fingerprint()
    Path("a.key").unlink()
    monkeypatch.delenv("MILAP_WRAPPING_KEY")
    monkeypatch.setenv("MILAP_KEY_PASSPHRASE", "quite another passphrase")
    joined = summary(capsys, ["keys", "join", *shares(5, 1, 3), "--output", "b.key"])
    assert joined["fingerprint"] == key.fingerprint()
    assert read_key_file(Path("b.key"), "quite another passphrase") == key
    assert stat.S_IMODE(Path("b.key").stat().st_mode) == 0o600


@pytest.mark.usefixtures("key")
def test_no_word_of_a_share_is_printed(capsys: Capture) -> None:
    assert run(SPLIT) == 0
    said = capsys.readouterr()
    assert "any 3 of them" in said.out
    assert "not encrypted" in said.out
    # A word or two may stand in the sentences by chance.
    words = set(Path(shares(1)[0]).read_text().partition("words:")[2].split()[1::2])
    assert len(words.intersection(f"{said.out} {said.err}".split())) < 5
    assert run(["keys", "join", *shares(1, 2, 3), "-o", "b.key"]) == 0
    said = capsys.readouterr()
    assert len(words.intersection(f"{said.out} {said.err}".split())) < 5


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(("threshold", "count"), [("1", "5"), ("6", "5"), ("2", "17"), ("0", "0")])
def test_numbers_that_make_no_splitting_write_nothing(capsys: Capture, threshold: str, count: str) -> None:
    command = ["keys", "split", "a.key", "--threshold", threshold, "--shares", count, "-o", "shares"]
    assert "choose such numbers" in complaint(capsys, command, 2)
    assert files() == ["a.key"]


@pytest.mark.usefixtures("key")
def test_a_folder_that_is_there_is_left_alone(capsys: Capture) -> None:
    Path("shares").mkdir()
    assert "shares exists" in complaint(capsys, SPLIT, 2)
    assert os.listdir("shares") == []


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_splitting_leaves_nothing(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    def stopped(*_: object) -> str:
        os.kill(os.getpid(), number)
        return "never written"

    monkeypatch.setattr("encoder.key_share_files._text", stopped)
    assert "Stopped" in complaint(capsys, SPLIT, 3)
    assert files() == ["a.key"]


def _unwanted(case: str, capsys: Capture) -> list[str]:
    """Files of shares with which something is wrong."""
    summary(capsys, SPLIT)
    second = Path(shares(2)[0])
    text = second.read_text()
    head, _, tail = text.partition("words:")
    # The words, between their numbers.
    fifth = tail.split()[9]
    if case == "too few":
        return shares(1, 2)
    if case == "twice":
        return shares(1, 2, 2)
    if case == "no list word":
        second.write_text(f"{head}words:{re.sub(rf'5 {fifth}', '5 hullabaloo', tail)}")
    elif case == "another word":
        other = "academic" if fifth != "academic" else "acid"
        second.write_text(f"{head}words:{re.sub(rf'5 {fifth}', f'5 {other}', tail, count=1)}")
    elif case == "readable":
        second.chmod(0o644)
    elif case == "cut short":
        second.write_text(text[: len(text) // 2])
    elif case == "foreign":
        second.write_text("shopping list")
    elif case == "a key file":
        return [*shares(1, 2), "a.key"]
    elif case == "fingerprint":
        for name in shares(1, 2, 3):
            page = Path(name).read_text()
            head, _, rest = page.partition("key fingerprint: ")
            Path(name).write_text(f"{head}key fingerprint: {'0000 ' * 7}0000{rest[39:]}")
    else:
        names = {"key": ("in-wb", "2026-11"), "domain": ("east", "2026-11"), "epoch": ("in-wb", "2026-12")}[case]
        write_key_file(Path("c.key"), LinkageKey.generate(*names), WRAPPING)
        summary(capsys, ["keys", "split", "c.key", "--threshold", "3", "--shares", "5", "-o", "others"])
        return [*shares(1, 2), "others/share-3-of-5.txt"]
    return shares(1, 2, 3)


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("too few", "3 shares give this key and 2 were given"), ("twice", "Share 2 was given twice"),
        ("no list word", "Word 5 of share 2"), ("another word", "checksum of share 2"), ("readable", "chmod 600"),
        ("cut short", "share-2-of-5.txt"), ("foreign", "no share of a linkage key"), ("a key file", "is no share"),
        ("fingerprint", "not the fingerprint"), ("key", "two keys"), ("domain", "different domains or epochs"),
        ("epoch", "different domains or epochs"),
    ],
)  # fmt: skip
def test_shares_that_do_not_give_the_key_write_nothing(capsys: Capture, case: str, words: str) -> None:
    named = _unwanted(case, capsys)
    before = files()
    assert words in complaint(capsys, ["keys", "join", *named, "--output", "b.key"], 2)
    assert files() == before


@pytest.mark.usefixtures("key")
def test_a_joined_key_replaces_no_file(capsys: Capture) -> None:
    summary(capsys, SPLIT)
    before = Path("a.key").read_bytes()
    assert "a.key exists" in complaint(capsys, ["keys", "join", *shares(1, 2, 3), "-o", "a.key"], 2)
    assert Path("a.key").read_bytes() == before


@pytest.mark.usefixtures("key")
def test_a_passphrase_is_not_asked_for_before_the_shares_fit(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary(capsys, SPLIT)
    monkeypatch.setattr(keys, "_secret", lambda confirm: pytest.fail("asked"))
    assert "2 were given" in complaint(capsys, ["keys", "join", *shares(1, 2), "-o", "b.key"], 2)


@pytest.mark.usefixtures("key")
def test_wrong_use(capsys: Capture) -> None:
    assert "--epoch" in complaint(capsys, ["keys", "rotate", "a.key", "b.key"], 2)
    assert "--threshold" in complaint(capsys, ["keys", "split", "a.key", "--shares", "3", "-o", "x"], 2)
    assert "absent" in complaint(capsys, ["keys", "join", "absent", "-o", "b.key"], 2)
    assert "--output" in complaint(capsys, ["keys", "join", "absent"], 2)
