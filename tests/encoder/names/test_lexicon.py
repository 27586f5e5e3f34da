import pytest

from encoder.names.folds import light
from encoder.names.lexicon import Kind, alias_mark, entry_as_written, entry_of_latin, equivalent, forms, says_unknown
from encoder.names.tables import read_rows


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("late", Kind.DROP),
        ("स्वर्गीय", Kind.DROP),
        ("মোছাঃ", Kind.DROP),
        ("shri", Kind.LEAD),
        ("মোঃ", Kind.MAP),
        ("مخمد", None),
        ("محمد", Kind.MAP),
        ("ওরফে", Kind.ALIAS),
        ("sunita", None),
        ("nan", Kind.UNKNOWN),
        ("এম", Kind.LETTER),
        ("dasho", Kind.LEAD),
        ("দেহান্ত", None),
    ],
)
def test_entry_as_written(token: str, kind: Kind | None) -> None:
    entry = entry_as_written(token)
    assert (entry.kind if entry else None) == kind


@pytest.mark.parametrize("spelling", ["mohammad", "Muhammed", "mohd", "mahammad", "mohhammad", "mohamod"])
def test_every_muhammad_is_md(spelling: str) -> None:
    entry = entry_of_latin(spelling.lower())
    assert entry is not None
    assert (entry.kind, entry.value) == (Kind.MAP, "md")


def test_a_name_that_only_resembles_an_honorific_stays() -> None:
    assert light("lathe") == light("late")
    assert entry_of_latin("lathe") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mukherjee", "mukhopadhyay"),
        ("banerjee", "bandyopadhyay"),
        ("chatterjee", "chattopadhyay"),
        ("ganguly", "gangopadhyay"),
        ("roy", "ray"),
        ("chowdhury", "chaudhary"),
        ("abdur", "abdul"),
        ("hossain", "husen"),
        ("lakshmi", "lakkhi"),
        ("krishna", "kishan"),
        ("ichlam", "islam"),
        ("iusuf", "yousuf"),
        ("emran", "imran"),
        ("gyanendra", "jnanendra"),
        ("surinder", "surendra"),
    ],
)
def test_equivalents(one: str, other: str) -> None:
    assert equivalent(one) == equivalent(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("barman", "verma"), ("sinha", "singh"), ("sunita", "sunil"), ("krishna", "krishnan"), ("mahmud", "md")],
        *[("tripathi", "tiwari"), ("chandra", "chandran"), ("basu", "biswas"), ("ray", "rao")],
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert equivalent(one) != equivalent(other)


@pytest.mark.parametrize("table", ["equivalents", "place_equivalents"])
def test_no_form_stands_for_two_names(table: str) -> None:
    values: dict[tuple[str, bool], str] = {}
    for row in read_rows(table):
        for form in forms(row["forms"]):
            key = (" ".join(map(light, form.split())) if form.isascii() else form, row["note"] == "alone")
            assert values.setdefault(key, row["value"]) == row["value"], form


def test_equivalents_are_stable() -> None:
    for row in read_rows("equivalents"):
        assert equivalent(row["value"]) == row["value"]


@pytest.mark.parametrize(
    "text",
    ["unknown", "n a", "not known", "unknown boy", "name not known", "नामालूम", "अज्ञात", "অজ্ঞাত", "নাম অজানা", "نامعلوم"],
)
def test_ways_to_say_unknown(text: str) -> None:
    assert says_unknown(tuple(text.split()))


@pytest.mark.parametrize("text", ["sunita", "boy", "unknown sunita", ""])
def test_names_are_not_unknown(text: str) -> None:
    assert not says_unknown(tuple(text.split()))


@pytest.mark.parametrize(
    "text", ["late unknown", "mr unknown", "baby unknown", "unknown unknown", "unknown 5 yrs", "n a n a"]
)
def test_titles_numbers_and_repeats_beside_unknown_say_no_more(text: str) -> None:
    assert says_unknown(tuple(text.split()))


@pytest.mark.parametrize("text", ["ma na", "md unknown", "late", "boy 5", "master"])
def test_titles_and_fillers_alone_are_not_unknown(text: str) -> None:
    assert not says_unknown(tuple(text.split()))


@pytest.mark.parametrize(
    ("text", "length"),
    [("@ raju", 1), ("also known as raju", 3), ("a k a raju", 3), ("ডাক নাম রাজু", 2), ("also raju", 0), ("raju", 0)],
)
def test_alias_marks_of_one_and_of_several_words(text: str, length: int) -> None:
    assert alias_mark(tuple(text.split()), 0) == length


def test_no_native_word_is_a_source_of_the_equivalents() -> None:
    assert all(row["forms"].isascii() for row in read_rows("equivalents"))


def test_every_letter_is_spelled_out_once_in_each_script() -> None:
    spelled = [form for row in read_rows("lexicon") if row["kind"] == Kind.LETTER for form in forms(row["forms"])]
    assert len(spelled) == len(set(spelled))
