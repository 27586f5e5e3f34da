"""Tamil stops: one letter each, voiced between vowels and after nasals."""

from encoder.names.phones import Phone, Sound

VOICED = {"k": "g", "t": "d", "th": "dh", "p": "b"}
NASALS = ("n", "m")


def voice_stops(phones: list[Phone]) -> list[Phone]:
    """Voice every single stop that stands between vowels or between a nasal and a vowel.

    Args:
        phones: the sounds of one Tamil word.
    """
    return [
        Phone(phone.sound, VOICED[phone.latin]) if phone.latin in VOICED and _is_voiced(phones, place) else phone
        for place, phone in enumerate(phones)
    ]


def _is_voiced(phones: list[Phone], place: int) -> bool:
    if place == 0 or place + 1 == len(phones) or not phones[place + 1].is_vowel:
        return False
    before = phones[place - 1]
    return before.is_vowel or before.sound is Sound.NASAL or before.latin.endswith(NASALS)
