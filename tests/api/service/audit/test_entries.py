"""Entries of the audit log as canonical JSON, and back."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.audit.entries import Entry, content, read_content
from tests.api.service.audit.logs import NOW

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
entries = st.builds(
    Entry,
    what=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True),
    by=texts.filter(bool),
    at=st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)),
    about=st.none() | texts,
    why=st.none() | texts,
    order=st.none() | texts,
    facts=st.dictionaries(texts, st.none() | texts | st.integers(), max_size=4),
)


@given(entries, st.integers(0, 2**63))
def test_an_entry_can_be_read_back(entry, number):
    text = content(entry, number)
    assert read_content(text) == (number, entry)
    assert content(read_content(text)[1], number) == text


def test_the_text_is_canonical_json():
    entry = Entry("release-approved", "officer-7", NOW, about="क", facts={"z": 1, "a": None}, salt="s")
    assert content(entry, 3) == (
        '{"about":"क","at":"2026-11-21T22:30:00.000005Z","by":"officer-7","facts":{"a":null,"z":1},"format":1,'
        '"number":3,"order":null,"salt":"s","what":"release-approved","why":null}'
    )


def test_a_moment_of_another_zone_is_written_in_utc():
    kathmandu = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert content(Entry("seen", "a", kathmandu, salt="s"), 0) == content(Entry("seen", "a", NOW, salt="s"), 0)


def test_equal_entries_have_different_leaves():
    first, second = Entry("seen", "a", NOW), Entry("seen", "a", NOW)
    assert first == second
    assert content(first, 0) != content(second, 0)
    assert first.salt not in repr(first)


@pytest.mark.parametrize(
    "changes",
    [
        {"what": "Released"},
        {"what": "two words"},
        {"what": "line\n"},
        {"by": ""},
        {"at": NOW.replace(tzinfo=None)},
        {"facts": {"score": 0.5}},
        {"facts": {"more": {}}},
    ],
)
def test_what_is_no_entry_is_refused(changes):
    with pytest.raises(ValueError):
        Entry(**{"what": "seen", "by": "a", "at": NOW, **changes})


@pytest.mark.parametrize("value", ["\ud800", "x" * 2**16])
def test_a_text_that_cannot_be_kept_is_refused(value):
    with pytest.raises(ValueError):
        content(Entry("seen", "a", NOW, about=value), 0)


def test_another_spelling_of_an_entry_is_none():
    text = content(Entry("seen", "a", NOW), 0)
    values = json.loads(text)
    others = [text + " ", json.dumps(values), "[]", "7", "", "{", text.replace('"format":1', '"format":2')]
    others += [text.replace(".000005Z", ".000005+00:00"), text.replace('"facts":{}', '"facts":[]')]
    others += [json.dumps({**values, "more": 1}, sort_keys=True, separators=(",", ":"))]
    others += ["[" * 100_000]
    for other in others:
        with pytest.raises(ValueError, match="format 1"):
            read_content(other)
