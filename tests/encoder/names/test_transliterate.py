import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.scripts import Script, clean_text, script_runs
from encoder.names.transliterate import transliterate

GOLDEN = {
    "devanagari": "राम ram|सुनीता sunita|कमलेश kamlesh|सरला sarla|चन्द्र chandra|कृष्ण krishna|रामनगर ramnagar|"
    "ज्ञानेन्द्र gyanendra|ज़ाकिर zakir|माङसेबुङ mangsebung",
    "bengali": "যাদব jadab|দেবাশিস debashis|লক্ষ্মী lakshmi|রামনগর ramnagar|চাঁদপাড়া chandpara|ওয়াহিদ wahid|"
    "উৎপল utpal|সত্য satya|ম্যাথু mathu|বড়ুয়া baruya|শৰ্মা sharma",
    "gurmukhi": "ਸਿੰਘ singh|ਹਰਪ੍ਰੀਤ harprit|ਬਲਦੇਵ baldev",
    "gujarati": "જયેશ jayesh|પટેલ patel",
    "odia": "ହରିହର harihara|ସୁନୀତା sunita",
    "tamil": "தமிழ் tamizh|ஜெயா jeya",
    "telugu": "రమేష్ ramesh|వెంకట venkata",
    "kannada": "ಮಂಜುನಾಥ manjunatha|ಸುರೇಶ್ suresh",
    "malayalam": "അനിൽ anil|രാജൻ rajan|മുരളി murali",
    "perso_arabic": "رحیم rahim|سہارنپور saharanpur",
    "meitei": "ꯇꯣꯝꯕꯥ tomba",
    "latin": "Ömer omer|ñandú nandu",
    "other": "Иван ivan",
}
CASES = [
    pytest.param(Script(script), *case.split(), id=case) for script, line in GOLDEN.items() for case in line.split("|")
]


@pytest.mark.parametrize(("script", "written", "latin"), CASES)
def test_golden(script: Script, written: str, latin: str) -> None:
    assert transliterate(clean_text(written), script) == latin


def test_one_name_in_three_scripts() -> None:
    written = {Script.DEVANAGARI: "सुनीता", Script.BENGALI: "সুনীতা", Script.ODIA: "ସୁନୀତା", Script.GUJARATI: "સુનીતા"}
    assert {transliterate(word, script) for script, word in written.items()} == {"sunita"}


def test_digits_stay_digits() -> None:
    assert transliterate("24", Script.DIGIT) == "24"


@given(st.text(max_size=60))
def test_any_text_gives_lower_case_letters_or_digits(text: str) -> None:
    for token in clean_text(text).split():
        for script, part in script_runs(token):
            allowed = string.digits if script is Script.DIGIT else string.ascii_lowercase
            assert set(transliterate(part, script)) <= set(allowed)
