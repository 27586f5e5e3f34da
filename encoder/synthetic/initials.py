"""The initial that Tamil and Malayali names carry for the father's name."""

import unicodedata
from functools import cache

from encoder.synthetic.forms import TAMIL, Forms

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# How clerks write the English letter in the other script.
DEVANAGARI_LETTERS = (
    "ए", "बी", "सी", "डी", "ई", "एफ", "जी", "एच", "आई", "जे", "के", "एल", "एम",
    "एन", "ओ", "पी", "क्यू", "आर", "एस", "टी", "यू", "वी", "डब्ल्यू", "एक्स", "वाई", "जेड",
)  # fmt: skip
BENGALI_LETTERS = (
    "এ", "বি", "সি", "ডি", "ই", "এফ", "জি", "এইচ", "আই", "জে", "কে", "এল", "এম",
    "এন", "ও", "পি", "কিউ", "আর", "এস", "টি", "ইউ", "ভি", "ডব্লিউ", "এক্স", "ওয়াই", "জেড",
)  # fmt: skip


@cache
def initial_of(word: Forms) -> Forms:
    """Return the initial of a father's given name; in Tamil it is the first letter with its vowel sign."""
    letter = word.key[0].upper()
    at = LETTERS.index(letter)
    tamil = tuple(f"{_first_cluster(word.spellings[TAMIL][0])}." for _ in word.spellings[TAMIL][:1])
    return Forms(((f"{letter}.", letter), (f"{DEVANAGARI_LETTERS[at]}.",), (f"{BENGALI_LETTERS[at]}.",), tamil))


def _first_cluster(word: str) -> str:
    end = 1
    while end < len(word) and unicodedata.category(word[end]) in ("Mc", "Mn"):
        end += 1
    return word[:end]
