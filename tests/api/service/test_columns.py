"""A moment comes back as the same moment, in UTC, and sorts as time does, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from api.service.columns import UtcDateTime

METADATA = MetaData()
MOMENTS = Table("moments", METADATA, Column("number", Integer, primary_key=True), Column("at", UtcDateTime()))

KATHMANDU = timezone(timedelta(hours=5, minutes=45))
START = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
GIVEN = [
    START, START + timedelta(microseconds=1), START - timedelta(microseconds=1), datetime(999, 1, 1, tzinfo=UTC),
    datetime(2026, 11, 22, 1, 0, tzinfo=KATHMANDU), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
]  # fmt: skip


@pytest.fixture
def moments(database):
    with database.write() as connection:
        METADATA.create_all(connection)
        connection.execute(insert(MOMENTS), [{"number": i, "at": at} for i, at in enumerate(GIVEN)])
    return database


def test_moments_come_back_aware_in_utc(moments):
    with moments.read() as connection:
        found = list(connection.scalars(select(MOMENTS.c.at).order_by(MOMENTS.c.number)))
    assert found == GIVEN
    assert all(at.tzinfo is UTC for at in found)


def test_order_and_comparison_follow_time(moments):
    with moments.read() as connection:
        assert list(connection.scalars(select(MOMENTS.c.at).order_by(MOMENTS.c.at))) == sorted(GIVEN)
        later = connection.scalars(select(MOMENTS.c.at).where(MOMENTS.c.at > START)).all()
    assert sorted(later) == sorted(at for at in GIVEN if at > START)


def test_none_stays_none(moments):
    with moments.write() as connection:
        connection.execute(insert(MOMENTS).values(number=99, at=None))
        assert connection.scalar(select(MOMENTS.c.at).where(MOMENTS.c.number == 99)) is None


def test_a_naive_datetime_is_refused(moments):
    with pytest.raises(StatementError, match="without a zone") as caught, moments.write() as connection:
        connection.execute(insert(MOMENTS).values(number=99, at=datetime(1987, 6, 5)))
    assert "1987" not in str(caught.value)
