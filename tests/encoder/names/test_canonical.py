import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names import canonical
from encoder.names.canonical import LONGEST_TEXT, canonical_names
from encoder.names.lexicon import says_unknown
from encoder.names.scripts import clean_text


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
        ("Nasiruddin Mia", ["nasir uddin mia"]),
        ("Habib ur Rahman", ["habib rahman"]),
        ("Sunita also known as Munni", ["sunita", "munni"]),
        ("Sunita a.k.a. Munni", ["sunita", "munni"]),
        ("Anima Das née Kundu", ["anima das", "kundu"]),
        ("কমলা ডাক নাম বুড়ি", ["kamla", "buri"]),
        ("کمال عرف راجو", ["kamal", "raju"]),
        ("முருகன் என்கிற கண்ணன்", ["murugan", "kannan"]),
        ("အောင်မြင့် (ခ) မောင်လွင်", ["aung myint", "lwin"]),
        ("ဒေါ်ခင်စန်းဝါ", ["khin san wa"]),
        ("Daw Khin San Wa", ["khin san wa"]),
        ("Lyonpo Sonam Dorji", ["sonam dorji"]),
        ("དྲག་ཤོས་ བསོད་ནམས་རྡོ་རྗེ", ["sonam dorji"]),
        ("এস. এম. কামাল", ["s m kamal"]),
        ("எஸ். கே. முருகன்", ["s k murugan"]),
        ("एम के नारायण", ["m k narayan"]),
        ("Anita D/o Ram Lal", ["anita"]),
        ("Anita C/O Ram Lal", ["anita"]),
        ("Anita S\\o Ram Lal", ["anita"]),
        ("অনিতা, পিতা: রামলাল", ["anita"]),
        ("अनीता पुत्री राम लाल", ["anita"]),
        ("ਬਲਦੇਵ ਪੁੱਤਰ ਹਰੀ", ["baldev"]),
        ("\u202eAnita\u202c Devi", ["anita devi"]),
        ("Ani\x00ta \ud800", ["anita"]),
        ("\ue000Anita \U000e0fff", ["anita"]),
    ],
)
def test_golden(text: str, names: list[str]) -> None:
    assert latin(text) == names
    assert not canonical_names(text).unreadable


@pytest.mark.parametrize("title", ["Baby", "Ma", "Shri Devi", "Master Lal"])
def test_a_title_stays_where_no_name_would_be_left(title: str) -> None:
    assert latin(title) == [title.lower()]


@pytest.mark.parametrize(
    "text",
    [
        *["", "  ", ".", "-", "???", "--", "unknown", "N/A", "Not Known", "नामालूम", "অজ্ঞাত", "\u200b"],
        *["NA", "nil", "xxx", "No Name", "nan", "Mr. Unknown", "Late Unknown", "Baby of unknown", "Unknown boy 5 yrs"],
        *["N/A N/A", "Unknown Unknown", "নাম জানা নেই", "পরিচয় জানা নেই", "मालूम नहीं", "ਪਤਾ ਨਹੀਂ", "ખબર નથી", "ଜଣା ନାହିଁ"],
        *["பெயர் தெரியவில்லை", "తెలియదు", "ಗೊತ್ತಿಲ್ಲ", "അറിയില്ല", "نام معلوم نہیں", "အမည်မသိ", "མིང་མེད"],
    ],
)
def test_unknown_is_no_name_and_no_error(text: str) -> None:
    result = canonical_names(text)
    assert (result.names, result.unreadable) == ((), False)


@pytest.mark.parametrize("text", ["🙂", "12345", "Late", "Dr.", "१२", "©", "Late Dr. Smt.", "S/o"])
def test_what_is_no_name_and_no_unknown_is_reported(text: str) -> None:
    result = canonical_names(text)
    assert (result.names, result.unreadable) == ((), True)


@pytest.mark.parametrize("text", ["ꯇꯣꯝꯕꯥ", "བསོད་ནམས", "မောင်မောင်", "ၸိူဝ်း", "නිමල්", "ئەحمەد", "ᱵᱤᱨᱥᱟ", "Иван", "金"])
def test_rare_scripts_do_not_vanish(text: str) -> None:
    assert canonical_names(text).names


@pytest.mark.parametrize("text", ["Ma Na", "Sunita unknown", "Nilima", "Ajana Devi"])
def test_a_name_beside_a_way_to_say_unknown_stays(text: str) -> None:
    assert canonical_names(text).names


@pytest.mark.parametrize("length", [300, 10_000, 1_000_000])
@pytest.mark.parametrize("letter", ["a", "a ", "মা", "ا", "\u0301", "@", "s/o ", "unknown ", "\u202e", "🙂", "ဝ", "ཀ་"])
def test_an_endless_field_costs_no_more_than_a_long_one(letter: str, length: int) -> None:
    names = canonical_names(letter * (length // len(letter))).names
    assert sum(map(len, names)) <= LONGEST_TEXT


def test_long_fields_are_not_remembered() -> None:
    canonical_names("a" * 65)
    before = canonical._remembered_names.cache_info().currsize
    canonical_names("b" * 65)
    assert canonical._remembered_names.cache_info().currsize == before


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


@given(st.text(st.characters(exclude_categories=()), max_size=100))
def test_composition_does_not_matter_and_surrogates_are_data(text: str) -> None:
    result = canonical_names(text)
    assert canonical_names(unicodedata.normalize("NFC", text)) == result
    assert canonical_names(unicodedata.normalize("NFD", text)) == result


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=20))
def test_letters_are_never_lost_in_silence(text: str) -> None:
    result = canonical_names(text)
    assert result.names or result.unreadable or says_unknown(tuple(clean_text(text).replace("་", " ").split()))


@given(st.lists(st.sampled_from(["sunita", "রহিম", "राम", "singh", "khatun"]), min_size=1, max_size=5))
def test_space_and_case_do_not_matter(words: list[str]) -> None:
    assert canonical_names("  ".join(words).upper()) == canonical_names("\u200d \t" + " ".join(words))
