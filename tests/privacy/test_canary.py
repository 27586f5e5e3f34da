"""Unique strings through every raw field of `milap link`: they come out nowhere but as record ids in the pairs."""

import csv
import io
import json
import logging
import pickle
import subprocess
import sys
import tempfile
import traceback
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from api.cli import linking
from api.cli.linking import Linked
from api.cli.main import run
from encoder.encode import RecordEncoder
from encoder.keys import linkage_key_from_secret_bytes
from encoder.names.canonical import canonical_names
from encoder.reading import csv_reader, xlsx_reader
from encoder.reading.read import read_records
from encoder.record import RawRecord
from encoder.schema import FIELDS
from indexer.gallery import Gallery
from matcher.profile import LOCAL_2026_11_22, PROFILES
from matcher.views import Kind
from tests.privacy.canaries import (
    CHILDREN,
    CHOICES,
    IDS,
    REJECTED,
    Row,
    all_rows,
    found_in,
    row_of,
    write_csv,
    write_xlsx,
)


def read_output(path: Path) -> str:
    """All text of an output file: of a spreadsheet, every part of the archive."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@dataclass(frozen=True)
class Link:
    """What one run of `milap link` left behind: everything it said, and every file but the inputs."""

    status: int
    said: dict[str, str]
    files: dict[str, str]
    linked: list[Linked]


Runner = Callable[..., Link]


@pytest.fixture
def link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> Runner:  # fmt: skip
    """A function that writes both sides as files, links them, and gives all that came out."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    caplog.set_level(logging.DEBUG)
    logging.getLogger("numba").setLevel(logging.WARNING)
    seen: list[Linked] = []
    link_files = linking.link_files
    monkeypatch.setattr("api.cli.local.link_files", lambda *words: seen.append(link_files(*words)) or seen[-1])

    def call(form: str = ".csv", result: str = "pairs.csv", *options: str) -> Link:
        inputs = [tmp_path / f"{side}{form}" for side in ("missing", "found")]
        for path in inputs:
            (write_csv if form == ".csv" else write_xlsx)(path, all_rows(path.stem))
        outputs = [tmp_path / name for name in (result, "model.json", "problems.csv")]
        words = [*map(str, inputs), "-o", str(outputs[0]), "--save-model", str(outputs[1])]
        words += ["--problems", str(outputs[2]), "--min-weight", "-999", *options]
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            status = run(["link", *words])
        captured = capfd.readouterr()
        said = {
            "stdout": captured.out, "stderr": captured.err, "log": caplog.text,
            "warnings": "\n".join(str(warning.message) for warning in warned),
        }  # fmt: skip
        left = [path for path in tmp_path.rglob("*") if path.is_file() and path not in inputs]
        return Link(status, said, {path.name: read_output(path) for path in left}, seen)

    return call


# --- the canaries are what they should be ---------------------------------------------------------------------------


def test_every_field_holds_a_canary_that_the_search_knows() -> None:
    for side in ("missing", "found"):
        for name, cell in row_of(3, side).items():
            if name not in ("kind", *CHOICES):
                assert found_in(cell), name
    assert {field.name for field in FIELDS} == row_of(0, "found").keys()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-le"])
def test_a_canary_is_found_in_any_encoding(encoding: str) -> None:
    name = row_of(2, "missing")["family_name"]
    assert found_in(f"xx{name}xx".encode(encoding))
    assert found_in(json.dumps({"a": name}))
    assert found_in(pickle.dumps([name]))
    assert found_in("nothing here") == []


def test_the_good_canaries_reach_the_codes(tmp_path: Path) -> None:
    """They are read and encoded, every field of them: a test of what is not read would prove nothing."""
    path = tmp_path / "missing.csv"
    write_csv(path, [row_of(i, "missing") for i in range(CHILDREN)], broken=False)
    result = read_records(path, Kind.MISSING)
    assert (len(result.records), result.problems) == (CHILDREN, [])
    assert all(getattr(result.records[2], field.name) not in (None, ()) for field in fields(RawRecord))
    batch = encoded(result.records)
    assert (batch.presence == (1 << len(LOCAL_2026_11_22.views)) - 1).all()
    assert len(batch) == 4 * CHILDREN


