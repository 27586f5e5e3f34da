"""Names of months in the scripts of the region: Gregorian, those that Bangla and Bikram Sambat share, and Hijri.

Forms of one month stand apart by spaces; an underscore joins the words of a form. Spelling of small differences
(nukta, hyphens, dots) needs no form of its own: `encoder/written_text.py` removes them.
"""

from dataclasses import dataclass
from enum import StrEnum

from encoder.written_text import vocabulary_of


class MonthFamily(StrEnum):
    """Which calendars a name of a month can belong to."""

    GREGORIAN = "Gregorian"
    BAISHAKH = "Bangla or Bikram Sambat"
    HIJRI = "Hijri"


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its family and its number in the year, from 1."""

    family: MonthFamily
    number: int


# English; Hindi and Marathi; Nepali; Bengali and Assamese; Urdu.
_GREGORIAN = (
    "january jan जनवरी जनवरि जनेवारी जानेवारी জানুয়ারি জানুয়ারী জানু জানুৱাৰী جنوری",
    "february feb febr फरवरी फेब्रुअरी फेब्रुवरी फेब्रुवारी फेब्रुअरि ফেব্রুয়ারি ফেব্রুয়ারী ফেব্রু ফেব্ৰুৱাৰী فروری",
    "march mar मार्च মার্চ মাৰ্চ مارچ",
    "april apr अप्रैल अप्रेल अप्रिल एप्रिल এপ্রিল এপ্ৰিল اپریل",
    "may मई मे মে مئی",
    "june jun जून जुन জুন جون",
    "july jul जुलाई जुलाइ जुलै জুলাই جولائی",
    "august aug अगस्त अगस्ट ऑगस्ट আগস্ট আগষ্ট اگست",
    "september sep sept सितंबर सितम्बर सेप्टेम्बर सप्टेंबर সেপ্টেম্বর সেপ্টে ছেপ্টেম্বৰ ستمبر",
    "october oct अक्टूबर अक्तूबर अक्टोबर ऑक्टोबर অক্টোবর অক্টো অক্টোবৰ اکتوبر",
    "november nov नवंबर नवम्बर नोभेम्बर नोव्हेंबर নভেম্বর নভে নৱেম্বৰ نومبر",
    "december dec दिसंबर दिसम्बर डिसेम्बर डिसेंबर ডিসেম্বর ডিসে ডিচেম্বৰ دسمبر",
)
# Bangla in Latin letters and Bengali script, Assamese; then Nepali and Hindi.
_BAISHAKH = (
    "baishakh boishakh baisakh boisakh bohag vaishakh vaisakh বৈশাখ বৈশাখী বহাগ वैशाख बैशाख बैसाख",
    "jyaistha joistha jaistha jaishtha jyoishtho joishtho jyaishtha jestha jeshtha jeth jyestha jyeshtha "
    "জ্যৈষ্ঠ জৈষ্ঠ জ্যৈষ্ট জেঠ जेठ जेष्ठ ज्येष्ठ जेष्ट ज्येठ",
    "asharh ashar asarh ashadh ashadha asadh asadha asar asara আষাঢ় আষাড় আহাৰ असार आषाढ आषाढ़ अषाढ असाढ़",
    "shrabon srabon shraban sraban srabon shrawan shravan sawan saun shaun শ্রাবণ শ্রাবন শাওন শাওণ শাওঁণ "
    "श्रावण साउन सावन श्रावन",
    "bhadro bhadra bhadon bhado bhadau bhadow ভাদ্র ভাদ ভাদ্ৰ भाद्र भदौ भादो भादों भाद्रपद",
    "ashwin aswin ashvin aswina ashshin asoj ashoj asin আশ্বিন আহিন आश्विन असोज आसोज अश्विन आसिन कुआर क्वार",
    "kartik kartick karthik kattik katik kati কার্তিক কার্ত্তিক কাতি कार्तिक कात्तिक कातिक",
    "agrahayan ogrohayon agrahayon agrahan aghran aghan mangsir mansir margashirsha margsir "
    "অগ্রহায়ণ অগ্রহায়ন অঘ্রাণ অঘ্রান আঘোণ मंसिर मङ्सिर मार्ग मार्गशीर्ष अगहन",
    "poush pous paush pausha posh push পৌষ পুহ पौष पुस पूस पुष",
    "magh maagh mag মাঘ माघ",
    "falgun phalgun falgoon phagun fagun falgoun ফাল্গুন ফাগুন ফাল্গুণ फाल्गुन फागुन फाल्गुण",
    "chaitra choitro chaitro chaitr chait choitra chet চৈত্র চৈত চ'ত চৈত্ৰ चैत्र चैत",
)
_HIJRI = (
    "muharram moharram muharam muharrum মহররম মুহাররম মহরম मुहर्रम محرم",
    "safar safr সফর सफर صفر",
    "rabi_ul_awwal rabi_al_awwal rabiulawal rabi_ul_awal rabi_i রবিউল_আউয়াল রবিউল_আওয়াল रबी_उल_अव्वल ربیع_الاول",
    "rabi_ul_thani rabi_al_thani rabi_us_sani rabi_ul_akhir rabi_al_akhir rabius_sani rabi_ii "
    "রবিউস_সানি রবিউল_আখির रबी_उल_सानी ربیع_الثانی ربیع_الآخر",
    "jumada_al_ula jumada_al_awwal jamadi_ul_awwal jumadal_ula jamadi_ul_awal jamadiul_awal "
    "জমাদিউল_আউয়াল জামাদিউল_আউয়াল जमादी_उल_अव्वल جمادی_الاول جمادی_الاولی",
    "jumada_al_akhirah jumada_al_thani jumada_al_akhira jamadi_us_sani jamadi_ul_akhir jumadal_akhirah "
    "জমাদিউস_সানি জমাদিউল_আখির जमादी_उल_सानी جمادی_الثانی جمادی_الآخر",
    "rajab rojob রজব रजब رجب",
    "shaban sha_ban shaaban saban শাবান शाबान شعبان",
    "ramadan ramzan ramadhan ramzaan ramjan রমজান রমযান रमजान رمضان رمضان_المبارک",
    "shawwal shawal sawwal শাওয়াল शव्वाल شوال",
    "dhu_al_qadah dhul_qadah dhul_qada zul_qadah zul_qada zilqad zulqad zilqada জিলকদ যিলকদ जिलकद ذی_القعده ذوالقعده",
    "dhu_al_hijjah dhul_hijjah dhul_hijja zul_hijjah zul_hijja zil_hajj zilhaj zil_hijja zilhajj "
    "জিলহজ জিলহজ্জ যিলহজ जिलहिज ذی_الحجه ذوالحجه",
)

MONTHS: dict[Month, str] = {
    Month(family, number): forms
    for family, table in (
        (MonthFamily.GREGORIAN, _GREGORIAN), (MonthFamily.BAISHAKH, _BAISHAKH), (MonthFamily.HIJRI, _HIJRI),
    )
    for number, forms in enumerate(table, start=1)
}  # fmt: skip
"""Every month with its forms."""

MONTH_OF = vocabulary_of(MONTHS)
"""The month of each plain form."""
