import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.canonical import canonical_names


def latin(text: str) -> list[str]:
    return [" ".join(word.latin for word in name) for name in canonical_names(text).names]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sunita Devi", ["sunita devi"]),
        ("Late Md. Rahim Uddin urf Raju", ["md rahim uddin", "raju"]),
        ("মোঃ রহিম উদ্দিন ওরফে রাজু", ["md rahim uddin", "raju"]),
        ("Anil @ Chhotu@Munna", ["anil", "chhotu", "munna"]),
        ("सुनीता उर्फ मुन्नी", ["sunita", "munni"]),
        ("Unknown alias Raju", ["raju"]),
        ("Smt. Sunita Devi W/o Ram Lal", ["sunita devi"]),
        ("S/o Ram Lal", ["ram lal"]),
        ("Anita daughter of Ram Lal", ["anita"]),
        ("Dr. Shri Anil-Kumar", ["anil kumar"]),
        ("মোছাঃ রাবেয়া খাতুন", ["rabeya khatun"]),
        ("Sk. Mohammad Ali", ["sekh md ali"]),
        ("K.R. Narayanan", ["k r narayanan"]),
        ("D'Souza Anita", ["dsouza anita"]),
        ("Rajesh Kr Mukherjee", ["rajesh kumar mukherji"]),
        ("রাজেশ কুমার মুখোপাধ্যায়", ["rajesh kumar mukherji"]),
        ("Sunita2 🙂 Devi", ["sunita devi"]),
        ("U Ba", ["ba"]),
        ("Baby Shri Anita", ["anita"]),
    ],
)
def test_golden(text: str, names: list[str]) -> None:
    assert latin(text) == names
    assert not canonical_names(text).unreadable


@pytest.mark.parametrize("title", ["Baby", "Ma", "Shri Devi", "Master Lal"])
def test_a_title_stays_where_no_name_would_be_left(title: str) -> None:
    assert latin(title) == [title.lower()]


@pytest.mark.parametrize(
    "text", ["", "  ", ".", "-", "???", "--", "unknown", "N/A", "Not Known", "नामालूम", "অজ্ঞাত", "\u200b"]
)
def test_unknown_is_no_name_and_no_error(text: str) -> None:
    result = canonical_names(text)
    assert (result.names, result.unreadable) == ((), False)


@pytest.mark.parametrize("text", ["🙂", "12345", "Late", "Dr.", "१२", "©"])
def test_what_is_no_name_and_no_unknown_is_reported(text: str) -> None:
    result = canonical_names(text)
    assert (result.names, result.unreadable) == ((), True)


@pytest.mark.parametrize("text", ["ꯇꯣꯝꯕꯥ", "བསོད་ནམས", "မောင်မောင်", "නිමල්", "ئەحمەد"])
def test_rare_scripts_do_not_vanish(text: str) -> None:
    assert canonical_names(text).names


def test_slot_words_are_marked() -> None:
    (name,) = canonical_names("Md Rahim Kumar Das").names
    assert [word.slot for word in name] == [True, False, True, False]


@given(st.text(max_size=300))
def test_any_text_is_data(text: str) -> None:
    result = canonical_names(text)
    assert not (result.names and result.unreadable)
    for name in result.names:
        assert name
        assert all(word.latin.isascii() and word.latin.isalpha() and word.latin.islower() for word in name)


@given(st.lists(st.sampled_from(["sunita", "রহিম", "राम", "singh", "khatun"]), min_size=1, max_size=5))
def test_space_and_case_do_not_matter(words: list[str]) -> None:
    assert canonical_names("  ".join(words).upper()) == canonical_names("\u200d \t" + " ".join(words))


def test_repeated_names_are_fast() -> None:
    names = ["Late Md. Rahim Uddin", "সুনীতা দেবী", "राम कुमार"] * 700
    for name in names[:3]:
        canonical_names(name)
    started = time.perf_counter()
    for name in names:
        canonical_names(name)
    assert time.perf_counter() - started < 1.0
