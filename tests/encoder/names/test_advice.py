import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names import advice
from encoder.names.advice import name_advice


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", []),
        ("Sunita Devi", []),
        ("মোঃ রহিম উদ্দিন ওরফে রাজু", []),
        ("র\u200cহিম", []),
        ("نور\u200f جہاں", []),
        ("৺ হরিপদ", []),
        ("unknown", []),
        ("নাম জানা নেই", []),
        ("Late", [advice.ONLY_TITLES]),
        ("Dr. Smt.", [advice.ONLY_TITLES]),
        ("স্বর্গীয়", [advice.ONLY_TITLES]),
        ("🙂", [advice.UNREADABLE, advice.SYMBOLS]),
        ("12345", [advice.UNREADABLE, advice.DIGITS]),
        ("Sunita2", [advice.DIGITS]),
        ("সুনীতা ৭", [advice.DIGITS]),
        ("Sunita 🙂", [advice.SYMBOLS]),
        ("Sunіta", [advice.MIXED_SCRIPTS]),
        ("rahimমিয়া", [advice.MIXED_SCRIPTS]),
        ("Sunita সুনীতা", []),
        ("\u202eSunita\u202c", [advice.INVISIBLE]),
        ("Suni\x00ta", [advice.INVISIBLE]),
        ("Sunita\ttDevi\n", []),
        ("Sunita \ufffd\ufffd", [advice.DAMAGED]),
        ("Sunita \ud800", [advice.DAMAGED]),
        ("Sunita \ue000", [advice.DAMAGED]),
        ("Anita " * 60, [advice.TOO_LONG]),
        ("anita" * 20, [advice.LONG_WORD]),
    ],
)
def test_golden(text: str, messages: list[str]) -> None:
    assert name_advice(text) == messages


@given(st.text(max_size=400))
def test_any_text_gets_whole_sentences_once_each_and_never_itself(text: str) -> None:
    messages = name_advice(text)
    assert len(messages) == len(set(messages))
    assert all(message[0].isupper() and message.endswith(".") for message in messages)
    assert messages == name_advice(text)
