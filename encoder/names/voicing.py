"""Stops that a script writes with one letter and speech voices by place: between vowels, or after a nasal."""

from collections.abc import Mapping

from encoder.names.phones import Phone, Sound

NASALS = ("n", "m")


def voice_stops(phones: list[Phone], between_vowels: Mapping[str, str], after_nasals: Mapping[str, str]) -> list[Phone]:
    """Voice single stops before a vowel.

    Args:
        phones: the sounds of one word.
        between_vowels: Latin letters of a stop to those it has after a vowel.
        after_nasals: the same after a nasal.
    """
    return [_voiced(phones, place, between_vowels, after_nasals) for place in range(len(phones))]


def _voiced(
    phones: list[Phone], place: int, between_vowels: Mapping[str, str], after_nasals: Mapping[str, str]
) -> Phone:
    phone = phones[place]
    if place == 0 or place + 1 == len(phones) or not phones[place + 1].is_vowel:
        return phone
    before = phones[place - 1]
    is_nasal = before.sound is Sound.NASAL or before.latin.endswith(NASALS)
    changes = between_vowels if before.is_vowel else after_nasals if is_nasal else {}
    return Phone(phone.sound, changes[phone.latin]) if phone.latin in changes else phone
