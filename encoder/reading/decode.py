"""From the bytes of a text file to its text, keeping what is sound of a file with a few broken lines."""

import codecs
import io

from matcher.errors import InputError

MOST_BAD_SHARE = 0.1
"""Above this share of lines that are not UTF-8 the file is in another encoding, not UTF-8 with a slip."""

FEWEST_BAD_LINES = 3
"""In a file of a few lines one slip is already a large share; up to here only its own row pays for it."""

MOST_NULS_SHARE = 0.1
"""Above this share of zero bytes the file is UTF-16 without its mark, or no text at all."""

SAVE_AS = "open it in the spreadsheet program and save it as “CSV UTF-8”"

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(file: str, data: bytes) -> str:
    """Text of UTF-8 (with or without a byte order mark) or UTF-16 (with one).

    Bytes that are not UTF-8 come out as lone surrogates, which `is_broken` finds. InputError when so much of the
    file is broken that its encoding must be another.
    """
    if data.startswith(_UTF_16):
        return _from_utf_16(file, data)
    if data.count(0) > MOST_NULS_SHARE * len(data):
        raise InputError(f"{file} is not a text file in UTF-8; {SAVE_AS}.")
    text = data.decode("utf-8-sig", errors="surrogateescape")
    _refuse_other_encoding(file, text)
    return text


def is_broken(text: str) -> bool:
    """Whether the text holds bytes that could not be decoded."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def lines_of(text: str) -> list[str]:
    r"""Lines with their ends, broken at \n, \r and \r\n only (str.splitlines knows eight more)."""
    return list(io.StringIO(text, newline=""))


def _from_utf_16(file: str, data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        raise InputError(f"{file} starts as UTF-16 and does not stay so; {SAVE_AS}.") from None


def _refuse_other_encoding(file: str, text: str) -> None:
    if not is_broken(text):
        return
    lines = lines_of(text)
    bad = [number for number, line in enumerate(lines, 1) if is_broken(line)]
    filled = sum(1 for line in lines if line.strip())
    if bad[0] == 1 or (len(bad) >= FEWEST_BAD_LINES and len(bad) > MOST_BAD_SHARE * filled):
        raise InputError(f"{file} is not UTF-8 (line {bad[0]} is the first that is not); {SAVE_AS}.")
