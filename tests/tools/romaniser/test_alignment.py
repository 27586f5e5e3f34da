"""Alignment finds which letters became which, from pairs alone."""

from tools.romaniser.alignment import align

PAIRS = [("कमल", "kamal"), ("कल", "kal"), ("मल", "mal"), ("कम", "kam"), ("लक", "lak"), ("खल", "khal"), ("खम", "kham"),
         ("लख", "lakh"), ("मख", "makh")]  # fmt: skip


def test_chunks_spell_the_latin_word() -> None:
    for (native, latin), chunks in zip(PAIRS, align(PAIRS), strict=True):
        assert chunks is not None
        assert len(chunks) == len(native)
        assert "".join(chunks) == latin


def test_a_letter_that_is_always_written_alike_is_found_out() -> None:
    found = dict(zip(PAIRS, align(PAIRS), strict=True))
    assert (found["खल", "khal"] or ("",))[0].startswith("kh")
    assert (found["लक", "lak"] or ("",))[-1].endswith("k")


def test_a_latin_word_too_long_for_the_native_one_is_left_out() -> None:
    assert align([*PAIRS, ("क", "kamalakar")])[-1] is None
