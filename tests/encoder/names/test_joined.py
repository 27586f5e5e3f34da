import pytest

from encoder.names.joined import split_joined
from encoder.names.scripts import clean_text


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("kamaluddin", ("kamal", "uddin")),
        ("asadullah", ("asad", "ullah")),
        ("abdulkarim", ("abdul", "karim")),
        ("abdurrahim", ("abdurrahim",)),
        ("abdurrahman", ("abdur", "rahman")),
        ("কামালউদ্দিন", ("কামাল", "উদ্দিন")),
        ("কামালুদ্দীন", ("কামাল", "উদ্দিন")),
        ("আব্দুলকরিম", ("আব্দুল", "করিম")),
        ("कमालुद्दीन", ("कमाल", "उद्दीन")),
        ("کمالالدین", ("کمال", "الدین")),
    ],
)
def test_two_names_in_one_word(word: str, names: tuple[str, ...]) -> None:
    assert split_joined(clean_text(word)) == tuple(map(clean_text, names))


@pytest.mark.parametrize("word", ["abdullah", "আব্দুল্লাহ", "अब्दुल्ला", "uddin", "sunita", "mullah", "আব্দুলি", ""])
def test_one_name_stays_one(word: str) -> None:
    assert split_joined(clean_text(word)) == (clean_text(word),)
