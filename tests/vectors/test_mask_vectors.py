"""Masks are what they were when they were first written, and what plain Python makes of the same keys."""

import json
from pathlib import Path

import numpy as np
import pytest

from encoder import mask_stream
from matcher.comparison import NOT_KNOWN
from tests.encoder.slow_masking import slow_mask_row
from tools.mask_vectors import FILE, PAIRS, PRESENCE, PROFILE, formula_codes, main, published_keys


def test_masks_are_what_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().err == ""


def test_the_file_holds_what_plain_python_gives() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))["pairs"]
    for side, (name, key) in enumerate(zip(("missing", "found"), published_keys(), strict=True)):
        for i, codes in enumerate(formula_codes(name)):
            slow = slow_mask_row(key, PAIRS[i], PROFILE, codes, PRESENCE[i][side])
            assert bytes.fromhex(kept[i][name]) == np.array(slow, "<u8").tobytes()


def test_the_file_shows_distances_of_the_plain_codes() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))["pairs"]
    differing = np.bitwise_count(formula_codes("missing") ^ formula_codes("found"))
    plain = np.add.reduceat(differing, PROFILE.offsets[:-1], axis=1, dtype=np.int64)
    for i, (one, other) in enumerate(PRESENCE):
        expected = [plain[i, view] if one & other & 1 << view else NOT_KNOWN for view in range(2)]
        assert kept[i]["distances"] == expected


def test_a_changed_protocol_is_noticed_and_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "masking.json"
    assert main([], file) == 1
    assert "no vectors yet" in capsys.readouterr().err
    assert main(["--write"], file) == 0
    before = file.read_bytes()
    assert before == FILE.read_bytes()
    monkeypatch.setattr(mask_stream, "_LABEL", b"milap mask nonce v2")
    assert main(["--write"], file) == 1
    assert "not what they were" in capsys.readouterr().err
    assert file.read_bytes() == before
