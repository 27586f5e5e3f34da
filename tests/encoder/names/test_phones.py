from encoder.names.phones import Phone, Sound, read_phones
from encoder.names.tables import Rule

K, T, B = (Rule("consonant", latin) for latin in "ktb")


def latins(*units: Rule) -> list[str]:
    return [phone.latin for phone in read_phones(units, "a")]


def test_a_bare_consonant_carries_the_inherent_vowel() -> None:
    assert read_phones([K], "o") == [Phone(Sound.CONSONANT, "k"), Phone(Sound.INHERENT, "o")]


def test_sign_virama_and_joined_letter_take_its_place() -> None:
    assert latins(K, Rule("sign", "i")) == ["k", "i"]
    assert latins(K, Rule("virama", ""), T) == ["k", "t", "a"]
    assert latins(K, Rule("joined", "y")) == ["k", "y", "a"]


def test_a_sign_after_a_vowel_is_read_on() -> None:
    assert latins(Rule("vowel", "a"), Rule("sign", "i")) == ["a", "i"]


def test_nasal_is_m_before_labials_only() -> None:
    nasal = Rule("nasal", "n")
    assert latins(K, nasal, B) == ["k", "a", "m", "b", "a"]
    assert latins(K, nasal, T) == ["k", "a", "n", "t", "a"]
    assert latins(K, nasal) == ["k", "a", "n"]


def test_a_final_nasal_is_what_the_script_says() -> None:
    nasal = Rule("nasal", "n")
    assert [phone.latin for phone in read_phones([K, nasal], "a", "m")] == ["k", "a", "m"]
    assert [phone.latin for phone in read_phones([K, nasal, T], "a", "m")] == ["k", "a", "n", "t", "a"]
