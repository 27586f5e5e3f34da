"""What a command has to tell at its end."""

from api.service.summaries import table


def test_columns_stand_under_each_other() -> None:
    assert table([["a", "long"], ["wide", "b"]]) == ["a     long", "wide  b"]
