"""The initial that names of the south carry for the father's name."""

import unicodedata
from functools import cache

from encoder.synthetic.forms import BENGALI, DEVANAGARI, KANNADA, LATIN, MALAYALAM, SCRIPT_COLUMNS, TAMIL, Forms

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# How clerks write the English letter in the other script.
ENGLISH_LETTERS = {
    DEVANAGARI: (
        "ए", "बी", "सी", "डी", "ई", "एफ", "जी", "एच", "आई", "जे", "के", "एल", "एम",
        "एन", "ओ", "पी", "क्यू", "आर", "एस", "टी", "यू", "वी", "डब्ल्यू", "एक्स", "वाई", "जेड",
    ),
    BENGALI: (
        "এ", "বি", "সি", "ডি", "ই", "এফ", "জি", "এইচ", "আই", "জে", "কে", "এল", "এম",
        "এন", "ও", "পি", "কিউ", "আর", "এস", "টি", "ইউ", "ভি", "ডব্লিউ", "এক্স", "ওয়াই", "জেড",
    ),
    KANNADA: (
        "ಎ", "ಬಿ", "ಸಿ", "ಡಿ", "ಇ", "ಎಫ್", "ಜಿ", "ಎಚ್", "ಐ", "ಜೆ", "ಕೆ", "ಎಲ್", "ಎಂ",
        "ಎನ್", "ಒ", "ಪಿ", "ಕ್ಯೂ", "ಆರ್", "ಎಸ್", "ಟಿ", "ಯು", "ವಿ", "ಡಬ್ಲ್ಯೂ", "ಎಕ್ಸ್", "ವೈ", "ಜೆಡ್",
    ),
    MALAYALAM: (
        "എ", "ബി", "സി", "ഡി", "ഇ", "എഫ്", "ജി", "എച്ച്", "ഐ", "ജെ", "കെ", "എൽ", "എം",
        "എൻ", "ഒ", "പി", "ക്യു", "ആർ", "എസ്", "ടി", "യു", "വി", "ഡബ്ല്യു", "എക്സ്", "വൈ", "സെഡ്",
    ),
}  # fmt: skip


@cache
def initial_of(word: Forms) -> Forms:
    """Return the initial of a father's given name; in Tamil it is the first letter with its vowel sign."""
    letter = word.key[0].upper()
    spellings: list[tuple[str, ...]] = [()] * len(SCRIPT_COLUMNS)
    spellings[LATIN] = (f"{letter}.", letter)
    for script, letters in ENGLISH_LETTERS.items():
        spellings[script] = (f"{letters[LETTERS.index(letter)]}.",)
    spellings[TAMIL] = tuple(f"{_first_cluster(name)}." for name in word.spellings[TAMIL][:1])
    return Forms(tuple(spellings))


def _first_cluster(word: str) -> str:
    end = 1
    while end < len(word) and unicodedata.category(word[end]) in ("Mc", "Mn"):
        end += 1
    return word[:end]
