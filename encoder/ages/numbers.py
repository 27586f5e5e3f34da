"""Numbers of children's ages as words: English, Hindi and Nepali, Bengali and Assamese, Urdu."""

from encoder.written_text import vocabulary_of

_WORDS: dict[float, str] = {
    1: "one एक এক ایک",
    1.5: "डेढ़ দেড় ڈیڑھ",
    2: "two दो दुई দুই দু دو",
    2.5: "ढाई अढ़ाई আড়াই ڈھائی",
    3: "three तीन তিন তিনি تین",
    4: "four चार চার চারি چار",
    5: "five पांच पाँच পাঁচ پانچ",
    6: "six छह छः छ छै ছয় چھ",
    7: "seven सात সাত سات",
    8: "eight आठ আট আঠ آٹھ",
    9: "nine नौ নয় ন نو",
    10: "ten दस दश দশ دس",
    11: "eleven ग्यारह एघार এগারো এগার এঘাৰ گیارہ",
    12: "twelve बारह बाह्र বারো বার বাৰ بارہ",
    13: "thirteen तेरह तेह्र তেরো তের তেৰ تیرہ",
    14: "fourteen चौदह चौध চৌদ্দ চৌদ্ধ চৈধ্য چودہ",
    15: "fifteen पंद्रह पन्द्रह पन्ध्र পনেরো পনের পোন্ধৰ پندرہ",
    16: "sixteen सोलह सोह्र ষোলো ষোল সোতৰ سولہ",
    17: "seventeen सत्रह सत्तरह सत्र সতেরো সতের سترہ",
    18: "eighteen अठारह अट्ठारह अठार আঠারো আঠার ওঠৰ اٹھارہ",
}
NUMBERS: dict[str, float] = vocabulary_of(_WORDS)
"""The number of each plain word."""

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
ROMAN = {numeral: number for number, numeral in enumerate(_ROMAN, start=1)}
"""Roman numerals of school classes."""

_ORDINAL_WORDS: dict[int, str] = {
    1: "first पहली प्रथम प्रथमा প্রথম پہلی",
    2: "second दूसरी द्वितीय दोस्रो দ্বিতীয় دوسری",
    3: "third तीसरी तृतीय तेस्रो তৃতীয় تیسری",
    4: "fourth चौथी चतुर्थ चौथो চতুর্থ چوتھی",
    5: "fifth पांचवीं पाँचवीं पंचम पाँचौं পঞ্চম پانچویں",
    6: "sixth छठी छठवीं षष्ठ छैटौं ষষ্ঠ چھٹی",
    7: "seventh सातवीं सप्तम सातौं সপ্তম ساتویں",
    8: "eighth आठवीं अष्टम आठौं অষ্টম آٹھویں",
    9: "ninth नौवीं नवमी नवम नवौं নবম نویں",
    10: "tenth दसवीं दशम दशौं দশম دسویں",
    11: "eleventh ग्यारहवीं একাদশ",
    12: "twelfth बारहवीं দ্বাদশ",
}
ORDINALS: dict[str, int] = vocabulary_of(_ORDINAL_WORDS)
"""Ordinal words of school classes."""