# --- outputs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "result", "options"),
    [
        (".csv", "pairs.csv", []),
        (".csv", "pairs.xlsx", ["--json", "--one-to-one"]),
        (".xlsx", "pairs.csv", ["--debug", "--profile", "network-2026-11-22"]),
    ],
)
def test_no_output_holds_a_canary(link: Runner, form: str, result: str, options: list[str]) -> None:
    done = link(form, result, *options)
    assert done.status == 1
    assert done.files.keys() == {result, "model.json", "problems.csv"}
    for name, text in (done.said | {name: text for name, text in done.files.items() if name != result}).items():
        assert found_in(text) == [], name
    pairs = done.files[result]
    assert len(set(IDS.findall(pairs))) > CHILDREN
    assert found_in(IDS.sub("", pairs)) == []


@pytest.mark.parametrize("form", [".csv", ".xlsx"])
def test_every_bad_field_and_row_was_noticed(link: Runner, form: str) -> None:
    """Otherwise the test above would look at problems that nobody wrote down."""
    problems = list(csv.DictReader(io.StringIO(link(form).files["problems.csv"])))
    rejected = [p for p in problems if p["severity"] == "row rejected" and p["file"] == f"missing{form}"]
    assert len(rejected) == REJECTED + (3 if form == ".csv" else 0)
    dropped = {p["field"] for p in problems if p["severity"] == "field dropped"}
    assert dropped >= {
        "date_of_birth", "event_date", "sex", "name_source", "age_basis", "age", "age_min", "height_cm", "weight_kg",
        "father_name", "consent_sharing", "protect_location", "photo_date", "expires_on",
    }  # fmt: skip
    assert "mother_name" in {p["field"] for p in problems if p["severity"] == "note"}


def test_nothing_in_memory_shows_a_canary(link: Runner) -> None:
    linked = link().linked[-1]
    gallery = Gallery(LOCAL_2026_11_22)
    gallery.add(linked.found.batch, np.arange(len(linked.found.ids), dtype=np.int32))
    shown = [linked, linked.missing, linked.found, linked.missing.batch, linked.pairs, linked.comparison, linked.model]
    for thing in (*shown, gallery):
        assert found_in(f"{thing!r} {thing!s} {[thing]!r}") == [], type(thing).__name__


def encoded(records: list[RawRecord], profile: str = LOCAL_2026_11_22.name) -> linking.EncodedBatch:
    """The records under meaningless refs and a fixed key: random codes might spell a canary once in a long while."""
    encoder = RecordEncoder(linkage_key_from_secret_bytes(bytes(32), "canary", "once"), PROFILES[profile])
    return encoder.encode(records, Kind.MISSING, [str(i) for i in range(len(records))])


def test_what_reading_hands_on_shows_no_canary(tmp_path: Path) -> None:
    write_csv(tmp_path / "missing.csv", [row_of(i, "missing") for i in range(CHILDREN)])
    write_xlsx(tmp_path / "missing.xlsx", [row_of(i, "missing") for i in range(CHILDREN)])
    result = read_records(tmp_path / "missing.csv", Kind.MISSING)
    record = result.records[1]
    (tmp_path / "headless.csv").write_text(",".join(row_of(1, "missing").values()), encoding="utf-8")
    tables = [csv_reader.read_csv(tmp_path / "missing.csv"), xlsx_reader.read_xlsx(tmp_path / "missing.xlsx")]
    rows = [next(iter(table.rows)) for table in tables]
    tables.append(csv_reader.read_csv(tmp_path / "headless.csv"))
    parts = [record.birth, record.event_date, record.photo_date, canonical_names(record.name or "")]
    for thing in (result, record, *result.problems, *tables, *rows, *parts):
        assert found_in(f"{thing!r} {thing!s} {[thing]!r} {thing}") == [], type(thing).__name__


