"""Looking for lines in files."""

from pathlib import Path

from api.cli.demo_hub_files import any_holds


def test_a_line_is_found_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "first").write_bytes(b"\0\1sealed\xff")
    (tmp_path / "second").write_bytes(b"\0\xffthe desk\1")
    files = [tmp_path / "gone", tmp_path / "first", tmp_path / "second"]
    assert any_holds(files, ["an order", "the desk"])
    assert not any_holds(files, ["an order"])
    assert not any_holds(files[:2], ["the desk"])
