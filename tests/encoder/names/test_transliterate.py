import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.scripts import Script, clean_text, script_runs
from encoder.names.transliterate import transliterate

GOLDEN = {
    "devanagari": "राम ram|सुनीता sunita|कमलेश kamlesh|सरला sarla|चन्द्र chandra|कृष्ण krishna|रामनगर ramnagar|"
    "ज्ञानेन्द्र gyanendra|ज़ाकिर zakir|माङसेबुङ mangsebung"
    "|चंद्रकला chandrakala|रामकृष्ण ramkrishna|सोनाली sonali"
    "|बिक्रम bikram|धनराज dhanraj|फ़रीदा farida|ऱ्याम ryam"
    "|पदमा padma",
    "bengali": "যাদব jadab|দেবাশিস debashis|লক্ষ্মী lakshmi|রামনগর ramnagar|চাঁদপাড়া chandpara|ওয়াহিদ wahid|"
    "উৎপল utpal|সত্য satya|ম্যাথু mathu|বড়ুয়া barua|শৰ্মা sharma"
    "|সোনালি sonali|বিক্রম bikram|ভুয়া bhua|ইয়াসিন yasin"
    "|ইউনুস yunus|বাঁশরি bashri|জ্ঞানেন্দ্র gyanendra"
    "|নির্যাতন niryatan|ৰঞ্জনা ranjana|তৰুৱা tarua|ব়মা rama"
    "|উত্‍পল utpal",
    "gurmukhi": "ਸਿੰਘ singh|ਹਰਪ੍ਰੀਤ harprit|ਬਲਦੇਵ baldev|ਸੋਨਾਲੀ sonali|ਬਿਕਰਮ bikram|ਗੁਰਮੀਤ gurmit|ਜ਼ਾਕਿਰ zakir",
    "gujarati": "જયેશ jayesh|પટેલ patel|સોનાલી sonali|વિક્રમ vikram|પ્રજ્ઞા pragna|મહેશ mahesh",
    "odia": "ହରିହର harihara|ସୁନୀତା sunita|ସୋନାଲୀ sonali|ବିକ୍ରମ bikrama|ରବିସିଂହ rabisingha|ଜ୍ଞାନୀ gyani|ସିଂ sing|ଗଙ୍ଗା ganga",
    "tamil": "தமிழ் thamizh|ஜெயா jeya"
    "|கண்ணன் kannan|வேலு velu|முருகேசன் murugesan|வசந்தி vasanthi"
    "|பாண்டியன் pandiyan|சந்திரா santhira|மன்றம் mandram",
    "telugu": "రమేష్ ramesh|వెంకట venkata|సోనాలి sonali|విక్రమ్ vikram|వెంకటం venkatam|అనంత ananta",
    "kannada": "ಮಂಜುನಾಥ manjunatha|ಸುರೇಶ್ suresh|ಸೋನಾಲಿ sonali|ವಿಕ್ರಮ್ vikram|ರತ್ನಂ ratnam",
    "malayalam": "അനിൽ anil|രാജൻ rajan|മുരളി murali"
    "|സോനാലി sonali|വടകര vadakara|കണ്ടൻ kandan|കുഞ്ഞമ്പു kunjambu"
    "|മംഗലം mangalam|ചിറ്റൂർ chittur|രാജന്‍ rajan|വേലന്റെ velante"
    "|വേലൻ്റെ velante",
    "perso_arabic": "رحیم rahim|سہارنپور saharanpur"
    "|سونالی sonali|گوپی gopi|شاهد shahid|كمال kamal|علي ali"
    "|ھریش harish|چاند chand",
    "meitei": "ꯇꯣꯝꯕꯥ tomba|ꯇꯣꯝꯕꯤ tombi|ꯑꯣꯏꯅꯥꯝ oinam|ꯁꯤꯡ sing|ꯑꯦꯂꯤꯟ elin|ꯁꯪꯒꯩ sanggei",
    "burmese": "မောင်လွင် maunglwin|သန္တာ thanta",
    "tibetan": "བསོད་ནམས sonam|ཚེ་རིང tshering",
    "latin": "Ömer omer|ñandú nandu",
    "other": "Иван ivan|ᱵᱤᱨᱥᱟ birsa|නිමල් niml",
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
