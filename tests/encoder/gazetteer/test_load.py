"""The shipped file: whole, consistent, and read lazily."""

import subprocess
import sys
from collections import Counter

import pytest

from encoder.gazetteer.load import FORMAT, NOWHERE, Level, gazetteer, parse
from encoder.names.places import place_tokens
from tests.encoder.gazetteer.shipped import shipped_rows

KNOWN = gazetteer()
PARENT_LEVELS = {
    "s": {Level.COUNTRY}, "d": {Level.STATE}, "f": {Level.STATE}, "t": {Level.DISTRICT}, "b": {Level.DISTRICT},
    "v": {Level.SUBDISTRICT, Level.STATE}, "w": {Level.COUNTRY},
}  # fmt: skip


def test_every_level_of_the_region_is_complete() -> None:
    found = Counter(code[:4] for code in KNOWN.codes)
    assert {kind: found[kind] for kind in ("in.s", "in.d", "in.t")} == {"in.s": 36, "in.d": 763, "in.t": 6_921}
    assert {kind: found[kind] for kind in ("bd.s", "bd.d", "bd.t", "bd.v")} == {
        "bd.s": 8, "bd.d": 64, "bd.t": 494, "bd.v": 4_540,
    }  # fmt: skip
    assert {kind: found[kind] for kind in ("np.s", "np.d", "np.t")} == {"np.s": 7, "np.d": 77, "np.t": 753}


def test_no_two_places_have_one_code() -> None:
    assert len(KNOWN.by_code) == len(KNOWN.codes)


def test_every_place_lies_in_one_of_the_level_above_and_of_its_country() -> None:
    for number, code in enumerate(KNOWN.codes):
        above = KNOWN.above[number]
        if len(code) == 2:
            assert above == NOWHERE
        else:
            assert KNOWN.levels[above] in PARENT_LEVELS[code[3]], code
            assert KNOWN.codes[above][:2] == code[:2]


def test_every_place_has_a_name_and_is_found_by_it() -> None:
    for number, keys in enumerate(KNOWN.keys):
        assert keys
        assert all(key and number in KNOWN.by_key[key] for key in keys)


def test_every_district_has_neighbours_that_are_districts_and_is_not_its_own() -> None:
    districts = [n for n, level in enumerate(KNOWN.levels) if level == Level.DISTRICT]
    for district in districts:
        near = KNOWN.near[district]
        assert 2 <= len(near) <= 9
        assert district not in near
        assert all(KNOWN.levels[other] == Level.DISTRICT for other in near)


def test_a_district_was_cut_out_of_one_of_its_state() -> None:
    for district, older in KNOWN.former.items():
        assert KNOWN.levels[district] == Level.DISTRICT
        assert all(KNOWN.above[place] == KNOWN.above[district] for place in older if KNOWN.codes[place][:2] == "in")


def test_native_names_and_old_names_lead_to_the_place() -> None:
    assert KNOWN.by_code["in.d315"] in KNOWN.by_key["কলকাতা"]
    assert KNOWN.by_code["in.d120"] in KNOWN.by_key["इलाहाबाद"]


def test_a_file_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="build it again"):
        parse("# something else\nin\n")


def test_a_row_without_the_place_above_has_that_of_the_row_before() -> None:
    small = parse(f"{FORMAT}\nin\nin.s1\tin\tAba|Abba\nin.s2\t\tCeda\tसीडा\nin.d1\tin.s2\tEna\t\t\t\n")
    assert small.above == (NOWHERE, 0, 0, 2)
    assert small.by_key["सीडा"] == (2,)
    assert small.keys[1] == ("aba", "aba")


def test_importing_the_tokens_of_homes_does_not_read_the_file() -> None:
    script = "import encoder.tokens.views, encoder.gazetteer.load as load; print(load.gazetteer.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_native_names_stand_in_the_file_as_texts_are_cleaned_today() -> None:
    """When this fails, the cleaning of texts has changed: build the file again (tools/gazetteer)."""
    stale = [
        row[0] for row in shipped_rows() for name in row[3].split("|") if name and name != "".join(place_tokens(name))
    ]
    assert stale == []
