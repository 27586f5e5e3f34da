"""The whole build on a handful of places: deterministic, and read back as written."""

import gzip

from encoder.gazetteer.load import FORMAT, NOWHERE, parse
from tools.gazetteer.__main__ import written
from tools.gazetteer.place import Place

PLACES = {
    place.code: place
    for place in (
        Place("in", "", ["India"], ["भारत"]),
        Place("in.s19", "in", ["West Bengal"]),
        Place("in.d320", "in.s19", ["Nadia", "Nuddea"], near=["in.d319"]),
        Place("in.d319", "in.s19", ["Murshidabad"], former=["in.d320"], near=["in.d320"]),
        Place("in.s10", "in", ["Bihar"]),
        Place("in.t1", "in.d319", ["Lalgola"]),
    )
}


def test_the_same_places_give_the_same_bytes() -> None:
    assert written(PLACES) == written(dict(PLACES))


def test_what_is_written_is_read_back() -> None:
    text = gzip.decompress(written(PLACES)).decode()
    assert text.startswith(FORMAT + "\n")
    known = parse(text)
    assert set(known.codes) == set(PLACES)
    for code, place in PLACES.items():
        number = known.by_code[code]
        above = known.above[number]
        assert (known.codes[above] if above != NOWHERE else "") == place.parent
        assert len(known.keys[number]) == len(place.latin)
        assert [known.codes[n] for n in known.near.get(number, ())] == place.near
        assert [known.codes[n] for n in known.former.get(number, ())] == place.former
    assert known.by_key["भारत"] == (known.by_code["in"],)