@pytest.mark.parametrize("profile", PROFILES)
def test_a_serialised_batch_holds_no_canary(tmp_path: Path, profile: str) -> None:
    path = tmp_path / "missing.csv"
    write_csv(path, [row_of(i, "missing") for i in range(CHILDREN)])
    batch = encoded(read_records(path, Kind.MISSING).records, profile)
    archive = io.BytesIO()
    arrays = {name: getattr(batch, name) for name in ("record", "codes", "presence", "sex", "birth", "event")}
    np.savez(archive, refs=np.array(batch.refs), **arrays)
    several = [pickle.dumps(batch, protocol) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for data in (*several, archive.getvalue(), *(array.tobytes() for array in arrays.values())):
        assert found_in(data) == []


# --- failures -------------------------------------------------------------------------------------------------------


class ForcedError(Exception):
    """A failure that no line of the program raises."""


def fail(*_: object, **__: object) -> NoReturn:
    """Fail without a word."""
    raise ForcedError


def blab(*_: object, **__: object) -> NoReturn:
    """Fail as code does that quotes the value it failed at."""
    raise ValueError(f"cannot use {row_of(1, 'missing')['name']!r}")


STAGES = {
    "encoder.reading.births.birth_interval": "birth = birth_interval(",
    "encoder.encode.names_bags": "names_bags(record, self.profile)",
    "encoder.encode.simhash_codes": "return simhash_codes(",
    "encoder.tokens.contact.code_piece": 'code_piece("tel", number',
    "api.cli.linking.fit_model": "model = fit_model(start, missing",
    "api.cli.local.write_pairs": "write_pairs(output, linked.table)",
    "api.cli.local.write_problems": "write_problems(problems, everything)",
}
"""Where to fail, and the source line that a traceback then shows."""


@pytest.mark.parametrize("stage", STAGES)
def test_a_traceback_shows_source_lines_and_no_values(
    link: Runner, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], stage: str
) -> None:
    monkeypatch.setattr(stage, fail)
    with pytest.raises(ForcedError) as caught:
        link(".csv", "pairs.csv", "--debug")
    told = "".join(traceback.format_exception(caught.value))
    assert STAGES[stage] in told
    said = capfd.readouterr()
    for text in (told, repr(caught.value), str(caught.value), said.out, said.err):
        assert found_in(text) == []


@pytest.mark.parametrize("stage", STAGES)
def test_without_debug_not_even_a_talkative_error_is_repeated(
    link: Runner, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(stage, blab)
    done = link()
    assert done.status == 3
    assert "ValueError" in done.said["stderr"]
    for name, text in (done.said | {n: t for n, t in done.files.items() if n != "pairs.csv"}).items():
        assert found_in(text) == [], name


def test_the_traceback_of_a_process_shows_no_values(tmp_path: Path, repository: Path) -> None:
    """No hook for exceptions, such as Typer's, prints what the variables held."""
    for side in ("missing", "found"):
        write_csv(tmp_path / f"{side}.csv", [row_of(i, side) for i in range(CHILDREN)], broken=False)
    script = (
        "import sys, encoder.encode as encode, api.cli.main as main\n"
        "def fail(*words): raise RuntimeError('forced')\n"
        "encode.names_bags = fail\n"
        "main.main(sys.argv[1:])\n"
    )
    words = ["link", "missing.csv", "found.csv", "-o", "pairs.csv", "--debug"]
    environment = {"PYTHONPATH": str(repository), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"RuntimeError: forced" in done.stderr
    assert b"names_bags(record, self.profile)" in done.stderr
    assert found_in(done.stderr + done.stdout) == []


WHOLE_FILES: dict[str, Callable[[list[Row]], bytes]] = {
    "no header": lambda rows: ("\n".join(",".join(row.values()) for row in rows)).encode(),
    "only bad rows": lambda rows: f"record_id,name\n,{rows[0]['name']}\n".encode(),
    "another encoding": lambda rows: ("record_id,name\n" + "1,Zqxwé\n" * 9).encode("latin-1"),
    "broken UTF-16": lambda rows: b"\xff\xfe" + f"record_id,name\n1,{rows[0]['name']}\n".encode("utf-16-le") + b"\xd8",
    "doubled column": lambda rows: f"record_id,name,full_name\n1,{rows[0]['name']},Zqxw\n".encode(),
    "open quotation mark": lambda rows: f'record_id,"name\n1,{rows[0]["name"]}\n'.encode(),
}


@pytest.mark.parametrize("debug", [[], ["--debug"]], ids=["plain", "debug"])
@pytest.mark.parametrize("case", WHOLE_FILES)
def test_a_file_that_cannot_be_used_is_not_quoted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], case: str, debug: list[str]
) -> None:
    rows = [row_of(i, "missing") for i in range(3)]
    bad, good = tmp_path / "missing.csv", tmp_path / "found.csv"
    bad.write_bytes(WHOLE_FILES[case](rows))
    write_csv(good, [row_of(i, "found") for i in range(3)])
    told = ""
    try:
        assert run(["link", str(bad), str(good), "-o", str(tmp_path / "pairs.csv"), *debug]) == 2
    except Exception as error:
        assert debug
        told = f"{error!r} {error!s}" + "".join(traceback.format_exception(error))
        assert "missing.csv" in told
    said = capfd.readouterr()
    assert ("milap: " in said.err) != bool(debug)
    assert found_in(told + said.out + said.err) == []
