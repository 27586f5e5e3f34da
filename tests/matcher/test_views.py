"""Kinds and views."""

from matcher.views import Kind, View


def test_the_opposite_kind() -> None:
    assert [kind.opposite for kind in (Kind.MISSING, Kind.FOUND)] == [Kind.FOUND, Kind.MISSING]


def test_views_are_their_names() -> None:
    assert all(view == view.value == view.name.lower() for view in View)
