"""Link two files under a throw-away key: read, encode, fit, search, calibrate, write."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np

from api.cli.console import Reporter
from api.cli.link_photos import Pictures, faces_of
from api.cli.pair_files import PairTable
from encoder.advice import advice
from encoder.encode import RecordEncoder
from encoder.garbage import collection_paused
from encoder.keys import LinkageKey
from encoder.reading.problems import Problem, ReadResult, Severity
from encoder.reading.read import read_records
from encoder.record import RawRecord
from indexer.fitting import fit_model
from indexer.gallery import Gallery
from indexer.interface import NO_MINIMUM, Pairs
from indexer.pairs import compare_pairs
from indexer.search import KernelSearch
from matcher.assignment import assign_one_to_one
from matcher.batch import EncodedBatch
from matcher.calibration import probabilities
from matcher.comparison import Comparison
from matcher.defaults import default_model
from matcher.errors import InputError, ModelError
from matcher.explanation import names_of
from matcher.model import LinkageModel
from matcher.model_file import read_model
from matcher.photo_curve_file import shipped_curve
from matcher.photos import PhotoSpace
from matcher.profile import EncodingProfile
from matcher.tables import EXCLUDED, UNITS_PER_BIT, weigh
from matcher.views import Kind

FIT_SEED = 20261101
"""The sample that a model is fitted to is drawn with a fixed seed: the same files give the same model."""


@dataclass(frozen=True)
class LinkOptions:
    """How to link.

    least  the lowest match weight to keep, in bits; None keeps every candidate of the top list
    today  what lies after it is told as being in the future, with everything else a clerk could mend; None tells
           only what could not be read
    """

    profile: EncodingProfile
    top: int = 10
    least: float | None = 0.0
    one_to_one: bool = False
    model: Path | None = None
    threads: int | None = None
    pictures: Pictures | None = None
    today: date | None = None


@dataclass(frozen=True, repr=False)
class Side:
    """One file: its record ids, its codes, and what was wrong in it."""

    ids: list[str]
    batch: EncodedBatch
    problems: list[Problem]

    @property
    def rejected(self) -> int:
        """Rows that were left out."""
        return sum(p.severity is Severity.REJECTED for p in self.problems)


@dataclass(frozen=True, repr=False)
class Linked:
    """The outcome: candidate pairs with all that is known of them."""

    missing: Side
    found: Side
    model: LinkageModel
    pairs: Pairs
    comparison: Comparison
    table: PairTable
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """Pairs of rows that were compared."""
        return len(self.missing.batch) * len(self.found.batch)


def link_files(missing: Path, found: Path, options: LinkOptions, reporter: Reporter) -> Linked:
    """Link two files; InputError when a file as a whole cannot be used."""
    given = given_model(options)
    sides = [
        read_side(missing, Kind.MISSING, reporter, options.today),
        read_side(found, Kind.FOUND, reporter, options.today),
    ]
    return link_records(sides[0], sides[1], options, reporter, given)


@dataclass(frozen=True, repr=False)
class ReadSide:
    """The good records of one file with the row of each, and its problems."""

    file: str
    kind: Kind
    records: list[RawRecord]
    rows: list[int]
    problems: list[Problem]


def read_side(path: Path, kind: Kind, reporter: Reporter, today: date | None = None) -> ReadSide:
    """Read one file and say how many rows were good; with `today`, its problems hold advice."""
    started = perf_counter()
    result = read_records(path, kind, today)
    reporter.say(
        f"{path.name}: {len(result.records):,} {kind.name.lower()} records of {result.rows_read:,} rows "
        f"in {perf_counter() - started:.1f} s"
    )
    if not result.records:
        first = f" First problem: {result.problems[0]}" if result.problems else ""
        raise InputError(f"{path.name} has no usable record; docs/records.md lists the columns it needs.{first}")
    notes = [] if today is None else _advised(path.name, result, today)
    return ReadSide(path.name, kind, result.records, result.rows, [*result.problems, *notes])


def _advised(file: str, result: ReadResult, today: date) -> list[Problem]:
    with collection_paused():
        return [
            Problem(file, row, each.field, Severity.NOTE, each.message)
            for record, row in zip(result.records, result.rows, strict=True)
            for each in advice(record, today)
        ]


def link_records(
    missing: ReadSide, found: ReadSide, options: LinkOptions, reporter: Reporter, given: LinkageModel | None = None
) -> Linked:
    """Encode both sides under a key that is made here and forgotten, and match the codes."""
    started = perf_counter()
    space = options.pictures.space if options.pictures else None
    encoder = RecordEncoder(LinkageKey.generate("milap-link", "once"), options.profile, space)
    sides = [_encode(encoder, side, options.pictures, reporter) for side in (missing, found)]
    encoded = perf_counter()
    linked = match(sides[0], sides[1], options, reporter, given)
    linked.seconds["encode"] = encoded - started
    return linked


def _encode(encoder: RecordEncoder, side: ReadSide, pictures: Pictures | None, reporter: Reporter) -> Side:
    refs = [str(i) for i in range(len(side.records))]
    faces, problems = None, list(side.problems)
    if pictures is not None:
        faces, unusable = faces_of(side.records, side.rows, side.file, pictures, reporter)
        problems += unusable

    with reporter.step(f"Encoding {side.kind.name.lower()}", len(side.records)) as step:
        batch = encoder.encode(side.records, side.kind, refs, step.advance, faces)
    return Side([record.record_id for record in side.records], batch, problems)


def match(
    missing: Side, found: Side, options: LinkOptions, reporter: Reporter, given: LinkageModel | None = None
) -> Linked:
    """Match the codes of two sides: from here on nothing knows a name."""
    started = perf_counter()
    gallery = Gallery(options.profile)
    gallery.add(found.batch, np.arange(len(found.ids), dtype=np.int32))
    _prepare(missing.batch, gallery, reporter)
    prepared = perf_counter()
    model = _with_curve(given or _fit(missing.batch, gallery, options, reporter), gallery.photo_space)
    fitted = perf_counter()
    with reporter.step("Searching", len(missing.ids)) as step:
        search = KernelSearch(gallery, options.threads, step.advance)
        least = NO_MINIMUM if options.least is None else round(options.least * UNITS_PER_BIT)
        pairs = search.top_k_records(missing.batch, model.tables(), options.top, least)
    probability = probabilities(pairs.probe, pairs.weight, model, len(found.ids))
    if options.one_to_one:
        keep = assign_one_to_one(pairs.probe, pairs.record.astype(np.int64), pairs.weight, max(least, 0))
        pairs = replace(pairs.take(keep), rank=np.ones(keep.sum(), np.int32))
        # The others of the list have other partners now and compete no longer.
        probability = probabilities(pairs.probe, pairs.weight, model, len(found.ids))
    searched = perf_counter()
    comparison = compare_pairs(pairs, missing.batch, gallery)
    table = _table(missing, found, model, pairs, comparison, probability)
    seconds = {"prepare": prepared - started, "fit": fitted - prepared, "search": searched - fitted}
    return Linked(missing, found, model, pairs, comparison, table, seconds)


def _prepare(missing: EncodedBatch, gallery: Gallery, reporter: Reporter) -> None:
    """Have the search kernel compiled, which takes a while the first time on a machine."""
    with reporter.if_slow("Compiling the search kernel: once on this machine, then it is kept."):
        tables = default_model(gallery.profile).tables()
        KernelSearch(gallery, 1).top_k_records(missing.take(np.arange(min(len(missing), 1))), tables, 1)


def given_model(options: LinkOptions) -> LinkageModel | None:
    """The model that the options name, or None; InputError when it cannot be used with the profile."""
    if options.model is None:
        return None
    try:
        model = read_model(options.model)
    except ModelError as error:
        raise InputError(str(error)) from error
    if model.profile.digest != options.profile.digest:
        raise InputError(
            f"{options.model.name} was fitted for {model.profile.name}; link with --profile {model.profile.name}."
        )
    return model


def _fit(missing: EncodedBatch, gallery: Gallery, options: LinkOptions, reporter: Reporter) -> LinkageModel:
    started = perf_counter()
    start = _with_curve(default_model(options.profile), gallery.photo_space)
    rng = np.random.default_rng(FIT_SEED)
    model = fit_model(start, missing, gallery, KernelSearch(gallery, options.threads), rng)
    reporter.say(f"Model fitted without labels in {perf_counter() - started:.1f} s")
    return model


def _with_curve(model: LinkageModel, space: PhotoSpace | None) -> LinkageModel:
    """The model with the curve that is shipped for the photos' space, if it has none of its own."""
    curve = model.photo or (shipped_curve(space) if space else None)
    return replace(model, photo=curve)


def _table(
    missing: Side, found: Side, model: LinkageModel, pairs: Pairs, comparison: Comparison, probability: np.ndarray
) -> PairTable:
    tables = model.tables()
    parts = weigh(comparison, tables)
    assert (parts > EXCLUDED).all()
    return PairTable(
        [missing.ids[i] for i in pairs.probe.tolist()],
        [found.ids[i] for i in pairs.record.tolist()],
        pairs.weight, probability, pairs.rank, parts, names_of(tables),
    )
