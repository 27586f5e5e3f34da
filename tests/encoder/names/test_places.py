import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.places import canonical_latins, canonical_place, place_tokens, plain_latins


def latin(text: str) -> str:
    return " ".join(word.latin for word in canonical_place(text))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Vill. Rampur, P.O. - Sadar, Dist: Nadia, W.B.", "rampur sadar nadia west bengal"),
        ("গ্রাম: চাঁদপুর, উপজেলা: মতলব, জেলা: কুমিল্লা", "chandpur matlab comilla"),
        ("वार्ड नं ५, काठमाडौं", "5 kathmandu"),
        ("১নং রামনগর", "1 ramnagar"),
        ("near Ward No. 12, Rampur", "12 rampur"),
        ("U.P.", "uttar pradesh"),
        ("उत्तर प्रदेश", "uttar pradesh"),
        ("IN", "india"),
        ("in Bihar", "in bihar"),
        ("North 24 Parganas", "north 24 parganas"),
        ("উত্তর ২৪ পরগনা", "north 24 parganas"),
        ("পশ্চিম মেদিনীপুর", "west medinipur"),
        ("Zila", "zila"),
        ("", ""),
        ("not known", ""),
        ("N/A", ""),
        ("🙂", ""),
    ],
)
def test_golden(text: str, place: str) -> None:
    assert latin(text) == place


@pytest.mark.parametrize(
    "spellings",
    [
        "Orissa|Odisha|ଓଡ଼ିଶା|उड़ीसा",
        "Bombay|Mumbai|मुंबई",
        "Calcutta|Kolkata|কলকাতা|कलकत्ता",
        "Bangalore|Bengaluru|ಬೆಂಗಳೂರು",
        "Allahabad|Prayagraj|इलाहाबाद",
        "Comilla|Cumilla|কুমিল্লা",
        "Chittagong|Chattogram|চট্টগ্রাম",
        "Jessore|Jashore|যশোর",
        "Barisal|Barishal|বরিশাল",
        "Bogra|Bogura|বগুড়া",
        "WB|West Bengal|Paschim Banga|পশ্চিমবঙ্গ|পশ্চিম বঙ্গ|पश्चिम बंगाल",
        "India|Bharat|भारत|ভারত|IND",
        "Bangladesh|বাংলাদেশ|BD|बांग्लादेश",
        "Nepal|नेपाल|NP|নেপাল",
    ],
)
def test_one_place_under_all_its_names(spellings: str) -> None:
    assert len({latin(spelling) for spelling in spellings.split("|")}) == 1


def test_person_words_are_ordinary_in_places() -> None:
    assert latin("Shri Rampur") == "shri rampur"
    assert not any(word.slot for word in canonical_place("Devi Nagar"))


@given(st.text(max_size=300))
def test_any_text_is_data(text: str) -> None:
    for word in canonical_place(text):
        assert word.latin.isascii()
        assert word.latin.isdigit() or (word.latin.isalpha() and word.latin.islower())


def test_words_stay_in_their_script_until_they_are_asked_for_in_latin() -> None:
    tokens = place_tokens("জেলা: কুমিল্লা, Allahabad")
    assert tokens == ("কুমিল্লা", "allahabad")
    assert plain_latins(tokens)[1] == "allahabad"
    assert canonical_latins(tokens) == ("comilla", "prayagraj")


@given(st.text(max_size=200))
def test_canonical_words_are_made_of_the_tokens(text: str) -> None:
    assert tuple(word.latin for word in canonical_place(text)) == canonical_latins(place_tokens(text))
