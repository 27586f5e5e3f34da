"""Which inherent vowels of an Indo-Aryan word are silent.

Rule of Ohala (1983, Aspects of Hindi Phonology): from right to left, an inherent vowel falls between a vowel and one
consonant before it and one consonant and a vowel after it (``V C _ C V``); a final one falls as well. The final one
stays after a cluster that could not be spoken without it (``chandra``, ``krishna``).
"""

from encoder.names.phones import Phone, Sound

SONORANTS = ("y", "r", "l", "v", "w", "n", "m")


def delete_schwas(phones: list[Phone], rule: str) -> list[Phone]:
    """Drop the silent inherent vowels.

    Args:
        phones: the sounds of one word, from `encoder.names.phones.read_phones`.
        rule: ``ohala`` (final and medial), ``final`` (final only) or ``none``.
    """
    if rule == "none":
        return phones
    spoken = list(phones)
    if _final_is_silent(spoken):
        spoken.pop()
    return _without_medial(spoken) if rule == "ohala" else spoken


def _final_is_silent(phones: list[Phone]) -> bool:
    if len(phones) < 3 or phones[-1].sound is not Sound.INHERENT:
        return False
    before, last = phones[-3], phones[-2]
    hard_cluster = before.sound is Sound.CONSONANT and last.latin.startswith(SONORANTS)
    return not hard_cluster


def _without_medial(phones: list[Phone]) -> list[Phone]:
    place = len(phones) - 3
    while place >= 2:
        if phones[place].sound is Sound.INHERENT and _between_open_syllables(phones, place):
            del phones[place]
        place -= 1
    return phones


def _between_open_syllables(phones: list[Phone], place: int) -> bool:
    around = (phones[place - 2], phones[place - 1], phones[place + 1], phones[place + 2])
    return [phone.is_vowel for phone in around] == [True, False, False, True]
