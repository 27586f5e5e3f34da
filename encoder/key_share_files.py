"""Shares of a linkage key as pages of text: for a printer and a safe, and to be typed in again.

`name: value` lines say of which key the share is; then come its words, numbered. Lines that begin with # are for the
reader. Upper and lower case, spaces and line breaks do not matter, so that a page may be typed in by hand.
"""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from encoder.key_share_errors import DamagedShareError, ForeignShareError, KeyShareError
from encoder.key_shares import KeyShare, check_share
from encoder.private_files import read_private_file, sync_folder, write_new_private_file

_FORMAT = "milap key share 1"
_LABEL = "milap key share"
_FIELDS = ("format", "domain", "epoch", "key fingerprint", "share", "threshold")
_WORDS_A_LINE = 3
_MAX_FILE_BYTES = 2**14
_WORDS = re.compile(r"^words\s*:", re.IGNORECASE | re.MULTILINE)
_FINGERPRINT = re.compile(r"[0-9a-f]{4}( [0-9a-f]{4}){7}")
_SHARE = re.compile(r"(\d{1,2}) of (\d{1,2})")
_THRESHOLD = re.compile(r"\d{1,2}")


def write_share_files(folder: Path, shares: Sequence[KeyShare]) -> tuple[Path, ...]:
    """Write shares into a new folder of mode 0700, one file of mode 0600 each; all of them are there, or no folder.

    They are written in a folder beside, which takes its name in one step.

    Raises:
        KeyShareError: the folder exists already, or the disk refuses; nothing is left behind.
    """
    if os.path.lexists(folder):
        raise KeyShareError(f"{folder} exists, and shares go into a folder of their own; choose another name.")
    beside = folder.with_name(f".{folder.name}.unfinished")
    try:
        beside.mkdir(mode=0o700)
    except FileExistsError:
        raise KeyShareError(
            f"{beside} is what a run that was killed left behind; it may hold shares: delete it, then split again."
        ) from None
    except OSError as error:
        raise _not_written(folder, error) from None
    try:
        _fill(beside, folder, shares)
    except OSError as error:
        raise _not_written(folder, error) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return tuple(folder / _name(share) for share in shares)


def _fill(beside: Path, folder: Path, shares: Sequence[KeyShare]) -> None:
    for share in shares:
        write_new_private_file(beside / _name(share), _text(share).encode())
    # Should somebody have made the folder meanwhile and put something in: a rename does not replace that.
    beside.rename(folder)
    try:
        sync_folder(folder.parent)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def read_share_file(path: Path) -> KeyShare:
    """Read one share.

    Raises:
        ForeignShareError: the file is missing, readable by others, or no share.
        DamagedShareError: it was cut short, mistyped or changed.
    """
    try:
        content = read_private_file(path, _MAX_FILE_BYTES)
    except FileNotFoundError:
        raise ForeignShareError(
            f"There is no key share {path}; name the files that `milap keys split` wrote."
        ) from None
    except PermissionError:
        raise ForeignShareError(f"{path} must be readable by its owner alone; run `chmod 600` on it.") from None
    except OSError as error:
        raise ForeignShareError(f"{path} could not be read ({error.strerror}); check the path and the disk.") from None
    share = _share(path, content.decode("utf-8-sig", "replace"))
    try:
        check_share(share)
    except DamagedShareError as error:
        raise DamagedShareError(f"{path}: {error}") from None
    return share


def _text(share: KeyShare) -> str:
    numbered = [f"{at:>2} {word:<10}" for at, word in enumerate(share.words, start=1)]
    rows = [numbered[first : first + _WORDS_A_LINE] for first in range(0, len(numbered), _WORDS_A_LINE)]
    lines = [
        f"# Any {share.threshold} of {share.shares} such shares give a linkage key, and fewer tell nothing of it.",
        "# Keep it where nobody else reads it, and never with another share.",
        "# To join: milap keys join SHARE... --output FILE",
        "",
        f"format: {_FORMAT}",
        f"domain: {share.domain}",
        f"epoch: {share.epoch}",
        f"key fingerprint: {share.fingerprint}",
        f"share: {share.number} of {share.shares}",
        f"threshold: {share.threshold}",
        "",
        "words:",
        *("  ".join(row).rstrip() for row in rows),
        "",
        f"# {len(share.words)} words.",
    ]
    return "\n".join(lines) + "\n"


def _share(path: Path, text: str) -> KeyShare:
    lines = [line.strip() for line in text.splitlines()]
    head, *tail = _WORDS.split("\n".join(line for line in lines if not line.startswith("#")), maxsplit=1)
    fields = _fields(head)
    if _LABEL not in fields.get("format", "").lower():
        raise ForeignShareError(f"{path} is no share of a linkage key; name the files that `milap keys split` wrote.")
    if fields["format"].lower() != _FORMAT:
        raise ForeignShareError(f"{path} is a key share of another version; join it with a newer Milap.")
    number = _SHARE.fullmatch(fields.get("share", "").lower())
    threshold = _THRESHOLD.fullmatch(fields.get("threshold", ""))
    fingerprint = fields.get("key fingerprint", "").lower()
    if set(fields) != set(_FIELDS) or number is None or threshold is None or not _FINGERPRINT.fullmatch(fingerprint):
        raise DamagedShareError(f"{path} is cut short or damaged; compare it with its print, line by line.")
    words = tuple(word.lower() for word in " ".join(tail).split() if not word.rstrip(".)").isdecimal())
    return KeyShare(
        fields["domain"], fields["epoch"], fingerprint, int(number[1]), int(number[2]), int(threshold[0]), words
    )


def _fields(head: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in head.splitlines() if line)
    return {" ".join(name.lower().split()): " ".join(value.split()) for name, _, value in pairs}


def _name(share: KeyShare) -> str:
    return f"share-{share.number}-of-{share.shares}.txt"


def _not_written(folder: Path, error: OSError) -> KeyShareError:
    return KeyShareError(f"No share was written to {folder} ({error.strerror}); make room, or choose another place.")
