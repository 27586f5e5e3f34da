"""A small romaniser is fitted, written, read back and reads the script it was fitted on."""

import random
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from encoder.names.romaniser import load
from encoder.names.scripts import Script
from tools.romaniser import network, train
from tools.romaniser.alignment import align

# An invented spelling habit: each letter has one Latin form, but the last one of a word is written twice.
HABIT = {"क": "ka", "म": "mo", "ल": "l", "न": "ne", "स": "s"}


def spelled(native: str) -> str:
    return "".join(HABIT[letter] for letter in native) + HABIT[native[-1]][-1]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dice = random.Random(5)
    words = sorted({"".join(dice.choices(list(HABIT), k=dice.randint(3, 6))) for _ in range(900)})
    pairs = [(word, spelled(word)) for word in words]
    aligned = [(native, chunks, 1) for (native, _), chunks in zip(pairs, align(pairs), strict=True) if chunks]
    path = tmp_path_factory.mktemp("romaniser") / "romaniser.npz"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "RARE_CHUNK", 1)
        patch.setattr(train, "RARE_OPTION", 1)
        patch.setattr(network, "BATCH", 256)
        patch.setattr(network, "EPOCHS", 40)
        train.write(path, [Script.DEVANAGARI], aligned)
    return path


def test_it_spells_words_that_it_never_saw(written: Path) -> None:
    romaniser = load(written.read_bytes())
    for word in ("कमलनसकम", "सनलमकसन", "मममककक"):
        best, chance = romaniser.spellings(word)[0]
        assert best == spelled(word)
        assert chance > 0.5


def test_it_says_what_it_is(written: Path) -> None:
    romaniser = load(written.read_bytes())
    assert romaniser.version == train.VERSION
    assert romaniser.scripts == {Script.DEVANAGARI}


def test_the_integers_give_what_the_fitted_numbers_gave(written: Path) -> None:
    romaniser = load(written.read_bytes())
    assert np.abs(romaniser.second).max() == 127
    assert romaniser.starts[-1] == len(romaniser.allowed)


def test_another_format_is_refused() -> None:
    other = BytesIO()
    np.savez_compressed(other, about=np.frombuffer(b'{"format": 99}', dtype=np.uint8))
    with pytest.raises(ValueError, match="format 99"):
        load(other.getvalue())
