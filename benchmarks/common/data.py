"""Invented children as files, raw records and encoded batches; kept in memory and in temporary folders only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from encoder.encode import RecordEncoder
from encoder.keys import LinkageKey
from encoder.reading.read import read_records
from encoder.record import RawRecord
from encoder.synthetic.files import write
from encoder.synthetic.population import SyntheticPopulation, generate
from encoder.synthetic.rates import FIELD, SyntheticRates
from indexer.fitting import fit_model
from indexer.gallery import Gallery
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.defaults import default_model
from matcher.model import LinkageModel
from matcher.profile import EncodingProfile, ViewParameters
from matcher.views import Kind


@dataclass(frozen=True, repr=False)
class People:
    """A population and its raw records, read from files as a user's would be."""

    population: SyntheticPopulation
    missing: list[RawRecord]
    found: list[RawRecord]


def invent(missing: int, found: int, seed: int, rates: SyntheticRates = FIELD) -> People:
    """Generate, write and read a population."""
    population = generate(missing, found, seed, rates)
    with TemporaryDirectory() as folder:
        write(population, Path(folder))
        reports = read_records(Path(folder) / "missing.csv", Kind.MISSING).records
        findings = read_records(Path(folder) / "found.csv", Kind.FOUND).records
    return People(population, reports, findings)


def encode(encoder: RecordEncoder, records: Sequence[RawRecord], kind: Kind) -> EncodedBatch:
    """Encode under running numbers for refs."""
    return encoder.encode(records, kind, [str(i) for i in range(len(records))])


def new_encoder(profile: EncodingProfile) -> RecordEncoder:
    """An encoder with a throw-away key."""
    return RecordEncoder(LinkageKey.generate("benchmark", "once"), profile)


def gallery_of(batch: EncodedBatch, records: int | None = None) -> Gallery:
    """A gallery of the first so many records of a batch."""
    gallery = Gallery(batch.profile)
    records = len(batch.refs) if records is None else records
    part = replace(batch.take(np.flatnonzero(batch.record < records)), refs=batch.refs[:records])
    gallery.add(part, np.arange(records, dtype=np.int32))
    return gallery


def fitted(missing: EncodedBatch, gallery: Gallery, seed: int) -> LinkageModel:
    """A model fitted without labels, as `milap link` does it."""
    search = KernelSearch(gallery)
    return fit_model(default_model(gallery.profile), missing, gallery, search, np.random.default_rng(seed))


def resized(profile: EncodingProfile, name: str, bits: int, planes: int = 1) -> EncodingProfile:
    """The profile with every view at another size; for comparisons only, it is never shipped."""
    views = tuple(ViewParameters(p.view, bits, planes) for p in profile.views)
    return replace(profile, name=name, views=views)
