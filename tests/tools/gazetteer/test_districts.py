"""Which districts lie beside each other, and the tables written by hand."""

from encoder.gazetteer.load import gazetteer
from tools.gazetteer.districts import AT_LEAST, AT_MOST, near
from tools.gazetteer.tables import by_hand

LINE = {f"in.d{n}": (25.0, 80.0 + n / 4) for n in range(20)}
"""Twenty districts in a row, 25 km apart."""


def test_the_nearest_come_first_and_none_is_its_own_neighbour() -> None:
    assert near("in.d10", LINE)[:2] in (["in.d9", "in.d11"], ["in.d11", "in.d9"])
    assert "in.d10" not in near("in.d10", LINE)


def test_a_lonely_district_has_the_nearest_few_and_a_crowded_one_not_all() -> None:
    assert len(near("in.d99", LINE | {"in.d99": (10.0, 70.0)})) == AT_LEAST
    crowd = {f"in.d{n}": (25.0 + n / 100, 80.0) for n in range(30)}
    assert len(near("in.d5", crowd)) == AT_MOST


def test_every_code_written_by_hand_is_a_place() -> None:
    known = gazetteer().by_code
    for table, columns in (("names", ("code",)), ("centres", ("code",)), ("splits", ("code", "from")),
                           ("former", ("code", "state", "now"))):  # fmt: skip
        for row in by_hand(table):
            assert all(code in known for column in columns for code in row[column].split(","))


def test_no_place_is_named_twice_by_hand() -> None:
    codes = [row["code"] for row in by_hand("names")]
    assert len(codes) == len(set(codes))
