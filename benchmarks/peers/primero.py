"""Primero's tracing match (app/services/matching_service.rb), rebuilt: boosts summed over matching tokens.

Names and nicknames 15 a token, sex 10, age in years as an exact token 10, relatives' names 10, date of birth 5,
nationality, languages and religion 3, ethnicity 1; the list by score, without contradictions. Names are folded by
Double Metaphone; a word in another script than Latin has no phonetic form and stands as it is. Boosts are weighed by
how rare a token is, as Solr does, when `rare` is set. Photo, places and marks are no part of its match.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

import numpy as np
import numpy.typing as npt

from benchmarks.peers.double_metaphone import double_metaphone
from benchmarks.peers.token_sums import all_best, sums
from encoder.calendars.interval import gregorian_date
from encoder.record import NameSource, RawRecord
from matcher.views import Sex

NAME, SEX, AGE, RELATIVE, BIRTH, BELONGING, ETHNICITY = 15.0, 10.0, 10.0, 10.0, 5.0, 3.0, 1.0
DAYS_A_YEAR = 365.25

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def boosted(record: RawRecord) -> dict[str, float]:
    """The tokens of a record's match fields and the boost of each."""
    own = () if record.name_source is NameSource.STAFF else (record.name, record.given_name, record.family_name)
    kin = (record.father_name, record.mother_name, record.guardian_name)
    groups = (
        ("name", NAME, _sounds((*own, *record.nicknames, *record.aliases))),
        ("kin", RELATIVE, _sounds((*kin, *record.sibling_names, *record.other_relatives))),
        ("sex", SEX, () if record.sex is Sex.UNKNOWN else (record.sex.name,)),
        ("age", AGE, _age(record)), ("birth", BIRTH, _birth(record)),
        ("nation", BELONGING, _words(record.nationality)), ("language", BELONGING, _words(record.languages)),
        ("religion", BELONGING, _words(record.religion)), ("ethnicity", ETHNICITY, _words(record.ethnicity)),
    )
    return {f"{field}:{token}": boost for field, boost, tokens in groups for token in tokens}


def primero(
    missing: Sequence[RawRecord], found: Sequence[RawRecord], top: int, *, rare: bool
) -> tuple[Ints, Ints, Floats]:
    """Index of the missing and the found record, and score, of at most `top` candidates a missing record."""
    probes = [boosted(record) for record in missing]
    records = [dict.fromkeys(boosted(record), 1.0) for record in found]
    if rare:
        records = _weighed_by_rarity(records)
    return all_best(sums(probes, records), top)


def _weighed_by_rarity(records: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """Inverse document frequencies as Lucene's BM25 has them: log(1 + (n - f + 1/2) / (f + 1/2))."""
    count = Counter(token for record in records for token in record)
    total = len(records)
    weight = {token: log(1 + (total - f + 0.5) / (f + 0.5)) for token, f in count.items()}
    return [{token: weight[token] for token in record} for record in records]


def _sounds(texts: Iterable[str | None]) -> list[str]:
    """The primary code of each word, and the secondary where it is another one."""
    return [code for word in _words(texts) for code in dict.fromkeys(double_metaphone(word)) if code] + [
        word for word in _words(texts) if not word.isascii()
    ]


def _words(texts: Iterable[str | None]) -> list[str]:
    return [word for text in texts if text for word in text.lower().replace(".", " ").split()]


def _age(record: RawRecord) -> tuple[str, ...]:
    """Whole years on the day of the record: a number, and no range."""
    if record.birth is None or record.event_date is None:
        return ()
    middle = (record.birth.first + record.birth.last) / 2
    return (str(int((record.event_date.first - middle) / DAYS_A_YEAR)),)


def _birth(record: RawRecord) -> tuple[str, ...]:
    exact = record.birth is not None and record.birth.exact
    return (gregorian_date(record.birth.first).isoformat(),) if exact and record.birth else ()
