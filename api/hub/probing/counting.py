"""Records counted by who entered them: quotas of a day, bursts, and nights."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from api.hub.probing.nights import night_of
from api.hub.probing.rules import ScreeningRules
from api.hub.probing.suspicions import AlarmKind, Suspicion
from api.hub.storage.entries import EnteredRecord, Marks, Window, first_numbers, last_allowed, more_than

BURST = timedelta(minutes=10)
BURST_SHARE = 5
"""A burst is more than this part (one fifth) of an officer's daily quota within `BURST`."""
_INSTANT = timedelta(microseconds=1)

Rules = Mapping[int, ScreeningRules]
"""The rules of each partner, by its number."""


def over_quota(conn: Connection, batch: Sequence[EnteredRecord], rules: Rules) -> Iterator[Suspicion]:
    """Records beyond what an officer, an office or a holder may enter in a UTC day, in the order in which they came."""
    ways: list[tuple[AlarmKind, str, Callable[[EnteredRecord], Marks | None]]] = [
        ("quota_officer", "officer_day", lambda record: _marked("officer_mark", record.officer_mark)),
        ("quota_office", "office_day", lambda record: _marked("office_mark", record.office_mark)),
        ("quota_holder", "holder_day", lambda record: ()),
    ]
    for kind, limit, marks_of in ways:
        for window, group in _groups(batch, _day, marks_of):
            last = last_allowed(conn, window, getattr(rules[window.partner_id], limit))
            if last is None:
                continue
            first = first_numbers(conn, window.partner_id, _refs(group))
            beyond = [record for record in group if (record.entered, first[record.ref]) > last]
            if beyond:
                yield Suspicion(
                    _subject(kind, window), kind, "stop", window.partner_id, group[0].partner, _refs(beyond)
                )  # fmt: skip


def bursts(conn: Connection, batch: Sequence[EnteredRecord], rules: Rules) -> Iterator[Suspicion]:
    """Records of one officer of which there are many in the ten minutes until each."""
    for window, group in _groups(batch, _until, author):
        if more_than(conn, window, max(rules[window.partner_id].officer_day // BURST_SHARE, 1)):
            day = Window(window.partner_id, *_midnights(window.end - _INSTANT), window.marks)
            yield Suspicion(
                _subject("burst", day), "burst", "slow", window.partner_id, group[0].partner, _refs(group), window
            )  # fmt: skip


def odd_hours(conn: Connection, batch: Sequence[EnteredRecord], rules: Rules) -> Iterator[Suspicion]:
    """Records of one officer of which there are many in one night."""
    for window, group in _groups(batch, lambda record: night_of(record.entered, record.country), author):
        if more_than(conn, window, rules[window.partner_id].odd_hours_allowed):
            yield Suspicion(
                _subject("odd_hours", window), "odd_hours", "slow", window.partner_id, group[0].partner, _refs(group),
                window,
            )  # fmt: skip


def author(record: EnteredRecord) -> Marks:
    """Who entered a record: the officer, or else the office, or else the holder, counted as one officer."""
    if record.officer_mark is not None:
        return (("officer_mark", record.officer_mark),)
    return (("officer_mark", None), ("office_mark", record.office_mark))


Span = tuple[datetime, datetime]


def _groups(
    batch: Sequence[EnteredRecord], span_of: Callable[[EnteredRecord], Span | None],
    marks_of: Callable[[EnteredRecord], Marks | None],
) -> Iterator[tuple[Window, list[EnteredRecord]]]:  # fmt: skip
    """The records of the batch by partner, span and marks; those without a span or marks are in none."""
    groups: dict[Window, list[EnteredRecord]] = {}
    for record in batch:
        span, marks = span_of(record), marks_of(record)
        if span is not None and marks is not None:
            groups.setdefault(Window(record.partner_id, *span, marks), []).append(record)
    yield from groups.items()


def _day(record: EnteredRecord) -> Span:
    return _midnights(record.entered)


def _until(record: EnteredRecord) -> Span:
    return record.entered + _INSTANT - BURST, record.entered + _INSTANT


def _midnights(moment: datetime) -> Span:
    begin = datetime.combine(moment.astimezone(UTC).date(), time(), UTC)
    return begin, begin + timedelta(days=1)


def _marked(column: str, mark: str | None) -> Marks | None:
    return None if mark is None else ((column, mark),)


def _refs(group: Sequence[EnteredRecord]) -> frozenset[str]:
    return frozenset(record.ref for record in group)


def _subject(kind: str, window: Window) -> str:
    marks = " ".join(mark or "-" for _, mark in window.marks)
    return f"{kind} {window.partner_id} {window.begin:%Y-%m-%dT%H:%MZ} {marks}".rstrip()
