"""Words for sex in the languages of the region, as clerks write them."""

import unicodedata

from encoder.field_errors import FieldError
from matcher.views import Sex

WORDS: dict[Sex, str] = {
    Sex.FEMALE: (
        "female f girl woman lady ladki larki balika kanya mahila stri aurat meye keti chhori mulgi "
        "लड़की बालिका कन्या महिला स्त्री औरत नारी बच्ची मुलगी केटी छोरी "
        "মেয়ে বালিকা কন্যা মহিলা নারী স্ত্রী ছোৱালী "
        "لڑکی بچی عورت خاتون છોકરી સ્ત્રી મહિલા ਕੁੜੀ ਔਰਤ ਇਸਤਰੀ ଝିଅ ବାଳିକା ମହିଳା "
        "பெண் சிறுமி అమ్మాయి బాలిక స్త్రీ ಹುಡುಗಿ ಹೆಣ್ಣು പെൺകുട്ടി സ്ത്രീ မိန်းကလေး အမျိုးသမီး"
    ),
    Sex.MALE: (
        "male m boy man ladka larka balak purush chele keta chhora mulga "
        "लड़का बालक पुरुष मुलगा केटा छोरा "
        "ছেলে বালক পুরুষ ল'ৰা ল’ৰা "
        "لڑکا مرد છોકરો પુરુષ ਮੁੰਡਾ ਪੁਰਸ਼ ਮਰਦ ପୁଅ ବାଳକ ପୁରୁଷ "
        "ஆண் சிறுவன் అబ్బాయి బాలుడు పురుషుడు ಹುಡುಗ ಗಂಡು ആൺകുട്ടി പുരുഷൻ ယောက်ျားလေး အမျိုးသား"
    ),
    Sex.OTHER: (
        "other o transgender trans tg third_gender intersex nonbinary non-binary hijra kinnar "
        "अन्य किन्नर हिजड़ा ट्रांसजेंडर तृतीय_लिंग तेस्रो_लिङ्गी অন্যান্য হিজড়া তৃতীয়_লিঙ্গ"
    ),
    Sex.UNKNOWN: "unknown u not_known not_stated n/a - ? अज्ञात थाहा_छैन অজ্ঞাত অজানা نامعلوم",
}
"""Words of each sex, apart by spaces; an underscore stands for a space inside a word."""

LONGEST_WORD = 40


def _key(word: str) -> str:
    # NFC also takes apart the letters with a dot below (लड़की, মেয়ে), which keyboards type in two ways.
    return unicodedata.normalize("NFC", word).strip().rstrip(".").casefold()


_TABLE = {_key(word.replace("_", " ")): sex for sex, words in WORDS.items() for word in words.split()}


def parse_sex(text: str) -> Sex:
    """The sex that a word names, in any case; FieldError for a word that is not in the table."""
    sex = _TABLE.get(text)
    if sex is None and len(text) <= LONGEST_WORD:
        sex = _TABLE.get(_key(text))
    if sex is None:
        raise FieldError("That is not a word for sex that is known here; write female, male, other or unknown.")
    return sex
