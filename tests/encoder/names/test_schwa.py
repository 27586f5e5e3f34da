import pytest

from encoder.names.phones import Phone, Sound
from encoder.names.schwa import delete_schwas


def phones(spelled: str) -> list[Phone]:
    """A word spelled with ``@`` for each inherent vowel."""
    sounds = {"@": Sound.INHERENT, **dict.fromkeys("aeiou", Sound.VOWEL)}
    return [Phone(sounds.get(letter, Sound.CONSONANT), letter.replace("@", "a")) for letter in spelled]


def spoken(spelled: str, rule: str) -> str:
    return "".join(phone.latin for phone in delete_schwas(phones(spelled), rule))


@pytest.mark.parametrize(
    ("spelled", "ohala"),
    [
        ("ram@", "ram"),
        ("k@m@l@", "kamal"),
        ("s@r@la", "sarla"),
        ("k@m@les@", "kamles"),
        ("c@ndr@", "candra"),
        ("b@s@nt@", "basant"),
        ("k@", "ka"),
        ("p@vitra", "pavitra"),
    ],
)
def test_ohala(spelled: str, ohala: str) -> None:
    assert spoken(spelled, "ohala") == ohala


def test_final_rule_leaves_the_middle_alone() -> None:
    assert spoken("s@r@l@", "final") == "saral"
    assert spoken("s@r@la", "final") == "sarala"


def test_none_keeps_every_vowel() -> None:
    assert spoken("s@r@l@", "none") == "sarala"


def test_a_deleted_vowel_protects_the_one_before_it() -> None:
    assert spoken("b@r@s@ti", "ohala") == "barasti"


def test_input_is_not_changed() -> None:
    word = phones("k@m@l@")
    delete_schwas(word, "ohala")
    assert word == phones("k@m@l@")
