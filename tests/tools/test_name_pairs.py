"""Which attested pairs may be measured with."""

import csv
import gzip
import io
from pathlib import Path

from encoder.names.held_out import held_out
from tools.name_pairs import COLUMNS, FEWEST, Pair, build, chosen, packed

SHIPPED = Path(__file__).parents[2] / "benchmarks" / "data"


def _rows(name: str) -> list[dict[str, str]]:
    text = gzip.decompress((SHIPPED / name).read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def test_every_shipped_native_form_is_held_out() -> None:
    rows = _rows("name_pairs.tsv.gz")
    assert len(rows) > 20_000
    assert all(held_out(row["native"]) for row in rows)
    assert all(held_out(row["one"]) or held_out(row["other"]) for row in _rows("shared_names.tsv.gz"))


def test_a_family_is_kept_whole_or_not_at_all() -> None:
    pairs = [Pair("s", "hi", f"क{i}", latin) for i in range(20) for latin in (f"ka{i}", f"kaa{i}")]
    kept = chosen(pairs, 7)
    assert len(kept) == 6
    assert all(sum(pair.native == other.native for other in kept) == 2 for pair in kept)
    assert kept == chosen(reversed(pairs), 7)


def test_the_same_pairs_give_the_same_bytes() -> None:
    pairs = [Pair("s", "hi", "क", "ka")]
    assert packed(pairs) == packed(pairs)
    assert gzip.decompress(packed(pairs)).decode() == "\t".join(COLUMNS) + "\ns\thi\tक\tka\n"


def test_machine_output_tokens_out_of_line_and_small_sets_are_left_out(tmp_path: Path) -> None:
    words = [word for word in (f"गाव{chr(0x915 + i % 25)}{chr(0x915 + i // 25)}" for i in range(400)) if held_out(word)]
    rows = [f"{word}\tplace{chr(97 + i % 26)}\tindiapost" for i, word in enumerate(words[: FEWEST + 5])]
    machine = f"{words[-1]}\tmachine\tindicxlit"
    (tmp_path / "assam_gazetteer_roman.tsv").write_text("\n".join(["native\troman\tsource", *rows, machine]))
    aligned = [f"south\t{words[0]}\tgavakaka", f"south\t{words[1]}\tlate", f"south\t{words[2]}\tg"]
    (tmp_path / "affidavit_hi_tokens_dev.tsv").write_text("\n".join(["region\tnative\tlatin", *aligned]))
    (tmp_path / "akshar_words_trainvalid.tsv.gz").write_bytes(gzip.compress(b"lang\tnative\tlatin\n"))
    for name in ("bd_unions", "bd_upazilas", "bd_districts", "bd_divisions"):
        (tmp_path / f"{name}.tsv").write_text("name\tbn_name\n")
    for name in ("np_municipalities", "np_districts"):
        (tmp_path / f"{name}.tsv").write_text("name\tname_np\n")
    (tmp_path / "wof_places_dev.tsv").write_text("src\tlang\tnative\tlatin\n")
    pairs = build(tmp_path)
    assert {pair.set for pair in pairs} == {"assam_places"}
    assert len(pairs) == FEWEST + 5
    assert "machine" not in {pair.latin for pair in pairs}
