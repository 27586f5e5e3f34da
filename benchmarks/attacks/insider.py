"""A colluding holder: it has the key, so codes hide nothing from it. What is left are the hub's quotas and alarms.

With the key and the hub's codes every dictionary entry is looked up exactly, which no profile prevents. Without the
hub's codes the holder can only ask, by filing reports: counted is how many it files until the hub's own rules, as they
are set by default, raise an alarm.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components

from api.hub.probing.counting import BURST_SHARE
from api.hub.probing.rules import ScreeningRules, screening_rules
from api.hub.settings import HubSettings
from benchmarks.attacks.finding import Finding
from benchmarks.common.data import encode, new_encoder
from encoder.record import RawRecord
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.comparison import compare
from matcher.defaults import default_model
from matcher.profile import EncodingProfile
from matcher.tables import ScoringTables, weigh
from matcher.views import Kind

ATTACK = "colluding holder"
FILED = "reports filed when the alarm comes"
MOST_PROBES = 12
"""Reports of one child that are filed at most."""
CHILDREN = 40
"""Children who are asked for."""
ALWAYS = ("record_id", "kind", "sex", "event_date", "name", "given_name", "family_name", "name_source")
"""Fields that every probe has: it would be no question without a name."""

Probe = Callable[[RawRecord, np.random.Generator], RawRecord]


def with_key(records: Sequence[RawRecord], profile: EncodingProfile, same_key: bool = True) -> list[Finding]:
    """Look missing records up by their codes in a dictionary that the holder encodes itself; expected is all of them.

    same_key  False for a dictionary under another key, which finds nobody
    """
    encoder = new_encoder(profile)
    at_hub = _first_rows(encode(encoder, records, Kind.MISSING))
    own = _first_rows(encode(encoder if same_key else new_encoder(profile), records, Kind.MISSING))
    entries: dict[bytes, int] = {}
    entry_of = [entries.setdefault(codes.tobytes(), at) for at, codes in enumerate(own.codes)]
    told = [entries.get(codes.tobytes()) == entry for codes, entry in zip(at_hub.codes, entry_of, strict=True)]
    return [Finding(ATTACK, "the key and the hub's codes", len(records), "looked up", float(np.mean(told)), 0.0)]


def quotas(settings: HubSettings | None = None) -> list[Finding]:
    """Records of different children that can be entered before each alarm, by a hub's settings (the usual ones)."""
    rules = _rules(settings)
    limits = {
        "by one officer in ten minutes": max(rules.officer_day // BURST_SHARE, 1),
        "by one officer in one night": rules.odd_hours_allowed,
        "by one officer in a day": rules.officer_day,
        "by one office in a day": rules.office_day,
        "by one holder in a day": rules.holder_day,
    }
    return [_filed("the key", 0, f"{FILED}, {who}", most + 1.0) for who, most in limits.items()]


def fishing(
    records: Sequence[RawRecord], profile: EncodingProfile, rng: np.random.Generator,
    settings: HubSettings | None = None,
) -> list[Finding]:
    """Ask for one child with report after report, until the hub counts too many near-duplicates of one.

    Args:
        records: missing reports of children to ask for; CHILDREN of them are drawn.
        profile: by whose codes and model the hub compares reports.
        rng: draws children and variants.
        settings: of the hub; the usual ones when left out.

    Returns:
        For each way to write a child anew: share of children for whom an alarm comes within MOST_PROBES reports, and
        median of the reports filed by then.
    """
    rules, tables, encoder = _rules(settings), default_model(profile).tables(), new_encoder(profile)
    ways: dict[str, Probe] = {"the same report": _same, "fields left out": _partly, "a single aspect": _one_aspect}
    chosen = [records[int(at)] for at in rng.permutation(len(records))[:CHILDREN]]
    found = []
    for name, probe in ways.items():
        batches = [
            encode(encoder, [probe(child, rng) for _ in range(MOST_PROBES)], Kind.MISSING) for child in chosen
        ]
        filed = np.array([filed_until_alarm(batch, tables, rules) for batch in batches], dtype=np.float64)
        caught = filed <= MOST_PROBES
        found.append(_filed(name, len(chosen), f"alarm within {MOST_PROBES} reports", float(caught.mean())))
        if caught.any():
            found.append(_filed(name, len(chosen), FILED, float(np.median(filed[caught]))))
    return found


def filed_until_alarm(batch: EncodedBatch, tables: ScoringTables, rules: ScreeningRules) -> int:
    """Records of a batch, one after the other, until a group of near-duplicates is too large; one too many if never."""
    near = _near(batch, tables, rules.near_duplicate)
    for count in range(1, len(near) + 1):
        labels = connected_components(near[:count, :count], directed=False)[1]
        if np.bincount(labels).max() - 1 > rules.variants_allowed:
            return count
    return len(near) + 1


def _near(batch: EncodedBatch, tables: ScoringTables, least: int) -> npt.NDArray[np.bool_]:
    """Whether the best rows of each two records weigh enough; the hub leaves the order of events out."""
    rows = np.arange(len(batch))
    left, right = np.repeat(rows, len(rows)), np.tile(rows, len(rows))
    others = replace(batch, event=np.full(len(batch), UNKNOWN_DAY, np.int32))
    weight = weigh(compare(batch, others, left, right), tables).sum(axis=1)
    best = np.full((len(batch.refs),) * 2, np.iinfo(np.int64).min)
    np.maximum.at(best, (batch.record[left], batch.record[right]), weight)
    return np.asarray(best >= least)


def _same(child: RawRecord, rng: np.random.Generator) -> RawRecord:
    return child


def _partly(child: RawRecord, rng: np.random.Generator) -> RawRecord:
    """Each field but the name left out by a coin."""
    return _without(child, [name for name in _others() if rng.random() < 0.5])


def _one_aspect(child: RawRecord, rng: np.random.Generator) -> RawRecord:
    """The name and one more aspect, another each time."""
    aspects = (("father_name",), ("mother_name",), ("home_country", "home_state", "home_district"), ("birth",))
    kept = aspects[int(rng.integers(len(aspects)))]
    return _without(child, [name for name in _others() if name not in kept])


def _others() -> list[str]:
    return [field.name for field in fields(RawRecord) if field.name not in ALWAYS]


def _without(child: RawRecord, names: Sequence[str]) -> RawRecord:
    usual: dict[str, Any] = {field.name: field.default for field in fields(RawRecord)}
    return replace(child, **{name: usual[name] for name in names})


def _first_rows(batch: EncodedBatch) -> EncodedBatch:
    return batch.take(np.unique(batch.record, return_index=True)[1])


def _rules(settings: HubSettings | None) -> ScreeningRules:
    return screening_rules(settings or HubSettings(name="hub"))


def _filed(given: str, records: int, measure: str, figure: float) -> Finding:
    return Finding(ATTACK, given, records, measure, figure, 0.0)
